//! One instruction from its parts: where its caches stand, which types its operands have at each
//! point, what it does to the stack, and which part may follow which.

use crate::ast::Name;
use crate::codes;
use crate::diagnostics::Diagnostic;
use crate::model::*;
use crate::ops::{Move, OpFacts, sizes_same};
use crate::properties;
use crate::sizes::{larger, replace_oparg, show};
use crate::source::Span;
use crate::table::Table;

// -- where caches stand ---------------------------------------------------------------------------

/// Gives cache entries their offsets: named ones of the family where it says, others one after
/// another.
pub(crate) struct Layouter {
    /// Entries that `name/N` in the macro reserved.
    named: Vec<FamilyEntry>,
    /// The family's.
    given: Vec<FamilyEntry>,
    next: u32,
    pub padding: Vec<(u32, u32)>,
}

impl Layouter {
    pub fn new(given: Vec<FamilyEntry>) -> Layouter {
        Layouter {
            named: Vec::new(),
            given,
            next: 0,
            padding: Vec::new(),
        }
    }

    pub fn place(&mut self, name: Option<&str>, units: u32) -> u32 {
        if let Some(name) = name {
            let known = self
                .named
                .iter()
                .chain(&self.given)
                .find(|entry| entry.name.as_deref() == Some(name));
            if let Some(entry) = known.filter(|entry| entry.units == units) {
                return entry.offset;
            }
        }
        let offset = self.free(units);
        self.next = offset + units;
        offset
    }

    /// The next place that no named entry of the family has.
    fn free(&self, units: u32) -> u32 {
        let mut offset = self.next;
        let taken = self.given.iter().filter(|entry| entry.name.is_some());
        for entry in taken {
            if offset < entry.offset + entry.units && entry.offset < offset + units {
                offset = entry.offset + entry.units;
            }
        }
        offset
    }

    pub fn end(&self) -> u32 {
        let ends = self.given.iter().filter(|entry| entry.name.is_some());
        let ends = ends
            .chain(&self.named)
            .map(|entry| entry.offset + entry.units);
        ends.max().unwrap_or(0).max(self.next)
    }

    pub fn pad(&mut self, used: u32, size: u32) {
        if used < size {
            self.padding.push((used, size - used));
        }
    }
}

// -- the stack within an instruction --------------------------------------------------------------

/// What stands on the stack at a point within an instruction.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    ty: Ty,
    array: Option<Size>,
    /// As it was when the instruction began.
    original: bool,
}

impl Entry {
    fn size(&self) -> Size {
        self.array.clone().unwrap_or_else(|| Size::fixed(1))
    }
}

pub(crate) struct Builder<'a, 't> {
    table: &'t Table<'a>,
    at: Span,
    pub parts: Vec<Part>,
    stack: Vec<Entry>,
    /// Slots below those in `stack` that have been taken.
    reach: Size,
    peak: Size,
    jump_stack: Option<Vec<Entry>>,
    last: Option<(Span, String)>,
    effect: Option<(Span, String)>,
    real: Option<String>,
    pub exit: Option<Span>,
    pub broken: bool,
}

impl<'a, 't> Builder<'a, 't> {
    pub fn new(table: &'t Table<'a>, at: Span) -> Builder<'a, 't> {
        Builder {
            table,
            at,
            parts: Vec::new(),
            stack: Vec::new(),
            reach: Size::default(),
            peak: Size::default(),
            jump_stack: None,
            last: None,
            effect: None,
            real: None,
            exit: None,
            broken: false,
        }
    }

    fn refuse(&self, code: &'static codes::Code, span: Span, message: String, help: &str) {
        self.table.refuse(code, span, message, help);
    }

    pub fn entry(&mut self, name: &Name, units: u32, layout: &mut Layouter) {
        if name.text == "unused" {
            let offset = layout.place(None, units);
            self.parts.push(Part::Unused { offset, units });
            return;
        }
        let offset = layout.place(Some(&name.text), units);
        if layout
            .named
            .iter()
            .any(|known| known.name.as_deref() == Some(&name.text))
        {
            let message = format!("`{}` stands here twice", name.text);
            self.refuse(
                &codes::NAME_TWICE,
                name.span,
                message,
                "one entry of each name",
            );
            return;
        }
        layout.named.push(FamilyEntry {
            name: Some(name.text.clone()),
            offset,
            units,
        });
        self.parts.push(Part::Unused { offset, units });
    }

