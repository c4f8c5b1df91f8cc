//! odict_iterator, and the views odict_keys, odict_values, odict_items.

use crate::error::{R, runtime_error, type_error};
use crate::object::{Gc, Kind};
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::{Class, flags};
use crate::objects::dict::{Dict, DictView, Part};
use crate::objects::dict_views;
use crate::objects::list::List;
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::support::{builtin, itself, of, tuple};
use crate::slots::UnaryFn;
use crate::traced;
use crate::value::{NULL, Value};
use crate::vm::types;
use core::cell::{Cell, OnceCell};

struct OrderedIter {
    /// NULL when exhausted.
    dict: Cell<Value>,
    position: Cell<usize>,
    /// `keys_version` of the dict: another one means that keys have come, gone or moved.
    version: u32,
    /// An entry was left after the last one handed out. When none was, changes do not matter any
    /// more.
    more: Cell<bool>,
    part: Part,
    reversed: bool,
}
traced!(OrderedIter: dict);

struct Classes {
    iterator: Gc<Class>,
    views: [Gc<Class>; 3],
}

thread_local! { static CLASSES: OnceCell<Classes> = const { OnceCell::new() }; }

fn with_classes<T>(use_classes: impl FnOnce(&Classes) -> T) -> R<T> {
    CLASSES
        .with(|own| own.get().map(use_classes))
        .ok_or_else(|| type_error("_collections is not initialised"))
}

pub fn new(dict: Gc<Dict>, part: Part, reversed: bool) -> R {
    let object = OrderedIter {
        dict: Cell::new(dict.value()),
        position: Cell::new(if reversed { dict.used.get() } else { 0 }),
        version: dict.current_keys_version(),
        more: Cell::new(dict.len() != 0),
        part,
        reversed,
    };
    Ok(Native::new(with_classes(|classes| classes.iterator)?, object).value())
}

pub fn view(dict: Gc<Dict>, part: Part) -> R {
    Ok(dict_views::new_of(with_classes(|classes| classes.views[part as usize])?, dict, part))
}

impl OrderedIter {
    fn entry(&self, dict: Gc<Dict>) -> Option<(usize, Value, Value)> {
        if self.reversed {
            dict.previous_entry(self.position.get())
        } else {
            dict.next_entry(self.position.get())
        }
    }
}

fn next(value: Value) -> R<Option<Value>> {
    let it = of::<OrderedIter>(value)?;
    let Some(dict) = it.dict.get().downcast::<Dict>() else { return Ok(None) };
    let end = || {
        it.dict.set(NULL);
        Ok(None)
    };
    if !it.more.get() {
        return end();
    }
    if dict.keys_version.get() != it.version {
        it.dict.set(NULL);
        return Err(runtime_error("OrderedDict mutated during iteration"));
    }
    let Some((position, key, item)) = it.entry(dict) else { return end() };
    it.position.set(position);
    it.more.set(it.entry(dict).is_some());
    Ok(Some(match it.part {
        Part::Keys => key,
        Part::Values => item,
        Part::Items => tuple(&[key, item]),
    }))
}

/// `iter(list of what is left)`.
fn reduce(args: &[Value]) -> R {
    let it = of::<OrderedIter>(args[0])?;
    let rest = List::new();
    if let Some(dict) = it.dict.get().downcast::<Dict>()
        && it.more.get()
    {
        let position = it.position.get();
        while let Some((position, key, item)) = it.entry(dict) {
            it.position.set(position);
            rest.push(match it.part {
                Part::Keys => key,
                Part::Values => item,
                Part::Items => tuple(&[key, item]),
            })?;
        }
        it.position.set(position);
    }
    Ok(tuple(&[builtin("iter")?, tuple(&[rest.value()])]))
}

static METHODS: [NativeFunction; 1] =
    [method("__reduce__", "($self, /)", reduce, "Return state information for pickling")];

// -- views ---------------------------------------------------------------------------------

fn view_iter(value: Value) -> R {
    let view = value.cast::<DictView>();
    new(view.dict.get(), view.part, false)
}

fn view_reversed(args: &[Value]) -> R {
    let view = args[0].cast::<DictView>();
    new(view.dict.get(), view.part, true)
}

static VIEW_METHODS: [NativeFunction; 1] =
    [method("__reversed__", "($self, /)", view_reversed, "")];

pub fn init() {
    let iterator =
        native_class::new("builtins", "odict_iterator", flags::DISALLOW_INSTANTIATION, |class| {
            class.slots.iter.set(Some(itself));
            class.slots.next.set(Some(next));
            class.add_methods(&METHODS);
        });
    let make = |name: &str, base: Gc<Class>| {
        native_class::with_base(
            "builtins",
            name,
            base,
            Kind::DictView,
            flags::DISALLOW_INSTANTIATION,
            |class| {
                class.slots.iter.set(Some(view_iter as UnaryFn));
                class.add_methods(&VIEW_METHODS);
            },
        )
    };
    let types = types();
    let views = [
        make("odict_keys", types.dict_keys),
        make("odict_values", types.dict_values),
        make("odict_items", types.dict_items),
    ];
    CLASSES.with(|own| {
        let _ = own.set(Classes { iterator, views });
    });
}
