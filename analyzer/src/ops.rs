//! Ops and fns: stack effects, caches, annotations, and what their bodies come to.

use crate::ast::*;
use crate::body::{Assigned, Checker, End, Ends, Env, Kind, Scope, Variable};
use crate::caches::{caches, fill};
use crate::codes;
use crate::cut::ANNOTATIONS;
use crate::diagnostics::{Diagnostic, did_you_mean};
use crate::model::*;
use crate::names::{Style, check_name};
use crate::properties;
use crate::sizes;
use crate::source::Span;

/// What the analysis of instructions wants to know of an op besides the model.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpFacts {
    pub name_span: Span,
    pub exits: Vec<(ExitKind, Span, Option<InstructionId>)>,
    pub periodic: Option<Span>,
    pub record: Option<Span>,
    /// A visible effect on a path that goes on.
    pub effect: Option<Span>,
    /// For each output without a type: what is moved into it.
    pub moves: Vec<Move>,
    pub jump_moves: Vec<Move>,
    /// The op could not be checked: what uses it is not checked either.
    pub broken: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Move {
    /// The type as declared.
    Declared,
    /// Whatever the input of this index is.
    Input(usize),
    Ty(Ty),
}

/// All ops of the syntax, in order, `override` resolved: indexes into [`Ast::ops`].
pub(crate) fn check(ast: &Ast, order: &[usize], env: Env) -> Vec<(Op, OpFacts)> {
    order
        .iter()
        .map(|index| op(&ast.ops[*index], env))
        .collect()
}

fn op(item: &OpItem, env: Env) -> (Op, OpFacts) {
    let mut facts = OpFacts {
        name_span: item.name.span,
        ..OpFacts::default()
    };
    let annotations = annotations(item, env);
    let mut operands = Operands {
        env,
        poisoned: Vec::new(),
    };
    let inputs = operands.list(&item.inputs);
    let outputs = operands.list(&item.outputs);
    let jump_outputs = item.jump_outputs.as_ref().map(|list| operands.list(list));
    let moved = check_depths(item, &inputs, &outputs, jump_outputs.as_deref(), env);
    operands.poisoned.extend(moved);
    let (mut caches, filled) = caches(item, env, &mut operands);
    let poisoned = operands.poisoned;
    let variables = variables(&inputs, &outputs, jump_outputs.as_deref(), item, env);
    let scope = Scope {
        inputs: &inputs,
        caches: &caches,
        params: &[],
        variables: &variables,
        outputs: outputs.len(),
        poisoned: &poisoned,
    };
    let mut checker = Checker::new(env, Kind::Op, scope, item.body.span);
    let body = checker.body(&item.body);
    facts.broken = body.is_err() || !poisoned.is_empty();
    check_acts(item, &annotations, &checker, env);
    facts.exits = std::mem::take(&mut checker.exits);
    facts.periodic = checker.periodic;
    facts.record = checker.record;
    facts.effect = if checker.flow.left {
        None
    } else {
        checker.flow.effect
    };
    check_unused_inputs(item, &inputs, &outputs, &checker.input_reads, env);

    let sources = Sources {
        scope: &scope,
        checker: &checker,
    };
    let effect = StackEffect {
        outputs: sources.outputs(&outputs, false),
        jump_outputs: jump_outputs
            .as_ref()
            .map(|list| sources.outputs(list, true)),
        peeked: 0,
        inputs: inputs.clone(),
    };
    facts.moves = sources.moves(&effect.outputs);
    facts.jump_moves = effect
        .jump_outputs
        .as_ref()
        .map(|list| sources.moves(list))
        .unwrap_or_default();
    let arrives = checker.result_arrives;
    let reads = checker.cache_reads.clone();
    let lets = std::mem::take(&mut checker.lets);
    drop(checker);
    let (fillers, watches) = fill(item, &filled, &scope, env);
    for (index, cache) in caches.iter_mut().enumerate() {
        cache.filler = fillers[index].clone();
        cache.watches = watches[index].clone();
        let first = reads.iter().find(|(read, _)| *read == index);
        cache.fill_before = first.map_or(0, |(_, statement)| *statement);
        if first.is_none()
            && matches!(cache.kind, CacheKind::Data | CacheKind::Root)
            && !facts.broken
        {
            let message = format!("`{}` is never read", cache.name.as_deref().unwrap_or(""));
            env.sink.push(Diagnostic::new(
                &codes::UNREAD_CACHE,
                item.caches[index].name.span,
                message,
            ));
        }
    }
    let single = item.single;
    let mut op = Op {
        name: if single {
            format!("_{}", item.name.text)
        } else {
            item.name.text.clone()
        },
        doc: item.head.doc.clone(),
        annotations,
        caches,
        effect,
        lets,
        body: body.unwrap_or_default(),
        properties: Properties::default(),
    };
    if let Some(effect) = properties::first_effect(&op, env.model) {
        // The specializer stops at the first effect: what is read behind it is filled before it.
        for cache in &mut op.caches {
            cache.fill_before = cache.fill_before.min(effect);
        }
    }
    op.effect.peeked = peeked(&op.effect);
    op.properties = properties::of_op(&op, env.model);
    op.properties.result_arrives = arrives;
    op.properties.tier1 = op.annotations.tier1 && !op.properties.tiers_up;
    check_rules(item, &op, &facts, env);
    (op, facts)
}

