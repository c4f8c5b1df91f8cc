//! `type.__new__`: metaclass, bases, layout, `__slots__`, slots, `__set_name__`, `__init_subclass__`. Not here: attributes of classes
//! (`class_attr.rs`), native classes (`class_init.rs`).

use crate::args::Args;
use crate::error::{R, Raised, type_error, value_error};
use crate::object::{Field, Gc, KINDS, Kind};
use crate::objects::builtin::{Access, GetSet, NativeAttribute, getset, new_header};
use crate::objects::cell::CellObject;
use crate::objects::class::{Class, c3, flags};
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::instance;
use crate::objects::list::List;
use crate::objects::method::{ClassMethod, StaticMethod};
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::slots::Slots;
use crate::value::{NONE, NULL, Value};
use crate::vm::{class_of, intern, names, type_name, types, vm};
use core::cell::{Cell, RefCell};

/// Most attribute slots that an instance gets; what is beyond goes to its dict.
const MAX_SLOTS: usize = 30;
const MIN_SLOTS: usize = 4;

/// The metaclass that all of `bases` agree on.
pub fn calculate_metaclass(metaclass: Gc<Class>, bases: Gc<Tuple>) -> R<Gc<Class>> {
    let mut winner = metaclass;
    for &base in bases.items() {
        let own = class_of(base);
        if winner.is_subclass(own) {
            continue;
        }
        if !own.is_subclass(winner) {
            return Err(type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
            ));
        }
        winner = own;
    }
    Ok(winner)
}

/// `type.__new__(metaclass, name, bases, namespace, **keywords)`.
pub fn type_new(metaclass: Gc<Class>, args: Args<'_>) -> R {
    let pos = args.pos();
    if pos.len() != 3 {
        return Err(type_error(format!("type.__new__() takes exactly 3 arguments ({} given)", pos.len())));
    }
    let wrong = |n: usize, what: &str| type_error(format!("type.__new__() argument {n} must be {what}, not {}", type_name(pos[n - 1])));
    let name = pos[0].downcast::<Str>().ok_or_else(|| wrong(1, "str"))?;
    let bases = pos[1].downcast::<Tuple>().ok_or_else(|| wrong(2, "tuple"))?;
    let namespace = pos[2].downcast::<Dict>().ok_or_else(|| wrong(3, "dict"))?;
    for &base in bases.items() {
        if !base.is::<Class>() && crate::ops::getattr_opt(base, names().__mro_entries__)?.is_some() {
            return Err(type_error("type() doesn't support MRO entry resolution; use types.new_class()"));
        }
    }
    let winner = calculate_metaclass(metaclass, bases)?;
    if winner != metaclass
        && let Some(new) = winner.slots.new.get()
        && new as usize != type_new as *const () as usize
    {
        return new(winner, args);
    }
    let bases = if bases.len() == 0 { Tuple::from_slice(&[types().object.value()]) } else { bases };
    let base = best_base(bases)?;
    let class = build(winner, name, bases, base, namespace)?;
    finish(class, namespace)?;
    set_names(class)?;
    init_subclass(class, args)?;
    Ok(class.value())
}

// -- layout ----------------------------------------------------------------------------

/// The native class that decides the layout of the class's instances.
pub fn solid_native(class: Gc<Class>) -> Gc<Class> {
    let mut at = class;
    while let Some(base) = at.base_class() {
        if !at.has_flag(flags::HEAP)
            && (at.kind.get() != base.kind.get() || at.kind.get() == Kind::Native || at.has_flag(flags::SOLID))
        {
            return at;
        }
        at = base;
    }
    at
}
/// The class along the bases that last added to the layout: native fields or `__slots__` members.
fn solid_base(class: Gc<Class>) -> Gc<Class> {
    let mut at = class;
    while let Some(base) = at.base_class() {
        if at == solid_native(at) || at.member_slots.get() != base.member_slots.get() {
            return at;
        }
        at = base;
    }
    at
}
/// Names of the `__slots__` members in order of their words.
pub fn member_names(class: Gc<Class>) -> Vec<(u16, String)> {
    let mut members = Vec::new();
    for class in class.mro_classes().filter(|class| class.has_flag(flags::HEAP)) {
        for entry in class.dict.get().entries() {
            if let Some(descriptor) = entry.value.downcast::<GetSet>()
                && let Access::Slot(word) = descriptor.access
                && entry.key != crate::value::MISSING
            {
                members.push((word, descriptor.name.get().downcast::<Str>().map_or_else(String::new, |name| name.to_string_lossy())));
            }
        }
    }
    members.sort();
    members
}

