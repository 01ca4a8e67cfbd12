// SPDX-License-Identifier: GPL-2.0

//! Moves drivers from `kernel::transmute` to the derives of `kernel::zerocopy`.
//!
//! The codemod makes mechanical changes in place, and keeps the form of the rest of a file:
//!
//! - `unsafe impl FromBytes for T {}` and `unsafe impl AsBytes for T {}`, with their SAFETY
//!   comments, become derives on `T`, and on the types of its fields if necessary.
//! - If no such implementation is left in a file, its imports, bounds and calls change to
//!   `kernel::zerocopy`. Otherwise they stay, because types with the derives also implement the old
//!   traits.
//! - Unused imports are removed: the prelude has the new traits, and derives elsewhere use their
//!   full paths.
//!
//! It reports each remaining site with a reason.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ops::Range,
    path::Path,
    process::{Command, Stdio},
};

use proc_macro2::Span;
use quote::ToTokens;
use syn::{
    spanned::Spanned,
    visit::{self, Visit},
    Expr, UseTree,
};

use crate::{
    category::Category,
    layout::{derived, primitive, Claim, Types},
    scan::{self, Macros},
};

pub struct Source {
    pub path: String,
    pub text: String,
}

/// The text of a file while it is edited, without a byte order mark. Each line ends in `\n`.
struct Text {
    path: String,
    text: String,
    mark: bool,
    crlf: bool,
}

impl Text {
    fn of(source: &Source) -> Result<Self, String> {
        let (mark, text) = match source.text.strip_prefix('\u{feff}') {
            Some(text) => (true, text),
            None => (false, source.text.as_str()),
        };
        let crlf = text.contains("\r\n");
        let text = text.replace("\r\n", "\n");
        // All lines must end in CRLF, or none: otherwise unrelated lines would change.
        if crlf && text.matches('\n').count() != source.text.matches("\r\n").count() {
            return Err(format!(
                "{}:1: expected one kind of line end, found LF and CR LF: convert the file, which \
                 has not changed",
                source.path
            ));
        }
        Ok(Self {
            path: source.path.clone(),
            text,
            mark,
            crlf,
        })
    }

    /// Returns the new text with the line endings and the byte order mark of the file.
    fn restored(&self, new: String) -> String {
        let new = if self.crlf {
            new.replace('\n', "\r\n")
        } else {
            new
        };
        if self.mark {
            format!("\u{feff}{new}")
        } else {
            new
        }
    }
}

pub struct Outcome {
    /// The new text of each file that changes.
    pub changed: BTreeMap<String, String>,
    /// The sites that were not converted, each with its file, line and reason.
    pub left: Vec<(String, usize, String)>,
    /// The errors while reading files.
    pub errors: Vec<String>,
}

/// A hand-written implementation of an old trait.
struct Impl {
    file: usize,
    claim: Claim,
    path: Option<syn::Path>,
    name: String,
    generic: bool,
    cfg: bool,
    span: Range<usize>,
    line: usize,
}

#[derive(Default)]
struct File {
    /// The modules that import the prelude, themselves or through an enclosing module.
    with_prelude: HashSet<Vec<String>>,
    edits: Vec<(Range<usize>, String)>,
    /// The implementations that become derives.
    removed: Vec<Range<usize>>,
    /// The names that the added derives use.
    derives: HashSet<&'static str>,
    /// `kernel`, or `crate` within that crate.
    root: &'static str,
}

fn range(span: Span) -> Range<usize> {
    span.byte_range()
}

fn line_of(span: Span) -> usize {
    span.start().line
}

