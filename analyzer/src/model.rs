//! The checked model of a definition: everything that `codegen` may ask, in definition order.
//!
//! It is not the syntax: macros are expanded, names are resolved to ids, every expression carries
//! its type, every op its properties. A `Model` exists only when the definition has no error, so
//! that a reader of it may index, match exhaustively and `expect` what is promised here. Positions
//! in the source are kept apart, in [`Model::origins`], for `explain` alone: nothing generated may
//! show them.

use std::fmt;

mod body;
mod table;

pub use body::*;
pub use table::*;

/// Ids index the vector of the same kind in [`Model`].
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident => $field:ident : $item:ty;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub usize);

            impl std::ops::Index<$name> for Model {
                type Output = $item;
                fn index(&self, id: $name) -> &$item {
                    &self.$field[id.0]
                }
            }
        )*
    };
}

ids! {
    /// A `type`: a representation that can be boxed.
    ReprId => reprs: Repr;
    /// An `alias`: a named integer.
    AliasId => aliases: Alias;
    ConstId => consts: Const;
    LayoutId => layouts: Layout;
    /// An alias class: the unit of "may these two memory accesses touch the same thing".
    ClassId => classes: AliasClass;
    HelperId => helpers: Helper;
    FnId => fns: Function;
    OpId => ops: Op;
    InstructionId => instructions: Instruction;
    FamilyId => families: Family;
    SuperId => supers: Super;
    PseudoId => pseudos: Pseudo;
}

/// A checked definition. Every vector is in definition order.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The `//!` lines that open the main file.
    pub head: String,
    pub reprs: Vec<Repr>,
    pub aliases: Vec<Alias>,
    pub consts: Vec<Const>,
    pub layouts: Vec<Layout>,
    /// Built-in classes first (see [`ClassKind`]), then those of the layouts' fields.
    pub classes: Vec<AliasClass>,
    pub helpers: Vec<Helper>,
    pub fns: Vec<Function>,
    pub ops: Vec<Op>,
    /// What the compiler emits and what it specializes to: `macro` and `inst`.
    pub instructions: Vec<Instruction>,
    pub families: Vec<Family>,
    pub supers: Vec<Super>,
    pub pseudos: Vec<Pseudo>,
    /// The instructions that report to tools, with the highest numbers.
    pub instrumented: Vec<InstructionId>,
    /// Names with a fixed number and no body.
    pub reserved: Vec<Reserved>,
    /// Every opcode number in use, ascending: instructions and supers from 1, then the instrumented
    /// ones (the last is 253), then the reserved ones.
    pub opcodes: Vec<Opcode>,
    /// The layouts behind the built-in names `thread` and `frame`, where declared.
    pub thread_layout: Option<LayoutId>,
    pub frame_layout: Option<LayoutId>,
    /// Where things stand in the source; for `explain`, never for generated text.
    pub origins: Vec<Origin>,
}

// -- types ----------------------------------------------------------------------------------------

/// The type of an expression, operand or field. A type is a representation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// Only for operands without a type, and for what is moved into them (`local[i]`,
    /// `constant[i]`): whatever representation it has, the body only moves it. In the interpreter:
    /// a boxed value.
    Any,
    /// A boxed value (NaN box).
    Value,
    /// A number or truth value in a register. `int`, `float` and `bool` are those for which a
    /// `type` was declared: see [`Model::repr_of`].
    Scalar(Scalar),
    /// A named integer; its bits are those of the alias's scalar.
    Alias(AliasId),
    /// A pointer to a declared layout. When [`Layout::object`] holds, its bits equal the boxed
    /// value's bits.
    Layout(LayoutId),
    /// `Ptr<[T]>`: a pointer to elements.
    Ptr(Box<Ty>),
    /// `[value]`: array operands, as an expression or a helper's parameter: a pointer to stack
    /// slots.
    Slots,
    /// Only the results of `*_overflow`, taken apart by a `let (a, b)`.
    Tuple(Vec<Ty>),
    /// `T?`, only the result of a helper and only in a cache filler.
    Option(Box<Ty>),
    /// A helper that answers nothing.
    Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    /// Written `bool` (or `i1` in a `type`).
    I1,
    U8,
    U16,
    U32,
    U64,
    Usize,
    I8,
    I16,
    I32,
    I64,
    F64,
}

