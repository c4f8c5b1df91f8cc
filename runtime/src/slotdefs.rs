//! The table of dunder methods and type slots, and what keeps the two in step: wrappers for the slots of native types, slots for the
//! methods of Python classes. Not here: the functions that stand in the table (`slot_generic.rs`, `slot_wrappers.rs`).

use crate::objects::builtin::{Flavor, MethodDescriptor, NativeFunction, WrapFn, wrapper};
use crate::objects::class::{Class, flags};
use crate::slot_generic as generic;
use crate::slot_wrappers as wrap;
use crate::slots::Slots;
use crate::value::{NONE, Value};
use crate::vm::{intern, names};

/// A slot with the methods that it stands for.
pub struct Group {
    /// Wrappers; their names are those of the methods.
    pub methods: &'static [NativeFunction],
    is_set: fn(&Slots) -> bool,
    copy: fn(&Slots, &Slots),
    same: fn(&Slots, &Slots) -> bool,
    clear: fn(&Slots),
    /// Puts the slot function of Python classes in. None: Python methods never fill this slot.
    generic: Option<fn(&Slots)>,
}

macro_rules! group {
    ([$($place:tt)+], $generic:expr, [$($name:literal $signature:literal $wrap:expr, $doc:literal;)*]) => {
        Group {
            methods: {
                const COUNT: usize = [$($name),*].len();
                static METHODS: [NativeFunction; COUNT] = [$(wrapper($name, $signature, $wrap as WrapFn, $doc)),*];
                &METHODS
            },
            is_set: |s| s.$($place)+.get().is_some(),
            copy: |from, to| to.$($place)+.set(from.$($place)+.get()),
            same: |a, b| a.$($place)+.get().map(|f| f as usize) == b.$($place)+.get().map(|f| f as usize),
            clear: |s| s.$($place)+.set(None),
            generic: $generic,
        }
    };
}
/// A slot whose Python form is `generic::$generic`.
macro_rules! slot {
    ($place:ident, $generic:ident, [$($methods:tt)*]) => {
        group!([$place], Some(|s| s.$place.set(Some(generic::$generic))), [$($methods)*])
    };
}
macro_rules! native_slot {
    ($place:ident, [$($methods:tt)*]) => {
        group!([$place], None, [$($methods)*])
    };
}
macro_rules! binary {
    ($op:ident, $name:literal, $reflected:literal, $doc:literal, $rdoc:literal) => {
        group!([binary[crate::slots::BinaryOp::$op as usize]],
            Some(|s| s.binary[crate::slots::BinaryOp::$op as usize].set(Some(generic::binary::<{ crate::slots::BinaryOp::$op as usize }>))),
            [
                $name "($self, value, /)" wrap::binary::<{ crate::slots::BinaryOp::$op as usize }>, $doc;
                $reflected "($self, value, /)" wrap::reflected::<{ crate::slots::BinaryOp::$op as usize }>, $rdoc;
            ])
    };
}
macro_rules! inplace {
    ($op:ident, $name:literal, $doc:literal) => {
        group!([inplace[crate::slots::BinaryOp::$op as usize]],
            Some(|s| {
                let inplace = generic::inplace::<{ crate::slots::BinaryOp::$op as usize }>;
                s.inplace[crate::slots::BinaryOp::$op as usize].set(Some(inplace))
            }),
            [$name "($self, value, /)" wrap::inplace::<{ crate::slots::BinaryOp::$op as usize }>, $doc;])
    };
}

