//! `jit/src/generated/lower.rs`: what each micro-op means in a trace, as a function against the
//! trait `Emit`, and for each instruction how its micro-ops follow each other. What is immediate is
//! computed when the trace is compiled; the rest becomes calls of primitives, in order of
//! evaluation. Not here: bodies (`lower_body`), the tables (`lower_tables`).

use crate::body::from_units;
use crate::file::{self, Item};
use crate::lower_body::{Body, Passed, ir_type, passed, size};
use crate::names::Names;
use crate::{handlers, walk};
use analyzer::model::{
    CacheKind, Instruction, Model, Op, OpId, OpcodeKind, Output, Part, Source, Ty, UopPart, Var,
};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

const ABOUT: &str = "\
The meaning of each micro-op and instruction in a trace, against the trait `Emit`. A function of a
micro-op takes its operands and answers its results; one that can end the instruction leaves the
stack as its path does and ends it. `imm` is what is known when the trace is compiled.";

/// Why something has no lowering, in words that follow its name.
pub type Refused = String;

/// The micro-ops, the instructions, the table.
pub fn generate(model: &Model) -> String {
    let imports = quote! {
        use crate::emit::*;
        use crate::generated::{helpers, layouts};
        use crate::ir::{Binary, Compare, Convert, Overflow, Ty, Unary};
        use runtime::defs;
        use runtime::generated::opcode as op;
        use runtime::value::{NULL, Value};
    };
    let words = quote! {
        macro_rules! constant {
            ($imm:ident, $index:expr) => { $imm.constant($index as usize) };
        }
        macro_rules! name {
            ($imm:ident, $index:expr) => { $imm.name($index as usize) };
        }
        macro_rules! cache {
            ($imm:ident, $offset:expr) => { $imm.unit($offset) };
        }
        macro_rules! cache2 {
            ($imm:ident, $offset:expr) => { $imm.units2($offset) };
        }
        macro_rules! root {
            ($imm:ident, $index:expr) => { $imm.root($index) };
        }
        macro_rules! next_instruction_offset {
            ($imm:ident, $length:expr) => { $imm.next_offset };
        }
    };
    let ops = used(model).into_iter().filter_map(|op| micro_op(model, op).ok());
    let instructions = model.instructions.iter().filter_map(|one| instruction(model, one).ok());
    let items = [imports, words]
        .into_iter()
        .chain(ops)
        .chain(instructions)
        .chain([table(model), watching(model), not_lowered(model)])
        .map(Item::Rust);
    file::rust(ABOUT, &items.collect::<Vec<_>>())
}

/// The micro-ops of instructions.
pub fn used(model: &Model) -> Vec<OpId> {
    let parts = || model.instructions.iter().flat_map(|one| &one.parts);
    let mentioned = |id: OpId| parts().any(|part| matches!(part, Part::Uop(part) if part.op == id));
    (0..model.ops.len()).map(OpId).filter(|id| mentioned(*id)).collect()
}

/// Something that others can see happens before the micro-op in an instruction.
fn begins_late(model: &Model, id: OpId) -> bool {
    model.instructions.iter().any(|one| {
        let uops = one.parts.iter().filter_map(|part| match part {
            Part::Uop(part) => Some(part.op),
            Part::Unused { .. } => None,
        });
        let before: Vec<OpId> = uops.take_while(|op| *op != id).collect();
        let is_part = one.parts.iter().any(|part| matches!(part, Part::Uop(part) if part.op == id));
        let acts = |op: &OpId| {
            let properties = &model[*op].properties;
            properties.effects && !properties.checks_periodic
        };
        is_part && before.iter().any(acts)
    })
}

/// The results that the function of a micro-op answers: those that are no input as it was.
fn answered(op: &Op) -> Vec<usize> {
    let own = |output: &&Output| !matches!(output.source, Source::Same(_) | Source::Undefined);
    let outputs = op.effect.outputs.iter().enumerate();
    outputs.filter(|(_, output)| own(output)).map(|(index, _)| index).collect()
}

fn ends(op: &Op) -> bool {
    !op.properties.last_acts.is_empty()
}

