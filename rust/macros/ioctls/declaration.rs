// SPDX-License-Identifier: GPL-2.0

//! The syntax of a table, and its parser.

use super::{
    check::last,
    connected::Method, //
};
use proc_macro2::{
    Span,
    TokenStream,
    TokenTree, //
};
use quote::ToTokens;
use syn::{
    braced,
    bracketed,
    ext::IdentExt,
    parenthesized,
    parse::{
        Parse,
        ParseStream, //
    },
    punctuated::Punctuated,
    token,
    Attribute,
    Error,
    Expr,
    Ident,
    Path,
    Result,
    Token,
    Type, //
};

mod kw {
    syn::custom_keyword!(by_value);
    syn::custom_keyword!(compat);
    syn::custom_keyword!(copy_back_on_error);
    syn::custom_keyword!(drm);
    syn::custom_keyword!(file);
    syn::custom_keyword!(flags);
    syn::custom_keyword!(fwctl);
    syn::custom_keyword!(inout);
    syn::custom_keyword!(max);
    syn::custom_keyword!(min);
    syn::custom_keyword!(misc);
    syn::custom_keyword!(none);
    syn::custom_keyword!(out);
    syn::custom_keyword!(reserved);
    syn::custom_keyword!(scope);
    syn::custom_keyword!(with);
}

/// `SUBSYSTEM DEVICE { COMMAND, ... } reserved TYPE { BITS, ... } ...`
pub(crate) struct Ioctls {
    pub(super) subsystem: Subsystem,
    pub(super) device: Type,
    pub(super) commands: Vec<Command>,
    pub(super) fallback: Option<Fallback>,
    pub(super) compat_fallback: Option<Fallback>,
    pub(super) reserved: Vec<Reserved>,
}

/// `_ => METHOD`, or `compat _ => METHOD`: the method that serves unknown numbers.
pub(super) struct Fallback {
    pub(super) method: Ident,
}

/// A line of a table.
enum Line {
    Command(Box<Command>),
    Fallback(Fallback),
    CompatFallback(Fallback),
}

/// The subsystem that calls the commands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Subsystem {
    /// `misc DEVICE`: a type that implements `MiscDevice`.
    Misc,
    /// `drm DRIVER`: a type that implements `drm::Driver`.
    Drm,
    /// `fwctl CONTEXT`: a type that implements `fwctl::Operations`.
    Fwctl,
}

/// `NAME: ARGUMENT => HANDLER`. `[COUNT]` or `[..]` follows the name of a command with several
/// numbers.
pub(super) struct Command {
    /// The `#[cfg]` attributes of the command.
    pub(super) cfgs: Vec<Attribute>,
    pub(super) docs: Vec<Attribute>,
    pub(super) name: Path,
    pub(super) numbers: Numbers,
    pub(super) argument: Argument,
    pub(super) handler: Ident,
    pub(super) file: bool,
}

