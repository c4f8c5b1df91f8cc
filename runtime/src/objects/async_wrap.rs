//! A value that an async generator yields to its consumer, told apart from what its awaits yield to the event loop.

use crate::heap::Marker;
use crate::objects::native::{self, Native, NativeObject};
use crate::value::Value;
use crate::vm::types;

struct Wrapped(Value);

impl NativeObject for Wrapped {
    fn trace(&self, m: &mut Marker) {
        m.value(self.0);
    }
}

pub fn wrap(value: Value) -> Value {
    Native::new(types().async_generator_wrapped_value, Wrapped(value)).value()
}
/// The value inside, when it is a wrapped one.
pub fn unwrap(value: Value) -> Option<Value> {
    native::downcast::<Wrapped>(value).map(|wrapped| wrapped.0)
}
