//! `cargo xtask explain NAME`: one instruction or micro-op on one screen, from its definition to
//! its handler.

use crate::file::{Item, render};
use crate::opcode::FLAGS;
use crate::{docs, handlers, lower, specialize};
use analyzer::model::{Expr, Instruction, Model, OpId, OpcodeKind, Part, Role};

/// The screen, or nothing when the definition has no such name.
pub fn explain(model: &Model, name: &str) -> Option<String> {
    if let Some(id) = model.instruction(name) {
        return Some(instruction(model, &model[id]));
    }
    if let Some(id) = model.op(name) {
        return Some(micro_op(model, id));
    }
    let opcode = model.opcodes.iter().find(|opcode| opcode.name == name)?;
    let mut text = title(name, &format!("opcode {}", opcode.number));
    match opcode.kind {
        OpcodeKind::Instruction(_) | OpcodeKind::Instrumented(_) => {}
        OpcodeKind::Super(id) => {
            let names: Vec<&str> =
                model[id].parts.iter().map(|part| model[*part].name.as_str()).collect();
            text.push_str(&format!("a superinstruction: {}\n", names.join(" + ")));
        }
        OpcodeKind::Reserved(_) => text.push_str("a reserved number: engines put it into code\n"),
    }
    Some(text)
}

fn title(name: &str, about: &str) -> String {
    format!("{name} ({about})\n{}\n", "=".repeat(name.len() + about.len() + 3))
}

fn section(text: &mut String, title: &str, body: &str) {
    if !body.trim().is_empty() {
        text.push_str(&format!(
            "\n-- {title} {}\n{}\n",
            "-".repeat(90usize.saturating_sub(title.len())),
            body.trim_end()
        ));
    }
}

fn instruction(model: &Model, one: &Instruction) -> String {
    let mut text = title(&one.name, &format!("opcode {}", one.number));
    section(&mut text, "definition", &definition(model, &one.name));
    section(&mut text, "properties", &properties(model, one));
    let mut ops = String::new();
    for part in &one.parts {
        let Part::Uop(part) = part else { continue };
        let name = &model[part.op].name;
        if ops.contains(&format!("({name},")) {
            continue;
        }
        ops.push_str(&definition(model, name));
        ops.push('\n');
    }
    section(&mut text, "micro-ops", &ops);
    section(&mut text, "handler", &render(&handlers::handler(model, one)));
    section(&mut text, "specializer", &specializer(model, one));
    section(&mut text, "recording", &recording(model, one));
    section(&mut text, "lowering", &lowering(model, one));
    text
}

/// The stub of the tail mode, and what is kept of the operands.
fn recording(model: &Model, one: &Instruction) -> String {
    let opcode = model.opcodes.iter().find(|opcode| opcode.name == one.name);
    let mut text = opcode.map_or(String::new(), |opcode| {
        render(&Item::Rust(crate::dispatch_tail::recording_stub(model, opcode)))
    });
    if !crate::record::parts(model, one).is_empty() {
        text.push_str(&render(&Item::Rust(crate::record::function(model, one))));
    }
    if one.properties.tier1 {
        text.push_str("no trace goes through it\n");
    }
    text
}

fn micro_op(model: &Model, id: OpId) -> String {
    let op = &model[id];
    let mut text = title(&op.name, &docs::op_effect(model, op));
    section(&mut text, "definition", &definition(model, &op.name));
    let users = model.instructions.iter().filter(|one| {
        one.parts.iter().any(|part| matches!(part, Part::Uop(part) if part.op == id))
    });
    section(
        &mut text,
        "used by",
        &users.map(|one| one.name.as_str()).collect::<Vec<_>>().join(" "),
    );
    section(&mut text, "properties", &flags(&op.properties));
    section(&mut text, "lowering", &lowered(lower::micro_op(model, id)));
    text
}

/// What becomes of it in a trace: the instruction, then each micro-op.
fn lowering(model: &Model, one: &Instruction) -> String {
    let mut text = lowered(lower::instruction(model, one));
    let mut seen = Vec::new();
    for part in &one.parts {
        let Part::Uop(part) = part else { continue };
        if !seen.contains(&part.op) {
            seen.push(part.op);
            text.push('\n');
            text.push_str(&lowered(lower::micro_op(model, part.op)));
        }
    }
    text
}

fn lowered(tokens: Result<proc_macro2::TokenStream, lower::Refused>) -> String {
    match tokens {
        Ok(tokens) => render(&Item::Rust(tokens)),
        Err(reason) => format!("not part of traces: {reason}\n"),
    }
}

fn definition(model: &Model, name: &str) -> String {
    model.origin(name).map_or(String::new(), |origin| {
        format!("{}:{}:\n{}\n", origin.file, origin.line, origin.text.trim_end())
    })
}

fn properties(model: &Model, one: &Instruction) -> String {
    let mut lines = vec![
        format!("stack     {}", docs::effect(model, one)),
        format!("length    1 + {} units of cache", one.cache_units),
        format!("may       {}", flags(&one.properties)),
    ];
    let classes = |ids: &[analyzer::model::ClassId]| {
        ids.iter().map(|id| model[*id].name.clone()).collect::<Vec<_>>().join(", ")
    };
    if !one.properties.reads.is_empty() {
        lines.push(format!("reads     {}", classes(&one.properties.reads)));
    }
    if !one.properties.writes.is_empty() {
        lines.push(format!("writes    {}", classes(&one.properties.writes)));
    }
    if let Some(family) = one.family {
        let family = &model[family];
        let names: Vec<&str> = family.members.iter().map(|id| model[*id].name.as_str()).collect();
        lines.push(format!("family    {} = {}", model[family.head].name, names.join(", ")));
    }
    for part in &one.parts {
        let Part::Uop(part) = part else { continue };
        for (cache, offset) in model[part.op].caches.iter().zip(&part.caches) {
            let name = cache.name.as_deref().unwrap_or("unused");
            lines.push(format!(
                "cache     {name}: unit {offset}, {} wide, of {}",
                cache.units, model[part.op].name
            ));
        }
    }
    lines.join("\n")
}

fn flags(properties: &analyzer::model::Properties) -> String {
    FLAGS
        .iter()
        .filter(|(_, _, has)| has(properties))
        .map(|(name, ..)| name.to_lowercase())
        .collect::<Vec<_>>()
        .join(" ")
}

/// When the specializer chooses the instruction.
fn specializer(model: &Model, one: &Instruction) -> String {
    let (Role::Member, Some(family)) = (one.role, one.family) else { return String::new() };
    let family = &model[family];
    let before = family.members.iter().take_while(|id| model[**id].name != one.name).count();
    let condition = one
        .condition
        .as_ref()
        .map_or(String::new(), |condition: &Expr| format!(" if {}", docs::immediate(condition)));
    let body = specialize::member(model, family, one);
    let text = render(&Item::Rust(quote::quote!(fn body() { #body })));
    let lines: Vec<&str> = text.lines().collect();
    let inner = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
    let inner: Vec<&str> =
        inner.iter().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    format!(
        "tried as number {} of {}{condition}\n{}",
        before + 1,
        family.members.len(),
        inner.join("\n")
    )
}
