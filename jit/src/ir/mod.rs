//! The traces' intermediate representation: typed SSA values, nested regions, snapshots. `docs/ir.md` is its reference; this file has the
//! types and the primitives that build them. Not here: what makes a trace of bytecode (`build`), machine code (`machine`).
//!
//! - Every instruction has an [`Id`], also one without a result; its [`Def`] lies in `Func::defs`, blocks list ids. Defs in no block are
//! dead.
//! - Blocks live in `Func::blocks` and are named by [`Block`]. `If` names its two regions; each ends in `Yield` or leaves the trace.
//! - `Func::loops` may be empty, one loop, or several headers (one per state of types). `Jump` may stand at the end of any block, nested
//! ones
//!   too, so that a side trace can stand in its parent as the region of an `If`.
//! - A loop's body sees what dominates all the jumps in the entry; other loops' values come through parameters only.
//! - A value in a snapshot may be raw (`i64` int, `f64` float, `i1` bool): it is boxed when the exit is taken. A `Box` there counts as
//! what it boxes.
//! - A helper takes exactly the arguments of its signature; one that wants the thread gets `Op::Thread` among them.
//! - `BoxFloat` expects a NaN to be canonical, as arithmetic and `Unbox` give it; a float from elsewhere goes through `Unary::FCanonical`.
//! - A side trace reads the raw values that its parent's exit stored with `Op::Incoming`.

pub mod exits;
pub mod failing;
pub mod helper;
pub mod interpret;
pub mod parse;
#[cfg(test)]
pub mod random;
#[cfg(test)]
mod tests;
pub mod text;
pub mod verify;

use runtime::frame::kind;
use runtime::value::Value;

pub use helper::{Address, Class, Classes, Effects, FrameEnd, Helper, Support};

/// Regions may be nested this deep.
pub const MAX_NESTING: usize = 64;
/// A trace has fewer values than this.
pub const MAX_IDS: u32 = 1 << 20;

/// An SSA value, or an instruction without one: an index into `Func::defs`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub u32);

/// An index into `Func::blocks`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Block(pub u32);

/// An index into `Func::loops`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LoopId(pub u32);

/// An index into `Func::snapshots`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SnapshotId(pub u32);

/// An index into `Func::roots`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Root(pub u32);

impl core::fmt::Debug for Id {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "v{}", self.0)
    }
}

/// The type of a value. `Value` and `Ptr` are words; an object's pointer and its value have the same bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ty {
    I1,
    I8,
    I16,
    I32,
    I64,
    F64,
    /// A NaN box (`runtime::value`).
    Value,
    /// A native pointer or an object's.
    Ptr,
}

impl Ty {
    pub const ALL: [Ty; 8] = [Ty::I1, Ty::I8, Ty::I16, Ty::I32, Ty::I64, Ty::F64, Ty::Value, Ty::Ptr];

    /// Bytes in memory.
    pub const fn size(self) -> u32 {
        match self {
            Ty::I1 | Ty::I8 => 1,
            Ty::I16 => 2,
            Ty::I32 => 4,
            Ty::I64 | Ty::F64 | Ty::Value | Ty::Ptr => 8,
        }
    }
    /// Bits that mean something.
    pub const fn bits(self) -> u32 {
        match self {
            Ty::I1 => 1,
            _ => self.size() * 8,
        }
    }
    /// Integers that arithmetic works on.
    pub const fn is_int(self) -> bool {
        matches!(self, Ty::I8 | Ty::I16 | Ty::I32 | Ty::I64)
    }
    /// All ones in the bits that mean something.
    pub const fn mask(self) -> u64 {
        u64::MAX >> (64 - self.bits())
    }
}

/// A declared representation: how an unboxed Python value lies in a register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Repr {
    /// Any i64. Boxed it is a small int or a heap int; `Test` and `Unbox` know small ints only.
    Int,
    Float,
    Bool,
}

impl Repr {
    pub const fn ty(self) -> Ty {
        match self {
            Repr::Int => Ty::I64,
            Repr::Float => Ty::F64,
            Repr::Bool => Ty::I1,
        }
    }
    /// The representation that a raw value of this type has in a snapshot; `None` for words that are values already.
    pub const fn of(ty: Ty) -> Option<Repr> {
        match ty {
            Ty::I64 => Some(Repr::Int),
            Ty::F64 => Some(Repr::Float),
            Ty::I1 => Some(Repr::Bool),
            _ => None,
        }
    }
}

