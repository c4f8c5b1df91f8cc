//! Rarer objects: a Rust struct behind a vtable, so that a module can have types of its own without a kind.
//!
//! A struct that holds values keeps them where `trace` finds them, and calls `heap::write_barrier(handle)` after each store.

use crate::heap::{self, Marker};
use crate::object::{Gc, Header, HeapObject, Kind};
use crate::objects::buffer::BufferInfo;
use crate::objects::builtin::new_header;
use crate::objects::class::Class;
use crate::value::Value;
use core::any::Any;

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
    pub object: Box<dyn NativeObject>,
}

impl HeapObject for Native {
    const KIND: Kind = Kind::Native;
    fn trace(&self, m: &mut Marker) {
        self.object.trace(m);
    }
}

impl Native {
    pub fn new(class: Gc<Class>, object: impl NativeObject) -> Gc<Native> {
        heap::alloc_instance(class, Native { header: new_header(), object: Box::new(object) })
    }
}

/// The Rust struct of a native object. The reference lives as long as the object is reachable.
pub fn downcast<T: NativeObject>(value: Value) -> Option<&'static T> {
    let native = value.downcast::<Native>()?.get_ref();
    let object: &dyn Any = &*native.object;
    object.downcast_ref::<T>()
}
