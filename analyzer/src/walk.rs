//! Visits every expression and statement of a typed tree, in order of evaluation.

use crate::model::*;

/// Calls `visit` on the expression and all within, the whole before its parts.
pub fn expr(one: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(one);
    match &one.kind {
        ExprKind::Literal(_)
        | ExprKind::Const(_)
        | ExprKind::Oparg
        | ExprKind::NextInstructionOffset
        | ExprKind::Thread
        | ExprKind::Frame
        | ExprKind::Var(_) => {}
        ExprKind::Slot { index, .. } => expr(index, visit),
        ExprKind::Field { base, .. } => expr(base, visit),
        ExprKind::Element { base, index, .. } => {
            expr(base, visit);
            expr(index, visit);
        }
        ExprKind::Unary { arg, .. } | ExprKind::Cast { arg, .. } => expr(arg, visit),
        ExprKind::Binary { left, right, .. } => {
            expr(left, visit);
            expr(right, visit);
        }
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => {
            expr(condition, visit);
            value_block(then, visit);
            value_block(otherwise, visit);
        }
        ExprKind::Match { value, arms } => {
            expr(value, visit);
            for arm in arms {
                value_block(&arm.body, visit);
            }
        }
        ExprKind::Intrinsic { args, .. }
        | ExprKind::Helper { args, .. }
        | ExprKind::Fn { args, .. } => {
            for arg in args {
                expr(arg, visit);
            }
        }
    }
}

pub fn value_block(block: &ValueBlock, visit: &mut dyn FnMut(&Expr)) {
    for stmt in &block.lets {
        if let Stmt::Let { value, .. } | Stmt::LetTuple { value, .. } = stmt {
            expr(value, visit);
        }
    }
    expr(&block.value, visit);
}

/// Calls `on_stmt` on every statement, before its parts, and `on_expr` on every expression in them.
pub fn block(one: &Block, on_stmt: &mut dyn FnMut(&Stmt), on_expr: &mut dyn FnMut(&Expr)) {
    for stmt in &one.stmts {
        on_stmt(stmt);
        match stmt {
            Stmt::Let { value, .. }
            | Stmt::LetTuple { value, .. }
            | Stmt::RecordValue { value } => {
                expr(value, on_expr);
            }
            Stmt::Assign { place, value } => {
                expr(value, on_expr);
                place_exprs(place, on_expr);
            }
            Stmt::If {
                condition,
                then,
                otherwise,
            } => {
                expr(condition, on_expr);
                block(then, on_stmt, on_expr);
                if let Some(otherwise) = otherwise {
                    block(otherwise, on_stmt, on_expr);
                }
            }
            Stmt::Match { value, arms } => {
                expr(value, on_expr);
                for arm in arms {
                    block(&arm.body, on_stmt, on_expr);
                }
            }
            Stmt::ExitIf { condition, .. } | Stmt::ErrorIf { condition } => {
                expr(condition, on_expr)
            }
            Stmt::Call { args, .. } => {
                for arg in args {
                    expr(arg, on_expr);
                }
            }
            Stmt::Specialize { .. } | Stmt::TierUp { .. } | Stmt::CheckPeriodic => {}
            Stmt::Last(act) => match act {
                LastAct::JumpBy(arg)
                | LastAct::PushFrame(arg)
                | LastAct::PopFrame(arg)
                | LastAct::SuspendFrame(arg)
                | LastAct::DispatchAs(arg) => expr(arg, on_expr),
                LastAct::ResumeFrame(generator, value) => {
                    expr(generator, on_expr);
                    expr(value, on_expr);
                }
                LastAct::Raise | LastAct::DispatchSame => {}
            },
        }
    }
}

fn place_exprs(place: &Place, on_expr: &mut dyn FnMut(&Expr)) {
    match place {
        Place::Output { .. } | Place::Let(_) => {}
        Place::Field { base, .. } => expr(base, on_expr),
        Place::Element { base, index, .. } => {
            expr(base, on_expr);
            expr(index, on_expr);
        }
        Place::Slot { index, .. } => expr(index, on_expr),
    }
}
