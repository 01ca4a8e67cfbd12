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
            (Subsystem::Fwctl, false) => Some(Self::FW_RPC),
            (Subsystem::Fwctl, true) | (Subsystem::Drm, _) => None,
        }
    }

    /// Returns the trait of the method, as a path and as a short name.
    pub(super) fn of_trait(&self) -> (TokenStream, &'static str) {
        match self.subsystem {
            Subsystem::Fwctl => (quote!(::kernel::fwctl::Operations), "Operations"),
            _ => (quote!(::kernel::miscdevice::MiscDevice), "MiscDevice"),
        }
    }

    /// Returns the path of the method.
    pub(super) fn path(&self, device: &Type) -> TokenStream {
        let ((of_trait, _), method) = (self.of_trait(), Ident::new(self.name, device.span()));
        quote!(<#device as #of_trait>::#method)
    }

    /// Rejects a device that has either the method or the line, but not both.
    pub(super) fn check(&self, device: &Type, fallback: Option<&Fallback>) -> TokenStream {
        let Self { name, line, .. } = self;
        let (of_trait, short) = self.of_trait();
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

/// Rejects a device whose trait implementation does not set the constant named `table` to a table.
pub(super) fn has_table(device: &Type, method: Method, table: &str, wanted: &str) -> TokenStream {
    let (of_trait, short) = method.of_trait();
    let (table, name) = (Ident::new(table, device.span()), shown(device));
    let text = format!(
        "{name}: expected `{wanted}` in `impl {short}`, found no table: add the line, without \
         which every command is unknown"
    );
    quote_spanned! {device.span()=>
        const _: () = ::core::assert!(<#device as #of_trait>::#table.is_table(), #text);
    }
}
