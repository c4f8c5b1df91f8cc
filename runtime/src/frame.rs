//! The frame: header, locals and cells, operand stack, contiguous on the thread's VM stack. Interpreter and machine code share the layout.
//! Not here: binding of arguments (`bind.rs`), the dispatch that frames run in (`interp`).

use crate::error::{R, Raised, recursion_error};
use crate::object::Gc;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::generator::Generator;
use crate::value::{NULL, Value};
use crate::vm::Thread;
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
    /// Namespace of a class body, a module, `exec`; in an INIT frame the new instance; NULL in other functions.
    pub namespace: Cell<Value>,
    /// The generator that runs in this frame, or NULL.
    pub generator: Cell<Value>,
    /// The frame object that Python code asked for, or NULL.
    pub object: Cell<Value>,
    /// Bits of `kind`. 0: returning pushes the value on the caller's operand stack, nothing else.
    pub kind: Cell<u32>,
}

pub mod kind {
    /// Called from Rust: returning leaves `eval`.
    pub const ENTRY: u32 = 1;
    /// `__init__` called by CALL on a class: the result must be None, the call's value is the instance in `namespace`.
    pub const INIT: u32 = 2;
    /// A generator runs in it: it lies in the generator's cell.
    pub const GENERATOR: u32 = 4;
    /// `object` is set: it must be detached when the frame ends.
    pub const OBSERVED: u32 = 8;
    /// The next instruction starts a line in the code, but the frame was on that line already: no tool hears of it.
    pub const SAME_LINE: u32 = 16;
    /// `__setitem__` called by STORE_SUBSCR: what it returns is dropped.
    pub const STORE: u32 = 32;
    /// The left operand's method, called by BINARY_OP: NotImplemented makes it the right operand's turn. The operands stay where they
    /// were, from the caller's sp on. Above this bit: the instruction's oparg.
    pub const OPERATOR: u32 = 64;
    /// Resumed by a loop in Rust that takes what it yields, if it can (`vm::Drain`), so that it need not be suspended.
    pub const DRAINED: u32 = 128;
    /// Where the oparg stands.
    pub const OPERAND_SHIFT: u32 = 8;
}

pub const FRAME_WORDS: usize = size_of::<Frame>() / 8;

