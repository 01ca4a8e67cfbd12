// SPDX-License-Identifier: GPL-2.0

//! Compile-time checks of a command, and the constants of its number.

use super::declaration::{
    Command,
    Direction,
    Numbers,
    Passing,
    Reserved, //
};
use crate::compat;
use proc_macro2::TokenStream;
use quote::{
    format_ident,
    quote,
    quote_spanned,
    ToTokens, //
};
use syn::{
    parse2,
    spanned::Spanned,
    File,
    Ident,
    Path,
    Result,
    Type, //
};

/// Returns the last segment of the name of a command.
pub(super) fn last(name: &Path) -> &Ident {
    &name.segments.last().expect("a path has a segment").ident
}

/// Returns the name of the constant that holds the number of a command.
pub(super) fn number(name: &Path) -> Ident {
    format_ident!("__NUMBER_OF_{}", last(name))
}

pub(super) fn last_number(name: &Path) -> Ident {
    format_ident!("__LAST_NUMBER_OF_{}", last(name))
}

pub(super) fn sizeless_number(name: &Path) -> Ident {
    format_ident!("__NUMBER_WITHOUT_SIZE_OF_{}", last(name))
}

pub(super) fn function(name: &Path) -> Ident {
    format_ident!("__call_{}", last(name).to_string().to_lowercase())
}

/// Declares the constant of a command, and a type with its name for compiler messages.
pub(super) fn constant(name: &Path) -> TokenStream {
    let (ident, number) = (last(name), number(name));

    quote_spanned! {name.span()=>
        #[allow(dead_code, non_camel_case_types, clippy::upper_case_acronyms)]
        enum #ident {}
        #[allow(clippy::unnecessary_cast)]
        const #number: u32 = #name as u32;
    }
}

/// Formats a path or a type as in the source.
pub(super) fn shown(tokens: &impl ToTokens) -> String {
    tokens
        .to_token_stream()
        .to_string()
        .replace(" < ", "<")
        .replace(" >", ">")
        .replace(" :: ", "::")
}

