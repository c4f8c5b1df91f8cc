//! Where small cells lie: chunks of 4 MiB, aligned to their size, cut into blocks of 32 KiB. The cells of a block have one size. What is
//! known of a block (which cells are taken, which are marked) stands in a table at the head of its chunk, so that marking and sweeping
//! need not touch the cells. Not here: when to collect (`collect.rs`), cells above 16 KiB (`large.rs`).

use crate::object::Header;
use core::cell::Cell;

pub const CHUNK: usize = 4 << 20;
pub const BLOCK: usize = 32 << 10;
/// Cells start at multiples of it.
pub const GRANULE: usize = 16;
/// 64-bit words of a bit map with a bit for each granule of a block.
const MAP: usize = BLOCK / GRANULE / 64;
const BLOCKS_IN_CHUNK: usize = CHUNK / BLOCK;
/// Blocks at the head of a chunk that the table takes.
const FIRST: usize = (BLOCKS_IN_CHUNK * size_of::<Block>()).div_ceil(BLOCK);

/// Sizes of cells. Up to 256 bytes nothing is rounded beyond a granule, above 20 % at most.
pub const SIZES: [u32; 36] = [
    16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 1792,
    2048, 2560, 3072, 4096, 5456, 6544, 8192, 10912, 16384,
];
/// Cells whose kind is looked at when it dies (`HeapObject::LOOKED_AT`) lie in blocks of their own, so that all others need no look at
/// the dead.
pub const CLASSES: usize = SIZES.len() * 2;
/// Largest small cell.
pub const SMALL: usize = 16384;
const FREE: u8 = u8::MAX;
/// In a block that is not all but empty, runs of free cells that are shorter than this on average are not worth the search: how far each
/// goes is what the processor mispredicts.
const SHORT_RUN: usize = 6;

const CLASS_OF: [u8; SMALL / GRANULE + 1] = {
    let mut table = [0; SMALL / GRANULE + 1];
    let mut class = 0;
    let mut granules = 0;
    while granules < table.len() {
        if granules * GRANULE > SIZES[class] as usize {
            class += 1;
        }
        table[granules] = class as u8;
        granules += 1;
    }
    table
};

/// The size class of a cell of `bytes`, at most `SMALL`.
#[inline(always)]
pub const fn class_of(bytes: usize) -> usize {
    CLASS_OF[bytes.div_ceil(GRANULE)] as usize
}

pub type Map = [u64; MAP];

/// What is known of one block. `used` has a bit for the first granule of each cell that is taken, `mark` of each that was found live.
#[repr(C)]
pub struct Block {
    pub mark: Map,
    pub used: Map,
    /// Address of the first cell.
    pub start: usize,
    /// Bytes of a cell; their reciprocal times 2^32.
    pub cell: u32,
    reciprocal: u32,
    cells: u32,
    /// Index of the list that the block is in; `FREE`.
    class: u8,
    /// Bytes of the cells that survived the last collection.
    live: u32,
    /// The pages were given back: the memory is zero and costs nothing.
    released: bool,
    /// So few cells are free that looking for them costs more than they are worth.
    crowded: bool,
}

const _: () = assert!(size_of::<Block>() <= 768);

fn has(map: &Map, granule: usize) -> bool {
    map[granule / 64] >> (granule % 64) & 1 != 0
}

#[inline(always)]
fn ones(map: &Map) -> usize {
    map.iter().map(|word| word.count_ones()).sum::<u32>() as usize
}

