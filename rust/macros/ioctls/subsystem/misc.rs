// SPDX-License-Identifier: GPL-2.0

//! The table of a misc device: a `match` that calls the function of each command.

use crate::ioctls::{
    check::{
        function,
        is_unique,
        last_number,
        number,
        sizeless_number, //
    },
    connected::{
        self,
        Method, //
    },
    declaration::{
        Command,
        Ioctls,
        Numbers, //
    },
};
use proc_macro2::TokenStream;
use quote::{
    format_ident,
    quote, //
};
use syn::{
    Ident,
    Path,
    Result,
    Type, //
};

impl Command {
    /// Returns the arm of the `match` that calls the function of the command.
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
        quote!(#(#cfgs)* #pattern => #function(call, device, cmd, arg, file),)
    }
}

/// Returns a function of this name that passes unknown numbers to the method.
fn fallback(device: &Type, method: Method, function: &Ident) -> TokenStream {
    let method = method.path(device);
    quote! {
        #[inline(never)]
        fn #function(
            device: <#device as ::kernel::ioctl::IoctlTable>::Device<'_>,
            cmd: u32,
            arg: usize,
            file: &::kernel::fs::File,
        ) -> ::kernel::ffi::c_long {
            ::kernel::ioctl::expansion::fallback(#method(device, file, cmd, arg))
        }
    }
}

/// Rejects a device that does not connect the table, or that has methods hidden by the table.
fn check_connected(table: &Ioctls) -> TokenStream {
    let device = &table.device;
    let connected = connected::check_connected(
        device,
        table.subsystem,
        "no table",
        |ioctls| quote!(#ioctls.is_table()),
    );
    let ioctl = Method::IOCTL.check(device, table.fallback.as_ref());
    let compat_ioctl = Method::COMPAT_IOCTL.check(device, table.compat_fallback.as_ref());

    quote! {
        #connected
        #ioctl
        #[cfg(CONFIG_COMPAT)]
        #compat_ioctl
    }
}

/// Returns a `match` over the commands of one size, then a `match` over the commands of any size.
fn dispatch(arms: &TokenStream, sizeless_arms: &TokenStream, unknown: &TokenStream) -> TokenStream {
    let unknown = if sizeless_arms.is_empty() {
        unknown.clone()
    } else {
        quote! {
            match ::kernel::ioctl::table::without_size(cmd) {
                #sizeless_arms
                _ => #unknown,
            }
        }
    };
    quote! {
        match cmd {
            #arms
            _ => #unknown,
        }
    }
}

/// Returns a method of `IoctlTable` with this name and body.
fn method(name: &str, body: TokenStream) -> TokenStream {
    let name = format_ident!("{name}");
    quote! {
        #[allow(unused_variables)]
        #[inline]
        fn #name(
            call: ::kernel::ioctl::table::Call<'_>,
            device: Self::Device<'_>,
            cmd: u32,
            arg: usize,
            file: &::kernel::fs::File,
        ) -> ::kernel::ffi::c_long {
            #body
        }
    }
}

pub(super) fn table(table: &Ioctls) -> Result<TokenStream> {
    let device = &table.device;

    let mut items = check_connected(table);
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

    let none = quote!(::kernel::ioctl::expansion::unknown());
    let unknown = table.fallback.as_ref().map(|_| {
        let function = format_ident!("__fallback");
        items.extend(fallback(device, Method::IOCTL, &function));
        quote!(#function(device, cmd, arg, file))
    });
    let call = dispatch(&arms, &sizeless_arms, unknown.as_ref().unwrap_or(&none));

    let compat_unknown = table.compat_fallback.as_ref().map(|_| {
        let function = format_ident!("__compat_fallback");
        let fallback = fallback(device, Method::COMPAT_IOCTL, &function);
        items.extend(quote!(#[cfg(CONFIG_COMPAT)] #fallback));
        quote! {{
            #[cfg(CONFIG_COMPAT)]
            {
                #function(device, cmd, arg, file)
            }
            #[cfg(not(CONFIG_COMPAT))]
            {
                #none
            }
        }}
    });
    let compat_rest = match &compat_unknown {
        Some(unknown) => dispatch(&arms, &sizeless_arms, unknown),
        None => quote!(Self::call(call, device, cmd, arg, file)),
    };
    let has_compat = !compat.is_empty() || table.compat_fallback.is_some();
    let call = method("call", call);
    let compat_call = has_compat.then(|| {
        method(
            "compat_call",
            quote! {
                match cmd {
                    #compat_arms
                    _ => #compat_rest,
                }
            },
        )
    });
    let (has_fallback, has_compat_fallback) =
        (table.fallback.is_some(), table.compat_fallback.is_some());

    Ok(quote! {
        const _: () = {
            #items

            #[allow(clippy::unnecessary_cast)]
            const __COMMANDS: &[::kernel::ioctl::table::CommandDesc] = &[#(#native),*];
            #[allow(clippy::unnecessary_cast)]
            const __COMPAT_COMMANDS: &[::kernel::ioctl::table::CommandDesc] = &[#(#compat),*];

            impl ::kernel::ioctl::IoctlTable for #device {
                type Device<'a> =
                    <<#device as ::kernel::miscdevice::MiscDevice>::Ptr
                        as ::kernel::types::ForeignOwnable>::Borrowed<'a>;

                const COMMANDS: &'static [::kernel::ioctl::table::CommandDesc] = __COMMANDS;
                const COMPAT_COMMANDS: &'static [::kernel::ioctl::table::CommandDesc] =
                    __COMPAT_COMMANDS;
                const HAS_FALLBACK: bool = #has_fallback;
                const HAS_COMPAT_FALLBACK: bool = #has_compat_fallback;

                #call
                #compat_call
            }
        };
    })
}