// -- annotations ----------------------------------------------------------------------------------

fn annotations(item: &OpItem, env: Env) -> Annotations {
    let mut found = Annotations::default();
    let mut seen: Vec<&str> = Vec::new();
    for annotation in &item.annotations {
        let word = annotation.name.text.as_str();
        let refuse = |message: String, help: Option<String>| {
            let diagnostic = Diagnostic::new(&codes::ANNOTATION, annotation.name.span, message);
            env.sink.push(diagnostic.maybe_help(help));
        };
        if !ANNOTATIONS.contains(&word) {
            let help = did_you_mean(word, ANNOTATIONS.iter().copied());
            let help = help.or_else(|| Some(format!("annotations are {}", ANNOTATIONS.join(", "))));
            refuse(format!("`{word}` is no annotation"), help);
            continue;
        }
        if seen.contains(&word) {
            refuse(format!("`{word}` stands here twice"), None);
        }
        seen.push(word);
        if annotation.arguments.is_some() != (word == "replicate") {
            let help = Some("`replicate(4)` or `replicate(1:4)`".to_string());
            let message = if word == "replicate" {
                "`replicate` needs a range"
            } else {
                "this annotation has no arguments"
            };
            refuse(message.to_string(), help.filter(|_| word == "replicate"));
        }
        match word {
            "pure" => found.pure = true,
            "specializing" => found.specializing = true,
            "periodic" => found.periodic = true,
            "tier1" => found.tier1 = true,
            "tier2" => found.tier2 = true,
            "no_save_ip" => found.no_save_ip = true,
            "replicate" => {
                let text = annotation
                    .arguments
                    .as_ref()
                    .map_or("", |raw| raw.text.as_str());
                found.replicate = replicate(text);
                if found.replicate.is_none() && annotation.arguments.is_some() {
                    let help = Some("`replicate(A:B)` with A < B <= 256".to_string());
                    refuse(format!("`{text}` is no range"), help);
                }
            }
            _ => {}
        }
    }
    if found.tier1 && found.tier2 {
        let message = "`tier1` and `tier2` exclude each other";
        env.sink.push(
            Diagnostic::new(&codes::ANNOTATION, item.name.span, message)
                .help("an op of both tiers has neither annotation"),
        );
    }
    found
}

fn replicate(text: &str) -> Option<(u32, u32)> {
    let number = |text: &str| {
        text.trim()
            .parse::<u32>()
            .ok()
            .filter(|number| *number <= 256)
    };
    let (start, end) = match text.split_once(':') {
        Some((start, end)) => (number(start)?, number(end)?),
        None => (0, number(text)?),
    };
    (start < end).then_some((start, end))
}

// -- operands -------------------------------------------------------------------------------------

pub(crate) struct Operands<'a> {
    env: Env<'a>,
    /// Names whose type does not exist.
    pub poisoned: Vec<String>,
}

