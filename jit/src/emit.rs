//! What the bodies of micro-ops are made of: [`Emit`], against which the generated functions of
//! `generated/lower.rs` are written, and the tables' types. Whoever implements it gets the meaning
//! of every instruction: the builder of a trace's IR does, and tests do. Not here: what becomes of
//! the operations (`build`).

use crate::ir::{Binary, Class, Classes, Compare, Convert, Overflow, Ty, Unary};
use runtime::object::Gc;
use runtime::objects::code::Code;
use runtime::value::Value;

/// The primitives. `V` is a value that exists when the trace runs; everything that is known when it
/// is compiled is a plain Rust value.
///
/// The order of calls is the order of evaluation. An instruction begins with its inputs on the
/// operand stack and ends in exactly one of `next`, `jump_by`, the frame acts, `raise`, or
/// `refuse`.
pub trait Emit {
    type V: Copy;

    // -- the operand stack ---------------------------------------------------

    /// Takes the top in this representation. A boxed value may be asked of any operand, another
    /// representation only where an earlier micro-op of the instruction has established it.
    fn pop(&mut self, ty: Ty) -> Self::V;
    /// Takes the top, whatever it is; it will only be moved.
    fn pop_any(&mut self) -> Self::V;
    /// Takes so many slots without a look at them.
    fn pop_slots(&mut self, count: u32) -> Slots;
    fn push(&mut self, v: Self::V);
    /// Puts slots back where they were, or those that the instruction has filled.
    fn push_slots(&mut self, slots: Slots);
    /// A slot whose content nobody looks at.
    fn push_undefined(&mut self);
    /// Slots to be filled, `above` slots over the stack as it stands.
    fn new_slots(&mut self, above: u32, count: u32) -> Slots;
    fn slot(&mut self, slots: Slots, index: u32) -> Self::V;
    fn set_slot(&mut self, slots: Slots, index: u32, v: Self::V);

    // -- computing -----------------------------------------------------------

    /// A number by its bits; a bool is 0 or 1.
    fn number(&mut self, ty: Ty, bits: u64) -> Self::V;
    /// A value that is known now.
    fn value(&mut self, value: Value) -> Self::V;
    fn binary(&mut self, op: Binary, left: Self::V, right: Self::V) -> Self::V;
    fn compare(&mut self, op: Compare, left: Self::V, right: Self::V) -> Self::V;
    /// Whether the wrapping operation loses anything.
    fn overflows(&mut self, op: Overflow, left: Self::V, right: Self::V) -> Self::V;
    fn unary(&mut self, op: Unary, v: Self::V) -> Self::V;
    fn convert(&mut self, how: Convert, v: Self::V, to: Ty) -> Self::V;
    fn select(&mut self, condition: Self::V, then: Self::V, otherwise: Self::V) -> Self::V;
    /// As `select`, where only one side may be computed.
    fn choose(
        &mut self,
        condition: Self::V,
        then: impl FnOnce(&mut Self) -> Self::V,
        otherwise: impl FnOnce(&mut Self) -> Self::V,
    ) -> Self::V;
    fn is_object(&mut self, v: Self::V) -> Self::V;
    /// Boxes a number of a declared representation.
    fn boxed(&mut self, v: Self::V) -> Self::V;
    /// The number of this representation in a value that is known to hold one.
    fn unboxed(&mut self, v: Self::V, ty: Ty) -> Self::V;
    /// Whether the value holds a number of this representation.
    fn test(&mut self, v: Self::V, ty: Ty) -> Self::V;

    // -- memory --------------------------------------------------------------