/// In CPython's order: where two slots give the same method, the first that is set does.
pub static GROUPS: &[Group] = &[
    slot!(getattr, getattribute, ["__getattribute__" "($self, name, /)" wrap::getattribute, "Return getattr(self, name).";]),
    slot!(setattr, setattr, [
        "__setattr__" "($self, name, value, /)" wrap::setattr, "Implement setattr(self, name, value).";
        "__delattr__" "($self, name, /)" wrap::delattr, "Implement delattr(self, name).";
    ]),
    slot!(repr, repr, ["__repr__" "($self, /)" wrap::repr, "Return repr(self).";]),
    slot!(hash, hash, ["__hash__" "($self, /)" wrap::hash, "Return hash(self).";]),
    slot!(call, call_slot, ["__call__" "($self, /, *args, **kwargs)" wrap::call, "Call self as a function.";]),
    slot!(str, str, ["__str__" "($self, /)" wrap::str, "Return str(self).";]),
    slot!(compare, compare, [
        "__lt__" "($self, value, /)" wrap::compare::<0>, "Return self<value.";
        "__le__" "($self, value, /)" wrap::compare::<1>, "Return self<=value.";
        "__eq__" "($self, value, /)" wrap::compare::<2>, "Return self==value.";
        "__ne__" "($self, value, /)" wrap::compare::<3>, "Return self!=value.";
        "__gt__" "($self, value, /)" wrap::compare::<4>, "Return self>value.";
        "__ge__" "($self, value, /)" wrap::compare::<5>, "Return self>=value.";
    ]),
    slot!(iter, iter, ["__iter__" "($self, /)" wrap::iter, "Implement iter(self).";]),
    slot!(next, next, ["__next__" "($self, /)" wrap::next, "Implement next(self).";]),
    slot!(descr_get, descr_get, [
        "__get__" "($self, instance, owner=None, /)" wrap::descr_get, "Return an attribute of instance, which is of type owner.";
    ]),
    slot!(descr_set, descr_set, [
        "__set__" "($self, instance, value, /)" wrap::descr_set, "Set an attribute of instance to value.";
        "__delete__" "($self, instance, /)" wrap::descr_delete, "Delete an attribute of instance.";
    ]),
    slot!(init, init, [
        "__init__" "($self, /, *args, **kwargs)" wrap::init, "Initialize self.  See help(type(self)) for accurate signature.";
    ]),
    slot!(finalize, finalize, ["__del__" "($self, /)" wrap::finalize, "Called when the instance is about to be destroyed.";]),
    slot!(await_, await_, ["__await__" "($self, /)" wrap::await_, "Return an iterator to be used in await expression.";]),
    slot!(aiter, aiter, ["__aiter__" "($self, /)" wrap::aiter, "Return an awaitable, that resolves in asynchronous iterator.";]),
    slot!(anext, anext, ["__anext__" "($self, /)" wrap::anext, "Return a value or raise StopAsyncIteration.";]),
    binary!(Add, "__add__", "__radd__", "Return self+value.", "Return value+self."),
    binary!(Subtract, "__sub__", "__rsub__", "Return self-value.", "Return value-self."),
    binary!(Multiply, "__mul__", "__rmul__", "Return self*value.", "Return value*self."),
    binary!(Remainder, "__mod__", "__rmod__", "Return self%value.", "Return value%self."),
    slot!(divmod, divmod, [
        "__divmod__" "($self, value, /)" wrap::divmod, "Return divmod(self, value).";
        "__rdivmod__" "($self, value, /)" wrap::rdivmod, "Return divmod(value, self).";
    ]),
    // Both slots of pow share their methods; whichever is set gives them.
    group!([binary[8]], Some(|s| s.binary[8].set(Some(generic::binary::<8>))), [
        "__pow__" "($self, value, mod=None, /)" wrap::pow, "Return pow(self, value, mod).";
        "__rpow__" "($self, value, mod=None, /)" wrap::rpow, "Return pow(value, self, mod).";
    ]),
    slot!(power, power, [
        "__pow__" "($self, value, mod=None, /)" wrap::pow, "Return pow(self, value, mod).";
        "__rpow__" "($self, value, mod=None, /)" wrap::rpow, "Return pow(value, self, mod).";
    ]),
    slot!(negative, negative, ["__neg__" "($self, /)" wrap::negative, "-self";]),
    slot!(positive, positive, ["__pos__" "($self, /)" wrap::positive, "+self";]),
    slot!(absolute, absolute, ["__abs__" "($self, /)" wrap::absolute, "abs(self)";]),
    slot!(bool, bool, ["__bool__" "($self, /)" wrap::bool, "True if self else False";]),
    slot!(invert, invert, ["__invert__" "($self, /)" wrap::invert, "~self";]),
    binary!(Lshift, "__lshift__", "__rlshift__", "Return self<<value.", "Return value<<self."),
    binary!(Rshift, "__rshift__", "__rrshift__", "Return self>>value.", "Return value>>self."),
    binary!(And, "__and__", "__rand__", "Return self&value.", "Return value&self."),
    binary!(Xor, "__xor__", "__rxor__", "Return self^value.", "Return value^self."),
    binary!(Or, "__or__", "__ror__", "Return self|value.", "Return value|self."),
    slot!(int, int, ["__int__" "($self, /)" wrap::int, "int(self)";]),
    slot!(float, float, ["__float__" "($self, /)" wrap::float, "float(self)";]),
    inplace!(Add, "__iadd__", "Return self+=value."),
    inplace!(Subtract, "__isub__", "Return self-=value."),
    inplace!(Multiply, "__imul__", "Return self*=value."),
    inplace!(Remainder, "__imod__", "Return self%=value."),
    inplace!(Power, "__ipow__", "Return self**=value."),
    inplace!(Lshift, "__ilshift__", "Return self<<=value."),
    inplace!(Rshift, "__irshift__", "Return self>>=value."),
    inplace!(And, "__iand__", "Return self&=value."),
    inplace!(Xor, "__ixor__", "Return self^=value."),
    inplace!(Or, "__ior__", "Return self|=value."),
    binary!(FloorDivide, "__floordiv__", "__rfloordiv__", "Return self//value.", "Return value//self."),
    binary!(TrueDivide, "__truediv__", "__rtruediv__", "Return self/value.", "Return value/self."),
    inplace!(FloorDivide, "__ifloordiv__", "Return self//=value."),
    inplace!(TrueDivide, "__itruediv__", "Return self/=value."),
    slot!(index, index, [
        "__index__" "($self, /)" wrap::index, "Return self converted to an integer, if self is suitable for use as an index into a list.";
    ]),
    binary!(MatrixMultiply, "__matmul__", "__rmatmul__", "Return self@value.", "Return value@self."),
    inplace!(MatrixMultiply, "__imatmul__", "Return self@=value."),
    slot!(len, len, ["__len__" "($self, /)" wrap::len, "Return len(self).";]),
    slot!(getitem, getitem, ["__getitem__" "($self, key, /)" wrap::getitem, "Return self[key].";]),
    slot!(setitem, setitem, [
        "__setitem__" "($self, key, value, /)" wrap::setitem, "Set self[key] to value.";
        "__delitem__" "($self, key, /)" wrap::delitem, "Delete self[key].";
    ]),
    native_slot!(concat, ["__add__" "($self, value, /)" wrap::concat, "Return self+value.";]),
    native_slot!(repeat, [
        "__mul__" "($self, value, /)" wrap::repeat, "Return self*value.";
        "__rmul__" "($self, value, /)" wrap::repeat, "Return value*self.";
    ]),
    native_slot!(item, ["__getitem__" "($self, key, /)" wrap::item, "Return self[key].";]),
    slot!(contains, contains, ["__contains__" "($self, key, /)" wrap::contains, "Return bool(key in self).";]),
    native_slot!(inplace_concat, ["__iadd__" "($self, value, /)" wrap::inplace_concat, "Implement self+=value.";]),
    native_slot!(inplace_repeat, ["__imul__" "($self, value, /)" wrap::inplace_repeat, "Implement self*=value.";]),
];

