// SPDX-License-Identifier: GPL-2.0

//! The function of a command: it reads the argument, checks it, calls the handler and writes the
//! reply.

use super::{
    check::{
        function,
        last,
        number, //
    },
    declaration::{
        Array,
        Command,
        Compat,
        Direction,
        Ioctls,
        Numbers,
        Passing,
        Reserved,
        Subsystem, //
    },
};
use proc_macro2::TokenStream;
use quote::{
    format_ident,
    quote,
    quote_spanned, //
};
use syn::{
    spanned::Spanned,
    Ident,
    Type, //
};

impl Command {
    /// Returns the function of the command, or of its variant for 32-bit processes.
    pub(super) fn function(&self, table: &Ioctls, compat: Option<&Compat>) -> TokenStream {
        let argument = &self.argument;
        let device = &table.device;
        let name = compat.map_or(&self.name, |compat| &compat.name);
        let (function, number) = (function(name), number(name));

        let index = match &self.numbers {
            Numbers::Range(count) => {
                Some(quote!(::kernel::ioctl::table::index(cmd, #number, const { #count })))
            }
            _ => None,
        };
        let file = self.file.then(|| quote!(file));
        let handler = &self.handler;
        let call = |argument: Option<TokenStream>| {
            let arguments = index.iter().chain(&argument).chain(&file);
            quote_spanned!(handler.span()=> <#device>::#handler(device, #(#arguments),*))
        };
        let body = if matches!(self.numbers, Numbers::AnySize) {
            self.any_size(table, call)
        } else {
            match argument.direction {
                Direction::None => self.return_value(call(None)),
                Direction::ByValue => {
                    let (name, ty) = (last(&self.name), &argument.ty);
                    let ret = self.return_value(call(Some(quote_spanned!(ty.span()=> value))));
                    let get = if argument.validated {
                        quote!(try_arg_by_value::<#ty>)
                    } else {
                        quote!(arg_by_value::<#name, #ty>)
                    };
                    quote! {
                        let value = ::kernel::ioctl::expansion::#get(arg)?;
                        #ret
                    }
                }
                Direction::Out => self.output(device, compat, call),
                Direction::In | Direction::InOut => self.input(table, compat, call),
            }
        };

        let docs = &self.docs;
        quote! {
            #(#docs)*
            #[allow(unused_variables)]
            #[inline(never)]
            fn #function(
                call: ::kernel::ioctl::table::Call<'_>,
                device: <#device as ::kernel::ioctl::IoctlTable>::Device<'_>,
                cmd: u32,
                arg: usize,
                file: &::kernel::fs::File,
            ) -> ::kernel::ffi::c_long {
                let serve = move || -> ::kernel::error::Result<::kernel::ffi::c_long> { #body };
                ::kernel::ioctl::expansion::syscall_return(serve())
            }
        }
    }

    /// Converts the return value of a handler whose command has no output.
    pub(super) fn return_value(&self, call: TokenStream) -> TokenStream {
        let name = last(&self.name);
        quote_spanned! {self.handler.span()=>
            ::kernel::ioctl::expansion::return_value::<#name, _>(#call)
        }
    }

    /// Checks that a method of the device returns a `Result` of this type.
    pub(super) fn handler_result(
        &self,
        method: &Ident,
        ty: &TokenStream,
        call: TokenStream,
    ) -> TokenStream {
        let name = last(&self.name);
        quote_spanned! {method.span()=>
            ::kernel::ioctl::expansion::handler_result::<#name, #ty, _>(#call)
        }
    }

    /// Converts the value with a method of the device.
    fn converted(&self, device: &Type, conversion: &Ident, ty: &Type) -> TokenStream {
        let call = quote_spanned!(conversion.span()=> <#device>::#conversion(&*value));
        self.handler_result(conversion, &quote!(#ty), call)
    }

    fn any_size(
        &self,
        table: &Ioctls,
        call: impl Fn(Option<TokenStream>) -> TokenStream,
    ) -> TokenStream {
        let ty = self.argument.ty.as_ref().expect("there are elements");

        if self.argument.direction == Direction::In {
            let elements = format_ident!("value");
            let refuse = table
                .reserved_of(ty)
                .map(|reserved| reserved.refuse_elements(&elements));
            let ret = self.return_value(call(Some(quote_spanned!(ty.span()=> value))));
            quote! {
                let value = ::kernel::ioctl::expansion::read_elements::<#ty>(call, cmd, arg)?;
                #refuse
                #ret
            }
        } else {
            let ret = self.return_value(call(Some(quote_spanned!(ty.span()=> value))));
            quote! {
                ::kernel::ioctl::expansion::with_out_slice::<#ty, _>(
                    call,
                    cmd,
                    arg,
                    move |value| #ret,
                )
            }
        }
    }

    fn output(
        &self,
        device: &Type,
        compat: Option<&Compat>,
        call: impl Fn(Option<TokenStream>) -> TokenStream,
    ) -> TokenStream {
        let argument = &self.argument;
        let ty = argument.ty.as_ref().expect("an output has a type");

        match argument.passing {
            Passing::Deferred => {
                let call = call(Some(quote_spanned!(ty.span()=> value)));
                let replied =
                    self.handler_result(&self.handler, &quote!(::kernel::ioctl::Replied<'_>), call);
                quote! {
                    ::kernel::ioctl::expansion::with_out_arg::<#ty>(
                        call,
                        arg,
                        move |value| #replied,
                    )?;
                    Ok(0)
                }
            }
            Passing::Boxed => {
                let ret = self.return_value(call(Some(quote_spanned!(ty.span()=> &mut *value))));
                quote! {
                    let mut value = ::kernel::ioctl::expansion::zeroed_box::<#ty>()?;
                    let ret = #ret?;
                    ::kernel::ioctl::expansion::write::<#ty>(call, arg, &*value)?;
                    Ok(ret)
                }
            }
            Passing::Plain => {
                let value = self.handler_result(&self.handler, &quote!(#ty), call(None));
                let room = argument.min.as_ref().map(|min| {
                    let min = quote!(::kernel::min_size!(#ty, #min));
                    quote!(::kernel::ioctl::expansion::check_min_size(cmd, #min)?;)
                });
                let write = self.write(device, compat);
                quote! {
                    #room
                    let value = &#value?;
                    #write?;
                    Ok(0)
                }
            }
        }
    }

    /// Writes `value` to user space.
    fn write(&self, device: &Type, compat: Option<&Compat>) -> TokenStream {
        let argument = &self.argument;
        let ty = argument.ty.as_ref().expect("an output has a type");

        match (compat, &argument.min, argument.passing) {
            (Some(compat), ..) => {
                let to_32 = compat.conversions.last().expect("there is one");
                let ty = &compat.ty;
                let converted = self.converted(device, to_32, ty);
                let write = quote!(::kernel::ioctl::expansion::write::<#ty>(call, arg, &value));
                quote!(#converted.and_then(|value| #write))
            }
            (None, Some(min), _) => {
                let min = quote!(::kernel::min_size!(#ty, #min));
                quote!(::kernel::ioctl::expansion::write_versioned(call, cmd, arg, &*value, #min))
            }
            (None, None, _) => quote!(::kernel::ioctl::expansion::write::<#ty>(call, arg, &*value)),
        }
    }

    /// Reads the argument. For a 32-bit process with another layout, checks the reserved fields and
    /// converts the argument.
    fn read(&self, table: &Ioctls, compat: Option<&Compat>) -> TokenStream {
        let argument = &self.argument;
        let ty = argument.ty.as_ref().expect("an input has a type");
        let (read, read_box) = if argument.validated {
            (quote!(try_read), quote!(try_read_box))
        } else {
            (quote!(read), quote!(read_box))
        };

        match (compat, &argument.min, argument.passing) {
            (Some(compat), ..) => {
                let converted = self.converted(&table.device, &compat.conversions[0], ty);
                let ty = &compat.ty;
                let refuse = table
                    .reserved_of(ty)
                    .map(|reserved| reserved.refuse(quote!(&*value)));
                quote! {
                    {
                        let mut slot_32 = ::core::mem::MaybeUninit::uninit();
                        let value =
                            ::kernel::ioctl::expansion::#read::<#ty>(call, &mut slot_32, arg)?;
                        #refuse
                        slot.write(#converted?)
                    }
                }
            }
            (None, Some(min), _) => {
                let min = quote!(::kernel::min_size!(#ty, #min));
                quote!(::kernel::ioctl::expansion::read_versioned(call, &mut slot, cmd, arg, #min)?)
            }
            (None, None, Passing::Boxed) => {
                quote!(::kernel::ioctl::expansion::#read_box::<#ty>(call, arg)?)
            }
            (None, None, _) => {
                quote!(::kernel::ioctl::expansion::#read::<#ty>(call, &mut slot, arg)?)
            }
        }
    }

    fn input(
        &self,
        table: &Ioctls,
        compat: Option<&Compat>,
        call: impl Fn(Option<TokenStream>) -> TokenStream,
    ) -> TokenStream {
        let argument = &self.argument;
        let ty = argument.ty.as_ref().expect("an input has a type");
        let in_out = argument.direction == Direction::InOut;

        if argument.passing == Passing::Deferred {
            let is_zero = table
                .reserved_of(ty)
                .map_or(quote!(true), Reserved::is_zero);
            let ret = self.return_value(call(Some(quote_spanned!(ty.span()=> value))));
            return quote! {
                ::kernel::ioctl::expansion::with_in_arg::<#ty, _>(
                    call,
                    arg,
                    |value: &#ty| #is_zero,
                    move |value| #ret,
                )
            };
        }

        let read = self.read(table, compat);
        // An argument that is not boxed is read directly to its final location.
        let boxed = argument.passing == Passing::Boxed;
        let slot =
            (!boxed).then(|| quote!(let mut slot = ::core::mem::MaybeUninit::<#ty>::uninit();));
        let mutable = (boxed && in_out).then(|| quote!(mut));
        let value = match (boxed, in_out) {
            (_, true) => quote_spanned!(ty.span()=> &mut *value),
            (true, false) => quote_spanned!(ty.span()=> value),
            (false, false) => quote_spanned!(ty.span()=> &*value),
        };
        let refuse = table
            .reserved_of(ty)
            .map(|reserved| reserved.refuse(quote!(&*value)));
        let (names, arrays) = self.read_arrays(table, &quote!((*value)));
        let ret = self.return_value(call(Some(quote!(#value #(, #names)*))));
        let finish = if in_out {
            let write = self.write(&table.device, compat);
            if argument.copy_back_on_error {
                quote! {
                    let ret = #ret;
                    let written = #write;
                    let ret = ret?;
                    written?;
                    Ok(ret)
                }
            } else {
                quote! {
                    let ret = #ret?;
                    #write?;
                    Ok(ret)
                }
            }
        } else {
            ret
        };

        quote! {
            #slot
            let #mutable value = #read;
            #refuse
            #arrays
            #finish
        }
    }

    /// Reads the arrays that `value` describes, and returns the names of the local variables.
    pub(super) fn read_arrays(
        &self,
        table: &Ioctls,
        value: &TokenStream,
    ) -> (Vec<Ident>, TokenStream) {
        let arrays = &self.argument.arrays;
        let names: Vec<_> = (0..arrays.len())
            .map(|i| format_ident!("array_{i}"))
            .collect();
        let reads = arrays.iter().zip(&names).map(|(array, name)| {
            let Array {
                pointer,
                ty,
                count,
                limit,
            } = array;
            let command = last(&self.name);
            let pointer = quote_spanned!(pointer.span()=> #value.#pointer);
            let count = quote_spanned! {count.span()=>
                ::kernel::ioctl::expansion::count::<#command, _>(#value.#count)?
            };
            let refuse = table
                .reserved_of(ty)
                .map(|reserved| reserved.refuse_elements(name));
            // The block is a constant expression, which cannot use local variables.
            let limit = quote_spanned!(limit.span()=> const { #limit });
            let read = match table.subsystem {
                Subsystem::Misc => quote!(read_array::<#ty>(call, #pointer, #count, #limit)),
                _ => quote!(read_array_of_task::<#ty>(#pointer, #count, #limit)),
            };
            quote! {
                let #name = ::kernel::ioctl::expansion::#read?;
                #refuse
            }
        });
        let reads = quote!(#(#reads)*);

        (names, reads)
    }
}

impl Reserved {
    /// Rejects a value with a reserved field or bit that is not zero.
    pub(super) fn refuse(&self, borrow: TokenStream) -> TokenStream {
        let (ty, is_zero) = (&self.ty, self.is_zero());
        quote! {
            {
                let value: &#ty = #borrow;
                ::kernel::ioctl::argument::check_reserved(#is_zero)?;
            }
        }
    }

    /// Rejects an element with a reserved field or bit that is not zero.
    fn refuse_elements(&self, elements: &Ident) -> TokenStream {
        let (ty, is_zero) = (&self.ty, self.is_zero());
        quote! {
            ::kernel::ioctl::argument::check_reserved(
                #elements.iter().all(|value: &#ty| #is_zero)
            )?;
        }
    }

    /// Returns an expression that is true if all reserved fields and bits of `value` are zero.
    fn is_zero(&self) -> TokenStream {
        let terms = self.bits.iter().map(|(field, mask)| match mask {
            // The block is a constant expression, which cannot use local variables.
            Some(mask) => quote_spanned!(mask.span()=> value.#field & const { #mask } == 0),
            None => quote_spanned! {field.span()=>
                ::kernel::ioctl::argument::IsZero::is_zero(&value.#field)
            },
        });
        let check = self.check();
        quote!({ #check true #(& (#terms))* })
    }
}
