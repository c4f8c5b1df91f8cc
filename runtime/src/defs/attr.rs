//! Helpers of `opcodes/attr.def`: attributes, and what the specializer asks about them.

use super::attr_cache::{self, Place};
use super::{ok_or_raise, or_raise};
use crate::error::R;
use crate::object::Gc;
use crate::objects::class::{Class, flags};
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::builtin::{Access, GetSet, MethodDescriptor};
use crate::objects::instance::Instance;
use crate::objects::module::Module;
use crate::objects::property::Property;
use crate::objects::str::Str;
use crate::objects::super_;
use crate::ops;
use crate::value::{NULL, Value};
use crate::vm::{class_of, types, vm};

pub extern "C" fn load_attr(owner: Value, name: Value) -> Value {
    match attr_cache::place(owner, name.cast::<Str>()) {
        Place::Word(word) if let Some(found) = at_word(owner, word) => found,
        Place::Class(found) => found,
        _ => or_raise(ops::getattr(owner, name.cast::<Str>())),
    }
}
#[inline]
fn at_word(owner: Value, word: u32) -> Option<Value> {
    let words = (owner.0 as usize + core::mem::offset_of!(Instance, words)) as *const Value;
    // SAFETY: the cache says so of the owner's shape: an object of whatever layout with attribute words, of which this is one.
    unsafe { *words.add(word as usize) }.option()
}

/// Fills two slots: a function and its self, or a callable and NULL.
pub extern "C" fn load_method(owner: Value, name: Value, slots: *mut Value) -> bool {
    let result = match attr_cache::place(owner, name.cast::<Str>()) {
        Place::Method(method) => Ok((method, owner)),
        Place::Word(word) if let Some(found) = at_word(owner, word) => Ok((found, NULL)),
        Place::Class(found) => Ok((found, NULL)),
        _ => find_method(owner, name.cast::<Str>()),
    };
    let result = result.map(|(callable, this)| {
        // SAFETY: the handler passes two slots.
        unsafe {
            *slots = callable;
            *slots.add(1) = this;
        }
    });
    ok_or_raise(result)
}

fn find_method(owner: Value, name: Gc<Str>) -> R<(Value, Value)> {
    let class = class_of(owner);
    if class.has_flag(flags::GENERIC_GETATTR)
        && let Some(found) = class.lookup(name)
        && (found.is::<Function>() || is_method_descriptor(found))
        && (!owner.is_object() || crate::objects::instance::get(owner, name).is_none())
    {
        return Ok((found, owner));
    }
    Ok((ops::getattr(owner, name)?, NULL))
}

/// A descriptor that binds its first argument and nothing else: method_descriptor and wrapper_descriptor.
fn is_method_descriptor(value: Value) -> bool {
    value.is::<MethodDescriptor>() && class_of(value) != types().classmethod_descriptor
}

pub extern "C" fn store_attr(owner: Value, name: Value, v: Value) -> bool {
    ok_or_raise(ops::setattr(owner, name.cast::<Str>(), v))
}
pub extern "C" fn delete_attr(owner: Value, name: Value) -> bool {
    ok_or_raise(ops::delattr(owner, name.cast::<Str>()))
}

/// `form`: bit 0 the two-slot form of a method, bit 1 set when `super` was called with two arguments (and may be anything).
pub extern "C" fn load_super_attr(global_super: Value, class: Value, this: Value, name: Value, slots: *mut Value, form: u32) -> bool {
    let result = super_attr(global_super, class, this, name.cast::<Str>(), form).map(|(found, receiver)| {
        // SAFETY: the handler passes one slot, or two when bit 0 is set.
        unsafe {
            *slots = found;
            if form & 1 != 0 {
                *slots.add(1) = receiver;
            }
        }
    });
    ok_or_raise(result)
}
/// The attribute and, for a function in the two-slot form, the object to pass first.
fn super_attr(global_super: Value, class: Value, this: Value, name: Gc<Str>, form: u32) -> R<(Value, Value)> {
    if global_super == types().super_.value() {
        return super_::load(class, this, name, form & 1 != 0);
    }
    let arguments: &[Value] = if form & 2 != 0 { &[class, this] } else { &[] };
    Ok((ops::getattr(ops::call_positional(global_super, arguments)?, name)?, NULL))
}

// -- asked by the specializer ------------------------------------------------------

#[inline(always)]
pub fn class_of_value(v: Value) -> Value {
    class_of(v).value()
}
pub fn the_super(v: Value) -> Option<Value> {
    (v == types().super_.value()).then_some(v)
}
pub fn the_class(v: Value) -> Option<Value> {
    v.is::<Class>().then_some(v)
}
/// What stands behind `class` in the MRO of the object's class. Not for objects that are classes: there super() means class methods.
fn behind(class: Value, this: Value, name: Value) -> Option<Value> {
    let (class, own, name) = (class.downcast::<Class>()?, class_of(this), name.cast::<Str>());
    if this.is::<Class>() || !own.is_subclass(class) || name == crate::vm::names().__class__ {
        return None;
    }
    super_::lookup_unbound(class, own, name)
}
pub fn super_method(class: Value, this: Value, name: Value) -> Option<Value> {
    behind(class, this, name).filter(|found| found.is::<Function>())
}
pub fn super_value(class: Value, this: Value, name: Value) -> Option<Value> {
    behind(class, this, name).filter(|found| class_of(*found).slots.descr_get.get().is_none())
}
pub fn shape_of(v: Value) -> Option<u32> {
    v.is_object().then(|| v.header().shape.get())
}

