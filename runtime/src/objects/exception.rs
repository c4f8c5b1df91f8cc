//! Exceptions: the struct, construction, and what `raise` and `except` mean. Not here: attributes and classes (`exception_types.rs`),
//! groups (`exception_group.rs`), printing (`traceback_print.rs`).

use crate::error::{R, Raised, runtime_error, type_error};
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::class::Class;
use crate::objects::list::List;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::value::{NONE, NULL, Value};
use crate::vm::{class_of, thread, types};
use core::cell::Cell;

#[repr(C)]
pub struct Exception {
    pub header: Header,
    pub args: Field<Value>,
    /// Each NULL when absent.
    pub cause: Field<Value>,
    pub context: Field<Value>,
    pub traceback: Field<Value>,
    pub suppress_context: Cell<bool>,
    /// What the class adds: `value` of StopIteration, `code` of SystemExit, a list of members for the others (`member`); NULL when absent.
    pub extra: Field<Value>,
}

impl HeapObject for Exception {
    const KIND: Kind = Kind::Exception;
    fn trace(&self, m: &mut Marker) {
        for field in [&self.args, &self.cause, &self.context, &self.traceback, &self.extra] {
            m.value(field.get());
        }
    }
}

/// The object alone, with its `args`.
pub fn alloc(class: Gc<Class>, args: Gc<Tuple>) -> Gc<Exception> {
    let object = Exception {
        header: new_header(),
        args: Field::new(args.value()),
        cause: Field::default(),
        context: Field::default(),
        traceback: Field::default(),
        suppress_context: Cell::new(false),
        extra: Field::default(),
    };
    heap::alloc_instance(class, object)
}

/// Without running `__init__` of Python subclasses; the native members are filled from `args`.
pub fn new_with_args(class: Gc<Class>, args: &[Value]) -> Gc<Exception> {
    let exception = alloc(class, Tuple::from_slice(args));
    if class.mro_classes().any(|class| class.has_flag(crate::objects::class::flags::SOLID)) {
        crate::objects::exception_types::fill_members(exception, class, args);
    }
    exception
}

pub fn new_with_message(class: Gc<Class>, message: &str) -> Gc<Exception> {
    new_with_args(class, &[crate::objects::str::new(message).value()])
}

/// A member that the class adds, by its place; NULL when unset.
pub fn member(exception: Gc<Exception>, index: usize) -> Value {
    exception.extra.get().downcast::<List>().and_then(|members| members.get(index)).unwrap_or(NULL)
}
/// Most members that an exception class adds.
const MEMBERS: usize = 9;
pub fn set_member(exception: Gc<Exception>, index: usize, value: Value) {
    let members = match exception.extra.get().downcast::<List>() {
        Some(members) => members,
        None => {
            let members = List::new();
            // Memory for nine words is assumed, as for the exception itself.
            let _ = members.extend_from_slice(&[NULL; MEMBERS]);
            exception.extra.set(exception, members.value());
            members
        }
    };
    if index < members.len() {
        members.set(index, value);
    }
}

/// Sets `obj` and `name` of an AttributeError.
pub fn attribute_error_for(raised: Raised, object: Value, name: Gc<Str>) -> Raised {
    set_member(raised.0, 0, name.value());
    set_member(raised.0, 1, object);
    raised
}
/// A NameError with its `name` set.
#[cold]
pub fn name_error_for(class: Gc<Class>, message: &str, name: Gc<Str>) -> Raised {
    let raised = Raised::new(class, message);
    set_member(raised.0, 0, name.value());
    raised
}

// -- raise -----------------------------------------------------------------------------

/// The exception that is being handled now (`sys.exception()`).
pub fn handled() -> Option<Gc<Exception>> {
    let mut at = thread().exc_info.get();
    while !at.is_null() {
        // SAFETY: the chain holds live items: each is unlinked before its frame or generator goes.
        let item = unsafe { &*at };
        if let Some(exception) = item.value.get().downcast::<Exception>() {
            return Some(exception);
        }
        at = item.previous.get();
    }
    None
}