/// The base whose layout contains that of all others.
pub fn best_base(bases: Gc<Tuple>) -> R<Gc<Class>> {
    let (mut winner, mut best): (Option<Gc<Class>>, Option<Gc<Class>>) = (None, None);
    for &base in bases.items() {
        let Some(base) = base.downcast::<Class>() else { return Err(type_error("bases must be types")) };
        if !base.has_flag(flags::BASETYPE) {
            return Err(type_error(format!("type '{}' is not an acceptable base type", base.name())));
        }
        let candidate = solid_base(base);
        match winner {
            None => (winner, best) = (Some(candidate), Some(base)),
            Some(current) if current.is_subclass(candidate) => {}
            Some(current) if candidate.is_subclass(current) => (winner, best) = (Some(candidate), Some(base)),
            Some(_) => return Err(type_error("multiple bases have instance lay-out conflict")),
        }
    }
    best.ok_or_else(|| type_error("bases must be types"))
}

/// CPython's variable-sized layouts, which take no `__slots__` and no weak references.
fn is_variable_sized(class: Gc<Class>) -> bool {
    matches!(class.kind.get(), Kind::Int | Kind::Tuple | Kind::Bytes) || class.kind.get() == Kind::Class
}

// -- __slots__ -------------------------------------------------------------------------

struct Layout {
    members: Vec<Gc<Str>>,
    add_dict: bool,
    add_weakref: bool,
}

fn plan_layout(name: Gc<Str>, bases: Gc<Tuple>, base: Gc<Class>, namespace: Gc<Dict>) -> R<Layout> {
    // The `__dict__` of a class is that of `type`.
    let may_add_dict = !base.has_flag(flags::HAS_DICT) && base.kind.get() != Kind::Class;
    let may_add_weakref = !base.has_flag(flags::HAS_WEAKREF) && !matches!(base.kind.get(), Kind::Int | Kind::Tuple | Kind::Bytes);
    let mut layout = Layout { members: Vec::new(), add_dict: may_add_dict, add_weakref: may_add_weakref };
    let Some(slots) = namespace.get_str(names().__slots__) else { return Ok(layout) };
    (layout.add_dict, layout.add_weakref) = (false, false);
    let slots = if slots.is::<Str>() { List::from_slice(&[slots])? } else { crate::ops::collect(slots)? };
    if slots.len() > 0 && is_variable_sized(base) {
        return Err(type_error(format!("nonempty __slots__ not supported for subtype of '{}'", base.name())));
    }
    for &slot in slots.items() {
        let Some(slot) = slot.downcast::<Str>() else {
            return Err(type_error(format!("__slots__ items must be strings, not '{}'", type_name(slot))));
        };
        if !is_identifier(&slot.to_string_lossy()) {
            return Err(type_error("__slots__ must be identifiers"));
        }
        if slot == names().__dict__ || slot.eq_str("__dict__") {
            if !may_add_dict || layout.add_dict {
                return Err(type_error("__dict__ slot disallowed: we already got one"));
            }
            layout.add_dict = true;
        } else if slot.eq_str("__weakref__") {
            if !may_add_weakref || layout.add_weakref {
                return Err(type_error("__weakref__ slot disallowed: we already got one"));
            }
            layout.add_weakref = true;
        } else {
            let mangled = mangle(&name.to_string_lossy(), &slot.to_string_lossy());
            let allowed = matches!(&*mangled, "__qualname__" | "__classcell__" | "__classdictcell__");
            if !allowed && namespace.get_text(&mangled).is_some() {
                return Err(value_error(format!("{} in __slots__ conflicts with class variable", crate::ops::repr_string(slot.value())?)));
            }
            layout.members.push(intern(&mangled));
        }
    }
    layout.members.sort_by_key(|name| name.to_string_lossy());
    layout.members.dedup();
    // A secondary base may have what the first lacks.
    for base in bases.items().iter().filter_map(|base| base.downcast::<Class>()) {
        layout.add_dict |= may_add_dict && base.has_flag(flags::HAS_DICT);
        layout.add_weakref |= may_add_weakref && base.has_flag(flags::HAS_WEAKREF);
    }
    Ok(layout)
}
fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic()) && chars.all(|c| c == '_' || c.is_alphanumeric())
}
/// `__name` inside `class C` is `_C__name`.
pub fn mangle(class: &str, name: &str) -> String {
    let class = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || class.is_empty() {
        return name.to_string();
    }
    format!("_{class}{name}")
}

