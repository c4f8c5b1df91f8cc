//! The heap of a thread: its cells, what was allocated since the last collection, what waits to be finalized.

use super::blocks::{Blocks, CLASSES, Cursor, SIZES};
use super::finalize::Pending;
use super::large::Large;
use crate::value::Value;
use core::cell::{Cell, UnsafeCell};
use core::mem::ManuallyDrop;
use std::collections::VecDeque;

pub struct Heap {
    pub cursors: [Cursor; CLASSES],
    state: UnsafeCell<ManuallyDrop<State>>,
}

pub struct State {
    pub blocks: Blocks,
    pub large: Large,
    /// Bytes handed out since the last collection, and how many may be before the next.
    pub allocated: usize,
    pub limit: usize,
    /// Bytes outside of the heap that objects have taken since the last full collection.
    pub external: usize,
    /// What `limit` is in a small heap.
    pub nursery: usize,
    /// Bytes that were live after the last full collection; above twice as many the next one is full.
    pub live_full: usize,
    pub live: usize,
    /// False while the VM is being made, and during a collection.
    pub may_collect: bool,
    pub sweeping: bool,
    /// Collect at each N-th allocation; 0: when it pays.
    pub stress: usize,
    pub until_stress: usize,
    pub stack_end: usize,
    /// Old objects that were written to.
    pub remembered: Vec<Value>,
    /// Objects with `__del__` that has not run, in the order in which they were made.
    pub finalizable: Vec<Value>,
    pub pending: VecDeque<Pending>,
    /// MemoryError is due.
    pub out_of_memory: bool,
    pub collections: [usize; 2],
    pub freed: [usize; 2],
}

impl State {
    /// The system gives no more, and collecting gains next to nothing.
    pub fn is_full(&self) -> bool {
        self.blocks.exhausted || self.live / 15 * 16 > self.blocks.capacity()
    }
}

/// Bytes that may be allocated between collections at least: less would mark the roots too often.
pub const NURSERY: usize = 256 << 10;
/// Bytes outside of the heap after which a collection is full: only that frees what old objects hold of them.
pub const EXTERNAL: usize = 16 << 20;
/// Bytes that are live, or old and dead, before the first full collection.
pub const FULL: usize = 2 << 20;
/// What the nursery grows to where much survives.
pub const NURSERY_MAX: usize = 4 << 20;

thread_local! {
    static HEAP: Heap = const {
        Heap {
            cursors: [const { Cursor { at: Cell::new(0), limit: Cell::new(0) } }; CLASSES],
            state: UnsafeCell::new(ManuallyDrop::new(State {
                blocks: Blocks::new(),
                large: Large::new(),
                allocated: 0,
                limit: NURSERY,
                external: 0,
                nursery: NURSERY,
                live_full: 0,
                live: 0,
                may_collect: false,
                sweeping: false,
                stress: 0,
                until_stress: 0,
                stack_end: 0,
                remembered: Vec::new(),
                finalizable: Vec::new(),
                pending: VecDeque::new(),
                out_of_memory: false,
                collections: [0; 2],
                freed: [0; 2],
            })),
        }
    };
}

/// The state is for this module alone, which holds no reference to it over a call that may come back here.
#[allow(clippy::mut_from_ref)]
pub fn state() -> &'static mut State {
    // SAFETY: thread-local, never dropped; see above.
    HEAP.with(|heap| unsafe { &mut *heap.state.get() })
}
#[inline(always)]
pub fn cursors() -> &'static [Cursor; CLASSES] {
    // SAFETY: never dropped while its thread runs.
    HEAP.with(|heap| unsafe { &*(&raw const heap.cursors) })
}

/// A cell of a class; its contents are whatever stood there.
#[inline(always)]
pub fn take(class: usize) -> usize {
    let cursor = &cursors()[class];
    let at = cursor.at.get();
    let next = at + SIZES[class % SIZES.len()] as usize;
    if next <= cursor.limit.get() {
        cursor.at.set(next);
        return at;
    }
    refill(class)
}

#[cold]
#[inline(never)]
fn refill(class: usize) -> usize {
    collect_if_due();
    if let Some(cell) = try_refill(class, false) {
        return cell;
    }
    super::collect::collect(super::collect::Reason::Pressure);
    let cell = try_refill(class, false);
    let state = state();
    // A heap that is all but full would be collected over and over for little.
    if cell.is_none() || state.is_full() {
        state.out_of_memory = true;
        if crate::vm::is_running() {
            crate::vm::thread().eval_breaker.set(1);
        }
    }
    // When the reserve is spent too, the program has had its MemoryError and went on.
    cell.or_else(|| try_refill(class, true)).unwrap_or_else(|| crate::spare::end())
}
fn try_refill(class: usize, emergency: bool) -> Option<usize> {
    let state = state();
    let cursor = &cursors()[class];
    let longest = (state.stress != 0) as usize;
    state.allocated += state.blocks.refill(class, cursor, longest, emergency)?;
    let cell = cursor.at.get();
    cursor.at.set(cell + SIZES[class % SIZES.len()] as usize);
    Some(cell)
}

/// A zeroed cell above the small sizes.
pub fn take_large(bytes: usize) -> Option<usize> {
    let state = state();
    state.allocated = state.allocated.saturating_add(bytes);
    collect_if_due();
    let cell = match self::state().large.alloc(bytes) {
        Some(cell) => cell,
        None => {
            super::collect::collect(super::collect::Reason::Pressure);
            self::state().large.alloc(bytes)?
        }
    };
    Some(cell)
}

#[inline]
pub fn collect_if_due() {
    let state = state();
    if state.stress != 0 {
        state.until_stress = state.until_stress.saturating_sub(1);
        if state.until_stress != 0 {
            return;
        }
        state.until_stress = state.stress;
        super::collect::collect(super::collect::Reason::Stress);
    } else if state.allocated >= state.limit {
        super::collect::collect(super::collect::Reason::Due);
    }
}
