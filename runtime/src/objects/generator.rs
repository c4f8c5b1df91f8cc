//! Generators, coroutines, async generators: the struct. Running them is `interp`'s (`hooks::RESUME`); methods are in `generator_methods.rs`.

use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::function::Function;
use crate::value::Value;
use crate::vm::ExcInfo;
use core::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum GeneratorState {
    Created,
    Suspended,
    Running,
    Finished,
}

#[repr(C)]
pub struct Generator {
    pub header: Header,
    pub state: Cell<GeneratorState>,
    /// Suspended at a `yield from` or `await`.
    pub delegating: Cell<bool>,
    /// async generator: `aclose`/`athrow` bookkeeping.
    pub closed: Cell<bool>,
    pub hooks_inited: Cell<bool>,
    pub running_async: Cell<bool>,
    pub function: Gc<Function>,
    /// Locals and operand stack while suspended: a buffer of the heap.
    pub saved: Cell<*mut Value>,
    pub saved_capacity: Cell<usize>,
    /// Words of the operand stack in use while suspended.
    pub stack_len: Cell<usize>,
    /// Where to go on.
    pub ip: Cell<*const u32>,
    /// The frame that runs it now, or null.
    pub frame: Cell<*mut crate::frame::Frame>,
    pub exc_info: ExcInfo,
    pub name: Field<Value>,
    pub qualname: Field<Value>,
    /// The frame object, if one was asked for.
    pub frame_object: Field<Value>,
    /// cr_origin, ag_hooks finalizer.
    pub origin: Field<Value>,
    pub finalizer: Field<Value>,
    pub nlocals: Cell<usize>,
}

impl HeapObject for Generator {
    const KIND: Kind = Kind::Generator;
    fn trace(&self, m: &mut Marker) {
        m.object(self.function);
        if !self.saved.get().is_null() {
            m.values(self.saved.get(), self.nlocals.get() + self.stack_len.get());
        }
        m.value(self.exc_info.value.get());
        for field in [&self.name, &self.qualname, &self.frame_object, &self.origin, &self.finalizer] {
            m.value(field.get());
        }
    }
}
