// SPDX-License-Identifier: GPL-2.0

//! The function that a command becomes: it fetches the argument, checks it, calls the handler and
//! writes the reply.

use super::{
    check::{
        function,
        number, //
    },
    declaration::{
        Argument,
        Array,
        Command,
        Compat,
        Direction,
        Numbers,
        Passing,
        Zero, //
    },
};
use proc_macro2::TokenStream;
use quote::{
    format_ident,
    quote,
    quote_spanned, //
};
use syn::{
    Ident,
    Type, //
};

impl Command {
    /// The function that a command is, for a 32-bit program if it has its own number there.
    pub(super) fn function(
        &self,
        device: &Type,
        zero: Option<&Zero>,
        compat: Option<&Compat>,
    ) -> TokenStream {
        let argument = &self.argument;
        let name = compat.map_or(&self.name, |compat| &compat.name);
        let (function, number) = (function(name), number(name));

        let index = match &self.numbers {
            Numbers::Range(count) => Some(quote!(table::index(cmd, #number, #count),)),
            _ => None,
        };
        let file = self.file.then(|| quote!(, file));
        let handler = &self.handler;
        let call = |argument: TokenStream| {
            quote_spanned! {handler.span()=>
                <#device>::#handler(device, #index #argument #file)
            }
        };
        let body = if matches!(self.numbers, Numbers::AnySize) {
            self.any_size(call)
        } else {
            match argument.direction {
                Direction::None => {
                    let call = call(TokenStream::new());
                    quote!(argument::reply(#call?))
                }
                Direction::Value => {
                    let ty = &argument.ty;
                    let call = call(quote!(value));
                    let get = if argument.checked {
                        quote!(checked_value)
                    } else {
                        quote!(value)
                    };
                    quote! {
                        let value = argument::#get::<#ty>(arg)?;
                        argument::reply(#call?)
                    }
                }
                Direction::Out => self.output(device, compat, call),
                Direction::In | Direction::InOut => self.input(device, zero, compat, call),
            }
        };

        quote! {
            #[allow(unused_variables)]
            #[inline(never)]
            fn #function(
                device: <#device as ::kernel::ioctl::Table>::Device<'_>,
                cmd: u32,
                arg: usize,
                file: &::kernel::fs::File,
            ) -> ::kernel::ffi::c_long {
                argument::answer((move || -> ::kernel::error::Result<::kernel::ffi::c_long> {
                    #body
                })())
            }
        }
    }

    fn any_size(&self, call: impl Fn(TokenStream) -> TokenStream) -> TokenStream {
        let ty = &self.argument.ty;

        if self.argument.direction == Direction::In {
            let call = call(quote!(value));
            quote! {
                let value = argument::read_elements::<#ty>(cmd, arg)?;
                argument::reply(#call?)
            }
        } else {
            let call = call(quote!(::kernel::ioctl::Elements::<#ty>::new(cmd, arg)?));
            quote!(argument::reply(#call?))
        }
    }

    fn output(
        &self,
        device: &Type,
        compat: Option<&Compat>,
        call: impl Fn(TokenStream) -> TokenStream,
    ) -> TokenStream {
        let argument = &self.argument;
        let ty = &argument.ty;

        match argument.passing {
            Passing::Place => {
                let call = call(quote!(::kernel::ioctl::Target::<#ty>::new(arg)));
                quote! {
                    let ::kernel::ioctl::Written = #call?;
                    Ok(0)
                }
            }
            Passing::Boxed => {
                let call = call(quote!(&mut *value));
                quote! {
                    let mut value = argument::zeroed_box::<#ty>()?;
                    let reply = #call?;
                    argument::write::<#ty>(arg, &*value)?;
                    argument::reply(reply)
                }
            }
            Passing::Plain => {
                let call = call(TokenStream::new());
                let write = match (compat, &argument.min) {
                    (
                        Some(Compat {
                            ty, conversions, ..
                        }),
                        _,
                    ) => {
                        let to_32 = &conversions[0];
                        quote!(argument::write::<#ty>(arg, &<#device>::#to_32(&value)?)?;)
                    }
                    (None, Some(min)) => {
                        let min = quote!(::kernel::min_size!(#ty, #min));
                        quote!(argument::write_versioned(cmd, arg, &value, #min)?;)
                    }
                    (None, None) => quote!(argument::write::<#ty>(arg, &value)?;),
                };
                quote! {
                    let value: #ty = #call?;
                    #write
                    Ok(0)
                }
            }
        }
    }

    fn input(
        &self,
        device: &Type,
        zero: Option<&Zero>,
        compat: Option<&Compat>,
        call: impl Fn(TokenStream) -> TokenStream,
    ) -> TokenStream {
        let argument = &self.argument;
        let ty = argument.ty.as_ref().expect("an input has a type");
        let in_out = argument.direction == Direction::InOut;

        if argument.passing == Passing::Place {
            let is_zero = zero.map_or(quote!(true), |zero| zero.is_zero());
            let call = call(quote! {
                ::kernel::ioctl::Source::<#ty>::new(arg, |value: &#ty| #is_zero)
            });
            return quote!(argument::reply(#call?));
        }

        let read = if argument.checked {
            quote!(try_read)
        } else {
            quote!(read)
        };
        let read_box = if argument.checked {
            quote!(try_read_box)
        } else {
            quote!(read_box)
        };
        let read = match (compat, &argument.min, argument.passing) {
            (
                Some(Compat {
                    ty, conversions, ..
                }),
                ..,
            ) => {
                let from_32 = &conversions[0];
                quote!(<#device>::#from_32(&argument::#read::<#ty>(arg)?)?)
            }
            (None, Some(min), _) => {
                quote!(argument::read_versioned(
                    cmd,
                    arg,
                    ::kernel::min_size!(#ty, #min)
                )?)
            }
            (None, None, Passing::Boxed) => quote!(argument::#read_box::<#ty>(arg)?),
            (None, None, _) => quote!(argument::#read::<#ty>(arg)?),
        };
        let mutable = in_out.then(|| quote!(mut));
        let value = match (argument.passing, in_out) {
            (Passing::Boxed, true) => quote!(&mut *value),
            (Passing::Boxed, false) => quote!(value),
            (_, true) => quote!(&mut value),
            (_, false) => quote!(&value),
        };
        let refuse = zero.map(|zero| {
            let borrow = match argument.passing {
                Passing::Boxed => quote!(&*value),
                _ => quote!(&value),
            };
            zero.refuse(borrow)
        });
        let (names, arrays) = argument.read_arrays(&quote!(value));
        let call = call(quote!(#value #(, #names)*));
        let write = in_out.then(|| match (compat, &argument.min) {
            (
                Some(Compat {
                    ty, conversions, ..
                }),
                _,
            ) => {
                let to_32 = &conversions[1];
                quote!(argument::write::<#ty>(arg, &<#device>::#to_32(&value)?))
            }
            (None, Some(min)) => {
                quote!(argument::write_versioned(
                    cmd,
                    arg,
                    &value,
                    ::kernel::min_size!(#ty, #min)
                ))
            }
            (None, None) if argument.passing == Passing::Boxed => {
                quote!(argument::write::<#ty>(arg, &*value))
            }
            (None, None) => quote!(argument::write::<#ty>(arg, &value)),
        });
        let finish = match (write, argument.always) {
            (None, _) => quote!(argument::reply(#call?)),
            (Some(write), false) => quote! {
                let reply = #call?;
                #write?;
                argument::reply(reply)
            },
            (Some(write), true) => quote! {
                let reply = #call;
                let written = #write;
                let reply = reply?;
                written?;
                argument::reply(reply)
            },
        };

        quote! {
            let #mutable value = #read;
            #refuse
            #arrays
            #finish
        }
    }
}

impl Argument {
    /// Reads the arrays that `value` names, and what they are called then.
    pub(super) fn read_arrays(&self, value: &TokenStream) -> (Vec<Ident>, TokenStream) {
        let names: Vec<_> = (0..self.arrays.len())
            .map(|i| format_ident!("array_{i}"))
            .collect();
        let reads = self.arrays.iter().zip(&names).map(|(array, name)| {
            let Array {
                pointer,
                ty,
                count,
                limit,
            } = array;
            quote! {
                let #name = argument::read_array::<#ty>(
                    #value.#pointer,
                    #value.#count as usize,
                    #limit,
                )?;
            }
        });
        let reads = quote!(#(#reads)*);

        (names, reads)
    }
}

impl Zero {
    /// Refuses a value in which not all is zero that must be.
    pub(super) fn refuse(&self, borrow: TokenStream) -> TokenStream {
        let (ty, is_zero) = (&self.ty, self.is_zero());
        quote! {
            {
                let value: &#ty = #borrow;
                argument::must_be(#is_zero)?;
            }
        }
    }

    /// An expression that is true if all is zero that must be, of `value`.
    fn is_zero(&self) -> TokenStream {
        let terms = self.bits.iter().map(|(field, mask)| match mask {
            Some(mask) => quote!(value.#field & (#mask) == 0),
            None => quote!(::kernel::ioctl::argument::IsZero::is_zero(&value.#field)),
        });
        quote!(true #(& (#terms))*)
    }
}
