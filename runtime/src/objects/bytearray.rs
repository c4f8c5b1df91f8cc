//! bytearray: the struct and its growth. Not here: slots and methods (`bytearray_methods.rs`,
//! `bytes_methods.rs`).

use crate::error::{R, buffer_error, memory_error};
use crate::heap::{self, Marker};
use crate::object::{Gc, Header, HeapObject, Kind};
use crate::objects::buffer;
use crate::objects::builtin::new_header;
use crate::vm::types;
use core::cell::Cell;

#[repr(C)]
pub struct ByteArray {
    pub header: Header,
    pub len: Cell<usize>,
    /// Bytes from `first` to the end of the buffer.
    pub capacity: Cell<usize>,
    /// A buffer of the heap; null when nothing was ever allocated.
    pub buffer: Cell<*mut u8>,
    /// Bytes before the first one: deleting at the front moves this.
    pub first: Cell<usize>,
    /// Borrowed views of the buffer (memoryviews are counted by `buffer`): resizing raises
    /// BufferError meanwhile.
    pub exports: Cell<usize>,
}

impl HeapObject for ByteArray {
    const KIND: Kind = Kind::ByteArray;
    fn trace(&self, m: &mut Marker) {
        if !self.buffer.get().is_null() {
            m.bytes(self.buffer.get());
        }
    }
}

impl ByteArray {
    /// For `heap::alloc_instance` of subclasses.
    pub fn empty() -> ByteArray {
        ByteArray {
            header: new_header(),
            len: Cell::new(0),
            capacity: Cell::new(0),
            buffer: Cell::new(core::ptr::null_mut()),
            first: Cell::new(0),
            exports: Cell::new(0),
        }
    }
    pub fn new(bytes: &[u8]) -> R<Gc<ByteArray>> {
        let array = heap::alloc(types().bytearray.root_shape.get(), ByteArray::empty());
        array.extend(bytes)?;
        Ok(array)
    }
    pub fn handle(&self) -> Gc<ByteArray> {
        // SAFETY: a ByteArray is only ever reached through its heap cell.
        unsafe { Gc::from_address(self as *const ByteArray as usize) }
    }
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// The address of the first byte.
    pub fn start(&self) -> *mut u8 {
        self.buffer.get().wrapping_add(self.first.get())
    }
    /// The bytes now. Do not hold the slice across anything that may run Python code or resize the
    /// array.
    pub fn as_slice(&self) -> &[u8] {
        if self.len() == 0 {
            return &[];
        }
        // SAFETY: the first `len` bytes from `start` are initialised.
        unsafe { core::slice::from_raw_parts(self.start(), self.len()) }
    }
    /// As `as_slice`; nobody else may hold a slice.
    #[allow(clippy::mut_from_ref)]
    pub fn as_mut_slice(&self) -> &mut [u8] {
        if self.len() == 0 {
            return &mut [];
        }
        // SAFETY: as in `as_slice`; callers take the slice for one operation that calls nothing.
        unsafe { core::slice::from_raw_parts_mut(self.start(), self.len()) }
    }
    /// Before any change of the length.
    pub fn check_resizable(&self) -> R<()> {
        if self.exports.get() != 0 || buffer::has_views(self.handle().value()) {
            return Err(buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }
    /// Bytes that are new are zero or whatever stood there; callers overwrite them.
    pub fn resize(&self, len: usize) -> R<()> {
        if len == self.len() {
            return Ok(());
        }
        self.check_resizable()?;
        if len > self.capacity.get() {
            let capacity = if len <= self.capacity.get() + (self.capacity.get() >> 3) + 6 {
                len + (len >> 3) + if len < 9 { 3 } else { 6 }
            } else {
                len
            };
            let Some(buffer) = heap::try_alloc_bytes(capacity) else { return Err(memory_error()) };
            // SAFETY: the fresh buffer has room for the old bytes.
            unsafe { core::ptr::copy_nonoverlapping(self.as_slice().as_ptr(), buffer, self.len()) };
            self.buffer.set(buffer);
            self.first.set(0);
            self.capacity.set(capacity);
            heap::write_barrier(self.handle().value());
        }
        self.len.set(len);
        Ok(())
    }
    pub fn extend(&self, bytes: &[u8]) -> R<()> {
        let old = self.len();
        let Some(len) = old.checked_add(bytes.len()) else { return Err(memory_error()) };
        // `bytes` may be a slice of this very array, whose old buffer stays in place while the
        // slice is known.
        self.resize(len)?;
        // SAFETY: room was made; the free part does not overlap the source.
        unsafe {
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), self.start().add(old), bytes.len())
        };
        Ok(())
    }
    /// Replaces the bytes `start..end` by `new`, which is not a slice of this array.
    pub fn splice(&self, start: usize, end: usize, new: &[u8]) -> R<()> {
        let (old_len, removed) = (self.len(), end - start);
        if new.len() != removed {
            self.check_resizable()?;
        }
        if start == 0 && new.is_empty() {
            self.first.set(self.first.get() + removed);
            self.capacity.set(self.capacity.get() - removed);
            self.len.set(old_len - removed);
            return Ok(());
        }
        let Some(len) = (old_len - removed).checked_add(new.len()) else {
            return Err(memory_error());
        };
        if len > old_len {
            self.resize(len)?;
        }
        let base = self.start();
        // SAFETY: the buffer has room for the longer of both lengths.
        unsafe {
            core::ptr::copy(base.add(end), base.add(start + new.len()), old_len - end);
            core::ptr::copy_nonoverlapping(new.as_ptr(), base.add(start), new.len());
        }
        self.len.set(len);
        Ok(())
    }
}
