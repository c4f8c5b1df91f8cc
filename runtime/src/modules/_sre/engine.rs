//! Running compiled patterns: subjects as the matching engine wants them, interruption, and the window of a search. Not here: the
//! engine itself (the crate `rustpython-sre_engine`), Python's objects.

use crate::error::{R, Raised, runtime_error};
use crate::objects::exception::Exception;
use crate::objects::str::Chars;
use crate::value::Value;
use crate::vm::thread;
use rustpython_sre_engine::{Request, SreInfo, SreOpcode, State, StrDrive, StringCursor};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// How a match must lie in its window.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Search,
    Match,
    FullMatch,
}

/// The characters from `start` to `end`, where a match may lie; those before `start` are seen by lookbehind.
#[derive(Clone, Copy)]
pub struct Window {
    pub start: usize,
    pub end: usize,
    /// The match must not be empty at `start`: another ended there.
    pub must_advance: bool,
}

/// True when the pattern matches; `state` then tells where. Runs pending signals, so that it may raise.
pub fn run(code: &[u32], subject: Chars<'_>, window: Window, mode: Mode, state: &mut State) -> R<bool> {
    let Window { mut start, end, must_advance } = window;
    if start > end {
        return Ok(false);
    }
    if mode == Mode::Search
        && let Chars::Narrow(bytes) = subject
        && let Some(prefix) = literal_prefix(code)
    {
        match find(&bytes[start..end], prefix) {
            Some(at) => start += at,
            None => return Ok(false),
        }
    }
    let window = Window { start, end, must_advance };
    let outcome = catch_unwind(AssertUnwindSafe(|| match subject {
        Chars::Narrow(bytes) => run_in(code, Narrow(bytes), window, mode, state),
        Chars::Wide(words) => run_in(code, Wide(words), window, mode, state),
    }));
    outcome.map_err(|payload| match payload.downcast::<Interrupted>() {
        Ok(interrupted) => interrupted.raised(),
        // The code has passed `validate`: this is a mistake of the engine, which must not end the program.
        Err(_) => runtime_error("internal error in regular expression engine"),
    })
}

fn run_in<S: StrDrive>(code: &[u32], subject: S, window: Window, mode: Mode, state: &mut State) -> bool {
    let mut request = Request::new(subject, window.start, window.end, code, mode == Mode::FullMatch);
    request.must_advance = window.must_advance;
    state.reset(&request, window.start);
    if mode == Mode::Search { state.search(request) } else { state.py_match(&request) }
}

/// The characters that every match begins with, from the INFO block.
fn literal_prefix(code: &[u32]) -> Option<&[u32]> {
    if *code.first()? != SreOpcode::INFO as u32 || code.get(2)? & SreInfo::PREFIX.bits() == 0 {
        return None;
    }
    let len = *code.get(5)? as usize;
    code.get(7..7 + len).filter(|prefix| !prefix.is_empty())
}
fn find(bytes: &[u8], prefix: &[u32]) -> Option<usize> {
    if let [one] = prefix {
        return memchr::memchr(u8::try_from(*one).ok()?, bytes);
    }
    let mut needle = [0; 32];
    let prefix = &prefix[..prefix.len().min(needle.len())];
    for (to, &c) in needle.iter_mut().zip(prefix) {
        *to = u8::try_from(c).ok()?;
    }
    memchr::memmem::find(bytes, &needle[..prefix.len()])
}

// -- interruption ------------------------------------------------------------------------

/// Carries an exception through the frames of the engine: the bits of its value. The collector does not see them, and need not: no
/// object is made on the way to `run`.
struct Interrupted(u64);

impl Interrupted {
    fn raised(&self) -> Raised {
        match Value(self.0).downcast::<Exception>() {
            Some(exception) => Raised(exception),
            None => runtime_error("internal error in regular expression engine"),
        }
    }
}

