//! Runs the IR as it stands, on real memory with real helpers: the oracle for machine code, and the engine of `--jit=uop-interp`.
//! Not here: what an exit does to frames (`restore`). It is exact, not quick.

use super::exits::Exits;
use super::failing::Failing;
use super::{Binary, Block, Compare, Convert, Func, Helper, Id, Op, Overflow, Repr, Support, Ty, Unary};
use core::cell::RefCell;
use core::sync::atomic::{AtomicU32, Ordering};
use runtime::value::{INT_MAX, INT_MIN, Value};

/// What the IR leaves undefined was reached; the builder has to guard against it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trap {
    pub at: Id,
    pub what: &'static str,
}

impl core::fmt::Display for Trap {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:?}: {}", self.at, self.what)
    }
}
impl core::error::Error for Trap {}

/// A trace ready to be interpreted; its exits are numbered as those of its machine code.
pub struct Interpreter<'a> {
    func: &'a Func,
    exits: &'a Exits,
    helpers: &'a [Helper],
    support: Support,
    /// By id: the bits, those above the type's width clear.
    values: Vec<u64>,
    thread: *mut u8,
    frame: *mut u8,
    valid: &'a AtomicU32,
    failing: Option<&'a Failing>,
    /// Instructions that may still run.
    fuel: u64,
}

thread_local! {
    /// The values of the interpreters that run on this thread: address and number.
    static RUNNING: RefCell<Vec<(*const u64, usize)>> = const { RefCell::new(Vec::new()) };
}

/// What interpreted traces hold, for the collector: words that may be references, as those of the native stack are for machine code.
pub fn held(mut visit: impl FnMut(u64)) {
    RUNNING.with_borrow(|running| {
        for &(first, count) in running {
            // SAFETY: the interpreter is running, and its values do not move.
            (0..count).for_each(|at| visit(unsafe { first.add(at).read() }));
        }
    });
}

/// How a block ended.
enum Flow {
    /// Its region yielded these.
    Yield(Vec<u64>),
    Jump(super::LoopId),
    Exit(u32),
}

/// More helper arguments than this are refused.
pub const MAX_INT_ARGS: usize = 12;
pub const MAX_FLOAT_ARGS: usize = 8;

