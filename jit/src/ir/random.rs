//! Random well-typed functions and the world they run in, from a seed: for round trips of the text form, and for engines against each
//! other.
//! Every instruction occurs, and boundary values are always among the operands. What is generated ends: each trip of a loop costs a count.
//!
//! The sign of a NaN that arithmetic makes is not determined (an engine may swap operands), so a float whose bits become visible as
//! something
//! else is settled first.

use super::{
    Binary, Block, Class, Compare, Convert, ExitKind, FrameKind, FrameState, Func, Helper, Id, LoopId, Op, Overflow, Repr, Root,
    Snapshot, SnapshotId, Support, Ty, Unary,
};
use super::{Address, Effects};
use core::cell::RefCell;
use runtime::value::Value;

/// xorshift64*.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        random.next();
        random
    }
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 33) as usize % limit.max(1)
    }
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

// -- the world --------------------------------------------------------------------

const OBJECTS: usize = 2;
/// Of an object: a header, then a part for each class.
const OBJECT_WORDS: usize = 128;
const PART_BYTES: i32 = 128;
const CLASSES: u16 = 4;
/// Never written.
const READONLY: Class = Class(CLASSES);
const FRAME_WORDS: usize = 64;
const THREAD_WORDS: usize = 8;
pub const EXIT_WORDS: usize = 48;
const GC_BYTE: i32 = 5;

/// Memory of a trace: its thread with the exit buffer, its frame, two objects. Traces embed the addresses, so it stays where it is.
#[repr(C, align(16))]
#[derive(Clone, PartialEq)]
pub struct Memory {
    pub thread: [u64; THREAD_WORDS],
    pub exit_buffer: [u64; EXIT_WORDS],
    pub frame: [u64; FRAME_WORDS],
    pub objects: [[u64; OBJECT_WORDS]; OBJECTS],
}

impl Memory {
    pub fn random(random: &mut Random) -> Memory {
        let mut memory = Memory {
            thread: [0; THREAD_WORDS],
            exit_buffer: [0; EXIT_WORDS],
            frame: [0; FRAME_WORDS],
            objects: [[0; OBJECT_WORDS]; OBJECTS],
        };
        for word in memory.frame.iter_mut().chain(memory.exit_buffer.iter_mut()).chain(memory.objects.iter_mut().flatten()) {
            let ty = random.pick(&[Ty::I64, Ty::F64, Ty::Value]);
            *word = boundary(random, ty);
        }
        memory
    }
}

pub fn support() -> Support {
    Support {
        gc_byte: GC_BYTE,
        gc_mask: 3,
        gc_old: 1,
        remember,
        box_int,
        exit_buffer: (THREAD_WORDS * 8) as i32,
        frame_ip: 0,
        frame_code: 0,
        code_units: 0,
        code_entries: 0,
        exit_words: EXIT_WORDS as u32,
    }
}

