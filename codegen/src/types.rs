//! How a type of the definition is spelled in Rust.

use analyzer::model::{Literal, Model, Scalar, Ty};
use proc_macro2::{Literal as Token, TokenStream};
use quote::{format_ident, quote};

/// `i64`, `Value`, `*mut defs::List`, `*mut Value`. Pointers are raw: they may be null, and nothing
/// of ours dereferences one but through a field with a declared offset.
pub fn rust(model: &Model, ty: &Ty) -> TokenStream {
    match ty {
        Ty::Any | Ty::Value => quote!(Value),
        Ty::Scalar(scalar) => scalar_name(*scalar),
        Ty::Alias(alias) => scalar_name(model[*alias].scalar),
        Ty::Layout(layout) => {
            let name = format_ident!("{}", model[*layout].name);
            quote!(*mut defs::#name)
        }
        Ty::Ptr(element) => {
            let element = rust(model, element);
            quote!(*mut #element)
        }
        Ty::Slots => quote!(*mut Value),
        Ty::Tuple(types) => {
            let types = types.iter().map(|ty| rust(model, ty));
            quote!((#(#types),*))
        }
        Ty::Option(inner) => {
            let inner = rust(model, inner);
            quote!(Option<#inner>)
        }
        Ty::Unit => quote!(()),
    }
}

pub fn scalar_name(scalar: Scalar) -> TokenStream {
    let name = format_ident!("{}", scalar.rust());
    quote!(#name)
}

/// Whether a literal says its own type: `0u32` where nothing beside it does.
#[derive(Clone, Copy, PartialEq)]
pub enum Suffix {
    Written,
    Inferred,
}

/// `0`, `0u32`, `1.5`, `true`.
pub fn literal(model: &Model, literal: Literal, ty: &Ty, suffix: Suffix) -> TokenStream {
    let scalar = model.scalar_of(ty);
    match literal {
        Literal::Bool(value) => quote!(#value),
        Literal::Float(value) => float(value),
        Literal::Int(value) if scalar == Some(Scalar::F64) => float(value as f64),
        Literal::Int(value) => {
            let magnitude = match (suffix, scalar) {
                (Suffix::Written, Some(scalar)) => {
                    let text = format!("{}{}", value.unsigned_abs(), scalar.rust());
                    text.parse::<Token>().expect("digits and a type's name are a literal")
                }
                _ => Token::u128_unsuffixed(value.unsigned_abs()),
            };
            if value < 0 { quote!((-#magnitude)) } else { quote!(#magnitude) }
        }
    }
}

fn float(value: f64) -> TokenStream {
    if value.is_nan() {
        return quote!(f64::NAN);
    }
    if value.is_infinite() {
        return if value > 0.0 { quote!(f64::INFINITY) } else { quote!(f64::NEG_INFINITY) };
    }
    let magnitude = Token::f64_unsuffixed(value.abs());
    if value.is_sign_negative() { quote!((-#magnitude)) } else { quote!(#magnitude) }
}
