//! A model on a few lines, for comparison.

use std::fmt::Write;

use analyzer::model::*;

pub fn of(model: &Model) -> String {
    let mut out = String::new();
    for op in &model.ops {
        line(&mut out, &op_line(model, op));
    }
    for instruction in &model.instructions {
        line(&mut out, &instruction_line(model, instruction));
    }
    for one in &model.supers {
        let parts: Vec<&str> = one
            .parts
            .iter()
            .map(|id| model[*id].name.as_str())
            .collect();
        line(
            &mut out,
            &format!("super {} {} = {}", one.number, one.name, parts.join(" + ")),
        );
    }
    for one in &model.pseudos {
        let parts: Vec<&str> = one
            .targets
            .iter()
            .map(|id| model[*id].name.as_str())
            .collect();
        line(
            &mut out,
            &format!("pseudo {} {} = {}", one.number, one.name, parts.join(", ")),
        );
    }
    for opcode in &model.opcodes {
        if matches!(
            opcode.kind,
            OpcodeKind::Instrumented(_) | OpcodeKind::Reserved(_)
        ) {
            line(
                &mut out,
                &format!("opcode {} {}", opcode.number, opcode.name),
            );
        }
    }
    out
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{}", text.trim_end()).expect("a string takes all");
}

fn op_line(model: &Model, op: &Op) -> String {
    let inputs = op
        .effect
        .inputs
        .iter()
        .map(|operand| show_operand(model, operand));
    let inputs = inputs.collect::<Vec<_>>().join(", ");
    let outputs = show_outputs(model, &op.effect.outputs);
    let jump = op
        .effect
        .jump_outputs
        .as_ref()
        .map(|list| format!(" | {}", show_outputs(model, list)));
    let mut text = format!(
        "{} ({inputs} -- {outputs}{})",
        op.name,
        jump.unwrap_or_default()
    );
    for cache in &op.caches {
        let name = cache.name.as_deref().unwrap_or("unused");
        let filler = if cache.filler.is_some() {
            format!(" filled before {}", cache.fill_before)
        } else {
            String::new()
        };
        let watches = if cache.watches.is_some() {
            " watched"
        } else {
            ""
        };
        write!(
            text,
            "\n    {name}/{}: {:?} {}{filler}{watches}",
            cache.units,
            cache.kind,
            model.show(&cache.ty)
        )
        .expect("a string takes all");
    }
    let flags = flags(model, &op.properties);
    format!("{text}\n    peeked {}{flags}", op.effect.peeked)
}

fn show_operand(model: &Model, operand: &Operand) -> String {
    let name = operand.name.as_deref().unwrap_or("unused");
    let array = operand
        .array
        .as_ref()
        .map(|size| format!("[{}]", show_size(model, size)))
        .unwrap_or_default();
    match operand.ty {
        Ty::Any => format!("{name}{array}"),
        _ => format!("{name}{array}: {}", model.show(&operand.ty)),
    }
}

fn show_outputs(model: &Model, outputs: &[Output]) -> String {
    let shown = outputs.iter().map(|output| {
        let source = match output.source {
            Source::Same(index) => format!(" = same {index}"),
            Source::Retyped(index) => format!(" = retyped {index}"),
            Source::StartsAs(index) => format!(" = from {index}"),
            Source::Undefined => " = undefined".to_string(),
            Source::Assigned => String::new(),
        };
        format!("{}{source}", show_operand(model, &output.operand))
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn flags(model: &Model, properties: &Properties) -> String {
    let mut text = String::new();
    let all = [
        ("pure", properties.pure),
        ("escapes", properties.escapes),
        ("raises", properties.may_raise),
        ("exits", properties.may_exit),
        ("deopts", properties.may_deopt),
        ("jumps", properties.jumps),
        ("unpredictable", properties.unpredictable_jump),
        ("frame-guard", properties.needs_frame_guard),
        ("specializes", properties.specializes),
        ("periodic", properties.checks_periodic),
        ("records", properties.records_value),
        ("oparg", properties.uses_oparg),
        ("effects", properties.effects),
        ("allocates", properties.allocates),
        ("saves-frame", properties.saves_frame),
        ("leaves", properties.always_leaves),
        ("result-arrives", properties.result_arrives),
    ];
    for (name, _) in all.iter().filter(|(_, holds)| *holds) {
        text.push_str(", ");
        text.push_str(name);
    }
    for (what, classes) in [("reads", &properties.reads), ("writes", &properties.writes)] {
        if !classes.is_empty() {
            let names: Vec<&str> = classes
                .iter()
                .map(|class| model[*class].name.as_str())
                .collect();
            write!(text, ", {what} {}", names.join(" ")).expect("a string takes all");
        }
    }
    text
}

fn instruction_line(model: &Model, one: &Instruction) -> String {
    let mut text = format!(
        "{} {} {:?}, {} units",
        one.number, one.name, one.role, one.cache_units
    );
    if let Some(section) = &one.section {
        write!(text, ", in \"{section}\"").expect("a string takes all");
    }
    for part in &one.parts {
        match part {
            Part::Unused { offset, units } => write!(text, "\n    unused/{units} at {offset}"),
            Part::Uop(uop) => {
                let types = |types: &[Ty]| {
                    types
                        .iter()
                        .map(|ty| model.show(ty).to_string())
                        .collect::<Vec<_>>()
                        .join(", ")
                };
                let oparg = if uop.oparg.is_some() {
                    " with its own oparg"
                } else {
                    ""
                };
                write!(
                    text,
                    "\n    {}{oparg} ({} -- {}) caches {:?}",
                    model[uop.op].name,
                    types(&uop.input_types),
                    types(&uop.output_types),
                    uop.caches
                )
            }
        }
        .expect("a string takes all");
    }
    let jump = one
        .stack
        .jump_pushed
        .as_ref()
        .map(|size| format!(", or +{} jumping", show_size(model, size)));
    format!(
        "{text}\n    -{} +{}{}, reach {}, peak {}",
        show_size(model, &one.stack.popped),
        show_size(model, &one.stack.pushed),
        jump.unwrap_or_default(),
        show_size(model, &one.stack.reach),
        show_size(model, &one.stack.peak)
    )
}

fn show_size(model: &Model, size: &Size) -> String {
    let mut text = size.constant.to_string();
    for (coefficient, term) in &size.terms {
        write!(text, "{coefficient:+}*{}", show_expr(model, term)).expect("a string takes all");
    }
    text
}

fn show_expr(model: &Model, expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Oparg => "oparg".to_string(),
        ExprKind::Literal(Literal::Int(number)) => number.to_string(),
        ExprKind::Const(id) => model[*id].name.clone(),
        ExprKind::Binary { op, left, right } => {
            format!(
                "({} {} {})",
                show_expr(model, left),
                op.symbol(),
                show_expr(model, right)
            )
        }
        other => format!("{other:?}"),
    }
}