/// `pub fn _ADD_INT<E: Emit>(e: &mut E, imm: &Imm, left: E::V, right: E::V) -> E::V { .. }`
pub fn micro_op(model: &Model, id: OpId) -> Result<TokenStream, Refused> {
    let op = &model[id];
    let mut body = Body::new(model, op, begins_late(model, id));
    let mut params = TokenStream::new();
    for (index, cache) in op.caches.iter().enumerate() {
        if !uses_cache(op, index) {
            continue;
        }
        let name = body.name(cache.name.as_deref().unwrap_or("unused"));
        let ty = match cache.kind {
            CacheKind::Root => quote!(Value),
            _ => crate::types::rust(model, &cache.ty),
        };
        params.extend(quote!(#name: #ty,));
        body.cache(index, name);
    }
    for (index, operand) in op.effect.inputs.iter().enumerate() {
        let passed = passed(op, index);
        if passed == Passed::Not {
            continue;
        }
        let name = body.name(operand.name.as_deref().unwrap_or("unused"));
        let ty = if passed == Passed::Slots { quote!(Slots) } else { quote!(E::V) };
        params.extend(quote!(#name: #ty,));
        body.input(index, name);
    }
    let arrays = body.new_arrays()?;
    let text = body.run()?;
    let results = answered(op);
    let (answer, last) = if ends(op) || results.is_empty() {
        (TokenStream::new(), TokenStream::new())
    } else {
        let types = results.iter().map(|index| {
            let array = op.effect.outputs[*index].operand.array.is_some();
            if array { quote!(Slots) } else { quote!(E::V) }
        });
        let values =
            results.iter().map(|index| body.output(*index)).collect::<Result<Vec<_>, _>>()?;
        match values.as_slice() {
            [one] => (quote!(-> #(#types)*), one.clone()),
            many => (quote!(-> (#(#types),*)), quote!((#(#many),*))),
        }
    };
    let name = format_ident!("{}", op.name);
    let doc = op.doc.lines().map(|line| format!(" {line}"));
    Ok(quote! {
        #(#[doc = #doc])*
        pub fn #name<E: Emit>(e: &mut E, imm: &Imm, #params) #answer { #arrays #text #last }
    })
}

fn uses_cache(op: &Op, index: usize) -> bool {
    let kind = op.caches[index].kind;
    !matches!(kind, CacheKind::Counter | CacheKind::Unused)
        && op.body.stmts.iter().any(|stmt| walk::uses(stmt, Var::Cache(index)) > 0)
}

/// `fn BINARY_OP_ADD_INT<E: Emit>(e: &mut E, imm: &Imm) { .. }`
pub fn instruction(model: &Model, one: &Instruction) -> Result<TokenStream, Refused> {
    let mut names = Names::default();
    let mut text = TokenStream::new();
    let mut ended = false;
    for part in &one.parts {
        let Part::Uop(part) = part else { continue };
        micro_op(model, part.op).map_err(|reason| format!("{}: {reason}", model[part.op].name))?;
        text.extend(call(model, part, &mut names));
        ended |= ends(&model[part.op]);
    }
    let next = (!ended).then(|| quote!(e.next();));
    let (name, doc) =
        (format_ident!("{}", one.name), format!(" `{}`", handlers::parts(model, one)));
    Ok(quote! {
        #[doc = #doc]
        pub fn #name<E: Emit>(e: &mut E, imm: &Imm) { #text #next }
    })
}

/// One micro-op of an instruction: its inputs from the stack, its results onto it.
fn call(model: &Model, part: &UopPart, names: &mut Names) -> TokenStream {
    let op = &model[part.op];
    let mut text = TokenStream::new();
    let mut imm = quote!(imm);
    if let Some(oparg) = &part.oparg {
        let mut scope = crate::expr::Scope::new(model, quote!(imm));
        scope.oparg = quote!(imm.oparg);
        let (value, name) = (scope.expr(oparg), names.fresh(model, "own", &Ty::Unit));
        text.extend(quote!(let #name = imm.with(#value);));
        imm = quote!((&#name));
    }
    let mut args = TokenStream::new();
    for (index, cache) in op.caches.iter().enumerate() {
        if !uses_cache(op, index) {
            continue;
        }
        let name = names.fresh(model, cache.name.as_deref().unwrap_or("unused"), &cache.ty);
        let offset = crate::expr::unsuffixed(part.caches[index]);
        let raw = if cache.units == 2 {
            quote!(cache2!(imm, #offset))
        } else {
            quote!(cache!(imm, #offset))
        };
        let value = match cache.kind {
            CacheKind::Root => quote!(root!(imm, #raw)),
            _ => from_units(model, raw, &cache.ty, cache.units),
        };
        text.extend(quote!(let #name = #value;));
        args.extend(quote!(#name,));
    }
    let mut inputs: Vec<Ident> = Vec::new();
    for operand in op.effect.inputs.iter() {
        let name = operand.name.as_deref().unwrap_or("unused");
        inputs.push(names.fresh(model, name, &operand.ty));
    }
    for (index, operand) in op.effect.inputs.iter().enumerate().rev() {
        let name = &inputs[index];
        let oparg = quote!(#imm.oparg);
        text.extend(match (&operand.array, passed(op, index)) {
            (Some(array), _) => {
                let count = size(model, array, &oparg);
                quote!(let #name = e.pop_slots(#count);)
            }
            (None, Passed::Value) if operand.ty == Ty::Any => quote!(let #name = e.pop_any();),
            (None, Passed::Value) => {
                let ty = ir_type(model, &operand.ty);
                quote!(let #name = e.pop(#ty);)
            }
            (None, _) => quote!(let #name = e.pop_slots(1);),
        });
    }
    for (index, name) in inputs.iter().enumerate() {
        if passed(op, index) != Passed::Not {
            args.extend(quote!(#name,));
        }
    }
    let function = format_ident!("{}", op.name);
    let results: Vec<usize> = if ends(op) { Vec::new() } else { answered(op) };
    let mut answers: Vec<Ident> = Vec::new();
    for index in &results {
        let operand = &op.effect.outputs[*index].operand;
        answers.push(names.fresh(model, operand.name.as_deref().unwrap_or("unused"), &operand.ty));
    }
    text.extend(match answers.as_slice() {
        [] => quote!(#function(e, #imm, #args);),
        [answer] => quote!(let #answer = #function(e, #imm, #args);),
        many => quote!(let (#(#many),*) = #function(e, #imm, #args);),
    });
    if ends(op) {
        return text;
    }
    for (index, output) in op.effect.outputs.iter().enumerate() {
        let array = output.operand.array.is_some();
        text.extend(match output.source {
            Source::Same(input) => {
                let name = &inputs[input];
                if array || passed(op, input) != Passed::Value {
                    quote!(e.push_slots(#name);)
                } else {
                    quote!(e.push(#name);)
                }
            }
            Source::Undefined => quote!(e.push_undefined();),
            _ => {
                let at = results.iter().position(|result| *result == index);
                let name = &answers[at.expect("every other output is answered")];
                if array { quote!(e.push_slots(#name);) } else { quote!(e.push(#name);) }
            }
        });
    }
    text
}

/// `pub fn expand<E: Emit>(e: &mut E, opcode: u8, imm: &Imm) -> Result<(), &'static str>`
fn table(model: &Model) -> TokenStream {
    let arms = model.instructions.iter().map(|one| {
        let name = format_ident!("{}", one.name);
        match instruction(model, one) {
            Ok(_) => quote!(op::#name => #name(e, imm),),
            Err(reason) => quote!(op::#name => return Err(#reason),),
        }
    });
    quote! {
        /// The instruction, or why it is not part of traces.
        pub fn expand<E: Emit>(e: &mut E, opcode: u8, imm: &Imm) -> Result<(), &'static str> {
            match opcode {
                #(#arms)*
                _ => return Err("no instruction of its own"),
            }
            Ok(())
        }
    }
}

/// `pub fn watches(opcode: u8) -> bool`
fn watching(model: &Model) -> TokenStream {
    let watches = |one: &&Instruction| {
        one.parts.iter().any(|part| match part {
            Part::Uop(part) => model[part.op].caches.iter().any(|cache| cache.watches.is_some()),
            Part::Unused { .. } => false,
        })
    };
    let names = model.instructions.iter().filter(watches).map(|one| format_ident!("{}", one.name));
    let names: Vec<Ident> = names.collect();
    let test = if names.is_empty() { quote!(false) } else { quote!(matches!(opcode, #(op::#names)|*)) };
    quote! {
        /// The instruction leans on a class, and goes back to its general form when that changes.
        pub fn watches(opcode: u8) -> bool {
            #test
        }
    }
}

/// `pub const NOT_LOWERED: &[(&str, &str)] = &[("YIELD_VALUE", ".."), ..];`
fn not_lowered(model: &Model) -> TokenStream {
    let refused = refused(model);
    let rows = refused.iter().map(|(name, reason)| quote!((#name, #reason)));
    quote! {
        /// Instructions that end a trace, and why.
        pub const NOT_LOWERED: &[(&str, &str)] = &[#(#rows),*];
    }
}

/// The instructions without a lowering.
pub fn refused(model: &Model) -> Vec<(String, Refused)> {
    let plain = model.opcodes.iter().filter_map(|opcode| match opcode.kind {
        OpcodeKind::Instruction(id) => Some(&model[id]),
        _ => None,
    });
    plain
        .filter_map(|one| instruction(model, one).err().map(|reason| (one.name.clone(), reason)))
        .collect()
}
