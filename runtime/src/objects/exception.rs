//! Exceptions: the struct and construction. Not here: attributes and classes (`exception_types.rs`), printing (`traceback_print.rs`).

use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::class::Class;
use crate::objects::tuple::Tuple;
use crate::value::Value;
use core::cell::Cell;

#[repr(C)]
pub struct Exception {
    pub header: Header,
    pub args: Field<Value>,
    /// Each NULL when absent.
    pub cause: Field<Value>,
    pub context: Field<Value>,
    pub traceback: Field<Value>,
    pub suppress_context: Cell<bool>,
    /// What the class adds: `value` of StopIteration, `code` of SystemExit, a tuple/list of members for the others; NULL when absent.
    pub extra: Field<Value>,
}

impl HeapObject for Exception {
    const KIND: Kind = Kind::Exception;
    fn trace(&self, m: &mut Marker) {
        for field in [&self.args, &self.cause, &self.context, &self.traceback, &self.extra] {
            m.value(field.get());
        }
    }
}

/// Without running `__init__` of Python subclasses; the native members are filled from `args`.
pub fn new_with_args(class: Gc<Class>, args: &[Value]) -> Gc<Exception> {
    let object = Exception {
        header: new_header(),
        args: Field::new(Tuple::from_slice(args).value()),
        cause: Field::default(),
        context: Field::default(),
        traceback: Field::default(),
        suppress_context: Cell::new(false),
        extra: Field::default(),
    };
    heap::alloc_instance(class, object)
}

pub fn new_with_message(class: Gc<Class>, message: &str) -> Gc<Exception> {
    new_with_args(class, &[crate::objects::str::new(message).value()])
}

/// Sets `obj` and `name` of an AttributeError.
pub fn attribute_error_for(raised: crate::error::Raised, object: Value, name: Gc<crate::objects::str::Str>) -> crate::error::Raised {
    raised.0.extra.set(raised.0, Tuple::from_slice(&[name.value(), object]).value());
    raised
}
