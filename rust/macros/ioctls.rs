// SPDX-License-Identifier: GPL-2.0

//! `ioctls!`: the commands of a device, declared once.
//!
//! Each command becomes a function of its own that fetches the argument, checks it, calls the
//! handler and writes the reply; the table is a `match` that calls them. What is checked when
//! compiling is checked by what `kernel::ioctl::table` and `kernel::ioctl::argument` provide.

use proc_macro2::{
    Span,
    TokenStream, //
};
use quote::{
    format_ident,
    quote,
    quote_spanned,
    ToTokens, //
};
use syn::{
    braced,
    bracketed,
    parenthesized,
    parse::{
        Parse,
        ParseStream, //
    },
    punctuated::Punctuated,
    spanned::Spanned,
    token,
    Error,
    Expr,
    Ident,
    Path,
    Result,
    Token,
    Type, //
};

mod kw {
    syn::custom_keyword!(compat);
    syn::custom_keyword!(file);
    syn::custom_keyword!(inout);
    syn::custom_keyword!(max);
    syn::custom_keyword!(min);
    syn::custom_keyword!(none);
    syn::custom_keyword!(out);
    syn::custom_keyword!(value);
    syn::custom_keyword!(with);
    syn::custom_keyword!(zero);
}

/// `impl MiscDevice for DEVICE { COMMAND, ... } zero TYPE { BITS, ... } ...`
pub(crate) struct Ioctls {
    device: Type,
    commands: Vec<Command>,
    zeros: Vec<Zero>,
}

/// `NAME: ARGUMENT => HANDLER`, with `[COUNT]` or `[..]` after the name of several numbers.
struct Command {
    name: Path,
    numbers: Numbers,
    argument: Argument,
    handler: Ident,
    file: bool,
}

enum Numbers {
    One,
    /// `[COUNT]`: as many numbers that follow each other; the handler gets the index.
    Range(Expr),
    /// `[..]`: the number with any size.
    AnySize,
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    None,
    Value,
    In,
    Out,
    InOut,
}

#[derive(Clone, Copy, PartialEq)]
enum Passing {
    /// On the stack.
    Plain,
    /// In a `KBox`.
    Boxed,
    /// Wherever the handler puts it.
    Place,
}

struct Argument {
    direction: Direction,
    word: Span,
    passing: Passing,
    /// Read by `TryFromBytes`.
    checked: bool,
    /// Written back also when the handler fails.
    always: bool,
    /// The last field of the first version.
    min: Option<Ident>,
    versioned: bool,
    /// For several sizes, that of an element.
    ty: Option<Type>,
    arrays: Vec<Array>,
    compat: Option<Compat>,
}

/// `with POINTER: [TYPE; COUNT] max LIMIT`: fields of the argument, and what is behind the pointer.
struct Array {
    pointer: Ident,
    ty: Type,
    count: Ident,
    limit: Expr,
}

/// `compat NAME: TYPE (CONVERSION, ...)`: the same command of a 32-bit program.
struct Compat {
    name: Path,
    ty: Type,
    conversions: Vec<Ident>,
}

/// `zero TYPE { FIELD, FIELD & BITS, ... }`: what must be zero in an argument of that type.
struct Zero {
    ty: Type,
    bits: Vec<(Ident, Option<Expr>)>,
}

impl Parse for Ioctls {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        input.parse::<Token![impl]>()?;
        let subsystem: Ident = input.parse()?;
        if subsystem != "MiscDevice" {
            return Err(Error::new_spanned(
                subsystem,
                "the commands of a device are declared by `impl MiscDevice for DEVICE`",
            ));
        }
        input.parse::<Token![for]>()?;
        let device = input.parse()?;

        let content;
        braced!(content in input);
        let commands = Punctuated::<Command, Token![,]>::parse_terminated(&content)?;

        let mut zeros = Vec::new();
        while !input.is_empty() {
            zeros.push(input.parse()?);
        }
        Ok(Self {
            device,
            commands: commands.into_iter().collect(),
            zeros,
        })
    }
}

