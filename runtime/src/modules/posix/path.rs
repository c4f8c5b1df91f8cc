//! Arguments that name files: str, bytes, path-like objects or descriptors, as system calls want them; and the errors about them.

use crate::error::{R, Raised, overflow_error, system_error, type_error, value_error};
use crate::objects::bytes::{self, Bytes};
use crate::objects::exception::Exception;
use crate::objects::int;
use crate::objects::str::{self, Str};
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{names, type_name, types};
use std::ffi::CString;

/// What a function accepts besides str, bytes and path-like objects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Also {
    Nothing,
    Descriptor,
    DescriptorOrNone,
}

/// A file as an argument names it.
pub struct PathArg {
    pub text: CString,
    pub fd: Option<i32>,
    /// As the caller gave it: the file name of errors.
    pub object: Value,
    pub is_bytes: bool,
}

impl PathArg {
    pub fn as_ptr(&self) -> *const libc::c_char {
        self.text.as_ptr()
    }
    pub fn error(&self, errno: i32) -> Raised {
        os_error(errno, self.object)
    }
    /// Turns the result of a system call that fails with -1 into the error about this file.
    pub fn check(&self, result: i32) -> R<()> {
        if result < 0 { Err(self.error(last_errno())) } else { Ok(()) }
    }
}

/// `function: argument should be string, ...`
pub fn argument(value: Value, function: &str, name: &str, also: Also) -> R<PathArg> {
    let value = if value.is_null() { NONE } else { value };
    if value.is_none() && also == Also::DescriptorOrNone {
        return Ok(PathArg { text: c".".to_owned(), fd: None, object: NONE, is_bytes: false });
    }
    let mut given = value;
    if !value.is::<Str>() && !value.is::<Bytes>() {
        if also != Also::Nothing && crate::vm::class_of(value).slots.index.get().is_some() {
            return Ok(PathArg { text: CString::default(), fd: Some(descriptor(value)?), object: value, is_bytes: false });
        }
        let Some(method) = ops::lookup_special(value, names().__fspath__)?.filter(|method| !method.is_none()) else {
            let allowed = match also {
                Also::Nothing => "string, bytes or os.PathLike",
                Also::Descriptor => "string, bytes, os.PathLike or integer",
                Also::DescriptorOrNone => "string, bytes, os.PathLike, integer or None",
            };
            return Err(type_error(format!("{function}: {name} should be {allowed}, not {}", type_name(value))));
        };
        given = fspath_result(value, ops::call_positional(method, &[])?)?;
    }
    let text = CString::new(encoded(given)?)
        .map_err(|_| value_error(format!("{function}: embedded null character in {name}")))?;
    Ok(PathArg { text, fd: None, object: given, is_bytes: given.is::<Bytes>() })
}

/// A descriptor that stands for a file: an int that fits.
fn descriptor(value: Value) -> R<i32> {
    if value.is_bool() {
        crate::warn::warn(types().runtime_warning, "bool is used as a file descriptor")?;
    }
    let number = ops::index(value)?;
    let is_negative = crate::objects::support::is_negative(number);
    int::to_i64(number).and_then(|number| i32::try_from(number).ok()).ok_or_else(|| {
        overflow_error(if is_negative { "fd is less than minimum" } else { "fd is greater than maximum" })
    })
}

/// `dir_fd=`: AT_FDCWD when absent.
pub fn dir_fd(value: Value) -> R<i32> {
    let Some(value) = ops::given(value) else { return Ok(libc::AT_FDCWD) };
    if crate::vm::class_of(value).slots.index.get().is_none() {
        return Err(type_error(format!("argument should be integer or None, not {}", type_name(value))));
    }
    descriptor(value)
}