    pub fn part(&mut self, id: OpId, oparg: Option<Expr>, name: &Name, layout: &mut Layouter) {
        let model = self.table.env.model;
        let (op, facts) = (&model[id], &self.table.facts[id.0]);
        self.order(op, facts, name);
        let caches: Vec<u32> = op
            .caches
            .iter()
            .map(|cache| layout.place(cache.name.as_deref(), cache.units))
            .collect();
        // A reserved entry that an op uses is no padding.
        self.parts.retain(|part| match part {
            Part::Unused { offset, units } => {
                !op.caches.iter().zip(&caches).any(|(cache, at)| {
                    at == offset && cache.units == *units && cache.name.is_some()
                })
            }
            Part::Uop(_) => true,
        });
        self.broken |= facts.broken;
        let (input_types, output_types) = if self.broken {
            (Vec::new(), Vec::new())
        } else {
            self.simulate(op, facts, oparg.as_ref(), name)
        };
        self.parts.push(Part::Uop(UopPart {
            op: id,
            oparg,
            caches,
            input_types,
            output_types,
        }));
    }

    /// The rules about what may follow what.
    fn order(&mut self, op: &Op, facts: &OpFacts, name: &Name) {
        let sink = self.table.env.sink;
        if let Some((span, last)) = &self.last {
            let message = format!(
                "`{last}` may end the instruction, and `{}` follows",
                name.text
            );
            sink.push(
                Diagnostic::new(&codes::LAST_NOT_LAST, *span, message)
                    .help("put it at the end of the macro"),
            );
            self.last = None;
        }
        if let Some((span, earlier)) = &self.effect {
            let restarts = facts.exits.first().map(|exit| (exit.1, "exits"));
            let periodic = facts.periodic.map(|span| (span, "checks for requests"));
            if op.caches.iter().any(|cache| cache.filler.is_some()) {
                let message = format!(
                    "`{}` has a cache entry to fill after the visible effect of `{earlier}`",
                    name.text
                );
                sink.push(
                    Diagnostic::new(&codes::FILLER, name.span, message)
                        .other(*span, "the specializer stops before this")
                        .help("put the op first"),
                );
            }
            for (exit, does) in [restarts, periodic].into_iter().flatten() {
                let message = format!(
                    "`{}` {does} after the visible effect of `{earlier}`",
                    name.text
                );
                sink.push(
                    Diagnostic::new(&codes::EXIT_AFTER_EFFECT, name.span, message)
                        .other(exit, "this restarts the instruction")
                        .other(*span, "this would happen twice")
                        .help("put the guards first"),
                );
            }
        }
        if facts.record.is_some() {
            if let Some(real) = &self.real {
                let message = format!("`{}` records after `{real}` has run", name.text);
                let help = "recording ops stand before every real op of the macro";
                self.refuse(&codes::RECORDING, name.span, message, help);
            }
        } else if !op.annotations.specializing && !op.properties.tiers_up {
            self.real.get_or_insert_with(|| op.name.clone());
        }
        if let Some(exit) = facts.exits.iter().find(|exit| exit.2.is_none()) {
            self.exit.get_or_insert(exit.1);
        }
        if let Some(effect) = facts.effect
            && self.effect.is_none()
        {
            self.effect = Some((effect, op.name.clone()));
        }
        if !op.properties.last_acts.is_empty() {
            self.last = Some((name.span, op.name.clone()));
        }
    }

