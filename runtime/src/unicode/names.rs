//! Names of characters, of Unicode 16.0: the crate's newer names are left out.

use super::name_tables::{ALIASES, SEQUENCES};
use super::record;
use super::tables::CATEGORIES;

/// The name as `unicodedata.name` gives it.
pub fn name(c: u32) -> Option<String> {
    // Controls, surrogates, private and unassigned characters have none.
    if matches!(CATEGORIES[record(c).category as usize], "Cc" | "Cs" | "Co" | "Cn") {
        return None;
    }
    unicode_names2::name(char::from_u32(c)?).map(|name| name.to_string())
}

/// The character of a name or alias, in any case.
pub fn lookup_char(query: &str) -> Option<u32> {
    if !query.is_ascii() {
        return None;
    }
    // The crate matches loosely, CPython does not.
    if let Some(c) = unicode_names2::character(query).map(|c| c as u32)
        && name(c).is_some_and(|name| name.eq_ignore_ascii_case(query))
    {
        return Some(c);
    }
    let upper = query.to_ascii_uppercase();
    let at = ALIASES.binary_search_by_key(&upper.as_str(), |alias| alias.0).ok()?;
    Some(ALIASES[at].1)
}

/// The characters of a name, alias or named sequence.
pub fn lookup(query: &str) -> Option<Vec<u32>> {
    if let Some(c) = lookup_char(query) {
        return Some(vec![c]);
    }
    let upper = query.to_ascii_uppercase();
    let at = SEQUENCES.binary_search_by_key(&upper.as_str(), |sequence| sequence.0).ok()?;
    Some(SEQUENCES[at].1.to_vec())
}