/// Operands and result have one type. Integers wrap; shift counts are taken modulo the width. `And`, `Or`, `Xor` work on `I1` too.
/// Division by zero and the smallest int by -1 are the builder's to guard against: undefined for `Div*` and `Rem*` (`RemS` by -1 is 0).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    DivS,
    DivU,
    RemS,
    RemU,
    And,
    Or,
    Xor,
    Shl,
    ShrS,
    ShrU,
    FAdd,
    FSub,
    FMul,
    FDiv,
}

impl Binary {
    pub const fn is_float(self) -> bool {
        matches!(self, Binary::FAdd | Binary::FSub | Binary::FMul | Binary::FDiv)
    }
    pub const fn is_commutative(self) -> bool {
        matches!(self, Binary::Add | Binary::Mul | Binary::And | Binary::Or | Binary::Xor | Binary::FAdd | Binary::FMul)
    }
}

/// `Neg` wraps; `Not` complements (`I1`: logically); `FCanonical` gives a NaN the only payload that a box can hold and keeps its sign.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unary {
    Neg,
    Not,
    FNeg,
    FAbs,
    FSqrt,
    FCanonical,
}

impl Unary {
    pub const fn is_float(self) -> bool {
        !matches!(self, Unary::Neg | Unary::Not)
    }
}

/// The result is `I1`. `Eq`, `Ne` and the unsigned ones take integers, `Value` and `Ptr` (`Eq`, `Ne` also `I1`); the `F` ones floats, as
/// Rust's operators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Compare {
    Eq,
    Ne,
    LtS,
    LeS,
    GtS,
    GeS,
    LtU,
    LeU,
    GtU,
    GeU,
    FEq,
    FNe,
    FLt,
    FLe,
    FGt,
    FGe,
}

impl Compare {
    pub const fn is_float(self) -> bool {
        matches!(self, Compare::FEq | Compare::FNe | Compare::FLt | Compare::FLe | Compare::FGt | Compare::FGe)
    }
    /// The comparison that is true when this one is false; ordered float comparisons have none.
    pub const fn complement(self) -> Option<Compare> {
        Some(match self {
            Compare::Eq => Compare::Ne,
            Compare::Ne => Compare::Eq,
            Compare::LtS => Compare::GeS,
            Compare::LeS => Compare::GtS,
            Compare::GtS => Compare::LeS,
            Compare::GeS => Compare::LtS,
            Compare::LtU => Compare::GeU,
            Compare::LeU => Compare::GtU,
            Compare::GtU => Compare::LeU,
            Compare::GeU => Compare::LtU,
            Compare::FEq => Compare::FNe,
            Compare::FNe => Compare::FEq,
            Compare::FLt | Compare::FLe | Compare::FGt | Compare::FGe => return None,
        })
    }
}

/// True when the wrapping operation of the same name loses something. The pair with the operation becomes one machine instruction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Overflow {
    AddS,
    AddU,
    SubS,
    SubU,
    MulS,
    MulU,
}

impl Overflow {
    /// The operation whose overflow it is.
    pub const fn operation(self) -> Binary {
        match self {
            Overflow::AddS | Overflow::AddU => Binary::Add,
            Overflow::SubS | Overflow::SubU => Binary::Sub,
            Overflow::MulS | Overflow::MulU => Binary::Mul,
        }
    }
}

/// From the operand's type to the definition's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Convert {
    /// Any integer or `I1` to a wider integer.
    Zext,
    Sext,
    /// An integer to a narrower one or to `I1` (its lowest bit).
    Trunc,
    /// `I32` or `I64` to `F64`, rounding to nearest.
    SignedToFloat,
    UnsignedToFloat,
    /// `F64` to `I32` or `I64`, saturating, NaN to 0, as Rust's `as`.
    FloatToSigned,
    FloatToUnsigned,
    /// Among `I64`, `Value` and `Ptr`: the same bits.
    Cast,
}

