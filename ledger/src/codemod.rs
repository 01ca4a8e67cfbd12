// SPDX-License-Identifier: GPL-2.0

//! Moves drivers from `kernel::transmute` to the derives of `kernel::zerocopy`.
//!
//! What is mechanical is rewritten, in place: the rest of a file keeps its form.
//!
//! - `unsafe impl FromBytes for T {}` and `unsafe impl AsBytes for T {}`, with their SAFETY
//!   comments, become derives on `T`, and on the types of its fields where those need them.
//! - In a file where no such implementation is left, the imports, the bounds and the calls become
//!   those of `kernel::zerocopy`. Another file keeps all three: what derives implements the old
//!   traits as well.
//!
//! What is left is named, with the reason.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
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

pub struct Outcome {
    /// The new text of each file that changes.
    pub changed: BTreeMap<String, String>,
    /// What was not converted: file, line, reason.
    pub left: Vec<(String, usize, String)>,
    /// What could not be read.
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
    /// The modules into which the prelude is imported, or those of an enclosing one.
    with_prelude: HashSet<Vec<String>>,
    edits: Vec<(Range<usize>, String)>,
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
        match syn::parse_file(&source.text) {
            Ok(ast) => asts.push((source, ast)),
            Err(error) => {
                errors.push(format!(
                    "{}:{}: does not parse: {error}; the file is left as it is",
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
            old: HashSet::new(),
            found: File::default(),
            impls: Vec::new(),
        };
        survey.visit_file(ast);
        impls.extend(survey.impls);
        files.push(survey.found);
    }
    macros.settle();

    let mut left = Vec::new();
    let mut note = |file: usize, line, reason| left.push((asts[file].0.path.clone(), line, reason));

    // Implementations: which of them become derives, of which types.
    let mut derives: BTreeMap<usize, BTreeSet<&'static str>> = BTreeMap::new();
    let mut kept: HashSet<usize> = HashSet::new();
    let mut converted: HashSet<(usize, usize)> = HashSet::new();
    for found in &impls {
        let result = (|| {
            if found.cfg {
                return Err("cfg".to_string());
            }
            if found.generic {
                return Err("generic".to_string());
            }
            let path = found.path.as_ref().ok_or("not a named type")?;
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
                let span = with_comment(&asts[found.file].0.text, found.span.clone());
                files[found.file].edits.push((span, String::new()));
                converted.insert((found.file, found.line));
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
    for (&def, names) in &derives {
        let def = &types.defs[def];
        derive(&mut files[def.file], &asts[def.file].0.text, def, names);
    }
    // What the ledger finds beyond that is in macros.
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
                        format!("{}: in a macro: derive in the macro's body", site.item),
                    );
                }
            }
        }
    }

