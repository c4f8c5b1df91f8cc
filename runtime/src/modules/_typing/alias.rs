//! TypeAliasType: what a `type` statement makes.

use super::params::unpacked;
use super::{caller_module, classes, evaluator_of, unpack};
use crate::args::{Args, Signature};
use crate::error::{R, type_error};
use crate::heap::{self, Marker};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, method};
use crate::objects::class::{Class, flags};
use crate::objects::native::{Native, NativeObject, downcast};
use crate::objects::native_class;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::BinaryOp;
use crate::value::{NULL, Value};
use crate::vm::type_name;
use core::cell::Cell;

struct TypeAlias {
    name: Value,
    /// NULL, or a tuple.
    params: Value,
    value: Cell<Value>,
    evaluate: Value,
    module: Value,
}
impl NativeObject for TypeAlias {
    fn trace(&self, m: &mut Marker) {
        for value in [self.name, self.params, self.value.get(), self.evaluate, self.module] {
            m.value(value);
        }
    }
}
fn of(value: Value) -> R<&'static TypeAlias> {
    downcast::<TypeAlias>(value).ok_or_else(|| type_error("a type alias is expected"))
}

static METHODS: [NativeFunction; 1] = [method("__reduce__", "($self, /)", |a| Ok(of(a[0])?.name), "")];
static ATTRIBUTES: [NativeAttribute; 6] = [
    member("__name__", |v| Ok(of(v)?.name), None, ""),
    getset("__value__", value_of, None, ""),
    getset("__type_params__", |v| Ok(params_of(of(v)?)), None, ""),
    getset("__parameters__", |v| unpacked(params_of(of(v)?)), None, ""),
    getset("__module__", |v| Ok(of(v)?.module), None, ""),
    getset("evaluate_value", |v| {
        let alias = of(v)?;
        Ok(alias.evaluate.option().unwrap_or_else(|| evaluator_of(alias.value.get())))
    }, None, ""),
];

pub fn make_class() -> Gc<Class> {
    native_class::new("typing", "TypeAliasType", flags::HAS_WEAKREF, |class| {
        class.slots.new.set(Some(new));
        class.slots.repr.set(Some(|value| Ok(of(value)?.name)));
        class.slots.getitem.set(Some(|value, key| {
            if params_of(of(value)?).downcast::<Tuple>().is_none_or(|params| params.len() == 0) {
                return Err(type_error("Only generic type aliases are subscriptable"));
            }
            crate::objects::generic_alias::new(value, key)
        }));
        class.slots.iter.set(Some(|value| ops::iter(Tuple::from_slice(&[unpack(value)?]).value())));
        class.slots.binary[BinaryOp::Or as usize].set(Some(crate::objects::union::or_any));
        class.add_methods(&METHODS);
        class.add_attributes(&ATTRIBUTES);
    })
}
fn params_of(alias: &TypeAlias) -> Value {
    alias.params.option().unwrap_or_else(|| Tuple::empty().value())
}
fn value_of(value: Value) -> R {
    let alias = of(value)?;
    if let Some(known) = alias.value.get().option() {
        return Ok(known);
    }
    let made = ops::call_positional(alias.evaluate, &[Value::small_int(1)])?;
    alias.value.set(made);
    heap::write_barrier(value);
    Ok(made)
}
fn new(class: Gc<Class>, args: Args<'_>) -> R {
    thread_local! { static SIGNATURE: Signature = Signature::parse("(name, value, *, type_params=())"); }
    let mut slots = [NULL; 3];
    SIGNATURE.with(|signature| signature.bind("typealias", args, &mut slots))?;
    let [name, value, params] = slots;
    if !name.is::<Str>() {
        return Err(type_error(format!("typealias() argument 'name' must be str, not {}", type_name(name))));
    }
    if !params.is_null() && !params.is::<Tuple>() {
        return Err(type_error("type_params must be a tuple"));
    }
    check_defaults(params)?;
    let alias = TypeAlias { name, params, value: Cell::new(value), evaluate: NULL, module: caller_module() };
    Ok(Native::new(class, alias).value())
}
fn check_defaults(params: Value) -> R<()> {
    let mut seen = false;
    for &param in params.downcast::<Tuple>().map_or(&[][..], |params| params.items()) {
        let own = super::params::has_declared_default(param);
        if seen && !own {
            let text = ops::repr_string(param)?;
            return Err(type_error(format!("non-default type parameter '{text}' follows default type parameter")));
        }
        seen |= own;
    }
    Ok(())
}

/// What a `type` statement makes: the value is evaluated when it is first asked for.
pub fn declared(name: Value, params: Value, evaluate: Value) -> Value {
    let params = if params.is_none() { NULL } else { params };
    let alias = TypeAlias { name, params, value: Cell::new(NULL), evaluate, module: caller_module() };
    Native::new(classes().type_alias, alias).value()
}