impl Operands<'_> {
    fn list(&mut self, items: &[OperandItem]) -> Vec<Operand> {
        let mut operands: Vec<Operand> = Vec::new();
        for item in items {
            let operand = self.operand(item);
            if let Some(name) = &operand.name
                && operands
                    .iter()
                    .any(|known| known.name.as_ref() == Some(name))
            {
                let message = format!("`{name}` stands here twice");
                let help = "each operand has a name of its own, or is `unused`";
                self.env
                    .sink
                    .push(Diagnostic::new(&codes::NAME_TWICE, item.name.span, message).help(help));
            }
            operands.push(operand);
        }
        operands
    }

    fn operand(&mut self, item: &OperandItem) -> Operand {
        let sink = self.env.sink;
        let unused = item.name.text == "unused";
        if !unused {
            check_name(&item.name, Style::Variable, sink);
        }
        let array = item.size.as_ref().and_then(|raw| {
            let size = array_size(raw, self.env);
            if size.is_none() && !unused {
                self.poisoned.push(item.name.text.clone());
            }
            size
        });
        let mut ty = match &item.ty {
            None if item.size.is_some() && !unused => Ty::Value,
            None => Ty::Any,
            Some(ty) => match self.env.names.resolve(ty, sink) {
                Some(Ty::Slots | Ty::Option(_)) => {
                    let message = "an operand is a value, a number, a layout or a pointer";
                    let help = "an array operand is `name[size]`";
                    sink.push(Diagnostic::new(&codes::BAD_TYPE, ty.span(), message).help(help));
                    self.poisoned.push(item.name.text.clone());
                    Ty::Any
                }
                Some(ty) => ty,
                None => {
                    self.poisoned.push(item.name.text.clone());
                    Ty::Any
                }
            },
        };
        if item.size.is_some() && !matches!(ty, Ty::Value | Ty::Any) {
            let message = "the elements of an array operand are values";
            let span = item.ty.as_ref().map_or(item.name.span, TypeRef::span);
            sink.push(Diagnostic::new(&codes::BAD_TYPE, span, message).help("leave the type out"));
            ty = Ty::Value;
        }
        Operand {
            name: (!unused).then(|| item.name.text.clone()),
            ty,
            array,
        }
    }
}

fn array_size(raw: &Raw, env: Env) -> Option<Size> {
    if raw.text.is_empty() {
        let message = "an array needs a size";
        env.sink
            .push(Diagnostic::new(&codes::ARRAY_SIZE, raw.span, message).help("`args[oparg]`"));
        return None;
    }
    let mut checker = Checker::new(env, Kind::Immediate, Scope::default(), raw.span);
    let expr = checker.expression(raw, Some(&Ty::U32)).ok()?;
    let size = sizes::linear(&expr);
    if size
        .as_fixed()
        .is_some_and(|slots| !(0..=1 << 16).contains(&slots))
    {
        let message = "an array has 0 to 65536 elements";
        env.sink
            .push(Diagnostic::new(&codes::ARRAY_SIZE, raw.span, message));
        return None;
    }
    Some(size)
}

fn slots(operand: &Operand) -> Size {
    operand.array.clone().unwrap_or_else(|| Size::fixed(1))
}

fn depths(operands: &[Operand]) -> Vec<Size> {
    let mut depth = Size::default();
    let mut all = Vec::new();
    for operand in operands {
        all.push(depth.clone());
        depth = depth.plus(1, &slots(operand));
    }
    all
}

/// The output is the input of this index: same name, depth and size.
fn same_place(inputs: &[Operand], output: &Operand, depth: &Size) -> Option<usize> {
    let at = depths(inputs);
    let index = inputs.iter().zip(&at).position(|(input, place)| {
        let same = sizes_equal(&input.array, &output.array) && sizes_same(place, depth);
        same && input.name == output.name
    })?;
    Some(index)
}

fn sizes_equal(a: &Option<Size>, b: &Option<Size>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => sizes_same(a, b),
        (None, None) => true,
        _ => false,
    }
}

pub(crate) fn sizes_same(a: &Size, b: &Size) -> bool {
    a.plus(-1, b).is_zero()
}

