//! `open` and what belongs to it.

use super::newline::Mode;
use super::text_init::{self, Wanted};
use super::{buffered, fileio, method};
use crate::args::Args;
use crate::error::{R, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::instance;
use crate::objects::int;
use crate::objects::str::{self, Str};
use crate::ops;
use crate::value::Value;
use crate::vm::{intern, type_name, types};

#[rustfmt::skip]
pub static FUNCTIONS: [NativeFunction; 3] = [
    function("open", "($module, /, file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)", open, "Open file and return a stream.  Raise OSError upon failure."),
    function("open_code", "($module, /, path)", open_code, "Opens the provided file with the intent to import the contents."),
    function("text_encoding", "($module, encoding, stacklevel=2, /)", text_encoding, "A helper function to choose the text encoding."),
];

fn text_encoding(args: &[Value]) -> R {
    Ok(if args[0].is_none() { intern("utf-8").value() } else { args[0] })
}
fn open_code(args: &[Value]) -> R {
    if !args[0].is::<Str>() {
        return Err(type_error(format!("open_code() argument 'path' must be str, not {}", type_name(args[0]))));
    }
    let null = crate::value::NULL;
    open(&[args[0], intern("rb").value(), null, null, null, null, null, null])
}

/// A `mode` of `open`.
#[derive(Default)]
struct How {
    reading: bool,
    writing: bool,
    creating: bool,
    appending: bool,
    updating: bool,
    binary: bool,
    text: bool,
}

fn parse(mode: &str) -> R<How> {
    let invalid = || value_error(format!("invalid mode: '{mode}'"));
    let mut how = How::default();
    for (i, c) in mode.char_indices() {
        let flag = match c {
            'x' => &mut how.creating,
            'r' => &mut how.reading,
            'w' => &mut how.writing,
            'a' => &mut how.appending,
            '+' => &mut how.updating,
            't' => &mut how.text,
            'b' => &mut how.binary,
            _ => return Err(invalid()),
        };
        *flag = true;
        if mode[..i].contains(c) {
            return Err(invalid());
        }
    }
    if how.text && how.binary {
        return Err(value_error("can't have text and binary mode at once"));
    }
    if how.creating as u8 + how.reading as u8 + how.writing as u8 + how.appending as u8 != 1 {
        return Err(value_error("must have exactly one of create/read/write/append mode"));
    }
    Ok(how)
}

fn text_or_none(value: Value, name: &str) -> R<Option<Gc<Str>>> {
    match ops::given(value) {
        None => Ok(None),
        Some(value) => match value.downcast::<Str>() {
            Some(text) => Ok(Some(text)),
            None => Err(type_error(format!("open() argument '{name}' must be str or None, not {}", type_name(value)))),
        },
    }
}

fn open(args: &[Value]) -> R {
    let &[file, mode, buffering, encoding, errors, newline, closefd, opener] = args else {
        return Err(type_error("open() takes eight parameters"));
    };
    let mode_text = match mode.option() {
        None => "r".to_string(),
        Some(mode) => match mode.downcast::<Str>() {
            Some(mode) => mode.to_string_lossy(),
            None => return Err(type_error(format!("open() argument 'mode' must be str, not {}", type_name(mode)))),
        },
    };
    let buffering = buffering.option().map_or(Ok(-1), int::index_to_i32)?;
    let encoding = text_or_none(encoding, "encoding")?;
    let errors = text_or_none(errors, "errors")?;
    let newline_text = text_or_none(newline, "newline")?;
    let closefd = closefd.option().map_or(Ok(true), ops::truth)?;
    let path = if int::is_any_int(file) { file } else { crate::modules::posix::path::fspath(file)? };
    let how = parse(&mode_text)?;
    if how.binary {
        let refused = [(encoding.is_some(), "encoding"), (errors.is_some(), "errors"), (newline_text.is_some(), "newline")];
        if let Some((_, what)) = refused.iter().find(|(is_given, _)| *is_given) {
            let article = if *what == "newline" { "a" } else { "an" };
            return Err(value_error(format!("binary mode doesn't take {article} {what} argument")));
        }
        if buffering == 1 {
            crate::warn::warn(
                types().runtime_warning,
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
            )?;
        }
    }
    let kind = if how.creating { "x" } else if how.reading { "r" } else if how.writing { "w" } else { "a" };
    let raw_mode = str::new(&format!("{kind}{}", if how.updating { "+" } else { "" })).value();
    let raw = fileio::make(path, raw_mode, closefd, ops::given(opener))?;
    let wanted = Text { encoding, errors, newline };
    match finish(raw, &how, buffering, &wanted, mode) {
        Ok(stream) => Ok(stream),
        Err(raised) => {
            // What was opened here is closed again.
            let _ = method(raw, "close", &[]);
            Err(raised)
        }
    }
}

struct Text {
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
    newline: Value,
}

fn finish(raw: Value, how: &How, buffering: i32, text: &Text, mode: Value) -> R {
    let file = fileio::of(raw)?;
    let is_terminal = if buffering < 0 { fileio::is_terminal(file)? } else { false };
    let line_buffering = buffering == 1 && !how.binary || is_terminal;
    let default = || file.block_size().clamp(super::BUFFER_SIZE as i64, 8 << 20) as isize;
    let size = match buffering {
        0 if how.binary => return Ok(raw),
        0 => return Err(value_error("can't have unbuffered text I/O")),
        1 => default(),
        size if size < -1 => return Err(value_error("invalid buffering size")),
        -1 => default(),
        size => size as isize,
    };
    let own = super::classes()?;
    let (class, role) = if how.updating {
        (own.random, buffered::Role::Random)
    } else if how.reading {
        (own.reader, buffered::Role::Reader)
    } else {
        (own.writer, buffered::Role::Writer)
    };
    let stream = buffered::new(class, role)?;
    buffered::set_up(stream, raw, size)?;
    if how.binary {
        return Ok(stream);
    }
    let wanted = Wanted {
        encoding: text.encoding,
        errors: text.errors,
        mode: Mode::argument(text.newline, "open() argument 'newline'")?,
        line_buffering,
        write_through: false,
    };
    let wrapper = text_init::new(own.text, Args::EMPTY)?;
    text_init::set_up(wrapper, stream, &wanted)?;
    let mode = mode.option().unwrap_or_else(|| intern("r").value());
    instance::set(wrapper, intern("mode"), mode);
    Ok(wrapper)
}
