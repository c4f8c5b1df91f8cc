//! Questions about a body that the model does not answer: which names a statement uses, and whether
//! it may run twice.

use crate::plan::blocks;
use analyzer::model::{
    Block, Effects, Expr, ExprKind, HelperId, Model, Place, Stmt, ValueBlock, Var,
};

/// Calls `visit` with every expression of the statement, inner blocks included, outermost first.
pub fn expressions(stmt: &Stmt, visit: &mut dyn FnMut(&Expr)) {
    for expr in own_expressions(stmt) {
        nested(expr, visit);
    }
    for block in blocks(stmt) {
        block.stmts.iter().for_each(|stmt| expressions(stmt, visit));
    }
}

/// As `expressions`, without the inner blocks.
pub fn head_expressions(stmt: &Stmt, visit: &mut dyn FnMut(&Expr)) {
    for expr in own_expressions(stmt) {
        nested(expr, visit);
    }
}

fn own_expressions(stmt: &Stmt) -> Vec<&Expr> {
    use analyzer::model::LastAct::*;
    match stmt {
        Stmt::Let { value, .. } | Stmt::LetTuple { value, .. } | Stmt::RecordValue { value } => {
            vec![value]
        }
        Stmt::Assign { place, value } => match place {
            Place::Output { .. } | Place::Let(_) => vec![value],
            Place::Field { base, .. } => vec![base, value],
            Place::Element { base, index, .. } => vec![base, index, value],
            Place::Slot { index, .. } => vec![index, value],
        },
        Stmt::If { condition, .. }
        | Stmt::ExitIf { condition, .. }
        | Stmt::ErrorIf { condition } => vec![condition],
        Stmt::Match { value, .. } => vec![value],
        Stmt::Call { args, .. } => args.iter().collect(),
        Stmt::Specialize { .. } | Stmt::TierUp { .. } | Stmt::CheckPeriodic => Vec::new(),
        Stmt::Last(act) => match act {
            JumpBy(value) | PushFrame(value) | PopFrame(value) | SuspendFrame(value)
            | DispatchAs(value) => vec![value],
            ResumeFrame(generator, value) => vec![generator, value],
            Raise | DispatchSame => Vec::new(),
        },
    }
}

/// The expression and all inside it.
pub fn nested(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(expr);
    let block = |block: &ValueBlock, visit: &mut dyn FnMut(&Expr)| {
        for stmt in &block.lets {
            expressions(stmt, visit);
        }
        nested(&block.value, visit);
    };
    match &expr.kind {
        ExprKind::Slot { index: arg, .. }
        | ExprKind::Field { base: arg, .. }
        | ExprKind::Unary { arg, .. }
        | ExprKind::Cast { arg, .. } => nested(arg, visit),
        ExprKind::Element { base: left, index: right, .. }
        | ExprKind::Binary { left, right, .. } => {
            nested(left, visit);
            nested(right, visit);
        }
        ExprKind::If { condition, then, otherwise } => {
            nested(condition, visit);
            block(then, visit);
            block(otherwise, visit);
        }
        ExprKind::Match { value, arms } => {
            nested(value, visit);
            arms.iter().for_each(|arm| block(&arm.body, visit));
        }
        ExprKind::Intrinsic { args, .. }
        | ExprKind::Helper { args, .. }
        | ExprKind::Fn { args, .. } => {
            args.iter().for_each(|arg| nested(arg, visit));
        }
        ExprKind::Literal(_)
        | ExprKind::Const(_)
        | ExprKind::Oparg
        | ExprKind::NextInstructionOffset
        | ExprKind::Thread
        | ExprKind::Frame
        | ExprKind::Var(_) => {}
    }
}

/// How often the statement names the variable.
pub fn uses(stmt: &Stmt, wanted: Var) -> usize {
    let mut count = 0;
    expressions(stmt, &mut |expr| {
        count += usize::from(matches!(expr.kind, ExprKind::Var(var) if var == wanted))
    });
    count
}

pub fn expr_uses(expr: &Expr, wanted: Var) -> bool {
    let mut found = false;
    nested(expr, &mut |expr| found |= matches!(expr.kind, ExprKind::Var(var) if var == wanted));
    found
}

/// The helpers that the expressions of the statement call, its inner blocks left out.
pub fn helpers(stmt: &Stmt) -> Vec<HelperId> {
    let mut found = Vec::new();
    if let Stmt::Call { helper, .. } = stmt {
        found.push(*helper);
    }
    head_expressions(stmt, &mut |expr| {
        if let ExprKind::Helper { helper, .. } = expr.kind {
            found.push(helper);
        }
    });
    found
}

/// Nothing happens but a look: a specializer may run it before the instruction does.
pub fn only_looks(model: &Model, stmt: &Stmt) -> bool {
    let quiet = helpers(stmt).into_iter().all(|helper| looks(&model[helper].effects));
    quiet
        && match stmt {
            Stmt::Let { .. }
            | Stmt::LetTuple { .. }
            | Stmt::ExitIf { .. }
            | Stmt::RecordValue { .. } => true,
            Stmt::Assign { place, .. } => matches!(place, Place::Output { .. } | Place::Let(_)),
            Stmt::If { .. } | Stmt::Match { .. } => blocks(stmt)
                .into_iter()
                .all(|block| block.stmts.iter().all(|stmt| only_looks(model, stmt))),
            Stmt::Specialize { .. } | Stmt::TierUp { .. } | Stmt::CheckPeriodic => true,
            Stmt::Call { .. } | Stmt::ErrorIf { .. } | Stmt::Last(_) => false,
        }
}

/// Something happens on a path that goes on behind the statement.
pub fn acts(model: &Model, stmt: &Stmt) -> bool {
    match stmt {
        Stmt::If { .. } | Stmt::Match { .. } => {
            let on = |block: &&Block| !block.leaves;
            let quiet = helpers(stmt).into_iter().all(|helper| looks(&model[helper].effects));
            !quiet
                || blocks(stmt)
                    .into_iter()
                    .filter(on)
                    .any(|block| block.stmts.iter().any(|stmt| acts(model, stmt)))
        }
        _ => !only_looks(model, stmt),
    }
}

fn looks(effects: &Effects) -> bool {
    effects.writes.is_empty()
        && !effects.allocates
        && !effects.may_raise
        && !effects.may_call_python
}

/// The statement leaves for the generic instruction on some path.
pub fn may_exit(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::ExitIf { .. })
        || blocks(stmt).into_iter().any(|block: &Block| block.stmts.iter().any(may_exit))
}
