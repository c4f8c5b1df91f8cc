//! Rarer objects: a Rust struct behind a vtable, so that a module can have types of its own without a kind.
//!
//! A struct that holds values keeps them where `trace` finds them, and calls `heap::write_barrier(handle)` after each store.

use crate::heap::{self, Marker};
use crate::object::{Gc, Header, HeapObject, Kind};
use crate::objects::buffer::BufferInfo;
use crate::objects::builtin::new_header;
use crate::objects::class::Class;
use crate::value::Value;
use core::any::{Any, TypeId};

pub trait NativeObject: Any {
    fn trace(&self, marker: &mut Marker);
    /// The memory of objects that are bytes-like.
    fn buffer(&self) -> Option<BufferInfo> {
        None
    }
    /// Counts the views of the buffer (+1, -1): while there are some, its memory stays where it is.
    fn export(&self, _change: isize) {}
}

#[repr(C)]
pub struct Native {
    pub header: Header,
    /// Of the struct: beside it, so that a downcast is a comparison.
    id: TypeId,
    pub object: Box<dyn NativeObject>,
}

impl HeapObject for Native {
    const KIND: Kind = Kind::Native;
    fn trace(&self, m: &mut Marker) {
        self.object.trace(m);
    }
}

impl Native {
    pub fn new<T: NativeObject>(class: Gc<Class>, object: T) -> Gc<Native> {
        heap::alloc_instance(class, Native { header: new_header(), id: TypeId::of::<T>(), object: Box::new(object) })
    }
}

/// The Rust struct of a native object. The reference lives as long as the object is reachable.
#[inline]
pub fn downcast<T: NativeObject>(value: Value) -> Option<&'static T> {
    let native = value.downcast::<Native>()?.get_ref();
    if native.id != TypeId::of::<T>() {
        return None;
    }
    // SAFETY: `id` is of the struct in the box (`new` makes both), which lives as long as the object.
    Some(unsafe { &*(&raw const *native.object).cast::<T>() })
}