impl Block {
    fn granules(&self) -> usize {
        (self.cells * self.cell) as usize / GRANULE
    }
    fn granule(&self, address: usize) -> usize {
        (address & (BLOCK - 1)) / GRANULE
    }
    /// The cell that the address lies in, if it is one that is taken.
    pub fn cell_at(&self, address: usize) -> Option<usize> {
        if self.class == FREE {
            return None;
        }
        let offset = address & (BLOCK - 1);
        let index = (offset as u64 * self.reciprocal as u64 >> 32) as u32;
        let cell = (index * self.cell) as usize;
        (index < self.cells && has(&self.used, cell / GRANULE)).then_some(self.start + cell)
    }
    #[inline(always)]
    pub fn is_marked(&self, cell: usize) -> bool {
        has(&self.mark, self.granule(cell))
    }
    /// False: it was marked already.
    #[inline(always)]
    pub fn set_mark(&mut self, cell: usize) -> bool {
        let granule = self.granule(cell);
        let (word, bit) = (&mut self.mark[granule / 64], 1 << (granule % 64));
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }
    /// Visits the taken cells whose mark is not `marked`.
    pub fn each(&self, marked: bool, mut visit: impl FnMut(usize)) {
        for word in 0..MAP {
            let mut bits = if marked { self.mark[word] } else { self.used[word] & !self.mark[word] };
            while bits != 0 {
                let granule = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                visit(self.start + granule * GRANULE);
            }
        }
    }
    pub fn holds_looked_at(&self) -> bool {
        self.class as usize >= SIZES.len()
    }
    /// What is marked is taken, the rest is free. How many live and how many died.
    fn settle(&mut self) -> (usize, usize) {
        #[cfg(target_arch = "x86_64")]
        {
            /// As `settle_with`: bits are counted by one instruction.
            #[target_feature(enable = "popcnt")]
            fn counting(block: &mut Block) -> (usize, usize) {
                block.settle_with()
            }
            if std::arch::is_x86_feature_detected!("popcnt") {
                // SAFETY: the processor has it.
                return unsafe { counting(self) };
            }
        }
        self.settle_with()
    }
    #[inline(always)]
    fn settle_with(&mut self) -> (usize, usize) {
        let cells = ones(&self.mark);
        // Only what is taken is marked.
        let died = ones(&self.used) - cells;
        self.used = self.mark;
        let (all, free) = (self.cells as usize, self.cells as usize - cells);
        self.crowded = free * 8 < all || free * 4 < all * 3 && free < self.free_runs() * SHORT_RUN;
        (cells, died)
    }
    /// How many runs of free cells begin behind a taken one; 0 where cells are so large that it matters little.
    #[inline(always)]
    fn free_runs(&self) -> usize {
        let stride = self.cell as usize / GRANULE;
        if stride >= 64 {
            return 0;
        }
        let (mut runs, mut carry) = (0, 0);
        for used in &self.used {
            runs += ((used << stride | carry) & !used).count_ones() as usize;
            carry = used >> (64 - stride);
        }
        runs
    }
    /// The next run of free cells at or behind granule `from`, taken: (first granule, end). `starts`, too, has none behind the last cell.
    #[inline(always)]
    fn take_run(&mut self, starts: &Map, from: usize) -> Option<(usize, usize)> {
        let mut word = from / 64;
        let mut bits = starts.get(word)? & !self.used[word] & u64::MAX << (from % 64);
        while bits == 0 {
            word += 1;
            bits = starts.get(word)? & !self.used[word];
        }
        let first = bits.trailing_zeros();
        let run = word * 64 + first as usize;
        let mut behind = u64::MAX << first;
        loop {
            let taken = self.used[word] & behind;
            if taken != 0 {
                let stop = taken.trailing_zeros();
                self.used[word] |= starts[word] & behind & ((1 << stop) - 1);
                return Some((run, word * 64 + stop as usize));
            }
            self.used[word] |= starts[word] & behind;
            behind = u64::MAX;
            word += 1;
            if word == MAP {
                return Some((run, self.granules()));
            }
        }
    }
    /// The cells between two granules are free again.
    fn give_back(&mut self, first: usize, stop: usize) {
        for word in first / 64..stop.div_ceil(64) {
            let below = if word == first / 64 { (1 << (first % 64)) - 1 } else { 0 };
            let above = if stop - word * 64 < 64 { u64::MAX << (stop % 64) } else { 0 };
            self.used[word] &= below | above;
        }
    }
}

