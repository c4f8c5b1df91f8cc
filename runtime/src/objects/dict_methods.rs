//! dict: its slots and methods. Not here: the table (`dict.rs`), views and iterators
//! (`dict_views.rs`, `dict_iter.rs`), merging (`dict_merge.rs`).

use crate::args::Args;
use crate::error::{R, key_error};
use crate::heap;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, class_method, method, raw_method};
use crate::objects::class::Class;
use crate::objects::dict::{Dict, Part};
use crate::objects::dict_iter;
use crate::objects::dict_merge::{merge_argument, update_from_args};
use crate::objects::dict_views;
use crate::objects::set::Set;
use crate::objects::support::{
    CLASS_GETITEM, ReprGuard, Text, hash_key, is_exact_dict, split_self, tuple,
};
use crate::ops;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{names, types};

fn this(value: Value) -> Gc<Dict> {
    value.cast()
}

// -- slots -------------------------------------------------------------------------

fn dict_new(class: Gc<Class>, _args: Args<'_>) -> R {
    if class == types().dict {
        return Ok(Dict::new().value());
    }
    Ok(heap::alloc_instance(class, Dict::empty()).value())
}

fn dict_init(value: Value, args: Args<'_>) -> R<()> {
    update_from_args(this(value), args, "dict")
}

fn len(value: Value) -> R<usize> {
    Ok(this(value).len())
}

/// `dict[key]`: `__missing__` of a subclass, or KeyError.
pub fn getitem(value: Value, key: Value) -> R {
    let dict = this(value);
    let hash = hash_key(key)?;
    if let Some(found) = dict.get_with_hash(key, hash)? {
        return Ok(found);
    }
    if !is_exact_dict(value)
        && let Some(made) = ops::call_special(value, names().__missing__, &[key])?
    {
        return Ok(made);
    }
    Err(key_error(key))
}

pub fn setitem(value: Value, key: Value, to: Option<Value>) -> R<()> {
    let dict = this(value);
    match to {
        Some(to) => dict.set(key, to),
        None => match dict.remove(key)? {
            Some(_) => Ok(()),
            None => Err(key_error(key)),
        },
    }
}

pub fn contains(value: Value, key: Value) -> R<bool> {
    Ok(this(value).find(key, hash_key(key)?)?.is_some())
}

fn iter(value: Value) -> R {
    Ok(dict_iter::new(this(value), Part::Keys).value())
}

fn repr(value: Value) -> R {
    let dict = this(value);
    if dict.len() == 0 {
        return Ok(crate::objects::str::new("{}").value());
    }
    let guard = ReprGuard::enter(value);
    if guard.is_none() {
        return Ok(crate::objects::str::new("{...}").value());
    }
    let mut text = Text::new();
    text.push_ascii("{")?;
    let (mut at, mut first) = (0, true);
    while let Some((next, key, value)) = dict.next_entry(at) {
        at = next;
        if !first {
            text.push_ascii(", ")?;
        }
        first = false;
        text.push_repr(key)?;
        text.push_ascii(": ")?;
        text.push_repr(value)?;
    }
    text.push_ascii("}")?;
    Ok(text.finish().value())
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (left.downcast::<Dict>(), right.downcast::<Dict>()) else {
        return Ok(NOT_IMPLEMENTED);
    };
    match op {
        CompareOp::Eq => equal(a, b).map(Value::bool),
        CompareOp::Ne => equal(a, b).map(|equal| Value::bool(!equal)),
        _ => Ok(NOT_IMPLEMENTED),
    }
}