pub fn run(sources: &[Source]) -> Outcome {
    let mut errors = Vec::new();
    let mut asts = Vec::new();
    for source in sources {
        let source = match Text::of(source) {
            Ok(source) => source,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        match syn::parse_file(&source.text) {
            Ok(ast) => asts.push((source, ast)),
            Err(error) => {
                errors.push(format!(
                    "{}:{}: does not parse: {error}; correct the file, which has not changed",
                    source.path,
                    error.span().start().line
                ));
            }
        }
    }
    let mut types = Types::default();
    let mut files = Vec::new();
    let mut impls = Vec::new();
    let mut macros = Macros::default();
    for (index, (source, ast)) in asts.iter().enumerate() {
        types.collect(index, ast);
        macros.collect(&source.path, ast);
        let mut survey = Survey {
            file: index,
            module: Vec::new(),
            old: HashMap::new(),
            found: File::default(),
            impls: Vec::new(),
        };
        survey.visit_file(ast);
        impls.extend(survey.impls);
        files.push(survey.found);
    }
    // The author of the macro will invoke it elsewhere.
    macros.invoke_all();
    macros.settle();

    let mut left = Vec::new();
    let mut note = |file: usize, line, reason| left.push((asts[file].0.path.clone(), line, reason));

    // Find the implementations that become derives, and their types.
    let mut derives: BTreeMap<usize, BTreeSet<&'static str>> = BTreeMap::new();
    let mut kept: HashSet<usize> = HashSet::new();
    let mut converted: HashSet<(usize, usize)> = HashSet::new();
    for found in &impls {
        let result = (|| {
            if found.cfg {
                return Err("under a cfg: derive by hand".to_string());
            }
            if found.generic {
                return Err("generic: derive by hand".to_string());
            }
            let path = found
                .path
                .as_ref()
                .ok_or("not a named type: derive by hand")?;
            let def = types.find(found.file, path)?;
            let mut needs = vec![def];
            types.can(def, found.claim, &mut needs)?;
            Ok(needs)
        })();
        match result {
            Ok(needs) => {
                for def in needs {
                    derives.entry(def).or_default().extend([
                        found.claim.name(),
                        "KnownLayout",
                        "Immutable",
                    ]);
                }
                files[found.file].removed.push(found.span.clone());
                converted.insert((found.file, found.span.start));
            }
            Err(reason) => {
                kept.insert(found.file);
                note(
                    found.file,
                    found.line,
                    format!("{} for {}: {reason}", found.claim.old_name(), found.name),
                );
            }
        }
    }
    for (file, (source, _)) in files.iter_mut().zip(&asts) {
        for span in &file.removed {
            for range in removal(&source.text, span, &file.removed) {
                file.edits.push((range, String::new()));
            }
        }
    }
    for (&def, names) in &derives {
        let def = &types.defs[def];
        derive(&mut files[def.file], &asts[def.file].0.text, def, names);
    }
    // Further sites that the ledger finds are in macros.
    for (index, (source, ast)) in asts.iter().enumerate() {
        let known: HashSet<_> = impls
            .iter()
            .filter(|found| found.file == index)
            .map(|found| found.line)
            .collect();
        for site in scan::scan(&source.path, ast, &macros).0 {
            if site.category == Category::Impl
                && site.written.is_none()
                && !known.contains(&site.line)
            {
                let old = site.item.starts_with("FromBytes ") || site.item.starts_with("AsBytes ");
                if old && inside_macro(ast, site.line) {
                    kept.insert(index);
                    note(
                        index,
                        site.line,
                        format!("{}: in a macro: add the derive to its body", site.item),
                    );
                }
            }
        }
    }

    // Convert imports, bounds and calls if the file no longer needs the old traits.
    let known: HashSet<String> = impls
        .iter()
        .filter(|found| converted.contains(&(found.file, found.span.start)))
        .map(|found| found.name.clone())
        .collect();
    for (index, (source, ast)) in asts.iter().enumerate() {
        let mut uses = Uses {
            root: files[index].root,
            prelude: !files[index].with_prelude.is_empty(),
            with_prelude: &files[index].with_prelude,
            module: Vec::new(),
            text: &source.text,
            used: Names::of(ast, &files[index].removed),
            derives: &files[index].derives,
            dropped: Vec::new(),
            known: &known,
            parameters: Vec::new(),
            by_reference: ast_has_reference_call(ast),
            imported: false,
            names: HashSet::new(),
            anonymous: Vec::new(),
            edits: Vec::new(),
            refused: Vec::new(),
            removed: &files[index].removed,
        };
        uses.visit_file(ast);
        // A second import of the same trait would be unused.
        for (name, span, line) in std::mem::take(&mut uses.anonymous) {
            if uses.names.contains(name.as_str()) {
                let text = &source.text;
                let end = text[span.end..]
                    .find('\n')
                    .map_or(text.len(), |newline| span.end + newline + 1);
                uses.edits.push((span.start..end, line, String::new()));
            }
        }
        if !uses.imported {
            continue;
        }
        let mut left = Vec::new();
        if kept.contains(&index) {
            let line = uses.edits.first().map_or(1, |(_, line, _)| *line);
            note(
                index,
                line,
                "imports, bounds and calls: convert the remaining implementations of the file first"
                    .to_string(),
            );
            left = uses.dropped;
        } else if !uses.refused.is_empty() {
            for (line, reason) in uses.refused {
                note(
                    index,
                    line,
                    format!("imports, bounds and calls of the file: {reason}"),
                );
            }
            left = uses.dropped;
        } else {
            let edits = uses.edits.into_iter().map(|(range, _, text)| (range, text));
            left.extend(edits);
        }
        files[index].edits.extend(left);
    }

    let mut changed = BTreeMap::new();
    for ((source, _), file) in asts.iter().zip(files) {
        if !file.edits.is_empty() {
            let text = formatted(&source.path, &source.text, edited(&source.text, file.edits));
            changed.insert(source.path.clone(), source.restored(text));
        }
    }
    left.sort();
    Outcome {
        changed,
        left,
        errors,
    }
}

/// Applies edits of ranges that do not overlap. Removing a line does not leave two empty lines.
fn edited(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    edits.dedup();
    let mut out = String::new();
    let mut at = 0;
    for (range, new) in edits {
        if range.start < at {
            continue;
        }
        out.push_str(&text[at..range.start]);
        at = range.end;
        if new.is_empty() && (out.ends_with("\n\n") || out.ends_with("{\n")) {
            at += text[at..].chars().take_while(|&c| c == '\n').count();
        }
        out.push_str(&new);
    }
    out.push_str(&text[at..]);
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

/// Returns the ranges to remove for an item: its lines and the SAFETY comment above it. `all`
/// contains the removed items. A line stays if it also contains other code.
fn removal(text: &str, span: &Range<usize>, all: &[Range<usize>]) -> Vec<Range<usize>> {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let start = line_start(span.start);
    let newline = text[span.end..]
        .find('\n')
        .map_or(text.len(), |newline| span.end + newline);
    let blank = |range: Range<usize>| {
        text[range.clone()].char_indices().all(|(at, c)| {
            let at = range.start + at;
            c.is_whitespace() || all.iter().any(|item| item.contains(&at))
        })
    };
    let mut comment = start;
    let mut safety = false;
    while comment > 0 {
        let previous = line_start(comment - 1);
        let line = text[previous..comment].trim();
        if !line.starts_with("//") || line.starts_with("//!") {
            break;
        }
        comment = previous;
        if is_safety(line) {
            safety = true;
            break;
        }
    }
    let first = if safety { comment } else { start };
    let shares_start = !blank(start..span.start);
    let shares_end = !blank(span.end..newline) && !is_safety(text[span.end..newline].trim());
    match (shares_start, shares_end) {
        (false, false) => {
            let lines = first..text.len().min(newline + 1);
            vec![lines]
        }
        // The comment belongs to the item, but the indentation belongs to the next one.
        (false, true) => {
            let rest = &text[span.end..newline];
            let after = span.end + (rest.len() - rest.trim_start().len());
            vec![first..start, span.start..after]
        }
        (true, _) => {
            let before = &text[start..span.start];
            let end = if shares_end { span.end } else { newline };
            let item = start + before.trim_end().len()..end;
            vec![item]
        }
    }
}

/// Returns `true` if a comment begins like a SAFETY comment, in upper or lower case.
fn is_safety(comment: &str) -> bool {
    let comment = comment.trim_start_matches('/').trim_start();
    let comment = comment.trim_start_matches('#').trim_start().to_lowercase();
    comment
        .strip_prefix("safety")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        && !comment.is_empty()
}

/// Returns the ranges to remove from a `use` for the names that `drop` accepts, or `None` for the
/// whole `use`.
fn without(
    tree: &UseTree,
    prefix: &str,
    drop: &dyn Fn(&str, &str) -> bool,
) -> Option<Vec<Range<usize>>> {
    let keep = |dropped: bool| (!dropped).then(Vec::new);
    match tree {
        UseTree::Path(path) => without(&path.tree, &format!("{prefix}{}::", path.ident), drop),
        UseTree::Name(name) => keep(drop(
            &format!("{prefix}{}", name.ident),
            &name.ident.to_string(),
        )),
        UseTree::Rename(name) => keep(drop(
            &format!("{prefix}{}", name.ident),
            &name.rename.to_string(),
        )),
        UseTree::Glob(_) => keep(false),
        UseTree::Group(group) => {
            let spans: Vec<_> = group.items.iter().map(|item| range(item.span())).collect();
            let mut out = Vec::new();
            let mut kept = 0;
            for (i, item) in group.items.iter().enumerate() {
                match without(item, prefix, drop) {
                    Some(ranges) => {
                        kept += 1;
                        out.extend(ranges);
                    }
                    None if kept > 0 => out.push(spans[i - 1].end..spans[i].end),
                    None if i + 1 < spans.len() => out.push(spans[i].start..spans[i + 1].start),
                    None => (),
                }
            }
            (kept > 0 || spans.is_empty()).then_some(out)
        }
    }
}

/// Formats the new text with rustfmt, if the old one was formatted.
fn formatted(path: &str, old: &str, new: String) -> String {
    let format = |text: &str| -> Option<String> {
        let folder = Path::new(path)
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let mut child = Command::new("rustfmt")
            .args(["--edition", "2021"])
            .current_dir(folder.unwrap_or(Path::new(".")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut stdin = child.stdin.take()?;
        let text = text.to_string();
        let writer =
            std::thread::spawn(move || std::io::Write::write_all(&mut stdin, text.as_bytes()));
        let output = child.wait_with_output().ok()?;
        writer.join().ok()?.ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8(output.stdout).ok())?
    };
    match format(old) {
        Some(text) if text == old => format(&new).unwrap_or(new),
        _ => new,
    }
}

/// Adds derives to a type, in its existing list if it has one.
fn derive(file: &mut File, text: &str, def: &crate::layout::Def, names: &BTreeSet<&'static str>) {
    let have = derived(&def.attrs);
    // The end of the last derive, and of its list.
    let mut list = None;
    for attr in def
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("derive"))
    {
        let parser = syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
        let paths = attr.parse_args_with(parser).unwrap_or_default();
        if let (syn::Meta::List(meta), Some(last)) = (&attr.meta, paths.last()) {
            list = Some((meta.delimiter.span().close(), range(last.span()).end));
        }
    }
    let prefix = match file.with_prelude.contains(&def.module) {
        true => String::new(),
        false => format!("{}::zerocopy::", file.root),
    };
    let order = ["FromBytes", "IntoBytes", "KnownLayout", "Immutable"];
    let new: Vec<_> = order
        .iter()
        .filter(|&name| names.contains(name) && !have.contains(*name))
        .inspect(|&name| {
            if prefix.is_empty() {
                file.derives.insert(name);
            }
        })
        .map(|name| format!("{prefix}{name}"))
        .collect();
    if new.is_empty() {
        return;
    }
    let new = new.join(", ");
    match list {
        Some((close, last)) => file
            .edits
            .push((last..range(close).start, format!(", {new}"))),
        None => {
            let line = text[..def.start]
                .rfind('\n')
                .map_or(0, |newline| newline + 1);
            let indent = &text[line..def.start];
            file.edits
                .push((def.start..def.start, format!("#[derive({new})]\n{indent}")));
        }
    }
}

/// Returns `true` if a line is within the tokens of a macro.
fn inside_macro(ast: &syn::File, line: usize) -> bool {
    struct Inside(usize, bool);
    impl<'ast> Visit<'ast> for Inside {
        fn visit_macro(&mut self, call: &'ast syn::Macro) {
            let span = call.span();
            self.1 |= (span.start().line..=span.end().line).contains(&self.0)
                || (call.delimiter.span().open().start().line
                    ..=call.delimiter.span().close().end().line)
                    .contains(&self.0);
        }
    }
    let mut inside = Inside(line, false);
    inside.visit_file(ast);
    inside.1
}

fn joined(path: &syn::Path) -> String {
    path.segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect::<Vec<_>>()
        .join("::")
}

fn is_old(path: &str) -> bool {
    matches!(
        path,
        "kernel::transmute::FromBytes"
            | "kernel::transmute::AsBytes"
            | "crate::transmute::FromBytes"
            | "crate::transmute::AsBytes"
    )
}

/// The first pass over a file, which finds its implementations and the names in scope.
struct Survey {
    file: usize,
    module: Vec<String>,
    /// The old traits by the module and the name of their import.
    old: HashMap<(Vec<String>, String), String>,
    found: File,
    impls: Vec<Impl>,
}

impl Survey {
    fn imports(&mut self, items: &[syn::Item]) {
        if self.found.root.is_empty() {
            self.found.root = "kernel";
        }
        for item in items {
            let syn::Item::Use(item) = item else { continue };
            scan::leaves(&item.tree, String::new(), &mut |path, name, _| {
                if is_old(&path) {
                    let own = path.rsplit("::").next().unwrap_or_default();
                    self.old
                        .insert((self.module.clone(), name.to_string()), own.to_string());
                    if path.starts_with("crate::") {
                        self.found.root = "crate";
                    }
                }
                let above = self.module.split_last().map(|(_, above)| above.to_vec());
                let from_above = path == "super::*"
                    && above.is_some_and(|above| self.found.with_prelude.contains(&above));
                if matches!(path.as_str(), "kernel::prelude::*" | "crate::prelude::*") || from_above
                {
                    self.found.with_prelude.insert(self.module.clone());
                }
            });
        }
    }
}

impl<'ast> Visit<'ast> for Survey {
    fn visit_file(&mut self, file: &'ast syn::File) {
        self.imports(&file.items);
        visit::visit_file(self, file);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        if let Some((_, items)) = &item.content {
            self.imports(items);
        }
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let (Some((None, path, _)), Some(_)) = (&item.trait_, &item.unsafety) else {
            return;
        };
        let Some(name) = path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
        else {
            return;
        };
        let full = joined(path);
        let imported = (0..=self.module.len()).rev().find_map(|length| {
            let module = self.module[..length].to_vec();
            self.old.get(&(module, full.clone()))
        });
        let imported = imported.cloned();
        let claim = match imported.as_deref().unwrap_or(&name) {
            "FromBytes" => Claim::FromBytes,
            "AsBytes" => Claim::IntoBytes,
            _ => return,
        };
        if imported.is_none() && !is_old(&full) {
            return;
        }
        let (first, last) = (
            item.attrs.first().map(|attr| attr.span()),
            item.brace_token.span.close(),
        );
        let start = first
            .or(item.unsafety.map(|token| token.span()))
            .map_or(0, |span| range(span).start);
        self.impls.push(Impl {
            file: self.file,
            claim,
            path: match &*item.self_ty {
                syn::Type::Path(path) if path.qself.is_none() => Some(path.path.clone()),
                _ => None,
            },
            name: item.self_ty.to_token_stream().to_string().replace(' ', ""),
            generic: !item.generics.params.is_empty(),
            cfg: item.attrs.iter().any(|attr| attr.path().is_ident("cfg")),
            span: start..range(last).end,
            line: item.unsafety.map_or(0, |token| line_of(token.span)),
        });
    }
}

/// Returns the new function for an old one, and `true` if it returns a reference.
fn renamed(name: &str) -> Option<(&'static str, bool)> {
    Some(match name {
        "from_bytes" => ("ref_from_bytes", true),
        "from_bytes_prefix" => ("ref_from_prefix", true),
        "from_bytes_mut" => ("mut_from_bytes", true),
        "from_bytes_mut_prefix" => ("mut_from_prefix", true),
        "from_bytes_copy" => ("read_from_bytes", false),
        "from_bytes_copy_prefix" => ("read_from_prefix", false),
        _ => return None,
    })
}

fn ast_has_reference_call(ast: &syn::File) -> bool {
    struct Calls(bool);
    impl<'ast> Visit<'ast> for Calls {
        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            let name = path
                .path
                .segments
                .last()
                .map(|segment| segment.ident.to_string());
            self.0 |= name
                .and_then(|name| renamed(&name))
                .is_some_and(|(_, reference)| reference);
        }
    }
    let mut calls = Calls(false);
    calls.visit_file(ast);
    calls.0
}

/// The names in a file, without imports and removed implementations.
#[derive(Default)]
struct Names<'a> {
    removed: &'a [Range<usize>],
    code: HashSet<String>,
    attributes: HashSet<String>,
}

