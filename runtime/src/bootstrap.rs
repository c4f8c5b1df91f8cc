//! Start of a VM: classes, names, then each type's own `init`.

use crate::object::{Field, Gc, Header, Kind};
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::tuple::Tuple;
use crate::shape::Shapes;
use crate::slots::Slots;
use crate::value::{NULL, Value};
use crate::vm::{ExcInfo, Names, Thread, Types, Vm, vm};
use core::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;

/// (field of `Types`, Python's name, base's field, native layout, flags). In order: bases first.
pub struct ClassSpec {
    pub field: &'static str,
    pub name: &'static str,
    pub base: &'static str,
    pub kind: Kind,
    pub flags: u32,
    pub module: &'static str,
}

const fn class(field: &'static str, name: &'static str, base: &'static str, kind: Kind, flags: u32) -> ClassSpec {
    ClassSpec { field, name, base, kind, flags, module: "builtins" }
}
const fn module_class(
    module: &'static str,
    field: &'static str,
    name: &'static str,
    base: &'static str,
    kind: Kind,
    flags: u32,
) -> ClassSpec {
    ClassSpec { field, name, base, kind, flags, module }
}

const SUB: u32 = flags::BASETYPE;
const FINAL: u32 = 0;
const HIDDEN: u32 = flags::DISALLOW_INSTANTIATION;
const SELF: u32 = flags::MATCH_SELF;