/// Why a trace is left.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum ExitKind {
    /// Another path of the program: grows a side trace when it is hot.
    Exit,
    /// A specialization no longer fits: back to the interpreter, no side trace.
    Deopt,
    /// A helper has raised: `thread.raised` is set, `ip` is that of the instruction.
    Error,
    /// An assumption of the trace no longer holds.
    Invalid,
    /// The trace ends here.
    End,
}

impl ExitKind {
    pub const ALL: [ExitKind; 5] = [ExitKind::Exit, ExitKind::Deopt, ExitKind::Error, ExitKind::Invalid, ExitKind::End];
}

#[derive(Clone, PartialEq, Debug)]
pub enum Op {
    /// Nothing; what dead code becomes.
    Nop,
    /// A loop's parameter or a result of an `If`: listed there, in no block.
    Param,
    /// The low bits are the value, by the type.
    Const(u64),
    /// An object the trace refers to: the address of `roots[n]` (`Value` or `Ptr`).
    Root(Root),
    /// `*Thread`.
    Thread,
    /// `*Frame` of the trace's outermost frame.
    Frame,
    /// The address of a word relative to `Frame` (`Ptr`).
    SlotAddress { word: i32 },
    /// Only in a side trace's entry: the n-th raw value of the parent's exit.
    Incoming(u32),

    Binary(Binary, Id, Id),
    Unary(Unary, Id),
    Compare(Compare, Id, Id),
    Overflow(Overflow, Id, Id),
    Select { condition: Id, then: Id, otherwise: Id },
    Convert(Convert, Id),

    /// Raw to `Value`. `Int` that does not fit 50 bits is allocated.
    Box(Repr, Id),
    /// `Value` to raw; `Test` has said yes.
    Unbox(Repr, Id),
    Test(Repr, Id),
    /// `Value` is a pointer to a heap object.
    IsObject(Id),

    /// The definition's type at `base + offset`. `readonly`: never written while the trace can see it.
    /// A load stays below the guards before it.
    Load { base: Id, offset: i32, class: Class, readonly: bool },
    Store { base: Id, offset: i32, class: Class, value: Id },
    /// At `base + offset + index * size of the type`; the index is `I64`.
    LoadElement { base: Id, index: Id, offset: i32, class: Class, readonly: bool },
    StoreElement { base: Id, index: Id, offset: i32, class: Class, value: Id },
    /// `base + offset + index * size` (`Ptr`); the index is `I64`.
    ElementAddress { base: Id, index: Id, offset: i32, size: u32 },
    /// After a store of a reference into `owner`, which may be an old object (`Value` or `Ptr`).
    Barrier { owner: Id },
    /// `helper` is an index into the table of helpers.
    Call { helper: u16, args: Vec<Id> },

    /// Leaves when `bad` is true. `check`: the exit does again what comes, whatever `bad` is, so that leaving costs time and nothing else;
    /// otherwise it goes where only `bad` leads.
    Guard { bad: Id, snapshot: SnapshotId, kind: ExitKind, check: bool },
    /// Leaves when the trace has been invalidated.
    CheckValid { snapshot: SnapshotId },
    /// The regions' `Yield`s give the results.
    If { condition: Id, then: Block, otherwise: Block, results: Vec<Id> },

    Jump { target: LoopId, args: Vec<Id> },
    Leave { snapshot: SnapshotId, kind: ExitKind },
    /// Goes on in another executor. All frames are in memory and hold their values: the snapshot has the innermost one alone, and lists no
    /// slots.
    Link { snapshot: SnapshotId, executor: u32 },
    /// Goes on in the executor that begins where the frame (`Ptr`) stands, whichever that is, or leaves. Everything is in memory; the
    /// snapshot has no frames.
    Dispatch { frame: Id, snapshot: SnapshotId },
    Yield { args: Vec<Id> },
}

#[derive(Clone, PartialEq, Debug)]
pub struct Def {
    pub op: Op,
    /// `None`: no result.
    pub ty: Option<Ty>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Loop {
    pub params: Vec<Id>,
    pub body: Block,
}

/// What the end of a frame means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FrameKind {
    #[default]
    Plain,
    /// An `__init__`'s: who called gets the instance in its namespace.
    Init,
    /// A generator runs in it, in whose cell it lies.
    Generator,
    /// Of the left operand's method, called by BINARY_OP with this oparg: NotImplemented makes it the right operand's turn.
    Operator(u8),
    /// A `__setitem__`'s: who called gets nothing.
    Store,
}

