// SPDX-License-Identifier: GPL-2.0

//! Generates the `CommandDesc` of a command.

use super::{
    check::{
        last,
        number, //
    },
    declaration::{
        Command,
        Compat,
        Direction,
        Ioctls,
        Numbers,
        Passing,
        Reserved, //
    },
};
use proc_macro2::TokenStream;
use quote::{
    quote,
    quote_spanned, //
};
use syn::spanned::Spanned;

impl Command {
    /// Returns an expression that constructs the `CommandDesc` of the command.
    pub(super) fn describe(&self, table: &Ioctls, compat: Option<&Compat>) -> TokenStream {
        let argument = &self.argument;
        let path = compat.map_or(&self.name, |compat| &compat.name);
        let (name, number) = (last(path).to_string(), number(path));
        let count = match &self.numbers {
            Numbers::Range(count) => quote!(#count),
            _ => quote!(1),
        };
        let direction = match argument.direction {
            Direction::None => quote!(None),
            Direction::ByValue => quote!(ByValue),
            Direction::In => quote!(In),
            Direction::Out => quote!(Out),
            Direction::InOut => quote!(InOut),
        };
        let ty = &argument.ty;
        let size = match (&self.numbers, &argument.min) {
            (Numbers::AnySize, _) => {
                quote!(::kernel::ioctl::table::Size::Multiple(::core::mem::size_of::<#ty>()))
            }
            (_, Some(min)) => quote!(::kernel::ioctl::table::Size::Minimum(
                ::kernel::min_size!(#ty, #min).bytes()
            )),
            _ => quote!(::kernel::ioctl::table::Size::Exact),
        };
        let deferred = argument.passing == Passing::Deferred;
        let copy_back_on_error = argument.copy_back_on_error;
        let cfgs = &self.cfgs;
        let reserved = compat
            .map(|compat| &compat.ty)
            .or(argument.ty.as_ref())
            .filter(|_| argument.reads())
            .and_then(|ty| table.reserved_of(ty))
            .map_or(quote!(&[]), Reserved::describe);
        quote! {
            #(#cfgs)*
            ::kernel::ioctl::table::CommandDesc {
                name: #name,
                number: #number,
                count: #count,
                size: #size,
                direction: ::kernel::ioctl::table::Direction::#direction,
                deferred: #deferred,
                copy_back_on_error: #copy_back_on_error,
                reserved: #reserved,
            }
        }
    }
}

impl Reserved {
    fn describe(&self) -> TokenStream {
        let ty = &self.ty;
        let bits = self.bits.iter().map(|(field, mask)| {
            let mask = mask.as_ref().map_or(
                quote!(!0_u64),
                |mask| quote_spanned!(mask.span()=> (#mask) as u64),
            );
            quote_spanned! {field.span()=>
                ::kernel::ioctl::table::ReservedBits::of(
                    ::core::mem::offset_of!(#ty, #field),
                    |value: #ty| value.#field,
                    #mask,
                )
            }
        });
        quote!(&[#(#bits),*])
    }
}