/// The first ones stand in the order of `defs::SHAPE_*`.
const CLASSES: &[ClassSpec] = &[
    class("object", "object", "", Kind::Instance, SUB),
    class("type_", "type", "object", Kind::Class, SUB),
    class("int", "int", "object", Kind::Int, SUB | SELF),
    class("str_", "str", "object", Kind::Str, SUB | SELF),
    class("bytes", "bytes", "object", Kind::Bytes, SUB | SELF),
    class("tuple", "tuple", "object", Kind::Tuple, SUB | SELF | flags::SEQUENCE),
    class("list", "list", "object", Kind::List, SUB | SELF | flags::SEQUENCE),
    class("dict", "dict", "object", Kind::Dict, SUB | SELF | flags::MAPPING),
    class("set", "set", "object", Kind::Set, SUB | SELF),
    class("frozenset", "frozenset", "object", Kind::FrozenSet, SUB | SELF),
    class("range", "range", "object", Kind::Range, FINAL | flags::SEQUENCE),
    class("slice", "slice", "object", Kind::Slice, FINAL),
    class("function", "function", "object", Kind::Function, FINAL),
    class("builtin", "builtin_function_or_method", "object", Kind::Builtin, HIDDEN),
    class("method", "method", "object", Kind::Method, FINAL),
    class("method_descriptor", "method_descriptor", "object", Kind::MethodDescriptor, HIDDEN),
    class("module", "module", "object", Kind::Module, SUB | flags::HAS_DICT),
    class("cell", "cell", "object", Kind::Cell, FINAL),
    class("code", "code", "object", Kind::Code, FINAL),
    class("generator", "generator", "object", Kind::Generator, HIDDEN),
    class("range_iterator", "range_iterator", "object", Kind::RangeIter, HIDDEN),
    class("list_iterator", "list_iterator", "object", Kind::ListIter, HIDDEN),
    class("tuple_iterator", "tuple_iterator", "object", Kind::TupleIter, HIDDEN),
    class("coroutine", "coroutine", "object", Kind::Generator, HIDDEN),
    // From here on in any order.
    class("bool_", "bool", "int", Kind::Int, FINAL | SELF),
    class("float", "float", "object", Kind::Float, SUB | SELF),
    class("complex", "complex", "object", Kind::Complex, SUB),
    class("bytearray", "bytearray", "object", Kind::ByteArray, SUB | SELF),
    class("memoryview", "memoryview", "object", Kind::MemoryView, FINAL | flags::SEQUENCE),
    class("none_type", "NoneType", "object", Kind::Instance, FINAL),
    class("not_implemented_type", "NotImplementedType", "object", Kind::Instance, FINAL),
    class("ellipsis_type", "ellipsis", "object", Kind::Instance, FINAL),
    class("wrapper_descriptor", "wrapper_descriptor", "object", Kind::MethodDescriptor, HIDDEN),
    class("classmethod_descriptor", "classmethod_descriptor", "object", Kind::MethodDescriptor, HIDDEN),
    class("method_wrapper", "method-wrapper", "object", Kind::Native, HIDDEN),
    class("getset_descriptor", "getset_descriptor", "object", Kind::GetSet, HIDDEN),
    class("member_descriptor", "member_descriptor", "object", Kind::GetSet, HIDDEN),
    class("property", "property", "object", Kind::Property, SUB),
    class("staticmethod", "staticmethod", "object", Kind::StaticMethod, SUB),
    class("classmethod", "classmethod", "object", Kind::ClassMethod, SUB),
    class("super_", "super", "object", Kind::Super, SUB),
    class("async_generator", "async_generator", "object", Kind::Generator, HIDDEN),
    class("async_generator_wrapped_value", "async_generator_wrapped_value", "object", Kind::Native, HIDDEN),
    class("coroutine_wrapper", "coroutine_wrapper", "object", Kind::Native, HIDDEN),
    class("frame", "frame", "object", Kind::FrameObject, HIDDEN),
    class("traceback", "traceback", "object", Kind::Traceback, FINAL),
    class("frame_locals_proxy", "FrameLocalsProxy", "object", Kind::Native, flags::MAPPING),
    class("mappingproxy", "mappingproxy", "object", Kind::MappingProxy, flags::MAPPING),
    class("dict_keys", "dict_keys", "object", Kind::DictView, HIDDEN),
    class("dict_values", "dict_values", "object", Kind::DictView, HIDDEN),
    class("dict_items", "dict_items", "object", Kind::DictView, HIDDEN),
    class("dict_keyiterator", "dict_keyiterator", "object", Kind::DictIter, HIDDEN),
    class("dict_valueiterator", "dict_valueiterator", "object", Kind::DictIter, HIDDEN),
    class("dict_itemiterator", "dict_itemiterator", "object", Kind::DictIter, HIDDEN),
    class("dict_reversekeyiterator", "dict_reversekeyiterator", "object", Kind::DictIter, HIDDEN),
    class("dict_reversevalueiterator", "dict_reversevalueiterator", "object", Kind::DictIter, HIDDEN),
    class("dict_reverseitemiterator", "dict_reverseitemiterator", "object", Kind::DictIter, HIDDEN),
    class("list_reverseiterator", "list_reverseiterator", "object", Kind::ListIter, HIDDEN),
    class("set_iterator", "set_iterator", "object", Kind::SetIter, HIDDEN),
    class("str_iterator", "str_iterator", "object", Kind::StrIter, HIDDEN),
    class("bytes_iterator", "bytes_iterator", "object", Kind::BytesIter, HIDDEN),
    class("bytearray_iterator", "bytearray_iterator", "object", Kind::BytesIter, HIDDEN),
    class("iterator", "iterator", "object", Kind::Native, HIDDEN),
    class("callable_iterator", "callable_iterator", "object", Kind::Native, HIDDEN),
    class("enumerate", "enumerate", "object", Kind::Native, SUB),
    class("zip", "zip", "object", Kind::Native, SUB),
    class("map", "map", "object", Kind::Native, SUB),
    class("filter", "filter", "object", Kind::Native, SUB),
    class("reversed", "reversed", "object", Kind::Native, SUB),
    module_class("weakref", "weakref", "ReferenceType", "object", Kind::WeakRef, SUB),
    module_class("weakref", "weakproxy", "ProxyType", "object", Kind::WeakRef, HIDDEN),
    module_class("weakref", "weakcallableproxy", "CallableProxyType", "object", Kind::WeakRef, HIDDEN),
    module_class("types", "generic_alias", "GenericAlias", "object", Kind::Native, SUB),
    module_class("typing", "union_type", "Union", "object", Kind::Native, FINAL),
    module_class("types", "simple_namespace", "SimpleNamespace", "object", Kind::Instance, SUB | flags::HAS_DICT),
    exception("base_exception", "BaseException", "object"),
    exception("exception", "Exception", "base_exception"),
    exception("base_exception_group", "BaseExceptionGroup", "base_exception"),
    exception("exception_group", "ExceptionGroup", "base_exception_group"),
    exception("generator_exit", "GeneratorExit", "base_exception"),
    exception("keyboard_interrupt", "KeyboardInterrupt", "base_exception"),
    exception("system_exit", "SystemExit", "base_exception"),
    exception("stop_iteration", "StopIteration", "exception"),
    exception("stop_async_iteration", "StopAsyncIteration", "exception"),
    exception("arithmetic_error", "ArithmeticError", "exception"),
    exception("floating_point_error", "FloatingPointError", "arithmetic_error"),
    exception("overflow_error", "OverflowError", "arithmetic_error"),
    exception("zero_division_error", "ZeroDivisionError", "arithmetic_error"),
    exception("assertion_error", "AssertionError", "exception"),
    exception("attribute_error", "AttributeError", "exception"),
    exception("buffer_error", "BufferError", "exception"),
    exception("eof_error", "EOFError", "exception"),
    exception("import_error", "ImportError", "exception"),
    exception("module_not_found_error", "ModuleNotFoundError", "import_error"),
    exception("lookup_error", "LookupError", "exception"),
    exception("index_error", "IndexError", "lookup_error"),
    exception("key_error", "KeyError", "lookup_error"),
    exception("memory_error", "MemoryError", "exception"),
    exception("name_error", "NameError", "exception"),
    exception("unbound_local_error", "UnboundLocalError", "name_error"),
    exception("os_error", "OSError", "exception"),
    exception("blocking_io_error", "BlockingIOError", "os_error"),
    exception("child_process_error", "ChildProcessError", "os_error"),
    exception("connection_error", "ConnectionError", "os_error"),
    exception("broken_pipe_error", "BrokenPipeError", "connection_error"),
    exception("connection_aborted_error", "ConnectionAbortedError", "connection_error"),
    exception("connection_refused_error", "ConnectionRefusedError", "connection_error"),
    exception("connection_reset_error", "ConnectionResetError", "connection_error"),
    exception("file_exists_error", "FileExistsError", "os_error"),
    exception("file_not_found_error", "FileNotFoundError", "os_error"),
    exception("interrupted_error", "InterruptedError", "os_error"),
    exception("is_a_directory_error", "IsADirectoryError", "os_error"),
    exception("not_a_directory_error", "NotADirectoryError", "os_error"),
    exception("permission_error", "PermissionError", "os_error"),
    exception("process_lookup_error", "ProcessLookupError", "os_error"),
    exception("timeout_error", "TimeoutError", "os_error"),
    exception("reference_error", "ReferenceError", "exception"),
    exception("runtime_error", "RuntimeError", "exception"),
    exception("not_implemented_error", "NotImplementedError", "runtime_error"),
    exception("recursion_error", "RecursionError", "runtime_error"),
    exception("python_finalization_error", "PythonFinalizationError", "runtime_error"),
    exception("syntax_error", "SyntaxError", "exception"),
    exception("indentation_error", "IndentationError", "syntax_error"),
    exception("tab_error", "TabError", "indentation_error"),
    exception("incomplete_input_error", "_IncompleteInputError", "syntax_error"),
    exception("system_error", "SystemError", "exception"),
    exception("type_error", "TypeError", "exception"),
    exception("value_error", "ValueError", "exception"),
    exception("unicode_error", "UnicodeError", "value_error"),
    exception("unicode_decode_error", "UnicodeDecodeError", "unicode_error"),
    exception("unicode_encode_error", "UnicodeEncodeError", "unicode_error"),
    exception("unicode_translate_error", "UnicodeTranslateError", "unicode_error"),
    exception("warning", "Warning", "exception"),
    exception("bytes_warning", "BytesWarning", "warning"),
    exception("deprecation_warning", "DeprecationWarning", "warning"),
    exception("encoding_warning", "EncodingWarning", "warning"),
    exception("future_warning", "FutureWarning", "warning"),
    exception("import_warning", "ImportWarning", "warning"),
    exception("pending_deprecation_warning", "PendingDeprecationWarning", "warning"),
    exception("resource_warning", "ResourceWarning", "warning"),
    exception("runtime_warning", "RuntimeWarning", "warning"),
    exception("syntax_warning", "SyntaxWarning", "warning"),
    exception("unicode_warning", "UnicodeWarning", "warning"),
    exception("user_warning", "UserWarning", "warning"),
];