impl Ty {
    pub const BOOL: Ty = Ty::Scalar(Scalar::I1);
    pub const U32: Ty = Ty::Scalar(Scalar::U32);
    pub const I64: Ty = Ty::Scalar(Scalar::I64);
    pub const F64: Ty = Ty::Scalar(Scalar::F64);
}

impl Scalar {
    /// Rust's name of it.
    pub fn rust(self) -> &'static str {
        match self {
            Scalar::I1 => "bool",
            Scalar::U8 => "u8",
            Scalar::U16 => "u16",
            Scalar::U32 => "u32",
            Scalar::U64 => "u64",
            Scalar::Usize => "usize",
            Scalar::I8 => "i8",
            Scalar::I16 => "i16",
            Scalar::I32 => "i32",
            Scalar::I64 => "i64",
            Scalar::F64 => "f64",
        }
    }

    pub fn is_integer(self) -> bool {
        !matches!(self, Scalar::I1 | Scalar::F64)
    }

    pub fn is_signed(self) -> bool {
        matches!(self, Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64)
    }

    pub fn bits(self) -> u32 {
        match self {
            Scalar::I1 => 1,
            Scalar::U8 | Scalar::I8 => 8,
            Scalar::U16 | Scalar::I16 => 16,
            Scalar::U32 | Scalar::I32 => 32,
            Scalar::U64 | Scalar::Usize | Scalar::I64 | Scalar::F64 => 64,
        }
    }
}

/// `type int = i64 boxed by box_int when fits_int unboxed by unbox_int tested by is_int;` At most
/// one per scalar.
#[derive(Clone, Debug, PartialEq)]
pub struct Repr {
    pub name: String,
    pub doc: String,
    pub scalar: Scalar,
    /// Rust functions of `runtime`; called in bodies as [`Intrinsic::Box`], `Unbox`, `Test`.
    pub boxed_by: String,
    /// `when fits_int`: boxing allocates unless this Rust function (scalar to bool) holds, so `ip`
    /// and `sp` are saved first. `None`: boxing never allocates.
    pub boxed_when: Option<String>,
    pub unboxed_by: String,
    pub tested_by: String,
}

/// `alias ShapeId = u32;`
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    pub name: String,
    pub doc: String,
    pub scalar: Scalar,
}

/// `const NB_ADD: u32 = 0;` or `const SHAPE_LIST: ShapeId;` (value in `runtime::defs`).
#[derive(Clone, Debug, PartialEq)]
pub struct Const {
    pub name: String,
    pub doc: String,
    pub ty: Ty,
    pub value: Option<Literal>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal {
    Int(i128),
    Float(f64),
    Bool(bool),
}

// -- layouts --------------------------------------------------------------------------------------

/// `layout List : Object { len: usize, items: Ptr<[value]> }`: the Rust struct
/// `runtime::defs::List`.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    pub name: String,
    pub doc: String,
    pub parent: Option<LayoutId>,
    /// A heap object: `x as List` and `x as value` are free. Holds for the layout `Object` and
    /// what descends from it; all others are native structs and never values.
    pub object: bool,
    /// Its own fields, not the parent's.
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    pub doc: String,
    /// For an inline array (`items: [value]`, the last field): `Ptr<[value]>`, see `inline`.
    pub ty: Ty,
    pub readonly: bool,
    /// The elements stand in the struct itself: reading the field computes their address.
    pub inline: bool,
    /// `List.items`: the field itself.
    pub class: ClassId,
    /// `List.items[]`: what a `Ptr` field points to.
    pub element_class: Option<ClassId>,
}

/// A field, by the layout that declares it: its offset is
/// `offset_of!(runtime::defs::<layout>, <field>)`, in descendants too (the parent comes first).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId {
    pub layout: LayoutId,
    pub index: usize,
}

