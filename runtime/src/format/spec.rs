//! The format mini-language: one parser for every built-in type, and the padding that all of them
//! end with. Not here: what a type does with a spec (`number.rs` for numbers).

use crate::error::{R, Raised, memory_error, value_error};
use crate::object::Gc;
use crate::objects::str::{self, Str};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    Left,
    Right,
    Center,
    /// Fill between sign and digits.
    AfterSign,
}

/// `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    pub fill: u32,
    pub align: Align,
    /// '+', '-' or ' ' when given.
    pub sign: Option<u8>,
    pub no_negative_zero: bool,
    pub alternate: bool,
    pub width: usize,
    /// ',' or '_' between the digits before the point.
    pub grouping: Option<u8>,
    /// None when not given.
    pub precision: Option<usize>,
    /// ',' or '_' between the digits after the point.
    pub fraction_grouping: Option<u8>,
    /// The presentation type: any character; `default_type` when not given.
    pub kind: u32,
}

/// What a spec leaves open.
pub struct Defaults<'a> {
    pub kind: u8,
    pub align: Align,
    /// The type's name in messages.
    pub type_name: &'a str,
}

impl Spec {
    pub fn parse(text: &Str, defaults: Defaults<'_>) -> R<Spec> {
        let chars: Vec<u32> = text.iter().collect();
        let mut reader = Reader { chars: &chars, at: 0 };
        let mut spec = Spec {
            fill: b' ' as u32,
            align: defaults.align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: 0,
            grouping: None,
            precision: None,
            fraction_grouping: None,
            kind: defaults.kind as u32,
        };
        let (fill_given, align_given) = reader.fill_and_align(&mut spec);
        spec.sign = reader.take_one_of(b"+- ");
        spec.no_negative_zero = reader.take(b'z');
        spec.alternate = reader.take(b'#');
        if !fill_given && reader.take(b'0') {
            spec.fill = b'0' as u32;
            if !align_given && defaults.align == Align::Right {
                spec.align = Align::AfterSign;
            }
        }
        spec.width = reader.integer()?.unwrap_or(0);
        spec.grouping = reader.grouping()?;
        if reader.take(b'.') {
            spec.precision = reader.integer()?;
            spec.fraction_grouping = reader.grouping()?;
            if spec.precision.is_none() && spec.fraction_grouping.is_none() {
                return Err(value_error("Format specifier missing precision"));
            }
        }
        match reader.chars[reader.at..] {
            [] => {}
            [kind] => spec.kind = kind,
            _ => {
                return Err(value_error(format!(
                    "Invalid format specifier '{}' for object of type '{}'",
                    text.to_string_lossy(),
                    defaults.type_name
                )));
            }
        }
        spec.check_grouping()?;
        Ok(spec)
    }

    fn check_grouping(&self) -> R<()> {
        let decimal = self.kind_byte().is_some_and(|kind| b"defgEGF%\0".contains(&kind));
        if let Some(grouping) = self.grouping {
            let by_four =
                grouping == b'_' && self.kind_byte().is_some_and(|kind| b"boxX".contains(&kind));
            if !decimal && !by_four {
                return Err(self.cannot_group(grouping));
            }
        }
        if let Some(grouping) = self.fraction_grouping
            && self.kind == b'n' as u32
        {
            return Err(self.cannot_group(grouping));
        }
        Ok(())
    }

    fn cannot_group(&self, grouping: u8) -> Raised {
        value_error(format!(
            "Cannot specify '{}' with '{}'.",
            grouping as char,
            printable(self.kind)
        ))
    }

    /// The presentation type, when it is ASCII.
    pub fn kind_byte(&self) -> Option<u8> {
        u8::try_from(self.kind).ok().filter(u8::is_ascii)
    }

    /// "Unknown format code 'q' for object of type 'int'".
    pub fn unknown_code(&self, type_name: &str) -> Raised {
        value_error(format!(
            "Unknown format code '{}' for object of type '{type_name}'",
            printable(self.kind)
        ))
    }

    /// How much fill goes before and after a text of `len` characters. `AfterSign` counts as
    /// before.
    pub fn margins(&self, len: usize) -> (usize, usize) {
        let missing = self.width.saturating_sub(len);
        match self.align {
            Align::Left => (0, missing),
            Align::Right | Align::AfterSign => (missing, 0),
            Align::Center => (missing / 2, missing - missing / 2),
        }
    }
}

fn printable(c: u32) -> String {
    match c {
        33..=127 => (c as u8 as char).to_string(),
        _ => format!("\\x{c:x}"),
    }
}

struct Reader<'a> {
    chars: &'a [u32],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<u32> {
        self.chars.get(self.at + ahead).copied()
    }
    fn take(&mut self, c: u8) -> bool {
        let found = self.peek(0) == Some(c as u32);
        self.at += found as usize;
        found
    }
    fn take_one_of(&mut self, set: &[u8]) -> Option<u8> {
        let c = u8::try_from(self.peek(0)?).ok().filter(|c| set.contains(c))?;
        self.at += 1;
        Some(c)
    }
    /// Whether the fill and whether the alignment is given.
    fn fill_and_align(&mut self, spec: &mut Spec) -> (bool, bool) {
        if let Some(align) = self.peek(1).and_then(align_of) {
            spec.fill = self.chars[self.at];
            spec.align = align;
            self.at += 2;
            return (true, true);
        }
        if let Some(align) = self.peek(0).and_then(align_of) {
            spec.align = align;
            self.at += 1;
            return (false, true);
        }
        (false, false)
    }
    fn integer(&mut self) -> R<Option<usize>> {
        super::digits(self.chars, &mut self.at)
    }
    fn grouping(&mut self) -> R<Option<u8>> {
        let first = self.take_one_of(b",_");
        let other = match first {
            Some(b',') => b'_',
            Some(_) => b',',
            None => return Ok(None),
        };
        if self.peek(0) == Some(other as u32) {
            return Err(value_error("Cannot specify both ',' and '_'."));
        }
        Ok(first)
    }
}

fn align_of(c: u32) -> Option<Align> {
    match u8::try_from(c).ok()? {
        b'<' => Some(Align::Left),
        b'>' => Some(Align::Right),
        b'^' => Some(Align::Center),
        b'=' => Some(Align::AfterSign),
        _ => None,
    }
}

/// `head`, fill, `body` with `left` and `right` fill around: `head` is the sign and prefix that
/// fill goes after (ASCII all).
pub fn padded(
    head: &str,
    body: &str,
    fill: u32,
    left: usize,
    inner: usize,
    right: usize,
) -> R<Gc<Str>> {
    let len = left
        .checked_add(inner)
        .and_then(|n| n.checked_add(right))
        .and_then(|n| n.checked_add(head.len() + body.len()));
    let len = len.ok_or_else(memory_error)?;
    if let Ok(narrow) = u8::try_from(fill) {
        let mut text: Vec<u8> = Vec::new();
        text.try_reserve_exact(len).map_err(|_| memory_error())?;
        text.resize(left, narrow);
        text.extend_from_slice(head.as_bytes());
        text.resize(text.len() + inner, narrow);
        text.extend_from_slice(body.as_bytes());
        text.resize(text.len() + right, narrow);
        return Ok(str::from_latin1(&text));
    }
    let mut text: Vec<u32> = Vec::new();
    text.try_reserve_exact(len).map_err(|_| memory_error())?;
    text.resize(left, fill);
    text.extend(head.bytes().map(u32::from));
    text.resize(text.len() + inner, fill);
    text.extend(body.bytes().map(u32::from));
    text.resize(text.len() + right, fill);
    Ok(str::from_code_points(&text))
}
