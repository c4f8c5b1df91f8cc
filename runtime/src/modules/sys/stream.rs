//! Standard output and error: text streams over a file descriptor, with a buffer. `_io` is not native yet, so these are no
//! `TextIOWrapper`s; they have what `print`, tracebacks and most programs use of one.

use crate::error::R;
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, method};
use crate::objects::class::Class;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::value::{FALSE, NONE, Value};
use core::cell::RefCell;

struct Stream {
    descriptor: i32,
    name: &'static str,
    buffer: RefCell<Vec<u8>>,
}

impl NativeObject for Stream {
    fn trace(&self, _: &mut Marker) {}
}

/// Bytes that wait before they are written.
const BUFFER: usize = 8192;

impl Stream {
    fn is_terminal(&self) -> bool {
        // SAFETY: isatty only looks at a number.
        unsafe { libc::isatty(self.descriptor) == 1 }
    }
    fn flush(&self) -> R<()> {
        let bytes = core::mem::take(&mut *self.buffer.borrow_mut());
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            // SAFETY: the pointer and length are those of a slice.
            let written = unsafe { libc::write(self.descriptor, rest.as_ptr().cast(), rest.len()) };
            if written < 0 {
                let error = std::io::Error::last_os_error();
                if error.kind() == std::io::ErrorKind::Interrupted {
                    crate::pending::check()?;
                    continue;
                }
                return Err(crate::objects::exception_os::from_io(&error, None));
            }
            rest = &rest[written as usize..];
        }
        Ok(())
    }
    fn write(&self, text: Gc<Str>) -> R<()> {
        let bytes = match text.as_ascii() {
            Some(ascii) => ascii.as_bytes().to_vec(),
            None => encode(text, if self.descriptor == 2 { "backslashreplace" } else { "strict" })?,
        };
        let full = {
            let mut buffer = self.buffer.borrow_mut();
            buffer.extend_from_slice(&bytes);
            buffer.len() >= BUFFER
        };
        let is_line = bytes.contains(&b'\n') && (self.descriptor == 2 || self.is_terminal());
        if full || is_line { self.flush() } else { Ok(()) }
    }
}

/// UTF-8; a lone surrogate is an error on standard output, escaped by CPython's rule on standard error too.
fn encode(text: Gc<Str>, errors: &str) -> R<Vec<u8>> {
    match text.to_string_strict() {
        Some(text) => Ok(text.into_bytes()),
        None => {
            let bytes = crate::ops::call_method(
                text.value(),
                crate::vm::intern("encode"),
                &[str::new("utf-8").value(), str::new(errors).value()],
            )?;
            Ok(bytes.downcast::<crate::objects::bytes::Bytes>().map_or(Vec::new(), |bytes| bytes.as_slice().to_vec()))
        }
    }
}

fn this(value: Value) -> R<&'static Stream> {
    native::downcast::<Stream>(value).ok_or_else(|| crate::error::type_error("not a standard stream"))
}

static METHODS: [NativeFunction; 6] = [
    method("write", "($self, text, /)", write, "Write a string; the number of its characters."),
    method("flush", "($self, /)", |args| this(args[0])?.flush().map(|()| NONE), ""),
    method("fileno", "($self, /)", |args| Ok(Value::small_int(this(args[0])?.descriptor as i64)), ""),
    method("isatty", "($self, /)", |args| Ok(Value::bool(this(args[0])?.is_terminal())), ""),
    method("writable", "($self, /)", |_| Ok(crate::value::TRUE), ""),
    method("readable", "($self, /)", |_| Ok(FALSE), ""),
];
static ATTRIBUTES: [NativeAttribute; 4] = [
    getset("name", |v| Ok(str::new(this(v)?.name).value()), None, ""),
    getset("encoding", |_| Ok(str::new("utf-8").value()), None, ""),
    getset("errors", |v| Ok(str::new(if this(v)?.descriptor == 2 { "backslashreplace" } else { "strict" }).value()), None, ""),
    getset("closed", |_| Ok(FALSE), None, ""),
];

fn write(args: &[Value]) -> R {
    let Some(text) = args[1].downcast::<Str>() else {
        return Err(crate::error::type_error(format!(
            "write() argument must be str, not {}",
            crate::vm::type_name(args[1])
        )));
    };
    this(args[0])?.write(text)?;
    Ok(Value::int(text.len() as i64))
}

/// (stdout, stderr)
pub fn standard() -> (Value, Value) {
    let class: Gc<Class> = native_class::new("sys", "StandardStream", crate::objects::class::flags::DISALLOW_INSTANTIATION, |class| {
        class.add_methods(&METHODS);
        class.add_attributes(&ATTRIBUTES);
    });
    let make = |descriptor, name| {
        Native::new(class, Stream { descriptor, name, buffer: RefCell::default() }).value()
    };
    (make(1, "<stdout>"), make(2, "<stderr>"))
}
