//! The module _collections.

mod defaultdict;
mod deque;
mod deque_iter;
mod ordered_iter;
mod ordereddict;
mod tuplegetter;

use crate::error::R;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::dict::Dict;
use crate::objects::module::Module;
use crate::objects::support::hash_key;
use crate::ops;
use crate::slots::BinaryOp;
use crate::value::{NONE, Value};
use crate::vm::{class_of, names, types};

/// Counts items into a mapping: straight into the table where `get` and item assignment are dict's
/// own.
fn count_elements(args: &[Value]) -> R {
    let (mapping, iterable) = (args[0], args[1]);
    let one = Value::small_int(1);
    if let Some(dict) = mapping.downcast::<Dict>()
        && has_plain_access(mapping)
    {
        ops::for_each(iterable, |key| {
            let hash = hash_key(key)?;
            let count = match dict.find(key, hash)? {
                None => one,
                Some(at) if dict.value_at(at).is_int() => {
                    let count = Value::int(dict.value_at(at).unbox_int() + 1);
                    dict.replace(at, count);
                    return Ok(());
                }
                Some(at) => ops::binary(BinaryOp::Add, dict.value_at(at), one)?,
            };
            dict.set_with_hash(key, hash, count)
        })?;
        return Ok(NONE);
    }
    let get = ops::getattr(mapping, names().get)?;
    ops::for_each(iterable, |key| {
        let count = ops::call_positional(get, &[key, Value::small_int(0)])?;
        ops::setitem(mapping, key, ops::binary(BinaryOp::Add, count, one)?)
    })?;
    Ok(NONE)
}

fn has_plain_access(mapping: Value) -> bool {
    let (class, dict) = (class_of(mapping), types().dict);
    let own = |slot: Option<crate::slots::SetItemFn>| slot.map(|slot| slot as usize);
    own(class.slots.setitem.get()) == own(dict.slots.setitem.get())
        && class.lookup(names().get) == dict.lookup(names().get)
}

static FUNCTIONS: [NativeFunction; 1] = [function(
    "_count_elements",
    "($module, mapping, iterable, /)",
    count_elements,
    "Count elements in the iterable, updating the mapping",
)];

pub fn init(module: Gc<Module>) -> R<()> {
    super::add_functions(module, &FUNCTIONS);
    deque::init(module);
    deque_iter::init(module);
    defaultdict::init(module);
    ordereddict::init(module);
    tuplegetter::init(module);
    Ok(())
}
