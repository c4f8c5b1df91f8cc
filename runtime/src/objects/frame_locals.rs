//! FrameLocalsProxy: `f_locals` of a function's frame, a mapping that writes through to the variables (PEP 667). What is no variable is
//! kept with the frame object. Not here: finding the variables (`frame.rs`).

use crate::args::Args;
use crate::error::{R, key_error, type_error, value_error};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method, raw_method};
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::dict_merge;
use crate::objects::frame::{self, FrameObject};
use crate::objects::list::List;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::str::Str;
use crate::objects::support::{ReprGuard, Text, split_self};
use crate::ops;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{names, type_name, types};

struct Proxy {
    frame: Gc<FrameObject>,
}

impl NativeObject for Proxy {
    fn trace(&self, marker: &mut Marker) {
        marker.object(self.frame);
    }
}

pub fn new(frame: Gc<FrameObject>) -> Value {
    Native::new(types().frame_locals_proxy, Proxy { frame }).value()
}

fn frame_of(value: Value) -> R<Gc<FrameObject>> {
    let proxy = native::downcast::<Proxy>(value);
    proxy.map(|proxy| proxy.frame).ok_or_else(|| type_error(format!("a FrameLocalsProxy is expected, not '{}'", type_name(value))))
}

/// The place of the variable that `key` names; keys that are no str may equal a name too.
fn place(frame: Gc<FrameObject>, key: Value, must_be_bound: bool) -> R<Option<usize>> {
    let names = frame::variables(frame);
    let fits = |i: usize| !must_be_bound || !frame::variable(frame, i).is_null();
    if let Some(key) = key.downcast::<Str>() {
        return Ok(names.iter().position(|(_, name)| name.equals(&key)).filter(|&at| fits(names[at].0)).map(|at| names[at].0));
    }
    for (i, name) in names {
        if fits(i) && ops::equal(name.value(), key)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}
fn find(frame: Gc<FrameObject>, key: Value) -> R<Option<Value>> {
    if let Some(i) = place(frame, key, true)? {
        return Ok(frame::variable(frame, i).option());
    }
    match frame.extra.get().downcast::<Dict>() {
        Some(extra) => extra.get(key),
        None => {
            ops::hash(key)?;
            Ok(None)
        }
    }
}

fn getitem(value: Value, key: Value) -> R {
    find(frame_of(value)?, key)?.ok_or_else(|| key_error(key))
}
fn setitem(value: Value, key: Value, to: Option<Value>) -> R<()> {
    let frame = frame_of(value)?;
    let place = place(frame, key, false)?;
    match (place, to) {
        (Some(_), None) => Err(value_error("cannot remove local variables from FrameLocalsProxy")),
        (Some(i), Some(to)) => {
            frame::set_variable(frame, i, to);
            Ok(())
        }
        (None, Some(to)) => extra(frame).set(key, to),
        (None, None) => match extra(frame).remove(key)? {
            Some(_) => Ok(()),
            None => Err(key_error(key)),
        },
    }
}
fn extra(frame: Gc<FrameObject>) -> Gc<Dict> {
    frame.extra.get().downcast::<Dict>().unwrap_or_else(|| {
        let dict = Dict::new();
        frame.extra.set(frame, dict.value());
        dict
    })
}
fn contains(value: Value, key: Value) -> R<bool> {
    Ok(find(frame_of(value)?, key)?.is_some())
}
fn snapshot(value: Value) -> R<Gc<Dict>> {
    frame::snapshot(frame_of(value)?)
}
fn len(value: Value) -> R<usize> {
    Ok(snapshot(value)?.len())
}
fn list_of(value: Value, part: impl Fn(Value, Value) -> Value) -> R<Gc<List>> {
    let (dict, list) = (snapshot(value)?, List::new());
    let mut at = 0;
    while let Some((next, key, value)) = dict.next_entry(at) {
        list.push(part(key, value))?;
        at = next;
    }
    Ok(list)
}
fn keys(value: Value) -> R<Gc<List>> {
    list_of(value, |key, _| key)
}
fn repr(value: Value) -> R {
    let guard = ReprGuard::enter(value);
    if guard.is_none() {
        return Ok(crate::objects::str::new("{...}").value());
    }
    let mut text = Text::new();
    text.push_repr(snapshot(value)?.value())?;
    Ok(text.finish().value())
}
fn compare(left: Value, right: Value, op: CompareOp) -> R {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(NOT_IMPLEMENTED);
    }
    let own = snapshot(left)?;
    let equal = match native::downcast::<Proxy>(right) {
        Some(other) => other.frame == frame_of(left)?,
        None if right.is::<Dict>() => ops::equal(own.value(), right)?,
        None => return Ok(NOT_IMPLEMENTED),
    };
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}
/// Both sides as dicts; None: one is no mapping.
fn or(left: Value, right: Value) -> R {
    let as_dict = |value: Value| match native::downcast::<Proxy>(value) {
        Some(proxy) => frame::snapshot(proxy.frame).map(Some),
        None => Ok(value.downcast::<Dict>()),
    };
    let (Some(left), Some(right)) = (as_dict(left)?, as_dict(right)?) else { return Ok(NOT_IMPLEMENTED) };
    let result = left.copied()?;
    dict_merge::merge_argument(result, right.value())?;
    Ok(result.value())
}
fn inplace_or(left: Value, right: Value) -> R {
    if !right.is::<Dict>() && native::downcast::<Proxy>(right).is_none() {
        return Ok(NOT_IMPLEMENTED);
    }
    merge(left, right)?;
    Ok(left)
}
fn merge(value: Value, source: Value) -> R<()> {
    let given = Dict::new();
    match native::downcast::<Proxy>(source) {
        Some(proxy) => dict_merge::merge_argument(given, frame::snapshot(proxy.frame)?.value())?,
        None if source.is::<Dict>() || ops::getattr_opt(source, names().keys)?.is_some() => dict_merge::merge_argument(given, source)?,
        None => return Err(type_error("update() argument must be dict or another FrameLocalsProxy")),
    }
    let mut at = 0;
    while let Some((next, key, to)) = given.next_entry(at) {
        setitem(value, key, Some(to))?;
        at = next;
    }
    Ok(())
}

