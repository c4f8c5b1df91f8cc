//! From the bytes of a program to the text the compiler reads: byte order mark, PEP 263 cookie,
//! decoding, line ends, NUL bytes. Says what is wrong in CPython 3.14's words.

use std::borrow::Cow;

use crate::Origin;
use crate::error::{ErrorKind, SyntaxError};

const BOM: &[u8] = b"\xef\xbb\xbf";
const NUL_IN_STRING: &str = "source code string cannot contain null bytes";
const NUL_IN_FILE: &str = "source code cannot contain null bytes";

/// The text of `source`, with `\n` as the only line end.
pub fn decode<'a>(
    source: &'a [u8],
    filename: &str,
    origin: Origin,
) -> Result<Cow<'a, str>, SyntaxError> {
    if let Some(at) = memchr(0, source) {
        return Err(nul_byte(source, at, filename, origin));
    }
    let text = match origin {
        Origin::Text => utf8(source, filename, origin)?,
        Origin::Bytes | Origin::File => decode_bytes(source, filename, origin)?,
    };
    Ok(normalise_line_ends(text))
}

fn decode_bytes<'a>(
    source: &'a [u8],
    filename: &str,
    origin: Origin,
) -> Result<Cow<'a, str>, SyntaxError> {
    let (has_bom, body) = match source.strip_prefix(BOM) {
        Some(rest) => (true, rest),
        None => (false, source),
    };
    let Some(cookie) = find_cookie(body) else {
        return utf8(body, filename, origin);
    };
    let name = normal_name(&cookie.name);
    if has_bom && name != "utf-8" {
        let line = cookie.line_text.into_owned();
        let width = line.chars().count();
        return Err(SyntaxError {
            kind: ErrorKind::Syntax,
            message: format!("encoding problem: {name} with BOM"),
            filename: None,
            lineno: Some(cookie.line),
            offset: Some(0),
            end_lineno: Some(cookie.line),
            end_offset: Some(as_offset(width)),
            text: Some(line),
        });
    }
    match codec(&name) {
        Some(Codec::Utf8) => utf8(body, filename, origin),
        Some(Codec::Ascii) => match body.iter().position(|byte| !byte.is_ascii()) {
            None => utf8(body, filename, origin),
            Some(at) => {
                let byte = body.get(at).copied().unwrap_or_default();
                Err(SyntaxError::at_line_zero(
                    format!(
                        "'ascii' codec can't decode byte {byte:#04x} in position {at}: \
                         ordinal not in range(128)"
                    ),
                    filename,
                ))
            }
        },
        Some(Codec::Latin(replaced)) => Ok(Cow::Owned(decode_latin(body, replaced))),
        None => Err(SyntaxError::at_line_zero(
            format!("unknown encoding: {name}"),
            filename,
        )),
    }
}

struct Cookie<'a> {
    name: String,
    line: u32,
    line_text: Cow<'a, str>,
}

/// `^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)` in the first line, or in the second when the first
/// is blank or a comment.
fn find_cookie(source: &[u8]) -> Option<Cookie<'_>> {
    let mut lines = source.split(|byte| matches!(byte, b'\n' | b'\r'));
    for number in 1..=2 {
        let line = lines.next()?;
        let content = match line
            .iter()
            .position(|b| !matches!(b, b' ' | b'\t' | b'\x0c'))
        {
            None => continue,
            Some(start) => line.get(start..)?,
        };
        if content.first() != Some(&b'#') {
            return None;
        }
        if let Some(name) = cookie_name(content) {
            return Some(Cookie {
                name,
                line: number,
                line_text: String::from_utf8_lossy(line),
            });
        }
    }
    None
}

fn cookie_name(comment: &[u8]) -> Option<String> {
    const WORD: &[u8] = b"coding";
    for start in 0..comment.len() {
        let Some(rest) = comment
            .get(start..)
            .and_then(|tail| tail.strip_prefix(WORD))
        else {
            continue;
        };
        let Some(rest) = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"=")) else {
            continue;
        };
        let name: Vec<u8> = rest
            .iter()
            .copied()
            .skip_while(|byte| matches!(byte, b' ' | b'\t'))
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            .collect();
        if !name.is_empty() {
            return String::from_utf8(name).ok();
        }
    }
    None
}

