//! The instruction table: instructions, families, superinstructions, numbers.

use std::collections::HashSet;

use crate::ast::*;
use crate::body::{Checker, Env, Kind, Scope};
use crate::caches::units;
use crate::codes;
use crate::diagnostics::{Diagnostic, did_you_mean};
use crate::expand::{Builder, Layouter};
use crate::model::*;
use crate::names::{InstructionName, Used};
use crate::ops::{OpFacts, cycles};
use crate::source::Span;

/// What each instruction is made from: a macro, or an `inst`.
#[derive(Clone, Copy)]
pub(crate) enum Made<'a> {
    Macro(&'a MacroItem),
    Inst(&'a OpItem),
}

impl Made<'_> {
    pub fn name(&self) -> &Name {
        match self {
            Made::Macro(item) => &item.name,
            Made::Inst(item) => &item.name,
        }
    }

    pub fn head(&self) -> &Head {
        match self {
            Made::Macro(item) => &item.head,
            Made::Inst(item) => &item.head,
        }
    }
}

pub(crate) struct Table<'a> {
    pub env: Env<'a>,
    pub facts: &'a [OpFacts],
    pub made: &'a [Made<'a>],
    /// Where a family stands in the syntax, by instruction.
    families: Vec<Option<(usize, Role)>>,
}

/// What comes of a macro, with what the checks over instructions need.
pub(crate) struct Expanded {
    pub instruction: Instruction,
    /// The first exit that does not say who takes over.
    exit: Option<Span>,
    /// Parts that could not be checked.
    broken: bool,
    entries: Vec<FamilyEntry>,
}

