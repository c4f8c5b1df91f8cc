//! collections.OrderedDict. Every dict keeps its order; this one can change it, compares it, and
//! says when it changes under an iterator.

use super::ordered_iter;
use crate::args::Args;
use crate::error::{R, key_error, runtime_error, type_error, value_error};
use crate::heap;
use crate::object::{Gc, Kind};
use crate::objects::builtin::{
    NativeAttribute, NativeFunction, class_method, getset, method, raw_method,
};
use crate::objects::class::{Class, flags};
use crate::objects::dict::{Dict, Part};
use crate::objects::dict_methods;
use crate::objects::instance;
use crate::objects::module::Module;
use crate::objects::native_class;
use crate::objects::str;
use crate::objects::support::{
    ReprGuard, Text, bare_name, check_count, hash_key, is_exact_dict, split_self, tuple,
};
use crate::ops;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{class_of, intern, names, types};
use core::cell::OnceCell;

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

fn own_class() -> R<Gc<Class>> {
    CLASS
        .with(|own| own.get().copied())
        .ok_or_else(|| type_error("_collections is not initialised"))
}

fn is_ordered(value: Value) -> R<bool> {
    Ok(class_of(value).is_subclass(own_class()?))
}
fn is_exact(value: Value) -> R<bool> {
    Ok(class_of(value) == own_class()?)
}

fn this(value: Value) -> Gc<Dict> {
    value.cast()
}

// -- filling -----------------------------------------------------------------------------

fn new(class: Gc<Class>, _args: Args<'_>) -> R {
    Ok(heap::alloc_instance(class, Dict::empty()).value())
}

fn init_instance(value: Value, args: Args<'_>) -> R<()> {
    if args.pos().len() > 1 {
        return Err(type_error(format!("expected at most 1 argument, got {}", args.pos().len())));
    }
    update_with(value, args)
}

fn update(args: Args<'_>) -> R {
    let (value, rest) = split_self(args, "OrderedDict.update")?;
    let given = rest.pos().len();
    if given > 1 {
        return Err(type_error(format!(
            "update() takes at most 1 positional argument ({given} given)"
        )));
    }
    update_with(value, rest)?;
    Ok(NONE)
}

fn update_with(value: Value, args: Args<'_>) -> R<()> {
    if let Some(&source) = args.pos().first() {
        update_from(value, source)?;
    }
    for (name, item) in args.kw() {
        store(value, name.value(), item)?;
    }
    Ok(())
}

/// Item assignment, as a subclass may define it.
fn store(value: Value, key: Value, to: Value) -> R<()> {
    if is_exact(value)? { this(value).set(key, to) } else { ops::setitem(value, key, to) }
}

fn update_from(value: Value, source: Value) -> R<()> {
    if is_exact_dict(source) {
        let (dict, mut at) = (this(source), 0);
        while let Some((next, key, item)) = dict.next_entry(at) {
            at = next;
            store(value, key, item)?;
        }
        return Ok(());
    }
    if let Some(keys) = ops::getattr_opt(source, names().keys)? {
        return ops::for_each(ops::call_positional(keys, &[])?, |key| {
            store(value, key, ops::getitem(source, key)?)
        });
    }
    let pairs = match ops::getattr_opt(source, names().items)? {
        Some(items) => ops::call_positional(items, &[])?,
        None => source,
    };
    ops::for_each(pairs, |pair| {
        let parts = ops::iter(pair)?;
        let key =
            ops::next(parts)?.ok_or_else(|| value_error("need more than 0 values to unpack"))?;
        let item =
            ops::next(parts)?.ok_or_else(|| value_error("need more than 1 value to unpack"))?;
        if ops::next(parts)?.is_some() {
            return Err(value_error("too many values to unpack (expected 2)"));
        }
        store(value, key, item)
    })
}

fn fromkeys(args: &[Value]) -> R {
    let made = ops::call_positional(args[0], &[])?;
    let value = ops::or_none(args[2]);
    ops::for_each(args[1], |key| ops::setitem(made, key, value))?;
    Ok(made)
}

// -- slots ------------------------------------------------------------------------------

