//! From an exit back to the interpreter: the raw words of the exit buffer become values in frames, frames that only existed in the trace
//! are pushed. Not here: what to do next (`interp`).

use crate::ir::{ExitKind, FrameKind, Repr};
use crate::ir::exits::{ExitMap, FrameMap, SlotMap, Source};
use core::cell::Cell;
use runtime::frame::{Frame, kind};
use runtime::object::Gc;
use runtime::objects::code::Code;
use runtime::objects::function::Function;
use runtime::objects::generator::{Generator, GeneratorState};
use runtime::value::{NULL, Value};
use runtime::vm::{ExcInfo, Thread};

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
/// The exit has just been taken by a trace that began in `root`, on this thread: its real frames lie where it says, above which the VM
/// stack has room for the others. Its words are in the thread's exit buffer.
pub unsafe fn restore(exit: &ExitMap, thread: &Thread, root: *mut Frame) -> Restored {
    if exit.frames.is_empty() {
        // A dispatch that led nowhere.
        let frame = thread.frame.get();
        // SAFETY: the trace has left the frame complete.
        let (ip, sp) = unsafe { ((*frame).ip.get(), (*frame).sp.get()) };
        return Restored { ip, sp, frame, raised: false };
    }
    let mut running = root;
    let mut large = false;
    for map in &exit.frames {
        // SAFETY: promised by the caller; frames come outermost first.
        unsafe {
            let frame = place(root, thread, map);
            match map.kind {
                _ if !map.is_virtual => {}
                FrameKind::Generator => resume(thread, running, frame),
                _ => push(thread, running, frame, map),
            }
            (*frame).sp.set((*frame).stack_base().wrapping_add(map.depth as usize));
            (*frame).ip.set((*frame).code.units().wrapping_add(map.ip as usize));
            running = frame;
            // First what needs no allocation, so that the collector finds values in every slot; the large ints are none of its business.
            for slot in &map.slots {
                let bits = raw(slot, thread);
                let is_large = slot.repr == Some(Repr::Int) && !runtime::value::fits_small(bits as i64);
                // A snapshot's slots lie below its frame's sp.
                *(*frame).locals().add(slot.slot as usize) = if is_large { NULL } else { boxed(slot, bits) };
                large |= is_large;
            }
        }
    }
    thread.frame.set(running);
    if large {
        // SAFETY: promised by the caller.
        unsafe { box_large(exit, thread, root) };
    }
    // SAFETY: the loop has written this frame.
    let (ip, sp) = unsafe { ((*running).ip.get(), (*running).sp.get()) };
    Restored { ip, sp, frame: running, raised: exit.key.kind == ExitKind::Error }
}

/// The ints whose boxes are objects.
///
/// # Safety
/// As for `restore`, which has done everything else.
#[cold]
unsafe fn box_large(exit: &ExitMap, thread: &Thread, root: *mut Frame) {
    // A trace that the collector's hooks run uses the same buffer.
    let words = thread.exit_buffer.get();
    for map in &exit.frames {
        // SAFETY: promised by the caller.
        let frame = unsafe { place_in(root, &words, map) };
        for slot in map.slots.iter().filter(|slot| slot.repr == Some(Repr::Int)) {
            let bits = match slot.source {
                Source::Stored(at) => words.get(at as usize).copied().unwrap_or(0),
                Source::Const(bits) => bits,
            };
            if !runtime::value::fits_small(bits as i64) {
                // SAFETY: as in `restore`.
                unsafe { *(*frame).locals().add(slot.slot as usize) = boxed(slot, bits) };
            }
        }
    }
}

/// Where a frame lies.
///
/// # Safety
/// As for `restore`.
unsafe fn place(root: *mut Frame, thread: &Thread, map: &FrameMap) -> *mut Frame {
    // SAFETY: promised by the caller; nobody holds a reference to the buffer.
    unsafe { place_in(root, &*thread.exit_buffer.as_ptr(), map) }
}

/// As `place`, by these words.
///
/// # Safety
/// As for `restore`.
unsafe fn place_in(root: *mut Frame, words: &[u64; EXIT_WORDS], map: &FrameMap) -> *mut Frame {
    let from = match map.anchor {
        None => root.cast::<Value>(),
        Some(at) => words.get(at as usize).copied().unwrap_or(0) as *mut Value,
    };
    from.wrapping_add(map.base as usize).cast()
}

/// Writes the header of a frame that was not in memory, and NULL in its slots.
///
/// # Safety
/// As for `restore`; `frame` lies above `caller`.
unsafe fn push(thread: &Thread, caller: *mut Frame, frame: *mut Frame, map: &FrameMap) {
    // SAFETY: the snapshot's roots are a code object and a function (the builder's promise), kept alive by the executor; there is room.
    unsafe {
        let code = Gc::<Code>::from_address(map.code.0 as usize);
        let function = match map.callable {
            Some(at) => *thread.exit_buffer.as_ptr().cast::<u64>().add(at as usize),
            None => map.function.0,
        };
        frame.write(Frame {
            code,
            function: Gc::<Function>::from_address(function as usize),
            previous: Cell::new(caller),
            ip: Cell::new(code.units()),
            sp: Cell::new(core::ptr::null_mut()),
            consts: code.consts.get(),
            // Kept above the caller's operands (`FrameKind::kept`), which have been written.
            namespace: Cell::new(if map.kind == FrameKind::Init { *(*caller).sp.get() } else { NULL }),
            generator: Cell::new(NULL),
            object: Cell::new(NULL),
            kind: Cell::new(map.kind.bits()),
        });
        for slot in 0..code.nlocalsplus.get() as usize + map.depth as usize {
            *(*frame).locals().add(slot) = NULL;
        }
    }
    thread.recursion_remaining.set(thread.recursion_remaining.get() - 1);
}

/// Links the frame of a generator, which only ran in the trace.
///
/// # Safety
/// As for `restore`; a suspended generator without a frame object runs in the frame, resumed by that of `caller`.
unsafe fn resume(thread: &Thread, caller: *mut Frame, frame: *mut Frame) {
    // SAFETY: promised by the caller.
    unsafe {
        let generator = (*frame).generator.get().cast::<Generator>();
        generator.callees.set((*caller).callees());
        (*frame).previous.set(caller);
        (*frame).kind.set(kind::GENERATOR);
        generator.state.set(GeneratorState::Running);
        generator.exc_info.previous.set(thread.exc_info.get());
        thread.exc_info.set(&raw const generator.exc_info as *mut ExcInfo);
    }
    thread.recursion_remaining.set(thread.recursion_remaining.get() - 1);
}

fn raw(slot: &SlotMap, thread: &Thread) -> u64 {
    match slot.source {
        Source::Stored(at) => {
            debug_assert!((at as usize) < EXIT_WORDS);
            // SAFETY: exits store into the buffer, and nowhere else (`Refused::TooLarge`).
            unsafe { *thread.exit_buffer.as_ptr().cast::<u64>().add(at as usize) }
        }
        Source::Const(bits) => bits,
    }
}

fn boxed(slot: &SlotMap, bits: u64) -> Value {
    match slot.repr {
        None => Value(bits),
        Some(Repr::Int) => Value::int(bits as i64),
        Some(Repr::Float) => Value::float(f64::from_bits(bits)),
        Some(Repr::Bool) => Value::bool(bits & 1 != 0),
    }
}