/// A name on both sides stays at its depth. Answers the names that do not.
fn check_depths(
    item: &OpItem,
    inputs: &[Operand],
    outputs: &[Operand],
    jump_outputs: Option<&[Operand]>,
    env: Env,
) -> Vec<String> {
    let mut moved = Vec::new();
    let empty = Vec::new();
    let jump_items = item.jump_outputs.as_ref().unwrap_or(&empty);
    let lists = [
        (outputs, &item.outputs),
        (jump_outputs.unwrap_or(&[]), jump_items),
    ];
    for (list, items) in lists {
        let places = depths(list);
        for ((output, place), written) in list.iter().zip(&places).zip(items) {
            let Some(name) = &output.name else { continue };
            let Some(input) = inputs
                .iter()
                .position(|input| input.name.as_ref() == Some(name))
            else {
                continue;
            };
            if same_place(inputs, output, place).is_some() {
                continue;
            }
            let (code, message) = if inputs[input].array.is_some() != output.array.is_some() {
                (
                    &codes::SCALAR_ARRAY,
                    format!("`{name}` is one operand on one side, an array on the other"),
                )
            } else {
                (
                    &codes::OTHER_DEPTH,
                    format!("`{name}` stands at another depth among the outputs"),
                )
            };
            let first = item
                .inputs
                .get(input)
                .map_or(item.effect_span, |input| input.name.span);
            env.sink.push(
                Diagnostic::new(code, written.name.span, message)
                    .other(first, "as an input")
                    .help("give the output a new name, and assign it"),
            );
            moved.push(name.clone());
        }
    }
    moved
}

/// From the top: what is taken and used may not lie below what is taken and `unused`.
fn check_unused_inputs(
    item: &OpItem,
    inputs: &[Operand],
    outputs: &[Operand],
    read: &[bool],
    env: Env,
) {
    let places = depths(outputs);
    let peeked = |index: usize| {
        outputs
            .iter()
            .zip(&places)
            .any(|(output, place)| same_place(inputs, output, place) == Some(index))
    };
    let mut unused = None;
    for (index, input) in inputs.iter().enumerate().rev() {
        if peeked(index) {
            break;
        }
        let span = item
            .inputs
            .get(index)
            .map_or(item.effect_span, |input| input.name.span);
        match (&input.name, unused) {
            (None, _) => unused = Some(span),
            (Some(name), Some(above)) if read.get(index) == Some(&true) => {
                let message = format!("`{name}` is used below an unused input");
                env.sink.push(
                    Diagnostic::new(&codes::BELOW_UNUSED, span, message)
                        .other(above, "taken and not looked at")
                        .help("give the upper input a name"),
                );
            }
            _ => {}
        }
    }
}

fn variables(
    inputs: &[Operand],
    outputs: &[Operand],
    jump_outputs: Option<&[Operand]>,
    item: &OpItem,
    env: Env,
) -> Vec<Variable> {
    let mut variables: Vec<Variable> = Vec::new();
    let places = depths(outputs);
    for (index, (output, place)) in outputs.iter().zip(&places).enumerate() {
        let Some(name) = &output.name else { continue };
        if variables.iter().any(|known| known.name == *name) {
            continue;
        }
        variables.push(Variable {
            name: name.clone(),
            ty: output.ty.clone(),
            array: output.array.is_some(),
            output: Some(index),
            jump: None,
            input: same_place(inputs, output, place),
        });
    }
    let jump_outputs = jump_outputs.unwrap_or(&[]);
    let places = depths(jump_outputs);
    for (index, (output, place)) in jump_outputs.iter().zip(&places).enumerate() {
        let Some(name) = &output.name else { continue };
        let input = same_place(inputs, output, place);
        if let Some(known) = variables.iter_mut().find(|known| known.name == *name) {
            known.jump = Some(index);
            if known.ty != output.ty || known.array != output.array.is_some() {
                let message = format!("`{name}` has two types among the outputs");
                let span = item
                    .jump_outputs
                    .as_ref()
                    .map_or(item.effect_span, |list| list[index].name.span);
                env.sink
                    .push(Diagnostic::new(&codes::MISMATCH, span, message));
            }
            if known.input != input {
                let message = format!("`{name}` stands at two depths among the outputs");
                let span = item
                    .jump_outputs
                    .as_ref()
                    .map_or(item.effect_span, |list| list[index].name.span);
                env.sink.push(
                    Diagnostic::new(&codes::OTHER_DEPTH, span, message)
                        .help("give it another name on the path that jumps"),
                );
            }
            continue;
        }
        let (ty, array) = (output.ty.clone(), output.array.is_some());
        variables.push(Variable {
            name: name.clone(),
            ty,
            array,
            output: None,
            jump: Some(index),
            input,
        });
    }
    variables
}

