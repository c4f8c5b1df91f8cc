//! `interp/src/generated/fns.rs`: the definition's inline functions, and the proof that the fields
//! it declares are the runtime's.

use crate::expr::Scope;
use crate::file::{self, Item};
use crate::names::Names;
use crate::types;
use analyzer::model::{Function, Layout, Model};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

const ABOUT: &str =
    "The inline functions of the definition, and checks that its layouts are those of the runtime.";

/// The functions, then one check a field.
pub fn generate(model: &Model) -> String {
    let imports = quote! {
        use crate::dispatch::words::*;
        use crate::generated::fns;
        use runtime::defs;
        use runtime::generated::opcode as op;
        use runtime::value::{NULL, Value};
    };
    let functions = model.fns.iter().map(|one| Item::Rust(function(model, one)));
    let checks: TokenStream =
        model.layouts.iter().map(|layout| layout_checks(model, layout)).collect();
    let items = std::iter::once(Item::Rust(imports)).chain(functions).chain([Item::Rust(checks)]);
    file::rust(ABOUT, &items.collect::<Vec<_>>())
}

/// `pub unsafe fn is_list(v: Value) -> bool { .. }`
pub fn function(model: &Model, function: &Function) -> TokenStream {
    let mut names = Names::default();
    let mut scope = Scope::new(model, TokenStream::new());
    for param in &function.params {
        scope.params.push(names.fresh(model, &param.name, &param.ty));
    }
    for variable in &function.lets {
        scope.lets.push(names.fresh(model, &variable.name, &variable.ty));
        scope.mutable.push(variable.mutable);
    }
    let params = function.params.iter().zip(&scope.params).map(|(param, name)| {
        let ty = types::rust(model, &param.ty);
        quote!(#name: #ty)
    });
    let (name, result) = (format_ident!("{}", function.name), types::rust(model, &function.result));
    let body = scope.value_block(&function.body);
    let doc = function.doc.lines().map(|line| format!(" {line}"));
    let gap = (!function.doc.is_empty()).then(|| quote!(#[doc = ""]));
    quote! {
        #(#[doc = #doc])*
        #gap
        /// # Safety
        /// Pointers among the arguments are live.
        #[inline(always)]
        pub unsafe fn #name(#(#params),*) -> #result {
            __comment!("SAFETY: a field is read as its layout declares it; see the checks below.");
            unsafe { #body }
        }
    }
}

/// `declared!(List.len as usize);`
pub fn layout_checks(model: &Model, layout: &Layout) -> TokenStream {
    let name = format_ident!("{}", layout.name);
    let checked = layout.fields.iter().filter(|field| !field.inline);
    let checks = checked.map(|field| {
        let ty = types::rust(model, &field.ty);
        let field: proc_macro2::Ident =
            syn::parse_str(&field.name).unwrap_or_else(|_| format_ident!("r#{}", field.name));
        quote!(declared!(#name.#field as #ty);)
    });
    quote!(#(#checks)*)
}
