//! The buffer protocol: bytes, bytearray, memoryview and native objects (`array.array`) seen as
//! bytes. Not here: memoryview itself.

use crate::error::{R, buffer_error, type_error};
use crate::object::Gc;
use crate::objects::bytearray::ByteArray;
use crate::objects::bytes::Bytes;
use crate::objects::memoryview::{self, MemoryView};
use crate::objects::native::Native;
use crate::ops;
use crate::value::{NULL, Value};
use crate::vm::{intern, type_name};
use core::cell::RefCell;
use std::collections::HashMap;

/// The memory of a native object that exports it (`NativeObject::buffer`).
pub struct BufferInfo {
    pub data: *mut u8,
    /// In bytes.
    pub len: usize,
    pub itemsize: usize,
    /// As in `struct`.
    pub format: &'static str,
    pub is_readonly: bool,
}

/// A borrowed, contiguous view of an exporter's bytes. While it lives the exporter cannot be
/// resized.
pub struct BytesView {
    /// NULL for exporters that cannot be resized.
    exporter: Value,
    /// Keeps the memory.
    owner: Value,
    data: *mut u8,
    len: usize,
    is_readonly: bool,
}

impl BytesView {
    /// The bytes may change under Python code that runs meanwhile, their place does not.
    pub fn as_slice(&self) -> &[u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: the exporter keeps `len` bytes at `data` while it is exported.
        unsafe { core::slice::from_raw_parts(self.data, self.len) }
    }
    /// For functions that fill a buffer; the caller has checked `is_readonly` and runs no Python
    /// code while it holds the slice.
    #[allow(clippy::mut_from_ref)]
    pub fn as_mut_slice(&self) -> &mut [u8] {
        if self.len == 0 || self.is_readonly {
            return &mut [];
        }
        // SAFETY: as in `as_slice`; nobody else holds a slice, since no other code runs meanwhile.
        unsafe { core::slice::from_raw_parts_mut(self.data, self.len) }
    }
    pub fn is_readonly(&self) -> bool {
        self.is_readonly
    }
    pub fn owner(&self) -> Value {
        self.owner
    }
}

impl Drop for BytesView {
    fn drop(&mut self) {
        // A view that dies together with its exporter has nothing to say to it.
        if !self.exporter.is_null() && crate::heap::survives(self.exporter) {
            change_exports(self.exporter, -1);
        }
    }
}

/// Adds to the number of exports of a bytearray or native object.
pub fn change_exports(exporter: Value, change: isize) {
    if let Some(array) = exporter.downcast::<ByteArray>() {
        array.exports.set(array.exports.get().wrapping_add_signed(change));
    } else if let Some(native) = exporter.downcast::<Native>() {
        native.object.export(change);
    } else if let Some(view) = exporter.downcast::<MemoryView>() {
        view.exports.set(view.exports.get().wrapping_add_signed(change));
    }
}

// -- memoryviews ---------------------------------------------------------------------------

/// The memoryviews that are not released. Addresses alone: nothing is kept alive, and a view that
/// the collector frees takes itself out.
#[derive(Default)]
struct Views {
    exporters: HashMap<u64, u64>,
    counts: HashMap<u64, usize>,
}

thread_local! { static VIEWS: RefCell<Views> = RefCell::default(); }

pub fn add_view(view: Value, exporter: Value) {
    VIEWS.with_borrow_mut(|views| {
        views.exporters.insert(view.0, exporter.0);
        *views.counts.entry(exporter.0).or_default() += 1;
    });
}
pub fn remove_view(view: Value) {
    // At the end of the thread the table may be gone before the heap.
    let _ = VIEWS.try_with(|views| {
        let views = &mut *views.borrow_mut();
        if let Some(exporter) = views.exporters.remove(&view.0)
            && let Some(count) = views.counts.get_mut(&exporter)
        {
            *count -= 1;
            if *count == 0 {
                views.counts.remove(&exporter);
            }
        }
    });
}

