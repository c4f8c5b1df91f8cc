//! Calls in expressions: intrinsics, helpers, fns.

use super::path::Untested;
use super::*;
use crate::diagnostics::did_you_mean;
use crate::names::{INTRINSICS, STATEMENTS, ValueName};

impl Checker<'_> {
    pub(super) fn call(&mut self, call: &syn::ExprCall, want: Option<&Ty>) -> Checked<Expr> {
        let name = self.callee(call)?;
        let span = self.span(call);
        match self.env.names.value(&name.text) {
            Some(ValueName::Intrinsic(intrinsic)) => self.intrinsic(intrinsic, &name, call, want),
            Some(ValueName::Helper(id)) => {
                let args = self.helper(id, &name, call)?;
                let ty = self.env.model[id].result.ty();
                if ty == Ty::Unit {
                    let message = format!("`{}` answers nothing", name.text);
                    return self.error(&codes::MISMATCH, span, message);
                }
                if matches!(ty, Ty::Option(_)) && !matches!(self.kind, Kind::Filler { .. }) {
                    let message = format!(
                        "`{}` may answer \"none\": only a filler can take that",
                        name.text
                    );
                    return self.error(&codes::MISMATCH, span, message);
                }
                Ok(Expr {
                    ty,
                    immediate: false,
                    kind: ExprKind::Helper { helper: id, args },
                })
            }
            Some(ValueName::Fn(id)) => {
                let model = self.env.model;
                let args = self.arguments(&name, call, &model[id].params)?;
                let immediate = args.iter().all(|arg| arg.immediate);
                let ty = model[id].result.clone();
                Ok(Expr {
                    ty,
                    immediate,
                    kind: ExprKind::Fn { function: id, args },
                })
            }
            Some(ValueName::Statement) => {
                let message = format!("`{}` is a statement, it gives no value", name.text);
                self.error(&codes::MISMATCH, name.span, message)
            }
            Some(ValueName::Const(_)) => {
                let message = format!("`{}` is a constant, not a function", name.text);
                self.error(&codes::MISMATCH, name.span, message)
            }
            None => self.unknown_function(&name),
        }
    }

    pub(super) fn callee(&self, call: &syn::ExprCall) -> Checked<Name> {
        match &*call.func {
            syn::Expr::Path(path) if path.qself.is_none() => match path.path.get_ident() {
                Some(ident) => Ok(self.name_of(ident)),
                None => {
                    let help = "declare it: `helper name(..) -> .. effects;`";
                    self.not_allowed(self.span(path), "paths are", help)
                }
            },
            other => self.not_allowed(
                self.span(other),
                "calling anything but a name is",
                "name a helper or a fn",
            ),
        }
    }

    pub(super) fn unknown_function<T>(&self, name: &Name) -> Checked<T> {
        let bound = self.bindings.iter().any(|(known, _)| *known == name.text);
        if bound || self.env.names.broken.contains(&name.text) {
            let poisoned = self
                .bindings
                .iter()
                .any(|(known, binding)| *known == name.text && matches!(binding, Binding::Poison));
            if bound && !poisoned {
                let message = format!("`{}` is a variable, not a function", name.text);
                return self.error(&codes::MISMATCH, name.span, message);
            }
            return Err(Reported);
        }
        let mut known: Vec<&str> = self.env.names.values.keys().map(String::as_str).collect();
        known.sort_unstable();
        known.extend(INTRINSICS.iter().map(|(name, _)| *name));
        known.extend(STATEMENTS);
        let message = format!("there is no function `{}`", name.text);
        let help = did_you_mean(&name.text, known)
            .unwrap_or_else(|| format!("declare it: `helper {}(..) -> .. effects;`", name.text));
        self.refuse(Diagnostic::new(&codes::UNKNOWN_FUNCTION, name.span, message).help(help))
    }

    pub(super) fn count(&self, name: &Name, call: &syn::ExprCall, wanted: usize) -> Checked<()> {
        let found = call.args.len();
        if found == wanted {
            return Ok(());
        }
        let plural = if wanted == 1 { "" } else { "s" };
        let message = format!(
            "`{}` takes {wanted} argument{plural}, found {found}",
            name.text
        );
        self.error(&codes::ARGUMENTS, self.span(call), message)
    }

    fn arguments(
        &mut self,
        name: &Name,
        call: &syn::ExprCall,
        params: &[Param],
    ) -> Checked<Vec<Expr>> {
        self.count(name, call, params.len())?;
        let mut args = Vec::new();
        let mut whole = Ok(());
        for (arg, param) in call.args.iter().zip(params) {
            match self.expr(arg, Some(&param.ty)) {
                Ok(typed) if param.immediate && !typed.immediate => {
                    let message = format!("`{}` is an immediate of `{}`", param.name, name.text);
                    let help = "pass `oparg`, a cache entry, a constant or a literal";
                    let span = self.span(arg);
                    self.report(
                        Diagnostic::new(&codes::IMMEDIATE_NEEDED, span, message).help(help),
                    );
                    whole = Err(Reported);
                }
                Ok(typed) => args.push(typed),
                Err(reported) => whole = Err(reported),
            }
        }
        whole.map(|()| args)
    }

    /// A helper's arguments, with all that the call does to the path.
    pub(super) fn helper(
        &mut self,
        id: HelperId,
        name: &Name,
        call: &syn::ExprCall,
    ) -> Checked<Vec<Expr>> {
        let model = self.env.model;
        let helper = &model[id];
        let args = self.arguments(name, call, &helper.params);
        let effects = &helper.effects;
        let span = self.span(call);
        match self.kind {
            Kind::Fn if effects.visible() || effects.saves_frame() => {
                let message = format!("`{}` has effects, a fn has none", name.text);
                let help = "call it from the op";
                self.report(Diagnostic::new(&codes::NOT_PURE, span, message).help(help));
            }
            Kind::Filler { .. } if effects.visible() || effects.may_raise => {
                let message = format!("a filler has no effects, `{}` has", name.text);
                self.report(Diagnostic::new(&codes::FILLER, span, message));
            }
            Kind::Immediate => {
                let message = format!("`{}` runs when the program does", name.text);
                self.report(Diagnostic::new(&codes::IMMEDIATE_NEEDED, span, message));
            }
            _ => {}
        }
        if let Some(word) = self.condition_of
            && (effects.visible() && !effects.tries || effects.may_raise)
        {
            let message = format!("`{}` escapes in a condition of `{word}`", name.text);
            let help = "call it before, with `let`, and test the answer";
            self.report(Diagnostic::new(&codes::CONDITION_CALL, span, message).help(help));
        }
        if effects.visible() {
            self.flow.effect.get_or_insert(span);
        }
        if effects.may_raise && self.condition_of.is_none() {
            self.flow.untested.push(Untested {
                helper: name.text.clone(),
                span,
                variable: None,
            });
        }
        let args = args?;
        for arg in &args {
            self.filled(arg, span);
        }
        Ok(args)
    }

    /// An output array that a helper gets is filled by it: in the stack itself, so the inputs there
    /// are gone.
    fn filled(&mut self, arg: &Expr, span: Span) {
        let ExprKind::Var(var @ (Var::Output(_) | Var::JumpOutput(_))) = arg.kind else {
            return;
        };
        let found = self
            .scope
            .variables
            .iter()
            .position(|one| one.array && super::expr::output_var(one) == var);
        if let Some(index) = found {
            self.flow.assigned[index] = Assigned::Yes;
            self.flow.effect.get_or_insert(span);
        }
    }

    fn intrinsic(
        &mut self,
        intrinsic: Intrinsic,
        name: &Name,
        call: &syn::ExprCall,
        want: Option<&Ty>,
    ) -> Checked<Expr> {
        let wanted = match intrinsic {
            Intrinsic::Null => 0,
            Intrinsic::AddOverflow
            | Intrinsic::SubOverflow
            | Intrinsic::MulOverflow
            | Intrinsic::Same => 2,
            _ => 1,
        };
        self.count(name, call, wanted)?;
        let mut typed = Vec::new();
        let model = self.env.model;
        let ty = match intrinsic {
            Intrinsic::Null => match want {
                Some(want @ (Ty::Value | Ty::Layout(_) | Ty::Ptr(_))) => want.clone(),
                _ => Ty::Value,
            },
            Intrinsic::AddOverflow | Intrinsic::SubOverflow | Intrinsic::MulOverflow => {
                let left = self.expr(&call.args[0], None)?;
                let right = self.expr(&call.args[1], Some(&left.ty))?;
                let ty = left.ty.clone();
                if !model.scalar_of(&ty).is_some_and(Scalar::is_integer) {
                    let message = format!(
                        "`{}` takes integers, this is `{}`",
                        name.text,
                        self.show(&ty)
                    );
                    return self.error(&codes::MISMATCH, self.span(&call.args[0]), message);
                }
                typed.extend([left, right]);
                Ty::Tuple(vec![ty, Ty::BOOL])
            }
            Intrinsic::IsNull => {
                let arg = self.expr(&call.args[0], None)?;
                let span = self.span(&call.args[0]);
                match arg.ty {
                    Ty::Value | Ty::Layout(_) | Ty::Ptr(_) => {}
                    Ty::Any => return self.coerce(arg, &Ty::Value, span),
                    _ => {
                        let message = format!("`{}` is never null", self.show(&arg.ty));
                        return self.error(&codes::MISMATCH, span, message);
                    }
                }
                typed.push(arg);
                Ty::BOOL
            }
            Intrinsic::Same => {
                let left = self.identity(&call.args[0])?;
                let right = self.identity(&call.args[1])?;
                if left.ty != right.ty {
                    let message = format!(
                        "`same` compares one kind: `{}`, `{}`",
                        self.show(&left.ty),
                        self.show(&right.ty)
                    );
                    return self.error(&codes::MISMATCH, self.span(call), message);
                }
                typed.extend([left, right]);
                Ty::BOOL
            }
            Intrinsic::IsObject => {
                typed.push(self.expr(&call.args[0], Some(&Ty::Value))?);
                Ty::BOOL
            }
            Intrinsic::Test(_) => {
                typed.push(self.expr(&call.args[0], Some(&Ty::Value))?);
                Ty::BOOL
            }
            Intrinsic::Unbox(repr) => {
                typed.push(self.expr(&call.args[0], Some(&Ty::Value))?);
                Ty::Scalar(model[repr].scalar)
            }
            Intrinsic::Box(repr) => {
                typed.push(self.expr(&call.args[0], Some(&Ty::Scalar(model[repr].scalar)))?);
                Ty::Value
            }
        };
        let immediate = typed.iter().all(|arg| arg.immediate);
        Ok(Expr {
            ty,
            immediate,
            kind: ExprKind::Intrinsic {
                intrinsic,
                args: typed,
            },
        })
    }

    /// Heap layouts are compared as values, native ones as they are.
    fn identity(&mut self, arg: &syn::Expr) -> Checked<Expr> {
        let typed = self.expr(arg, None)?;
        match &typed.ty {
            Ty::Layout(layout) if !self.env.model[*layout].object => Ok(typed),
            Ty::Ptr(_) => Ok(typed),
            _ => self.coerce(typed, &Ty::Value, self.span(arg)),
        }
    }
}
