//! `let` and assignment.

use super::expr::output_var;
use super::*;
use crate::names::{Style, ValueName, check_name};

impl Checker<'_> {
    pub(super) fn let_stmt(&mut self, local: &syn::Local) -> Checked<Stmt> {
        let span = self.span(local);
        let (pattern, ty) = match &local.pat {
            syn::Pat::Type(typed) => (&*typed.pat, Some(self.ty(&typed.ty))),
            pattern => (pattern, None),
        };
        let value = match &local.init {
            None => {
                let help = "`let x = if c { 1 } else { 2 };`";
                self.not_allowed(span, "`let` without a value is", help)
            }
            Some(init) if init.diverge.is_some() => {
                self.not_allowed(span, "`let .. else` is", "use `exit_if` before")
            }
            Some(init) => {
                let before = self.flow.untested.len();
                let value = match &ty {
                    Some(Ok(ty)) => self.expr(&init.expr, Some(ty)),
                    Some(Err(reported)) => Err(*reported),
                    None => self.expr(&init.expr, None),
                };
                let next = Var::Let(LetId(self.lets.len()));
                for untested in self.flow.untested.iter_mut().skip(before) {
                    untested.variable = Some(next);
                }
                value
            }
        };
        match pattern {
            syn::Pat::Tuple(tuple) => self.let_tuple(tuple, value),
            pattern => {
                let value = value.and_then(|value| self.storable(value, span));
                let class = value
                    .as_ref()
                    .ok()
                    .and_then(|value| self.element_class(value));
                let known = value
                    .as_ref()
                    .ok()
                    .map(|value| (value.ty.clone(), value.immediate));
                let var = self.bind(pattern, known, class);
                Ok(Stmt::Let {
                    var: var?,
                    value: value?,
                })
            }
        }
    }

    pub(super) fn storable(&self, value: Expr, span: Span) -> Checked<Expr> {
        match value.ty {
            Ty::Tuple(_) => {
                let message = "two answers need two names";
                let help = "`let (sum, overflow) = ..`";
                self.refuse(Diagnostic::new(&codes::MISMATCH, span, message).help(help))
            }
            Ty::Slots | Ty::Unit | Ty::Option(_) => {
                let message = format!("`{}` cannot be kept in a variable", self.show(&value.ty));
                self.error(&codes::MISMATCH, span, message)
            }
            _ => Ok(value),
        }
    }

    pub(super) fn let_tuple(
        &mut self,
        tuple: &syn::PatTuple,
        value: Checked<Expr>,
    ) -> Checked<Stmt> {
        let span = self.span(tuple);
        let types = match &value {
            Ok(Expr {
                ty: Ty::Tuple(types),
                immediate,
                ..
            }) if types.len() == tuple.elems.len() => Ok(types
                .iter()
                .map(|ty| (ty.clone(), *immediate))
                .collect::<Vec<_>>()),
            Ok(other) => {
                let message = format!("`{}` does not come apart like this", self.show(&other.ty));
                self.error(&codes::MISMATCH, span, message)
            }
            Err(reported) => Err(*reported),
        };
        let mut vars = Vec::new();
        let mut whole = Ok(());
        for (index, pattern) in tuple.elems.iter().enumerate() {
            if let syn::Pat::Wild(_) = pattern {
                vars.push(None);
                continue;
            }
            let known = types.as_ref().ok().map(|types| types[index].clone());
            match self.bind(pattern, known, None) {
                Ok(var) => vars.push(Some(var)),
                Err(reported) => whole = Err(reported),
            }
        }
        whole?;
        types?;
        Ok(Stmt::LetTuple {
            vars,
            value: value?,
        })
    }

    /// A new variable. Without a type it takes the name only, so that using it is no second error.
    pub(super) fn bind(
        &mut self,
        pattern: &syn::Pat,
        known: Option<(Ty, bool)>,
        class: Option<ClassId>,
    ) -> Checked<LetId> {
        let span = self.span(pattern);
        let syn::Pat::Ident(ident) = pattern else {
            return match pattern {
                syn::Pat::Wild(_) => {
                    self.error(&codes::NO_EFFECT, span, "the value is computed and dropped")
                }
                _ => self.not_allowed(
                    span,
                    "this pattern is",
                    "`let name = ..` or `let (a, b) = ..`",
                ),
            };
        };
        if ident.by_ref.is_some() || ident.subpat.is_some() {
            return self.not_allowed(
                span,
                "this pattern is",
                "`let name = ..` or `let (a, b) = ..`",
            );
        }
        let name = self.name_of(&ident.ident);
        if !check_name(&name, Style::Variable, self.env.sink) {
            self.bindings.push((name.text, Binding::Poison));
            return Err(Reported);
        }
        let operand = self
            .scope
            .inputs
            .iter()
            .any(|one| one.name.as_deref() == Some(&name.text))
            || self.scope.variables.iter().any(|one| one.name == name.text)
            || self
                .scope
                .caches
                .iter()
                .any(|one| one.name.as_deref() == Some(&name.text))
            || self.scope.params.iter().any(|one| one.name == name.text);
        if operand || self.bindings.iter().any(|(known, _)| *known == name.text) {
            let message = format!("`{}` stands for something already", name.text);
            self.report(
                Diagnostic::new(&codes::DUPLICATE, name.span, message).help("choose another name"),
            );
            return Err(Reported);
        }
        let Some((ty, immediate)) = known else {
            self.bindings.push((name.text, Binding::Poison));
            return Err(Reported);
        };
        let id = LetId(self.lets.len());
        let mutable = ident.mutability.is_some();
        self.bindings.push((name.text.clone(), Binding::Let(id)));
        self.lets.push(LetVar {
            name: name.text,
            ty,
            mutable,
            immediate: immediate && !mutable,
        });
        self.let_spans.push(name.span);
        self.let_read.push(false);
        self.let_classes.push(class);
        Ok(id)
    }

    pub(super) fn assign(&mut self, assign: &syn::ExprAssign) -> Checked<Stmt> {
        let left = match &*assign.left {
            syn::Expr::Paren(inner) => &*inner.expr,
            left => left,
        };
        match left {
            syn::Expr::Path(path) => match path.path.get_ident() {
                Some(ident) => {
                    let name = self.name_of(ident);
                    self.assign_name(&name, &assign.right)
                }
                None => self.not_allowed(self.span(path), "paths are", "assign to a name"),
            },
            syn::Expr::Field(field) => {
                let place = self.field_of(field);
                let (base, id) = place?;
                let declared = &self.env.model[id];
                let span = self.span(field);
                if declared.readonly {
                    let message = format!("field `{}` is readonly", declared.name);
                    let help = "a helper sets it when the object is made";
                    self.report(Diagnostic::new(&codes::READONLY, span, message).help(help));
                } else if declared.inline {
                    let message =
                        format!("`{}` is part of the object, not a pointer", declared.name);
                    self.report(Diagnostic::new(&codes::NOT_ASSIGNABLE, span, message));
                }
                let ty = declared.ty.clone();
                let value = self.stored(&assign.right, &ty)?;
                self.flow.effect.get_or_insert(span);
                Ok(Stmt::Assign {
                    place: Place::Field { base, field: id },
                    value,
                })
            }
            syn::Expr::Index(index) => self.assign_element(index, &assign.right),
            syn::Expr::Tuple(tuple) => self.not_allowed(
                self.span(tuple),
                "assignment to a tuple is",
                "`let (a, b) = ..`, then assign each",
            ),
            other => {
                let message = "this cannot be assigned to";
                self.error(&codes::NOT_ASSIGNABLE, self.span(other), message)
            }
        }
    }

    /// The value of an assignment; a call in it that may raise is known by `var` from now on.
    pub(super) fn value_for(&mut self, right: &syn::Expr, ty: &Ty, var: Var) -> Checked<Expr> {
        let before = self.flow.untested.len();
        let value = self.expr(right, Some(ty));
        for untested in self.flow.untested.iter_mut().skip(before) {
            untested.variable = Some(var);
        }
        self.flow.nonzero.retain(|known| *known != var);
        value
    }

    pub(super) fn stored(&mut self, right: &syn::Expr, ty: &Ty) -> Checked<Expr> {
        let before = self.flow.untested.len();
        let value = self.expr(right, Some(ty));
        if let Some(untested) = self.flow.untested.get(before) {
            let message = format!(
                "`{}` may raise: test its answer before it is stored",
                untested.helper
            );
            let help = "`let x = ..; error_if(is_null(x));`, then store";
            self.report(Diagnostic::new(&codes::UNTESTED, untested.span, message).help(help));
            self.flow.untested.truncate(before);
        }
        value
    }

    pub(super) fn assign_name(&mut self, name: &Name, right: &syn::Expr) -> Checked<Stmt> {
        let text = name.text.as_str();
        if self.scope.poisoned.iter().any(|poisoned| poisoned == text) {
            // Its type does not exist; the value is checked for itself.
            if let Some(index) = self.scope.variables.iter().position(|one| one.name == text) {
                self.flow.assigned[index] = Assigned::Yes;
            }
            self.expr(right, None)?;
            return Err(Reported);
        }
        if let Some((_, binding)) = self.bindings.iter().rev().find(|(known, _)| known == text) {
            let Binding::Let(id) = *binding else {
                self.expr(right, None)?;
                return Err(Reported);
            };
            let variable = self.lets[id.0].clone();
            if !variable.mutable {
                let message = format!("`{text}` is not mutable");
                let help = format!("declare it `let mut {text} = ..`");
                let diagnostic = Diagnostic::new(&codes::NOT_ASSIGNABLE, name.span, message);
                self.report(
                    diagnostic
                        .other(self.let_spans[id.0], "declared here")
                        .help(help),
                );
            }
            let value = self.value_for(right, &variable.ty, Var::Let(id))?;
            self.let_classes[id.0] = None;
            return Ok(Stmt::Assign {
                place: Place::Let(id),
                value,
            });
        }
        if let Some(index) = self.scope.variables.iter().position(|one| one.name == text) {
            return self.assign_output(index, name, right);
        }
        let fixed = self
            .scope
            .caches
            .iter()
            .any(|one| one.name.as_deref() == Some(text))
            || self.scope.params.iter().any(|one| one.name == text)
            || matches!(
                text,
                "oparg" | "next_instruction_offset" | "thread" | "frame"
            )
            || matches!(self.env.names.value(text), Some(ValueName::Const(_)));
        if fixed {
            let message = format!("`{text}` cannot change");
            return self.error(&codes::IMMEDIATE_ASSIGNED, name.span, message);
        }
        if self
            .scope
            .inputs
            .iter()
            .any(|one| one.name.as_deref() == Some(text))
        {
            let message = format!("`{text}` is an input, and no output");
            let help =
                format!("`let` a new name, or name `{text}` at the same depth of the outputs");
            return self
                .refuse(Diagnostic::new(&codes::NOT_ASSIGNABLE, name.span, message).help(help));
        }
        self.unknown_name(name)
    }

    pub(super) fn assign_output(
        &mut self,
        index: usize,
        name: &Name,
        right: &syn::Expr,
    ) -> Checked<Stmt> {
        let variable = self.scope.variables[index].clone();
        if variable.array {
            let message = format!("`{}` is an array", name.text);
            let help = format!(
                "assign `{}[i]`, or pass it to a helper that fills it",
                name.text
            );
            return self
                .refuse(Diagnostic::new(&codes::NOT_ASSIGNABLE, name.span, message).help(help));
        }
        let value = self.value_for(right, &variable.ty, output_var(&variable));
        // Assigned even when the value is wrong: one mistake, one message.
        self.flow.assigned[index] = Assigned::Yes;
        let value = value?;
        self.assignments[index].push(value.clone());
        let place = match variable.output {
            Some(index) => Place::Output { index, jump: false },
            None => Place::Output {
                index: variable.jump.unwrap_or(0),
                jump: true,
            },
        };
        Ok(Stmt::Assign { place, value })
    }

    pub(super) fn assign_element(
        &mut self,
        index: &syn::ExprIndex,
        right: &syn::Expr,
    ) -> Checked<Stmt> {
        let span = self.span(index);
        if let Some((table, at)) = self.table(index)? {
            if !matches!(table, Table::Local | Table::Cell) {
                let message = "constants, names and roots cannot change";
                return self.error(&codes::IMMEDIATE_ASSIGNED, span, message);
            }
            let value = self.stored(right, &Ty::Any)?;
            self.flow.effect.get_or_insert(span);
            return Ok(Stmt::Assign {
                place: Place::Slot { table, index: at },
                value,
            });
        }
        let (base, at, class) = self.element_of(index)?;
        let ty = match &base.ty {
            Ty::Ptr(element) => (**element).clone(),
            _ => Ty::Value,
        };
        let value = self.stored(right, &ty)?;
        if let Some(class) = class {
            let class = &self.env.model[class];
            if class.readonly {
                let message = format!("`{}` is readonly", class.name);
                self.report(Diagnostic::new(&codes::READONLY, span, message));
            }
        } else {
            match base.kind {
                ExprKind::Var(var @ (Var::Output(_) | Var::JumpOutput(_))) => {
                    let found = self
                        .scope
                        .variables
                        .iter()
                        .position(|one| output_var(one) == var);
                    if let Some(found) = found {
                        self.flow.assigned[found] = Assigned::Yes;
                    }
                }
                _ => {
                    let message = "the elements of an input cannot be assigned";
                    return self.error(&codes::NOT_ASSIGNABLE, span, message);
                }
            }
        }
        self.flow.effect.get_or_insert(span);
        Ok(Stmt::Assign {
            place: Place::Element {
                base,
                index: at,
                class,
            },
            value,
        })
    }
}
