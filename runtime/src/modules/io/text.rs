//! `TextIOWrapper`: characters over a stream of bytes: writing, reading. Not here: construction (`text_init.rs`), decoding and positions
//! (`text_decode.rs`), the tables (`text_table.rs`).

use super::buffered::Buffered;
use super::newline::{Ending, Mode, has_cr, has_newline, with_newlines};
use super::text_decode::{Decoder, Snapshot};
use super::{attribute_is_true, closed_file, method, new_bytes, unsupported};
use crate::codecs::Codec;
use crate::codecs::errors::Errors;
use crate::error::{R, memory_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::native;
use crate::objects::str::{self, Chars, Str, StrBuilder};
use crate::value::{NULL, Value};
use crate::vm::{class_of, names, type_name};
use core::cell::{Cell, RefCell};

pub struct TextIo {
    /// NULL before `__init__` and after `detach`.
    pub buffer: Cell<Value>,
    /// The buffered stream below when it is exactly one of ours: then no Python code is in between.
    pub lower: Cell<Option<&'static Buffered>>,
    pub is_detached: Cell<bool>,
    pub encoding: Cell<Value>,
    pub errors: Cell<Value>,
    /// The codec when it is native and without state; else `encoder` and the decoder's Python object are in use.
    pub codec: Cell<Option<Codec>>,
    pub mode: Cell<Mode>,
    pub line_buffering: Cell<bool>,
    pub write_through: Cell<bool>,
    pub is_seekable: Cell<bool>,
    /// False while iteration has disabled `tell`.
    pub is_telling: Cell<bool>,
    pub can_write: Cell<bool>,
    pub can_read: Cell<bool>,
    pub has_read1: Cell<bool>,
    pub encoder: Cell<Value>,
    pub decoder: Decoder,
    /// Characters decoded ahead (a str, or NULL), of which `used` have been read.
    pub decoded: Cell<Value>,
    pub used: Cell<usize>,
    /// Encoded, on their way down, where `lower` has no place for them.
    own_pending: RefCell<Vec<u8>>,
    pub chunk_size: Cell<usize>,
    pub snapshot: RefCell<Option<Snapshot>>,
}
impl native::NativeObject for TextIo {
    fn trace(&self, marker: &mut crate::heap::Marker) {
        for value in [&self.buffer, &self.encoding, &self.errors, &self.encoder, &self.decoded, &self.decoder.inner] {
            marker.value(value.get());
        }
    }
}

/// A stream that is initialised and attached.
pub fn of(value: Value) -> R<&'static TextIo> {
    let this = native::downcast::<TextIo>(value).ok_or_else(super::uninitialized)?;
    if this.buffer.get().is_null() {
        return Err(value_error(if this.is_detached.get() {
            "underlying buffer has been detached"
        } else {
            "I/O operation on uninitialized object"
        }));
    }
    Ok(this)
}

impl Default for TextIo {
    fn default() -> TextIo {
        TextIo {
            buffer: Cell::new(NULL),
            lower: Cell::new(None),
            is_detached: Cell::new(false),
            encoding: Cell::new(NULL),
            errors: Cell::new(NULL),
            codec: Cell::new(None),
            mode: Cell::new(Mode::Lf),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            is_seekable: Cell::new(false),
            is_telling: Cell::new(false),
            can_write: Cell::new(false),
            can_read: Cell::new(false),
            has_read1: Cell::new(false),
            encoder: Cell::new(NULL),
            decoder: Decoder::default(),
            decoded: Cell::new(NULL),
            used: Cell::new(0),
            own_pending: RefCell::default(),
            chunk_size: Cell::new(8192),
            snapshot: RefCell::new(None),
        }
    }
}

impl TextIo {
    pub fn is_closed(&self) -> R<bool> {
        match self.lower.get() {
            Some(lower) => lower.is_closed(),
            None => attribute_is_true(self.buffer.get(), "closed"),
        }
    }
    pub fn check_open(&self) -> R<()> {
        if self.is_closed()? { Err(closed_file()) } else { Ok(()) }
    }
    fn with_pending<T>(&self, with: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        match self.lower.get() {
            Some(lower) => with(&mut lower.pending.text.borrow_mut()),
            None => with(&mut self.own_pending.borrow_mut()),
        }
    }

    // -- writing -------------------------------------------------------------------------

