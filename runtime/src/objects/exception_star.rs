//! The end of `try` with `except*`: what is raised of the exceptions that handlers raised and those that nobody took.

use crate::error::R;
use crate::object::Gc;
use crate::objects::exception::Exception;
use crate::objects::list::List;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, types};

/// `original` is what was caught, `raised` the list of what handlers raised or left (None items skipped). None: nothing to raise.
/// As CPython's `_PyExc_PrepReraiseStar`.
pub fn prepare_reraise(original: Value, raised: Value) -> R {
    let Some(list) = raised.downcast::<List>() else { return Ok(NONE) };
    if list.len() == 0 {
        return Ok(NONE);
    }
    if !class_of(original).is_subclass(types().base_exception_group) {
        // A naked exception was wrapped: there is one item, the exception itself or what its handler raised.
        return Ok(list.get(0).unwrap_or(NONE));
    }
    let (new, kept) = (List::new(), List::new());
    for i in 0..list.len() {
        let Some(item) = list.get(i).filter(|item| *item != NONE) else { continue };
        if same_metadata(item, original) { kept.push(item)? } else { new.push(item)? }
    }
    let rest = project(original, kept)?;
    if new.len() == 0 {
        return Ok(rest);
    }
    if rest != NONE {
        new.push(rest)?;
    }
    if new.len() == 1 {
        return Ok(new.get(0).unwrap_or(NONE));
    }
    let items = Tuple::from_slice(new.items());
    let class = if items.items().iter().all(|item| class_of(*item).is_subclass(types().exception)) {
        types().exception_group
    } else {
        types().base_exception_group
    };
    ops::call_positional(class.value(), &[crate::vm::names().empty.value(), items.value()])
}

/// A part of the original group: same notes, traceback, cause and context.
fn same_metadata(a: Value, b: Value) -> bool {
    match (a.downcast::<Exception>(), b.downcast::<Exception>()) {
        (Some(a), Some(b)) => {
            a.traceback.get() == b.traceback.get() && a.cause.get() == b.cause.get() && a.context.get() == b.context.get()
        }
        _ => false,
    }
}

/// The part of the group whose leaves are those of `kept`.
fn project(original: Value, kept: Gc<List>) -> R {
    if kept.len() == 0 {
        return Ok(NONE);
    }
    let leaves = List::new();
    for i in 0..kept.len() {
        if let Some(item) = kept.get(i) {
            collect_leaves(item, leaves)?;
        }
    }
    split_by_leaves(original, leaves)
}
fn members(group: Value) -> R<Gc<Tuple>> {
    let members = ops::getattr(group, intern("exceptions"))?;
    Ok(members.downcast::<Tuple>().unwrap_or_else(Tuple::empty))
}
fn collect_leaves(exception: Value, leaves: Gc<List>) -> R<()> {
    if !class_of(exception).is_subclass(types().base_exception_group) {
        return leaves.push(exception);
    }
    for member in members(exception)?.items() {
        collect_leaves(*member, leaves)?;
    }
    Ok(())
}
fn split_by_leaves(exception: Value, leaves: Gc<List>) -> R {
    crate::vm::check_native_stack(" in exception group")?;
    if !class_of(exception).is_subclass(types().base_exception_group) {
        return Ok(if leaves.items().contains(&exception) { exception } else { NONE });
    }
    let (parts, own) = (List::new(), members(exception)?);
    for member in own.items() {
        let part = split_by_leaves(*member, leaves)?;
        if part != NONE {
            parts.push(part)?;
        }
    }
    if parts.len() == 0 {
        return Ok(NONE);
    }
    if parts.items() == own.items() {
        return Ok(exception);
    }
    let derived = ops::call_method(exception, intern("derive"), &[parts.value()])?;
    if let (Some(from), Some(to)) = (exception.downcast::<Exception>(), derived.downcast::<Exception>()) {
        to.traceback.set(to, from.traceback.get());
        to.cause.set(to, from.cause.get());
        to.context.set(to, from.context.get());
        to.suppress_context.set(from.suppress_context.get());
    }
    Ok(derived)
}
