//! mappingproxy: a read-only view of a mapping.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::{NativeFunction, method, new_header};
use crate::objects::class::Class;
use crate::objects::list::List;
use crate::objects::support::{CLASS_GETITEM, Text};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NONE, NULL, Value};
use crate::vm::{class_of, intern, names, type_name, types};

#[repr(C)]
pub struct MappingProxy {
    pub header: Header,
    pub mapping: Field<Value>,
}

impl HeapObject for MappingProxy {
    const KIND: Kind = Kind::MappingProxy;
    fn trace(&self, m: &mut Marker) {
        m.value(self.mapping.get());
    }
}

pub fn new(mapping: Value) -> Gc<MappingProxy> {
    let object = MappingProxy { header: new_header(), mapping: Field::new(mapping) };
    heap::alloc(types().mappingproxy.root_shape.get(), object)
}

fn mapping(proxy: Value) -> Value {
    proxy.cast::<MappingProxy>().mapping.get()
}

fn proxy_new(_class: Gc<Class>, args: Args<'_>) -> R {
    static SIGNATURE: NativeFunction =
        crate::objects::builtin::function("mappingproxy", "(mapping)", make, "");
    SIGNATURE.call(None, None, args)
}

fn make(args: &[Value]) -> R {
    let value = args[0];
    let class = class_of(value);
    let sequence = value.is::<List>() || value.is::<Tuple>();
    if sequence || class.slots.getitem.get().is_none() {
        return Err(type_error(format!(
            "mappingproxy() argument must be a mapping, not {}",
            type_name(value)
        )));
    }
    Ok(new(value).value())
}

fn len(proxy: Value) -> R<usize> {
    ops::len(mapping(proxy))
}
fn getitem(proxy: Value, key: Value) -> R {
    ops::getitem(mapping(proxy), key)
}
fn contains(proxy: Value, key: Value) -> R<bool> {
    ops::contains(mapping(proxy), key)
}
fn iter(proxy: Value) -> R {
    ops::iter(mapping(proxy))
}
fn hash(proxy: Value) -> R<i64> {
    ops::hash(mapping(proxy))
}
fn str(proxy: Value) -> R {
    Ok(ops::str(mapping(proxy))?.value())
}
fn repr(proxy: Value) -> R {
    let mut text = Text::new();
    text.push_ascii("mappingproxy(")?;
    text.push_repr(mapping(proxy))?;
    text.push_ascii(")")?;
    Ok(text.finish().value())
}
fn compare(left: Value, right: Value, op: CompareOp) -> R {
    ops::compare(mapping(left), right, op)
}

fn unwrapped(value: Value) -> Value {
    if value.is::<MappingProxy>() { mapping(value) } else { value }
}
fn or(left: Value, right: Value) -> R {
    ops::binary(BinaryOp::Or, unwrapped(left), unwrapped(right))
}
fn inplace_or(left: Value, _right: Value) -> R {
    Err(type_error(format!("'|=' is not supported by {}; use '|' instead", type_name(left))))
}

fn get(args: &[Value]) -> R {
    let default = if args[2] == NULL { NONE } else { args[2] };
    ops::call_method(mapping(args[0]), names().get, &[args[1], default])
}
fn keys(args: &[Value]) -> R {
    ops::call_method(mapping(args[0]), names().keys, &[])
}
fn values(args: &[Value]) -> R {
    ops::call_method(mapping(args[0]), names().values, &[])
}
fn items(args: &[Value]) -> R {
    ops::call_method(mapping(args[0]), names().items, &[])
}
fn copy(args: &[Value]) -> R {
    ops::call_method(mapping(args[0]), intern("copy"), &[])
}
fn reversed(args: &[Value]) -> R {
    ops::call_method(mapping(args[0]), names().__reversed__, &[])
}

static METHODS: [NativeFunction; 6] = [
    method(
        "get",
        "($self, key, default=None, /)",
        get,
        "Return the value for key if key is in the mapping, else default.",
    ),
    method("keys", "($self, /)", keys, "a set-like object providing a view on D's keys"),
    method("values", "($self, /)", values, "an object providing a view on D's values"),
    method("items", "($self, /)", items, "a set-like object providing a view on D's items"),
    method("copy", "($self, /)", copy, "a shallow copy of D"),
    method("__reversed__", "($self, /)", reversed, "D.__reversed__() -> reverse iterator"),
];

pub fn init() {
    let class = types().mappingproxy;
    class.doc.set("Read-only proxy of a mapping.");
    let slots = &class.slots;
    slots.new.set(Some(proxy_new));
    slots.repr.set(Some(repr));
    slots.str.set(Some(str));
    slots.hash.set(Some(hash));
    slots.compare.set(Some(compare));
    slots.iter.set(Some(iter));
    slots.len.set(Some(len));
    slots.getitem.set(Some(getitem));
    slots.contains.set(Some(contains));
    slots.binary[BinaryOp::Or as usize].set(Some(or));
    slots.inplace[BinaryOp::Or as usize].set(Some(inplace_or));
    class.add_methods(&METHODS);
    class.add_methods(&CLASS_GETITEM);
}
