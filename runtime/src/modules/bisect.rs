//! The module _bisect: binary search in any sequence.

use crate::error::{R, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::list::List;
use crate::objects::list_sort::less;
use crate::objects::module::Module;
use crate::objects::support::{is_exact_list, len_value, not_none, ssize};
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::intern;

#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

/// `args`: the sequence, what is looked for, lo, hi, key.
fn search(args: &[Value], wanted: Value, side: Side) -> R<usize> {
    let (sequence, key) = (args[0], not_none(args[4]));
    let low = if args[2].is_null() { 0 } else { ssize(args[2])? };
    let mut low = usize::try_from(low).map_err(|_| value_error("lo must be non-negative"))?;
    let mut high = match not_none(args[3]) {
        Some(high) => ssize(high)?.max(0) as usize,
        None => ops::len(sequence)?,
    };
    while low < high {
        let middle = low + (high - low) / 2;
        let item = ops::getitem(sequence, len_value(middle))?;
        let item = match key {
            Some(key) => ops::call_positional(key, &[item])?,
            None => item,
        };
        let go_left = match side {
            Side::Left => !less(item, wanted)?,
            Side::Right => less(wanted, item)?,
        };
        if go_left {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

fn insert(args: &[Value], side: Side) -> R {
    let wanted = match not_none(args[4]) {
        Some(key) => ops::call_positional(key, &[args[1]])?,
        None => args[1],
    };
    let at = search(args, wanted, side)?;
    if is_exact_list(args[0]) {
        let list = args[0].cast::<List>();
        list.splice(at.min(list.len()), 0, &args[1..2])?;
    } else {
        ops::call_method(args[0], intern("insert"), &[len_value(at), args[1]])?;
    }
    Ok(NONE)
}

fn bisect_left(args: &[Value]) -> R {
    Ok(len_value(search(args, args[1], Side::Left)?))
}
fn bisect_right(args: &[Value]) -> R {
    Ok(len_value(search(args, args[1], Side::Right)?))
}
fn insort_left(args: &[Value]) -> R {
    insert(args, Side::Left)
}
fn insort_right(args: &[Value]) -> R {
    insert(args, Side::Right)
}

const SIGNATURE: &str = "($module, a, x, lo=0, hi=None, *, key=None)";
static FUNCTIONS: [NativeFunction; 4] = [
    function(
        "bisect_right",
        SIGNATURE,
        bisect_right,
        "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will\ninsert just after the rightmost x already there.",
    ),
    function(
        "insort_right",
        SIGNATURE,
        insort_right,
        "Insert item x in list a, and keep it sorted assuming a is sorted.",
    ),
    function(
        "bisect_left",
        SIGNATURE,
        bisect_left,
        "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will\ninsert just before the leftmost x already there.",
    ),
    function(
        "insort_left",
        SIGNATURE,
        insort_left,
        "Insert item x in list a, and keep it sorted assuming a is sorted.",
    ),
];

pub fn init(module: Gc<Module>) -> R<()> {
    super::add_functions(module, &FUNCTIONS);
    Ok(())
}
