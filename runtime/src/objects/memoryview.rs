//! memoryview: the struct and its geometry. Not here: items, slots and methods
//! (`memoryview_methods.rs`).

use crate::error::{R, value_error};
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::value::Value;
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct MemoryView {
    pub header: Header,
    /// The exporting object; NULL when released.
    pub owner: Field<Value>,
    /// A str as in `struct`.
    pub format: Field<Value>,
    /// The address of the first item.
    pub data: Cell<*mut u8>,
    pub itemsize: Cell<usize>,
    pub is_readonly: Cell<bool>,
    /// Views taken of this one.
    pub exports: Cell<usize>,
    /// 0 = not computed yet.
    pub hash: Cell<i64>,
    /// Items and step in bytes of each dimension.
    pub dimensions: RefCell<Vec<(usize, isize)>>,
}

impl HeapObject for MemoryView {
    const KIND: Kind = Kind::MemoryView;
    fn trace(&self, m: &mut Marker) {
        m.value(self.owner.get());
        m.value(self.format.get());
    }
}

/// The cell is freed: it no longer counts as a view. Only its own address is used, its owner may be
/// gone.
impl Drop for MemoryView {
    fn drop(&mut self) {
        crate::objects::buffer::remove_view(Value(self as *const MemoryView as u64));
    }
}

impl MemoryView {
    pub fn is_released(&self) -> bool {
        self.owner.get().is_null()
    }
    pub fn ndim(&self) -> usize {
        self.dimensions.borrow().len()
    }
    /// Items and step of a one-dimensional view (0 dimensions count as one item).
    pub fn line(&self) -> (usize, isize) {
        self.dimensions.borrow().first().copied().unwrap_or((1, self.itemsize.get() as isize))
    }
    pub fn items(&self) -> usize {
        self.dimensions.borrow().iter().map(|&(items, _)| items).product()
    }
    pub fn nbytes(&self) -> usize {
        self.items() * self.itemsize.get()
    }
    /// In C's order, without gaps.
    pub fn is_contiguous(&self) -> bool {
        let mut step = self.itemsize.get() as isize;
        for &(items, own) in self.dimensions.borrow().iter().rev() {
            if items > 1 && own != step {
                return self.items() == 0;
            }
            step *= items as isize;
        }
        true
    }
}

/// Raises when the view is released.
pub fn check(view: Gc<MemoryView>) -> R<()> {
    if view.is_released() {
        Err(value_error("operation forbidden on released memoryview object"))
    } else {
        Ok(())
    }
}
