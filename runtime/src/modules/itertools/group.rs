//! groupby and the iterators over its groups.

use super::{add_class, plain};
use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::module::Module;
use crate::objects::native::Native;
use crate::objects::support::{Params, not_none, of, positional, store, tuple};
use crate::ops;
use crate::traced;
use crate::value::{NULL, Value};
use core::cell::{Cell, OnceCell};

struct GroupBy {
    iterator: Cell<Value>,
    /// NULL: items are their own keys.
    function: Cell<Value>,
    /// Key of the group that was handed out last; the others are of the item that was read last.
    /// Each NULL when there is none.
    target: Cell<Value>,
    key: Cell<Value>,
    item: Cell<Value>,
    /// The only group that still yields.
    group: Cell<Value>,
}
traced!(GroupBy: iterator, function, target, key, item, group);

struct Group {
    parent: Cell<Value>,
    target: Cell<Value>,
}
traced!(Group: parent, target);

thread_local! { static GROUP: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

fn groupby_new(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: Params = Params::new("groupby", "(iterable, key=None)");
    let [iterable, key] = PARAMS.bind(args)?;
    let null = || Cell::new(NULL);
    let object = GroupBy {
        iterator: Cell::new(ops::iter(iterable)?),
        function: Cell::new(Value::or_null(not_none(key))),
        target: null(),
        key: null(),
        item: null(),
        group: null(),
    };
    Ok(Native::new(class, object).value())
}

impl GroupBy {
    /// Reads one more item; false at the end.
    fn step(&self, owner: Value) -> R<bool> {
        let Some(item) = ops::next(self.iterator.get())? else { return Ok(false) };
        let key = match self.function.get().option() {
            None => item,
            Some(function) => ops::call_positional(function, &[item])?,
        };
        store(owner, &self.item, item);
        store(owner, &self.key, key);
        Ok(true)
    }
}

fn groupby_next(value: Value) -> R<Option<Value>> {
    let it = of::<GroupBy>(value)?;
    it.group.set(NULL);
    // What is left of the last group is passed over.
    loop {
        let (key, target) = (it.key.get(), it.target.get());
        if !key.is_null() && (target.is_null() || !ops::equal(target, key)?) {
            break;
        }
        if !it.step(value)? {
            return Ok(None);
        }
    }
    let key = it.key.get();
    store(value, &it.target, key);
    let group = new_group(value, it, key)?;
    Ok(Some(tuple(&[key, group])))
}

fn new_group(parent: Value, it: &GroupBy, target: Value) -> R {
    let class = GROUP
        .with(|class| class.get().copied())
        .ok_or_else(|| type_error("itertools is not initialised"))?;
    let group =
        Native::new(class, Group { parent: Cell::new(parent), target: Cell::new(target) }).value();
    store(parent, &it.group, group);
    Ok(group)
}

fn group_constructor(_class: Gc<Class>, args: Args<'_>) -> R {
    let given = positional(args, "_grouper", 2, 2)?;
    let Some(parent) = crate::objects::native::downcast::<GroupBy>(given[0]) else {
        return Err(type_error("_grouper() argument 1 must be itertools.groupby"));
    };
    new_group(given[0], parent, given[1])
}

fn group_next(value: Value) -> R<Option<Value>> {
    let group = of::<Group>(value)?;
    let parent = group.parent.get();
    let it = of::<GroupBy>(parent)?;
    if it.group.get() != value {
        return Ok(None);
    }
    if it.item.get().is_null() && !it.step(parent)? {
        return Ok(None);
    }
    if !ops::equal(group.target.get(), it.key.get())? {
        return Ok(None);
    }
    it.key.set(NULL);
    Ok(it.item.replace(NULL).option())
}

pub fn init(module: Gc<Module>) {
    add_class(
        module,
        "groupby",
        groupby_new,
        groupby_next,
        "make an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n  key\n    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n    is used for grouping.",
        plain,
    );
    let class = add_class(module, "_grouper", group_constructor, group_next, "", plain);
    GROUP.with(|own| {
        let _ = own.set(class);
    });
}
