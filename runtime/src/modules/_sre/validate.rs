//! Whether the words of a compiled pattern make sense: the engine follows their offsets without looking. Not here: what they mean.

use rustpython_sre_engine::{SreAtCode, SreCatCode, SreInfo, SreOpcode};

/// True when the engine can run the code of a pattern with this number of groups.
pub fn is_valid(code: &[u32], groups: usize) -> bool {
    let Some((&last, inner)) = code.split_last() else { return false };
    last == SreOpcode::SUCCESS as u32 && Checker { groups }.sequence(inner, 0).is_some()
}

/// Deeper nesting than this is no pattern that the parser makes.
const MAX_DEPTH: usize = 2000;

struct Checker {
    groups: usize,
}

/// Words from the front.
struct Words<'a>(&'a [u32]);

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<u32> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }
    fn take(&mut self, count: usize) -> Option<&'a [u32]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
    fn expect(&mut self, code: SreOpcode) -> Option<()> {
        (self.next()? == code as u32).then_some(())
    }
    /// What an offset `skip` spans, of which `before` words have been read already and the last `tail` words stay.
    fn span(&mut self, skip: u32, before: usize, tail: usize) -> Option<&'a [u32]> {
        self.take((skip as usize).checked_sub(before + tail)?)
    }
}

impl Checker {
    fn sequence(&self, code: &[u32], depth: usize) -> Option<()> {
        check(self.part(code, depth)?.is_none())
    }

    /// A sequence that may end with a jump, whose offset is the answer.
    fn part(&self, code: &[u32], depth: usize) -> Option<Option<u32>> {
        use SreOpcode as Op;
        if depth > MAX_DEPTH {
            return None;
        }
        let mut words = Words(code);
        while !words.0.is_empty() {
            match Op::try_from(words.next()?).ok()? {
                Op::SUCCESS | Op::FAILURE | Op::ANY | Op::ANY_ALL => {}
                Op::MARK => check((words.next()? as usize) < 2 * self.groups)?,
                Op::LITERAL | Op::NOT_LITERAL | Op::LITERAL_IGNORE | Op::NOT_LITERAL_IGNORE
                | Op::LITERAL_UNI_IGNORE | Op::NOT_LITERAL_UNI_IGNORE | Op::LITERAL_LOC_IGNORE
                | Op::NOT_LITERAL_LOC_IGNORE => {
                    words.next()?;
                }
                Op::AT => check(SreAtCode::try_from(words.next()?).is_ok())?,
                Op::CATEGORY => check(SreCatCode::try_from(words.next()?).is_ok())?,
                Op::IN | Op::IN_IGNORE | Op::IN_UNI_IGNORE | Op::IN_LOC_IGNORE => {
                    let skip = words.next()?;
                    self.charset(words.span(skip, 1, 0)?)?;
                }
                Op::INFO => {
                    let skip = words.next()?;
                    self.info(words.span(skip, 1, 0)?)?;
                }
                Op::BRANCH => self.branch(&mut words, depth)?,
                Op::REPEAT_ONE | Op::MIN_REPEAT_ONE | Op::POSSESSIVE_REPEAT_ONE => {
                    let (skip, min, max) = (words.next()?, words.next()?, words.next()?);
                    check(min <= max)?;
                    let item = words.span(skip, 3, 1)?;
                    check(!item.is_empty())?;
                    self.sequence(item, depth + 1)?;
                    words.expect(Op::SUCCESS)?;
                }
                op @ (Op::REPEAT | Op::POSSESSIVE_REPEAT) => {
                    let (skip, min, max) = (words.next()?, words.next()?, words.next()?);
                    check(min <= max)?;
                    self.sequence(words.span(skip, 3, 0)?, depth + 1)?;
                    let end = Op::try_from(words.next()?).ok()?;
                    check(match op {
                        Op::POSSESSIVE_REPEAT => end == Op::SUCCESS,
                        _ => matches!(end, Op::MAX_UNTIL | Op::MIN_UNTIL),
                    })?;
                }
                Op::ATOMIC_GROUP => {
                    let skip = words.next()?;
                    self.sequence(words.span(skip, 1, 1)?, depth + 1)?;
                    words.expect(Op::SUCCESS)?;
                }
                Op::ASSERT | Op::ASSERT_NOT => {
                    let (skip, back) = (words.next()?, words.next()?);
                    check(back & 0x8000_0000 == 0)?;
                    self.sequence(words.span(skip, 2, 1)?, depth + 1)?;
                    words.expect(Op::SUCCESS)?;
                }
                Op::GROUPREF | Op::GROUPREF_IGNORE | Op::GROUPREF_UNI_IGNORE | Op::GROUPREF_LOC_IGNORE => {
                    check((words.next()? as usize) < self.groups)?;
                }
                Op::GROUPREF_EXISTS => self.conditional(&mut words, depth)?,
                Op::JUMP if words.0.len() == 1 => return words.next().map(Some),
                _ => return None,
            }
        }
        Some(None)
    }