impl Parse for Zero {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        input.parse::<kw::zero>()?;
        let ty = input.parse()?;

        let content;
        braced!(content in input);
        let bits = Punctuated::<_, Token![,]>::parse_terminated_with(&content, |bits| {
            let field = bits.parse()?;
            let mask = match bits.parse::<Option<Token![&]>>()? {
                Some(_) => Some(bits.parse()?),
                None => None,
            };
            Ok((field, mask))
        })?;
        Ok(Self {
            ty,
            bits: bits.into_iter().collect(),
        })
    }
}

impl Parse for Command {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = Path::parse_mod_style(input)?;

        let numbers = if input.peek(token::Bracket) {
            let content;
            bracketed!(content in input);
            if content.peek(Token![..]) {
                content.parse::<Token![..]>()?;
                Numbers::AnySize
            } else {
                Numbers::Range(content.parse()?)
            }
        } else {
            Numbers::One
        };
        input.parse::<Token![:]>()?;
        let argument = Argument::parse(input, &numbers)?;

        input.parse::<Token![=>]>()?;
        let handler = input.parse()?;
        let file = input.peek(token::Paren);
        if file {
            let content;
            parenthesized!(content in input);
            content.parse::<kw::file>()?;
        }

        Ok(Self {
            name,
            numbers,
            argument,
            handler,
            file,
        })
    }
}

impl Argument {
    fn parse(input: ParseStream<'_>, numbers: &Numbers) -> Result<Self> {
        let word = input.span();
        let lookahead = input.lookahead1();
        let direction = if lookahead.peek(kw::none) {
            input.parse::<kw::none>()?;
            Direction::None
        } else if lookahead.peek(kw::value) {
            input.parse::<kw::value>()?;
            Direction::Value
        } else if lookahead.peek(Token![in]) {
            input.parse::<Token![in]>()?;
            Direction::In
        } else if lookahead.peek(kw::out) {
            input.parse::<kw::out>()?;
            Direction::Out
        } else if lookahead.peek(kw::inout) {
            input.parse::<kw::inout>()?;
            Direction::InOut
        } else {
            return Err(lookahead.error());
        };

        let mut argument = Self {
            direction,
            word,
            passing: Passing::Plain,
            checked: false,
            always: false,
            min: None,
            versioned: false,
            ty: None,
            arrays: Vec::new(),
            compat: None,
        };
        argument.parse_words(input)?;

        if matches!(numbers, Numbers::AnySize) {
            argument.parse_elements(input)?;
        } else if direction != Direction::None {
            argument.ty = Some(input.parse()?);
        }
        argument.parse_clauses(input)?;
        Ok(argument)
    }

    /// The words between the direction and the type.
    fn parse_words(&mut self, input: ParseStream<'_>) -> Result<()> {
        use Direction::*;

        loop {
            let lookahead = input.fork();
            let Ok(word) = lookahead.parse::<Ident>() else {
                break;
            };
            let (fits, wanted) = match &*word.to_string() {
                "always" => (self.direction == InOut, "`inout`"),
                "boxed" | "versioned" => (
                    matches!(self.direction, In | Out | InOut),
                    "`in`, `out` and `inout`",
                ),
                "checked" => (
                    matches!(self.direction, Value | In | InOut),
                    "`value`, `in` and `inout`",
                ),
                "place" => (matches!(self.direction, In | Out), "`in` and `out`"),
                _ => break,
            };
            input.parse::<Ident>()?;
            if !fits {
                let text = format!("`{word}` is for {wanted} only");
                return Err(Error::new_spanned(word, text));
            }
            match &*word.to_string() {
                "always" => self.always = true,
                "boxed" => self.passing = Passing::Boxed,
                "checked" => self.checked = true,
                "place" => self.passing = Passing::Place,
                _ => self.versioned = true,
            }
        }
        if self.versioned && (self.checked || self.passing != Passing::Plain) {
            return Err(Error::new(
                self.word,
                "a `versioned` argument is neither `checked`, `boxed` nor in a `place`",
            ));
        }
        if self.checked && self.passing == Passing::Place {
            return Err(Error::new(
                self.word,
                "an argument is either `checked` or in a `place`",
            ));
        }
        Ok(())
    }

