//! Which part of an expression's text a traceback points at: the operator of a binary operation, the brackets of a subscript or a call.
//! A scanner of tokens at nesting depth 0, which is all that takes; not a parser.

/// Character positions in the lines of a segment: the anchors lie between left and right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Anchors {
    pub left_line: usize,
    pub left: usize,
    pub right_line: usize,
    pub right: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Name,
    /// Number or string.
    Literal,
    Operator,
    /// A bracketed group; the token is the whole group.
    Group(char),
}
#[derive(Clone, Copy, Debug)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

/// The anchors of the segment's outermost operation; None when it is another kind of expression.
pub fn anchors(segment: &str) -> Option<Anchors> {
    let chars: Vec<char> = segment.chars().collect();
    let (from, to) = find(&chars, 0, chars.len())?;
    let place = |at: usize| {
        let before = &chars[..at];
        let line = before.iter().filter(|&&c| c == '\n').count();
        (line, at - before.iter().rposition(|&c| c == '\n').map_or(0, |newline| newline + 1))
    };
    let ((left_line, left), (right_line, right)) = (place(from), place(to));
    Some(Anchors { left_line, left, right_line, right })
}
/// True when the segment is a call of a plain name.
pub fn is_call_of_name(segment: &str) -> bool {
    let chars: Vec<char> = segment.chars().collect();
    matches!(
        tokens(&chars, 0, chars.len()).as_deref(),
        Some([Token { kind: Kind::Name, .. }, Token { kind: Kind::Group('('), .. }])
    )
}

fn text(chars: &[char], token: Token) -> String {
    chars[token.start..token.end].iter().collect()
}

/// Start and end of what stands out between `start` and `end`.
fn find(chars: &[char], start: usize, end: usize) -> Option<(usize, usize)> {
    let tokens = tokens(chars, start, end)?;
    if let [Token { kind: Kind::Group('('), start, end }] = tokens[..] {
        return find(chars, start + 1, end - 1);
    }
    // Words side by side make a statement; strings may stand so.
    let is_word = |token: &Token| matches!(token.kind, Kind::Name | Kind::Literal);
    if tokens.windows(2).any(|pair| is_word(&pair[0]) && is_word(&pair[1]) && pair.iter().any(|token| token.kind == Kind::Name)) {
        return None;
    }
    const KEYWORDS: [&str; 12] =
        ["if", "else", "for", "in", "is", "not", "and", "or", "lambda", "yield", "async", "from"];
    let mut best: Option<(u8, usize)> = None;
    for (i, &token) in tokens.iter().enumerate() {
        let word = text(chars, token);
        match token.kind {
            Kind::Name if KEYWORDS.contains(&&*word) => return None,
            Kind::Operator => {
                let is_unary = i == 0 || tokens[i - 1].kind == Kind::Operator;
                let Some(level) = precedence(&word) else {
                    if word == "." || (is_unary && word == "~") {
                        continue;
                    }
                    return None;
                };
                if is_unary {
                    continue;
                }
                // `**` groups to the right, all others to the left; the loosest one is the outermost.
                let replaces = best.is_none_or(|(least, _)| level < least || (level == least && word != "**"));
                if replaces {
                    best = Some((level, i));
                }
            }
            _ => {}
        }
    }
    let starts_unary = tokens.first().is_some_and(|token| token.kind == Kind::Operator);
    if let Some((level, at)) = best {
        // `-a ** b` is a negation.
        if starts_unary && level == POWER {
            return None;
        }
        return Some((tokens[at].start, tokens[at].end));
    }
    if starts_unary || tokens.len() < 2 || text(chars, tokens[0]) == "await" {
        return None;
    }
    match tokens.last()? {
        Token { kind: Kind::Group('(' | '['), start, end } => Some((*start, *end)),
        _ => None,
    }
}

const POWER: u8 = 6;
fn precedence(operator: &str) -> Option<u8> {
    Some(match operator {
        "|" => 0,
        "^" => 1,
        "&" => 2,
        "<<" | ">>" => 3,
        "+" | "-" => 4,
        "*" | "/" | "//" | "%" | "@" => 5,
        "**" => POWER,
        _ => return None,
    })
}

