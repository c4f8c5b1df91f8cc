//! OSError from an error of the operating system. Not here: the class itself.

use crate::error::Raised;
use crate::objects::exception::Exception;
use crate::objects::str;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::types;

/// The OSError (of the subclass that the errno asks for) with CPython's text and, when given, the file's name.
pub fn from_errno(errno: i32, filename: Option<&str>) -> Raised {
    let text = str::new(&strerror(errno)).value();
    let filename = filename.map_or(NONE, |name| str::new(name).value());
    let args = [Value::int(errno as i64), text, filename];
    let count = if filename == NONE { 2 } else { 3 };
    match ops::call_positional(types().os_error.value(), &args[..count]) {
        Ok(made) => match made.downcast::<Exception>() {
            Some(exception) => Raised(exception),
            None => crate::error::os_error(strerror(errno)),
        },
        Err(raised) => raised,
    }
}
pub fn from_io(error: &std::io::Error, filename: Option<&str>) -> Raised {
    match error.raw_os_error() {
        Some(errno) => from_errno(errno, filename),
        None => crate::error::os_error(error.to_string()),
    }
}
pub fn last(filename: Option<&str>) -> Raised {
    from_io(&std::io::Error::last_os_error(), filename)
}

/// `os.strerror`.
pub fn strerror(errno: i32) -> String {
    // SAFETY: strerror answers a NUL-terminated text that stays until the next call; it is copied at once.
    unsafe { core::ffi::CStr::from_ptr(libc::strerror(errno)).to_string_lossy().into_owned() }
}

