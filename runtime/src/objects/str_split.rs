//! str: split, rsplit, splitlines, partition, rpartition.

use crate::error::{R, type_error, value_error};
use crate::object::Gc;
use crate::objects::list::List;
use crate::objects::str::{self, Str, exact, substring};
use crate::objects::str_methods::{size_argument, this};
use crate::objects::str_search::{self, Pair, Unit};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::unicode::{is_line_break, is_space};
use crate::value::Value;
use crate::vm::type_name;

/// Separator (None: white space) and most splits of `split` and `rsplit`.
fn arguments(args: &[Value]) -> R<(Option<Gc<Str>>, usize)> {
    let limit = size_argument(args[2], -1)?;
    let limit = if limit < 0 { usize::MAX } else { limit as usize };
    let Some(separator) = ops::given(args[1]) else { return Ok((None, limit)) };
    let Some(separator) = separator.downcast::<Str>() else {
        return Err(type_error(format!("must be str or None, not {}", type_name(separator))));
    };
    if separator.len() == 0 {
        return Err(value_error("empty separator"));
    }
    Ok((Some(separator), limit))
}

pub fn split(args: &[Value]) -> R {
    let (separator, limit) = arguments(args)?;
    let (text, list) = (this(args), List::new());
    match separator {
        None => split_space(text, limit, &list)?,
        Some(separator) => match str_search::pair(&text, &separator) {
            None => list.push(exact(text).value())?,
            Some(Pair::Narrow(units, separator)) => {
                split_units(text, units, separator, limit, &list)?
            }
            Some(Pair::Wide(units, separator)) => {
                split_units(text, units, &separator, limit, &list)?
            }
        },
    }
    Ok(list.value())
}

fn split_units<T: Unit>(
    text: Gc<Str>,
    units: &[T],
    separator: &[T],
    limit: usize,
    list: &List,
) -> R<()> {
    let mut from = 0;
    let finder = T::finder(separator);
    for _ in 0..limit {
        let Some(len) = T::next(&finder, &units[from..]) else { break };
        list.push(substring(text, from, len).value())?;
        from += len + separator.len();
    }
    list.push(substring(text, from, units.len() - from).value())
}

fn split_space(text: Gc<Str>, limit: usize, list: &List) -> R<()> {
    let len = text.len();
    let skip = |at: usize, spaces: bool| {
        text.iter().skip_fast(at).take_while(|&c| is_space(c) == spaces).count() + at
    };
    let mut at = skip(0, true);
    let mut splits = 0;
    while at < len {
        if splits == limit {
            // The rest keeps its spaces, those at the end too.
            return list.push(substring(text, at, len - at).value());
        }
        let end = skip(at, false);
        list.push(substring(text, at, end - at).value())?;
        at = skip(end, true);
        splits += 1;
    }
    Ok(())
}

pub fn rsplit(args: &[Value]) -> R {
    let (separator, limit) = arguments(args)?;
    let (text, list) = (this(args), List::new());
    match separator {
        None => rsplit_space(text, limit, &list)?,
        Some(separator) => {
            let mut end = text.len();
            for _ in 0..limit {
                let Some(at) = str_search::rfind(text, separator, 0, end) else { break };
                let from = at + separator.len();
                list.push(substring(text, from, end - from).value())?;
                end = at;
            }
            list.push(substring(text, 0, end).value())?;
        }
    }
    reverse(&list);
    Ok(list.value())
}

fn rsplit_space(text: Gc<Str>, limit: usize, list: &List) -> R<()> {
    let before = |end: usize, spaces: bool| {
        end - text
            .iter()
            .rev()
            .skip_fast(text.len() - end)
            .take_while(|&c| is_space(c) == spaces)
            .count()
    };
    let mut end = before(text.len(), true);
    let mut splits = 0;
    while end > 0 {
        if splits == limit {
            return list.push(substring(text, 0, end).value());
        }
        let start = before(end, false);
        list.push(substring(text, start, end - start).value())?;
        end = before(start, true);
        splits += 1;
    }
    Ok(())
}

fn reverse(list: &List) {
    let len = list.len();
    for i in 0..len / 2 {
        if let (Some(a), Some(b)) = (list.get(i), list.get(len - 1 - i)) {
            list.set(i, b);
            list.set(len - 1 - i, a);
        }
    }
}

/// `skip` in constant time (slices' own `nth`).
trait SkipFast: Iterator + Sized {
    fn skip_fast(mut self, count: usize) -> Self {
        if count != 0 {
            self.nth(count - 1);
        }
        self
    }
}
impl<I: Iterator> SkipFast for I {}

pub fn splitlines(args: &[Value]) -> R {
    let keeps_ends = !args[1].is_null() && ops::truth(args[1])?;
    let (text, list) = (this(args), List::new());
    let len = text.len();
    let mut from = 0;
    while from < len {
        let end = from + text.iter().skip_fast(from).take_while(|&c| !is_line_break(c)).count();
        let is_crlf = end + 1 < len && text.char_at(end) == 13 && text.char_at(end + 1) == 10;
        let next = (end + 1 + is_crlf as usize).min(len);
        list.push(substring(text, from, if keeps_ends { next } else { end } - from).value())?;
        from = next;
    }
    Ok(list.value())
}

fn separator(args: &[Value]) -> R<Gc<Str>> {
    let Some(separator) = args[1].downcast::<Str>() else {
        return Err(type_error(format!("must be str, not {}", type_name(args[1]))));
    };
    if separator.len() == 0 { Err(value_error("empty separator")) } else { Ok(separator) }
}

pub fn partition(args: &[Value]) -> R {
    let (text, separator) = (this(args), separator(args)?);
    let Some(at) = str_search::find(text, separator, 0, text.len()) else {
        let nothing = str::empty().value();
        return Ok(Tuple::from_slice(&[exact(text).value(), nothing, nothing]).value());
    };
    Ok(parts(text, separator, at))
}
pub fn rpartition(args: &[Value]) -> R {
    let (text, separator) = (this(args), separator(args)?);
    let Some(at) = str_search::rfind(text, separator, 0, text.len()) else {
        let nothing = str::empty().value();
        return Ok(Tuple::from_slice(&[nothing, nothing, exact(text).value()]).value());
    };
    Ok(parts(text, separator, at))
}
fn parts(text: Gc<Str>, separator: Gc<Str>, at: usize) -> Value {
    let after = at + separator.len();
    Tuple::from_slice(&[
        substring(text, 0, at).value(),
        exact(separator).value(),
        substring(text, after, text.len() - after).value(),
    ])
    .value()
}
