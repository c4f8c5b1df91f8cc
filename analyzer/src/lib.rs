//! Definition text in, checked and typed model out.
//!
//! `opcodes.def` and the files it names are read, parsed and checked here; what comes out is
//! [`model::Model`], from which `codegen` writes Rust. Nothing of the virtual machine is known
//! here.
//!
//! ```text
//! source   files and positions          cut      items, comments, brackets, nesting limit
//! syntax   items, by pest               declare  types, layouts, helpers, signatures
//! body     bodies, by syn, typed        ops      stack effects, caches, rules of one op
//! expand   one instruction from its parts       table    instructions, families, numbers
//! codes    what can be wrong
//! ```

mod ast;
mod body;
mod caches;
pub mod codes;
mod cut;
mod declare;
mod diagnostics;
mod expand;
pub mod model;
mod names;
mod ops;
mod properties;
mod sizes;
mod source;
mod syntax;
mod table;
pub mod walk;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use ast::{Ast, Name, Numbered};
use body::Env;
pub use codes::explain;
use diagnostics::Sink;
pub use diagnostics::{Diagnostic, Diagnostics, Label};
pub use model::Model;
use model::{InstructionId, OpId, Origin, SuperId};
use names::{InstructionName, Names, Space, Style, Used, check_name};
use source::SourceFile;
pub use source::{SourceMap, Span};
use table::{Made, Table};

/// Reads and checks a definition. Warnings alone do not make it fail: see [`check_file`].
pub fn analyze_file(path: impl AsRef<Path>) -> Result<Model, Diagnostics> {
    analyze(&SourceMap::on_disk(path.as_ref()))
}

pub fn analyze(sources: &SourceMap) -> Result<Model, Diagnostics> {
    let (model, diagnostics) = check(sources);
    model.ok_or(diagnostics)
}

/// The model, if there is no error, and everything there is to say.
pub fn check_file(path: impl AsRef<Path>) -> (Option<Model>, Diagnostics) {
    check(&SourceMap::on_disk(path.as_ref()))
}

pub fn check(sources: &SourceMap) -> (Option<Model>, Diagnostics) {
    let sink = Sink::default();
    let (mut ast, files) = syntax::parse(sources, &sink);
    let model = build(&mut ast, &files, &sink);
    let whole = !sink.has_errors();
    (
        whole.then_some(model),
        sink.into_diagnostics(Arc::new(files)),
    )
}

fn build(ast: &mut Ast, files: &[SourceFile], sink: &Sink) -> Model {
    let mut names = Names::default();
    let mut model = declare::declare(ast, &mut names, sink);
    let order = define_ops(ast, &mut names, sink);
    let replaced = define_instructions(ast, &order, &mut names, sink);
    ast.numbered.retain({
        let mut index = 0;
        move |_| {
            index += 1;
            !replaced.contains(&(index - 1))
        }
    });

    let bodies = ops::check_fns(
        ast,
        Env {
            model: &model,
            names: &names,
            sink,
        },
    );
    for (function, body) in model.fns.iter_mut().zip(bodies) {
        if let Some((body, lets)) = body {
            (function.body, function.lets) = (body, lets);
        }
    }
    properties::of_fns(&mut model);

    let env = Env {
        model: &model,
        names: &names,
        sink,
    };
    let (ops, facts): (Vec<_>, Vec<_>) = ops::check(ast, &order, env).into_iter().unzip();
    model.ops = ops;
    instructions(ast, &mut model, &names, &facts, sink);
    unused(ast, &model, &names, &facts, sink);
    model.origins = origins(ast, files);
    model
}

