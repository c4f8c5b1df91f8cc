//! Generators, coroutines, async generators: the struct. Running them is `interp`'s (`hooks::RESUME`); methods are in
//! `generator_methods.rs`.
//!
//! A generator owns its frame, which lies at the end of its cell and runs there: to resume links it, to yield unlinks it, nothing is
//! copied.
//! While it is linked the collector visits it as one of the thread's frames; the store barrier of the generator is passed when it is
//! unlinked.

use crate::frame::Frame;
use crate::heap::Marker;
use crate::object::{Field, Header, HeapObject, Kind};
use crate::value::Value;
use crate::vm::ExcInfo;
use core::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
#[repr(u8)]
pub enum GeneratorState {
    // The definition (`is_resumable`) relies on the order, as does `defs::delegate`.
    Created,
    Suspended,
    Running,
    Finished,
}

/// Units of a YIELD_VALUE, its caches included.
pub const YIELD_UNITS: usize = 2;

#[repr(C)]
pub struct Generator {
    pub header: Header,
    pub state: Cell<GeneratorState>,
    /// async generator: `aclose`/`athrow` bookkeeping.
    pub closed: Cell<bool>,
    pub hooks_inited: Cell<bool>,
    pub running_async: Cell<bool>,
    /// Where the frames of what it calls go on the VM stack, while it is linked.
    pub callees: Cell<*mut Value>,
    /// `previous` is null unless the frame is linked.
    pub exc_info: ExcInfo,
    pub name: Field<Value>,
    pub qualname: Field<Value>,
    /// The frame object, if one was asked for.
    pub frame_object: Field<Value>,
    /// cr_origin, ag_hooks finalizer.
    pub origin: Field<Value>,
    pub finalizer: Field<Value>,
    /// Locals and operand stack follow in the cell.
    pub frame: Frame,
}

impl Generator {
    /// Its frame is one of those of the thread.
    #[inline(always)]
    pub fn is_linked(&self) -> bool {
        !self.exc_info.previous.get().is_null()
    }
    /// Suspended at a `yield from` or `await`.
    pub fn is_delegating(&self) -> bool {
        // SAFETY: a suspended generator's ip stands behind its YIELD_VALUE, whose operand is 1 inside of `yield from` and `await`.
        self.state.get() == GeneratorState::Suspended && unsafe { *self.frame.ip.get().sub(YIELD_UNITS) } >> 8 == 1
    }
}

impl HeapObject for Generator {
    const KIND: Kind = Kind::Generator;
    // To be closed.
    const LOOKED_AT: bool = true;
    fn trace(&self, m: &mut Marker) {
        m.object(self.frame.code);
        m.object(self.frame.function);
        if self.state.get() != GeneratorState::Finished && !self.is_linked() {
            self.frame.trace(m);
        }
        m.value(self.exc_info.value.get());
        for field in [&self.name, &self.qualname, &self.frame_object, &self.origin, &self.finalizer] {
            m.value(field.get());
        }
    }
}
