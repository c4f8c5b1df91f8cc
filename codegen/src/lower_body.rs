//! A micro-op's body as calls of the trait `Emit`: expressions, statements, paths. Each operation is
//! one `let`, since each borrows the emitter. Where paths part, the trace knows which was taken; the
//! others become guards or side paths. Not here: how micro-ops follow each other (`lower`).

use crate::expr::{Scope, unsuffixed};
use crate::lower::Refused;
use crate::lower_expr::Known;
use crate::lower_tables::helper_name;
use crate::names::Names;
use crate::plan::blocks;
use crate::walk;
use analyzer::model::{
    Expr, ExprKind, Intrinsic, LastAct, LastActKind, LetId, Model, Op, Operand,
    Output, Place, Scalar, Size, Source, Stmt, Table, Ty, UnaryOp, Var,
};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

type Lowered<T> = Result<T, Refused>;

/// How a function of a micro-op gets an input.
#[derive(Clone, Copy, PartialEq)]
pub enum Passed {
    Value,
    /// As slots that nobody looks into: an array, or an operand that stays what and where it is.
    Slots,
    /// Not at all.
    Not,
}

/// How the input of this index is passed.
pub fn passed(op: &Op, index: usize) -> Passed {
    let uses: usize =
        op.body.stmts.iter().map(|stmt| walk::uses(stmt, Var::Input(index))).sum();
    let array = op.effect.inputs[index].array.is_some();
    let ends = !op.properties.last_acts.is_empty();
    let outputs = || op.effect.outputs.iter().chain(op.effect.jump_outputs.iter().flatten());
    let started = outputs().any(|output| output.source == Source::StartsAs(index));
    let kept = outputs().any(|output| output.source == Source::Same(index));
    match (uses > 0 || started, array) {
        (true, true) => Passed::Slots,
        (true, false) => Passed::Value,
        (false, _) if ends && kept => Passed::Slots,
        (false, _) => Passed::Not,
    }
}