/// Where the next cells of a class come from: `at..limit` are free and taken already.
#[repr(C)]
pub struct Cursor {
    pub at: Cell<usize>,
    pub limit: Cell<usize>,
}

/// The blocks of a class; those before `next` have been looked through since the last collection.
struct List {
    blocks: Vec<*mut Block>,
    next: usize,
    current: *mut Block,
    position: usize,
    /// Blocks from the first on from which cells may have been taken since the last collection.
    touched: usize,
}

/// Chunks that are left to a program until it has got its MemoryError.
const RESERVE: usize = 4;

/// Addresses have 47 bits; a chunk is found through two tables.
const LEAF_BITS: u32 = 13;
const ROOT: usize = 1 << (47 - CHUNK.trailing_zeros() - LEAF_BITS);

/// All small cells of a thread.
pub struct Blocks {
    /// [ROOT] pointers to leaves of a byte a chunk; null before the first chunk.
    root: *mut *mut u8,
    chunks: Vec<usize>,
    free: Vec<*mut Block>,
    lists: [List; CLASSES],
    starts: [Map; SIZES.len()],
    /// Chunks that are given out when the system refuses others.
    reserve: [usize; RESERVE],
    /// The reserve is in use: MemoryError is due.
    pub exhausted: bool,
    /// The bytes of all cells that survived the last collection.
    live: usize,
}

impl Blocks {
    pub const fn new() -> Blocks {
        Blocks {
            root: core::ptr::null_mut(),
            chunks: Vec::new(),
            free: Vec::new(),
            lists: [const { List { blocks: Vec::new(), next: 0, current: core::ptr::null_mut(), position: 0, touched: 0 } }; CLASSES],
            starts: [const {
                // Filled when the class gets its first block.
                [0; MAP]
            }; SIZES.len()],
            reserve: [0; RESERVE],
            exhausted: false,
            live: 0,
        }
    }