// -- building --------------------------------------------------------------------------

fn build(metaclass: Gc<Class>, name: Gc<Str>, bases: Gc<Tuple>, base: Gc<Class>, namespace: Gc<Dict>) -> R<Gc<Class>> {
    let layout = plan_layout(name, bases, base, namespace)?;
    if name.iter().any(|c| c == 0) {
        return Err(value_error("type name must not contain null characters"));
    }
    if let Some(doc) = namespace.get_str(names().__doc__).and_then(|doc| doc.downcast::<Str>())
        && !doc.is_ascii()
    {
        // CPython keeps the text of a class as UTF-8: surrogates are an error.
        crate::codecs::encode(doc, "utf-8", NULL)?;
    }
    let dict = Dict::new();
    let mut at = 0;
    while let Some((next, key, value)) = namespace.next_entry(at) {
        dict.set(key, value)?;
        at = next;
    }
    let qualname = match dict.get_str(names().__qualname__) {
        None => name.value(),
        Some(text) if text.is::<Str>() => {
            dict.remove_str(names().__qualname__);
            text
        }
        Some(other) => return Err(type_error(format!("type __qualname__ must be a str, not {}", type_name(other)))),
    };
    let inherited = base.flags.get() & (flags::HAS_DICT | flags::HAS_WEAKREF | flags::SEQUENCE | flags::MAPPING | flags::MATCH_SELF);
    let collection = bases.items().iter().filter_map(|base| base.downcast::<Class>()).find_map(|base| {
        let both = base.flags.get() & (flags::SEQUENCE | flags::MAPPING);
        (both != 0).then_some(both)
    });
    let mut class_flags = flags::HEAP | flags::BASETYPE | inherited & !(flags::SEQUENCE | flags::MAPPING) | collection.unwrap_or(0);
    if layout.add_dict {
        class_flags |= flags::HAS_DICT;
    }
    if layout.add_weakref {
        class_flags |= flags::HAS_WEAKREF;
    }
    let object = Class {
        header: new_header(),
        version: Cell::new(0),
        flags: Cell::new(class_flags),
        root_shape: Cell::new(0),
        dict_shape: Cell::new(0),
        kind: Cell::new(base.kind.get()),
        finalizable: Cell::new(false),
        attrs_word: Cell::new(0),
        member_slots: Cell::new(base.member_slots.get()),
        slot_capacity: Cell::new(0),
        name_field: Field::new(name.value()),
        qualname: Field::new(qualname),
        dict: Field::new(dict),
        bases: Field::new(bases),
        mro: Field::new(Tuple::empty()),
        base: Field::new(base.value()),
        doc: Cell::new(""),
        slots: Slots::default(),
        subclasses: RefCell::default(),
        strangers: RefCell::default(),
        watchers: Default::default(),
        module_name: Field::new(NULL),
    };
    let class = crate::heap::alloc_instance(metaclass, object);
    lay_out(class, base, &layout, namespace);
    Ok(class)
}

/// Words of the instances: dict word, inherited members, own members, then the attributes that a shape names.
fn lay_out(class: Gc<Class>, base: Gc<Class>, layout: &Layout, namespace: Gc<Dict>) {
    let first_member = base.member_slots.get();
    let members = first_member as usize + layout.members.len();
    let has_dict = class.has_flag(flags::HAS_DICT);
    let in_words = has_dict && class.kind.get() != Kind::Module;
    if members == 0 && !in_words {
        class.root_shape.set(vm().shapes.new_root(class, 0, 0));
        return;
    }
    let word = KINDS[class.kind.get() as usize].size / 8;
    class.attrs_word.set(word as u16);
    class.member_slots.set(members as u16);
    let capacity = members + if in_words { expected_attributes(base, namespace) } else { 0 };
    class.slot_capacity.set(capacity as u16);
    class.root_shape.set(vm().shapes.new_root(class, members as u16, capacity as u16));
    if in_words {
        class.dict_shape.set(vm().shapes.new_dict_root(class, members as u16, capacity as u16));
    }
    for (i, &name) in layout.members.iter().enumerate() {
        let slot = word + 1 + first_member as usize + i;
        let descriptor = GetSet::new(class, name, Access::Slot(slot as u16));
        class.dict.get().set_str(name, descriptor.value());
    }
}
/// Names that the class body annotates: a decorator may make attributes of them, as dataclasses do.
fn annotated(namespace: Gc<Dict>) -> usize {
    if let Some(annotations) = namespace.get_str(names().__annotations__).and_then(|found| found.downcast::<Dict>()) {
        return annotations.len();
    }
    // The function that computes them has each name among its constants.
    let function = namespace.get_str(intern("__annotate_func__")).and_then(|found| found.downcast::<Function>());
    let code = function.map(|function| function.code.get()).filter(|code| code.decode().is_ok());
    let constants = code.and_then(|code| code.const_tuple.get().downcast::<Tuple>());
    constants.map_or(0, |constants| constants.items().iter().filter(|constant| constant.is::<Str>()).count())
}