pub(super) enum Numbers {
    One,
    /// `[COUNT]`: consecutive numbers. The handler receives the index.
    Range(Expr),
    /// `[..]`: the number with any size.
    AnySize,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Direction {
    None,
    ByValue,
    In,
    Out,
    InOut,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Passing {
    /// On the stack.
    Plain,
    /// In a `KBox`.
    Boxed,
    /// At a location that the handler chooses.
    Deferred,
}

pub(super) struct Argument {
    pub(super) direction: Direction,
    pub(super) word: Span,
    pub(super) passing: Passing,
    /// Read by `TryFromBytes`.
    pub(super) validated: bool,
    /// Copied back even if the handler fails.
    pub(super) copy_back_on_error: bool,
    /// The last field of the first version.
    pub(super) min: Option<Ident>,
    pub(super) versioned: bool,
    /// The type of the argument, or of an element if the number may encode several sizes.
    pub(super) ty: Option<Type>,
    pub(super) arrays: Vec<Array>,
    pub(super) compat: Option<Compat>,
    /// The permissions of a DRM ioctl.
    pub(super) flags: Option<Expr>,
    /// The lowest scope that may call an fwctl command.
    pub(super) scope: Option<Ident>,
}

/// `with POINTER: [TYPE; COUNT] max LIMIT`: fields of the argument that describe an array in user
/// space.
pub(super) struct Array {
    pub(super) pointer: Ident,
    pub(super) ty: Type,
    pub(super) count: Ident,
    pub(super) limit: Expr,
}

/// `compat NAME: TYPE (CONVERSION, ...)`: the same command for a 32-bit process.
pub(super) struct Compat {
    pub(super) name: Path,
    pub(super) ty: Type,
    pub(super) conversions: Vec<Ident>,
}

/// `reserved TYPE { FIELD, FIELD & BITS, ... }`: fields and bits that must be zero in a `TYPE`.
pub(super) struct Reserved {
    pub(super) ty: Type,
    pub(super) bits: Vec<(Ident, Option<Expr>)>,
}

/// Rejects the C operator `~`, which is `!` in Rust.
fn has_no_tilde(tokens: TokenStream) -> Result<()> {
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '~' => {
                return Err(Error::new(
                    punct.span(),
                    "expected a Rust operator, found the C operator `~`: write `!`, as in \
                     `flags & !BITS`",
                ));
            }
            TokenTree::Group(group) => has_no_tilde(group.stream())?,
            _ => (),
        }
    }
    Ok(())
}

impl Parse for Ioctls {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        has_no_tilde(input.fork().parse()?)?;

        let subsystem = input.parse()?;
        let device = input.parse()?;

        let content;
        braced!(content in input);
        let lines = Punctuated::<Line, Token![,]>::parse_terminated(&content)?;
        let (mut commands, mut fallback, mut compat_fallback) = (Vec::new(), None, None);
        for line in lines {
            match line {
                Line::Command(command) => commands.push(*command),
                Line::Fallback(line) => {
                    line.set_once(Method::of(subsystem, false), &mut fallback)?;
                }
                Line::CompatFallback(line) => {
                    line.set_once(Method::of(subsystem, true), &mut compat_fallback)?;
                }
            }
        }

        let mut reserved = Vec::new();
        while !input.is_empty() {
            reserved.push(input.parse()?);
        }
        Ok(Self {
            subsystem,
            device,
            commands,
            fallback,
            compat_fallback,
            reserved,
        })
    }
}

impl Parse for Subsystem {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let found = input.lookahead1();

        if found.peek(kw::misc) {
            input.parse::<kw::misc>()?;
            Ok(Self::Misc)
        } else if found.peek(kw::drm) {
            input.parse::<kw::drm>()?;
            Ok(Self::Drm)
        } else if found.peek(kw::fwctl) {
            input.parse::<kw::fwctl>()?;
            Ok(Self::Fwctl)
        } else if input.peek(Token![impl]) {
            Err(input.error(
                "expected a subsystem, found `impl`: begin the table with the subsystem of the \
                 device, as in `misc DEVICE`",
            ))
        } else {
            Err(found.error())
        }
    }
}

impl Parse for Line {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let compat = input.peek(kw::compat) && input.peek2(Token![_]);
        if compat {
            input.parse::<kw::compat>()?;
        }
        if !input.peek(Token![_]) {
            return Ok(Self::Command(input.parse()?));
        }
        input.parse::<Token![_]>()?;
        input.parse::<Token![=>]>()?;
        let method = input.parse()?;
        Ok(if compat {
            Self::CompatFallback(Fallback { method })
        } else {
            Self::Fallback(Fallback { method })
        })
    }
}

impl Fallback {
    /// Stores the line as the only one of its kind, and checks that it names the right method.
    fn set_once(self, method: Option<Method>, line: &mut Option<Self>) -> Result<()> {
        let found = &self.method;
        let text = match method {
            None => "expected a command, found a fallback, which this subsystem does not have: \
                     remove the line"
                .to_string(),
            Some(method) if found != method.name => {
                let (name, (_, of_trait)) = (method.name, method.subsystem.of_trait());
                format!(
                    "expected `{name}`, found `{found}`: pass unknown numbers to \
                     `{of_trait}::{name}`, or remove the line"
                )
            }
            Some(method) if line.is_some() => {
                let name = method.name;
                format!("expected one fallback to `{name}`, found a second: remove the line")
            }
            Some(_) => {
                *line = Some(self);
                return Ok(());
            }
        };
        Err(Error::new(found.span(), text))
    }
}

