// SPDX-License-Identifier: GPL-2.0

//! Checks that a device connects its table, and that the table hides no method of the device.

use super::{
    check::shown,
    declaration::{
        Fallback,
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

impl Subsystem {
    /// Returns the trait of a device, as a path and as a short name.
    pub(super) fn of_trait(self) -> (TokenStream, &'static str) {
        match self {
            Self::Misc => (quote!(::kernel::miscdevice::MiscDevice), "MiscDevice"),
            Self::Drm => (quote!(::kernel::drm::Driver), "Driver"),
            Self::Fwctl => (quote!(::kernel::fwctl::Operations), "Operations"),
        }
    }

    /// Returns the name of the associated const that connects a table, and the name of its type.
    fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::Misc => ("IOCTLS", "MiscIoctls"),
            Self::Drm => ("IOCTLS", "DrmIoctls"),
            Self::Fwctl => ("RPCS", "Rpcs"),
        }
    }
}

/// A method of a device that can serve unknown numbers.
#[derive(Clone, Copy)]
pub(super) struct Method {
    pub(super) subsystem: Subsystem,
    pub(super) name: &'static str,
    /// The line of a table that names the method.
    pub(super) line: &'static str,
}

impl Method {
    pub(super) const IOCTL: Self = Self {
        subsystem: Subsystem::Misc,
        name: "ioctl",
        line: "_ => ioctl",
    };
    pub(super) const COMPAT_IOCTL: Self = Self {
        subsystem: Subsystem::Misc,
        name: "compat_ioctl",
        line: "compat _ => compat_ioctl",
    };
    pub(super) const FW_RPC: Self = Self {
        subsystem: Subsystem::Fwctl,
        name: "fw_rpc",
        line: "_ => fw_rpc",
    };

    /// Returns the method that a line `_ => METHOD` or `compat _ => METHOD` can name.
    pub(super) fn of(subsystem: Subsystem, compat: bool) -> Option<Self> {
        match (subsystem, compat) {
            (Subsystem::Misc, false) => Some(Self::IOCTL),
            (Subsystem::Misc, true) => Some(Self::COMPAT_IOCTL),
            (Subsystem::Drm, _) => None,
            (Subsystem::Fwctl, false) => Some(Self::FW_RPC),
            (Subsystem::Fwctl, true) => None,
        }
    }

    /// Returns the path of the method.
    pub(super) fn path(&self, device: &Type) -> TokenStream {
        let ((of_trait, _), method) = (
            self.subsystem.of_trait(),
            Ident::new(self.name, device.span()),
        );
        quote!(<#device as #of_trait>::#method)
    }

    /// Rejects a device that has either the method or the line, but not both.
    pub(super) fn check(&self, device: &Type, fallback: Option<&Fallback>) -> TokenStream {
        let Self { name, line, .. } = self;
        let (of_trait, short) = self.subsystem.of_trait();
        let has = format_ident!("HAS_{}", name.to_uppercase());
        let (has, device_name) = (quote!(<#device as #of_trait>::#has), shown(device));

        match fallback {
            Some(fallback) => {
                let text = format!(
                    "{device_name}: expected the method `{name}` in `impl {short}`, found the line \
                     `{line}` only: add the method, or remove the line"
                );
                quote_spanned!(fallback.method.span()=> const _: () = ::core::assert!(#has, #text);)
            }
            None => {
                let text = format!(
                    "{device_name}: expected a table or the method `{name}`, found both: add \
                     `{line}` to the table, which passes unknown numbers to the method, or remove \
                     the method"
                );
                quote_spanned!(device.span()=> const _: () = ::core::assert!(!#has, #text);)
            }
        }
    }
}

/// Rejects a device that does not connect its table. `is_connected` receives the constant of the
/// device, and returns an expression that is true for a connected table.
pub(super) fn check_connected(
    device: &Type,
    subsystem: Subsystem,
    found: &str,
    is_connected: impl FnOnce(TokenStream) -> TokenStream,
) -> TokenStream {
    let (of_trait, short) = subsystem.of_trait();
    let (table, ty) = subsystem.table();
    let text = format!(
        "{}: expected `const {table}: {ty}<Self> = {ty}::TABLE;` in `impl {short}`, found {found}: \
         add the line, or no command of the table will run",
        shown(device)
    );
    let table = Ident::new(table, device.span());
    let is_connected = is_connected(quote_spanned!(device.span()=> <#device as #of_trait>::#table));
    quote_spanned!(device.span()=> const _: () = ::core::assert!(#is_connected, #text);)
}
