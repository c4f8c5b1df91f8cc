//! Shapes (hidden classes): which attribute lies in which slot, and of which class an object is. Ids are what caches hold.

use crate::object::Gc;
use crate::objects::class::{Class, flags};
use crate::objects::str::Str;
use core::cell::{Cell, RefCell, UnsafeCell};

pub type ShapeId = u32;

pub struct Shape {
    pub class: Gc<Class>,
    pub parent: ShapeId,
    /// The attribute that this shape adds to its parent; none for a root.
    pub name: Option<Gc<Str>>,
    /// Attributes in slots, this one included.
    pub count: u16,
    /// Slots an instance has room for. The next attribute beyond turns the instance to its dict.
    pub capacity: u16,
    /// Attributes live in the instance's dict.
    pub is_dict: bool,
    children: RefCell<Vec<(Gc<Str>, ShapeId)>>,
}

/// An answer of `Shapes::slot`. It stays true: a shape never changes, and the names that it has are kept alive, so a name of
/// another address is none of them even if the collector gives that address to another str.
#[derive(Clone, Copy)]
struct Found {
    shape: ShapeId,
    /// `u16::MAX`: the shape lacks the name.
    slot: u16,
    name: usize,
}
const FOUND_SIZE: usize = 1024;

/// All shapes of a VM. A shape lives as long as its class; its id is never given to another, so that caches and machine code that hold
/// it need not be told.
pub struct Shapes {
    /// None: its class is dead.
    table: UnsafeCell<Vec<Option<Box<Shape>>>>,
    /// The class of each, once more; `object` for the dead.
    classes: UnsafeCell<Vec<Gc<Class>>>,
    /// The collector has come upon the class of each, by an object of that shape, since marks were last cleared.
    is_marked: UnsafeCell<Vec<bool>>,
    /// Shapes that collections have seen.
    seen: Cell<usize>,
    /// Those of them that were there before the last one.
    seen_before: Cell<usize>,
    pub version: Cell<u32>,
    /// Direct-mapped on shape and name.
    found: Box<[Cell<Found>; FOUND_SIZE]>,
}

impl Default for Shapes {
    fn default() -> Self {
        Shapes {
            table: UnsafeCell::new(Vec::new()),
            classes: UnsafeCell::new(Vec::new()),
            is_marked: UnsafeCell::new(Vec::new()),
            seen: Cell::new(0),
            seen_before: Cell::new(0),
            version: Cell::new(0),
            found: Box::new([const { Cell::new(Found { shape: ShapeId::MAX, slot: 0, name: 0 }) }; FOUND_SIZE]),
        }
    }
}

