//! Native classes made whole: inherited slots, wrapper descriptors for slots, `__new__`, `__doc__`.
//! Not here: class statements (`class_new.rs`), native classes of modules (`native_class.rs`).

use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::builtin::{Builtin, NativeFunction, raw_function};
use crate::objects::class::{Class, flags};
use crate::objects::str::Str;
use crate::value::{NONE, NULL, Value};
use crate::vm::{names, type_name, types};

/// Runs when each type has filled its slots and tables.
pub fn finish() {
    types().each(finish_class);
}

/// Inherits slots, and makes the methods that stand for the class's own. The base is finished before.
pub fn finish_class(class: Gc<Class>) {
    let dict = class.dict.get();
    let n = names();
    if class.slots.hash.get().is_some_and(|f| f as usize == crate::ops::unhashable as *const () as usize) {
        dict.set_str(n.__hash__, NONE);
        class.slots.hash.set(None);
    }
    crate::slotdefs::add_wrappers(&class);
    if class.slots.new.get().is_some() {
        dict.set_str(n.__new__, Builtin::new(&TP_NEW, class.value(), true, NONE).value());
    }
    if dict.get_str(n.__doc__).is_none() {
        let doc = class.doc.get();
        dict.set_str(n.__doc__, if doc.is_empty() { NONE } else { crate::objects::str::new(doc).value() });
    }
    let unhashable = dict.get_str(n.__hash__) == Some(NONE) || (class.slots.compare.get().is_some() && class.slots.hash.get().is_none());
    if let Some(base) = class.base_class() {
        let new = class.slots.new.get();
        class.slots.inherit(&base.slots);
        // A native class says itself how it is made, or that it is not: `object.__new__` would make it empty.
        if new.is_none() && (base == types().object || class.has_flag(flags::DISALLOW_INSTANTIATION)) {
            class.slots.new.set(None);
        }
    }
    if unhashable {
        dict.set_str(n.__hash__, NONE);
        class.slots.hash.set(Some(crate::ops::unhashable));
    }
    crate::slotdefs::set_generic_flags(&class);
    class.modified();
}

/// `__new__` of native classes: `this` is the class whose slot it calls.
pub static TP_NEW: NativeFunction = {
    let mut function = raw_function("__new__", new_wrapper, "Create and return a new object.  See help(type) for accurate signature.");
    function.signature = Some("($type, *args, **kwargs)");
    function
};

/// The class whose `new` slot `value` (found as `__new__`) calls.
pub fn owner_of_new(value: Value) -> Option<Gc<Class>> {
    let builtin = value.downcast::<Builtin>()?;
    if core::ptr::eq(builtin.function, &TP_NEW) { builtin.this.get().downcast::<Class>() } else { None }
}

fn new_wrapper(args: Args<'_>) -> R {
    let pos = args.pos();
    let Some(owner) = pos.first().and_then(|owner| owner.downcast::<Class>()) else {
        return Err(type_error("__new__() called with non-type 'self'"));
    };
    let name = owner.name();
    let Some(&class) = pos.get(1) else { return Err(type_error(format!("{name}.__new__(): not enough arguments"))) };
    let Some(class) = class.downcast::<Class>() else {
        return Err(type_error(format!("{name}.__new__(X): X is not a type object ({})", type_name(class))));
    };
    if !class.is_subclass(owner) {
        let sub = class.name();
        return Err(type_error(format!("{name}.__new__({sub}): {sub} is not a subtype of {name}")));
    }
    // The first base that is not made by Python code decides which slot is safe.
    let mut native = Some(class);
    while let Some(at) = native
        && at.has_flag(flags::HEAP)
    {
        native = at.base_class();
    }
    let own = owner.slots.new.get();
    if let Some(native) = native
        && native.slots.new.get().map(|f| f as usize) != own.map(|f| f as usize)
    {
        return Err(type_error(format!("{name}.__new__({}) is not safe, use {}.__new__()", class.name(), native.name())));
    }
    let Some(new) = own else { return Err(type_error(format!("cannot create '{name}' instances"))) };
    new(class, Args::new(&args.all()[2..], args.names()))
}

/// The value of a class attribute that must be a str, or NULL.
pub fn text_or_null(value: Option<Value>) -> Value {
    value.filter(|value| value.is::<Str>()).unwrap_or(NULL)
}

#[cfg(test)]
mod tests {
    use crate::objects::dict::Dict;
    use crate::objects::str;
    use crate::objects::tuple::Tuple;
    use crate::value::Value;
    use crate::vm::{class_of, intern, types};

    /// `type(name, bases, {})`.
    fn make(name: &str, bases: &[Value]) -> Value {
        let args = [str::new(name).value(), Tuple::from_slice(bases).value(), Dict::new().value()];
        crate::ops::call_positional(types().type_.value(), &args).expect("a class")
    }

    #[test]
    fn native_classes_have_their_wrappers() {
        crate::bootstrap::start();
        let add = types().int.lookup(intern("__add__")).expect("int.__add__");
        assert!(class_of(add) == types().wrapper_descriptor);
        let sum = crate::ops::call_positional(add, &[Value::small_int(2), Value::small_int(3)]).expect("5");
        assert!(sum == Value::small_int(5));
        assert!(crate::ops::hash(crate::objects::list::List::new().value()).is_err());
    }

    #[test]
    fn classes_are_made_and_called() {
        crate::bootstrap::start();
        let base = make("A", &[]);
        let sub = make("B", &[base]);
        let object = crate::ops::call_positional(sub, &[]).expect("an instance");
        assert!(crate::ops::is_instance(object, base).expect("a class"));
        crate::ops::setattr(object, intern("x"), Value::small_int(1)).expect("an attribute");
        assert!(crate::ops::getattr(object, intern("x")).expect("x") == Value::small_int(1));
        assert!(crate::ops::getattr_opt(object, intern("y")).expect("no error").is_none());
        let int = make("I", &[types().int.value()]);
        let seven = crate::ops::call_positional(int, &[Value::small_int(7)]).expect("I(7)");
        let eight = crate::ops::binary(crate::slots::BinaryOp::Add, seven, Value::small_int(1)).expect("8");
        assert!(eight == Value::small_int(8));
        assert!(crate::ops::repr_string(sub).is_err() || !crate::ops::repr_string(int).unwrap_or_default().is_empty());
    }
}