impl<'a> Interpreter<'a> {
    /// `func` has been verified, `exits` are its own.
    pub fn new(func: &'a Func, exits: &'a Exits, helpers: &'a [Helper], support: Support, valid: &'a AtomicU32) -> Interpreter<'a> {
        let values = vec![0; func.defs.len()];
        let null = core::ptr::null_mut();
        Interpreter { func, exits, helpers, support, values, thread: null, frame: null, valid, failing: None, fuel: u64::MAX }
    }
    /// Checks fail as this says.
    pub fn with_failing(mut self, failing: Option<&'a Failing>) -> Self {
        self.failing = failing;
        self
    }
    /// Stops with a trap after so many instructions.
    pub fn with_fuel(mut self, fuel: u64) -> Self {
        self.fuel = fuel;
        self
    }

    /// Runs to an exit, whose number is the answer; its values are in the thread's exit buffer.
    ///
    /// # Safety
    /// The trace fits the program's state: `thread` and `frame` are what it was made for, so that its loads, stores and calls are sound
    /// wherever its guards let it come; the helpers' addresses are those of functions with the declared signatures.
    pub unsafe fn run(&mut self, thread: *mut u8, frame: *mut u8) -> Result<u32, Trap> {
        self.thread = thread;
        self.frame = frame;
        RUNNING.with_borrow_mut(|running| running.push((self.values.as_ptr(), self.values.len())));
        let answer = self.blocks();
        RUNNING.with_borrow_mut(|running| running.pop());
        answer
    }

    fn blocks(&mut self) -> Result<u32, Trap> {
        let mut flow = self.block(self.func.entry)?;
        loop {
            match flow {
                Flow::Exit(number) => return Ok(number),
                Flow::Jump(target) => {
                    let Some(item) = self.func.loops.get(target.0 as usize) else { return trap(Id(0), "no such loop") };
                    flow = self.block(item.body)?;
                }
                Flow::Yield(_) => return trap(Id(0), "yield outside of a region"),
            }
        }
    }

    /// Recursion is as deep as regions are nested, which the verifier bounds.
    fn block(&mut self, block: Block) -> Result<Flow, Trap> {
        let func = self.func;
        for &id in func.block(block) {
            self.fuel = self.fuel.saturating_sub(1);
            if self.fuel == 0 {
                return trap(id, "out of fuel");
            }
            match func.op(id) {
                Op::If { condition, then, otherwise, results } => {
                    let region = if self.get(*condition) != 0 { *then } else { *otherwise };
                    match self.block(region)? {
                        Flow::Yield(values) => results.iter().zip(values).for_each(|(&id, bits)| self.set(id, bits)),
                        flow => return Ok(flow),
                    }
                }
                op @ (Op::Guard { .. } | Op::CheckValid { .. }) => {
                    let fails = self.failing.is_some_and(|failing| failing.fails(id));
                    let bad = match op {
                        Op::Guard { bad, .. } => self.get(*bad) != 0,
                        _ => self.valid.load(Ordering::Relaxed) == 0,
                    };
                    if fails && !bad && self.failing.is_some_and(|failing| failing.planted == Some(id)) {
                        eprintln!("planted: taken");
                    }
                    if bad || fails {
                        return self.exit(id, op);
                    }
                }
                op @ (Op::Leave { .. } | Op::Link { .. } | Op::Dispatch { .. }) => {
                    return self.exit(id, op);
                }
                Op::Jump { target, args } => {
                    let values: Vec<u64> = args.iter().map(|&arg| self.get(arg)).collect();
                    let params = func.loops.get(target.0 as usize).map_or(&[][..], |item| &item.params);
                    params.iter().zip(values).for_each(|(&id, bits)| self.set(id, bits));
                    return Ok(Flow::Jump(*target));
                }
                Op::Yield { args } => return Ok(Flow::Yield(args.iter().map(|&arg| self.get(arg)).collect())),
                op => {
                    let bits = self.value(id, op)?;
                    if let Some(ty) = func.ty(id) {
                        self.set(id, bits & ty.mask());
                    }
                }
            }
        }
        trap(Id(0), "a block has no end")
    }
    fn exit(&mut self, id: Id, op: &Op) -> Result<Flow, Trap> {
        let Some(number) = self.exits.number(op) else { return trap(id, "an exit without a number") };
        let exits = self.exits;
        let values = exits.list.get(number as usize).map_or(&[][..], |exit| &exit.values);
        if values.len() as u32 >= self.support.exit_words {
            return trap(id, "too many values for the exit buffer");
        }
        for (at, &value) in values.iter().enumerate() {
            // SAFETY: the caller of `run` gave a thread with an exit buffer of `exit_words` words.
            unsafe { self.exit_word(at as u32).write_unaligned(self.get(value)) };
        }
        Ok(Flow::Exit(number))
    }
    fn exit_word(&self, at: u32) -> *mut u64 {
        self.thread.wrapping_offset(self.support.exit_buffer as isize).cast::<u64>().wrapping_add(at as usize)
    }
    fn get(&self, id: Id) -> u64 {
        self.values[id.0 as usize]
    }
    fn set(&mut self, id: Id, bits: u64) {
        self.values[id.0 as usize] = bits;
    }
    fn float(&self, id: Id) -> f64 {
        f64::from_bits(self.get(id))
    }
    fn ty(&self, id: Id) -> Ty {
        self.func.ty(id).unwrap_or(Ty::I64)
    }
    fn element(&self, base: Id, index: Id, offset: i32, size: u32) -> u64 {
        self.get(base).wrapping_add(self.get(index).wrapping_mul(size as u64)).wrapping_add(offset as i64 as u64)
    }

    /// What an instruction computes, or what it does.
    fn value(&mut self, id: Id, op: &Op) -> Result<u64, Trap> {
        let ty = self.ty(id);
        Ok(match *op {
            Op::Const(bits) => bits,
            Op::Root(root) => self.func.roots.get(root.0 as usize).map_or(0, |value| value.0),
            Op::Thread => self.thread as u64,
            Op::Frame => self.frame as u64,
            Op::SlotAddress { word } => (self.frame as u64).wrapping_add((word as i64 * 8) as u64),
            // SAFETY: as in `exit`.
            Op::Incoming(index) if index < self.support.exit_words => unsafe { self.exit_word(index).read_unaligned() },
            Op::Binary(op, a, b) => match binary(op, ty, self.get(a), self.get(b)) {
                Some(bits) => bits,
                None => return trap(id, "division by zero or overflow of a division"),
            },
            Op::Unary(op, a) => unary(op, ty, self.get(a)),
            Op::Compare(op, a, b) => compare(op, self.ty(a), self.get(a), self.get(b)) as u64,
            Op::Overflow(op, a, b) => overflows(op, self.ty(a), self.get(a), self.get(b)) as u64,
            Op::Select { condition, then, otherwise } => self.get(if self.get(condition) != 0 { then } else { otherwise }),
            Op::Convert(op, a) => convert(op, self.ty(a), ty, self.get(a)),
            Op::Box(repr, a) => self.boxed(repr, self.get(a)),
            Op::Unbox(repr, a) => unbox(repr, Value(self.get(a))),
            Op::Test(repr, a) => test(repr, Value(self.get(a))) as u64,
            // Of no value do 16 words above 2^48 matter, which `Value::is_object` leaves out and machine code does not.
            Op::IsObject(a) => (self.get(a).wrapping_sub(16) >> 48 == 0) as u64,
            // SAFETY: the caller of `run` promises that the trace's accesses are sound.
            Op::Load { base, offset, .. } => unsafe { read(self.get(base).wrapping_add(offset as i64 as u64), ty) },
            // SAFETY: as above.
            Op::LoadElement { base, index, offset, .. } => unsafe { read(self.element(base, index, offset, ty.size()), ty) },
            Op::Store { base, offset, value, .. } => {
                // SAFETY: as above.
                unsafe { write(self.get(base).wrapping_add(offset as i64 as u64), self.ty(value), self.get(value)) };
                0
            }
            Op::StoreElement { base, index, offset, value, .. } => {
                // SAFETY: as above.
                unsafe { write(self.element(base, index, offset, self.ty(value).size()), self.ty(value), self.get(value)) };
                0
            }
            Op::ElementAddress { base, index, offset, size } => self.element(base, index, offset, size),
            Op::Barrier { owner } => {
                let owner = self.get(owner);
                // SAFETY: as above; the owner is an object.
                let byte = unsafe { read(owner.wrapping_add(self.support.gc_byte as i64 as u64), Ty::I8) } as u8;
                if byte & self.support.gc_mask == self.support.gc_old {
                    (self.support.remember)(owner);
                }
                0
            }
            Op::Call { helper, ref args } => return self.call(id, helper, args),
            Op::Nop => 0,
            Op::Incoming(_) => return trap(id, "no such word of the exit buffer"),
            _ => return trap(id, "no instruction of a block's middle"),
        })
    }
    fn boxed(&self, repr: Repr, raw: u64) -> u64 {
        match repr {
            Repr::Int if (INT_MIN..=INT_MAX).contains(&(raw as i64)) => Value::small_int(raw as i64).0,
            Repr::Int => (self.support.box_int)(raw as i64),
            Repr::Float => Value::float_of_arithmetic(f64::from_bits(raw)).0,
            Repr::Bool => Value::bool(raw & 1 != 0).0,
        }
    }
    fn call(&mut self, id: Id, helper: u16, args: &[Id]) -> Result<u64, Trap> {
        let Some(helper) = self.helpers.get(helper as usize) else { return trap(id, "no such helper") };
        let (mut ints, mut floats) = ([0; MAX_INT_ARGS], [0.0; MAX_FLOAT_ARGS]);
        let (mut int, mut float) = (0, 0);
        for (&arg, &ty) in args.iter().zip(helper.params) {
            let place = if ty == Ty::F64 { floats.get_mut(float) } else { None };
            if let Some(place) = place {
                *place = self.float(arg);
                float += 1;
            } else if let (true, Some(place)) = (ty != Ty::F64, ints.get_mut(int)) {
                *place = self.get(arg);
                int += 1;
            } else {
                return trap(id, "too many arguments");
            }
        }
        // SAFETY: the address is that of a function with this signature (promised to `run`).
        Ok(unsafe { call_native(helper.address.get(), &ints, &floats, helper.result == Some(Ty::F64)) })
    }
}

