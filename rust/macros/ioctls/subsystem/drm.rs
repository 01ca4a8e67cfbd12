// SPDX-License-Identifier: GPL-2.0

//! The table of a DRM driver: an entry of `declare_drm_ioctls!` for each command.
//!
//! The DRM core looks up a command by its number, copies its argument to a kernel buffer, and
//! copies the buffer back.

use crate::ioctls::{
    check::{
        function,
        last,
        number, //
    },
    connected::check_connected,
    declaration::{
        Command,
        Direction,
        Ioctls, //
    },
};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Error,
    Expr,
    Ident,
    Result,
    Type, //
};

/// A command that is valid for DRM.
struct DrmCommand<'a> {
    command: &'a Command,
    ty: &'a Type,
    flags: &'a Expr,
}

impl<'a> DrmCommand<'a> {
    fn new(command: &'a Command) -> Result<Self> {
        if let [cfg, ..] = &command.cfgs[..] {
            return Err(Error::new_spanned(
                cfg,
                "expected no `#[cfg]` on a command of a DRM driver, whose number is its index in \
                 the table: return an error from the handler instead",
            ));
        }
        let (ty, flags) = command.in_buffer(
            command.argument.flags.as_ref(),
            true,
            "expected `flags` before `=>`, found none: add the permissions of the command, such as \
             `flags RENDER_ALLOW`",
            "expected `in TYPE`, `out TYPE` or `inout TYPE`, found another argument: use one of \
             these, which the DRM core copies",
        )?;
        Ok(Self { command, ty, flags })
    }

    /// Returns the last segment of the name without the prefix that the macro of the DRM core adds.
    fn name(&self) -> Result<Ident> {
        let name = last(&self.command.name);

        match name.to_string().strip_prefix("DRM_IOCTL_") {
            Some(rest) => Ok(Ident::new(rest, name.span())),
            None => Err(Error::new(
                name.span(),
                format!(
                    "expected a name that begins with `DRM_IOCTL_`, found `{name}`: use the \
                         constant of the header"
                ),
            )),
        }
    }

    /// Returns the last segment of the type, which belongs to the crate `uapi`.
    fn uapi_type(&self) -> Result<&'a Ident> {
        match self.ty {
            Type::Path(ty) => Ok(last(&ty.path)),
            _ => Err(Error::new_spanned(
                self.ty,
                "expected a struct of the crate `uapi`, found another type: declare it in the \
                 header",
            )),
        }
    }

    /// Rejects a number that does not match the index of the command in the table.
    fn check_index(&self, index: usize) -> TokenStream {
        let (name, number) = (last(&self.command.name), number(&self.command.name));
        let text = format!(
            "{name}: expected the number DRM_COMMAND_BASE + {index} for the command at index \
             {index}, found another: list all commands in the order of their numbers"
        );
        quote! {
            const _: () = ::core::assert!(
                ::kernel::ioctl::_IOC_NR(#number) as usize
                    == ::kernel::uapi::DRM_COMMAND_BASE as usize + #index,
                #text
            );
        }
    }

    /// Returns the function that the macro of the DRM core calls.
    fn function(&self, table: &Ioctls) -> TokenStream {
        let driver = &table.device;
        let (name, ty) = (function(&self.command.name), self.ty);
        let argument = &self.command.argument;
        let handler = &self.command.handler;
        let handler = quote!(<<#driver as ::kernel::drm::Driver>::File>::#handler);

        let reserved = table.reserved_of(ty).filter(|_| argument.reads());
        let refuse = reserved.map(|reserved| reserved.refuse(quote!(&*data)));
        let (arrays, read_arrays) = self.command.read_arrays(table, &quote!(data));
        let mut arguments = Vec::new();
        match argument.direction {
            Direction::In => arguments.push(quote!(&*data)),
            Direction::InOut => arguments.push(quote!(&mut *data)),
            _ => (),
        }
        arguments.extend(arrays.iter().map(|array| quote!(#array)));
        if self.command.file {
            arguments.push(quote!(file));
        }
        let finish = if argument.direction == Direction::Out {
            let handler = &self.command.handler;
            let ret = self
                .command
                .handler_result(handler, &quote!(#ty), quote!(ret));
            quote! {
                *data = #ret?;
                Ok(0)
            }
        } else {
            let ret = self.command.return_value(quote!(ret));
            quote!(Ok(#ret? as u32))
        };

        quote! {
            ::kernel::drm_ioctl_handler! {
                fn #name(#driver, data: #ty, file) {
                    #refuse
                    #read_arrays
                }
                let ret = (#handler)(#(#arguments),*);
                { #finish }
            }
        }
    }
}

pub(super) fn table(table: &Ioctls) -> Result<TokenStream> {
    let driver = &table.device;
    let mut entries = TokenStream::new();
    let mut items = check_connected(driver, table.subsystem, "other ioctls", |ioctls| {
        quote! {
            #ioctls.has_numbers_of(&<#driver as ::kernel::drm::ioctl::DrmIoctlTable>::IOCTLS)
        }
    });

    for (index, command) in table.commands.iter().enumerate() {
        let drm = DrmCommand::new(command)?;
        let (name, ty, flags) = (drm.name()?, drm.uapi_type()?, drm.flags);
        let function = function(&command.name);

        items.extend(command.checks());
        items.extend(command.check_reply());
        items.extend(drm.check_index(index));
        items.extend(drm.function(table));
        entries.extend(quote!((#name, #ty, #flags, #function),));
    }

    Ok(quote! {
        const _: () = {
            #items

            impl ::kernel::drm::ioctl::DrmIoctlTable for #driver {
                ::kernel::declare_drm_ioctls! { #entries }
            }
        };
    })
}
