//! A micro-op as Rust: loads, a labelled block, variables for its outputs; then the end of the
//! instruction. Handlers and specializers are both written by this [`Writer`]; they differ in the
//! way out of a failed guard alone.

use crate::expr::{Scope, boxed, convert, table_word, unsuffixed};
use crate::names::Names;
use crate::plan::{self, Plan};
use crate::stack::{Depth, Entry, Slot, Stack};
use crate::{types, walk};
use analyzer::model::{
    Arm, Block, CacheKind, ExprKind, HelperId, Instruction, InstructionId, Intrinsic, LastAct, LastActKind, Model, Op, Output, Part,
    Place, Scalar, Size, Stmt, Ty, UopPart, Var,
};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// Where a failed guard goes.
pub enum WayOut {
    /// To the handler of the family's head, at the same place.
    Handler { head: Option<InstructionId> },
    /// To the next member of the family.
    Specializer { label: syn::Lifetime },
    /// Nowhere: the recorder only looks.
    Recorder,
}

/// How a path goes on, as far as the stack is concerned.
#[derive(Clone, Copy, PartialEq)]
enum Path {
    /// With the next micro-op.
    On,
    Jump,
    /// In another frame.
    Frame,
    /// Not here.
    None,
}

/// Writes the micro-ops of one instruction, one after another.
pub struct Writer<'m> {
    pub model: &'m Model,
    pub state: TokenStream,
    pub length: u32,
    pub way_out: WayOut,
    pub names: Names,
    pub stack: Stack,
    /// `ip` and `sp` stand in the frame already.
    saved: bool,
    /// Something has happened that another handler must not do again.
    acted: bool,
    /// In a later part of a superinstruction: what makes memory and `sp` what they are at its beginning.
    settle: TokenStream,
}

/// A micro-op whose inputs have been taken from the stack.
pub struct Opened<'m> {
    pub op: &'m Op,
    pub scope: Scope<'m>,
    slots: Vec<Option<Slot>>,
    homes: Vec<Option<Depth>>,
    plans: Vec<Plan>,
    jump_plans: Vec<Plan>,
    /// For each output with a variable of its own: the variable.
    variables: Vec<Option<Ident>>,
    jump_variables: Vec<Option<Ident>>,
    /// What the inputs need before the block: their loads.
    pub loads: TokenStream,
}

