// SPDX-License-Identifier: GPL-2.0

//! Finds the sites in Rust source.
//!
//! syn parses the source. The ledger does not search the text. Where the syntax tree is not
//! sufficient, these rules apply:
//!
//! - **Macros.** The tokens of a call and of a `macro_rules!` body are searched for a function, an
//!   `impl` or an `unsafe` block. A site in a `macro_rules!` body counts once. An implementation of
//!   a byte trait is a separate claim for each type. It therefore counts once for each type for
//!   which the tree expands the macro, at the location of the type. A macro that only this tree
//!   could invoke, but never does, is not counted.
//! - **Names.** `transmute`, `zeroed` and similar names count if their path, or their `use`, names
//!   `core::mem`, `core::slice` or the bindings. Copies from and to user space also count if the
//!   file declares them itself.
//! - **Bytes.** Types are not known. Within a function, a name counts as bytes if its declaration
//!   or its initial value is one of these: `u8` or `c_char` in a pointer, reference, array or
//!   vector; `MaybeUninit`; the result of `as_bytes()`, or a function or field of the same file
//!   with such a type. A pointer cast counts if the pointer is dereferenced, read or written, and
//!   one of its sides is bytes. A cast between pointers to C structs does not count, because it
//!   only wraps an object.
//! - **Unions.** Reading a field counts if a name or a field is declared with the type of a union
//!   of the tree. For bindgen's anonymous fields, only accesses in unsafe code count.
//! - **Ioctls.** In a function, macro or file with ioctl in its name, a `c_void` pointer or an
//!   integer that is cast and dereferenced counts as the argument.
//!
//! Examples in documentation comments are not counted.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    spanned::Spanned,
    visit::{self, Visit},
    Expr, Type,
};

use crate::{
    category::{Category, BYTE_TRAITS},
    expand::{self, Rule},
};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    pub category: Category,
    pub file: String,
    pub line: usize,
    /// The function, macro or implementation.
    pub item: String,
    /// The location of the source, if a macro expands to the site.
    pub written: Option<(String, usize)>,
}

struct Macro {
    file: String,
    rules: Vec<Rule>,
    /// Set if the macro implements byte traits, itself or through macros that it calls.
    implements: bool,
}

/// The `macro_rules!` and the unions of a tree.
#[derive(Default)]
pub struct Macros {
    by_name: HashMap<String, Vec<Macro>>,
    /// The macros that the tree invokes, or that other crates can invoke.
    invoked: HashSet<String>,
    /// The macros that each macro's body invokes.
    callees: HashMap<String, HashSet<String>>,
    unions: HashSet<String>,
    /// The types of all fields, by the name of the field.
    fields: HashMap<String, Vec<String>>,
}

/// Collects the macros that tokens invoke.
fn invocations(tokens: TokenStream, out: &mut HashSet<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (i, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => invocations(group.stream(), out),
            TokenTree::Ident(name) if is_punct(tokens.get(i + 1), '!') => {
                out.insert(name.to_string());
            }
            _ => {}
        }
    }
}

/// Returns the last name of a type's path. Looks through pointers and references.
fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        Type::Ptr(ptr) => type_name(&ptr.elem),
        Type::Reference(reference) => type_name(&reference.elem),
        Type::Paren(paren) => type_name(&paren.elem),
        Type::Group(group) => type_name(&group.elem),
        _ => None,
    }
}

