//! chain, accumulate, batched, pairwise, zip_longest.

use super::{add_class, plain};
use crate::args::Args;
use crate::error::{R, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, class_method};
use crate::objects::class::Class;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::native::Native;
use crate::objects::support::{
    CLASS_GETITEM, Params, not_none, of, positional, ssize, store, tuple,
};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::BinaryOp;
use crate::traced;
use crate::value::{NONE, NULL, Value};
use core::cell::Cell;

// -- chain ------------------------------------------------------------------------------

struct Chain {
    /// Iterator over iterables; NULL once it has ended.
    source: Cell<Value>,
    /// NULL between two iterables.
    active: Cell<Value>,
}
traced!(Chain: source, active);

fn chain_new(class: Gc<Class>, args: Args<'_>) -> R {
    let iterables = Tuple::try_from_slice(args.no_keywords("chain")?)?;
    chain_of(class, iterables.value())
}

fn chain_of(class: Gc<Class>, iterables: Value) -> R {
    let source = ops::iter(iterables)?;
    Ok(Native::new(class, Chain { source: Cell::new(source), active: Cell::new(NULL) }).value())
}

fn from_iterable(args: &[Value]) -> R {
    let Some(class) = args[0].downcast::<Class>() else {
        return Err(type_error("from_iterable() requires a class"));
    };
    chain_of(class, args[1])
}

fn chain_next(value: Value) -> R<Option<Value>> {
    let chain = of::<Chain>(value)?;
    loop {
        let Some(source) = chain.source.get().option() else { return Ok(None) };
        let active = match chain.active.get().option() {
            Some(active) => active,
            None => {
                let next = match ops::next(source) {
                    Ok(Some(iterable)) => ops::iter(iterable),
                    Ok(None) => {
                        chain.source.set(NULL);
                        return Ok(None);
                    }
                    Err(raised) => Err(raised),
                };
                match next {
                    Ok(active) => {
                        store(value, &chain.active, active);
                        active
                    }
                    Err(raised) => {
                        chain.source.set(NULL);
                        return Err(raised);
                    }
                }
            }
        };
        if let Some(item) = ops::next(active)? {
            return Ok(Some(item));
        }
        chain.active.set(NULL);
    }
}

static CHAIN: [NativeFunction; 1] = [class_method(
    "from_iterable",
    "($type, iterable, /)",
    from_iterable,
    "Alternative chain() constructor taking a single iterable argument that evaluates lazily.",
)];

// -- accumulate ---------------------------------------------------------------------------

struct Accumulate {
    iterator: Cell<Value>,
    /// NULL: the sum.
    function: Cell<Value>,
    /// NULL before the first item.
    total: Cell<Value>,
    /// NULL when not given, or handed out.
    initial: Cell<Value>,
}
traced!(Accumulate: iterator, function, total, initial);

fn accumulate_new(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: Params = Params::new("accumulate", "(iterable, func=None, *, initial=None)");
    let [iterable, function, initial] = PARAMS.bind(args)?;
    let object = Accumulate {
        iterator: Cell::new(ops::iter(iterable)?),
        function: Cell::new(Value::or_null(not_none(function))),
        total: Cell::new(NULL),
        initial: Cell::new(Value::or_null(not_none(initial))),
    };
    Ok(Native::new(class, object).value())
}

fn accumulate_next(value: Value) -> R<Option<Value>> {
    let it = of::<Accumulate>(value)?;
    if let Some(initial) = it.initial.replace(NULL).option() {
        store(value, &it.total, initial);
        return Ok(Some(initial));
    }
    let Some(item) = ops::next(it.iterator.get())? else { return Ok(None) };
    let total = match (it.total.get().option(), it.function.get().option()) {
        (None, _) => item,
        (Some(total), None) => ops::binary(BinaryOp::Add, total, item)?,
        (Some(total), Some(function)) => ops::call_positional(function, &[total, item])?,
    };
    store(value, &it.total, total);
    Ok(Some(total))
}

// -- batched --------------------------------------------------------------------------------

struct Batched {
    /// NULL once it has ended.
    iterator: Cell<Value>,
    size: usize,
    strict: bool,
}
traced!(Batched: iterator);

fn batched_new(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: Params = Params::new("batched", "(iterable, n, *, strict=False)");
    let [iterable, size, strict] = PARAMS.bind(args)?;
    let size = ssize(size)?;
    let strict = !strict.is_null() && ops::truth(strict)?;
    if size < 1 {
        return Err(value_error("n must be at least one"));
    }
    let iterator = Cell::new(ops::iter(iterable)?);
    Ok(Native::new(class, Batched { iterator, size: size as usize, strict }).value())
}

fn batched_next(value: Value) -> R<Option<Value>> {
    let it = of::<Batched>(value)?;
    let Some(iterator) = it.iterator.get().option() else { return Ok(None) };
    let batch = List::new();
    while batch.len() < it.size {
        match ops::next(iterator)? {
            Some(item) => batch.push(item)?,
            None => {
                it.iterator.set(NULL);
                break;
            }
        }
    }
    if batch.len() == 0 {
        return Ok(None);
    }
    if it.strict && batch.len() < it.size {
        return Err(value_error("batched(): incomplete batch"));
    }
    Ok(Some(Tuple::try_from_slice(batch.items())?.value()))
}