impl<'m> Writer<'m> {
    pub fn new(model: &'m Model, state: TokenStream, length: u32, way_out: WayOut) -> Writer<'m> {
        // A specializer is called with the state saved.
        let saved = matches!(way_out, WayOut::Specializer { .. });
        Writer {
            model,
            state,
            length,
            way_out,
            names: Names::default(),
            stack: Stack::default(),
            saved,
            acted: false,
            settle: TokenStream::new(),
        }
    }

    /// Takes the inputs, names everything; nothing of the body is written yet.
    pub fn open(&mut self, part: &UopPart) -> Opened<'m> {
        let op = &self.model[part.op];
        let mut loads = TokenStream::new();
        let mut scope = Scope::new(self.model, self.state.clone());
        scope.length = self.length;
        if let Some(expr) = &part.oparg {
            let value = scope.expr(expr);
            let name = self.names.fresh(self.model, "oparg", &Ty::Unit);
            loads.extend(quote!(let #name = #value;));
            scope.oparg = quote!(#name);
        }
        let plans = plan::outputs(op, &op.effect.outputs, false);
        let jump_plans = op
            .effect
            .jump_outputs
            .as_ref()
            .map_or(Vec::new(), |outputs| plan::outputs(op, outputs, true));
        let mut opened = Opened {
            op,
            scope,
            slots: Vec::new(),
            homes: Vec::new(),
            variables: vec![None; plans.len()],
            jump_variables: vec![None; jump_plans.len()],
            plans,
            jump_plans,
            loads,
        };
        self.take_inputs(&mut opened);
        self.name_variables(&mut opened);
        opened
    }

    /// `let left = peek!($s, -2);` for each input that the body names.
    fn take_inputs(&mut self, opened: &mut Opened<'m>) {
        let inputs = &opened.op.effect.inputs;
        for operand in inputs.iter().rev() {
            match &operand.array {
                Some(size) => {
                    let size = depth(&opened.scope, size);
                    opened.homes.push(Some(self.stack.pop_array(&size)));
                    opened.slots.push(None);
                }
                None => {
                    opened.slots.push(Some(self.stack.pop()));
                    opened.homes.push(None);
                }
            }
        }
        opened.slots.reverse();
        opened.homes.reverse();
        for (index, operand) in inputs.iter().enumerate() {
            let name = operand.name.as_deref().unwrap_or("unused");
            if let Some(home) = &opened.homes[index] {
                let (state, at) = (&self.state, home.tokens());
                opened.scope.inputs.push(quote!(slot!(#state, #at)));
                continue;
            }
            let slot = opened.slots[index].as_mut().expect("an operand is an array or a slot");
            let (all, moves) = input_uses(opened.op, index);
            if all > 0 && slot.local.is_none() {
                let home = slot.home.as_ref().expect("what is in no variable lies in memory");
                let (state, at) = (&self.state, home.tokens());
                let local = self.names.fresh(self.model, name, &slot.ty);
                opened.loads.extend(quote!(let #local = peek!(#state, #at);));
                slot.local = Some(local);
            }
            if all > moves && !same_representation(&slot.ty, &operand.ty) {
                let (slot, code) =
                    represent(self.model, &mut self.names, &self.state, slot, &operand.ty, name);
                opened.loads.extend(code);
                opened.slots[index] = Some(slot);
            }
            let local = opened.slots[index].as_ref().and_then(|slot| slot.local.as_ref());
            opened.scope.inputs.push(local.map_or(TokenStream::new(), |local| quote!(#local)));
        }
    }

    fn name_variables(&mut self, opened: &mut Opened<'m>) {
        let op = opened.op;
        for (cache, name) in
            op.caches.iter().map(|cache| (cache, cache.name.as_deref().unwrap_or("unused")))
        {
            let ident = self.names.fresh(self.model, name, &cache.ty);
            opened.scope.caches.push(quote!(#ident));
        }
        for variable in &op.lets {
            opened.scope.lets.push(self.names.fresh(self.model, &variable.name, &variable.ty));
            opened.scope.mutable.push(variable.mutable);
        }
        opened.scope.outputs = self.name_outputs(opened, &op.effect.outputs, false);
        if let Some(outputs) = &op.effect.jump_outputs {
            opened.scope.jump_outputs = self.name_outputs(opened, outputs, true);
        }
    }

    fn name_outputs(
        &mut self,
        opened: &mut Opened<'m>,
        outputs: &[Output],
        jump: bool,
    ) -> Vec<TokenStream> {
        let mut spelled = Vec::new();
        for (index, Output { operand, .. }) in outputs.iter().enumerate() {
            let name = operand.name.as_deref().unwrap_or("unused");
            let plan = if jump { opened.jump_plans[index] } else { opened.plans[index] };
            let variable = match plan {
                Plan::Let | Plan::Deferred(_) => {
                    Some(self.names.fresh(self.model, name, &operand.ty))
                }
                Plan::Alias(input) => {
                    let slot = opened.slots[input].as_ref().expect("aliases are slots");
                    (!same_representation(&slot.ty, &operand.ty) && operand.ty != Ty::Any)
                        .then(|| self.names.fresh(self.model, name, &operand.ty))
                }
                _ => None,
            };
            spelled.push(match (&variable, plan) {
                (Some(variable), _) => quote!(#variable),
                (None, Plan::Same(input) | Plan::Alias(input) | Plan::SameArray(input)) => {
                    opened.scope.inputs[input].clone()
                }
                (None, Plan::Shared(twin)) => opened.scope.outputs[twin].clone(),
                (None, Plan::Array) => {
                    let (state, at) = (&self.state, self.position(opened, outputs, index).tokens());
                    quote!(slot!(#state, #at))
                }
                (None, _) => TokenStream::new(),
            });
            if jump {
                opened.jump_variables[index] = variable
            } else {
                opened.variables[index] = variable
            }
        }
        spelled
    }

    /// Where the output of this index stands.
    fn position(&self, opened: &Opened, outputs: &[Output], index: usize) -> Depth {
        outputs[..index].iter().fold(self.stack.top(), |at, output| match &output.operand.array {
            Some(size) => at.plus(1, &depth(&opened.scope, size)),
            None => at.plus(1, &Depth::fixed(1)),
        })
    }

    /// Pushes what the path leaves on the stack; where another frame goes on, its result comes
    /// later.
    fn push_outputs(&self, stack: &mut Stack, opened: &Opened, path: Path) {
        let effect = &opened.op.effect;
        let (outputs, plans) = match &effect.jump_outputs {
            Some(outputs) if path == Path::Jump => (outputs, &opened.jump_plans),
            _ => (&effect.outputs, &opened.plans),
        };
        let jump = path == Path::Jump && effect.jump_outputs.is_some();
        let later = usize::from(path == Path::Frame && opened.op.properties.result_arrives);
        for (index, Output { operand, .. }) in
            outputs.iter().enumerate().take(outputs.len() - later)
        {
            let (plan, variable) = match plans[index] {
                Plan::Shared(twin) => (opened.plans[twin], &opened.variables[twin]),
                plan if jump => (plan, &opened.jump_variables[index]),
                plan => (plan, &opened.variables[index]),
            };
            let slot = |input: usize| opened.slots[input].clone().expect("aliases are slots");
            let entry = match (plan, variable) {
                (Plan::Same(input), _) | (Plan::Alias(input), None) => Entry::Slot(slot(input)),
                (Plan::Alias(input), Some(variable)) => {
                    Entry::Slot(retyped(slot(input), &operand.ty, variable.clone()))
                }
                (Plan::Let | Plan::Deferred(_), Some(variable)) => {
                    Entry::Slot(Slot::new(boxed_if_any(&operand.ty), variable.clone()))
                }
                (Plan::Undefined, _) => Entry::Slot(Slot::undefined()),
                (Plan::Array | Plan::SameArray(_), _) => {
                    let size =
                        depth(&opened.scope, operand.array.as_ref().expect("planned as an array"));
                    Entry::Array { size, home: stack.top() }
                }
                (Plan::Let | Plan::Deferred(_) | Plan::Shared(_), _) => {
                    unreachable!("named when the op was opened")
                }
            };
            stack.push(entry);
        }
    }

    /// `'_ADD_INT: { .. }` with its outputs bound outside, and the stack as it is afterwards.
    pub fn micro_op(&mut self, part: &UopPart) -> TokenStream {
        let mut opened = self.open(part);
        let op = opened.op;
        let reads = self.cache_reads(&opened, part);
        let deferred = self.deferred(&opened);
        let (last, first) =
            op.body.stmts.split_last().map_or((None, &[][..]), |(last, first)| (Some(last), first));
        let mut body: TokenStream =
            first.iter().map(|stmt| self.statement(&mut opened, part, stmt)).collect();
        let last = last.map(|stmt| self.statement(&mut opened, part, stmt)).unwrap_or_default();
        let label = syn::Lifetime::new(&format!("'{}", op.name), proc_macro2::Span::call_site());
        let (loads, variables) =
            (&opened.loads, opened.variables.iter().flatten().collect::<Vec<_>>());
        let skipped = op.annotations.tier2 && !op.annotations.tier1;
        if let ([one], Some(value)) = (variables.as_slice(), bound_value(&last)) {
            if !op.body.leaves && !skipped && last.to_string().starts_with(&format!("let {one} ="))
            {
                body.extend(value);
                let text = quote!(#loads let #one = #label: { #reads #deferred #body };);
                return self.close(&opened, text);
            }
        }
        body.extend(last);
        let text = match variables.as_slice() {
            _ if skipped => quote!(#loads),
            _ if op.body.leaves => quote!(#loads #label: { #reads #deferred #body }),
            [] => quote!(#loads #label: { #reads #deferred #body }),
            [one] => quote!(#loads let #one = #label: { #reads #deferred #body #one };),
            many => {
                quote!(#loads let (#(#many),*) = #label: { #reads #deferred #body (#(#many),*) };)
            }
        };
        self.close(&opened, text)
    }

    /// The stack after the micro-op.
    pub fn close(&mut self, opened: &Opened<'m>, text: TokenStream) -> TokenStream {
        let mut stack = std::mem::take(&mut self.stack);
        self.push_outputs(&mut stack, opened, Path::On);
        self.stack = stack;
        text
    }

    /// `let shape = cache!($s, 2) as u32;`
    fn cache_reads(&self, opened: &Opened, part: &UopPart) -> TokenStream {
        let mut reads = TokenStream::new();
        for (index, cache) in opened.op.caches.iter().enumerate() {
            let used =
                opened.op.body.stmts.iter().any(|stmt| walk::uses(stmt, Var::Cache(index)) > 0);
            if !used || !matches!(cache.kind, CacheKind::Data | CacheKind::Root) {
                continue;
            }
            let (state, name, offset) =
                (&self.state, &opened.scope.caches[index], unsuffixed(part.caches[index]));
            let raw = if cache.units == 2 {
                quote!(cache2!(#state, #offset))
            } else {
                quote!(cache!(#state, #offset))
            };
            let value = match cache.kind {
                CacheKind::Root => {
                    let word = table_word(analyzer::model::Table::Root);
                    convert(self.model, quote!(#word!(#state, #raw)), &Ty::Value, &cache.ty)
                }
                _ => from_units(self.model, raw, &cache.ty, cache.units),
            };
            reads.extend(quote!(let #name = #value;));
        }
        reads
    }

    /// `let mut res: i64;` for each output that several paths assign.
    pub fn deferred(&self, opened: &Opened) -> TokenStream {
        let effect = &opened.op.effect;
        let jump_outputs = effect
            .jump_outputs
            .iter()
            .flatten()
            .zip(&opened.jump_plans)
            .zip(&opened.jump_variables);
        let outputs =
            effect.outputs.iter().zip(&opened.plans).zip(&opened.variables).chain(jump_outputs);
        let mut text = TokenStream::new();
        for ((output, plan), variable) in outputs {
            let (Plan::Deferred(start), Some(variable)) = (plan, variable) else { continue };
            let ty = types::rust(self.model, &output.operand.ty);
            text.extend(match start {
                Some(input) => {
                    let input = &opened.scope.inputs[*input];
                    quote!(let mut #variable: #ty = #input;)
                }
                None => quote!(let mut #variable: #ty;),
            });
        }
        text
    }

    fn block(&mut self, opened: &mut Opened<'m>, part: &UopPart, block: &Block) -> TokenStream {
        block.stmts.iter().map(|stmt| self.statement(opened, part, stmt)).collect()
    }

    /// One statement; before a helper that looks at the frame, `save!($s);`.
    pub fn statement(
        &mut self,
        opened: &mut Opened<'m>,
        part: &UopPart,
        stmt: &Stmt,
    ) -> TokenStream {
        let state = self.state.clone();
        let save = self.save_for(opened.op, stmt);
        let scope = &opened.scope;
        let text = match stmt {
            Stmt::Let { var, .. } if plan::only_carries(opened.op, *var, &opened.plans) => {
                TokenStream::new()
            }
            Stmt::Let { .. } | Stmt::LetTuple { .. } => scope.let_statement(stmt),
            Stmt::Assign { place, value } => self.assignment(opened, place, value),
            Stmt::If { condition, then, otherwise } => {
                let condition = scope.expr(condition);
                let (then, saved) = self.branch(opened, part, then);
                match otherwise {
                    Some(otherwise) => {
                        let (otherwise, saved_too) = self.branch(opened, part, otherwise);
                        self.saved |= saved && saved_too;
                        quote!(if #condition { #then } else { #otherwise })
                    }
                    None => quote!(if #condition { #then }),
                }
            }
            Stmt::Match { value, arms } => {
                let value = scope.expr(value);
                let mut text = TokenStream::new();
                for Arm { patterns, body } in arms {
                    let (pattern, (body, _)) =
                        (opened.scope.patterns(patterns), self.branch(opened, part, body));
                    text.extend(quote!(#pattern => { #body }));
                }
                quote!(match #value { #text })
            }
            Stmt::ExitIf { condition, takes_over, .. } => {
                // What another instruction takes over says nothing of whether the member fits.
                if takes_over.is_some() && matches!(self.way_out, WayOut::Specializer { .. }) {
                    return TokenStream::new();
                }
                let (condition, exit) = (scope.expr(condition), self.exit(*takes_over));
                quote!(if #condition { #exit })
            }
            Stmt::ErrorIf { condition } => {
                let condition = scope.expr(condition);
                quote!(if #condition { error!(#state) })
            }
            Stmt::Call { helper, args } => {
                let call = scope.helper_call(*helper, args);
                quote!(#call;)
            }
            Stmt::Specialize { cache } => {
                let WayOut::Handler { head: Some(head) } = self.way_out else {
                    return TokenStream::new();
                };
                let offset = unsuffixed(part.caches[*cache]);
                let function = crate::specialize::name(self.model, head);
                quote!(specialize!(#state, #offset, #function);)
            }
            Stmt::TierUp { cache, .. } => match self.way_out {
                WayOut::Handler { .. } => {
                    let offset = unsuffixed(part.caches[*cache]);
                    quote!(tier_up!(#state, #offset);)
                }
                WayOut::Specializer { .. } | WayOut::Recorder => TokenStream::new(),
            },
            Stmt::CheckPeriodic => match self.way_out {
                WayOut::Handler { .. } => quote!(periodic!(#state);),
                WayOut::Specializer { .. } | WayOut::Recorder => TokenStream::new(),
            },
            Stmt::RecordValue { value } if matches!(self.way_out, WayOut::Recorder) => {
                let value = convert(self.model, scope.expr(value), &value.ty, &Ty::Value);
                quote!(site.keep(#value);)
            }
            // The recorder reads these values before the instruction runs.
            Stmt::RecordValue { .. } => TokenStream::new(),
            Stmt::Last(act) => self.last_act(opened, act),
        };
        self.acted |= walk::acts(self.model, stmt);
        let reload = self.reload_for(opened.op, stmt);
        quote!(#save #text #reload)
    }

    /// Behind the call of a helper before which the state was saved: the handler takes it from the frame again, so that it need not keep it
    /// over the call.
    fn reload_for(&self, op: &Op, stmt: &Stmt) -> TokenStream {
        let called = |helper: &HelperId| {
            let effects = &self.model[*helper].effects;
            effects.saves_frame() && !effects.inline
        };
        let handler = matches!(self.way_out, WayOut::Handler { .. });
        let ends = matches!(stmt, Stmt::Last(_));
        if handler && self.saved && !ends && !op.annotations.no_save_ip && walk::helpers(stmt).iter().any(called) {
            let state = &self.state;
            return quote!(reload!(#state););
        }
        TokenStream::new()
    }

    /// A block that not every path runs, and whether it has saved the state: others may not have.
    fn branch(
        &mut self,
        opened: &mut Opened<'m>,
        part: &UopPart,
        block: &Block,
    ) -> (TokenStream, bool) {
        let (saved, acted) = (self.saved, self.acted);
        let text = self.block(opened, part, block);
        // What the branch does counts for the statement as a whole.
        self.acted = acted;
        (text, std::mem::replace(&mut self.saved, saved))
    }

    fn save_for(&mut self, op: &Op, stmt: &Stmt) -> TokenStream {
        let needed =
            walk::helpers(stmt).into_iter().any(|helper| self.model[helper].effects.saves_frame());
        let raises = matches!(stmt, Stmt::Last(LastAct::Raise) | Stmt::ErrorIf { .. });
        if (needed || raises) && !op.annotations.no_save_ip {
            self.save()
        } else {
            TokenStream::new()
        }
    }

    fn save(&mut self) -> TokenStream {
        if std::mem::replace(&mut self.saved, true) {
            return TokenStream::new();
        }
        let state = &self.state;
        quote!(save!(#state);)
    }

    fn exit(&self, takes_over: Option<InstructionId>) -> TokenStream {
        let state = &self.state;
        match &self.way_out {
            WayOut::Specializer { label } => quote!(break #label;),
            WayOut::Recorder => TokenStream::new(),
            WayOut::Handler { head } => {
                let target = takes_over.or(*head).expect("the analyzer knows who takes over");
                let (target, settle) = (format_ident!("{}", self.model[target].name), &self.settle);
                quote!(#settle miss!(#state, #target))
            }
        }
    }

    fn assignment(
        &self,
        opened: &Opened,
        place: &Place,
        value: &analyzer::model::Expr,
    ) -> TokenStream {
        let (scope, state) = (&opened.scope, &self.state);
        match place {
            Place::Output { index, jump } => {
                let (plan, variable) = match jump {
                    true => (opened.jump_plans[*index], &opened.jump_variables[*index]),
                    false => (opened.plans[*index], &opened.variables[*index]),
                };
                match (plan, variable) {
                    (Plan::Alias(_), None) => TokenStream::new(),
                    (Plan::Alias(input), Some(variable)) => {
                        let outputs = if *jump {
                            opened.op.effect.jump_outputs.as_ref()
                        } else {
                            Some(&opened.op.effect.outputs)
                        };
                        let ty = &outputs.expect("assigned, so declared")[*index].operand.ty;
                        let slot = opened.slots[input].as_ref().expect("aliases are slots");
                        let code = convert_slot(self.model, &self.state, slot, ty);
                        quote!(let #variable = #code;)
                    }
                    (Plan::Let, Some(variable)) => {
                        let value = scope.expr(value);
                        let check = self.early_check(opened, *index, *jump);
                        quote!(let #variable = #value; #check)
                    }
                    (_, Some(variable)) => {
                        let value = scope.expr(value);
                        quote!(#variable = #value;)
                    }
                    (_, None) => unreachable!("what is assigned has a variable"),
                }
            }
            Place::Let(id) => {
                let (name, value) = (&scope.lets[id.0], scope.bare(value));
                quote!(#name = #value;)
            }
            Place::Field { base, field } => {
                let (layout, name) = scope.field_name(*field);
                let field = &self.model[*field];
                let null =
                    matches!(value.kind, ExprKind::Intrinsic { intrinsic: Intrinsic::Null, .. });
                let reference = self.model.is_reference(&field.ty) && !null;
                let word = format_ident!("{}", if reference { "put_reference" } else { "put" });
                let ty = types::rust(self.model, &field.ty);
                let (base, new) = (scope.expr(base), scope.bare(value));
                if matches!(
                    value.kind,
                    ExprKind::Binary { .. } | ExprKind::If { .. } | ExprKind::Match { .. }
                ) {
                    return quote!(let new = #new; #word!(#base, #layout.#name as #ty, new););
                }
                quote!(#word!(#base, #layout.#name as #ty, #new);)
            }
            Place::Element { base, index, class } => {
                let (index, new) = (scope.bare(index), scope.bare(value));
                let owner =
                    owner(base).filter(|_| class.is_some() && self.model.is_reference(&value.ty));
                let base = scope.expr(base);
                match owner.map(|owner| scope.expr(owner)) {
                    Some(owner) => quote!(put_element_reference!(#owner, #base, #index, #new);),
                    None => quote!(put_element!(#base, #index, #new);),
                }
            }
            Place::Slot { table, index } => {
                let word = format_ident!("put_{}", table_word(*table));
                let (index, value) = (scope.bare(index), scope.bare(value));
                quote!(#word!(#state, #index, #value);)
            }
        }
    }

    /// What ends the path: the stack is written as the path leaves it, then the mode's own word
    /// goes on.
    fn last_act(&mut self, opened: &Opened, act: &LastAct) -> TokenStream {
        let mut stack = self.stack.clone();
        let path = match act {
            LastAct::JumpBy(_) => Path::Jump,
            LastAct::PushFrame(_) | LastAct::SuspendFrame(_) | LastAct::ResumeFrame(..) => {
                Path::Frame
            }
            LastAct::PopFrame(_)
            | LastAct::Raise
            | LastAct::DispatchSame
            | LastAct::DispatchAs(_) => Path::None,
        };
        if path != Path::None {
            self.push_outputs(&mut stack, opened, path);
        }
        let (state, length, delta) =
            (self.state.clone(), unsuffixed(self.length), stack.top().tokens());
        let scope = &opened.scope;
        match act {
            LastAct::JumpBy(distance) => {
                let word = if self.model.scalar_of(&distance.ty).is_some_and(Scalar::is_signed) {
                    "jump_back"
                } else {
                    "jump"
                };
                let (word, distance) = (format_ident!("{word}"), scope.expr(distance));
                let stores = self.stores(&stack);
                quote!(#stores #word!(#state, #length, #distance, #delta))
            }
            LastAct::PushFrame(frame) => {
                let simple = matches!(frame.kind, ExprKind::Var(_));
                let (frame, stores) = (scope.expr(frame), self.stores(&stack));
                match simple {
                    true => quote!(#stores push_frame!(#state, #length, #delta, #frame)),
                    false => {
                        let leave = quote!(push_frame!(#state, #length, #delta, callee));
                        quote!(#stores let callee = #frame; #leave)
                    }
                }
            }
            LastAct::PopFrame(value) => {
                let value = scope.expr(value);
                quote!(pop_frame!(#state, #value))
            }
            LastAct::SuspendFrame(value) => {
                let (value, stores) = (scope.expr(value), self.stores(&stack));
                quote!(#stores suspend_frame!(#state, #length, #delta, #value))
            }
            LastAct::ResumeFrame(generator, value) => {
                let (generator, value, stores) =
                    (scope.expr(generator), scope.expr(value), self.stores(&stack));
                quote!(#stores resume_frame!(#state, #length, #delta, #generator, #value))
            }
            LastAct::Raise => quote!(error!(#state)),
            LastAct::DispatchSame => quote!(again!(#state)),
            LastAct::DispatchAs(opcode) => {
                let opcode = scope.expr(opcode);
                quote!(dispatch_as!(#state, #opcode))
            }
        }
    }

    /// `poke!($s, -2, boxed);` for each slot that memory does not hold yet. All are boxed before
    /// the first is written: while boxing may collect, memory still shows the instruction's inputs.
    fn stores(&mut self, stack: &Stack) -> TokenStream {
        let state = self.state.clone();
        let (mut boxes, mut pokes) = (TokenStream::new(), TokenStream::new());
        for (at, slot) in stack.unwritten() {
            let at = at.tokens();
            let value = if slot.ty == Ty::Value || slot.boxed.is_some() {
                convert_slot(self.model, &state, &slot, &Ty::Value)
            } else {
                let local = slot.local.as_ref().expect("a new value has a variable").to_string();
                let name = self.names.fresh(self.model, &local, &Ty::Value);
                let code = self.boxing(&slot);
                boxes.extend(quote!(let #name = #code;));
                quote!(#name)
            };
            pokes.extend(quote!(poke!(#state, #at, #value);));
        }
        quote!(#boxes #pokes)
    }

    /// `if !defs::fits_int(next) { miss!($s, FOR_ITER) }`: when something is about to happen, this
    /// is the last place from which the generic instruction can take over; boxing at the end will
    /// find that the value fits.
    fn early_check(&self, opened: &Opened, index: usize, jump: bool) -> TokenStream {
        let (op, state) = (opened.op, &self.state);
        let acts = op.body.stmts.iter().any(|stmt| walk::acts(self.model, stmt));
        let (Ty::Scalar(scalar), WayOut::Handler { head: Some(head) }, false, false, true) =
            (&op.effect.outputs[index].operand.ty, &self.way_out, jump, self.acted, acts)
        else {
            return TokenStream::new();
        };
        let repr = self.model.repr_of(*scalar).map(|repr| &self.model[repr]);
        let (Some(when), Some(variable)) =
            (repr.and_then(|repr| repr.boxed_when.as_ref()), &opened.variables[index])
        else {
            return TokenStream::new();
        };
        let (when, head) = (format_ident!("{when}"), format_ident!("{}", self.model[*head].name));
        let settle = &self.settle;
        quote!(if !defs::#when(#variable) { #settle miss!(#state, #head) })
    }

    /// `boxed_or_miss!($s, box_int, fits_int, res, BINARY_OP)`: what does not fit goes to the
    /// generic instruction, so that the handler calls nothing, and needs no frame of its own. Where
    /// something has happened already: `boxed!`, which may allocate.
    fn boxing(&self, slot: &Slot) -> TokenStream {
        let state = &self.state;
        if let (Ty::Scalar(scalar), WayOut::Handler { head: Some(head) }, false) =
            (&slot.ty, &self.way_out, self.acted)
        {
            let repr = &self.model[self
                .model
                .repr_of(*scalar)
                .expect("the analyzer boxes only declared representations")];
            if let Some(when) = &repr.boxed_when {
                let head = format_ident!("{}", self.model[*head].name);
                let (function, when) =
                    (format_ident!("{}", repr.boxed_by), format_ident!("{when}"));
                let local = slot.local.as_ref().expect("a new value has a variable");
                if !self.settle.is_empty() {
                    let settle = &self.settle;
                    return quote!({
                        if !defs::#when(#local) {
                            core::hint::cold_path();
                            #settle
                            miss!(#state, #head)
                        }
                        defs::#function(#local)
                    });
                }
                return quote!(boxed_or_miss!(#state, #function, #when, #local, #head));
            }
        }
        convert_slot(self.model, state, slot, &Ty::Value)
    }

    /// The stack written back, then the next instruction.
    pub fn finish(&mut self) -> TokenStream {
        let stack = std::mem::take(&mut self.stack);
        let stores = self.stores(&stack);
        let (state, length, delta) = (&self.state, unsuffixed(self.length), stack.top().tokens());
        quote!(#stores next!(#state, #length, #delta))
    }

    /// On with the instruction behind, a later part of a superinstruction. Its operands stay in variables, unless it needs them in memory.
    pub fn go_on(&mut self, next: &Instruction, way_out: WayOut) -> TokenStream {
        let boxes = self.box_what_may_miss();
        let stack = std::mem::take(&mut self.stack);
        let stores = self.stores(&stack);
        let (state, length, delta) = (self.state.clone(), unsuffixed(self.length), stack.top());
        let settle = match delta == Depth::default() {
            true => stores,
            false => {
                let delta = delta.tokens();
                quote!(#stores advance!(#state, 0, #delta);)
            }
        };
        (self.saved, self.acted, self.way_out, self.length) = (false, false, way_out, 1 + next.cache_units);
        if !crate::handlers::mentions(&settle, "oparg") && works_on_variables(self.model, next) {
            (self.stack, self.settle) = (stack, settle);
            return quote!(#boxes advance!(#state, #length, 0););
        }
        self.settle = TokenStream::new();
        quote!(#boxes #settle advance!(#state, #length, 0);)
    }

    /// Boxes the operands for which the generic instruction may be needed, while it can still take over.
    fn box_what_may_miss(&mut self) -> TokenStream {
        let mut stack = std::mem::take(&mut self.stack);
        let mut boxes = TokenStream::new();
        for slot in stack.slots_mut() {
            let Ty::Scalar(scalar) = slot.ty else { continue };
            let may_miss = self.model.repr_of(scalar).is_some_and(|repr| self.model[repr].boxed_when.is_some());
            if let (true, None, Some(local)) = (may_miss, &slot.boxed, &slot.local) {
                let name = self.names.fresh(self.model, &local.to_string(), &Ty::Value);
                let code = self.boxing(slot);
                boxes.extend(quote!(let #name = #code;));
                slot.boxed = Some(name);
            }
        }
        self.stack = stack;
        boxes
    }
}

/// Whether nothing in the instruction looks at the operand stack in memory, but what follows a failed guard.
fn works_on_variables(model: &Model, one: &Instruction) -> bool {
    let it = &one.properties;
    let plain_ends = it.last_acts.iter().all(|act| matches!(act, LastActKind::JumpBy | LastActKind::PopFrame));
    let uops = one.parts.iter().filter_map(|part| match part {
        Part::Uop(part) => Some(&model[part.op]),
        Part::Unused { .. } => None,
    });
    let arrays = uops.flat_map(|op| &op.effect.inputs).any(|operand| operand.array.is_some());
    plain_ends && !arrays && !(it.saves_frame || it.specializes || it.tiers_up || it.checks_periodic)
}

/// The `e` of `let x = e;`, when the text is just that.
fn bound_value(text: &TokenStream) -> Option<TokenStream> {
    let tokens: Vec<proc_macro2::TokenTree> = text.clone().into_iter().collect();
    let is = |index: usize, wanted: &str| {
        tokens.get(index).is_some_and(|token| token.to_string() == wanted)
    };
    let one = is(0, "let")
        && is(2, "=")
        && tokens.iter().filter(|token| token.to_string() == ";").count() == 1;
    one.then(|| tokens[3..tokens.len() - 1].iter().cloned().collect())
}

/// How often the body and the fillers name the input, and how many of these are mere moves (aliases
/// without a text).
fn input_uses(op: &Op, input: usize) -> (usize, usize) {
    let wanted = Var::Input(input);
    let all: usize = op.body.stmts.iter().map(|stmt| walk::uses(stmt, wanted)).sum();
    let fillers = op.caches.iter().flat_map(|cache| [&cache.filler, &cache.watches]).flatten();
    let filled = fillers.filter(|expr| walk::expr_uses(expr, wanted)).count();
    let started = op.effect.outputs.iter().chain(op.effect.jump_outputs.iter().flatten());
    let started =
        started.filter(|output| output.source == analyzer::model::Source::StartsAs(input)).count();
    let moves = op.body.stmts.iter().filter(|stmt| is_move(stmt, wanted)).count();
    (all + filled + started, moves)
}

/// `top = bottom;`
fn is_move(stmt: &Stmt, wanted: Var) -> bool {
    match stmt {
        Stmt::Assign { place: Place::Output { .. }, value } => {
            value.ty == Ty::Any && matches!(value.kind, ExprKind::Var(var) if var == wanted)
        }
        _ => false,
    }
}

fn depth(scope: &Scope, size: &Size) -> Depth {
    let mut depth = Depth::fixed(size.constant);
    for (factor, term) in &size.terms {
        depth.add_term(*factor, &scope.expr(term));
    }
    depth
}

fn same_representation(have: &Ty, want: &Ty) -> bool {
    have == want || (*have == Ty::Value && *want == Ty::Any)
}

fn boxed_if_any(ty: &Ty) -> Ty {
    if *ty == Ty::Any { Ty::Value } else { ty.clone() }
}

/// The slot after its value has been brought into another representation, in `local`.
fn retyped(slot: Slot, ty: &Ty, local: Ident) -> Slot {
    let boxed = if slot.ty == Ty::Value { slot.local } else { slot.boxed };
    Slot {
        ty: boxed_if_any(ty),
        local: Some(local),
        boxed: boxed.filter(|_| *ty != Ty::Value),
        ..slot
    }
}

/// The slot in the representation that an operand declares: `let v_value = boxed!($s, box_int,
/// fits_int, v);`
fn represent(
    model: &Model,
    names: &mut Names,
    state: &TokenStream,
    slot: &Slot,
    ty: &Ty,
    name: &str,
) -> (Slot, TokenStream) {
    let code = convert_slot(model, state, slot, ty);
    let local = names.fresh(model, name, &boxed_if_any(ty));
    (retyped(slot.clone(), &boxed_if_any(ty), local.clone()), quote!(let #local = #code;))
}

/// The slot's value as `ty`; a box that exists already is used again.
fn convert_slot(model: &Model, state: &TokenStream, slot: &Slot, ty: &Ty) -> TokenStream {
    let local = slot.local.as_ref().expect("an operand that is used has been read");
    if matches!(ty, Ty::Value | Ty::Any) {
        if let Some(boxed) = &slot.boxed {
            return quote!(#boxed);
        }
        if let Ty::Scalar(scalar) = slot.ty {
            let repr =
                model.repr_of(scalar).expect("the analyzer boxes only declared representations");
            return boxed(&model[repr], state, &quote!(#local));
        }
    }
    convert(model, quote!(#local), &slot.ty, ty)
}

/// The object whose field the pointer was read from: it is the one that the collector must look at
/// again.
fn owner(base: &analyzer::model::Expr) -> Option<&analyzer::model::Expr> {
    match &base.kind {
        analyzer::model::ExprKind::Field { base, .. } => Some(base),
        _ => None,
    }
}

/// A cache's raw units as its type.
pub fn from_units(model: &Model, raw: TokenStream, ty: &Ty, units: u32) -> TokenStream {
    let scalar = model.scalar_of(ty).expect("caches hold numbers");
    let width = if units == 2 { Scalar::U64 } else { Scalar::U32 };
    match scalar {
        _ if scalar == width => raw,
        Scalar::I1 => quote!(#raw != 0),
        Scalar::F64 => quote!(f64::from_bits(#raw)),
        _ => {
            let ty = types::scalar_name(scalar);
            quote!(#raw as #ty)
        }
    }
}

/// The reverse of a cache's read, for the specializer.
pub fn to_units(model: &Model, value: TokenStream, ty: &Ty, units: u32) -> TokenStream {
    let scalar = model.scalar_of(ty).expect("caches hold numbers");
    let width = if units == 2 { Scalar::U64 } else { Scalar::U32 };
    let raw = types::scalar_name(width);
    match scalar {
        _ if scalar == width => value,
        Scalar::F64 => quote!(#value.to_bits()),
        _ => quote!(#value as #raw),
    }
}
