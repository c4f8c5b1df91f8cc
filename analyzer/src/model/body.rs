//! Bodies: statements and expressions, each expression with its type.

use super::*;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    pub stmts: Vec<Stmt>,
    /// Every path through the block ends in a last act.
    pub leaves: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    Let {
        var: LetId,
        value: Expr,
    },
    /// `let (sum, overflow) = add_overflow(a, b);` `None` is `_`.
    LetTuple {
        vars: Vec<Option<LetId>>,
        value: Expr,
    },
    Assign {
        place: Place,
        value: Expr,
    },
    If {
        condition: Expr,
        then: Block,
        otherwise: Option<Block>,
    },
    /// On an immediate; exhaustive (`_`, or all values).
    Match {
        value: Expr,
        arms: Vec<Arm<Block>>,
    },
    /// `exit_if(c)`, `exit_if(c, NAME)`, `deopt_if(c)`: restart the instruction, as the family's
    /// head or as `takes_over`.
    ExitIf {
        kind: ExitKind,
        condition: Expr,
        takes_over: Option<InstructionId>,
    },
    /// An exception is set when the condition holds.
    ErrorIf {
        condition: Expr,
    },
    /// A helper called for its effects.
    Call {
        helper: HelperId,
        args: Vec<Expr>,
    },
    /// `specialize(counter)`: index of the cache. The only statement of a `specializing` op.
    Specialize {
        cache: usize,
    },
    /// `tier_up(counter, NAME)`: counts down; at zero a trace may begin here. NAME is the same
    /// instruction without the counter, for a place where a trace stands or none is wanted. The
    /// only statement of a `tier1` op.
    TierUp {
        cache: usize,
        without: InstructionId,
    },
    /// `check_periodic()`
    CheckPeriodic,
    /// `record_value(x)`: keep x for the trace that is being recorded; read before the instruction
    /// runs.
    RecordValue {
        value: Expr,
    },
    /// Ends the path, and the instruction.
    Last(LastAct),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExitKind {
    /// Grows a side trace when it fails often.
    Exit,
    /// Leaves for good.
    Deopt,
}

