// SPDX-License-Identifier: GPL-2.0

//! Determines the traits that a type can derive, and its padding.
//!
//! Only the given files and the primitive types are known. The compiler checks each derive later.
//! This module only selects the derives that the codemod adds, and gives a reason if it adds none.
//! Sizes are for 64-bit architectures.

use std::collections::{HashMap, HashSet};

use syn::{punctuated::Punctuated, visit::Visit, Expr, Fields, Type};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Claim {
    FromBytes,
    IntoBytes,
}

impl Claim {
    pub fn name(self) -> &'static str {
        match self {
            Claim::FromBytes => "FromBytes",
            Claim::IntoBytes => "IntoBytes",
        }
    }

    /// Returns the name of the trait in `kernel::transmute`.
    pub fn old_name(self) -> &'static str {
        match self {
            Claim::FromBytes => "FromBytes",
            Claim::IntoBytes => "AsBytes",
        }
    }
}

#[derive(Clone)]
pub enum Body {
    Struct(Fields),
    Union(syn::FieldsNamed),
    Enum,
}

/// A type that one of the files defines.
#[derive(Clone)]
pub struct Def {
    pub file: usize,
    /// The modules within the file.
    pub module: Vec<String>,
    pub name: String,
    pub attrs: Vec<syn::Attribute>,
    /// The start of the item, after its attributes.
    pub start: usize,
    pub generic: bool,
    pub body: Body,
}

#[derive(Clone, Copy)]
struct Layout {
    size: usize,
    align: usize,
}

#[derive(Default)]
pub struct Types {
    pub defs: Vec<Def>,
    aliases: HashMap<String, Type>,
    constants: HashMap<String, Expr>,
}

impl Types {
    pub fn collect(&mut self, file: usize, ast: &syn::File) {
        Collect {
            types: self,
            file,
            module: Vec::new(),
        }
        .visit_file(ast);
    }

    /// Returns the definition that `path` names in `file`.
    pub fn find(&self, file: usize, path: &syn::Path) -> Result<usize, String> {
        let name = path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default();
        let qualified = path.segments.len() > 1;
        let all = || {
            self.defs
                .iter()
                .enumerate()
                .filter(|(_, def)| def.name == name)
        };
        // Prefer the file's own definition for a bare name, and another file's for a qualified one.
        let near: Vec<_> = all()
            .filter(|(_, def)| (def.file == file) != qualified)
            .collect();
        let all: Vec<_> = all().collect();
        match (&near[..], &all[..]) {
            ([(found, _)], _) | ([], [(found, _)]) => Ok(*found),
            ([], []) => match self.alias(&name) {
                Some(Type::Path(alias)) => self.find(file, &alias.path),
                _ => Err(format!(
                    "found no definition of {name}: also name the files that define it"
                )),
            },
            _ => Err(format!(
                "found several definitions of {name}: write its path"
            )),
        }
    }