impl FrameKind {
    /// `runtime::frame::kind`.
    pub fn bits(self) -> u32 {
        match self {
            FrameKind::Plain => 0,
            FrameKind::Init => kind::INIT,
            FrameKind::Generator => kind::GENERATOR,
            FrameKind::Operator(op) => kind::OPERATOR | u32::from(op) << kind::OPERAND_SHIFT,
            FrameKind::Store => kind::STORE,
        }
    }
    /// Values that an exit puts above the operands of the caller of such a frame which is not in memory: the instance, or both operands.
    pub fn kept(self) -> u32 {
        match self {
            FrameKind::Init => 1,
            FrameKind::Operator(_) => 2,
            FrameKind::Plain | FrameKind::Generator | FrameKind::Store => 0,
        }
    }
}

/// One Python frame as an exit must leave it.
#[derive(Clone, PartialEq, Debug)]
pub struct FrameState {
    pub code: Root,
    pub function: Root,
    /// The function itself (`Value`), where it need not be the root.
    pub callable: Option<Id>,
    /// The address that `base` counts from (`Ptr`); the root frame where there is none.
    pub anchor: Option<Id>,
    /// Words from there to this frame.
    pub base: u32,
    /// Units from the code's start: where the interpreter goes on, or the frame's return address.
    pub ip: u32,
    /// Words of the operand stack in use.
    pub depth: u32,
    pub kind: FrameKind,
    /// Its header is not in memory: the exit pushes it. A generator's: it is not linked, which the exit does.
    pub is_virtual: bool,
    /// What differs from memory: word of locals and stack, value.
    pub slots: Vec<(u16, Id)>,
}

/// The state of the frames at a boundary between instructions, outermost first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Snapshot {
    pub frames: Vec<FrameState>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Func {
    /// Also the symbol's name for profilers.
    pub name: String,
    pub defs: Vec<Def>,
    pub blocks: Vec<Vec<Id>>,
    pub entry: Block,
    pub loops: Vec<Loop>,
    pub snapshots: Vec<Snapshot>,
    /// Heap objects the trace refers to. The executor keeps them alive; they do not move.
    pub roots: Vec<Value>,
    /// Which instruction of the bytecode trace definitions came of: from this one on of that.
    pub origins: Vec<(Id, Option<u32>)>,
}

impl Func {
    pub fn new(name: impl Into<String>) -> Func {
        Func {
            name: name.into(),
            defs: Vec::new(),
            blocks: vec![Vec::new()],
            entry: Block(0),
            loops: Vec::new(),
            snapshots: Vec::new(),
            roots: Vec::new(),
            origins: Vec::new(),
        }
    }

    // -- building -----------------------------------------------------------------

    pub fn new_block(&mut self) -> Block {
        self.blocks.push(Vec::new());
        Block(self.blocks.len() as u32 - 1)
    }
    /// A definition in no block yet.
    pub fn define(&mut self, op: Op, ty: Option<Ty>) -> Id {
        self.defs.push(Def { op, ty });
        Id(self.defs.len() as u32 - 1)
    }
    /// Appends an instruction to a block.
    pub fn push(&mut self, block: Block, op: Op, ty: Option<Ty>) -> Id {
        let id = self.define(op, ty);
        self.block_mut(block).push(id);
        id
    }
    /// A value for a loop's `params` or an `If`'s `results`.
    pub fn param(&mut self, ty: Ty) -> Id {
        self.define(Op::Param, Some(ty))
    }
    pub fn constant(&mut self, block: Block, ty: Ty, bits: u64) -> Id {
        self.push(block, Op::Const(bits & ty.mask()), Some(ty))
    }
    /// A loop with parameters of these types and an empty body.
    pub fn new_loop(&mut self, types: &[Ty]) -> LoopId {
        let params = types.iter().map(|&ty| self.param(ty)).collect();
        let body = self.new_block();
        self.loops.push(Loop { params, body });
        LoopId(self.loops.len() as u32 - 1)
    }
    /// An `If` with two empty regions and results of these types.
    pub fn push_if(&mut self, block: Block, condition: Id, types: &[Ty]) -> (Block, Block, Vec<Id>) {
        let (then, otherwise) = (self.new_block(), self.new_block());
        let results: Vec<Id> = types.iter().map(|&ty| self.param(ty)).collect();
        self.push(block, Op::If { condition, then, otherwise, results: results.clone() }, None);
        (then, otherwise, results)
    }
    pub fn add_snapshot(&mut self, snapshot: Snapshot) -> SnapshotId {
        self.snapshots.push(snapshot);
        SnapshotId(self.snapshots.len() as u32 - 1)
    }
    /// The root that holds `value`, an old one where there is one.
    pub fn root(&mut self, value: Value) -> Root {
        let at = self.roots.iter().position(|&root| root == value).unwrap_or_else(|| {
            self.roots.push(value);
            self.roots.len() - 1
        });
        Root(at as u32)
    }