// -- pairwise -------------------------------------------------------------------------------

struct Pairwise {
    /// NULL once it has ended.
    iterator: Cell<Value>,
    /// NULL before the first item.
    old: Cell<Value>,
}
traced!(Pairwise: iterator, old);

fn pairwise_new(class: Gc<Class>, args: Args<'_>) -> R {
    let iterator = ops::iter(positional(args, "pairwise", 1, 1)?[0])?;
    Ok(Native::new(class, Pairwise { iterator: Cell::new(iterator), old: Cell::new(NULL) }).value())
}

fn pairwise_next(value: Value) -> R<Option<Value>> {
    let it = of::<Pairwise>(value)?;
    let Some(mut iterator) = it.iterator.get().option() else { return Ok(None) };
    if it.old.get().is_null() {
        let Some(first) = ops::next(iterator)? else {
            it.iterator.set(NULL);
            return Ok(None);
        };
        store(value, &it.old, first);
        // The iterator may have come back here and ended.
        match it.iterator.get().option() {
            Some(same) => iterator = same,
            None => {
                it.old.set(NULL);
                return Ok(None);
            }
        }
    }
    let old = it.old.get();
    let Some(new) = ops::next(iterator)? else {
        it.iterator.set(NULL);
        it.old.set(NULL);
        return Ok(None);
    };
    store(value, &it.old, new);
    Ok(Some(tuple(&[old, new])))
}

// -- zip_longest --------------------------------------------------------------------------------

struct ZipLongest {
    /// A list of iterators; NULL for one that has ended.
    iterators: Cell<Value>,
    active: Cell<usize>,
    fill: Cell<Value>,
}
traced!(ZipLongest: iterators, fill);

fn zip_longest_new(class: Gc<Class>, args: Args<'_>) -> R {
    let mut fill = NONE;
    for (name, value) in args.kw() {
        if !name.eq_str("fillvalue") {
            return Err(type_error("zip_longest() got an unexpected keyword argument"));
        }
        fill = value;
    }
    let iterators = List::new();
    for &iterable in args.pos() {
        iterators.push(ops::iter(iterable)?)?;
    }
    let object = ZipLongest {
        active: Cell::new(iterators.len()),
        iterators: Cell::new(iterators.value()),
        fill: Cell::new(fill),
    };
    Ok(Native::new(class, object).value())
}

fn zip_longest_next(value: Value) -> R<Option<Value>> {
    let it = of::<ZipLongest>(value)?;
    let iterators = it.iterators.get().cast::<List>();
    if it.active.get() == 0 {
        return Ok(None);
    }
    let items = Tuple::try_alloc(iterators.len())?;
    for i in 0..iterators.len() {
        let item = match iterators.items()[i].option() {
            None => it.fill.get(),
            Some(iterator) => match ops::next(iterator) {
                Ok(Some(item)) => item,
                Ok(None) => {
                    it.active.set(it.active.get().saturating_sub(1));
                    if it.active.get() == 0 {
                        return Ok(None);
                    }
                    iterators.set(i, NULL);
                    it.fill.get()
                }
                Err(raised) => {
                    it.active.set(0);
                    return Err(raised);
                }
            },
        };
        items.fill(i, &[item]);
    }
    Ok(Some(items.value()))
}

pub fn init(module: Gc<Module>) {
    add_class(
        module,
        "chain",
        chain_new,
        chain_next,
        "Return a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted.",
        |class| {
            class.add_methods(&CHAIN);
            class.add_methods(&CLASS_GETITEM);
        },
    );
    add_class(
        module,
        "accumulate",
        accumulate_new,
        accumulate_next,
        "Return series of accumulated sums (or other binary function results).",
        plain,
    );
    add_class(
        module,
        "batched",
        batched_new,
        batched_next,
        "Batch data into tuples of length n. The last batch may be shorter than n.\n\nLoops over the input iterable and accumulates data into tuples up to\nsize n.  The input is consumed lazily, just enough to fill a batch.\nThe result is yielded as soon as a batch is full or when the input\niterable is exhausted.\n\n    >>> for batch in batched('ABCDEFG', 3):\n    ...     print(batch)\n    ...\n    ('A', 'B', 'C')\n    ('D', 'E', 'F')\n    ('G',)\n\nIf \"strict\" is True, raises a ValueError if the final batch is shorter\nthan n.",
        plain,
    );
    add_class(
        module,
        "pairwise",
        pairwise_new,
        pairwise_next,
        "Return an iterator of overlapping pairs taken from the input iterator.\n\n    s -> (s0,s1), (s1,s2), (s2, s3), ...",
        plain,
    );
    add_class(
        module,
        "zip_longest",
        zip_longest_new,
        zip_longest_next,
        "Return a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.  The .__next__()\nmethod continues until the longest iterable in the argument sequence\nis exhausted and then it raises StopIteration.  When the shorter iterables\nare exhausted, the fillvalue is substituted in their place.  The fillvalue\ndefaults to None or can be specified by a keyword argument.",
        plain,
    );
}
