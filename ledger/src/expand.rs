// SPDX-License-Identifier: GPL-2.0

//! Expands `macro_rules!` far enough to find the implementations in an invocation.
//!
//! Rules are tried in order. syn parses the fragments, and a repetition matches as often as
//! possible. Each token keeps its source location, so that tokens of the macro's body can be
//! distinguished from tokens of the invocation.

use std::collections::HashMap;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::{
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
};

/// One `(pattern) => { body }`.
#[derive(Clone)]
pub struct Rule {
    pattern: Vec<Matcher>,
    pub body: TokenStream,
}

#[derive(Clone)]
enum Matcher {
    Token(TokenTree),
    Group(Delimiter, Vec<Matcher>),
    Fragment(String, String),
    Repeat(Vec<Matcher>, Option<TokenTree>, char),
}

/// The match of a metavariable: tokens, or the bindings in each round of a repetition.
#[derive(Clone)]
enum Binding {
    Tokens(TokenStream),
    Rounds(Vec<Bindings>),
}

type Bindings = HashMap<String, Binding>;

/// Parses the rules of a `macro_rules!` from the tokens between its braces.
pub fn rules(tokens: TokenStream) -> Option<Vec<Rule>> {
    let mut rules = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(TokenTree::Group(pattern)) = tokens.next() {
        for arrow in ['=', '>'] {
            if !is_punct(&tokens.next()?, arrow) {
                return None;
            }
        }
        let TokenTree::Group(body) = tokens.next()? else {
            return None;
        };
        rules.push(Rule {
            pattern: matchers(pattern.stream())?,
            body: body.stream(),
        });
        tokens.next_if(|token| is_punct(token, ';'));
    }
    Some(rules)
}

/// Returns the expansion of `macro!(arguments)`, or `None` if no rule matches.
pub fn expand(rules: &[Rule], arguments: &TokenStream) -> Option<TokenStream> {
    rules.iter().find_map(|rule| {
        let mut bindings = Bindings::new();
        let rest = match_all(&rule.pattern, arguments.clone(), &mut bindings)?;
        if !rest.is_empty() {
            return None;
        }
        transcribe(rule.body.clone(), &bindings)
    })
}

/// Converts a macro's body to ordinary code: each `$name` becomes an identifier, and each
/// repetition is written once.
pub fn plain(body: TokenStream) -> TokenStream {
    let mut out = Vec::new();
    let mut tokens = body.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(ref punct) if punct.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Group(group)) => {
                    out.extend(plain(group.stream()));
                    // Skip the optional separator and the operator.
                    for _ in 0..2 {
                        let token = tokens.next();
                        if token.as_ref().is_none_or(|token| operator(token).is_some()) {
                            break;
                        }
                    }
                }
                Some(TokenTree::Ident(name)) => out.push(TokenTree::Ident(ordinary(name))),
                other => out.extend(other),
            },
            TokenTree::Group(group) => out.push(regroup(&group, plain(group.stream()))),
            token => out.push(token),
        }
    }
    out.into_iter().collect()
}

