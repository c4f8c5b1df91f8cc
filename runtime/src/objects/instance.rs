//! Objects of classes without a native base, and the attribute words that instances of any class have after their native struct.
//!
//! `words[attrs_word]` is the dict word (NULL, or the `__dict__` of an instance in dict mode), the slots follow. `__slots__` members come
//! first, then the attributes that the shape names. An instance turns to dict mode when its `__dict__` is asked for, an attribute is
//! deleted, or its slots are full; its shape is then the class's `dict_shape`, and members stay where they are.

use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::method::{ClassMethod, StaticMethod};
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::value::{NULL, Value};
use crate::vm::{class_of_object, vm};

#[repr(C)]
pub struct Instance {
    pub header: Header,
    /// The attribute words, which the class counts (see the file's head).
    pub words: [Value; 0],
}

impl HeapObject for Instance {
    const KIND: Kind = Kind::Instance;
    fn trace(&self, _: &mut Marker) {
        // The attribute words are traced for every object by `trace_attributes`.
    }
}

/// What a new instance of a class takes, for machine code: as `Instance::new` does it.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// Which of the heap's cursors it comes from.
    pub cursor: usize,
    pub bytes: usize,
    /// The header as a word.
    pub header: u64,
    /// Attribute words, all NULL, behind the header.
    pub words: usize,
}

impl Instance {
    /// None: instances have finalizers, another layout, or more words than are written one by one. All of it stays as long as the class has
    /// its version.
    pub fn cell(class: Gc<Class>) -> Option<Cell> {
        const MOST: usize = 16;
        let words = class.attribute_words();
        if class.finalizable.get() || class.kind.get() != Kind::Instance || words > MOST {
            return None;
        }
        let (cursor, bytes) = heap::small_cell::<Instance>(words);
        let gc = if words == 0 { 0 } else { heap::bits::TAIL };
        let header = u64::from(class.root_shape.get()) | (Kind::Instance as u64) << 32 | u64::from(gc) << 40;
        Some(Cell { cursor, bytes, header, words })
    }
    pub fn new(class: Gc<Class>) -> Gc<Instance> {
        heap::alloc_instance(class, Instance { header: new_header(), words: [] })
    }
}

#[inline(always)]
fn word(object: Value, index: usize) -> *mut Value {
    (object.0 as *mut Value).wrapping_add(index)
}

/// Called by the collector for each object whose class has attribute words.
pub fn trace_attributes(header: &Header, m: &mut Marker) {
    let shape = vm().shapes.get(header.shape.get());
    let class = shape.class;
    let first = class.attrs_word.get() as usize;
    if first != 0 {
        // In dict mode only the members are in use; an assignment to `__class__` may then have changed the capacity.
        let words = if shape.is_dict { 1 + class.member_slots.get() as usize } else { class.attribute_words() };
        m.inline_values((header as *const Header).cast::<Value>().wrapping_add(first), words);
    }
}

/// The dict field of the native layouts that have one of their own; None for objects with attribute words (or no attributes).
#[inline]
fn own_dict_field(object: Value) -> Option<&'static Field<Value>> {
    match object.header().kind() {
        Kind::Function => Some(&object.cast::<Function>().get_ref().dict),
        Kind::StaticMethod => Some(&object.cast::<StaticMethod>().get_ref().dict),
        Kind::ClassMethod => Some(&object.cast::<ClassMethod>().get_ref().dict),
        _ => None,
    }
}
/// True when the attributes of the object are not in attribute words.
pub fn has_native_dict(object: Value) -> bool {
    native_dict(object).is_some()
}
/// Finds the dict of objects whose attributes are not in attribute words. Outer None: the object is not of such a kind.
#[inline]
fn native_dict(object: Value) -> Option<Option<Gc<Dict>>> {
    match object.header().kind() {
        Kind::Module => Some(Some(object.cast::<Module>().dict.get())),
        Kind::Class => Some(Some(object.cast::<Class>().dict.get())),
        Kind::Function | Kind::StaticMethod | Kind::ClassMethod => Some(own_dict_field(object)?.get().downcast::<Dict>()),
        _ => None,
    }
}

