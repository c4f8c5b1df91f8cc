//! What becomes of each output of a micro-op, decided before its body is written: an alias of an
//! input (a move, or a guard that re-types), one `let`, or a variable that several paths assign.
//! Not here: any text.

use analyzer::model::{Block, Expr, ExprKind, Intrinsic, Op, Output, Place, Source, Stmt, Var};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plan {
    /// The input of this index, untouched.
    Same(usize),
    /// The same value as this input, perhaps in another representation; its only assignment says
    /// so.
    Alias(usize),
    /// Assigned once, where everything that follows can see it.
    Let,
    /// Declared first, assigned later; starts as the input, if any.
    Deferred(Option<usize>),
    /// On the path that jumps: the variable of the output of this index, which bears the same name.
    Shared(usize),
    /// An array that a helper or the body fills in place.
    Array,
    /// An array that stays where it is.
    SameArray(usize),
    Undefined,
}

/// `jump` tells which list the outputs are.
pub fn outputs(op: &Op, outputs: &[Output], jump: bool) -> Vec<Plan> {
    outputs.iter().enumerate().map(|(index, output)| plan(op, output, index, jump)).collect()
}

fn plan(op: &Op, output: &Output, index: usize, jump: bool) -> Plan {
    let array = output.operand.array.is_some();
    match output.source {
        Source::Same(input) if array => return Plan::SameArray(input),
        Source::Same(input) => return Plan::Same(input),
        Source::Retyped(input) => return Plan::Alias(input),
        Source::Undefined if !array => return Plan::Undefined,
        _ if array => return Plan::Array,
        _ => {}
    }
    let start = match output.source {
        Source::StartsAs(input) => Some(input),
        _ => None,
    };
    let twin = op.effect.outputs.iter().position(|other| other.operand.name == output.operand.name);
    if let (true, Some(twin)) = (jump, twin) {
        return Plan::Shared(twin);
    }
    let mut found = Vec::new();
    assignments(&op.body, Place::Output { index, jump }, true, &mut found);
    match found.as_slice() {
        [(top, value)] if start.is_none() && (*top || jump) => match identity(op, value) {
            Some(input) => Plan::Alias(input),
            None => Plan::Let,
        },
        // Never assigned: it arrives from another frame, or the path leaves.
        [] if start.is_none() => Plan::Undefined,
        _ => Plan::Deferred(start),
    }
}

/// The variable only carries an input to outputs that are aliases of it: nothing of it needs to be
/// written.
pub fn only_carries(op: &Op, id: analyzer::model::LetId, plans: &[Plan]) -> bool {
    let Some(input) = initial(&op.body, id).and_then(|value| identity(op, value)) else {
        return false;
    };
    let carried = |stmt: &Stmt| match stmt {
        Stmt::Assign { place: Place::Output { index, jump: false }, .. } => {
            plans[*index] == Plan::Alias(input)
        }
        _ => false,
    };
    let uses = |stmt: &&Stmt| crate::walk::uses(stmt, Var::Let(id)) > 0;
    !op.lets[id.0].mutable && op.body.stmts.iter().filter(uses).all(carried)
}

/// Every value that is assigned to the place, and whether that stands in the outermost block.
fn assignments<'op>(
    block: &'op Block,
    wanted: Place,
    top: bool,
    found: &mut Vec<(bool, &'op Expr)>,
) {
    for stmt in &block.stmts {
        match stmt {
            Stmt::Assign { place, value } if *place == wanted => found.push((top, value)),
            _ => {}
        }
        for inner in blocks(stmt) {
            assignments(inner, wanted.clone(), false, found);
        }
    }
}

/// The blocks inside a statement.
pub fn blocks(stmt: &Stmt) -> Vec<&Block> {
    match stmt {
        Stmt::If { then, otherwise, .. } => std::iter::once(then).chain(otherwise).collect(),
        Stmt::Match { arms, .. } => arms.iter().map(|arm| &arm.body).collect(),
        _ => Vec::new(),
    }
}

/// The input whose value the expression is, whatever representation it has.
pub fn identity(op: &Op, expr: &Expr) -> Option<usize> {
    match &expr.kind {
        ExprKind::Var(Var::Input(input)) => {
            op.effect.inputs[*input].array.is_none().then_some(*input)
        }
        ExprKind::Var(Var::Let(id)) if !op.lets[id.0].mutable => {
            identity(op, initial(&op.body, *id)?)
        }
        ExprKind::Cast { kind: analyzer::model::CastKind::Numeric, .. } => None,
        ExprKind::Cast { arg, .. } => identity(op, arg),
        ExprKind::Intrinsic { intrinsic: Intrinsic::Box(_) | Intrinsic::Unbox(_), args } => {
            identity(op, &args[0])
        }
        _ => None,
    }
}

fn initial(block: &Block, id: analyzer::model::LetId) -> Option<&Expr> {
    block.stmts.iter().find_map(|stmt| match stmt {
        Stmt::Let { var, value } if *var == id => Some(value),
        _ => blocks(stmt).into_iter().find_map(|inner| initial(inner, id)),
    })
}
