//! `anext(iterator, default)`: an awaitable that ends with the default where the iterator is exhausted.

use crate::args::Args;
use crate::error::{R, Raised, type_error};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method, raw_method};
use crate::objects::class::{Class, flags};
use crate::objects::native::{Native, NativeObject, downcast};
use crate::objects::native_class;
use crate::value::{NULL, Value};
use crate::vm::{class_of, names, type_name, types};
use core::cell::OnceCell;

struct AnextAwaitable {
    wrapped: Value,
    default: Value,
}
impl NativeObject for AnextAwaitable {
    fn trace(&self, m: &mut Marker) {
        m.value(self.wrapped);
        m.value(self.default);
    }
}

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }
static METHODS: [NativeFunction; 3] = [
    raw_method("send", |args| proxy(args, "send"), ""),
    raw_method("throw", |args| proxy(args, "throw"), ""),
    method("close", "($self, /)", |a| {
        let iterator = iterator(of(a[0])?)?;
        crate::ops::call_method(iterator, names().close, &[])
    }, ""),
];

pub fn new(wrapped: Value, default: Value) -> Value {
    let class = CLASS.with(|class| {
        *class.get_or_init(|| {
            native_class::new("builtins", "anext_awaitable", flags::DISALLOW_INSTANTIATION, |class| {
                class.slots.iter.set(Some(Ok));
                class.slots.await_.set(Some(Ok));
                class.slots.next.set(Some(next));
                class.add_methods(&METHODS);
            })
        })
    });
    Native::new(class, AnextAwaitable { wrapped, default }).value()
}
fn of(value: Value) -> R<&'static AnextAwaitable> {
    downcast::<AnextAwaitable>(value).ok_or_else(|| type_error("anext_awaitable expected"))
}
/// The iterator of the wrapped awaitable.
fn iterator(this: &AnextAwaitable) -> R {
    let class = class_of(this.wrapped);
    if class == types().coroutine {
        return match class.slots.await_.get() {
            Some(slot) => slot(this.wrapped),
            None => Ok(this.wrapped),
        };
    }
    let Some(slot) = class.slots.await_.get() else {
        if class == types().generator {
            return Ok(this.wrapped);
        }
        return Err(type_error(format!("'{}' object can't be awaited", class.name())));
    };
    let iterator = slot(this.wrapped)?;
    if class_of(iterator) == types().coroutine {
        let slot = types().coroutine.slots.await_.get();
        return slot.map_or(Ok(iterator), |slot| slot(iterator));
    }
    if class_of(iterator).slots.next.get().is_none() {
        return Err(type_error(format!("__await__() returned non-iterator of type '{}'", type_name(iterator))));
    }
    Ok(iterator)
}
fn next(value: Value) -> R<Option<Value>> {
    let this = of(value)?;
    match crate::ops::next(iterator(this)?) {
        Err(raised) if raised.is(types().stop_async_iteration) => {
            crate::vm::vm().stop_value.set(if this.default.is_none() { NULL } else { this.default });
            Ok(None)
        }
        result => result,
    }
}
fn proxy(args: Args<'_>, name: &str) -> R {
    let (value, rest) = crate::objects::support::split_self(args, name)?;
    let this = of(value)?;
    let method = crate::ops::getattr(iterator(this)?, crate::vm::intern(name))?;
    match crate::ops::call(method, rest) {
        Err(raised) if raised.is(types().stop_async_iteration) => Err(Raised::with_args(types().stop_iteration, &[this.default])),
        result => result,
    }
}