/// Adds to a native class the methods of the slots that it fills itself; a name that is there already stays.
pub fn add_wrappers(class: &Class) {
    let dict = class.dict.get();
    for group in GROUPS.iter().filter(|group| (group.is_set)(&class.slots)) {
        for function in group.methods {
            let name = intern(function.name);
            // `__delete__` and `__delitem__` come with the slot, whether it deletes or refuses.
            if dict.get_str(name).is_none() {
                dict.set_str(name, class.descriptor_for(function));
            }
        }
    }
}

/// Computes all slots of a Python class from the methods along its MRO. `base` gives what no method stands for.
pub fn update_all(class: &Class) {
    if let Some(base) = class.base_class() {
        class.slots.send.set(base.slots.send.get());
    }
    for group in GROUPS {
        update(class, group);
    }
    update_special(class);
}

/// A method `name` has been set or deleted on the class: its slots and those of its subclasses follow.
pub fn attribute_changed(class: &Class, name: &str) {
    if !name.starts_with("__") || !name.ends_with("__") {
        return;
    }
    let special = matches!(name, "__new__" | "__del__" | "__getattr__" | "__getattribute__");
    if !special && !GROUPS.iter().any(|group| group.methods.iter().any(|method| method.name == name)) {
        return;
    }
    let before = crate::objects::class::descriptor_slots(class);
    update_named(class, name);
    if crate::objects::class::descriptor_slots(class) != before {
        crate::objects::class::descriptors_changed();
    }
}
fn update_named(class: &Class, name: &str) {
    if class.has_flag(flags::HEAP) {
        for group in GROUPS.iter().filter(|group| group.methods.iter().any(|method| method.name == name)) {
            update(class, group);
        }
        update_special(class);
    }
    class.each_subclass(|subclass| update_named(&subclass, name));
}