impl std::ops::Index<FieldId> for Model {
    type Output = Field;
    fn index(&self, id: FieldId) -> &Field {
        &self.layouts[id.layout.0].fields[id.index]
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct AliasClass {
    /// `List.items`, `List.items[]`, or a built-in: `local[]`, `all`.
    pub name: String,
    pub kind: ClassKind,
    /// Nothing ever writes it after the object is made.
    pub readonly: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassKind {
    /// Locals and cells' slots of the current frame (`local[i]`, `cell[i]`). Class 0.
    Locals,
    /// Everything: what a helper with `writes(all)` may touch. Class 1.
    All,
    Field(FieldId),
    Elements(FieldId),
}

impl ClassId {
    pub const LOCALS: ClassId = ClassId(0);
    pub const ALL: ClassId = ClassId(1);
}

// -- helpers and fns ------------------------------------------------------------------------------

/// `helper list_append(l: List, v: value) -> ok writes(List.len), allocates, may_raise;`
/// is the Rust function `runtime::defs::list_append`.
#[derive(Clone, Debug, PartialEq)]
pub struct Helper {
    pub name: String,
    pub doc: String,
    pub params: Vec<Param>,
    pub result: HelperResult,
    pub effects: Effects,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    pub name: String,
    pub ty: Ty,
    /// `op: imm u32`: the argument must be an immediate.
    pub immediate: bool,
}

/// What comes back, and what failure looks like. [`HelperResult::ty`] is the type of the call.
#[derive(Clone, Debug, PartialEq)]
pub enum HelperResult {
    Unit,
    /// `-> ok`: Rust `bool`, a `bool` in bodies; false means that an exception is set.
    Ok,
    /// `-> T`; a `value` or layout is null when the helper raised.
    Ty(Ty),
    /// `-> T?`: Rust `Option<T>`.
    Option(Ty),
}

impl HelperResult {
    pub fn ty(&self) -> Ty {
        match self {
            HelperResult::Unit => Ty::Unit,
            HelperResult::Ok => Ty::BOOL,
            HelperResult::Ty(ty) => ty.clone(),
            HelperResult::Option(ty) => Ty::Option(Box::new(ty.clone())),
        }
    }
}

/// What the end of a frame means to who called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FrameEnd {
    /// Who called gets the value.
    #[default]
    Plain,
    /// `init_frame`: None must come, and who called gets the instance in its namespace.
    Init,
    /// `operator_frame`: of a binary operator's method, which may decline by NotImplemented.
    Operator,
    /// `store_frame`: who called gets nothing.
    Store,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// The same arguments give the same answer, and nothing else happens.
    pub pure: bool,
    pub reads: Vec<ClassId>,
    pub writes: Vec<ClassId>,
    pub allocates: bool,
    /// The answer is a new instance of the class that is the one parameter: a trace that knows the class makes it itself.
    pub fresh_instance: bool,
    /// The answer is a bool; when it is false nothing has been done, so that the instruction may be run again.
    pub tries: bool,
    pub may_raise: bool,
    pub may_call_python: bool,
    /// Takes `&Thread` first; `frame.ip` and `frame.sp` are saved before the call.
    pub needs_frame: bool,
    pub cold: bool,
    /// No body calls it: traces do, where frames are entered and left.
    pub in_traces: bool,
    /// What the end of the frame means that it makes.
    pub ends: FrameEnd,
    pub inline: bool,
    /// `exact_frame(function, this, args)`: what the answer is, so that a trace need not make it.
    pub exact_frame: Option<ExactFrame>,
    /// `room_for(function)`: the answer says whether a frame of this parameter's function fits
    /// above the running one. Index into the parameters.
    pub room_for: Option<usize>,
}

/// The answer is a fresh frame of `function`; its locals are `this` (left out where it is null), the
/// elements of an array or the other values, and null for the rest. Indexes into the helper's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExactFrame {
    pub function: usize,
    pub this: usize,
    /// One array, or values.
    pub args: Vec<usize>,
}

impl Effects {
    /// Something that can be seen from outside happens: no exit may follow in the instruction.
    pub fn visible(&self) -> bool {
        self.may_call_python || !self.writes.is_empty()
    }

    /// The handler stores `ip` and `sp` into the frame before the call.
    pub fn saves_frame(&self) -> bool {
        self.may_raise || self.may_call_python || self.allocates || self.needs_frame
    }
}

/// `fn is_list(v: value) -> bool { .. }`: inlined everywhere; reads memory at most, never
/// recursive. Ordered by definition; a callee may stand after its caller. Its body uses
/// [`Var::Param`] and [`Var::Let`] only.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub name: String,
    pub doc: String,
    pub params: Vec<Param>,
    pub result: Ty,
    pub body: ValueBlock,
    pub lets: Vec<LetVar>,
    /// No memory is read: the result depends on the arguments alone.
    pub pure: bool,
    pub reads: Vec<ClassId>,
}