    /// `<skip> code JUMP <skip>` for each branch, then 0.
    fn branch(&self, words: &mut Words<'_>, depth: usize) -> Option<()> {
        let mut target = None;
        loop {
            let skip = words.next()?;
            if skip == 0 {
                return Some(());
            }
            self.sequence(words.span(skip, 1, 2)?, depth + 1)?;
            words.expect(SreOpcode::JUMP)?;
            // All branches go to the same place, which is measured from the end of the code.
            let here = words.0.len();
            let goes_to = here.checked_sub(words.next()? as usize)?;
            check(*target.get_or_insert(goes_to) == goes_to)?;
        }
    }

    /// `<group> <skip> yes [JUMP <skip> no]`
    fn conditional(&self, words: &mut Words<'_>, depth: usize) -> Option<()> {
        check((words.next()? as usize) < self.groups)?;
        let skip = words.next()?;
        // With a "no" part the "yes" part ends with a jump over it.
        match self.part(words.span(skip, 2, 0)?, depth + 1)? {
            Some(over) => self.sequence(words.span(over, 1, 0)?, depth + 1),
            None => Some(()),
        }
    }

    /// Literals, ranges and maps, then FAILURE.
    fn charset(&self, code: &[u32]) -> Option<()> {
        use SreOpcode as Op;
        let (&last, set) = code.split_last()?;
        check(last == Op::FAILURE as u32)?;
        let mut words = Words(set);
        while !words.0.is_empty() {
            match Op::try_from(words.next()?).ok()? {
                Op::NEGATE => {}
                Op::LITERAL => {
                    words.next()?;
                }
                Op::RANGE | Op::RANGE_UNI_IGNORE => {
                    words.take(2)?;
                }
                Op::CHARSET => {
                    words.take(8)?;
                }
                Op::BIGCHARSET => {
                    let blocks = words.next()? as usize;
                    let indices = words.take(64)?;
                    check(indices.iter().flat_map(|word| word.to_ne_bytes()).all(|index| (index as usize) < blocks))?;
                    words.take(blocks.checked_mul(8)?)?;
                }
                Op::CATEGORY => check(SreCatCode::try_from(words.next()?).is_ok())?,
                _ => return None,
            }
        }
        Some(())
    }

    /// `<flags> <min> <max>`, then a prefix (`<length> <skip> characters overlaps`) or a charset.
    fn info(&self, code: &[u32]) -> Option<()> {
        let mut words = Words(code);
        let flags = words.next()?;
        words.take(2)?;
        check(flags & !SreInfo::all().bits() == 0)?;
        let (prefix, charset) = (flags & SreInfo::PREFIX.bits() != 0, flags & SreInfo::CHARSET.bits() != 0);
        check(!(prefix && charset) && (prefix || flags & SreInfo::LITERAL.bits() == 0))?;
        if prefix {
            let (len, skip) = (words.next()? as usize, words.next()? as usize);
            check(len != 0 && skip <= len)?;
            words.take(len)?;
            check(words.take(len)?.iter().all(|&overlap| (overlap as usize) < len))?;
        }
        if charset {
            return self.charset(words.0);
        }
        check(words.0.is_empty())
    }
}

fn check(holds: bool) -> Option<()> {
    holds.then_some(())
}