    pub fn write_text(&self, text: Gc<Str>) -> R<()> {
        self.check_open()?;
        if !self.can_write.get() {
            return Err(unsupported("not writable"));
        }
        let is_line = self.line_buffering.get() && (has_newline(text) || has_cr(text));
        let text = match self.mode.get().written() {
            Some(newline) => with_newlines(text, newline),
            None => text,
        };
        let waiting = match (text.is_ascii(), text.chars(), self.codec.get()) {
            (true, Chars::Narrow(ascii), Some(_)) => self.keep(ascii)?,
            _ => {
                let bytes = self.encode(text)?;
                self.keep(&bytes)?
            }
        };
        if waiting >= self.chunk_size.get() || is_line || self.write_through.get() {
            self.flush_text()?;
        }
        if is_line {
            self.flush_below()?;
        }
        if self.can_read.get() {
            self.forget_decoded();
            self.decoder.reset()?;
        }
        Ok(())
    }
    fn keep(&self, bytes: &[u8]) -> R<usize> {
        self.with_pending(|pending| {
            pending.try_reserve(bytes.len()).map_err(|_| memory_error())?;
            pending.extend_from_slice(bytes);
            Ok(pending.len())
        })
    }
    fn encode(&self, text: Gc<Str>) -> R<Vec<u8>> {
        if let Some(codec) = self.codec.get() {
            return codec.encode(text, &Errors::new(self.errors.get()));
        }
        let encoded = method(self.encoder.get(), "encode", &[text.value()])?;
        match encoded.downcast::<crate::objects::bytes::Bytes>() {
            Some(bytes) => Ok(bytes.as_slice().to_vec()),
            None => Err(type_error(format!("encoder should return a bytes object, not '{}'", type_name(encoded)))),
        }
    }
    /// Hands what is encoded to the stream below.
    pub fn flush_text(&self) -> R<()> {
        let mut pending = self.with_pending(core::mem::take);
        if pending.is_empty() {
            return Ok(());
        }
        let result = match self.lower.get() {
            Some(lower) => lower.check_open("write to closed file").and_then(|()| lower.write(&pending)).map(drop),
            None => new_bytes(&pending).and_then(|bytes| method(self.buffer.get(), "write", &[bytes])).map(drop),
        };
        // The memory is used again.
        pending.clear();
        self.with_pending(|now| {
            if now.is_empty() {
                *now = pending;
            }
        });
        result
    }
    pub fn flush_below(&self) -> R<()> {
        match self.lower.get() {
            Some(lower) => {
                lower.check_open("flush of closed file")?;
                lower.flush_and_rewind()
            }
            None => method(self.buffer.get(), "flush", &[]).map(drop),
        }
    }

    // -- reading -------------------------------------------------------------------------

    pub fn check_readable(&self) -> R<()> {
        self.check_open()?;
        if self.can_read.get() { Ok(()) } else { Err(unsupported("not readable")) }
    }
    pub fn forget_decoded(&self) {
        self.decoded.set(NULL);
        self.used.set(0);
        *self.snapshot.borrow_mut() = None;
    }
    /// The owner's barrier: `value` is this object.
    fn set_decoded(&self, value: Value, text: Gc<Str>) {
        crate::objects::support::store(value, &self.decoded, text.value());
        self.used.set(0);
    }
    fn decoded_text(&self) -> Option<Gc<Str>> {
        self.decoded.get().downcast::<Str>()
    }
    /// Bytes of the stream below, at one go.
    fn read_below(&self, count: usize) -> R<Vec<u8>> {
        if let Some(lower) = self.lower.get() {
            lower.check_open("read of closed file")?;
            return lower.read1(Some(count));
        }
        let name = if self.has_read1.get() { "read1" } else { "read" };
        let read = method(self.buffer.get(), name, &[Value::int(count as i64)])?;
        match buffer::as_bytes(read)? {
            Some(view) => Ok(view.as_slice().to_vec()),
            None => Err(type_error(format!(
                "underlying {name}() should have returned a bytes-like object, not '{}'",
                type_name(read)
            ))),
        }
    }
    /// Decodes one more chunk; false at the end of the file.
    fn read_chunk(&self, value: Value, wanted: usize) -> R<bool> {
        let state = if self.is_telling.get() { Some(self.decoder.state()?) } else { None };
        let input = self.read_below(wanted.max(self.chunk_size.get()))?;
        let is_end = input.is_empty();
        let text = self.decoder.decode(self.codec.get(), self.errors.get(), &input, is_end)?;
        self.set_decoded(value, text);
        if let Some(state) = state {
            let mut all = state.buffer;
            all.extend_from_slice(&input);
            *self.snapshot.borrow_mut() = Some(Snapshot { flags: state.flags, input: all });
        }
        Ok(!is_end || text.len() > 0)
    }