impl Macros {
    pub fn collect(&mut self, file: &str, ast: &syn::File) {
        struct Collect<'a>(&'a mut Macros, &'a str);
        impl<'ast> Visit<'ast> for Collect<'_> {
            fn visit_macro(&mut self, call: &'ast syn::Macro) {
                if let Some(last) = call.path.segments.last() {
                    self.0.invoked.insert(last.ident.to_string());
                }
                invocations(call.tokens.clone(), &mut self.0.invoked);
            }

            fn visit_item_union(&mut self, item: &'ast syn::ItemUnion) {
                self.0.unions.insert(item.ident.to_string());
                visit::visit_item_union(self, item);
            }

            fn visit_field(&mut self, field: &'ast syn::Field) {
                if let Some(name) = &field.ident {
                    let types = self.0.fields.entry(name.to_string()).or_default();
                    types.push(type_name(&field.ty).unwrap_or_default());
                }
                visit::visit_field(self, field);
            }

            fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
                let (Some(name), true) = (&item.ident, item.mac.path.is_ident("macro_rules"))
                else {
                    visit::visit_item_macro(self, item);
                    return;
                };
                let exported = |attr: &syn::Attribute| attr.path().is_ident("macro_export");
                if item.attrs.iter().any(exported) {
                    self.0.invoked.insert(name.to_string());
                }
                let callees = self.0.callees.entry(name.to_string()).or_default();
                invocations(item.mac.tokens.clone(), callees);
                if let Some(rules) = expand::rules(item.mac.tokens.clone()) {
                    let found = Macro {
                        file: self.1.to_string(),
                        implements: rules.iter().any(|rule| implements(rule.body.clone())),
                        rules,
                    };
                    self.0
                        .by_name
                        .entry(name.to_string())
                        .or_default()
                        .push(found);
                }
            }
        }
        Collect(self, file).visit_file(ast);
    }

    /// Finds the invoked macros, and the macros that implement byte traits through others. Must be
    /// called after all macros are collected.
    pub fn settle(&mut self) {
        let mut todo: Vec<_> = self.invoked.iter().cloned().collect();
        while let Some(name) = todo.pop() {
            for callee in self.callees.get(&name).into_iter().flatten() {
                if self.invoked.insert(callee.clone()) {
                    todo.push(callee.clone());
                }
            }
        }
        loop {
            let known: HashSet<String> = self
                .by_name
                .iter()
                .filter(|(_, all)| all.iter().any(|m| m.implements))
                .map(|(name, _)| name.clone())
                .collect();
            let mut changed = false;
            for found in self
                .by_name
                .values_mut()
                .flatten()
                .filter(|m| !m.implements)
            {
                found.implements = found
                    .rules
                    .iter()
                    .any(|rule| calls(rule.body.clone(), &known));
                changed |= found.implements;
            }
            if !changed {
                return;
            }
        }
    }

    /// Treats every macro as invoked.
    pub fn invoke_all(&mut self) {
        self.invoked.extend(self.callees.keys().cloned());
    }

    fn is_union(&self, ty: &Type) -> bool {
        type_name(ty).is_some_and(|name| self.unions.contains(&name))
    }

    /// Returns `true` if every field of this name is a union, or `None` if no struct has such a
    /// field.
    fn is_union_field(&self, name: &str) -> Option<bool> {
        let types = self.fields.get(name)?;
        Some(types.iter().all(|name| self.unions.contains(name)))
    }

    /// Returns the macro that `name` means in `file`, if it implements byte traits. A macro of the
    /// file itself comes first.
    fn get(&self, name: &str, file: &str) -> Option<&Macro> {
        let all = self.by_name.get(name)?;
        let found = all
            .iter()
            .find(|m| m.file == file)
            .or_else(|| all.first())?;
        found.implements.then_some(found)
    }
}

/// Returns `true` if the tokens call one of these macros.
fn calls(tokens: TokenStream, names: &HashSet<String>) -> bool {
    let tokens: Vec<_> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(i, token)| match token {
        TokenTree::Group(group) => calls(group.stream(), names),
        TokenTree::Ident(name) => {
            names.contains(&name.to_string()) && is_punct(tokens.get(i + 1), '!')
        }
        _ => false,
    })
}

/// Returns `true` if the tokens contain an `unsafe impl` of a byte trait.
fn implements(tokens: TokenStream) -> bool {
    let tokens: Vec<_> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(i, token)| match token {
        TokenTree::Group(group) => implements(group.stream()),
        _ => {
            is_ident(token, "unsafe")
                && tokens
                    .get(i + 1)
                    .is_some_and(|token| is_ident(token, "impl"))
                && tokens[i..]
                    .iter()
                    .take_while(|token| !is_ident(token, "for") && !is_brace(token))
                    .any(|token| BYTE_TRAITS.iter().any(|name| is_ident(token, name)))
        }
    })
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn is_ident(token: &TokenTree, wanted: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == wanted)
}

fn is_brace(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// The kind of a name or expression, as far as the syntax shows it.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Bytes,
    /// A `c_void` pointer or an integer, like the argument of an ioctl.
    Opaque,
    /// A pointer from a cast. `bytes` is set if the pointer pointed to bytes before or after the
    /// cast.
    Cast {
        bytes: bool,
        opaque: bool,
    },
    /// A pointer to a slice, made from a pointer and a length.
    Slice,
    Union,
    Other,
}