impl Parse for Reserved {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        input.parse::<kw::reserved>()?;
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
        let attributes = input.call(Attribute::parse_outer)?;
        let (docs, cfgs): (Vec<_>, Vec<_>) = attributes
            .into_iter()
            .partition(|attribute| attribute.path().is_ident("doc"));
        if let Some(other) = cfgs.iter().find(|cfg| !cfg.path().is_ident("cfg")) {
            return Err(Error::new_spanned(
                other,
                "expected `#[cfg(...)]` or a doc comment before a command, found another \
                 attribute: remove it",
            ));
        }
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
        let argument = Argument::parse(input, &numbers)
            .map_err(|e| Error::new(e.span(), format!("{}: {e}", last(&name))))?;

        input.parse::<Token![=>]>()?;
        let handler = input.parse()?;
        let file = input.peek(token::Paren);
        if file {
            let content;
            parenthesized!(content in input);
            content.parse::<kw::file>()?;
        }

        Ok(Self {
            cfgs,
            docs,
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
        } else if lookahead.peek(kw::by_value) {
            input.parse::<kw::by_value>()?;
            Direction::ByValue
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
            validated: false,
            copy_back_on_error: false,
            min: None,
            versioned: false,
            ty: None,
            arrays: Vec::new(),
            compat: None,
            flags: None,
            scope: None,
        };
        argument.parse_words(input)?;

        if matches!(numbers, Numbers::AnySize) {
            argument.parse_elements(input)?;
        } else if direction != Direction::None {
            argument.ty = Some(input.parse()?);
        }
        argument.parse_clauses(input)?;
        if !input.peek(Token![=>]) {
            return Err(input.error(
                "expected `=> HANDLER` after the type and its clauses, found another word: remove \
                 it",
            ));
        }
        Ok(argument)
    }

    /// Parses the words between the direction and the type.
    fn parse_words(&mut self, input: ParseStream<'_>) -> Result<()> {
        use Direction::*;

        let mut words = Vec::new();
        loop {
            let lookahead = input.fork();
            // `try` is a keyword of Rust.
            let Ok(word) = lookahead.call(Ident::parse_any) else {
                break;
            };
            let (fits, wanted) = match &*word.to_string() {
                "boxed" | "versioned" => (
                    matches!(self.direction, In | Out | InOut),
                    "`in`, `out` or `inout`",
                ),
                "try" => (
                    matches!(self.direction, ByValue | In | InOut),
                    "`by_value`, `in` or `inout`",
                ),
                "deferred" => (matches!(self.direction, In | Out), "`in` or `out`"),
                _ => break,
            };
            input.call(Ident::parse_any)?;
            if !fits {
                let text = format!(
                    "expected {wanted} before `{word}`, found another direction: remove the word"
                );
                return Err(Error::new_spanned(word, text));
            }
            if words.contains(&word) {
                return Err(Error::new_spanned(
                    &word,
                    format!("expected `{word}` once, found a second: remove it"),
                ));
            }
            if self.passing != Passing::Plain && (word == "boxed" || word == "deferred") {
                return Err(Error::new_spanned(
                    word,
                    "expected either `boxed` or `deferred`, found both: remove one",
                ));
            }
            match &*word.to_string() {
                "boxed" => self.passing = Passing::Boxed,
                "try" => self.validated = true,
                "deferred" => self.passing = Passing::Deferred,
                _ => self.versioned = true,
            }
            words.push(word);
        }
        if self.versioned && (self.validated || self.passing != Passing::Plain) {
            let other = words.iter().find(|word| *word != "versioned");
            return Err(Error::new(
                other.map_or(self.word, Ident::span),
                "expected `versioned` alone, found it with `try`, `boxed` or `deferred`: remove \
                 one",
            ));
        }
        if self.validated && self.passing == Passing::Deferred {
            return Err(Error::new(
                words.last().map_or(self.word, Ident::span),
                "expected either `try` or `deferred`, found both: remove one",
            ));
        }
        Ok(())
    }

