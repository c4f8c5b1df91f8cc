//! A growable text with a position to write at: what `StringIO` holds. Not here: newlines.

use crate::error::{R, memory_error};
use crate::object::Gc;
use crate::objects::str::{self, Chars, Str};

/// Characters in the narrowest form that holds all of them.
pub enum CharBuf {
    Narrow(Vec<u8>),
    Wide(Vec<u32>),
}

impl Default for CharBuf {
    fn default() -> CharBuf {
        CharBuf::Narrow(Vec::new())
    }
}

/// Overwrites from `at`, extending; a gap before `at` is filled with NUL.
fn write_at<T: Copy + Default>(to: &mut Vec<T>, at: usize, from: impl ExactSizeIterator<Item = T>) -> R<()> {
    let end = at.checked_add(from.len()).ok_or_else(memory_error)?;
    if end > to.len() {
        to.try_reserve(end - to.len()).map_err(|_| memory_error())?;
        if at > to.len() {
            to.resize(at, T::default());
        }
    }
    if at == to.len() {
        to.extend(from);
        return Ok(());
    }
    if end > to.len() {
        to.resize(end, T::default());
    }
    for (place, item) in to[at..end].iter_mut().zip(from) {
        *place = item;
    }
    Ok(())
}

impl CharBuf {
    pub fn len(&self) -> usize {
        match self {
            CharBuf::Narrow(chars) => chars.len(),
            CharBuf::Wide(chars) => chars.len(),
        }
    }
    fn widen(&mut self) -> R<()> {
        if let CharBuf::Narrow(narrow) = self {
            let mut wide = Vec::new();
            wide.try_reserve(narrow.len() + 16).map_err(|_| memory_error())?;
            wide.extend(narrow.iter().map(|c| *c as u32));
            *self = CharBuf::Wide(wide);
        }
        Ok(())
    }
    pub fn write(&mut self, at: usize, text: Gc<Str>) -> R<()> {
        if text.is_wide() {
            self.widen()?;
        }
        match (self, text.chars()) {
            (CharBuf::Narrow(to), Chars::Narrow(from)) => {
                if at == to.len() {
                    to.try_reserve(from.len()).map_err(|_| memory_error())?;
                    to.extend_from_slice(from);
                    return Ok(());
                }
                write_at(to, at, from.iter().copied())
            }
            (CharBuf::Wide(to), Chars::Narrow(from)) => write_at(to, at, from.iter().map(|c| *c as u32)),
            (CharBuf::Wide(to), Chars::Wide(from)) => write_at(to, at, from.iter().copied()),
            // Widened above.
            (CharBuf::Narrow(_), Chars::Wide(_)) => Ok(()),
        }
    }
    pub fn truncate(&mut self, len: usize) {
        match self {
            CharBuf::Narrow(chars) => chars.truncate(len),
            CharBuf::Wide(chars) => chars.truncate(len),
        }
    }
    pub fn slice(&self, start: usize, end: usize) -> R<Gc<Str>> {
        let (start, end) = (start.min(self.len()), end.min(self.len()));
        if start >= end {
            return Ok(str::empty());
        }
        match self {
            CharBuf::Narrow(chars) => {
                let chars = &chars[start..end];
                if chars.len() == 1 { Ok(str::from_latin1(chars)) } else { str::fill_narrow(chars.len(), |to| to.copy_from_slice(chars)) }
            }
            CharBuf::Wide(chars) => Ok(str::from_code_points(&chars[start..end])),
        }
    }
    pub fn chars(&self) -> Chars<'_> {
        match self {
            CharBuf::Narrow(chars) => Chars::Narrow(chars),
            CharBuf::Wide(chars) => Chars::Wide(chars),
        }
    }
}