thread_local! {
    /// What the helpers have been called with.
    pub static LOG: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

fn log(words: &[u64]) {
    LOG.with_borrow_mut(|log| log.extend_from_slice(words));
}

extern "C" fn remember(owner: u64) {
    log(&[1, owner]);
    // SAFETY: the owner is an object of `Memory`.
    unsafe { *((owner + GC_BYTE as u64) as *mut u8) |= 2 };
}
extern "C" fn box_int(i: i64) -> u64 {
    log(&[2, i as u64]);
    0x0000_5000_0000_0000 | (i as u64).wrapping_mul(0x9E37_79B9) & 0xFFFF_FFF0
}
extern "C" fn mix(a: i64, b: i64) -> i64 {
    log(&[3, a as u64, b as u64]);
    a.wrapping_mul(31) ^ b.rotate_left(7)
}
extern "C" fn scale(thread: *const u64, f: f64, i: i64) -> f64 {
    log(&[4, thread as u64, i as u64]);
    f * 0.5 + i as f64
}
extern "C" fn small(a: bool, b: u8, c: u16, d: i32) -> i32 {
    log(&[5, a as u64, b as u64, c as u64, d as u32 as u64]);
    d.wrapping_add(a as i32 + b as i32 * 3 + c as i32)
}
extern "C" fn is_odd(v: Value) -> bool {
    v.0 & 1 != 0
}
extern "C" fn narrow(i: i64) -> u8 {
    (i >> 3) as u8
}
/// Writes into the object: everything loaded before is old now.
extern "C" fn scribble(object: *mut u64, i: i64) {
    log(&[6, object as u64, i as u64]);
    // SAFETY: the argument is an object of `Memory`; its parts of classes begin after two words.
    unsafe {
        for class in 0..CLASSES as usize {
            let word = object.add(2 + class * PART_BYTES as usize / 8 + (i as usize & 7));
            *word = (*word).rotate_left(3) ^ i as u64;
        }
    }
}
#[allow(clippy::too_many_arguments)]
extern "C" fn many(a: i64, b: f64, c: i64, d: i64, e: f64, f: i64, g: Value, h: i64, i: f64, j: i64, k: bool) -> Value {
    let floats = if b < e || i > 0.0 { 1 } else { 2 };
    log(&[7, a as u64, c as u64, d as u64, f as u64, g.0, h as u64, j as u64, k as u64, floats]);
    Value::small_int((a ^ c ^ d ^ f ^ g.0 as i64 ^ h ^ j) >> 16)
}

const fn helper(name: &'static str, address: *const (), params: &'static [Ty], result: Option<Ty>) -> Helper {
    Helper { name, address: Address::new(address), params, result, effects: Effects::ANY }
}

/// One that machine code calls through a thunk.
const fn cold(mut helper: Helper) -> Helper {
    helper.effects.cold = true;
    helper
}

pub static HELPERS: [Helper; 7] = [
    helper("mix", mix as *const (), &[Ty::I64, Ty::I64], Some(Ty::I64)),
    cold(helper("scale", scale as *const (), &[Ty::Ptr, Ty::F64, Ty::I64], Some(Ty::F64))),
    helper("small", small as *const (), &[Ty::I1, Ty::I8, Ty::I16, Ty::I32], Some(Ty::I32)),
    helper("is_odd", is_odd as *const (), &[Ty::Value], Some(Ty::I1)),
    cold(helper("narrow", narrow as *const (), &[Ty::I64], Some(Ty::I8))),
    helper("scribble", scribble as *const (), &[Ty::Ptr, Ty::I64], None),
    helper(
        "many",
        many as *const (),
        &[Ty::I64, Ty::F64, Ty::I64, Ty::I64, Ty::F64, Ty::I64, Ty::Value, Ty::I64, Ty::F64, Ty::I64, Ty::I1],
        Some(Ty::Value),
    ),
];
const SCRIBBLE: u16 = 5;
const SCALE: u16 = 1;

const KINDS: [FrameKind; 5] = [FrameKind::Plain, FrameKind::Init, FrameKind::Generator, FrameKind::Operator(3), FrameKind::Store];

/// A value of the type: half of the time one at a boundary.
pub fn boundary(random: &mut Random, ty: Ty) -> u64 {
    let bits = match ty {
        Ty::F64 => {
            let float = match random.below(4) {
                0 => f64::from_bits(random.next()),
                1 => (random.next() as i64 >> random.below(60)) as f64,
                _ => random.pick(&[
                    0.0, -0.0, 1.0, -1.0, 0.5, -1.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, f64::MIN_POSITIVE,
                    5e-324, 2147483648.0, -2147483649.0, 4294967296.0, 9007199254740992.0, 562949953421312.0, 9223372036854775808.0,
                    -9223372036854775808.0, -9223372036854777856.0, 9223372036854774784.0, 18446744073709551616.0, 1e300,
                ]),
            };
            unary_canonical(float)
        }
        Ty::Value => match random.below(5) {
            0 => Value::small_int((random.next() as i64) >> 15).0,
            1 => Value::float(f64::from_bits(boundary(random, Ty::F64))).0,
            2 => {
                let (pointers, ints, boxed) = (1 << 48, 1 << 49, 0xFFFC << 48);
                random.pick(&[0, 2, 4, 5, 6, 7, 8, 15, 16, pointers, pointers - 16, ints, ints - 1, boxed, boxed - 1, u64::MAX])
            }
            3 => Value::small_int(random.pick(&[0, 1, -1, runtime::value::INT_MIN, runtime::value::INT_MAX, 1 << 31, 1 << 47])).0,
            _ => random.pick(&[4, 5]),
        },
        Ty::I1 => random.next() & 1,
        _ => match random.below(4) {
            0 => random.next(),
            1 => (random.next() as i64 >> random.below(63)) as u64,
            _ => {
                let shift = random.pick(&[0, 7, 8, 15, 16, 31, 32, 47, 48, 49, 50, 52, 62, 63]);
                let near = (1i64 << shift).wrapping_add(random.below(3) as i64 - 1);
                (if random.chance(50) { near } else { near.wrapping_neg() }) as u64
            }
        },
    };
    bits & ty.mask()
}

fn unary_canonical(float: f64) -> u64 {
    if float.is_nan() { f64::NAN.to_bits() } else { float.to_bits() }
}

// -- functions --------------------------------------------------------------------

/// How large the function gets.
#[derive(Clone, Copy)]
pub struct Size {
    pub instructions: usize,
    pub loops: usize,
}

/// A function that runs in `memory`, which must not move afterwards.
pub fn function(random: &mut Random, memory: &Memory, size: Size) -> Func {
    let mut func = Func::new("random");
    for object in &memory.objects {
        func.root(Value(object.as_ptr() as u64));
    }
    let generator = Generator { func, random, pool: Vec::new(), snapshot: None, loops: size.loops, counter: None, nesting: 0 };
    generator.run(size)
}

struct Generator<'a> {
    func: Func,
    random: &'a mut Random,
    /// Visible values. Those of a region are taken away at its end.
    pool: Vec<(Id, Ty)>,
    /// A snapshot of values that are visible still, with the length of the pool then.
    snapshot: Option<(SnapshotId, usize)>,
    loops: usize,
    /// In a loop: the parameter that counts trips down.
    counter: Option<Id>,
    nesting: usize,
}

