//! `interp/src/generated/dispatch_tail.rs`: the handlers as functions of one signature, and the
//! table of them. No semantics here: a function names its handler, the words of `dispatch/tail.rs`
//! say what an end is.

use crate::file::{self, Item};
use analyzer::model::{Model, Opcode, OpcodeKind};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

const ABOUT: &str = "\
dispatch-tail: a function a handler, whose ends are jumps to the next handler through the table.";

/// One function an opcode, then the table.
pub fn generate(model: &Model) -> String {
    let imports = quote! {
        use super::fns;
        use super::specialize::*;
        use crate::dispatch::tail::{Handler, Table, error_exit, periodic_exit, unassigned};
        use crate::dispatch::words::*;
        use crate::dispatch::Ts;
        use crate::frame_ops;
        use runtime::defs;
        use runtime::generated::opcode as op;
        use runtime::value::{NULL, Value};
    };
    let functions =
        model.opcodes.iter().filter_map(function).map(Item::Rust);
    let items =
        std::iter::once(Item::Rust(imports)).chain(functions).chain([Item::Rust(table(model))]);
    file::rust(ABOUT, &items.collect::<Vec<_>>())
}

/// `instruction!(LOAD_FAST);`
pub fn function(opcode: &Opcode) -> Option<TokenStream> {
    let name = format_ident!("{}", opcode.name);
    match opcode.kind {
        OpcodeKind::Instruction(_) | OpcodeKind::Super(_) | OpcodeKind::Instrumented(_) => {
            Some(quote!(instruction!(#name);))
        }
        OpcodeKind::Reserved(_) => None,
    }
}

/// `pub static TABLE: [Handler; 256]`
fn table(model: &Model) -> TokenStream {
    let rows =
        model.opcodes.iter().filter(|opcode| !matches!(opcode.kind, OpcodeKind::Reserved(_))).map(
            |opcode| {
                let name = format_ident!("{}", opcode.name);
                quote!(table[op::#name as usize] = #name;)
            },
        );
    quote! {
        /// By opcode.
        pub static TABLE: [Handler; 256] = {
            let mut table: [Handler; 256] = [unassigned; 256];
            #(#rows)*
            table
        };
    }
}