    fn local(&mut self, index: u32) -> Self::V;
    fn set_local(&mut self, index: u32, v: Self::V);
    fn load(&mut self, base: Self::V, field: &'static Field) -> Self::V;
    /// `reference`: the collector must know.
    fn store(&mut self, base: Self::V, field: &'static Field, v: Self::V, reference: bool);
    fn load_element(&mut self, base: Self::V, elements: &'static Field, index: Self::V) -> Self::V;
    /// `owner` is the object that the elements belong to, where the collector must know.
    fn store_element(
        &mut self,
        owner: Option<Self::V>,
        base: Self::V,
        elements: &'static Field,
        index: Self::V,
        v: Self::V,
    );
    /// The address of elements that stand in the object itself.
    fn address(&mut self, base: Self::V, field: &'static Field) -> Self::V;
    fn frame_field(&mut self, field: &'static Field) -> Self::V;
    fn set_frame_field(&mut self, field: &'static Field, v: Self::V);
    fn thread_field(&mut self, field: &'static Field) -> Self::V;
    fn set_thread_field(&mut self, field: &'static Field, v: Self::V);

    // -- helpers -------------------------------------------------------------

    /// Calls a helper of `generated/helpers.rs` that answers something.
    fn call(&mut self, helper: u16, args: &[Arg<Self::V>]) -> Self::V;
    fn call_unit(&mut self, helper: u16, args: &[Arg<Self::V>]);
    /// Whether a frame of the function fits above the running one.
    fn room_for(&mut self, function: Self::V) -> Self::V;

    // -- paths ---------------------------------------------------------------

    /// The instruction starts anew elsewhere when the condition holds.
    fn exit_if(&mut self, bad: Self::V);
    /// As `exit_if`, where another instruction takes over. True: this time that one is what ran.
    fn takes_over(&mut self, bad: Self::V) -> bool;
    /// As `exit_if`, for what should not happen.
    fn deopt_if(&mut self, bad: Self::V);
    /// An exception is set when the condition holds.
    fn error_if(&mut self, bad: Self::V);
    fn check_periodic(&mut self);
    /// The instruction ended so when it was recorded.
    fn took(&self, act: Act) -> bool;
    /// A path that was not taken, to its end.
    fn side(&mut self, condition: Self::V, path: impl FnOnce(&mut Self));

    // -- ends ----------------------------------------------------------------

    fn next(&mut self);
    /// Units relative to the next instruction.
    fn jump_by(&mut self, distance: i64);
    fn push_frame(&mut self, frame: Self::V);
    /// A frame of this function whose first locals are `this`, unless null, and what is given; the helper would make it.
    fn push_exact_frame(&mut self, helper: u16, function: Self::V, this: Self::V, given: Given<Self::V>);
    fn pop_frame(&mut self, v: Self::V);
    /// The frame of a suspended generator, where `v` arrives.
    fn resume_frame(&mut self, generator: Self::V, v: Self::V);
    /// The generator's frame is left, and stays.
    fn suspend_frame(&mut self, v: Self::V);
    /// An exception is set.
    fn raise(&mut self);
    /// The trace ends before this instruction.
    fn refuse(&mut self, reason: &'static str);
}

/// The arguments of a call, behind its self.
#[derive(Clone, Copy, Debug)]
pub enum Given<'a, V> {
    Slots(Slots),
    Values(&'a [V]),
}

/// Slots of the running frame's operand stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slots {
    /// From the bottom of the operand stack.
    pub at: u32,
    pub count: u32,
}

/// An argument of a helper.
#[derive(Clone, Copy, Debug)]
pub enum Arg<V> {
    V(V),
    /// The address of slots, which hold boxed values when the helper runs.
    Slots(Slots),
    /// The address of slots that the helper fills.
    Fills(Slots),
}

/// How an instruction ends, other than by going on with the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Jump,
    Push,
    Pop,
}

/// A field of a layout, or the elements behind one (then `offset` is 0).
#[derive(Debug)]
pub struct Field {
    /// As the definition writes it: `List.len`, `List.items[]`.
    pub name: &'static str,
    pub ty: Ty,
    pub offset: u32,
    pub class: Class,
    pub readonly: bool,
}

/// What is known of a micro-op.
#[derive(Debug)]
pub struct Uop {
    pub name: &'static str,
    pub pure: bool,
    pub may_exit: bool,
    pub may_raise: bool,
    /// May call Python, or anything else that sees or changes all of memory.
    pub escapes: bool,
    /// Entries of the cache.
    pub caches: u32,
    /// It may leave to an instruction that is not the general one of its family.
    pub hands_over: bool,
    /// Part of no instruction that stands in code, but of one that others leave to.
    pub stands_in: bool,
    /// No trace goes through it.
    pub tier1: bool,
    /// For the interpreter or the recorder alone: nothing of it is part of a trace.
    pub bookkeeping: bool,
    /// Enters or leaves the frame of a generator.
    pub generator: bool,
    /// Begins with what another may take on or leave: one of its helpers tries.
    pub tries: bool,
    /// An exception is all that comes of it.
    pub always_raises: bool,
    pub reads: Classes,
    pub writes: Classes,
}

/// What an instruction's micro-ops know when the trace is compiled.
#[derive(Clone, Copy)]
pub struct Imm<'a> {
    pub oparg: u32,
    /// The units behind the instruction's own, as they were when it was recorded.
    pub cache: &'a [u32],
    /// Units from the start of the code to the next instruction.
    pub next_offset: u32,
    pub code: Gc<Code>,
}

impl Imm<'_> {
    /// The same instruction, for a micro-op with an operand of its own.
    pub fn with(self, oparg: u32) -> Self {
        Imm { oparg, ..self }
    }

    pub fn unit(&self, offset: usize) -> u32 {
        self.cache.get(offset).copied().unwrap_or(0)
    }

    pub fn units2(&self, offset: usize) -> u64 {
        u64::from(self.unit(offset)) | u64::from(self.unit(offset + 1)) << 32
    }

    pub fn constant(&self, index: usize) -> Value {
        // SAFETY: the compiler's operands index the code's own tables; the code is decoded, for it
        // has run.
        unsafe { *self.code.consts.get().add(index) }
    }

    pub fn name(&self, index: usize) -> Value {
        // SAFETY: as for `constant`.
        unsafe { *self.code.names.get().add(index) }
    }

    pub fn root(&self, index: u32) -> Value {
        // SAFETY: the index stood in a cache that the specializer filled.
        unsafe { *self.code.roots.get().add(index as usize) }
    }
}