impl Generator<'_> {
    fn run(mut self, size: Size) -> Func {
        let entry = self.func.entry;
        for index in 0..self.random.below(4) {
            let ty = self.random.pick(&[Ty::I1, Ty::I64, Ty::F64, Ty::Value]);
            // An arbitrary word is no bool.
            if ty != Ty::I1 {
                self.value(entry, Op::Incoming(index as u32), ty);
            }
        }
        for _ in 0..self.loops {
            let mut types = vec![Ty::I64];
            for _ in 0..self.random.below(5) {
                types.push(self.ty());
            }
            self.func.new_loop(&types);
        }
        self.instructions(entry, size.instructions);
        self.end(entry);
        let mut jumps = false;
        self.func.visit(|_, id| jumps |= matches!(self.func.op(id), Op::Jump { .. }));
        if !jumps {
            // Nothing is visible in a loop that is never entered.
            self.loops = 0;
            self.func.loops.clear();
        }
        // Jumps stand in regions of the entry too, before which less is visible: loops use what the entry's beginning has.
        let first_if = self.func.block(entry).iter().position(|&id| matches!(self.func.op(id), Op::If { .. }));
        let early: Vec<Id> = self.func.block(entry)[..first_if.unwrap_or(self.func.block(entry).len())].to_vec();
        let visible: Vec<(Id, Ty)> = early.iter().filter_map(|&id| Some((id, self.func.ty(id)?))).collect();
        for at in 0..self.loops {
            let item = self.func.loops[at].clone();
            self.pool = visible.clone();
            self.pool.extend(item.params.iter().filter_map(|&id| Some((id, self.func.ty(id)?))));
            self.snapshot = None;
            self.counter = item.params.first().copied();
            self.instructions(item.body, size.instructions);
            self.end(item.body);
        }
        self.func
    }
    fn ty(&mut self) -> Ty {
        self.random.pick(&[Ty::I1, Ty::I8, Ty::I16, Ty::I32, Ty::I64, Ty::I64, Ty::I64, Ty::F64, Ty::F64, Ty::Value, Ty::Value, Ty::Ptr])
    }
    fn value(&mut self, block: Block, op: Op, ty: Ty) -> Id {
        let id = self.func.push(block, op, Some(ty));
        self.pool.push((id, ty));
        id
    }
    /// A visible value of the type, or a constant.
    fn some(&mut self, block: Block, ty: Ty) -> Id {
        let found: Vec<Id> = self.pool.iter().rev().filter(|item| item.1 == ty).take(12).map(|item| item.0).collect();
        if !found.is_empty() && self.random.chance(80) {
            return self.random.pick(&found);
        }
        let op = match ty {
            Ty::Ptr => Op::Root(Root(self.random.below(OBJECTS) as u32)),
            _ => Op::Const(boundary(self.random, ty)),
        };
        self.value(block, op, ty)
    }
    /// A pointer to an object of `Memory`, which a random `Ptr` need not be.
    fn object(&mut self, block: Block) -> Id {
        let ty = self.random.pick(&[Ty::Ptr, Ty::Value]);
        let root = |g: &mut Self| {
            let op = Op::Root(Root(g.random.below(OBJECTS) as u32));
            g.func.push(block, op, Some(ty))
        };
        let first = root(self);
        if self.random.chance(70) {
            return first;
        }
        let (second, condition) = (root(self), self.some(block, Ty::I1));
        self.func.push(block, Op::Select { condition, then: first, otherwise: second }, Some(ty))
    }
    /// A float whose bits are determined.
    fn settled(&mut self, block: Block) -> Id {
        let float = self.some(block, Ty::F64);
        let nan = self.func.constant(block, Ty::F64, f64::NAN.to_bits());
        let condition = self.func.push(block, Op::Compare(Compare::FNe, float, float), Some(Ty::I1));
        self.func.push(block, Op::Select { condition, then: nan, otherwise: float }, Some(Ty::F64))
    }
    fn settled_some(&mut self, block: Block, ty: Ty) -> Id {
        if ty == Ty::F64 { self.settled(block) } else { self.some(block, ty) }
    }
    fn snapshot(&mut self, block: Block) -> SnapshotId {
        if let Some((snapshot, _)) = self.snapshot
            && self.random.chance(60)
        {
            return snapshot;
        }
        let len = self.pool.len();
        let mut frames = Vec::new();
        for at in 0..1 + self.random.below(3) as u32 {
            let mut slots = Vec::new();
            for slot in 0..self.random.below(6) as u16 {
                let ty = self.random.pick(&[Ty::I1, Ty::I64, Ty::F64, Ty::Value, Ty::Ptr]);
                // Only what is visible now: a new constant would stand after a guard that shares the snapshot.
                let found: Vec<Id> = self.pool.iter().filter(|item| item.1 == ty).map(|item| item.0).collect();
                if !found.is_empty() {
                    slots.push((slot * 2, self.random.pick(&found)));
                }
            }
            frames.push(FrameState {
                code: Root(0),
                function: Root(1),
                callable: None,
                anchor: None,
                base: at * 20,
                ip: self.random.below(100) as u32,
                depth: self.random.below(5) as u32,
                kind: self.random.pick(&KINDS),
                is_virtual: at > 0,
                slots,
            });
        }
        let _ = block;
        let id = self.func.add_snapshot(Snapshot { frames });
        self.snapshot = Some((id, len));
        id
    }
    fn instructions(&mut self, block: Block, count: usize) {
        for _ in 0..1 + self.random.below(count) {
            self.instruction(block);
        }
    }
    fn instruction(&mut self, block: Block) {
        match self.random.below(100) {
            0..20 => self.arithmetic(block),
            20..32 => self.floats(block),
            32..42 => self.compare(block),
            42..50 => self.convert(block),
            50..62 => self.boxing(block),
            62..76 => self.memory(block),
            76..80 => self.call(block),
            80..90 => self.guard(block),
            90..94 if self.nesting < 3 => self.branch(block),
            _ => {
                let ty = self.ty();
                let op = match self.random.below(6) {
                    0 => Op::Thread,
                    1 => Op::Frame,
                    2 => Op::SlotAddress { word: self.random.below(FRAME_WORDS) as i32 },
                    _ => {
                        let (condition, then, otherwise) = (self.some(block, Ty::I1), self.some(block, ty), self.some(block, ty));
                        self.value(block, Op::Select { condition, then, otherwise }, ty);
                        return;
                    }
                };
                self.value(block, op, Ty::Ptr);
            }
        }
    }
    fn int(&mut self) -> Ty {
        self.random.pick(&[Ty::I8, Ty::I16, Ty::I32, Ty::I64, Ty::I64, Ty::I64])
    }
    fn arithmetic(&mut self, block: Block) {
        use Binary::*;
        let ty = self.int();
        let (a, mut b) = (self.some(block, ty), self.some(block, ty));
        match self.random.below(10) {
            0 => {
                let op = self.random.pick(&[Unary::Neg, Unary::Not]);
                let ty = if op == Unary::Not && self.random.chance(40) { Ty::I1 } else { ty };
                let a = self.some(block, ty);
                self.value(block, Op::Unary(op, a), ty);
            }
            1 | 2 => {
                use Overflow::{AddS, AddU, MulS, MulU, SubS, SubU};
                let op = self.random.pick(&[AddS, AddU, SubS, SubU, MulS, MulU]);
                self.value(block, Op::Binary(op.operation(), a, b), ty);
                let bad = self.value(block, Op::Overflow(op, a, b), Ty::I1);
                if self.random.chance(40) {
                    let snapshot = self.snapshot(block);
                    self.func.push(block, Op::Guard { bad, snapshot, kind: ExitKind::Exit, check: true }, None);
                }
            }
            3 => {
                let op = self.random.pick(&[DivS, DivU, RemS, RemU]);
                let one = self.func.constant(block, ty, 1);
                b = self.func.push(block, Op::Binary(Or, b, one), Some(ty));
                if op == DivS {
                    let positive = self.func.constant(block, ty, ty.mask() >> 1);
                    b = self.func.push(block, Op::Binary(And, b, positive), Some(ty));
                }
                self.value(block, Op::Binary(op, a, b), ty);
            }
            4 => {
                let (a, b) = (self.some(block, Ty::I1), self.some(block, Ty::I1));
                let op = self.random.pick(&[And, Or, Xor]);
                self.value(block, Op::Binary(op, a, b), Ty::I1);
            }
            _ => {
                let op = self.random.pick(&[Add, Sub, Mul, And, Or, Xor, Shl, ShrS, ShrU]);
                self.value(block, Op::Binary(op, a, b), ty);
            }
        }
    }
    fn floats(&mut self, block: Block) {
        let (a, b) = (self.some(block, Ty::F64), self.some(block, Ty::F64));
        let op = match self.random.below(8) {
            0 => Op::Unary(self.random.pick(&[Unary::FNeg, Unary::FAbs]), a),
            1 => Op::Unary(self.random.pick(&[Unary::FSqrt, Unary::FCanonical]), a),
            _ => Op::Binary(self.random.pick(&[Binary::FAdd, Binary::FSub, Binary::FMul, Binary::FDiv]), a, b),
        };
        self.value(block, op, Ty::F64);
    }
    fn compare(&mut self, block: Block) {
        use Compare::*;
        let (ty, op) = match self.random.below(5) {
            0 => (Ty::F64, self.random.pick(&[FEq, FNe, FLt, FLe, FGt, FGe])),
            1 => (self.random.pick(&[Ty::Value, Ty::Ptr]), self.random.pick(&[Eq, Ne, LtU, LeU, GtU, GeU])),
            2 if self.random.chance(30) => (Ty::I1, self.random.pick(&[Eq, Ne])),
            _ => (self.int(), self.random.pick(&[Eq, Ne, LtS, LeS, GtS, GeS, LtU, LeU, GtU, GeU])),
        };
        let (a, b) = (self.some(block, ty), self.some(block, ty));
        self.value(block, Op::Compare(op, a, b), Ty::I1);
    }
    fn convert(&mut self, block: Block) {
        let ints = [Ty::I1, Ty::I8, Ty::I16, Ty::I32, Ty::I64];
        let (op, from, to) = match self.random.below(8) {
            0 | 1 => {
                let from = self.random.below(4);
                let to = from + 1 + self.random.below(4 - from);
                (self.random.pick(&[Convert::Zext, Convert::Sext]), ints[from], ints[to])
            }
            2 | 3 => {
                let from = 1 + self.random.below(4);
                (Convert::Trunc, ints[from], ints[self.random.below(from)])
            }
            4 => (self.random.pick(&[Convert::SignedToFloat, Convert::UnsignedToFloat]), self.random.pick(&[Ty::I32, Ty::I64]), Ty::F64),
            5 | 6 => {
                let convert = self.random.pick(&[Convert::FloatToSigned, Convert::FloatToUnsigned]);
                (convert, Ty::F64, self.random.pick(&[Ty::I32, Ty::I64]))
            }
            _ => {
                let words = [Ty::I64, Ty::Value, Ty::Ptr];
                let from = self.random.below(3);
                (Convert::Cast, words[from], words[(from + 1 + self.random.below(2)) % 3])
            }
        };
        let a = self.some(block, from);
        self.value(block, Op::Convert(op, a), to);
    }
    fn boxing(&mut self, block: Block) {
        let repr = self.random.pick(&[Repr::Int, Repr::Int, Repr::Float, Repr::Bool]);
        match self.random.below(4) {
            0 | 1 => {
                let a = self.settled_some(block, repr.ty());
                self.value(block, Op::Box(repr, a), Ty::Value);
            }
            2 => {
                let a = self.some(block, Ty::Value);
                self.value(block, Op::Unbox(repr, a), repr.ty());
            }
            _ => {
                let a = self.some(block, Ty::Value);
                let op = if self.random.chance(30) { Op::IsObject(a) } else { Op::Test(repr, a) };
                self.value(block, op, Ty::I1);
            }
        }
    }
    /// An index of 0 to 7.
    fn index(&mut self, block: Block) -> Id {
        let (index, seven) = (self.some(block, Ty::I64), self.func.constant(block, Ty::I64, 7));
        self.func.push(block, Op::Binary(Binary::And, index, seven), Some(Ty::I64))
    }
    fn memory(&mut self, block: Block) {
        let mut ty = self.ty();
        // Arbitrary bytes are no bools and no pointers.
        if matches!(ty, Ty::I1 | Ty::Ptr) {
            ty = Ty::I64;
        }
        let class = Class(self.random.below(CLASSES as usize) as u16);
        let part = |class: Class| 16 + class.0 as i32 * PART_BYTES;
        // Slots of the frame.
        if self.random.chance(25) {
            let word = self.random.below(FRAME_WORDS - 8) as i32;
            let (base, offset) = match self.random.below(2) {
                0 => (self.func.push(block, Op::Frame, Some(Ty::Ptr)), word * 8),
                _ => (self.func.push(block, Op::SlotAddress { word }, Some(Ty::Ptr)), 0),
            };
            if self.random.chance(50) {
                self.value(block, Op::Load { base, offset, class: Class::SLOTS, readonly: false }, ty);
            } else {
                let value = self.settled_some(block, ty);
                self.func.push(block, Op::Store { base, offset, class: Class::SLOTS, value }, None);
            }
            return;
        }
        let base = self.object(block);
        let offset = part(class) + self.random.below(8) as i32 * 8;
        match self.random.below(8) {
            0 | 1 => {
                self.value(block, Op::Load { base, offset, class, readonly: false }, ty);
            }
            2 => {
                self.value(block, Op::Load { base, offset: part(READONLY) + 8, class: READONLY, readonly: true }, ty);
            }
            3 | 4 => {
                let value = self.settled_some(block, ty);
                self.func.push(block, Op::Store { base, offset, class, value }, None);
                if self.random.chance(40) {
                    self.func.push(block, Op::Barrier { owner: base }, None);
                }
            }
            5 => {
                let index = self.index(block);
                let op = if self.random.chance(70) {
                    Op::LoadElement { base, index, offset: part(class), class, readonly: false }
                } else {
                    Op::LoadElement { base, index, offset: part(READONLY), class: READONLY, readonly: true }
                };
                self.value(block, op, ty);
            }
            6 => {
                let (index, value) = (self.index(block), self.settled_some(block, ty));
                self.func.push(block, Op::StoreElement { base, index, offset: part(class), class, value }, None);
            }
            _ => {
                let (index, size) = (self.index(block), self.random.pick(&[1, 3, 4, 8, 12, 24]));
                let offset = part(class);
                let base = self.func.push(block, Op::ElementAddress { base, index, offset, size }, Some(Ty::Ptr));
                // The part has 128 bytes, the index goes to 7.
                let room = if size <= 8 { 0 } else { -(size as i32 - 8) * 7 };
                if room == 0 {
                    self.value(block, Op::Load { base, offset: 0, class, readonly: false }, ty);
                } else {
                    self.pool.push((base, Ty::Ptr));
                }
            }
        }
    }
    fn call(&mut self, block: Block) {
        let helper = self.random.below(HELPERS.len()) as u16;
        let signature = &HELPERS[helper as usize];
        let mut args: Vec<Id> = signature.params.iter().map(|&ty| self.some(block, ty)).collect();
        match helper {
            SCRIBBLE => {
                let object = self.object(block);
                args[0] = match self.func.ty(object) {
                    Some(Ty::Ptr) => object,
                    _ => self.func.push(block, Op::Convert(Convert::Cast, object), Some(Ty::Ptr)),
                };
            }
            SCALE => args[0] = self.func.push(block, Op::Thread, Some(Ty::Ptr)),
            _ => {}
        }
        let id = self.func.push(block, Op::Call { helper, args }, signature.result);
        if let Some(ty) = signature.result {
            self.pool.push((id, ty));
        }
    }
    fn guard(&mut self, block: Block) {
        let snapshot = self.snapshot(block);
        if self.random.chance(10) {
            self.func.push(block, Op::CheckValid { snapshot }, None);
            return;
        }
        // Conditions are true half of the time: two of them together make longer runs.
        let (mut bad, other) = (self.some(block, Ty::I1), self.some(block, Ty::I1));
        if self.random.chance(70) {
            bad = self.func.push(block, Op::Binary(Binary::And, bad, other), Some(Ty::I1));
        }
        let kind = self.random.pick(&[ExitKind::Exit, ExitKind::Deopt, ExitKind::Error]);
        let check = kind != ExitKind::Error && self.random.chance(60);
        self.func.push(block, Op::Guard { bad, snapshot, kind, check }, None);
    }
    fn branch(&mut self, block: Block) {
        let condition = self.some(block, Ty::I1);
        let types: Vec<Ty> = (0..self.random.below(4)).map(|_| self.ty()).collect();
        let (then, otherwise, results) = self.func.push_if(block, condition, &types);
        self.nesting += 1;
        for region in [then, otherwise] {
            let (visible, snapshot) = (self.pool.len(), self.snapshot);
            self.instructions(region, 6);
            // One region in eight leaves or jumps; the other one goes on.
            if region == then && self.random.chance(12) {
                self.end(region);
            } else {
                let args = types.iter().map(|&ty| self.some(region, ty)).collect();
                self.func.push(region, Op::Yield { args }, None);
            }
            self.pool.truncate(visible);
            self.snapshot = snapshot;
        }
        self.nesting -= 1;
        self.pool.extend(results.into_iter().zip(types));
    }
    /// A jump while there is count, or the end of the trace.
    fn end(&mut self, block: Block) {
        if self.loops == 0 || self.random.chance(10) {
            self.leave(block);
            return;
        }
        let target = LoopId(self.random.below(self.loops) as u32);
        let counter = match self.counter {
            None => {
                let trips = self.random.below(6) as u64;
                self.func.constant(block, Ty::I64, trips)
            }
            Some(counter) => {
                let (zero, one) = (self.func.constant(block, Ty::I64, 0), self.func.constant(block, Ty::I64, 1));
                let bad = self.func.push(block, Op::Compare(Compare::LeS, counter, zero), Some(Ty::I1));
                let snapshot = self.snapshot(block);
                self.func.push(block, Op::Guard { bad, snapshot, kind: ExitKind::Exit, check: true }, None);
                self.func.push(block, Op::Binary(Binary::Sub, counter, one), Some(Ty::I64))
            }
        };
        let mut args = vec![counter];
        let types: Vec<Option<Ty>> = self.func.loops[target.0 as usize].params.iter().skip(1).map(|&id| self.func.ty(id)).collect();
        for ty in types {
            args.push(self.some(block, ty.unwrap_or(Ty::I64)));
        }
        self.func.push(block, Op::Jump { target, args }, None);
    }
    fn leave(&mut self, block: Block) {
        if self.random.chance(15) {
            let frame = FrameState {
                code: Root(0),
                function: Root(1),
                callable: None,
                anchor: None,
                base: 0,
                ip: 7,
                depth: 0,
                kind: FrameKind::Plain,
                is_virtual: false,
                slots: Vec::new(),
            };
            let snapshot = self.func.add_snapshot(Snapshot { frames: vec![frame] });
            let executor = self.random.below(9) as u32;
            self.func.push(block, Op::Link { snapshot, executor }, None);
            return;
        }
        let snapshot = self.snapshot(block);
        let kind = self.random.pick(&ExitKind::ALL);
        self.func.push(block, Op::Leave { snapshot, kind }, None);
    }
}