fn get(args: &[Value]) -> R {
    Ok(find(frame_of(args[0])?, args[1])?.unwrap_or(ops::or_none(args[2])))
}
fn setdefault(args: &[Value]) -> R {
    if let Some(found) = find(frame_of(args[0])?, args[1])? {
        return Ok(found);
    }
    let default = ops::or_none(args[2]);
    setitem(args[0], args[1], Some(default))?;
    Ok(default)
}
fn pop(args: &[Value]) -> R {
    let frame = frame_of(args[0])?;
    if place(frame, args[1], false)?.is_some() {
        return Err(value_error("cannot remove local variables from FrameLocalsProxy"));
    }
    match extra(frame).remove(args[1])? {
        Some(value) => Ok(value),
        None => args[2].option().ok_or_else(|| key_error(args[1])),
    }
}
fn update(args: Args<'_>) -> R {
    let (value, rest) = split_self(args, "update")?;
    if let [source] = rest.pos() {
        merge(value, *source)?;
        return Ok(NONE);
    }
    Err(type_error(format!("update() takes exactly one argument ({} given)", rest.pos().len())))
}

static METHODS: [NativeFunction; 9] = [
    method("get", "($self, key, default=None, /)", get, ""),
    method("setdefault", "($self, key, default=None, /)", setdefault, ""),
    method("pop", "($self, key, default=, /)", pop, ""),
    method("keys", "($self, /)", |a| Ok(keys(a[0])?.value()), ""),
    method("values", "($self, /)", |a| Ok(list_of(a[0], |_, value| value)?.value()), ""),
    method("items", "($self, /)", |a| Ok(list_of(a[0], |key, value| crate::objects::support::tuple(&[key, value]))?.value()), ""),
    method("copy", "($self, /)", |a| Ok(snapshot(a[0])?.value()), ""),
    method("__reversed__", "($self, /)", |a| {
        let (list, reversed) = (keys(a[0])?, List::new());
        for key in list.items().iter().rev() {
            reversed.push(*key)?;
        }
        Ok(reversed.value())
    }, ""),
    raw_method("update", update, ""),
];

fn make(_: Gc<Class>, args: Args<'_>) -> R {
    match args.all() {
        [one] => match one.downcast::<FrameObject>() {
            Some(frame) => Ok(new(frame)),
            None => Err(type_error(format!("expect frame, not {}", type_name(*one)))),
        },
        all => Err(type_error(format!("FrameLocalsProxy expected 1 argument, got {}", all.len()))),
    }
}

pub fn init() {
    let class = types().frame_locals_proxy;
    let slots = &class.slots;
    slots.new.set(Some(make));
    slots.repr.set(Some(repr));
    slots.compare.set(Some(compare));
    slots.hash.set(Some(ops::unhashable));
    slots.iter.set(Some(|value| ops::iter(keys(value)?.value())));
    slots.len.set(Some(len));
    slots.getitem.set(Some(getitem));
    slots.setitem.set(Some(setitem));
    slots.contains.set(Some(contains));
    slots.binary[BinaryOp::Or as usize].set(Some(or));
    slots.inplace[BinaryOp::Or as usize].set(Some(inplace_or));
    class.add_methods(&METHODS);
}
