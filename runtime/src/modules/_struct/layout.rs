//! A struct format as a list of items with places. Not here: the values (`mod.rs`).

use crate::error::{R, Raised};

/// What an item holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content {
    Char,
    Signed,
    Unsigned,
    Pointer,
    Bool,
    Half,
    Float,
    Double,
    FloatComplex,
    DoubleComplex,
    Bytes,
    Pascal,
}

#[derive(Clone, Copy, Debug)]
pub struct Item {
    pub content: Content,
    /// The letter, for messages.
    pub letter: u8,
    pub offset: usize,
    /// Of one value.
    pub size: usize,
    /// Values in a row.
    pub count: usize,
}

#[derive(Default, Debug)]
pub struct Layout {
    pub items: Vec<Item>,
    pub size: usize,
    /// Values in all.
    pub values: usize,
    pub big_endian: bool,
}

/// Byte order, sizes and alignment, told by the first letter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Native,
    Standard,
}

/// Content, size and alignment; None for a letter that the mode does not have. `x` is handled by
/// the caller.
fn lookup(letter: u8, mode: Mode) -> Option<(Content, usize, usize)> {
    use Content::*;
    let (content, size) = match letter {
        b'c' => (Char, 1),
        b'b' => (Signed, 1),
        b'B' => (Unsigned, 1),
        b'?' => (Bool, 1),
        b'h' => (Signed, 2),
        b'H' => (Unsigned, 2),
        b'i' => (Signed, 4),
        b'I' => (Unsigned, 4),
        b'l' => (Signed, if mode == Mode::Native { size_of::<libc::c_long>() } else { 4 }),
        b'L' => (Unsigned, if mode == Mode::Native { size_of::<libc::c_ulong>() } else { 4 }),
        b'q' => (Signed, 8),
        b'Q' => (Unsigned, 8),
        b'n' if mode == Mode::Native => (Signed, size_of::<isize>()),
        b'N' if mode == Mode::Native => (Unsigned, size_of::<usize>()),
        b'P' if mode == Mode::Native => (Pointer, size_of::<usize>()),
        b'e' => (Half, 2),
        b'f' => (Float, 4),
        b'd' => (Double, 8),
        b'F' => return Some((FloatComplex, 8, if mode == Mode::Native { 4 } else { 1 })),
        b'D' => return Some((DoubleComplex, 16, if mode == Mode::Native { 8 } else { 1 })),
        b's' => return Some((Bytes, 1, 1)),
        b'p' => return Some((Pascal, 1, 1)),
        _ => return None,
    };
    Some((content, size, if mode == Mode::Native { size } else { 1 }))
}

pub fn parse(format: &[u8], error: fn(&str) -> Raised) -> R<Layout> {
    let (mode, big_endian, rest) = match format {
        [b'@', rest @ ..] => (Mode::Native, cfg!(target_endian = "big"), rest),
        [b'=', rest @ ..] => (Mode::Standard, cfg!(target_endian = "big"), rest),
        [b'<', rest @ ..] => (Mode::Standard, false, rest),
        [b'>' | b'!', rest @ ..] => (Mode::Standard, true, rest),
        rest => (Mode::Native, cfg!(target_endian = "big"), rest),
    };
    let too_long = || error("total struct size too long");
    let mut layout = Layout { big_endian, ..Layout::default() };
    let mut letters = rest.iter().copied().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_ascii_whitespace() || letter == 0x0b {
            continue;
        }
        let (mut letter, mut count) = (letter, 1usize);
        if letter.is_ascii_digit() {
            count = (letter - b'0') as usize;
            while let Some(digit) = letters.next_if(u8::is_ascii_digit) {
                let grown =
                    count.checked_mul(10).and_then(|n| n.checked_add((digit - b'0') as usize));
                count = grown.filter(|&n| n <= isize::MAX as usize).ok_or_else(too_long)?;
            }
            letter = letters
                .next()
                .ok_or_else(|| error("repeat count given without format specifier"))?;
        }
        if letter == b'x' {
            layout.size = layout
                .size
                .checked_add(count)
                .filter(|&n| n <= isize::MAX as usize)
                .ok_or_else(too_long)?;
            continue;
        }
        let (content, size, alignment) =
            lookup(letter, mode).ok_or_else(|| error("bad char in struct format"))?;
        let offset = layout.size.checked_next_multiple_of(alignment).ok_or_else(too_long)?;
        let bytes = count
            .checked_mul(size)
            .and_then(|n| n.checked_add(offset))
            .filter(|&n| n <= isize::MAX as usize);
        layout.size = bytes.ok_or_else(too_long)?;
        match content {
            // One value, however long.
            Content::Bytes | Content::Pascal => {
                layout.items.push(Item { content, letter, offset, size: count, count: 1 });
                layout.values += 1;
            }
            _ if count > 0 => {
                layout.items.push(Item { content, letter, offset, size, count });
                layout.values += count;
            }
            _ => {}
        }
    }
    Ok(layout)
}
