//! traceback: one entry a frame that an exception went through.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct Traceback {
    pub header: Header,
    /// The next (inner) entry, or NULL.
    pub next: Field<Value>,
    pub function: Gc<crate::objects::function::Function>,
    pub code: Gc<crate::objects::code::Code>,
    /// Units from the start of the code to the instruction.
    pub offset: Cell<u32>,
    /// 0: that of the instruction.
    pub lineno: Cell<i32>,
    /// `tb_lasti` of an entry that a program has made; -1: that of the instruction.
    pub lasti: Cell<i64>,
    /// The frame object; NULL, of an entry without a frame, until asked for.
    pub frame: Field<Value>,
}

impl HeapObject for Traceback {
    const KIND: Kind = Kind::Traceback;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.value(self.next.get());
        m.object(self.function);
        m.object(self.code);
        m.value(self.frame.get());
    }
}

impl Traceback {
    /// `tb_lineno`; -1 for none.
    pub fn line(&self) -> i32 {
        if self.lineno.get() == 0 {
            let line = self.code.position(self.offset.get()).line;
            self.lineno.set(if line == 0 { -1 } else { line });
        }
        self.lineno.get()
    }
}

/// The exception leaves the frame, whose object then shows where it was raised: a re-raise has no line of its own.
pub fn ended_by(raised: crate::error::Raised, frame: &crate::frame::Frame) {
    if let Some(object) = frame.object.get().downcast::<crate::objects::frame::FrameObject>()
        && let Some(entry) = raised.0.traceback.get().downcast::<Traceback>()
        && entry.frame.get() == object.value()
    {
        object.offset.set(entry.offset.get());
        // SAFETY: a frame's caller is live while the frame is being left.
        if let Some(caller) = unsafe { frame.previous.get().as_ref() } {
            object.back.set(object, crate::objects::frame::of(caller).value());
        }
    }
}

/// Puts the frame in front of the exception's traceback. `offset` is that of the instruction, in our units.
pub fn add(raised: crate::error::Raised, frame: &crate::frame::Frame, offset: u32) {
    let code = frame.code;
    let object = Traceback {
        header: crate::objects::builtin::new_header(),
        next: Field::new(raised.0.traceback.get()),
        function: frame.function,
        code,
        offset: Cell::new(offset),
        lineno: Cell::new(0),
        lasti: Cell::new(-1),
        frame: Field::new(crate::objects::frame::of(frame).value()),
    };
    let traceback = crate::heap::alloc(crate::vm::types().traceback.root_shape.get(), object);
    raised.0.traceback.set(raised.0, traceback.value());
}
