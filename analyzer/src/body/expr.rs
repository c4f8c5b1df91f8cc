//! Expressions.

use super::path::nonzero_when;
use super::*;

impl Checker<'_> {
    pub(super) fn expr(&mut self, expr: &syn::Expr, want: Option<&Ty>) -> Checked<Expr> {
        let typed = self.infer(expr, want)?;
        match want {
            Some(want) => self.coerce(typed, want, self.span(expr)),
            None => Ok(typed),
        }
    }

    /// `want` is a hint for literals and the like; the caller coerces.
    pub(super) fn infer(&mut self, expr: &syn::Expr, want: Option<&Ty>) -> Checked<Expr> {
        let span = self.span(expr);
        match expr {
            syn::Expr::Paren(inner) => self.infer(&inner.expr, want),
            syn::Expr::Group(inner) => self.infer(&inner.expr, want),
            syn::Expr::Lit(literal) => self.literal(&literal.lit, false, want, span),
            syn::Expr::Unary(unary) => self.unary(unary, want, span),
            syn::Expr::Binary(binary) => self.binary(binary, want, span),
            syn::Expr::Path(path) => self.path(path, span),
            syn::Expr::Field(field) => self.field(field),
            syn::Expr::Index(index) => self.index(index, want),
            syn::Expr::Call(call) => self.call(call, want),
            syn::Expr::Cast(cast) => self.cast(cast),
            syn::Expr::If(branches) => self.if_expr(branches, want),
            syn::Expr::Match(choice) => self.match_expr(choice, want),
            other => {
                let (what, help) = refusal(other);
                self.not_allowed(span, what, help)
            }
        }
    }

    // -- conversions ------------------------------------------------------------------------------

    pub(super) fn coerce(&self, expr: Expr, want: &Ty, span: Span) -> Checked<Expr> {
        if expr.ty == *want {
            return Ok(expr);
        }
        let model = self.env.model;
        let convert = |kind, expr: Expr| {
            let immediate = expr.immediate;
            Ok(Expr {
                ty: want.clone(),
                immediate,
                kind: ExprKind::Cast {
                    kind,
                    arg: Box::new(expr),
                },
            })
        };
        match (&expr.ty, want) {
            (Ty::Slots | Ty::Tuple(_) | Ty::Option(_) | Ty::Unit, Ty::Any) => {}
            (_, Ty::Any) => return convert(CastKind::Forget, expr),
            (Ty::Layout(layout), Ty::Value) if model[*layout].object => {
                return convert(CastKind::Reinterpret, expr);
            }
            (Ty::Layout(layout), Ty::Layout(ancestor)) if model.descends(*layout, *ancestor) => {
                return convert(CastKind::Reinterpret, expr);
            }
            (Ty::Ptr(element), Ty::Slots) if **element == Ty::Value => {
                return Ok(Expr {
                    ty: Ty::Slots,
                    ..expr
                });
            }
            _ => {}
        }
        if expr.ty == Ty::Any {
            let message = "an operand without a type can only be moved";
            let help = format!("give the operand the type `{}`", self.show(want));
            return self.refuse(Diagnostic::new(&codes::ONLY_MOVED, span, message).help(help));
        }
        let message = format!(
            "expected `{}`, found `{}`",
            self.show(want),
            self.show(&expr.ty)
        );
        let help = self.conversion_help(&expr.ty, want);
        self.refuse(
            Diagnostic::new(&codes::MISMATCH, span, message)
                .label(format!("this is `{}`", self.show(&expr.ty)))
                .maybe_help(help),
        )
    }

    pub(super) fn conversion_help(&self, from: &Ty, to: &Ty) -> Option<String> {
        let model = self.env.model;
        let repr = |ty: &Ty| model.scalar_of(ty).and_then(|scalar| model.repr_of(scalar));
        match (from, to) {
            (_, Ty::Value) => {
                repr(from).map(|repr| format!("box it: `{}(..)`", model[repr].boxed_by))
            }
            (Ty::Value, Ty::Layout(layout)) if model[*layout].object => {
                Some(format!("after a guard: `.. as {}`", model[*layout].name))
            }
            (Ty::Value, _) => repr(to).map(|repr| {
                let repr = &model[repr];
                format!(
                    "after a guard with `{}`, unbox it: `{}(..)`",
                    repr.tested_by, repr.unboxed_by
                )
            }),
            _ => {
                let numbers = model.scalar_of(from).is_some()
                    && model.scalar_of(to).is_some_and(|to| to != Scalar::I1);
                numbers.then(|| format!("convert it: `.. as {}`", self.show(to)))
            }
        }
    }

    pub(super) fn cast(&mut self, cast: &syn::ExprCast) -> Checked<Expr> {
        let span = self.span(cast);
        let ty = self.ty(&cast.ty)?;
        let model = self.env.model;
        let target_scalar = model.scalar_of(&ty);
        let hint = if is_literal(&cast.expr) && target_scalar.is_some() {
            Some(ty.clone())
        } else {
            None
        };
        // `name[i] as Str` and the like take the type from the context.
        let hint = hint.or_else(|| matches!(ty, Ty::Layout(_)).then(|| ty.clone()));
        let arg = self.infer(&cast.expr, hint.as_ref())?;
        if arg.ty == ty {
            return Ok(arg);
        }
        if arg.ty == Ty::Any {
            return self.coerce(arg, &Ty::Value, self.span(&cast.expr));
        }
        let source_scalar = model.scalar_of(&arg.ty);
        let object = |ty: &Ty| match ty {
            Ty::Layout(layout) => model[*layout].object,
            ty => *ty == Ty::Value,
        };
        let kind = match (&arg.ty, &ty) {
            (Ty::Layout(from), Ty::Layout(to))
                if model.descends(*from, *to) || model.descends(*to, *from) =>
            {
                Some(CastKind::Reinterpret)
            }
            (from, to)
                if object(from) && object(to) && (*from == Ty::Value || *to == Ty::Value) =>
            {
                Some(CastKind::Reinterpret)
            }
            _ => match (source_scalar, target_scalar) {
                (Some(from), Some(to)) if numeric_cast(from, to) => Some(CastKind::Numeric),
                _ => None,
            },
        };
        let Some(kind) = kind else {
            let message = format!(
                "`{}` does not convert to `{}`",
                self.show(&arg.ty),
                self.show(&ty)
            );
            let mut help = self.conversion_help(&arg.ty, &ty);
            if help.as_ref().is_some_and(|help| help.contains(" as ")) {
                help = None;
            }
            return self.refuse(Diagnostic::new(&codes::BAD_CAST, span, message).maybe_help(help));
        };
        let immediate = arg.immediate;
        Ok(Expr {
            ty,
            immediate,
            kind: ExprKind::Cast {
                kind,
                arg: Box::new(arg),
            },
        })
    }

    pub(super) fn ty(&self, ty: &syn::Type) -> Checked<Ty> {
        let span = self.span(ty);
        match ty {
            syn::Type::Paren(inner) => self.ty(&inner.elem),
            syn::Type::Path(path) if path.qself.is_none() && path.path.segments.len() == 1 => {
                let segment = &path.path.segments[0];
                let name = self.name_of(&segment.ident);
                match &segment.arguments {
                    syn::PathArguments::None => self
                        .env
                        .names
                        .named_type(&name, self.env.sink)
                        .ok_or(Reported),
                    syn::PathArguments::AngleBracketed(list)
                        if name.text == "Ptr" && list.args.len() == 1 =>
                    {
                        match &list.args[0] {
                            syn::GenericArgument::Type(syn::Type::Slice(slice)) => {
                                Ok(Ty::Ptr(Box::new(self.ty(&slice.elem)?)))
                            }
                            _ => self.error(&codes::UNKNOWN_TYPE, span, "a pointer is `Ptr<[T]>`"),
                        }
                    }
                    _ => self.not_allowed(span, "generics are", "name a declared type"),
                }
            }
            syn::Type::Path(_) => self.not_allowed(span, "paths are", "name a declared type"),
            syn::Type::Reference(_) | syn::Type::Ptr(_) => self.not_allowed(
                span,
                "references are",
                "a layout's name is a pointer already",
            ),
            _ => self.not_allowed(span, "this type is", "name a declared type"),
        }
    }

    // -- operators --------------------------------------------------------------------------------

    pub(super) fn unary(
        &mut self,
        unary: &syn::ExprUnary,
        want: Option<&Ty>,
        span: Span,
    ) -> Checked<Expr> {
        let op = match unary.op {
            syn::UnOp::Neg(_) => UnaryOp::Neg,
            syn::UnOp::Not(_) => UnaryOp::Not,
            _ => return self.not_allowed(span, "references and `*` are", "read fields: `x.field`"),
        };
        if let (UnaryOp::Neg, syn::Expr::Lit(literal)) = (op, &*unary.expr) {
            return self.literal(&literal.lit, true, want, span);
        }
        let hint = want.filter(|want| self.env.model.scalar_of(want).is_some());
        let arg = self.infer(&unary.expr, hint)?;
        let right = match (op, self.env.model.scalar_of(&arg.ty)) {
            (UnaryOp::Neg, Some(scalar)) => scalar != Scalar::I1,
            (UnaryOp::Not, Some(scalar)) => scalar != Scalar::F64,
            (_, None) => false,
        };
        if !right {
            let sign = if op == UnaryOp::Neg { "-" } else { "!" };
            return self.no_operator(sign, &arg, self.span(&unary.expr));
        }
        let (ty, immediate) = (arg.ty.clone(), arg.immediate);
        Ok(Expr {
            ty,
            immediate,
            kind: ExprKind::Unary {
                op,
                arg: Box::new(arg),
            },
        })
    }

    pub(super) fn no_operator<T>(&self, sign: &str, arg: &Expr, span: Span) -> Checked<T> {
        if arg.ty == Ty::Any {
            let message = "an operand without a type can only be moved";
            return self.refuse(
                Diagnostic::new(&codes::ONLY_MOVED, span, message).help("give the operand a type"),
            );
        }
        let message = format!("`{sign}` does not take `{}`", self.show(&arg.ty));
        let identity =
            matches!(sign, "==" | "!=") && matches!(arg.ty, Ty::Value | Ty::Layout(_) | Ty::Ptr(_));
        let help = identity
            .then(|| "identity is `same(a, b)`; null is tested by `is_null(a)`".to_string());
        self.refuse(Diagnostic::new(&codes::MISMATCH, span, message).maybe_help(help))
    }

    pub(super) fn binary(
        &mut self,
        binary: &syn::ExprBinary,
        want: Option<&Ty>,
        span: Span,
    ) -> Checked<Expr> {
        let Some(op) = binary_op(&binary.op) else {
            return self.not_allowed(span, "`+=` and the like are", "write `x = x + ..`");
        };
        if matches!(op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr) {
            return self.logical(op, binary);
        }
        let shift = matches!(op, BinaryOp::Shl | BinaryOp::Shr);
        let hint =
            want.filter(|want| !op.is_comparison() && self.env.model.scalar_of(want).is_some());
        let (left, right) = if shift {
            let left = self.infer(&binary.left, hint)?;
            let count = is_literal(&binary.right).then_some(Ty::U32);
            let right = self.infer(&binary.right, count.as_ref())?;
            (left, right)
        } else {
            self.same_type(&binary.left, &binary.right, hint)?
        };
        let sign = op.symbol();
        let scalar = self.env.model.scalar_of(&left.ty);
        use BinaryOp::*;
        let right_scalar = self.env.model.scalar_of(&right.ty);
        let allowed = |scalar: Scalar| match op {
            Add | Sub | Mul | Div => scalar != Scalar::I1,
            Rem => scalar.is_integer(),
            And | Or | Xor => scalar != Scalar::F64,
            Shl | Shr => scalar.is_integer() && right_scalar.is_some_and(Scalar::is_integer),
            Eq | Ne => true,
            _ => scalar != Scalar::I1,
        };
        if !scalar.is_some_and(allowed) {
            let wrong = shift && scalar.is_some_and(Scalar::is_integer);
            let (arg, place) = if wrong {
                (&right, &binary.right)
            } else {
                (&left, &binary.left)
            };
            return self.no_operator(sign, arg, self.span(&**place));
        }
        if matches!(op, Div | Rem) && scalar.is_some_and(Scalar::is_integer) {
            self.check_divisor(&right, self.span(&*binary.right));
        }
        let immediate = left.immediate && right.immediate;
        let ty = if op.is_comparison() {
            Ty::BOOL
        } else {
            left.ty.clone()
        };
        Ok(Expr {
            ty,
            immediate,
            kind: ExprKind::Binary {
                op,
                left: Box::new(left),
                right: Box::new(right),
            },
        })
    }

    /// Both operands of one type; a literal takes the type of the other.
    pub(super) fn same_type(
        &mut self,
        left: &syn::Expr,
        right: &syn::Expr,
        hint: Option<&Ty>,
    ) -> Checked<(Expr, Expr)> {
        if is_literal(left) && !is_literal(right) {
            let right_typed = self.infer(right, hint)?;
            let left_typed = self.infer(left, Some(&right_typed.ty))?;
            let left_typed = self.coerce(left_typed, &right_typed.ty, self.span(left))?;
            return Ok((left_typed, right_typed));
        }
        let left_typed = self.infer(left, hint)?;
        let right_typed = self.infer(right, Some(&left_typed.ty))?;
        let right_typed = self.coerce(right_typed, &left_typed.ty, self.span(right))?;
        Ok((left_typed, right_typed))
    }

    pub(super) fn logical(&mut self, op: BinaryOp, binary: &syn::ExprBinary) -> Checked<Expr> {
        let left = self.expr(&binary.left, Some(&Ty::BOOL));
        // The right operand runs only when the left had this outcome.
        let known = self.flow.nonzero.clone();
        if let Ok(left) = &left {
            nonzero_when(left, op == BinaryOp::LogicalAnd, &mut self.flow.nonzero);
        }
        let right = self.expr(&binary.right, Some(&Ty::BOOL));
        self.flow.nonzero = known;
        let (left, right) = (left?, right?);
        let immediate = left.immediate && right.immediate;
        let kind = ExprKind::Binary {
            op,
            left: Box::new(left),
            right: Box::new(right),
        };
        Ok(Expr {
            ty: Ty::BOOL,
            immediate,
            kind,
        })
    }

    pub(super) fn check_divisor(&self, divisor: &Expr, span: Span) {
        let safe = match &divisor.kind {
            ExprKind::Literal(Literal::Int(number)) => *number != 0,
            ExprKind::Const(id) => {
                matches!(self.env.model[*id].value, Some(Literal::Int(number)) if number != 0)
            }
            ExprKind::Var(var) => self.flow.nonzero.contains(var),
            _ => false,
        };
        if !safe {
            let help = "write `exit_if(d == 0);` before, `d` being the divisor's name";
            self.report(
                Diagnostic::new(&codes::DIVISION, span, "this divisor may be zero").help(help),
            );
        }
    }

    // -- choices ----------------------------------------------------------------------------------

    pub(super) fn if_expr(&mut self, branches: &syn::ExprIf, want: Option<&Ty>) -> Checked<Expr> {
        let condition = self.condition(&branches.cond, "if")?;
        let Some((_, otherwise)) = &branches.else_branch else {
            let message = "an `if` that gives a value needs an `else`";
            return self.error(&codes::MISMATCH, self.span(branches), message);
        };
        let before = self.flow.clone();
        nonzero_when(&condition, true, &mut self.flow.nonzero);
        let hint = self.branch_hint(&branches.then_branch, otherwise, want);
        let then = self.value_block(&branches.then_branch, hint.as_ref())?;
        let after_then = std::mem::replace(&mut self.flow, before);
        nonzero_when(&condition, false, &mut self.flow.nonzero);
        let ty = then.value.ty.clone();
        let otherwise = match &**otherwise {
            syn::Expr::Block(block) if block.label.is_none() => {
                self.value_block(&block.block, Some(&ty))?
            }
            other => {
                let value = self.expr(other, Some(&ty))?;
                ValueBlock {
                    lets: Vec::new(),
                    value: Box::new(value),
                }
            }
        };
        let after_else = std::mem::replace(&mut self.flow, Flow::new(0));
        self.flow = after_then.join(after_else);
        let immediate = condition.immediate && then.value.immediate && otherwise.value.immediate;
        let kind = ExprKind::If {
            condition: Box::new(condition),
            then,
            otherwise,
        };
        Ok(Expr {
            ty,
            immediate,
            kind,
        })
    }

    /// A literal in the first branch takes its type from the second.
    pub(super) fn branch_hint(
        &mut self,
        then: &syn::Block,
        otherwise: &syn::Expr,
        want: Option<&Ty>,
    ) -> Option<Ty> {
        if want.is_some() {
            return want.cloned();
        }
        let [syn::Stmt::Expr(first, None)] = then.stmts.as_slice() else {
            return None;
        };
        let syn::Expr::Block(block) = otherwise else {
            return None;
        };
        let [syn::Stmt::Expr(second, None)] = block.block.stmts.as_slice() else {
            return None;
        };
        if !is_literal(first)
            || is_literal(second)
            || !matches!(second, syn::Expr::Path(_) | syn::Expr::Field(_))
        {
            return None;
        }
        self.infer(second, None).ok().map(|typed| typed.ty)
    }

    pub(super) fn match_expr(
        &mut self,
        choice: &syn::ExprMatch,
        want: Option<&Ty>,
    ) -> Checked<Expr> {
        let value = self.match_value(choice)?;
        let before = self.flow.clone();
        let mut joined: Option<Flow> = None;
        let mut arms: Vec<Arm<ValueBlock>> = Vec::new();
        let mut whole = true;
        let mut ty = want.cloned();
        let patterns = self.patterns(choice, &value);
        for (arm, patterns) in choice.arms.iter().zip(patterns) {
            self.flow = before.clone();
            let body = match &*arm.body {
                syn::Expr::Block(block) if block.label.is_none() => {
                    self.value_block(&block.block, ty.as_ref())
                }
                other => {
                    let value = self.expr(other, ty.as_ref());
                    value.map(|value| ValueBlock {
                        lets: Vec::new(),
                        value: Box::new(value),
                    })
                }
            };
            let after = std::mem::replace(&mut self.flow, Flow::new(0));
            joined = Some(match joined {
                Some(joined) => joined.join(after),
                None => after,
            });
            match (body, patterns) {
                (Ok(body), Ok(patterns)) => {
                    ty.get_or_insert_with(|| body.value.ty.clone());
                    arms.push(Arm { patterns, body });
                }
                _ => whole = false,
            }
        }
        self.flow = joined.unwrap_or(before);
        let (true, Some(ty)) = (whole, ty) else {
            return Err(Reported);
        };
        let ty = if ty == Ty::Any || arms.is_empty() {
            ty
        } else {
            arms[0].body.value.ty.clone()
        };
        let immediate = value.immediate && arms.iter().all(|arm| arm.body.value.immediate);
        Ok(Expr {
            ty,
            immediate,
            kind: ExprKind::Match {
                value: Box::new(value),
                arms,
            },
        })
    }

    /// `{ let a = ..; a + 1 }`
    pub(super) fn value_block(
        &mut self,
        block: &syn::Block,
        want: Option<&Ty>,
    ) -> Checked<ValueBlock> {
        let depth = self.bindings.len();
        let mut lets = Vec::new();
        let mut whole = Ok(());
        let Some((last, init)) = block.stmts.split_last() else {
            return self.error(
                &codes::MISMATCH,
                self.span(block),
                "this block gives no value",
            );
        };
        for stmt in init {
            match stmt {
                syn::Stmt::Local(local) => match self.let_stmt(local) {
                    Ok(stmt) => lets.push(stmt),
                    Err(reported) => whole = Err(reported),
                },
                other => {
                    let help = "only `let` may stand before the value";
                    whole = self.not_allowed(
                        self.span(other),
                        "in a block that gives a value, this is",
                        help,
                    );
                }
            }
        }
        let value = match last {
            syn::Stmt::Expr(value, None) => self.expr(value, want),
            other => {
                let message = "this block gives no value";
                let help = "it ends in an expression without `;`";
                let span = self.span(other);
                self.refuse(Diagnostic::new(&codes::MISMATCH, span, message).help(help))
            }
        };
        self.bindings.truncate(depth);
        whole?;
        Ok(ValueBlock {
            lets,
            value: Box::new(value?),
        })
    }

    /// A condition of type bool, in which no call may escape.
    pub(super) fn condition(&mut self, condition: &syn::Expr, of: &'static str) -> Checked<Expr> {
        if let syn::Expr::Let(_) = condition {
            return self.not_allowed(
                self.span(condition),
                "`if let` is",
                "test with `is_null`, then cast",
            );
        }
        let outer = self.condition_of.replace(of);
        let typed = self.expr(condition, Some(&Ty::BOOL));
        self.condition_of = outer;
        typed
    }
}