fn trap<T>(at: Id, what: &'static str) -> Result<T, Trap> {
    Err(Trap { at, what })
}

/// Calls a C function of any signature. Integers and floats have registers of their own, so all of them can be filled in one order; what
/// does not
/// fit the six integer registers goes on the stack in order, and a callee does not look at what it has no parameter for.
///
/// # Safety
/// `address` is a C function whose integer arguments are among the first of `ints`, its floats among the first of `floats`.
unsafe fn call_native(address: usize, ints: &[u64; MAX_INT_ARGS], floats: &[f64; MAX_FLOAT_ARGS], float_result: bool) -> u64 {
    macro_rules! call {
        ($result:ty) => {{
            type F = extern "C" fn(
                u64, u64, u64, u64, u64, u64, f64, f64, f64, f64, f64, f64, f64, f64, u64, u64, u64, u64, u64, u64,
            ) -> $result;
            // SAFETY: promised by the caller.
            let function = unsafe { core::mem::transmute::<usize, F>(address) };
            let [a, b, c, d, e, f, g, h, i, j, k, l] = *ints;
            let [o, p, q, r, s, t, u, v] = *floats;
            function(a, b, c, d, e, f, o, p, q, r, s, t, u, v, g, h, i, j, k, l)
        }};
    }
    if float_result { call!(f64).to_bits() } else { call!(u64) }
}