    /// What is defined from now on came of this instruction of the bytecode trace, or of none.
    pub fn originate(&mut self, entry: Option<u32>) {
        self.origins.push((Id(self.defs.len() as u32), entry));
    }

    // -- reading ------------------------------------------------------------------
    // An id of another function is a programming error; the verifier finds those before anything here is asked for them.

    pub fn def(&self, id: Id) -> &Def {
        &self.defs[id.0 as usize]
    }
    pub fn def_mut(&mut self, id: Id) -> &mut Def {
        &mut self.defs[id.0 as usize]
    }
    pub fn op(&self, id: Id) -> &Op {
        &self.defs[id.0 as usize].op
    }
    pub fn ty(&self, id: Id) -> Option<Ty> {
        self.defs[id.0 as usize].ty
    }
    /// The instruction of the bytecode trace that a definition came of.
    pub fn origin(&self, id: Id) -> Option<u32> {
        let at = self.origins.partition_point(|(first, _)| *first <= id);
        self.origins.get(at.checked_sub(1)?)?.1
    }
    pub fn block(&self, block: Block) -> &[Id] {
        &self.blocks[block.0 as usize]
    }
    pub fn block_mut(&mut self, block: Block) -> &mut Vec<Id> {
        &mut self.blocks[block.0 as usize]
    }
    pub fn snapshot(&self, snapshot: SnapshotId) -> &Snapshot {
        &self.snapshots[snapshot.0 as usize]
    }
    /// The bits of a constant.
    pub fn as_const(&self, id: Id) -> Option<u64> {
        match self.def(id) {
            Def { op: Op::Const(bits), ty: Some(ty) } => Some(bits & ty.mask()),
            Def { op: Op::Root(root), .. } => self.roots.get(root.0 as usize).map(|value| value.0),
            _ => None,
        }
    }
    /// What an exit stores for a slot that holds `id`: what a `Box` boxes, else the value itself.
    pub fn exit_value(&self, id: Id) -> Id {
        match *self.op(id) {
            Op::Box(_, raw) => raw,
            _ => id,
        }
    }
    /// The values that an exit with this snapshot stores, each once: the frames' anchors and callables, and the slots in their order;
    /// constants are not stored.
    pub fn exit_values(&self, snapshot: SnapshotId) -> Vec<Id> {
        let mut seen = std::collections::HashSet::new();
        let frames = &self.snapshot(snapshot).frames;
        let slots = frames.iter().flat_map(|frame| &frame.slots).map(|&(_, id)| self.exit_value(id));
        let ids = frames.iter().flat_map(|frame| [frame.anchor, frame.callable]).flatten().chain(slots);
        ids.filter(|&id| self.as_const(id).is_none() && seen.insert(id)).collect()
    }
    /// Instructions in blocks that can be reached, nested ones too.
    pub fn count(&self) -> usize {
        let mut count = 0;
        self.visit(|_, _| count += 1);
        count
    }
    /// Visits the instructions of the entry and of the loops in order, an `If` before its regions.
    pub fn visit(&self, mut each: impl FnMut(Block, Id)) {
        let mut work: Vec<(Block, usize)> = self.loops.iter().rev().map(|l| (l.body, 0)).collect();
        work.push((self.entry, 0));
        while let Some((block, at)) = work.pop() {
            let Some(&id) = self.block(block).get(at) else { continue };
            work.push((block, at + 1));
            each(block, id);
            if let Op::If { then, otherwise, .. } = *self.op(id) {
                work.push((otherwise, 0));
                work.push((then, 0));
            }
        }
    }
}

