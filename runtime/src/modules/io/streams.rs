//! `sys.stdin`, `sys.stdout`, `sys.stderr`: made at the start without running Python code.

use super::newline::Mode;
use super::text_init::{self, Wanted};
use super::{buffered, fileio};
use crate::args::Args;
use crate::error::R;
use crate::objects::instance;
use crate::objects::str;
use crate::value::{NONE, Value};
use crate::vm::{intern, names};

/// (stdin, stdout, stderr); None for a descriptor that is closed.
pub fn standard() -> R<[Value; 3]> {
    let (encoding, errors) = settings();
    let unbuffered = crate::flags::flags().unbuffered;
    let stream = |fd, name: &str, errors: &str| make(fd, name, &encoding, errors, unbuffered);
    Ok([
        stream(0, "<stdin>", &errors)?,
        stream(1, "<stdout>", &errors)?,
        stream(2, "<stderr>", "backslashreplace")?,
    ])
}

/// Encoding and error handler of stdin and stdout: of `PYTHONIOENCODING`, else by the locale.
fn settings() -> (String, String) {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_default();
    let is_plain = matches!(locale.as_str(), "" | "C" | "POSIX" | "C.UTF-8" | "C.utf8" | "UTF-8");
    let default = if is_plain { "surrogateescape" } else { "strict" };
    let wanted = crate::flags::variable("PYTHONIOENCODING").unwrap_or_default().to_string_lossy().into_owned();
    let (encoding, errors) = wanted.split_once(':').unwrap_or((wanted.as_str(), ""));
    let errors = match (errors, encoding) {
        ("", "") => default,
        ("", _) => "strict",
        (errors, _) => errors,
    };
    (if encoding.is_empty() { "utf-8" } else { encoding }.to_string(), errors.to_string())
}

/// A bit for each standard descriptor that was closed when the process started.
static CLOSED: core::sync::atomic::AtomicU8 = core::sync::atomic::AtomicU8::new(0);
/// Looks which standard descriptors are closed. For the time before Rust's start, which opens /dev/null in their place.
pub fn look_at_descriptors() {
    for fd in 0..3 {
        // SAFETY: fcntl only looks at a number.
        if unsafe { libc::fcntl(fd, libc::F_GETFD) } == -1 {
            CLOSED.fetch_or(1 << fd, core::sync::atomic::Ordering::Relaxed);
        }
    }
}

fn make(fd: i32, name: &str, encoding: &str, errors: &str, unbuffered: bool) -> R {
    if CLOSED.load(core::sync::atomic::Ordering::Relaxed) & 1 << fd != 0 {
        return Ok(NONE);
    }
    // SAFETY: fcntl only looks at a number.
    if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
        return Ok(NONE);
    }
    let own = super::classes()?;
    let is_input = fd == 0;
    let mode = if is_input { "r" } else { "w" };
    let raw = match fileio::make(Value::int(fd as i64), intern(if is_input { "rb" } else { "wb" }).value(), false, None) {
        Ok(raw) => raw,
        // A folder as standard input: nothing that can be read.
        Err(_) => return Ok(NONE),
    };
    instance::set(raw, names().name, str::new(name).value());
    let (class, role) =
        if is_input { (own.reader, buffered::Role::Reader) } else { (own.writer, buffered::Role::Writer) };
    let buffer = if unbuffered && !is_input {
        raw
    } else {
        let buffer = buffered::new(class, role)?;
        buffered::set_up(buffer, raw, super::BUFFER_SIZE as isize)?;
        buffer
    };
    let is_terminal = fileio::is_terminal(fileio::of(raw)?)?;
    let wanted = Wanted {
        encoding: Some(intern(encoding)),
        errors: Some(intern(errors)),
        mode: Mode::Lf,
        line_buffering: is_terminal || fd == 2,
        write_through: unbuffered && !is_input,
    };
    let text = text_init::new(own.text, Args::EMPTY)?;
    text_init::set_up(text, buffer, &wanted)?;
    instance::set(text, intern("mode"), intern(mode).value());
    Ok(text)
}