/// `Ty::I64`
pub fn ir_type(model: &Model, ty: &Ty) -> TokenStream {
    let name = match ty {
        Ty::Any | Ty::Value => "Value",
        Ty::Scalar(_) | Ty::Alias(_) => match model.scalar_of(ty).expect("a scalar") {
            Scalar::I1 => "I1",
            Scalar::F64 => "F64",
            scalar => match scalar.bits() {
                8 => "I8",
                16 => "I16",
                32 => "I32",
                _ => "I64",
            },
        },
        _ => "Ptr",
    };
    let name = format_ident!("{name}");
    quote!(Ty::#name)
}

/// A number of slots as `u32`.
pub fn size(model: &Model, size: &Size, oparg: &TokenStream) -> TokenStream {
    if let Some(fixed) = size.as_fixed() {
        return fixed_tokens(fixed);
    }
    let mut scope = Scope::new(model, quote!(imm));
    scope.oparg = oparg.clone();
    let constant = proc_macro2::Literal::i64_unsuffixed(size.constant.abs());
    let mut text = if size.constant < 0 { quote!(-#constant) } else { quote!(#constant) };
    for (factor, term) in &size.terms {
        let term = scope.expr(term);
        let factor_text = proc_macro2::Literal::i64_unsuffixed(factor.abs());
        let term = if factor.abs() == 1 {
            quote!(i64::from(#term))
        } else {
            quote!(#factor_text * i64::from(#term))
        };
        text = if *factor < 0 { quote!(#text - #term) } else { quote!(#text + #term) };
    }
    quote!((#text) as u32)
}

fn fixed_tokens(fixed: i64) -> TokenStream {
    let literal = unsuffixed(fixed as u32);
    quote!(#literal)
}

/// The state of a translation. What a name stands for changes from statement to statement and from
/// path to path; nothing is assigned in the generated text.
pub struct Body<'m> {
    pub model: &'m Model,
    pub op: &'m Op,
    /// Spells what is known when the trace is compiled.
    pub scope: Scope<'m>,
    names: Names,
    pub known: Known,
    outputs: Vec<Option<TokenStream>>,
    pub jump_outputs: Vec<Option<TokenStream>>,
    /// Something has happened that must not happen twice.
    acted: bool,
    /// The call of the micro-op that takes over where the guard at hand fails.
    other: Option<TokenStream>,
}

/// What differs from path to path.
struct Saved {
    lets: Vec<Option<TokenStream>>,
    outputs: Vec<Option<TokenStream>>,
    jump_outputs: Vec<Option<TokenStream>>,
    acted: bool,
}

impl<'m> Body<'m> {
    pub fn new(model: &'m Model, op: &'m Op, acted: bool) -> Body<'m> {
        let mut scope = Scope::new(model, quote!(imm));
        scope.oparg = quote!(imm.oparg);
        let mut names = Names::default();
        for variable in &op.lets {
            scope.lets.push(names.fresh(model, &variable.name, &variable.ty));
            scope.mutable.push(false);
        }
        scope.caches = vec![TokenStream::new(); op.caches.len()];
        scope.inputs = vec![TokenStream::new(); op.effect.inputs.len()];
        let jumps = op.effect.jump_outputs.as_ref().map_or(0, Vec::len);
        Body {
            model,
            op,
            scope,
            names,
            known: Known { lets: vec![None; op.lets.len()], params: Vec::new() },
            outputs: vec![None; op.effect.outputs.len()],
            jump_outputs: vec![None; jumps],
            acted,
            other: None,
        }
    }

    pub fn name(&mut self, wish: &str) -> Ident {
        self.names.fresh(self.model, wish, &Ty::Unit)
    }

    pub fn cache(&mut self, index: usize, name: Ident) {
        self.scope.caches[index] = quote!(#name);
    }

    pub fn input(&mut self, index: usize, name: Ident) {
        self.scope.inputs[index] = quote!(#name);
        let starts = |output: &Output| output.source == Source::StartsAs(index);
        for (at, output) in self.op.effect.outputs.iter().enumerate() {
            if starts(output) {
                self.outputs[at] = Some(quote!(#name));
            }
        }
    }

    /// `let slots = e.new_slots(1, imm.oparg);` for each array that the body fills.
    pub fn new_arrays(&mut self) -> Lowered<TokenStream> {
        let mut text = TokenStream::new();
        let outputs = &self.op.effect.outputs;
        for (index, Output { operand, source }) in outputs.iter().enumerate() {
            let (Some(array), false) = (&operand.array, matches!(source, Source::Same(_))) else {
                continue;
            };
            let before = outputs[..index].iter().fold(Size::fixed(0), |sum, output| {
                sum.plus(1, output.operand.array.as_ref().unwrap_or(&Size::fixed(1)))
            });
            let oparg = quote!(imm.oparg);
            let above = size(self.model, &before, &oparg);
            let count = size(self.model, array, &oparg);
            let name = self.name(operand.name.as_deref().unwrap_or("unused"));
            text.extend(quote!(let #name = e.new_slots(#above, #count);));
            self.outputs[index] = Some(quote!(#name));
        }
        Ok(text)
    }

    /// The value of an output at the end.
    pub fn output(&self, index: usize) -> Lowered<TokenStream> {
        self.outputs[index].clone().ok_or_else(|| "an output has no value on this path".to_string())
    }

    /// The whole body; a path that goes on ends it where micro-ops end instructions.
    pub fn run(&mut self) -> Lowered<TokenStream> {
        let mut text = TokenStream::new();
        let op = self.op;
        let stmts: Vec<&'m Stmt> = op.body.stmts.iter().collect();
        let left = self.statements(&stmts, true, &mut text)?;
        let _ = left;
        Ok(text)
    }

    /// `let x = value;`
    pub fn bind(&mut self, wish: &str, value: TokenStream, out: &mut TokenStream) -> TokenStream {
        let name = self.name(wish);
        out.extend(quote!(let #name = #value;));
        quote!(#name)
    }

    fn save(&self) -> Saved {
        Saved {
            lets: self.known.lets.clone(),
            outputs: self.outputs.clone(),
            jump_outputs: self.jump_outputs.clone(),
            acted: self.acted,
        }
    }

    fn restore(&mut self, saved: &Saved) {
        self.known.lets = saved.lets.clone();
        self.outputs = saved.outputs.clone();
        self.jump_outputs = saved.jump_outputs.clone();
        self.acted = saved.acted;
    }

    // -- statements ----------------------------------------------------------

    /// True when no path goes on behind. `whole`: the list is what is left of the body, so a path
    /// that goes on ends the micro-op.
    fn statements(
        &mut self,
        stmts: &[&'m Stmt],
        whole: bool,
        out: &mut TokenStream,
    ) -> Lowered<bool> {
        for (index, stmt) in stmts.iter().enumerate() {
            let rest = &stmts[index + 1..];
            match stmt {
                Stmt::If { condition, then, otherwise } if !condition.immediate => {
                    let other_leaves = otherwise.as_ref().is_some_and(|block| block.leaves);
                    let none: &[Stmt] = &[];
                    let otherwise = otherwise.as_ref().map_or(none, |block| &block.stmts);
                    let (polarity, leaving, staying) = match (then.leaves, other_leaves) {
                        (true, _) => (true, &then.stmts[..], otherwise),
                        (false, true) => (false, otherwise, &then.stmts[..]),
                        (false, false) => {
                            return Err("paths that are told apart by a value, and meet again"
                                .to_string());
                        }
                    };
                    let leaving: Vec<&Stmt> = leaving.iter().collect();
                    let rest: Vec<&Stmt> = staying.iter().chain(rest.iter().copied()).collect();
                    self.parting(condition, polarity, &leaving, &rest, whole, out)?;
                    return self.statements(&rest, whole, out);
                }
                Stmt::If { condition, then, otherwise } => {
                    let condition = self.scope.expr(condition);
                    let otherwise = otherwise.as_ref().map_or(&[][..], |block| &block.stmts[..]);
                    let heads = [quote!(if #condition), quote!(else)];
                    self.known_paths(heads, [&then.stmts[..], otherwise], &TokenStream::new(), out)?;
                }
                Stmt::Match { value, arms } => {
                    let value = self.scope.expr(value);
                    let heads: Vec<TokenStream> = arms
                        .iter()
                        .map(|arm| {
                            let pattern = self.scope.patterns(&arm.patterns);
                            quote!(#pattern =>)
                        })
                        .collect();
                    let bodies: Vec<&[Stmt]> = arms.iter().map(|arm| &arm.body.stmts[..]).collect();
                    self.known_paths(heads, bodies, &quote!(match #value), out)?;
                }
                Stmt::Last(act) => {
                    self.last_act(act, out)?;
                    return Ok(true);
                }
                _ => self.plain(stmt, out)?,
            }
            self.acted |= self.visible(stmt);
        }
        if whole && !self.op.properties.last_acts.is_empty() {
            self.push_outputs(false, 0, out)?;
            out.extend(quote!(e.next();));
        }
        Ok(false)
    }

    /// Paths of which the operand chooses one: an `if` or `match` of the compiler.
    fn known_paths(
        &mut self,
        heads: impl IntoIterator<Item = TokenStream>,
        bodies: impl IntoIterator<Item = &'m [Stmt]>,
        before: &TokenStream,
        out: &mut TokenStream,
    ) -> Lowered<()> {
        let saved = self.save();
        let mut arms = Vec::new();
        let (mut lets, mut outputs, mut jumps, mut acted) = (Vec::new(), Vec::new(), Vec::new(), false);
        for (head, stmts) in heads.into_iter().zip(bodies) {
            self.restore(&saved);
            let mut text = TokenStream::new();
            let stmts: Vec<&'m Stmt> = stmts.iter().collect();
            let left = self.statements(&stmts, false, &mut text)?;
            changed(&saved.lets, &self.known.lets, &mut lets);
            changed(&saved.outputs, &self.outputs, &mut outputs);
            changed(&saved.jump_outputs, &self.jump_outputs, &mut jumps);
            acted |= self.acted && !left;
            arms.push((head, text, left, self.save()));
        }
        // Lets of the arms themselves end with them.
        lets.retain(|index: &usize| saved.lets[*index].is_some());
        let mut bound = Vec::new();
        for (index, _) in lets.iter().enumerate() {
            bound.push(self.name(&format!("let_{index}")));
        }
        for index in &outputs {
            bound.push(self.name(self.op.effect.outputs[*index].operand.name.as_deref().unwrap_or("x")));
        }
        for _ in &jumps {
            bound.push(self.name("jump_output"));
        }
        let missing = || "an output that only some operands give".to_string();
        let mut text = TokenStream::new();
        for (head, body, left, state) in arms {
            if left {
                text.extend(quote!(#head { #body return; }));
                continue;
            }
            let values = lets
                .iter()
                .map(|index| state.lets[*index].clone())
                .chain(outputs.iter().map(|index| state.outputs[*index].clone()))
                .chain(jumps.iter().map(|index| state.jump_outputs[*index].clone()));
            let values: Vec<TokenStream> = values.collect::<Option<_>>().ok_or_else(missing)?;
            text.extend(quote!(#head { #body (#(#values),*) }));
        }
        let whole = if before.is_empty() { text } else { quote!(#before { #text }) };
        out.extend(if bound.is_empty() { quote!(#whole;) } else { quote!(let (#(#bound),*) = #whole;) });
        self.restore(&saved);
        self.acted |= acted;
        let mut names = bound.into_iter().map(|name| Some(quote!(#name)));
        for index in lets {
            self.known.lets[index] = names.next().flatten();
        }
        for index in outputs {
            self.outputs[index] = names.next().flatten();
        }
        for index in jumps {
            self.jump_outputs[index] = names.next().flatten();
        }
        Ok(())
    }

    /// A path that leaves when the condition is as `polarity` says, and the rest.
    fn parting(
        &mut self,
        condition: &'m Expr,
        polarity: bool,
        leaving: &[&'m Stmt],
        rest: &[&'m Stmt],
        whole: bool,
        out: &mut TokenStream,
    ) -> Lowered<()> {
        let mut kinds = Vec::new();
        leaving.iter().for_each(|stmt| acts(stmt, &mut kinds));
        kinds.retain(|kind| *kind != LastActKind::Raise);
        kinds.dedup();
        let act = match kinds.as_slice() {
            [] if !self.acted => return self.guards("deopt_if", condition, polarity, out),
            [] => return self.side(condition, polarity, leaving, false, out),
            [LastActKind::JumpBy] => quote!(Act::Jump),
            [LastActKind::PushFrame] => quote!(Act::Push),
            [LastActKind::PopFrame] => quote!(Act::Pop),
            _ => return Err(unsupported(&kinds)),
        };
        let saved = self.save();
        let mut taken = TokenStream::new();
        let mut later = Vec::new();
        rest.iter().for_each(|stmt| acts(stmt, &mut later));
        // Of several paths that end alike the last is the one taken, as far as is known; were it another, the trace is left.
        if later.iter().any(|kind| kinds.contains(kind)) {
            return match kinds.as_slice() {
                [LastActKind::JumpBy] => self.side(condition, polarity, leaving, false, out),
                _ => Err("several paths that push a frame".to_string()),
            };
        }
        if self.acted {
            if !whole {
                return Err("an effect before a path that may not be taken".to_string());
            }
            self.side(condition, !polarity, rest, true, &mut taken)?;
        } else {
            self.guards("exit_if", condition, !polarity, &mut taken)?;
        }
        self.statements(leaving, false, &mut taken)?;
        self.restore(&saved);
        out.extend(quote!(if e.took(#act) { #taken return; }));
        match kinds.as_slice() {
            [LastActKind::JumpBy] => self.side(condition, polarity, leaving, false, out),
            _ if !self.acted => self.guards("exit_if", condition, polarity, out),
            _ => Err("an effect before a frame that may not be pushed".to_string()),
        }
    }

    /// `e.side(c, |e| { .. });`
    fn side(
        &mut self,
        condition: &'m Expr,
        polarity: bool,
        stmts: &[&'m Stmt],
        whole: bool,
        out: &mut TokenStream,
    ) -> Lowered<()> {
        let mut condition = self.value(condition, out)?;
        if !polarity {
            condition = self.bind("not", quote!(e.unary(Unary::Not, #condition)), out);
        }
        let saved = self.save();
        let mut path = TokenStream::new();
        self.statements(stmts, whole, &mut path)?;
        self.restore(&saved);
        out.extend(quote!(e.side(#condition, |e| { #path });));
        Ok(())
    }

    /// The call of the other instruction's micro-op, where that is one with the same operands.
    fn same_operands(&self, other: analyzer::model::InstructionId) -> Option<TokenStream> {
        let mut uops = self.model[other].parts.iter().filter_map(|part| match part {
            analyzer::model::Part::Uop(part) => Some(part),
            _ => None,
        });
        let (Some(uop), None) = (uops.next(), uops.next()) else { return None };
        let other = &self.model[uop.op];
        let names = |op: &Op| op.effect.inputs.iter().map(|input| input.name.clone()).collect::<Vec<_>>();
        let outputs = |op: &Op| op.effect.outputs.iter().map(|output| output.operand.name.clone()).collect::<Vec<_>>();
        let goes_on = |op: &Op| op.properties.last_acts.is_empty();
        let same = names(other) == names(self.op) && outputs(other) == outputs(self.op);
        if !same || !goes_on(other) || !goes_on(self.op) || !other.caches.is_empty() {
            return None;
        }
        let taken = (0..other.effect.inputs.len()).filter(|index| passed(other, *index) != Passed::Not);
        let args: Vec<&TokenStream> = taken.map(|index| &self.scope.inputs[index]).collect();
        let name = format_ident!("{}", other.name);
        Some(quote!(#name(e, imm, #(#args),*)))
    }

    /// `e.exit_if(bad);` for each condition that is enough to leave; what follows one in a `||` or
    /// `&&` is computed behind its guard.
    fn guards(
        &mut self,
        word: &str,
        condition: &'m Expr,
        bad: bool,
        out: &mut TokenStream,
    ) -> Lowered<()> {
        use analyzer::model::BinaryOp::{LogicalAnd, LogicalOr};
        match &condition.kind {
            _ if condition.immediate => {}
            ExprKind::Unary { op: UnaryOp::Not, arg } => return self.guards(word, arg, !bad, out),
            ExprKind::Binary { op, left, right }
                if (*op == LogicalOr && bad) || (*op == LogicalAnd && !bad) =>
            {
                self.guards(word, left, bad, out)?;
                return self.guards(word, right, bad, out);
            }
            ExprKind::Fn { function, args } => {
                let outer = self.enter(*function, args, out)?;
                let model = self.model;
                let body = &model[*function].body;
                self.lets_of(body, out)?;
                self.guards(word, &body.value, bad, out)?;
                self.known = outer;
                return Ok(());
            }
            _ => {}
        }
        let mut value = self.value(condition, out)?;
        if !bad {
            value = self.bind("bad", quote!(e.unary(Unary::Not, #value)), out);
        }
        let word = format_ident!("{word}");
        out.extend(match &self.other {
            Some(call) => quote!(if e.#word(#value) { return #call; }),
            None => quote!(e.#word(#value);),
        });
        Ok(())
    }

    fn plain(&mut self, stmt: &'m Stmt, out: &mut TokenStream) -> Lowered<()> {
        match stmt {
            Stmt::Let { .. } | Stmt::LetTuple { .. } => self.declaration(stmt, out)?,
            Stmt::Assign { place, value } => self.assignment(place, value, out)?,
            Stmt::ExitIf { condition, takes_over: Some(other), .. } if self.same_operands(*other).is_some() => {
                self.other = self.same_operands(*other);
                self.guards("takes_over", condition, true, out)?;
                self.other = None;
            }
            Stmt::ExitIf { kind, condition, .. } => {
                let word = match kind {
                    analyzer::model::ExitKind::Exit => "exit_if",
                    analyzer::model::ExitKind::Deopt => "deopt_if",
                };
                self.guards(word, condition, true, out)?;
            }
            Stmt::ErrorIf { condition } => self.guards("error_if", condition, true, out)?,
            Stmt::Call { helper, args } => {
                let args = self.helper_args(*helper, args, out)?;
                let name = helper_name(self.model, *helper);
                let unit = self.model[*helper].result == analyzer::model::HelperResult::Unit;
                let word = format_ident!("{}", if unit { "call_unit" } else { "call" });
                out.extend(quote!(e.#word(helpers::#name, &[#args]);));
            }
            Stmt::CheckPeriodic => out.extend(quote!(e.check_periodic();)),
            Stmt::If { .. } | Stmt::Match { .. } | Stmt::Last(_) => {
                unreachable!("paths are translated by `statements`")
            }
            // What counts, specializes or records has been done when a trace is made.
            _ => {}
        }
        Ok(())
    }

    fn assignment(&mut self, place: &'m Place, value: &'m Expr, out: &mut TokenStream) -> Lowered<()> {
        match place {
            Place::Output { index, jump } => {
                let operand = self.assigned(*index, *jump);
                let value = self.value_as(value, &operand.ty, out)?;
                let target =
                    if *jump { &mut self.jump_outputs[*index] } else { &mut self.outputs[*index] };
                *target = Some(value);
            }
            Place::Let(LetId(index)) => {
                let value = self.value(value, out)?;
                self.known.lets[*index] = Some(value);
            }
            Place::Field { base, field } => {
                let name = crate::lower_tables::field_name(self.model, *field);
                let null = is_null(value);
                let field = &self.model[*field];
                let of = match base.kind {
                    ExprKind::Frame => Some(quote!(set_frame_field)),
                    ExprKind::Thread => Some(quote!(set_thread_field)),
                    _ => None,
                };
                let base = match of {
                    None => self.value(base, out)?,
                    Some(_) => TokenStream::new(),
                };
                let value = self.value_as(value, &field.ty, out)?;
                let reference = self.model.is_reference(&field.ty) && !null;
                out.extend(match of {
                    Some(word) => quote!(e.#word(&layouts::#name, #value);),
                    None => quote!(e.store(#base, &layouts::#name, #value, #reference);),
                });
            }
            Place::Element { base, index, class: None } => {
                let slots = self.slots(base)?;
                let index = self.known_index(index)?;
                let value = self.value_as(value, &Ty::Value, out)?;
                out.extend(quote!(e.set_slot(#slots, #index, #value);));
            }
            Place::Element { base, index, class: Some(class) } => {
                let owner = match &base.kind {
                    ExprKind::Field { base, .. } if self.model.is_reference(&value.ty) => {
                        let owner = self.value(base, out)?;
                        quote!(Some(#owner))
                    }
                    _ => quote!(None),
                };
                let Ty::Ptr(element) = &base.ty else {
                    return Err("elements of something that is no pointer".to_string());
                };
                let (base, index) = (self.value(base, out)?, self.index(index, out)?);
                let value = self.value_as(value, element, out)?;
                let name = crate::lower_tables::class_name(self.model, *class);
                out.extend(quote!(e.store_element(#owner, #base, &layouts::#name, #index, #value);));
            }
            Place::Slot { table: Table::Local | Table::Cell, index } => {
                let index = self.known_index(index)?;
                let value = self.value_as(value, &Ty::Any, out)?;
                out.extend(quote!(e.set_local(#index, #value);));
            }
            Place::Slot { .. } => return Err("a store into a table of the code".to_string()),
        }
        Ok(())
    }

    fn assigned(&self, index: usize, jump: bool) -> &'m Operand {
        let effect = &self.op.effect;
        let outputs =
            if jump { effect.jump_outputs.as_ref().unwrap_or(&effect.outputs) } else { &effect.outputs };
        &outputs[index].operand
    }

    /// Something happens that others can see.
    fn visible(&self, stmt: &Stmt) -> bool {
        let own = match stmt {
            Stmt::Assign { place, .. } => {
                !matches!(place, Place::Output { .. } | Place::Let(_) | Place::Element { class: None, .. })
            }
            _ => false,
        };
        let called = walk::helpers(stmt).iter().any(|helper| self.model[*helper].effects.visible());
        own || called
    }

    // -- ends ----------------------------------------------------------------

    fn last_act(&mut self, act: &'m LastAct, out: &mut TokenStream) -> Lowered<()> {
        let later = usize::from(self.op.properties.result_arrives);
        match act {
            LastAct::JumpBy(distance) if distance.immediate => {
                self.push_outputs(true, 0, out)?;
                let distance = self.scope.expr(distance);
                out.extend(quote!(e.jump_by((#distance) as i64);));
            }
            LastAct::JumpBy(_) => return Err("a jump by a computed distance".to_string()),
            LastAct::PushFrame(frame) => {
                if let ExprKind::Helper { helper, args } = &frame.kind
                    && let Some(exact) = &self.model[*helper].effects.exact_frame
                {
                    let name = helper_name(self.model, *helper);
                    let function = self.value_as(&args[exact.function], &Ty::Value, out)?;
                    let this = self.value_as(&args[exact.this], &Ty::Value, out)?;
                    let is_slots = |at: &usize| self.model[*helper].params[*at].ty == Ty::Slots;
                    let given = match exact.args.as_slice() {
                        [at] if is_slots(at) => {
                            let slots = self.slots(&args[*at])?;
                            quote!(Given::Slots(#slots))
                        }
                        values => {
                            let values: Result<Vec<_>, _> = values.iter().map(|at| self.value_as(&args[*at], &Ty::Value, out)).collect();
                            let values = values?;
                            quote!(Given::Values(&[#(#values),*]))
                        }
                    };
                    self.push_outputs(false, later, out)?;
                    out.extend(quote!(e.push_exact_frame(helpers::#name, #function, #this, #given);));
                } else {
                    let frame = self.value(frame, out)?;
                    self.push_outputs(false, later, out)?;
                    out.extend(quote!(e.push_frame(#frame);));
                }
            }
            LastAct::PopFrame(value) => {
                let value = self.value_as(value, &Ty::Value, out)?;
                out.extend(quote!(e.pop_frame(#value);));
            }
            LastAct::SuspendFrame(value) => {
                let value = self.value_as(value, &Ty::Value, out)?;
                self.push_outputs(false, later, out)?;
                out.extend(quote!(e.suspend_frame(#value);));
            }
            LastAct::ResumeFrame(generator, value) => {
                let generator = self.value(generator, out)?;
                let value = self.value_as(value, &Ty::Value, out)?;
                self.push_outputs(false, later, out)?;
                out.extend(quote!(e.resume_frame(#generator, #value);));
            }
            LastAct::Raise => out.extend(quote!(e.raise();)),
            _ => return Err(unsupported(&[act.kind()])),
        }
        Ok(())
    }

    /// The stack as the path leaves it, without the last `later` outputs.
    fn push_outputs(&mut self, jump: bool, later: usize, out: &mut TokenStream) -> Lowered<()> {
        let effect = &self.op.effect;
        let (outputs, jumps) = match &effect.jump_outputs {
            Some(outputs) if jump => (outputs, true),
            _ => (&effect.outputs, false),
        };
        for (index, Output { operand, source }) in outputs.iter().enumerate().take(outputs.len() - later) {
            let twin = effect.outputs.iter().position(|other| other.operand.name == operand.name);
            let own = match (jumps, twin) {
                (true, Some(twin)) => self.outputs[twin].clone(),
                (true, None) => self.jump_outputs[index].clone(),
                (false, _) => self.outputs[index].clone(),
            };
            let array = operand.array.is_some();
            let (value, slots) = match (own, source) {
                (_, Source::Same(input)) => {
                    (self.scope.inputs[*input].clone(), passed(self.op, *input) == Passed::Slots)
                }
                (Some(value), _) => (value, array),
                (None, Source::Undefined) => {
                    out.extend(quote!(e.push_undefined();));
                    continue;
                }
                (None, Source::Retyped(input) | Source::StartsAs(input)) => {
                    (self.scope.inputs[*input].clone(), array)
                }
                (None, _) => return Err("an output has no value on this path".to_string()),
            };
            let word = format_ident!("{}", if slots { "push_slots" } else { "push" });
            out.extend(quote!(e.#word(#value);));
        }
        Ok(())
    }

    // -- places --------------------------------------------------------------

    /// The array operand that the expression names.
    pub fn slots(&self, expr: &Expr) -> Lowered<TokenStream> {
        match expr.kind {
            ExprKind::Var(Var::Input(index)) => Ok(self.scope.inputs[index].clone()),
            ExprKind::Var(Var::Output(index)) => self.output(index),
            _ => Err("slots that are no operand".to_string()),
        }
    }

    /// An index that is known when the trace is compiled, as `u32`.
    pub fn known_index(&self, index: &Expr) -> Lowered<TokenStream> {
        if !index.immediate {
            return Err("a slot whose index is known at run time only".to_string());
        }
        let text = self.scope.bare(index);
        Ok(quote!((#text) as u32))
    }
}

fn changed(
    before: &[Option<TokenStream>],
    after: &[Option<TokenStream>],
    found: &mut Vec<usize>,
) {
    let text = |one: &Option<TokenStream>| one.as_ref().map(TokenStream::to_string);
    for (index, (before, after)) in before.iter().zip(after).enumerate() {
        if text(before) != text(after) && !found.contains(&index) {
            found.push(index);
        }
    }
}

pub fn is_null(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Intrinsic { intrinsic: Intrinsic::Null, .. })
}

/// The last acts in a statement.
fn acts(stmt: &Stmt, found: &mut Vec<LastActKind>) {
    if let Stmt::Last(act) = stmt {
        found.push(act.kind());
    }
    for block in blocks(stmt) {
        block.stmts.iter().for_each(|stmt| acts(stmt, found));
    }
}

fn unsupported(kinds: &[LastActKind]) -> Refused {
    let word = |kind: &LastActKind| match kind {
        LastActKind::DispatchSame => "runs the place again",
        _ => "ends in several ways",
    };
    kinds.iter().map(word).collect::<Vec<_>>().join(", ")
}
