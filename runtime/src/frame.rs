//! The frame: header, locals and cells, operand stack, contiguous on the thread's VM stack. Interpreter and machine code share the layout.

use crate::object::Gc;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::value::Value;
use core::cell::Cell;

/// Locals follow the header: `local(i)`; the operand stack follows the locals.
#[repr(C)]
pub struct Frame {
    pub code: Gc<Code>,
    /// Globals, builtins and closure come from here.
    pub function: Gc<Function>,
    pub previous: Cell<*mut Frame>,
    /// Of the instruction that called out, or where to go on after a callee returns (the unit after the CALL).
    pub ip: Cell<*const u32>,
    /// Valid whenever control is outside of the handlers or in a callee.
    pub sp: Cell<*mut Value>,
    pub consts: *const Value,
    /// Namespace of a class body, a module, `exec`; NULL in functions.
    pub namespace: Cell<Value>,
    /// The frame object that Python code asked for, or NULL.
    pub object: Cell<Value>,
    /// The generator that runs in this frame, or NULL.
    pub generator: Cell<Value>,
    pub kind: Cell<FrameKind>,
    pub traced: Cell<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum FrameKind {
    /// Called from another frame: its return value goes on the caller's operand stack.
    Called = 0,
    /// Called from Rust: returning leaves `eval`.
    Entry = 1,
    /// `__init__` called by CALL on a class: the instance stands on the caller's stack already; the result must be None.
    Init = 2,
}

pub const FRAME_WORDS: usize = size_of::<Frame>() / 8;

impl Frame {
    #[inline(always)]
    pub fn locals(&self) -> *mut Value {
        // SAFETY: the locals lie directly after the header (upheld by who pushes frames).
        unsafe { (self as *const Frame as *mut Value).add(FRAME_WORDS) }
    }
    /// NULL when unbound.
    pub fn local(&self, index: usize) -> Value {
        // SAFETY: callers index below `code.nlocalsplus`.
        unsafe { *self.locals().add(index) }
    }
    pub fn set_local(&self, index: usize, value: Value) {
        // SAFETY: as in `local`.
        unsafe { *self.locals().add(index) = value }
    }
    pub fn stack_base(&self) -> *mut Value {
        // SAFETY: the operand stack follows the locals.
        unsafe { self.locals().add(self.code.nlocalsplus.get() as usize) }
    }
    pub fn globals(&self) -> Gc<Dict> {
        self.function.globals.get()
    }
    /// Units from the start of the code to `ip`.
    pub fn offset(&self) -> usize {
        (self.ip.get() as usize - self.code.units() as usize) / 4
    }
}