/// Slots for what the class's and its bases' methods assign to `self`, or for what is annotated, and two more.
fn expected_attributes(base: Gc<Class>, namespace: Gc<Dict>) -> usize {
    let own = namespace.get_str(names().__static_attributes__).and_then(|names| names.downcast::<Tuple>()).map_or(0, |names| names.len());
    let own = own.max(annotated(namespace));
    let inherited = (base.slot_capacity.get() - base.member_slots.get()) as usize;
    let inherited = if base.has_flag(flags::HEAP) { inherited.saturating_sub(2) } else { 0 };
    (own + inherited + 2).clamp(MIN_SLOTS, MAX_SLOTS)
}

static DICT_ATTRIBUTE: NativeAttribute =
    getset("__dict__", get_instance_dict, Some(set_instance_dict), "dictionary for instance variables");
static WEAKREF_ATTRIBUTE: NativeAttribute =
    getset("__weakref__", crate::objects::weakref::first_ref, None, "list of weak references to the object");

fn get_instance_dict(value: Value) -> R {
    // The native base with a dict answers, although the descriptor is that of another base.
    if let Some(class) = value.downcast::<Class>() {
        return Ok(crate::objects::mappingproxy::new(class.dict.get().value()).value());
    }
    if !instance::has_dict(value) {
        return Err(crate::ops::no_attribute(value, names().__dict__));
    }
    Ok(instance::dict(value).value())
}
fn set_instance_dict(value: Value, to: Option<Value>) -> R<()> {
    if value.is::<Class>() {
        return Err(crate::error::attribute_error("attribute '__dict__' of 'type' objects is not writable"));
    }
    if value.is::<crate::objects::module::Module>() {
        return Err(crate::error::attribute_error("readonly attribute"));
    }
    if !instance::has_dict(value) {
        return Err(crate::ops::no_attribute(value, names().__dict__));
    }
    match to {
        None => instance::set_dict(value, Dict::new()),
        Some(to) => match to.downcast::<Dict>() {
            Some(dict) => instance::set_dict(value, dict),
            None => return Err(type_error(format!("__dict__ must be set to a dictionary, not a '{}'", type_name(to)))),
        },
    }
    Ok(())
}
/// The `__dict__` attribute, for native classes that have one.
pub fn add_dict_attribute(class: Gc<Class>) {
    let descriptor = GetSet::new(class, names().__dict__, Access::Native(&DICT_ATTRIBUTE));
    class.dict.get().set_str(names().__dict__, descriptor.value());
}

/// All that follows the layout: special names of the namespace, MRO, slots.
fn finish(class: Gc<Class>, namespace: Gc<Dict>) -> R<()> {
    let n = names();
    let dict = class.dict.get();
    if dict.get_str(n.__module__).is_none()
        && let Some(module) = crate::builtins::current_globals().and_then(|globals| globals.get_str(n.__name__))
    {
        dict.set_str(n.__module__, module);
    }
    let is_function = |value: &Value| value.is::<Function>();
    if let Some(new) = dict.get_str(n.__new__).filter(is_function) {
        dict.set_str(n.__new__, StaticMethod::new(new).value());
    }
    for name in [n.__init_subclass__, n.__class_getitem__] {
        if let Some(function) = dict.get_str(name).filter(is_function) {
            dict.set_str(name, ClassMethod::new(function).value());
        }
    }
    let base = class.base_class();
    let adds = |flag: u32| class.has_flag(flag) && !base.is_some_and(|base| base.has_flag(flag));
    if adds(flags::HAS_DICT) {
        add_dict_attribute(class);
    }
    if adds(flags::HAS_WEAKREF) {
        let name = n.__weakref__;
        dict.set_str(name, GetSet::new(class, name, Access::Native(&WEAKREF_ATTRIBUTE)).value());
    }
    if dict.get_str(n.__doc__).is_none() {
        dict.set_str(n.__doc__, NONE);
    }
    if let Some(cell) = dict.get_str(n.__classcell__) {
        let Some(cell) = cell.downcast::<CellObject>() else {
            return Err(type_error(format!("__classcell__ must be a nonlocal cell, not {}", crate::ops::repr_string(class_of(cell).value())?)));
        };
        cell.value.set(cell, class.value());
        dict.remove_str(n.__classcell__);
    }
    if let Some(cell) = dict.get_str(n.__classdictcell__) {
        let Some(cell) = cell.downcast::<CellObject>() else {
            return Err(type_error(format!("__classdictcell__ must be a nonlocal cell, not {}", crate::ops::repr_string(class_of(cell).value())?)));
        };
        cell.value.set(cell, dict.value());
        dict.remove_str(n.__classdictcell__);
    }
    let _ = namespace;
    compute_mro(class)?;
    for &base in class.bases.get().items() {
        if let Some(base) = base.downcast::<Class>() {
            base.subclasses.borrow_mut().push(class);
        }
    }
    if dict.get_str(n.__eq__).is_some() && dict.get_str(n.__hash__).is_none() {
        dict.set_str(n.__hash__, NONE);
    }
    crate::slotdefs::update_all(&class);
    Ok(())
}

