//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: what they do. Their tables are in `buffered_table.rs`.
//!
//! Read ahead bytes and bytes to be written are kept apart; at any time one of them is empty. No cell is borrowed while a system call
//! or Python code runs: buffers are taken out and put back.

use super::fd::Pending;
use super::fileio::{self, FileIo};
use super::{asks, attribute_is_true, method, new_bytes, os_error, unsupported};
use crate::args::Args;
use crate::error::{R, Raised, memory_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::bytearray::ByteArray;
use crate::objects::bytes::{self, Bytes};
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::native::{self, Native};
use crate::objects::support::{Params, store};
use crate::ops;
use crate::traced;
use crate::value::{NONE, NULL, Value};
use crate::vm::{class_of, intern, types};
use core::cell::{Cell, RefCell};
use std::rc::Rc;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Reader,
    Writer,
    Random,
}

pub struct Buffered {
    /// NULL before `__init__` and after `detach`.
    pub raw: Cell<Value>,
    /// The raw stream when it is exactly a FileIO: then no Python code is in between.
    pub file: Cell<Option<&'static FileIo>>,
    pub role: Role,
    is_detached: Cell<bool>,
    size: Cell<usize>,
    ahead: RefCell<Vec<u8>>,
    /// Of `ahead`: what has been read already.
    used: Cell<usize>,
    pub pending: Rc<Pending>,
    /// Where the raw stream stands; -1: unknown.
    raw_position: Cell<i64>,
}
traced!(Buffered: raw);

pub fn of(value: Value) -> R<&'static Buffered> {
    let this = native::downcast::<Buffered>(value).ok_or_else(super::uninitialized)?;
    if this.raw.get().is_null() {
        return Err(value_error(if this.is_detached.get() {
            "raw stream has been detached"
        } else {
            "I/O operation on uninitialized object"
        }));
    }
    Ok(this)
}

pub fn new(class: Gc<Class>, role: Role) -> R {
    let object = Buffered {
        raw: Cell::new(NULL),
        file: Cell::new(None),
        role,
        is_detached: Cell::new(false),
        size: Cell::new(super::BUFFER_SIZE),
        ahead: RefCell::default(),
        used: Cell::new(0),
        pending: Pending::new(),
        raw_position: Cell::new(-1),
    };
    Ok(Native::new(class, object).value())
}

pub fn init(value: Value, args: Args<'_>) -> R<()> {
    static PARAMS: Params = Params::new("BufferedReader", "(raw, buffer_size=DEFAULT_BUFFER_SIZE)");
    let [raw, size] = PARAMS.bind::<2>(args)?;
    let size = size.option().map_or(Ok(super::BUFFER_SIZE as isize), crate::objects::support::ssize)?;
    set_up(value, raw, size)
}
/// `__init__` with its arguments.
pub fn set_up(value: Value, raw: Value, size: isize) -> R<()> {
    let this = native::downcast::<Buffered>(value).ok_or_else(super::uninitialized)?;
    let file = if class_of(raw) == super::classes()?.file_io { Some(fileio::of(raw)?) } else { None };
    let check = |what: &str| super::base::check_can(raw, what);
    match this.role {
        Role::Reader => check("readable")?,
        Role::Writer => check("writable")?,
        Role::Random => {
            check("seekable")?;
            check("readable")?;
            check("writable")?;
        }
    }
    let size = usize::try_from(size).ok().filter(|size| *size > 0);
    let Some(size) = size else { return Err(value_error("buffer size must be strictly positive")) };
    this.is_detached.set(false);
    store(value, &this.raw, raw);
    this.file.set(file);
    this.size.set(size);
    this.forget();
    this.raw_position.set(-1);
    this.pending.bytes.borrow_mut().clear();
    *this.pending.fd.borrow_mut() = file.map(FileIo::fd);
    if file.is_some() && this.role != Role::Reader {
        let pending: Rc<dyn super::Flush> = this.pending.clone();
        super::register(Rc::downgrade(&pending));
    }
    Ok(())
}