/// CPython's `get_normal_name`: only the two names it treats specially are normalised.
fn normal_name(name: &str) -> String {
    let head: String = name
        .chars()
        .take(12)
        .map(|c| {
            if c == '_' {
                '-'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    if head == "utf-8" || head.starts_with("utf-8-") {
        return "utf-8".to_owned();
    }
    for latin in ["latin-1", "iso-8859-1", "iso-latin-1"] {
        if let Some(rest) = head.strip_prefix(latin)
            && (rest.is_empty() || rest.starts_with('-'))
        {
            return "iso-8859-1".to_owned();
        }
    }
    name.to_owned()
}

enum Codec {
    Utf8,
    Ascii,
    /// Latin-1 but for these bytes.
    Latin(&'static [(u8, char)]),
}

fn codec(name: &str) -> Option<Codec> {
    let name: String = name
        .chars()
        .map(|c| {
            if matches!(c, '-' | ' ' | '.') {
                '_'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    Some(match name.as_str() {
        "utf_8" | "utf8" | "u8" | "utf" | "cp65001" | "utf_8_sig" => Codec::Utf8,
        "ascii" | "us_ascii" | "646" | "us" | "ansi_x3_4_1968" | "cp367" | "iso646_us" => {
            Codec::Ascii
        }
        "iso_8859_1" | "iso8859_1" | "iso8859" | "latin_1" | "latin1" | "latin" | "l1" | "8859"
        | "cp819" => Codec::Latin(&[]),
        "iso_8859_15" | "iso8859_15" | "latin9" | "latin_9" | "l9" => Codec::Latin(&LATIN_9),
        "cp1252" | "windows_1252" | "1252" => Codec::Latin(&CP1252),
        _ => return None,
    })
}

const LATIN_9: [(u8, char); 8] = [
    (0xa4, '€'),
    (0xa6, 'Š'),
    (0xa8, 'š'),
    (0xb4, 'Ž'),
    (0xb8, 'ž'),
    (0xbc, 'Œ'),
    (0xbd, 'œ'),
    (0xbe, 'Ÿ'),
];

const CP1252: [(u8, char); 27] = [
    (0x80, '€'),
    (0x82, '‚'),
    (0x83, 'ƒ'),
    (0x84, '„'),
    (0x85, '…'),
    (0x86, '†'),
    (0x87, '‡'),
    (0x88, 'ˆ'),
    (0x89, '‰'),
    (0x8a, 'Š'),
    (0x8b, '‹'),
    (0x8c, 'Œ'),
    (0x8e, 'Ž'),
    (0x91, '‘'),
    (0x92, '’'),
    (0x93, '“'),
    (0x94, '”'),
    (0x95, '•'),
    (0x96, '–'),
    (0x97, '—'),
    (0x98, '˜'),
    (0x99, '™'),
    (0x9a, 'š'),
    (0x9b, '›'),
    (0x9c, 'œ'),
    (0x9e, 'ž'),
    (0x9f, 'Ÿ'),
];

fn decode_latin(source: &[u8], replaced: &[(u8, char)]) -> String {
    source
        .iter()
        .map(|byte| {
            replaced
                .iter()
                .find(|(from, _)| from == byte)
                .map_or(char::from(*byte), |(_, to)| *to)
        })
        .collect()
}

fn utf8<'a>(source: &'a [u8], filename: &str, origin: Origin) -> Result<Cow<'a, str>, SyntaxError> {
    let error = match str::from_utf8(source) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let byte = source.get(at).copied().unwrap_or_default();
    let before = source.get(..at).unwrap_or_default();
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let start = before
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(source.get(start..at).unwrap_or_default())
        .chars()
        .count();
    let place = match origin {
        Origin::File => format!(" in file {filename}"),
        Origin::Bytes | Origin::Text => String::new(),
    };
    let line_number = u32::try_from(line).unwrap_or(u32::MAX);
    Err(SyntaxError {
        kind: ErrorKind::Syntax,
        message: format!(
            "Non-UTF-8 code starting with '\\x{byte:02x}'{place} on line {line}, but no encoding \
             declared; see https://peps.python.org/pep-0263/ for details"
        ),
        filename: match origin {
            Origin::File => Some(filename.to_owned()),
            Origin::Bytes | Origin::Text => None,
        },
        lineno: Some(line_number),
        offset: Some(as_offset(column + 1)),
        end_lineno: Some(line_number),
        end_offset: Some(as_offset(column + 1)),
        text: Some(line_from(source, start)),
    })
}

fn nul_byte(source: &[u8], at: usize, filename: &str, origin: Origin) -> SyntaxError {
    if origin != Origin::File {
        return SyntaxError::bare(ErrorKind::Syntax, NUL_IN_STRING);
    }
    let before = source.get(..at).unwrap_or_default();
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let start = before
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    let text = String::from_utf8_lossy(source.get(start..at).unwrap_or_default()).into_owned();
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    let offset = as_offset(text.chars().count());
    SyntaxError {
        kind: ErrorKind::Syntax,
        message: NUL_IN_FILE.to_owned(),
        filename: Some(filename.to_owned()),
        lineno: Some(line),
        offset: Some(offset),
        end_lineno: Some(line),
        end_offset: Some(offset),
        text: Some(text),
    }
}

fn line_from(source: &[u8], start: usize) -> String {
    let rest = source.get(start..).unwrap_or_default();
    let line = rest.split(|byte| matches!(byte, b'\n' | b'\r')).next();
    String::from_utf8_lossy(line.unwrap_or_default()).into_owned()
}

fn normalise_line_ends(text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr(b'\r', text.as_bytes()).is_none() {
        return text;
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn as_offset(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn memchr(needle: u8, haystack: &[u8]) -> Option<usize> {
    haystack.iter().position(|byte| *byte == needle)
}
