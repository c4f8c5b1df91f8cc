//! Reads images: compiled programs as `frontend::image` writes them; the format is told there.
//!
//! A parser over borrowed bytes, with no part in the heap: `Image` is a view, `ImageCode` one code
//! object of it, decoded no further than its own fields. Every access is checked: a damaged file
//! gives `Damaged`, never a panic. What it cannot tell is whether the bytecode makes sense; so files
//! that others may have written are opened with `open_file`, which checks the checksum.

use core::fmt;

pub const MAGIC: [u8; 4] = *b"SWIM";
pub const VERSION: u16 = 1;

const NOT_ASCII: u32 = 1 << 31;
const TABLE_START: usize = 24;
/// Constants nest as deep as brackets in a source may, which is 200.
const NESTING_MAX: u8 = 250;

/// The bytes are not an image of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an image of this version, or a damaged one")
    }
}

impl std::error::Error for Damaged {}

/// A program: one outermost code object, and the strings of all its code objects.
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    bytes: &'a [u8],
    strings: u32,
    text_start: usize,
}

/// A string of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageStr<'a> {
    /// Well-formed WTF-8: UTF-8 in which lone surrogates may occur.
    pub wtf8: &'a [u8],
    pub is_ascii: bool,
}

/// The number of a string in its image, below `Image::strings`.
pub type StringNumber = u32;

/// One code object. The byte strings are in CPython's encodings.
#[derive(Clone, Copy, Debug)]
pub struct ImageCode<'a> {
    pub image: Image<'a>,
    /// Where the record begins: `image.code(offset)` gives this again.
    pub offset: u32,
    pub flags: u32,
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    pub firstlineno: u32,
    pub name: StringNumber,
    pub qualname: StringNumber,
    pub filename: StringNumber,
    /// CPython's `CO_FAST_*` bits, one byte for each slot.
    pub localsplus_kinds: &'a [u8],
    pub code: &'a [u8],
    pub linetable: &'a [u8],
    pub exceptiontable: &'a [u8],
    names: u32,
    string_numbers: &'a [u8],
    constants: u32,
    constant_bytes: &'a [u8],
}

