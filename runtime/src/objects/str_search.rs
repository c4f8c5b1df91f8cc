//! Searching in sequences of units: bytes (`memchr`), or code points. Shared by str, bytes and
//! bytearray.

use crate::object::Gc;
use crate::objects::str::{Chars, Str};

/// A unit of text or bytes.
pub trait Unit: Copy + Eq + 'static {
    /// A needle made ready for many searches.
    type Finder<'n>;
    fn finder(needle: &[Self]) -> Self::Finder<'_>;
    fn next(finder: &Self::Finder<'_>, haystack: &[Self]) -> Option<usize>;
    fn rfind(haystack: &[Self], needle: &[Self]) -> Option<usize>;
    fn find_one(haystack: &[Self], unit: Self) -> Option<usize>;
    #[inline]
    fn find(haystack: &[Self], needle: &[Self]) -> Option<usize> {
        match needle {
            [unit] => Self::find_one(haystack, *unit),
            _ => Self::next(&Self::finder(needle), haystack),
        }
    }
}

/// One unit is looked for by itself.
pub enum Needle<'n, T> {
    One(T),
    Many(Box<memchr::memmem::Finder<'n>>),
}

impl Unit for u8 {
    type Finder<'n> = Needle<'n, u8>;
    fn finder(needle: &[u8]) -> Needle<'_, u8> {
        match needle {
            [byte] => Needle::One(*byte),
            _ => Needle::Many(Box::new(memchr::memmem::Finder::new(needle))),
        }
    }
    #[inline]
    fn next(finder: &Needle<'_, u8>, haystack: &[u8]) -> Option<usize> {
        match finder {
            Needle::One(byte) => memchr::memchr(*byte, haystack),
            Needle::Many(finder) => finder.find(haystack),
        }
    }
    fn rfind(haystack: &[u8], needle: &[u8]) -> Option<usize> {
        match needle {
            [byte] => memchr::memrchr(*byte, haystack),
            _ => memchr::memmem::rfind(haystack, needle),
        }
    }
    #[inline]
    fn find_one(haystack: &[u8], unit: u8) -> Option<usize> {
        memchr::memchr(unit, haystack)
    }
    #[inline]
    fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
        match needle {
            [byte] => memchr::memchr(*byte, haystack),
            _ => memchr::memmem::find(haystack, needle),
        }
    }
}

fn bytes_of(words: &[u32]) -> &[u8] {
    // SAFETY: any u32s can be read as bytes.
    unsafe { core::slice::from_raw_parts(words.as_ptr().cast(), words.len() * 4) }
}

impl Unit for u32 {
    type Finder<'n> = Needle<'n, u32>;
    fn finder(needle: &[u32]) -> Needle<'_, u32> {
        match needle {
            [word] => Needle::One(*word),
            _ => Needle::Many(Box::new(memchr::memmem::Finder::new(bytes_of(needle)))),
        }
    }
    /// As bytes, which keeps the linear bound of `memmem`; a match between characters does not
    /// count.
    fn next(finder: &Needle<'_, u32>, haystack: &[u32]) -> Option<usize> {
        let finder = match finder {
            Needle::One(word) => return u32::find_one(haystack, *word),
            Needle::Many(finder) => finder,
        };
        let (mut from, bytes) = (0, bytes_of(haystack));
        while from <= bytes.len() {
            let at = from + finder.find(&bytes[from..])?;
            if at % 4 == 0 {
                return Some(at / 4);
            }
            from = at + 1;
        }
        None
    }
    fn rfind(haystack: &[u32], needle: &[u32]) -> Option<usize> {
        let mut bytes = bytes_of(haystack);
        let finder = memchr::memmem::FinderRev::new(bytes_of(needle));
        loop {
            let at = finder.rfind(bytes)?;
            if at % 4 == 0 {
                return Some(at / 4);
            }
            bytes = &bytes[..at + bytes_of(needle).len() - 1];
        }
    }
    fn find_one(haystack: &[u32], unit: u32) -> Option<usize> {
        haystack.iter().position(|&word| word == unit)
    }
}

/// Occurrences that do not overlap, at most `limit`; an empty needle occurs between all units.
pub fn count<T: Unit>(haystack: &[T], needle: &[T], limit: usize) -> usize {
    if needle.is_empty() {
        return (haystack.len() + 1).min(limit);
    }
    let (mut found, mut from) = (0, 0);
    let finder = T::finder(needle);
    while found < limit
        && let Some(at) = T::next(&finder, &haystack[from..])
    {
        found += 1;
        from += at + needle.len();
    }
    found
}

/// Two strs in one form, as wide as `text`; None when `part` cannot occur in `text` (it is wide and
/// `text` is not).
pub enum Pair<'a> {
    Narrow(&'a [u8], &'a [u8]),
    Wide(&'a [u32], Vec<u32>),
}

pub fn pair<'a>(text: &'a Str, part: &'a Str) -> Option<Pair<'a>> {
    Some(match (text.chars(), part.chars()) {
        (Chars::Narrow(text), Chars::Narrow(part)) => Pair::Narrow(text, part),
        (Chars::Wide(text), _) => Pair::Wide(text, part.iter().collect()),
        (Chars::Narrow(_), Chars::Wide(_)) => return None,
    })
}

/// The index of `part` in `text[start..end]`, counted from the start of `text`.
pub fn find(text: Gc<Str>, part: Gc<Str>, start: usize, end: usize) -> Option<usize> {
    if start > end || part.len() > end - start {
        return None;
    }
    let at = match pair(&text, &part)? {
        Pair::Narrow(text, part) => u8::find(&text[start..end], part)?,
        Pair::Wide(text, part) => u32::find(&text[start..end], &part)?,
    };
    Some(at + start)
}

pub fn rfind(text: Gc<Str>, part: Gc<Str>, start: usize, end: usize) -> Option<usize> {
    if start > end || part.len() > end - start {
        return None;
    }
    let at = match pair(&text, &part)? {
        Pair::Narrow(text, part) => u8::rfind(&text[start..end], part)?,
        Pair::Wide(text, part) => u32::rfind(&text[start..end], &part)?,
    };
    Some(at + start)
}

pub fn contains(text: Gc<Str>, part: Gc<Str>) -> bool {
    find(text, part, 0, text.len()).is_some()
}

/// `text[at..]` begins with `part`.
pub fn matches_at(text: &Str, at: usize, part: &Str) -> bool {
    if at > text.len() || part.len() > text.len() - at {
        return false;
    }
    match (text.chars(), part.chars()) {
        (Chars::Narrow(text), Chars::Narrow(part)) => &text[at..at + part.len()] == part,
        (Chars::Wide(text), Chars::Wide(part)) => &text[at..at + part.len()] == part,
        (Chars::Wide(text), Chars::Narrow(part)) => {
            text[at..].iter().zip(part).all(|(&a, &b)| a == b as u32)
        }
        (Chars::Narrow(_), Chars::Wide(_)) => false,
    }
}
