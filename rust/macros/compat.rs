// SPDX-License-Identifier: GPL-2.0

//! `#[derive(SameCompat)]`: types that 32-bit and 64-bit programs lay out alike.

use proc_macro2::TokenStream;
use quote::{
    quote,
    quote_spanned, //
};
use syn::{
    spanned::Spanned,
    Data,
    DeriveInput, //
};

/// A type has no padding where integers are aligned most strictly, so it has none where they are
/// aligned less, and its fields are then at the same offsets.
pub(crate) fn same_compat(input: DeriveInput) -> TokenStream {
    let name = &input.ident;
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