/// Makes the handled exception the context of one that is being raised.
pub fn set_context(raised: Raised) {
    let Some(handled) = handled() else { return };
    if handled == raised.0 {
        return;
    }
    // The new one may be in the chain of contexts already: cut it there. The chain may have a cycle of its own.
    let (mut at, mut slow, mut steps) = (handled, handled, 0u64);
    while let Some(context) = at.context.get().downcast::<Exception>() {
        if context == raised.0 {
            at.context.set(at, NULL);
            break;
        }
        at = context;
        steps += 1;
        if steps % 2 == 0 {
            let Some(next) = slow.context.get().downcast::<Exception>() else { break };
            slow = next;
            if slow == at {
                break;
            }
        }
    }
    raised.0.context.set(raised.0, handled.value());
}
/// As `set_context`, for an error that Rust code raised: one that went through Python code already keeps its context.
#[inline]
pub fn set_context_if_new(raised: Raised) {
    if raised.0.context.get().is_null() && raised.0.traceback.get().is_null() {
        set_context(raised);
    }
}

/// `raise exc` and `raise exc from cause`: the exception to raise, or the TypeError for what is none.
#[cold]
pub fn raise_value(exc: Value, cause: Option<Value>) -> Raised {
    let raised = match normalize(exc, cause) {
        Ok(raised) => raised,
        Err(raised) => raised,
    };
    set_context(raised);
    raised
}
fn normalize(exc: Value, cause: Option<Value>) -> R<Raised> {
    let Some(exception) = instance_of(exc)? else {
        return Err(type_error("exceptions must derive from BaseException"));
    };
    if let Some(cause) = cause {
        let cause = if cause.is_none() {
            NULL
        } else {
            match instance_of(cause)? {
                Some(cause) => cause.value(),
                None => return Err(type_error("exception causes must derive from BaseException")),
            }
        };
        exception.cause.set(exception, cause);
        exception.suppress_context.set(true);
    }
    Ok(Raised(exception))
}
/// An exception as it is; a class of exceptions called without arguments; None for anything else.
fn instance_of(value: Value) -> R<Option<Gc<Exception>>> {
    if let Some(exception) = value.downcast::<Exception>() {
        return Ok(Some(exception));
    }
    let Some(class) = value.downcast::<Class>().filter(|class| class.is_subclass(types().base_exception)) else { return Ok(None) };
    let made = crate::ops::call_positional(class.value(), &[])?;
    match made.downcast::<Exception>() {
        Some(exception) => Ok(Some(exception)),
        None => Err(type_error(format!(
            "calling {} should have returned an instance of BaseException, not {}",
            crate::ops::repr_string(class.value())?,
            crate::ops::repr_string(class_of(made).value())?
        ))),
    }
}
/// A bare `raise`.
#[cold]
pub fn reraise() -> Raised {
    match handled() {
        Some(exception) => Raised(exception),
        None => runtime_error("No active exception to reraise"),
    }
}

// -- except ----------------------------------------------------------------------------

/// `except of:`: TypeError when `of` is no exception class or tuple of such.
pub fn matches(exc: Value, of: Value) -> R<bool> {
    check_classes(of)?;
    Ok(matches_unchecked(exc, of))
}
fn check_classes(of: Value) -> R<()> {
    let is_exception_class = |value: Value| value.downcast::<Class>().is_some_and(|class| class.is_subclass(types().base_exception));
    let fine = match of.downcast::<Tuple>() {
        Some(tuple) => tuple.items().iter().all(|&item| is_exception_class(item)),
        None => is_exception_class(of),
    };
    if fine { Ok(()) } else { Err(type_error("catching classes that do not inherit from BaseException is not allowed")) }
}
fn matches_unchecked(exc: Value, of: Value) -> bool {
    match (of.downcast::<Tuple>(), of.downcast::<Class>()) {
        (Some(tuple), _) => tuple.items().iter().any(|&item| matches_unchecked(exc, item)),
        (_, Some(class)) => class_of(exc).is_subclass(class),
        _ => false,
    }
}
/// `except* of:`: as `matches`, and no groups.
pub fn check_star_classes(of: Value) -> R<()> {
    check_classes(of)?;
    let is_group = |value: Value| value.downcast::<Class>().is_some_and(|class| class.is_subclass(types().base_exception_group));
    let any = match of.downcast::<Tuple>() {
        Some(tuple) => tuple.items().iter().any(|&item| is_group(item)),
        None => is_group(of),
    };
    if any { Err(type_error("catching ExceptionGroup with except* is not allowed. Use except instead.")) } else { Ok(()) }
}

/// What a StopIteration carries.
pub fn stop_value(raised: Raised) -> Value {
    raised.0.extra.get().option().unwrap_or(NONE)
}