impl<'a> Names<'a> {
    fn of(ast: &syn::File, removed: &'a [Range<usize>]) -> Self {
        let mut names = Self {
            removed,
            ..Self::default()
        };
        names.visit_file(ast);
        names
    }

    fn tokens(tokens: proc_macro2::TokenStream, to: &mut HashSet<String>) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(name) => {
                    to.insert(name.to_string());
                }
                proc_macro2::TokenTree::Group(group) => Self::tokens(group.stream(), to),
                _ => (),
            }
        }
    }

    /// Returns `true` if code needs the import of an old trait, for its name or for its functions.
    fn need(&self, own: &str, name: &str) -> bool {
        let functions = |function: &String| match own {
            "AsBytes" => matches!(function.as_str(), "as_bytes" | "as_bytes_mut"),
            _ => renamed(function).is_some(),
        };
        self.code.contains(name) || self.code.iter().any(functions)
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_item_use(&mut self, _: &'ast syn::ItemUse) {}

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if !is_removed(item, self.removed) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_attribute(&mut self, attr: &'ast syn::Attribute) {
        Self::tokens(attr.meta.to_token_stream(), &mut self.attributes);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        Self::tokens(call.tokens.clone(), &mut self.code);
    }

    fn visit_ident(&mut self, name: &'ast proc_macro2::Ident) {
        self.code.insert(name.to_string());
    }
}

fn is_removed(item: &syn::ItemImpl, removed: &[Range<usize>]) -> bool {
    let span = range(item.impl_token.span);
    removed.iter().any(|removed| removed.contains(&span.start))
}

/// The second pass over a file, which converts its imports, bounds and calls.
struct Uses<'a> {
    root: &'static str,
    prelude: bool,
    with_prelude: &'a HashSet<Vec<String>>,
    module: Vec<String>,
    text: &'a str,
    used: Names<'a>,
    derives: &'a HashSet<&'static str>,
    /// The changes of the imports if the file keeps the old traits.
    dropped: Vec<(Range<usize>, String)>,
    known: &'a HashSet<String>,
    parameters: Vec<HashSet<String>>,
    by_reference: bool,
    imported: bool,
    /// The new traits of the changed imports, and imports of them as `_`.
    names: HashSet<&'static str>,
    anonymous: Vec<(String, Range<usize>, usize)>,
    edits: Vec<(Range<usize>, usize, String)>,
    refused: Vec<(usize, String)>,
    removed: &'a [Range<usize>],
}