// -- where outputs come from ----------------------------------------------------------------------

struct Sources<'a, 'c> {
    scope: &'a Scope<'a>,
    checker: &'a Checker<'c>,
}

impl Sources<'_, '_> {
    fn outputs(&self, outputs: &[Operand], jump: bool) -> Vec<Output> {
        let places = depths(outputs);
        let with_place = outputs.iter().zip(&places).enumerate();
        with_place
            .map(|(index, (operand, place))| {
                let source = match &operand.name {
                    None => same_place(self.scope.inputs, operand, place)
                        .map_or(Source::Undefined, Source::Same),
                    Some(_) => self.source(index, jump),
                };
                Output {
                    operand: operand.clone(),
                    source,
                }
            })
            .collect()
    }

    fn source(&self, index: usize, jump: bool) -> Source {
        let find = |one: &Variable| {
            if jump {
                one.jump == Some(index)
            } else {
                one.output == Some(index)
            }
        };
        let Some(number) = self.scope.variables.iter().position(find) else {
            return Source::Assigned;
        };
        let variable = &self.scope.variables[number];
        let has_jump_outputs = self.scope.variables.iter().any(|one| one.jump.is_some()) || jump;
        let relevant = |ends: &&Ends| match ends.end {
            End::Jump => jump || !has_jump_outputs,
            End::Normal | End::Leave => !jump,
        };
        let states: Vec<Assigned> = self
            .checker
            .ends
            .iter()
            .filter(relevant)
            .map(|ends| ends.assigned[number])
            .collect();
        let all = |state| states.iter().all(|one| *one == state);
        let Some(input) = variable.input else {
            return Source::Assigned;
        };
        let same_type = self.scope.inputs[input].ty == variable.ty || variable.ty == Ty::Any;
        let assignments = &self.checker.assignments[number];
        if assignments.is_empty() && !variable.array || all(Assigned::No) && assignments.is_empty()
        {
            return Source::Same(input);
        }
        if let [value] = assignments.as_slice()
            && !variable.array
            && all(Assigned::Yes)
            && !self.checker.read_early[number]
            && retyped(value, self.checker.env.model) == Some(Var::Input(input))
        {
            return Source::Retyped(input);
        }
        if all(Assigned::Yes) && !states.is_empty() && !self.checker.read_early[number]
            || !same_type
        {
            return Source::Assigned;
        }
        Source::StartsAs(input)
    }

    fn moves(&self, outputs: &[Output]) -> Vec<Move> {
        outputs
            .iter()
            .map(|output| match output.source {
                _ if output.operand.ty != Ty::Any => Move::Declared,
                Source::Same(input) => Move::Input(input),
                Source::Assigned => self.moved(output.operand.name.as_deref()),
                _ => Move::Ty(Ty::Value),
            })
            .collect()
    }

    fn moved(&self, name: Option<&str>) -> Move {
        let variable = self
            .scope
            .variables
            .iter()
            .position(|one| Some(one.name.as_str()) == name);
        let Some([value]) = variable.map(|index| self.checker.assignments[index].as_slice()) else {
            return Move::Ty(Ty::Value);
        };
        match &value.kind {
            ExprKind::Var(Var::Input(input)) => Move::Input(*input),
            ExprKind::Cast {
                kind: CastKind::Forget,
                arg,
            } => match &arg.kind {
                ExprKind::Var(Var::Input(input)) => Move::Input(*input),
                _ => Move::Ty(arg.ty.clone()),
            },
            _ => Move::Ty(Ty::Value),
        }
    }
}

/// The variable whose value this is in another representation.
fn retyped(value: &Expr, model: &Model) -> Option<Var> {
    match &value.kind {
        ExprKind::Var(var) => Some(*var),
        ExprKind::Cast {
            kind: CastKind::Reinterpret | CastKind::Forget,
            arg,
        } => retyped(arg, model),
        ExprKind::Intrinsic {
            intrinsic: Intrinsic::Unbox(_),
            args,
        } => retyped(args.first()?, model),
        ExprKind::Fn { function, args } => {
            let function = &model[*function];
            if !function.body.lets.is_empty() {
                return None;
            }
            match retyped(&function.body.value, model)? {
                Var::Param(index) => retyped(args.get(index)?, model),
                _ => None,
            }
        }
        _ => None,
    }
}

