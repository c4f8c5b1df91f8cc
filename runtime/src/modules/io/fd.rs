//! File descriptors: the system calls, retried after signals; and who closes them.

use crate::error::R;
use core::cell::{Cell, RefCell};
use std::rc::Rc;

/// An open descriptor. Whoever drops it last closes it.
pub struct Fd {
    /// -1 when closed.
    pub number: Cell<i32>,
    pub is_owned: Cell<bool>,
}

impl Fd {
    pub fn none() -> Rc<Fd> {
        Rc::new(Fd { number: Cell::new(-1), is_owned: Cell::new(true) })
    }
    /// The errno when closing fails.
    pub fn close(&self) -> Result<(), i32> {
        let fd = self.number.replace(-1);
        if fd < 0 || !self.is_owned.get() {
            return Ok(());
        }
        // SAFETY: the descriptor is ours and is not used after this.
        if unsafe { libc::close(fd) } < 0 { Err(super::last_errno()) } else { Ok(()) }
    }
}
impl Drop for Fd {
    fn drop(&mut self) {
        let _ = self.close();
    }
}

pub use crate::modules::posix::path::retry;

/// Most bytes that one call transfers (as the kernel's own limit).
const MAX_TRANSFER: usize = 0x7fff_f000;

pub fn read(fd: i32, into: &mut [u8]) -> R<Result<usize, i32>> {
    let len = into.len().min(MAX_TRANSFER);
    // SAFETY: the buffer has `len` bytes.
    retry(|| unsafe { libc::read(fd, into.as_mut_ptr().cast(), len) })
}
pub fn write(fd: i32, from: &[u8]) -> R<Result<usize, i32>> {
    let len = from.len().min(MAX_TRANSFER);
    // SAFETY: the buffer has `len` bytes.
    retry(|| unsafe { libc::write(fd, from.as_ptr().cast(), len) })
}
/// The new position, or the errno.
pub fn seek(fd: i32, offset: i64, whence: i32) -> Result<i64, i32> {
    // SAFETY: lseek touches no memory.
    let place = unsafe { libc::lseek(fd, offset, whence) };
    if place < 0 { Err(super::last_errno()) } else { Ok(place) }
}
pub fn is_terminal(fd: i32) -> bool {
    // SAFETY: isatty touches no memory.
    unsafe { libc::isatty(fd) == 1 }
}
pub fn status(fd: i32) -> Result<libc::stat, i32> {
    // SAFETY: a zeroed stat is a valid value; fstat fills it.
    unsafe {
        let mut status: libc::stat = core::mem::zeroed();
        if libc::fstat(fd, &mut status) < 0 { Err(super::last_errno()) } else { Ok(status) }
    }
}

/// Bytes on their way to a descriptor that belongs to us: written at the latest when nobody refers to them any more.
pub struct Pending {
    pub bytes: RefCell<Vec<u8>>,
    /// What the text stream above has encoded: follows `bytes`.
    pub text: RefCell<Vec<u8>>,
    /// None when they go through Python code.
    pub fd: RefCell<Option<Rc<Fd>>>,
    /// Written without the stream's knowledge: what it knows of the position is stale.
    pub is_moved: Cell<bool>,
}

impl Pending {
    pub fn new() -> Rc<Pending> {
        Rc::new(Pending { bytes: RefCell::default(), text: RefCell::default(), fd: RefCell::new(None), is_moved: Cell::new(false) })
    }
}
impl super::Flush for Pending {
    fn flush_quietly(&self) {
        let Ok(fd) = self.fd.try_borrow() else { return };
        let Some(fd) = fd.as_ref().filter(|fd| fd.number.get() >= 0) else { return };
        let mut all = self.bytes.take();
        self.is_moved.set(true);
        all.append(&mut self.text.borrow_mut());
        let mut rest = &all[..];
        while !rest.is_empty() {
            // SAFETY: the buffer has `rest.len()` bytes.
            let count = unsafe { libc::write(fd.number.get(), rest.as_ptr().cast(), rest.len().min(MAX_TRANSFER)) };
            match usize::try_from(count) {
                Ok(count) => rest = &rest[count.min(rest.len())..],
                Err(_) if super::last_errno() == libc::EINTR => {}
                Err(_) => break,
            }
        }
    }
    fn waiting_fd(&self) -> Option<i32> {
        if self.bytes.borrow().is_empty() && self.text.borrow().is_empty() {
            return None;
        }
        let fd = self.fd.borrow().as_ref()?.number.get();
        if fd > 2 { Some(fd) } else { None }
    }
}
impl Drop for Pending {
    fn drop(&mut self) {
        super::Flush::flush_quietly(self);
    }
}
