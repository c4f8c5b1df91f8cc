//! What follows the death of an object: `__del__`, generators that are closed, callbacks of weak references. A collection only finds out
//! and queues; Python code runs at the next safe point (`pending::run`).

use super::bits;
use super::collect::is_marked;
use super::mark::{Marker, header};
use super::state::state;
use crate::error::{R, memory_error};
use crate::object::{Gc, Kind};
use crate::objects::code::flags;
use crate::objects::generator::{Generator, GeneratorState};
use crate::objects::module::Module;
use crate::objects::weakref::{self, WeakRef};
use crate::value::Value;
use crate::vm::class_of;

#[derive(Clone, Copy)]
pub enum Pending {
    Finalizer(Value),
    Callback(Gc<WeakRef>),
}

/// What waits is alive.
pub fn roots(m: &mut Marker) {
    for one in &state().pending {
        match *one {
            Pending::Finalizer(value) => m.value(value),
            Pending::Callback(reference) => m.object(reference),
        }
    }
}

/// Queues what died and has a finalizer. It and all that it refers to live until that has run (PEP 442), weak references included.
pub fn find_dead(m: &mut Marker) {
    let s = state();
    let mut dead = Vec::new();
    s.finalizable.retain(|&object| {
        let alive = is_marked(object);
        if !alive {
            dead.push(object);
        }
        alive
    });
    let mut look_at = |cell: usize| {
        let header = header(cell);
        if header.kind() == Kind::Generator && header.gc.get() & bits::FINALIZED == 0 {
            let generator = Value(cell as u64);
            if wants_closing(generator.cast()) {
                dead.push(generator);
            }
        }
    };
    s.blocks.each_block(|block| {
        if block.holds_looked_at() {
            block.each(false, &mut look_at);
        }
    });
    s.large.each(|cell| {
        if !is_marked(Value(cell as u64)) {
            look_at(cell);
        }
    });
    for object in dead {
        let header = object.header();
        header.gc.set(header.gc.get() | bits::FINALIZED);
        s.pending.push_back(Pending::Finalizer(object));
        m.value(object);
    }
    m.drain();
}

/// RESUME_OPARG_DEPTH1_MASK of CPython.
const ONLY_BODY: u32 = 4;

/// Suspended inside of a `try` or `with`: closing it runs code.
fn wants_closing(generator: Gc<Generator>) -> bool {
    let code = generator.frame.code;
    match generator.state.get() {
        GeneratorState::Created => code.has_flag(flags::COROUTINE),
        GeneratorState::Suspended => {
            // The instruction to go on with is a RESUME, whose operand says that no `try` is around it.
            // SAFETY: a suspended generator's ip lies in its code.
            let resume = unsafe { *generator.frame.ip.get() };
            let plain = resume >> 8 & ONLY_BODY != 0;
            !plain || !generator.finalizer.get().is_null() || generator.is_delegating()
        }
        GeneratorState::Running | GeneratorState::Finished => false,
    }
}

pub fn clear_weak_references() {
    let mut dead = Vec::new();
    weakref::sweep(is_marked, &mut dead);
    state().pending.extend(dead.into_iter().map(Pending::Callback));
}

/// Runs what waits. What it raises is reported and forgotten.
pub fn run() -> R<()> {
    let spare_was_used = crate::spare::was_used();
    if core::mem::take(&mut state().out_of_memory) || spare_was_used {
        // No frame is being made here, so that this collection sees the stack as it is, without what returned calls left above it.
        super::roots::clear_below();
        super::collect();
        state().blocks.restore_reserve();
        let has_spare = !spare_was_used || crate::spare::fill();
        if state().is_full() || !has_spare {
            return Err(memory_error());
        }
    }
    while let Some(one) = state().pending.pop_front() {
        match one {
            Pending::Finalizer(object) => finalize(object),
            Pending::Callback(reference) => {
                let callback = reference.callback.get();
                if let Err(raised) = weakref::call_back(reference) {
                    let message = format!("Exception ignored while calling weakref callback {}", shown(callback));
                    crate::modules::sys::unraisable(raised, Some(&message), crate::value::NONE);
                }
            }
        }
    }
    Ok(())
}

fn shown(value: Value) -> String {
    crate::ops::repr(value).map_or_else(|_| "<unprintable>".to_string(), |text| text.to_string_lossy())
}

fn finalize(object: Value) {
    let Some(finalize) = class_of(object).slots.finalize.get() else { return };
    if let Err(raised) = finalize(object) {
        let own = crate::vm::names().__del__;
        let (message, about) = match class_of(object).lookup(own) {
            Some(function) if !object.is::<Generator>() => ("Exception ignored while calling deallocator", function),
            _ => ("Exception ignored while closing generator", object),
        };
        let message = format!("{message} {}", shown(about));
        crate::modules::sys::unraisable(raised, Some(&message), crate::value::NONE);
    }
}

fn has_open_generators() -> bool {
    let s = state();
    s.blocks.retire(super::state::cursors());
    let mut found = false;
    let mut look = |cell: usize| {
        found |= header(cell).kind() == Kind::Generator && wants_closing(Value(cell as u64).cast());
    };
    s.blocks.each_block(|block| {
        if block.holds_looked_at() {
            block.each(true, &mut look);
            block.each(false, &mut look);
        }
    });
    s.large.each(&mut look);
    found
}
fn names_of_main() -> Vec<Value> {
    let main = crate::vm::vm().modules.get().and_then(|modules| modules.get_str(crate::vm::names().__main__));
    let Some(main) = main.and_then(|main| main.downcast::<Module>()) else { return Vec::new() };
    main.dict.get().entries().iter().map(|entry| entry.value).filter(|value| value.is_object()).collect()
}

/// At the end of the program everything that has a finalizer is finalized, reachable or not.
pub fn run_all() {
    if state().finalizable.is_empty() && state().pending.is_empty() && !has_open_generators() {
        return;
    }
    super::collect();
    let _ = run();
    // In CPython's order: what the names of the program refer to, then the rest.
    for object in names_of_main() {
        let listed = state().finalizable.iter().position(|one| *one == object);
        let closing = object.downcast::<Generator>().is_some_and(wants_closing);
        if let Some(at) = listed {
            state().finalizable.remove(at);
        }
        if listed.is_some() || closing {
            state().pending.push_back(Pending::Finalizer(object));
        }
    }
    let _ = run();
    for object in core::mem::take(&mut state().finalizable) {
        state().pending.push_back(Pending::Finalizer(object));
    }
    let _ = run();
}