/// The object's class takes no part in attribute loads by code, and has no data descriptor of that name.
fn plain_class(owner: Value, name: Gc<Str>) -> Option<Gc<Class>> {
    if !owner.is_object() {
        return None;
    }
    let class = class_of(owner);
    if !class.has_flag(flags::GENERIC_GETATTR) || owner.is::<Class>() || owner.is::<Module>() {
        return None;
    }
    match class.lookup(name) {
        Some(found) if class_of(found).slots.descr_set.get().is_some() => None,
        _ => Some(class),
    }
}

/// The word of an attribute that the shape places.
pub fn instance_word(owner: Value, name: Value) -> Option<u32> {
    let name = name.cast::<Str>();
    let class = plain_class(owner, name)?;
    let id = owner.header().shape.get();
    if class.attrs_word.get() == 0 || vm().shapes.get(id).is_dict {
        return None;
    }
    let slot = vm().shapes.slot(id, name)?;
    Some(words_index(class.attrs_word.get() + 1 + slot))
}
/// `Instance.words` begins after the header.
fn words_index(word: u16) -> u32 {
    word as u32 - 1
}

/// The word of a `__slots__` member.
pub fn member_word(owner: Value, name: Value) -> Option<u32> {
    if !owner.is_object() {
        return None;
    }
    let class = class_of(owner);
    if !class.has_flag(flags::GENERIC_GETATTR) {
        return None;
    }
    let member = class.lookup(name.cast::<Str>())?.downcast::<GetSet>()?;
    match member.access {
        // A member that stands in a class without that slot is an error at each use.
        Access::Slot(word) if class.is_subclass(member.owner) => Some(words_index(word)),
        _ => None,
    }
}
/// The dict word of an instance in dict mode.
pub fn dict_word(owner: Value) -> Option<u32> {
    if !owner.is_object() {
        return None;
    }
    let class = class_of(owner);
    let is_dict = vm().shapes.get(owner.header().shape.get()).is_dict;
    (is_dict && class.attrs_word.get() != 0).then(|| words_index(class.attrs_word.get()))
}
/// The entry of the instance's dict that has the name.
pub fn dict_hint(owner: Value, name: Value) -> Option<u32> {
    let name = name.cast::<Str>();
    plain_class(owner, name)?;
    dict_word(owner)?;
    let dict = crate::objects::instance::dict(owner);
    let at = dict.find_str(name)?;
    (dict.entries()[at].key == name.value()).then_some(at as u32)
}
/// A function or method descriptor on the class, which the instance does not shadow.
pub fn class_method(owner: Value, name: Value) -> Option<Value> {
    let name = name.cast::<Str>();
    let class = plain_class(owner, name)?;
    let found = class.lookup(name)?;
    (!may_shadow(owner, name) && (found.is::<Function>() || is_method_descriptor(found))).then_some(found)
}
/// A class attribute that is no descriptor, which the instance does not shadow.
pub fn class_value(owner: Value, name: Value) -> Option<Value> {
    let name = name.cast::<Str>();
    let class = plain_class(owner, name)?;
    let found = class.lookup(name)?;
    (!may_shadow(owner, name) && class_of(found).slots.descr_get.get().is_none()).then_some(found)
}
/// An object of the same shape could have the attribute itself: only in dict mode does the shape not tell.
fn may_shadow(owner: Value, name: Gc<Str>) -> bool {
    let id = owner.header().shape.get();
    let class = class_of(owner);
    if class.attrs_word.get() == 0 {
        // A native object without attribute words; its own `__dict__`, if it has one (functions), is looked up by its getattr slot.
        return crate::objects::instance::has_native_dict(owner);
    }
    vm().shapes.get(id).is_dict || vm().shapes.slot(id, name).is_some()
}
pub fn property_getter(owner: Value, name: Value) -> Option<Value> {
    let name = name.cast::<Str>();
    if !owner.is_object() {
        return None;
    }
    let class = class_of(owner);
    if !class.has_flag(flags::GENERIC_GETATTR) {
        return None;
    }
    let found = class.lookup(name)?;
    if class_of(found) != types().property {
        return None;
    }
    let getter = found.downcast::<Property>()?.get.get();
    let function = getter.downcast::<Function>()?;
    let code = function.code.get();
    super::is_exact(code, 1).then_some(getter)
}
pub fn property_version(owner: Value, name: Value) -> Option<u32> {
    property_getter(owner, name).map(|getter| getter.cast::<Function>().current_version())
}
pub fn only_class(owner: Value) -> Option<Value> {
    let class = owner.downcast::<Class>()?;
    // A metaclass may look attributes up in a way of its own.
    let plain = class_of(owner).slots.getattr.get().map(|f| f as usize) == types().type_.slots.getattr.get().map(|f| f as usize);
    (plain && class.version.get() != u32::MAX).then_some(owner)
}
/// The class whose change may come between: the metaclass of a class, when that is one that changes.
pub extern "C" fn metaclass_or_self(owner: Value) -> Value {
    let metaclass = class_of(owner);
    if metaclass == types().type_ { owner } else { metaclass.value() }
}
pub fn attribute_of_class(owner: Value, name: Value) -> Option<Value> {
    let name = name.cast::<Str>();
    let class = owner.downcast::<Class>()?;
    if class_of(owner).lookup(name).is_some() {
        return None;
    }
    let found = class.lookup(name)?;
    if found.is::<Function>() {
        return Some(found);
    }
    class_of(found).slots.descr_get.get().is_none().then_some(found)
}
pub fn module_dict(owner: Value) -> Option<Gc<Dict>> {
    if class_of(owner) != types().module {
        return None;
    }
    Some(owner.downcast::<Module>()?.dict.get())
}
pub fn module_version(owner: Value) -> Option<u32> {
    module_dict(owner).map(|dict| dict.current_keys_version())
}
pub fn module_entry(owner: Value, name: Value) -> Option<u32> {
    let dict = module_dict(owner)?;
    match types().module.lookup(name.cast::<Str>()) {
        Some(found) if class_of(found).slots.descr_set.get().is_some() => None,
        _ => global_entry(dict, name),
    }
}
/// None: a namespace of a subclass of dict is asked as a mapping.
pub fn keys_version(dict: Gc<Dict>) -> Option<u32> {
    (class_of(dict.value()) == types().dict).then(|| dict.current_keys_version())
}
pub fn global_entry(dict: Gc<Dict>, name: Value) -> Option<u32> {
    keys_version(dict)?;
    dict.find_str(name.cast::<Str>()).map(|at| at as u32)
}
/// The version of the keys, when `name` is not among them.
pub fn lacks_key(dict: Gc<Dict>, name: Value) -> Option<u32> {
    match dict.find_str(name.cast::<Str>()) {
        Some(_) => None,
        None => keys_version(dict),
    }
}

