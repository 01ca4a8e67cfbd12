// SPDX-License-Identifier: GPL-2.0

//! `CompatLayout`: types with the same layout in 32-bit and 64-bit user space.
//!
//! A `long` is not a distinct type: `core::ffi::c_long` is an alias of `i64` on a 64-bit kernel.
//! The compiler cannot tell the two apart, so neither `i64` nor `u64` implements `CompatLayout`.
//! The macros recognize 64-bit integers by name instead. A type with any other name must implement
//! `CompatLayout`.

use proc_macro2::{
    TokenStream,
    TokenTree, //
};
use quote::{
    format_ident,
    quote,
    quote_spanned,
    ToTokens, //
};
use syn::{
    spanned::Spanned,
    Attribute,
    Data,
    DeriveInput,
    Error,
    Expr,
    Fields,
    Ident,
    Result,
    Type, //
};

/// The names of 64-bit integers, and the types that they must refer to.
const NAMES: [(&str, &str); 10] = [
    ("i64", "i64"),
    ("u64", "u64"),
    ("__s64", "i64"),
    ("__u64", "u64"),
    ("__le64", "u64"),
    ("__be64", "u64"),
    ("c_longlong", "i64"),
    ("c_ulonglong", "u64"),
    ("NonZeroI64", "NonZero"),
    ("NonZeroU64", "NonZero"),
];

/// A condition that a type in the source must meet to be `CompatLayout`.
enum Condition<'a> {
    /// The type is the 64-bit integer that its name suggests.
    Is(&'a Type, TokenStream),
    /// The type implements `CompatLayout`.
    CompatLayout(&'a Type),
}

/// Adds the conditions for `ty`. An array has the conditions of its elements.
fn conditions<'a>(ty: &'a Type, to: &mut Vec<Condition<'a>>) -> Result<()> {
    match ty {
        Type::Array(array) => {
            check_constant(&array.len)?;
            conditions(&array.elem, to)?;
        }
        Type::Group(group) => conditions(&group.elem, to)?,
        Type::Paren(paren) => conditions(&paren.elem, to)?,
        _ => to.push(match integer(ty) {
            Some(integer) => Condition::Is(ty, integer),
            None => Condition::CompatLayout(ty),
        }),
    }
    Ok(())
}