fn update(class: &Class, group: &Group) {
    let slots = &class.slots;
    let mut specific: Option<Value> = None;
    let (mut found_any, mut use_generic) = (false, false);
    for function in group.methods {
        let Some(descriptor) = class.lookup(intern(function.name)) else { continue };
        if let Some(wrapper) = descriptor.downcast::<MethodDescriptor>()
            && wrapper.function.flavor == Flavor::Wrapper
        {
            let agrees = specific.is_none_or(|other| (group.same)(&wrapper.owner.slots, &owner_of(other).slots));
            let is_own = core::ptr::eq(wrapper.function, function);
            if is_own && agrees && class.is_subclass(wrapper.owner) {
                specific = Some(descriptor);
            } else if is_own || wrapper.function.name != function.name || !class.is_subclass(wrapper.owner) {
                use_generic = true;
            } else {
                // The same method stands for another slot of the base (`str.__add__` for concat): that one is inherited.
                continue;
            }
            found_any = true;
        } else if descriptor == NONE && function.name == "__hash__" {
            slots.hash.set(Some(crate::ops::unhashable));
            return;
        } else {
            (found_any, use_generic) = (true, true);
        }
    }
    match (specific, group.generic) {
        (Some(descriptor), _) if !use_generic => (group.copy)(&owner_of(descriptor).slots, slots),
        (_, Some(generic)) if found_any => generic(slots),
        _ => (group.clear)(slots),
    }
}
fn owner_of(descriptor: Value) -> crate::object::Gc<Class> {
    descriptor.cast::<MethodDescriptor>().owner
}

/// `__getattr__`, `__new__`, `__del__`: what the table cannot say.
fn update_special(class: &Class) {
    let n = names();
    let hook = class.lookup(n.__getattr__).is_some();
    if hook {
        class.slots.getattr.set(Some(generic::getattr_hook));
    } else {
        update(class, &GROUPS[0]);
    }
    set_generic_flags(class);
    let new = match class.lookup(n.__new__) {
        Some(found) => match crate::objects::class_init::owner_of_new(found) {
            Some(owner) => owner.slots.new.get(),
            None => Some(generic::new as crate::slots::NewFn),
        },
        None => None,
    };
    class.slots.new.set(new);
    class.finalizable.set(class.slots.finalize.get().is_some());
}

/// Says whether attribute access is the generic one, for inline caches.
pub fn set_generic_flags(class: &Class) {
    let getattr = class.slots.getattr.get().map(|f| f as usize) == Some(crate::objects::object::getattribute as *const () as usize);
    let setattr = class.slots.setattr.get().map(|f| f as usize) == Some(crate::objects::object::setattr as *const () as usize);
    let bits = if getattr { flags::GENERIC_GETATTR } else { 0 } | if setattr { flags::GENERIC_SETATTR } else { 0 };
    class.flags.set(class.flags.get() & !(flags::GENERIC_GETATTR | flags::GENERIC_SETATTR) | bits);
}
