//! range_iterator, and longrange_iterator for ranges beyond 64 bits.

use crate::error::R;
use crate::heap::{self, Marker};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method, new_header};
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::list_iter::integer;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::range::{self, RangeIter};
use crate::objects::support::{
    big, builtin, clipped, exact_index, int_from_i128, itself, store, tuple,
};
use crate::value::{NONE, Value};
use crate::vm::types;
use core::cell::{Cell, OnceCell};
use dashu_int::IBig;

/// Of exact ints. The value after the last one must fit too, since the iterator steps beyond its
/// end.
pub fn new(start: Value, step: Value, len: Value) -> Value {
    let fields = (int::to_i64(start), int::to_i64(step), int::to_i64(len));
    if let (Some(current), Some(step), Some(remaining)) = fields
        && let Ok(_) = i64::try_from(current as i128 + step as i128 * remaining as i128)
    {
        return small(current, step, remaining).value();
    }
    let long = LongRangeIter {
        current: Cell::new(start),
        step: Cell::new(step),
        remaining: Cell::new(len),
    };
    Native::new(long_class(), long).value()
}

/// `remaining` values from `current` on, all of which fit 64 bits, as does the one after them.
pub fn small(current: i64, step: i64, remaining: i64) -> Gc<RangeIter> {
    let object = RangeIter {
        header: new_header(),
        current: Cell::new(current),
        step: Cell::new(step),
        remaining: Cell::new(remaining),
    };
    heap::alloc(types().range_iterator.root_shape.get(), object)
}

fn next(iterator: Value) -> R<Option<Value>> {
    let it = iterator.cast::<RangeIter>();
    if it.remaining.get() <= 0 {
        return Ok(None);
    }
    let current = it.current.get();
    it.current.set(current.wrapping_add(it.step.get()));
    it.remaining.set(it.remaining.get() - 1);
    Ok(Some(Value::int(current)))
}

fn length_hint(args: &[Value]) -> R {
    Ok(Value::int(args[0].cast::<RangeIter>().remaining.get()))
}

fn reduce(args: &[Value]) -> R {
    let it = args[0].cast::<RangeIter>();
    let stop = it.current.get() as i128 + it.remaining.get() as i128 * it.step.get() as i128;
    let rest =
        range::new(Value::int(it.current.get()), int_from_i128(stop), Value::int(it.step.get()));
    Ok(tuple(&[builtin("iter")?, tuple(&[rest.value()]), NONE]))
}

fn setstate(args: &[Value]) -> R {
    let it = args[0].cast::<RangeIter>();
    let skip = (clipped(integer(args[1])?)? as i64).clamp(0, it.remaining.get());
    it.current.set(it.current.get().wrapping_add(skip.wrapping_mul(it.step.get())));
    it.remaining.set(it.remaining.get() - skip);
    Ok(NONE)
}

static METHODS: [NativeFunction; 3] = [
    method(
        "__length_hint__",
        "($self, /)",
        length_hint,
        "Private method returning an estimate of len(list(it)).",
    ),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
    method("__setstate__", "($self, object, /)", setstate, "Set state information for unpickling."),
];

// -- longrange_iterator --------------------------------------------------------------------

/// Ints of any size.
struct LongRangeIter {
    current: Cell<Value>,
    step: Cell<Value>,
    remaining: Cell<Value>,
}

impl NativeObject for LongRangeIter {
    fn trace(&self, m: &mut Marker) {
        for cell in [&self.current, &self.step, &self.remaining] {
            m.value(cell.get());
        }
    }
}

thread_local! { static LONG_CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

fn long_class() -> Gc<Class> {
    LONG_CLASS.with(|class| {
        *class.get_or_init(|| {
            super::native_class::new(
                "builtins",
                "longrange_iterator",
                super::class::flags::DISALLOW_INSTANTIATION,
                |class| {
                    class.slots.iter.set(Some(itself));
                    class.slots.next.set(Some(long_next));
                    class.add_methods(&LONG_METHODS);
                },
            )
        })
    })
}

fn long(value: Value) -> R<&'static LongRangeIter> {
    native::downcast(value)
        .ok_or_else(|| crate::error::system_error("a longrange_iterator without its fields"))
}

impl LongRangeIter {
    fn skip(&self, owner: Value, count: IBig) {
        let current = big(self.current.get()) + &count * big(self.step.get());
        store(owner, &self.current, int::from_big(current));
        store(owner, &self.remaining, int::from_big(big(self.remaining.get()) - count));
    }
}

fn long_next(iterator: Value) -> R<Option<Value>> {
    let it = long(iterator)?;
    if it.remaining.get() == Value::small_int(0) {
        return Ok(None);
    }
    let current = it.current.get();
    it.skip(iterator, IBig::ONE);
    Ok(Some(current))
}

fn long_length_hint(args: &[Value]) -> R {
    Ok(long(args[0])?.remaining.get())
}

fn long_reduce(args: &[Value]) -> R {
    let it = long(args[0])?;
    let stop = big(it.current.get()) + big(it.remaining.get()) * big(it.step.get());
    let rest = range::new(it.current.get(), int::from_big(stop), it.step.get());
    Ok(tuple(&[builtin("iter")?, tuple(&[rest.value()]), NONE]))
}

fn long_setstate(args: &[Value]) -> R {
    let it = long(args[0])?;
    let skip = big(exact_index(integer(args[1])?)?);
    it.skip(args[0], skip.clamp(IBig::ZERO, big(it.remaining.get())));
    Ok(NONE)
}

static LONG_METHODS: [NativeFunction; 3] = [
    method(
        "__length_hint__",
        "($self, /)",
        long_length_hint,
        "Private method returning an estimate of len(list(it)).",
    ),
    method("__reduce__", "($self, /)", long_reduce, "Return state information for pickling."),
    method(
        "__setstate__",
        "($self, object, /)",
        long_setstate,
        "Set state information for unpickling.",
    ),
];

pub fn init() {
    let class = types().range_iterator;
    class.slots.iter.set(Some(itself));
    class.slots.next.set(Some(next));
    class.add_methods(&METHODS);
}
