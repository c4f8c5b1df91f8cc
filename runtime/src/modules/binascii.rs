//! `binascii`: base64, hexadecimal, uu and quoted-printable, CRCs.

use crate::error::{R, Raised, type_error, value_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::bytes;
use crate::objects::bytes_methods::hex_text;
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::Value;
use crate::vm::{intern, keep, names, type_name, types};
use core::cell::Cell;

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    let error = exception("Error", types().value_error)?;
    add(module, "Error", error);
    keep(error);
    ERROR.set(error.downcast::<Class>());
    add(module, "Incomplete", exception("Incomplete", types().exception)?);
    Ok(())
}

fn exception(name: &str, base: Gc<Class>) -> R {
    let namespace = Dict::new();
    namespace.set_str(names().__module__, intern("binascii").value());
    let args =
        [intern(name).value(), Tuple::from_slice(&[base.value()]).value(), namespace.value()];
    ops::call_positional(types().type_.value(), &args)
}

static FUNCTIONS: [NativeFunction; 12] = [
    function("a2b_uu", "(data, /)", a2b_uu, "Decode a line of uuencoded data."),
    function("b2a_uu", "(data, /, *, backtick=False)", b2a_uu, "Uuencode line of data."),
    function(
        "a2b_base64",
        "(data, /, *, strict_mode=False)",
        a2b_base64,
        "Decode a line of base64 data.",
    ),
    function("b2a_base64", "(data, /, *, newline=True)", b2a_base64, "Base64-code line of data."),
    function("a2b_hex", "(hexstr, /)", unhexlify, "Binary data of hexadecimal representation."),
    function("unhexlify", "(hexstr, /)", unhexlify, "Binary data of hexadecimal representation."),
    function(
        "b2a_hex",
        "(data, sep=None, bytes_per_sep=1)",
        hexlify,
        "Hexadecimal representation of binary data.",
    ),
    function(
        "hexlify",
        "(data, sep=None, bytes_per_sep=1)",
        hexlify,
        "Hexadecimal representation of binary data.",
    ),
    function("crc_hqx", "(data, crc, /)", crc_hqx, "Compute CRC-CCITT incrementally."),
    function("crc32", "(data, crc=0, /)", crc32, "Compute CRC-32 incrementally."),
    function("a2b_qp", "(data, header=False)", a2b_qp, "Decode a string of qp-encoded data."),
    function(
        "b2a_qp",
        "(data, quotetabs=False, istext=True, header=False)",
        b2a_qp,
        "Encode a string using quoted-printable encoding.",
    ),
];

thread_local! {
    /// `binascii.Error`, kept by the VM.
    static ERROR: Cell<Option<Gc<Class>>> = const { Cell::new(None) };
}

#[cold]
fn error(message: &str) -> Raised {
    Raised::new(ERROR.get().unwrap_or(types().value_error), message)
}

/// Bytes, or a str of ASCII characters.
fn with_ascii<T>(value: Value, decode: impl FnOnce(&[u8]) -> R<T>) -> R<T> {
    if let Some(text) = value.downcast::<Str>() {
        return match text.as_ascii() {
            Some(ascii) => decode(ascii.as_bytes()),
            None => Err(value_error("string argument should contain only ASCII characters")),
        };
    }
    match buffer::as_bytes(value)? {
        Some(view) => decode(view.as_slice()),
        None => {
            let found = type_name(value);
            Err(type_error(format!(
                "argument should be bytes, buffer or ASCII string, not '{found}'"
            )))
        }
    }
}

fn flag(value: Value, default: bool) -> R<bool> {
    value.option().map_or(Ok(default), ops::truth)
}

fn made(bytes: &[u8]) -> R {
    bytes::try_new(bytes).map(Gc::value)
}

