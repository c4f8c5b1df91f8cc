//! What is known on a path through a body.

use crate::model::*;
use crate::source::Span;

/// A name that a body may assign as an output: one variable, even where the name stands in both the
/// outputs and the outputs of the jumping path.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub name: String,
    pub ty: Ty,
    pub array: bool,
    pub output: Option<usize>,
    pub jump: Option<usize>,
    /// The input of the same name at the same depth.
    pub input: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assigned {
    No,
    Maybe,
    Yes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Goes on with the next micro-op.
    Normal,
    Jump,
    /// Pushes, resumes or suspends a frame.
    Leave,
}

/// The state of the variables at one end of a path.
#[derive(Clone, Debug)]
pub(crate) struct Ends {
    pub end: End,
    pub assigned: Vec<Assigned>,
}

/// A call that may have raised, whose answer has not been tested.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Untested {
    pub helper: String,
    pub span: Span,
    /// Where its answer went.
    pub variable: Option<Var>,
}

#[derive(Clone, Debug)]
pub(crate) struct Flow {
    /// By variable.
    pub assigned: Vec<Assigned>,
    /// The first visible effect on some path to here.
    pub effect: Option<Span>,
    pub left: bool,
    /// Known not to be zero.
    pub nonzero: Vec<Var>,
    pub untested: Vec<Untested>,
}

impl Flow {
    pub fn new(variables: usize) -> Flow {
        Flow {
            assigned: vec![Assigned::No; variables],
            effect: None,
            left: false,
            nonzero: Vec::new(),
            untested: Vec::new(),
        }
    }

    /// What holds where two paths meet.
    pub fn join(self, other: Flow) -> Flow {
        match (self.left, other.left) {
            (true, true) => Flow {
                effect: self.effect.or(other.effect),
                ..self
            },
            (true, false) => other,
            (false, true) => self,
            (false, false) => self.meet(other),
        }
    }

    fn meet(mut self, other: Flow) -> Flow {
        for (mine, theirs) in self.assigned.iter_mut().zip(&other.assigned) {
            if *mine != *theirs {
                *mine = Assigned::Maybe;
            }
        }
        self.effect = self.effect.or(other.effect);
        self.nonzero.retain(|known| other.nonzero.contains(known));
        for untested in other.untested {
            if !self.untested.contains(&untested) {
                self.untested.push(untested);
            }
        }
        self
    }
}

/// The variables that are known not to be zero when the condition has this outcome.
pub(crate) fn nonzero_when(condition: &Expr, outcome: bool, found: &mut Vec<Var>) {
    match &condition.kind {
        ExprKind::Unary {
            op: UnaryOp::Not,
            arg,
        } => nonzero_when(arg, !outcome, found),
        ExprKind::Binary {
            op: BinaryOp::LogicalAnd,
            left,
            right,
        } if outcome => {
            nonzero_when(left, true, found);
            nonzero_when(right, true, found);
        }
        ExprKind::Binary {
            op: BinaryOp::LogicalOr,
            left,
            right,
        } if !outcome => {
            nonzero_when(left, false, found);
            nonzero_when(right, false, found);
        }
        ExprKind::Binary { op, left, right } => {
            use BinaryOp::*;
            let zero = |side: &Expr| matches!(side.kind, ExprKind::Literal(Literal::Int(0)));
            let known = match (op, outcome) {
                (Ne, true) | (Eq, false) => true,
                (Gt, true) | (Le, false) => zero(right),
                (Lt, true) | (Ge, false) => zero(left) || zero(right),
                _ => false,
            };
            let known = known || matches!((op, outcome), (Gt, true) | (Le, false)) && zero(left);
            if !known {
                return;
            }
            match (&left.kind, &right.kind) {
                (ExprKind::Var(var), _) if zero(right) => found.push(*var),
                (_, ExprKind::Var(var)) if zero(left) => found.push(*var),
                _ => {}
            }
        }
        _ => {}
    }
}

/// The variables that are known not to be null when the condition has this outcome.
pub(crate) fn nonnull_when(condition: &Expr, outcome: bool, found: &mut Vec<Var>) {
    match &condition.kind {
        ExprKind::Unary {
            op: UnaryOp::Not,
            arg,
        } => nonnull_when(arg, !outcome, found),
        ExprKind::Binary {
            op: BinaryOp::LogicalAnd,
            left,
            right,
        } if outcome => {
            nonnull_when(left, true, found);
            nonnull_when(right, true, found);
        }
        ExprKind::Binary {
            op: BinaryOp::LogicalOr,
            left,
            right,
        } if !outcome => {
            nonnull_when(left, false, found);
            nonnull_when(right, false, found);
        }
        ExprKind::Intrinsic {
            intrinsic: Intrinsic::IsNull,
            args,
        } if !outcome => {
            if let [
                Expr {
                    kind: ExprKind::Var(var),
                    ..
                },
            ] = args.as_slice()
            {
                found.push(*var);
            }
        }
        _ => {}
    }
}
