//! From an exit back to the interpreter: the raw words of the exit buffer become values in frames, frames that only existed in the trace are
//! pushed. Not here: what to do next (`interp`).

use crate::ir::{ExitKind, Repr};
use crate::ir::exits::{ExitMap, FrameMap, SlotMap, Source};
use core::cell::Cell;
use runtime::frame::{Frame, kind};
use runtime::object::Gc;
use runtime::objects::code::Code;
use runtime::objects::function::Function;
use runtime::value::{NULL, Value};
use runtime::vm::Thread;

pub use runtime::vm::EXIT_WORDS;

/// Where the interpreter goes on.
pub struct Restored {
    pub ip: *const u32,
    pub sp: *mut Value,
    pub frame: *mut Frame,
    /// An exception is set.
    pub raised: bool,
}

/// Makes the frames what the exit says, the last of them the running one.
///
/// # Safety
/// The exit has just been taken by a trace that began in `root`, on this thread: its real frames lie where it says, above which the VM stack
/// has room for the others. `stored` is a copy of the exit buffer on the native stack, where the collector sees it while ints are boxed.
pub unsafe fn restore(exit: &ExitMap, thread: &Thread, root: *mut Frame, stored: &[u64; EXIT_WORDS]) -> Restored {
    let words = core::hint::black_box(stored);
    let mut places = Vec::with_capacity(exit.frames.len());
    let mut running = root;
    for map in &exit.frames {
        // SAFETY: promised by the caller; frames come outermost first.
        unsafe {
            let frame = place(root, exit, map);
            if map.is_virtual {
                push(thread, running, frame, map);
            }
            (*frame).sp.set((*frame).stack_base().wrapping_add(map.depth as usize));
            (*frame).ip.set((*frame).code.units().wrapping_add(map.ip as usize));
            running = frame;
        }
        places.push(running);
    }
    // First what needs no allocation, so that the collector finds values in every slot; then the large ints.
    let slots = || exit.frames.iter().zip(&places).flat_map(|(map, &frame)| map.slots.iter().map(move |slot| (frame, slot)));
    for (frame, slot) in slots() {
        // SAFETY: a snapshot's slots lie below its frame's sp.
        unsafe { *(*frame).locals().add(slot.slot as usize) = if is_large(slot, words) { NULL } else { boxed(slot, words) } };
    }
    thread.frame.set(running);
    for (frame, slot) in slots().filter(|(_, slot)| is_large(slot, words)) {
        // SAFETY: as above.
        unsafe { *(*frame).locals().add(slot.slot as usize) = boxed(slot, words) };
    }
    core::hint::black_box(words);
    // SAFETY: the loop has written this frame.
    let (ip, sp) = unsafe { ((*running).ip.get(), (*running).sp.get()) };
    Restored { ip, sp, frame: running, raised: exit.key.kind == ExitKind::Error }
}

/// Where a frame lies. Callees of a generator, whose frame lies in its cell, are above the frame of who resumed it.
///
/// # Safety
/// As for `restore`.
unsafe fn place(root: *mut Frame, exit: &ExitMap, map: &FrameMap) -> *mut Frame {
    // SAFETY: promised by the caller.
    unsafe {
        if map.base == 0 || (*root).kind.get() & kind::GENERATOR == 0 {
            return root.cast::<Value>().wrapping_add(map.base as usize).cast();
        }
        let first = exit.frames.iter().map(|frame| frame.base).find(|&base| base != 0).unwrap_or(map.base);
        (*root).callees().wrapping_add((map.base - first) as usize).cast()
    }
}

/// Writes the header of a frame that was not in memory, and NULL in its slots.
///
/// # Safety
/// As for `restore`; `frame` lies above `caller`.
unsafe fn push(thread: &Thread, caller: *mut Frame, frame: *mut Frame, map: &FrameMap) {
    // SAFETY: the snapshot's roots are a code object and a function (the builder's promise), kept alive by the executor; there is room.
    unsafe {
        let code = Gc::<Code>::from_address(map.code.0 as usize);
        frame.write(Frame {
            code,
            function: Gc::<Function>::from_address(map.function.0 as usize),
            previous: Cell::new(caller),
            ip: Cell::new(code.units()),
            sp: Cell::new(core::ptr::null_mut()),
            consts: code.consts.get(),
            namespace: Cell::new(NULL),
            generator: Cell::new(NULL),
            object: Cell::new(NULL),
            kind: Cell::new(0),
        });
        for slot in 0..code.nlocalsplus.get() as usize + map.depth as usize {
            *(*frame).locals().add(slot) = NULL;
        }
    }
    thread.recursion_remaining.set(thread.recursion_remaining.get() - 1);
}

fn raw(slot: &SlotMap, words: &[u64; EXIT_WORDS]) -> u64 {
    match slot.source {
        Source::Stored(at) => words.get(at as usize).copied().unwrap_or(0),
        Source::Const(bits) => bits,
    }
}

/// An int whose box is a heap object.
fn is_large(slot: &SlotMap, words: &[u64; EXIT_WORDS]) -> bool {
    slot.repr == Some(Repr::Int) && !runtime::value::fits_small(raw(slot, words) as i64)
}

fn boxed(slot: &SlotMap, words: &[u64; EXIT_WORDS]) -> Value {
    let bits = raw(slot, words);
    match slot.repr {
        None => Value(bits),
        Some(Repr::Int) => Value::int(bits as i64),
        Some(Repr::Float) => Value::float(f64::from_bits(bits)),
        Some(Repr::Bool) => Value::bool(bits & 1 != 0),
    }
}