/// Returns the 64-bit integer or `NonZero` that the name of a type suggests.
fn integer(ty: &Type) -> Option<TokenStream> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let name = last.ident.to_string();

    if let syn::PathArguments::AngleBracketed(arguments) = &last.arguments {
        return match arguments.args.first() {
            Some(syn::GenericArgument::Type(of)) if name == "NonZero" => {
                let of = integer(of)?;
                Some(quote!(::core::num::NonZero<#of>))
            }
            _ => None,
        };
    }
    let (_, integer) = NAMES.iter().find(|(known, _)| name == *known)?;
    if *integer == "NonZero" {
        let name = &last.ident;
        return Some(quote!(::core::num::#name));
    }
    let integer = format_ident!("{integer}");
    Some(quote!(::core::primitive::#integer))
}

/// Rejects an array length that is computed from the size of a pointer or of a `long`.
fn check_constant(len: &Expr) -> Result<()> {
    fn names_size(tokens: TokenStream) -> bool {
        let mut tokens = tokens.into_iter().peekable();
        let mut found = false;

        while let Some(token) = tokens.next() {
            found |= match token {
                TokenTree::Group(group) => names_size(group.stream()),
                TokenTree::Ident(ident) => match &*ident.to_string() {
                    "size_of" | "size_of_val" | "align_of" | "align_of_val" => true,
                    // `as usize` is only a cast, but `usize::BITS` depends on the size of a
                    // pointer.
                    "usize" | "isize" | "c_long" | "c_ulong" => {
                        matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == ':')
                    }
                    _ => false,
                },
                _ => false,
            };
        }
        found
    }

    if names_size(quote!(#len)) {
        return Err(Error::new_spanned(
            len,
            "expected an array length that is the same in a 32-bit process, found one that depends \
             on the size of a type: use a number",
        ));
    }
    Ok(())
}

/// Returns `true` for a `repr` that gives an enum another size in a 32-bit process.
fn is_pointer_sized(attr: &Attribute) -> bool {
    let mut found = false;

    // The compiler reports malformed attributes.
    if attr.path().is_ident("repr") {
        let _ = attr.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("usize") || meta.path.is_ident("isize");
            Ok(())
        });
    }
    found
}

/// Derives `CompatLayout`.
///
/// If a type has no padding on an architecture with the strictest alignment, it has none where
/// integers are aligned less strictly. Its fields are then at the same offsets.
pub(crate) fn compat_layout(mut input: DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;

    if let Some(repr) = input.attrs.iter().find(|attr| is_pointer_sized(attr)) {
        let text = format!(
            "`{name}`: expected a `repr` of a fixed size, found one that differs in a 32-bit \
             process: use `u32`"
        );
        return Err(Error::new_spanned(repr, text));
    }
    let (types, names): (Vec<_>, Vec<_>) = match &input.data {
        Data::Struct(data) => (
            data.fields.iter().map(|field| &field.ty).collect(),
            match &data.fields {
                Fields::Named(fields) => fields.named.iter().map(|field| &field.ident).collect(),
                _ => Vec::new(),
            },
        ),
        Data::Union(data) => (
            data.fields.named.iter().map(|field| &field.ty).collect(),
            Vec::new(),
        ),
        Data::Enum(data) => {
            let fields = data.variants.iter().flat_map(|variant| &variant.fields);
            (fields.map(|field| &field.ty).collect(), Vec::new())
        }
    };

    let mut all = Vec::new();
    for ty in types {
        conditions(ty, &mut all)?;
    }
    let is_generic = !input.generics.params.is_empty();
    let (mut same, mut is) = (TokenStream::new(), TokenStream::new());
    for condition in &all {
        match condition {
            Condition::CompatLayout(ty) if is_generic => {
                same.extend(quote_spanned!(ty.span()=> #ty: ::kernel::ioctl::CompatLayout,));
            }
            Condition::CompatLayout(ty) => is.extend(quote_spanned! {ty.span()=>
                const _: fn() = ::kernel::uapi::compat::has_compat_layout::<#ty>;
            }),
            Condition::Is(ty, integer) => is.extend(assert_type(ty, integer)),
        }
    }

    let (_, ty_generics, _) = input.generics.split_for_impl();
    let this = quote!(#name #ty_generics);
    let clause = quote!(where #this: ::kernel::zerocopy::IntoBytes, #same);
    let clause: syn::WhereClause = syn::parse2(clause)?;
    input
        .generics
        .make_where_clause()
        .predicates
        .extend(clause.predicates);
    let (impl_generics, ty_generics, clause) = input.generics.split_for_impl();
    let name = &input.ident;

    Ok(quote! {
        #is
        #[automatically_derived]
        impl #impl_generics ::kernel::ioctl::CompatLayout for #name #ty_generics #clause {
            const FIELDS: &'static [::kernel::uapi::compat::Field] = &[#(
                ::kernel::uapi::compat::Field::new(
                    ::core::stringify!(#names),
                    ::core::mem::offset_of!(Self, #names),
                )
            ),*];
        }
    })
}

/// Requires `CompatLayout` for the argument type or element type of `command`.
pub(crate) fn has_compat_layout(command: &Ident, ty: &Type) -> TokenStream {
    let mut all = Vec::new();

    if let Err(e) = conditions(ty, &mut all) {
        return e.into_compile_error();
    }
    all.iter()
        .map(|condition| match condition {
            Condition::Is(ty, integer) => assert_type(ty, integer),
            Condition::CompatLayout(ty) => quote_spanned! {ty.span()=>
                const _: fn() = ::kernel::ioctl::expansion::has_compat_layout::<#command, #ty>;
            },
        })
        .collect()
}

/// Asserts that `ty_32`, the argument of `command` in a 32-bit process, has the layout of `ty`
/// there.
pub(crate) fn fits(command: &Ident, ty: &Type, ty_32: &Type) -> TokenStream {
    let (name, name_32) = (ty.to_token_stream(), ty_32.to_token_stream());
    let listed = format!(
        "{command}: expected `OtherCompatLayout` for `{name}` in rust/uapi/derives, found none: \
         add it, so that the layout of `{name_32}` can be checked"
    );
    let fits = format!(
        "{command}: expected the 32-bit layout of `{name}`, found a field of another size, name \
         or offset in `{name_32}`: declare the fields as a 32-bit process lays them out"
    );
    quote_spanned! {ty_32.span()=>
        const _: () = {
            #[allow(unused_imports)]
            use ::kernel::uapi::compat::{
                Declared,
                Undeclared as _, //
            };
            match Declared::<#ty>::LAYOUT {
                Some(layout) => ::core::assert!(
                    layout.fits(::core::mem::size_of::<#ty_32>(), Declared::<#ty_32>::FIELDS),
                    #fits
                ),
                None => ::core::assert!(!Declared::<#ty>::IS_LISTED, #listed),
            }
        };
    }
}

/// Rejects a type that has the name of an integer but is another type.
fn assert_type(ty: &Type, integer: &TokenStream) -> TokenStream {
    quote_spanned!(ty.span()=> const _: fn(#ty) -> #integer = ::core::convert::identity;)
}