    // Imports, bounds and calls, where nothing of the file needs the old traits any more.
    let known: HashSet<String> = impls
        .iter()
        .filter(|found| converted.contains(&(found.file, found.line)))
        .map(|found| found.name.clone())
        .collect();
    for (index, (source, ast)) in asts.iter().enumerate() {
        let mut uses = Uses {
            root: files[index].root,
            prelude: !files[index].with_prelude.is_empty(),
            known: &known,
            parameters: Vec::new(),
            by_reference: ast_has_reference_call(ast),
            imported: false,
            names: HashSet::new(),
            anonymous: Vec::new(),
            edits: Vec::new(),
            refused: Vec::new(),
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
        if kept.contains(&index) {
            let line = uses.edits.first().map_or(1, |(_, line, _)| *line);
            note(
                index,
                line,
                "imports, bounds and calls: implementations are left in the file".to_string(),
            );
        } else if !uses.refused.is_empty() {
            for (line, reason) in uses.refused {
                note(
                    index,
                    line,
                    format!("imports, bounds and calls of the file: {reason}"),
                );
            }
        } else {
            files[index]
                .edits
                .extend(uses.edits.into_iter().map(|(range, _, text)| (range, text)));
        }
    }

    let mut changed = BTreeMap::new();
    for ((source, _), file) in asts.iter().zip(files) {
        if !file.edits.is_empty() {
            let text = formatted(&source.path, &source.text, edited(&source.text, file.edits));
            changed.insert(source.path.clone(), text);
        }
    }
    left.sort();
    Outcome {
        changed,
        left,
        errors,
    }
}

/// Applies edits of ranges that do not overlap; a removed line leaves no two empty lines behind.
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

/// The lines of an item, with the SAFETY comment above it.
fn with_comment(text: &str, span: Range<usize>) -> Range<usize> {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let start = line_start(span.start);
    let mut comment = start;
    let mut safety = false;
    while comment > 0 {
        let previous = line_start(comment - 1);
        let line = text[previous..comment].trim();
        if !line.starts_with("//") || line.starts_with("//!") {
            break;
        }
        comment = previous;
        if line
            .trim_start_matches('/')
            .trim_start()
            .starts_with("SAFETY:")
        {
            safety = true;
            break;
        }
    }
    let end = text[span.end..]
        .find('\n')
        .map_or(text.len(), |newline| span.end + newline + 1);
    if safety {
        comment..end
    } else {
        start..end
    }
}

/// rustfmt's form of the new text, if the old one had it.
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

/// Adds derives to a type, to the list that it has if there is one.
fn derive(file: &mut File, text: &str, def: &crate::layout::Def, names: &BTreeSet<&'static str>) {
    let have = derived(&def.attrs);
    // The end of the last derive, and of the list that it is in.
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

/// Whether a line is within the tokens of a macro.
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

/// First look at a file: its implementations, and what is in scope.
struct Survey {
    file: usize,
    module: Vec<String>,
    /// The modules that import an old trait, with its name.
    old: HashSet<(Vec<String>, String)>,
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
                    self.old.insert((self.module.clone(), name.to_string()));
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
        let claim = match name.as_str() {
            "FromBytes" => Claim::FromBytes,
            "AsBytes" => Claim::IntoBytes,
            _ => return,
        };
        let imported = path.segments.len() == 1
            && (0..=self.module.len()).any(|length| {
                self.old
                    .contains(&(self.module[..length].to_vec(), name.clone()))
            });
        if !imported && !is_old(&full) {
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

/// The old function, the new one, and whether it gives a reference.
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

/// Second look at a file: what would become of its imports, bounds and calls.
struct Uses<'a> {
    root: &'static str,
    prelude: bool,
    known: &'a HashSet<String>,
    parameters: Vec<HashSet<String>>,
    by_reference: bool,
    imported: bool,
    /// The new traits that the changed imports bring in, and imports of them as `_`.
    names: HashSet<&'static str>,
    anonymous: Vec<(String, Range<usize>, usize)>,
    edits: Vec<(Range<usize>, usize, String)>,
    refused: Vec<(usize, String)>,
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
                let mut names = Vec::new();
                scan::leaves(&path.tree, String::new(), &mut |path, name, span| {
                    names.push((path, name.to_string(), span))
                });
                if names
                    .iter()
                    .any(|(path, ..)| !matches!(path.as_str(), "FromBytes" | "AsBytes"))
                {
                    self.refused.push((
                        line_of(path.ident.span()),
                        "an import of another name".to_string(),
                    ));
                }
                self.imported = true;
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
        // Before the edit of the name itself, which is at the same place or behind it.
        self.insert(range(span).end, line_of(span), &more);
    }

    /// Whether a path's type has the new traits in the end.
    fn is_known(&self, path: &syn::ExprPath) -> Result<(), Option<String>> {
        let segments = &path.path.segments;
        let (Some(first), true) = (segments.first(), segments.len() > 1 || path.qself.is_some())
        else {
            return Err(None);
        };
        let ty = &segments[segments.len().saturating_sub(2)].ident.to_string();
        let first = first.ident.to_string();
        let parameter = self.parameters.iter().any(|names| names.contains(&first));
        match ty.as_str() {
            "CStr" | "BStr" | "CString" => Err(None),
            "Self" => Ok(()),
            _ if parameter || self.known.contains(ty) || primitive(ty).is_some() => Ok(()),
            ty => Err(Some(format!("{ty} is not known to derive FromBytes"))),
        }
    }

    /// The new name of the function that a path names, if it is one of the old trait.
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
        self.use_tree(&item.tree, "");
        scan::leaves(&item.tree, String::new(), &mut |path, name, _| {
            let new = path.strip_prefix("zerocopy::").filter(|_| name == "_");
            if let (Some(new), syn::UseTree::Path(_)) = (new, &item.tree) {
                self.anonymous
                    .push((new.to_string(), range(item.span()), line_of(item.span())));
            }
        });
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
        // Converted, or left with its reason.
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
        // T::from_bytes(x).ok_or(E) and .ok_or_else(|| E): the error is there to be mapped.
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

    /// A function that is named and not called, as in `.and_then(T::from_bytes_prefix)`.
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some((span, new)) = self.function(path) {
            self.insert(range(path.span()).start, line_of(span), "|bytes| ");
            self.edit(span, format!("{new}(bytes).ok()"));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if is_old(&joined(path)) {
            self.imported = true;
            self.refused.push((
                line_of(path.span()),
                "a path names the old trait in full".to_string(),
            ));
        }
        visit::visit_path(self, path);
    }
}