impl Buffered {
    pub fn is_closed(&self) -> R<bool> {
        match self.file.get() {
            Some(file) => Ok(file.is_closed()),
            None => attribute_is_true(self.raw.get(), "closed"),
        }
    }
    pub fn check_open(&self, message: &str) -> R<()> {
        if self.is_closed()? { Err(value_error(message)) } else { Ok(()) }
    }
    pub fn check_seekable(&self) -> R<()> {
        let can = match self.file.get() {
            Some(file) => file.seekable()?,
            None => asks(self.raw.get(), "seekable")?,
        };
        if can { Ok(()) } else { Err(unsupported("File or stream is not seekable.")) }
    }
    /// Bytes read ahead.
    fn unread(&self) -> usize {
        self.ahead.borrow().len() - self.used.get()
    }
    fn forget(&self) {
        self.ahead.borrow_mut().clear();
        self.used.set(0);
    }
    fn pending_len(&self) -> usize {
        self.pending.bytes.borrow().len()
    }

    // -- the raw stream ------------------------------------------------------------------

    /// One read of the raw stream; None when it would block.
    fn raw_read(&self, into: &mut [u8]) -> R<Option<usize>> {
        let count = match self.file.get() {
            Some(file) => fileio::read_some(file, into)?,
            None => self.raw_read_python(into)?,
        };
        self.moved(count);
        Ok(count)
    }
    #[cold]
    fn raw_read_python(&self, into: &mut [u8]) -> R<Option<usize>> {
        let array = ByteArray::new(&[])?;
        array.resize(into.len())?;
        let view = ops::call_positional(types().memoryview.value(), &[array.value()])?;
        let count = method(self.raw.get(), "readinto", &[view]);
        method(view, "release", &[])?;
        let count = count?;
        if count.is_none() {
            return Ok(None);
        }
        match int::index_to_isize(count)? {
            n if n >= 0 && n as usize <= into.len() => {
                into[..n as usize].copy_from_slice(&array.as_slice()[..n as usize]);
                Ok(Some(n as usize))
            }
            n => Err(crate::error::os_error(format!(
                "raw readinto() returned invalid length {n} (should have been between 0 and {})",
                into.len()
            ))),
        }
    }
    /// One write to the raw stream; None when it would block.
    fn raw_write(&self, from: &[u8]) -> R<Option<usize>> {
        let count = match self.file.get() {
            Some(file) => fileio::write_some(file, from)?,
            None => {
                let bytes = bytes::try_new(from)?;
                let view = ops::call_positional(types().memoryview.value(), &[bytes.value()])?;
                let count = method(self.raw.get(), "write", &[view])?;
                if count.is_none() {
                    None
                } else {
                    match int::index_to_isize(count)? {
                        n if n >= 0 && n as usize <= from.len() => Some(n as usize),
                        n => {
                            return Err(crate::error::os_error(format!(
                                "raw write() returned invalid length {n} (should have been between 0 and {})",
                                from.len()
                            )));
                        }
                    }
                }
            }
        };
        self.moved(count);
        Ok(count)
    }
    fn moved(&self, count: Option<usize>) {
        if self.raw_position.get() >= 0 {
            self.raw_position.set(self.raw_position.get() + count.unwrap_or(0) as i64);
        }
    }
    fn raw_seek(&self, offset: i64, whence: i32) -> R<i64> {
        let place = match self.file.get() {
            Some(file) => fileio::seek_to(file, offset, whence)?,
            None => {
                let place = method(self.raw.get(), "seek", &[Value::int(offset), Value::int(whence as i64)])?;
                self.checked_place(place, "seek")?
            }
        };
        self.raw_position.set(place);
        Ok(place)
    }
    fn raw_tell(&self) -> R<i64> {
        let place = match self.file.get() {
            Some(file) => fileio::position(file)?,
            None => {
                let place = method(self.raw.get(), "tell", &[])?;
                self.checked_place(place, "tell")?
            }
        };
        self.raw_position.set(place);
        Ok(place)
    }
    fn checked_place(&self, place: Value, _function: &str) -> R<i64> {
        match int::index_to_i64(place)? {
            place if place >= 0 => Ok(place),
            place => Err(crate::error::os_error(format!("Raw stream returned invalid position {place}"))),
        }
    }