#[derive(Default)]
struct Names {
    /// The names that the file imports with `use`, with their full paths.
    used: HashMap<String, String>,
    /// The modules that the file imports with `*`.
    globs: Vec<String>,
    /// Functions that the file itself declares in `extern` blocks: the C name by the name in scope.
    foreign: HashMap<String, String>,
    byte_fields: HashSet<String>,
    byte_functions: HashSet<String>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        leaves(&item.tree, String::new(), &mut |path, name, _| {
            match path.strip_suffix("::*") {
                Some(module) => self.globs.push(module.to_string()),
                None => {
                    self.used.insert(name.to_string(), path);
                }
            };
        });
    }

    fn visit_foreign_item_fn(&mut self, item: &'ast syn::ForeignItemFn) {
        let linked = item.attrs.iter().find_map(|attr| match &attr.meta {
            syn::Meta::NameValue(pair) if pair.path.is_ident("link_name") => {
                let text = pair.value.to_token_stream().to_string();
                Some(text.trim_matches('"').to_string())
            }
            _ => None,
        });
        let name = item.sig.ident.to_string();
        self.foreign
            .insert(name.clone(), linked.unwrap_or(name.clone()));
        visit::visit_foreign_item_fn(self, item);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if let (Some(name), true) = (&field.ident, is_bytes(&field.ty)) {
            self.byte_fields.insert(name.to_string());
        }
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if matches!(&signature.output, syn::ReturnType::Type(_, ty) if is_bytes(ty)) {
            self.byte_functions.insert(signature.ident.to_string());
        }
    }
}

/// Calls `f` with the path, the name in scope and the span of each name that a `use` imports.
pub fn leaves(tree: &syn::UseTree, prefix: String, f: &mut dyn FnMut(String, &str, Span)) {
    match tree {
        syn::UseTree::Path(path) => leaves(&path.tree, format!("{prefix}{}::", path.ident), f),
        syn::UseTree::Name(name) => f(
            format!("{prefix}{}", name.ident),
            &name.ident.to_string(),
            name.ident.span(),
        ),
        syn::UseTree::Rename(name) => f(
            format!("{prefix}{}", name.ident),
            &name.rename.to_string(),
            name.ident.span(),
        ),
        syn::UseTree::Glob(glob) => f(format!("{prefix}*"), "*", glob.span()),
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, prefix.clone(), f);
            }
        }
    }
}

/// Returns the first type argument.
fn first_type(generics: &syn::AngleBracketedGenericArguments) -> Option<&Type> {
    match generics.args.first()? {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// Returns the name of the function that an expression calls.
fn called(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns `true` if a type is a view of bytes, or uninitialized storage.
fn is_bytes(ty: &Type) -> bool {
    fn element(ty: &Type) -> bool {
        match ty {
            Type::Path(path) => {
                let last = path
                    .path
                    .segments
                    .last()
                    .map(|segment| segment.ident.to_string());
                matches!(
                    last.as_deref(),
                    Some("u8" | "c_char" | "c_uchar" | "MaybeUninit")
                ) || is_bytes(ty)
            }
            _ => is_bytes(ty),
        }
    }
    match ty {
        Type::Ptr(ptr) => element(&ptr.elem),
        Type::Reference(reference) => match &*reference.elem {
            // A reference to one byte is a value.
            Type::Path(path) if path.path.is_ident("u8") => false,
            elem => element(elem),
        },
        Type::Slice(slice) => element(&slice.elem),
        Type::Array(array) => element(&array.elem),
        Type::Paren(paren) => is_bytes(&paren.elem),
        Type::Group(group) => is_bytes(&group.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| {
            let name = segment.ident.to_string();
            let owner = name.ends_with("Vec") || name.ends_with("Box") || name == "NonNull";
            let of = match &segment.arguments {
                syn::PathArguments::AngleBracketed(generics) => first_type(generics),
                _ => None,
            };
            name == "MaybeUninit" || owner && of.is_some_and(element)
        }),
        _ => false,
    }
}

fn is_opaque(ty: &Type) -> bool {
    let ty = match ty {
        Type::Ptr(ptr) => &*ptr.elem,
        ty => ty,
    };
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| {
        ["c_void", "c_ulong", "usize", "UserPtr"].iter().any(|name| segment.ident == name)
    }))
}

pub struct Scan<'a> {
    file: &'a str,
    macros: &'a Macros,
    names: Names,
    /// The names of the enclosing items.
    within: Vec<String>,
    locals: Vec<HashMap<String, Kind>>,
    /// Set while the expansion of a macro is searched for implementations: the file of the macro,
    /// and the lines of the outermost invocation.
    expansion: Option<(String, std::ops::RangeInclusive<usize>)>,
    depth: usize,
    /// Set in the body of a `macro_rules!`.
    in_definition: bool,
    /// The number of enclosing `unsafe` blocks and functions.
    in_unsafe: usize,
    pub sites: Vec<Site>,
    pub notes: Vec<String>,
}

