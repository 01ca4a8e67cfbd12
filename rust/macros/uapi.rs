// SPDX-License-Identifier: GPL-2.0

//! `#[derive(Uapi)]`: explains why a UAPI type cannot derive the traits that `rust/uapi/derives`
//! lists for it.

use proc_macro2::{
    Ident,
    TokenStream, //
};
use quote::{
    quote,
    quote_spanned, //
};
use syn::{
    parse::Parser,
    punctuated::Punctuated,
    spanned::Spanned,
    Data,
    DeriveInput,
    Error,
    Fields,
    Result,
    Token,
    Type, //
};

/// The traits that a type can only derive if each of its fields implements them.
const OF_FIELDS: [&str; 5] = [
    "FromBytes",
    "FromZeros",
    "Immutable",
    "IntoBytes",
    "CompatLayout",
];

/// The integers of UAPI headers, as bindgen names them.
const INTEGERS: [&str; 14] = [
    "__s16", "__s32", "__s64", "__s8", "__u16", "__u32", "__u64", "__u8", "c_char", "c_int",
    "c_uint", "u16", "u32", "u8",
];

pub(crate) fn uapi(input: DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let traits = listed(&input)?;
    let (fields, is_union) = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => (&fields.named, false),
            _ => return Ok(TokenStream::new()),
        },
        Data::Union(data) => (&data.fields.named, true),
        Data::Enum(_) => {
            return Err(Error::new_spanned(
                name,
                "expected a struct or a union, found an enum: remove the derive",
            ))
        }
    };

    let named: Vec<_> = fields
        .iter()
        .filter_map(|field| Some((field.ident.as_ref()?, &field.ty)))
        .collect();

    let bounds = named
        .iter()
        .filter(|(_, ty)| !is_integer(ty))
        .map(|(_, ty)| {
            let traits = traits
                .iter()
                .filter(|name| OF_FIELDS.iter().any(|of_fields| name == of_fields));
            quote_spanned!(ty.span()=> #ty: #(crate::field_bounds::#traits<#name>)+*)
        });

    let layout = traits
        .iter()
        .filter(|name| *name == "CompatLayout" || *name == "OtherCompatLayout")
        .map(|_| quote!(Self: crate::compat::Layout32));

    let padding = if !traits.iter().any(|name| name == "IntoBytes") {
        TokenStream::new()
    } else if is_union {
        arms(name, &named)
    } else {
        gaps(name, &named)
    };

    Ok(quote! {
        const _: () = {
            #[automatically_derived]
            impl crate::field_bounds::Listed for #name
            where
                #(#bounds,)*
                #(#layout,)*
            {
            }
            #padding
        };
    })
}

/// Returns the traits in `#[uapi(...)]`.
fn listed(input: &DeriveInput) -> Result<Vec<Ident>> {
    for attr in &input.attrs {
        if attr.path().is_ident("uapi") {
            let list = attr.meta.require_list()?;
            let traits =
                Punctuated::<Ident, Token![,]>::parse_terminated.parse2(list.tokens.clone())?;
            return Ok(traits.into_iter().collect());
        }
    }
    Err(Error::new_spanned(
        &input.ident,
        "expected `#[uapi(TRAIT, ...)]` beside `#[derive(Uapi)]`, found none: add it",
    ))
}

/// Returns `true` if a type is an integer by its name, or an array of such integers.
///
/// Integers and arrays of them implement all traits. Skipping their bounds saves most of the
/// compile time.
fn is_integer(ty: &Type) -> bool {
    match ty {
        Type::Array(array) => is_integer(&array.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();

            INTEGERS.iter().any(|integer| name == *integer)
        }),
        _ => false,
    }
}

/// Asserts that a struct has no padding between its fields or at its end.
fn gaps(name: &Ident, fields: &[(&Ident, &Type)]) -> TokenStream {
    let mut asserts = TokenStream::new();
    let mut end = quote!(0);
    let mut place = String::from("before the first field");

    for (field, ty) in fields {
        let text = refusal(
            name,
            &format!("it has padding {place}: name it in the header"),
        );
        asserts.extend(quote! {
            assert!(::core::mem::offset_of!(#name, #field) == #end, #text);
        });
        end = quote!(::core::mem::offset_of!(#name, #field) + ::core::mem::size_of::<#ty>());
        place = format!("after the field `{field}`");
    }
    let text = refusal(
        name,
        &format!("it has padding {place}: name it in the header"),
    );
    quote! {
        #asserts
        assert!(::core::mem::size_of::<#name>() == #end, #text);
    }
}

/// Asserts that each arm of a union has the size of the union.
fn arms(name: &Ident, fields: &[(&Ident, &Type)]) -> TokenStream {
    let asserts = fields.iter().map(|(field, ty)| {
        let text = refusal(
            name,
            &format!("its arm `{field}` is smaller than the union: pad it in the header"),
        );
        quote!(assert!(::core::mem::size_of::<#ty>() == ::core::mem::size_of::<#name>(), #text);)
    });
    quote!(#(#asserts)*)
}

fn refusal(name: &Ident, why: &str) -> String {
    format!("`{name}` cannot be `IntoBytes`, as rust/uapi/derives requires: {why}")
}
