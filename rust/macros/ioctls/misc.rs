// SPDX-License-Identifier: GPL-2.0

//! The table of a misc device: a `match` that calls the function of each command.

use super::{
    check::{
        function,
        is_unique,
        last_number,
        number,
        sizeless_number, //
    },
    declaration::{
        Command,
        Ioctls,
        Numbers, //
    },
};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Path,
    Result, //
};

impl Command {
    /// The arm of the `match` that calls it.
    fn arm(&self, name: &Path) -> TokenStream {
        let (number, function, cfgs) = (number(name), function(name), &self.cfgs);
        let pattern = match &self.numbers {
            Numbers::Range(_) => {
                let last = last_number(name);
                quote!(#number..=#last)
            }
            _ if self.has_any_size() => {
                let sizeless = sizeless_number(name);
                quote!(#sizeless)
            }
            _ => quote!(#number),
        };
        quote!(#(#cfgs)* #pattern => #function(device, cmd, arg, file),)
    }
}

pub(super) fn table(table: &Ioctls) -> Result<TokenStream> {
    let device = &table.device;

    let mut items = TokenStream::new();
    let (mut native, mut compat) = (Vec::new(), Vec::new());
    let (mut arms, mut sizeless_arms, mut compat_arms) =
        (TokenStream::new(), TokenStream::new(), TokenStream::new());

    for command in &table.commands {
        let mut own = command.checks();
        own.extend(command.check_stack());
        own.extend(command.function(table, None));
        own.extend(command.names().map(is_unique));
        native.push(command.describe(table, None));
        if command.has_any_size() {
            sizeless_arms.extend(command.arm(&command.name));
        } else {
            arms.extend(command.arm(&command.name));
        }
        if let Some(other) = &command.argument.compat {
            own.extend(command.function(table, Some(other)));
            compat.push(command.describe(table, Some(other)));
            compat_arms.extend(command.arm(&other.name));
        }
        items.extend(command.under_cfgs(own)?);
    }

    let has_compat = !compat.is_empty();
    let compat_call = has_compat.then(|| {
        quote! {
            #[inline]
            fn compat_call(
                device: Self::Device<'_>,
                cmd: u32,
                arg: usize,
                file: &::kernel::fs::File,
            ) -> ::kernel::ffi::c_long {
                match cmd {
                    #compat_arms
                    _ => Self::call(device, cmd, arg, file),
                }
            }
        }
    });
    let unknown = if sizeless_arms.is_empty() {
        quote!(::kernel::ioctl::argument::unknown())
    } else {
        quote! {
            match ::kernel::ioctl::table::without_size(cmd) {
                #sizeless_arms
                _ => ::kernel::ioctl::argument::unknown(),
            }
        }
    };

    Ok(quote! {
        const _: () = {
            #items

            #[allow(clippy::unnecessary_cast)]
            const __COMMANDS: &[::kernel::ioctl::table::Command] = &[#(#native),*];
            #[allow(clippy::unnecessary_cast)]
            const __COMPAT_COMMANDS: &[::kernel::ioctl::table::Command] = &[#(#compat),*];

            impl ::kernel::ioctl::Table for #device {
                type Device<'a> =
                    <<#device as ::kernel::miscdevice::MiscDevice>::Ptr
                        as ::kernel::types::ForeignOwnable>::Borrowed<'a>;

                const COMMANDS: &'static [::kernel::ioctl::table::Command] = __COMMANDS;
                const COMPAT_COMMANDS: &'static [::kernel::ioctl::table::Command] =
                    __COMPAT_COMMANDS;

                #[inline]
                fn call(
                    device: Self::Device<'_>,
                    cmd: u32,
                    arg: usize,
                    file: &::kernel::fs::File,
                ) -> ::kernel::ffi::c_long {
                    match cmd {
                        #arms
                        _ => #unknown,
                    }
                }

                #compat_call
            }
        };
    })
}
