//! Calls as statements: helpers, exits, last acts; and what must hold where a path ends.

use super::path::nonzero_when;
use super::*;
use crate::names::{Used, ValueName};

impl Checker<'_> {
    pub(super) fn call_stmt(&mut self, call: &syn::ExprCall) -> Checked<Stmt> {
        let name = self.callee(call)?;
        let span = self.span(call);
        match self.env.names.value(&name.text) {
            Some(ValueName::Statement) => self.act(&name, call, span),
            Some(ValueName::Helper(id)) => {
                let args = self.helper(id, &name, call);
                let helper = &self.env.model[id];
                match helper.result {
                    HelperResult::Unit => {}
                    // `raise()` must follow, else the end of the path reports it.
                    _ if helper.effects.may_raise => {}
                    _ if !helper.effects.visible() => {
                        let message = format!("the answer of `{}` is dropped", name.text);
                        self.report(Diagnostic::new(&codes::NO_EFFECT, span, message));
                    }
                    _ => {}
                }
                Ok(Stmt::Call {
                    helper: id,
                    args: args?,
                })
            }
            Some(_) => {
                self.expr(&syn::Expr::Call(call.clone()), None)?;
                let message = format!("`{}` has no effect, and its value is dropped", name.text);
                self.error(&codes::NO_EFFECT, span, message)
            }
            None => self.unknown_function(&name),
        }
    }

    /// The words that are statements.
    pub(super) fn act(&mut self, name: &Name, call: &syn::ExprCall, span: Span) -> Checked<Stmt> {
        match name.text.as_str() {
            "exit_if" => self.exit(ExitKind::Exit, "exit_if", name, call, span),
            "deopt_if" => self.exit(ExitKind::Deopt, "deopt_if", name, call, span),
            "error_if" => self.error_if(name, call),
            "check_periodic" => {
                self.count(name, call, 0)?;
                self.no_effect_before(span, "check_periodic", &codes::PERIODIC);
                self.periodic = Some(span);
                Ok(Stmt::CheckPeriodic)
            }
            "specialize" => self.specialize(name, call, span),
            "tier_up" => self.tier_up(name, call, span),
            "record_value" => {
                self.count(name, call, 1)?;
                self.record.get_or_insert(span);
                let value = self.expr(&call.args[0], None)?;
                let value = match &value.ty {
                    Ty::Value | Ty::Layout(_) | Ty::Any => value,
                    _ => self.coerce(value, &Ty::Value, self.span(&call.args[0]))?,
                };
                Ok(Stmt::RecordValue { value })
            }
            _ => self.last_act(name, call, span),
        }
    }

    pub(super) fn no_effect_before(&self, span: Span, word: &str, code: &'static Code) {
        if let Some(effect) = self.flow.effect {
            let message = format!("`{word}` after a visible effect");
            self.report(
                Diagnostic::new(code, span, message)
                    .other(effect, "this effect would happen twice")
                    .help("move it above the first store or escaping call"),
            );
        }
    }

    /// `!helper(..)`, of one that `tries`.
    fn tried_in_vain(&self, condition: &Expr) -> bool {
        let ExprKind::Unary { op: UnaryOp::Not, arg } = &condition.kind else { return false };
        matches!(&arg.kind, ExprKind::Helper { helper, .. } if self.env.model[*helper].effects.tries)
    }

    pub(super) fn exit(
        &mut self,
        kind: ExitKind,
        word: &'static str,
        name: &Name,
        call: &syn::ExprCall,
        span: Span,
    ) -> Checked<Stmt> {
        if call.args.len() != 2 {
            self.count(name, call, 1)?;
        }
        let before = self.flow.effect;
        let condition = self.condition(&call.args[0], word);
        let takes_over = match call.args.get(1) {
            None => Ok(None),
            Some(syn::Expr::Path(path)) if path.path.get_ident().is_some() => {
                match path.path.get_ident() {
                    Some(ident) => self.instruction(&self.name_of(ident)).map(Some),
                    None => Ok(None),
                }
            }
            Some(other) => {
                let message = "the second argument names the instruction that takes over";
                self.error(&codes::UNKNOWN_INSTRUCTION, self.span(other), message)
            }
        };
        // What has been tried in vain has had no effect.
        let after = self.flow.effect;
        if condition.as_ref().is_ok_and(|condition| self.tried_in_vain(condition)) {
            self.flow.effect = before;
        }
        self.no_effect_before(span, word, &codes::EXIT_AFTER_EFFECT);
        self.flow.effect = after;
        if let Ok(takes_over) = takes_over {
            self.exits.push((kind, span, takes_over));
        }
        let condition = condition?;
        nonzero_when(&condition, false, &mut self.flow.nonzero);
        self.leave_when_true(&condition);
        Ok(Stmt::ExitIf {
            kind,
            condition,
            takes_over: takes_over?,
        })
    }

    pub(super) fn leave_when_true(&mut self, condition: &Expr) {
        if let ExprKind::Literal(Literal::Bool(true)) = condition.kind {
            self.flow.left = true;
        }
    }

    pub(super) fn error_if(&mut self, name: &Name, call: &syn::ExprCall) -> Checked<Stmt> {
        self.count(name, call, 1)?;
        if let syn::Expr::Let(_) = call.args[0] {
            return self.not_allowed(
                self.span(&call.args[0]),
                "`let` in a condition is",
                "test first, then `let`",
            );
        }
        let condition = self.expr(&call.args[0], Some(&Ty::BOOL));
        self.pass_on(name);
        let condition = condition?;
        nonzero_when(&condition, false, &mut self.flow.nonzero);
        self.leave_when_true(&condition);
        Ok(Stmt::ErrorIf { condition })
    }

    /// The way out for an exception, of which there must be one.
    fn pass_on(&mut self, name: &Name) {
        if self.flow.untested.is_empty() {
            let message = format!("no exception can be set at this `{}`", name.text);
            let help = "call a helper before it that is declared `may_raise`";
            self.report(Diagnostic::new(&codes::NOTHING_RAISED, name.span, message).help(help));
        }
        self.flow.untested.clear();
    }

    pub(super) fn specialize(
        &mut self,
        name: &Name,
        call: &syn::ExprCall,
        span: Span,
    ) -> Checked<Stmt> {
        self.count(name, call, 1)?;
        self.specialize = Some(span);
        self.no_effect_before(span, "specialize", &codes::SPECIALIZING);
        let counter = match &call.args[0] {
            syn::Expr::Path(path) => path.path.get_ident().map(|ident| ident.to_string()),
            _ => None,
        };
        let is_counter = |cache: &Cache| cache.kind == CacheKind::Counter && cache.name == counter;
        match self.scope.caches.iter().position(is_counter) {
            Some(cache) => Ok(Stmt::Specialize { cache }),
            None => {
                let message = "`specialize` takes the cache entry `counter/1`";
                self.error(&codes::SPECIALIZING, self.span(&call.args[0]), message)
            }
        }
    }

    /// `tier_up(counter, NAME)`
    pub(super) fn tier_up(&mut self, name: &Name, call: &syn::ExprCall, span: Span) -> Checked<Stmt> {
        self.count(name, call, 2)?;
        self.tier_up = Some(span);
        self.no_effect_before(span, "tier_up", &codes::TIER_UP);
        let ident = |arg: &syn::Expr| match arg {
            syn::Expr::Path(path) => path.path.get_ident().cloned(),
            _ => None,
        };
        let counter = ident(&call.args[0]).map(|ident| ident.to_string());
        let is_counter = |cache: &Cache| cache.kind == CacheKind::Counter && cache.name == counter;
        let Some(cache) = self.scope.caches.iter().position(is_counter) else {
            let message = "`tier_up` takes the cache entry `counter/1`";
            return self.error(&codes::TIER_UP, self.span(&call.args[0]), message);
        };
        match ident(&call.args[1]) {
            Some(ident) => {
                let without = self.instruction(&self.name_of(&ident))?;
                Ok(Stmt::TierUp { cache, without })
            }
            None => {
                let message = "the second argument names the same instruction without a counter";
                self.error(&codes::UNKNOWN_INSTRUCTION, self.span(&call.args[1]), message)
            }
        }
    }

    pub(super) fn last_act(
        &mut self,
        name: &Name,
        call: &syn::ExprCall,
        span: Span,
    ) -> Checked<Stmt> {
        let wanted = match name.text.as_str() {
            "raise" | "dispatch_same" => 0,
            "resume_frame" => 2,
            _ => 1,
        };
        self.count(name, call, wanted)?;
        let (act, end) = match name.text.as_str() {
            "jump_by" => (
                self.jump_distance(&call.args[0]).map(LastAct::JumpBy),
                Some(End::Jump),
            ),
            "push_frame" => (
                self.callee_frame(&call.args[0]).map(LastAct::PushFrame),
                Some(End::Leave),
            ),
            "pop_frame" => (self.moved(&call.args[0]).map(LastAct::PopFrame), None),
            "suspend_frame" => (
                self.moved(&call.args[0]).map(LastAct::SuspendFrame),
                Some(End::Leave),
            ),
            "resume_frame" => {
                let generator = self.generator(&call.args[0]);
                let value = self.moved(&call.args[1]);
                let act =
                    generator.and_then(|generator| Ok(LastAct::ResumeFrame(generator, value?)));
                (act, Some(End::Leave))
            }
            "raise" => {
                self.pass_on(name);
                (Ok(LastAct::Raise), None)
            }
            "dispatch_as" => (self.opcode(&call.args[0]).map(LastAct::DispatchAs), None),
            _ => {
                self.no_effect_before(span, "dispatch_same", &codes::EXIT_AFTER_EFFECT);
                (Ok(LastAct::DispatchSame), None)
            }
        };
        match end {
            Some(end) => self.end(end, span),
            None => self.check_untested(),
        }
        self.flow.left = true;
        Ok(Stmt::Last(act?))
    }

    pub(super) fn jump_distance(&mut self, arg: &syn::Expr) -> Checked<Expr> {
        let distance = self.expr(arg, None)?;
        match distance.ty {
            Ty::Scalar(Scalar::U32 | Scalar::I32 | Scalar::I64) => Ok(distance),
            _ => {
                let message = format!(
                    "a distance is `u32`, `i32` or `i64`, this is `{}`",
                    self.show(&distance.ty)
                );
                self.error(&codes::MISMATCH, self.span(arg), message)
            }
        }
    }

    pub(super) fn callee_frame(&mut self, arg: &syn::Expr) -> Checked<Expr> {
        let Some(frame) = self.env.model.frame_layout else {
            let message = "there is no layout `Frame`";
            let help = "declare `layout Frame { .. }`";
            let span = self.span(arg);
            return self.refuse(Diagnostic::new(&codes::UNKNOWN_TYPE, span, message).help(help));
        };
        self.env.names.mark(Used::Layout(frame));
        self.expr(arg, Some(&Ty::Layout(frame)))
    }

    /// The number of the instruction that goes on.
    pub(super) fn opcode(&mut self, arg: &syn::Expr) -> Checked<Expr> {
        let opcode = self.expr(arg, None)?;
        match opcode.ty {
            Ty::Scalar(Scalar::U32) => Ok(opcode),
            _ => {
                let message = format!("an opcode is `u32`, this is `{}`", self.show(&opcode.ty));
                self.error(&codes::MISMATCH, self.span(arg), message)
            }
        }
    }

    /// A value that goes to another frame's stack: whatever its representation.
    pub(super) fn moved(&mut self, arg: &syn::Expr) -> Checked<Expr> {
        let value = self.expr(arg, None)?;
        match value.ty {
            Ty::Any => Ok(value),
            _ => self.coerce(value, &Ty::Value, self.span(arg)),
        }
    }

    pub(super) fn generator(&mut self, arg: &syn::Expr) -> Checked<Expr> {
        let generator = self.expr(arg, None)?;
        match &generator.ty {
            Ty::Layout(layout) if self.env.model[*layout].object => Ok(generator),
            _ => {
                let message = format!(
                    "a generator is a heap layout, this is `{}`",
                    self.show(&generator.ty)
                );
                let help = "after a guard, cast it: `v as Generator`";
                self.refuse(Diagnostic::new(&codes::MISMATCH, self.span(arg), message).help(help))
            }
        }
    }

    pub(super) fn check_untested(&mut self) {
        for untested in std::mem::take(&mut self.flow.untested) {
            let message = format!("`{}` may raise, and that is never tested", untested.helper);
            let help = "`error_if(is_null(x));` on its answer, or `error_if(!x)` for `ok`";
            self.report(Diagnostic::new(&codes::UNTESTED, untested.span, message).help(help));
        }
    }

    /// The path ends here, with these outputs.
    pub(super) fn end(&mut self, end: End, span: Span) {
        self.check_untested();
        let jumps = end == End::Jump && self.scope.variables.iter().any(|one| one.jump.is_some());
        let outputs = self.scope.outputs;
        let mut missing: Vec<usize> = Vec::new();
        for (index, variable) in self.scope.variables.iter().enumerate() {
            let counts = if jumps {
                variable.jump.is_some()
            } else {
                variable.output.is_some()
            };
            let same = variable.input.is_some_and(|input| {
                let input = &self.scope.inputs[input];
                input.ty == variable.ty || variable.ty == Ty::Any
            });
            // Of an array only some elements may exist, and so be assigned.
            let assigned = match self.flow.assigned[index] {
                Assigned::Maybe => variable.array,
                state => state == Assigned::Yes,
            };
            let poisoned = self.scope.poisoned.contains(&variable.name);
            if counts && !same && !assigned && !poisoned {
                missing.push(index);
            }
        }
        if let (End::Leave, [only]) = (end, missing.as_slice())
            && self.scope.variables[*only].output == outputs.checked_sub(1)
        {
            self.result_arrives = true;
            missing.clear();
        }
        if self.refused.get() {
            missing.clear();
        }
        for index in missing {
            let name = &self.scope.variables[index].name;
            let input = self.scope.variables[index].input.is_some();
            let message = match self.flow.assigned[index] {
                Assigned::Maybe => {
                    format!("output `{name}` is assigned on some paths to here, not on all")
                }
                _ if input => {
                    format!("output `{name}` has another type than the input, and is not assigned")
                }
                _ => format!("output `{name}` is not assigned on the path that ends here"),
            };
            self.report(Diagnostic::new(&codes::UNASSIGNED, span, message));
            // Once is enough.
            self.flow.assigned[index] = Assigned::Yes;
        }
        self.ends.push(Ends {
            end,
            assigned: self.flow.assigned.clone(),
        });
    }
}