impl<'a> Table<'a> {
    pub fn new(env: Env<'a>, facts: &'a [OpFacts], made: &'a [Made<'a>]) -> Table<'a> {
        Table {
            env,
            facts,
            made,
            families: vec![None; made.len()],
        }
    }

    pub fn refuse(&self, code: &'static codes::Code, span: Span, message: String, help: &str) {
        self.env
            .sink
            .push(Diagnostic::new(code, span, message).help(help));
    }

    pub fn expand(&mut self, ast: &'a Ast) -> Vec<Expanded> {
        self.macro_cycles();
        self.membership(&ast.families);
        let mut all = Vec::new();
        for (index, made) in self.made.iter().enumerate() {
            let family = self.families[index].map(|(family, _)| &ast.families[family]);
            all.push(self.instruction(index, made, family));
        }
        all
    }

    fn macro_cycles(&self) {
        let edges: Vec<Vec<usize>> = self
            .made
            .iter()
            .map(|made| {
                let Made::Macro(item) = made else {
                    return Vec::new();
                };
                let targets = item.parts.iter().filter_map(|part| match part {
                    PartItem::Op { name, .. } => {
                        match self.env.names.instructions.get(&name.text) {
                            Some(InstructionName::Instruction(id)) => Some(id.0),
                            _ => None,
                        }
                    }
                    PartItem::Entry { .. } => None,
                });
                targets.collect()
            })
            .collect();
        for cycle in cycles(&edges) {
            let names: Vec<&str> = cycle
                .iter()
                .map(|index| self.made[*index].name().text.as_str())
                .collect();
            let first = self.made[cycle[0]].name();
            let message = format!(
                "macro `{}` contains itself ({} -> {})",
                first.text,
                names.join(" -> "),
                names[0]
            );
            self.refuse(
                &codes::NOT_AN_OP,
                first.span,
                message,
                "the parts of a macro are micro-ops",
            );
        }
    }

    // -- families ---------------------------------------------------------------------------------

    fn find(&self, name: &Name) -> Option<InstructionId> {
        match self.env.names.instructions.get(&name.text) {
            Some(InstructionName::Instruction(id)) => Some(*id),
            Some(other) => {
                let what = match other {
                    InstructionName::Super(_) => "a superinstruction",
                    InstructionName::Pseudo => "a pseudo-instruction",
                    _ => "a reserved number",
                };
                let message = format!("`{}` is {what}", name.text);
                self.refuse(
                    &codes::UNKNOWN_INSTRUCTION,
                    name.span,
                    message,
                    "name a `macro` or an `inst`",
                );
                None
            }
            None => {
                if !self.env.names.broken.contains(&name.text) {
                    let mut known: Vec<&str> = self
                        .env
                        .names
                        .instructions
                        .keys()
                        .map(String::as_str)
                        .collect();
                    known.sort_unstable();
                    let message = format!("there is no instruction `{}`", name.text);
                    self.env.sink.push(
                        Diagnostic::new(&codes::UNKNOWN_INSTRUCTION, name.span, message)
                            .maybe_help(did_you_mean(&name.text, known)),
                    );
                }
                None
            }
        }
    }

    fn membership(&mut self, families: &[FamilyItem]) {
        for (index, family) in families.iter().enumerate() {
            if let Some(head) = self.find(&family.name) {
                self.join(head, index, Role::Head, &family.name, families);
            }
            if family.members.is_empty() {
                let message = format!("family `{}` has no members", family.name.text);
                self.refuse(
                    &codes::FAMILY,
                    family.name.span,
                    message,
                    "a family has a member at least",
                );
            }
            for member in &family.members {
                if let Some(id) = self.find(member) {
                    self.join(id, index, Role::Member, member, families);
                }
            }
        }
    }

    fn join(
        &mut self,
        id: InstructionId,
        family: usize,
        role: Role,
        name: &Name,
        families: &[FamilyItem],
    ) {
        let Some((other, known)) = self.families[id.0] else {
            self.families[id.0] = Some((family, role));
            return;
        };
        let of = &families[other].name.text;
        let message = match (other == family, known, role) {
            (true, Role::Head, Role::Member) => {
                format!("`{}` is the head of this family", name.text)
            }
            (true, ..) => format!("`{}` is named twice", name.text),
            (false, Role::Head, Role::Head) => {
                format!("`{}` is the head of two families", name.text)
            }
            (false, Role::Head, _) => format!("`{}` is the head of a family", name.text),
            (false, ..) => format!("`{}` is a member of the family of `{of}`", name.text),
        };
        self.refuse(
            &codes::FAMILY,
            name.span,
            message,
            "an instruction is in one family, once",
        );
    }

    fn entries(&self, family: &FamilyItem) -> Vec<FamilyEntry> {
        let mut entries: Vec<FamilyEntry> = Vec::new();
        let mut offset = 0;
        for (name, number) in &family.entries {
            if number.text == "0" && name.text == "unused" {
                continue;
            }
            let Some(units) = units(number, self.env) else {
                continue;
            };
            let name = (name.text != "unused").then(|| name.text.clone());
            entries.push(FamilyEntry {
                name,
                offset,
                units,
            });
            offset += units;
        }
        if offset > 255 {
            let message = format!("a cache of {offset} units");
            self.refuse(
                &codes::FAMILY_CACHE,
                family.name.span,
                message,
                "255 units are allowed",
            );
        }
        entries
    }

    // -- one instruction --------------------------------------------------------------------------

    fn instruction(&self, index: usize, made: &Made, family: Option<&FamilyItem>) -> Expanded {
        let role = self.families[index].map_or(Role::Plain, |(_, role)| role);
        let entries = family
            .map(|family| self.entries(family))
            .unwrap_or_default();
        let size = family.map(|_| entries.iter().map(|entry| entry.units).sum::<u32>());
        let head = made.head();
        let mut layout = Layouter::new(entries.clone());
        let mut builder = Builder::new(self, made.name().span);
        let mut broken = false;
        match made {
            Made::Inst(item) => match self.env.names.ops.get(&format!("_{}", item.name.text)) {
                Some(op) => builder.part(*op, None, &item.name, &mut layout),
                None => broken = true,
            },
            Made::Macro(item) => {
                for part in &item.parts {
                    match part {
                        PartItem::Entry {
                            name,
                            units: number,
                        } => {
                            if let Some(units) = units(number, self.env) {
                                builder.entry(name, units, &mut layout);
                            }
                        }
                        PartItem::Op { name, oparg } => match self.op(name) {
                            Some(op) => {
                                let typed = oparg.as_ref().map(|raw| self.oparg(raw));
                                broken |= matches!(typed, Some(None));
                                builder.part(op, typed.flatten(), name, &mut layout);
                            }
                            None => builder.broken = true,
                        },
                    }
                }
            }
        }
        builder.finish();
        let used = layout.end();
        let cache_units = match size {
            Some(size) => {
                if used > size && !broken {
                    let message = format!(
                        "the cache of `{}` has {used} units, its family's has {size}",
                        made.name().text
                    );
                    self.refuse(
                        &codes::FAMILY_CACHE,
                        made.name().span,
                        message,
                        "enlarge the family's cache",
                    );
                }
                layout.pad(used, size);
                size
            }
            None => used,
        };
        if cache_units > 255 && family.is_none() {
            let message = format!("a cache of {cache_units} units");
            self.refuse(
                &codes::CACHE_SIZE,
                made.name().span,
                message,
                "255 units are allowed",
            );
        }
        let mut parts = std::mem::take(&mut builder.parts);
        parts.extend(layout.padding.iter().map(|(offset, units)| Part::Unused {
            offset: *offset,
            units: *units,
        }));
        let mut condition = None;
        if let Made::Macro(item) = made
            && let Some(raw) = &item.condition
        {
            condition = self.condition(raw);
            if role != Role::Member {
                let message = format!("`{}` is no member of a family", item.name.text);
                self.refuse(
                    &codes::LONE_CONDITION,
                    raw.span,
                    message,
                    "leave the `if` out",
                );
            }
        }
        let properties = builder.properties(&parts);
        let stack = builder.net(&parts);
        let instruction = Instruction {
            name: made.name().text.clone(),
            doc: head.doc.clone(),
            section: head.section.clone(),
            number: 0,
            family: None,
            role,
            condition,
            parts,
            cache_units,
            stack,
            properties,
            single: matches!(made, Made::Inst(_)),
        };
        broken |= builder.broken;
        self.check_specializing(&instruction, made, role);
        Expanded {
            instruction,
            exit: builder.exit,
            broken,
            entries,
        }
    }

    fn op(&self, name: &Name) -> Option<OpId> {
        if let Some(op) = self.env.names.ops.get(&name.text) {
            self.env.names.mark(Used::Op(*op));
            return Some(*op);
        }
        if self.env.names.broken.contains(&name.text) {
            return None;
        }
        if self.env.names.instructions.contains_key(&name.text) {
            let message = format!("`{}` is an instruction", name.text);
            self.refuse(
                &codes::NOT_AN_OP,
                name.span,
                message,
                "the parts of a macro are micro-ops",
            );
            return None;
        }
        let mut known: Vec<&str> = self.env.names.ops.keys().map(String::as_str).collect();
        known.sort_unstable();
        let message = format!("there is no micro-op `{}`", name.text);
        let help = did_you_mean(&name.text, known);
        self.env
            .sink
            .push(Diagnostic::new(&codes::UNKNOWN_OP, name.span, message).maybe_help(help));
        None
    }

    fn oparg(&self, raw: &Raw) -> Option<Expr> {
        let mut checker = Checker::new(self.env, Kind::Immediate, Scope::default(), raw.span);
        checker.expression(raw, Some(&Ty::U32)).ok()
    }

    /// An `if` clause: a bool over `oparg`, or `oparg in (A, B)`.
    fn condition(&self, raw: &Raw) -> Option<Expr> {
        let mut checker = Checker::new(self.env, Kind::Immediate, Scope::default(), raw.span);
        let listed = raw.text.split_once(" in ").and_then(|(value, list)| {
            let list = list.trim().strip_prefix('(')?.strip_suffix(')')?;
            Some((value, list))
        });
        let Some((value, list)) = listed else {
            return checker.expression(raw, Some(&Ty::BOOL)).ok();
        };
        let offset = |text: &str| text.as_ptr() as usize - raw.text.as_ptr() as usize;
        let piece = |text: &str| {
            let start = raw.span.start as usize + offset(text);
            Raw {
                text: text.to_string(),
                span: Span::new(raw.span.file, start, start + text.len()),
            }
        };
        let mut whole: Option<Expr> = None;
        for choice in list
            .split(',')
            .map(str::trim)
            .filter(|choice| !choice.is_empty())
        {
            let mut left = Checker::new(
                self.env,
                Kind::Immediate,
                Scope::default(),
                piece(value).span,
            );
            let left = left.expression(&piece(value), None).ok()?;
            let right = piece(choice);
            let mut checker = Checker::new(self.env, Kind::Immediate, Scope::default(), right.span);
            let right = checker.expression(&right, Some(&left.ty)).ok()?;
            let both = |op, left: Expr, right: Expr| Expr {
                ty: Ty::BOOL,
                immediate: true,
                kind: ExprKind::Binary {
                    op,
                    left: Box::new(left),
                    right: Box::new(right),
                },
            };
            let equal = both(BinaryOp::Eq, left, right);
            whole = Some(match whole {
                None => equal,
                Some(before) => both(BinaryOp::LogicalOr, before, equal),
            });
        }
        if whole.is_none() {
            self.refuse(
                &codes::SYNTAX,
                raw.span,
                "an empty list of opargs".to_string(),
                "`if oparg in (A, B)`",
            );
        }
        whole
    }

    fn check_specializing(&self, instruction: &Instruction, made: &Made, role: Role) {
        let mut first = true;
        for part in &instruction.parts {
            let Part::Uop(uop) = part else { continue };
            let op = &self.env.model[uop.op];
            if op.annotations.specializing && !(role == Role::Head && first) {
                let message = format!("`{}` specializes in `{}`", op.name, instruction.name);
                let help = "a specializing op is the first part of a family's head";
                self.refuse(&codes::SPECIALIZING, made.name().span, message, help);
            }
            if role == Role::Head && first && !op.annotations.specializing {
                let message = format!(
                    "`{}` does not begin with a specializing op",
                    instruction.name
                );
                let help = "`macro(HEAD) = _SPECIALIZE + ..`";
                self.refuse(&codes::NO_SPECIALIZING, made.name().span, message, help);
            }
            first = false;
        }
    }

    // -- checks over all instructions -------------------------------------------------------------

    pub fn check(&self, all: &[Expanded], ast: &Ast) {
        for (index, one) in all.iter().enumerate() {
            let instruction = &one.instruction;
            let name = self.made[index].name();
            if let Some(exit) = one.exit
                && instruction.role != Role::Member
                && !one.broken
            {
                let what = if instruction.role == Role::Head {
                    "the head of a family"
                } else {
                    "in no family"
                };
                let message = format!(
                    "`{}` is {what}, so a guard in it leads nowhere",
                    instruction.name
                );
                self.env.sink.push(
                    Diagnostic::new(&codes::NO_FAMILY, name.span, message)
                        .other(exit, "this guard")
                        .help("say who takes over: `exit_if(c, NAME)`"),
                );
            }
            for target in &instruction.properties.takes_over {
                self.check_takes_over(all, index, target.0);
            }
        }
        for family in &ast.families {
            self.check_family(all, family);
        }
    }

    fn check_takes_over(&self, all: &[Expanded], index: usize, target: usize) {
        let (one, other) = (&all[index].instruction, &all[target].instruction);
        let name = self.made[index].name();
        let mut seen = HashSet::from([index]);
        let mut queue = vec![target];
        while let Some(next) = queue.pop() {
            if next == index {
                let message = format!(
                    "`{}` hands over to `{}`, which hands back",
                    one.name, other.name
                );
                self.refuse(
                    &codes::TAKES_OVER,
                    name.span,
                    message,
                    "the generic instruction has no guards",
                );
                return;
            }
            if seen.insert(next) {
                queue.extend(
                    all[next]
                        .instruction
                        .properties
                        .takes_over
                        .iter()
                        .map(|id| id.0),
                );
            }
        }
        if all[index].broken || all[target].broken {
            return;
        }
        if one.cache_units != other.cache_units {
            let message = format!(
                "`{}` cannot take over from `{}`: it is {} units long, not {}",
                other.name,
                one.name,
                1 + other.cache_units,
                1 + one.cache_units
            );
            self.refuse(
                &codes::TAKES_OVER,
                name.span,
                message,
                "pad with `unused/N`",
            );
        }
        if let Some(difference) = self.difference(one, other) {
            let message = format!(
                "`{}` cannot take over from `{}`: {difference}",
                other.name, one.name
            );
            self.refuse(
                &codes::TAKES_OVER,
                name.span,
                message,
                "both do the same to the stack",
            );
        }
    }

    fn check_family(&self, all: &[Expanded], family: &FamilyItem) {
        let id = |name: &Name| match self.env.names.instructions.get(&name.text) {
            Some(InstructionName::Instruction(id)) => Some(id.0),
            _ => None,
        };
        let Some(head) = id(&family.name) else { return };
        for member in &family.members {
            let Some(index) = id(member).filter(|index| *index != head) else {
                continue;
            };
            if all[index].broken || all[head].broken {
                continue;
            }
            self.check_fit(&all[index].instruction, member);
            if let Some(difference) =
                self.difference(&all[index].instruction, &all[head].instruction)
            {
                let message = format!(
                    "`{}` and `{}` differ: {difference}",
                    member.text, family.name.text
                );
                self.env.sink.push(
                    Diagnostic::new(&codes::FAMILY_EFFECT, self.made[index].name().span, message)
                        .other(self.made[head].name().span, "the head")
                        .help("members do to the stack what the head does"),
                );
            }
        }
    }

    /// A member that nothing keeps from being chosen would hide the head and the members behind it.
    fn check_fit(&self, member: &Instruction, name: &Name) {
        let model = self.env.model;
        let fills = member.parts.iter().any(|part| match part {
            Part::Uop(uop) => model[uop.op]
                .caches
                .iter()
                .any(|cache| cache.filler.is_some()),
            Part::Unused { .. } => false,
        });
        let properties = &member.properties;
        if member.condition.is_none() && !fills && !properties.may_exit && !properties.may_deopt {
            let message = format!("`{}` always fits", member.name);
            self.refuse(
                &codes::ALWAYS_FITS,
                name.span,
                message,
                "give it an `if` clause, a guard or a filler",
            );
        }
    }

    /// How the effects on the stack differ, for the opargs that the first instruction is chosen
    /// for.
    fn difference(&self, one: &Instruction, head: &Instruction) -> Option<String> {
        let opargs = (0..=300u32).chain([1 << 10, 1 << 16, (1 << 16) + 1]);
        for oparg in opargs {
            if let Some(condition) = &one.condition
                && evaluate(condition, oparg, self.env.model) == Some(0)
            {
                continue;
            }
            let value = |size: &Size| size_at(size, oparg, self.env.model);
            let net = |effect: &NetEffect| Some(value(&effect.pushed)? - value(&effect.popped)?);
            let jump = |effect: &NetEffect| {
                let pushed = effect.jump_pushed.as_ref().unwrap_or(&effect.pushed);
                Some(value(pushed)? - value(&effect.popped)?)
            };
            let (Some(a), Some(b)) = (net(&one.stack), net(&head.stack)) else {
                continue;
            };
            let always_jumps =
                |one: &Instruction| one.properties.jumps && !one.properties.unpredictable_jump;
            if a != b && !always_jumps(one) && !always_jumps(head) {
                return Some(format!("with oparg {oparg}, {a:+} slots against {b:+}"));
            }
            if one.properties.jumps && head.properties.jumps {
                let (Some(a), Some(b)) = (jump(&one.stack), jump(&head.stack)) else {
                    continue;
                };
                if a != b {
                    return Some(format!(
                        "with oparg {oparg}, {a:+} slots against {b:+} on the path that jumps"
                    ));
                }
            }
        }
        None
    }
}

