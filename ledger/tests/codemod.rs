// SPDX-License-Identifier: GPL-2.0

//! Tests the codemod with the files in `codemod/`.

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

/// Returns the new text of the only file given, and the remaining sites.
fn result(outcome: Outcome) -> (Option<String>, Vec<String>) {
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    let left = outcome
        .left
        .iter()
        .map(|(_, line, reason)| format!("{line} {reason}"))
        .collect();
    (outcome.changed.into_values().next(), left)
}

/// Compares line by line, so that a failure shows the first difference.
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

/// Runs the codemod on a text, and returns the new text and the remaining sites.
fn of_text(text: &str) -> (Option<String>, Vec<String>) {
    result(run(&[Source {
        path: "x.rs".to_string(),
        text: text.to_string(),
    }]))
}

const PAIR: &str = "use kernel::transmute::{AsBytes, FromBytes};\n\n#[repr(C)]\nstruct A(u32);\n\
    #[repr(C)]\nstruct B(u32);\n";

#[test]
fn code_on_the_line_of_an_implementation_stays() {
    let (new, left) = of_text(&format!(
        "{PAIR}\
         // SAFETY: Any bytes.\n\
         unsafe impl FromBytes for A {{}} fn kept() {{}}\n\
         fn first() {{}} unsafe impl FromBytes for B {{}}\n\
         fn one() {{}} unsafe impl AsBytes for A {{}} fn two() {{}}\n\
         unsafe impl AsBytes for B {{}} // SAFETY: No padding.\n\
         fn last() {{}}\n"
    ));
    let new = new.unwrap();
    assert!(left.is_empty(), "{left:?}");
    assert!(
        new.ends_with("\nfn kept() {}\nfn first() {}\nfn one() {} fn two() {}\nfn last() {}\n"),
        "{new}"
    );
    let (new, _) = of_text(&format!(
        "{PAIR}unsafe impl FromBytes for A {{}} unsafe impl AsBytes for A {{}}\nfn last() {{}}\n"
    ));
    let new = new.unwrap();
    assert!(new.ends_with("struct B(u32);\nfn last() {}\n"), "{new}");
}

#[test]
fn a_byte_order_mark_and_crlf_stay() {
    let text = text("driver.before.rs");
    let (want, _) = of_text(&text);
    let want = want.unwrap();
    let (new, left) = of_text(&format!("\u{feff}{text}"));
    assert_eq!(new.unwrap(), format!("\u{feff}{want}"));
    assert!(left.is_empty(), "{left:?}");
    let (new, left) = of_text(&text.replace('\n', "\r\n"));
    assert_eq!(new.unwrap(), want.replace('\n', "\r\n"));
    assert!(left.is_empty(), "{left:?}");
    let outcome = run(&[Source {
        path: "x.rs".to_string(),
        text: text.replacen('\n', "\r\n", 2),
    }]);
    assert!(outcome.changed.is_empty());
    assert_eq!(
        outcome.errors,
        ["x.rs:1: expected one kind of line end, found LF and CR LF: convert the file, which has not changed"]
    );
}

#[test]
fn a_comment_about_safety_goes_with_its_implementation() {
    for comment in [
        "// Safety: Any bytes.",
        "// safety: any bytes",
        "/// # Safety\n///\n/// Any bytes.",
    ] {
        let (new, _) = of_text(&format!(
            "{PAIR}{comment}\nunsafe impl FromBytes for A {{}}\n"
        ));
        let new = new.unwrap();
        assert!(!new.to_lowercase().contains("safety"), "{new}");
        assert!(!new.contains("Any bytes"), "{new}");
    }
}

