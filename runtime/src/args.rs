//! Arguments of a call, and how a native function's signature binds them. Signatures are CPython's own text signatures.

use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::value::{NULL, Value};

/// Positional values, then the values of the keywords in `names`.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    values: &'a [Value],
    names: Option<Gc<Tuple>>,
}

impl<'a> Args<'a> {
    pub const EMPTY: Args<'static> = Args { values: &[], names: None };
    #[inline(always)]
    pub fn positional(values: &'a [Value]) -> Args<'a> {
        Args { values, names: None }
    }
    /// `values` ends with one value for each of `names` (a tuple of str).
    #[inline(always)]
    pub fn new(values: &'a [Value], names: Option<Gc<Tuple>>) -> Args<'a> {
        Args { values, names: names.filter(|names| names.len() != 0) }
    }
    pub fn all(self) -> &'a [Value] {
        self.values
    }
    pub fn names(self) -> Option<Gc<Tuple>> {
        self.names
    }
    #[inline(always)]
    pub fn pos(self) -> &'a [Value] {
        &self.values[..self.values.len() - self.kw_len()]
    }
    #[inline(always)]
    pub fn kw_len(self) -> usize {
        self.names.map_or(0, |names| names.len())
    }
    pub fn kw(self) -> impl Iterator<Item = (Gc<Str>, Value)> + 'a {
        let first = self.values.len() - self.kw_len();
        let values = self.values;
        (0..self.kw_len()).map(move |i| {
            let name = self.names.expect("kw_len is 0 without names").at(i);
            (name.cast::<Str>(), values[first + i])
        })
    }
    /// The same arguments after a first one (`self` of a method).
    pub fn with_first<T>(self, first: Value, call: impl FnOnce(Args<'_>) -> T) -> T {
        let mut buffer = [NULL; 8];
        let len = self.values.len() + 1;
        if len <= buffer.len() {
            buffer[0] = first;
            buffer[1..len].copy_from_slice(self.values);
            return call(Args { values: &buffer[..len], names: self.names });
        }
        // On the heap, where the collector sees them: a tuple.
        let tuple = Tuple::from_iter_exact(len, core::iter::once(first).chain(self.values.iter().copied()));
        call(Args { values: tuple.items(), names: self.names })
    }
    /// For functions that take no keywords.
    pub fn no_keywords(self, function: &str) -> R<&'a [Value]> {
        if self.names.is_some() {
            return Err(type_error(format!("{function}() takes no keyword arguments")));
        }
        Ok(self.values)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamKind {
    PositionalOnly,
    Either,
    KeywordOnly,
    VarArgs,
    VarKeywords,
}

#[derive(Debug)]
pub struct Param {
    pub name: &'static str,
    pub kind: ParamKind,
    pub has_default: bool,
}

/// A parsed text signature such as `($self, iterable, /, *, key=None, reverse=False)`.
#[derive(Debug)]
pub struct Signature {
    /// Without `$self`, `$module`, `$type`.
    pub params: Vec<Param>,
    pub has_self: bool,
    pub required: usize,
    pub positional: usize,
    pub varargs: bool,
    pub varkeywords: bool,
}

impl Signature {
    /// The text is ours: a malformed one is our mistake.
    pub fn parse(text: &'static str) -> Signature {
        let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).expect("a signature stands in parentheses");
        let mut signature =
            Signature { params: Vec::new(), has_self: false, required: 0, positional: 0, varargs: false, varkeywords: false };
        let mut keyword_only = false;
        for part in split_top_level(inner) {
            let part = part.trim();
            if part.is_empty() {
                continue;
            }
            if part == "/" {
                for param in &mut signature.params {
                    param.kind = ParamKind::PositionalOnly;
                }
            } else if part == "*" {
                keyword_only = true;
            } else if part.starts_with('$') {
                signature.has_self = true;
            } else if let Some(name) = part.strip_prefix("**") {
                signature.varkeywords = true;
                signature.params.push(Param { name, kind: ParamKind::VarKeywords, has_default: true });
            } else if let Some(name) = part.strip_prefix('*') {
                signature.varargs = true;
                keyword_only = true;
                signature.params.push(Param { name, kind: ParamKind::VarArgs, has_default: true });
            } else {
                let (name, default) = match part.split_once('=') {
                    Some((name, _)) => (name, true),
                    None => (part, false),
                };
                let kind = if keyword_only { ParamKind::KeywordOnly } else { ParamKind::Either };
                signature.params.push(Param { name, kind, has_default: default });
            }
        }
        let positional = |p: &&Param| matches!(p.kind, ParamKind::PositionalOnly | ParamKind::Either);
        signature.positional = signature.params.iter().filter(positional).count();
        signature.required = signature.params.iter().filter(positional).filter(|p| !p.has_default).count();
        signature
    }

    /// Only positional parameters, so that a slice of the right length binds as it is.
    pub fn is_simple(&self) -> bool {
        self.params.len() == self.positional
    }

    /// Fills one slot a parameter, in order; NULL where an optional one is not given. `*args` is bound to a tuple, `**kwargs` to a dict.
    /// `function` is the name in messages (`list.append` or `print`).
    pub fn bind(&self, function: &str, args: Args<'_>, slots: &mut [Value]) -> R<()> {
        crate::args_bind::bind(self, function, args, slots)
    }
}

fn split_top_level(text: &'static str) -> Vec<&'static str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    let mut quote = None;
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