    fn simulate(
        &mut self,
        op: &Op,
        facts: &OpFacts,
        oparg: Option<&Expr>,
        name: &Name,
    ) -> (Vec<Ty>, Vec<Ty>) {
        let mut taken: Vec<Entry> = Vec::new();
        for input in op.effect.inputs.iter().rev() {
            let array = input.array.as_ref().map(|size| replace_oparg(size, oparg));
            taken.push(self.pop(input, array, name));
        }
        taken.reverse();
        let input_types: Vec<Ty> = taken.iter().map(|entry| entry.ty.clone()).collect();
        let push = |stack: &mut Vec<Entry>, outputs: &[Output], moves: &[Move]| {
            let mut types = Vec::new();
            for (output, moved) in outputs.iter().zip(moves) {
                let array = output
                    .operand
                    .array
                    .as_ref()
                    .map(|size| replace_oparg(size, oparg));
                let ty = match (moved, output.source) {
                    (_, Source::Same(input)) if output.operand.ty == Ty::Any => {
                        taken[input].ty.clone()
                    }
                    // An untouched operand keeps the type that it has, which may say more.
                    (_, Source::Same(input)) if output.operand.name.is_some() => {
                        better(&taken[input].ty, &output.operand.ty)
                    }
                    (Move::Declared, _) => output.operand.ty.clone(),
                    (Move::Input(input), _) => taken[*input].ty.clone(),
                    (Move::Ty(ty), _) => ty.clone(),
                };
                let original = match output.source {
                    Source::Same(input) | Source::Retyped(input) => taken[input].original,
                    _ => false,
                };
                types.push(ty.clone());
                stack.push(Entry {
                    ty,
                    array,
                    original,
                });
            }
            types
        };
        if let Some(jump) = &op.effect.jump_outputs {
            let mut stack = self.stack.clone();
            push(&mut stack, jump, &facts.jump_moves);
            self.jump_stack = Some(stack);
        }
        let output_types = push(&mut self.stack, &op.effect.outputs, &facts.moves);
        let above = self.depth().plus(-1, &self.reach);
        self.peak = larger(&self.peak, &above);
        (input_types, output_types)
    }

    fn depth(&self) -> Size {
        self.stack
            .iter()
            .fold(Size::default(), |sum, entry| sum.plus(1, &entry.size()))
    }

    fn pop(&mut self, input: &Operand, array: Option<Size>, name: &Name) -> Entry {
        let shown = input.name.as_deref().unwrap_or("unused");
        let Some(entry) = self.stack.pop() else {
            let size = array.clone().unwrap_or_else(|| Size::fixed(1));
            self.reach = self.reach.plus(1, &size);
            self.established(&Ty::Value, input, name);
            return Entry {
                ty: Ty::Value,
                array,
                original: true,
            };
        };
        let model = self.table.env.model;
        match (&entry.array, &array) {
            (None, None) => {}
            (Some(left), Some(taken)) if sizes_same(left, taken) => {}
            (Some(left), Some(taken)) => {
                let message = format!(
                    "`{shown}` of `{}` has {} elements, {} are there",
                    name.text,
                    show(taken, model),
                    show(left, model)
                );
                self.refuse(
                    &codes::SIZE_MISMATCH,
                    name.span,
                    message,
                    "both ops declare the same size",
                );
                self.broken = true;
            }
            (left, _) => {
                let (here, there) = if left.is_some() {
                    ("one operand", "an array")
                } else {
                    ("an array", "one operand")
                };
                let message = format!(
                    "`{shown}` of `{}` is {here}, an earlier op leaves {there}",
                    name.text
                );
                self.refuse(
                    &codes::SCALAR_ARRAY,
                    name.span,
                    message,
                    "both ops declare the same operands",
                );
                self.broken = true;
            }
        }
        self.established(&entry.ty, input, name);
        entry
    }