impl Uses<'_> {
    fn edit(&mut self, span: Span, text: impl Into<String>) {
        self.edits.push((range(span), line_of(span), text.into()));
    }

    fn insert(&mut self, at: usize, line: usize, text: &str) {
        self.edits.push((at..at, line, text.to_string()));
    }

    fn name(&self, name: &str) -> String {
        match self.prelude {
            true => name.to_string(),
            false => format!("{}::zerocopy::{name}", self.root),
        }
    }

    fn use_tree(&mut self, tree: &UseTree, prefix: &str) {
        match tree {
            UseTree::Path(path)
                if path.ident == "transmute" && matches!(prefix, "kernel::" | "crate::") =>
            {
                self.imported = true;
                let mut names = Vec::new();
                scan::leaves(&path.tree, String::new(), &mut |path, name, span| {
                    if !self.unneeded(&format!("kernel::transmute::{path}"), name) {
                        names.push((path, name.to_string(), span))
                    } else if self.with_prelude.contains(&self.module) {
                        self.names.insert(match path.as_str() {
                            "AsBytes" => "IntoBytes",
                            _ => "FromBytes",
                        });
                    }
                });
                if names.is_empty() {
                    return;
                }
                if names
                    .iter()
                    .any(|(path, ..)| !matches!(path.as_str(), "FromBytes" | "AsBytes"))
                {
                    self.refused.push((
                        line_of(path.ident.span()),
                        "an import of names other than FromBytes and AsBytes: convert it by hand"
                            .to_string(),
                    ));
                }
                for (path, name, span) in &names {
                    if name != path && name != "_" {
                        self.refused.push((
                            line_of(*span),
                            format!(
                                "`{path}` is imported as `{name}`: import it under its own name"
                            ),
                        ));
                    }
                }
                self.edit(path.ident.span(), "zerocopy");
                let mut new: Vec<_> = names
                    .iter()
                    .map(|(path, ..)| {
                        if path == "AsBytes" {
                            "IntoBytes"
                        } else {
                            "FromBytes"
                        }
                    })
                    .collect();
                new.sort_unstable();
                self.names.extend(&new);
                for ((_, _, span), new) in names.iter().zip(new) {
                    self.edit(*span, new);
                }
            }
            UseTree::Path(path) => self.use_tree(&path.tree, &format!("{prefix}{}::", path.ident)),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, prefix);
                }
            }
            _ => (),
        }
    }

    /// Returns `true` if the file does not need an import after the conversion to the new trait.
    fn unneeded(&self, path: &str, name: &str) -> bool {
        if !is_old(path) {
            return false;
        }
        let own = path.rsplit("::").next().unwrap_or_default();
        let new = if own == "AsBytes" { "IntoBytes" } else { own };
        let alias = name != own && name != "_";
        // The prelude has the trait, but only under its own name.
        let from_prelude = !alias && self.with_prelude.contains(&self.module);
        let derived = !alias && (self.derives.contains(new) || self.used.attributes.contains(new));
        from_prelude || !(derived || self.used.need(own, name))
    }

    /// Removes names from an import.
    fn cut(
        &self,
        item: &syn::ItemUse,
        drop: &dyn Fn(&str, &str) -> bool,
    ) -> Vec<(Range<usize>, String)> {
        let ranges = match without(&item.tree, "", drop) {
            Some(ranges) => ranges,
            None => removal(self.text, &range(item.span()), &[]),
        };
        ranges
            .into_iter()
            .map(|range| (range, String::new()))
            .collect()
    }

    fn bounds<'ast>(&mut self, bounds: impl Iterator<Item = &'ast syn::TypeParamBound>) {
        let mut last = None;
        let mut names = HashSet::new();
        for bound in bounds {
            let syn::TypeParamBound::Trait(bound) = bound else {
                continue;
            };
            let Some(ident) = bound.path.get_ident() else {
                continue;
            };
            names.insert(ident.to_string());
            match ident.to_string().as_str() {
                "AsBytes" => self.edit(ident.span(), "IntoBytes"),
                "FromBytes" => (),
                _ => continue,
            }
            last = Some(ident.span());
        }
        let Some(span) = last else { return };
        let mut more = String::new();
        if names.contains("FromBytes") && self.by_reference {
            more += &format!(" + {}", self.name("KnownLayout"));
        }
        more += &format!(" + {}", self.name("Immutable"));
        // This edit comes before the edit of the name, which is at the same offset or after it.
        self.insert(range(span).end, line_of(span), &more);
    }

    /// Checks that a path's type will implement the new traits.
    fn is_known(&self, path: &syn::ExprPath) -> Result<(), Option<String>> {
        let segments = &path.path.segments;
        if let Some(qself) = &path.qself {
            return self.is_known_type(&qself.ty).map_err(Some);
        }
        let (Some(first), true) = (segments.first(), segments.len() > 1) else {
            return Err(None);
        };
        let ty = &segments[segments.len() - 2].ident.to_string();
        let first = first.ident.to_string();
        let parameter = self.parameters.iter().any(|names| names.contains(&first));
        match ty.as_str() {
            "CStr" | "BStr" | "CString" => Err(None),
            "Self" => Ok(()),
            "FromBytes" | "AsBytes" => Err(Some(format!(
                "`{}` does not name the type: write `<Type as {ty}>::`",
                joined(&path.path)
            ))),
            _ if parameter || self.known.contains(ty) || primitive(ty).is_some() => Ok(()),
            ty => Err(Some(format!(
                "{ty} might not derive FromBytes: also name the files that define it"
            ))),
        }
    }

    /// Checks that the type in `<Type as FromBytes>::` will implement the new traits.
    fn is_known_type(&self, ty: &syn::Type) -> Result<(), String> {
        let known = match ty {
            syn::Type::Array(array) => return self.is_known_type(&array.elem),
            syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| {
                let name = last.ident.to_string();
                name == "Self"
                    || self.parameters.iter().any(|names| names.contains(&name))
                    || self.known.contains(&name)
                    || primitive(&name).is_some()
            }),
            _ => false,
        };
        let name = ty.to_token_stream().to_string().replace(' ', "");
        known.then_some(()).ok_or_else(|| {
            format!("{name} might not derive FromBytes: also name the files that define it")
        })
    }

    /// Returns the new name if the path names a function of an old trait.
    fn function(&mut self, path: &syn::ExprPath) -> Option<(Span, &'static str)> {
        let last = path.path.segments.last()?;
        let (new, _) = renamed(&last.ident.to_string())?;
        match self.is_known(path) {
            Ok(()) => Some((last.ident.span(), new)),
            Err(None) => None,
            Err(Some(reason)) => {
                self.refused.push((line_of(last.ident.span()), reason));
                None
            }
        }
    }

    fn with_parameters(&mut self, generics: &syn::Generics, f: impl FnOnce(&mut Self)) {
        let names = generics
            .type_params()
            .map(|parameter| parameter.ident.to_string())
            .collect();
        self.parameters.push(names);
        f(self);
        self.parameters.pop();
    }
}