    // -- reading -------------------------------------------------------------------------

    /// Before a read: what is to be written goes out.
    fn turn_to_reading(&self) -> R<()> {
        if self.role == Role::Random && self.pending_len() > 0 { self.flush_pending() } else { Ok(()) }
    }
    /// Reads ahead once; everything that was read ahead before has been used. None when it would block.
    fn fill(&self) -> R<Option<usize>> {
        let mut ahead = self.ahead.take();
        self.used.set(0);
        let size = self.size.get();
        ahead.clear();
        if ahead.try_reserve_exact(size).is_err() {
            return Err(memory_error());
        }
        ahead.resize(size, 0);
        let result = self.raw_read(&mut ahead);
        let count = match &result {
            Ok(Some(count)) => *count,
            _ => 0,
        };
        ahead.truncate(count);
        self.ahead.replace(ahead);
        result
    }
    /// Uses up to `count` bytes of what was read ahead.
    fn take_ahead(&self, count: usize, to: &mut Vec<u8>) -> R<usize> {
        let ahead = self.ahead.borrow();
        let start = self.used.get();
        let count = count.min(ahead.len() - start);
        to.try_reserve(count).map_err(|_| memory_error())?;
        to.extend_from_slice(&ahead[start..start + count]);
        self.used.set(start + count);
        Ok(count)
    }
    pub fn read_all(&self) -> R {
        self.turn_to_reading()?;
        let mut all = Vec::new();
        self.take_ahead(usize::MAX, &mut all)?;
        if let Some(file) = self.file.get() {
            let before = all.len();
            let is_there = fileio::read_to_end(file, &mut all)?;
            self.moved(Some(all.len() - before));
            return if is_there || !all.is_empty() { new_bytes(&all) } else { Ok(NONE) };
        }
        self.raw_position.set(-1);
        if let Some(readall) = ops::getattr_opt(self.raw.get(), intern("readall"))? {
            let rest = ops::call_positional(readall, &[])?;
            if rest.is_none() {
                return if all.is_empty() { Ok(NONE) } else { new_bytes(&all) };
            }
            let Some(rest) = rest.downcast::<Bytes>() else { return Err(type_error("readall() should return bytes")) };
            if all.is_empty() {
                return Ok(rest.value());
            }
            all.extend_from_slice(rest.as_slice());
            return new_bytes(&all);
        }
        loop {
            let piece = method(self.raw.get(), "read", &[])?;
            if piece.is_none() {
                return if all.is_empty() { Ok(NONE) } else { new_bytes(&all) };
            }
            let Some(piece) = piece.downcast::<Bytes>() else { return Err(type_error("read() should return bytes")) };
            if piece.len() == 0 {
                return new_bytes(&all);
            }
            all.extend_from_slice(piece.as_slice());
        }
    }
    /// As many bytes as there are, up to `count`; None when nothing is there and it would block.
    pub fn read(&self, count: usize) -> R<Option<Vec<u8>>> {
        self.turn_to_reading()?;
        let mut all = Vec::new();
        self.take_ahead(count, &mut all)?;
        while all.len() < count {
            let rest = count - all.len();
            let got = if rest >= self.size.get() {
                let step = rest - rest % self.size.get();
                let at = all.len();
                // Bit by bit: the file may be shorter than what is asked for.
                let step = step.min(16 << 20);
                all.try_reserve(step).map_err(|_| memory_error())?;
                all.resize(at + step, 0);
                let result = self.raw_read(&mut all[at..]);
                let got = match &result {
                    Ok(Some(got)) => *got,
                    _ => 0,
                };
                all.truncate(at + got);
                result?
            } else {
                let got = self.fill()?;
                self.take_ahead(rest, &mut all)?;
                got
            };
            match got {
                Some(0) => break,
                Some(_) => {}
                None if all.is_empty() => return Ok(None),
                None => break,
            }
        }
        Ok(Some(all))
    }
    /// At most one read of the raw stream.
    pub fn read1(&self, count: Option<usize>) -> R<Vec<u8>> {
        self.turn_to_reading()?;
        let count = count.unwrap_or(self.size.get());
        let mut some = Vec::new();
        if count == 0 || self.take_ahead(count, &mut some)? > 0 {
            return Ok(some);
        }
        if count >= self.size.get() {
            let count = count.min(16 << 20);
            some.try_reserve_exact(count).map_err(|_| memory_error())?;
            some.resize(count, 0);
            let result = self.raw_read(&mut some);
            some.truncate(result.as_ref().ok().copied().flatten().unwrap_or(0));
            result?;
            self.forget();
            return Ok(some);
        }
        self.fill()?;
        self.take_ahead(count, &mut some)?;
        Ok(some)
    }
    pub fn read_into(&self, into: &mut [u8], is_single: bool) -> R<Option<usize>> {
        self.turn_to_reading()?;
        let mut done = 0;
        while done < into.len() {
            let mut piece = Vec::new();
            let mut got = Some(self.take_ahead(into.len() - done, &mut piece)?);
            into[done..done + piece.len()].copy_from_slice(&piece);
            done += piece.len();
            if got == Some(0) {
                if is_single && done > 0 {
                    break;
                }
                if into.len() - done >= self.size.get() {
                    got = self.raw_read(&mut into[done..])?;
                    done += got.unwrap_or(0);
                    self.forget();
                } else {
                    got = self.fill()?;
                    if is_single && got.is_some_and(|got| got > 0) {
                        let mut piece = Vec::new();
                        self.take_ahead(into.len() - done, &mut piece)?;
                        into[done..done + piece.len()].copy_from_slice(&piece);
                        done += piece.len();
                    }
                }
                if is_single || got.is_none() || got == Some(0) {
                    return Ok(if got.is_none() && done == 0 { None } else { Some(done) });
                }
            } else if is_single {
                break;
            }
        }
        Ok(Some(done))
    }
    pub fn peek(&self) -> R {
        self.turn_to_reading()?;
        if self.unread() == 0 {
            self.fill()?;
        }
        let ahead = self.ahead.borrow();
        new_bytes(&ahead[self.used.get()..])
    }
    pub fn line(&self, limit: Option<usize>) -> R<Vec<u8>> {
        self.turn_to_reading()?;
        let mut line = Vec::new();
        loop {
            let rest = limit.map_or(usize::MAX, |limit| limit - line.len());
            if rest == 0 {
                return Ok(line);
            }
            let (count, is_end) = {
                let ahead = self.ahead.borrow();
                let unread = &ahead[self.used.get()..];
                let unread = &unread[..unread.len().min(rest)];
                memchr::memchr(b'\n', unread).map_or((unread.len(), false), |at| (at + 1, true))
            };
            self.take_ahead(count, &mut line)?;
            if is_end || limit == Some(line.len()) {
                return Ok(line);
            }
            if self.fill()?.unwrap_or(0) == 0 {
                return Ok(line);
            }
        }
    }

