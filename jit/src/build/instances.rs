//! New instances of a known class: the cell is taken in place, the helper is called when none is at hand. Not here: objects that are never
//! made, what `__init__` does.

use super::Builder;
use crate::generated::layouts;
use crate::ir::{Binary, Class, Compare, Convert, Id, Op, Ty};
use core::mem::offset_of;
use runtime::heap::Cursor;
use runtime::objects::class::Class as PythonClass;
use runtime::objects::instance::{Cell, Instance};
use runtime::value::NULL;
use runtime::vm::Thread;

impl Builder<'_> {
    /// As the helper. None: the class is not known, or its instances are more than a few words and a header.
    pub(super) fn instance(&mut self, helper: u16, class: Id) -> Option<Id> {
        let class = self.as_type(class, Ty::Value);
        let known = match *self.func.op(class) {
            Op::Root(root) => self.func.roots[root.0 as usize].downcast::<PythonClass>()?,
            _ => return None,
        };
        let cell = Instance::cell(known)?;
        // Nothing that anyone could see has happened: the instruction can still begin anew.
        let point = self.point.clone();
        let thread = self.thread();
        let cursors = self.load_at(thread, offset_of!(Thread, cursors) as i32, Class::HEAP, Ty::Ptr, true);
        let first = (cell.cursor * size_of::<Cursor>()) as i32;
        let (at_offset, limit_offset) = (first + offset_of!(Cursor, at) as i32, first + offset_of!(Cursor, limit) as i32);
        let load = |offset| Op::Load { base: cursors, offset, class: Class::HEAP, readonly: false };
        let at = self.append(load(at_offset), Ty::I64);
        let limit = self.append(load(limit_offset), Ty::I64);
        let bytes = self.constant(Ty::I64, cell.bytes as u64);
        let next = self.append(Op::Binary(Binary::Add, at, bytes), Ty::I64);
        let is_full = self.append(Op::Compare(Compare::GtU, next, limit), Ty::I1);
        let shape = self.constant(Ty::I32, u64::from(cell.header as u32));
        let instance = self.choice(
            is_full,
            |b| b.append(Op::Call { helper, args: vec![class] }, Ty::Value),
            |b| {
                b.effect(Op::Store { base: cursors, offset: at_offset, class: Class::HEAP, value: next });
                b.new_instance(at, shape, cell)
            },
        );
        self.point = point;
        let is_object = self.compute(Op::IsObject(instance), Ty::I1);
        self.learn(is_object, true);
        let base = self.as_type(instance, Ty::Ptr);
        let kind = self.constant(layouts::OBJECT_KIND.ty, cell.header >> 32);
        self.memory_holds(base, &layouts::OBJECT_SHAPE, shape);
        self.memory_holds(base, &layouts::OBJECT_KIND, kind);
        Some(instance)
    }

    /// Fills a fresh cell.
    fn new_instance(&mut self, at: Id, shape: Id, cell: Cell) -> Id {
        let base = self.append(Op::Convert(Convert::Cast, at), Ty::Ptr);
        let rest = self.constant(Ty::I32, cell.header >> 32);
        let words = [(layouts::OBJECT_SHAPE.offset, shape), (layouts::OBJECT_SHAPE.offset + 4, rest)];
        for (offset, value) in words {
            self.effect(Op::Store { base, offset: offset as i32, class: layouts::OBJECT_SHAPE.class, value });
        }
        let null = self.constant_value(NULL);
        let elements = &layouts::INSTANCE_WORDS_ELEMENTS;
        for word in 0..cell.words {
            let offset = (layouts::INSTANCE_WORDS.offset as usize + word * size_of::<u64>()) as i32;
            self.effect(Op::Store { base, offset, class: elements.class, value: null });
        }
        self.as_type(base, Ty::Value)
    }
}