impl Op {
    /// Ends a block.
    pub fn is_terminator(&self) -> bool {
        matches!(self, Op::Jump { .. } | Op::Leave { .. } | Op::Link { .. } | Op::Dispatch { .. } | Op::Yield { .. })
    }
    /// Computes from its operands alone and cannot fail: may be repeated, moved to where its operands are known, or dropped.
    /// Not so: `Div*` and `Rem*` (undefined for some operands), loads, `Box` of an int (allocates).
    pub fn is_pure(&self) -> bool {
        match self {
            Op::Nop | Op::Const(_) | Op::Root(_) | Op::Thread | Op::Frame | Op::SlotAddress { .. } => true,
            Op::Binary(op, ..) => !matches!(op, Binary::DivS | Binary::DivU | Binary::RemS | Binary::RemU),
            Op::Unary(..) | Op::Compare(..) | Op::Overflow(..) | Op::Select { .. } | Op::Convert(..) => true,
            Op::Box(repr, _) => *repr != Repr::Int,
            Op::Unbox(..) | Op::Test(..) | Op::IsObject(_) | Op::ElementAddress { .. } => true,
            _ => false,
        }
    }
    /// May be dropped when its result is not used.
    pub fn is_removable(&self) -> bool {
        self.is_pure()
            || matches!(self, Op::Box(..) | Op::Binary(..) | Op::Load { .. } | Op::LoadElement { .. } | Op::Incoming(_) | Op::Param)
    }
    /// The snapshot of an instruction that can leave the trace.
    pub fn snapshot(&self) -> Option<(SnapshotId, ExitKind)> {
        match *self {
            Op::Guard { snapshot, kind, .. } | Op::Leave { snapshot, kind } => Some((snapshot, kind)),
            Op::CheckValid { snapshot } => Some((snapshot, ExitKind::Invalid)),
            Op::Link { snapshot, .. } | Op::Dispatch { snapshot, .. } => Some((snapshot, ExitKind::End)),
            _ => None,
        }
    }
    /// Visits the operands, in text order; not the values of its snapshot.
    pub fn operands(&self, mut each: impl FnMut(Id)) {
        // One list of operands for both: the copy is cheap except for the vectors, which are short.
        self.clone().operands_mut(|id| each(*id));
    }
    pub fn operands_mut(&mut self, mut each: impl FnMut(&mut Id)) {
        match self {
            Op::Nop | Op::Param | Op::Const(_) | Op::Root(_) | Op::Thread | Op::Frame | Op::SlotAddress { .. } | Op::Incoming(_) => {}
            Op::CheckValid { .. } | Op::Leave { .. } | Op::Link { .. } => {}
            Op::Binary(_, a, b) | Op::Compare(_, a, b) | Op::Overflow(_, a, b) => {
                each(a);
                each(b);
            }
            Op::Unary(_, a) | Op::Convert(_, a) | Op::Box(_, a) | Op::Unbox(_, a) | Op::Test(_, a) | Op::IsObject(a) => each(a),
            Op::Select { condition, then, otherwise } => {
                each(condition);
                each(then);
                each(otherwise);
            }
            Op::Load { base, .. } => each(base),
            Op::Store { base, value, .. } => {
                each(base);
                each(value);
            }
            Op::LoadElement { base, index, .. } | Op::ElementAddress { base, index, .. } => {
                each(base);
                each(index);
            }
            Op::StoreElement { base, index, value, .. } => {
                each(base);
                each(index);
                each(value);
            }
            Op::Barrier { owner } => each(owner),
            Op::Guard { bad, .. } => each(bad),
            Op::Dispatch { frame, .. } => each(frame),
            Op::If { condition, .. } => each(condition),
            Op::Call { args, .. } | Op::Jump { args, .. } | Op::Yield { args } => args.iter_mut().for_each(each),
        }
    }
}
