//! Marking: from the roots to everything that they reach.

use super::bits;
use super::blocks::{Blocks, block_of_cell};
use super::large::Large;
use crate::object::{Gc, Header, KINDS, Kind};
use crate::shape::Shapes;
use crate::value::{MISSING, Value};
use std::collections::BTreeSet;

/// Visits what an object refers to. Passed to `HeapObject::trace`.
pub struct Marker {
    stack: Vec<Value>,
    /// Long tables that are visited piece by piece, so that the stack stays short.
    tables: Vec<Table>,
    /// Words of buffers that only the stack knows: (address, words). Which ones these are.
    loose: Vec<(usize, usize)>,
    known: BTreeSet<usize>,
    /// Cells whose headers are on their way into the cache.
    ahead: [usize; AHEAD],
    at: usize,
    blocks: *const Blocks,
    large: *const Large,
    shapes: &'static Shapes,
    /// Cells marked in this collection.
    pub marked: usize,
    /// Words of long tables that were looked through.
    pub table_words: usize,
    /// For `gc.get_referents` and the check of the write barrier: what is visited stays on the stack, buffers aside; nothing is marked.
    listing: bool,
    buffers: Vec<usize>,
}

const AHEAD: usize = 8;
/// Words or entries of a table that are visited at once.
const PIECE: usize = 512;

/// Entries of `stride` words, of which the words `key` and `value` are values. An entry whose key is MISSING is empty.
#[derive(Clone, Copy)]
pub struct Table {
    pub first: *const Value,
    pub len: usize,
    pub stride: usize,
    pub key: usize,
    pub value: usize,
}

impl Marker {
    pub fn new(blocks: &Blocks, large: &Large) -> Marker {
        Marker {
            stack: Vec::new(),
            tables: Vec::new(),
            loose: Vec::new(),
            known: BTreeSet::new(),
            ahead: [0; AHEAD],
            at: 0,
            blocks,
            large,
            shapes: &crate::vm::vm().shapes,
            marked: 0,
            table_words: 0,
            listing: false,
            buffers: Vec::new(),
        }
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
        if len > PIECE && !self.listing {
            self.tables.push(Table { first, len, stride: 1, key: 0, value: 0 });
            return;
        }
        for i in 0..len {
            // SAFETY: the owner says that the first `len` words are initialised.
            self.value(unsafe { *first.add(i) });
        }
    }
    /// The entries of a dict or set.
    #[inline]
    pub fn table(&mut self, table: Table) {
        if table.len > PIECE && !self.listing { self.tables.push(table) } else { self.piece(table) }
    }
    fn piece(&mut self, table: Table) {
        if table.stride == 1 {
            return self.words(table.first, table.len);
        }
        for i in 0..table.len {
            // SAFETY: the owner says that the entries are initialised.
            let (key, value) = unsafe {
                let entry = table.first.add(i * table.stride);
                (*entry.add(table.key), *entry.add(table.value))
            };
            if key != MISSING {
                self.unmarked(key);
                if table.value != table.key {
                    self.unmarked(value);
                }
            }
        }
    }
    /// Words of a long list, whose numbers are passed over quickly: one that is written to is looked through at each collection.
    fn words(&mut self, first: *const Value, len: usize) {
        let mut at = 0;
        while at < len {
            // SAFETY: the owner says that the words are initialised.
            let value = unsafe { *first.add(at) };
            if value.is_object() {
                self.unmarked(value);
            }
            at += 1;
        }
    }
    /// As `value`, for long tables, most of which is marked when they are old: the mark is looked at beside, without a touch of the object.
    #[inline]
    fn unmarked(&mut self, value: Value) {
        if value.is_object() && (self.listing || !self.is_marked_small(value.0 as usize)) {
            self.stack.push(value);
        }
    }
    #[inline]
    fn is_marked_small(&self, address: usize) -> bool {
        // SAFETY: as in `cell_at`.
        unsafe { (*self.blocks).find(address) }.is_some_and(|block| block.is_marked(address))
    }
    /// The next piece of a long table; false when there is none.
    fn continue_table(&mut self) -> bool {
        let Some(mut table) = self.tables.pop() else { return false };
        let piece = Table { len: table.len.min(PIECE), ..table };
        table.len -= piece.len;
        self.table_words += piece.len * piece.stride;
        table.first = table.first.wrapping_add(piece.len * table.stride);
        if table.len > 0 {
            self.tables.push(table);
        }
        self.piece(piece);
        true
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
        // Numbers, most of them.
        if !Value(address as u64).is_object() {
            return None;
        }
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
        self.mark(header);
        if header.flags.get() & super::HOLDS_VALUES != 0 && self.known.insert(cell) {
            self.loose.push((cell + size_of::<Header>(), self.buffer_words(header)));
        }
    }
    /// The next piece of a buffer that was found from the stack; false when there is none.
    fn continue_buffer(&mut self) -> bool {
        let Some((first, len)) = self.loose.pop() else { return false };
        let piece = len.min(PIECE);
        if len > piece {
            self.loose.push((first + piece * size_of::<usize>(), len - piece));
        }
        for i in 0..piece {
            // SAFETY: the words belong to the buffer.
            let word = unsafe { *(first as *const usize).add(i) };
            if Value(word as u64).is_object() && !self.is_marked_small(word) {
                self.conservative(word);
            }
        }
        true
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
            } else if next == 0 && self.ahead.iter().all(|&cell| cell == 0) && !self.continue_table() && !self.continue_buffer() {
                return;
            }
        }
    }
    /// Visits what the object refers to, its class included.
    #[inline]
    pub fn children(&mut self, header: &Header) {
        if let Some(class) = self.shapes.unmarked_class(header.shape.get()) {
            self.stack.push(class.value());
        }
        self.attributes(header);
    }
    /// As `children`, without the class.
    #[inline]
    fn attributes(&mut self, header: &Header) {
        // SAFETY: the kind of a live cell is that of its layout.
        unsafe { (KINDS[header.kind.get() as usize].trace)(header, self) };
        if header.gc.get() & bits::TAIL != 0 {
            crate::objects::instance::trace_attributes(header, self);
        }
    }

    /// What the object refers to, and its buffers.
    pub fn list(&mut self, object: &Header) -> (Vec<Value>, Vec<usize>) {
        self.listing = true;
        self.attributes(object);
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