/// Asked at each step along the subject.
#[inline(always)]
fn tick() {
    if thread().eval_breaker.get() != 0 {
        look_at_pending();
    }
}
#[cold]
#[inline(never)]
fn look_at_pending() {
    if let Err(raised) = crate::pending::run(thread()) {
        resume_unwind(Box::new(Interrupted(raised.value().0)));
    }
}

// -- subjects ----------------------------------------------------------------------------

type Bytes<'a> = &'a [u8];

/// One byte a character.
#[derive(Clone, Copy)]
struct Narrow<'a>(&'a [u8]);

impl StrDrive for Narrow<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }
    fn create_cursor(&self, n: usize) -> StringCursor {
        self.0.create_cursor(n)
    }
    fn adjust_cursor(&self, cursor: &mut StringCursor, n: usize) {
        tick();
        self.0.adjust_cursor(cursor, n);
    }
    #[inline]
    fn advance(cursor: &mut StringCursor) -> u32 {
        tick();
        let c = Bytes::peek(cursor);
        Bytes::skip(cursor, 1);
        c
    }
    #[inline]
    fn peek(cursor: &StringCursor) -> u32 {
        Bytes::peek(cursor)
    }
    #[inline]
    fn skip(cursor: &mut StringCursor, n: usize) {
        Bytes::skip(cursor, n);
    }
    #[inline]
    fn back_advance(cursor: &mut StringCursor) -> u32 {
        tick();
        Bytes::back_advance(cursor)
    }
    #[inline]
    fn back_peek(cursor: &StringCursor) -> u32 {
        Bytes::back_peek(cursor)
    }
    #[inline]
    fn back_skip(cursor: &mut StringCursor, n: usize) {
        Bytes::back_skip(cursor, n);
    }
}

/// Four bytes a character. A cursor can only be moved through the crate's own drives: through that of bytes, its position set right
/// after each step.
#[derive(Clone, Copy)]
struct Wide<'a>(&'a [u32]);

const WIDTH: usize = size_of::<u32>();

impl<'a> Wide<'a> {
    fn bytes(&self) -> &'a [u8] {
        // SAFETY: any words can be read as bytes.
        unsafe { core::slice::from_raw_parts(self.0.as_ptr().cast(), self.0.len() * WIDTH) }
    }
}

impl StrDrive for Wide<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }
    fn create_cursor(&self, n: usize) -> StringCursor {
        let mut cursor = self.bytes().create_cursor(n * WIDTH);
        cursor.position = n;
        cursor
    }
    fn adjust_cursor(&self, cursor: &mut StringCursor, n: usize) {
        tick();
        *cursor = self.create_cursor(n);
    }
    #[inline]
    fn advance(cursor: &mut StringCursor) -> u32 {
        tick();
        let c = Self::peek(cursor);
        Self::skip(cursor, 1);
        c
    }
    #[inline]
    fn peek(cursor: &StringCursor) -> u32 {
        let mut at = *cursor;
        let bytes = core::array::from_fn(|_| {
            let byte = Bytes::peek(&at) as u8;
            Bytes::skip(&mut at, 1);
            byte
        });
        u32::from_ne_bytes(bytes)
    }
    #[inline]
    fn skip(cursor: &mut StringCursor, n: usize) {
        let position = cursor.position + n;
        Bytes::skip(cursor, n * WIDTH);
        cursor.position = position;
    }
    #[inline]
    fn back_advance(cursor: &mut StringCursor) -> u32 {
        tick();
        Self::back_skip(cursor, 1);
        Self::peek(cursor)
    }
    #[inline]
    fn back_peek(cursor: &StringCursor) -> u32 {
        let mut at = *cursor;
        Self::back_skip(&mut at, 1);
        Self::peek(&at)
    }
    #[inline]
    fn back_skip(cursor: &mut StringCursor, n: usize) {
        let position = cursor.position.wrapping_sub(n);
        cursor.position = n * WIDTH;
        Bytes::back_skip(cursor, n * WIDTH);
        cursor.position = position;
    }
}
