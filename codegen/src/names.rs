//! Names of Rust variables: one for each value of a generated function, so that no scope matters.
//! Not here: names of instructions and helpers, which are spelled everywhere as in the definition.

use analyzer::model::{Model, Ty};
use proc_macro2::Ident;
use quote::format_ident;
use std::collections::HashSet;

/// The names that are taken in one generated function.
#[derive(Default)]
pub struct Names {
    taken: HashSet<String>,
}

/// What the surrounding text uses.
const RESERVED: &[&str] = &[
    "ip", "sp", "fp", "ts", "op", "defs", "fns", "words", "site", "oparg", "new", "callee", "e",
    "imm", "helpers", "layouts",
];

impl Names {
    /// `left`; when that is taken `left_int` (by type), then `left_2`, `left_3`, ...
    pub fn fresh(&mut self, model: &Model, wish: &str, ty: &Ty) -> Ident {
        let wish = if wish.starts_with('_') { format!("x{wish}") } else { wish.to_string() };
        let typed = suffix(model, ty).map(|suffix| format!("{wish}_{suffix}"));
        let numbered = (2..).map(|number| format!("{wish}_{number}"));
        let name = std::iter::once(wish.clone())
            .chain(typed)
            .chain(numbered)
            .find(|name| !RESERVED.contains(&name.as_str()) && !self.taken.contains(name))
            .expect("numbers do not end");
        self.taken.insert(name.clone());
        if syn::parse_str::<Ident>(&name).is_ok() {
            format_ident!("{name}")
        } else {
            format_ident!("r#{name}")
        }
    }
}

fn suffix(model: &Model, ty: &Ty) -> Option<String> {
    match ty {
        Ty::Scalar(scalar) => Some(
            model
                .repr_of(*scalar)
                .map_or(scalar.rust().to_string(), |repr| model[repr].name.clone()),
        ),
        Ty::Layout(layout) => Some(model[*layout].name.to_lowercase()),
        Ty::Value => Some("value".to_string()),
        _ => None,
    }
}