/// # Safety
/// `ty.size()` bytes at `address` can be read.
unsafe fn read(address: u64, ty: Ty) -> u64 {
    let at = address as *const u8;
    // SAFETY: promised by the caller.
    unsafe {
        match ty.size() {
            1 => at.read() as u64,
            2 => at.cast::<u16>().read_unaligned() as u64,
            4 => at.cast::<u32>().read_unaligned() as u64,
            _ => at.cast::<u64>().read_unaligned(),
        }
    }
}

/// # Safety
/// `ty.size()` bytes at `address` can be written.
unsafe fn write(address: u64, ty: Ty, bits: u64) {
    let at = address as *mut u8;
    // SAFETY: promised by the caller.
    unsafe {
        match ty.size() {
            1 => at.write(bits as u8),
            2 => at.cast::<u16>().write_unaligned(bits as u16),
            4 => at.cast::<u32>().write_unaligned(bits as u32),
            _ => at.cast::<u64>().write_unaligned(bits),
        }
    }
}

// -- the meaning of the pure operations: also the constant folder of passes --------

/// The bits, sign-extended from the type's width.
fn signed(ty: Ty, bits: u64) -> i64 {
    let shift = 64 - ty.bits();
    (bits << shift) as i64 >> shift
}

/// `None` where the operation is undefined. The result's upper bits are clear.
pub fn binary(op: Binary, ty: Ty, a: u64, b: u64) -> Option<u64> {
    let (x, y) = (signed(ty, a), signed(ty, b));
    let (a, b) = (a & ty.mask(), b & ty.mask());
    let (f, g) = (f64::from_bits(a), f64::from_bits(b));
    let count = (b & (ty.bits() as u64 - 1)) as u32;
    let bits = match op {
        Binary::Add => a.wrapping_add(b),
        Binary::Sub => a.wrapping_sub(b),
        Binary::Mul => a.wrapping_mul(b),
        Binary::DivS if x == signed(ty, 1 << (ty.bits() - 1)) && y == -1 => return None,
        Binary::DivS => x.checked_div(y)? as u64,
        Binary::DivU => a.checked_div(b)?,
        Binary::RemS if y == 0 => return None,
        Binary::RemS => x.wrapping_rem(y) as u64,
        Binary::RemU => a.checked_rem(b)?,
        Binary::And => a & b,
        Binary::Or => a | b,
        Binary::Xor => a ^ b,
        Binary::Shl => a << count,
        Binary::ShrS => (x >> count) as u64,
        Binary::ShrU => a >> count,
        Binary::FAdd => (f + g).to_bits(),
        Binary::FSub => (f - g).to_bits(),
        Binary::FMul => (f * g).to_bits(),
        Binary::FDiv => (f / g).to_bits(),
    };
    Some(bits & ty.mask())
}