pub(super) fn output_var(variable: &Variable) -> Var {
    match (variable.output, variable.jump) {
        (Some(index), _) => Var::Output(index),
        (None, Some(index)) => Var::JumpOutput(index),
        (None, None) => Var::Output(0),
    }
}

pub(super) fn is_literal(expr: &syn::Expr) -> bool {
    match expr {
        syn::Expr::Lit(literal) => {
            matches!(&literal.lit, syn::Lit::Int(int) if int.suffix().is_empty())
        }
        syn::Expr::Paren(inner) => is_literal(&inner.expr),
        syn::Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Neg(_)) && is_literal(&unary.expr),
        syn::Expr::Binary(binary) => is_literal(&binary.left) && is_literal(&binary.right),
        _ => false,
    }
}

fn numeric_cast(from: Scalar, to: Scalar) -> bool {
    match (from, to) {
        (_, Scalar::I1) => from == Scalar::I1,
        (Scalar::I1, Scalar::F64) => false,
        _ => true,
    }
}

fn binary_op(op: &syn::BinOp) -> Option<BinaryOp> {
    Some(match op {
        syn::BinOp::Add(_) => BinaryOp::Add,
        syn::BinOp::Sub(_) => BinaryOp::Sub,
        syn::BinOp::Mul(_) => BinaryOp::Mul,
        syn::BinOp::Div(_) => BinaryOp::Div,
        syn::BinOp::Rem(_) => BinaryOp::Rem,
        syn::BinOp::And(_) => BinaryOp::LogicalAnd,
        syn::BinOp::Or(_) => BinaryOp::LogicalOr,
        syn::BinOp::BitXor(_) => BinaryOp::Xor,
        syn::BinOp::BitAnd(_) => BinaryOp::And,
        syn::BinOp::BitOr(_) => BinaryOp::Or,
        syn::BinOp::Shl(_) => BinaryOp::Shl,
        syn::BinOp::Shr(_) => BinaryOp::Shr,
        syn::BinOp::Eq(_) => BinaryOp::Eq,
        syn::BinOp::Lt(_) => BinaryOp::Lt,
        syn::BinOp::Le(_) => BinaryOp::Le,
        syn::BinOp::Ne(_) => BinaryOp::Ne,
        syn::BinOp::Ge(_) => BinaryOp::Ge,
        syn::BinOp::Gt(_) => BinaryOp::Gt,
        _ => return None,
    })
}

