//! The six iterators of a dict: over keys, values and items, forward and reversed.

use crate::error::{R, runtime_error};
use crate::heap;
use crate::object::{Field, Gc};
use crate::objects::builtin::{NativeFunction, method, new_header};
use crate::objects::class::Class;
use crate::objects::dict::{Dict, DictIter, Part};
use crate::objects::list::List;
use crate::objects::support::{builtin, itself, len_value, tuple};
use crate::slots::NextFn;
use crate::value::{NULL, Value};
use crate::vm::{class_of, types};
use core::cell::Cell;

pub fn new(dict: Gc<Dict>, part: Part) -> Gc<DictIter> {
    let types = types();
    let class = match part {
        Part::Keys => types.dict_keyiterator,
        Part::Values => types.dict_valueiterator,
        Part::Items => types.dict_itemiterator,
    };
    make(class, dict, part, false, 0)
}

pub fn new_reversed(dict: Gc<Dict>, part: Part) -> Gc<DictIter> {
    let types = types();
    let class = match part {
        Part::Keys => types.dict_reversekeyiterator,
        Part::Values => types.dict_reversevalueiterator,
        Part::Items => types.dict_reverseitemiterator,
    };
    make(class, dict, part, true, dict.used.get())
}

fn make(
    class: Gc<Class>,
    dict: Gc<Dict>,
    part: Part,
    reversed: bool,
    position: usize,
) -> Gc<DictIter> {
    let object = DictIter {
        header: new_header(),
        dict: Field::new(dict.value()),
        position: Cell::new(position),
        expected_len: Cell::new(dict.len()),
        remaining: Cell::new(dict.len()),
        part,
        reversed,
    };
    heap::alloc(class.root_shape.get(), object)
}

/// True when iterating the dict is iterating its table: no subclass has its own `__iter__`.
pub fn is_plain(dict: Value) -> bool {
    let own = class_of(dict).slots.iter.get().map(|slot| slot as usize);
    own == types().dict.slots.iter.get().map(|slot| slot as usize)
}

pub fn next(iterator: Value) -> R<Option<Value>> {
    Ok(next_pair(iterator.cast())?.map(|(key, value)| match iterator.cast::<DictIter>().part {
        Part::Keys => key,
        Part::Values => value,
        Part::Items => tuple(&[key, value]),
    }))
}

/// Key and value of the next entry.
pub fn next_pair(it: Gc<DictIter>) -> R<Option<(Value, Value)>> {
    let Some(dict) = it.dict.get().downcast::<Dict>() else { return Ok(None) };
    if it.expected_len.get() != dict.len() {
        // For ever: no length is this one.
        it.expected_len.set(usize::MAX);
        return Err(runtime_error("dictionary changed size during iteration"));
    }
    let found = if it.reversed {
        dict.previous_entry(it.position.get())
    } else {
        dict.next_entry(it.position.get())
    };
    let Some((position, key, value)) = found else {
        it.dict.init(NULL);
        return Ok(None);
    };
    if it.remaining.get() == 0 {
        it.dict.init(NULL);
        return Err(runtime_error("dictionary keys changed during iteration"));
    }
    it.position.set(position);
    it.remaining.set(it.remaining.get() - 1);
    Ok(Some((key, value)))
}

fn length_hint(args: &[Value]) -> R {
    let it = args[0].cast::<DictIter>();
    let len = match it.dict.get().downcast::<Dict>() {
        Some(dict) if dict.len() == it.expected_len.get() => it.remaining.get(),
        _ => 0,
    };
    Ok(len_value(len))
}

/// `iter(list of what is left)`.
fn reduce(args: &[Value]) -> R {
    let it = args[0].cast::<DictIter>();
    let rest = make(class_of(args[0]), Dict::new(), it.part, it.reversed, it.position.get());
    rest.dict.set(rest, it.dict.get());
    rest.expected_len.set(it.expected_len.get());
    rest.remaining.set(it.remaining.get());
    let items = List::new();
    while let Some(item) = next(rest.value())? {
        items.push(item)?;
    }
    Ok(tuple(&[builtin("iter")?, tuple(&[items.value()])]))
}

static METHODS: [NativeFunction; 2] = [
    method(
        "__length_hint__",
        "($self, /)",
        length_hint,
        "Private method returning an estimate of len(list(it)).",
    ),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
];

pub fn init() {
    let types = types();
    for class in [
        types.dict_keyiterator,
        types.dict_valueiterator,
        types.dict_itemiterator,
        types.dict_reversekeyiterator,
        types.dict_reversevalueiterator,
        types.dict_reverseitemiterator,
    ] {
        class.slots.iter.set(Some(itself));
        class.slots.next.set(Some(next as NextFn));
        class.add_methods(&METHODS);
    }
}
