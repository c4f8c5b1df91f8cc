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
        use crate::dispatch::tail::{
            Handler, Table, error_exit, periodic_exit, recorded_exit, reserved, tier_up_exit, unassigned,
        };
        use crate::dispatch::words::*;
        use crate::dispatch::Ts;
        use crate::frame_ops;
        use crate::tracing::record_previous_inst;
        use runtime::defs;
        use runtime::generated::opcode as op;
        use runtime::value::{NULL, Value};
    };
    let functions =
        model.opcodes.iter().filter_map(function).map(Item::Rust);
    let stubs = model.opcodes.iter().map(|opcode| Item::Rust(recording_stub(model, opcode)));
    let items = std::iter::once(Item::Rust(imports)).chain(functions).chain([Item::Rust(table(model))]);
    let items = items.chain(stubs).chain([Item::Rust(recording_table(model))]);
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

/// `recording_stub!(record_LOAD_FAST, LOAD_FAST);`: the one shared recorder, then the plain handler.
/// A superinstruction is recorded as what it consists of.
pub fn recording_stub(model: &Model, opcode: &Opcode) -> TokenStream {
    let name = format_ident!("record_{}", opcode.name);
    let plain = match opcode.kind {
        OpcodeKind::Super(id) => &model[model[id].parts[0]].name,
        _ => &opcode.name,
    };
    let plain = handler(&format_ident!("{plain}"), opcode);
    quote!(recording_stub!(#name, #plain);)
}

/// The function behind an opcode: of a reserved one, it is the dispatch's own.
fn handler(name: &proc_macro2::Ident, opcode: &Opcode) -> TokenStream {
    match opcode.kind {
        OpcodeKind::Reserved(_) => quote!(reserved::#name),
        _ => quote!(#name),
    }
}

/// `pub static TABLE: [Handler; 256]`
fn table(model: &Model) -> TokenStream {
    let rows = model.opcodes.iter().map(|opcode| {
        let name = format_ident!("{}", opcode.name);
        let handler = handler(&name, opcode);
        quote!(table[op::#name as usize] = #handler;)
    });
    quote! {
        /// By opcode.
        pub static TABLE: [Handler; 256] = {
            let mut table: [Handler; 256] = [unassigned; 256];
            #(#rows)*
            table
        };
    }
}

/// `pub static RECORDING_TABLE: [Handler; 256]`
fn recording_table(model: &Model) -> TokenStream {
    let rows = model.opcodes.iter().map(|opcode| {
        let (name, stub) =
            (format_ident!("{}", opcode.name), format_ident!("record_{}", opcode.name));
        quote!(table[op::#name as usize] = #stub;)
    });
    quote! {
        /// By opcode, while a trace is recorded.
        pub static RECORDING_TABLE: [Handler; 256] = {
            let mut table: [Handler; 256] = [unassigned; 256];
            #(#rows)*
            table
        };
    }
}