/// An attribute of the instance itself (not of its class); `name` interned or not.
pub fn get(object: Value, name: Gc<Str>) -> Option<Value> {
    let header = object.header();
    if let Some(dict) = native_dict(object) {
        return dict?.get_str(name);
    }
    let shape = vm().shapes.get(header.shape.get());
    let first = shape.class.attrs_word.get() as usize;
    if first == 0 {
        return None;
    }
    if shape.is_dict {
        return dict_word(object, first)?.get_str(name);
    }
    let slot = vm().shapes.slot(header.shape.get(), crate::objects::str::intern_str(name))?;
    // SAFETY: the shape says that the instance has this slot.
    unsafe { *word(object, first + 1 + slot as usize) }.option()
}

fn dict_word(object: Value, first: usize) -> Option<Gc<Dict>> {
    // SAFETY: `first` is the dict word of the object's class.
    unsafe { *word(object, first) }.downcast::<Dict>()
}

/// True when instances of the object's class have a `__dict__`.
pub fn has_dict(object: Value) -> bool {
    object.is_object() && class_of_object(object.header()).has_flag(crate::objects::class::flags::HAS_DICT)
}

/// Sets an attribute of the instance itself. The caller has checked `has_dict`.
pub fn set(object: Value, name: Gc<Str>, value: Value) {
    let header = object.header();
    let name = crate::objects::str::intern_str(name);
    if native_dict(object).is_some() {
        return dict(object).set_str(name, value);
    }
    let id = header.shape.get();
    let shape = vm().shapes.get(id);
    let first = shape.class.attrs_word.get() as usize;
    if !shape.is_dict {
        let slot = match vm().shapes.slot(id, name) {
            Some(slot) => Some(slot),
            None => vm().shapes.with(id, name).map(|with| {
                header.shape.set(with);
                vm().shapes.get(with).count - 1
            }),
        };
        if let Some(slot) = slot {
            // SAFETY: the shape says that the instance has this slot.
            unsafe { *word(object, first + 1 + slot as usize) = value };
            heap::write_barrier(object);
            return;
        }
    }
    dict(object).set_str(name, value);
}

/// Removes an attribute of the instance itself; None when it was not there.
pub fn delete(object: Value, name: Gc<Str>) -> Option<Value> {
    get(object, name)?;
    dict(object).remove_str(name)
}

/// The `__dict__` of the instance, which turns to dict mode. The caller has checked `has_dict`.
pub fn dict(object: Value) -> Gc<Dict> {
    if let Some(dict) = native_dict(object) {
        return dict.unwrap_or_else(|| {
            let dict = Dict::new();
            set_dict(object, dict);
            dict
        });
    }
    let header = object.header();
    let id = header.shape.get();
    let shape = vm().shapes.get(id);
    let class = shape.class;
    let first = class.attrs_word.get() as usize;
    if !shape.is_dict {
        let dict = Dict::new();
        for (name, slot) in vm().shapes.attributes(id) {
            let slot = word(object, first + 1 + slot as usize);
            // SAFETY: the shape says that the instance has this slot.
            let value = unsafe { core::ptr::replace(slot, NULL) };
            if !value.is_null() {
                dict.set_str(name, value);
            }
        }
        set_dict(object, dict);
        return dict;
    }
    dict_word(object, first).unwrap_or_else(|| {
        let dict = Dict::new();
        set_dict(object, dict);
        dict
    })
}