/// A constant; what is nested in it is decoded on demand.
#[derive(Clone, Copy, Debug)]
pub enum ImageConstant<'a> {
    None,
    Ellipsis,
    Bool(bool),
    Int(i64),
    /// Two's complement, little endian; does not fit in 64 bits.
    BigInt(&'a [u8]),
    Float(f64),
    Complex { real: f64, imag: f64 },
    Str(StringNumber),
    Bytes(&'a [u8]),
    Tuple(Constants<'a>),
    Frozenset(Constants<'a>),
    /// Start, stop, step.
    Slice(Constants<'a>),
    /// The offset of a nested code object, for `Image::code`.
    Code(u32),
}

impl<'a> Image<'a> {
    /// An image that this program itself has made: checks that it is one, not that it is whole.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let mut reader = Reader::new(bytes, 0);
        if reader.take(4)? != MAGIC || reader.u16()? != VERSION || reader.u16()? != 0 {
            return Err(Damaged);
        }
        reader.at = 20;
        let strings = reader.u32()?;
        let table_bytes = (strings as usize + 1).checked_mul(4).ok_or(Damaged)?;
        let text_start = TABLE_START.checked_add(table_bytes).ok_or(Damaged)?;
        if text_start > bytes.len() || bytes.len() > (NOT_ASCII as usize) {
            return Err(Damaged);
        }
        Ok(Self { bytes, strings, text_start })
    }

    /// An image from a file.
    pub fn open_file(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let mut reader = Reader::new(bytes, 8);
        let expected = reader.u64()?;
        if checksum(bytes.get(16..).ok_or(Damaged)?) != expected {
            return Err(Damaged);
        }
        Self::open(bytes)
    }

    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// How many strings there are. A runtime may keep a table of them.
    pub fn strings(self) -> u32 {
        self.strings
    }

    pub fn string(self, number: StringNumber) -> Result<ImageStr<'a>, Damaged> {
        if number >= self.strings {
            return Err(Damaged);
        }
        let mut table = Reader::new(self.bytes, TABLE_START + 4 * number as usize);
        let (start, end) = (table.u32()?, table.u32()?);
        let is_ascii = start & NOT_ASCII == 0;
        let (start, end) = ((start & !NOT_ASCII) as usize, (end & !NOT_ASCII) as usize);
        let text = self.bytes.get(self.text_start..).ok_or(Damaged)?;
        let wtf8 = text.get(start..end).ok_or(Damaged)?;
        let well_formed = if is_ascii { wtf8.is_ascii() } else { is_wtf8(wtf8) };
        if !well_formed {
            return Err(Damaged);
        }
        Ok(ImageStr { wtf8, is_ascii })
    }

    /// The outermost code object.
    pub fn root(self) -> Result<ImageCode<'a>, Damaged> {
        let offset = Reader::new(self.bytes, 16).u32()?;
        self.code(offset)
    }

    /// The code object at an offset that an `ImageConstant::Code` or an `ImageCode` has told.
    pub fn code(self, offset: u32) -> Result<ImageCode<'a>, Damaged> {
        let mut reader = Reader::new(self.bytes, offset as usize);
        let length = reader.size()?;
        let end = reader.at.checked_add(length).ok_or(Damaged)?;
        let mut body = Reader::new(self.bytes.get(..end).ok_or(Damaged)?, reader.at);
        let [flags, argcount, posonlyargcount, kwonlyargcount] = body.numbers()?;
        let [stacksize, firstlineno] = body.numbers()?;
        let [name, qualname, filename] = body.numbers()?;
        let [slots, names, constants] = body.numbers()?;
        let [number_bytes, code_bytes, line_bytes, exception_bytes] = body.numbers()?;
        let localsplus_kinds = body.take(slots as usize)?;
        let string_numbers = body.take(number_bytes as usize)?;
        let code = body.take(code_bytes as usize)?;
        let linetable = body.take(line_bytes as usize)?;
        let exceptiontable = body.take(exception_bytes as usize)?;
        let constant_bytes = body.bytes.get(body.at..).ok_or(Damaged)?;
        let arguments = u64::from(argcount) + u64::from(kwonlyargcount);
        if arguments > u64::from(slots) || posonlyargcount > argcount || code.len() % 2 != 0 {
            return Err(Damaged);
        }
        Ok(ImageCode {
            image: self,
            offset,
            flags,
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            firstlineno,
            name,
            qualname,
            filename,
            localsplus_kinds,
            code,
            linetable,
            exceptiontable,
            names,
            string_numbers,
            constants,
            constant_bytes,
        })
    }
}

impl<'a> ImageCode<'a> {
    /// The names of the slots, parallel to `localsplus_kinds`.
    pub fn localsplus_names(&self) -> StringNumbers<'a> {
        StringNumbers { reader: Reader::new(self.string_numbers, 0), left: self.slots() }
    }

    /// `co_names`.
    pub fn names(&self) -> Result<StringNumbers<'a>, Damaged> {
        let mut all = self.localsplus_names();
        for _ in 0..self.slots() {
            all.reader.number()?;
        }
        all.left = self.names;
        Ok(all)
    }

    /// `co_consts`.
    pub fn constants(&self) -> Constants<'a> {
        let start = (self.constant_bytes.as_ptr() as usize) - (self.image.bytes.as_ptr() as usize);
        let reader = Reader::new(self.constant_bytes, 0);
        Constants { reader, start, left: self.constants, nesting: 0 }
    }

    fn slots(&self) -> u32 {
        self.localsplus_kinds.len() as u32
    }
}

/// Iterator over the numbers of strings.
#[derive(Clone, Copy, Debug)]
pub struct StringNumbers<'a> {
    reader: Reader<'a>,
    left: u32,
}

impl Iterator for StringNumbers<'_> {
    type Item = Result<StringNumber, Damaged>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        Some(self.reader.number())
    }
}

/// Iterator over constants.
#[derive(Clone, Copy, Debug)]
pub struct Constants<'a> {
    reader: Reader<'a>,
    /// Where in the image the reader's bytes begin.
    start: usize,
    left: u32,
    nesting: u8,
}

impl Constants<'_> {
    /// How many are left. A damaged image may promise more than there are.
    pub fn remaining(&self) -> u32 {
        self.left
    }
}