#[test]
fn an_import_that_nothing_needs_is_removed() {
    // The derives use full paths.
    let (new, _) = of_text(&format!("{PAIR}unsafe impl FromBytes for A {{}}\n"));
    let new = new.unwrap();
    assert!(!new.contains("use "), "{new}");
    // The prelude has the traits.
    let (new, _) = of_text(&format!(
        "use kernel::prelude::*;\n{PAIR}unsafe impl FromBytes for A {{}}\nfn f<T: AsBytes>(t: T) {{}}\n"
    ));
    let new = new.unwrap();
    assert!(
        new.starts_with("use kernel::prelude::*;\n\n#[repr(C)]"),
        "{new}"
    );
    assert!(new.contains("T: IntoBytes + Immutable"), "{new}");
    // A bound needs one of the imports.
    let (new, _) = of_text(&format!(
        "{PAIR}unsafe impl FromBytes for A {{}}\nfn f<T: AsBytes>(t: T) {{}}\n"
    ));
    let new = new.unwrap();
    assert!(
        new.starts_with("use kernel::zerocopy::IntoBytes;\n")
            || new.starts_with("use kernel::zerocopy::{IntoBytes};\n"),
        "{new}"
    );
    // The remaining implementation needs the other import.
    let (new, left) = of_text(&format!(
        "{PAIR}unsafe impl FromBytes for A {{}}\nunsafe impl AsBytes for *const u8 {{}}\n"
    ));
    let new = new.unwrap();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(
        new.starts_with("use kernel::transmute::{AsBytes};\n")
            || new.starts_with("use kernel::transmute::AsBytes;\n"),
        "{new}"
    );
}

#[test]
fn a_path_with_the_trait_is_understood() {
    let (new, left) = of_text(&format!(
        "{PAIR}unsafe impl FromBytes for A {{}}\nunsafe impl AsBytes for A {{}}\n\
         fn f<T: FromBytes>(b: &[u8], a: &A) -> Option<u32> {{\n    \
         <A as FromBytes>::from_bytes_copy(b)?;\n    \
         <T as FromBytes>::from_bytes_copy(b)?;\n    \
         <[u8; 4] as FromBytes>::from_bytes_copy(b)?;\n    \
         <A as AsBytes>::as_bytes(a);\n    \
         None\n}}\n"
    ));
    let new = new.unwrap();
    assert!(left.is_empty(), "{left:?}");
    for text in [
        "<A as FromBytes>::read_from_bytes(b).ok()?",
        "<T as FromBytes>::read_from_bytes(b).ok()?",
        "<[u8; 4] as FromBytes>::read_from_bytes(b).ok()?",
        "<A as IntoBytes>::as_bytes(a)",
    ] {
        assert!(new.contains(text), "{new}");
    }
    let (_, left) = of_text(
        "use kernel::transmute::FromBytes;\nfn f(b: &[u8]) {\n    \
         <Other as FromBytes>::from_bytes_copy(b);\n    \
         let a: A = FromBytes::from_bytes_copy(b);\n    \
         <A as kernel::transmute::FromBytes>::from_bytes_copy(b);\n}\n",
    );
    let all = left.join("\n");
    assert!(
        all.contains("3 imports, bounds and calls of the file: Other might not derive FromBytes"),
        "{all}"
    );
    assert!(all.contains("4 imports, bounds and calls of the file: `FromBytes::from_bytes_copy` does not name the type: write `<Type as FromBytes>::`"), "{all}");
    assert!(
        all.contains("5 imports, bounds and calls of the file: A might not derive FromBytes"),
        "{all}"
    );
}

#[test]
fn an_import_under_another_name_is_understood() {
    let head = "use kernel::transmute::FromBytes as Bytes;\n\n#[repr(C)]\nstruct A(u32);\n\
        unsafe impl Bytes for A {}\n";
    let (new, left) = of_text(head);
    let new = new.unwrap();
    assert!(left.is_empty(), "{left:?}");
    assert!(
        !new.contains("Bytes for") && !new.contains("as Bytes"),
        "{new}"
    );
    assert!(new.contains("kernel::zerocopy::FromBytes"), "{new}");
    let (new, left) = of_text(&format!("{head}fn f<T: Bytes>() {{}}\n"));
    let new = new.unwrap();
    assert_eq!(
        left,
        ["1 imports, bounds and calls of the file: `FromBytes` is imported as `Bytes`: import it under its own name"]
    );
    assert!(
        new.contains("use kernel::transmute::FromBytes as Bytes;"),
        "{new}"
    );
    assert!(!new.contains("unsafe impl"), "{new}");
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
        shown.ends_with("1 of 1 files would change with --write; 0 sites left\n"),
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
fn a_file_that_is_not_a_source_is_refused() {
    for (argument, text) in [
        ("--writ", "expected one of"),
        ("Makefile", "is not a Rust source"),
        ("no.rs", "no.rs: "),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
        let output = command.args(["codemod", argument]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(said.lines().count() == 1 && said.contains(text), "{said}");
    }
}
