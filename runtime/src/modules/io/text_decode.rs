//! The decoder of a `TextIOWrapper`, and the positions that `tell` answers: cookies of a place in the bytes and what to decode again.

use super::newline::Newlines;
use super::text::TextIo;
use super::{method, new_bytes, unsupported};
use crate::codecs::errors::Errors;
use crate::codecs::{Codec, End};
use crate::error::{R, os_error, overflow_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::bytes::Bytes;
use crate::objects::int;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NULL, Value};
use crate::vm::type_name;
use core::cell::{Cell, RefCell};
use dashu_int::IBig;

/// Bytes to characters, piece by piece: a native codec, or an incremental decoder of Python; then newlines.
#[derive(Default)]
pub struct Decoder {
    /// The incremental decoder; NULL with a native codec.
    pub inner: Cell<Value>,
    /// An incomplete sequence at the end of the last piece.
    rest: RefCell<Vec<u8>>,
    pub newlines: Newlines,
    pub is_universal: Cell<bool>,
}

/// As `getstate()` answers it.
pub struct State {
    pub buffer: Vec<u8>,
    pub flags: i64,
}
/// Where decoding of the current chunk began.
pub struct Snapshot {
    pub flags: i64,
    pub input: Vec<u8>,
}

impl Decoder {
    pub fn decode(&self, codec: Option<Codec>, errors: Value, input: &[u8], is_final: bool) -> R<Gc<Str>> {
        let text = match codec {
            Some(codec) => self.decode_native(codec, errors, input, is_final)?,
            None => {
                let decoded = method(self.inner.get(), "decode", &[new_bytes(input)?, Value::bool(is_final)])?;
                decoded.downcast::<Str>().ok_or_else(|| {
                    type_error(format!("decoder should return a string result, not '{}'", type_name(decoded)))
                })?
            }
        };
        if self.is_universal.get() { self.newlines.decode(text, is_final) } else { Ok(text) }
    }
    fn decode_native(&self, codec: Codec, errors: Value, input: &[u8], is_final: bool) -> R<Gc<Str>> {
        let mut rest = self.rest.take();
        let end = if is_final { End::Final } else { End::Open };
        if rest.is_empty() {
            let decoded = codec.decode(input, &Errors::new(errors), end)?;
            rest.extend_from_slice(&input[decoded.consumed.min(input.len())..]);
            self.rest.replace(rest);
            return Ok(decoded.text);
        }
        rest.extend_from_slice(input);
        let decoded = codec.decode(&rest, &Errors::new(errors), end)?;
        rest.drain(..decoded.consumed.min(rest.len()));
        self.rest.replace(rest);
        Ok(decoded.text)
    }
    pub fn state(&self) -> R<State> {
        let cr = self.is_universal.get() && self.newlines.pending_cr.get();
        let with_cr = |flags: i64| if self.is_universal.get() { flags.wrapping_shl(1) | cr as i64 } else { flags };
        if self.inner.get().is_null() {
            return Ok(State { buffer: self.rest.borrow().clone(), flags: with_cr(0) });
        }
        let state = method(self.inner.get(), "getstate", &[])?;
        let Some(state) = state.downcast::<Tuple>().filter(|state| state.len() == 2) else {
            return Err(type_error("illegal decoder state"));
        };
        let Some(buffer) = state.at(0).downcast::<Bytes>() else {
            return Err(type_error(format!(
                "illegal decoder state: the first item should be a bytes object, not '{}'",
                type_name(state.at(0))
            )));
        };
        let flags = int::to_i64(state.at(1)).unwrap_or(0);
        Ok(State { buffer: buffer.as_slice().to_vec(), flags: with_cr(flags) })
    }
    pub fn set_state(&self, buffer: &[u8], flags: i64) -> R<()> {
        let flags = if self.is_universal.get() {
            self.newlines.pending_cr.set(flags & 1 != 0);
            flags >> 1
        } else {
            flags
        };
        if self.inner.get().is_null() {
            self.rest.replace(buffer.to_vec());
            return Ok(());
        }
        let state = Tuple::from_slice(&[new_bytes(buffer)?, Value::int(flags)]);
        method(self.inner.get(), "setstate", &[state.value()]).map(drop)
    }
    pub fn reset(&self) -> R<()> {
        self.rest.borrow_mut().clear();
        self.newlines.reset();
        if self.inner.get().is_null() {
            return Ok(());
        }
        method(self.inner.get(), "reset", &[]).map(drop)
    }
    /// Forgets the Python object: for a new encoding.
    pub fn clear(&self) {
        self.inner.set(NULL);
        self.rest.borrow_mut().clear();
        self.newlines.reset();
    }
}