// -- base64 --------------------------------------------------------------------------------

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const VALUES: [u8; 256] = {
    let mut table = [255; 256];
    let mut i = 0;
    while i < 64 {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

fn a2b_base64(args: &[Value]) -> R {
    let is_strict = flag(args[1], false)?;
    let decoded = with_ascii(args[0], |data| decode_base64(data, is_strict))?;
    made(&decoded)
}

fn decode_base64(data: &[u8], is_strict: bool) -> R<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    let (mut filled, mut left, mut pads) = (0_usize, 0_u8, 0_usize);
    let one_more = |len: usize| {
        let count = len / 3 * 4 + 1;
        error(&format!(
            "Invalid base64-encoded string: number of data characters ({count}) \
             cannot be 1 more than a multiple of 4"
        ))
    };
    for (i, &c) in data.iter().enumerate() {
        if c == b'=' {
            if filled >= 2 && filled + pads < 4 {
                pads += 1;
            } else if is_strict {
                return Err(match filled {
                    1 => one_more(out.len()),
                    0 if i == 0 => error("Leading padding not allowed"),
                    _ => error("Excess padding not allowed"),
                });
            }
            continue;
        }
        let value = VALUES[c as usize];
        if value == 255 {
            if is_strict {
                return Err(error("Only base64 data is allowed"));
            }
            continue;
        }
        if is_strict && pads != 0 {
            let is_complete = filled + pads == 4;
            let message = if is_complete {
                "Excess data after padding"
            } else {
                "Discontinuous padding not allowed"
            };
            return Err(error(message));
        }
        pads = 0;
        match filled {
            0 => left = value,
            1 => {
                out.push(left << 2 | value >> 4);
                left = value & 15;
            }
            2 => {
                out.push(left << 4 | value >> 2);
                left = value & 3;
            }
            _ => out.push(left << 6 | value),
        }
        filled = (filled + 1) % 4;
    }
    match filled {
        1 => Err(one_more(out.len())),
        2 | 3 if filled + pads < 4 => Err(error("Incorrect padding")),
        _ => Ok(out),
    }
}

fn b2a_base64(args: &[Value]) -> R {
    let has_newline = flag(args[1], true)?;
    buffer::with_bytes(args[0], |data| {
        let mut out = Vec::with_capacity(data.len() / 3 * 4 + 5);
        for chunk in data.chunks(3) {
            let word = chunk
                .iter()
                .enumerate()
                .fold(0_u32, |word, (i, &b)| word | (b as u32) << (16 - 8 * i));
            let letter = |i: usize| ALPHABET[(word >> (18 - 6 * i) & 63) as usize];
            out.extend((0..=chunk.len()).map(letter));
            out.extend(core::iter::repeat_n(b'=', 3 - chunk.len()));
        }
        if has_newline {
            out.push(b'\n');
        }
        made(&out)
    })
}

// -- hexadecimal ----------------------------------------------------------------------------

fn hexlify(args: &[Value]) -> R {
    let text = buffer::with_bytes(args[0], |data| hex_text(data, args[1], args[2]))?;
    made(text.cast::<Str>().as_ascii().unwrap_or("").as_bytes())
}

fn unhexlify(args: &[Value]) -> R {
    with_ascii(args[0], |data| {
        if data.len() % 2 != 0 {
            return Err(error("Odd-length string"));
        }
        let digit = |c: u8| (c as char).to_digit(16);
        let pairs =
            data.chunks_exact(2).map(|pair| Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8));
        match pairs.collect::<Option<Vec<u8>>>() {
            Some(out) => made(&out),
            None => Err(error("Non-hexadecimal digit found")),
        }
    })
}

// -- checksums -------------------------------------------------------------------------------

/// The low 32 bits of an int.
fn word(value: Value) -> R<u32> {
    let Some(value) = value.option() else { return Ok(0) };
    let number = ops::index(value)?;
    match int::to_i64(number) {
        Some(number) => Ok(number as u32),
        None => {
            let mask = Value::int(u32::MAX as i64);
            let low = ops::binary(crate::slots::BinaryOp::And, number, mask)?;
            Ok(int::to_i64(low).unwrap_or(0) as u32)
        }
    }
}

const CRC32: [u32; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let (mut crc, mut bit) = (i as u32, 0);
        while bit < 8 {
            crc = if crc & 1 != 0 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
};

/// CRC-32 of zip and png, continued from `crc`.
pub fn crc32_of(data: &[u8], crc: u32) -> u32 {
    !data.iter().fold(!crc, |crc, &b| CRC32[(crc as u8 ^ b) as usize] ^ crc >> 8)
}

fn crc32(args: &[Value]) -> R {
    let start = word(args[1])?;
    buffer::with_bytes(args[0], |data| Ok(Value::int(crc32_of(data, start) as i64)))
}

fn crc_hqx(args: &[Value]) -> R {
    let start = word(args[1])? & 0xFFFF;
    buffer::with_bytes(args[0], |data| {
        let step = |crc: u32, &b: &u8| {
            (0..8).fold(
                crc ^ (b as u32) << 8,
                |crc, _| if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 } & 0xFFFF,
            )
        };
        Ok(Value::int(data.iter().fold(start, step) as i64))
    })
}

// -- uu ----------------------------------------------------------------------------------------

fn a2b_uu(args: &[Value]) -> R {
    with_ascii(args[0], |data| {
        let Some((&first, data)) = data.split_first() else {
            return Err(error("Missing length byte"));
        };
        let len = (first.wrapping_sub(b' ') & 63) as usize;
        let (mut out, mut at, mut left, mut bits) = (Vec::with_capacity(len), 0, 0_u32, 0);
        while out.len() < len {
            let c = data.get(at).copied();
            at += 1;
            // Spaces at the end of a line may have been eaten.
            let value = match c {
                None | Some(b'\n' | b'\r') => 0,
                Some(c @ b' '..=b'`') => (c - b' ') & 63,
                Some(_) => return Err(error("Illegal char")),
            };
            left = left << 6 | value as u32;
            bits += 6;
            if bits >= 8 {
                bits -= 8;
                out.push((left >> bits) as u8);
                left &= (1 << bits) - 1;
            }
        }
        let rest = data.get(at..).unwrap_or(&[]);
        if rest.iter().any(|c| !matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
            return Err(error("Trailing garbage"));
        }
        made(&out)
    })
}