/// What ends an instruction other than going on with the next one.
#[derive(Clone, Debug, PartialEq)]
pub enum LastAct {
    /// `jump_by(n)`: units relative to the next instruction. `n` has type `u32` or `i64`.
    JumpBy(Expr),
    /// `push_frame(f)`: go on in the callee's frame.
    PushFrame(Expr),
    /// `pop_frame(v)`: return v.
    PopFrame(Expr),
    /// `suspend_frame(v)`: the generator yields v.
    SuspendFrame(Expr),
    /// `resume_frame(generator, v)`
    ResumeFrame(Expr, Expr),
    /// `raise()`: an exception is set already.
    Raise,
    /// `dispatch_same()`: execute the instruction at ip again.
    DispatchSame,
    /// `dispatch_as(n)`: go on with the handler of opcode n, at the same place.
    DispatchAs(Expr),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// An output with a single slot. `index` counts in `outputs`; with `jump`, in `jump_outputs`,
    /// for a name that stands only there. (A name that stands in both is one variable, that of
    /// `outputs`.)
    Output { index: usize, jump: bool },
    /// A `let mut` variable.
    Let(LetId),
    /// Never readonly, never inline. References need the write barrier ([`Model::is_reference`]).
    Field { base: Expr, field: FieldId },
    /// An element behind a `Ptr` field, or of an array operand (`base` of type [`Ty::Slots`]; then
    /// `class` is `None`).
    Element {
        base: Expr,
        index: Expr,
        class: Option<ClassId>,
    },
    /// `local[i]` or `cell[i]`.
    Slot { table: Table, index: Expr },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Arm<B> {
    /// Empty: `_`, which is the last arm.
    pub patterns: Vec<Pattern>,
    pub body: B,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    Literal(Literal),
    Const(ConstId),
    /// `2..=5`
    Range(i128, i128),
}

/// `{ let a = ..; a + 1 }`: the statements are `Let` and `LetTuple` only.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueBlock {
    pub lets: Vec<Stmt>,
    pub value: Box<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub ty: Ty,
    /// Known when a trace is compiled: literals, constants, `oparg`, cache entries,
    /// `constant[imm]`, `name[imm]`, and pure operators over them.
    pub immediate: bool,
    pub kind: ExprKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Literal(Literal),
    Const(ConstId),
    /// `u32`; in a macro part `_X(e)` it is e.
    Oparg,
    /// `next_instruction_offset`: `u32`, in units from the start of the code.
    NextInstructionOffset,
    /// `thread`, `frame`: of the layouts `Thread` and `Frame`.
    Thread,
    Frame,
    Var(Var),
    /// `local[i]`, `constant[i]`, ...
    Slot {
        table: Table,
        index: Box<Expr>,
    },
    Field {
        base: Box<Expr>,
        field: FieldId,
    },
    /// See [`Place::Element`].
    Element {
        base: Box<Expr>,
        index: Box<Expr>,
        class: Option<ClassId>,
    },
    Unary {
        op: UnaryOp,
        arg: Box<Expr>,
    },
    /// Operands have the same type, except for shifts. Arithmetic wraps; a shift's count is masked.
    /// `&&` and `||` do not evaluate the right operand needlessly. Division never sees a zero
    /// divisor (checked by the analyzer) and wraps for the smallest integer by -1.
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// To [`Expr::ty`].
    Cast {
        kind: CastKind,
        arg: Box<Expr>,
    },
    If {
        condition: Box<Expr>,
        then: ValueBlock,
        otherwise: ValueBlock,
    },
    Match {
        value: Box<Expr>,
        arms: Vec<Arm<ValueBlock>>,
    },
    Intrinsic {
        intrinsic: Intrinsic,
        args: Vec<Expr>,
    },
    Helper {
        helper: HelperId,
        args: Vec<Expr>,
    },
    Fn {
        function: FnId,
        args: Vec<Expr>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Var {
    /// Index into [`StackEffect::inputs`]; type [`Ty::Slots`] for an array.
    Input(usize),
    /// Index into [`StackEffect::outputs`]: read only where it has been assigned (or starts as an
    /// input). Arrays: only as an argument of a helper that fills it, or through `Place::Element`.
    Output(usize),
    /// Index into [`StackEffect::jump_outputs`], for a name that is not in `outputs`.
    JumpOutput(usize),
    Let(LetId),
    /// Index into [`Op::caches`].
    Cache(usize),
    /// Index into [`Function::params`].
    Param(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    Local,
    Cell,
    Constant,
    Name,
    Root,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// Wrapping on integers.
    Neg,
    /// Logical on bool, bitwise on integers.
    Not,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    And,
    Or,
    Xor,
    Shl,
    Shr,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    LogicalAnd,
    LogicalOr,
}

impl BinaryOp {
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Rem => "%",
            BinaryOp::And => "&",
            BinaryOp::Or => "|",
            BinaryOp::Xor => "^",
            BinaryOp::Shl => "<<",
            BinaryOp::Shr => ">>",
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::LogicalAnd => "&&",
            BinaryOp::LogicalOr => "||",
        }
    }

    pub fn is_comparison(self) -> bool {
        use BinaryOp::*;
        matches!(self, Eq | Ne | Lt | Le | Gt | Ge)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CastKind {
    /// Between scalars (and aliases), by Rust's `as`.
    Numeric,
    /// Between values, object layouts, and layouts up or down: the same bits.
    Reinterpret,
    /// Inserted where a value of a known type goes into an operand without a type ([`Ty::Any`]).
    Forget,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Intrinsic {
    /// `(int, int) -> (int, bool)`, on any integer type.
    AddOverflow,
    SubOverflow,
    MulOverflow,
    /// On a value, a layout or a `Ptr`.
    IsNull,
    /// `null()`, of the type the context asks for (value, layout or `Ptr`).
    Null,
    /// `is_object(v)`: the value is a pointer to a heap object.
    IsObject,
    /// `same(a, b)`: bit identity of two values.
    Same,
    Box(ReprId),
    Unbox(ReprId),
    Test(ReprId),
}
