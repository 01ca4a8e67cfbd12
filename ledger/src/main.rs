// SPDX-License-Identifier: GPL-2.0

//! Lists unsafe conversions between bytes and types in the kernel's Rust sources.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use ledger::{codemod, report, reviewed, reviewed::Reviewed, tree, tree::Tree};
use similar::TextDiff;

const USAGE: &str = "expected one of: table REVIEWED JSON NAME=FOLDER..., list JSON FOLDER, \
    check REVIEWED OPEN NAME=FOLDER..., open REVIEWED NAME=FOLDER..., \
    codemod [--write] FILE...";

/// Reads the trees, and reports errors.
fn read(arguments: &[String], complete: &mut bool) -> Result<Vec<Tree>, String> {
    let mut trees = Vec::new();
    for argument in arguments {
        let (name, folder) = argument.split_once('=').ok_or(USAGE)?;
        let tree = tree::read(name, Path::new(folder))?;
        for error in &tree.errors {
            *complete = false;
            eprintln!("zerocopy: {name}: {error}");
        }
        trees.push(tree);
    }
    Ok(trees)
}

fn write_json(file: &str, trees: &[Tree], reviewed: &Reviewed) -> Result<(), String> {
    let json = report::json(trees, reviewed);
    fs::write(file, format!("{json:#}\n")).map_err(|error| format!("{file}: {error}"))
}

/// Shows or writes the changes to the files. `arguments` are files or folders.
fn codemod(arguments: &[String], write: bool) -> Result<bool, String> {
    let mut sources = Vec::new();
    for argument in arguments {
        let path = Path::new(argument);
        let mut paths = vec![PathBuf::new()];
        if path.is_dir() {
            paths.clear();
            tree::sources(path, Path::new(""), &mut paths)?;
        } else if path.extension().is_none_or(|extension| extension != "rs") {
            return Err(format!(
                "{argument} is not a Rust source: use .rs files or their folders"
            ));
        }
        for below in paths {
            // Joining an empty path would add a slash.
            let path = if below.as_os_str().is_empty() {
                path.to_path_buf()
            } else {
                path.join(below)
            };
            let path = path.display().to_string();
            let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
            sources.push(codemod::Source { path, text });
        }
    }
    let outcome = codemod::run(&sources);
    for error in &outcome.errors {
        eprintln!("zerocopy: {error}");
    }
    for source in &sources {
        let Some(new) = outcome.changed.get(&source.path) else {
            continue;
        };
        let path = source.path.trim_start_matches('/');
        let diff = TextDiff::from_lines(&source.text, new);
        print!(
            "{}",
            diff.unified_diff()
                .header(&format!("a/{path}"), &format!("b/{path}"))
        );
        if write {
            fs::write(&source.path, new).map_err(|error| format!("{}: {error}", source.path))?;
        }
    }
    for (path, line, reason) in &outcome.left {
        println!("left: {path}:{line}: {reason}");
    }
    let done = if write {
        "changed"
    } else {
        "would change with --write"
    };
    println!(
        "{} of {} files {done}; {} sites left",
        outcome.changed.len(),
        sources.len(),
        outcome.left.len()
    );
    Ok(outcome.errors.is_empty())
}

/// Returns `true` on success.
fn run(arguments: &[String]) -> Result<bool, String> {
    let text: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut complete = true;
    match &text[..] {
        ["table", list, json, _, ..] => {
            let reviewed = Reviewed::read(list)?;
            let trees = read(&arguments[3..], &mut complete)?;
            print!("{}", report::compare(&trees, &reviewed));
            write_json(json, &trees, &reviewed)?;
        }
        ["list", json, folder] => {
            let trees = read(&[format!("{folder}={folder}")], &mut complete)?;
            print!("{}", report::list(&trees[0]));
            write_json(json, &trees, &Reviewed::default())?;
        }
        ["check", list, open, _, ..] => {
            let reviewed = Reviewed::read(list)?;
            let trees = read(&arguments[3..], &mut complete)?;
            for line in reviewed::check(&trees, &reviewed, open)? {
                complete = false;
                eprintln!("zerocopy: {line}");
            }
        }
        ["open", list, _, ..] => {
            let reviewed = Reviewed::read(list)?;
            let trees = read(&arguments[2..], &mut complete)?;
            println!("# SPDX-License-Identifier: GPL-2.0\n#");
            println!("# The number of sites in each file that are not in ledger/reviewed.\n#");
            println!("# tree category count path        (written by scripts/ledger open)\n");
            for ((tree, category, path), count) in reviewed::open(&trees, &reviewed) {
                println!("{tree} {} {count} {path}", category.name());
            }
        }
        ["codemod", "--write", _, ..] => complete = codemod(&arguments[2..], true)?,
        ["codemod", first, ..] if !first.starts_with('-') => {
            complete = codemod(&arguments[1..], false)?
        }
        _ => return Err(USAGE.to_string()),
    }
    Ok(complete)
}

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("zerocopy: {message}");
            ExitCode::FAILURE
        }
    }
}
