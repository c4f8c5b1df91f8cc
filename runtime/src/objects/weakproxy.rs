//! weakref.ProxyType and CallableProxyType: every operation goes to the object that the proxy refers to.

use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::Class;
use crate::objects::weakref::{referent, repr};
use crate::ops;
use crate::slots::BinaryOp;
use crate::value::Value;
use crate::vm::{class_of, names, type_name, types};

static METHODS: [NativeFunction; 2] = [
    method("__bytes__", "($self, /)", |a| ops::call_method(referent(a[0])?, names().__bytes__, &[]), ""),
    method("__reversed__", "($self, /)", |a| ops::call_positional(types().reversed.value(), &[referent(a[0])?]), ""),
];

pub fn init() {
    for class in [types().weakproxy, types().weakcallableproxy] {
        fill(class);
    }
    types().weakproxy.add_methods(&METHODS);
    let callable = types().weakcallableproxy;
    callable.slots.call.set(Some(|value, args| ops::call(referent(value)?, args)));
}

fn binary<const OP: usize>(left: Value, right: Value) -> R {
    ops::binary(BinaryOp::ALL[OP], referent_of_operand(left)?, referent_of_operand(right)?)
}
fn inplace<const OP: usize>(left: Value, right: Value) -> R {
    ops::inplace(BinaryOp::ALL[OP], referent_of_operand(left)?, referent_of_operand(right)?)
}
/// Either operand may be the proxy.
fn referent_of_operand(value: Value) -> R {
    let class = class_of(value);
    if class == types().weakproxy || class == types().weakcallableproxy { referent(value) } else { Ok(value) }
}
macro_rules! operators {
    ($slots:expr, $($n:literal)*) => {
        $($slots.binary[$n].set(Some(binary::<$n>));
        $slots.inplace[$n].set(Some(inplace::<$n>));)*
    };
}

fn fill(class: Gc<Class>) {
    let slots = &class.slots;
    operators!(slots, 0 1 2 3 4 5 6 7 8 9 10 11 12);
    slots.divmod.set(Some(|a, b| ops::divmod(referent_of_operand(a)?, referent_of_operand(b)?)));
    slots.power.set(Some(|a, b, c| ops::power(referent_of_operand(a)?, referent_of_operand(b)?, referent_of_operand(c)?)));
    slots.negative.set(Some(|v| ops::negative(referent(v)?)));
    slots.positive.set(Some(|v| ops::positive(referent(v)?)));
    slots.absolute.set(Some(|v| ops::absolute(referent(v)?)));
    slots.invert.set(Some(|v| ops::invert(referent(v)?)));
    slots.bool.set(Some(|v| ops::truth(referent(v)?)));
    slots.int.set(Some(|v| ops::call_positional(types().int.value(), &[referent(v)?])));
    slots.float.set(Some(|v| ops::call_positional(types().float.value(), &[referent(v)?])));
    slots.index.set(Some(|v| ops::index(referent(v)?)));
    slots.repr.set(Some(|v| repr(v, "weakproxy")));
    slots.str.set(Some(|v| ops::str(referent(v)?).map(Gc::value)));
    slots.hash.set(Some(ops::unhashable));
    slots.getattr.set(Some(|v, name| ops::getattr(referent(v)?, name)));
    slots.setattr.set(Some(|v, name, to| match to {
        Some(to) => ops::setattr(referent(v)?, name, to),
        None => ops::delattr(referent(v)?, name),
    }));
    slots.compare.set(Some(|a, b, op| ops::compare(referent_of_operand(a)?, referent_of_operand(b)?, op)));
    slots.len.set(Some(|v| ops::len(referent(v)?)));
    slots.getitem.set(Some(|v, key| ops::getitem(referent(v)?, key)));
    slots.setitem.set(Some(|v, key, to| match to {
        Some(to) => ops::setitem(referent(v)?, key, to),
        None => ops::delitem(referent(v)?, key),
    }));
    slots.contains.set(Some(|v, item| ops::contains(referent(v)?, item)));
    slots.iter.set(Some(|v| ops::iter(referent(v)?)));
    slots.next.set(Some(|v| {
        let object = referent(v)?;
        if class_of(object).slots.next.get().is_none() {
            return Err(type_error(format!("Weakref proxy referenced a non-iterator '{}' object", type_name(object))));
        }
        ops::next(object)
    }));
}
