//! What is wrong with the escape sequences of a string literal, in the words of CPython's codecs.

/// The error of the first sequence that cannot be decoded, if there is one.
pub fn decode_error(literal: &str) -> Option<String> {
    let quote_at = literal.find(['\'', '"'])?;
    let (prefix, quoted) = literal.split_at_checked(quote_at)?;
    let quote = quoted.get(..1)?;
    let triple = quote.repeat(3);
    let mark = if quoted.starts_with(&triple) && quoted.len() >= 6 {
        triple.as_str()
    } else {
        quote
    };
    let body = quoted.strip_prefix(mark)?.strip_suffix(mark)?;
    if prefix.contains(['b', 'B']) {
        bytes_error(body)
    } else {
        text_error(body)
    }
}

fn text_error(body: &str) -> Option<String> {
    // Positions count in a buffer in which each other character stands as `\UXXXXXXXX`.
    const WIDE: usize = 10;
    let mut position = 0;
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            position += if c.is_ascii() { 1 } else { WIDE };
            continue;
        }
        let (_, escaped) = chars.next()?;
        let digits = match escaped {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            'N' => {
                if let Some(error) = name_error(body.get(at + 2..)?, position) {
                    return Some(error);
                }
                position += 2;
                continue;
            }
            _ => {
                position += if escaped.is_ascii() { 2 } else { 1 + WIDE };
                continue;
            }
        };
        let rest = body.get(at + 2..)?;
        let found = rest
            .bytes()
            .take(digits)
            .take_while(u8::is_ascii_hexdigit)
            .count();
        let last = position + 1 + found;
        if found < digits {
            let shape = format!("\\{escaped}{}", "X".repeat(digits));
            return Some(unicode_error(
                position,
                last,
                &format!("truncated {shape} escape"),
            ));
        }
        let value = u32::from_str_radix(rest.get(..digits)?, 16).ok()?;
        if value > 0x10_ffff {
            return Some(unicode_error(position, last, "illegal Unicode character"));
        }
        position += 2;
    }
    None
}

fn name_error(rest: &str, position: usize) -> Option<String> {
    let Some(name) = rest.strip_prefix('{') else {
        return Some(unicode_error(
            position,
            position + 1,
            "malformed \\N character escape",
        ));
    };
    match name.find('}') {
        None => Some(unicode_error(
            position,
            position + 2 + name.len(),
            "malformed \\N character escape",
        )),
        Some(0) => Some(unicode_error(
            position,
            position + 3,
            "malformed \\N character escape",
        )),
        Some(length) => Some(unicode_error(
            position,
            position + 3 + length,
            "unknown Unicode character name",
        )),
    }
}

fn unicode_error(first: usize, last: usize, reason: &str) -> String {
    format!(
        "(unicode error) 'unicodeescape' codec can't decode bytes in position {first}-{last}: \
         {reason}"
    )
}

fn bytes_error(body: &str) -> Option<String> {
    let bytes = body.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes.get(at) != Some(&b'\\') {
            at += 1;
            continue;
        }
        if bytes.get(at + 1) == Some(&b'x') {
            let digits = bytes.get(at + 2..).unwrap_or_default();
            if digits
                .iter()
                .take(2)
                .take_while(|b| b.is_ascii_hexdigit())
                .count()
                < 2
            {
                return Some(format!("(value error) invalid \\x escape at position {at}"));
            }
        }
        at += 2;
    }
    None
}