fn b2a_uu(args: &[Value]) -> R {
    let has_backtick = flag(args[1], false)?;
    buffer::with_bytes(args[0], |data| {
        if data.len() > 45 {
            return Err(error("At most 45 bytes at once"));
        }
        let letter =
            |value: u32| if has_backtick && value == 0 { b'`' } else { b' ' + value as u8 };
        let mut out = vec![letter(data.len() as u32)];
        for chunk in data.chunks(3) {
            let word = chunk
                .iter()
                .enumerate()
                .fold(0_u32, |word, (i, &b)| word | (b as u32) << (16 - 8 * i));
            out.extend((0..4).map(|i| letter(word >> (18 - 6 * i) & 63)));
        }
        out.push(b'\n');
        made(&out)
    })
}

// -- quoted-printable ------------------------------------------------------------------------

fn a2b_qp(args: &[Value]) -> R {
    let is_header = flag(args[1], false)?;
    with_ascii(args[0], |data| made(&decode_qp(data, is_header)))
}

fn decode_qp(data: &[u8], is_header: bool) -> Vec<u8> {
    let digit = |at: usize| data.get(at).and_then(|&c| (c as char).to_digit(16));
    let (mut out, mut at) = (Vec::with_capacity(data.len()), 0);
    while at < data.len() {
        if data[at] != b'=' {
            out.push(if is_header && data[at] == b'_' { b' ' } else { data[at] });
            at += 1;
            continue;
        }
        at += 1;
        match data.get(at) {
            None => break,
            // A soft line break: all up to the line's end goes.
            Some(b'\n' | b'\r') => at += data[at..].iter().take_while(|&&c| c != b'\n').count() + 1,
            Some(b'=') => {
                out.push(b'=');
                at += 1;
            }
            Some(_) => match (digit(at), digit(at + 1)) {
                (Some(high), Some(low)) => {
                    out.push((high << 4 | low) as u8);
                    at += 2;
                }
                _ => out.push(b'='),
            },
        }
    }
    out
}

fn b2a_qp(args: &[Value]) -> R {
    let (tabs, text, header) = (flag(args[1], false)?, flag(args[2], true)?, flag(args[3], false)?);
    buffer::with_bytes(args[0], |data| made(&encode_qp(data, tabs, text, header)))
}

/// No line is longer.
const LINE: usize = 76;

fn encode_qp(data: &[u8], quotes_tabs: bool, is_text: bool, is_header: bool) -> Vec<u8> {
    let first_line_end = data.iter().position(|&c| c == b'\n');
    let newline: &[u8] = if first_line_end.is_some_and(|at| at > 0 && data[at - 1] == b'\r') {
        b"\r\n"
    } else {
        b"\n"
    };
    let hex = |out: &mut Vec<u8>, c: u8| {
        let digit = |i: u8| b"0123456789ABCDEF"[i as usize];
        out.extend_from_slice(&[b'=', digit(c >> 4), digit(c & 15)]);
    };
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let (mut at, mut line) = (0, 0);
    while at < data.len() {
        let (c, next) = (data[at], data.get(at + 1).copied());
        let is_quoted = c > 126
            || c == b'='
            || (is_header && c == b'_')
            || (c == b'.' && line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0)))
            || (!is_text && (c == b'\r' || c == b'\n'))
            || ((c == b'\t' || c == b' ') && next.is_none())
            || (c < 33 && c != b'\r' && c != b'\n' && (quotes_tabs || (c != b'\t' && c != b' ')));
        if is_quoted {
            if line + 3 >= LINE {
                out.push(b'=');
                out.extend_from_slice(newline);
                line = 0;
            }
            hex(&mut out, c);
            at += 1;
            line += 3;
        } else if is_text && (c == b'\n' || (c == b'\r' && next == Some(b'\n'))) {
            line = 0;
            // White space at the end of a line would be lost.
            if let Some(&last @ (b' ' | b'\t')) = out.last() {
                out.pop();
                hex(&mut out, last);
            }
            out.extend_from_slice(newline);
            at += 1 + (c == b'\r') as usize;
        } else {
            if next.is_some_and(|next| next != b'\n') && line + 1 >= LINE {
                out.push(b'=');
                out.extend_from_slice(newline);
                line = 0;
            }
            line += 1;
            out.push(if is_header && c == b' ' { b'_' } else { c });
            at += 1;
        }
    }
    out
}