impl Shapes {
    #[inline(always)]
    pub fn get(&self, id: ShapeId) -> &Shape {
        // SAFETY: ids come from `add`; shapes are boxed, only the collector removes them, with their classes, and the borrow of the table
        // ends here.
        let shape = unsafe { (&*self.table.get()).get_unchecked(id as usize) };
        shape.as_deref().unwrap_or_else(|| self.of_nothing())
    }
    /// What a dead shape looks like.
    #[cold]
    fn of_nothing(&self) -> &Shape {
        self.get(crate::vm::types().object.root_shape.get())
    }
    #[inline(always)]
    pub fn class(&self, id: ShapeId) -> Gc<Class> {
        // SAFETY: as in `get`.
        unsafe { *(&*self.classes.get()).get_unchecked(id as usize) }
    }
    fn add(&self, shape: Shape) -> ShapeId {
        // SAFETY: one thread, and no reference into the Vec itself outlives a method of this file.
        let (table, classes, is_marked) = unsafe { (&mut *self.table.get(), &mut *self.classes.get(), &mut *self.is_marked.get()) };
        classes.push(shape.class);
        is_marked.push(false);
        table.push(Some(Box::new(shape)));
        (table.len() - 1) as ShapeId
    }
    /// The shape of an instance of `class` without attributes; `capacity` slots.
    pub fn new_root(&self, class: Gc<Class>, first_slot: u16, capacity: u16) -> ShapeId {
        self.add(Shape {
            class,
            parent: u32::MAX,
            name: None,
            count: first_slot,
            capacity,
            is_dict: false,
            children: RefCell::default(),
        })
    }
    pub fn new_dict_root(&self, class: Gc<Class>, first_slot: u16, capacity: u16) -> ShapeId {
        let id = self.new_root(class, first_slot, capacity);
        // SAFETY: the shape is fresh; nobody else refers to it.
        if let Some(shape) = unsafe { &mut (&mut *self.table.get())[id as usize] } {
            shape.is_dict = true;
        }
        id
    }
    /// The shape with `name` (interned) added, or None when no slot is left.
    pub fn with(&self, id: ShapeId, name: Gc<Str>) -> Option<ShapeId> {
        let shape = self.get(id);
        if shape.is_dict || shape.count >= shape.capacity {
            return None;
        }
        if let Some(&(_, child)) = shape.children.borrow().iter().find(|(n, _)| *n == name) {
            return Some(child);
        }
        let child = self.add(Shape {
            class: shape.class,
            parent: id,
            name: Some(name),
            count: shape.count + 1,
            capacity: shape.capacity,
            is_dict: false,
            children: RefCell::default(),
        });
        self.get(id).children.borrow_mut().push((name, child));
        Some(child)
    }
    /// The slot of `name` (interned).
    #[inline]
    pub fn slot(&self, id: ShapeId, name: Gc<Str>) -> Option<u16> {
        let at = (name.address() >> 4 ^ (id as usize).wrapping_mul(0x9E37)) % FOUND_SIZE;
        let found = self.found[at].get();
        let slot = if found.shape == id && found.name == name.address() {
            found.slot
        } else {
            let slot = self.walk(id, name).unwrap_or(u16::MAX);
            self.found[at].set(Found { shape: id, slot, name: name.address() });
            slot
        };
        (slot != u16::MAX).then_some(slot)
    }
    fn walk(&self, id: ShapeId, name: Gc<Str>) -> Option<u16> {
        let mut at = self.get(id);
        while let Some(own) = at.name {
            if own == name {
                return Some(at.count - 1);
            }
            at = self.get(at.parent);
        }
        None
    }
    /// Names with their slots, in the order in which they were added.
    pub fn attributes(&self, id: ShapeId) -> Vec<(Gc<Str>, u16)> {
        let mut at = self.get(id);
        let mut attributes = Vec::with_capacity(at.count as usize);
        while let Some(name) = at.name {
            attributes.push((name, at.count - 1));
            at = self.get(at.parent);
        }
        attributes.reverse();
        attributes
    }
    /// For the collector: what lives without an object of the shape. Classes of Python code live by their instances and by who refers to
    /// them, all others as long as the VM.
    pub fn trace(&self, marker: &mut crate::heap::Marker, all: bool) {
        // SAFETY: as in `add`.
        let (table, is_marked) = unsafe { (&*self.table.get(), &mut *self.is_marked.get()) };
        if all {
            is_marked.fill(false);
        }
        self.seen_before.set(if all { 0 } else { self.seen.get() });
        self.seen.set(table.len());
        for shape in table[self.seen_before.get()..].iter().flatten() {
            if !shape.class.has_flag(flags::HEAP) {
                marker.object(shape.class);
            }
            if let Some(name) = shape.name {
                marker.object(name);
            }
        }
    }
    /// For the collector, which has come upon an object of this shape: its class, when it is the first one.
    #[inline(always)]
    pub fn unmarked_class(&self, id: ShapeId) -> Option<Gc<Class>> {
        // SAFETY: as in `add`.
        let is_marked = unsafe { (&mut *self.is_marked.get()).get_mut(id as usize)? };
        if core::mem::replace(is_marked, true) { None } else { Some(self.class(id)) }
    }
    /// For the collector, after marking and before freeing: shapes of dead classes are no more. The classes.
    pub fn forget_dead(&self) -> Vec<Gc<Class>> {
        // SAFETY: as in `add`; nobody holds a shape while the collector works.
        let (table, classes) = unsafe { (&mut *self.table.get(), &mut *self.classes.get()) };
        let mut dead = Vec::new();
        for (shape, class) in table.iter_mut().zip(classes).skip(self.seen_before.get()) {
            let Some(living) = shape else { continue };
            if living.class.has_flag(flags::HEAP) && !crate::heap::is_marked(living.class.value()) {
                if living.name.is_none() && !living.is_dict {
                    dead.push(living.class);
                }
                *shape = None;
                *class = crate::vm::types().object;
            }
        }
        dead
    }
}
