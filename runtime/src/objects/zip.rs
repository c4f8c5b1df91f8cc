//! zip, and what it shares with map: several iterators that advance together, strictly or not.

use crate::args::Args;
use crate::error::{R, type_error, value_error};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::Class;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::support::{itself, tuple};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, TRUE, Value};
use crate::vm::{class_of, types};
use core::cell::Cell;

/// Iterators that advance together.
pub struct Together {
    pub iterators: Gc<Tuple>,
    pub strict: Cell<bool>,
}

impl Together {
    /// Iterators over `iterables`; `strict` is the only keyword.
    pub fn new(iterables: &[Value], args: Args<'_>, name: &str) -> R<Together> {
        let mut strict = false;
        for (key, value) in args.kw() {
            if !key.eq_str("strict") {
                return Err(type_error(format!(
                    "{name}() got an unexpected keyword argument '{}'",
                    key.to_string_lossy()
                )));
            }
            strict = ops::truth(value)?;
        }
        let iterators = Tuple::try_alloc(iterables.len())?;
        for (i, &iterable) in iterables.iter().enumerate() {
            iterators.fill(i, &[ops::iter(iterable)?]);
        }
        Ok(Together { iterators, strict: Cell::new(strict) })
    }
    /// Puts the next item of each iterator where `put` says; false when one of them has ended.
    pub fn next(&self, name: &str, mut put: impl FnMut(usize, Value)) -> R<bool> {
        for (i, &iterator) in self.iterators.items().iter().enumerate() {
            match ops::next(iterator)? {
                Some(item) => put(i, item),
                None if self.strict.get() => return self.check_ends(i, name),
                None => return Ok(false),
            }
        }
        Ok(true)
    }
    /// The iterator `ended` had no item: in strict mode it is the first, and the others have none
    /// either.
    #[cold]
    fn check_ends(&self, ended: usize, name: &str) -> R<bool> {
        let complain = |which: usize, how: &str| {
            let others =
                if which == 1 { "argument 1".to_string() } else { format!("arguments 1-{which}") };
            value_error(format!("{name}() argument {} is {how} than {others}", which + 1))
        };
        if ended != 0 {
            return Err(complain(ended, "shorter"));
        }
        for (i, &iterator) in self.iterators.items().iter().enumerate().skip(1) {
            if ops::next(iterator)?.is_some() {
                return Err(complain(i, "longer"));
            }
        }
        Ok(false)
    }
}

struct Zip {
    sources: Together,
}

impl NativeObject for Zip {
    fn trace(&self, m: &mut Marker) {
        m.object(self.sources.iterators);
    }
}

fn this(value: Value) -> R<&'static Zip> {
    native::downcast(value).ok_or_else(|| type_error("not a zip object"))
}

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    Ok(Native::new(class, Zip { sources: Together::new(args.pos(), args, "zip")? }).value())
}

fn next(value: Value) -> R<Option<Value>> {
    let zip = this(value)?;
    let iterators = zip.sources.iterators.items();
    // The most frequent form needs no tuple before both items are there.
    if let &[first, second] = iterators
        && !zip.sources.strict.get()
    {
        let Some(a) = ops::next(first)? else { return Ok(None) };
        let Some(b) = ops::next(second)? else { return Ok(None) };
        return Ok(Some(tuple(&[a, b])));
    }
    if iterators.is_empty() {
        return Ok(None);
    }
    let items = Tuple::try_alloc(iterators.len())?;
    let full = zip.sources.next("zip", |i, item| items.fill(i, &[item]))?;
    Ok(full.then_some(items.value()))
}

fn reduce(args: &[Value]) -> R {
    let sources = &this(args[0])?.sources;
    let (class, iterators) = (class_of(args[0]).value(), sources.iterators.value());
    Ok(if sources.strict.get() {
        tuple(&[class, iterators, TRUE])
    } else {
        tuple(&[class, iterators])
    })
}

fn setstate(args: &[Value]) -> R {
    this(args[0])?.sources.strict.set(ops::truth(args[1])?);
    Ok(NONE)
}

static METHODS: [NativeFunction; 2] = [
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
    method("__setstate__", "($self, object, /)", setstate, "Set state information for unpickling."),
];

pub fn init() {
    let class = types().zip;
    class.doc.set(
        "The zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]",
    );
    class.slots.new.set(Some(new));
    class.slots.iter.set(Some(itself));
    class.slots.next.set(Some(next));
    class.add_methods(&METHODS);
}