impl<'a> Iterator for Constants<'a> {
    type Item = Result<ImageConstant<'a>, Damaged>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        Some(self.decode())
    }
}

impl<'a> Constants<'a> {
    fn decode(&mut self) -> Result<ImageConstant<'a>, Damaged> {
        let reader = &mut self.reader;
        Ok(match reader.u8()? {
            0 => ImageConstant::None,
            1 => ImageConstant::Bool(false),
            2 => ImageConstant::Bool(true),
            3 => ImageConstant::Ellipsis,
            4 => {
                let zigzag = reader.varint()?;
                ImageConstant::Int((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
            }
            5 => ImageConstant::BigInt(reader.sized()?),
            6 => ImageConstant::Float(reader.float()?),
            7 => ImageConstant::Complex { real: reader.float()?, imag: reader.float()? },
            8 => ImageConstant::Str(reader.number()?),
            9 => ImageConstant::Bytes(reader.sized()?),
            10 => ImageConstant::Tuple(self.items()?),
            11 => ImageConstant::Frozenset(self.items()?),
            12 => {
                let items = self.items()?;
                if items.left != 3 {
                    return Err(Damaged);
                }
                ImageConstant::Slice(items)
            }
            13 => {
                let offset = u32::try_from(self.start + reader.at).map_err(|_| Damaged)?;
                reader.sized()?;
                ImageConstant::Code(offset)
            }
            _ => return Err(Damaged),
        })
    }

    fn items(&mut self) -> Result<Constants<'a>, Damaged> {
        if self.nesting >= NESTING_MAX {
            return Err(Damaged);
        }
        let bytes = self.reader.sized()?;
        let start = self.start + self.reader.at - bytes.len();
        let mut reader = Reader::new(bytes, 0);
        let left = reader.number()?;
        Ok(Constants { reader, start, left, nesting: self.nesting + 1 })
    }
}

#[derive(Clone, Copy, Debug)]
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Damaged> {
        let end = self.at.checked_add(count).ok_or(Damaged)?;
        let taken = self.bytes.get(self.at..end).ok_or(Damaged)?;
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damaged> {
        self.take(N)?.try_into().map_err(|_| Damaged)
    }

    fn u8(&mut self) -> Result<u8, Damaged> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn u16(&mut self) -> Result<u16, Damaged> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    fn u32(&mut self) -> Result<u32, Damaged> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, Damaged> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn float(&mut self) -> Result<f64, Damaged> {
        Ok(f64::from_bits(self.u64()?))
    }

    fn varint(&mut self) -> Result<u64, Damaged> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Damaged)
    }

    fn number(&mut self) -> Result<u32, Damaged> {
        u32::try_from(self.varint()?).map_err(|_| Damaged)
    }

    fn numbers<const N: usize>(&mut self) -> Result<[u32; N], Damaged> {
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = self.number()?;
        }
        Ok(numbers)
    }

    fn size(&mut self) -> Result<usize, Damaged> {
        usize::try_from(self.varint()?).map_err(|_| Damaged)
    }

    fn sized(&mut self) -> Result<&'a [u8], Damaged> {
        let count = self.size()?;
        self.take(count)
    }
}

/// As `frontend::image::checksum`.
pub fn checksum(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut sum = bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        for (to, from) in word.iter_mut().zip(chunk) {
            *to = *from;
        }
        sum = (sum ^ u64::from_le_bytes(word)).wrapping_mul(FACTOR);
        sum ^= sum >> 32;
    }
    sum
}

/// UTF-8, but for surrogates, which may occur where they do not form a pair.
fn is_wtf8(mut bytes: &[u8]) -> bool {
    let mut after_lead_surrogate = false;
    loop {
        let error = match core::str::from_utf8(bytes) {
            Ok(_) => return true,
            Err(error) => error,
        };
        let (valid, rest) = bytes.split_at(error.valid_up_to());
        let &[0xed, second @ 0xa0..=0xbf, 0x80..=0xbf, ref behind @ ..] = rest else {
            return false;
        };
        let is_lead = second < 0xb0;
        if !is_lead && after_lead_surrogate && valid.is_empty() {
            return false;
        }
        after_lead_surrogate = is_lead;
        bytes = behind;
    }
}
