//! A collection: mark from the roots, find what is to be finalized, sweep, decide when the next is due.
//!
//! Marks stay from one collection to the next ("sticky"): in a minor collection what is marked is old, and only what was allocated since and
//! old objects that were written to (`write_barrier`) are looked at. A full collection clears the marks first.

use super::bits;
use super::finalize;
use super::mark::{Marker, header};
use super::roots;
use super::state::{EXTERNAL, FULL, NURSERY, NURSERY_MAX, cursors, state};
use crate::object::{Header, KINDS, Kind};
use crate::value::Value;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Enough was allocated.
    Due,
    /// The system refuses memory.
    Pressure,
    /// `gc.collect()`: nothing is under way in the VM's frames.
    Asked,
    Stress,
}

/// The number of cells that were freed.
pub fn collect(reason: Reason) -> usize {
    let s = state();
    if !s.may_collect {
        s.limit = s.limit.max(s.allocated + NURSERY);
        return 0;
    }
    s.may_collect = false;
    let minor = match reason {
        Reason::Due => s.live < s.live_full.saturating_mul(2).max(FULL) && s.external < EXTERNAL,
        Reason::Stress => (s.collections[0] + s.collections[1]) % 4 != 0,
        Reason::Pressure | Reason::Asked => false,
    };
    s.blocks.retire(cursors());
    if !minor {
        s.blocks.clear_marks();
        s.large.clear_marks();
    }
    let mut m = Marker::new(&s.blocks, &s.large);
    let remembered = core::mem::take(&mut s.remembered);
    for owner in &remembered {
        let header = owner.header();
        header.gc.set(header.gc.get() & !bits::REMEMBERED);
    }
    let first = s.collections == [0; 2];
    mark_roots(&mut m, reason, first || !minor);
    if minor {
        for owner in &remembered {
            m.children(owner.header());
        }
    }
    m.drain();
    roots::of_living(&mut m);
    finalize::find_dead(&mut m);
    roots::of_living(&mut m);
    if s.stress != 0 && minor {
        check_barriers(&mut m);
    }
    finalize::clear_weak_references();
    crate::objects::class::forget_dead();
    crate::objects::class_watch::forget_dead(!minor);
    if let Some(forget_dead) = crate::vm::vm().engine.forget_dead.get() {
        forget_dead();
    }
    let table_bytes = m.table_words * size_of::<Value>();
    drop(m);
    let before = s.live;
    let freed = sweep(minor, s.stress != 0);
    if minor {
        adapt_nursery(s.live.saturating_sub(before));
    }
    after(reason, minor, freed);
    if minor {
        // A long table that is written to all the time is looked through at each collection: so much is allocated in between.
        s.limit = s.limit.max(table_bytes);
    }
    freed
}

fn mark_roots(m: &mut Marker, reason: Reason, all: bool) {
    let s = state();
    if s.stack_end == 0 {
        s.stack_end = roots::stack_end();
    }
    // A buffer that the stack knows is looked into as well: its owner may count fewer words in it than the code that works on it.
    let called = if reason == Reason::Asked { roots::behind_call_of_collect(crate::vm::thread()) } else { None };
    match called {
        Some(start) => roots::words(start, s.stack_end, |word| m.conservative(word)),
        None => roots::native_stack(s.stack_end, |word| m.conservative(word)),
    }
    roots::vm_stack(crate::vm::thread(), reason != Reason::Asked, |word| m.conservative(word));
    roots::tables(m, all);
    finalize::roots(m);
}

fn sweep(young: bool, poison: bool) -> usize {
    let s = state();
    s.sweeping = true;
    let drop_cell = |cell: usize, _: usize| {
        let header = header(cell);
        if let Some(drop) = KINDS[header.kind.get() as usize].drop {
            // SAFETY: the cell is dead, its kind is that of its layout, and it is freed once.
            unsafe { drop(core::ptr::from_ref::<Header>(header).cast_mut()) };
        }
    };
    // First all that runs Rust code, then all that overwrites memory.
    s.blocks.each_looked_at(|block| block.each(false, |cell| drop_cell(cell, 0)));
    let (live, freed) = s.blocks.sweep(young, poison, |cell, bytes| {
        if poison {
            // SAFETY: the cell is dead.
            unsafe { (cell as *mut u8).write_bytes(POISON, bytes) };
        }
    });
    let (live_large, freed_large) = s.large.sweep(drop_cell);
    s.sweeping = false;
    s.live = live + live_large;
    freed + freed_large
}
/// Makes addresses that the processor refuses.
const POISON: u8 = 0xDB;

/// The nursery grows while much of what is young survives, and shrinks to what the cache holds when next to nothing does.
fn adapt_nursery(survived: usize) {
    let s = state();
    if survived > s.nursery / 4 {
        s.nursery = (s.nursery * 2).min(NURSERY_MAX);
    } else if survived < s.nursery / 16 {
        s.nursery = (s.nursery / 2).max(NURSERY);
    }
}

fn after(reason: Reason, minor: bool, freed: usize) {
    let s = state();
    s.allocated = 0;
    s.collections[!minor as usize] += 1;
    s.freed[!minor as usize] += freed;
    // With the heap, since a long table that is written to is looked through each time.
    s.limit = s.nursery.max(s.live / 4);
    if !minor {
        s.live_full = s.live;
        s.external = 0;
        s.blocks.release(s.live / 4 + s.nursery);
        if reason == Reason::Pressure || s.blocks.exhausted {
            s.blocks.restore_reserve();
        }
    }
    s.may_collect = true;
    // Now and then, while the heap grows: the parts of the program that are in use come back.
    let total = s.collections[0] + s.collections[1];
    if total.is_power_of_two() && total <= 64 {
        crate::resident::release_program();
    }
    if !s.pending.is_empty() {
        crate::vm::thread().eval_breaker.set(1);
    }
}

/// True when the object was marked by the last collection.
pub fn is_marked(value: Value) -> bool {
    if !value.is_object() {
        return true;
    }
    let header = value.header();
    if header.gc.get() & bits::LARGE != 0 {
        header.gc.get() & bits::MARKED != 0
    } else {
        // SAFETY: a cell that is not large lies in a block.
        unsafe { super::blocks::block_of_cell(header) }.is_marked(value.0 as usize)
    }
}

/// For the stress mode: an old object that refers to a young one must have been remembered.
fn check_barriers(m: &mut Marker) {
    let s = state();
    let mut check = |cell: usize| {
        let object = header(cell);
        if object.kind() == Kind::Buffer {
            return;
        }
        let (values, buffers) = m.list(object);
        for value in values {
            if !is_marked(value) {
                missing(object, value.header());
            }
        }
        for buffer in buffers {
            if !is_marked(Value(buffer as u64)) {
                missing(object, header(buffer));
            }
        }
    };
    s.blocks.each_block(|block| block.each(true, &mut check));
    s.large.each(|cell| {
        if header(cell).gc.get() & bits::MARKED != 0 {
            check(cell);
        }
    });
}
#[cold]
fn missing(owner: &Header, value: &Header) {
    let class = crate::vm::class_of_object(owner).name();
    let what = match value.kind() {
        Kind::Buffer => "a buffer".to_string(),
        _ => crate::vm::class_of_object(value).name(),
    };
    panic!("no write barrier: {class} ({:?}) at {:#x} refers to {what}", owner.kind(), owner as *const Header as usize);
}
