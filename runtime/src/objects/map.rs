//! map.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::Class;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::support::{itself, tuple};
use crate::objects::tuple::Tuple;
use crate::objects::zip::Together;
use crate::ops;
use crate::value::{NONE, TRUE, Value};
use crate::vm::{class_of, types};

struct Map {
    function: Value,
    sources: Together,
}

impl NativeObject for Map {
    fn trace(&self, m: &mut Marker) {
        m.value(self.function);
        m.object(self.sources.iterators);
    }
}

fn this(value: Value) -> R<&'static Map> {
    native::downcast(value).ok_or_else(|| type_error("not a map object"))
}

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let given = args.pos();
    let check = || {
        if given.len() < 2 {
            Err(type_error("map() must have at least two arguments."))
        } else {
            Ok(())
        }
    };
    // A keyword that is not known is complained of first.
    let sources =
        Together::new(given.get(1..).filter(|rest| !rest.is_empty()).unwrap_or(&[]), args, "map");
    let sources = match sources {
        Ok(sources) => {
            check()?;
            sources
        }
        Err(raised) => return Err(raised),
    };
    Ok(Native::new(class, Map { function: given[0], sources }).value())
}

fn next(value: Value) -> R<Option<Value>> {
    let map = this(value)?;
    let iterators = map.sources.iterators.items();
    if let &[iterator] = iterators {
        return match ops::next(iterator)? {
            Some(item) => ops::call_positional(map.function, &[item]).map(Some),
            None => Ok(None),
        };
    }
    let items = Tuple::try_alloc(iterators.len())?;
    if !map.sources.next("map", |i, item| items.fill(i, &[item]))? {
        return Ok(None);
    }
    ops::call_positional(map.function, items.items()).map(Some)
}

fn reduce(args: &[Value]) -> R {
    let map = this(args[0])?;
    let iterators = map.sources.iterators;
    let arguments = Tuple::from_iter_exact(
        iterators.len() + 1,
        core::iter::once(map.function).chain(iterators.items().iter().copied()),
    );
    let class = class_of(args[0]).value();
    Ok(if map.sources.strict.get() {
        tuple(&[class, arguments.value(), TRUE])
    } else {
        tuple(&[class, arguments.value()])
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
    let class = types().map;
    class.doc.set(
        "Make an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.",
    );
    class.slots.new.set(Some(new));
    class.slots.iter.set(Some(itself));
    class.slots.next.set(Some(next));
    class.add_methods(&METHODS);
}