/// Returns the sites of a file, and errors for macros that could not be searched.
pub fn scan(file: &str, ast: &syn::File, macros: &Macros) -> (Vec<Site>, Vec<String>) {
    let mut names = Names::default();
    names.visit_file(ast);
    let mut scan = Scan {
        file,
        macros,
        names,
        within: Vec::new(),
        locals: vec![HashMap::new()],
        expansion: None,
        depth: 0,
        in_definition: false,
        in_unsafe: 0,
        sites: Vec::new(),
        notes: Vec::new(),
    };
    scan.visit_file(ast);
    (scan.sites, scan.notes)
}

impl Scan<'_> {
    fn site(&mut self, category: Category, span: Span, item: String) {
        let line = span.start().line;
        self.sites.push(Site {
            category,
            file: self.file.to_string(),
            line,
            item,
            written: None,
        });
    }

    fn here(&self) -> String {
        self.within.join("::")
    }

    fn found(&mut self, category: Category, span: Span) {
        if self.expansion.is_none() {
            self.site(category, span, self.here());
        }
    }

    fn within(&mut self, name: String, f: impl FnOnce(&mut Self)) {
        self.within.push(name);
        self.locals.push(HashMap::new());
        f(self);
        self.locals.pop();
        self.within.pop();
    }

    fn in_ioctl(&self) -> bool {
        let named = |name: &str| name.to_lowercase().contains("ioctl");
        named(self.file) || self.within.iter().any(|name| named(name))
    }

    /// Returns the path of a name according to its `use`.
    fn full(&self, path: &syn::Path) -> String {
        let text: Vec<_> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        match self.names.used.get(&text[0]) {
            Some(used) if text[0] != "crate" => {
                let rest = text[1..].iter().map(String::as_str);
                let whole: Vec<_> = std::iter::once(used.as_str()).chain(rest).collect();
                whole.join("::")
            }
            _ => text.join("::"),
        }
    }

    /// Returns the possible paths of a name: according to its `use`, or in a module imported with
    /// `*`.
    fn candidates(&self, path: &syn::Path) -> Vec<String> {
        let full = self.full(path);
        let mut all = Vec::new();
        if let (Some(last), 1) = (path.segments.last(), path.segments.len()) {
            let name = last.ident.to_string();
            if self.locals.iter().any(|locals| locals.contains_key(&name)) {
                // A variable.
            } else if let Some(linked) = self.names.foreign.get(&name) {
                all.push(format!("bindings::{linked}"));
            } else if full == name {
                let globs = self.names.globs.iter();
                all.extend(globs.map(|module| format!("{module}::{full}")));
            }
        }
        all.insert(0, full);
        all
    }

    fn local(&self, name: &str) -> Kind {
        let found = self.locals.iter().rev().find_map(|locals| locals.get(name));
        found.copied().unwrap_or(Kind::Other)
    }

    fn declare(&mut self, pattern: &syn::Pat, kind: Kind) {
        if let (syn::Pat::Ident(ident), Some(locals)) = (pattern, self.locals.last_mut()) {
            locals.insert(ident.ident.to_string(), kind);
        }
    }

    fn kind_of_type(&self, ty: &Type) -> Kind {
        match ty {
            _ if self.macros.is_union(ty) => Kind::Union,
            _ if is_bytes(ty) => Kind::Bytes,
            _ if is_opaque(ty) => Kind::Opaque,
            _ => Kind::Other,
        }
    }

    /// Returns the kind of an expression. Looks through casts.
    fn kind(&self, expr: &Expr) -> Kind {
        match expr {
            Expr::Paren(inner) => self.kind(&inner.expr),
            Expr::Group(inner) => self.kind(&inner.expr),
            Expr::Reference(inner) => self.kind(&inner.expr),
            Expr::RawAddr(inner) => self.kind(&inner.expr),
            Expr::Unary(inner) => match self.kind(&inner.expr) {
                // Dereferencing a cast pointer gives a value.
                Kind::Cast { .. } | Kind::Slice => Kind::Other,
                kind => kind,
            },
            Expr::Try(inner) => self.kind(&inner.expr),
            Expr::Index(inner) => self.kind(&inner.expr),
            Expr::Unsafe(inner) => match inner.block.stmts.last() {
                Some(syn::Stmt::Expr(expr, None)) => self.kind(expr),
                _ => Kind::Other,
            },
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) if name == "self" => {
                    let unions = &self.macros.unions;
                    match self.within.iter().any(|name| unions.contains(name)) {
                        true => Kind::Union,
                        false => Kind::Other,
                    }
                }
                Some(name) => self.local(&name.to_string()),
                None => Kind::Other,
            },
            Expr::Struct(new) => match new.path.segments.last() {
                Some(last) if self.macros.unions.contains(&last.ident.to_string()) => Kind::Union,
                _ => Kind::Other,
            },
            Expr::Field(field) => match &field.member {
                syn::Member::Named(name) if self.is_union_field(&name.to_string()) => Kind::Union,
                syn::Member::Named(name) if self.names.byte_fields.contains(&name.to_string()) => {
                    Kind::Bytes
                }
                _ => Kind::Other,
            },
            Expr::Cast(cast) => match &*cast.ty {
                Type::Ptr(_) => self.cast(&cast.expr, Some(&cast.ty)),
                _ => self.kind(&cast.expr),
            },
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else {
                    return Kind::Other;
                };
                let text: Vec<_> = path
                    .path
                    .segments
                    .iter()
                    .map(|s| s.ident.to_string())
                    .collect();
                match (text.last().map(String::as_str), call.args.first()) {
                    (Some("slice_from_raw_parts" | "slice_from_raw_parts_mut"), _) => Kind::Slice,
                    (Some("from_ref" | "from_mut" | "Ok" | "Some"), Some(argument)) => {
                        self.kind(argument)
                    }
                    _ if text.len() > 1 && text[text.len() - 2] == "MaybeUninit" => Kind::Bytes,
                    (Some(name), _) if self.names.byte_functions.contains(name) => Kind::Bytes,
                    _ => Kind::Other,
                }
            }
            Expr::MethodCall(call) => match call.method.to_string().as_str() {
                "cast" => {
                    let target = call.turbofish.as_ref().and_then(first_type);
                    let target = target.map(|ty| -> Type { syn::parse_quote!(*const #ty) });
                    self.cast(&call.receiver, target.as_ref())
                }
                "as_bytes" | "as_bytes_mut" | "as_mut_bytes" | "to_bytes" => Kind::Bytes,
                "as_ptr" | "as_mut_ptr" | "as_slice" | "as_mut_slice" | "as_ref" | "as_mut"
                | "cast_mut" | "cast_const" | "add" | "sub" | "offset" | "byte_add"
                | "byte_sub" | "wrapping_add" | "get" | "get_mut" | "get_unchecked"
                | "get_unchecked_mut" | "unwrap" | "spare_capacity_mut" => {
                    self.kind(&call.receiver)
                }
                name if self.names.byte_functions.contains(name) => Kind::Bytes,
                _ => Kind::Other,
            },
            _ => Kind::Other,
        }
    }

    fn cast(&self, from: &Expr, to: Option<&Type>) -> Kind {
        let to_bytes = to.is_some_and(is_bytes);
        let (from_bytes, opaque) = match self.kind(from) {
            Kind::Bytes => (true, false),
            Kind::Opaque => (false, true),
            Kind::Cast { bytes, opaque } => (bytes, opaque),
            Kind::Slice | Kind::Union | Kind::Other => (false, false),
        };
        Kind::Cast {
            bytes: from_bytes || to_bytes,
            opaque,
        }
    }

    /// Records an access through `pointer` if the pointer was cast between bytes and a type.
    fn access(&mut self, pointer: &Expr) {
        match self.kind(pointer) {
            Kind::Cast { opaque: true, .. } if self.in_ioctl() => {
                self.found(Category::IoctlCast, pointer.span())
            }
            Kind::Cast { bytes: true, .. } => self.found(Category::Cast, pointer.span()),
            Kind::Slice => self.found(Category::Slice, pointer.span()),
            _ => {}
        }
    }

    /// Returns `true` if a field is a union. The bindings are not parsed, so any anonymous field of
    /// bindgen counts as a union in unsafe code.
    fn is_union_field(&self, name: &str) -> bool {
        let anonymous = name.starts_with("__bindgen_anon_") && self.in_unsafe > 0;
        self.macros.is_union_field(name).unwrap_or(anonymous)
    }

    /// Records a hidden name of zerocopy.
    fn hidden(&mut self, path: &str, span: Span) {
        let path = path.trim_start_matches("::");
        let path = path.strip_prefix("kernel::").unwrap_or(path);
        let name = path.strip_prefix("zerocopy::").unwrap_or_default();
        let name = name.split("::").next().unwrap_or_default();
        if HIDDEN.contains(&name) {
            self.found(Category::Hidden, span);
        }
    }

    fn in_unsafe(&mut self, is: bool, f: impl FnOnce(&mut Self)) {
        self.in_unsafe += usize::from(is);
        f(self);
        self.in_unsafe -= usize::from(is);
    }

    /// Searches the tokens of a macro for items and blocks that parse.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut i = 0;
        while i < tokens.len() {
            i += self.parsed(&tokens[i..]).unwrap_or_else(|| {
                if let TokenTree::Group(group) = &tokens[i] {
                    self.tokens(group.stream());
                }
                1
            });
        }
    }

    /// Visits the item or block at the beginning of the tokens, and returns its number of tokens.
    fn parsed(&mut self, tokens: &[TokenTree]) -> Option<usize> {
        let through = |end: &dyn Fn(&TokenTree) -> bool| -> Option<(usize, TokenStream)> {
            let length = tokens.iter().position(end)? + 1;
            Some((length, tokens[..length].iter().cloned().collect()))
        };
        let TokenTree::Ident(first) = &tokens[0] else {
            return None;
        };
        let second = tokens.get(1);
        match first.to_string().as_str() {
            "unsafe" if second.is_some_and(is_brace) => {
                let (length, tokens) = through(&is_brace)?;
                let block = syn::parse2::<syn::ExprUnsafe>(tokens).ok()?;
                self.visit_expr_unsafe(&block);
                Some(length)
            }
            "unsafe" | "impl" if first == "impl" || second.is_some_and(|t| is_ident(t, "impl")) => {
                let (length, tokens) = through(&is_brace)?;
                let item = syn::parse2::<syn::ItemImpl>(tokens).ok()?;
                self.visit_item_impl(&item);
                Some(length)
            }
            "fn" if matches!(second, Some(TokenTree::Ident(_))) => {
                let (length, tokens) = through(&is_brace)?;
                let item = syn::parse2::<syn::ImplItemFn>(tokens).ok()?;
                self.visit_impl_item_fn(&item);
                Some(length)
            }
            "use" => {
                let (length, tokens) = through(&|token| is_punct(Some(token), ';'))?;
                let item = syn::parse2::<syn::ItemUse>(tokens).ok()?;
                self.visit_item_use(&item);
                Some(length)
            }
            "kernel" | "crate" => {
                let path: Vec<_> = tokens.iter().take(7).map(ToString::to_string).collect();
                if path.len() == 7 && path[1..6] == [":", ":", "transmute", ":", ":"] {
                    self.found(Category::OldTrait, first.span());
                    return Some(7);
                }
                None
            }
            name => {
                let arguments = match (second, tokens.get(2)) {
                    (Some(TokenTree::Punct(bang)), Some(TokenTree::Group(group)))
                        if bang.as_char() == '!' =>
                    {
                        group
                    }
                    _ => return None,
                };
                self.invocation(
                    name,
                    arguments.stream(),
                    first.span().start().line..=arguments.span().end().line,
                );
                None
            }
        }
    }

    /// Counts the implementations that an invocation creates for the types it names.
    fn invocation(
        &mut self,
        name: &str,
        arguments: TokenStream,
        lines: std::ops::RangeInclusive<usize>,
    ) {
        // Calls in a macro's body count when that macro is called.
        if self.in_definition {
            return;
        }
        let from = match &self.expansion {
            Some((file, _)) => file.clone(),
            None => self.file.to_string(),
        };
        let macros = self.macros;
        let Some(found) = macros.get(name, &from) else {
            return;
        };
        let Some(expanded) = expand::expand(&found.rules, &arguments) else {
            self.notes.push(format!(
                "{}:{}: no rule of {name}! matches: its implementations are not counted",
                self.file,
                lines.start()
            ));
            return;
        };
        if self.depth == 16 {
            return;
        }
        let outer = self.expansion.take();
        // For nested macros, report the outermost invocation, which the author wrote.
        let lines = outer.as_ref().map_or(lines, |(_, lines)| lines.clone());
        self.expansion = Some((found.file.clone(), lines));
        self.depth += 1;
        self.tokens(expanded);
        self.depth -= 1;
        self.expansion = outer;
    }
}

