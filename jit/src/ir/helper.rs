//! What a trace calls and touches outside of itself: the table of helpers, classes of memory, and what the machine needs to know of the
//! runtime.
//! Not here: the table of this build, which is generated from the definition; tests bring their own.

use super::Ty;

/// A class of memory: two accesses of different classes never touch the same bytes. The definition numbers its fields from 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Class(pub u16);

impl Class {
    /// Locals and operand stacks of frames.
    pub const SLOTS: Class = Class(0xFFFF);
    /// Headers of frames, where the definition has no field of its own.
    pub const FRAME: Class = Class(0xFFFE);
    /// Where the next cells come from.
    pub const HEAP: Class = Class(0xFFFD);
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Classes {
    None,
    Some(&'static [Class]),
    All,
}

impl Classes {
    pub fn contains(self, class: Class) -> bool {
        match self {
            Classes::None => false,
            Classes::Some(list) => list.contains(&class),
            Classes::All => true,
        }
    }
}

/// What a helper may do, as the definition declares it. `may_call_python` implies that everything is read and written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effects {
    pub reads: Classes,
    pub writes: Classes,
    /// Same arguments, same answer, nothing else.
    pub pure_: bool,
    pub allocates: bool,
    /// Answers a new instance of the class that is its one argument: called where a cell cannot be taken in place.
    pub fresh_instance: bool,
    pub may_raise: bool,
    pub may_call_python: bool,
    pub needs_frame: bool,
    pub cold: bool,
    /// What the end of the frame means that it makes.
    pub ends: FrameEnd,
}

/// What the end of a frame means to who called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameEnd {
    Plain,
    /// None must come, and who called gets the instance in the frame's namespace.
    Init,
    /// Of the method of the binary operator that the instruction names; NotImplemented makes it the right operand's turn.
    Operator,
    /// Who called gets nothing.
    Store,
}

impl Effects {
    pub const PURE: Effects = Effects {
        reads: Classes::None,
        writes: Classes::None,
        pure_: true,
        allocates: false,
        fresh_instance: false,
        may_raise: false,
        may_call_python: false,
        needs_frame: false,
        cold: false,
        ends: FrameEnd::Plain,
    };
    pub const ANY: Effects = Effects {
        reads: Classes::All,
        writes: Classes::All,
        pure_: false,
        allocates: true,
        fresh_instance: false,
        may_raise: true,
        may_call_python: true,
        needs_frame: true,
        cold: false,
        ends: FrameEnd::Plain,
    };
}

/// The address of a function, as `f as *const ()` gives it in a constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Address(*const ());

// SAFETY: the address of code; nothing is read or written through it but by calls, which are the caller's to justify.
unsafe impl Send for Address {}
// SAFETY: as above.
unsafe impl Sync for Address {}

impl Address {
    pub const fn new(function: *const ()) -> Address {
        Address(function)
    }
    pub fn get(self) -> usize {
        self.0 as usize
    }
}

/// A function with the C convention that traces call. Parameters of `I1`, `I8` and `I16` are zero-extended (`bool`, `u8`, `u16`).
#[derive(Clone, Copy, Debug)]
pub struct Helper {
    pub name: &'static str,
    pub address: Address,
    pub params: &'static [Ty],
    pub result: Option<Ty>,
    pub effects: Effects,
}

/// What machine code and the interpreter of the IR share with the runtime.
#[derive(Clone, Copy, Debug)]
pub struct Support {
    /// Where in an object the collector's byte lies; a store needs the slow path when `byte & gc_mask == gc_old`.
    pub gc_byte: i32,
    pub gc_mask: u8,
    pub gc_old: u8,
    /// The barrier's slow path.
    pub remember: extern "C" fn(owner: u64),
    /// Boxes an int that is not small.
    pub box_int: extern "C" fn(i64) -> u64,
    /// Where in the thread the exit buffer begins, and its words; the last one is scratch for slow paths.
    pub exit_buffer: i32,
    /// Where a frame has its ip and its code, and a code its first unit and the table that has, for each unit, the machine code that begins
    /// there (null: there is none, of the unit or of the code).
    pub frame_ip: i32,
    pub frame_code: i32,
    pub code_units: i32,
    pub code_entries: i32,
    pub exit_words: u32,
}
