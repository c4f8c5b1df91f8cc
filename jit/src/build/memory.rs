//! Loads and stores: what has been loaded or stored before is not loaded again, until something may have written it. Not here: locals and
//! operand stacks (`frames`).

use super::Builder;
use crate::emit::Field;
use crate::generated::layouts;
use crate::ir::{Binary, Class, Classes, Compare, Convert, Effects, Id, Op, Repr, Ty};
use core::mem::offset_of;
use hashbrown::{HashMap, HashSet};
use runtime::defs;
use runtime::frame::Frame as RealFrame;
use runtime::vm::Thread;
use std::rc::Rc;

/// A place: its class, the object, and where in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Spot {
    class: Class,
    base: Id,
    offset: i32,
    index: Option<Id>,
}

/// What memory is known to hold.
#[derive(Clone, Default)]
pub(super) struct Memory {
    holds: Rc<HashMap<Spot, Id>>,
    /// Of fields that nothing ever writes.
    fixed: Rc<HashMap<Spot, Id>>,
    /// Classes that have been written since the beginning, or since a loop's header.
    pub written: Rc<HashSet<Class>>,
    /// Anything may have been.
    pub all_written: bool,
}

impl Memory {
    /// Something may write these classes.
    fn forget(&mut self, class: Class) {
        Rc::make_mut(&mut self.written).insert(class);
        Rc::make_mut(&mut self.holds).retain(|spot, _| spot.class != class);
    }

    /// An object has turned out to be another name of one that is known.
    pub(super) fn rename(&mut self, old: Id, new: Id) {
        for table in [&mut self.holds, &mut self.fixed] {
            let found: Vec<(Spot, Id)> = table.iter().filter(|(spot, _)| spot.base == old).map(|(spot, id)| (*spot, *id)).collect();
            for (spot, id) in found {
                Rc::make_mut(table).entry(Spot { base: new, ..spot }).or_insert(id);
            }
        }
    }

    pub(super) fn forget_all(&mut self) {
        self.all_written = true;
        self.holds = Rc::default();
    }

    /// At a loop's header holds what holds each time round.
    pub(super) fn at_header(&mut self, written: &HashSet<Class>, all: bool) {
        Rc::make_mut(&mut self.holds).retain(|spot, _| !all && !written.contains(&spot.class));
        self.written = Rc::default();
        self.all_written = false;
    }

    pub(super) fn after(&mut self, effects: &Effects) {
        if effects.may_call_python || effects.writes == Classes::All {
            self.forget_all();
        } else if let Classes::Some(classes) = effects.writes {
            classes.iter().for_each(|class| self.forget(*class));
        }
        if effects.may_raise {
            self.forget(layouts::THREAD_RAISED.class);
        }
    }
}

/// Objects of these shapes keep them: their class has no other layout, and no `__class__` can be assigned.
const FIXED_SHAPES: &[u32] = &[
    defs::SHAPE_INT,
    defs::SHAPE_STR,
    defs::SHAPE_BYTES,
    defs::SHAPE_TUPLE,
    defs::SHAPE_LIST,
    defs::SHAPE_DICT,
    defs::SHAPE_SET,
    defs::SHAPE_FROZENSET,
    defs::SHAPE_RANGE,
    defs::SHAPE_SLICE,
    defs::SHAPE_METHOD,
    defs::SHAPE_CELL,
    defs::SHAPE_RANGE_ITERATOR,
    defs::SHAPE_LIST_ITERATOR,
    defs::SHAPE_TUPLE_ITERATOR,
];