/// Rejects a type that is too large for the stack, and suggests an alternative.
pub(super) fn fits_stack(name: &Path, ty: &Type, remedy: &str) -> TokenStream {
    let text = format!(
        "{}: expected at most 256 bytes on the stack, found more in `{}`: {remedy}",
        last(name),
        shown(ty)
    );
    quote_spanned! {ty.span()=>
        const _: () = ::core::assert!(::kernel::ioctl::expansion::fits_stack::<#ty>(), #text);
    }
}

/// Rejects a number that another command has, too.
pub(super) fn is_unique(name: &Path) -> TokenStream {
    let text = last(name).to_string();

    quote_spanned! {name.span()=>
        const _: () = ::kernel::ioctl::table::assert_unique(
            __COMMANDS,
            __COMPAT_COMMANDS,
            #text,
        );
    }
}

impl Command {
    /// Adds the `#[cfg]` of the command to these items.
    pub(super) fn under_cfgs(&self, items: TokenStream) -> Result<TokenStream> {
        let cfgs = &self.cfgs;
        if cfgs.is_empty() {
            return Ok(items);
        }
        let cfgs = quote!(#(#cfgs)*);
        let items = parse2::<File>(items)?.items;
        Ok(quote!(#(#cfgs #items)*))
    }

    /// Returns the compile-time checks of a command, and the constants of its number.
    pub(super) fn checks(&self) -> TokenStream {
        let argument = &self.argument;
        let mut checks = self.check_number(&self.name, argument.ty.as_ref());

        if let Some(compat) = &argument.compat {
            checks.extend(self.check_number(&compat.name, Some(&compat.ty)));
            checks.extend(self.check_traits(&compat.name, &compat.ty, true));
            if let Some(ty) = &argument.ty {
                checks.extend(compat::fits(last(&compat.name), ty, &compat.ty));
            }
        }
        checks.extend(self.check_argument());
        checks
    }

    /// Checks the traits of the argument, and the arrays that it describes.
    pub(super) fn check_argument(&self) -> TokenStream {
        let argument = &self.argument;
        let mut checks = TokenStream::new();

        if let Some(ty) = &argument.ty {
            checks.extend(self.check_traits(&self.name, ty, argument.compat.is_none()));
        }
        for array in &argument.arrays {
            let (name, ty) = (last(&self.name), &array.ty);
            checks.extend(quote_spanned!(ty.span()=>
                const _: fn() = ::kernel::ioctl::expansion::is_input::<#name, #ty>;
            ));
            checks.extend(compat::has_compat_layout(name, ty));
        }
        checks
    }

    /// Declares the constant of a number, and checks that its direction and size match the
    /// argument.
    fn check_number(&self, name: &Path, ty: Option<&Type>) -> TokenStream {
        let (ident, number, argument) = (last(name), number(name), &self.argument);
        let constant = constant(name);
        let directions = match argument.direction {
            Direction::None => "a number made by _IO() for `none`",
            Direction::ByValue => "a number made by _IO() or _IOW() for `by_value`",
            Direction::In => "a number made by _IOW() for `in`",
            Direction::Out => "a number made by _IOR() for `out`",
            Direction::InOut => "a number made by _IOWR() for `inout`",
        };
        let direction = match argument.direction {
            Direction::None | Direction::ByValue => quote!(::kernel::uapi::_IOC_NONE),
            Direction::In => quote!(::kernel::uapi::_IOC_WRITE),
            Direction::Out => quote!(::kernel::uapi::_IOC_READ),
            Direction::InOut => quote!(::kernel::uapi::_IOC_READ | ::kernel::uapi::_IOC_WRITE),
        };
        let text = ident.to_string();
        let size = match ty {
            _ if matches!(self.numbers, Numbers::AnySize) => quote!(None),
            Some(ty) if argument.direction != Direction::ByValue => {
                quote!(Some(::core::mem::size_of::<#ty>()))
            }
            Some(_) => quote!(::kernel::ioctl::table::size_of_value(#number)),
            None => quote!(Some(0)),
        };
        let sized = match ty {
            Some(_) if argument.direction == Direction::ByValue => "this `by_value`".to_string(),
            Some(ty) => format!("`{}`", shown(ty)),
            None => "`none`".to_string(),
        };
        let direction = if argument.direction == Direction::ByValue {
            quote!(::kernel::ioctl::table::direction_of_value(#number))
        } else {
            direction
        };
        let count = match &self.numbers {
            Numbers::Range(count) => quote!(#count),
            _ => quote!(1),
        };
        let other_number = match &self.numbers {
            Numbers::Range(count) => {
                let last = last_number(name);
                quote!(const #last: u32 = ::kernel::ioctl::table::last_number(#number, #count);)
            }
            _ if self.has_any_size() => {
                let sizeless = sizeless_number(name);
                quote!(const #sizeless: u32 = ::kernel::ioctl::table::without_size(#number);)
            }
            _ => TokenStream::new(),
        };

        let plain =
            argument.direction != Direction::ByValue && !matches!(self.numbers, Numbers::AnySize);
        let fits_number = ty.filter(|_| plain).map(|ty| {
            let text = format!(
                "{ident}: expected at most the 16383 bytes that a number encodes, found more in \
                 `{}`: pass its address in a smaller struct",
                shown(ty)
            );
            quote_spanned! {ty.span()=>
                const _: () = ::core::assert!(
                    ::core::mem::size_of::<#ty>() <= ::kernel::uapi::_IOC_SIZEMASK as usize,
                    #text
                );
            }
        });

        quote_spanned! {name.span()=>
            #constant
            #other_number
            #fits_number
            const _: () = {
                ::kernel::ioctl::table::check_direction(#number, #direction, #text, #directions);
                ::kernel::ioctl::table::check_size(#number, #size, #text, #sized);
                ::kernel::ioctl::table::check_count(#number, #count, #text);
            };
        }
    }

    /// Requires the traits of the argument, with errors at its location in the table.
    fn check_traits(&self, name: &Path, ty: &Type, compat: bool) -> TokenStream {
        let (name, argument) = (last(name), &self.argument);
        let mut checks = TokenStream::new();
        let mut ask = |what: Ident| {
            checks.extend(quote_spanned! {ty.span()=>
                const _: fn() = ::kernel::ioctl::expansion::#what::<#name, #ty>;
            });
        };

        if argument.direction == Direction::ByValue {
            if !argument.validated {
                ask(format_ident!("is_by_value"));
                return checks;
            }
            ask(format_ident!("is_try_input"));
            let text = format!(
                "{name}: expected 4 bytes in a `try` `by_value`, found another size in `{}`: use \
                 `#[repr(u32)]`",
                shown(ty)
            );
            checks.extend(quote_spanned! {ty.span()=>
                const _: () = ::core::assert!(::core::mem::size_of::<#ty>() == 4, #text);
            });
            return checks;
        }
        if argument.reads() {
            if argument.validated {
                ask(format_ident!("is_try_input"));
            } else {
                ask(format_ident!("is_input"));
            }
        }
        if argument.writes() {
            ask(format_ident!("is_output"));
        }
        if compat {
            checks.extend(compat::has_compat_layout(name, ty));
        }
        checks
    }

    /// Rejects an argument that is kept on the stack but is too large for it.
    pub(super) fn check_stack(&self) -> TokenStream {
        let argument = &self.argument;
        let mut checks = TokenStream::new();

        if let Some(compat) = &argument.compat {
            checks.extend(fits_stack(&compat.name, &compat.ty, "use a smaller type"));
        }
        let plain = argument.passing == Passing::Plain && !matches!(self.numbers, Numbers::AnySize);
        if let Some(ty) = argument.ty.as_ref().filter(|_| plain) {
            let remedy = "add `boxed` or `deferred`";
            checks.extend(fits_stack(&self.name, ty, remedy));
        }
        checks
    }
}

impl Reserved {
    /// Rejects fields that may be unaligned, such as the fields of a packed struct.
    pub(super) fn check(&self) -> TokenStream {
        let ty = &self.ty;
        let checks = self.bits.iter().map(|(field, _)| {
            let text = format!(
                "`reserved`: expected an aligned field, found one of `{}`, which is packed: make \
                 `{field}` an array of bytes, or check it in the handler",
                shown(ty)
            );
            quote_spanned! {field.span()=>
                const _: () = ::core::assert!(
                    ::kernel::ioctl::table::is_aligned::<#ty, _>(|value: #ty| value.#field),
                    #text
                );
            }
        });
        quote!(#(#checks)*)
    }
}