    /// Checks that the type can derive the trait of this claim, and collects the field types that
    /// must also derive the trait.
    pub fn can(&self, def: usize, claim: Claim, needs: &mut Vec<usize>) -> Result<(), String> {
        let this = &self.defs[def];
        // Proven already.
        if derived(&this.attrs).contains(claim.name()) {
            return Ok(());
        }
        if this.generic {
            return Err("generic: derive by hand".into());
        }
        if this
            .attrs
            .iter()
            .any(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr"))
        {
            return Err("under a cfg: derive by hand".into());
        }
        let repr = Repr::of(&this.attrs);
        let fields: Vec<_> = match &this.body {
            Body::Enum => return Err("an enum: derive TryFromBytes".into()),
            Body::Union(_) if claim == Claim::IntoBytes => {
                return Err("a union: derive by hand".into())
            }
            Body::Union(fields) => fields.named.iter().collect(),
            Body::Struct(fields) => fields.iter().collect(),
        };
        let named = |index: usize, field: &syn::Field| match &field.ident {
            Some(name) => name.to_string(),
            None => index.to_string(),
        };
        for (index, field) in fields.iter().enumerate() {
            if field.attrs.iter().any(|attr| attr.path().is_ident("cfg")) {
                return Err(format!(
                    "field {}: under a cfg: derive by hand",
                    named(index, field)
                ));
            }
            self.type_can(this.file, &field.ty, claim, needs)
                .map_err(|reason| format!("field {}: {reason}", named(index, field)))?;
        }
        if claim == Claim::FromBytes || repr.transparent || repr.packed == Some(1) {
            return Ok(());
        }
        let mut offset: usize = 0;
        let mut align = repr.align;
        for (index, field) in fields.iter().enumerate() {
            let layout = self.layout(this.file, &field.ty);
            if fields.len() == 1 && layout.is_none() && align == 1 {
                return Ok(());
            }
            let layout = layout.ok_or_else(|| {
                format!(
                    "the size of field {} is unknown, so there may be padding: derive by hand",
                    named(index, field)
                )
            })?;
            let field_align = repr
                .packed
                .map_or(layout.align, |packed| packed.min(layout.align));
            let hole = offset.next_multiple_of(field_align) - offset;
            // Without repr(C), rustc orders the fields so that all padding is at the end.
            if repr.c && hole > 0 {
                return Err(format!(
                    "{hole} bytes of padding before field {}: make them a named field",
                    named(index, field)
                ));
            }
            offset += layout.size;
            align = align.max(field_align);
        }
        match offset.next_multiple_of(align) - offset {
            0 => Ok(()),
            hole => Err(format!(
                "{hole} bytes of padding at the end: make them a named field"
            )),
        }
    }

    /// Returns the target of a type alias. An alias that only shortens a path to the same name is
    /// skipped.
    fn alias(&self, name: &str) -> Option<&Type> {
        let ty = self.aliases.get(name)?;
        match ty {
            Type::Path(path)
                if path
                    .path
                    .segments
                    .last()
                    .is_some_and(|segment| segment.ident == name) =>
            {
                None
            }
            ty => Some(ty),
        }
    }

    fn type_can(
        &self,
        file: usize,
        ty: &Type,
        claim: Claim,
        needs: &mut Vec<usize>,
    ) -> Result<(), String> {
        match ty {
            Type::Paren(inner) => self.type_can(file, &inner.elem, claim, needs),
            Type::Array(array) => self.type_can(file, &array.elem, claim, needs),
            Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(()),
            Type::Slice(_) => Err("a flexible array: derive by hand".into()),
            Type::Ptr(_) => Err("a pointer: use an integer".into()),
            Type::Reference(_) => Err("a reference: use an integer".into()),
            Type::Path(path) => {
                let last = path
                    .path
                    .segments
                    .last()
                    .map(|segment| segment.ident.to_string())
                    .unwrap_or_default();
                match last.as_str() {
                    "PhantomData" => return Ok(()),
                    "__IncompleteArrayField" => {
                        return Err("a flexible array: derive by hand".into())
                    }
                    "bool" | "char" if claim == Claim::FromBytes => {
                        return Err(format!(
                            "{last} has invalid bit patterns: derive TryFromBytes"
                        ));
                    }
                    name if primitive(name).is_some() => return Ok(()),
                    _ => (),
                }
                if let Some(alias) = self.alias(&last) {
                    return self.type_can(file, alias, claim, needs);
                }
                let def = self.find(file, &path.path)?;
                self.can(def, claim, needs)?;
                needs.push(def);
                Ok(())
            }
            _ => Err("a type that is not supported: derive by hand".into()),
        }
    }

    fn layout(&self, file: usize, ty: &Type) -> Option<Layout> {
        match ty {
            Type::Paren(inner) => self.layout(file, &inner.elem),
            Type::Array(array) => {
                let element = self.layout(file, &array.elem)?;
                let size = element.size * self.value(file, &array.len, 16)?;
                Some(Layout { size, ..element })
            }
            Type::Tuple(tuple) if tuple.elems.is_empty() => Some(Layout { size: 0, align: 1 }),
            Type::Path(path) => {
                let last = path.path.segments.last()?.ident.to_string();
                if last == "PhantomData" {
                    return Some(Layout { size: 0, align: 1 });
                }
                if let Some(size) = primitive(&last) {
                    return Some(Layout { size, align: size });
                }
                if let Some(alias) = self.alias(&last) {
                    return self.layout(file, alias);
                }
                self.layout_of(&self.defs[self.find(file, &path.path).ok()?])
            }
            _ => None,
        }
    }

    fn layout_of(&self, def: &Def) -> Option<Layout> {
        let repr = Repr::of(&def.attrs);
        let (fields, union): (Vec<_>, bool) = match &def.body {
            Body::Struct(fields) => (fields.iter().collect(), false),
            Body::Union(fields) => (fields.named.iter().collect(), true),
            Body::Enum => return None,
        };
        if !(repr.c || repr.transparent || repr.packed.is_some()) || def.generic {
            return None;
        }
        let mut whole = Layout {
            size: 0,
            align: repr.align,
        };
        for field in fields {
            let field = self.layout(def.file, &field.ty)?;
            let align = repr
                .packed
                .map_or(field.align, |packed| packed.min(field.align));
            whole.align = whole.align.max(align);
            whole.size = match union {
                true => whole.size.max(field.size),
                false => whole.size.next_multiple_of(align) + field.size,
            };
        }
        whole.size = whole.size.next_multiple_of(whole.align);
        Some(whole)
    }

    /// Returns the value of a constant expression.
    fn value(&self, file: usize, expr: &Expr, depth: usize) -> Option<usize> {
        let value = |expr: &Expr| self.value(file, expr, depth.checked_sub(1)?);
        match expr {
            Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Int(int) => int.base10_parse().ok(),
                _ => None,
            },
            Expr::Paren(inner) => value(&inner.expr),
            Expr::Group(inner) => value(&inner.expr),
            Expr::Cast(inner) => value(&inner.expr),
            Expr::Binary(binary) => {
                let (left, right) = (value(&binary.left)?, value(&binary.right)?);
                match binary.op {
                    syn::BinOp::Add(_) => left.checked_add(right),
                    syn::BinOp::Sub(_) => left.checked_sub(right),
                    syn::BinOp::Mul(_) => left.checked_mul(right),
                    syn::BinOp::Div(_) => left.checked_div(right),
                    syn::BinOp::Shl(_) => left.checked_shl(right.try_into().ok()?),
                    _ => None,
                }
            }
            Expr::Path(path) => value(
                self.constants
                    .get(&path.path.segments.last()?.ident.to_string())?,
            ),
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => {
                    let last = path.path.segments.last()?;
                    match &last.arguments {
                        syn::PathArguments::AngleBracketed(generics) if last.ident == "size_of" => {
                            match generics.args.first()? {
                                syn::GenericArgument::Type(ty) => Some(self.layout(file, ty)?.size),
                                _ => None,
                            }
                        }
                        _ => None,
                    }
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// Returns the names of a type's derives.
pub fn derived(attrs: &[syn::Attribute]) -> HashSet<String> {
    let lists = attrs.iter().filter(|attr| attr.path().is_ident("derive"));
    let paths = lists.flat_map(|attr| {
        let parser = Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
        attr.parse_args_with(parser).unwrap_or_default()
    });
    paths
        .filter_map(|path| Some(path.segments.last()?.ident.to_string()))
        .collect()
}

/// Returns the size of a primitive type, which is also its alignment.
pub fn primitive(name: &str) -> Option<usize> {
    Some(match name {
        "u8" | "i8" | "bool" | "c_char" | "c_schar" | "c_uchar" => 1,
        "u16" | "i16" | "f16" | "c_short" | "c_ushort" => 2,
        "u32" | "i32" | "f32" | "char" | "c_int" | "c_uint" => 4,
        "u64" | "i64" | "f64" | "usize" | "isize" => 8,
        "c_long" | "c_ulong" | "c_longlong" | "c_ulonglong" => 8,
        "u128" | "i128" => 16,
        _ => return None,
    })
}

#[derive(Default)]
struct Repr {
    c: bool,
    transparent: bool,
    packed: Option<usize>,
    align: usize,
}

impl Repr {
    fn of(attrs: &[syn::Attribute]) -> Self {
        let mut repr = Self {
            align: 1,
            ..Self::default()
        };
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
            // rustc reports invalid attributes.
            _ = attr.parse_nested_meta(|meta| {
                let number = |meta: &syn::meta::ParseNestedMeta<'_>| -> syn::Result<usize> {
                    let content;
                    syn::parenthesized!(content in meta.input);
                    content.parse::<syn::LitInt>()?.base10_parse()
                };
                if meta.path.is_ident("C") {
                    repr.c = true;
                } else if meta.path.is_ident("transparent") {
                    repr.transparent = true;
                } else if meta.path.is_ident("packed") {
                    repr.packed = Some(if meta.input.peek(syn::token::Paren) {
                        number(&meta)?
                    } else {
                        1
                    });
                } else if meta.path.is_ident("align") {
                    repr.align = number(&meta)?;
                }
                Ok(())
            });
        }
        repr
    }
}

struct Collect<'a> {
    types: &'a mut Types,
    file: usize,
    module: Vec<String>,
}

impl Collect<'_> {
    fn add(
        &mut self,
        attrs: &[syn::Attribute],
        start: usize,
        name: &syn::Ident,
        generics: &syn::Generics,
        body: Body,
    ) {
        self.types.defs.push(Def {
            file: self.file,
            module: self.module.clone(),
            name: name.to_string(),
            attrs: attrs.to_vec(),
            start,
            generic: !generics.params.is_empty(),
            body,
        });
    }
}

/// Returns the start of an item, after its attributes.
fn start(vis: &syn::Visibility, keyword: proc_macro2::Span) -> usize {
    use syn::spanned::Spanned;
    match vis {
        syn::Visibility::Inherited => keyword.byte_range().start,
        vis => vis.span().byte_range().start,
    }
}

impl<'ast> Visit<'ast> for Collect<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        syn::visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let start = start(&item.vis, item.struct_token.span);
        self.add(
            &item.attrs,
            start,
            &item.ident,
            &item.generics,
            Body::Struct(item.fields.clone()),
        );
    }

    fn visit_item_union(&mut self, item: &'ast syn::ItemUnion) {
        let start = start(&item.vis, item.union_token.span);
        self.add(
            &item.attrs,
            start,
            &item.ident,
            &item.generics,
            Body::Union(item.fields.clone()),
        );
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        let start = start(&item.vis, item.enum_token.span);
        self.add(&item.attrs, start, &item.ident, &item.generics, Body::Enum);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.types
            .aliases
            .insert(item.ident.to_string(), (*item.ty).clone());
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.types
            .constants
            .insert(item.ident.to_string(), (*item.expr).clone());
    }
}
