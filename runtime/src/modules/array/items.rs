//! The typecodes of arrays: sizes, formats, and how one item becomes bytes and back, with the
//! errors of each.

use crate::error::{R, Raised, overflow_error, type_error, value_error};
use crate::objects::float;
use crate::objects::int;
use crate::objects::str::{self, Str};
use crate::objects::support::{big, is_negative};
use crate::ops;
use crate::value::Value;
use crate::vm::{class_of, type_name};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Code {
    pub letter: u8,
    pub size: usize,
    /// As in `struct`.
    pub format: &'static str,
    /// Of the pickled form.
    pub machine: i64,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Signed,
    Unsigned,
    Float,
    Char,
}

const fn code(letter: u8, size: usize, format: &'static str, machine: i64, kind: Kind) -> Code {
    Code { letter, size, format, machine, kind }
}

/// In the order of `array.typecodes`.
pub const CODES: [Code; 14] = [
    code(b'b', 1, "b", 1, Kind::Signed),
    code(b'B', 1, "B", 0, Kind::Unsigned),
    code(b'u', 4, "w", 20, Kind::Char),
    code(b'w', 4, "w", 20, Kind::Char),
    code(b'h', 2, "h", 4, Kind::Signed),
    code(b'H', 2, "H", 2, Kind::Unsigned),
    code(b'i', 4, "i", 8, Kind::Signed),
    code(b'I', 4, "I", 6, Kind::Unsigned),
    code(b'l', 8, "l", 12, Kind::Signed),
    code(b'L', 8, "L", 10, Kind::Unsigned),
    code(b'q', 8, "q", 12, Kind::Signed),
    code(b'Q', 8, "Q", 10, Kind::Unsigned),
    code(b'f', 4, "f", 14, Kind::Float),
    code(b'd', 8, "d", 16, Kind::Float),
];

pub fn find(letter: u32) -> Option<Code> {
    CODES.into_iter().find(|code| code.letter as u32 == letter)
}

/// How the bytes of a pickled array are laid out.
#[derive(Clone, Copy)]
pub struct Machine {
    pub code: Code,
    pub is_big_endian: bool,
    pub is_utf16: bool,
}

/// None for a number that CPython does not know.
pub fn machine_format(number: i64) -> Option<Machine> {
    let plain = |letter: u8, is_big_endian: bool| {
        find(letter as u32).map(|code| Machine { code, is_big_endian, is_utf16: false })
    };
    match number {
        0 => plain(b'B', false),
        1 => plain(b'b', false),
        2..=5 => plain(if number < 4 { b'H' } else { b'h' }, number % 2 == 1),
        6..=9 => plain(if number < 8 { b'I' } else { b'i' }, number % 2 == 1),
        10..=13 => plain(if number < 12 { b'Q' } else { b'q' }, number % 2 == 1),
        14..=15 => plain(b'f', number == 15),
        16..=17 => plain(b'd', number == 17),
        18..=19 => find(b'H' as u32).map(|code| Machine {
            code,
            is_big_endian: number == 19,
            is_utf16: true,
        }),
        20..=21 => plain(b'w', number == 21),
        _ => None,
    }
}

impl Code {
    pub fn is_text(self) -> bool {
        self.kind == Kind::Char
    }
    pub fn is_float(self) -> bool {
        self.kind == Kind::Float
    }

    /// The item in `bytes`, which are as many as an item has.
    #[inline]
    pub fn read(self, bytes: &[u8]) -> R {
        if let (Kind::Float, 8, Some(bytes)) = (self.kind, self.size, bytes.first_chunk()) {
            return Ok(Value::float(f64::from_le_bytes(*bytes)));
        }
        let mut word = [0u8; 8];
        word[..self.size].copy_from_slice(&bytes[..self.size]);
        let raw = u64::from_le_bytes(word);
        let unused = 64 - 8 * self.size as u32;
        Ok(match self.kind {
            Kind::Signed => Value::int(((raw << unused) as i64) >> unused),
            Kind::Unsigned => int::from_u64(raw),
            Kind::Float if self.size == 4 => Value::float(f32::from_bits(raw as u32) as f64),
            Kind::Float => Value::float(f64::from_bits(raw)),
            Kind::Char if raw > 0x10_FFFF => {
                return Err(value_error(format!(
                    "character U+{raw:x} is not in range [U+0000; U+10ffff]"
                )));
            }
            Kind::Char => str::from_code_points(&[raw as u32]).value(),
        })
    }

