//! BaseExceptionGroup and ExceptionGroup: construction, `split`, `subgroup`, `derive`, and what `except*` asks of them.

use crate::args::Args;
use crate::error::{R, Raised, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, class_method, member as member_attribute, method};
use crate::objects::class::{Class, flags};
use crate::objects::exception::{self, Exception, member, set_member};
use crate::objects::exception_types::this;
use crate::objects::list::List;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::value::{NONE, NULL, Value};
use crate::vm::{check_native_stack, class_of, names, type_name, types};

const MESSAGE: usize = 0;
const EXCEPTIONS: usize = 1;

static METHODS: [NativeFunction; 4] = [
    method("derive", "($self, object, /)", derive, ""),
    method("split", "($self, object, /)", |a| {
        let (matched, rest) = split(a[0], &Condition::of(a[1])?)?;
        Ok(Tuple::from_slice(&[crate::ops::or_none(matched), crate::ops::or_none(rest)]).value())
    }, ""),
    method("subgroup", "($self, object, /)", |a| Ok(crate::ops::or_none(split(a[0], &Condition::of(a[1])?)?.0)), ""),
    class_method("__class_getitem__", "($cls, item, /)", |a| crate::objects::generic_alias::new(a[0], a[1]), "See PEP 585"),
];
static ATTRIBUTES: [NativeAttribute; 2] = [
    member_attribute("message", |v| Ok(crate::ops::or_none(member(this(v)?, MESSAGE))), None, "exception message"),
    member_attribute("exceptions", |v| Ok(crate::ops::or_none(member(this(v)?, EXCEPTIONS))), None, "nested exceptions"),
];

pub fn init() {
    let class = types().base_exception_group;
    class.set_flag(flags::SOLID);
    class.slots.new.set(Some(new));
    class.slots.str.set(Some(text));
    class.slots.init.set(Some(|value, args| {
        if args.names().is_some() {
            return Err(type_error(format!("{}() takes no keyword arguments", type_name(value))));
        }
        crate::objects::exception_types::init_args(value, args)
    }));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
    // ExceptionGroup is an Exception too.
    let group = types().exception_group;
    let bases = [class.value(), types().exception.value()];
    group.bases.set(group, Tuple::from_slice(&bases));
    let order = [group, class, types().exception, types().base_exception, types().object].map(Gc::value);
    group.mro.set(group, Tuple::from_slice(&order));
    types().exception.subclasses.borrow_mut().push(group);
}