/// The same keys with equal values, in any order.
pub fn equal(a: Gc<Dict>, b: Gc<Dict>) -> R<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((next, key, value)) = a.next_entry(at) {
        let hash = a.entries()[next - 1].hash;
        at = next;
        match b.get_with_hash(key, hash)? {
            Some(other) if ops::equal(value, other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn or(left: Value, right: Value) -> R {
    let (Some(a), true) = (left.downcast::<Dict>(), right.is::<Dict>()) else {
        return Ok(NOT_IMPLEMENTED);
    };
    let joined = a.copied()?;
    merge_argument(joined, right)?;
    Ok(joined.value())
}

fn inplace_or(left: Value, right: Value) -> R {
    merge_argument(this(left), right)?;
    Ok(left)
}

// -- methods --------------------------------------------------------------------------

fn clear(args: &[Value]) -> R {
    this(args[0]).clear();
    Ok(NONE)
}

fn copy(args: &[Value]) -> R {
    Ok(this(args[0]).copied()?.value())
}

fn fromkeys(args: &[Value]) -> R {
    let (class, iterable, value) = (args[0], args[1], ops::or_none(args[2]));
    let made = ops::call_positional(class, &[])?;
    if !is_exact_dict(made) {
        ops::for_each(iterable, |key| ops::setitem(made, key, value))?;
        return Ok(made);
    }
    let dict = this(made);
    if is_exact_dict(iterable) && dict.len() == 0 {
        let (source, mut at) = (this(iterable), 0);
        while let Some((next, key, _)) = source.next_entry(at) {
            let hash = source.entries()[next - 1].hash;
            at = next;
            dict.set_with_hash(key, hash, value)?;
        }
    } else if let Some(source) = iterable.downcast::<Set>()
        && dict.len() == 0
    {
        let mut at = 0;
        while let Some((next, key, hash)) = source.next_entry(at) {
            at = next;
            dict.set_with_hash(key, hash, value)?;
        }
    } else {
        ops::for_each(iterable, |key| dict.set(key, value))?;
    }
    Ok(made)
}

fn get(args: &[Value]) -> R {
    Ok(this(args[0]).get(args[1])?.unwrap_or(ops::or_none(args[2])))
}

fn items(args: &[Value]) -> R {
    Ok(dict_views::new(this(args[0]), Part::Items).value())
}
fn keys(args: &[Value]) -> R {
    Ok(dict_views::new(this(args[0]), Part::Keys).value())
}
fn values(args: &[Value]) -> R {
    Ok(dict_views::new(this(args[0]), Part::Values).value())
}

fn pop(args: &[Value]) -> R {
    let (dict, key) = (this(args[0]), args[1]);
    // An empty dict does not even hash the key.
    let taken = if dict.len() == 0 { None } else { dict.remove(key)? };
    match taken.or(args[2].option()) {
        Some(value) => Ok(value),
        None => Err(key_error(key)),
    }
}

fn popitem(args: &[Value]) -> R {
    match this(args[0]).pop_last() {
        Some((key, value)) => Ok(tuple(&[key, value])),
        None => Err(key_error(crate::objects::str::new("popitem(): dictionary is empty").value())),
    }
}

fn setdefault(args: &[Value]) -> R {
    let (dict, key, default) = (this(args[0]), args[1], ops::or_none(args[2]));
    let hash = hash_key(key)?;
    if let Some(found) = dict.get_with_hash(key, hash)? {
        return Ok(found);
    }
    dict.insert_new(key, hash, default)?;
    Ok(default)
}

fn update(args: Args<'_>) -> R {
    let (dict, args) = split_self(args, "dict.update")?;
    update_from_args(this(dict), args, "update")?;
    Ok(NONE)
}

fn reversed(args: &[Value]) -> R {
    Ok(dict_iter::new_reversed(this(args[0]), Part::Keys).value())
}

fn sizeof(args: &[Value]) -> R {
    let dict = this(args[0]);
    let index = if dict.capacity.get() == 0 { 0 } else { 4usize << dict.log2.get() };
    Ok(Value::int((size_of::<Dict>() + dict.capacity.get() * 24 + index) as i64))
}

static METHODS: [NativeFunction; 13] = [
    method("clear", "($self, /)", clear, "Remove all items from the dict."),
    method("copy", "($self, /)", copy, "Return a shallow copy of the dict."),
    class_method(
        "fromkeys",
        "($type, iterable, value=None, /)",
        fromkeys,
        "Create a new dictionary with keys from iterable and values set to value.",
    ),
    method(
        "get",
        "($self, key, default=None, /)",
        get,
        "Return the value for key if key is in the dictionary, else default.",
    ),
    method(
        "items",
        "($self, /)",
        items,
        "Return a set-like object providing a view on the dict's items.",
    ),
    method(
        "keys",
        "($self, /)",
        keys,
        "Return a set-like object providing a view on the dict's keys.",
    ),
    method(
        "pop",
        "($self, key, default=<unrepresentable>, /)",
        pop,
        "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.",
    ),
    method(
        "popitem",
        "($self, /)",
        popitem,
        "Remove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty.",
    ),
    method(
        "setdefault",
        "($self, key, default=None, /)",
        setdefault,
        "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.",
    ),
    raw_method(
        "update",
        update,
        "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.\nIf E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]\nIf E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is followed by: for k in F:  D[k] = F[k]",
    ),
    method(
        "values",
        "($self, /)",
        values,
        "Return an object providing a view on the dict's values.",
    ),
    method("__reversed__", "($self, /)", reversed, "Return a reverse iterator over the dict keys."),
    method("__sizeof__", "($self, /)", sizeof, "Return the size of the dict in memory."),
];

pub fn init() {
    let class = types().dict;
    class.doc.set(
        "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)",
    );
    let slots = &class.slots;
    slots.new.set(Some(dict_new));
    slots.init.set(Some(dict_init));
    slots.repr.set(Some(repr));
    slots.hash.set(Some(ops::unhashable));
    slots.compare.set(Some(compare));
    slots.iter.set(Some(iter));
    slots.len.set(Some(len));
    slots.getitem.set(Some(getitem));
    slots.setitem.set(Some(setitem));
    slots.contains.set(Some(contains));
    slots.binary[BinaryOp::Or as usize].set(Some(or));
    slots.inplace[BinaryOp::Or as usize].set(Some(inplace_or));
    class.add_methods(&METHODS);
    class.add_methods(&CLASS_GETITEM);
}