    /// The `[TYPE]` of a command of any size.
    fn parse_elements(&mut self, input: ParseStream<'_>) -> Result<()> {
        let plain = !self.versioned && !self.checked && self.passing == Passing::Plain;
        if !matches!(self.direction, Direction::In | Direction::Out) || !plain {
            return Err(Error::new(
                self.word,
                "the argument of a command of any size is `in [TYPE]` or `out [TYPE]`",
            ));
        }
        let content;
        bracketed!(content in input);
        self.ty = Some(content.parse()?);
        Ok(())
    }

    /// What follows the type.
    fn parse_clauses(&mut self, input: ParseStream<'_>) -> Result<()> {
        if self.versioned {
            input.parse::<kw::min>()?;
            self.min = Some(input.parse()?);
        }
        while input.peek(kw::with) {
            let word: kw::with = input.parse()?;
            if !matches!(self.direction, Direction::In | Direction::InOut)
                || self.passing == Passing::Place
            {
                return Err(Error::new(
                    word.span,
                    "an array is named by an argument that is `in` or `inout`",
                ));
            }
            let pointer = input.parse()?;
            input.parse::<Token![:]>()?;
            let content;
            bracketed!(content in input);
            let ty = content.parse()?;
            content.parse::<Token![;]>()?;
            let count = content.parse()?;
            input.parse::<kw::max>()?;
            self.arrays.push(Array {
                pointer,
                ty,
                count,
                limit: input.call(Expr::parse_without_eager_brace)?,
            });
        }
        if input.peek(kw::compat) {
            let word: kw::compat = input.parse()?;
            let wanted = match (self.direction, self.passing, self.versioned) {
                (Direction::In | Direction::Out, Passing::Plain, false) => 1,
                (Direction::InOut, Passing::Plain, false) => 2,
                _ => {
                    return Err(Error::new(
                        word.span,
                        "`compat` is for a plain `in`, `out` or `inout`",
                    ))
                }
            };
            let name = Path::parse_mod_style(input)?;
            input.parse::<Token![:]>()?;
            let ty = input.parse()?;
            let content;
            parenthesized!(content in input);
            let conversions = Punctuated::<Ident, Token![,]>::parse_terminated(&content)?;
            if conversions.len() != wanted {
                return Err(Error::new(
                    word.span,
                    "`compat` names a conversion for each way: `(from_32, to_32)`",
                ));
            }
            self.compat = Some(Compat {
                name,
                ty,
                conversions: conversions.into_iter().collect(),
            });
        }
        Ok(())
    }

    fn reads(&self) -> bool {
        matches!(self.direction, Direction::In | Direction::InOut)
    }

    fn writes(&self) -> bool {
        matches!(self.direction, Direction::Out | Direction::InOut)
    }
}

/// The last part of the name of a command.
fn last(name: &Path) -> &Ident {
    &name.segments.last().expect("a path has a segment").ident
}

fn same_type(a: &Type, b: &Type) -> bool {
    a.to_token_stream().to_string() == b.to_token_stream().to_string()
}

impl Ioctls {
    fn zero_of(&self, ty: &Type) -> Option<&Zero> {
        self.zeros.iter().find(|zero| same_type(&zero.ty, ty))
    }

    /// Refuses a `zero` that no command is checked for.
    fn unused_zeros(&self) -> Result<()> {
        for zero in &self.zeros {
            let used = self.commands.iter().any(|command| {
                let argument = &command.argument;
                argument.reads()
                    && argument
                        .ty
                        .as_ref()
                        .is_some_and(|ty| same_type(ty, &zero.ty))
            });
            if !used {
                return Err(Error::new_spanned(
                    &zero.ty,
                    "no command that reads its argument has this type",
                ));
            }
        }
        Ok(())
    }
}