fn iter(value: Value) -> R {
    ordered_iter::new(this(value), Part::Keys, false)
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    if !left.is::<Dict>() || !right.is::<Dict>() || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(NOT_IMPLEMENTED);
    }
    let mut equal = dict_methods::equal(this(left), this(right))?;
    if equal && is_ordered(left)? && is_ordered(right)? {
        equal = same_order(this(left), this(right))?;
    }
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn same_order(a: Gc<Dict>, b: Gc<Dict>) -> R<bool> {
    let versions = (a.current_keys_version(), b.current_keys_version());
    let (mut i, mut j) = (0, 0);
    while let (Some((next_i, x, _)), Some((next_j, y, _))) = (a.next_entry(i), b.next_entry(j)) {
        (i, j) = (next_i, next_j);
        let equal = ops::equal(x, y)?;
        if versions != (a.keys_version.get(), b.keys_version.get()) {
            return Err(runtime_error("OrderedDict mutated during iteration"));
        }
        if !equal {
            return Ok(false);
        }
    }
    Ok(true)
}

fn repr(value: Value) -> R {
    let mut text = Text::new();
    if this(value).len() == 0 {
        text.push_str(str::new(&bare_name(value)))?;
        text.push_ascii("()")?;
        return Ok(text.finish().value());
    }
    let guard = ReprGuard::enter(value);
    if guard.is_none() {
        return Ok(str::new("...").value());
    }
    let plain = if is_exact(value)? {
        this(value).copied()?
    } else {
        let plain = Dict::new();
        crate::objects::dict_merge::merge_argument(
            plain,
            ops::call_method(value, names().items, &[])?,
        )?;
        plain
    };
    text.push_str(str::new(&bare_name(value)))?;
    text.push_ascii("(")?;
    text.push_repr(plain.value())?;
    text.push_ascii(")")?;
    Ok(text.finish().value())
}

fn or(left: Value, right: Value) -> R {
    if !left.is::<Dict>() || !right.is::<Dict>() {
        return Ok(NOT_IMPLEMENTED);
    }
    let class = if is_ordered(left)? { class_of(left) } else { class_of(right) };
    let joined = ops::call_positional(class.value(), &[left])?;
    update_from(joined, right)?;
    Ok(joined)
}

fn inplace_or(left: Value, right: Value) -> R {
    update_from(left, right)?;
    Ok(left)
}

// -- methods -----------------------------------------------------------------------------

fn clear(args: &[Value]) -> R {
    this(args[0]).clear();
    Ok(NONE)
}

fn copy(args: &[Value]) -> R {
    let value = args[0];
    if is_exact(value)? {
        let copy = heap::alloc_instance(own_class()?, Dict::empty());
        let entries = this(value).copied()?;
        copy.swap(&entries);
        return Ok(copy.value());
    }
    let copy = ops::call_positional(class_of(value).value(), &[])?;
    ops::for_each(value, |key| ops::setitem(copy, key, ops::getitem(value, key)?))?;
    Ok(copy)
}

fn move_to_end(args: &[Value]) -> R {
    let (dict, key) = (this(args[0]), args[1]);
    let last = args[2].is_null() || ops::truth(args[2])?;
    let hash = hash_key(key)?;
    let Some(at) = dict.find(key, hash)? else { return Err(key_error(key)) };
    let (key, value) = dict.remove_at(at);
    if last {
        dict.insert_new(key, hash, value)?;
        return Ok(NONE);
    }
    let reordered = Dict::new();
    reordered.reserve(dict.len() + 1)?;
    reordered.insert_new(key, hash, value)?;
    let mut at = 0;
    while let Some((next, key, value)) = dict.next_entry(at) {
        reordered.insert_new(key, dict.entries()[next - 1].hash, value)?;
        at = next;
    }
    dict.swap(&reordered);
    Ok(NONE)
}

fn pop(args: &[Value]) -> R {
    match this(args[0]).remove(args[1])?.or(args[2].option()) {
        Some(value) => Ok(value),
        None => Err(key_error(args[1])),
    }
}

fn popitem(args: &[Value]) -> R {
    let dict = this(args[0]);
    let last = args[1].is_null() || ops::truth(args[1])?;
    let taken = if last {
        dict.pop_last()
    } else {
        dict.next_entry(0).map(|(after, _, _)| dict.remove_at(after - 1))
    };
    match taken {
        Some((key, value)) => Ok(tuple(&[key, value])),
        None => Err(key_error(str::new("dictionary is empty").value())),
    }
}

