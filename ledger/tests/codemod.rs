// SPDX-License-Identifier: GPL-2.0

//! What the codemod makes of the files in `codemod/`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use ledger::codemod::{run, Outcome, Source};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/codemod")
        .join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(fixture(name)).unwrap()
}

fn source(name: &str) -> Source {
    Source {
        path: fixture(name).display().to_string(),
        text: text(name),
    }
}

/// The new text of the only file given, and what is left of it.
fn result(outcome: Outcome) -> (Option<String>, Vec<String>) {
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    let left = outcome
        .left
        .iter()
        .map(|(_, line, reason)| format!("{line} {reason}"))
        .collect();
    (outcome.changed.into_values().next(), left)
}

/// Line by line, so that a failure names the first line that differs.
fn same(have: &str, want: &str) {
    for (number, (have, want)) in have.lines().zip(want.lines()).enumerate() {
        assert_eq!(have, want, "line {}", number + 1);
    }
    assert_eq!(have.lines().count(), want.lines().count());
}

#[test]
fn the_mechanical_cases_are_rewritten() {
    let (new, left) = result(run(&[source("driver.before.rs")]));
    same(&new.unwrap(), &text("driver.after.rs"));
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_rest_is_left_with_its_reason() {
    let (new, left) = result(run(&[source("left.before.rs")]));
    same(&new.unwrap(), &text("left.after.rs"));
    same(&left.join("\n"), &text("left.txt"));
}

#[test]
fn nothing_is_left_to_do_a_second_time() {
    let (new, left) = result(run(&[source("driver.after.rs")]));
    assert_eq!(new, None);
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_field_may_be_defined_in_another_file() {
    let file = |path: &str, text: &str| Source {
        path: path.to_string(),
        text: text.to_string(),
    };
    let user = file(
        "a.rs",
        "use kernel::{prelude::*, transmute::AsBytes};\n#[repr(C)]\n\
         struct S {\n    inner: bindings::S,\n}\n\
         unsafe impl AsBytes for S {}\n",
    );
    let bindings = file(
        "bindings.rs",
        "pub type __u32 = u32;\n#[repr(C)]\npub struct S {\n    a: [__u32; 2],\n}\n",
    );
    let outcome = run(&[user, bindings]);
    assert!(outcome.left.is_empty(), "{:?}", outcome.left);
    assert!(
        outcome.changed["a.rs"].contains("#[derive(IntoBytes, KnownLayout, Immutable)]\nstruct S")
    );
    assert!(outcome.changed["bindings.rs"]
        .contains("kernel::zerocopy::IntoBytes, kernel::zerocopy::KnownLayout"));
}

#[test]
fn a_file_that_does_not_parse_is_left_as_it_is() {
    let bad = Source {
        path: "bad.rs".to_string(),
        text: "fn f() {\n    let = ;\n}\n".to_string(),
    };
    let outcome = run(&[bad, source("driver.before.rs")]);
    assert_eq!(outcome.changed.len(), 1);
    assert!(
        outcome.errors[0].starts_with("bad.rs:2: does not parse"),
        "{:?}",
        outcome.errors
    );
}

#[test]
fn a_file_is_written_only_when_asked_for() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("driver.rs");
    fs::write(&path, text("driver.before.rs")).unwrap();
    let program = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
        command
            .arg("codemod")
            .args(arguments)
            .arg(&path)
            .output()
            .unwrap()
    };
    let output = program(&[]);
    assert!(output.status.success());
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("\n-unsafe impl FromBytes for Pair {}\n"),
        "{shown}"
    );
    assert!(
        shown.ends_with("1 of 1 files would change with --write; 0 places left\n"),
        "{shown}"
    );
    same(
        &fs::read_to_string(&path).unwrap(),
        &text("driver.before.rs"),
    );
    assert!(program(&["--write"]).status.success());
    let new = fs::read_to_string(&path).unwrap();
    assert!(new.contains("T::read_from_bytes(bytes).map_err(|_| EINVAL)?"));
}

#[test]
fn what_is_no_source_is_refused() {
    for (argument, text) in [
        ("--writ", "give one of"),
        ("Makefile", "is no Rust source"),
        ("no.rs", "no.rs: "),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
        let output = command.args(["codemod", argument]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(said.lines().count() == 1 && said.contains(text), "{said}");
    }
}