/// Converts the name of a metavariable to a valid identifier: `struct` becomes `struct_`.
fn ordinary(name: Ident) -> Ident {
    let text = name.to_string();
    if text == "crate" || syn::parse_str::<Ident>(&text).is_ok() {
        return name;
    }
    Ident::new(&format!("{text}_"), name.span())
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

fn operator(token: &TokenTree) -> Option<char> {
    ['*', '+', '?'].into_iter().find(|&c| is_punct(token, c))
}

fn regroup(group: &Group, stream: TokenStream) -> TokenTree {
    let mut new = Group::new(group.delimiter(), stream);
    new.set_span(group.span());
    TokenTree::Group(new)
}

fn matchers(pattern: TokenStream) -> Option<Vec<Matcher>> {
    let mut out = Vec::new();
    let mut tokens = pattern.into_iter();
    while let Some(token) = tokens.next() {
        out.push(match token {
            TokenTree::Punct(ref punct) if punct.as_char() == '$' => match tokens.next()? {
                TokenTree::Group(group) => {
                    let token = tokens.next()?;
                    let (separator, kind) = match operator(&token) {
                        Some(kind) => (None, kind),
                        None => (Some(token), operator(&tokens.next()?)?),
                    };
                    Matcher::Repeat(matchers(group.stream())?, separator, kind)
                }
                TokenTree::Ident(name) if name == "crate" => Matcher::Token(name.into()),
                TokenTree::Ident(name) => {
                    if !is_punct(&tokens.next()?, ':') {
                        return None;
                    }
                    Matcher::Fragment(name.to_string(), tokens.next()?.to_string())
                }
                _ => return None,
            },
            TokenTree::Group(group) => Matcher::Group(group.delimiter(), matchers(group.stream())?),
            token => Matcher::Token(token),
        });
    }
    Some(out)
}

/// Matches the beginning of `input`, and returns the rest.
fn match_all(
    pattern: &[Matcher],
    mut input: TokenStream,
    to: &mut Bindings,
) -> Option<TokenStream> {
    for matcher in pattern {
        input = match_one(matcher, input, to)?;
    }
    Some(input)
}

fn match_one(matcher: &Matcher, input: TokenStream, to: &mut Bindings) -> Option<TokenStream> {
    match matcher {
        Matcher::Token(wanted) => next_is(wanted, input),
        Matcher::Group(delimiter, pattern) => {
            let mut tokens = input.into_iter();
            match tokens.next()? {
                TokenTree::Group(group) if group.delimiter() == *delimiter => {
                    let rest = match_all(pattern, group.stream(), to)?;
                    rest.is_empty().then(|| tokens.collect())
                }
                _ => None,
            }
        }
        Matcher::Fragment(name, kind) => {
            let (tokens, rest) = fragment(kind, input)?;
            to.insert(name.clone(), Binding::Tokens(tokens));
            Some(rest)
        }
        Matcher::Repeat(pattern, separator, kind) => {
            let mut rounds = Vec::new();
            let mut input = input;
            loop {
                let mut next = input.clone();
                if let (false, Some(separator)) = (rounds.is_empty(), separator) {
                    match next_is(separator, next) {
                        Some(rest) => next = rest,
                        None => break,
                    }
                }
                let mut round = Bindings::new();
                match match_all(pattern, next, &mut round) {
                    // A repetition that matches no token would never end.
                    Some(rest)
                        if rest.clone().into_iter().count() < input.clone().into_iter().count() =>
                    {
                        input = rest;
                        rounds.push(round);
                    }
                    _ => break,
                }
                if *kind == '?' {
                    break;
                }
            }
            if *kind == '+' && rounds.is_empty() {
                return None;
            }
            for name in names(pattern) {
                to.insert(name, Binding::Rounds(rounds.clone()));
            }
            Some(input)
        }
    }
}

fn next_is(wanted: &TokenTree, input: TokenStream) -> Option<TokenStream> {
    let mut tokens = input.into_iter();
    let token = tokens.next()?;
    (!matches!(token, TokenTree::Group(_)) && token.to_string() == wanted.to_string())
        .then(|| tokens.collect())
}

/// Returns the names that a pattern binds.
fn names(pattern: &[Matcher]) -> Vec<String> {
    pattern
        .iter()
        .flat_map(|matcher| match matcher {
            Matcher::Token(_) => Vec::new(),
            Matcher::Fragment(name, _) => vec![name.clone()],
            Matcher::Group(_, inner) | Matcher::Repeat(inner, _, _) => names(inner),
        })
        .collect()
}

/// Splits a fragment of this kind from the beginning of `input`, and returns both.
fn fragment(kind: &str, input: TokenStream) -> Option<(TokenStream, TokenStream)> {
    fn parse<T: Parse + quote::ToTokens>(input: ParseStream<'_>) -> syn::Result<TokenStream> {
        Ok(quote::ToTokens::into_token_stream(input.parse::<T>()?))
    }
    let parser = |input: ParseStream<'_>| {
        let tokens = match kind {
            "ident" => {
                let ident = input.call(Ident::parse_any)?;
                TokenTree::Ident(ident).into()
            }
            "ty" => parse::<syn::Type>(input)?,
            "path" => parse::<syn::Path>(input)?,
            "expr" | "expr_2021" => parse::<syn::Expr>(input)?,
            "literal" => {
                let minus: Option<syn::Token![-]> = input.parse()?;
                let literal: syn::Lit = input.parse()?;
                quote::quote!(#minus #literal)
            }
            "lifetime" => parse::<syn::Lifetime>(input)?,
            "vis" => parse::<syn::Visibility>(input)?,
            "block" => parse::<syn::Block>(input)?,
            "item" => parse::<syn::Item>(input)?,
            "stmt" => parse::<syn::Stmt>(input)?,
            "meta" => parse::<syn::Meta>(input)?,
            "pat" | "pat_param" => {
                quote::ToTokens::into_token_stream(syn::Pat::parse_multi_with_leading_vert(input)?)
            }
            "tt" => input.parse::<TokenTree>()?.into(),
            _ => return Err(input.error("no such fragment")),
        };
        Ok((tokens, input.parse::<TokenStream>()?))
    };
    parser.parse2(input).ok()
}

fn transcribe(body: TokenStream, bindings: &Bindings) -> Option<TokenStream> {
    let mut out = Vec::new();
    let mut tokens = body.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(ref punct) if punct.as_char() == '$' => match tokens.next()? {
                TokenTree::Group(group) => {
                    let token = tokens.next()?;
                    let separator = if operator(&token).is_some() {
                        None
                    } else {
                        tokens.next()?;
                        Some(token)
                    };
                    let rounds = rounds_of(&group.stream(), bindings)?;
                    for (number, round) in rounds.iter().enumerate() {
                        if number > 0 {
                            out.extend(separator.clone());
                        }
                        let mut inner = bindings.clone();
                        inner.extend(round.clone());
                        out.extend(transcribe(group.stream(), &inner)?);
                    }
                }
                TokenTree::Ident(name) => match bindings.get(&name.to_string()) {
                    Some(Binding::Tokens(tokens)) => out.extend(tokens.clone()),
                    Some(Binding::Rounds(_)) => return None,
                    None if name == "crate" => {
                        out.push(Ident::new("crate", Span::call_site()).into())
                    }
                    None => out.extend([token, name.into()]),
                },
                other => out.extend([token, other]),
            },
            TokenTree::Group(group) => {
                let stream = transcribe(group.stream(), bindings)?;
                out.push(regroup(&group, stream));
            }
            token => out.push(token),
        }
    }
    Some(out.into_iter().collect())
}

/// Returns the rounds of a repetition in a body, from the names in it.
fn rounds_of(body: &TokenStream, bindings: &Bindings) -> Option<Vec<Bindings>> {
    let mut tokens = body.clone().into_iter();
    let mut found: Option<Vec<Bindings>> = None;
    while let Some(token) = tokens.next() {
        let rounds = match token {
            TokenTree::Punct(ref punct) if punct.as_char() == '$' => match tokens.next()? {
                TokenTree::Ident(name) => match bindings.get(&name.to_string()) {
                    Some(Binding::Rounds(rounds)) => Some(rounds.clone()),
                    _ => None,
                },
                TokenTree::Group(group) => rounds_of(&group.stream(), bindings),
                _ => None,
            },
            TokenTree::Group(group) => rounds_of(&group.stream(), bindings),
            _ => None,
        };
        found = match (found, rounds) {
            // Two repetitions of equal length advance together.
            (Some(left), Some(right)) if left.len() == right.len() => Some(
                left.into_iter()
                    .zip(right)
                    .map(|(mut left, right)| {
                        left.extend(right);
                        left
                    })
                    .collect(),
            ),
            (found, None) => found,
            (_, rounds) => rounds,
        };
    }
    found
}
