//! `interp/src/generated/record.rs`: what the trace recorder keeps of each instruction before it
//! runs. No semantics here: the recording micro-ops of the definition say it.

use crate::body::{WayOut, Writer};
use crate::file::{self, Item};
use crate::handlers::mentions;
use analyzer::model::{Instruction, Model, Part, UopPart};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

const ABOUT: &str = "\
What the recorder keeps of an instruction before it runs: the values that its recording micro-ops
name. One function a family: whatever form the site takes while it is recorded, the same values
are there.";

/// One function for each family or lone instruction that records, then the table by opcode.
pub fn generate(model: &Model) -> String {
    let imports = quote! {
        use crate::dispatch::words::*;
        use crate::generated::fns;
        use crate::site::Site;
        use runtime::defs;
        use runtime::generated::opcode as op;
        use runtime::value::{NULL, Value};
    };
    let functions = model
        .instructions
        .iter()
        .filter(|one| is_shape(model, one) && !parts(model, one).is_empty())
        .map(|one| Item::Rust(function(model, one)));
    let items = std::iter::once(Item::Rust(imports)).chain(functions).chain([Item::Rust(table(model))]);
    file::rust(ABOUT, &items.collect::<Vec<_>>())
}

/// It gives the function its name: a head, or an instruction without family.
fn is_shape(model: &Model, one: &Instruction) -> bool {
    shape(model, one).name == one.name
}

fn shape<'m>(model: &'m Model, one: &'m Instruction) -> &'m Instruction {
    one.family.map_or(one, |family| &model[model[family].head])
}

/// The recording micro-ops of the whole family, each once.
pub fn parts<'m>(model: &'m Model, one: &'m Instruction) -> Vec<&'m UopPart> {
    let family = one.family.map(|family| &model[family]);
    let members = family.into_iter().flat_map(|family| family.members.iter().map(|id| &model[*id]));
    let mut found: Vec<&UopPart> = Vec::new();
    for part in std::iter::once(shape(model, one)).chain(members).flat_map(|one| &one.parts) {
        let Part::Uop(part) = part else { continue };
        let same = |other: &&UopPart| other.op == part.op && other.oparg == part.oparg;
        if model[part.op].properties.records_value && !found.iter().any(same) {
            found.push(part);
        }
    }
    found
}

/// `unsafe fn CALL(site: Site) { .. site.keep(callable); }`
pub fn function(model: &Model, one: &Instruction) -> TokenStream {
    let name = format_ident!("{}", one.name);
    let kept: TokenStream = parts(model, one)
        .into_iter()
        .map(|part| {
            let mut writer = Writer::new(model, quote!(site), 1 + one.cache_units, WayOut::Recorder);
            let text = writer.micro_op(part);
            quote!({ #text })
        })
        .collect();
    let oparg = mentions(&kept, "oparg").then(|| quote!(let oparg = oparg!(site);));
    quote! {
        unsafe fn #name(site: Site) {
            __comment!("SAFETY: the operands of the instruction are there: it is about to run.");
            unsafe { #oparg #kept }
        }
    }
}

/// `pub static VALUES: [Option<unsafe fn(Site)>; 256]`
fn table(model: &Model) -> TokenStream {
    let rows = model.opcodes.iter().filter_map(|opcode| {
        let analyzer::model::OpcodeKind::Instruction(id) = opcode.kind else { return None };
        let one = &model[id];
        let (name, shape) = (format_ident!("{}", one.name), format_ident!("{}", shape(model, one).name));
        (!parts(model, one).is_empty()).then(|| quote!(table[op::#name as usize] = Some(#shape);))
    });
    quote! {
        /// By opcode.
        pub static VALUES: [Option<unsafe fn(Site)>; 256] = {
            let mut table: [Option<unsafe fn(Site)>; 256] = [None; 256];
            #(#rows)*
            table
        };
    }
}
