//! Functions written in Rust: `builtin_function_or_method`, the descriptors of native types, and the tables that define them.

use crate::args::{Args, Signature};
use crate::error::{R, type_error};
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::class::Class;
use crate::objects::str::Str;
use crate::slots::Slots;
use crate::value::{NULL, Value};
use crate::vm::{class_of, intern, types};
use core::cell::OnceCell;

/// How a native function takes its arguments.
#[derive(Clone, Copy)]
pub enum Native {
    /// One slot for each parameter of the signature, `self` first where there is one; NULL where an optional one is not given.
    Bound(fn(&[Value]) -> R),
    /// Arguments as they come (`self` first).
    Raw(for<'a> fn(Args<'a>) -> R),
    /// A type slot as a method: the class that owns the slot, `self`, the arguments after it.
    Wrapper(WrapFn),
}

pub type WrapFn = for<'a> fn(Gc<Class>, Value, Args<'a>) -> R;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flavor {
    Method,
    ClassMethod,
    StaticMethod,
    /// Made from a type slot: wrapper_descriptor.
    Wrapper,
}

/// One line of a native type's or module's table. Lives for ever.
pub struct NativeFunction {
    pub name: &'static str,
    /// CPython's text signature, e.g. `($self, object, /)`. None where CPython has none: then the function is Raw.
    pub signature: Option<&'static str>,
    pub function: Native,
    pub flavor: Flavor,
    pub doc: &'static str,
    pub parsed: OnceCell<Signature>,
}

// SAFETY: `parsed` is filled at most once, by the thread whose VM uses the table first; a second thread may only race to write
// an equal value. Tables are `static` and VMs are one per thread; `OnceCell` is written under `PARSE`.
unsafe impl Sync for NativeFunction {}
static PARSE: std::sync::Mutex<()> = std::sync::Mutex::new(());

