//! `_path_normpath` and `_path_splitroot_ex`: what `posixpath` takes from here for speed. No file is looked at.

use super::path::fspath;
use crate::error::{R, type_error};
use crate::objects::bytes::{self, Bytes};
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::Value;
use crate::vm::{names, type_name};

/// A path as units: characters of a str, bytes of bytes.
enum Units {
    Text(Vec<u32>),
    Bytes(Vec<u8>),
}

fn units(value: Value, function: &str, name: &str) -> R<Units> {
    let given = if value.is::<Str>() || value.is::<Bytes>() || ops::lookup_special(value, names().__fspath__)?.is_some() {
        fspath(value)?
    } else {
        return Err(type_error(format!(
            "{function}: {name} should be string, bytes or os.PathLike, not {}",
            type_name(value)
        )));
    };
    Ok(match (given.downcast::<Str>(), given.downcast::<Bytes>()) {
        (Some(text), _) => Units::Text(text.iter().collect()),
        (_, Some(bytes)) => Units::Bytes(bytes.as_slice().to_vec()),
        _ => Units::Text(Vec::new()),
    })
}
fn text(units: &[u32]) -> Value {
    str::from_code_points(units).value()
}
fn raw(units: &[u8]) -> Value {
    bytes::new(units).value()
}

/// How many slashes lead: two stay two, more are one.
fn root_len<T: PartialEq + From<u8>>(path: &[T]) -> usize {
    let slash = T::from(b'/');
    let count = path.iter().take_while(|unit| **unit == slash).count();
    match count {
        0 => 0,
        2 => 2,
        _ => 1,
    }
}

fn normalized<T: PartialEq + From<u8> + Copy>(path: &[T]) -> Vec<T> {
    let (slash, dot) = (T::from(b'/'), T::from(b'.'));
    let root = root_len(path);
    let mut parts: Vec<&[T]> = Vec::new();
    for part in path.split(|unit| *unit == slash) {
        if part.is_empty() || part == [dot] {
            continue;
        }
        if part != [dot, dot] || (root == 0 && parts.is_empty()) || parts.last().is_some_and(|last| *last == [dot, dot]) {
            parts.push(part);
        } else {
            parts.pop();
        }
    }
    let mut out = vec![slash; root];
    out.extend(parts.join(&slash));
    if out.is_empty() { vec![dot] } else { out }
}

pub fn normpath(args: &[Value]) -> R {
    Ok(match units(args[0], "_path_normpath", "path")? {
        Units::Text(path) => text(&normalized(&path)),
        Units::Bytes(path) => raw(&normalized(&path)),
    })
}

/// `(drive, root, rest)`; there are no drives here.
pub fn splitroot(args: &[Value]) -> R {
    let pieces = match units(args[0], "_path_splitroot_ex", "path")? {
        Units::Text(path) => {
            let at = root_len(&path);
            [text(&[]), text(&path[..at]), text(&path[at..])]
        }
        Units::Bytes(path) => {
            let at = root_len(&path);
            [raw(&[]), raw(&path[..at]), raw(&path[at..])]
        }
    };
    Ok(Tuple::from_slice(&pieces).value())
}
