//! Raising: `Raised` is the proof that an exception object exists; constructors for each kind of error.

use crate::objects::class::Class;
use crate::objects::exception::{self, Exception};
use crate::object::Gc;
use crate::value::Value;
use crate::vm::types;

/// A Python exception on its way up. `R` is the result of everything that may raise.
#[derive(Clone, Copy, Debug)]
pub struct Raised(pub Gc<Exception>);
pub type R<T = Value> = Result<T, Raised>;

impl Raised {
    pub fn new(class: Gc<Class>, message: &str) -> Raised {
        Raised(exception::new_with_message(class, message))
    }
    pub fn with_args(class: Gc<Class>, args: &[Value]) -> Raised {
        Raised(exception::new_with_args(class, args))
    }
    pub fn value(self) -> Value {
        self.0.value()
    }
    /// True when the exception is an instance of `class`.
    pub fn is(self, class: Gc<Class>) -> bool {
        crate::vm::class_of(self.value()).is_subclass(class)
    }
}

macro_rules! constructors {
    ($($name:ident),* $(,)?) => {
        $(#[cold]
        #[inline(never)]
        pub fn $name(message: impl AsRef<str>) -> Raised {
            Raised::new(types().$name, message.as_ref())
        })*
    };
}

// Each is named after its field in `vm::Types`: `type_error(format!(..))`.
constructors! {
    type_error, value_error, attribute_error, name_error, unbound_local_error, index_error, overflow_error,
    zero_division_error, runtime_error, recursion_error, not_implemented_error, system_error, import_error,
    module_not_found_error, assertion_error, lookup_error, buffer_error, arithmetic_error, os_error, eof_error,
    unicode_error, stop_async_iteration, reference_error, floating_point_error,
}

#[cold]
pub fn key_error(key: Value) -> Raised {
    Raised::with_args(types().key_error, &[key])
}
#[cold]
pub fn stop_iteration(value: Value) -> Raised {
    if value.is_none() || value.is_null() {
        Raised::with_args(types().stop_iteration, &[])
    } else {
        Raised::with_args(types().stop_iteration, &[value])
    }
}
/// MemoryError has no message in CPython.
#[cold]
pub fn memory_error() -> Raised {
    Raised::with_args(types().memory_error, &[])
}
#[cold]
pub fn keyboard_interrupt() -> Raised {
    Raised::with_args(types().keyboard_interrupt, &[])
}
