//! The interpreter of one thread: well-known classes, tables, and the state that engines work on. `vm()` reaches it from anywhere.

use crate::object::{Gc, Header};
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::exception::Exception;
use crate::objects::str::Str;
use crate::shape::Shapes;
use crate::value::{NULL, Value};
use core::cell::{Cell, RefCell};

/// Words of `Thread::exit_buffer`.
pub const EXIT_WORDS: usize = 256;

/// What generated code and machine code reach through a register. Fields are declared in `opcodes/types.def` as `layout Thread`.
#[repr(C)]
pub struct Thread {
    /// Nonzero: a signal, a pending finalizer, a tracing request: looked at by `_CHECK_PERIODIC`.
    pub eval_breaker: Cell<u32>,
    /// Python frames that may still be pushed before RecursionError.
    pub recursion_remaining: Cell<i32>,
    /// The running frame whenever control is outside of the handlers.
    pub frame: Cell<*mut crate::frame::Frame>,
    /// First free word of the VM stack after the running frame, whenever control is outside of the handlers, is `frame.sp`.
    pub stack_base: Cell<*mut Value>,
    pub stack_limit: Cell<*mut Value>,
    /// The exception on its way from a helper to the error exit of a handler; NULL otherwise.
    pub raised: Cell<Value>,
    /// Handled exceptions, innermost first; a generator has its own item.
    pub exc_info: Cell<*mut ExcInfo>,
    pub base_exc_info: ExcInfo,
    /// What machine code leaves behind when a trace ends: raw words, which no collector looks at.
    pub exit_buffer: Cell<[u64; EXIT_WORDS]>,
    /// Lowest native stack address that recursion in Rust may reach.
    pub native_limit: Cell<usize>,
    pub recursion_limit: Cell<i32>,
    /// Where the native stack of who entered the innermost dispatch begins: for the collector, and dispatch-tail's own stack pointer.
    pub dispatch_stack: Cell<usize>,
    /// What the engine keeps while this thread records a trace; null otherwise.
    pub recorder: Cell<*mut ()>,
    /// The loop that takes what the innermost drained generator yields; null while none does.
    pub drain: Cell<*const Drain>,
    /// The first of the heap's cursors, for machine code that takes cells.
    pub cursors: *const crate::heap::Cursor,
}

/// A loop in Rust over what a generator yields. The generator hands it the values as it goes on.
pub struct Drain {
    /// Takes a value, if that neither runs Python code nor raises. False: nothing has been done, and the generator is suspended with it.
    pub take: unsafe fn(*mut (), Value) -> bool,
    /// What `take` is given.
    pub state: *mut (),
}

#[repr(C)]
pub struct ExcInfo {
    pub value: Cell<Value>,
    pub previous: Cell<*mut ExcInfo>,
}

impl Thread {
    pub fn take_raised(&self) -> crate::error::Raised {
        let value = self.raised.replace(NULL);
        match value.downcast::<Exception>() {
            Some(exception) => crate::error::Raised(exception),
            None => crate::error::system_error("error return without exception set"),
        }
    }
}