/// Ops in order, `override` resolved; an `inst(X)` defines the op `_X`.
fn define_ops(ast: &Ast, names: &mut Names, sink: &Sink) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    for (index, item) in ast.ops.iter().enumerate() {
        let style = if item.single {
            Style::Screaming
        } else {
            Style::Op
        };
        let named = check_name(&item.name, style, sink);
        let text = if item.single {
            format!("_{}", item.name.text)
        } else {
            item.name.text.clone()
        };
        let overrides = item
            .annotations
            .iter()
            .find(|annotation| annotation.name.text == "override");
        if let Some(annotation) = overrides {
            let same = |id: &&OpId| ast.ops[order[id.0]].single == item.single;
            match names.ops.get(&text).filter(same) {
                Some(id) => order[id.0] = index,
                None => {
                    let message =
                        format!("`override`, but there is no earlier `{}`", item.name.text);
                    let span = annotation.name.span;
                    sink.push(
                        Diagnostic::new(&codes::OVERRIDE, span, message).help("drop the word"),
                    );
                }
            }
            if names.ops.contains_key(&text) {
                continue;
            }
        }
        let name = Name {
            text: text.clone(),
            span: item.name.span,
        };
        // A wrong name still stands for the op, so that using it is no second error.
        if !names.define(Space::Op, &name, sink) || !named {
            names.broken.insert(item.name.text.clone());
            names.broken.insert(text);
            continue;
        }
        names.ops.insert(text, OpId(order.len()));
        order.push(index);
    }
    order
}

/// Names and ids of everything that gets a number. Answers which of [`Ast::numbered`] have been
/// replaced by an `override`, or refused.
fn define_instructions(ast: &Ast, order: &[usize], names: &mut Names, sink: &Sink) -> Vec<usize> {
    let mut dropped = Vec::new();
    let (mut instructions, mut supers) = (0, 0);
    for (index, numbered) in ast.numbered.iter().enumerate() {
        let (name, is_super) = match numbered {
            Numbered::Macro(item) => (&item.name, false),
            Numbered::Inst(op) => {
                if !order.contains(op) {
                    dropped.push(index);
                    continue;
                }
                (&ast.ops[*op].name, false)
            }
            Numbered::Super(item) => (&item.name, true),
        };
        let right =
            matches!(numbered, Numbered::Inst(_)) || check_name(name, Style::Screaming, sink);
        if !names.define(Space::Instruction, name, sink) || !right {
            if !right {
                names.broken.insert(name.text.clone());
            }
            dropped.push(index);
            continue;
        }
        let found = if is_super {
            supers += 1;
            InstructionName::Super(SuperId(supers - 1))
        } else {
            instructions += 1;
            InstructionName::Instruction(InstructionId(instructions - 1))
        };
        names.instructions.insert(name.text.clone(), found);
    }
    for item in &ast.pseudos {
        if check_name(&item.name, Style::Screaming, sink)
            && names.define(Space::Instruction, &item.name, sink)
        {
            names
                .instructions
                .insert(item.name.text.clone(), InstructionName::Pseudo);
        }
    }
    for (_, name, _) in &ast.reserved {
        if check_name(name, Style::Screaming, sink) && names.define(Space::Instruction, name, sink)
        {
            names
                .instructions
                .insert(name.text.clone(), InstructionName::Reserved);
        }
    }
    dropped
}

fn instructions(ast: &Ast, model: &mut Model, names: &Names, facts: &[ops::OpFacts], sink: &Sink) {
    let mut made = Vec::new();
    let mut spans = Vec::new();
    for numbered in &ast.numbered {
        match numbered {
            Numbered::Macro(item) => made.push(Made::Macro(item)),
            Numbered::Inst(op) => made.push(Made::Inst(&ast.ops[*op])),
            Numbered::Super(item) => {
                spans.push(item.name.span);
                continue;
            }
        }
        spans.extend(made.last().map(|made| made.name().span));
    }
    for (index, item) in made.iter().enumerate() {
        if let (Made::Inst(item), Some(InstructionName::Instruction(id))) =
            (item, names.instructions.get(&item.name().text))
            && id.0 == index
            && let Some(op) = names.ops.get(&format!("_{}", item.name.text))
        {
            names.mark(Used::Op(*op));
        }
    }
    let env = Env { model, names, sink };
    let mut table = Table::new(env, facts, &made);
    let expanded = table.expand(ast);
    table.check(&expanded, ast);
    let supers = table.supers(ast, &expanded);
    let pseudos = table.pseudos(ast);
    let instrumented = table.instrumented(ast, &expanded);
    let reserved = table.reserved(ast);
    let mut instructions: Vec<_> = expanded.iter().map(|one| one.instruction.clone()).collect();
    let families = table.families(ast, &mut instructions, &expanded);
    model.instructions = instructions;
    model.families = families;
    model.supers = supers;
    model.pseudos = pseudos;
    model.instrumented = instrumented;
    model.reserved = reserved;
    table::number(ast, model, sink, &spans);
}

