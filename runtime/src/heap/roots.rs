//! What the collector starts from: the VM's own tables, the VM stack, the native stack and the registers.

use super::mark::Marker;
use crate::frame::kind;
use crate::generated::opcode;
use crate::objects::builtin::Builtin;
use crate::value::Value;
use crate::vm::{Thread, Vm, vm};

/// The tables of the VM: classes, names, shapes, modules, what is in flight. Unless `all`, what only grows is visited as far as it is new
/// since the last collection: the rest is marked.
pub fn tables(m: &mut Marker, all: bool) {
    let vm: &Vm = vm();
    vm.shapes.trace(m, all);
    // SAFETY: the one thread of the VM is in the collector; an insertion that is under way allocates nothing in the heap.
    let interned = unsafe { &mut *vm.interned.as_ptr() };
    for name in interned.take_young() {
        m.object(name);
    }
    if all {
        if let Some(types) = vm.types.get() {
            types.each(|class| m.object(class));
        }
        for name in interned.each() {
            m.object(name);
        }
    }
    for dict in [vm.builtins.get(), vm.modules.get()].into_iter().flatten() {
        m.object(*dict);
    }
    if let Some(sys) = vm.sys.get() {
        m.object(*sys);
    }
    for one in vm.chars.get().into_iter().flat_map(|chars| chars.iter()) {
        m.object(*one);
    }
    // SAFETY: as above.
    for value in unsafe { &*vm.kept.as_ptr() } {
        m.value(*value);
    }
    for value in [vm.empty_tuple.get(), vm.sent_result.get(), vm.stop_value.get(), vm.thread.raised.get()] {
        m.value(value);
    }
    if let Some(trace) = vm.engine.trace.get() {
        trace(m);
    }
    let mut info = vm.thread.exc_info.get();
    while !info.is_null() {
        // SAFETY: items are linked down to the thread's own.
        unsafe {
            m.value((*info).value.get());
            info = (*info).previous.get();
        }
    }
}

/// What is kept alive by code that lives: its traces. Everything marked so far has been drained.
pub fn of_living(m: &mut Marker) {
    let Some(trace_living) = vm().engine.trace_living.get() else { return };
    while trace_living(m) {
        m.drain();
    }
}

/// The VM stack up to the running frame's operand stack, and the frames of generators that run, as words that may be values: while a
/// frame is
/// made its slots are not yet.
pub fn vm_stack(thread: &Thread, above: bool, mut visit: impl FnMut(usize)) {
    let base = thread.stack_base.get();
    let mut top = thread.stack_top();
    if above {
        // The frame of a call that is under way is not linked yet.
        top = top.wrapping_add(ABOVE).min(thread.stack_limit.get());
    }
    let mut at = base;
    while at < top {
        // SAFETY: the words lie in the mapping of the VM stack.
        visit(unsafe { at.cast::<usize>().read() });
        at = at.wrapping_add(1);
    }
    let mut frame = thread.frame.get();
    while !frame.is_null() {
        // SAFETY: frames are linked from the running one down to the first; a generator's lies in its cell.
        unsafe {
            if (*frame).kind.get() & kind::GENERATOR != 0 {
                let (mut at, end) = (frame.cast::<usize>(), (*frame).sp.get().cast::<usize>());
                while at < end {
                    visit(at.read());
                    at = at.wrapping_add(1);
                }
            }
            frame = (*frame).previous.get();
        }
    }
}
/// Words above the running frame in which a frame is made that has more slots than most.
const ABOVE: usize = 256;