/// What it is in Rust, and what to do instead.
pub(super) fn refusal(expr: &syn::Expr) -> (&'static str, &'static str) {
    const HELPER: &str = "move this into a helper of the runtime, with declared effects";
    match expr {
        syn::Expr::Loop(_) | syn::Expr::While(_) | syn::Expr::ForLoop(_) => {
            ("loops (`loop`, `while`, `for`) are", HELPER)
        }
        syn::Expr::Break(_) | syn::Expr::Continue(_) => ("`break` and `continue` are", HELPER),
        syn::Expr::Closure(_) => ("closures are", HELPER),
        syn::Expr::Try(_) => ("`?` is", "test the answer: `error_if(is_null(x));`"),
        syn::Expr::Return(_) => (
            "`return` is",
            "assign the outputs; a path ends with its block or a last act",
        ),
        syn::Expr::Unsafe(_) => ("`unsafe` is", HELPER),
        syn::Expr::Macro(_) => ("macro calls are", HELPER),
        syn::Expr::MethodCall(_) => (
            "method calls are",
            "declare a helper or a fn, and call that",
        ),
        syn::Expr::Reference(_) | syn::Expr::RawAddr(_) => (
            "references are",
            "layouts and arrays are passed as they are",
        ),
        syn::Expr::Async(_) | syn::Expr::Await(_) | syn::Expr::Yield(_) => {
            ("`async` and `yield` are", HELPER)
        }
        syn::Expr::Range(_) => ("ranges are", HELPER),
        syn::Expr::Struct(_) => ("struct literals are", "objects are made by helpers"),
        syn::Expr::Array(_) | syn::Expr::Repeat(_) => ("array literals are", HELPER),
        syn::Expr::Tuple(_) => ("tuples are", "only `let (a, b) = add_overflow(..)` has one"),
        syn::Expr::Block(_) | syn::Expr::Const(_) | syn::Expr::TryBlock(_) => (
            "a block for itself is",
            "write its statements without the braces",
        ),
        syn::Expr::Let(_) => ("`let` in a condition is", "test first, then `let`"),
        syn::Expr::Assign(_) => (
            "an assignment inside of an expression is",
            "write it as a statement",
        ),
        _ => ("this expression is", HELPER),
    }
}