impl Builder<'_> {
    /// The same object by one name.
    pub(super) fn base(&self, id: Id) -> Id {
        let id = self.resolve(id);
        match *self.func.op(id) {
            Op::Convert(Convert::Cast, inner) => self.base(inner),
            // A root is one object, as a value and as a pointer.
            Op::Root(root) => self.heads.get(&(1, u64::from(root.0), Some(Ty::Value))).copied().unwrap_or(id),
            _ => id,
        }
    }

    fn spot(&self, base: Id, offset: i32, class: Class, index: Option<Id>) -> Spot {
        Spot { class, base: self.base(base), offset, index }
    }

    /// The value `constant` is what a load of a shape has given.
    pub(super) fn learn_shape(&mut self, value: Id, constant: Id) {
        let (Op::Load { base, class, .. }, Some(shape)) = (self.func.op(value).clone(), self.func.as_const(constant)) else {
            return;
        };
        if class == layouts::OBJECT_SHAPE.class && FIXED_SHAPES.contains(&(shape as u32)) {
            let base = self.base(base);
            Rc::make_mut(&mut self.shapes).insert(base, shape);
        }
    }

    pub(super) fn load_field(&mut self, base: Id, field: &'static Field) -> Id {
        if field.class == layouts::OBJECT_SHAPE.class
            && let Some(shape) = self.shapes.get(&self.base(base))
        {
            let shape = *shape;
            return self.constant(field.ty, shape);
        }
        self.load_at(base, field.offset as i32, field.class, field.ty, field.readonly)
    }

    pub(super) fn load_at(&mut self, base: Id, offset: i32, class: Class, ty: Ty, readonly: bool) -> Id {
        let base = self.resolve(base);
        let spot = self.spot(base, offset, class, None);
        let held = if readonly { self.memory.fixed.get(&spot) } else { self.memory.holds.get(&spot) };
        if let Some(id) = held {
            return self.resolve(*id);
        }
        let id = self.append(Op::Load { base, offset, class, readonly }, ty);
        if readonly {
            Rc::make_mut(&mut self.memory.fixed).insert(spot, id);
        } else {
            Rc::make_mut(&mut self.memory.holds).insert(spot, id);
        }
        id
    }

    /// The field of an object that nobody else knows yet.
    pub(super) fn memory_holds(&mut self, base: Id, field: &'static Field, value: Id) {
        let spot = self.spot(base, field.offset as i32, field.class, None);
        let table = if field.readonly { &mut self.memory.fixed } else { &mut self.memory.holds };
        Rc::make_mut(table).insert(spot, value);
    }

    pub(super) fn store_field(&mut self, base: Id, field: &'static Field, v: Id, reference: bool) {
        self.store_at(base, field.offset as i32, field.class, v);
        if reference {
            self.barrier(base, v);
        }
    }

    pub(super) fn store_at(&mut self, base: Id, offset: i32, class: Class, value: Id) {
        let (base, value) = (self.resolve(base), self.resolve(value));
        self.effect(Op::Store { base, offset, class, value });
        let spot = self.spot(base, offset, class, None);
        Rc::make_mut(&mut self.memory.written).insert(class);
        // Another object of the class may be the same one; another place of the same object is not.
        Rc::make_mut(&mut self.memory.holds)
            .retain(|other, _| other.class != class || (other.base == spot.base && other.index.is_none() && other.offset != offset));
        Rc::make_mut(&mut self.memory.holds).insert(spot, value);
    }

    /// The collector's note of a store, where the value may be a reference.
    fn barrier(&mut self, owner: Id, v: Id) {
        let v = self.resolve(v);
        let plain = match *self.func.op(v) {
            Op::Box(repr, _) => repr != Repr::Int,
            Op::Const(_) => true,
            _ => false,
        };
        if !plain {
            let owner = self.resolve(owner);
            self.effect(Op::Barrier { owner });
        }
    }

    /// The address of what lies in an object at `offset`.
    pub(super) fn address_of(&mut self, base: Id, offset: i32) -> Id {
        let base = self.resolve(base);
        let zero = self.constant(Ty::I64, 0);
        self.compute(Op::ElementAddress { base, index: zero, offset, size: 1 }, Ty::Ptr)
    }

    /// What an address was made of, and a constant index as part of the offset.
    fn item(&mut self, base: Id, ty: Ty, index: Id) -> (Id, i32, Option<Id>) {
        let (base, index) = (self.resolve(base), self.resolve(index));
        let (base, offset) = match *self.func.op(base) {
            Op::ElementAddress { base, offset, size: 1, .. } => (base, offset),
            _ => (base, 0),
        };
        match self.func.as_const(index).and_then(|at| (at as i64).checked_mul(i64::from(ty.size()))) {
            Some(at) if at >= 0 && at < 1 << 24 => (base, offset + at as i32, None),
            _ => (base, offset, Some(index)),
        }
    }

    pub(super) fn load_item(&mut self, base: Id, elements: &'static Field, index: Id) -> Id {
        let (base, offset, index) = self.item(base, elements.ty, index);
        let Some(index) = index else {
            return self.load_at(base, offset, elements.class, elements.ty, elements.readonly);
        };
        let spot = self.spot(base, offset, elements.class, Some(index));
        if let Some(id) = self.memory.holds.get(&spot) {
            return self.resolve(*id);
        }
        let readonly = elements.readonly;
        let id = self.append(Op::LoadElement { base, index, offset, class: elements.class, readonly }, elements.ty);
        Rc::make_mut(&mut self.memory.holds).insert(spot, id);
        id
    }

    pub(super) fn store_item(&mut self, owner: Option<Id>, base: Id, elements: &'static Field, index: Id, v: Id) {
        let (base, offset, index) = self.item(base, elements.ty, index);
        let class = elements.class;
        match index {
            None => self.store_at(base, offset, class, v),
            Some(index) => {
                let value = self.resolve(v);
                self.effect(Op::StoreElement { base, index, offset, class, value });
                self.memory.forget(class);
                let spot = self.spot(base, offset, class, Some(index));
                Rc::make_mut(&mut self.memory.holds).insert(spot, value);
            }
        }
        if let Some(owner) = owner {
            self.barrier(owner, v);
        }
    }

    // -- frame and thread ----------------------------------------------------

    pub(super) fn thread(&mut self) -> Id {
        self.head_value(Op::Thread, 2, 0, Ty::Ptr)
    }

    /// What words of frames are counted from.
    pub(super) fn anchor(&mut self, anchor: Option<Id>) -> Id {
        anchor.unwrap_or_else(|| self.head_value(Op::Frame, 3, 0, Ty::Ptr))
    }

    pub(super) fn address_of_frame(&mut self, index: usize) -> Id {
        let frame = &self.frames.all[index];
        let (anchor, base) = (frame.anchor, frame.base);
        self.word_address(anchor, base)
    }

    /// The address of a word.
    pub(super) fn word_address(&mut self, anchor: Option<Id>, word: u32) -> Id {
        if word == 0 {
            return self.anchor(anchor);
        }
        if let Some(anchor) = anchor {
            return self.address_of(anchor, word as i32 * 8);
        }
        self.head_value(Op::SlotAddress { word: word as i32 }, 4, u64::from(word), Ty::Ptr)
    }

    pub(super) fn load_of_frame(&mut self, field: &'static Field) -> Id {
        let frame = self.frames.current();
        let offset = field.offset as usize;
        if offset == offset_of!(RealFrame, code) {
            let value = frame.code.value();
            return self.object(value);
        }
        if let (true, Some(callable)) = (offset == offset_of!(RealFrame, function), frame.callable) {
            return self.as_type(callable, Ty::Ptr);
        }
        if offset == offset_of!(RealFrame, function) && frame.known_function {
            let value = frame.function.value();
            return self.object(value);
        }
        if !frame.real && offset == offset_of!(RealFrame, kind) {
            let kinds = frame.kind().bits();
            return self.constant(field.ty, u64::from(kinds));
        }
        if !frame.real && frame.generator.is_none() {
            if offset == offset_of!(RealFrame, namespace) {
                return self.constant_value(runtime::value::NULL);
            }
            self.refuse_because("a field of a frame that is not in memory");
        }
        let base = self.address_of_frame(self.frames.depth());
        self.load_field(base, field)
    }

    fn object(&mut self, value: runtime::value::Value) -> Id {
        let id = self.constant_value(value);
        self.fold_convert(Convert::Cast, id, Ty::Ptr)
    }

    pub(super) fn store_of_frame(&mut self, field: &'static Field, v: Id) {
        if !self.frames.current().real {
            return self.refuse_because("a field of a frame that is not in memory");
        }
        let base = self.address_of_frame(self.frames.depth());
        self.store_field(base, field, v, false);
    }

    /// Frames that are not in memory count as pushed.
    pub(super) fn load_of_thread(&mut self, field: &'static Field) -> Id {
        let thread = self.thread();
        let value = self.load_field(thread, field);
        if field.offset as usize != offset_of!(Thread, recursion_remaining) {
            return value;
        }
        let pending = self.frames.all.iter().filter(|frame| !frame.real).count();
        let pending = self.constant(field.ty, pending as u64);
        self.fold_binary(Binary::Sub, value, pending)
    }

    /// Whether a frame whose end is this word fits.
    pub(super) fn fits(&mut self, anchor: Option<Id>, end: u32) -> Id {
        let thread = self.thread();
        let offset = offset_of!(Thread, stack_limit) as i32;
        let limit = self.load_at(thread, offset, Class::FRAME, Ty::Ptr, true);
        let end = self.word_address(anchor, end);
        self.fold_compare(Compare::LeU, end, limit)
    }
}
