//! Layouts as raw pointers: what generated code has in its hands, and the forms in which helpers take and give them.

use crate::object::Gc;

/// The forms in which a helper takes and gives a layout.
pub trait Pointer<T> {
    /// # Safety
    /// The pointer is live, and not null unless the form allows it.
    unsafe fn from_raw(raw: *mut T) -> Self;
    fn into_raw(self) -> *mut T;
}

impl<T> Pointer<T> for *mut T {
    #[inline(always)]
    unsafe fn from_raw(raw: *mut T) -> *mut T {
        raw
    }
    #[inline(always)]
    fn into_raw(self) -> *mut T {
        self
    }
}

impl<T> Pointer<T> for Gc<T> {
    #[inline(always)]
    unsafe fn from_raw(raw: *mut T) -> Gc<T> {
        // SAFETY: promised by the caller.
        unsafe { Gc::from_address(raw as usize) }
    }
    #[inline(always)]
    fn into_raw(self) -> *mut T {
        self.as_ptr()
    }
}

impl<T> Pointer<T> for Option<Gc<T>> {
    #[inline(always)]
    unsafe fn from_raw(raw: *mut T) -> Option<Gc<T>> {
        // SAFETY: promised by the caller; null is none.
        (!raw.is_null()).then(|| unsafe { Gc::from_address(raw as usize) })
    }
    #[inline(always)]
    fn into_raw(self) -> *mut T {
        self.map_or(core::ptr::null_mut(), Gc::as_ptr)
    }
}
