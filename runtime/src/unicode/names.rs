//! Names of characters, of Unicode 16.0: the crate's newer names are left out.

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
    if let Some(c) = unicode_names2::character(query) {
        // The crate matches loosely, CPython does not.
        let is_exact = name(c as u32).is_some_and(|name| name.eq_ignore_ascii_case(query));
        if is_exact {
            return Some(c as u32);
        }
    }
    None
}