    pub fn read_all(&self) -> R {
        let read = match self.lower.get() {
            Some(lower) => {
                lower.check_open("read of closed file")?;
                lower.read_all()?
            }
            None => method(self.buffer.get(), "read", &[])?,
        };
        let rest = if read.is_none() {
            return Err(crate::error::Raised::new(crate::vm::types().blocking_io_error, "Read returned None."));
        } else {
            let view = buffer::as_bytes(read)?.ok_or_else(|| {
                type_error(format!("underlying read() should have returned a bytes-like object, not '{}'", type_name(read)))
            })?;
            self.decoder.decode(self.codec.get(), self.errors.get(), view.as_slice(), true)?
        };
        let ahead = self.decoded_text().filter(|text| text.len() > self.used.get());
        let result = match ahead {
            Some(text) => {
                let start = self.used.get();
                str::concat(str::substring(text, start, text.len() - start), rest)?
            }
            None => rest,
        };
        self.forget_decoded();
        Ok(result.value())
    }
    pub fn read(&self, value: Value, count: usize) -> R {
        let mut out: Option<StrBuilder> = None;
        let mut rest = count;
        loop {
            if let Some(text) = self.decoded_text() {
                let start = self.used.get();
                let take = rest.min(text.len() - start);
                self.used.set(start + take);
                rest -= take;
                if rest == 0 && out.is_none() {
                    return Ok(if take == text.len() { text.value() } else { str::substring(text, start, take).value() });
                }
                out.get_or_insert_with(StrBuilder::new).push_slice(text, start, start + take);
            }
            if rest == 0 || !self.read_chunk(value, rest)? {
                return match out {
                    Some(out) => out.finish_value(),
                    None => Ok(str::empty().value()),
                };
            }
        }
    }
    /// The next line, at most `limit` characters of it.
    pub fn line(&self, value: Value, limit: Option<usize>) -> R<Gc<Str>> {
        let ending: Ending = self.mode.get().ending();
        let mut out: Option<StrBuilder> = None;
        let mut after_cr = false;
        loop {
            let text = match self.decoded_text().filter(|text| self.used.get() < text.len()) {
                Some(text) => text,
                None => {
                    if !self.read_chunk(value, 0)? {
                        self.forget_decoded();
                        return out.map_or(Ok(str::empty()), StrBuilder::finish);
                    }
                    continue;
                }
            };
            let start = self.used.get();
            let room = limit.map_or(usize::MAX, |limit| limit - out.as_ref().map_or(0, StrBuilder::len));
            // A "\r\n" may stand across two chunks.
            let found = if after_cr && text.char_at(start) == '\n' as u32 { Ok(start + 1) } else { ending.find(text.chars(), start) };
            let end = found.unwrap_or(text.len()).min(start.saturating_add(room));
            self.used.set(end);
            let is_done = found.is_ok_and(|place| place == end) || end - start == room;
            if is_done && out.is_none() {
                return Ok(if start == 0 && end == text.len() { text } else { str::substring(text, start, end - start) });
            }
            let builder = out.get_or_insert_with(StrBuilder::new);
            builder.push_slice(text, start, end);
            if is_done {
                return out.map_or(Ok(str::empty()), StrBuilder::finish);
            }
            after_cr = ending == Ending::CrLf && end > start && text.char_at(end - 1) == '\r' as u32;
        }
    }
    pub fn next(&self, value: Value) -> R<Option<Value>> {
        self.is_telling.set(false);
        let line = self.line(value, None)?;
        if line.len() == 0 {
            *self.snapshot.borrow_mut() = None;
            self.is_telling.set(self.is_seekable.get());
            return Ok(None);
        }
        Ok(Some(line.value()))
    }
}

/// The stream when writing to it needs no Python code: exactly a TextIOWrapper, without a `write` of its own.
pub fn direct(value: Value) -> Option<&'static TextIo> {
    let this = native::downcast::<TextIo>(value)?;
    let is_exact = super::classes().is_ok_and(|own| class_of(value) == own.text);
    if !is_exact || this.buffer.get().is_null() || crate::objects::instance::get(value, names().write).is_some() {
        return None;
    }
    Some(this)
}

/// For Python-level readers of one line: what `readline` answered must be a str.
pub fn expect_line(line: Value) -> R<Value> {
    if line.is::<Str>() {
        return Ok(line);
    }
    Err(crate::error::os_error(format!("readline() should have returned a str object, not '{}'", type_name(line))))
}
