//! Blocks, and the statements that branch.

use super::expr::refusal;
use super::path::{nonnull_when, nonzero_when};
use super::*;
use crate::names::ValueName;

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
            let end = Span::new(
                self.at.file,
                self.at.end.saturating_sub(1) as usize,
                self.at.end as usize,
            );
            self.end(End::Normal, end);
        }
        Block { stmts, leaves }
    }

    pub(super) fn behind_the_end(&self, stmt: &syn::Stmt) -> bool {
        if self.flow.left {
            let message = "nothing runs after the last act";
            self.report(
                Diagnostic::new(&codes::UNREACHABLE, self.span(stmt), message).help("remove it"),
            );
        }
        self.flow.left
    }

    pub(super) fn block(&mut self, block: &syn::Block) -> Block {
        let depth = self.bindings.len();
        let mut stmts = Vec::new();
        for stmt in &block.stmts {
            if self.behind_the_end(stmt) {
                break;
            }
            stmts.extend(self.stmt(stmt));
        }
        self.bindings.truncate(depth);
        Block {
            stmts,
            leaves: self.flow.left,
        }
    }

    pub(super) fn stmt(&mut self, stmt: &syn::Stmt) -> Checked<Stmt> {
        let span = self.span(stmt);
        match stmt {
            syn::Stmt::Local(local) => self.let_stmt(local),
            syn::Stmt::Item(_) => self.not_allowed(
                span,
                "an item in a body is",
                "declare it in the definition: `fn`, `const`",
            ),
            syn::Stmt::Macro(_) => self.not_allowed(
                span,
                "macro calls are",
                "move this into a helper of the runtime",
            ),
            syn::Stmt::Expr(expr, semicolon) => {
                let typed = self.expr_stmt(expr);
                if semicolon.is_none() && matches!(expr, syn::Expr::Call(_) | syn::Expr::Assign(_))
                {
                    let message = "expected `;` after this statement";
                    self.report(Diagnostic::new(&codes::BODY_SYNTAX, span.after(), message));
                }
                typed
            }
        }
    }

    pub(super) fn expr_stmt(&mut self, expr: &syn::Expr) -> Checked<Stmt> {
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

    // -- branches ---------------------------------------------------------------------------------

    pub(super) fn if_stmt(&mut self, branches: &syn::ExprIf) -> Checked<Stmt> {
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
                    Block {
                        stmts,
                        leaves: self.flow.left,
                    }
                }
            }),
        };
        let after_else = std::mem::replace(&mut self.flow, Flow::new(0));
        self.flow = after_then.join(after_else);
        Ok(Stmt::If {
            condition: condition?,
            then,
            otherwise,
        })
    }

    /// An answer that is not null is no failure.
    pub(super) fn answered(&mut self, condition: &Expr, outcome: bool) {
        let mut known = Vec::new();
        nonnull_when(condition, outcome, &mut known);
        self.flow
            .untested
            .retain(|untested| !untested.variable.is_some_and(|var| known.contains(&var)));
    }

    pub(super) fn match_stmt(&mut self, choice: &syn::ExprMatch) -> Checked<Stmt> {
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
                    Block {
                        stmts,
                        leaves: self.flow.left,
                    }
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
                let message = format!(
                    "`match` takes integers and bools, this is `{}`",
                    self.show(&value.ty)
                );
                self.error(&codes::MISMATCH, span, message)
            }
        }
    }

    /// The patterns of each arm; checks that all values are covered, and none twice.
    pub(super) fn patterns(
        &mut self,
        choice: &syn::ExprMatch,
        value: &Expr,
    ) -> Vec<Checked<Vec<Pattern>>> {
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
                        let Some((low, high)) = self.pattern_range(pattern) else {
                            continue;
                        };
                        if covered
                            .iter()
                            .any(|(first, last)| low <= *last && *first <= high)
                        {
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

    pub(super) fn pattern(
        &mut self,
        pattern: &syn::Pat,
        value: &Expr,
        into: &mut Vec<Pattern>,
    ) -> Checked<()> {
        let span = self.span(pattern);
        match pattern {
            syn::Pat::Wild(_) => Ok(()),
            syn::Pat::Paren(inner) => self.pattern(&inner.pat, value, into),
            syn::Pat::Or(or) => {
                for case in &or.cases {
                    if let syn::Pat::Wild(_) = case {
                        return self.error(
                            &codes::NOT_EXHAUSTIVE,
                            self.span(case),
                            "`_` stands alone",
                        );
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
            syn::Pat::Ident(ident)
                if ident.by_ref.is_none()
                    && ident.mutability.is_none()
                    && ident.subpat.is_none() =>
            {
                let name = self.name_of(&ident.ident);
                match self.env.names.value(&name.text) {
                    Some(ValueName::Const(id)) => {
                        let ty = self.env.model[id].ty.clone();
                        if ty != value.ty {
                            let message = format!(
                                "expected `{}`, found `{}`",
                                self.show(&value.ty),
                                self.show(&ty)
                            );
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
            _ => self.not_allowed(
                span,
                "this pattern is",
                "a literal, a constant, a range or `_`",
            ),
        }
    }

    pub(super) fn whole_number(&mut self, expr: &syn::Expr, value: &Expr) -> Checked<i128> {
        let typed = self.expr(expr, Some(&value.ty))?;
        match typed.kind {
            ExprKind::Literal(Literal::Int(number)) => Ok(number),
            _ => self.error(
                &codes::LITERAL,
                self.span(expr),
                "an integer literal is wanted here",
            ),
        }
    }

    pub(super) fn pattern_range(&self, pattern: &Pattern) -> Option<(i128, i128)> {
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
    pub(super) fn covers(&self, value: &Expr, mut covered: Vec<(i128, i128)>) -> bool {
        let Some(scalar) = self.env.model.scalar_of(&value.ty) else {
            return false;
        };
        let (mut low, mut high) = match scalar {
            Scalar::I1 => (0, 1),
            scalar if scalar.is_signed() => (
                -(1i128 << (scalar.bits() - 1)),
                (1i128 << (scalar.bits() - 1)) - 1,
            ),
            scalar => (0, (1i128 << scalar.bits()) - 1),
        };
        if let ExprKind::Binary {
            op: BinaryOp::And,
            left,
            right,
        } = &value.kind
        {
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
}