/// The value of an immediate, where it can be computed.
pub(crate) fn evaluate(expr: &Expr, oparg: u32, model: &Model) -> Option<i128> {
    let value = |expr: &Expr| evaluate(expr, oparg, model);
    Some(match &expr.kind {
        ExprKind::Oparg => oparg.into(),
        ExprKind::Literal(Literal::Int(number)) => *number,
        ExprKind::Literal(Literal::Bool(truth)) => (*truth).into(),
        ExprKind::Const(id) => match model[*id].value? {
            Literal::Int(number) => number,
            Literal::Bool(truth) => truth.into(),
            Literal::Float(_) => return None,
        },
        ExprKind::Unary {
            op: UnaryOp::Not,
            arg,
        } if arg.ty == Ty::BOOL => (value(arg)? == 0).into(),
        ExprKind::Cast {
            kind: CastKind::Numeric,
            arg,
        } => value(arg)?,
        ExprKind::If {
            condition,
            then,
            otherwise,
        } if then.lets.is_empty() && otherwise.lets.is_empty() => {
            if value(condition)? != 0 {
                value(&then.value)?
            } else {
                value(&otherwise.value)?
            }
        }
        ExprKind::Binary { op, left, right } => {
            use BinaryOp::*;
            let (a, b) = (value(left)?, value(right)?);
            match op {
                Add => a.checked_add(b)?,
                Sub => a.checked_sub(b)?,
                Mul => a.checked_mul(b)?,
                Div => a.checked_div(b)?,
                Rem => a.checked_rem(b)?,
                And => a & b,
                Or => a | b,
                Xor => a ^ b,
                Shl => a.checked_shl(u32::try_from(b).ok().filter(|count| *count < 64)?)?,
                Shr => a.checked_shr(u32::try_from(b).ok().filter(|count| *count < 64)?)?,
                Eq => (a == b).into(),
                Ne => (a != b).into(),
                Lt => (a < b).into(),
                Le => (a <= b).into(),
                Gt => (a > b).into(),
                Ge => (a >= b).into(),
                LogicalAnd => (a != 0 && b != 0).into(),
                LogicalOr => (a != 0 || b != 0).into(),
            }
        }
        _ => return None,
    })
}

