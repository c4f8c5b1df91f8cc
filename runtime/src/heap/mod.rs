//! The heap: allocation, the write barrier, tracing. All that the rest of the VM knows of the collector is in this file.
//!
//! Cells do not move. Roots: the VM's own tables (`roots::tables`), the VM stack, the native stack and the registers; words of stacks count
//! when they are the address of a cell or lie inside of one. No allocation runs Python code.

mod barrier;
mod blocks;
mod collect;
mod finalize;
mod large;
mod mark;
mod roots;
mod state;

use crate::object::{Gc, Header, HeapObject, KINDS, Kind};
use crate::value::Value;
use blocks::SIZES;
pub use blocks::Cursor;
pub use mark::{Marker, Table};
pub use roots::enter_dispatch;
pub use state::cursors;
use state::state;

/// What `Header::gc` says.
pub mod bits {
    /// Large cells: found live.
    pub const MARKED: u8 = 1;
    pub const LARGE: u8 = 2;
    /// Attribute words follow the native struct.
    pub const TAIL: u8 = 4;
    pub const REMEMBERED: u8 = 8;
    /// Survived a collection.
    pub const OLD: u8 = 16;
    /// Its finalizer has been queued.
    pub const FINALIZED: u8 = 32;
}
/// `Header::flags` of a buffer of values.
const HOLDS_VALUES: u16 = 1;

/// Allocates an object of a native layout with the root shape of its class; the header of `object` is overwritten.
#[inline(always)]
pub fn alloc<T: HeapObject>(shape: u32, object: T) -> Gc<T> {
    const { assert!(size_of::<T>() <= blocks::SMALL && align_of::<T>() <= blocks::GRANULE) };
    let cell = state::take(const { blocks::class_of(size_of::<T>()) + if T::LOOKED_AT { SIZES.len() } else { 0 } });
    // SAFETY: the cell is fresh and large enough.
    unsafe { fill(cell, shape, object, 0) }
}

/// Which cursor, and how many bytes, `alloc_with_tail` takes for a small object.
pub fn small_cell<T: HeapObject>(tail_words: usize) -> (usize, usize) {
    let class = blocks::class_of(size_of::<T>() + tail_words * 8);
    (class + if T::LOOKED_AT { SIZES.len() } else { 0 }, SIZES[class] as usize)
}

/// As `alloc`, with `tail_words` zeroed words after the struct (attributes of instances, inline items).
#[inline]
pub fn alloc_with_tail<T: HeapObject>(shape: u32, object: T, tail_words: usize) -> Gc<T> {
    try_alloc_with_tail(shape, object, tail_words).unwrap_or_else(|| std::alloc::handle_alloc_error(core::alloc::Layout::new::<T>()))
}

/// As `alloc_with_tail`, or None when memory is refused.
#[inline]
pub fn try_alloc_with_tail<T: HeapObject>(shape: u32, object: T, tail_words: usize) -> Option<Gc<T>> {
    let bytes = size_of::<T>() + tail_words * 8;
    let (cell, gc) = if bytes <= blocks::SMALL {
        let class = blocks::class_of(bytes) + if T::LOOKED_AT { SIZES.len() } else { 0 };
        let cell = state::take(class);
        // SAFETY: the cell has room for the words.
        unsafe { clear((cell + size_of::<T>()) as *mut u64, tail_words) };
        (cell, 0)
    } else {
        (state::take_large(bytes)?, bits::LARGE)
    };
    // SAFETY: the cell is fresh and large enough.
    Some(unsafe { fill(cell, shape, object, gc) })
}

/// As `alloc_with_tail`, with these values behind the struct; `object` gets their address.
#[inline(always)]
pub fn alloc_with_values<T: HeapObject>(shape: u32, object: impl FnOnce(*mut Value) -> T, values: &[Value]) -> Gc<T> {
    let bytes = size_of::<T>() + size_of_val(values);
    let (cell, gc) = if bytes <= blocks::SMALL {
        (state::take(blocks::class_of(bytes) + if T::LOOKED_AT { SIZES.len() } else { 0 }), 0)
    } else {
        core::hint::cold_path();
        let Some(cell) = state::take_large(bytes) else { std::alloc::handle_alloc_error(core::alloc::Layout::new::<T>()) };
        (cell, bits::LARGE)
    };
    let tail = (cell + size_of::<T>()) as *mut Value;
    // SAFETY: the cell is fresh and has room for the object and the values.
    unsafe {
        copy_values(values.as_ptr(), tail, values.len());
        fill(cell, shape, object(tail), gc)
    }
}

