//! Marking: from the roots to everything that they reach.

use super::bits;
use super::blocks::{Blocks, block_of_cell};
use super::large::Large;
use crate::object::{Gc, Header, KINDS, Kind};
use crate::value::Value;

/// Visits what an object refers to. Passed to `HeapObject::trace`.
pub struct Marker {
    stack: Vec<Value>,
    /// Cells whose headers are on their way into the cache.
    ahead: [usize; AHEAD],
    at: usize,
    blocks: *const Blocks,
    large: *const Large,
    /// Cells marked in this collection.
    pub marked: usize,
    /// For `gc.get_referents` and the check of the write barrier: what is visited stays on the stack, buffers aside; nothing is marked.
    listing: bool,
    buffers: Vec<usize>,
}

const AHEAD: usize = 8;

impl Marker {
    pub fn new(blocks: &Blocks, large: &Large) -> Marker {
        Marker { stack: Vec::new(), ahead: [0; AHEAD], at: 0, blocks, large, marked: 0, listing: false, buffers: Vec::new() }
    }
    #[inline(always)]
    pub fn value(&mut self, value: Value) {
        if value.is_object() {
            self.stack.push(value);
        }
    }
    #[inline(always)]
    pub fn object<T>(&mut self, object: Gc<T>) {
        self.stack.push(object.value());
    }
    /// A buffer from `alloc_values`, of which the first `len` words are in use.
    pub fn values(&mut self, buffer: *const Value, len: usize) {
        self.bytes(buffer.cast());
        self.inline_values(buffer, len);
    }
    /// Words inside of the object that is being traced.
    #[inline]
    pub fn inline_values(&mut self, first: *const Value, len: usize) {
        for i in 0..len {
            // SAFETY: the owner says that the first `len` words are initialised.
            self.value(unsafe { *first.add(i) });
        }
    }
    /// A buffer from `alloc_bytes`, or an address in it: kept, not looked into.
    pub fn bytes(&mut self, buffer: *const u8) {
        let Some(cell) = self.cell_at(buffer as usize) else { return };
        let header = header(cell);
        if header.kind() != Kind::Buffer {
            // Characters that lie in another object.
            self.stack.push(Value(cell as u64));
        } else if self.listing {
            self.buffers.push(cell);
        } else {
            self.mark(header);
        }
    }

    fn cell_at(&self, address: usize) -> Option<usize> {
        // SAFETY: both outlive the marker, and nothing allocates while it works.
        let (blocks, large) = unsafe { (&*self.blocks, &*self.large) };
        match blocks.find(address) {
            Some(block) => block.cell_at(address),
            None => large.cell_at(address),
        }
    }

    /// A word of the stack that may be an address in a cell. Buffers that only the stack knows hold words of the same sort.
    pub fn conservative(&mut self, word: usize) {
        let Some(cell) = self.cell_at(word) else { return };
        let header = header(cell);
        if header.kind() != Kind::Buffer {
            self.stack.push(Value(cell as u64));
            return;
        }
        let mut buffers = vec![cell];
        let mut seen = Vec::new();
        while let Some(cell) = buffers.pop() {
            if seen.contains(&cell) {
                continue;
            }
            seen.push(cell);
            let header = super::mark::header(cell);
            self.mark(header);
            if header.flags.get() & super::HOLDS_VALUES == 0 {
                continue;
            }
            for i in 1..=self.buffer_words(header) {
                // SAFETY: the words belong to the buffer.
                let word = unsafe { *(cell as *const usize).add(i) };
                if let Some(inner) = self.cell_at(word) {
                    match super::mark::header(inner).kind() {
                        Kind::Buffer => buffers.push(inner),
                        _ => self.stack.push(Value(inner as u64)),
                    }
                }
            }
        }
    }
    fn buffer_words(&self, header: &Header) -> usize {
        if header.gc.get() & bits::LARGE != 0 {
            // SAFETY: as in `cell_at`.
            unsafe { (*self.large).bytes(header as *const Header as usize) / 8 - 1 }
        } else {
            header.shape.get() as usize
        }
    }

    /// False: it was marked already.
    #[inline(always)]
    fn mark(&mut self, header: &Header) -> bool {
        let gc = header.gc.get();
        let fresh = if gc & bits::LARGE != 0 {
            header.gc.set(gc | bits::MARKED);
            gc & bits::MARKED == 0
        } else {
            // SAFETY: a cell that is not large lies in a block.
            unsafe { block_of_cell(header) }.set_mark(header as *const Header as usize)
        };
        self.marked += fresh as usize;
        fresh
    }

    /// Marks everything that is reachable from what was visited.
    pub fn drain(&mut self) {
        loop {
            let next = match self.stack.pop() {
                Some(value) => {
                    prefetch(value.0 as usize);
                    value.0 as usize
                }
                None => 0,
            };
            let cell = core::mem::replace(&mut self.ahead[self.at], next);
            self.at = (self.at + 1) % AHEAD;
            if cell != 0 {
                let header = header(cell);
                if self.mark(header) {
                    header.gc.set(header.gc.get() | bits::OLD);
                    self.children(header);
                }
            } else if next == 0 && self.ahead.iter().all(|&cell| cell == 0) {
                return;
            }
        }
    }
    /// Visits what the object refers to.
    #[inline]
    pub fn children(&mut self, header: &Header) {
        // SAFETY: the kind of a live cell is that of its layout.
        unsafe { (KINDS[header.kind.get() as usize].trace)(header, self) };
        if header.gc.get() & bits::TAIL != 0 {
            crate::objects::instance::trace_attributes(header, self);
        }
    }

    /// What the object refers to, and its buffers.
    pub fn list(&mut self, object: &Header) -> (Vec<Value>, Vec<usize>) {
        self.listing = true;
        self.children(object);
        self.listing = false;
        (core::mem::take(&mut self.stack), core::mem::take(&mut self.buffers))
    }
}

#[inline(always)]
pub fn header(cell: usize) -> &'static Header {
    // SAFETY: callers hold the address of a cell.
    unsafe { &*(cell as *const Header) }
}

#[inline(always)]
fn prefetch(address: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch reads nothing.
    unsafe {
        core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(address as *const i8);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
