//! Normalization forms. The algorithm is that of Unicode Standard Annex 15.

use super::record;
use super::tables::{COMPOSITIONS, DECOMPOSED, DECOMPOSITIONS, TAGS};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
}

impl Form {
    pub fn parse(name: &str) -> Option<Form> {
        Some(match name {
            "NFC" => Form::Nfc,
            "NFD" => Form::Nfd,
            "NFKC" => Form::Nfkc,
            "NFKD" => Form::Nfkd,
            _ => return None,
        })
    }
    fn is_compatible(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }
    fn composes(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }
}

const SYLLABLES: u32 = 0xAC00;
const LEADS: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
const TRAILS: u32 = 0x11A7;
const VOWEL_COUNT: u32 = 21;
const TRAIL_COUNT: u32 = 28;
const SYLLABLE_COUNT: u32 = 19 * VOWEL_COUNT * TRAIL_COUNT;

/// The tag ("" for a canonical one) and the characters of a decomposition; not of Hangul syllables.
pub fn decomposition(c: u32) -> Option<(&'static str, &'static [u32])> {
    let at = DECOMPOSITIONS.binary_search_by_key(&c, |entry| entry.0).ok()?;
    let (_, tag, start, len) = DECOMPOSITIONS[at];
    Some((TAGS[tag as usize], &DECOMPOSED[start as usize..start as usize + len as usize]))
}

/// `unassigned` says which characters count as unknown (those newer than an old version of the
/// database).
pub fn normalize(
    text: impl Iterator<Item = u32>,
    form: Form,
    unassigned: impl Fn(u32) -> bool,
) -> Vec<u32> {
    let mut decomposed = Vec::new();
    for c in text {
        if unassigned(c) {
            decomposed.push(c)
        } else {
            decompose(c, form.is_compatible(), &mut decomposed)
        }
    }
    sort_marks(&mut decomposed);
    if form.composes() { compose(&decomposed) } else { decomposed }
}

/// The letters of a Hangul syllable.
pub fn hangul(c: u32) -> Option<impl Iterator<Item = u32>> {
    let index = c.wrapping_sub(SYLLABLES);
    if index >= SYLLABLE_COUNT {
        return None;
    }
    let lead = LEADS + index / (VOWEL_COUNT * TRAIL_COUNT);
    let vowel = VOWELS + index % (VOWEL_COUNT * TRAIL_COUNT) / TRAIL_COUNT;
    let trail = index % TRAIL_COUNT;
    Some([lead, vowel].into_iter().chain((trail != 0).then_some(TRAILS + trail)))
}

fn decompose(c: u32, is_compatible: bool, out: &mut Vec<u32>) {
    if let Some(jamo) = hangul(c) {
        out.extend(jamo);
        return;
    }
    match if c < 0xA0 { None } else { decomposition(c) } {
        Some((tag, parts)) if tag.is_empty() || is_compatible => {
            // The database nests decompositions a few levels deep at most.
            parts.iter().for_each(|&part| decompose(part, is_compatible, out));
        }
        _ => out.push(c),
    }
}

/// Canonical order: runs of marks sorted by combining class, stably.
fn sort_marks(text: &mut [u32]) {
    let mut start = 0;
    while start < text.len() {
        if record(text[start]).combining == 0 {
            start += 1;
            continue;
        }
        let len = text[start..].iter().take_while(|&&c| record(c).combining != 0).count();
        text[start..start + len].sort_by_key(|&c| record(c).combining);
        start += len;
    }
}

fn compose(text: &[u32]) -> Vec<u32> {
    let mut out: Vec<u32> = Vec::with_capacity(text.len());
    let mut starter: Option<usize> = None;
    let mut last_class = 0;
    for &c in text {
        let class = record(c).combining;
        if let Some(at) = starter {
            let is_adjacent = at + 1 == out.len();
            // A mark is blocked by one of the same or a higher class between it and the starter.
            if (is_adjacent || (last_class != 0 && last_class < class))
                && let Some(composite) = composite(out[at], c)
            {
                out[at] = composite;
                continue;
            }
        }
        if class == 0 {
            starter = Some(out.len());
        }
        last_class = class;
        out.push(c);
    }
    out
}

fn composite(first: u32, second: u32) -> Option<u32> {
    let (lead, vowel) = (first.wrapping_sub(LEADS), second.wrapping_sub(VOWELS));
    if lead < 19 && vowel < VOWEL_COUNT {
        return Some(SYLLABLES + (lead * VOWEL_COUNT + vowel) * TRAIL_COUNT);
    }
    let (syllable, trail) = (first.wrapping_sub(SYLLABLES), second.wrapping_sub(TRAILS));
    if syllable < SYLLABLE_COUNT && syllable % TRAIL_COUNT == 0 && trail > 0 && trail < TRAIL_COUNT
    {
        return Some(first + trail);
    }
    let at = COMPOSITIONS.binary_search_by_key(&(first, second), |&(a, b, _)| (a, b)).ok()?;
    Some(COMPOSITIONS[at].2)
}