macro_rules! types {
    ($($field:ident),* $(,)?) => {
        /// Classes that the runtime names. Filled by `bootstrap`; read as `types().list`.
        pub struct Types { $(pub $field: Gc<Class>),* }
        impl Types {
            pub(crate) fn make(mut make: impl FnMut(&'static str) -> Gc<Class>) -> Types {
                Types { $($field: make(stringify!($field))),* }
            }
            pub fn each(&self, mut visit: impl FnMut(Gc<Class>)) {
                $(visit(self.$field);)*
            }
        }
    };
}

// Names, bases and native layouts of these are in `bootstrap::CLASSES`.
types! {
    object, type_, int, bool_, float, complex, str_, bytes, bytearray, memoryview, tuple, list, dict, set, frozenset, range, slice,
    none_type, not_implemented_type, ellipsis_type, function, builtin, method, method_descriptor, wrapper_descriptor,
    classmethod_descriptor, method_wrapper, getset_descriptor, member_descriptor, property, staticmethod, classmethod, super_, module,
    cell, code,
    generator, coroutine, async_generator, async_generator_wrapped_value, coroutine_wrapper, frame, frame_locals_proxy, traceback,
    mappingproxy,
    dict_keys, dict_values, dict_items, dict_keyiterator, dict_valueiterator, dict_itemiterator,
    dict_reversekeyiterator, dict_reversevalueiterator, dict_reverseitemiterator,
    list_iterator, list_reverseiterator, tuple_iterator, range_iterator, set_iterator, str_iterator, bytes_iterator, bytearray_iterator,
    iterator, callable_iterator, enumerate, zip, map, filter, reversed, weakref, weakproxy, weakcallableproxy, generic_alias, union_type,
    simple_namespace,
    base_exception, exception, base_exception_group, exception_group, generator_exit, keyboard_interrupt, system_exit,
    stop_iteration, stop_async_iteration, arithmetic_error, floating_point_error, overflow_error, zero_division_error,
    assertion_error, attribute_error, buffer_error, eof_error, import_error, module_not_found_error, lookup_error, index_error,
    key_error, memory_error, name_error, unbound_local_error, os_error, blocking_io_error, child_process_error, connection_error,
    broken_pipe_error, connection_aborted_error, connection_refused_error, connection_reset_error, file_exists_error,
    file_not_found_error, interrupted_error, is_a_directory_error, not_a_directory_error, permission_error, process_lookup_error,
    timeout_error, reference_error, runtime_error, not_implemented_error, recursion_error, python_finalization_error,
    syntax_error, indentation_error, tab_error, incomplete_input_error, system_error, type_error, value_error, unicode_error,
    unicode_decode_error,
    unicode_encode_error, unicode_translate_error, warning, bytes_warning, deprecation_warning, encoding_warning,
    future_warning, import_warning, pending_deprecation_warning, resource_warning, runtime_warning, syntax_warning,
    unicode_warning, user_warning,
}

macro_rules! names {
    ($($name:ident),* $(,)?; $($field:ident = $text:literal),* $(,)?) => {
        /// Interned names that the runtime uses: `names().__init__`.
        pub struct Names { $(pub $name: Gc<Str>,)* $(pub $field: Gc<Str>),* }
        impl Names {
            pub(crate) fn make(mut intern: impl FnMut(&str) -> Gc<Str>) -> Names {
                Names { $($name: intern(stringify!($name)),)* $($field: intern($text)),* }
            }
        }
    };
}

names! {
    __abs__, __add__, __aenter__, __aexit__, __aiter__, __all__, __and__, __anext__, __annotate__, __annotations__, __await__, __bases__,
    __bool__, __build_class__, __builtins__,
    __bytes__, __call__, __cause__, __class__, __class_getitem__, __classcell__, __classdict__, __classdictcell__, __code__, __complex__,
    __contains__, __context__, __copy__,
    __deepcopy__, __defaults__, __del__, __delattr__, __delete__, __delitem__, __dict__, __dir__, __divmod__, __doc__, __enter__, __eq__,
    __exit__, __file__,
    __firstlineno__, __float__, __floordiv__, __format__, __ge__, __get__, __getattr__, __getattribute__, __getitem__, __getnewargs__,
    __getnewargs_ex__, __getstate__, __globals__, __gt__, __hash__, __iadd__, __iand__,
    __ifloordiv__, __ilshift__, __imatmul__, __imod__, __import__, __imul__, __index__, __init__, __init_subclass__, __instancecheck__,
    __int__, __invert__, __ior__, __ipow__, __irshift__, __isub__, __isabstractmethod__, __iter__, __itruediv__, __ixor__,
    __kwdefaults__, __le__, __len__, __length_hint__,
    __loader__, __lshift__, __lt__, __main__, __matmul__, __missing__, __mod__, __module__, __mro__, __mro_entries__, __mul__, __name__,
    __ne__, __neg__, __new__,
    __next__, __notes__, __or__, __package__, __path__, __pos__, __pow__, __prepare__, __qualname__, __radd__, __rand__, __rdivmod__,
    __reduce__, __reduce_ex__, __repr__,
    __reversed__, __rfloordiv__, __rlshift__, __rmatmul__, __rmod__, __rmul__, __ror__, __round__, __rpow__, __rrshift__, __rshift__,
    __rsub__,
    __rtruediv__, __rxor__, __self__, __set__, __set_name__, __setattr__, __setitem__, __setstate__, __sizeof__, __slots__, __spec__,
    __static_attributes__, __str__, __sub__,
    __subclasscheck__, __subclasshook__, __traceback__, __truediv__, __trunc__, __type_params__, __typing_subst__, __weakref__,
    __wrapped__, __xor__, __abstractmethods__, __func__, __objclass__, __text_signature__,
    __orig_class__, __origin__, __args__, __parameters__, __match_args__, __ceil__, __floor__, __fspath__, __buffer__,
    __release_buffer__, __debug__,
    add, append, args, builtins, close, code, copy, end, file, flush, fget, fset, fdel, get, items, keys, key, metaclass, modules, mro,
    name, obj, path, print, readline, reverse, send, sep, sort, stderr, stdin, stdout, throw, update,
    utf_8, value, values, write, with_traceback, filename, lineno, offset, text, msg, end_lineno, end_offset, print_file_and_line,
    errno, strerror, filename2, exceptions, message, encoding, errors, strict, start, stop, step, real, imag, numerator, denominator;
    empty = "", lambda = "<lambda>", module_name = "<module>", self_ = "self", utf8 = "utf-8",
}

pub struct Vm {
    pub thread: Thread,
    pub types: core::cell::OnceCell<Types>,
    pub names: core::cell::OnceCell<Names>,
    pub shapes: Shapes,
    pub interned: RefCell<crate::objects::str::InternTable>,
    pub builtins: core::cell::OnceCell<Gc<Dict>>,
    /// `sys.modules`.
    pub modules: core::cell::OnceCell<Gc<Dict>>,
    pub sys: core::cell::OnceCell<Gc<crate::objects::module::Module>>,
    /// Latin-1 one-character strings and the empty string.
    pub chars: core::cell::OnceCell<Box<[Gc<Str>; 256]>>,
    pub empty_tuple: Cell<Value>,
    pub next_class_version: Cell<u32>,
    pub next_keys_version: Cell<u32>,
    pub next_function_version: Cell<u32>,
    /// Global roots that have no better home; appended by `keep`.
    pub kept: RefCell<Vec<Value>>,
    /// Seed of str hashes.
    pub hash_seed: Cell<u64>,
    /// What the receiver of a SEND returned, on its way to the instruction.
    pub sent_result: Cell<Value>,
    /// The value of the StopIteration that a `__next__` slot has turned into "exhausted"; NULL when it had none.
    pub stop_value: Cell<Value>,
    /// The exception in `thread.raised` goes on as it was: its traceback has this frame already.
    pub reraising: Cell<bool>,
    /// An entry frame of a generator was left by a yield, not by its return.
    pub yielded: Cell<bool>,
    /// What tools listen to.
    pub monitoring: crate::monitoring::State,
    /// What the engine asks of code that is decoded and of the collector.
    pub engine: Engine,
}

/// The engine's part of the VM. Without one no instruction counts towards a trace.
#[derive(Default)]
pub struct Engine {
    /// The first count of the rounds of a loop, a whole unit (`tuning`); 0: loops do not count.
    pub loop_counter: Cell<u32>,
    /// The same for the calls of a function.
    pub entry_counter: Cell<u32>,
    /// A specialized instruction (units from the start of the code) has gone back to its generic form, since this class has changed: what
    /// leans on it is no longer true.
    pub site_reset: Cell<Option<fn(&crate::objects::code::Code, u32, &crate::objects::class::Class)>>,
    /// Tools listen to other events than before: traces report none.
    pub tools_changed: Cell<Option<fn()>>,
    /// A variable of a frame that runs this code was set from without (`f_locals`).
    pub variable_set: Cell<Option<fn(&crate::objects::code::Code)>>,
    /// Forks by the function, which answers the child's number (0 in the child), so that the child has code memory of its own.
    pub around_fork: Cell<Option<fn(&mut dyn FnMut() -> i32) -> i32>>,
    /// Visits what is under way: recordings, traces that are compiled.
    pub trace: Cell<Option<fn(&mut crate::heap::Marker)>>,
    /// Visits what those traces refer to whose code is marked, each once in a collection. False: there were none.
    pub trace_living: Cell<Option<fn(&mut crate::heap::Marker) -> bool>>,
    /// Everything that lives is marked: frees the traces of other code.
    pub forget_dead: Cell<Option<fn()>>,
}

impl Engine {
    /// `fork(2)`.
    pub fn fork(&self) -> i32 {
        // SAFETY: who holds a lock that the child needs is `around_fork`, or has none.
        let mut fork = || unsafe { libc::fork() };
        match self.around_fork.get() {
            Some(around) => around(&mut fork),
            None => fork(),
        }
    }
}

thread_local! { static VM: Cell<*const Vm> = const { Cell::new(core::ptr::null()) }; }

/// The VM of this thread. `bootstrap::start` must have run.
#[inline(always)]
pub fn vm() -> &'static Vm {
    debug_assert!(!VM.get().is_null());
    // SAFETY: `bootstrap` leaks the Vm and sets the pointer before any other code of this thread runs.
    unsafe { &*VM.get() }
}

