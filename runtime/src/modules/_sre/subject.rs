//! What patterns are matched against: a str, or the bytes of any bytes-like object.

use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::buffer::{self, BytesView};
use crate::objects::bytes::{self, Bytes};
use crate::objects::str::{self, Chars, Str};
use crate::value::Value;
use crate::vm::type_name;

/// What a pattern matches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Bytes,
    /// Made without a source.
    Any,
}

pub enum Subject {
    Text(Gc<Str>),
    /// The object, and its bytes: locked while this lives.
    Bytes(Value, BytesView),
}

impl Subject {
    pub fn new(value: Value) -> R<Subject> {
        if let Some(text) = value.downcast::<Str>() {
            return Ok(Subject::Text(text));
        }
        match buffer::as_bytes(value)? {
            Some(view) => Ok(Subject::Bytes(value, view)),
            None => Err(type_error(format!("expected string or bytes-like object, got '{}'", type_name(value)))),
        }
    }
    /// For a pattern of this kind.
    pub fn for_pattern(kind: Kind, value: Value) -> R<Subject> {
        let subject = Subject::new(value)?;
        match (kind, &subject) {
            (Kind::Text, Subject::Bytes(..)) => Err(type_error("cannot use a string pattern on a bytes-like object")),
            (Kind::Bytes, Subject::Text(_)) => Err(type_error("cannot use a bytes pattern on a string-like object")),
            _ => Ok(subject),
        }
    }
    pub fn chars(&self) -> Chars<'_> {
        match self {
            Subject::Text(text) => text.get_ref().chars(),
            Subject::Bytes(_, view) => Chars::Narrow(view.as_slice()),
        }
    }
    pub fn len(&self) -> usize {
        match self {
            Subject::Text(text) => text.len(),
            Subject::Bytes(_, view) => view.as_slice().len(),
        }
    }
    /// The characters from `start` to `end`, as far as there are such: str or bytes.
    pub fn slice(&self, start: usize, end: usize) -> R {
        let end = end.min(self.len());
        let start = start.min(end);
        match self {
            Subject::Text(text) => Ok(str::substring(*text, start, end - start).value()),
            Subject::Bytes(value, view) => {
                let whole = start == 0 && end == self.len();
                if whole && value.is::<Bytes>() && bytes::is_exact(*value) {
                    return Ok(*value);
                }
                Ok(bytes::try_new(&view.as_slice()[start..end])?.value())
            }
        }
    }
    /// `"".join(list)` or `b"".join(list)`.
    pub fn join(&self, pieces: Value) -> R {
        match self {
            Subject::Text(_) => Ok(str::join(str::empty(), pieces)?.value()),
            Subject::Bytes(..) => join_bytes(pieces),
        }
    }
}

pub fn join_bytes(pieces: Value) -> R {
    crate::ops::call_method(bytes::new(b"").value(), crate::vm::intern("join"), &[pieces])
}