/// The native stack from here to its end, and the registers that a callee preserves.
#[inline(never)]
pub fn native_stack(end: usize, mut visit: impl FnMut(usize)) {
    let mut registers = [0usize; 12];
    save_registers(&mut registers);
    words((&raw const registers) as usize & !7, end, &mut visit);
    core::hint::black_box(&mut registers);
}
/// Overwrites what earlier calls have left on the native stack below the caller.
#[inline(never)]
pub fn clear_below() {
    let mut below = [0usize; 2048];
    core::hint::black_box(&mut below);
}
/// The words of a part of the native stack.
pub fn words(start: usize, end: usize, mut visit: impl FnMut(usize)) {
    let mut at = start;
    while at < end {
        // SAFETY: the callers name a part of the thread's stack that is in use.
        visit(unsafe { (at as *const usize).read_volatile() });
        at += size_of::<usize>();
    }
}

/// Runs a dispatch, and remembers for `behind_call_of_collect` where the native stack of its caller begins. (dispatch-tail's own `enter`
/// does the same.)
#[inline(never)]
pub fn enter_dispatch<T>(thread: &Thread, dispatch: impl FnOnce() -> T) -> T {
    // What is in registers belongs to the caller, and the dispatch may put it below. What this function has put on the stack itself lies
    // above its variables.
    let mut registers = [0usize; 12];
    save_registers(&mut registers);
    let outer = thread.dispatch_stack.replace((&raw const registers) as usize & !7);
    let result = dispatch();
    thread.dispatch_stack.set(outer);
    core::hint::black_box(&mut registers);
    result
}

/// Where the native stack starts to matter when the running frame's CALL has called `gc.collect` itself: at the entry of the dispatch,
/// which has put the registers there. Between lie only frames of the dispatch and of that call, which go on with what is on the VM
/// stack; what earlier handlers and calls have left in them would keep objects alive that the program has just let go.
pub fn behind_call_of_collect(thread: &Thread) -> Option<usize> {
    let (frame, start) = (thread.frame.get(), thread.dispatch_stack.get());
    if frame.is_null() || start == 0 {
        return None;
    }
    // SAFETY: the running frame's ip and sp are valid while a callee runs; its operand stack lies behind its locals.
    unsafe {
        let unit = *(*frame).ip.get();
        let operands = 2 + (unit >> 8) as usize;
        if opcode::HEAD[(unit & 255) as usize] != opcode::CALL || (*frame).depth() < operands {
            return None;
        }
        let callee = *(*frame).sp.get().sub(operands);
        let own = callee.downcast::<Builtin>().is_some_and(|builtin| builtin.function.name == "collect" && !builtin.is_bound);
        own.then_some(start)
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn save_registers(to: &mut [usize; 12]) {
    // SAFETY: stores into the array alone.
    unsafe {
        core::arch::asm!(
            "mov [{0}], rbx",
            "mov [{0} + 8], rbp",
            "mov [{0} + 16], r12",
            "mov [{0} + 24], r13",
            "mov [{0} + 32], r14",
            "mov [{0} + 40], r15",
            in(reg) to.as_mut_ptr(),
            options(nostack, preserves_flags),
        );
    }
}
#[cfg(target_arch = "aarch64")]
#[inline(always)]
fn save_registers(to: &mut [usize; 12]) {
    // SAFETY: stores into the array alone.
    unsafe {
        core::arch::asm!(
            "stp x19, x20, [{0}]",
            "stp x21, x22, [{0}, 16]",
            "stp x23, x24, [{0}, 32]",
            "stp x25, x26, [{0}, 48]",
            "stp x27, x28, [{0}, 64]",
            "str x29, [{0}, 80]",
            in(reg) to.as_mut_ptr(),
            options(nostack, preserves_flags),
        );
    }
}

/// The end of the thread's native stack.
pub fn stack_end() -> usize {
    let here = 0u8;
    let here = &raw const here as usize;
    // SAFETY: libc fills what it is given.
    unsafe {
        let mut attributes: libc::pthread_attr_t = core::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return here;
        }
        let (mut low, mut size) = (core::ptr::null_mut(), 0);
        libc::pthread_attr_getstack(&attributes, &mut low, &mut size);
        libc::pthread_attr_destroy(&mut attributes);
        (low as usize + size) & !7
    }
}

const _: () = assert!(size_of::<Value>() == size_of::<usize>());