fn peeked(effect: &StackEffect) -> usize {
    let kept = |outputs: &[Output]| {
        let untouched = |(index, output): &(usize, &Output)| {
            output.source == Source::Same(*index) || output.source == Source::Retyped(*index)
        };
        outputs.iter().enumerate().take_while(untouched).count()
    };
    let normal = kept(&effect.outputs);
    effect
        .jump_outputs
        .as_ref()
        .map_or(normal, |jump| normal.min(kept(jump)))
}

// -- rules over a whole op ------------------------------------------------------------------------

/// Recording, specializing and periodic ops do one thing each; exits are of one kind.
fn check_acts(item: &OpItem, annotations: &Annotations, checker: &Checker, env: Env) {
    let refuse = |code, span, message: &str, help: &str| {
        env.sink
            .push(Diagnostic::new(code, span, message).help(help));
    };
    match (annotations.specializing, checker.specialize) {
        (true, None) => refuse(
            &codes::SPECIALIZING,
            item.name.span,
            "a `specializing` op calls `specialize(counter)`",
            "`specializing op(_SPECIALIZE, (counter/1 --)) { specialize(counter); }`",
        ),
        (false, Some(span)) => {
            refuse(
                &codes::SPECIALIZING,
                span,
                "`specialize` in an op that is not `specializing`",
                "annotate the op",
            );
        }
        _ => {}
    }
    if let (false, Some(span)) = (annotations.tier1, checker.tier_up) {
        refuse(
            &codes::TIER_UP,
            span,
            "`tier_up` in an op that is not `tier1`",
            "annotate the op: traces do not count",
        );
    }
    match (annotations.periodic, checker.periodic) {
        (true, None) => {
            refuse(
                &codes::PERIODIC,
                item.name.span,
                "a `periodic` op calls `check_periodic()`",
                "call it, or drop the word",
            );
        }
        (false, Some(span)) => {
            refuse(
                &codes::PERIODIC,
                span,
                "`check_periodic` in an op that is not `periodic`",
                "annotate the op",
            );
        }
        _ => {}
    }
    let kinds = [
        checker
            .exits
            .iter()
            .find(|exit| exit.0 == ExitKind::Exit)
            .map(|exit| exit.1),
        checker
            .exits
            .iter()
            .find(|exit| exit.0 == ExitKind::Deopt)
            .map(|exit| exit.1),
        checker.periodic,
    ];
    let mut found: Vec<Span> = kinds.into_iter().flatten().collect();
    found.sort();
    if let [first, .., last] = found.as_slice() {
        env.sink.push(
            Diagnostic::new(&codes::EXITS_MIXED, *last, "another kind of exit in one op")
                .other(*first, "one kind of exit")
                .help("cut the op in two"),
        );
    }
}

