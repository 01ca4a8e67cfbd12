// SPDX-License-Identifier: GPL-2.0

//! `#[derive(SameCompat)]`: types that 32-bit and 64-bit programs lay out alike.

use proc_macro2::TokenStream;
use quote::{
    quote,
    quote_spanned, //
};
use syn::{
    spanned::Spanned,
    Attribute,
    Data,
    DeriveInput,
    Error, //
};

/// A `repr` of an enum that is of another size in a 32-bit program.
fn is_pointer_sized(attr: &Attribute) -> bool {
    let mut found = false;

    // What is malformed in it, the compiler says.
    if attr.path().is_ident("repr") {
        let _ = attr.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("usize") || meta.path.is_ident("isize");
            Ok(())
        });
    }
    found
}

/// A type has no padding where integers are aligned most strictly, so it has none where they are
/// aligned less, and its fields are then at the same offsets.
pub(crate) fn same_compat(input: DeriveInput) -> TokenStream {
    let name = &input.ident;

    if let Some(repr) = input.attrs.iter().find(|attr| is_pointer_sized(attr)) {
        let text = format!("`{name}` has another size in a 32-bit program");
        return Error::new_spanned(repr, text).into_compile_error();
    }
    let fields: Vec<_> = match &input.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Union(data) => data.fields.named.iter().collect(),
        Data::Enum(data) => data
            .variants
            .iter()
            .flat_map(|variant| variant.fields.iter())
            .collect(),
    };
    let bounds = fields.iter().map(|field| {
        let ty = &field.ty;
        quote_spanned!(ty.span()=> #ty: ::kernel::ioctl::SameCompat)
    });

    quote! {
        #[automatically_derived]
        impl ::kernel::ioctl::SameCompat for #name
        where
            #name: ::kernel::zerocopy::IntoBytes,
            #(#bounds,)*
        {
        }
    }
}