impl Frame {
    #[inline(always)]
    pub fn locals(&self) -> *mut Value {
        (self as *const Frame as *mut Value).wrapping_add(FRAME_WORDS)
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
    #[inline(always)]
    pub fn stack_base(&self) -> *mut Value {
        self.locals().wrapping_add(self.code.nlocalsplus.get() as usize)
    }
    pub fn globals(&self) -> Gc<Dict> {
        self.function.globals.get()
    }
    /// Units from the start of the code to the instruction at `ip`.
    pub fn offset(&self) -> u32 {
        ((self.ip.get() as usize).wrapping_sub(self.code.units() as usize) / 4) as u32
    }
    /// Words of the operand stack in use.
    pub fn depth(&self) -> usize {
        (self.sp.get() as usize).saturating_sub(self.stack_base() as usize) / 8
    }
    /// Everything precise that the collector must see in this frame.
    pub fn trace(&self, marker: &mut crate::heap::Marker) {
        marker.object(self.code);
        marker.object(self.function);
        for value in [self.namespace.get(), self.generator.get(), self.object.get()] {
            marker.value(value);
        }
        let words = (self.sp.get() as usize).saturating_sub(self.locals() as usize) / 8;
        marker.inline_values(self.locals(), words);
        if self.kind.get() & kind::OPERATOR != 0 {
            // SAFETY: the caller's frame stands as long as this one; its operands lie there (`kind::OPERATOR`).
            marker.inline_values(unsafe { (*self.previous.get()).sp.get() }, 2);
        }
    }
    /// Where the frame of a callee goes: above the operand stack or, for a generator, above that of who resumed it.
    #[inline(always)]
    pub fn callees(&self) -> *mut Value {
        if self.kind.get() & kind::GENERATOR == 0 {
            return self.sp.get();
        }
        self.generator.get().cast::<Generator>().callees.get()
    }
}

impl Thread {
    /// Where the next frame goes.
    #[inline(always)]
    pub fn stack_top(&self) -> *mut Value {
        let frame = self.frame.get();
        if frame.is_null() {
            return self.stack_base.get();
        }
        // SAFETY: `frame` is the running frame.
        unsafe { (*frame).callees() }
    }
    /// True when a frame of `code` fits above the running one.
    #[inline(always)]
    pub fn has_room(&self, code: Gc<Code>) -> bool {
        let end = self.stack_top().wrapping_add(code.frame_words.get() as usize);
        end <= self.stack_limit.get()
    }
    /// RecursionError when no further frame may be pushed.
    #[inline(always)]
    pub fn check_recursion(&self, code: Gc<Code>) -> R<()> {
        if self.recursion_remaining.get() <= 0 || !self.has_room(code) {
            return Err(too_deep());
        }
        Ok(())
    }
}

#[cold]
fn too_deep() -> Raised {
    recursion_error("maximum recursion depth exceeded")
}

/// Writes the header of a frame for `function` at the top of the VM stack; locals are not touched. The caller has checked `has_room` and
/// that the code is decoded.
#[inline(always)]
pub fn init(thread: &Thread, function: Gc<Function>) -> *mut Frame {
    init_at(thread.stack_top(), thread.frame.get(), function)
}

/// As `init`, where both are known.
#[inline(always)]
pub fn init_at(top: *mut Value, running: *mut Frame, function: Gc<Function>) -> *mut Frame {
    let code = function.code.get();
    let frame = top.cast::<Frame>();
    // SAFETY: the room was checked; the VM stack is ours. Field by field: all at once, LLVM would hold all of them in registers first.
    unsafe {
        (&raw mut (*frame).code).write(code);
        (&raw mut (*frame).function).write(function);
        (&raw mut (*frame).previous).write(Cell::new(running));
        (&raw mut (*frame).ip).write(Cell::new(code.entry.get()));
        (&raw mut (*frame).sp).write(Cell::new(top.add(FRAME_WORDS + code.nlocalsplus.get() as usize)));
        (&raw mut (*frame).consts).write(code.consts.get());
        (&raw mut (*frame).namespace).write(Cell::new(NULL));
        (&raw mut (*frame).generator).write(Cell::new(NULL));
        (&raw mut (*frame).object).write(Cell::new(NULL));
        (&raw mut (*frame).kind).write(Cell::new(0));
    }
    frame
}

/// Fills the locals with the `count` words below `end`, one at a time as they were stored (`heap::copy_values`), the rest with NULL, two at
/// a time: one more than is needed may be written, for which there is room on the operand stack.
///
/// # Safety
/// `frame` comes from `init`; the words are values, no more than the locals.
#[inline(always)]
pub unsafe fn fill_below(frame: *mut Frame, end: *const Value, count: usize) {
    // SAFETY: promised by the caller; the new frame lies above the words.
    unsafe {
        let locals = (*frame).locals();
        let first = end.sub(count);
        for i in 0..count {
            *locals.add(i) = *first.add(i);
            // See `fill_exact`.
            core::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
        let stack = (*frame).sp.get();
        let mut to = locals.add(count);
        while to < stack {
            to.cast::<[u64; 2]>().write_unaligned([NULL.0; 2]);
            to = to.add(2);
            core::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
    }
}

/// Fills the locals with the arguments, the rest with NULL.
///
/// # Safety
/// `frame` comes from `init`; `args` are `count` readable values, which with `this` are no more than the locals.
#[inline(always)]
pub unsafe fn fill_exact(frame: *mut Frame, this: Value, args: *const Value, count: usize) {
    // SAFETY: promised by the caller; the new frame lies above the arguments.
    unsafe {
        let locals = (*frame).locals();
        let mut at = 0;
        if !this.is_null() {
            *locals = this;
            at = 1;
        }
        // Both loops go round a few times. The empty assembly keeps LLVM from making vectors of them, whose set-up costs more.
        for i in 0..count {
            *locals.add(at + i) = *args.add(i);
            core::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
        let total = (&*frame).code.nlocalsplus.get() as usize;
        for i in at + count..total {
            *locals.add(i) = NULL;
            core::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
    }
}
