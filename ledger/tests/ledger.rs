// SPDX-License-Identifier: GPL-2.0

//! Tests the search and the lists.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use ledger::{
    category::Category,
    report,
    reviewed::{self, Reviewed},
    tree::{self, Tree},
};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

fn sites() -> Tree {
    tree::read("tree", &fixture("sites")).unwrap()
}

/// Creates a file with this text, in its own folder.
fn file(name: &str, text: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("list");
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ledger"))
        .args(arguments)
        .output()
        .unwrap()
}

/// Checks that the command fails with one line that contains the text.
fn refused(arguments: &[&str], text: &str) {
    let output = program(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.starts_with("zerocopy: ") && said.contains(text),
        "{said}"
    );
}

#[test]
fn each_site_is_found_and_nothing_else() {
    let mut found: Vec<_> = sites()
        .sites
        .iter()
        .map(|site| {
            (
                site.file.clone(),
                site.line,
                site.category.name().to_string(),
            )
        })
        .collect();
    let mut marked = Vec::new();
    for name in [
        "sites.rs",
        "globs.rs",
        "macros/defined.rs",
        "macros/elsewhere.rs",
    ] {
        let text = fs::read_to_string(fixture("sites").join(name)).unwrap();
        for (number, line) in text.lines().enumerate() {
            let marks = line.split_once("//~").map_or("", |(_, marks)| marks);
            for mark in marks.split_whitespace() {
                marked.push((name.to_string(), number + 1, mark.to_string()));
            }
        }
    }
    found.sort();
    marked.sort();
    let missing: Vec<_> = marked.iter().filter(|site| !found.contains(site)).collect();
    let wrong: Vec<_> = found.iter().filter(|site| !marked.contains(site)).collect();
    assert!(
        missing.is_empty() && wrong.is_empty(),
        "missing: {missing:?}, wrong: {wrong:?}"
    );
    assert_eq!(found, marked);
}

#[test]
fn every_category_has_a_site_here() {
    for &category in Category::ALL {
        assert!(sites().count(category) > 0, "{category:?}");
    }
}

#[test]
fn an_expanded_implementation_is_written_once() {
    let tree = sites();
    // Plain, the two macros.
    assert_eq!(tree.written("FromBytes"), 3);
    // [T], one macro.
    assert_eq!(tree.written("AsBytes"), 2);
    assert_eq!(tree.written("Pod"), 2);
    let three = tree
        .sites
        .iter()
        .find(|site| site.item == "AsBytes for Three")
        .unwrap();
    assert_eq!(three.written, Some(("macros/defined.rs".to_string(), 11)));
}

#[test]
fn items_name_the_enclosing_scope() {
    let tree = sites();
    let items: Vec<_> = tree.sites.iter().map(|site| site.item.as_str()).collect();
    for item in [
        "Buffer::ioctl",
        "FromBytes for [T;N]",
        "wrapper!::name::get",
        "use AsBytes",
    ] {
        assert!(items.contains(&item), "{item} is not in {items:?}");
    }
}

#[test]
fn a_file_that_does_not_parse_is_named_and_the_rest_counted() {
    let tree = tree::read("tree", &fixture("broken")).unwrap();
    assert_eq!(tree.count(Category::Impl), 1);
    assert_eq!(tree.errors.len(), 1);
    assert!(
        tree.errors[0].starts_with("bad.rs:4: does not parse"),
        "{:?}",
        tree.errors
    );
    let json = file("broken", "");
    let folder = fixture("broken").display().to_string();
    refused(&["list", &json, &folder], "bad.rs:4: does not parse");
    assert!(fs::read_to_string(json)
        .unwrap()
        .contains("FromBytes for X"));
}

#[test]
fn a_folder_without_sources_is_refused() {
    let json = file("none", "");
    let folder = Path::new(&json).parent().unwrap().display().to_string();
    refused(
        &["list", &json, &folder],
        "has no Rust source: use the folder of a driver",
    );
    refused(&["list", &json, "/no/such/folder"], "/no/such/folder");
    refused(&["lists"], "expected one of: table");
}

