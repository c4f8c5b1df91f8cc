//! Standard input: a text stream with universal newlines, and its bytes as `buffer`. `_io` is not native yet, so these are no
//! `TextIOWrapper` and no `BufferedReader`; they have what `input`, iteration and most programs use of them.

use crate::error::{R, memory_error, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, method};
use crate::objects::bytes;
use crate::objects::class::{Class, flags};
use crate::objects::list::List;
use crate::objects::native::{self, Native};
use crate::objects::native_class;
use crate::objects::str;
use crate::objects::support::itself;
use crate::ops;
use crate::traced;
use crate::value::{FALSE, NONE, TRUE, Value};
use crate::vm::{intern, names, type_name};
use core::cell::{Cell, RefCell};
use std::rc::Rc;

/// What was read of the descriptor and not asked for yet.
#[derive(Default)]
struct Source {
    bytes: RefCell<Vec<u8>>,
    start: Cell<usize>,
}

struct Input {
    source: Rc<Source>,
    is_text: bool,
    /// The stream of bytes of a stream of text.
    buffer: Cell<Value>,
}
traced!(Input: buffer);

const CHUNK: usize = 64 << 10;

impl Source {
    /// Reads on; false at the end of the input. Signals run their handlers in between.
    fn fill(&self) -> R<bool> {
        let mut chunk = [0u8; CHUNK];
        let count = loop {
            // SAFETY: the buffer has CHUNK bytes.
            let count = unsafe { libc::read(0, chunk.as_mut_ptr().cast(), CHUNK) };
            if let Ok(count) = usize::try_from(count) {
                break count.min(CHUNK);
            }
            let error = std::io::Error::last_os_error();
            if error.kind() != std::io::ErrorKind::Interrupted {
                return Err(crate::objects::exception_os::from_io(&error, None));
            }
            crate::pending::check()?;
        };
        let mut bytes = self.bytes.borrow_mut();
        bytes.drain(..self.start.replace(0));
        bytes.try_reserve(count).map_err(|_| memory_error())?;
        bytes.extend_from_slice(&chunk[..count]);
        Ok(count > 0)
    }
    fn available(&self) -> usize {
        self.bytes.borrow().len() - self.start.get()
    }
    fn at(&self, index: usize) -> Option<u8> {
        self.bytes.borrow().get(self.start.get() + index).copied()
    }
    fn take(&self, count: usize) -> Vec<u8> {
        let start = self.start.get();
        let bytes = self.bytes.borrow();
        let end = (start + count).min(bytes.len());
        self.start.set(end);
        bytes[start..end].to_vec()
    }
    fn take_all(&self) -> R<Vec<u8>> {
        while self.fill()? {}
        Ok(self.take(self.available()))
    }
    /// Up to and with the end of the line; `is_text` ends lines at a carriage return too.
    fn take_line(&self, is_text: bool) -> R<Vec<u8>> {
        let mut searched = 0;
        loop {
            let found = {
                let bytes = self.bytes.borrow();
                let rest = &bytes[self.start.get() + searched..];
                if is_text { memchr::memchr2(b'\n', b'\r', rest) } else { memchr::memchr(b'\n', rest) }
            };
            let Some(at) = found.map(|at| at + searched) else {
                searched = self.available();
                if !self.fill()? {
                    return Ok(self.take(self.available()));
                }
                continue;
            };
            if self.at(at) == Some(b'\n') {
                return Ok(self.take(at + 1));
            }
            let is_pair = (self.at(at + 1).is_some() || self.fill()?) && self.at(at + 1) == Some(b'\n');
            let mut line = self.take(at + 1 + is_pair as usize);
            line.truncate(at);
            line.push(b'\n');
            return Ok(line);
        }
    }
    /// The bytes of so many characters of UTF-8, newlines translated.
    fn take_chars(&self, count: usize) -> R<Vec<u8>> {
        let mut taken = Vec::new();
        for _ in 0..count {
            if self.available() == 0 && !self.fill()? {
                break;
            }
            let len = match self.at(0) {
                Some(0xC0..=0xDF) => 2,
                Some(0xE0..=0xEF) => 3,
                Some(0xF0..=0xFF) => 4,
                _ => 1,
            };
            while self.available() < len && self.fill()? {}
            let piece = self.take(len);
            if piece == b"\r" {
                if (self.available() > 0 || self.fill()?) && self.at(0) == Some(b'\n') {
                    self.take(1);
                }
                taken.push(b'\n');
            } else {
                taken.extend_from_slice(&piece);
            }
        }
        Ok(taken)
    }
}

fn translated(bytes: Vec<u8>) -> Vec<u8> {
    if memchr::memchr(b'\r', &bytes).is_none() {
        return bytes;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte == b'\r' {
            rest.next_if_eq(&b'\n');
            out.push(b'\n');
        } else {
            out.push(byte);
        }
    }
    out
}

impl Input {
    fn value(&self, bytes: &[u8]) -> R {
        if self.is_text { decode(bytes) } else { bytes::try_new(bytes).map(Gc::value) }
    }
}
fn decode(content: &[u8]) -> R {
    crate::codecs::decode(content, "utf-8", names().strict.value()).map(Gc::value)
}

