//! Statements, and where paths end.

use super::expr::{output_var, refusal};
use super::path::{nonnull_when, nonzero_when};
use super::*;
use crate::names::{Style, Used, ValueName, check_name};

impl Checker<'_> {
    /// The body of an op: its paths that fall off the end are normal ends.
    pub(super) fn outermost(&mut self, block: &syn::Block) -> Block {
        let mut stmts = Vec::new();
        for (index, stmt) in block.stmts.iter().enumerate() {
            self.statement = index;
            if self.behind_the_end(stmt) {
                break;
            }
            stmts.extend(self.stmt(stmt));
        }
        let leaves = self.flow.left;
        if !leaves {
            let end = Span::new(self.at.file, self.at.end.saturating_sub(1) as usize, self.at.end as usize);
            self.end(End::Normal, end);
        }
        Block { stmts, leaves }
    }

    fn behind_the_end(&self, stmt: &syn::Stmt) -> bool {
        if self.flow.left {
            let message = "nothing runs after the last act";
            self.report(Diagnostic::new(&codes::UNREACHABLE, self.span(stmt), message).help("remove it"));
        }
        self.flow.left
    }

    fn block(&mut self, block: &syn::Block) -> Block {
        let depth = self.bindings.len();
        let mut stmts = Vec::new();
        for stmt in &block.stmts {
            if self.behind_the_end(stmt) {
                break;
            }
            stmts.extend(self.stmt(stmt));
        }
        self.bindings.truncate(depth);
        Block { stmts, leaves: self.flow.left }
    }

    fn stmt(&mut self, stmt: &syn::Stmt) -> Checked<Stmt> {
        let span = self.span(stmt);
        match stmt {
            syn::Stmt::Local(local) => self.let_stmt(local),
            syn::Stmt::Item(_) => {
                self.not_allowed(span, "an item in a body is", "declare it in the definition: `fn`, `const`")
            }
            syn::Stmt::Macro(_) => {
                self.not_allowed(span, "macro calls are", "move this into a helper of the runtime")
            }
            syn::Stmt::Expr(expr, semicolon) => {
                let typed = self.expr_stmt(expr);
                if semicolon.is_none() && matches!(expr, syn::Expr::Call(_) | syn::Expr::Assign(_)) {
                    let message = "expected `;` after this statement";
                    self.report(Diagnostic::new(&codes::BODY_SYNTAX, span.after(), message));
                }
                typed
            }
        }
    }

    fn expr_stmt(&mut self, expr: &syn::Expr) -> Checked<Stmt> {
        let span = self.span(expr);
        match expr {
            syn::Expr::Assign(assign) => self.assign(assign),
            syn::Expr::If(branches) => self.if_stmt(branches),
            syn::Expr::Match(choice) => self.match_stmt(choice),
            syn::Expr::Call(call) => self.call_stmt(call),
            syn::Expr::Paren(_)
            | syn::Expr::Lit(_)
            | syn::Expr::Path(_)
            | syn::Expr::Field(_)
            | syn::Expr::Index(_)
            | syn::Expr::Cast(_)
            | syn::Expr::Unary(_)
            | syn::Expr::Binary(_) => {
                self.expr(expr, None)?;
                self.error(&codes::NO_EFFECT, span, "this has no effect")
            }
            other => {
                let (what, help) = refusal(other);
                self.not_allowed(span, what, help)
            }
        }
    }

    // -- let and assignment ------------------------------------------------------------------------

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
                let class = value.as_ref().ok().and_then(|value| self.element_class(value));
                let known = value.as_ref().ok().map(|value| (value.ty.clone(), value.immediate));
                let var = self.bind(pattern, known, class);
                Ok(Stmt::Let { var: var?, value: value? })
            }
        }
    }

    fn storable(&self, value: Expr, span: Span) -> Checked<Expr> {
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

    fn let_tuple(&mut self, tuple: &syn::PatTuple, value: Checked<Expr>) -> Checked<Stmt> {
        let span = self.span(tuple);
        let types = match &value {
            Ok(Expr { ty: Ty::Tuple(types), immediate, .. }) if types.len() == tuple.elems.len() => {
                Ok(types.iter().map(|ty| (ty.clone(), *immediate)).collect::<Vec<_>>())
            }
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
        Ok(Stmt::LetTuple { vars, value: value? })
    }

    /// A new variable. Without a type it takes the name only, so that using it is no second error.
    fn bind(
        &mut self,
        pattern: &syn::Pat,
        known: Option<(Ty, bool)>,
        class: Option<ClassId>,
    ) -> Checked<LetId> {
        let span = self.span(pattern);
        let syn::Pat::Ident(ident) = pattern else {
            return match pattern {
                syn::Pat::Wild(_) => self.error(&codes::NO_EFFECT, span, "the value is computed and dropped"),
                _ => self.not_allowed(span, "this pattern is", "`let name = ..` or `let (a, b) = ..`"),
            };
        };
        if ident.by_ref.is_some() || ident.subpat.is_some() {
            return self.not_allowed(span, "this pattern is", "`let name = ..` or `let (a, b) = ..`");
        }
        let name = self.name_of(&ident.ident);
        if !check_name(&name, Style::Variable, self.env.sink) {
            self.bindings.push((name.text, Binding::Poison));
            return Err(Reported);
        }
        let operand = self.scope.inputs.iter().any(|one| one.name.as_deref() == Some(&name.text))
            || self.scope.variables.iter().any(|one| one.name == name.text)
            || self.scope.caches.iter().any(|one| one.name.as_deref() == Some(&name.text))
            || self.scope.params.iter().any(|one| one.name == name.text);
        if operand || self.bindings.iter().any(|(known, _)| *known == name.text) {
            let message = format!("`{}` stands for something already", name.text);
            self.report(Diagnostic::new(&codes::DUPLICATE, name.span, message).help("choose another name"));
            return Err(Reported);
        }
        let Some((ty, immediate)) = known else {
            self.bindings.push((name.text, Binding::Poison));
            return Err(Reported);
        };
        let id = LetId(self.lets.len());
        let mutable = ident.mutability.is_some();
        self.bindings.push((name.text.clone(), Binding::Let(id)));
        self.lets.push(LetVar { name: name.text, ty, mutable, immediate: immediate && !mutable });
        self.let_spans.push(name.span);
        self.let_read.push(false);
        self.let_classes.push(class);
        Ok(id)
    }

    fn assign(&mut self, assign: &syn::ExprAssign) -> Checked<Stmt> {
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
                    let message = format!("`{}` is part of the object, not a pointer", declared.name);
                    self.report(Diagnostic::new(&codes::NOT_ASSIGNABLE, span, message));
                }
                let ty = declared.ty.clone();
                let value = self.stored(&assign.right, &ty)?;
                self.flow.effect.get_or_insert(span);
                Ok(Stmt::Assign { place: Place::Field { base, field: id }, value })
            }
            syn::Expr::Index(index) => self.assign_element(index, &assign.right),
            syn::Expr::Tuple(tuple) => {
                self.not_allowed(self.span(tuple), "assignment to a tuple is", "`let (a, b) = ..`, then assign each")
            }
            other => {
                let message = "this cannot be assigned to";
                self.error(&codes::NOT_ASSIGNABLE, self.span(other), message)
            }
        }
    }

    /// The value of an assignment; a call in it that may raise is known by `var` from now on.
    fn value_for(&mut self, right: &syn::Expr, ty: &Ty, var: Var) -> Checked<Expr> {
        let before = self.flow.untested.len();
        let value = self.expr(right, Some(ty));
        for untested in self.flow.untested.iter_mut().skip(before) {
            untested.variable = Some(var);
        }
        self.flow.nonzero.retain(|known| *known != var);
        value
    }

    fn stored(&mut self, right: &syn::Expr, ty: &Ty) -> Checked<Expr> {
        let before = self.flow.untested.len();
        let value = self.expr(right, Some(ty));
        if let Some(untested) = self.flow.untested.get(before) {
            let message = format!("`{}` may raise: test its answer before it is stored", untested.helper);
            let help = "`let x = ..; error_if(is_null(x));`, then store";
            self.report(Diagnostic::new(&codes::UNTESTED, untested.span, message).help(help));
            self.flow.untested.truncate(before);
        }
        value
    }

    fn assign_name(&mut self, name: &Name, right: &syn::Expr) -> Checked<Stmt> {
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
                self.report(diagnostic.other(self.let_spans[id.0], "declared here").help(help));
            }
            let value = self.value_for(right, &variable.ty, Var::Let(id))?;
            self.let_classes[id.0] = None;
            return Ok(Stmt::Assign { place: Place::Let(id), value });
        }
        if let Some(index) = self.scope.variables.iter().position(|one| one.name == text) {
            return self.assign_output(index, name, right);
        }
        let fixed = self.scope.caches.iter().any(|one| one.name.as_deref() == Some(text))
            || self.scope.params.iter().any(|one| one.name == text)
            || matches!(text, "oparg" | "next_instruction_offset" | "thread" | "frame")
            || matches!(self.env.names.value(text), Some(ValueName::Const(_)));
        if fixed {
            let message = format!("`{text}` cannot change");
            return self.error(&codes::IMMEDIATE_ASSIGNED, name.span, message);
        }
        if self.scope.inputs.iter().any(|one| one.name.as_deref() == Some(text)) {
            let message = format!("`{text}` is an input, and no output");
            let help = format!("`let` a new name, or name `{text}` at the same depth of the outputs");
            return self.refuse(Diagnostic::new(&codes::NOT_ASSIGNABLE, name.span, message).help(help));
        }
        self.unknown_name(name)
    }

    fn assign_output(&mut self, index: usize, name: &Name, right: &syn::Expr) -> Checked<Stmt> {
        let variable = self.scope.variables[index].clone();
        if variable.array {
            let message = format!("`{}` is an array", name.text);
            let help = format!("assign `{}[i]`, or pass it to a helper that fills it", name.text);
            return self.refuse(Diagnostic::new(&codes::NOT_ASSIGNABLE, name.span, message).help(help));
        }
        let value = self.value_for(right, &variable.ty, output_var(&variable));
        // Assigned even when the value is wrong: one mistake, one message.
        self.flow.assigned[index] = Assigned::Yes;
        let value = value?;
        self.assignments[index].push(value.clone());
        let place = match variable.output {
            Some(index) => Place::Output { index, jump: false },
            None => Place::Output { index: variable.jump.unwrap_or(0), jump: true },
        };
        Ok(Stmt::Assign { place, value })
    }

    fn assign_element(&mut self, index: &syn::ExprIndex, right: &syn::Expr) -> Checked<Stmt> {
        let span = self.span(index);
        if let Some((table, at)) = self.table(index)? {
            if !matches!(table, Table::Local | Table::Cell) {
                let message = "constants, names and roots cannot change";
                return self.error(&codes::IMMEDIATE_ASSIGNED, span, message);
            }
            let value = self.stored(right, &Ty::Any)?;
            self.flow.effect.get_or_insert(span);
            return Ok(Stmt::Assign { place: Place::Slot { table, index: at }, value });
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
                    let found = self.scope.variables.iter().position(|one| output_var(one) == var);
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
        Ok(Stmt::Assign { place: Place::Element { base, index: at, class }, value })
    }

    // -- branches ----------------------------------------------------------------------------------

    fn if_stmt(&mut self, branches: &syn::ExprIf) -> Checked<Stmt> {
        let condition = self.condition(&branches.cond, "if");
        let before = self.flow.clone();
        if let Ok(condition) = &condition {
            nonzero_when(condition, true, &mut self.flow.nonzero);
            self.answered(condition, true);
        }
        let then = self.block(&branches.then_branch);
        let after_then = std::mem::replace(&mut self.flow, before);
        if let Ok(condition) = &condition {
            nonzero_when(condition, false, &mut self.flow.nonzero);
            self.answered(condition, false);
        }
        let otherwise = match &branches.else_branch {
            None => None,
            Some((_, other)) => Some(match &**other {
                syn::Expr::Block(block) if block.label.is_none() => self.block(&block.block),
                other => {
                    let stmts = self.expr_stmt(other).into_iter().collect();
                    Block { stmts, leaves: self.flow.left }
                }
            }),
        };
        let after_else = std::mem::replace(&mut self.flow, Flow::new(0));
        self.flow = after_then.join(after_else);
        Ok(Stmt::If { condition: condition?, then, otherwise })
    }

    /// An answer that is not null is no failure.
    fn answered(&mut self, condition: &Expr, outcome: bool) {
        let mut known = Vec::new();
        nonnull_when(condition, outcome, &mut known);
        self.flow.untested.retain(|untested| !untested.variable.is_some_and(|var| known.contains(&var)));
    }

    fn match_stmt(&mut self, choice: &syn::ExprMatch) -> Checked<Stmt> {
        let value = self.match_value(choice)?;
        let before = self.flow.clone();
        let mut joined: Option<Flow> = None;
        let mut arms = Vec::new();
        let mut whole = Ok(());
        let patterns = self.patterns(choice, &value);
        for (arm, patterns) in choice.arms.iter().zip(patterns) {
            self.flow = before.clone();
            let body = match &*arm.body {
                syn::Expr::Block(block) if block.label.is_none() => self.block(&block.block),
                other => {
                    let stmts = self.expr_stmt(other).into_iter().collect();
                    Block { stmts, leaves: self.flow.left }
                }
            };
            let after = std::mem::replace(&mut self.flow, Flow::new(0));
            joined = Some(match joined {
                Some(joined) => joined.join(after),
                None => after,
            });
            match patterns {
                Ok(patterns) => arms.push(Arm { patterns, body }),
                Err(reported) => whole = Err(reported),
            }
        }
        self.flow = joined.unwrap_or(before);
        whole?;
        Ok(Stmt::Match { value, arms })
    }

    pub(super) fn match_value(&mut self, choice: &syn::ExprMatch) -> Checked<Expr> {
        let value = self.expr(&choice.expr, None)?;
        let span = self.span(&*choice.expr);
        if !value.immediate {
            let message = "`match` is on immediates only";
            let help = "this is known at run time only: write `if`";
            return self.refuse(Diagnostic::new(&codes::MATCH_IMMEDIATE, span, message).help(help));
        }
        match self.env.model.scalar_of(&value.ty) {
            Some(scalar) if scalar != Scalar::F64 => Ok(value),
            _ => {
                let message = format!("`match` takes integers and bools, this is `{}`", self.show(&value.ty));
                self.error(&codes::MISMATCH, span, message)
            }
        }
    }

    /// The patterns of each arm; checks that all values are covered, and none twice.
    pub(super) fn patterns(&mut self, choice: &syn::ExprMatch, value: &Expr) -> Vec<Checked<Vec<Pattern>>> {
        let mut covered: Vec<(i128, i128)> = Vec::new();
        let mut rest = false;
        let mut all = Vec::new();
        for arm in &choice.arms {
            let span = self.span(&arm.pat);
            if rest {
                let message = "this arm is never reached";
                self.report(Diagnostic::new(&codes::NOT_EXHAUSTIVE, span, message));
            }
            if let Some((_, guard)) = &arm.guard {
                let help = "write the `if` inside of the arm";
                all.push(self.not_allowed(self.span(&**guard), "an `if` of an arm is", help));
                continue;
            }
            let mut patterns = Vec::new();
            match self.pattern(&arm.pat, value, &mut patterns) {
                Ok(()) => {
                    rest |= patterns.is_empty();
                    for pattern in &patterns {
                        let Some((low, high)) = self.pattern_range(pattern) else { continue };
                        if covered.iter().any(|(first, last)| low <= *last && *first <= high) {
                            let message = "a value is covered twice";
                            self.report(Diagnostic::new(&codes::NOT_EXHAUSTIVE, span, message));
                        }
                        covered.push((low, high));
                    }
                    all.push(Ok(patterns));
                }
                Err(reported) => all.push(Err(reported)),
            }
        }
        let broken = all.iter().any(|one| one.is_err());
        if !rest && !broken && !self.covers(value, covered) {
            let message = "not all values are covered";
            let help = "end the match with `_ => ..`";
            let span = self.span(&*choice.expr);
            self.report(Diagnostic::new(&codes::NOT_EXHAUSTIVE, span, message).help(help));
        }
        all
    }

    fn pattern(&mut self, pattern: &syn::Pat, value: &Expr, into: &mut Vec<Pattern>) -> Checked<()> {
        let span = self.span(pattern);
        match pattern {
            syn::Pat::Wild(_) => Ok(()),
            syn::Pat::Paren(inner) => self.pattern(&inner.pat, value, into),
            syn::Pat::Or(or) => {
                for case in &or.cases {
                    if let syn::Pat::Wild(_) = case {
                        return self.error(&codes::NOT_EXHAUSTIVE, self.span(case), "`_` stands alone");
                    }
                    self.pattern(case, value, into)?;
                }
                Ok(())
            }
            syn::Pat::Range(range) => {
                let (Some(start), Some(end)) = (&range.start, &range.end) else {
                    return self.not_allowed(span, "an open range is", "`2..=5`, or `_`");
                };
                let low = self.whole_number(start, value)?;
                let high = self.whole_number(end, value)?;
                let closed = matches!(range.limits, syn::RangeLimits::Closed(_));
                let high = if closed { high } else { high - 1 };
                if low > high {
                    return self.error(&codes::NOT_EXHAUSTIVE, span, "this range is empty");
                }
                into.push(Pattern::Range(low, high));
                Ok(())
            }
            syn::Pat::Lit(literal) => {
                let expr = syn::Expr::Lit(literal.clone());
                let typed = self.expr(&expr, Some(&value.ty))?;
                if let ExprKind::Literal(literal) = typed.kind {
                    into.push(Pattern::Literal(literal));
                }
                Ok(())
            }
            syn::Pat::Ident(ident) if ident.by_ref.is_none() && ident.mutability.is_none() && ident.subpat.is_none() => {
                let name = self.name_of(&ident.ident);
                match self.env.names.value(&name.text) {
                    Some(ValueName::Const(id)) => {
                        let ty = self.env.model[id].ty.clone();
                        if ty != value.ty {
                            let message =
                                format!("expected `{}`, found `{}`", self.show(&value.ty), self.show(&ty));
                            return self.error(&codes::MISMATCH, span, message);
                        }
                        into.push(Pattern::Const(id));
                        Ok(())
                    }
                    _ => {
                        let message = format!("`{}` is not a constant", name.text);
                        let help = "a pattern is a literal, a constant, a range or `_`";
                        self.refuse(Diagnostic::new(&codes::UNKNOWN_NAME, span, message).help(help))
                    }
                }
            }
            _ => self.not_allowed(span, "this pattern is", "a literal, a constant, a range or `_`"),
        }
    }

    fn whole_number(&mut self, expr: &syn::Expr, value: &Expr) -> Checked<i128> {
        let typed = self.expr(expr, Some(&value.ty))?;
        match typed.kind {
            ExprKind::Literal(Literal::Int(number)) => Ok(number),
            _ => self.error(&codes::LITERAL, self.span(expr), "an integer literal is wanted here"),
        }
    }

    fn pattern_range(&self, pattern: &Pattern) -> Option<(i128, i128)> {
        let literal = match pattern {
            Pattern::Range(low, high) => return Some((*low, *high)),
            Pattern::Literal(literal) => Some(*literal),
            Pattern::Const(id) => self.env.model[*id].value,
        };
        match literal? {
            Literal::Int(number) => Some((number, number)),
            Literal::Bool(value) => Some((value.into(), value.into())),
            Literal::Float(_) => None,
        }
    }

    /// The ranges are all that the value can be: all of its type, or `0..=m` for `x & m`.
    fn covers(&self, value: &Expr, mut covered: Vec<(i128, i128)>) -> bool {
        let Some(scalar) = self.env.model.scalar_of(&value.ty) else { return false };
        let (mut low, mut high) = match scalar {
            Scalar::I1 => (0, 1),
            scalar if scalar.is_signed() => (-(1i128 << (scalar.bits() - 1)), (1i128 << (scalar.bits() - 1)) - 1),
            scalar => (0, (1i128 << scalar.bits()) - 1),
        };
        if let ExprKind::Binary { op: BinaryOp::And, left, right } = &value.kind {
            for side in [left, right] {
                if let ExprKind::Literal(Literal::Int(mask)) = side.kind
                    && mask >= 0
                {
                    (low, high) = (0, mask.min(high));
                }
            }
        }
        covered.sort_unstable();
        for (first, last) in covered {
            if first > low {
                return false;
            }
            low = low.max(last + 1);
        }
        low > high
    }

    // -- calls and exits ---------------------------------------------------------------------------

    fn call_stmt(&mut self, call: &syn::ExprCall) -> Checked<Stmt> {
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
                Ok(Stmt::Call { helper: id, args: args? })
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
    fn act(&mut self, name: &Name, call: &syn::ExprCall, span: Span) -> Checked<Stmt> {
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

    fn no_effect_before(&self, span: Span, word: &str, code: &'static Code) {
        if let Some(effect) = self.flow.effect {
            let message = format!("`{word}` after a visible effect");
            self.report(
                Diagnostic::new(code, span, message)
                    .other(effect, "this effect would happen twice")
                    .help("move it above the first store or escaping call"),
            );
        }
    }

    fn exit(
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
        let condition = self.condition(&call.args[0], word);
        let takes_over = match call.args.get(1) {
            None => Ok(None),
            Some(syn::Expr::Path(path)) if path.path.get_ident().is_some() => match path.path.get_ident() {
                Some(ident) => self.instruction(&self.name_of(ident)).map(Some),
                None => Ok(None),
            },
            Some(other) => {
                let message = "the second argument names the instruction that takes over";
                self.error(&codes::UNKNOWN_INSTRUCTION, self.span(other), message)
            }
        };
        self.no_effect_before(span, word, &codes::EXIT_AFTER_EFFECT);
        if let Ok(takes_over) = takes_over {
            self.exits.push((kind, span, takes_over));
        }
        let condition = condition?;
        nonzero_when(&condition, false, &mut self.flow.nonzero);
        self.leave_when_true(&condition);
        Ok(Stmt::ExitIf { kind, condition, takes_over: takes_over? })
    }

    fn leave_when_true(&mut self, condition: &Expr) {
        if let ExprKind::Literal(Literal::Bool(true)) = condition.kind {
            self.flow.left = true;
        }
    }

    fn error_if(&mut self, name: &Name, call: &syn::ExprCall) -> Checked<Stmt> {
        self.count(name, call, 1)?;
        if let syn::Expr::Let(_) = call.args[0] {
            return self.not_allowed(self.span(&call.args[0]), "`let` in a condition is", "test first, then `let`");
        }
        let condition = self.expr(&call.args[0], Some(&Ty::BOOL));
        self.flow.untested.clear();
        let condition = condition?;
        nonzero_when(&condition, false, &mut self.flow.nonzero);
        self.leave_when_true(&condition);
        Ok(Stmt::ErrorIf { condition })
    }

    fn specialize(&mut self, name: &Name, call: &syn::ExprCall, span: Span) -> Checked<Stmt> {
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

    fn last_act(&mut self, name: &Name, call: &syn::ExprCall, span: Span) -> Checked<Stmt> {
        let wanted = match name.text.as_str() {
            "raise" | "dispatch_same" => 0,
            "resume_frame" => 2,
            _ => 1,
        };
        self.count(name, call, wanted)?;
        let (act, end) = match name.text.as_str() {
            "jump_by" => (self.jump_distance(&call.args[0]).map(LastAct::JumpBy), Some(End::Jump)),
            "push_frame" => (self.callee_frame(&call.args[0]).map(LastAct::PushFrame), Some(End::Leave)),
            "pop_frame" => (self.moved(&call.args[0]).map(LastAct::PopFrame), None),
            "suspend_frame" => (self.moved(&call.args[0]).map(LastAct::SuspendFrame), Some(End::Leave)),
            "resume_frame" => {
                let generator = self.generator(&call.args[0]);
                let value = self.moved(&call.args[1]);
                let act = generator.and_then(|generator| Ok(LastAct::ResumeFrame(generator, value?)));
                (act, Some(End::Leave))
            }
            "raise" => {
                self.flow.untested.clear();
                (Ok(LastAct::Raise), None)
            }
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

    fn jump_distance(&mut self, arg: &syn::Expr) -> Checked<Expr> {
        let distance = self.expr(arg, None)?;
        match distance.ty {
            Ty::Scalar(Scalar::U32 | Scalar::I32 | Scalar::I64) => Ok(distance),
            _ => {
                let message = format!("a distance is `u32`, `i32` or `i64`, this is `{}`", self.show(&distance.ty));
                self.error(&codes::MISMATCH, self.span(arg), message)
            }
        }
    }

    fn callee_frame(&mut self, arg: &syn::Expr) -> Checked<Expr> {
        let Some(frame) = self.env.model.frame_layout else {
            let message = "there is no layout `Frame`";
            let help = "declare `layout Frame { .. }`";
            let span = self.span(arg);
            return self.refuse(Diagnostic::new(&codes::UNKNOWN_TYPE, span, message).help(help));
        };
        self.env.names.mark(Used::Layout(frame));
        self.expr(arg, Some(&Ty::Layout(frame)))
    }

    /// A value that goes to another frame's stack: whatever its representation.
    fn moved(&mut self, arg: &syn::Expr) -> Checked<Expr> {
        let value = self.expr(arg, None)?;
        match value.ty {
            Ty::Any => Ok(value),
            _ => self.coerce(value, &Ty::Value, self.span(arg)),
        }
    }

    fn generator(&mut self, arg: &syn::Expr) -> Checked<Expr> {
        let generator = self.expr(arg, None)?;
        match &generator.ty {
            Ty::Layout(layout) if self.env.model[*layout].object => Ok(generator),
            _ => {
                let message = format!("a generator is a heap layout, this is `{}`", self.show(&generator.ty));
                let help = "after a guard, cast it: `v as Generator`";
                self.refuse(Diagnostic::new(&codes::MISMATCH, self.span(arg), message).help(help))
            }
        }
    }

    fn check_untested(&mut self) {
        for untested in std::mem::take(&mut self.flow.untested) {
            let message = format!("`{}` may raise, and that is never tested", untested.helper);
            let help = "`error_if(is_null(x));` on its answer, or `error_if(!x)` for `ok`";
            self.report(Diagnostic::new(&codes::UNTESTED, untested.span, message).help(help));
        }
    }

    /// The path ends here, with these outputs.
    fn end(&mut self, end: End, span: Span) {
        self.check_untested();
        let jumps = end == End::Jump && self.scope.variables.iter().any(|one| one.jump.is_some());
        let outputs = self.scope.outputs;
        let mut missing: Vec<usize> = Vec::new();
        for (index, variable) in self.scope.variables.iter().enumerate() {
            let counts = if jumps { variable.jump.is_some() } else { variable.output.is_some() };
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
                Assigned::Maybe => format!("output `{name}` is assigned on some paths to here, not on all"),
                _ if input => format!("output `{name}` has another type than the input, and is not assigned"),
                _ => format!("output `{name}` is not assigned on the path that ends here"),
            };
            self.report(Diagnostic::new(&codes::UNASSIGNED, span, message));
            // Once is enough.
            self.flow.assigned[index] = Assigned::Yes;
        }
        self.ends.push(Ends { end, assigned: self.flow.assigned.clone() });
    }
}