    // -- writing -------------------------------------------------------------------------

    /// Writes what is pending. What cannot be written stays.
    pub fn flush_pending(&self) -> R<()> {
        let mut bytes = self.pending.bytes.take();
        if bytes.is_empty() {
            return Ok(());
        }
        let mut done = 0;
        let result = loop {
            if done == bytes.len() {
                break Ok(());
            }
            match self.raw_write(&bytes[done..]) {
                Ok(Some(count)) => done += count,
                Ok(None) => break Err(would_block(0)),
                Err(raised) => break Err(raised),
            }
            if let Err(raised) = crate::pending::check() {
                break Err(raised);
            }
        };
        bytes.drain(..done);
        let mut later = self.pending.bytes.borrow_mut();
        bytes.append(&mut later);
        *later = bytes;
        result
    }
    /// Before a write: the raw stream goes back to where reading has come.
    fn turn_to_writing(&self) -> R<()> {
        let unread = self.unread();
        if unread > 0 {
            self.forget();
            self.raw_seek(-(unread as i64), 1)?;
        }
        Ok(())
    }
    pub fn write(&self, from: &[u8]) -> R<usize> {
        if self.role == Role::Random {
            self.turn_to_writing()?;
        }
        let size = self.size.get();
        if self.pending_len() + from.len() > size {
            if let Err(raised) = self.flush_pending() {
                return self.blocked(raised, from);
            }
            let mut done = 0;
            while from.len() - done > size {
                match self.raw_write(&from[done..])? {
                    Some(count) => done += count,
                    None => {
                        let kept = (from.len() - done).min(size);
                        self.keep(&from[done..done + kept])?;
                        return if done + kept == from.len() { Ok(from.len()) } else { Err(would_block(done + kept)) };
                    }
                }
                crate::pending::check()?;
            }
            self.keep(&from[done..])?;
            return Ok(from.len());
        }
        self.keep(from)?;
        Ok(from.len())
    }
    fn keep(&self, bytes: &[u8]) -> R<()> {
        let mut pending = self.pending.bytes.borrow_mut();
        pending.try_reserve(bytes.len()).map_err(|_| memory_error())?;
        pending.extend_from_slice(bytes);
        Ok(())
    }
    /// The raw stream would block: as much as there is room for is kept.
    fn blocked(&self, raised: Raised, from: &[u8]) -> R<usize> {
        if !raised.is(types().blocking_io_error) {
            return Err(raised);
        }
        let room = self.size.get().saturating_sub(self.pending_len()).min(from.len());
        self.keep(&from[..room])?;
        if room == from.len() { Ok(room) } else { Err(would_block(room)) }
    }

