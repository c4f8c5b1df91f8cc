//! The module _functools: reduce and cmp_to_key here, `partial` and the wrapper of `lru_cache`
//! beside.

mod lru_cache;
mod partial;

use crate::args::Args;
use crate::error::{R, attribute_error, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, function, member};
use crate::objects::class::{Class, flags};
use crate::objects::module::Module;
use crate::objects::native::{self, Native};
use crate::objects::native_class;
use crate::objects::support::{Params, of, store};
use crate::ops;
use crate::slots::CompareOp;
use crate::traced;
use crate::value::{NULL, Value};
use crate::vm::types;
use core::cell::{Cell, OnceCell};

// -- reduce ---------------------------------------------------------------------------

fn reduce(args: &[Value]) -> R {
    let (callable, iterable) = (args[0], args[1]);
    let iterator = match ops::iter(iterable) {
        Ok(iterator) => iterator,
        Err(raised) if raised.is(types().type_error) => {
            return Err(type_error("reduce() arg 2 must support iteration"));
        }
        Err(raised) => return Err(raised),
    };
    let mut result = args[2].option();
    while let Some(item) = ops::next(iterator)? {
        result = Some(match result {
            None => item,
            Some(so_far) => ops::call_positional(callable, &[so_far, item])?,
        });
    }
    result.ok_or_else(|| type_error("reduce() of empty iterable with no initial value"))
}

// -- cmp_to_key --------------------------------------------------------------------------

struct KeyWrapper {
    compare: Cell<Value>,
    /// NULL in the key function itself.
    object: Cell<Value>,
}
traced!(KeyWrapper: compare, object);

thread_local! { static KEY_WRAPPER: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

fn key_wrapper(compare: Value, object: Value) -> R {
    let class = KEY_WRAPPER.with(|class| class.get().copied());
    let class = class.ok_or_else(|| type_error("_functools is not initialised"))?;
    Ok(Native::new(class, KeyWrapper { compare: Cell::new(compare), object: Cell::new(object) })
        .value())
}

fn cmp_to_key(args: &[Value]) -> R {
    key_wrapper(args[0], NULL)
}

fn key_call(value: Value, args: Args<'_>) -> R {
    static PARAMS: Params = Params::new("K", "(obj)");
    let [object] = PARAMS.bind(args)?;
    key_wrapper(of::<KeyWrapper>(value)?.compare.get(), object)
}

fn key_compare(left: Value, right: Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) =
        (native::downcast::<KeyWrapper>(left), native::downcast::<KeyWrapper>(right))
    else {
        return Err(type_error("other argument must be K instance"));
    };
    let (x, y) = (a.object.get(), b.object.get());
    if x.is_null() || y.is_null() {
        return Err(attribute_error("object"));
    }
    let result = ops::call_positional(a.compare.get(), &[x, y])?;
    ops::compare(result, Value::small_int(0), op)
}

fn get_object(value: Value) -> R {
    Ok(ops::or_none(of::<KeyWrapper>(value)?.object.get()))
}
fn set_object(value: Value, to: Option<Value>) -> R<()> {
    store(value, &of::<KeyWrapper>(value)?.object, to.unwrap_or(NULL));
    Ok(())
}

static KEY_ATTRIBUTES: [NativeAttribute; 1] =
    [member("obj", get_object, Some(set_object), "Value wrapped by a key function.")];

static FUNCTIONS: [NativeFunction; 2] = [
    function(
        "reduce",
        "($module, function, iterable, /, initial=<unrepresentable>)",
        reduce,
        "Apply a function of two arguments cumulatively to the items of an iterable, from left to right.\n\nThis effectively reduces the iterable to a single value.  If initial is\npresent, it is placed before the items of the iterable in the\ncalculation, and serves as a default when the iterable is empty.\n\nFor example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])\ncalculates ((((1 + 2) + 3) + 4) + 5).",
    ),
    function(
        "cmp_to_key",
        "($module, /, mycmp)",
        cmp_to_key,
        "Convert a cmp= function into a key= function.\n\n  mycmp\n    Function that compares two objects.",
    ),
];

pub fn init(module: Gc<Module>) -> R<()> {
    super::add_functions(module, &FUNCTIONS);
    let class =
        native_class::new("functools", "KeyWrapper", flags::DISALLOW_INSTANTIATION, |class| {
            class.slots.call.set(Some(key_call));
            class.slots.compare.set(Some(key_compare));
            class.slots.hash.set(Some(ops::unhashable));
            class.add_attributes(&KEY_ATTRIBUTES);
        });
    KEY_WRAPPER.with(|own| {
        let _ = own.set(class);
    });
    partial::init(module);
    lru_cache::init(module);
    Ok(())
}
