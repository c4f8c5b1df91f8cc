//! Bound methods, staticmethod, classmethod.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct Method {
    pub header: Header,
    pub function: Field<Value>,
    pub this: Field<Value>,
}

impl HeapObject for Method {
    const KIND: Kind = Kind::Method;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.value(self.function.get());
        m.value(self.this.get());
    }
}

impl Method {
    pub fn new(function: Value, this: Value) -> Gc<Method> {
        let object = Method { header: crate::objects::builtin::new_header(), function: Field::new(function), this: Field::new(this) };
        crate::heap::alloc(crate::vm::types().method.root_shape.get(), object)
    }
}

macro_rules! wrapper {
    ($name:ident, $class:ident) => {
        #[repr(C)]
        pub struct $name {
            pub header: Header,
            pub function: Field<Value>,
            /// `__dict__`; NULL until asked for.
            pub dict: Field<Value>,
        }
        impl HeapObject for $name {
            const KIND: Kind = Kind::$name;
            fn trace(&self, m: &mut Marker) {
                m.value(self.function.get());
                m.value(self.dict.get());
            }
        }
        impl $name {
            pub fn new(function: Value) -> Gc<$name> {
                let object = $name {
                    header: crate::objects::builtin::new_header(),
                    function: Field::new(function),
                    dict: Field::default(),
                };
                crate::heap::alloc(crate::vm::types().$class.root_shape.get(), object)
            }
        }
    };
}

wrapper!(StaticMethod, staticmethod);
wrapper!(ClassMethod, classmethod);