const fn exception(field: &'static str, name: &'static str, base: &'static str) -> ClassSpec {
    class(field, name, base, Kind::Exception, SUB | flags::HAS_DICT)
}

/// Slots that instances of native classes with a `__dict__` get.
const NATIVE_DICT_SLOTS: u16 = 4;

/// Makes the VM of this thread.
pub fn start() {
    // Without it MemoryError comes when it is needed.
    let _ = crate::spare::fill();
    let null_exc = || ExcInfo { value: Cell::new(NULL), previous: Cell::new(core::ptr::null_mut()) };
    crate::vm::install(Box::new(Vm {
        thread: Thread {
            eval_breaker: Cell::new(0),
            recursion_remaining: Cell::new(1000),
            frame: Cell::new(core::ptr::null_mut()),
            stack_base: Cell::new(core::ptr::null_mut()),
            stack_limit: Cell::new(core::ptr::null_mut()),
            raised: Cell::new(NULL),
            exc_info: Cell::new(core::ptr::null_mut()),
            base_exc_info: null_exc(),
            exit_buffer: Cell::new([0; crate::vm::EXIT_WORDS]),
            native_limit: Cell::new(0),
            recursion_limit: Cell::new(1000),
            dispatch_stack: Cell::new(0),
            recorder: Cell::new(core::ptr::null_mut()),
            drain: Cell::new(core::ptr::null()),
            cursors: crate::heap::cursors().as_ptr(),
        },
        types: OnceCell::new(),
        names: OnceCell::new(),
        shapes: Shapes::default(),
        interned: RefCell::default(),
        builtins: OnceCell::new(),
        modules: OnceCell::new(),
        sys: OnceCell::new(),
        chars: OnceCell::new(),
        empty_tuple: Cell::new(NULL),
        next_class_version: Cell::new(0),
        next_keys_version: Cell::new(0),
        next_function_version: Cell::new(0),
        kept: RefCell::default(),
        hash_seed: Cell::new(0),
        sent_result: Cell::new(NULL),
        stop_value: Cell::new(NULL),
        reraising: Cell::new(false),
        yielded: Cell::new(false),
        monitoring: Default::default(),
        engine: Default::default(),
    }));
    let thread = &vm().thread;
    thread.exc_info.set(&raw const thread.base_exc_info as *mut ExcInfo);
    crate::stack::reserve(thread);
    crate::objects::str::make_chars();
    let _ = vm().names.set(Names::make(crate::objects::str::intern));
    make_classes();
    crate::init::all();
    crate::heap::start();
}