fn is_exception(value: Value, class: Gc<Class>) -> bool {
    class_of(value).is_subclass(class)
}

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let t = types();
    let pos = args.pos();
    let [message, exceptions] = pos else {
        return Err(type_error(format!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)", pos.len())));
    };
    if !message.is::<Str>() {
        return Err(type_error(format!("BaseExceptionGroup.__new__() argument 1 must be str, not {}", type_name(*message))));
    }
    let is_sequence = class_of(*exceptions).slots.getitem.get().is_some() && !exceptions.is::<crate::objects::dict::Dict>();
    if !is_sequence && !exceptions.is::<Tuple>() && !exceptions.is::<List>() {
        return Err(type_error("second argument (exceptions) must be a sequence"));
    }
    let items = crate::ops::collect(*exceptions)?;
    if items.len() == 0 {
        return Err(value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let mut nested_base = false;
    for (i, &item) in items.items().iter().enumerate() {
        if !item.is::<Exception>() {
            return Err(value_error(format!("Item {i} of second argument (exceptions) is not an exception")));
        }
        nested_base |= !is_exception(item, t.exception);
    }
    let mut class = class;
    if class == t.base_exception_group {
        if !nested_base {
            class = t.exception_group;
        }
    } else if class == t.exception_group {
        if nested_base {
            return Err(type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        }
    } else if nested_base && class.is_subclass(t.exception) {
        return Err(type_error(format!("Cannot nest BaseExceptions in '{}'", class.name())));
    }
    let exception = exception::alloc(class, Tuple::from_slice(pos));
    set_member(exception, MESSAGE, *message);
    set_member(exception, EXCEPTIONS, Tuple::from_slice(items.items()).value());
    Ok(exception.value())
}
fn text(value: Value) -> R {
    let this = this(value)?;
    let count = nested(this).len();
    let message = crate::ops::str_string(crate::ops::or_none(member(this, MESSAGE)))?;
    let plural = if count == 1 { "" } else { "s" };
    Ok(str::new(&format!("{message} ({count} sub-exception{plural})")).value())
}
/// The exceptions of a group.
pub fn nested(group: Gc<Exception>) -> &'static [Value] {
    member(group, EXCEPTIONS).downcast::<Tuple>().map_or(&[], |tuple| tuple.items())
}
pub fn is_group(value: Value) -> bool {
    value.is::<Exception>() && is_exception(value, types().base_exception_group)
}

fn derive(args: &[Value]) -> R {
    let message = crate::ops::or_none(member(this(args[0])?, MESSAGE));
    crate::ops::call_positional(types().base_exception_group.value(), &[message, args[1]])
}
/// A group like `group` of other exceptions, with its context, cause, traceback and notes.
fn subset(group: Gc<Exception>, exceptions: Gc<List>) -> R {
    if exceptions.len() == 0 {
        return Ok(NULL);
    }
    let derived = crate::ops::call_method(group.value(), crate::vm::intern("derive"), &[exceptions.value()])?;
    let Some(new) = derived.downcast::<Exception>().filter(|_| is_group(derived)) else {
        return Err(type_error("derive must return an instance of BaseExceptionGroup"));
    };
    new.traceback.set(new, group.traceback.get());
    new.context.set(new, group.context.get());
    new.cause.set(new, group.cause.get());
    new.suppress_context.set(group.suppress_context.get());
    if let Some(notes) = crate::ops::getattr_opt(group.value(), names().__notes__)?
        && (notes.is::<List>() || notes.is::<Tuple>())
    {
        // A copy: notes added to one are not of the other.
        crate::ops::setattr(derived, names().__notes__, crate::ops::collect(notes)?.value())?;
    }
    Ok(derived)
}

/// What `split` is asked for.
enum Condition {
    Classes(Value),
    Predicate(Value),
    /// These very objects.
    Instances(Gc<List>),
}
impl Condition {
    fn of(value: Value) -> R<Condition> {
        let is_class = |value: Value| value.downcast::<Class>().is_some_and(|class| class.is_subclass(types().base_exception));
        if is_class(value) {
            return Ok(Condition::Classes(value));
        }
        if let Some(tuple) = value.downcast::<Tuple>()
            && tuple.items().iter().all(|&item| is_class(item))
        {
            return Ok(Condition::Classes(value));
        }
        if crate::ops::is_callable(value) && !value.is::<Class>() {
            return Ok(Condition::Predicate(value));
        }
        Err(type_error("expected an exception type, a tuple of exception types, or a callable (other than a class)"))
    }
    fn holds(&self, exc: Value) -> R<bool> {
        match self {
            Condition::Classes(of) => exception::matches(exc, *of),
            Condition::Predicate(function) => crate::ops::truth(crate::ops::call_positional(*function, &[exc])?),
            Condition::Instances(list) => Ok(list.items().contains(&exc)),
        }
    }
}

/// What matches, and the rest; each NULL when empty.
fn split(exc: Value, condition: &Condition) -> R<(Value, Value)> {
    check_native_stack(" in exceptiongroup_split_recursive")?;
    if condition.holds(exc)? {
        return Ok((exc, NULL));
    }
    if !is_group(exc) {
        return Ok((NULL, exc));
    }
    let group = this(exc)?;
    let (matched, rest) = (List::new(), List::new());
    for &item in nested(group) {
        let (yes, no) = split(item, condition)?;
        if !yes.is_null() {
            matched.push(yes)?;
        }
        if !no.is_null() {
            rest.push(no)?;
        }
    }
    Ok((subset(group, matched)?, subset(group, rest)?))
}

// -- except* ---------------------------------------------------------------------------

/// CHECK_EG_MATCH: `(rest, match)`, each None when empty.
pub fn star_match(exc: Value, of: Value) -> R<(Value, Value)> {
    exception::check_star_classes(of)?;
    if exc.is_none() {
        return Ok((NONE, NONE));
    }
    if exception::matches(exc, of)? {
        if is_group(exc) {
            return Ok((NONE, exc));
        }
        // A naked exception is handled as a group of one.
        let one = List::from_slice(&[exc])?;
        let group = crate::ops::call_positional(types().exception_group.value(), &[names().empty.value(), one.value()])
            .or_else(|_| crate::ops::call_positional(types().base_exception_group.value(), &[names().empty.value(), one.value()]))?;
        if let (Some(group), Some(exc)) = (group.downcast::<Exception>(), exc.downcast::<Exception>()) {
            group.traceback.set(group, exc.traceback.get());
        }
        return Ok((NONE, group));
    }
    if !is_group(exc) {
        return Ok((exc, NONE));
    }
    let answer = crate::ops::call_method(exc, crate::vm::intern("split"), &[of])?;
    let Some(pair) = answer.downcast::<Tuple>() else {
        return Err(type_error(format!("{}.split must return a tuple, not {}", type_name(exc), type_name(answer))));
    };
    if pair.len() < 2 {
        return Err(type_error(format!("{}.split must return a 2-tuple, got tuple of size {}", type_name(exc), pair.len())));
    }
    Ok((pair.at(1), pair.at(0)))
}

/// PREP_RERAISE_STAR: what is raised after all `except*` clauses: None, an exception, or a new group of those raised in clauses and
/// what none of them handled.
pub fn prepare_reraise(original: Value, raised: Gc<List>) -> R {
    if raised.len() == 0 {
        return Ok(NONE);
    }
    if !is_group(original) {
        // A naked exception was wrapped: at most one thing happened to it.
        return Ok(raised.get(0).unwrap_or(NONE));
    }
    let (new, reraised) = (List::new(), List::new());
    for &exc in raised.items() {
        if exc.is_none() {
            continue;
        }
        if is_same_metadata(exc, original) { reraised.push(exc)? } else { new.push(exc)? }
    }
    let projection = project(original, reraised)?;
    if new.len() == 0 {
        return Ok(crate::ops::or_none(projection));
    }
    if !projection.is_null() {
        new.push(projection)?;
    }
    if new.len() == 1 {
        return Ok(new.get(0).unwrap_or(NONE));
    }
    crate::ops::call_positional(types().base_exception_group.value(), &[names().empty.value(), new.value()])
}
/// True when the exception is (a part of) the original, reraised.
fn is_same_metadata(a: Value, b: Value) -> bool {
    let (Some(x), Some(y)) = (a.downcast::<Exception>(), b.downcast::<Exception>()) else { return false };
    let length = |notes: Value| notes.downcast::<List>().map_or(1, |list| list.len());
    let notes = |value: Value| crate::objects::instance::get(value, names().__notes__).map_or(0, length);
    x.traceback.get() == y.traceback.get()
        && x.cause.get() == y.cause.get()
        && x.context.get() == y.context.get()
        && notes(a) == notes(b)
}
/// The part of `original` that consists of the leaves of `keep`, in its structure.
fn project(original: Value, keep: Gc<List>) -> R {
    if keep.len() == 0 {
        return Ok(NULL);
    }
    let leaves = List::new();
    for &exc in keep.items() {
        collect_leaves(exc, leaves)?;
    }
    Ok(split(original, &Condition::Instances(leaves))?.0)
}
fn collect_leaves(exc: Value, into: Gc<List>) -> R<()> {
    check_native_stack(" in collect_exception_group_leaf_ids")?;
    if !is_group(exc) {
        return into.push(exc);
    }
    for &item in nested(this(exc)?) {
        collect_leaves(item, into)?;
    }
    Ok(())
}

/// For the engine: raises what `prepare_reraise` found.
pub fn reraise(value: Value) -> Option<Raised> {
    value.downcast::<Exception>().map(Raised)
}