impl<'ast> Visit<'ast> for Uses<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let new = self.cut(item, &|path, name| self.unneeded(path, name));
        let line = line_of(item.span());
        self.edits
            .extend(new.into_iter().map(|(range, text)| (range, line, text)));
        if !self.removed.is_empty() {
            let old = |path: &str, name: &str| {
                is_old(path)
                    && !self
                        .used
                        .need(path.rsplit("::").next().unwrap_or_default(), name)
            };
            self.dropped.extend(self.cut(item, &old));
        }
        self.use_tree(&item.tree, "");
        scan::leaves(&item.tree, String::new(), &mut |path, name, _| {
            let new = path.strip_prefix("zerocopy::").filter(|_| name == "_");
            if let (Some(new), syn::UseTree::Path(_)) = (new, &item.tree) {
                self.anonymous
                    .push((new.to_string(), range(item.span()), line_of(item.span())));
            }
        });
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.with_parameters(&item.sig.generics, |this| visit::visit_item_fn(this, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.with_parameters(&item.sig.generics, |this| {
            visit::visit_impl_item_fn(this, item)
        });
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let name = item
            .trait_
            .as_ref()
            .and_then(|(_, path, _)| Some(path.segments.last()?.ident.to_string()));
        // This item is converted, or reported with its reason.
        if is_removed(item, self.removed) {
            return;
        }
        if item.unsafety.is_some() && matches!(name.as_deref(), Some("FromBytes" | "AsBytes")) {
            return;
        }
        self.with_parameters(&item.generics, |this| visit::visit_item_impl(this, item));
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.bounds(item.supertraits.iter());
        self.with_parameters(&item.generics, |this| visit::visit_item_trait(this, item));
    }

    fn visit_type_param(&mut self, parameter: &'ast syn::TypeParam) {
        self.bounds(parameter.bounds.iter());
        visit::visit_type_param(self, parameter);
    }

    fn visit_predicate_type(&mut self, predicate: &'ast syn::PredicateType) {
        self.bounds(predicate.bounds.iter());
        visit::visit_predicate_type(self, predicate);
    }

    fn visit_trait_item_type(&mut self, item: &'ast syn::TraitItemType) {
        self.bounds(item.bounds.iter());
        visit::visit_trait_item_type(self, item);
    }

    fn visit_type_impl_trait(&mut self, item: &'ast syn::TypeImplTrait) {
        self.bounds(item.bounds.iter());
        visit::visit_type_impl_trait(self, item);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if call.method == "as_bytes_mut" && call.args.is_empty() {
            self.edit(call.method.span(), "as_mut_bytes");
        }
        // T::from_bytes(x).ok_or(E) and .ok_or_else(|| E): map the error instead.
        if let Expr::Call(inner) = &*call.receiver {
            if let (Expr::Path(path), Some(argument)) = (&*inner.func, call.args.first()) {
                let closure = match argument {
                    Expr::Closure(closure) if call.method == "ok_or_else" => Some(closure),
                    _ => None,
                };
                if call.method == "ok_or" || closure.is_some() {
                    if let Some((span, new)) = self.function(path) {
                        self.edit(span, new);
                        self.edit(call.method.span(), "map_err");
                        match closure {
                            Some(closure) => {
                                let bars = range(closure.or1_token.span()).start
                                    ..range(closure.or2_token.span()).end;
                                self.edits
                                    .push((bars, line_of(closure.span()), "|_|".to_string()));
                            }
                            None => self.insert(
                                range(argument.span()).start,
                                line_of(argument.span()),
                                "|_| ",
                            ),
                        }
                        inner
                            .args
                            .iter()
                            .chain(&call.args)
                            .for_each(|argument| self.visit_expr(argument));
                        return;
                    }
                }
            }
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func {
            if let Some((span, new)) = self.function(path) {
                self.edit(span, new);
                let close = call.paren_token.span.close();
                self.insert(range(close).end, line_of(close), ".ok()");
                call.args
                    .iter()
                    .for_each(|argument| self.visit_expr(argument));
                return;
            }
            if path
                .path
                .segments
                .last()
                .is_some_and(|last| renamed(&last.ident.to_string()).is_some())
            {
                call.args
                    .iter()
                    .for_each(|argument| self.visit_expr(argument));
                return;
            }
        }
        visit::visit_expr_call(self, call);
    }

    /// Converts a function that is named but not called, as in `.and_then(T::from_bytes_prefix)`.
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some((span, new)) = self.function(path) {
            self.insert(range(path.span()).start, line_of(span), "|bytes| ");
            self.edit(span, format!("{new}(bytes).ok()"));
            return;
        }
        // Convert paths of the old trait, as in <T as AsBytes>::as_bytes(x).
        match path.path.segments.first() {
            Some(first) if first.ident == "AsBytes" && path.path.segments.len() > 1 => {
                self.edit(first.ident.span(), "IntoBytes")
            }
            _ => (),
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<_> = joined(path).split("::").map(str::to_string).collect();
        if (1..=names.len()).any(|length| is_old(&names[..length].join("::"))) {
            self.imported = true;
            self.refused.push((
                line_of(path.span()),
                "a path names the old trait in full: import the trait".to_string(),
            ));
        }
        visit::visit_path(self, path);
    }
}
