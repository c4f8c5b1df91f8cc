//! Helpers of `opcodes/call.def`: frames of calls, native calls, functions and classes, and what the specializer asks of a callable.

use super::{frame, or_raise, raise, slots};
use crate::args::Args;
use crate::error::R;
use crate::frame::{self, Frame, kind};
use crate::object::Gc;
use crate::objects::builtin::{Builtin, Flavor, MAX_PARAMS, MethodDescriptor, Native, NativeFunction};
use crate::objects::class::{Class, flags as class_flags};
use crate::objects::dict_merge;
use crate::objects::code::{Code, flags};
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::generator::{Generator, GeneratorState};
use crate::objects::instance::Instance;
use crate::objects::list::List;
use crate::objects::method::Method;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NULL, Value};
use crate::vm::{ExcInfo, Thread, class_of, names, types};
use core::cell::Cell;

// -- generic calls --------------------------------------------------------------------

/// The Python function behind a callable, and the self that it is bound to.
fn python_function(callable: Value, self_or_null: Value) -> Option<(Gc<Function>, Value)> {
    if let Some(function) = callable.downcast::<Function>() {
        return Some((function, self_or_null));
    }
    if self_or_null.is_null()
        && let Some(method) = callable.downcast::<Method>()
        && let Some(function) = method.function.get().downcast::<Function>()
    {
        return Some((function, method.this.get()));
    }
    None
}

fn frame_or_null(result: R<*mut Frame>) -> *mut Frame {
    match result {
        Ok(frame) => frame,
        Err(raised) => {
            raise(raised);
            core::ptr::null_mut()
        }
    }
}

/// The frame of a call of a Python function. Null: not a Python function, or an exception is set (`finish_call` looks).
pub extern "C" fn begin_call(thread: &Thread, callable: Value, self_or_null: Value, args: *const Value, count: u32) -> *mut Frame {
    let Some((function, this)) = python_function(callable, self_or_null) else { return core::ptr::null_mut() };
    // SAFETY: the handler passes `count` slots.
    let args = unsafe { slots(args, count) };
    frame_or_null(with_self(this, Args::positional(args), |args| crate::bind::new_frame(thread, function, args)))
}
pub extern "C" fn begin_call_kw(thread: &Thread, callable: Value, self_or_null: Value, args: *const Value, names: Value, count: u32) -> *mut Frame {
    let Some((function, this)) = python_function(callable, self_or_null) else { return core::ptr::null_mut() };
    // SAFETY: the handler passes `count` slots, of which the last have the names.
    let args = Args::new(unsafe { slots(args, count) }, names.downcast::<Tuple>());
    frame_or_null(with_self(this, args, |args| crate::bind::new_frame(thread, function, args)))
}
fn with_self<T>(this: Value, args: Args<'_>, call: impl FnOnce(Args<'_>) -> T) -> T {
    if this.is_null() { call(args) } else { args.with_first(this, call) }
}

/// Runs a callable that got no frame.
pub extern "C" fn finish_call(thread: &Thread, callable: Value, self_or_null: Value, args: *const Value, count: u32) -> Value {
    if !thread.raised.get().is_null() {
        return NULL;
    }
    // SAFETY: the handler passes `count` slots.
    let args = Args::positional(unsafe { slots(args, count) });
    or_raise(with_self(self_or_null, args, |args| ops::call(callable, args)))
}
pub extern "C" fn finish_call_kw(thread: &Thread, callable: Value, self_or_null: Value, args: *const Value, names: Value, count: u32) -> Value {
    if !thread.raised.get().is_null() {
        return NULL;
    }
    // SAFETY: as in `begin_call_kw`.
    let args = Args::new(unsafe { slots(args, count) }, names.downcast::<Tuple>());
    or_raise(with_self(self_or_null, args, |args| ops::call(callable, args)))
}