    /// The operand has, at this point, the type that the op wants.
    fn established(&mut self, found: &Ty, input: &Operand, name: &Name) {
        let model = self.table.env.model;
        let boxable = |ty: &Ty| match ty {
            Ty::Layout(layout) => model[*layout].object,
            Ty::Ptr(_) => false,
            ty => model
                .scalar_of(ty)
                .is_none_or(|scalar| model.repr_of(scalar).is_some()),
        };
        let fits = match (&input.ty, found) {
            (Ty::Any, _) => true,
            (Ty::Value, found) => boxable(found),
            (Ty::Layout(wanted), Ty::Layout(found)) => model.descends(*found, *wanted),
            (wanted, found) => wanted == found,
        };
        if fits {
            return;
        }
        let shown = input.name.as_deref().unwrap_or("unused");
        let wanted = model.show(&input.ty);
        if *found == Ty::Value {
            let message = format!(
                "nothing has established that `{shown}` of `{}` is `{wanted}`",
                name.text
            );
            let help = "put a guard before it that gives the operand this type";
            self.refuse(&codes::NOT_ESTABLISHED, name.span, message, help);
        } else {
            let message = format!(
                "`{shown}` of `{}` is `{wanted}`, an earlier op leaves `{}`",
                name.text,
                model.show(found)
            );
            self.refuse(
                &codes::PART_MISMATCH,
                name.span,
                message,
                "convert in between, or use another op",
            );
        }
        self.broken = true;
    }

    /// At the end every operand is a value.
    pub fn finish(&mut self) {
        if self.broken {
            return;
        }
        let model = self.table.env.model;
        let empty = Vec::new();
        for entry in self
            .stack
            .iter()
            .chain(self.jump_stack.as_ref().unwrap_or(&empty))
        {
            let native = match &entry.ty {
                Ty::Layout(layout) => !model[*layout].object,
                Ty::Ptr(_) => true,
                ty => model
                    .scalar_of(ty)
                    .is_some_and(|scalar| model.repr_of(scalar).is_none()),
            };
            if native {
                let message = format!("a `{}` would stay on the stack", model.show(&entry.ty));
                let help = "an op of the same instruction must take it";
                self.refuse(&codes::NATIVE_LEFT, self.at, message, help);
                return;
            }
        }
    }

    pub fn net(&self, parts: &[Part]) -> NetEffect {
        let kept = |stack: &[Entry]| {
            let original = stack.iter().take_while(|entry| entry.original);
            original.fold(Size::default(), |sum, entry| sum.plus(1, &entry.size()))
        };
        let total = |stack: &[Entry]| {
            stack
                .iter()
                .fold(Size::default(), |sum, entry| sum.plus(1, &entry.size()))
        };
        let mut below = kept(&self.stack);
        if let Some(jump) = &self.jump_stack {
            let other = kept(jump);
            // The smaller of both: what stays on every path.
            if larger(&below, &other) == below {
                below = other;
            }
        }
        let model = self.table.env.model;
        let arrives = parts.iter().any(|part| match part {
            Part::Uop(uop) => {
                let properties = &model[uop.op].properties;
                let leaves = properties.last_acts.iter().any(|act| {
                    matches!(
                        act,
                        LastActKind::PushFrame
                            | LastActKind::ResumeFrame
                            | LastActKind::SuspendFrame
                    )
                });
                leaves && properties.always_leaves && !properties.result_arrives && !properties.drops_result
            }
            Part::Unused { .. } => false,
        });
        let mut pushed = total(&self.stack).plus(-1, &below);
        if arrives {
            // The result of the frame that is entered comes on top.
            pushed.constant += 1;
        }
        NetEffect {
            popped: self.reach.plus(-1, &below),
            pushed,
            jump_pushed: self
                .jump_stack
                .as_ref()
                .map(|stack| total(stack).plus(-1, &below)),
            reach: self.reach.clone(),
            peak: self.peak.clone(),
        }
    }

    pub fn properties(&self, parts: &[Part]) -> Properties {
        let model = self.table.env.model;
        let mut all = Properties {
            pure: true,
            ..Properties::default()
        };
        let mut uops = 0;
        for part in parts {
            let Part::Uop(uop) = part else { continue };
            let op = &model[uop.op];
            let before = all.uses_oparg;
            properties::merge(&mut all, &op.properties);
            if let Some(oparg) = &uop.oparg {
                all.uses_oparg = before || properties::uses_oparg(oparg);
            }
            all.pure &= op.properties.pure;
            all.always_leaves |= op.properties.always_leaves;
            all.size += op.properties.size;
            uops += 1;
        }
        all.pure &= uops > 0;
        all
    }
}

fn better(found: &Ty, declared: &Ty) -> Ty {
    match (found, declared) {
        (Ty::Value, declared) => declared.clone(),
        (found, _) => found.clone(),
    }
}