fn make_classes() {
    let mut made: HashMap<&'static str, Gc<Class>> = HashMap::new();
    // Two rounds, since every class needs a tuple (of class tuple) for its bases.
    for (i, spec) in CLASSES.iter().enumerate() {
        let class = alloc_class(i as u32, spec);
        made.insert(spec.field, class);
    }
    let types = Types::make(|field| made[field]);
    let _ = vm().types.set(types);
    for spec in CLASSES {
        link_class(made[spec.field], made.get(spec.base).copied(), spec);
    }
}

fn alloc_class(index: u32, spec: &ClassSpec) -> Gc<Class> {
    let nothing: Gc<Tuple> = nothing();
    let class = Class {
        header: Header { shape: 0.into(), kind: 0.into(), gc: 0.into(), flags: 0.into() },
        version: Cell::new(0),
        flags: Cell::new(spec.flags),
        root_shape: Cell::new(0),
        dict_shape: Cell::new(0),
        kind: Cell::new(spec.kind),
        finalizable: Cell::new(false),
        attrs_word: Cell::new(0),
        member_slots: Cell::new(0),
        slot_capacity: Cell::new(0),
        name_field: Field::new(crate::objects::str::intern(spec.name).value()),
        qualname: Field::new(crate::objects::str::intern(spec.name).value()),
        dict: Field::new(Dict::new()),
        bases: Field::new(nothing),
        mro: Field::new(nothing),
        base: Field::new(NULL),
        doc: Cell::new(""),
        slots: Slots::default(),
        subclasses: RefCell::default(),
        strangers: RefCell::default(),
        watchers: Default::default(),
        module_name: Field::new(crate::objects::str::intern(spec.module).value()),
    };
    let class = crate::heap::alloc(crate::defs::SHAPE_TYPE, class);
    // A module has its dict in its struct.
    if spec.flags & flags::HAS_DICT != 0 && spec.kind != Kind::Module {
        class.attrs_word.set((crate::object::KINDS[spec.kind as usize].size / 8) as u16);
        class.slot_capacity.set(NATIVE_DICT_SLOTS);
    }
    let root = vm().shapes.new_root(class, 0, class.slot_capacity.get());
    assert!(root == index);
    class.root_shape.set(root);
    class
}