fn size_at(size: &Size, oparg: u32, model: &Model) -> Option<i128> {
    let mut sum = i128::from(size.constant);
    for (coefficient, term) in &size.terms {
        sum += i128::from(*coefficient) * evaluate(term, oparg, model)?;
    }
    Some(sum)
}

// -- the rest of the table ------------------------------------------------------------------------

impl Table<'_> {
    pub fn supers(&self, ast: &Ast, all: &[Expanded]) -> Vec<Super> {
        let mut supers = Vec::new();
        for numbered in &ast.numbered {
            let Numbered::Super(item) = numbered else {
                continue;
            };
            if item.parts.len() < 2 {
                let message = format!("`{}` is one instruction", item.name.text);
                self.refuse(
                    &codes::SUPER,
                    item.name.span,
                    message,
                    "`super(A_B) = A + B;`",
                );
            }
            let mut parts = Vec::new();
            for (index, part) in item.parts.iter().enumerate() {
                let Some(id) = self.find(part) else { continue };
                let properties = &all[id.0].instruction.properties;
                let jumps_at_most = properties.last_acts.iter().all(|act| *act == LastActKind::JumpBy);
                if index + 1 < item.parts.len() && (properties.always_leaves || !jumps_at_most) {
                    let message = format!("`{}` leaves, and another follows", part.text);
                    let help = "only the last may leave; those before may jump on some paths";
                    self.refuse(&codes::SUPER, part.span, message, help);
                }
                if properties.tiers_up {
                    let message = format!("a trace may begin at `{}`", part.text);
                    self.refuse(&codes::SUPER, part.span, message, "its opcode changes when one does");
                }
                parts.push(id);
            }
            supers.push(Super {
                name: item.name.text.clone(),
                doc: item.head.doc.clone(),
                section: item.head.section.clone(),
                number: 0,
                parts,
            });
        }
        supers
    }

    pub fn pseudos(&self, ast: &Ast) -> Vec<Pseudo> {
        let mut pseudos = Vec::new();
        for (index, item) in ast.pseudos.iter().enumerate() {
            if item.targets.is_empty() {
                let message = format!("`{}` stands for nothing", item.name.text);
                self.refuse(
                    &codes::PSEUDO,
                    item.name.span,
                    message,
                    "name its instructions",
                );
            }
            let mut targets: Vec<InstructionId> = Vec::new();
            for target in &item.targets {
                let known = self.env.names.instructions.get(&target.text);
                if known == Some(&InstructionName::Pseudo) {
                    let itself = if target.text == item.name.text {
                        "itself"
                    } else {
                        "a pseudo-instruction"
                    };
                    let message = format!("`{}` stands for {itself}", item.name.text);
                    self.refuse(
                        &codes::PSEUDO,
                        target.span,
                        message,
                        "targets are real instructions",
                    );
                    continue;
                }
                let Some(id) = self.find(target) else {
                    continue;
                };
                if targets.contains(&id) {
                    let message = format!("`{}` is named twice", target.text);
                    self.refuse(&codes::PSEUDO, target.span, message, "once is enough");
                }
                targets.push(id);
            }
            let number = u16::try_from(256 + index).unwrap_or(u16::MAX);
            pseudos.push(Pseudo {
                name: item.name.text.clone(),
                doc: item.head.doc.clone(),
                number,
                targets,
            });
        }
        pseudos
    }

    /// `INSTRUMENTED_X` stands at the place of `X`.
    pub fn instrumented(&self, ast: &Ast, instructions: &[Expanded]) -> Vec<InstructionId> {
        let mut all: Vec<InstructionId> = Vec::new();
        let units = |id: InstructionId| instructions[id.0].instruction.cache_units;
        for name in &ast.instrumented {
            let Some(id) = self.find(name) else { continue };
            let plain = name.text.strip_prefix("INSTRUMENTED_").and_then(|plain| self.env.names.instructions.get(plain));
            if let Some(InstructionName::Instruction(plain)) = plain
                && units(*plain) != units(id)
            {
                let (own, other) = (units(id), units(*plain));
                let message = format!("`{}` has {own} cache units, what it stands for has {other}", name.text);
                self.refuse(&codes::INSTRUMENTED_LENGTH, name.span, message, "name what is not used `unused/N`");
            }
            if all.contains(&id) {
                let message = format!("`{}` is instrumented twice", name.text);
                self.refuse(&codes::NUMBERS, name.span, message, "once is enough");
                continue;
            }
            all.push(id);
        }
        all
    }

    pub fn reserved(&self, ast: &Ast) -> Vec<Reserved> {
        let mut all: Vec<Reserved> = Vec::new();
        for (head, name, number) in &ast.reserved {
            let Some(value) = number.text.parse::<u8>().ok().filter(|value| *value >= 254) else {
                let message = format!("`{}` cannot be reserved", number.text);
                self.refuse(
                    &codes::NUMBERS,
                    number.span,
                    message,
                    "254 and 255 are above all instructions",
                );
                continue;
            };
            if let Some(known) = all.iter().find(|known| known.number == value) {
                let message = format!("{value} is the number of `{}` already", known.name);
                self.refuse(
                    &codes::NUMBERS,
                    number.span,
                    message,
                    "254 and 255 are there",
                );
            }
            all.push(Reserved {
                name: name.text.clone(),
                doc: head.doc.clone(),
                number: value,
            });
        }
        all
    }

    /// Families of the model; instructions learn theirs.
    pub fn families(
        &self,
        ast: &Ast,
        instructions: &mut [Instruction],
        all: &[Expanded],
    ) -> Vec<Family> {
        let id = |name: &Name| match self.env.names.instructions.get(&name.text) {
            Some(InstructionName::Instruction(id)) => Some(*id),
            _ => None,
        };
        let mut families = Vec::new();
        for item in &ast.families {
            let Some(head) = id(&item.name) else { continue };
            let family = FamilyId(families.len());
            let members: Vec<InstructionId> = item.members.iter().filter_map(id).collect();
            for one in members.iter().chain([&head]) {
                instructions[one.0].family = Some(family);
            }
            let entries = all[head.0].entries.clone();
            let cache_units = entries.iter().map(|entry| entry.units).sum();
            families.push(Family {
                doc: item.head.doc.clone(),
                head,
                members,
                entries,
                cache_units,
            });
        }
        families
    }
}

