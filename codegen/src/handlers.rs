//! `interp/src/generated/handlers.rs`: what each instruction does, once, for every dispatch mode.

use crate::body::{WayOut, Writer};
use crate::expr::Scope;
use crate::file::{self, Item};
use analyzer::model::{Instruction, Model, Part, Role, Super};
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

const ABOUT: &str = "\
What each instruction does, once: a macro whose argument is the state of the loop.

Why macros: a handler has several ends, and each must be its own jump to the next handler. In a
`match` inside one function that is a `continue` (dispatch-switch, dispatch-goto), in a function
of its own it is a sibling call (dispatch-tail). Only text that is expanded in either place can
say both; an inlined function has one return, where the ends would meet again.

`$s` is the state: `(ip sp fp ts ..)`, the rest being the mode's own. The small words (`peek!`,
`get!`, `local!`) are in `dispatch/words.rs`; the ends (`next!`, `jump!`, `miss!`, `error!`,
`push_frame!`, ..) belong to the mode. A labelled block is a micro-op. A value keeps its
representation in a variable between the micro-ops of an instruction; it is boxed at the end,
and a slot that holds it already is not written.";

/// One macro an instruction, then one a superinstruction.
pub fn generate(model: &Model) -> String {
    let items: Vec<Item> = model
        .instructions
        .iter()
        .map(|instruction| handler(model, instruction))
        .chain(model.supers.iter().map(|one| super_handler(model, one)))
        .collect();
    file::rust(ABOUT, &items)
}

/// `macro_rules! BINARY_OP_ADD_INT { ($s:tt) => {{ .. next!($s, 6, -1) }}; }`
pub fn handler(model: &Model, instruction: &Instruction) -> Item {
    let mut writer = writer(model, instruction);
    let body = micro_ops(&mut writer, instruction);
    let end =
        if instruction.properties.always_leaves { TokenStream::new() } else { writer.finish() };
    let mut doc: Vec<String> = instruction.doc.lines().map(str::to_string).collect();
    doc.push(format!(
        "`({}) = {}`",
        crate::docs::effect(model, instruction),
        parts(model, instruction)
    ));
    let body = quote!(#body #end);
    let granted = granted(model, instruction).filter(|_| mentions(&body, "oparg"));
    Item::Macro { doc, name: instruction.name.clone(), body: with_oparg(quote!(#granted #body)) }
}

/// What the specializer asked of the operand before it chose this member: the handler takes it for granted, so that a `match` on
/// the operand costs nothing in a member of one operand.
fn granted(model: &Model, instruction: &Instruction) -> Option<TokenStream> {
    let condition = Scope::new(model, quote!(__s)).expr(instruction.condition.as_ref()?);
    Some(quote!(core::hint::assert_unchecked(#condition);))
}

/// The instructions one after the other. What one leaves for the next stays in variables where the next can do with them; where its guard
/// fails, `ip` and the stack are brought to where they would be had each been run alone. A jump of one but the last leaves them all.
fn super_handler(model: &Model, one: &Super) -> Item {
    let mut body = TokenStream::new();
    let (first, last) = (&model[one.parts[0]], one.parts.len() - 1);
    let mut writer = writer(model, first);
    for (index, part) in one.parts.iter().enumerate() {
        let instruction = &model[*part];
        if index > 0 {
            body.extend(writer.go_on(instruction, way_out(model, instruction)));
        }
        let text = micro_ops(&mut writer, instruction);
        let end = match index == last {
            true if instruction.properties.always_leaves => TokenStream::new(),
            true => writer.finish(),
            false => TokenStream::new(),
        };
        let text = quote!(#text #end);
        let granted = granted(model, instruction).filter(|_| mentions(&text, "oparg"));
        body.extend(with_oparg(quote!(#granted #text)));
    }
    let names: Vec<&str> = one.parts.iter().map(|part| model[*part].name.as_str()).collect();
    let mut doc: Vec<String> = one.doc.lines().map(str::to_string).collect();
    doc.push(format!("`{}`", names.join(" + ")));
    Item::Macro { doc, name: one.name.clone(), body }
}

fn writer<'m>(model: &'m Model, instruction: &Instruction) -> Writer<'m> {
    Writer::new(model, quote!(__s), 1 + instruction.cache_units, way_out(model, instruction))
}

fn way_out(model: &Model, instruction: &Instruction) -> WayOut {
    let head = match (instruction.role, instruction.family) {
        (Role::Plain, _) | (_, None) => None,
        (_, Some(family)) => Some(model[family].head),
    };
    WayOut::Handler { head }
}

fn micro_ops(writer: &mut Writer, instruction: &Instruction) -> TokenStream {
    let mut text = TokenStream::new();
    for part in &instruction.parts {
        // What the recorder keeps is its own business (`record.rs`).
        if let Part::Uop(part) = part
            && !writer.model[part.op].properties.records_value
        {
            text.extend(writer.micro_op(part));
        }
    }
    text
}

/// `let oparg = oparg!($s);` first, where anything names it: an operand is decoded by who needs it.
fn with_oparg(body: TokenStream) -> TokenStream {
    if mentions(&body, "oparg") { quote!(let oparg = oparg!(__s); #body) } else { body }
}

pub fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

/// `_GUARD_NOS_INT + _GUARD_TOS_INT + unused/5 + _ADD_INT`, as in the definition.
pub fn parts(model: &Model, instruction: &Instruction) -> String {
    let spelled = instruction.parts.iter().map(|part| match part {
        Part::Uop(part) => {
            let operand = part.oparg.as_ref().map_or(String::new(), |oparg| {
                match crate::docs::immediate(oparg) {
                    text if text.starts_with('(') => text,
                    text => format!("({text})"),
                }
            });
            format!("{}{operand}", model[part.op].name)
        }
        Part::Unused { units, .. } => format!("unused/{units}"),
    });
    spelled.collect::<Vec<_>>().join(" + ")
}
