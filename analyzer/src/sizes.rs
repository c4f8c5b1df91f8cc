//! Numbers of stack slots: immediates over `oparg`, normalized so that equal ones compare equal.

use crate::model::*;

/// The expression as a sum. `u32` arithmetic that goes below zero is not expected: sizes are not
/// negative.
pub(crate) fn linear(expr: &Expr) -> Size {
    let mut size = Size::default();
    add(&mut size, 1, expr);
    size
}

fn add(size: &mut Size, factor: i64, expr: &Expr) {
    match &expr.kind {
        ExprKind::Literal(Literal::Int(number)) => {
            size.constant = size
                .constant
                .saturating_add(factor.saturating_mul(clamp(*number)));
        }
        ExprKind::Binary {
            op: BinaryOp::Add,
            left,
            right,
        } => {
            add(size, factor, left);
            add(size, factor, right);
        }
        ExprKind::Binary {
            op: BinaryOp::Sub,
            left,
            right,
        } => {
            add(size, factor, left);
            add(size, factor.saturating_neg(), right);
        }
        ExprKind::Binary {
            op: BinaryOp::Mul,
            left,
            right,
        } => match (&left.kind, &right.kind) {
            (ExprKind::Literal(Literal::Int(number)), _) => {
                add(size, factor.saturating_mul(clamp(*number)), right)
            }
            (_, ExprKind::Literal(Literal::Int(number))) => {
                add(size, factor.saturating_mul(clamp(*number)), left)
            }
            _ => size.add_term(factor, expr),
        },
        _ => size.add_term(factor, expr),
    }
}

fn clamp(number: i128) -> i64 {
    number.clamp(-(1 << 31), 1 << 31) as i64
}

/// The expression with `oparg` replaced, constants folded.
pub(crate) fn substitute(expr: &Expr, oparg: &Expr) -> Expr {
    let kind = match &expr.kind {
        ExprKind::Oparg => return oparg.clone(),
        ExprKind::Unary { op, arg } => ExprKind::Unary {
            op: *op,
            arg: Box::new(substitute(arg, oparg)),
        },
        ExprKind::Binary { op, left, right } => {
            let left = Box::new(substitute(left, oparg));
            let right = Box::new(substitute(right, oparg));
            if let Some(number) = fold(*op, &left, &right) {
                ExprKind::Literal(Literal::Int(number))
            } else {
                ExprKind::Binary {
                    op: *op,
                    left,
                    right,
                }
            }
        }
        ExprKind::Cast { kind, arg } => ExprKind::Cast {
            kind: *kind,
            arg: Box::new(substitute(arg, oparg)),
        },
        other => other.clone(),
    };
    Expr {
        ty: expr.ty.clone(),
        immediate: expr.immediate,
        kind,
    }
}

fn fold(op: BinaryOp, left: &Expr, right: &Expr) -> Option<i128> {
    let (ExprKind::Literal(Literal::Int(left)), ExprKind::Literal(Literal::Int(right))) =
        (&left.kind, &right.kind)
    else {
        return None;
    };
    let (left, right) = (u32::try_from(*left).ok()?, u32::try_from(*right).ok()?);
    let result = match op {
        BinaryOp::Add => left.checked_add(right)?,
        BinaryOp::Sub => left.checked_sub(right)?,
        BinaryOp::Mul => left.checked_mul(right)?,
        BinaryOp::And => left & right,
        BinaryOp::Or => left | right,
        BinaryOp::Xor => left ^ right,
        BinaryOp::Shl => left.checked_shl(right)?,
        BinaryOp::Shr => left.checked_shr(right)?,
        _ => return None,
    };
    Some(result.into())
}

pub(crate) fn replace_oparg(size: &Size, oparg: Option<&Expr>) -> Size {
    let Some(oparg) = oparg else {
        return size.clone();
    };
    let mut replaced = Size::fixed(size.constant);
    for (coefficient, term) in &size.terms {
        replaced = replaced.plus(*coefficient, &linear(&substitute(term, oparg)));
    }
    replaced
}

/// An upper bound of both; exact where one is never less than the other.
pub(crate) fn larger(a: &Size, b: &Size) -> Size {
    let difference = a.plus(-1, b);
    let all = |test: fn(i64) -> bool| {
        test(difference.constant)
            && difference
                .terms
                .iter()
                .all(|(coefficient, _)| test(*coefficient))
    };
    if all(|number| number >= 0) {
        return a.clone();
    }
    if all(|number| number <= 0) {
        return b.clone();
    }
    let mut bound = b.clone();
    bound.constant = a.constant.max(b.constant);
    for (coefficient, term) in &difference.terms {
        if *coefficient > 0 {
            bound.add_term(*coefficient, term);
        }
    }
    bound
}

/// As it is written in a definition.
pub(crate) fn show(size: &Size, model: &Model) -> String {
    let mut text = String::new();
    for (coefficient, term) in &size.terms {
        let sign = if *coefficient < 0 { "-" } else { "+" };
        if !text.is_empty() {
            text.push_str(&format!(" {sign} "));
        } else if *coefficient < 0 {
            text.push('-');
        }
        if coefficient.abs() != 1 {
            text.push_str(&format!("{} * ", coefficient.abs()));
        }
        text.push_str(&show_expr(term, model));
    }
    if text.is_empty() {
        return size.constant.to_string();
    }
    match size.constant {
        0 => {}
        constant if constant < 0 => text.push_str(&format!(" - {}", constant.unsigned_abs())),
        constant => text.push_str(&format!(" + {constant}")),
    }
    text
}

fn show_expr(expr: &Expr, model: &Model) -> String {
    match &expr.kind {
        ExprKind::Oparg => "oparg".to_string(),
        ExprKind::Literal(Literal::Int(number)) => number.to_string(),
        ExprKind::Const(id) => model[*id].name.clone(),
        ExprKind::Binary { op, left, right } => {
            format!(
                "({} {} {})",
                show_expr(left, model),
                op.symbol(),
                show_expr(right, model)
            )
        }
        _ => "..".to_string(),
    }
}