pub fn unary(op: Unary, ty: Ty, a: u64) -> u64 {
    let f = f64::from_bits(a);
    let bits = match op {
        Unary::Neg => a.wrapping_neg(),
        Unary::Not => !a,
        Unary::FNeg => a ^ 1 << 63,
        Unary::FAbs => a & !(1 << 63),
        Unary::FSqrt => f.sqrt().to_bits(),
        Unary::FCanonical if f.is_nan() => 0x7FF8 << 48 | a & 1 << 63,
        Unary::FCanonical => a,
    };
    bits & ty.mask()
}

/// `ty` is the operands' type.
pub fn compare(op: Compare, ty: Ty, a: u64, b: u64) -> bool {
    let (x, y) = (signed(ty, a), signed(ty, b));
    let (a, b) = (a & ty.mask(), b & ty.mask());
    let (f, g) = (f64::from_bits(a), f64::from_bits(b));
    match op {
        Compare::Eq => a == b,
        Compare::Ne => a != b,
        Compare::LtS => x < y,
        Compare::LeS => x <= y,
        Compare::GtS => x > y,
        Compare::GeS => x >= y,
        Compare::LtU => a < b,
        Compare::LeU => a <= b,
        Compare::GtU => a > b,
        Compare::GeU => a >= b,
        Compare::FEq => f == g,
        Compare::FNe => f != g,
        Compare::FLt => f < g,
        Compare::FLe => f <= g,
        Compare::FGt => f > g,
        Compare::FGe => f >= g,
    }
}

/// `ty` is the operands' type.
pub fn overflows(op: Overflow, ty: Ty, a: u64, b: u64) -> bool {
    let (x, y) = (signed(ty, a) as i128, signed(ty, b) as i128);
    let (u, v) = ((a & ty.mask()) as i128, (b & ty.mask()) as i128);
    let half = 1i128 << (ty.bits() - 1);
    let out_signed = |result: i128| !(-half..half).contains(&result);
    let out_unsigned = |result: i128| result < 0 || result > ty.mask() as i128;
    match op {
        Overflow::AddS => out_signed(x + y),
        Overflow::AddU => out_unsigned(u + v),
        Overflow::SubS => out_signed(x - y),
        Overflow::SubU => out_unsigned(u - v),
        Overflow::MulS => out_signed(x * y),
        Overflow::MulU => u.checked_mul(v).is_none_or(out_unsigned),
    }
}

pub fn convert(op: Convert, from: Ty, to: Ty, a: u64) -> u64 {
    let float = f64::from_bits(a);
    let bits = match (op, to) {
        (Convert::Zext | Convert::Trunc | Convert::Cast, _) => a & from.mask(),
        (Convert::Sext, _) => signed(from, a) as u64,
        (Convert::SignedToFloat, _) => (signed(from, a) as f64).to_bits(),
        (Convert::UnsignedToFloat, _) => ((a & from.mask()) as f64).to_bits(),
        (Convert::FloatToSigned, Ty::I32) => float as i32 as u64,
        (Convert::FloatToSigned, _) => float as i64 as u64,
        (Convert::FloatToUnsigned, Ty::I32) => float as u32 as u64,
        (Convert::FloatToUnsigned, _) => float as u64,
    };
    bits & to.mask()
}

pub fn unbox(repr: Repr, value: Value) -> u64 {
    match repr {
        Repr::Int => value.unbox_int() as u64,
        Repr::Float => value.unbox_float().to_bits(),
        Repr::Bool => value.0 & 1,
    }
}

pub fn test(repr: Repr, value: Value) -> bool {
    match repr {
        Repr::Int => value.is_int(),
        Repr::Float => value.is_float(),
        Repr::Bool => value.is_bool(),
    }
}