/// Names within the block that a table expands to.
fn number(name: &Path) -> Ident {
    format_ident!("NUMBER_OF_{}", last(name))
}

fn last_number(name: &Path) -> Ident {
    format_ident!("LAST_NUMBER_OF_{}", last(name))
}

fn sizeless_number(name: &Path) -> Ident {
    format_ident!("NUMBER_WITHOUT_SIZE_OF_{}", last(name))
}

fn function(name: &Path) -> Ident {
    format_ident!("{}", last(name).to_string().to_lowercase())
}

impl Command {
    /// What the compiler checks of a command, and what its number is.
    fn checks(&self) -> TokenStream {
        let argument = &self.argument;
        let mut checks = self.check_number(&self.name, argument.ty.as_ref());

        if let Some(compat) = &argument.compat {
            checks.extend(self.check_number(&compat.name, Some(&compat.ty)));
            checks.extend(self.check_traits(&compat.name, &compat.ty, true));
        }
        if let Some(ty) = &argument.ty {
            checks.extend(self.check_traits(&self.name, ty, argument.compat.is_none()));
        }
        for array in &argument.arrays {
            let (name, ty) = (last(&self.name), &array.ty);
            checks.extend(quote_spanned!(ty.span()=>
                const _: fn() = argument::is_input::<#name, #ty>;
                const _: fn() = argument::is_same_for_compat::<#name, #ty>;
            ));
        }
        checks
    }

