//! Classes of native modules (and rare built-in ones) that no field of `vm::Types` names: made when
//! first needed.

use crate::heap;
use crate::object::{Field, Gc, KINDS, Kind};
use crate::objects::builtin::new_header;
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::tuple::Tuple;
use crate::slots::Slots;
use crate::vm::{intern, keep, types, vm};
use core::cell::{Cell, RefCell};

/// Attribute slots of instances with a `__dict__`.
const DICT_SLOTS: u16 = 4;

/// Classes of modules that are static types in CPython: their dict has no `__module__`.
const STATIC: [&str; 10] =
    ["OrderedDict", "Context", "ContextVar", "Token", "date", "datetime", "time", "timedelta", "timezone", "tzinfo"];

/// A class of `Native` objects whose base is `object`. `fill` sets its slots and adds its tables.
pub fn new(module: &str, name: &str, flags: u32, fill: impl FnOnce(Gc<Class>)) -> Gc<Class> {
    with_base(module, name, types().object, Kind::Native, flags, fill)
}

/// As `new`, with another base or layout.
pub fn with_base(
    module: &str,
    name: &str,
    base: Gc<Class>,
    kind: Kind,
    flags: u32,
    fill: impl FnOnce(Gc<Class>),
) -> Gc<Class> {
    let class = Class {
        header: new_header(),
        version: Cell::new(0),
        flags: Cell::new(flags),
        root_shape: Cell::new(0),
        dict_shape: Cell::new(0),
        kind: Cell::new(kind),
        finalizable: Cell::new(false),
        attrs_word: Cell::new(0),
        member_slots: Cell::new(0),
        slot_capacity: Cell::new(0),
        name_field: Field::new(intern(name).value()),
        qualname: Field::new(intern(name).value()),
        dict: Field::new(Dict::new()),
        bases: Field::new(Tuple::from_slice(&[base.value()])),
        mro: Field::new(Tuple::empty()),
        base: Field::new(base.value()),
        doc: Cell::new(""),
        slots: Slots::default(),
        subclasses: RefCell::default(),
        strangers: RefCell::default(),
        watchers: Default::default(),
        module_name: Field::new(intern(module).value()),
    };
    let class = heap::alloc(types().type_.root_shape.get(), class);
    keep(class.value());
    let mro = Tuple::from_iter_exact(
        base.mro.get().len() + 1,
        core::iter::once(class.value()).chain(base.mro.get().items().iter().copied()),
    );
    class.mro.set(class, mro);
    if module != "builtins" && !STATIC.contains(&name) {
        class.define("__module__", class.module_name.get());
    }
    if flags & flags::HAS_DICT != 0 {
        class.attrs_word.set((KINDS[kind as usize].size / 8) as u16);
        class.slot_capacity.set(DICT_SLOTS);
        class.dict_shape.set(vm().shapes.new_dict_root(class, 0, DICT_SLOTS));
    }
    class.root_shape.set(vm().shapes.new_root(class, 0, class.slot_capacity.get()));
    base.subclasses.borrow_mut().push(class);
    heap::write_barrier(base.value());
    fill(class);
    crate::objects::class_init::finish_class(class);
    class
}

/// Gives instances `count` words of their own, as `__slots__` members have them: `instance::member`
/// reads word `size of the struct / 8 + 1 + i`. For classes whose base has none, before any
/// instance exists.
pub fn add_members(class: Gc<Class>, count: u16) {
    class.attrs_word.set((KINDS[class.kind.get() as usize].size / 8) as u16);
    class.member_slots.set(count);
    class.slot_capacity.set(class.slot_capacity.get() + count);
    class.root_shape.set(vm().shapes.new_root(class, count, class.slot_capacity.get()));
}