    /// The block that an address lies in, if it is one of ours.
    #[inline]
    pub fn find(&self, address: usize) -> Option<&'static mut Block> {
        if address >> 47 != 0 || self.root.is_null() {
            return None;
        }
        let chunk = address / CHUNK;
        // SAFETY: the root has an entry for each address below 2^47, a leaf one for each of its chunks.
        let known = unsafe {
            let leaf = *self.root.add(chunk >> LEAF_BITS);
            !leaf.is_null() && *leaf.add(chunk & ((1 << LEAF_BITS) - 1)) != 0
        };
        // SAFETY: the chunk is ours.
        (known && address % CHUNK >= FIRST * BLOCK).then(|| unsafe { &mut *block_of(address) })
    }

    /// Gives the cursor the next run of free cells of the class; its bytes, or None when memory is refused. In an emergency the reserve is
    /// used.
    pub fn refill(&mut self, class: usize, cursor: &Cursor, longest: usize, emergency: bool) -> Option<usize> {
        let size = SIZES[class % SIZES.len()] as usize;
        loop {
            let list = &mut self.lists[class];
            if !list.current.is_null() {
                // SAFETY: blocks stay where they are, and only this reference is in use.
                let block = unsafe { &mut *list.current };
                if let Some((first, end)) = block.take_run(&self.starts[class % SIZES.len()], list.position) {
                    let mut stop = end;
                    if longest != 0 && (stop - first) * GRANULE > size * longest {
                        stop = first + size / GRANULE * longest;
                        block.give_back(stop, end);
                    }
                    list.position = stop;
                    cursor.at.set(block.start + first * GRANULE);
                    cursor.limit.set(block.start + stop * GRANULE);
                    return Some((stop - first) * GRANULE);
                }
                list.current = core::ptr::null_mut();
            }
            list.position = 0;
            if let Some(&block) = list.blocks.get(list.next) {
                list.next += 1;
                // SAFETY: as above.
                if unsafe { !(*block).crowded } {
                    list.current = block;
                }
                continue;
            }
            let block = self.fresh_block(class, emergency)?;
            let list = &mut self.lists[class];
            list.blocks.push(block);
            list.next = list.blocks.len();
            list.current = block;
        }
    }

    fn fresh_block(&mut self, class: usize, emergency: bool) -> Option<*mut Block> {
        let block = match self.free.pop() {
            Some(block) => block,
            None => {
                self.add_chunk(emergency)?;
                self.free.pop()?
            }
        };
        let size = SIZES[class % SIZES.len()];
        let starts = &mut self.starts[class % SIZES.len()];
        if starts[0] == 0 {
            for cell in 0..BLOCK as u32 / size {
                let granule = (cell * size) as usize / GRANULE;
                starts[granule / 64] |= 1 << (granule % 64);
            }
        }
        // SAFETY: a free block is nobody's.
        unsafe {
            (*block).mark = [0; MAP];
            (*block).used = [0; MAP];
            (*block).cell = size;
            (*block).cells = BLOCK as u32 / size;
            (*block).reciprocal = ((1u64 << 32).div_ceil(size as u64)) as u32;
            (*block).class = class as u8;
            (*block).live = 0;
            (*block).released = false;
            (*block).crowded = false;
        }
        Some(block)
    }

    fn add_chunk(&mut self, emergency: bool) -> Option<()> {
        if self.root.is_null() {
            self.root = map(ROOT * size_of::<*mut u8>(), 0)? as *mut *mut u8;
            self.fill_reserve();
        }
        let chunk = match map_aligned() {
            Some(chunk) => chunk,
            None if !emergency => return None,
            None => {
                self.exhausted = true;
                core::mem::take(self.reserve.iter_mut().find(|chunk| **chunk != 0)?)
            }
        };
        let index = chunk / CHUNK;
        // SAFETY: as in `find`.
        unsafe {
            let leaf = self.root.add(index >> LEAF_BITS);
            if (*leaf).is_null() {
                *leaf = map(1 << LEAF_BITS, 0)? as *mut u8;
            }
            *(*leaf).add(index & ((1 << LEAF_BITS) - 1)) = 1;
        }
        self.chunks.push(chunk);
        // The lowest address is taken first.
        for i in (FIRST..BLOCKS_IN_CHUNK).rev() {
            let block = block_of(chunk + i * BLOCK);
            // SAFETY: the table of a fresh chunk is zeroed.
            unsafe {
                (*block).start = chunk + i * BLOCK;
                (*block).class = FREE;
                (*block).released = true;
            }
            self.free.push(block);
        }
        Some(())
    }

    /// After an emergency: a new reserve, when there is room again.
    pub fn restore_reserve(&mut self) {
        if self.exhausted {
            self.exhausted = !self.fill_reserve();
        }
    }
    fn fill_reserve(&mut self) -> bool {
        for chunk in self.reserve.iter_mut().filter(|chunk| **chunk == 0) {
            *chunk = map_aligned().unwrap_or(0);
        }
        self.reserve.iter().all(|chunk| *chunk != 0)
    }
    /// Bytes of all blocks, free ones too.
    pub fn capacity(&self) -> usize {
        self.chunks.len() * CHUNK
    }

    pub fn each_block(&self, mut visit: impl FnMut(&'static mut Block)) {
        for list in &self.lists {
            for &block in &list.blocks {
                // SAFETY: visitors hold one block at a time.
                visit(unsafe { &mut *block });
            }
        }
    }
    /// What the cursor has not given out is free again.
    pub fn retire(&mut self, cursors: &[Cursor; CLASSES]) {
        for (class, cursor) in cursors.iter().enumerate() {
            let (at, limit) = (cursor.at.replace(0), cursor.limit.replace(0));
            if at < limit {
                // SAFETY: the cursor lies in a block.
                let block = unsafe { &mut *block_of(at) };
                let first = block.granule(at);
                block.give_back(first, first + (limit - at) / GRANULE);
            }
            let list = &mut self.lists[class];
            list.touched = list.touched.max(list.next);
            (list.next, list.current, list.position) = (0, core::ptr::null_mut(), 0);
        }
    }
    pub fn clear_marks(&mut self) {
        self.each_block(|block| block.mark = [0; MAP]);
    }
    /// Visits the blocks of kinds that are looked at when they die.
    pub fn each_looked_at(&self, mut visit: impl FnMut(&'static mut Block)) {
        for list in &self.lists[SIZES.len()..] {
            for &block in &list.blocks {
                // SAFETY: as in `each_block`.
                visit(unsafe { &mut *block });
            }
        }
    }
    /// The marked cells are those taken; blocks without any are free. A `young` collection has freed cells only where some were taken since
    /// the last one, and looks nowhere else. `dead` sees the cells that are freed from blocks of kinds, or all of them. The bytes that
    /// live, and the cells that died.
    pub fn sweep(&mut self, young: bool, all: bool, mut dead: impl FnMut(usize, usize)) -> (usize, usize) {
        let (mut freed, mut emptied) = (0, false);
        for list in &mut self.lists {
            let looked_at = if young { list.touched.min(list.blocks.len()) } else { list.blocks.len() };
            list.touched = 0;
            let mut kept = 0;
            for i in 0..looked_at {
                // SAFETY: the only reference to it.
                let block = unsafe { &mut *list.blocks[i] };
                if all || block.holds_looked_at() {
                    let size = block.cell as usize;
                    block.each(false, |cell| dead(cell, size));
                }
                let (cells, died) = block.settle();
                freed += died;
                let live = (cells * block.cell as usize) as u32;
                self.live = self.live - block.live as usize + live as usize;
                block.live = live;
                if cells == 0 {
                    block.class = FREE;
                    self.free.push(block);
                    emptied = true;
                } else {
                    list.blocks[kept] = block;
                    kept += 1;
                }
            }
            list.blocks.drain(kept..looked_at);
        }
        if emptied {
            // Blocks of low addresses first, so that whole chunks fall empty.
            self.free.sort_unstable_by(|a, b| b.cmp(a));
        }
        (self.live, freed)
    }
    /// Gives the pages of free blocks back to the system, but for `keep` bytes.
    pub fn release(&mut self, keep: usize) {
        let surplus = self.free.len().saturating_sub(keep / BLOCK);
        for &block in &self.free[..surplus] {
            // SAFETY: the block is free: nobody looks at its memory.
            unsafe {
                if !(*block).released {
                    (*block).released = true;
                    libc::madvise((*block).start as *mut libc::c_void, BLOCK, libc::MADV_DONTNEED);
                }
            }
        }
    }
}

#[inline(always)]
fn block_of(address: usize) -> *mut Block {
    let chunk = address & !(CHUNK - 1);
    (chunk + (address - chunk) / BLOCK * size_of::<Block>()) as *mut Block
}

/// The block of a cell that is known to be small.
///
/// # Safety
/// The cell lies in a block.
#[inline(always)]
pub unsafe fn block_of_cell<'a>(cell: *const Header) -> &'a mut Block {
    // SAFETY: promised by the caller.
    unsafe { &mut *block_of(cell as usize) }
}

fn map(bytes: usize, hint: usize) -> Option<usize> {
    // SAFETY: a fresh private mapping.
    let at = unsafe {
        libc::mmap(
            hint as *mut libc::c_void,
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    (at != libc::MAP_FAILED).then_some(at as usize)
}

/// A chunk, aligned to its size.
fn map_aligned() -> Option<usize> {
    let base = map(CHUNK * 2, 0)?;
    let chunk = base.next_multiple_of(CHUNK);
    // SAFETY: what lies before and behind the chunk is part of the fresh mapping and of no use.
    unsafe {
        if chunk > base {
            libc::munmap(base as *mut libc::c_void, chunk - base);
        }
        libc::munmap((chunk + CHUNK) as *mut libc::c_void, base + CHUNK - chunk);
    }
    Some(chunk)
}
