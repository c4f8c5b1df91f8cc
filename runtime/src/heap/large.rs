//! Cells above 16 KiB: each an allocation of its own, found by address in an ordered table. The mark is a bit of the header.

use super::bits;
use crate::object::Header;
use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::BTreeMap;

pub struct Large {
    /// Address -> bytes.
    cells: BTreeMap<usize, usize>,
    /// Where they lie: no look into the table for other addresses.
    start: usize,
    end: usize,
}

fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes, 16).ok()
}

impl Large {
    pub const fn new() -> Large {
        Large { cells: BTreeMap::new(), start: usize::MAX, end: 0 }
    }
    /// A zeroed cell, or None when memory is refused.
    pub fn alloc(&mut self, bytes: usize) -> Option<usize> {
        // SAFETY: the size is not zero.
        let cell = unsafe { System.alloc_zeroed(layout(bytes)?) } as usize;
        if cell == 0 {
            return None;
        }
        self.cells.insert(cell, bytes);
        self.start = self.start.min(cell);
        self.end = self.end.max(cell + bytes);
        Some(cell)
    }
    /// The cell that the address lies in.
    #[inline]
    pub fn cell_at(&self, address: usize) -> Option<usize> {
        if address < self.start || address >= self.end {
            return None;
        }
        let (&cell, &bytes) = self.cells.range(..=address).next_back()?;
        (address < cell + bytes).then_some(cell)
    }
    pub fn bytes(&self, cell: usize) -> usize {
        self.cells.get(&cell).copied().unwrap_or(0)
    }
    pub fn each(&self, mut visit: impl FnMut(usize)) {
        self.cells.keys().for_each(|&cell| visit(cell));
    }
    pub fn clear_marks(&mut self) {
        self.each(|cell| {
            let header = header(cell);
            header.gc.set(header.gc.get() & !bits::MARKED);
        });
    }
    /// Frees what is not marked; `dead` sees it before. The bytes that live, and the cells that died.
    pub fn sweep(&mut self, mut dead: impl FnMut(usize, usize)) -> (usize, usize) {
        let (mut live, mut freed) = (0, 0);
        self.cells.retain(|&cell, &mut bytes| {
            if header(cell).gc.get() & bits::MARKED != 0 {
                live += bytes;
                return true;
            }
            dead(cell, bytes);
            freed += 1;
            if let Some(layout) = layout(bytes) {
                // SAFETY: allocated in `alloc` with this layout, and dead.
                unsafe { System.dealloc(cell as *mut u8, layout) };
            }
            false
        });
        (live, freed)
    }
}

fn header(cell: usize) -> &'static Header {
    // SAFETY: the table holds addresses of cells, which start with a header.
    unsafe { &*(cell as *const Header) }
}