/// Computes the MRO, by the metaclass's `mro()` where it has one of its own.
pub fn compute_mro(class: Gc<Class>) -> R<()> {
    let metaclass = class_of(class.value());
    let own = metaclass.lookup(names().mro);
    if own == types().type_.lookup(names().mro) {
        let order = default_mro(class)?;
        class.mro.set(class, order);
        class.modified();
        return Ok(());
    }
    // `mro()` may ask the class for attributes: it needs some order already.
    class.mro.set(class, default_mro(class).unwrap_or_else(|_| Tuple::from_slice(&[class.value()])));
    let answer = crate::ops::call_special(class.value(), names().mro, &[])?.unwrap_or(NONE);
    let order = crate::ops::collect(answer)?;
    let solid = solid_base(class);
    for &item in order.items() {
        let Some(item) = item.downcast::<Class>() else {
            return Err(type_error(format!("mro() returned a non-class ('{}')", type_name(item))));
        };
        if !solid.is_subclass(solid_base(item)) {
            return Err(type_error(format!("mro() returned base with unsuitable layout ('{}')", item.name())));
        }
    }
    class.mro.set(class, Tuple::from_slice(order.items()));
    for base in class.mro_classes().filter(|base| *base != class) {
        base.add_stranger(class);
    }
    class.modified();
    Ok(())
}
pub fn default_mro(class: Gc<Class>) -> R<Gc<Tuple>> {
    let bases: Vec<Gc<Class>> = class.bases.get().items().iter().filter_map(|base| base.downcast::<Class>()).collect();
    for (i, base) in bases.iter().enumerate() {
        if bases[..i].contains(base) {
            return Err(type_error(format!("duplicate base class {}", base.name())));
        }
    }
    let order: Vec<Value> = c3(class, &bases)?.into_iter().map(Gc::value).collect();
    Ok(Tuple::from_slice(&order))
}

/// `__set_name__` of what stands in the class.
fn set_names(class: Gc<Class>) -> R<()> {
    let entries = List::new();
    for entry in class.dict.get().entries() {
        if entry.key != crate::value::MISSING && class_of(entry.value).lookup(names().__set_name__).is_some() {
            entries.push(entry.key)?;
            entries.push(entry.value)?;
        }
    }
    for i in 0..entries.len() / 2 {
        let (Some(key), Some(value)) = (entries.get(2 * i), entries.get(2 * i + 1)) else { break };
        if let Err(raised) = crate::ops::call_special(value, names().__set_name__, &[class.value(), key]) {
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                type_name(value),
                crate::ops::repr_string(key)?,
                class.name()
            );
            crate::objects::exception_types::add_note(raised, str::new(&note))?;
            return Err(raised);
        }
    }
    Ok(())
}

/// `super(class, class).__init_subclass__(**keywords)`.
fn init_subclass(class: Gc<Class>, args: Args<'_>) -> R<()> {
    let parent = crate::objects::super_::lookup(class, class.value(), class, names().__init_subclass__)?;
    let Some(function) = parent else {
        return Err(Raised::with_args(types().attribute_error, &[names().__init_subclass__.value()]));
    };
    crate::ops::call(function, Args::new(&args.all()[3..], args.names()))?;
    Ok(())
}