/// Calls `call` with `*args, **kwargs`.
fn with_unpacked<T>(callable: Value, args: Value, kwargs: Value, call: impl FnOnce(Args<'_>) -> R<T>) -> R<T> {
    let args = dict_merge::call_args(callable, args)?;
    let Some(kwargs) = kwargs.downcast::<Dict>().filter(|kwargs| kwargs.len() != 0) else {
        return call(Args::positional(args.items()));
    };
    let (all, names) = (List::from_slice(args.items())?, List::new());
    let mut position = 0;
    while let Some((next, key, value)) = kwargs.next_entry(position) {
        if !key.is::<crate::objects::str::Str>() {
            return Err(crate::error::type_error("keywords must be strings"));
        }
        names.push(key)?;
        all.push(value)?;
        position = next;
    }
    let names = Tuple::from_slice(names.items());
    let all = Tuple::from_slice(all.items());
    call(Args::new(all.items(), Some(names)))
}

/// A Python function, or a bound method of one.
pub extern "C" fn runs_in_frame(callable: Value) -> bool {
    python_function(callable, NULL).is_some()
}
pub extern "C" fn begin_call_ex(thread: &Thread, callable: Value, _self_or_null: Value, args: Value, kwargs: Value) -> *mut Frame {
    let Some((function, this)) = python_function(callable, NULL) else { return core::ptr::null_mut() };
    frame_or_null(with_unpacked(callable, args, kwargs, |args| {
        with_self(this, args, |args| crate::bind::new_frame(thread, function, args))
    }))
}
pub extern "C" fn finish_call_ex(_thread: &Thread, callable: Value, _self_or_null: Value, args: Value, kwargs: Value) -> Value {
    or_raise(with_unpacked(callable, args, kwargs, |args| ops::call(callable, args)))
}

// -- calls of Python functions ----------------------------------------------------------

/// A frame fits above the running one.
#[inline(always)]
pub fn has_room(thread: &Thread, function: Gc<Function>) -> bool {
    let end = frame(thread).callees().wrapping_add(function.code.get().frame_words.get() as usize);
    end <= thread.stack_limit.get()
}
/// The caller has checked room, recursion, version (so the code is decoded), and that there are as many arguments as parameters: they lie
/// on top of the stack, whether the first of them is a self or not.
#[inline(always)]
pub fn begin_exact(thread: &Thread, function: Gc<Function>, _self_or_null: Value, args: *const Value, count: u32) -> *mut Frame {
    let running = frame(thread);
    let callee = frame::init_at(running.callees(), thread.frame.get(), function);
    // SAFETY: `args` are `count` slots, below which a self lies when there are more parameters than that.
    unsafe { frame::fill_below(callee, args.add(count as usize), function.code.get().argcount.get() as usize) };
    callee
}
/// As `begin_exact`, with a self that lies elsewhere, or NULL.
#[inline(always)]
pub fn begin_bound(thread: &Thread, function: Gc<Function>, self_or_null: Value, args: *const Value, count: u32) -> *mut Frame {
    let frame = frame::init(thread, function);
    // SAFETY: as many arguments as parameters; `args` are `count` slots.
    unsafe { frame::fill_exact(frame, self_or_null, args, count as usize) };
    frame
}
/// As `begin_exact`; the caller has checked that the defaults suffice for what is missing.
#[inline(always)]
pub fn begin_with_defaults(thread: &Thread, function: Gc<Function>, self_or_null: Value, args: *const Value, count: u32) -> *mut Frame {
    let running = frame(thread);
    let callee = frame::init_at(running.callees(), thread.frame.get(), function);
    let given = count as usize + !self_or_null.is_null() as usize;
    let defaults = function.defaults.get().cast::<Tuple>();
    let parameters = function.code.get().argcount.get() as usize;
    let skip = defaults.len().wrapping_sub(parameters - given);
    // SAFETY: `args` are `count` slots, with the self below them when there is one; the parameters are among the locals.
    unsafe {
        frame::fill_below(callee, args.add(count as usize), given);
        let mut i = given;
        while i < parameters {
            *(*callee).locals().add(i) = *defaults.get_ref().items().as_ptr().wrapping_add(skip + i - given);
            i += 1;
            core::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
    }
    callee
}
pub extern "C" fn new_instance(class: Value) -> Value {
    Instance::new(class.cast::<Class>()).value()
}
/// As `begin_bound`: the frame of `__init__`, for a fresh instance.
#[inline(always)]
pub fn begin_init(thread: &Thread, this: Value, init: Gc<Function>, args: *const Value, count: u32) -> *mut Frame {
    let frame = begin_bound(thread, init, this, args, count);
    // SAFETY: the frame is fresh.
    unsafe {
        (*frame).namespace.set(this);
        (*frame).kind.set(kind::INIT);
    }
    frame
}
/// As `begin_bound`: the getter takes exactly the owner.
pub extern "C" fn begin_property(thread: &Thread, getter: Gc<Function>, owner: Value) -> *mut Frame {
    begin_bound(thread, getter, owner, core::ptr::null(), 0)
}
/// As `begin_bound`: `__getitem__` takes exactly the owner and the key.
pub extern "C" fn begin_getitem(thread: &Thread, getitem: Gc<Function>, owner: Value, key: Value) -> *mut Frame {
    begin_bound(thread, getitem, owner, &key, 1)
}
/// As `begin_bound`: `__setitem__` takes exactly the owner, the key and the value.
pub extern "C" fn begin_setitem(thread: &Thread, setitem: Gc<Function>, owner: Value, key: Value, v: Value) -> *mut Frame {
    marked(begin_bound(thread, setitem, owner, [key, v].as_ptr(), 2), kind::STORE)
}
/// As `begin_bound`: the method of a binary operator takes exactly the operands, which stay on the caller's operand stack.
pub extern "C" fn begin_operator(thread: &Thread, method: Gc<Function>, left: Value, right: Value, op: u32) -> *mut Frame {
    marked(begin_bound(thread, method, left, &right, 1), kind::OPERATOR | op << kind::OPERAND_SHIFT)
}
fn marked(frame: *mut Frame, kinds: u32) -> *mut Frame {
    // SAFETY: the frame is fresh.
    unsafe { (*frame).kind.set(kinds) };
    frame
}

/// The generator, coroutine or async generator that the running frame becomes; the caller pops the frame.
pub extern "C" fn return_generator(thread: &Thread) -> Value {
    let frame = frame(thread);
    let code = frame.code;
    let class = if code.has_flag(flags::COROUTINE) {
        types().coroutine
    } else if code.has_flag(flags::ASYNC_GENERATOR) {
        types().async_generator
    } else {
        types().generator
    };
    let generator = Generator {
        header: crate::objects::builtin::new_header(),
        state: Cell::new(GeneratorState::Created),
        closed: Cell::new(false),
        hooks_inited: Cell::new(false),
        running_async: Cell::new(false),
        callees: Cell::new(core::ptr::null_mut()),
        exc_info: ExcInfo { value: Cell::new(NULL), previous: Cell::new(core::ptr::null_mut()) },
        name: crate::object::Field::new(frame.function.name.get()),
        qualname: crate::object::Field::new(frame.function.qualname.get()),
        frame_object: crate::object::Field::default(),
        origin: crate::object::Field::default(),
        finalizer: crate::object::Field::default(),
        frame: Frame {
            code,
            function: frame.function,
            previous: Cell::new(core::ptr::null_mut()),
            // The instruction after RETURN_GENERATOR.
            ip: Cell::new(frame.ip.get().wrapping_add(1)),
            sp: Cell::new(core::ptr::null_mut()),
            consts: frame.consts,
            namespace: Cell::new(NULL),
            generator: Cell::new(NULL),
            object: Cell::new(NULL),
            kind: Cell::new(kind::GENERATOR),
        },
    };
    let words = (code.nlocalsplus.get() + code.stacksize.get() + 1) as usize;
    let Some(generator) = crate::heap::try_alloc_with_tail(class.root_shape.get(), generator, words) else {
        return raise(crate::error::memory_error());
    };
    let own = &generator.get_ref().frame;
    own.generator.set(generator.value());
    own.sp.set(own.stack_base());
    // SAFETY: both hold the locals.
    unsafe { core::ptr::copy_nonoverlapping(frame.locals(), own.locals(), code.nlocalsplus.get() as usize) };
    generator.value()
}

pub extern "C" fn make_function(thread: &Thread, code: Value) -> Value {
    let running = frame(thread).function;
    let function = Function::new(code.cast::<Code>(), running.globals.get());
    function.builtins.init(running.builtins.get());
    function.value()
}
/// CPython's MAKE_FUNCTION_*: 1 defaults, 2 keyword defaults, 4 annotations, 8 closure, 16 `__annotate__`.
pub extern "C" fn set_function_attribute(v: Value, function: Value, which: u32) {
    let function = function.cast::<Function>();
    match which {
        1 => function.defaults.set(function, v),
        2 => function.kwdefaults.set(function, v),
        4 => function.annotations.set(function, v),
        8 => function.closure.set(function, v),
        _ => function.annotate.set(function, v),
    }
}

// -- native calls -----------------------------------------------------------------------

/// A `Builtin` that is not bound: `count` positional arguments.
pub extern "C" fn call_builtin(thread: &Thread, callable: Value, args: *const Value, count: u32) -> Value {
    // SAFETY: the handler passes `count` slots.
    let args = unsafe { slots(args, count) };
    call_native(thread, callable, callable.cast::<Builtin>().function, args, 0)
}
/// A `MethodDescriptor`; its self lies below the `count` arguments.
pub extern "C" fn call_method_descriptor(thread: &Thread, callable: Value, args: *const Value, count: u32) -> Value {
    let descriptor = callable.cast::<MethodDescriptor>();
    // SAFETY: the handler passes `count` slots with the self below them.
    let args = unsafe { slots(args.sub(1), count + 1) };
    if class_of(args[0]) != descriptor.owner
        && let Err(raised) = descriptor.check(args[0])
    {
        return raise(raised);
    }
    call_native(thread, callable, descriptor.function, args, 1)
}
/// `selfs`: 1 when the first argument is a self, which the signature does not count.
#[inline(always)]
fn call_native(thread: &Thread, callable: Value, function: &'static NativeFunction, args: &[Value], selfs: usize) -> Value {
    let here = 0u8;
    if (&raw const here as usize) < thread.native_limit.get() {
        return too_deep();
    }
    or_raise(match function.function {
        Native::Bound(native) => {
            let total = function.signature().map_or(0, |signature| signature.params.len()) + selfs;
            if args.len() == total { native(args) } else { call_padded(native, args, total) }
        }
        Native::Raw(function) => function(Args::positional(args)),
        _ => ops::call_positional(callable, args),
    })
}
#[cold]
#[inline(never)]
fn too_deep() -> Value {
    match crate::vm::check_native_stack(" while calling a Python object") {
        Ok(()) => raise(crate::error::recursion_error("maximum recursion depth exceeded")),
        Err(raised) => raise(raised),
    }
}
/// Parameters that may be left out come as NULL.
fn call_padded(native: fn(&[Value]) -> R, args: &[Value], total: usize) -> R {
    if total <= 4 {
        let mut padded = [NULL; 4];
        let count = args.len().min(4);
        // SAFETY: there is room for four.
        unsafe { crate::heap::copy_values(args.as_ptr(), padded.as_mut_ptr(), count) };
        return native(&padded[..total]);
    }
    let mut padded = [NULL; MAX_PARAMS];
    padded[..args.len()].copy_from_slice(args);
    native(&padded[..total])
}
pub extern "C" fn call_len(v: Value) -> Value {
    if crate::objects::support::has_shape(v, crate::defs::SHAPE_LIST) {
        return Value::int(v.cast::<List>().len() as i64);
    }
    or_raise(ops::len(v).map(|len| Value::int(len as i64)))
}
pub extern "C" fn call_isinstance(v: Value, class: Value) -> Value {
    or_raise(ops::is_instance(v, class).map(Value::bool))
}
pub extern "C" fn call_str_1(v: Value) -> Value {
    or_raise(ops::str(v).map(|str| str.value()))
}
pub extern "C" fn call_tuple_1(v: Value) -> Value {
    or_raise(ops::call_positional(types().tuple.value(), &[v]))
}
pub extern "C" fn call_class(class: Value, args: *const Value, count: u32) -> Value {
    // SAFETY: the handler passes `count` slots.
    or_raise(ops::call_positional(class, unsafe { slots(args, count) }))
}

pub extern "C" fn call_intrinsic_1(thread: &Thread, which: u32, v: Value) -> Value {
    or_raise(crate::intrinsics::one(frame(thread), which, v))
}
pub extern "C" fn call_intrinsic_2(thread: &Thread, which: u32, a: Value, b: Value) -> Value {
    or_raise(crate::intrinsics::two(frame(thread), which, a, b))
}

// -- asked by the specializer --------------------------------------------------------------

/// Exactly `count` positional parameters, no generator, decoded.
pub(crate) fn is_exact(code: Gc<Code>, count: u32) -> bool {
    let unusual = flags::VARARGS | flags::VARKEYWORDS;
    code.flags.get() & unusual == 0
        && code.has_flag(flags::OPTIMIZED)
        && code.kwonlyargcount.get() == 0
        && code.argcount.get() == count
        && code.decode().is_ok()
}
pub fn exact_version(callable: Value, self_or_null: Value, count: u32) -> Option<u32> {
    let function = callable.downcast::<Function>()?;
    let total = count + !self_or_null.is_null() as u32;
    is_exact(function.code.get(), total).then(|| function.current_version())
}
pub fn python_version(callable: Value) -> Option<u32> {
    let function = callable.downcast::<Function>()?;
    let code = function.code.get();
    is_exact(code, code.argcount.get()).then(|| function.current_version())
}
/// A function that takes more arguments than are given, all of them positional, and has defaults for the rest.
pub fn defaults_version(callable: Value, self_or_null: Value, count: u32) -> Option<u32> {
    let function = callable.downcast::<Function>()?;
    let code = function.code.get();
    let given = count + !self_or_null.is_null() as u32;
    let missing = code.argcount.get().checked_sub(given)?;
    let defaults = function.defaults.get().downcast::<Tuple>()?;
    let exact = is_exact(code, code.argcount.get());
    (exact && missing as usize <= defaults.len()).then(|| function.current_version())
}
pub fn any_version(callable: Value) -> Option<u32> {
    Some(callable.downcast::<Function>()?.current_version())
}
/// So many positional arguments need no binding but NULL for the parameters that are left out.
fn takes(function: &'static NativeFunction, count: u32) -> bool {
    match function.function {
        Native::Bound(_) => {
            function.signature().is_some_and(|s| s.is_simple() && (s.required..=s.params.len()).contains(&(count as usize)))
        }
        Native::Raw(_) => true,
        _ => false,
    }
}
pub fn native_function(callable: Value, self_or_null: Value, count: u32) -> Option<Value> {
    let builtin = callable.downcast::<Builtin>()?;
    (self_or_null.is_null() && !builtin.is_bound && takes(builtin.function, count)).then_some(callable)
}
pub fn native_method(callable: Value, self_or_null: Value, count: u32) -> Option<Value> {
    let descriptor = callable.downcast::<MethodDescriptor>()?;
    let plain = descriptor.function.flavor == Flavor::Method;
    (!self_or_null.is_null() && plain && takes(descriptor.function, count)).then_some(callable)
}
pub fn the_list_append(callable: Value, self_or_null: Value) -> Option<Value> {
    let append = types().list.lookup(names().append)?;
    (callable == append && !self_or_null.is_null()).then_some(callable)
}
fn the_builtin(callable: Value, name: &str) -> Option<Value> {
    let builtin = callable.downcast::<Builtin>()?;
    let is_own = builtin.function.name == name && builtin.module.get().downcast::<crate::objects::str::Str>()?.eq_str("builtins");
    is_own.then_some(callable)
}
pub fn the_len(callable: Value) -> Option<Value> {
    the_builtin(callable, "len")
}
pub fn the_isinstance(callable: Value) -> Option<Value> {
    the_builtin(callable, "isinstance")
}
/// A class whose instances are made by `object.__new__` and initialised by a Python function that takes the arguments.
pub fn class_with_init(callable: Value, self_or_null: Value, count: u32) -> Option<Value> {
    let class = callable.downcast::<Class>()?;
    if !self_or_null.is_null() || class_of(callable) != types().type_ || class.kind.get() != crate::object::Kind::Instance {
        return None;
    }
    let is_heap = class.has_flag(class_flags::HEAP) && !class.has_flag(class_flags::ABSTRACT);
    let plain_new = class.lookup(names().__new__) == types().object.lookup(names().__new__);
    let init = class.lookup(names().__init__)?.downcast::<Function>()?;
    (is_heap && plain_new && is_exact(init.code.get(), count + 1) && !is_generator(init.code.get())).then_some(callable)
}
fn is_generator(code: Gc<Code>) -> bool {
    code.flags.get() & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
}
pub fn init_of(callable: Value) -> Option<Value> {
    callable.downcast::<Class>()?.lookup(names().__init__)
}
/// A change of the function's code changes its version, not the class.
pub fn init_version(callable: Value) -> Option<u32> {
    Some(init_of(callable)?.downcast::<Function>()?.current_version())
}
/// A class whose construction runs no Python function of its own class.
pub fn native_class(callable: Value, self_or_null: Value) -> Option<Value> {
    let class = callable.downcast::<Class>()?;
    (self_or_null.is_null() && !class.has_flag(class_flags::HEAP) && class_of(callable) == types().type_).then_some(callable)
}
pub fn the_type(callable: Value) -> Option<Value> {
    (callable == types().type_.value()).then_some(callable)
}
pub fn the_str(callable: Value) -> Option<Value> {
    (callable == types().str_.value()).then_some(callable)
}
pub fn the_tuple(callable: Value) -> Option<Value> {
    (callable == types().tuple.value()).then_some(callable)
}