#[test]
fn the_json_has_each_site_with_its_reason() {
    let list = file("json", "zeroed | sites.rs | Buffer::* | of C's\n");
    let reviewed = Reviewed::read(&list).unwrap();
    let trees = [sites()];
    let json = report::json(&trees, &reviewed);
    let sites = json.as_array().unwrap();
    assert_eq!(sites.len(), trees[0].sites.len());
    let zeroed: Vec<_> = sites
        .iter()
        .filter(|site| site["category"] == "zeroed")
        .collect();
    assert_eq!(zeroed.len(), 3);
    for site in &zeroed {
        assert_eq!(site["tree"], "tree");
        assert_eq!(site["file"], "sites.rs");
        assert_eq!(site["reason"], "of C's");
    }
    assert!(sites.iter().any(|site| site["reason"] == ""));
}

#[test]
fn the_table_has_the_trees_side_by_side() {
    let reviewed = Reviewed::read(&file("table", "zeroed | * | * | of C's\n")).unwrap();
    let base = tree::read("base", &fixture("broken")).unwrap();
    let table = report::compare(&[base, sites()], &reviewed);
    let row = |start: &str| -> Vec<String> {
        let line = table
            .lines()
            .find(|line| line.trim_start().starts_with(start))
            .unwrap();
        line.split_whitespace()
            .rev()
            .take(3)
            .map(str::to_string)
            .collect()
    };
    assert_eq!(row("zeroed:"), ["3", "3", "0"]);
    assert_eq!(row("good.rs"), ["0", "0", "1"]);
    assert!(table.contains("instead: derives of FromBytes"));
}

fn check(name: &str, reviewed: &str, open: &str) -> Vec<String> {
    let reviewed = Reviewed::read(&file(&format!("{name}-reviewed"), reviewed)).unwrap();
    let tree = tree::read("7.2", &fixture("broken")).unwrap();
    reviewed::check(&[tree], &reviewed, &file(&format!("{name}-open"), open)).unwrap()
}

#[test]
fn a_new_site_is_reported() {
    let said = check("new", "", "");
    assert_eq!(said.len(), 1);
    assert!(
        said[0]
            .starts_with("7.2: good.rs: expected 0 impl sites, found 1, at lines 3: use derives "),
        "{said:?}"
    );
}

#[test]
fn a_site_on_either_list_is_not_reported() {
    assert!(check("reason", "impl | good.rs | FromBytes for * | of C's", "").is_empty());
    assert!(check("open", "", "7.2 impl 1 good.rs").is_empty());
    assert_eq!(check("base", "", "7.3 impl 1 good.rs").len(), 2);
}

#[test]
fn a_line_without_sites_is_reported() {
    let said = check(
        "unused",
        "impl | * | * | of C's\n# x\nslice | good.rs | * | of C's",
        "",
    );
    assert_eq!(said.len(), 1);
    assert!(
        said[0].ends_with(":3: found no slice in good.rs at *: remove the line"),
        "{said:?}"
    );
    let said = check("fewer", "", "7.2 impl 2 good.rs");
    assert_eq!(said.len(), 1);
    assert!(
        said[0].contains("7.2: good.rs: expected 2 impl sites, found 1: update the list"),
        "{said:?}"
    );
}

#[test]
fn a_list_that_cannot_be_read_is_refused_with_its_line() {
    let read = |name, text| Reviewed::read(&file(name, text)).err().unwrap();
    assert!(read("fields", "\nimpl | x.rs | y").contains(":2: expected \"category | path"));
    assert!(read("category", "imply | x.rs | y | z")
        .contains(":1: imply is not a category: use one of impl"));
    let open = file("count", "7.2 impl many x.rs");
    let folder = format!("7.2={}", fixture("broken").display());
    let said = program(&["check", &file("empty", ""), &open, &folder]);
    assert!(String::from_utf8(said.stderr)
        .unwrap()
        .contains(":1: expected \"tree category count path\", found "));
}
