//! UTF-8.

use super::errors::{DecodeError, EncodeError, Errors, Flavor, is_surrogate};
use super::{Decoded, End, Order};
use crate::error::{R, memory_error};
use crate::object::Gc;
use crate::objects::str::{self, Chars, Str, StrBuilder, push_utf8};

pub fn encode(text: Gc<Str>, errors: &Errors) -> R<Vec<u8>> {
    let mut out = Vec::new();
    out.try_reserve(text.len()).map_err(|_| memory_error())?;
    let words = match text.chars() {
        Chars::Narrow(bytes) => {
            for &b in bytes {
                if b < 0x80 {
                    out.push(b)
                } else {
                    out.extend_from_slice(&[0xC0 | b >> 6, 0x80 | b & 63])
                }
            }
            return Ok(out);
        }
        Chars::Wide(words) => words,
    };
    let mut i = 0;
    while i < words.len() {
        if !is_surrogate(words[i]) {
            push_utf8(&mut out, words[i]);
            i += 1;
            continue;
        }
        let run = words[i..].iter().take_while(|&&c| is_surrogate(c)).count();
        let reason = "surrogates not allowed";
        let error = EncodeError {
            encoding: "utf-8",
            flavor: Flavor::Utf8,
            text,
            start: i,
            end: i + run,
            reason,
        };
        i = error.handle(errors, &mut out, &|c, out| {
            let is_fine = c < 0x80 || !is_surrogate(c);
            if is_fine {
                push_utf8(out, c);
            }
            is_fine
        })?;
    }
    Ok(out)
}

pub fn decode(input: &[u8], errors: &Errors, end: End) -> R<Decoded> {
    let done = |text, consumed| Ok(Decoded { text, consumed, order: Order::Marked });
    if input.is_ascii() {
        let text = if input.len() <= 1 {
            str::from_latin1(input)
        } else {
            str::fill_narrow(input.len(), |to| to.copy_from_slice(input))?
        };
        return done(text, input.len());
    }
    let mut out = StrBuilder::new();
    out.try_reserve(input.len())?;
    let mut at = 0;
    loop {
        let rest = &input[at..];
        let error = match core::str::from_utf8(rest) {
            Ok(text) => {
                out.push_str(text);
                return done(out.finish()?, input.len());
            }
            Err(error) => error,
        };
        let valid = error.valid_up_to();
        // SAFETY: `valid_up_to` says that these bytes are UTF-8.
        out.push_str(unsafe { core::str::from_utf8_unchecked(&rest[..valid]) });
        at += valid;
        let (stop, reason) = match error.error_len() {
            None if end == End::Open => return done(out.finish()?, at),
            None => (input.len(), "unexpected end of data"),
            Some(len) if matches!(input[at], 0xC2..=0xF4) => {
                (at + len, "invalid continuation byte")
            }
            Some(len) => (at + len, "invalid start byte"),
        };
        let error = DecodeError {
            encoding: "utf-8",
            flavor: Flavor::Utf8,
            input,
            start: at,
            end: stop,
            reason,
        };
        at = error.handle(errors, &mut out)?;
    }
}