/// Stands in for the empty tuple until the class `tuple` exists; replaced by `link_class`.
fn nothing() -> Gc<Tuple> {
    let object = Tuple {
        header: crate::objects::builtin::new_header(),
        len: Cell::new(0),
        items: Cell::new(core::ptr::null_mut::<Value>().wrapping_add(1)),
    };
    crate::heap::alloc(crate::defs::SHAPE_TUPLE, object)
}

fn link_class(class: Gc<Class>, base: Option<Gc<Class>>, spec: &ClassSpec) {
    if spec.flags & flags::HAS_DICT != 0 && spec.kind != Kind::Module {
        class.dict_shape.set(vm().shapes.new_dict_root(class, 0, class.slot_capacity.get()));
    }
    let Some(base) = base else {
        class.bases.set(class, Tuple::empty());
        class.mro.set(class, Tuple::from_slice(&[class.value()]));
        return;
    };
    class.base.set(class, base.value());
    class.bases.set(class, Tuple::from_slice(&[base.value()]));
    let mro: Vec<Value> = core::iter::once(class.value()).chain(base.mro.get().items().iter().copied()).collect();
    class.mro.set(class, Tuple::from_slice(&mro));
    base.subclasses.borrow_mut().push(class);
}

#[cfg(test)]
mod tests {
    use crate::vm::{intern, types};

    #[test]
    fn a_vm_starts() {
        super::start();
        assert_eq!(types().bool_.base_class(), Some(types().int));
        assert!(types().module_not_found_error.is_subclass(types().exception));
        assert_eq!(types().list.root_shape.get(), crate::defs::SHAPE_LIST);
        let d = crate::objects::dict::Dict::new();
        for i in 0..100 {
            d.set_str(intern(&format!("k{i}")), crate::value::Value::small_int(i));
        }
        assert_eq!(d.get_text("k57").map(|v| v.unbox_int()), Some(57));
        assert_eq!(d.remove_str(intern("k3")).map(|v| v.unbox_int()), Some(3));
        assert_eq!(d.len(), 99);
    }
}