    // -- position ------------------------------------------------------------------------

    pub fn tell(&self) -> R<i64> {
        let raw = self.raw_tell()?;
        Ok((raw - self.unread() as i64 + self.pending_len() as i64).max(0))
    }
    pub fn seek(&self, target: i64, whence: i32) -> R<i64> {
        if self.pending.is_moved.take() {
            self.raw_position.set(-1);
        }
        if whence != 2 && whence <= 2 && self.role != Role::Writer && self.pending_len() == 0 {
            // Within what was read ahead no system call is needed.
            let unread = self.unread() as i64;
            let raw = if self.raw_position.get() >= 0 { self.raw_position.get() } else { self.raw_tell()? };
            let current = raw - unread;
            let offset = if whence == 0 { target - current } else { target };
            if unread > 0 && offset >= -(self.used.get() as i64) && offset <= unread {
                self.used.set((self.used.get() as i64 + offset) as usize);
                return Ok(current + offset);
            }
        }
        self.flush_pending()?;
        let target = if whence == 1 { target - self.unread() as i64 } else { target };
        let place = self.raw_seek(target, whence)?;
        self.forget();
        Ok(place)
    }
    /// Flushes, and puts the raw stream where the user is.
    pub fn flush_and_rewind(&self) -> R<()> {
        self.flush_pending()?;
        if self.role != Role::Writer {
            self.turn_to_writing()?;
        }
        Ok(())
    }
    pub fn detach(&self, value: Value) -> Value {
        let raw = self.raw.get();
        self.is_detached.set(true);
        store(value, &self.raw, NULL);
        self.file.set(None);
        *self.pending.fd.borrow_mut() = None;
        raw
    }
}

fn would_block(written: usize) -> Raised {
    let raised = os_error(libc::EAGAIN, NONE);
    let args = [
        Value::int(libc::EAGAIN as i64),
        crate::objects::str::new("write could not complete without blocking").value(),
        int::from_usize(written),
    ];
    match ops::call_positional(types().blocking_io_error.value(), &args) {
        Ok(made) => made.downcast::<crate::objects::exception::Exception>().map_or(raised, Raised),
        Err(other) => other,
    }
}
