// SPDX-License-Identifier: GPL-2.0

//! The table of a fwctl device: a `match` over the opcodes of its remote procedure calls.
//!
//! The fwctl core copies the request to its own buffer, which can also hold the response.

use crate::ioctls::{
    check::{
        constant,
        function,
        is_unique,
        number, //
    },
    connected::{
        check_connected,
        Method, //
    },
    declaration::{
        Command,
        Direction,
        Ioctls, //
    },
};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Ident,
    Result,
    Type, //
};

/// A command that is valid for fwctl.
struct FwctlCommand<'a> {
    command: &'a Command,
    ty: &'a Type,
    scope: &'a Ident,
}

impl<'a> FwctlCommand<'a> {
    fn new(command: &'a Command) -> Result<Self> {
        let (ty, scope) = command.in_buffer(
            command.argument.scope.as_ref(),
            !command.file,
            "expected `scope` before `=>`, found none: add the lowest scope that may call the \
             command, such as `scope DebugReadOnly`",
            "expected `in TYPE`, `out TYPE` or `inout TYPE` without `(file)`, found another \
             command: use one of these, whose argument is in a buffer of the fwctl core",
        )?;
        Ok(Self { command, ty, scope })
    }

    /// Returns the function that serves the command.
    fn function(&self, table: &Ioctls) -> TokenStream {
        let device = &table.device;
        let (name, ty) = (function(&self.command.name), self.ty);
        let argument = &self.command.argument;
        let handler = &self.command.handler;

        let reserved = table.reserved_of(ty);
        let refuse = reserved.map(|reserved| reserved.refuse(quote!(&*value)));
        let (arrays, read_arrays) = self.command.read_arrays(table, &quote!(value));
        let call = |value: TokenStream| {
            quote! {
                <#device>::#handler(this, device, registration, #value #(#arrays),*)?
            }
        };
        let body = match argument.direction {
            Direction::Out => {
                let call = call(TokenStream::new());
                quote! {
                    let value: #ty = #call;
                    ::kernel::fwctl::rpc::respond(buffer, value)
                }
            }
            Direction::In => {
                let call = call(quote!(value,));
                quote! {
                    let value = ::kernel::fwctl::rpc::read::<#ty>(buffer)?;
                    #refuse
                    #read_arrays
                    let () = #call;
                    Ok(::kernel::fwctl::FwRpcResponse::InPlace(0))
                }
            }
            _ => {
                let call = call(quote!(&mut *value,));
                quote! {
                    let value = ::kernel::fwctl::rpc::write::<#ty>(buffer)?;
                    #refuse
                    #read_arrays
                    let () = #call;
                    Ok(::kernel::fwctl::FwRpcResponse::InPlace(::core::mem::size_of::<#ty>()))
                }
            }
        };

        let docs = &self.command.docs;
        quote! {
            #(#docs)*
            #[inline(never)]
            fn #name(
                this: ::core::pin::Pin<&#device>,
                device: &::kernel::fwctl::Device<#device>,
                registration: &<#device as ::kernel::fwctl::Operations>::RegistrationData<'_>,
                buffer: &mut [u8],
            ) -> ::kernel::error::Result<::kernel::fwctl::FwRpcResponse> {
                #body
            }
        }
    }

    /// Returns the arm of the `match` that calls the function.
    fn arm(&self) -> TokenStream {
        let name = &self.command.name;
        let (number, function, scope) = (number(name), function(name), self.scope);
        let cfgs = &self.command.cfgs;

        quote! {
            #(#cfgs)*
            #number => {
                ::kernel::fwctl::rpc::check_scope(scope, ::kernel::fwctl::RpcScope::#scope)?;
                #function(this, device, registration, buffer)
            }
        }
    }
}

pub(super) fn table(table: &Ioctls) -> Result<TokenStream> {
    let device = &table.device;
    let (mut items, mut arms) = (TokenStream::new(), TokenStream::new());
    let mut commands = Vec::new();

    for command in &table.commands {
        let fwctl = FwctlCommand::new(command)?;

        let mut own = constant(&command.name);
        own.extend(command.check_argument());
        own.extend(command.check_reply());
        own.extend(fwctl.function(table));
        own.extend(is_unique(&command.name));
        items.extend(command.under_cfgs(own)?);
        arms.extend(fwctl.arm());
        commands.push(command.describe(table, None));
    }

    let connected = check_connected(
        device,
        table.subsystem,
        "no table",
        |rpcs| quote!(#rpcs.is_table()),
    );
    let method = Method::FW_RPC.check(device, table.fallback.as_ref());
    let fw_rpc = Method::FW_RPC.path(device);
    let has_fallback = table.fallback.is_some();
    let unknown = if has_fallback {
        quote!(#fw_rpc(this, device, registration, scope, buffer, max_output_len))
    } else {
        quote!(::kernel::fwctl::rpc::unknown())
    };

    Ok(quote! {
        const _: () = {
            #connected
            #method
            #items

            #[allow(clippy::unnecessary_cast)]
            const __COMMANDS: &[::kernel::ioctl::table::CommandDesc] = &[#(#commands),*];
            const __COMPAT_COMMANDS: &[::kernel::ioctl::table::CommandDesc] = &[];

            impl ::kernel::fwctl::rpc::RpcTable for #device {
                const COMMANDS: &'static [::kernel::ioctl::table::CommandDesc] = __COMMANDS;
                const HAS_FALLBACK: bool = #has_fallback;

                fn call(
                    this: ::core::pin::Pin<&Self>,
                    device: &::kernel::fwctl::Device<Self>,
                    registration: &Self::RegistrationData<'_>,
                    scope: ::kernel::fwctl::RpcScope,
                    buffer: &mut [u8],
                    max_output_len: usize,
                ) -> ::kernel::error::Result<::kernel::fwctl::FwRpcResponse> {
                    match ::kernel::fwctl::rpc::opcode::<Self>(buffer)? {
                        #arms
                        _ => #unknown,
                    }
                }
            }
        };
    })
}