/// Makes `dict` the instance's `__dict__`; attributes in slots are forgotten.
pub fn set_dict(object: Value, dict: Gc<Dict>) {
    if let Some(field) = own_dict_field(object) {
        field.init(dict.value());
        heap::write_barrier(object);
        return;
    }
    if let Some(module) = object.downcast::<Module>() {
        return module.dict.set(module, dict);
    }
    let class = class_of_object(object.header());
    let first = class.attrs_word.get() as usize;
    let shape = vm().shapes.get(object.header().shape.get());
    if !shape.is_dict {
        for (_, slot) in vm().shapes.attributes(object.header().shape.get()) {
            // SAFETY: the shape says that the instance has this slot.
            unsafe { *word(object, first + 1 + slot as usize) = NULL };
        }
    }
    // SAFETY: `first` is the dict word of the object's class.
    unsafe { *word(object, first) = dict.value() };
    object.header().shape.set(class.dict_shape.get());
    heap::write_barrier(object);
}

/// The attributes as a dict, without turning the instance to dict mode: None when there are none.
pub fn snapshot(object: Value) -> Option<Gc<Dict>> {
    if let Some(dict) = native_dict(object) {
        return dict;
    }
    let shape = vm().shapes.get(object.header().shape.get());
    let first = shape.class.attrs_word.get() as usize;
    if first == 0 || !has_dict(object) {
        return None;
    }
    if shape.is_dict {
        return dict_word(object, first);
    }
    let dict = Dict::new();
    for (name, value) in attributes(object) {
        if !value.is_null() {
            dict.set_str(name, value);
        }
    }
    Some(dict)
}

/// Gives the object another class of the same layout (the caller has checked that).
pub fn set_class(object: Value, class: Gc<Class>) {
    let header = object.header();
    let old = class_of_object(header);
    // An object keeps its class alive.
    heap::write_barrier(object);
    if class.attrs_word.get() == 0 {
        return header.shape.set(class.root_shape.get());
    }
    if class.slot_capacity.get() <= old.slot_capacity.get() && !vm().shapes.get(header.shape.get()).is_dict {
        // The same slots under the new class, as long as its capacity reaches.
        let mut shape = Some(class.root_shape.get());
        for (name, _) in vm().shapes.attributes(header.shape.get()) {
            shape = shape.and_then(|shape| vm().shapes.with(shape, name));
        }
        if let Some(shape) = shape {
            return header.shape.set(shape);
        }
    }
    if class.has_flag(crate::objects::class::flags::HAS_DICT) {
        dict(object);
        header.shape.set(class.dict_shape.get());
    } else {
        header.shape.set(class.root_shape.get());
    }
}

/// The attributes of the instance in order, without turning it to dict mode.
pub fn attributes(object: Value) -> Vec<(Gc<Str>, Value)> {
    let header = object.header();
    let shape = vm().shapes.get(header.shape.get());
    let first = shape.class.attrs_word.get() as usize;
    if first == 0 || shape.is_dict {
        return Vec::new();
    }
    let attributes = vm().shapes.attributes(header.shape.get()).into_iter();
    // SAFETY: the shape says that the instance has these slots.
    attributes.map(|(name, slot)| (name, unsafe { *word(object, first + 1 + slot as usize) })).collect()
}

/// A `__slots__` member by its word; NULL when unset.
pub fn member(object: Value, index: u16) -> Value {
    // SAFETY: the member's descriptor has checked that the object is of the class that has this word.
    unsafe { *word(object, index as usize) }
}
pub fn set_member(object: Value, index: u16, value: Value) {
    // SAFETY: as in `member`.
    unsafe { *word(object, index as usize) = value };
    heap::write_barrier(object);
}

/// False when `value.__class__` can only be its real class.
pub fn claims_class(value: Value) -> bool {
    use crate::objects::class::flags::{GENERIC_GETATTR, HEAP};
    let class = crate::vm::class_of(value);
    let overridden = || class.lookup(crate::vm::names().__class__) != crate::vm::types().object.lookup(crate::vm::names().__class__);
    if !class.has_flag(GENERIC_GETATTR) {
        return true;
    }
    if !class.has_flag(HEAP) {
        // Of the native classes that look attributes up as `object` does, none has a `__class__`, and nobody can give it one.
        debug_assert!(!overridden());
        return false;
    }
    overridden()
}