/// The exporter has memoryviews. Those that nobody refers to any more do not count, so the heap is
/// collected before the answer is yes.
pub fn has_views(exporter: Value) -> bool {
    let found = || VIEWS.with_borrow(|views| views.counts.contains_key(&exporter.0));
    if !found() {
        return false;
    }
    crate::heap::collect();
    found()
}

/// What a memoryview of an object is made from.
pub enum Source {
    Memory(BufferInfo),
    /// The memoryview that `__buffer__` of a Python class answered.
    View(Value),
}

/// The memory of an exporter that is no memoryview; None when the object exports none.
pub fn source(value: Value) -> R<Option<Source>> {
    let memory = |data, len, is_readonly| {
        Some(Source::Memory(BufferInfo { data, len, itemsize: 1, format: "B", is_readonly }))
    };
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Ok(memory(bytes.data.get().cast_mut(), bytes.len(), true));
    }
    if let Some(array) = value.downcast::<ByteArray>() {
        return Ok(memory(array.start(), array.len(), false));
    }
    if let Some(info) = value.downcast::<Native>().and_then(|native| native.object.buffer()) {
        return Ok(Some(Source::Memory(info)));
    }
    if !value.is_object() {
        return Ok(None);
    }
    // PEP 688.
    match ops::call_special(value, intern("__buffer__"), &[Value::int(0)])? {
        Some(view) if view.is::<MemoryView>() => Ok(Some(Source::View(view))),
        Some(other) => Err(type_error(format!(
            "__buffer__ returned non-memoryview object {}",
            type_name(other)
        ))),
        None => Ok(None),
    }
}

// -- bytes ----------------------------------------------------------------------------------

fn fixed(bytes: Gc<Bytes>) -> BytesView {
    BytesView {
        exporter: NULL,
        owner: bytes.value(),
        data: bytes.data.get().cast_mut(),
        len: bytes.len(),
        is_readonly: true,
    }
}

/// None when the value is not bytes-like.
pub fn as_bytes(value: Value) -> R<Option<BytesView>> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Ok(Some(fixed(bytes)));
    }
    if let Some(array) = value.downcast::<ByteArray>() {
        change_exports(value, 1);
        let (data, len) = (array.start(), array.len());
        return Ok(Some(BytesView {
            exporter: value,
            owner: value,
            data,
            len,
            is_readonly: false,
        }));
    }
    if let Some(view) = value.downcast::<MemoryView>() {
        memoryview::check(view)?;
        if !view.is_contiguous() {
            return Err(buffer_error("memoryview: underlying buffer is not C-contiguous"));
        }
        change_exports(value, 1);
        let (data, len) = (view.data.get(), view.nbytes());
        return Ok(Some(BytesView {
            exporter: value,
            owner: value,
            data,
            len,
            is_readonly: view.is_readonly.get(),
        }));
    }
    match source(value)? {
        Some(Source::Memory(info)) => {
            change_exports(value, 1);
            let BufferInfo { data, len, is_readonly, .. } = info;
            Ok(Some(BytesView { exporter: value, owner: value, data, len, is_readonly }))
        }
        Some(Source::View(view)) => as_bytes(view),
        None => Ok(None),
    }
}

/// TypeError when the value is not bytes-like.
pub fn view(value: Value) -> R<BytesView> {
    as_bytes(value)?.ok_or_else(|| {
        type_error(format!("a bytes-like object is required, not '{}'", type_name(value)))
    })
}

/// `use_bytes` gets the bytes of a bytes-like object; TypeError for others.
pub fn with_bytes<T>(value: Value, use_bytes: impl FnOnce(&[u8]) -> R<T>) -> R<T> {
    let view = view(value)?;
    use_bytes(view.as_slice())
}

/// The type has a buffer (`PyObject_CheckBuffer`).
pub fn is_bytes_like(value: Value) -> bool {
    value.is::<Bytes>()
        || value.is::<ByteArray>()
        || value.is::<MemoryView>()
        || value.downcast::<Native>().is_some_and(|native| native.object.buffer().is_some())
        || (value.is_object() && crate::vm::class_of(value).lookup(intern("__buffer__")).is_some())
}
