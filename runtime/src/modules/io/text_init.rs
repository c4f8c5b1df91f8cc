//! Construction of a `TextIOWrapper`, and `reconfigure`.

use super::newline::Mode;
use super::text::TextIo;
use super::{asks, buffered, method, unsupported};
use crate::args::Args;
use crate::codecs::{Codec, registry};
use crate::error::{R, type_error, value_error};
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::native::{self, Native};
use crate::objects::str::Str;
use crate::objects::support::{Params, store};
use crate::ops;
use crate::value::{NULL, Value};
use crate::vm::{class_of, intern, names, type_name};

pub fn new(class: Gc<Class>, _: Args<'_>) -> R {
    Ok(Native::new(class, TextIo::default()).value())
}

/// A str or None; `None` for the default.
fn text_argument(value: Value, name: &str) -> R<Option<Gc<Str>>> {
    let Some(value) = ops::given(value) else { return Ok(None) };
    let Some(text) = value.downcast::<Str>() else {
        return Err(type_error(format!(
            "TextIOWrapper() argument '{name}' must be str or None, not {}",
            type_name(value)
        )));
    };
    if text.iter().any(|c| c == 0) {
        return Err(value_error("embedded null character"));
    }
    Ok(Some(text))
}

pub fn init(value: Value, args: Args<'_>) -> R<()> {
    static PARAMS: Params = Params::new(
        "TextIOWrapper",
        "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
    );
    let [buffer, encoding, errors, newline, line_buffering, write_through] = PARAMS.bind::<6>(args)?;
    let encoding = text_argument(encoding, "encoding")?;
    let errors = text_argument(errors, "errors")?;
    let mode = Mode::argument(newline, "TextIOWrapper() argument 'newline'")?;
    let line_buffering = line_buffering.option().map_or(Ok(false), ops::truth)?;
    let write_through = write_through.option().map_or(Ok(false), ops::truth)?;
    set_up(value, buffer, &Wanted { encoding, errors, mode, line_buffering, write_through })
}

pub struct Wanted {
    pub encoding: Option<Gc<Str>>,
    pub errors: Option<Gc<Str>>,
    pub mode: Mode,
    pub line_buffering: bool,
    pub write_through: bool,
}

/// `__init__` with its arguments.
pub fn set_up(value: Value, buffer: Value, wanted: &Wanted) -> R<()> {
    let this = native::downcast::<TextIo>(value).ok_or_else(super::uninitialized)?;
    store(value, &this.buffer, NULL);
    let own = super::classes()?;
    let class = class_of(buffer);
    let is_ours = class == own.reader || class == own.writer || class == own.random;
    let lower = if is_ours { Some(buffered::of(buffer)?) } else { None };
    let (can_read, can_write, can_seek) = match lower.and_then(|lower| lower.file.get().map(|file| (lower, file))) {
        // What FileIO would answer, and the role that was checked against it.
        Some((lower, file)) => {
            file.number()?;
            (lower.role != buffered::Role::Writer, lower.role != buffered::Role::Reader, file.seekable()?)
        }
        None => (asks(buffer, "readable")?, asks(buffer, "writable")?, asks(buffer, "seekable")?),
    };
    this.lower.set(lower);
    this.can_read.set(can_read);
    this.can_write.set(can_write);
    this.is_seekable.set(can_seek);
    this.is_telling.set(can_seek);
    this.has_read1.set(is_ours || ops::getattr_opt(buffer, intern("read1"))?.is_some());
    this.is_detached.set(false);
    this.line_buffering.set(wanted.line_buffering);
    this.write_through.set(wanted.write_through);
    this.chunk_size.set(8192);
    this.forget_decoded();
    set_newlines(this, wanted.mode);
    let encoding = match wanted.encoding {
        Some(encoding) if !encoding.eq_str("locale") => encoding,
        _ => intern("UTF-8"),
    };
    set_codec(value, this, encoding, wanted.errors.unwrap_or(names().strict))?;
    store(value, &this.buffer, buffer);
    if can_seek && can_write && !this.encoder.get().is_null() {
        let place = match lower {
            Some(lower) => lower.tell()?,
            None => int::index_to_i64(method(buffer, "tell", &[])?)?,
        };
        if place != 0 {
            this.reset_encoder(false)?;
        }
    }
    Ok(())
}

fn set_newlines(this: &TextIo, mode: Mode) {
    this.mode.set(mode);
    this.decoder.is_universal.set(mode.is_universal());
    this.decoder.newlines.is_translating.set(mode == Mode::Translated);
}

fn set_codec(value: Value, this: &TextIo, encoding: Gc<Str>, errors: Gc<Str>) -> R<()> {
    let name = encoding.to_string_lossy();
    let native = Codec::named(&name).filter(|codec| matches!(codec, Codec::Utf8 | Codec::Ascii | Codec::Latin1));
    let (mut encoder, mut decoder) = (NULL, NULL);
    if native.is_none() {
        let info = registry::lookup_text(&name, "codecs.open()")?;
        if this.can_read.get() {
            let make = ops::getattr(info.value(), intern("incrementaldecoder"))?;
            decoder = ops::call_positional(make, &[errors.value()])?;
        }
        if this.can_write.get() {
            let make = ops::getattr(info.value(), intern("incrementalencoder"))?;
            encoder = ops::call_positional(make, &[errors.value()])?;
        }
    }
    this.decoder.clear();
    store(value, &this.decoder.inner, decoder);
    store(value, &this.encoder, encoder);
    this.codec.set(native);
    store(value, &this.encoding, encoding.value());
    store(value, &this.errors, errors.value());
    Ok(())
}

pub fn reconfigure(args: &[Value]) -> R {
    let &[value, encoding, errors, newline, line_buffering, write_through] = args else {
        return Err(type_error("reconfigure() takes five parameters"));
    };
    let this = super::text::of(value)?;
    let changes_newline = !newline.is_null();
    let is_reading = !this.decoded.get().is_null();
    let given = |value: Value, name: &str| match ops::given(value) {
        None => Ok(None),
        Some(value) => match value.downcast::<Str>() {
            Some(text) => Ok(Some(text)),
            None => Err(type_error(format!("reconfigure() argument '{name}' must be str or None, not {}", type_name(value)))),
        },
    };
    let (encoding, errors) = (given(encoding, "encoding")?, given(errors, "errors")?);
    if is_reading && (encoding.is_some() || errors.is_some() || changes_newline) {
        return Err(unsupported("It is not possible to set the encoding or newline of stream after the first read"));
    }
    let mode = if changes_newline { Mode::argument(newline, "reconfigure() argument 'newline'")? } else { this.mode.get() };
    let flag = |value: Value, now: bool| ops::given(value).map_or(Ok(now), ops::truth);
    let line_buffering = flag(line_buffering, this.line_buffering.get())?;
    let write_through = flag(write_through, this.write_through.get())?;
    method(value, "flush", &[])?;
    if encoding.is_some() || errors.is_some() {
        let strict = Some(names().strict);
        let old_errors = this.errors.get().downcast::<Str>();
        let errors = errors.or(if encoding.is_some() { strict } else { old_errors }).unwrap_or(names().strict);
        let encoding = match encoding {
            Some(encoding) if encoding.eq_str("locale") => intern("UTF-8"),
            Some(encoding) => encoding,
            None => this.encoding.get().downcast::<Str>().unwrap_or(names().utf8),
        };
        set_codec(value, this, encoding, errors)?;
    }
    if changes_newline {
        set_newlines(this, mode);
    }
    this.line_buffering.set(line_buffering);
    this.write_through.set(write_through);
    Ok(crate::value::NONE)
}
