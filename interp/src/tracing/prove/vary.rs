//! Other operands: boundary values of the same kind and, where guards look at them, anything. Not here: what comes of them.

use super::{Site, opcode_at, state};
use runtime::generated::opcode::{self as op, flag};
use runtime::objects::list::List;
use runtime::objects::str;
use runtime::objects::tuple::Tuple;
use runtime::value::{FALSE, TRUE, Value};

const INTS: [i64; 26] = [
    0, 1, -1, 2, -2, 3, 7, 63, 64, 255, 256,
    (1 << 31) - 1, 1 << 31, -(1 << 31), 1 << 32, 1 << 47, -(1 << 47), (1 << 53) + 1,
    // Neighbours of what a box holds, and of 64 bits.
    (1 << 49) - 1, (1 << 49) - 2, 1 << 49, -(1 << 49), -(1 << 49) - 1,
    i64::MAX, i64::MIN, i64::MIN + 1,
];
const FLOATS: [f64; 16] = [
    0.0, -0.0, 1.0, -1.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, 5e-324, f64::MAX, 1e16, 9007199254740993.0,
    -9223372036854775808.0, 9223372036854775808.0, 562949953421312.0, 0.1,
];

/// xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit.max(1)
    }
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// Changes one operand, or two, of the instruction that is about to run.
///
/// # Safety
/// The site's operands are there.
pub unsafe fn vary(seed: u64, site: Site, pool: &[Value]) {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    // SAFETY: promised by the caller.
    unsafe {
        let (opcode, oparg) = (opcode_at(site.ip), *site.ip >> 8);
        let operands = op::popped(opcode, oparg).clamp(0, 8) as usize;
        let locals = (&*site.fp).code.nlocalsplus.get() as usize;
        for _ in 0..1 + random.below(2) {
            // Operands by far the most; a local now and then.
            let at = if operands > 0 && random.chance(80) {
                site.sp.sub(1 + random.below(operands))
            } else if locals > 0 {
                (*site.fp).locals().add(random.below(locals))
            } else {
                continue;
            };
            let guarded = op::has(opcode, flag::MAY_EXIT | flag::MAY_DEOPT) && at >= (*site.fp).stack_base();
            let others: Vec<Value> = (1..=operands).map(|at| *site.sp.sub(at)).collect();
            *at = other(&mut random, *at, guarded, pool, &others);
        }
    }
}

fn other(random: &mut Random, value: Value, guarded: bool, pool: &[Value], others: &[Value]) -> Value {
    if guarded && random.chance(35) && !pool.is_empty() && !value.is_null() {
        return random.pick(pool);
    }
    if value.is_int() {
        return int(random, others);
    }
    if value.is_float() {
        return Value::float(random.pick(&FLOATS));
    }
    if value.is_bool() {
        return if value == TRUE { FALSE } else { TRUE };
    }
    if value.is::<str::Str>() {
        return str::new(random.pick(&["", "a", "ab", "\u{e9}", "\u{1f40d}x"])).value();
    }
    if value.is::<List>() && guarded {
        let items = [TRUE, Value::small_int(5), Value::float(-0.0)];
        return List::from_slice(&items[..random.below(4)]).map_or(value, |list| list.value());
    }
    if value.is::<Tuple>() && guarded {
        let items = [TRUE, Value::small_int(5), Value::float(-0.0)];
        return Tuple::from_slice(&items[..random.below(4)]).value();
    }
    let same: Vec<Value> = pool.iter().copied().filter(|other| state::kind(*other) == state::kind(value)).collect();
    if guarded && !same.is_empty() { random.pick(&same) } else { value }
}

/// A boundary, or the ends of a sequence among the operands.
fn int(random: &mut Random, others: &[Value]) -> Value {
    let lengths = others.iter().filter_map(|other| {
        let list = other.downcast::<List>().map(|list| list.len());
        list.or(other.downcast::<Tuple>().map(|tuple| tuple.items().len()))
    });
    if let Some(length) = lengths.map(|length| length as i64).last()
        && random.chance(60)
    {
        return Value::small_int(random.pick(&[0, -1, length - 1, length, -length, -length - 1]));
    }
    if random.chance(15) { Value::float(random.pick(&FLOATS)) } else { Value::int(random.pick(&INTS)) }
}