// -- ops ------------------------------------------------------------------------------------------

#[derive(Clone, Debug, PartialEq)]
pub struct Op {
    /// `_ADD_INT`; for an `inst(X, ..)` it is `_X`.
    pub name: String,
    pub doc: String,
    pub annotations: Annotations,
    /// In the order of the definition; offsets are given by the instruction ([`UopPart::caches`]).
    pub caches: Vec<Cache>,
    pub effect: StackEffect,
    /// The variables of `let`, by [`LetId`].
    pub lets: Vec<LetVar>,
    pub body: Block,
    pub properties: Properties,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    pub pure: bool,
    /// The micro-op that counts down and specializes; the head of a family only.
    pub specializing: bool,
    /// Tests the thread's eval breaker.
    pub periodic: bool,
    pub tier1: bool,
    pub tier2: bool,
    pub no_save_ip: bool,
    /// `replicate(a:b)`: copies `_X_a` .. `_X_{b-1}` with a constant oparg; `replicate(n)` is
    /// `0:n`.
    pub replicate: Option<(u32, u32)>,
}

/// `(left: int, right: int -- res: int | ..)`. Bottom of the stack first.
#[derive(Clone, Debug, PartialEq)]
pub struct StackEffect {
    pub inputs: Vec<Operand>,
    pub outputs: Vec<Output>,
    /// `| it`: the outputs of the path that jumps. `None`: the same as `outputs`.
    pub jump_outputs: Option<Vec<Output>>,
    /// How many of the lowest inputs stay on the stack as the lowest outputs, same name and depth,
    /// their slots not written ([`Source::Same`] or `Retyped`). Holds for `jump_outputs` too.
    pub peeked: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// `None` for `unused`.
    pub name: Option<String>,
    /// As written; [`Ty::Any`] where no type is written; the element type for arrays.
    pub ty: Ty,
    /// `None`: one slot. `Some`: an array of that many slots.
    pub array: Option<Size>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    pub operand: Operand,
    pub source: Source,
}

/// Where the value of an output comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Left as it is: the input of this index, at the same depth, never assigned (also `unused`
    /// over `unused`).
    Same(usize),
    /// Assigned once, and only re-typed: `v = unbox_int(v)`, `v = v as List`. The slot of this
    /// input, at the same depth, stays as it is; the variable holds the other representation.
    Retyped(usize),
    /// Assigned on every path that ends with these outputs.
    Assigned,
    /// Starts as the input of this index (same name, depth and type) and is assigned on some paths.
    StartsAs(usize),
    /// An `unused` output slot without an input below it: nothing is written, content undefined.
    Undefined,
}

/// A number of stack slots: `constant + sum(coefficient * term)`. Terms are immediates over `oparg`
/// (`u32`, wrapping never), each distinct and not itself a sum; in order of appearance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Size {
    pub constant: i64,
    pub terms: Vec<(i64, Expr)>,
}

impl Size {
    pub fn fixed(slots: i64) -> Size {
        Size {
            constant: slots,
            terms: Vec::new(),
        }
    }

    pub fn as_fixed(&self) -> Option<i64> {
        self.terms.is_empty().then_some(self.constant)
    }

    pub fn is_zero(&self) -> bool {
        self.constant == 0 && self.terms.is_empty()
    }

    /// `self + factor * other`, normalized.
    pub fn plus(&self, factor: i64, other: &Size) -> Size {
        let mut sum = self.clone();
        sum.constant += factor * other.constant;
        for (coefficient, term) in &other.terms {
            sum.add_term(factor * coefficient, term);
        }
        sum
    }

    pub(crate) fn add_term(&mut self, coefficient: i64, term: &Expr) {
        match self.terms.iter_mut().find(|(_, known)| known == term) {
            Some((known, _)) => *known += coefficient,
            None => self.terms.push((coefficient, term.clone())),
        }
        self.terms.retain(|(known, _)| *known != 0);
    }
}

