//! Objects of classes without a native base, and the attribute words that instances of any class have after their native struct.
//!
//! `words[attrs_word]` is the dict word (NULL, or the `__dict__` of an instance in dict mode), the slots follow. `__slots__` members come
//! first, then the attributes that the shape names. An instance turns to dict mode when its `__dict__` is asked for, an attribute is
//! deleted, or its slots are full; its shape is then the class's `dict_shape`, and members stay where they are.

use crate::heap::{self, Marker};
use crate::object::{Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::str::Str;
use crate::value::{NULL, Value};
use crate::vm::{class_of_object, vm};

#[repr(C)]
pub struct Instance {
    pub header: Header,
}

impl HeapObject for Instance {
    const KIND: Kind = Kind::Instance;
    fn trace(&self, _: &mut Marker) {
        // The attribute words are traced for every object by `trace_attributes`.
    }
}

impl Instance {
    pub fn new(class: Gc<Class>) -> Gc<Instance> {
        heap::alloc_instance(class, Instance { header: new_header() })
    }
}

#[inline(always)]
fn word(object: Value, index: usize) -> *mut Value {
    (object.0 as *mut Value).wrapping_add(index)
}

/// Called by the collector for each object whose class has attribute words.
pub fn trace_attributes(header: &Header, m: &mut Marker) {
    let class = class_of_object(header);
    let first = class.attrs_word.get() as usize;
    if first != 0 {
        m.values((header as *const Header).cast::<Value>().wrapping_add(first), class.attribute_words());
    }
}

/// An attribute of the instance itself (not of its class); `name` interned or not.
pub fn get(object: Value, name: Gc<Str>) -> Option<Value> {
    let header = object.header();
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
    let id = header.shape.get();
    let shape = vm().shapes.get(id);
    let first = shape.class.attrs_word.get() as usize;
    let name = crate::objects::str::intern_str(name);
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
    let class = class_of_object(object.header());
    let first = class.attrs_word.get() as usize;
    // SAFETY: `first` is the dict word of the object's class.
    unsafe { *word(object, first) = dict.value() };
    object.header().shape.set(class.dict_shape.get());
    heap::write_barrier(object);
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