/// Gives numbers to all that needs one, in definition order.
pub(crate) fn number(
    ast: &Ast,
    model: &mut Model,
    env_sink: &crate::diagnostics::Sink,
    spans: &[Span],
) {
    let mut opcodes = Vec::new();
    let mut next = 1usize;
    let (mut instruction, mut superinstruction) = (0, 0);
    let room = 253usize.saturating_sub(model.instrumented.len());
    let byte = |number: usize| u8::try_from(number).unwrap_or(0);
    for (index, numbered) in ast.numbered.iter().enumerate() {
        if next == room + 1 {
            let message = "there are more than 253 opcodes";
            let span = spans.get(index).copied().unwrap_or_default();
            let help =
                "numbers 1 to 253 are for instructions, superinstructions and instrumented ones";
            env_sink.push(Diagnostic::new(&codes::TOO_MANY, span, message).help(help));
        }
        let (name, kind) = match numbered {
            Numbered::Macro(_) | Numbered::Inst(_) => {
                let id = InstructionId(instruction);
                instruction += 1;
                if model.instrumented.contains(&id) {
                    continue;
                }
                let Some(one) = model.instructions.get_mut(id.0) else {
                    continue;
                };
                one.number = byte(next);
                (one.name.clone(), OpcodeKind::Instruction(id))
            }
            Numbered::Super(_) => {
                let id = SuperId(superinstruction);
                superinstruction += 1;
                let Some(one) = model.supers.get_mut(id.0) else {
                    continue;
                };
                one.number = byte(next);
                (one.name.clone(), OpcodeKind::Super(id))
            }
        };
        opcodes.push(Opcode {
            number: byte(next),
            name,
            kind,
        });
        next += 1;
    }
    let first = 254usize.saturating_sub(model.instrumented.len());
    for (index, id) in model.instrumented.iter().enumerate() {
        let Some(one) = model.instructions.get_mut(id.0) else {
            continue;
        };
        one.number = byte(first + index);
        opcodes.push(Opcode {
            number: one.number,
            name: one.name.clone(),
            kind: OpcodeKind::Instrumented(*id),
        });
    }
    let mut reserved: Vec<_> = model.reserved.iter().enumerate().collect();
    reserved.sort_by_key(|(_, one)| one.number);
    for (index, one) in reserved {
        let kind = OpcodeKind::Reserved(index);
        opcodes.push(Opcode {
            number: one.number,
            name: one.name.clone(),
            kind,
        });
    }
    model.opcodes = opcodes;
}