/// `shape/2: ShapeId := shape_of(owner) watches(class_of(owner))`
#[derive(Clone, Debug, PartialEq)]
pub struct Cache {
    /// `None` for `unused/N`.
    pub name: Option<String>,
    /// In code units of 32 bits.
    pub units: u32,
    pub kind: CacheKind,
    /// What the name means in the body. `u32` or `u64` by size where no type is written.
    pub ty: Ty,
    /// Fills the entry when the instruction specializes; its type is `ty` or `ty?`. Names of
    /// operands in it are inputs ([`Var::Input`]).
    pub filler: Option<Expr>,
    /// When this object changes, the site goes back to the family's head.
    pub watches: Option<Expr>,
    /// The filler runs just before this statement of the op's body (an index into the outermost
    /// block): the first that reads the entry, or has a visible effect. Guards before it have been
    /// tried by then.
    pub fill_before: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheKind {
    /// `counter/1`: backoff counter; value in bits 4..16, exponent in bits 0..4.
    Counter,
    /// `history/1`: the last outcomes of a branch, newest in bit 0, behind a leading one. The
    /// recorder alone writes and reads it.
    History,
    /// The value itself.
    Data,
    /// `name/1: root T`: an index into the code object's table of roots, where the value is kept.
    Root,
    /// `unused/N`
    Unused,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LetVar {
    pub name: String,
    pub ty: Ty,
    pub mutable: bool,
    /// Known when a trace is compiled.
    pub immediate: bool,
}

/// Index into [`Op::lets`] or [`Function::lets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetId(pub usize);

// -- properties -----------------------------------------------------------------------------------

/// What is derived from a body; of an instruction: joined over its micro-ops.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties {
    /// May call Python or anything else that sees or changes all of memory: a helper with
    /// `may_call_python` or `writes(all)`.
    pub escapes: bool,
    pub may_call_python: bool,
    /// Has `error_if` or `raise`.
    pub may_raise: bool,
    pub may_exit: bool,
    pub may_deopt: bool,
    /// The instructions named by `exit_if(c, NAME)`.
    pub takes_over: Vec<InstructionId>,
    /// Annotated `pure` (and checked): no effects, no reads of memory that can change; exits only.
    pub pure: bool,
    /// Has `jump_by`.
    pub jumps: bool,
    /// `jump_by` on some paths and not on others.
    pub unpredictable_jump: bool,
    /// The next instruction is not known from the code alone: an unpredictable jump, or a frame is
    /// pushed, popped, suspended or resumed.
    pub needs_frame_guard: bool,
    pub pushes_frame: bool,
    pub pops_frame: bool,
    pub specializes: bool,
    /// Has `tier_up`: a trace may begin here.
    pub tiers_up: bool,
    /// An op is `tier1`, and not one that only counts: no trace goes through the instruction.
    pub tier1: bool,
    pub checks_periodic: bool,
    pub records_value: bool,
    pub uses_oparg: bool,
    pub uses_locals: bool,
    pub uses_cells: bool,
    pub uses_constants: bool,
    pub uses_names: bool,
    pub uses_roots: bool,
    pub uses_thread: bool,
    pub uses_frame: bool,
    /// Memory read and written, by class, ascending. Helpers included.
    pub reads: Vec<ClassId>,
    pub writes: Vec<ClassId>,
    /// A visible effect happens on some path: a store, or a helper that writes or calls Python.
    pub effects: bool,
    pub allocates: bool,
    /// A helper needs `ip` and `sp` in the frame, and `no_save_ip` does not say otherwise.
    pub saves_frame: bool,
    /// Every path ends in a last act.
    pub always_leaves: bool,
    /// The last output is not assigned on paths that push, resume or suspend a frame: it is where
    /// the result arrives later. Without it the result arrives above the outputs. All other outputs
    /// are written before leaving.
    pub result_arrives: bool,
    /// The frame that is pushed gives nothing back (`store_frame`).
    pub drops_result: bool,
    pub last_acts: Vec<LastActKind>,
    /// Nodes of the typed tree: a measure of code size.
    pub size: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LastActKind {
    JumpBy,
    PushFrame,
    PopFrame,
    SuspendFrame,
    ResumeFrame,
    Raise,
    DispatchSame,
    DispatchAs,
}

impl LastAct {
    pub fn kind(&self) -> LastActKind {
        match self {
            LastAct::JumpBy(_) => LastActKind::JumpBy,
            LastAct::PushFrame(_) => LastActKind::PushFrame,
            LastAct::PopFrame(_) => LastActKind::PopFrame,
            LastAct::SuspendFrame(_) => LastActKind::SuspendFrame,
            LastAct::ResumeFrame(..) => LastActKind::ResumeFrame,
            LastAct::Raise => LastActKind::Raise,
            LastAct::DispatchSame => LastActKind::DispatchSame,
            LastAct::DispatchAs(_) => LastActKind::DispatchAs,
        }
    }
}

// -- questions ------------------------------------------------------------------------------------

impl Model {
    /// The declared representation of a scalar: `i64` is `int` when `type int = i64 ..` is
    /// declared.
    pub fn repr_of(&self, scalar: Scalar) -> Option<ReprId> {
        self.reprs
            .iter()
            .position(|repr| repr.scalar == scalar)
            .map(ReprId)
    }

    /// The scalar behind a scalar or alias type.
    pub fn scalar_of(&self, ty: &Ty) -> Option<Scalar> {
        match ty {
            Ty::Scalar(scalar) => Some(*scalar),
            Ty::Alias(alias) => Some(self[*alias].scalar),
            _ => None,
        }
    }

    /// The garbage collector must know of a store of this type into the heap.
    pub fn is_reference(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Value | Ty::Any => true,
            Ty::Layout(layout) => self[*layout].object,
            _ => false,
        }
    }

    /// A field by name, in the layout or its ancestors.
    pub fn field(&self, layout: LayoutId, name: &str) -> Option<FieldId> {
        let mut at = Some(layout);
        while let Some(layout) = at {
            let fields = &self[layout].fields;
            if let Some(index) = fields.iter().position(|field| field.name == name) {
                return Some(FieldId { layout, index });
            }
            at = self[layout].parent;
        }
        None
    }

    /// `layout` is `ancestor` or descends from it.
    pub fn descends(&self, layout: LayoutId, ancestor: LayoutId) -> bool {
        let mut at = Some(layout);
        while let Some(layout) = at {
            if layout == ancestor {
                return true;
            }
            at = self[layout].parent;
        }
        false
    }

    pub fn op(&self, name: &str) -> Option<OpId> {
        self.ops.iter().position(|op| op.name == name).map(OpId)
    }

    pub fn instruction(&self, name: &str) -> Option<InstructionId> {
        self.instructions
            .iter()
            .position(|one| one.name == name)
            .map(InstructionId)
    }

    pub fn helper(&self, name: &str) -> Option<HelperId> {
        self.helpers
            .iter()
            .position(|one| one.name == name)
            .map(HelperId)
    }

    pub fn layout(&self, name: &str) -> Option<LayoutId> {
        self.layouts
            .iter()
            .position(|one| one.name == name)
            .map(LayoutId)
    }

    pub fn constant(&self, name: &str) -> Option<ConstId> {
        self.consts
            .iter()
            .position(|one| one.name == name)
            .map(ConstId)
    }

    pub fn origin(&self, name: &str) -> Option<&Origin> {
        self.origins.iter().find(|origin| origin.name == name)
    }

    /// The type as it is written in a definition.
    pub fn show<'a>(&'a self, ty: &'a Ty) -> impl fmt::Display + 'a {
        Shown(self, ty)
    }
}

struct Shown<'a>(&'a Model, &'a Ty);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shown(model, ty) = self;
        match ty {
            Ty::Any => out.write_str("(no type)"),
            Ty::Value => out.write_str("value"),
            Ty::Scalar(scalar) => match model.repr_of(*scalar) {
                Some(repr) => out.write_str(&model[repr].name),
                None => out.write_str(scalar.rust()),
            },
            Ty::Alias(alias) => out.write_str(&model[*alias].name),
            Ty::Layout(layout) => out.write_str(&model[*layout].name),
            Ty::Ptr(element) => write!(out, "Ptr<[{}]>", Shown(model, element)),
            Ty::Slots => out.write_str("[value]"),
            Ty::Tuple(types) => {
                out.write_str("(")?;
                for (index, ty) in types.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    write!(out, "{comma}{}", Shown(model, ty))?;
                }
                out.write_str(")")
            }
            Ty::Option(inner) => write!(out, "{}?", Shown(model, inner)),
            Ty::Unit => out.write_str("()"),
        }
    }
}