/// Zeroes words: a few of them here, since a call of the library's function costs as much as forty.
///
/// # Safety
/// The words are ours.
#[inline(always)]
unsafe fn clear(first: *mut u64, words: usize) {
    // SAFETY: promised by the caller.
    unsafe {
        if words > 40 {
            first.write_bytes(0, words);
            return;
        }
        let mut at = 0;
        while at + 2 <= words {
            first.add(at).cast::<[u64; 2]>().write_unaligned([0; 2]);
            at += 2;
            // LLVM would make the call of it that this is to avoid.
            core::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
        if at < words {
            *first.add(at) = 0;
        }
    }
}

/// Copies values: a few of them one by one. What was stored a word at a time just before (a stack's top) cannot be read two words at a time
/// until it has left the store buffer, which takes a dozen cycles, as does a call of the library's function.
///
/// # Safety
/// As `copy_nonoverlapping`.
#[inline(always)]
pub unsafe fn copy_values(from: *const Value, to: *mut Value, count: usize) {
    // SAFETY: promised by the caller.
    unsafe {
        if count > 16 {
            to.copy_from_nonoverlapping(from, count);
            return;
        }
        for at in 0..count {
            *to.add(at) = *from.add(at);
            // LLVM would make vectors of it.
            core::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
    }
}

/// # Safety
/// The cell is fresh and has room for the object.
#[inline(always)]
unsafe fn fill<T: HeapObject>(cell: usize, shape: u32, object: T, gc: u8) -> Gc<T> {
    // SAFETY: promised by the caller.
    unsafe {
        (cell as *mut T).write(object);
        let header = &*(cell as *const Header);
        header.shape.set(shape);
        header.kind.set(T::KIND as u8);
        header.gc.set(gc);
        Gc::from_address(cell)
    }
}

/// Allocates an instance of `class`, whose native layout is T, with room for its attributes.
#[inline]
pub fn alloc_instance<T: HeapObject>(class: Gc<crate::objects::class::Class>, object: T) -> Gc<T> {
    let words = class.attribute_words();
    let gc = alloc_with_tail(class.root_shape.get(), object, words);
    if words != 0 {
        let header = gc.value().header();
        header.gc.set(header.gc.get() | bits::TAIL);
    }
    if class.finalizable.get() {
        register_finalizer(gc.value());
    }
    gc
}

/// A zeroed buffer of a size that the program does not choose.
pub fn alloc_values(len: usize) -> *mut Value {
    try_alloc_values(len).unwrap_or_else(|| std::alloc::handle_alloc_error(core::alloc::Layout::new::<Value>()))
}

/// A zeroed (NULL-filled) buffer of values, or None when memory is refused.
pub fn try_alloc_values(len: usize) -> Option<*mut Value> {
    Some(buffer(len.checked_mul(8)?.checked_add(8)?, HOLDS_VALUES)?.cast())
}
/// A zeroed buffer of bytes, or None when memory is refused.
pub fn try_alloc_bytes(len: usize) -> Option<*mut u8> {
    buffer(len.checked_add(15)? & !7, 0)
}

/// As `try_alloc_values`, where the owner writes a word before it counts it: small buffers are not zeroed.
pub fn try_alloc_unset(len: usize) -> Option<*mut Value> {
    let bytes = len.checked_mul(8)?.checked_add(8)?;
    if bytes > blocks::SMALL {
        return Some(buffer(bytes, HOLDS_VALUES)?.cast());
    }
    Some(head(state::take(blocks::class_of(bytes)), bytes, HOLDS_VALUES, 0).cast())
}

/// A buffer of these values, or None when memory is refused.
pub fn try_copy_values(values: &[Value]) -> Option<*mut Value> {
    let bytes = values.len().checked_mul(8)?.checked_add(8)?;
    let buffer = if bytes <= blocks::SMALL {
        let cell = state::take(blocks::class_of(bytes));
        head(cell, bytes, HOLDS_VALUES, 0)
    } else {
        buffer(bytes, HOLDS_VALUES)?
    };
    let buffer = buffer.cast::<Value>();
    // SAFETY: the cell is fresh and has room for the values.
    unsafe { copy_values(values.as_ptr(), buffer, values.len()) };
    Some(buffer)
}

/// A header, then zeroes; `bytes` counts both and is a multiple of 8.
fn buffer(bytes: usize, flags: u16) -> Option<*mut u8> {
    let (cell, gc) = if bytes <= blocks::SMALL {
        let cell = state::take(blocks::class_of(bytes));
        // SAFETY: the cell is fresh and has room.
        unsafe { clear((cell + 8) as *mut u64, bytes / 8 - 1) };
        (cell, 0)
    } else {
        (state::take_large(bytes)?, bits::LARGE)
    };
    Some(head(cell, bytes, flags, gc))
}

/// Makes a fresh cell a buffer; what it holds begins behind the header.
#[inline(always)]
fn head(cell: usize, bytes: usize, flags: u16, gc: u8) -> *mut u8 {
    // SAFETY: the callers have just taken the cell.
    let header = unsafe { &*(cell as *const Header) };
    header.shape.set(u32::try_from(bytes / 8 - 1).unwrap_or(u32::MAX));
    header.kind.set(Kind::Buffer as u8);
    header.gc.set(gc);
    header.flags.set(flags);
    (cell + 8) as *mut u8
}

/// For who keeps something by an object's address alone, when everything that lives has been marked and nothing is freed yet: the object
/// stays.
pub fn is_marked(object: Value) -> bool {
    collect::is_marked(object)
}

pub use barrier::{NEEDS_BARRIER, write_barrier};

/// Queues `__del__` of the object for when it becomes unreachable.
pub fn register_finalizer(object: Value) {
    state().finalizable.push(object);
}
/// `gc.is_finalized()`: the finalizer has run or is about to.
pub fn is_finalized(object: Value) -> bool {
    object.is_object() && object.header().gc.get() & bits::FINALIZED != 0
}

/// Memory that an object owns outside the heap (a big int's digits): counts toward the next collection.
#[inline(always)]
pub fn external_bytes(bytes: usize) {
    let state = state();
    state.allocated = state.allocated.saturating_add(bytes / 2);
    state.external = state.external.saturating_add(bytes);
    if state.allocated >= state.limit && state.may_collect {
        core::hint::cold_path();
        // The next allocation of a cell looks whether a collection is due.
        state.blocks.retire(state::cursors());
    }
}

/// False for an object that the collection in progress frees: for `Drop`, which must not touch it.
pub fn survives(object: Value) -> bool {
    !state().sweeping || collect::is_marked(object)
}

/// From now on collections happen. The VM is complete.
pub fn start() {
    let state = state();
    state.may_collect = true;
    state.allocated = 0;
}
/// For tests of the VM: collects at each `every`-th allocation.
pub fn set_stress(every: usize) {
    let state = state();
    (state.stress, state.until_stress) = (every, every);
}

/// Collects now, everything; the number of cells that were freed.
pub fn collect() -> usize {
    roots::clear_below();
    collect::collect(collect::Reason::Asked)
}
/// Collections of the young and of all, and the cells they freed.
pub fn statistics() -> ([usize; 2], [usize; 2]) {
    (state().collections, state().freed)
}
/// Bytes that were handed out since the last collection, and that may be.
pub fn pressure() -> (usize, usize) {
    (state().allocated, state().limit)
}

/// Runs the finalizers and weak reference callbacks of objects that the last collection found dead.
pub fn run_finalizers() -> crate::error::R<()> {
    finalize::run()
}
/// Some wait to be run.
pub fn has_finalizers() -> bool {
    !state().pending.is_empty()
}
/// At the end of the program: all finalizers that have not run.
pub fn finish() {
    finalize::run_all();
}

/// What the object refers to directly.
pub fn referents(object: Value) -> Vec<Value> {
    if !object.is_object() {
        return Vec::new();
    }
    Marker::new(&state().blocks, &state().large).list(object.header()).0
}
/// All objects of the heap that a program can see, dead ones since the last collection included.
pub fn each_object(mut visit: impl FnMut(Value)) {
    let state = state();
    state.blocks.retire(state::cursors());
    let mut visit = |cell: usize| {
        if mark::header(cell).kind() != Kind::Buffer {
            visit(Value(cell as u64));
        }
    };
    state.blocks.each_block(|block| {
        block.each(true, &mut visit);
        block.each(false, &mut visit);
    });
    state.large.each(&mut visit);
}

const _: () = assert!(KINDS.len() < 256);