fn setdefault(args: &[Value]) -> R {
    let (value, key, default) = (args[0], args[1], ops::or_none(args[2]));
    if is_exact(value)? {
        let hash = hash_key(key)?;
        if let Some(found) = this(value).get_with_hash(key, hash)? {
            return Ok(found);
        }
        this(value).insert_new(key, hash, default)?;
        return Ok(default);
    }
    if ops::contains(value, key)? {
        return ops::getitem(value, key);
    }
    ops::setitem(value, key, default)?;
    Ok(default)
}

fn keys(args: &[Value]) -> R {
    ordered_iter::view(this(args[0]), Part::Keys)
}
fn values(args: &[Value]) -> R {
    ordered_iter::view(this(args[0]), Part::Values)
}
fn items(args: &[Value]) -> R {
    ordered_iter::view(this(args[0]), Part::Items)
}
fn reversed(args: &[Value]) -> R {
    ordered_iter::new(this(args[0]), Part::Keys, true)
}

fn reduce(args: &[Value]) -> R {
    let value = args[0];
    let state = ops::call_method(value, names().__getstate__, &[])?;
    let items = ops::iter(ops::call_method(value, names().items, &[])?)?;
    Ok(tuple(&[class_of(value).value(), tuple(&[]), state, NONE, items]))
}

fn sizeof(args: Args<'_>) -> R {
    let (value, rest) = split_self(args, "OrderedDict.__sizeof__")?;
    check_count(rest.pos().len(), "__sizeof__", 0, 0)?;
    let method = ops::getattr(types().dict.value(), names().__sizeof__)?;
    ops::call_positional(method, &[value])
}

fn get_dict(value: Value) -> R {
    Ok(instance::dict(value).value())
}
fn set_dict(value: Value, to: Option<Value>) -> R<()> {
    match to.and_then(|to| to.downcast::<Dict>()) {
        Some(dict) => {
            instance::set_dict(value, dict);
            Ok(())
        }
        None => Err(type_error("__dict__ must be set to a dictionary")),
    }
}

static METHODS: [NativeFunction; 14] = [
    class_method(
        "fromkeys",
        "($type, /, iterable, value=None)",
        fromkeys,
        "Create a new ordered dictionary with keys from iterable and values set to value.",
    ),
    method(
        "setdefault",
        "($self, /, key, default=None)",
        setdefault,
        "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.",
    ),
    method(
        "pop",
        "($self, /, key, default=<unrepresentable>)",
        pop,
        "od.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.",
    ),
    method(
        "popitem",
        "($self, /, last=True)",
        popitem,
        "Remove and return a (key, value) pair from the dictionary.\n\nPairs are returned in LIFO order if last is true or FIFO order if\nfalse.",
    ),
    method("keys", "($self, /)", keys, ""),
    method("values", "($self, /)", values, ""),
    method("items", "($self, /)", items, ""),
    raw_method("update", update, ""),
    method("clear", "($self, /)", clear, "Remove all items from ordered dict."),
    method("copy", "($self, /)", copy, "A shallow copy of ordered dict."),
    method("__reversed__", "($self, /)", reversed, "od.__reversed__() <==> reversed(od)"),
    method(
        "move_to_end",
        "($self, /, key, last=True)",
        move_to_end,
        "Move an existing element to the end (or beginning if last is false).\n\nRaise KeyError if the element does not exist.",
    ),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling"),
    raw_method("__sizeof__", sizeof, ""),
];
static ATTRIBUTES: [NativeAttribute; 1] = [getset("__dict__", get_dict, Some(set_dict), "")];

pub fn init(module: Gc<Module>) {
    let flags = flags::BASETYPE | flags::HAS_DICT | flags::HAS_WEAKREF | flags::MAPPING;
    let class = native_class::with_base(
        "collections",
        "OrderedDict",
        types().dict,
        Kind::Dict,
        flags,
        |class| {
            class.doc.set("Dictionary that remembers insertion order");
            let slots = &class.slots;
            slots.new.set(Some(new));
            slots.init.set(Some(init_instance));
            slots.repr.set(Some(repr));
            slots.hash.set(Some(ops::unhashable));
            slots.compare.set(Some(compare));
            slots.iter.set(Some(iter));
            slots.binary[BinaryOp::Or as usize].set(Some(or));
            slots.inplace[BinaryOp::Or as usize].set(Some(inplace_or));
            class.add_methods(&METHODS);
            class.add_attributes(&ATTRIBUTES);
        },
    );
    CLASS.with(|own| {
        let _ = own.set(class);
    });
    ordered_iter::init();
    module.dict.get().set_str(intern("OrderedDict"), class.value());
}