/// For `bootstrap` alone.
pub(crate) fn install(vm: Box<Vm>) {
    VM.set(Box::leak(vm));
}

pub fn is_running() -> bool {
    !VM.get().is_null()
}

#[inline(always)]
pub fn types() -> &'static Types {
    // SAFETY: filled by `bootstrap` before any object exists that could ask.
    unsafe { vm().types.get().unwrap_unchecked() }
}
#[inline(always)]
pub fn names() -> &'static Names {
    // SAFETY: as for `types`.
    unsafe { vm().names.get().unwrap_unchecked() }
}
#[inline(always)]
pub fn thread() -> &'static Thread {
    &vm().thread
}

/// The class of any value.
#[inline(always)]
pub fn class_of(value: Value) -> Gc<Class> {
    if value.is_object() {
        return class_of_object(value.header());
    }
    let types = types();
    if value.is_int() {
        types.int
    } else if value.is_float() {
        types.float
    } else {
        class_of_immediate(value)
    }
}
#[inline(always)]
pub fn class_of_object(header: &Header) -> Gc<Class> {
    vm().shapes.class(header.shape.get())
}
fn class_of_immediate(value: Value) -> Gc<Class> {
    let types = types();
    match value {
        crate::value::NONE => types.none_type,
        crate::value::TRUE | crate::value::FALSE => types.bool_,
        crate::value::NOT_IMPLEMENTED => types.not_implemented_type,
        crate::value::ELLIPSIS => types.ellipsis_type,
        _ => types.object,
    }
}

/// The name of a value's class, for messages.
pub fn type_name(value: Value) -> String {
    class_of(value).name()
}

/// Keeps a value alive for ever.
pub fn keep(value: Value) {
    vm().kept.borrow_mut().push(value);
}

/// The name as an interned str.
pub fn intern(text: &str) -> Gc<Str> {
    crate::objects::str::intern(text)
}

/// Native recursion (repr, ==, sort keys, nested calls from Rust) is bounded here. `what` ends the message: " while getting the repr of an object".
#[inline(always)]
pub fn check_native_stack(what: &str) -> crate::error::R<()> {
    let here = 0u8;
    if (&raw const here as usize) < thread().native_limit.get() { Err(native_overflow(what)) } else { Ok(()) }
}
#[cold]
fn native_overflow(what: &str) -> crate::error::Raised {
    // Room for building the exception itself.
    let limit = thread().native_limit.replace(thread().native_limit.get().saturating_sub(64 << 10));
    let raised = crate::error::recursion_error(format!("maximum recursion depth exceeded{what}"));
    thread().native_limit.set(limit);
    raised
}
