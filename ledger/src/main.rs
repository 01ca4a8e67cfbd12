// SPDX-License-Identifier: GPL-2.0

//! What crosses between bytes and types unsafely in Rust sources of the kernel.

use std::{env, fs, path::Path, process::ExitCode};

use ledger::{report, reviewed, reviewed::Reviewed, tree, tree::Tree};

const USAGE: &str = "give one of: table REVIEWED JSON NAME=FOLDER..., list JSON FOLDER, \
    check REVIEWED OPEN NAME=FOLDER..., open REVIEWED NAME=FOLDER...";

/// Reads the trees and says what could not be read of them.
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

/// Whether all went well.
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
            println!("# How many sites of a file are not in ledger/reviewed.\n#");
            println!("# tree category count path        (written by scripts/ledger open)\n");
            for ((tree, category, path), count) in reviewed::open(&trees, &reviewed) {
                println!("{tree} {} {count} {path}", category.name());
            }
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