/// The tokens at depth 0; None for text that has no sense.
fn tokens(chars: &[char], start: usize, end: usize) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut at = start;
    while at < end {
        let c = chars[at];
        let (kind, next) = match c {
            ' ' | '\t' | '\n' | '\x0c' | '\\' => {
                at += 1;
                continue;
            }
            '#' => {
                at = chars[at..end].iter().position(|&c| c == '\n').map_or(end, |newline| at + newline);
                continue;
            }
            '(' | '[' | '{' => (Kind::Group(c), group_end(chars, at, end)?),
            ')' | ']' | '}' => return None,
            '"' | '\'' => (Kind::Literal, string_end(chars, at, end, false)?),
            _ if c == '_' || c.is_alphabetic() => word(chars, at, end)?,
            _ if c.is_ascii_digit() || (c == '.' && chars.get(at + 1).is_some_and(char::is_ascii_digit)) => {
                (Kind::Literal, number_end(chars, at, end))
            }
            _ => (Kind::Operator, operator_end(chars, at, end)),
        };
        found.push(Token { kind, start: at, end: next });
        at = next;
    }
    Some(found)
}
fn word(chars: &[char], at: usize, end: usize) -> Option<(Kind, usize)> {
    let mut next = at;
    while next < end && (chars[next] == '_' || chars[next].is_alphanumeric()) {
        next += 1;
    }
    if next < end && matches!(chars[next], '"' | '\'') && next - at <= 2 {
        let prefix: String = chars[at..next].iter().collect::<String>().to_lowercase();
        if ["r", "b", "u", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"].contains(&&*prefix) {
            let formatted = prefix.contains(['f', 't']);
            return Some((Kind::Literal, string_end(chars, next, end, formatted)?));
        }
    }
    Some((Kind::Name, next))
}
fn number_end(chars: &[char], at: usize, end: usize) -> usize {
    let mut next = at;
    while next < end {
        let c = chars[next];
        let exponent_sign = matches!(c, '+' | '-') && next > at && matches!(chars[next - 1], 'e' | 'E') && !chars[at..next].contains(&'x');
        if !(c.is_alphanumeric() || c == '_' || c == '.' || exponent_sign) {
            break;
        }
        next += 1;
    }
    next
}
fn operator_end(chars: &[char], at: usize, end: usize) -> usize {
    const LONG: [&str; 9] = ["**", "//", "<<", ">>", "<=", ">=", "==", "!=", ":="];
    let two: String = chars[at..end.min(at + 2)].iter().collect();
    if LONG.contains(&&*two) { at + 2 } else { at + 1 }
}
/// After the closing bracket.
fn group_end(chars: &[char], at: usize, end: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut next = at;
    while next < end {
        match chars[next] {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(next + 1);
                }
            }
            '#' => {
                next = chars[next..end].iter().position(|&c| c == '\n').map_or(end, |newline| next + newline);
                continue;
            }
            '"' | '\'' => {
                let prefix = next.checked_sub(1).map_or(' ', |before| chars[before]).to_ascii_lowercase();
                let before = next.checked_sub(2).map_or(' ', |before| chars[before]).to_ascii_lowercase();
                let formatted = matches!(prefix, 'f' | 't') || (prefix == 'r' && matches!(before, 'f' | 't'));
                next = string_end(chars, next, end, formatted)?;
                continue;
            }
            _ => {}
        }
        next += 1;
    }
    None
}
/// After the closing quote of the string that opens at `at`.
fn string_end(chars: &[char], at: usize, end: usize, formatted: bool) -> Option<usize> {
    let quote = chars[at];
    let triple = chars[at..end].len() >= 3 && chars[at + 1] == quote && chars[at + 2] == quote;
    let mut next = at + if triple { 3 } else { 1 };
    while next < end {
        let c = chars[next];
        if c == '\\' {
            next += 2;
        } else if formatted && c == '{' {
            next = if chars.get(next + 1) == Some(&'{') { next + 2 } else { group_end(chars, next, end)? };
        } else if c == quote && (!triple || (chars.get(next + 1) == Some(&quote) && chars.get(next + 2) == Some(&quote))) {
            return Some(next + if triple { 3 } else { 1 });
        } else {
            next += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::anchors;

    /// The text between the anchors.
    fn shown(segment: &str) -> Option<&str> {
        let a = anchors(segment)?;
        (a.left_line == 0 && a.right_line == 0).then(|| &segment[a.left..a.right])
    }

    #[test]
    fn the_outermost_operation_is_found() {
        assert_eq!(shown("a + b * c"), Some("+"));
        assert_eq!(shown("a * b + c - d"), Some("-"));
        assert_eq!(shown("f(a)(b)"), Some("(b)"));
        assert_eq!(shown("x.y[z]"), Some("[z]"));
        assert_eq!(shown("a // f'{b // c}'"), Some("//"));
        assert_eq!(shown("-a ** b"), None);
        assert_eq!(shown("a ** -b"), Some("**"));
        assert_eq!(shown("a.b"), None);
        assert_eq!(shown("a if b else c"), None);
        assert_eq!(shown("(a + b)"), Some("+"));
        assert_eq!(shown("raise f(x)"), None);
    }
}