    /// The value as an item; only the first `size` bytes count.
    pub fn write(self, value: Value) -> R<[u8; 8]> {
        Ok(match self.kind {
            Kind::Signed => self.signed(value)?.to_le_bytes(),
            Kind::Unsigned => self.unsigned(value)?.to_le_bytes(),
            Kind::Float if self.size == 4 => {
                let mut word = [0u8; 8];
                word[..4].copy_from_slice(&(float::as_double(value)? as f32).to_le_bytes());
                word
            }
            Kind::Float => float::as_double(value)?.to_le_bytes(),
            Kind::Char => u64::from(character(value)?).to_le_bytes(),
        })
    }

    fn signed(self, value: Value) -> R<i64> {
        let number = integer(value)?;
        let wide = int::to_i64(number);
        if self.letter == b'q' {
            return wide.ok_or_else(|| overflow_error("int too big to convert"));
        }
        let wide =
            wide.ok_or_else(|| overflow_error("Python int too large to convert to C long"))?;
        let name = match self.letter {
            b'b' => "signed char",
            b'h' => "signed short integer",
            _ => "signed integer",
        };
        let limit = 1i128 << (8 * self.size - 1);
        self.check(name, wide as i128, -limit, limit - 1)?;
        Ok(wide)
    }

    fn unsigned(self, value: Value) -> R<u64> {
        let number = integer(value)?;
        let negative = is_negative(number);
        if matches!(self.letter, b'B' | b'H') {
            let wide = int::to_i64(number)
                .ok_or_else(|| overflow_error("Python int too large to convert to C long"))?;
            let name = if self.letter == b'B' { "unsigned byte integer" } else { "unsigned short" };
            self.check(name, wide as i128, 0, (1i128 << (8 * self.size)) - 1)?;
            return Ok(wide as u64);
        }
        if negative {
            let text = if self.letter == b'Q' {
                "can't convert negative int to unsigned"
            } else {
                "can't convert negative value to unsigned int"
            };
            return Err(overflow_error(text));
        }
        let text = if self.letter == b'Q' {
            "int too big to convert"
        } else {
            "Python int too large to convert to C unsigned long"
        };
        let wide = u64::try_from(&big(number)).map_err(|_| overflow_error(text))?;
        if self.letter == b'I' && wide > u32::MAX as u64 {
            return Err(overflow_error("unsigned int is greater than maximum"));
        }
        Ok(wide)
    }

    fn check(self, name: &str, number: i128, least: i128, most: i128) -> R<()> {
        if number < least {
            Err(overflow_error(format!("{name} is less than minimum")))
        } else if number > most {
            Err(overflow_error(format!("{name} is greater than maximum")))
        } else {
            Ok(())
        }
    }
}

fn integer(value: Value) -> R {
    if !int::is_any_int(value) && class_of(value).slots.index.get().is_none() {
        return Err(type_error(format!(
            "'{}' object cannot be interpreted as an integer",
            type_name(value)
        )));
    }
    ops::index(value)
}

fn character(value: Value) -> R<u32> {
    let wrong = |what: String| -> Raised {
        type_error(format!("array item must be a unicode character, not {what}"))
    };
    let Some(text) = value.downcast::<Str>() else { return Err(wrong(type_name(value))) };
    if text.len() != 1 {
        return Err(wrong(format!("a string of length {}", text.len())));
    }
    Ok(text.char_at(0))
}