    /// The constant of the C header, of which direction and size must fit the argument.
    fn check_number(&self, name: &Path, ty: Option<&Type>) -> TokenStream {
        let (ident, number, argument) = (last(name), number(name), &self.argument);
        let directions = match argument.direction {
            Direction::None => "`none` is for _IO()",
            Direction::Value => "`value` is for _IO(), or for _IOW() of the type",
            Direction::In => "`in` is for _IOW()",
            Direction::Out => "`out` is for _IOR()",
            Direction::InOut => "`inout` is for _IOWR()",
        };
        let direction = match argument.direction {
            Direction::None | Direction::Value => quote!(::kernel::uapi::_IOC_NONE),
            Direction::In => quote!(::kernel::uapi::_IOC_WRITE),
            Direction::Out => quote!(::kernel::uapi::_IOC_READ),
            Direction::InOut => quote!(::kernel::uapi::_IOC_READ | ::kernel::uapi::_IOC_WRITE),
        };
        let wrong_direction = format!("{ident}: {directions}, and the number says another");
        let size = match ty {
            _ if matches!(self.numbers, Numbers::AnySize) => quote!(None),
            Some(ty) if argument.direction != Direction::Value => {
                quote!(Some(::core::mem::size_of::<#ty>()))
            }
            Some(ty) => quote!(table::size_of_value(#number, ::core::mem::size_of::<#ty>())),
            None => quote!(Some(0)),
        };
        let wrong_size = match ty {
            Some(ty) => format!(
                "{ident}: the number says another size than that of `{}`",
                ty.to_token_stream()
            ),
            None => format!("{ident}: the number says that there is an argument"),
        };
        let direction = if argument.direction == Direction::Value {
            quote!(table::direction_of_value(#number))
        } else {
            direction
        };
        let count = match &self.numbers {
            Numbers::Range(count) => quote!(#count),
            _ => quote!(1),
        };
        let too_many = format!("{ident}: there are 256 numbers, and this has more, or none");

        let other_number = match &self.numbers {
            Numbers::Range(count) => {
                let last = last_number(name);
                quote!(const #last: u32 = #number + (#count as u32 - 1);)
            }
            _ if self.has_any_size() => {
                let sizeless = sizeless_number(name);
                quote!(const #sizeless: u32 = table::without_size(#number);)
            }
            _ => TokenStream::new(),
        };

        quote_spanned! {name.span()=>
            #[allow(dead_code, non_camel_case_types)]
            enum #ident {}
            #[allow(clippy::unnecessary_cast)]
            const #number: u32 = #name as u32;
            #other_number
            const _: () = {
                ::core::assert!(
                    ::kernel::ioctl::_IOC_DIR(#number) == (#direction),
                    #wrong_direction
                );
                ::core::assert!(table::has_size(#number, #size), #wrong_size);
                ::core::assert!(table::has_room(#number, #count), #too_many);
            };
        }
    }

    /// The traits that the argument needs, asked for where it stands.
    fn check_traits(&self, name: &Path, ty: &Type, compat: bool) -> TokenStream {
        let (name, argument) = (last(name), &self.argument);
        let mut checks = TokenStream::new();
        let mut ask = |what: Ident| {
            checks
                .extend(quote_spanned!(ty.span()=> const _: fn() = argument::#what::<#name, #ty>;));
        };

        if argument.direction == Direction::Value {
            if !argument.checked {
                ask(format_ident!("is_value"));
            }
            return checks;
        }
        if argument.reads() {
            if argument.checked {
                ask(format_ident!("is_checked_input"));
            } else {
                ask(format_ident!("is_input"));
            }
        }
        if argument.writes() {
            ask(format_ident!("is_output"));
        }
        if compat {
            ask(format_ident!("is_same_for_compat"));
        }
        if argument.passing == Passing::Plain && !matches!(self.numbers, Numbers::AnySize) {
            let ty_text = ty.to_token_stream();
            let text = format!(
                "{name}: `{ty_text}` is too large for the stack; it may be `boxed`, or in a `place`"
            );
            checks.extend(quote_spanned! {ty.span()=>
                const _: () = ::core::assert!(
                    ::core::mem::size_of::<#ty>() <= argument::STACK_LIMIT,
                    #text
                );
            });
        }
        checks
    }

    /// The function that a command is, for a 32-bit program if it has its own number there.
    fn function(&self, device: &Type, zero: Option<&Zero>, compat: Option<&Compat>) -> TokenStream {
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

        let is_zero = zero.map_or(quote!(true), |zero| zero.is_zero());
        if argument.passing == Passing::Place {
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
        let refuse = zero.map(|_| {
            let borrow = match argument.passing {
                Passing::Boxed => quote!(&*value),
                _ => quote!(&value),
            };
            quote! {
                {
                    let value: &#ty = #borrow;
                    argument::must_be(#is_zero)?;
                }
            }
        });
        let names: Vec<_> = (0..argument.arrays.len())
            .map(|i| format_ident!("array_{i}"))
            .collect();
        let arrays = argument.arrays.iter().zip(&names).map(|(array, name)| {
            let Array {
                pointer,
                ty,
                count,
                limit,
            } = array;
            quote! {
                let #name = argument::read_array::<#ty>(
                    value.#pointer,
                    value.#count as usize,
                    #limit,
                )?;
            }
        });
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
            #(#arrays)*
            #finish
        }
    }

    /// What is known of a command when the kernel runs.
    fn describe(&self, zero: Option<&Zero>, compat: Option<&Compat>) -> TokenStream {
        let argument = &self.argument;
        let path = compat.map_or(&self.name, |compat| &compat.name);
        let (name, number) = (last(path).to_string(), number(path));
        let count = match &self.numbers {
            Numbers::Range(count) => quote!(#count),
            _ => quote!(1),
        };
        let passing = match argument.direction {
            Direction::None => quote!(None),
            Direction::Value => quote!(Value),
            Direction::In => quote!(In),
            Direction::Out => quote!(Out),
            Direction::InOut => quote!(InOut),
        };
        let ty = &argument.ty;
        let size = match (&self.numbers, &argument.min) {
            (Numbers::AnySize, _) => quote!(Size::Multiple(::core::mem::size_of::<#ty>())),
            (_, Some(min)) => quote!(Size::Minimum(::kernel::min_size!(#ty, #min).bytes())),
            _ => quote!(Size::Exact),
        };
        let zeros = match (zero, compat) {
            (Some(zero), None) => zero.describe(),
            _ => quote!(&[]),
        };
        quote! {
            Command {
                name: #name,
                number: #number,
                count: #count,
                size: #size,
                argument: Argument::#passing,
                zeros: #zeros,
            }
        }
    }

    /// The arm of the `match` that calls it.
    fn arm(&self, name: &Path) -> TokenStream {
        let (number, function) = (number(name), function(name));
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
        quote!(#pattern => #function(device, cmd, arg, file),)
    }

    fn has_any_size(&self) -> bool {
        matches!(self.numbers, Numbers::AnySize) || self.argument.versioned
    }
}

impl Zero {
    /// An expression that is true if all is zero that must be, of `value`.
    fn is_zero(&self) -> TokenStream {
        let terms = self.bits.iter().map(|(field, mask)| match mask {
            Some(mask) => quote!(value.#field & (#mask) == 0),
            None => quote!(::kernel::ioctl::argument::IsZero::is_zero(&value.#field)),
        });
        quote!(true #(& (#terms))*)
    }

    fn describe(&self) -> TokenStream {
        let ty = &self.ty;
        let bits = self.bits.iter().map(|(field, mask)| {
            let mask = mask
                .as_ref()
                .map_or(quote!(!0_u64), |mask| quote!((#mask) as u64));
            quote! {
                ZeroBits::of(
                    ::core::mem::offset_of!(#ty, #field),
                    |value: &#ty| &value.#field,
                    #mask,
                )
            }
        });
        quote!(&[#(#bits),*])
    }
}

pub(crate) fn ioctls(table: Ioctls) -> Result<TokenStream> {
    table.unused_zeros()?;
    let device = &table.device;
    let zero = |command: &Command| {
        command
            .argument
            .ty
            .as_ref()
            .filter(|_| command.argument.reads())
            .and_then(|ty| table.zero_of(ty))
    };

    let mut items = TokenStream::new();
    let (mut native, mut compat) = (Vec::new(), Vec::new());
    let (mut arms, mut sizeless_arms, mut compat_arms) =
        (TokenStream::new(), TokenStream::new(), TokenStream::new());
    let mut refusals = Vec::new();

    for command in &table.commands {
        items.extend(command.checks());
        items.extend(command.function(device, zero(command), None));
        native.push(command.describe(zero(command), None));
        let name = last(&command.name);
        refusals.push(format!(
            "{name}: this number is that of another command, too"
        ));
        if command.has_any_size() {
            sizeless_arms.extend(command.arm(&command.name));
        } else {
            arms.extend(command.arm(&command.name));
        }
        if let Some(other) = &command.argument.compat {
            items.extend(command.function(device, zero(command), Some(other)));
            compat.push(command.describe(zero(command), Some(other)));
            compat_arms.extend(command.arm(&other.name));
        }
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
        quote!(argument::unknown())
    } else {
        quote! {
            match table::without_size(cmd) {
                #sizeless_arms
                _ => argument::unknown(),
            }
        }
    };

    Ok(quote! {
        const _: () = {
            #[allow(unused_imports)]
            use ::kernel::ioctl::{
                argument,
                table::{
                    self,
                    Argument,
                    Command,
                    Size,
                    ZeroBits, //
                },
            };

            #items

            const COMMANDS: &[Command] = &[#(#native),*];
            const COMPAT_COMMANDS: &[Command] = &[#(#compat),*];
            const _: () = {
                table::must_be_unique(COMMANDS, &[#(#refusals),*]);
            };

            impl ::kernel::ioctl::Table for #device {
                type Device<'a> =
                    <<#device as ::kernel::miscdevice::MiscDevice>::Ptr
                        as ::kernel::types::ForeignOwnable>::Borrowed<'a>;

                const COMMANDS: &'static [Command] = COMMANDS;
                const COMPAT_COMMANDS: &'static [Command] = COMPAT_COMMANDS;

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
