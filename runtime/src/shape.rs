//! Shapes (hidden classes): which attribute lies in which slot, and of which class an object is. Ids are what caches hold.

use crate::object::Gc;
use crate::objects::class::Class;
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
    /// Name address -> slot, made at the first lookup of a shape with many attributes.
    index: RefCell<Option<std::collections::HashMap<usize, u16>>>,
}

/// All shapes of a VM; a shape lives as long as the VM.
pub struct Shapes {
    table: UnsafeCell<Vec<Box<Shape>>>,
    pub version: Cell<u32>,
}

impl Default for Shapes {
    fn default() -> Self {
        Shapes { table: UnsafeCell::new(Vec::new()), version: Cell::new(0) }
    }
}

impl Shapes {
    #[inline(always)]
    pub fn get(&self, id: ShapeId) -> &Shape {
        // SAFETY: ids come from `add`; shapes are boxed and never removed, and the borrow of the table ends here.
        unsafe { (&*self.table.get()).get_unchecked(id as usize) }
    }
    #[inline(always)]
    pub fn class(&self, id: ShapeId) -> Gc<Class> {
        self.get(id).class
    }
    fn add(&self, shape: Shape) -> ShapeId {
        // SAFETY: one thread, and no reference into the Vec itself outlives a method of this file.
        let table = unsafe { &mut *self.table.get() };
        table.push(Box::new(shape));
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
            index: RefCell::default(),
        })
    }
    pub fn new_dict_root(&self, class: Gc<Class>, first_slot: u16, capacity: u16) -> ShapeId {
        let id = self.new_root(class, first_slot, capacity);
        // SAFETY: the shape is fresh; nobody else refers to it.
        unsafe { (&mut *self.table.get())[id as usize].is_dict = true };
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
            index: RefCell::default(),
        });
        self.get(id).children.borrow_mut().push((name, child));
        Some(child)
    }
    /// The slot of `name` (interned).
    pub fn slot(&self, id: ShapeId, name: Gc<Str>) -> Option<u16> {
        let mut at = self.get(id);
        if at.count >= 8 && !at.is_dict {
            return self.indexed(id).borrow().as_ref().and_then(|index| index.get(&name.address()).copied());
        }
        while let Some(own) = at.name {
            if own == name {
                return Some(at.count - 1);
            }
            at = self.get(at.parent);
        }
        None
    }
    fn indexed(&self, id: ShapeId) -> &RefCell<Option<std::collections::HashMap<usize, u16>>> {
        let shape = self.get(id);
        if shape.index.borrow().is_none() {
            let map = self.attributes(id).into_iter().map(|(name, slot)| (name.address(), slot)).collect();
            *shape.index.borrow_mut() = Some(map);
        }
        &shape.index
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
    /// For the collector: everything a shape refers to.
    pub fn trace(&self, marker: &mut crate::heap::Marker) {
        // SAFETY: as in `add`.
        for shape in unsafe { &*self.table.get() } {
            marker.object(shape.class);
            if let Some(name) = shape.name {
                marker.object(name);
            }
        }
    }
}