impl<'ast> Visit<'ast> for Scan<'_> {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let ty = item.self_ty.to_token_stream().to_string().replace(' ', "");
        if let (Some((_, path, _)), Some(unsafety)) = (&item.trait_, &item.unsafety) {
            let name = path
                .segments
                .last()
                .map(|segment| segment.ident.to_string())
                .unwrap_or_default();
            if BYTE_TRAITS.contains(&name.as_str()) {
                let line = item.self_ty.span().start().line;
                let (line, written) = match &self.expansion {
                    None => (unsafety.span().start().line, None),
                    Some((file, lines)) => (
                        if lines.contains(&line) {
                            line
                        } else {
                            *lines.start()
                        },
                        Some((file.clone(), unsafety.span().start().line)),
                    ),
                };
                self.sites.push(Site {
                    category: Category::Impl,
                    file: self.file.to_string(),
                    line,
                    item: format!("{name} for {ty}"),
                    written,
                });
            }
        }
        self.within(ty, |this| visit::visit_item_impl(this, item));
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.within(item.ident.to_string(), |this| {
            visit::visit_item_trait(this, item)
        });
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.within(item.sig.ident.to_string(), |this| {
            this.in_unsafe(item.sig.unsafety.is_some(), |this| {
                visit::visit_item_fn(this, item)
            })
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.within(item.sig.ident.to_string(), |this| {
            this.in_unsafe(item.sig.unsafety.is_some(), |this| {
                visit::visit_impl_item_fn(this, item)
            })
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.within(item.sig.ident.to_string(), |this| {
            visit::visit_trait_item_fn(this, item)
        });
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.within(item.ident.to_string(), |this| {
            visit::visit_item_const(this, item)
        });
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.within(item.ident.to_string(), |this| {
            visit::visit_item_static(this, item)
        });
    }

    fn visit_pat_type(&mut self, pattern: &'ast syn::PatType) {
        self.declare(&pattern.pat, self.kind_of_type(&pattern.ty));
        visit::visit_pat_type(self, pattern);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        if let Some(init) = &local.init {
            let kind = self.kind(&init.expr);
            match &local.pat {
                // The declared type is more specific than the value, except for a cast.
                syn::Pat::Type(typed) => match self.kind_of_type(&typed.ty) {
                    said if said != Kind::Other && !matches!(kind, Kind::Cast { .. }) => {
                        self.declare(&typed.pat, said)
                    }
                    _ => self.declare(&typed.pat, kind),
                },
                pattern => self.declare(pattern, kind),
            }
        }
    }

    fn visit_expr_unsafe(&mut self, block: &'ast syn::ExprUnsafe) {
        self.in_unsafe(true, |this| visit::visit_expr_unsafe(this, block));
    }

    fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
        if self.kind(&field.base) == Kind::Union {
            self.found(Category::Union, field.member.span());
        }
        visit::visit_expr_field(self, field);
    }

    fn visit_pat_struct(&mut self, pattern: &'ast syn::PatStruct) {
        let last = pattern.path.segments.last();
        if last.is_some_and(|last| self.macros.unions.contains(&last.ident.to_string())) {
            self.found(Category::Union, pattern.path.span());
        }
        visit::visit_pat_struct(self, pattern);
    }

    // Writing a field or taking its address does not read it.
    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        match &*assign.left {
            Expr::Field(field) => self.visit_expr(&field.base),
            left => self.visit_expr(left),
        }
        self.visit_expr(&assign.right);
    }

    fn visit_expr_raw_addr(&mut self, address: &'ast syn::ExprRawAddr) {
        match &*address.expr {
            Expr::Field(field) => self.visit_expr(&field.base),
            expr => self.visit_expr(expr),
        }
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        if matches!(&item.rename, Some((_, name)) if name == "zerocopy") {
            self.found(Category::Hidden, item.ident.span());
        }
    }

    fn visit_attribute(&mut self, attr: &'ast syn::Attribute) {
        if let (true, syn::Meta::List(list)) = (attr.path().is_ident("zerocopy"), &attr.meta) {
            if list
                .tokens
                .clone()
                .into_iter()
                .any(|token| is_ident(&token, "crate"))
            {
                self.found(Category::Hidden, attr.path().span());
            }
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut found = Vec::new();
        let mut all = Vec::new();
        leaves(&item.tree, String::new(), &mut |path, _, span| {
            all.push((path.clone(), span));
            if let Some(name) = old_trait(&path) {
                found.push((name.to_string(), span));
            }
        });
        for (path, span) in all {
            self.hidden(&path, span);
        }
        for (name, span) in found {
            if self.expansion.is_none() {
                self.site(Category::OldTrait, span, format!("use {name}"));
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let text: Vec<_> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if old_trait(&text.join("::")).is_some() {
            self.found(Category::OldTrait, path.span());
        }
        self.hidden(&text.join("::"), path.span());
        visit::visit_path(self, path);
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        let all = self.candidates(&path.path);
        let category = all.iter().find_map(|path| {
            let mut segments = path.rsplit("::");
            let name = segments.next().unwrap_or_default();
            match (name, segments.next().unwrap_or_default()) {
                ("transmute" | "transmute_copy", "mem" | "intrinsics") => Some(Category::Transmute),
                ("from_raw_parts" | "from_raw_parts_mut", "slice") => Some(Category::Slice),
                ("zeroed", "mem") => Some(Category::Zeroed),
                ("assume_init" | "assume_init_ref" | "assume_init_mut" | "assume_init_read", _) => {
                    Some(Category::AssumeInit)
                }
                (name, "Page" | "BorrowedPage") if is_page_copy(name) => Some(Category::PageCopy),
                (name, "bindings") if is_user_copy(name) => Some(Category::UserCopy),
                _ => None,
            }
        });
        if let Some(category) = category {
            self.found(category, path.span());
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        match call.method.to_string().as_str() {
            "assume_init" | "assume_init_ref" | "assume_init_mut" | "assume_init_read" => {
                let zeroed = called(&call.receiver).is_some_and(|name| name == "zeroed");
                let category = if zeroed {
                    Category::Zeroed
                } else {
                    Category::AssumeInit
                };
                self.found(category, call.method.span());
            }
            "read"
            | "read_unaligned"
            | "read_volatile"
            | "write"
            | "write_unaligned"
            | "write_volatile"
            | "write_bytes"
            | "as_ref"
            | "as_mut"
            | "copy_from"
            | "copy_from_nonoverlapping"
            | "copy_to"
            | "copy_to_nonoverlapping" => self.access(&call.receiver),
            "align_to" | "align_to_mut" => self.found(Category::Cast, call.method.span()),
            // A copy from or to a page takes a pointer to the other memory.
            name if is_page_copy(name) => {
                let before = self.sites.len();
                call.args.iter().for_each(|argument| self.access(argument));
                // A reader of user memory also has a function with this name, but with other
                // parameters.
                if self.sites.len() == before && call.args.len() == 3 {
                    self.found(Category::PageCopy, call.method.span());
                }
            }
            _ => (),
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func {
            let accesses = self.candidates(&path.path).iter().any(|path| {
                let mut segments = path.rsplit("::");
                let name = segments.next().unwrap_or_default();
                let module = segments.next().unwrap_or_default();
                let access = ["read", "write", "copy"]
                    .iter()
                    .any(|prefix| name.starts_with(prefix));
                // `from_raw()` of a type creates, for example, a `Box` from a pointer. The name of
                // a function that creates a slice is checked elsewhere.
                let made = matches!(name, "from_raw" | "from_raw_parts")
                    && module.starts_with(|first: char| first.is_uppercase());
                module == "ptr" && access || made
            });
            if accesses {
                for argument in &call.args {
                    self.access(argument);
                }
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        if matches!(unary.op, syn::UnOp::Deref(_)) {
            self.access(&unary.expr);
        }
        visit::visit_expr_unary(self, unary);
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        let Some(name) = item
            .ident
            .as_ref()
            .filter(|_| item.mac.path.is_ident("macro_rules"))
        else {
            visit::visit_item_macro(self, item);
            return;
        };
        if !self.macros.invoked.contains(&name.to_string()) {
            return;
        }
        self.in_definition = true;
        for rule in expand::rules(item.mac.tokens.clone()).unwrap_or_default() {
            self.within(format!("{name}!"), |this| {
                this.tokens(expand::plain(rule.body))
            });
        }
        self.in_definition = false;
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default();
        self.visit_path(&call.path);
        self.invocation(
            &name,
            call.tokens.clone(),
            call.path.span().start().line..=call.span().end().line,
        );
        self.tokens(call.tokens.clone());
    }
}

/// Returns the name that a path imports from `kernel::transmute`.
fn old_trait(path: &str) -> Option<&str> {
    let (module, name) = path.trim_start_matches("::").rsplit_once("::")?;
    matches!(
        module,
        "kernel::transmute" | "crate::transmute" | "super::transmute"
    )
    .then_some(name)
}

/// The public items of zerocopy that are unstable, or that only its derives and macros may use.
const HIDDEN: &[&str] = &[
    "BecauseExclusive",
    "BecauseImmutable",
    "CastType",
    "DstLayout",
    "HasField",
    "HasTag",
    "Maybe",
    "MetadataOf",
    "PointerMetadata",
    "ProjectField",
    "Ptr",
    "PtrInner",
    "cryptocorrosion_derive_traits",
    "define_cast",
    "enum_padding",
    "ident_id",
    "into_inner",
    "invariant",
    "layout",
    "pointer",
    "project_clients",
    "repr_c_struct_has_padding",
    "struct_padding",
    "union_padding",
    "util",
];

fn is_page_copy(name: &str) -> bool {
    matches!(name, "read_raw" | "write_raw" | "copy_from_user_slice_raw")
}

fn is_user_copy(name: &str) -> bool {
    let name = name.trim_start_matches('_');
    let name = name.strip_prefix("raw_").unwrap_or(name);
    matches!(
        name,
        "clear_user"
            | "copy_from_iter"
            | "copy_from_user"
            | "copy_struct_from_user"
            | "copy_to_iter"
            | "copy_to_user"
            | "get_user"
            | "put_user"
            | "strncpy_from_user"
            | "strnlen_user"
    )
}