/// A position: where in the bytes, and what to decode from there.
#[derive(Default)]
struct Cookie {
    start: i64,
    flags: i64,
    bytes_to_feed: i64,
    chars_to_skip: i64,
    need_eof: bool,
}

impl Cookie {
    fn pack(&self) -> Value {
        if self.flags == 0 && self.bytes_to_feed == 0 && self.chars_to_skip == 0 && !self.need_eof {
            return Value::int(self.start);
        }
        let mut all = IBig::from(self.need_eof as u8);
        for (part, bits) in [(self.chars_to_skip, 32), (self.bytes_to_feed, 32), (self.flags, 32)] {
            all = (all << bits) + IBig::from(part as u32);
        }
        int::from_big((all << 64) + IBig::from(self.start as u64))
    }
    fn unpack(value: Value) -> R<Cookie> {
        if let Some(start) = int::to_i64(value) {
            return Ok(Cookie { start, ..Cookie::default() });
        }
        let Some(all) = int::to_big(value) else { return Err(type_error("an integer is required")) };
        let mut rest = all.into_owned();
        if int::magnitude_bits(&rest) > 168 {
            return Err(overflow_error("Python int too large to convert"));
        }
        let mut take = |bits: usize| {
            let unit = IBig::from(1) << bits;
            let part = &rest % &unit;
            rest >>= bits;
            u64::try_from(part).unwrap_or(0)
        };
        let start = take(64) as i64;
        let flags = take(32) as u32 as i32 as i64;
        let bytes_to_feed = take(32) as i64;
        let chars_to_skip = take(32) as i64;
        Ok(Cookie { start, flags, bytes_to_feed, chars_to_skip, need_eof: take(8) != 0 })
    }
}

impl TextIo {
    fn tell_below(&self) -> R<i64> {
        match self.lower.get() {
            Some(lower) => lower.tell(),
            None => int::index_to_i64(method(self.buffer.get(), "tell", &[])?),
        }
    }
    fn seek_below(&self, place: i64, whence: i32) -> R<i64> {
        match self.lower.get() {
            Some(lower) => {
                lower.check_open("seek of closed file")?;
                lower.check_seekable()?;
                lower.seek(place, whence)
            }
            None => int::index_to_i64(method(self.buffer.get(), "seek", &[Value::int(place), Value::int(whence as i64)])?),
        }
    }

    pub fn tell(&self, value: Value) -> R {
        self.check_open()?;
        if !self.is_seekable.get() {
            return Err(unsupported("underlying stream is not seekable"));
        }
        if !self.is_telling.get() {
            return Err(os_error("telling position disabled by next() call"));
        }
        self.flush_text()?;
        // Only what is written goes down: reading ahead is not given up.
        if self.can_write.get() {
            method(value, "flush", &[])?;
        }
        let position = self.tell_below()?;
        let snapshot = self.snapshot.borrow_mut().take();
        let Some(snapshot) = snapshot.filter(|_| self.can_read.get()) else { return Ok(Value::int(position)) };
        let start = position - snapshot.input.len() as i64;
        let cookie = self.cookie_at(start, &snapshot);
        *self.snapshot.borrow_mut() = Some(snapshot);
        cookie.map(|cookie| cookie.pack())
    }
    /// Decodes the chunk once more, up to the characters that have been read.
    fn cookie_at(&self, start: i64, snapshot: &Snapshot) -> R<Cookie> {
        let wanted = self.used.get();
        let mut cookie = Cookie { start, flags: snapshot.flags, ..Cookie::default() };
        if wanted == 0 {
            return Ok(cookie);
        }
        let input = &snapshot.input;
        let is_plain = |bytes: &[u8]| bytes.is_ascii() && memchr::memchr(b'\r', bytes).is_none();
        if self.codec.get().is_some() && snapshot.flags == 0 && input.get(..wanted).is_some_and(is_plain) {
            cookie.start += wanted as i64;
            return Ok(cookie);
        }
        let saved = self.decoder.state()?;
        let seen = self.decoder.newlines.seen.get();
        let result = self.walk(&mut cookie, input, wanted);
        self.decoder.newlines.seen.set(seen);
        self.decoder.set_state(&saved.buffer, saved.flags)?;
        result.map(|()| cookie)
    }
    fn walk(&self, cookie: &mut Cookie, input: &[u8], wanted: usize) -> R<()> {
        self.decoder.set_state(b"", cookie.flags)?;
        let (mut left, mut fed, mut made) = (wanted, 0, 0);
        for byte in input {
            fed += 1;
            made += self.decoder.decode(self.codec.get(), self.errors.get(), &[*byte], false)?.len();
            let state = self.decoder.state()?;
            if state.buffer.is_empty() && made <= left {
                // From here on nothing has to be decoded again.
                cookie.start += fed;
                cookie.flags = state.flags;
                left -= made;
                (fed, made) = (0, 0);
            }
            if made >= left {
                cookie.bytes_to_feed = fed;
                cookie.chars_to_skip = left as i64;
                return Ok(());
            }
        }
        made += self.decoder.decode(self.codec.get(), self.errors.get(), b"", true)?.len();
        if made < left {
            return Err(os_error("can't reconstruct logical file position"));
        }
        cookie.need_eof = true;
        cookie.bytes_to_feed = fed;
        cookie.chars_to_skip = left as i64;
        Ok(())
    }