pub const fn method(name: &'static str, signature: &'static str, function: fn(&[Value]) -> R, doc: &'static str) -> NativeFunction {
    NativeFunction {
        name,
        signature: Some(signature),
        function: Native::Bound(function),
        flavor: Flavor::Method,
        doc,
        parsed: OnceCell::new(),
    }
}
pub const fn raw_method(name: &'static str, function: for<'a> fn(Args<'a>) -> R, doc: &'static str) -> NativeFunction {
    NativeFunction { name, signature: None, function: Native::Raw(function), flavor: Flavor::Method, doc, parsed: OnceCell::new() }
}
/// `$type` is passed as the first value.
pub const fn class_method(name: &'static str, signature: &'static str, function: fn(&[Value]) -> R, doc: &'static str) -> NativeFunction {
    NativeFunction {
        name,
        signature: Some(signature),
        function: Native::Bound(function),
        flavor: Flavor::ClassMethod,
        doc,
        parsed: OnceCell::new(),
    }
}
pub const fn static_method(name: &'static str, signature: &'static str, function: fn(&[Value]) -> R, doc: &'static str) -> NativeFunction {
    NativeFunction {
        name,
        signature: Some(signature),
        function: Native::Bound(function),
        flavor: Flavor::StaticMethod,
        doc,
        parsed: OnceCell::new(),
    }
}
/// A module's function: its signature has no `$self` (or `$module`, which is dropped).
pub const fn function(name: &'static str, signature: &'static str, function: fn(&[Value]) -> R, doc: &'static str) -> NativeFunction {
    NativeFunction {
        name,
        signature: Some(signature),
        function: Native::Bound(function),
        flavor: Flavor::StaticMethod,
        doc,
        parsed: OnceCell::new(),
    }
}
pub const fn raw_function(name: &'static str, function: for<'a> fn(Args<'a>) -> R, doc: &'static str) -> NativeFunction {
    NativeFunction { name, signature: None, function: Native::Raw(function), flavor: Flavor::StaticMethod, doc, parsed: OnceCell::new() }
}

/// For the table of `slotdefs`.
pub const fn wrapper(name: &'static str, signature: &'static str, function: WrapFn, doc: &'static str) -> NativeFunction {
    NativeFunction {
        name,
        signature: Some(signature),
        function: Native::Wrapper(function),
        flavor: Flavor::Wrapper,
        doc,
        parsed: OnceCell::new(),
    }
}

/// Most parameters that a native function has.
pub const MAX_PARAMS: usize = 24;

impl NativeFunction {
    /// The parsed signature of a Bound function.
    #[inline(always)]
    pub fn signature(&'static self) -> Option<&'static Signature> {
        match self.parsed.get() {
            Some(signature) => Some(signature),
            None => self.signature.map(|text| self.parsed(text)),
        }
    }
    fn parsed(&'static self, text: &'static str) -> &'static Signature {
        if let Some(signature) = self.parsed.get() {
            return signature;
        }
        let _guard = PARSE.lock();
        self.parsed.get_or_init(|| Signature::parse(text))
    }

    /// Calls with `this` bound first where there is one. `owner` is the class name in messages.
    pub fn call(&'static self, owner: Option<Gc<Class>>, this: Option<Value>, args: Args<'_>) -> R {
        self.call_in(NULL, owner, this, args)
    }

    /// As `call`; `module` (its name, or NULL) stands in the messages of a function without an owner.
    fn call_in(&'static self, module: Value, owner: Option<Gc<Class>>, this: Option<Value>, args: Args<'_>) -> R {
        let text = match (self.function, self.signature) {
            (Native::Raw(function), _) => {
                return match this {
                    Some(this) => args.with_first(this, function),
                    None => function(args),
                };
            }
            (Native::Wrapper(function), _) => {
                if args.names().is_some() && !matches!(self.name, "__init__" | "__call__") {
                    return Err(type_error(format!("wrapper {}() takes no keyword arguments", self.name)));
                }
                return match (owner, this) {
                    (Some(owner), Some(this)) => function(owner, this, args),
                    _ => Err(crate::error::system_error("a slot wrapper is called through its descriptor")),
                };
            }
            (Native::Bound(_), Some(text)) => text,
            (Native::Bound(_), None) => return Err(crate::error::system_error("a bound native function has a signature")),
        };
        let Native::Bound(function) = self.function else { return Err(crate::error::system_error("unreachable")) };
        let signature = self.parsed.get().unwrap_or_else(|| self.parsed(text));
        let extra = this.is_some() as usize;
        let count = signature.params.len();
        if this.is_none() && args.names().is_none() && args.all().len() == count && signature.is_simple() {
            return function(args.all());
        }
        let mut slots = [NULL; MAX_PARAMS];
        if let Some(this) = this {
            slots[0] = this;
        }
        let bound = &mut slots[extra..extra + count];
        if args.names().is_none() && signature.is_simple() && (signature.required..=count).contains(&args.all().len()) {
            bound[..args.all().len()].copy_from_slice(args.all());
        } else {
            signature.bind(&self.full_name(module, owner), args, bound)?;
        }
        function(&slots[..extra + count])
    }

    fn full_name(&self, module: Value, owner: Option<Gc<Class>>) -> String {
        match (owner, module.downcast::<Str>()) {
            (Some(owner), _) => format!("{}.{}", owner.bare_name(), self.name),
            (None, Some(module)) if !module.eq_str("builtins") => format!("{}.{}", module.to_string_lossy(), self.name),
            (None, _) => self.name.to_string(),
        }
    }
}

/// `len`, `[].append`: a native function with or without a bound `self`.
#[repr(C)]
pub struct Builtin {
    pub header: Header,
    pub function: &'static NativeFunction,
    /// NULL for a plain function; a module for a module's function (not passed on).
    pub this: Field<Value>,
    /// True when `this` is passed as the first argument.
    pub is_bound: bool,
    /// Module name, or NULL.
    pub module: Field<Value>,
}

impl HeapObject for Builtin {
    const KIND: Kind = Kind::Builtin;
    fn trace(&self, m: &mut Marker) {
        m.value(self.this.get());
        m.value(self.module.get());
    }
}

impl Builtin {
    pub fn new(function: &'static NativeFunction, this: Value, is_bound: bool, module: Value) -> Gc<Builtin> {
        let header = new_header();
        heap::alloc(
            types().builtin.root_shape.get(),
            Builtin { header, function, this: Field::new(this), is_bound, module: Field::new(module) },
        )
    }
    #[inline]
    pub fn call(&self, args: Args<'_>) -> R {
        let this = self.this.get();
        if self.is_bound {
            let owner = if self.function.flavor == Flavor::ClassMethod { this.downcast::<Class>() } else { Some(class_of(this)) };
            self.function.call(owner, Some(this), args)
        } else {
            self.function.call_in(self.module.get(), None, None, args)
        }
    }
}

/// A header for `heap::alloc` to overwrite.
#[inline(always)]
pub fn new_header() -> Header {
    Header { shape: 0.into(), kind: 0.into(), gc: 0.into(), flags: 0.into() }
}

/// What stands in a native type's dict for a method.
#[repr(C)]
pub struct MethodDescriptor {
    pub header: Header,
    pub function: &'static NativeFunction,
    /// `__objclass__`.
    pub owner: Gc<Class>,
}

impl HeapObject for MethodDescriptor {
    const KIND: Kind = Kind::MethodDescriptor;
    fn trace(&self, m: &mut Marker) {
        m.object(self.owner);
    }
}

impl MethodDescriptor {
    /// Called unbound: `list.append(x, 1)`.
    pub fn call(&self, args: Args<'_>) -> R {
        let Some((&this, _)) = args.pos().split_first() else {
            let (owner, name) = (self.owner.bare_name(), self.function.name);
            return Err(type_error(match self.function.flavor {
                Flavor::Method => format!("unbound method {owner}.{name}() needs an argument"),
                _ => format!("descriptor '{name}' of '{owner}' object needs an argument"),
            }));
        };
        if self.function.flavor == Flavor::ClassMethod {
            return self.call_class_method(this, Args::new(&args.all()[1..], args.names()));
        }
        self.check(this)?;
        self.function.call(Some(self.owner), Some(this), Args::new(&args.all()[1..], args.names()))
    }
    pub fn check(&self, this: Value) -> R<()> {
        if class_of(this).is_subclass(self.owner) {
            return Ok(());
        }
        let (name, owner, class) = (self.function.name, self.owner.name(), class_of(this).name());
        Err(type_error(match self.function.flavor {
            Flavor::Wrapper => format!("descriptor '{name}' requires a '{owner}' object but received a '{class}'"),
            _ => format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{class}' object"),
        }))
    }
    /// The class that a classmethod_descriptor may be bound to.
    pub fn check_class(&self, class: Value) -> R<Gc<Class>> {
        let (name, owner) = (self.function.name, self.owner.name());
        match class.downcast::<Class>() {
            Some(class) if class.is_subclass(self.owner) => Ok(class),
            Some(class) => Err(type_error(format!(
                "descriptor '{name}' requires a subtype of '{owner}' but received '{}'",
                class.name()
            ))),
            None => Err(type_error(format!(
                "descriptor '{name}' for type '{owner}' needs a type, not a '{}' as arg 2",
                class_of(class).name()
            ))),
        }
    }
    fn call_class_method(&self, class: Value, args: Args<'_>) -> R {
        let class = self.check_class(class)?;
        self.function.call(Some(self.owner), Some(class.value()), args)
    }
}

/// One line of a table of native attributes.
pub struct NativeAttribute {
    pub name: &'static str,
    pub get: fn(Value) -> R,
    /// None as the value deletes.
    pub set: Option<fn(Value, Option<Value>) -> R<()>>,
    /// `member_descriptor` rather than `getset_descriptor`.
    pub is_member: bool,
    pub doc: &'static str,
}

pub const fn getset(
    name: &'static str,
    get: fn(Value) -> R,
    set: Option<fn(Value, Option<Value>) -> R<()>>,
    doc: &'static str,
) -> NativeAttribute {
    NativeAttribute { name, get, set, is_member: false, doc }
}
pub const fn member(
    name: &'static str,
    get: fn(Value) -> R,
    set: Option<fn(Value, Option<Value>) -> R<()>>,
    doc: &'static str,
) -> NativeAttribute {
    NativeAttribute { name, get, set, is_member: true, doc }
}

/// getset_descriptor or member_descriptor; also the member of a `__slots__` entry.
#[repr(C)]
pub struct GetSet {
    pub header: Header,
    pub owner: Gc<Class>,
    pub name: Field<Value>,
    pub access: Access,
}

#[derive(Clone, Copy)]
pub enum Access {
    Native(&'static NativeAttribute),
    /// The word of the instance that a `__slots__` member lives in.
    Slot(u16),
}

impl HeapObject for GetSet {
    const KIND: Kind = Kind::GetSet;
    fn trace(&self, m: &mut Marker) {
        m.object(self.owner);
        m.value(self.name.get());
    }
}

impl GetSet {
    pub fn new(owner: Gc<Class>, name: Gc<Str>, access: Access) -> Gc<GetSet> {
        let is_member = match access {
            Access::Native(attribute) => attribute.is_member,
            Access::Slot(_) => true,
        };
        let class = if is_member { types().member_descriptor } else { types().getset_descriptor };
        heap::alloc(class.root_shape.get(), GetSet { header: new_header(), owner, name: Field::new(name.value()), access })
    }
}

impl Class {
    /// Adds a table of methods to a native class.
    pub fn add_methods(&self, table: &'static [NativeFunction]) {
        for function in table {
            let value = self.descriptor_for(function);
            self.dict.get().set_str(intern(function.name), value);
        }
    }
    /// Adds a table of attributes to a native class.
    pub fn add_attributes(&self, table: &'static [NativeAttribute]) {
        for attribute in table {
            let name = intern(attribute.name);
            let value = GetSet::new(self.handle(), name, Access::Native(attribute)).value();
            self.dict.get().set_str(name, value);
        }
    }
    pub(crate) fn descriptor_for(&self, function: &'static NativeFunction) -> Value {
        let class = match function.flavor {
            Flavor::Method => types().method_descriptor,
            Flavor::Wrapper => types().wrapper_descriptor,
            Flavor::ClassMethod => types().classmethod_descriptor,
            Flavor::StaticMethod => {
                // `dict.fromkeys`-like static functions are builtins, as `str.maketrans` is.
                let builtin = Builtin::new(function, self.handle().value(), false, NULL);
                return crate::objects::method::StaticMethod::new(builtin.value()).value();
            }
        };
        heap::alloc(class.root_shape.get(), MethodDescriptor { header: new_header(), function, owner: self.handle() }).value()
    }
    pub fn handle(&self) -> Gc<Class> {
        // SAFETY: a Class is only ever reached through its heap cell.
        unsafe { Gc::from_address(self as *const Class as usize) }
    }
    pub fn slots(&self) -> &Slots {
        &self.slots
    }
}