    /// Parses the `[TYPE]` of a command of any size.
    fn parse_elements(&mut self, input: ParseStream<'_>) -> Result<()> {
        let plain = !self.versioned && !self.validated && self.passing == Passing::Plain;
        if !matches!(self.direction, Direction::In | Direction::Out) || !plain {
            return Err(Error::new(
                self.word,
                "expected `in [TYPE]` or `out [TYPE]` for `NAME[..]`, found another argument: use \
                 one of these, or remove `[..]`",
            ));
        }
        let content;
        bracketed!(content in input);
        self.ty = Some(content.parse()?);
        Ok(())
    }

    /// Parses the clauses after the type.
    fn parse_clauses(&mut self, input: ParseStream<'_>) -> Result<()> {
        if self.versioned != input.peek(kw::min) {
            return Err(input.error(if self.versioned {
                "expected `min FIELD` after a `versioned` type, found none: name the last field of \
                 the first version"
            } else {
                "expected `versioned` before a type with `min`, found none: add it, or remove `min`"
            }));
        }
        if self.versioned {
            input.parse::<kw::min>()?;
            self.min = Some(input.parse()?);
        }
        while input.peek(kw::with) {
            let word: kw::with = input.parse()?;
            if !matches!(self.direction, Direction::In | Direction::InOut)
                || self.passing == Passing::Deferred
            {
                return Err(Error::new(
                    word.span,
                    "expected `in` or `inout` without `deferred` before `with`, found another \
                     argument: use one that the table reads",
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
            let (wanted, text) = match (self.direction, self.passing, self.versioned) {
                (Direction::In, Passing::Plain, false) => (1, "`(from_32)` after `compat` of `in`"),
                (Direction::Out, Passing::Plain, false) => (1, "`(to_32)` after `compat` of `out`"),
                (Direction::InOut, Passing::Plain, false) => {
                    (2, "`(from_32, to_32)` after `compat` of `inout`")
                }
                _ => {
                    return Err(Error::new(
                        word.span,
                        "expected a plain `in`, `out` or `inout` before `compat`, found another \
                         argument: remove `compat`, or the other words",
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
                    format!(
                        "expected {text}, found another number of methods: name one for each \
                         direction"
                    ),
                ));
            }
            self.compat = Some(Compat {
                name,
                ty,
                conversions: conversions.into_iter().collect(),
            });
        }
        if input.peek(kw::copy_back_on_error) {
            let word: kw::copy_back_on_error = input.parse()?;
            if self.direction != Direction::InOut {
                return Err(Error::new(
                    word.span,
                    "expected `inout` before `copy_back_on_error`, found another direction: \
                     remove the clause",
                ));
            }
            self.copy_back_on_error = true;
        }
        if input.parse::<Option<kw::flags>>()?.is_some() {
            self.flags = Some(input.parse()?);
        }
        if input.parse::<Option<kw::scope>>()?.is_some() {
            self.scope = Some(input.parse()?);
        }
        Ok(())
    }

    pub(super) fn reads(&self) -> bool {
        matches!(self.direction, Direction::In | Direction::InOut)
    }

    pub(super) fn writes(&self) -> bool {
        matches!(self.direction, Direction::Out | Direction::InOut)
    }
}

impl Command {
    /// Returns `true` if the number may encode several sizes.
    pub(super) fn has_any_size(&self) -> bool {
        matches!(self.numbers, Numbers::AnySize) || self.argument.versioned
    }
}

pub(super) fn same_type(a: &Type, b: &Type) -> bool {
    a.to_token_stream().to_string() == b.to_token_stream().to_string()
}

/// Returns `true` if two types have the same name, in any module.
pub(super) fn same_name(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Path(a), Type::Path(b)) => last(&a.path) == last(&b.path),
        _ => false,
    }
}

impl Ioctls {
    /// Returns the `reserved` clause of a type.
    pub(super) fn reserved_of(&self, ty: &Type) -> Option<&Reserved> {
        self.reserved
            .iter()
            .find(|reserved| same_type(&reserved.ty, ty))
    }
}