fn this(value: Value) -> R<&'static Input> {
    native::downcast::<Input>(value).ok_or_else(|| type_error("not a standard stream"))
}
/// None and negative sizes mean all.
fn size(value: Value) -> R<Option<usize>> {
    let Some(value) = ops::given(value) else { return Ok(None) };
    if value.is_float() {
        return Err(type_error(format!("argument should be integer or None, not '{}'", type_name(value))));
    }
    Ok(usize::try_from(crate::objects::support::ssize(value)?).ok())
}

fn read(args: &[Value]) -> R {
    let input = this(args[0])?;
    let bytes = match size(args[1])? {
        None if input.is_text => translated(input.source.take_all()?),
        None => input.source.take_all()?,
        Some(count) if input.is_text => input.source.take_chars(count)?,
        Some(count) => {
            while input.source.available() < count && input.source.fill()? {}
            input.source.take(count)
        }
    };
    input.value(&bytes)
}
fn readline(args: &[Value]) -> R {
    let input = this(args[0])?;
    if size(args[1])?.is_some() {
        return Err(crate::error::not_implemented_error("readline() of standard input takes no size yet"));
    }
    input.value(&input.source.take_line(input.is_text)?)
}
fn next(value: Value) -> R<Option<Value>> {
    let input = this(value)?;
    let line = input.source.take_line(input.is_text)?;
    if line.is_empty() { Ok(None) } else { input.value(&line).map(Some) }
}
fn readlines(args: &[Value]) -> R {
    let hint = size(args[1])?.filter(|hint| *hint > 0);
    let list = List::new();
    let mut total = 0;
    while let Some(line) = next(args[0])? {
        list.push(line)?;
        total += ops::len(line)?;
        if hint.is_some_and(|hint| total >= hint) {
            break;
        }
    }
    Ok(list.value())
}

#[rustfmt::skip]
static METHODS: [NativeFunction; 9] = [
    method("read", "($self, size=-1, /)", read, "Read at most size characters from stream."),
    method("readline", "($self, size=-1, /)", readline, "Read until newline or EOF."),
    method("readlines", "($self, hint=-1, /)", readlines, "Return a list of lines from the stream."),
    method("fileno", "($self, /)", |_| Ok(Value::int(0)), "Return underlying file descriptor."),
    // SAFETY: isatty only looks at a number.
    method("isatty", "($self, /)", |_| Ok(Value::bool(unsafe { libc::isatty(0) == 1 })), "Return whether this is an 'interactive' stream."),
    method("readable", "($self, /)", |_| Ok(TRUE), "Return whether object was opened for reading."),
    method("writable", "($self, /)", |_| Ok(FALSE), "Return whether object was opened for writing."),
    method("flush", "($self, /)", |_| Ok(NONE), ""),
    method("__enter__", "($self, /)", |args| Ok(args[0]), ""),
];
#[rustfmt::skip]
static ATTRIBUTES: [NativeAttribute; 3] = [
    getset("name", |_| Ok(intern("<stdin>").value()), None, ""),
    getset("mode", |v| Ok(intern(if this(v)?.is_text { "r" } else { "rb" }).value()), None, ""),
    getset("closed", |_| Ok(FALSE), None, ""),
];
#[rustfmt::skip]
static TEXT_ATTRIBUTES: [NativeAttribute; 3] = [
    getset("encoding", |_| Ok(names().utf8.value()), None, "Encoding of the text stream."),
    getset("errors", |_| Ok(names().strict.value()), None, "The error setting of the decoder or encoder."),
    getset("buffer", |v| Ok(this(v)?.buffer.get()), None, ""),
];

fn class(name: &str, is_text: bool) -> Gc<Class> {
    native_class::new("sys", name, flags::DISALLOW_INSTANTIATION, |class| {
        class.slots.iter.set(Some(itself));
        class.slots.next.set(Some(next));
        class.slots.repr.set(Some(repr));
        class.add_methods(&METHODS);
        class.add_attributes(&ATTRIBUTES);
        if is_text {
            class.add_attributes(&TEXT_ATTRIBUTES);
        }
    })
}
fn repr(value: Value) -> R {
    let text = if this(value)?.is_text { "<StandardInput name='<stdin>' mode='r' encoding='utf-8'>" } else { "<StandardBytes name='<stdin>'>" };
    Ok(str::new(text).value())
}

/// `sys.stdin`; None when the descriptor is closed, as in CPython.
pub fn standard() -> Value {
    // SAFETY: fcntl only looks at a number.
    if unsafe { libc::fcntl(0, libc::F_GETFD) } < 0 {
        return NONE;
    }
    let source = Rc::new(Source::default());
    let raw = Input { source: source.clone(), is_text: false, buffer: Cell::new(NONE) };
    let buffer = Native::new(class("StandardBytes", false), raw).value();
    Native::new(class("StandardInput", true), Input { source, is_text: true, buffer: Cell::new(buffer) }).value()
}