fn check_rules(item: &OpItem, op: &Op, facts: &OpFacts, env: Env) {
    let refuse = |code, span, message: String, help: &str| {
        env.sink
            .push(Diagnostic::new(code, span, message).help(help));
    };
    if item.head.doc.trim().is_empty() {
        let message = format!("`{}` has no documentation", item.name.text);
        refuse(
            &codes::UNDOCUMENTED,
            item.name.span,
            message,
            "write `/// res = left + right` above it",
        );
    }
    if facts.broken {
        return;
    }
    let properties = &op.properties;
    if let Some(span) = facts.record {
        let only = op
            .body
            .stmts
            .iter()
            .all(|stmt| matches!(stmt, Stmt::RecordValue { .. } | Stmt::Let { .. }));
        let kept = op.effect.outputs.len() == op.effect.inputs.len()
            && op.effect.peeked == op.effect.inputs.len();
        if !only || !kept || properties.effects || properties.may_raise {
            let message = "a recording op only records".to_string();
            refuse(
                &codes::RECORDING,
                span,
                message,
                "`op(_RECORD_TOS, (v: value -- v)) { record_value(v); }`",
            );
        }
    }
    let specialize = op
        .body
        .stmts
        .iter()
        .any(|stmt| matches!(stmt, Stmt::Specialize { .. }));
    if specialize && op.body.stmts.len() != 1 {
        let message = "`specialize(counter)` is the only statement of its op".to_string();
        refuse(
            &codes::SPECIALIZING,
            item.name.span,
            message,
            "move the rest into an op of its own",
        );
    }
    let tier_up = op.body.stmts.iter().any(|stmt| matches!(stmt, Stmt::TierUp { .. }));
    if tier_up && op.body.stmts.len() != 1 {
        let message = "`tier_up` is the only statement of its op".to_string();
        refuse(
            &codes::TIER_UP,
            item.name.span,
            message,
            "move the rest into an op of its own",
        );
    }
    let sizes_use_oparg = op
        .effect
        .inputs
        .iter()
        .chain(op.effect.outputs.iter().map(|output| &output.operand));
    let sizes_use_oparg = sizes_use_oparg
        .filter_map(|operand| operand.array.as_ref())
        .any(|size| size.as_fixed().is_none());
    if op.annotations.replicate.is_some() && !properties.uses_oparg && !sizes_use_oparg {
        let message = "`replicate` in an op without `oparg`".to_string();
        refuse(
            &codes::ANNOTATION,
            item.name.span,
            message,
            "all copies would be the same",
        );
    }
    if op.annotations.pure
        && let Some(why) = properties::impure(op, env.model)
    {
        let message = format!("`{}` is annotated `pure`, but {why}", item.name.text);
        refuse(
            &codes::NOT_PURE,
            item.name.span,
            message,
            "drop `pure`, or move the effect into another op",
        );
    }
}

// -- fns ------------------------------------------------------------------------------------------

/// Bodies of all fns, in order; `None` where one could not be checked.
pub(crate) fn check_fns(ast: &Ast, env: Env) -> Vec<Option<(ValueBlock, Vec<LetVar>)>> {
    let mut bodies = Vec::new();
    for (item, function) in ast.fns.iter().zip(&env.model.fns) {
        let scope = Scope {
            params: &function.params,
            ..Scope::default()
        };
        let mut checker = Checker::new(env, Kind::Fn, scope, item.body.span);
        let whole = !env.names.broken.contains(&item.name.text);
        let body = if whole {
            checker.fn_body(&item.body, &function.result).ok()
        } else {
            None
        };
        bodies.push(body.map(|body| (body, std::mem::take(&mut checker.lets))));
    }
    recursion(ast, &bodies, env);
    bodies
}

fn recursion(ast: &Ast, bodies: &[Option<(ValueBlock, Vec<LetVar>)>], env: Env) {
    let calls: Vec<Vec<usize>> = bodies
        .iter()
        .map(|body| {
            let mut called = Vec::new();
            if let Some((body, _)) = body {
                crate::walk::value_block(body, &mut |expr| {
                    if let ExprKind::Fn { function, .. } = expr.kind {
                        called.push(function.0);
                    }
                });
            }
            called
        })
        .collect();
    for cycle in cycles(&calls) {
        let item = &ast.fns[cycle[0]];
        let path: Vec<&str> = cycle
            .iter()
            .map(|index| ast.fns[*index].name.text.as_str())
            .collect();
        let message = format!(
            "`{}` calls itself ({} -> {})",
            item.name.text,
            path.join(" -> "),
            path[0]
        );
        let help = "a fn is inlined: make the recursion a helper";
        env.sink
            .push(Diagnostic::new(&codes::RECURSIVE_FN, item.name.span, message).help(help));
    }
}

/// One path for each cycle that is found, without native recursion.
pub(crate) fn cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut done = vec![false; edges.len()];
    let mut found = Vec::new();
    for start in 0..edges.len() {
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        if done[start] {
            continue;
        }
        let mut on_path = vec![false; edges.len()];
        on_path[start] = true;
        while let Some((node, next)) = path.last_mut() {
            let Some(target) = edges[*node].get(*next).copied() else {
                done[*node] = true;
                on_path[*node] = false;
                path.pop();
                continue;
            };
            *next += 1;
            if on_path[target] {
                let from = path
                    .iter()
                    .position(|(node, _)| *node == target)
                    .unwrap_or(0);
                found.push(path[from..].iter().map(|(node, _)| *node).collect());
            } else if !done[target] {
                on_path[target] = true;
                path.push((target, 0));
            }
        }
    }
    found
}