fn unused(ast: &Ast, model: &Model, names: &Names, facts: &[ops::OpFacts], sink: &Sink) {
    for (index, op) in model.ops.iter().enumerate() {
        if !names.is_used(Used::Op(OpId(index)))
            && !op.annotations.tier2
            && op.annotations.replicate.is_none()
        {
            let message = format!("no instruction uses `{}`", op.name);
            let span = facts[index].name_span;
            let help = "remove it, or write the macro that uses it";
            sink.push(Diagnostic::new(&codes::UNUSED_OP, span, message).help(help));
        }
    }
    let warn = |name: &Name, used: bool| {
        if !used {
            let message = format!("`{}` is never used", name.text);
            sink.push(Diagnostic::new(&codes::UNUSED_ITEM, name.span, message));
        }
    };
    let used = |name: &Name| match names.values.get(&name.text) {
        Some(names::ValueName::Helper(id)) => names.is_used(Used::Helper(*id)) || model[*id].effects.in_traces,
        Some(names::ValueName::Fn(id)) => names.is_used(Used::Fn(*id)),
        _ => true,
    };
    ast.helpers
        .iter()
        .for_each(|item| warn(&item.name, used(&item.name)));
    ast.fns
        .iter()
        .for_each(|item| warn(&item.name, used(&item.name)));
    for item in &ast.layouts {
        let used = match names.types.get(&item.name.text) {
            Some(names::TypeName::Layout(id)) => {
                names.is_used(Used::Layout(*id)) || item.name.text == "Object"
            }
            _ => true,
        };
        warn(&item.name, used);
    }
    for item in &ast.aliases {
        let used = match names.types.get(&item.name.text) {
            Some(names::TypeName::Alias(id)) => names.is_used(Used::Alias(*id)),
            _ => true,
        };
        warn(&item.name, used);
    }
}

fn origins(ast: &Ast, files: &[SourceFile]) -> Vec<Origin> {
    let mut origins: Vec<Origin> = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut add = |name: &str, head: &ast::Head| {
        let Some(file) = files.get(head.span.file as usize) else {
            return;
        };
        let text = file
            .text
            .get(head.span.start as usize..head.span.end as usize)
            .unwrap_or("");
        let (line, _) = file.position(head.span.start as usize);
        let line = u32::try_from(line).unwrap_or(0);
        let origin = Origin {
            name: name.to_string(),
            file: file.path.clone(),
            line,
            text: text.to_string(),
        };
        // The later one overrides the earlier one.
        match seen.get(name) {
            Some(index) => origins[*index] = origin,
            None => {
                seen.insert(name.to_string(), origins.len());
                origins.push(origin);
            }
        }
    };
    ast.types
        .iter()
        .for_each(|item| add(&item.name.text, &item.head));
    ast.aliases
        .iter()
        .for_each(|item| add(&item.name.text, &item.head));
    ast.consts
        .iter()
        .for_each(|item| add(&item.name.text, &item.head));
    ast.layouts
        .iter()
        .for_each(|item| add(&item.name.text, &item.head));
    ast.helpers
        .iter()
        .for_each(|item| add(&item.name.text, &item.head));
    ast.fns
        .iter()
        .for_each(|item| add(&item.name.text, &item.head));
    ast.ops.iter().for_each(|item| {
        let name = if item.single {
            format!("_{}", item.name.text)
        } else {
            item.name.text.clone()
        };
        add(&name, &item.head);
    });
    for numbered in &ast.numbered {
        match numbered {
            Numbered::Macro(item) => add(&item.name.text, &item.head),
            Numbered::Inst(op) => add(&ast.ops[*op].name.text, &ast.ops[*op].head),
            Numbered::Super(item) => add(&item.name.text, &item.head),
        }
    }
    ast.families
        .iter()
        .for_each(|item| add(&format!("family {}", item.name.text), &item.head));
    ast.pseudos
        .iter()
        .for_each(|item| add(&item.name.text, &item.head));
    origins
}