    pub fn seek(&self, value: Value, target: Value, whence: i32) -> R {
        self.check_open()?;
        if !self.is_seekable.get() {
            return Err(unsupported("underlying stream is not seekable"));
        }
        let is_zero = |target: Value| ops::equal(target, Value::int(0));
        let target = match whence {
            0 => target,
            1 => {
                if !is_zero(target)? {
                    return Err(unsupported("can't do nonzero cur-relative seeks"));
                }
                method(value, "flush", &[])?;
                method(value, "tell", &[])?
            }
            2 => {
                if !is_zero(target)? {
                    return Err(unsupported("can't do nonzero end-relative seeks"));
                }
                method(value, "flush", &[])?;
                self.forget_decoded();
                self.decoder.reset()?;
                let place = self.seek_below(0, 2)?;
                self.reset_encoder(place == 0)?;
                return Ok(Value::int(place));
            }
            _ => return Err(value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        let number = ops::index(target)?;
        if crate::objects::support::is_negative(number) {
            return Err(value_error(format!("negative seek position {}", ops::repr_string(target)?)));
        }
        method(value, "flush", &[])?;
        let cookie = Cookie::unpack(number)?;
        self.seek_below(cookie.start, 0)?;
        self.forget_decoded();
        if self.can_read.get() {
            if cookie.start == 0 && cookie.flags == 0 {
                self.decoder.reset()?;
            } else {
                self.decoder.set_state(b"", cookie.flags)?;
            }
        }
        if cookie.chars_to_skip > 0 {
            self.skip(value, &cookie)?;
        } else {
            *self.snapshot.borrow_mut() = Some(Snapshot { flags: cookie.flags, input: Vec::new() });
        }
        self.reset_encoder(cookie.start == 0 && cookie.flags == 0)?;
        Ok(number)
    }
    fn skip(&self, value: Value, cookie: &Cookie) -> R<()> {
        let read = method(self.buffer.get(), "read", &[Value::int(cookie.bytes_to_feed)])?;
        let Some(input) = read.downcast::<Bytes>() else {
            return Err(type_error(format!(
                "underlying read() should have returned a bytes object, not '{}'",
                type_name(read)
            )));
        };
        *self.snapshot.borrow_mut() = Some(Snapshot { flags: cookie.flags, input: input.as_slice().to_vec() });
        let text = self.decoder.decode(self.codec.get(), self.errors.get(), input.as_slice(), cookie.need_eof)?;
        if (text.len() as i64) < cookie.chars_to_skip {
            return Err(os_error("can't restore logical file position"));
        }
        crate::objects::support::store(value, &self.decoded, text.value());
        self.used.set(cookie.chars_to_skip as usize);
        Ok(())
    }
    /// A mark of the byte order is written at the start of a stream only.
    pub fn reset_encoder(&self, is_start: bool) -> R<()> {
        if self.encoder.get().is_null() {
            return Ok(());
        }
        let done = if is_start {
            method(self.encoder.get(), "reset", &[])
        } else {
            method(self.encoder.get(), "setstate", &[Value::int(0)])
        };
        done.map(drop)
    }
}