/// An int, or an object with `fileno()`.
pub fn fildes(value: Value) -> R<i32> {
    if int::is_any_int(value) {
        if value.is_bool() {
            crate::warn::warn(types().runtime_warning, "bool is used as a file descriptor")?;
        }
        let fd = int::index_to_i32(value)?;
        return if fd < 0 {
            Err(value_error(format!("file descriptor cannot be a negative integer ({fd})")))
        } else {
            Ok(fd)
        };
    }
    let Some(fileno) = ops::getattr_opt(value, crate::vm::intern("fileno"))? else {
        return Err(type_error("argument must be an int, or have a fileno() method."));
    };
    let answer = ops::call_positional(fileno, &[])?;
    if !int::is_any_int(answer) {
        return Err(type_error("fileno() returned a non-integer"));
    }
    let fd = int::index_to_i32(answer)?;
    if fd < 0 {
        return Err(value_error(format!("file descriptor cannot be a negative integer ({fd})")));
    }
    Ok(fd)
}

fn fspath_result(value: Value, result: Value) -> R {
    if result.is::<Str>() || result.is::<Bytes>() {
        return Ok(result);
    }
    Err(type_error(format!(
        "expected {}.__fspath__() to return str or bytes, not {}",
        type_name(value),
        type_name(result)
    )))
}

/// `os.fspath`: a str or bytes.
pub fn fspath(value: Value) -> R {
    if value.is::<Str>() || value.is::<Bytes>() {
        return Ok(value);
    }
    let Some(method) = ops::lookup_special(value, names().__fspath__)?.filter(|method| !method.is_none()) else {
        return Err(type_error(format!("expected str, bytes or os.PathLike object, not {}", type_name(value))));
    };
    fspath_result(value, ops::call_positional(method, &[])?)
}

/// The bytes of a str (by the file system's encoding) or bytes.
pub fn encoded(value: Value) -> R<Vec<u8>> {
    match (value.downcast::<Str>(), value.downcast::<Bytes>()) {
        (Some(text), _) => crate::codecs::encode_file_system(text),
        (_, Some(bytes)) => Ok(bytes.as_slice().to_vec()),
        _ => Err(type_error(format!("expected str or bytes, not {}", type_name(value)))),
    }
}
/// As CPython's `PyUnicode_FSConverter`: anything with `__fspath__`, without NUL bytes.
pub fn fs_converted(value: Value) -> R<CString> {
    CString::new(encoded(fspath(value)?)?).map_err(|_| value_error("embedded null byte"))
}

/// A result of a system call as the caller named things: bytes for bytes, else str.
pub fn decoded(text: &[u8], as_bytes: bool) -> R {
    if as_bytes {
        return bytes::try_new(text).map(|bytes| bytes.value());
    }
    crate::codecs::decode_file_system(text).map(|text| text.value())
}

// -- errors ----------------------------------------------------------------------------

pub fn last_errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}
/// OSError (of the subclass for the errno) about a file whose name is any object; NONE for no name.
#[cold]
pub fn os_error(errno: i32, filename: Value) -> Raised {
    make_error(errno, &[filename])
}
/// About two files.
#[cold]
pub fn os_error2(errno: i32, first: Value, second: Value) -> Raised {
    make_error(errno, &[first, NONE, second])
}
fn make_error(errno: i32, files: &[Value]) -> Raised {
    let mut args = vec![Value::int(errno as i64), str::new(&crate::objects::exception_os::strerror(errno)).value()];
    if files != [NONE] {
        args.extend_from_slice(files);
    }
    match ops::call_positional(types().os_error.value(), &args) {
        Ok(made) => made.downcast::<Exception>().map_or_else(|| system_error("no OSError"), Raised),
        Err(raised) => raised,
    }
}
#[cold]
pub fn last_error() -> Raised {
    os_error(last_errno(), NONE)
}

/// Runs a system call until it is not interrupted; handlers of signals run in between. Ok(Err(errno)) when it fails.
pub fn retry(mut call: impl FnMut() -> isize) -> R<Result<usize, i32>> {
    loop {
        let result = call();
        if result >= 0 {
            return Ok(Ok(result as usize));
        }
        let errno = last_errno();
        if errno != libc::EINTR {
            return Ok(Err(errno));
        }
        crate::pending::check()?;
    }
}
/// None on success, the last error otherwise.
pub fn done(result: i32) -> R {
    if result < 0 { Err(last_error()) } else { Ok(NONE) }
}
/// The number that a system call answers.
pub fn number(result: i64) -> R {
    if result < 0 { Err(last_error()) } else { Ok(Value::int(result)) }
}