/// Attribute stores go by the generic rules, and the class has no data descriptor of that name.
fn plain_store(owner: Value, name: Gc<Str>) -> Option<Gc<Class>> {
    if !owner.is_object() {
        return None;
    }
    let class = class_of(owner);
    if !class.has_flag(flags::GENERIC_SETATTR) || !class.has_flag(flags::HAS_DICT) || owner.is::<Class>() || owner.is::<Module>() {
        return None;
    }
    match class.lookup(name) {
        Some(found) if class_of(found).slots.descr_set.get().is_some() => None,
        _ => Some(class),
    }
}
pub fn stored_word(owner: Value, name: Value) -> Option<u32> {
    let name = name.cast::<Str>();
    let class = plain_store(owner, name)?;
    let id = owner.header().shape.get();
    if vm().shapes.get(id).is_dict {
        return None;
    }
    let slot = vm().shapes.slot(id, name)?;
    Some(words_index(class.attrs_word.get() + 1 + slot))
}
/// Where a new attribute will lie.
pub fn added_word(owner: Value, name: Value) -> Option<u32> {
    let name = name.cast::<Str>();
    let class = plain_store(owner, name)?;
    let id = owner.header().shape.get();
    if vm().shapes.get(id).is_dict || vm().shapes.slot(id, name).is_some() {
        return None;
    }
    let next = vm().shapes.with(id, name)?;
    Some(words_index(class.attrs_word.get() + vm().shapes.get(next).count))
}
pub fn shape_with(owner: Value, name: Value) -> Option<u32> {
    vm().shapes.with(owner.header().shape.get(), name.cast::<Str>())
}
pub fn member_word_to_store(owner: Value, name: Value) -> Option<u32> {
    class_of(owner).has_flag(flags::GENERIC_SETATTR).then(|| member_word(owner, name)).flatten()
}
pub fn dict_hint_to_store(owner: Value, name: Value) -> Option<u32> {
    plain_store(owner, name.cast::<Str>())?;
    dict_hint(owner, name)
}

/// Registers a specialized site with the class that it leans on. `offset` is that of the instruction.
pub fn watch(watched: Value, code: Gc<Code>, offset: u32) {
    if let Some(class) = watched.downcast::<Class>() {
        class.watch(code, offset);
    }
}

/// The shape of an object whose class has neither `__bool__` nor `__len__`.
pub fn shape_always_true(v: Value) -> Option<u32> {
    let slots = &class_of(v).slots;
    (v.is_object() && slots.bool.get().is_none() && slots.len.get().is_none()).then(|| v.header().shape.get())
}
