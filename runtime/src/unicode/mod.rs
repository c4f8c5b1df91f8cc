//! Properties of characters: Unicode 16.0, as CPython 3.14 has it. Not here: the module `unicodedata`, str methods.
//!
//! `tables.rs` is made by `make_tables.py`, which asks CPython about every code point.

#[rustfmt::skip]
pub mod name_tables;
pub mod names;
pub mod normalize;
#[rustfmt::skip]
pub mod tables;

use tables::{FIRST, PAGE, RECORDS, SECOND, SPECIAL_CASE};

/// All that is known of a code point, shared by those that agree in everything.
pub struct Record {
    pub flags: u16,
    pub category: u8,
    pub bidi: u8,
    pub width: u8,
    pub combining: u8,
    /// -1 when there is none.
    pub decimal: i8,
    pub digit: i8,
    /// Into `tables::NUMBERS` when NUMERIC is set.
    pub number: u8,
    /// What to add for each case mapping (0 when it is in SPECIAL_CASE).
    pub upper: i32,
    pub lower: i32,
    pub title: i32,
    pub fold: i32,
}

/// See the doc of `tables::OLD_3_2`.
pub type OldRecord =
    (u32, u32, &'static str, &'static str, &'static str, bool, i8, i8, f64, u8, &'static str);

#[inline]
pub fn record(c: u32) -> &'static Record {
    let page = FIRST.get(c as usize / PAGE).copied().unwrap_or(0) as usize;
    &RECORDS[SECOND[page * PAGE + c as usize % PAGE] as usize]
}
#[inline]
pub fn has(c: u32, flags: u16) -> bool {
    record(c).flags & flags != 0
}
#[inline]
pub fn is_space(c: u32) -> bool {
    if c < 0x80 { matches!(c, 9..=13 | 28..=32) } else { has(c, tables::SPACE) }
}
#[inline]
pub fn is_line_break(c: u32) -> bool {
    if c < 0x80 { matches!(c, 10..=13 | 28..=30) } else { has(c, tables::LINE_BREAK) }
}
#[inline]
pub fn is_printable(c: u32) -> bool {
    if c < 0x80 { (0x20..0x7F).contains(&c) } else { has(c, tables::PRINTABLE) }
}
#[inline]
pub fn is_alnum(c: u32) -> bool {
    let record = record(c);
    record.flags & (tables::ALPHA | tables::NUMERIC) != 0 || record.decimal >= 0 || record.digit >= 0
}
/// The value of a decimal digit of any script, as `int()` reads it.
#[inline]
pub fn decimal(c: u32) -> Option<u8> {
    if c < 0x80 {
        return if (0x30..0x3A).contains(&c) { Some((c - 0x30) as u8) } else { None };
    }
    u8::try_from(record(c).decimal).ok()
}

/// A full case mapping.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Case {
    Upper = 0,
    Lower = 1,
    Title = 2,
    Fold = 3,
}

/// Calls `push` with each character of the mapping of `c`.
#[inline]
pub fn map_case(c: u32, case: Case, mut push: impl FnMut(u32)) {
    let record = record(c);
    if record.flags & tables::SPECIAL != 0
        && let Ok(at) = SPECIAL_CASE.binary_search_by_key(&c, |entry| entry.0)
    {
        SPECIAL_CASE[at].1[case as usize].chars().for_each(|c| push(c as u32));
        return;
    }
    let delta = match case {
        Case::Upper => record.upper,
        Case::Lower => record.lower,
        Case::Title => record.title,
        Case::Fold => record.fold,
    };
    push(c.wrapping_add_signed(delta));
}
