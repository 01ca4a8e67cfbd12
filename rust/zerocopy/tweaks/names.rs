// SPDX-License-Identifier: GPL-2.0

//! Rejects names that would mean something else in the code that the derives generate.
//!
//! The derives repeat the field types and the discriminants of a type in a scope with generated
//! items. A field type with the name of such an item would then refer to that item.

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Data, DeriveInput, Error, Expr, Meta};

use crate::util::path_is_ident;

/// Returns `true` for names that generated code may define.
fn is_reserved(name: &str) -> bool {
    let name = name.trim_start_matches("r#");
    let stem = name.trim_start_matches('_');
    name.starts_with("__")
        && ["Zerocopy", "ZEROCOPY", "zerocopy", "Zc"]
            .iter()
            .any(|start| stem.starts_with(start))
}

fn refuse_reserved(tokens: TokenStream) -> Result<(), Error> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (i, token) in tokens.iter().enumerate() {
        match (token, tokens.get(i + 1), tokens.get(i + 2)) {
            (
                TokenTree::Ident(_) | TokenTree::Group(_),
                Some(TokenTree::Punct(bang)),
                Some(TokenTree::Group(_)),
            ) if bang.as_char() == '!' && bang.spacing() == Spacing::Alone => {
                return Err(Error::new(
                    token.span(),
                    "expected types and constants without macros, because zerocopy cannot expand \
                     them; name the result of the macro with a `type` or a `const`",
                ));
            }
            (TokenTree::Ident(name), _, _) if is_reserved(&name.to_string()) => {
                return Err(Error::new(
                    name.span(),
                    format!("`{name}` is reserved for code that zerocopy generates; rename it"),
                ));
            }
            (TokenTree::Group(group), _, _) => refuse_reserved(group.stream())?,
            _ => {}
        }
    }
    Ok(())
}

/// Returns the discriminants of an enum.
fn all_discriminants(ast: &DeriveInput) -> Vec<&Expr> {
    match &ast.data {
        Data::Enum(data) => {
            let variants = data.variants.iter();
            variants
                .filter_map(|variant| Some(&variant.discriminant.as_ref()?.1))
                .collect()
        }
        Data::Struct(_) | Data::Union(_) => Vec::new(),
    }
}

/// Rejects the names of generated code. Also rejects macros, which may expand to these names.
pub(crate) fn reserved(ast: &DeriveInput) -> Result<(), Error> {
    refuse_reserved(ast.ident.to_token_stream())?;
    refuse_reserved(ast.generics.to_token_stream())?;
    refuse_reserved(ast.generics.where_clause.to_token_stream())?;
    let types: Vec<_> = match &ast.data {
        Data::Struct(data) => data.fields.iter().map(|field| &field.ty).collect(),
        Data::Enum(data) => {
            let fields = data.variants.iter().flat_map(|variant| &variant.fields);
            fields.map(|field| &field.ty).collect()
        }
        Data::Union(data) => data.fields.named.iter().map(|field| &field.ty).collect(),
    };
    for ty in types {
        refuse_reserved(ty.to_token_stream())?;
    }
    for expr in all_discriminants(ast) {
        refuse_reserved(expr.to_token_stream())?;
    }
    Ok(())
}

fn refuse_self(tokens: TokenStream) -> Result<(), Error> {
    for token in tokens {
        match token {
            TokenTree::Ident(name) if name == "Self" => {
                return Err(Error::new(
                    name.span(),
                    "expected a discriminant without `Self`, which zerocopy would evaluate in a \
                     generated enum; name the enum, or use a `const`",
                ));
            }
            TokenTree::Group(group) => refuse_self(group.stream())?,
            _ => {}
        }
    }
    Ok(())
}

/// Rejects `Self` in the discriminants of an enum.
pub(crate) fn discriminants(ast: &DeriveInput) -> Result<(), Error> {
    for expr in all_discriminants(ast) {
        refuse_self(expr.to_token_stream())?;
    }
    Ok(())
}

/// Rejects `#[zerocopy(crate = "...")]`.
pub(crate) fn crate_attribute(ast: &DeriveInput) -> Result<(), Error> {
    for attr in &ast.attrs {
        let Meta::List(list) = &attr.meta else {
            continue;
        };
        if !path_is_ident(&list.path, "zerocopy") {
            continue;
        }
        for token in list.tokens.clone() {
            if matches!(&token, TokenTree::Ident(name) if name.to_string().trim_start_matches("r#") == "crate")
            {
                return Err(Error::new(
                    token.span(),
                    "expected no `crate`: the kernel has one zerocopy, which the derives use; \
                     remove the option",
                ));
            }
        }
    }
    Ok(())
}
