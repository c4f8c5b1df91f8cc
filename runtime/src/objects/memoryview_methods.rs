//! memoryview: constructor, slots, attributes, methods.

use crate::args::{Args, Signature};
use crate::error::{R, buffer_error, index_error, not_implemented_error, type_error, value_error};
use crate::heap;
use crate::object::{Field, Gc};
use crate::objects::buffer::{self, Source};
use crate::objects::buffer_items::{itemsize, pack, unpack};
use crate::objects::builtin::{
    NativeAttribute, NativeFunction, class_method, getset, method, new_header, raw_method,
};
use crate::objects::bytes;
use crate::objects::bytes_methods::hex_text;
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::memoryview::{MemoryView, check};
use crate::objects::slice::Slice;
use crate::objects::str::{self, Str};
use crate::objects::subscript::{self, Subscript, slice_index};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::CompareOp;
use crate::value::{NONE, NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{class_of, type_name, types};
use core::cell::{Cell, RefCell};

type Dimensions = Vec<(usize, isize)>;

pub fn init() {
    let class = types().memoryview;
    let slots = &class.slots;
    slots.new.set(Some(new));
    slots.repr.set(Some(repr));
    slots.hash.set(Some(hash));
    slots.compare.set(Some(compare));
    slots.len.set(Some(len));
    slots.getitem.set(Some(getitem));
    slots.item.set(Some(|value, index| getitem(value, Value::int(index as i64))));
    slots.setitem.set(Some(setitem));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

static METHODS: [NativeFunction; 14] = [
    method(
        "__buffer__",
        "($self, flags, /)",
        |args| view_of(args[0]).map(Gc::value),
        "Return a buffer object that exposes the underlying memory of the object.",
    ),
    method(
        "__release_buffer__",
        "($self, buffer, /)",
        |args| release(&args[1..]),
        "Release the buffer object that exposes the underlying memory of the object.",
    ),
    method(
        "release",
        "($self, /)",
        release,
        "Release the underlying buffer exposed by the memoryview object.",
    ),
    method(
        "tobytes",
        "($self, /, order='C')",
        tobytes,
        "Return the data in the buffer as a byte string.",
    ),
    method(
        "hex",
        "($self, /, sep=None, bytes_per_sep=1)",
        hex,
        "Return the data in the buffer as a str of hexadecimal numbers.",
    ),
    method("tolist", "($self, /)", tolist, "Return the data in the buffer as a list of elements."),
    method(
        "cast",
        "($self, /, format, shape=None)",
        cast,
        "Cast a memoryview to a new format or shape.",
    ),
    method("toreadonly", "($self, /)", toreadonly, "Return a readonly version of the memoryview."),
    class_method(
        "_from_flags",
        "($type, /, object, flags)",
        |args| view_of(args[1]).map(Gc::value),
        "Create a new memoryview object which references the given object.",
    ),
    method("count", "($self, value, /)", count, "Count the number of occurrences of a value."),
    method(
        "index",
        "($self, value, start=0, stop=sys.maxsize, /)",
        index,
        "Return the index of the first occurrence of a value.",
    ),
    method("__enter__", "($self, /)", |args| check(this(args)).map(|()| args[0]), ""),
    raw_method(
        "__exit__",
        |args| release(args.pos()),
        "Release the underlying buffer exposed by the memoryview object.",
    ),
    class_method("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
];

static ATTRIBUTES: [NativeAttribute; 12] = [
    getset(
        "obj",
        |value| checked(value, |view| Ok(view.owner.get())),
        None,
        "The underlying object of the memoryview.",
    ),
    getset(
        "nbytes",
        |value| checked(value, |view| Ok(Value::int(view.nbytes() as i64))),
        None,
        "The bytes that tobytes() gives.",
    ),
    getset(
        "readonly",
        |value| checked(value, |view| Ok(Value::bool(view.is_readonly.get()))),
        None,
        "A bool.",
    ),
    getset(
        "itemsize",
        |value| checked(value, |view| Ok(Value::int(view.itemsize.get() as i64))),
        None,
        "Bytes of an item.",
    ),
    getset(
        "format",
        |value| checked(value, |view| Ok(view.format.get())),
        None,
        "The format of each item.",
    ),
    getset(
        "ndim",
        |value| checked(value, |view| Ok(Value::int(view.ndim() as i64))),
        None,
        "The number of dimensions.",
    ),
    getset(
        "shape",
        |value| checked(value, |view| Ok(numbers(&view, |(items, _)| items as i64))),
        None,
        "Items of each dimension.",
    ),
    getset(
        "strides",
        |value| checked(value, |view| Ok(numbers(&view, |(_, step)| step as i64))),
        None,
        "Bytes between items.",
    ),
    getset(
        "suboffsets",
        |value| checked(value, |_| Ok(Tuple::empty().value())),
        None,
        "Always empty here.",
    ),
    getset(
        "c_contiguous",
        |value| checked(value, |view| Ok(Value::bool(view.is_contiguous()))),
        None,
        "A bool.",
    ),
    getset(
        "f_contiguous",
        |value| checked(value, |view| Ok(Value::bool(is_column_major(&view)))),
        None,
        "A bool.",
    ),
    getset(
        "contiguous",
        |value| {
            checked(value, |view| Ok(Value::bool(view.is_contiguous() || is_column_major(&view))))
        },
        None,
        "A bool.",
    ),
];

fn this(args: &[Value]) -> Gc<MemoryView> {
    args[0].cast()
}
fn checked(value: Value, get: impl FnOnce(Gc<MemoryView>) -> R) -> R {
    let view = value.cast::<MemoryView>();
    check(view)?;
    get(view)
}
fn numbers(view: &MemoryView, number: fn((usize, isize)) -> i64) -> Value {
    let dimensions = view.dimensions.borrow().clone();
    Tuple::from_iter_exact(
        dimensions.len(),
        dimensions.into_iter().map(|dimension| Value::int(number(dimension))),
    )
    .value()
}
fn is_column_major(view: &MemoryView) -> bool {
    let mut step = view.itemsize.get() as isize;
    for &(items, own) in view.dimensions.borrow().iter() {
        if items > 1 && own != step {
            return view.items() == 0;
        }
        step *= items as isize;
    }
    true
}

// -- construction --------------------------------------------------------------------------

fn new(_: Gc<Class>, args: Args<'_>) -> R {
    let mut bound = [NULL];
    thread_local!(static SIGNATURE: Signature = Signature::parse("(object)"));
    SIGNATURE.with(|signature| signature.bind("memoryview", args, &mut bound))?;
    view_of(bound[0]).map(Gc::value)
}

/// `memoryview(object)`.
pub fn view_of(object: Value) -> R<Gc<MemoryView>> {
    if let Some(view) = object.downcast::<MemoryView>() {
        check(view)?;
        return Ok(derived(view, view.data.get(), view.dimensions.borrow().clone()));
    }
    match buffer::source(object)? {
        Some(Source::View(view)) => view_of(view),
        Some(Source::Memory(info)) => {
            let items = info.len / info.itemsize.max(1);
            let dimensions = vec![(items, info.itemsize as isize)];
            let format = str::intern(info.format).value();
            Ok(alloc(object, format, info.data, info.itemsize, info.is_readonly, dimensions))
        }
        None => {
            let found = type_name(object);
            Err(type_error(format!("memoryview: a bytes-like object is required, not '{found}'")))
        }
    }
}

fn alloc(
    owner: Value,
    format: Value,
    data: *mut u8,
    itemsize: usize,
    is_readonly: bool,
    dimensions: Dimensions,
) -> Gc<MemoryView> {
    let view = heap::alloc(
        types().memoryview.root_shape.get(),
        MemoryView {
            header: new_header(),
            owner: Field::new(owner),
            format: Field::new(format),
            data: Cell::new(data),
            itemsize: Cell::new(itemsize),
            is_readonly: Cell::new(is_readonly),
            exports: Cell::new(0),
            hash: Cell::new(0),
            dimensions: RefCell::new(dimensions),
        },
    );
    buffer::add_view(view.value(), owner);
    view
}

/// Another view of the same memory.
fn derived(view: Gc<MemoryView>, data: *mut u8, dimensions: Dimensions) -> Gc<MemoryView> {
    alloc(
        view.owner.get(),
        view.format.get(),
        data,
        view.itemsize.get(),
        view.is_readonly.get(),
        dimensions,
    )
}

pub fn release(args: &[Value]) -> R {
    let Some(view) = args[0].downcast::<MemoryView>() else {
        return Err(type_error("expected a memoryview object"));
    };
    if view.is_released() {
        return Ok(NONE);
    }
    let exports = view.exports.get();
    if exports != 0 {
        let plural = if exports == 1 { "" } else { "s" };
        return Err(buffer_error(format!("memoryview has {exports} exported buffer{plural}")));
    }
    buffer::remove_view(view.value());
    view.owner.set(view, NULL);
    Ok(NONE)
}

fn repr(value: Value) -> R {
    let state = if value.cast::<MemoryView>().is_released() { "released " } else { "" };
    Ok(str::new(&format!("<{state}memory at {:#x}>", value.0)).value())
}

fn class_getitem(args: &[Value]) -> R {
    crate::objects::generic_alias::new(args[0], args[1])
}

// -- items -----------------------------------------------------------------------------------

/// The item at an address inside of the view.
fn item_at(view: &MemoryView, at: *mut u8) -> R {
    // SAFETY: addresses come from indices that were checked against the dimensions.
    let item = unsafe { core::slice::from_raw_parts(at, view.itemsize.get()) };
    unpack(&format_of(view), item)
}
fn format_of(view: &MemoryView) -> String {
    view.format.get().downcast::<Str>().map_or_else(String::new, |format| format.to_string_lossy())
}

/// What a subscript selects.
enum Selected {
    Item(*mut u8),
    Slice(*mut u8, Dimensions),
    Itself,
}

fn select(view: Gc<MemoryView>, key: Value) -> R<Selected> {
    check(view)?;
    let dimensions = view.dimensions.borrow().clone();
    if dimensions.is_empty() {
        return match key.downcast::<Tuple>() {
            Some(tuple) if tuple.len() == 0 => Ok(Selected::Item(view.data.get())),
            None if key == crate::value::ELLIPSIS => Ok(Selected::Itself),
            _ => Err(type_error("invalid indexing of 0-dim memory")),
        };
    }
    if let Some(tuple) = key.downcast::<Tuple>()
        && tuple.items().iter().all(|&index| is_index(index))
    {
        return select_item(view, &dimensions, tuple);
    }
    if is_index(key) && dimensions.len() != 1 {
        return Err(not_implemented_error("multi-dimensional sub-views are not implemented"));
    }
    if !is_index(key) && !key.is::<Slice>() {
        if key
            .downcast::<Tuple>()
            .is_some_and(|keys| keys.items().iter().all(|key| key.is::<Slice>()))
        {
            return Err(not_implemented_error("multi-dimensional slicing is not implemented"));
        }
        return Err(type_error("memoryview: invalid slice key"));
    }
    let (items, step) = dimensions[0];
    let resolved =
        subscript::resolve(key, || items, String::new, "index out of bounds on dimension 1")?;
    check(view)?;
    Ok(match resolved {
        Subscript::Index(index) => {
            Selected::Item(view.data.get().wrapping_offset(index as isize * step))
        }
        Subscript::Slice(span) => {
            let mut dimensions = dimensions;
            dimensions[0] = (span.len, step * span.step);
            Selected::Slice(view.data.get().wrapping_offset(span.start as isize * step), dimensions)
        }
    })
}

fn is_index(value: Value) -> bool {
    int::is_any_int(value) || class_of(value).slots.index.get().is_some()
}

fn select_item(view: Gc<MemoryView>, dimensions: &[(usize, isize)], key: Gc<Tuple>) -> R<Selected> {
    if key.len() < dimensions.len() {
        return Err(not_implemented_error("sub-views are not implemented"));
    }
    if key.len() > dimensions.len() {
        let message = format!(
            "cannot index {}-dimension view with {}-element tuple",
            dimensions.len(),
            key.len()
        );
        return Err(type_error(message));
    }
    let mut at = view.data.get();
    for (i, (&index, &(items, step))) in key.items().iter().zip(dimensions).enumerate() {
        let out_of_bounds = || index_error(format!("index out of bounds on dimension {}", i + 1));
        let Some(index) = ops::index_isize(index)? else { return Err(out_of_bounds()) };
        let index = if index < 0 { index + items as isize } else { index };
        if index < 0 || index as usize >= items {
            return Err(out_of_bounds());
        }
        at = at.wrapping_offset(index * step);
    }
    check(view)?;
    Ok(Selected::Item(at))
}

fn getitem(value: Value, key: Value) -> R {
    let view = value.cast::<MemoryView>();
    match select(view, key)? {
        Selected::Item(at) => item_at(&view, at),
        Selected::Slice(data, dimensions) => Ok(derived(view, data, dimensions).value()),
        Selected::Itself => Ok(value),
    }
}

fn setitem(value: Value, key: Value, to: Option<Value>) -> R<()> {
    let view = value.cast::<MemoryView>();
    check(view)?;
    if view.is_readonly.get() {
        return Err(type_error("cannot modify read-only memory"));
    }
    let Some(to) = to else { return Err(type_error("cannot delete memory")) };
    if key.is::<Slice>() && view.ndim() == 1 && !buffer::is_bytes_like(to) {
        return Err(type_error(format!(
            "a bytes-like object is required, not '{}'",
            type_name(to)
        )));
    }
    match select(view, key)? {
        Selected::Item(at) => {
            let packed = pack(&format_of(&view), to)?;
            check(view)?;
            // SAFETY: the address was checked against the dimensions, and the view is not released.
            unsafe { core::ptr::copy_nonoverlapping(packed.as_ptr(), at, view.itemsize.get()) };
            Ok(())
        }
        Selected::Slice(data, dimensions) => assign(view, data, &dimensions, to),
        Selected::Itself => Err(type_error("invalid indexing of 0-dim memory")),
    }
}

fn assign(view: Gc<MemoryView>, data: *mut u8, dimensions: &[(usize, isize)], to: Value) -> R<()> {
    let source = view_of(to)?;
    let size = view.itemsize.get();
    let &[(items, step)] = dimensions else {
        return Err(not_implemented_error(
            "memoryview slice assignments are currently restricted to ndim = 1",
        ));
    };
    let is_alike = source.ndim() == 1
        && source.line().0 == items
        && bare(&format_of(&source)) == bare(&format_of(&view));
    if !is_alike {
        return Err(value_error(
            "memoryview assignment: lvalue and rvalue have different structures",
        ));
    }
    // A copy first: the two may overlap.
    let copy = gather(&source);
    release(&[source.value()])?;
    for (i, item) in copy.chunks_exact(size.max(1)).enumerate() {
        let at = data.wrapping_offset(i as isize * step);
        // SAFETY: `i < items`, which lies in the view.
        unsafe { core::ptr::copy_nonoverlapping(item.as_ptr(), at, size) };
    }
    Ok(())
}

fn bare(format: &str) -> &str {
    format.strip_prefix('@').unwrap_or(format)
}

/// The addresses of all items in C's order.
fn addresses(data: *mut u8, dimensions: &[(usize, isize)], visit: &mut dyn FnMut(*mut u8)) {
    match dimensions.split_first() {
        None => visit(data),
        Some((&(items, step), rest)) => {
            (0..items)
                .for_each(|i| addresses(data.wrapping_offset(i as isize * step), rest, visit));
        }
    }
}

/// The bytes of all items in C's order.
pub fn gather(view: &MemoryView) -> Vec<u8> {
    let size = view.itemsize.get();
    let dimensions = view.dimensions.borrow().clone();
    let mut out = Vec::with_capacity(view.nbytes());
    addresses(view.data.get(), &dimensions, &mut |at| {
        // SAFETY: the dimensions say where items are.
        out.extend_from_slice(unsafe { core::slice::from_raw_parts(at, size) });
    });
    out
}

fn len(value: Value) -> R<usize> {
    let view = value.cast::<MemoryView>();
    check(view)?;
    if view.ndim() == 0 { Err(type_error("0-dim memory has no length")) } else { Ok(view.line().0) }
}

// -- comparison, hash ----------------------------------------------------------------------

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(NOT_IMPLEMENTED);
    }
    let answer = |is_equal: bool| Ok(Value::bool(is_equal == (op == CompareOp::Eq)));
    let a = left.cast::<MemoryView>();
    if a.is_released() {
        return answer(left == right);
    }
    if right.downcast::<MemoryView>().is_some_and(|b| b.is_released()) {
        return answer(false);
    }
    if !buffer::is_bytes_like(right) {
        return Ok(NOT_IMPLEMENTED);
    }
    let b = view_of(right)?;
    let result = equal_items(a, b);
    if right != b.value() {
        release(&[b.value()])?;
    }
    answer(result?)
}

fn equal_items(a: Gc<MemoryView>, b: Gc<MemoryView>) -> R<bool> {
    let shape = |view: &MemoryView| {
        view.dimensions.borrow().iter().map(|&(items, _)| items).collect::<Vec<_>>()
    };
    if shape(&a) != shape(&b) {
        return Ok(false);
    }
    let (format_a, format_b) = (format_of(&a), format_of(&b));
    let is_float = matches!(bare(&format_a), "f" | "d" | "e");
    if itemsize(&format_a).is_none() || itemsize(&format_b).is_none() {
        return Ok(false);
    }
    let (bytes_a, bytes_b) = (gather(&a), gather(&b));
    if bare(&format_a) == bare(&format_b) && !is_float && bare(&format_a) != "?" {
        return Ok(bytes_a == bytes_b);
    }
    let items = bytes_a.chunks_exact(a.itemsize.get()).zip(bytes_b.chunks_exact(b.itemsize.get()));
    for (x, y) in items {
        if !ops::compare_bool(unpack(&format_a, x)?, unpack(&format_b, y)?, CompareOp::Eq)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn hash(value: Value) -> R<i64> {
    let view = value.cast::<MemoryView>();
    if view.hash.get() != 0 {
        return Ok(view.hash.get());
    }
    check(view)?;
    if !view.is_readonly.get() {
        return Err(value_error("cannot hash writable memoryview object"));
    }
    if !matches!(bare(&format_of(&view)), "B" | "b" | "c") {
        return Err(value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    ops::hash(view.owner.get())?;
    let hash = bytes::new(&gather(&view)).hash();
    view.hash.set(hash);
    Ok(hash)
}

// -- methods ------------------------------------------------------------------------------

fn tobytes(args: &[Value]) -> R {
    check(this(args))?;
    let order = match ops::given(args[1]) {
        None => "C".to_string(),
        Some(order) => match order.downcast::<Str>() {
            Some(order) => order.to_string_lossy(),
            None => {
                let found = type_name(order);
                return Err(type_error(format!(
                    "tobytes() argument 'order' must be str or None, not {found}"
                )));
            }
        },
    };
    let view = this(args);
    match order.as_str() {
        "C" => bytes::try_new(&gather(&view)).map(Gc::value),
        "A" if !is_column_major(&view) => bytes::try_new(&gather(&view)).map(Gc::value),
        "F" | "A" => {
            let size = view.itemsize.get();
            let shape: Vec<usize> =
                view.dimensions.borrow().iter().map(|&(items, _)| items).collect();
            bytes::try_new(&transposed(&gather(&view), &shape, size)).map(Gc::value)
        }
        _ => Err(value_error("order must be 'C', 'F' or 'A'")),
    }
}

/// From C's order to Fortran's.
fn transposed(items: &[u8], shape: &[usize], size: usize) -> Vec<u8> {
    let mut out = vec![0; items.len()];
    for (i, item) in items.chunks_exact(size.max(1)).enumerate() {
        let (mut rest, mut at, mut weight) = (i, 0, shape.iter().product::<usize>());
        for &len in shape.iter().rev() {
            weight /= len;
            at += rest % len * weight;
            rest /= len;
        }
        out[at * size..(at + 1) * size].copy_from_slice(item);
    }
    out
}

fn hex(args: &[Value]) -> R {
    check(this(args))?;
    hex_text(&gather(&this(args)), args[1], args[2])
}

fn tolist(args: &[Value]) -> R {
    let view = this(args);
    check(view)?;
    let dimensions = view.dimensions.borrow().clone();
    items_of(&view, view.data.get(), &dimensions)
}
fn items_of(view: &MemoryView, data: *mut u8, dimensions: &[(usize, isize)]) -> R {
    let Some((&(items, step), rest)) = dimensions.split_first() else { return item_at(view, data) };
    let list = List::new();
    for i in 0..items {
        list.push(items_of(view, data.wrapping_offset(i as isize * step), rest)?)?;
    }
    Ok(list.value())
}

fn toreadonly(args: &[Value]) -> R {
    let view = this(args);
    check(view)?;
    let result = derived(view, view.data.get(), view.dimensions.borrow().clone());
    result.is_readonly.set(true);
    Ok(result.value())
}

fn cast(args: &[Value]) -> R {
    let view = this(args);
    check(view)?;
    let Some(format) = args[1].downcast::<Str>() else {
        return Err(type_error(format!(
            "cast() argument 'format' must be str, not {}",
            type_name(args[1])
        )));
    };
    if !view.is_contiguous() {
        return Err(type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let shape = args[2].option();
    if (shape.is_some() || view.ndim() != 1)
        && view.dimensions.borrow().iter().any(|&(items, step)| items == 0 || step == 0)
    {
        return Err(type_error("memoryview: cannot cast view with zeros in shape or strides"));
    }
    let shape = shape.map(shape_values).transpose()?;
    if let Some(shape) = shape
        && shape.len() != 1
        && view.ndim() != 1
    {
        return Err(type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let (old, new) = (format_of(&view), format.to_string_lossy());
    let Some(size) = itemsize(&new) else {
        return Err(value_error(
            "memoryview: destination format must be a native single character format \
             prefixed with an optional '@'",
        ));
    };
    if itemsize(&old).is_none() {
        return Err(value_error(
            "memoryview: source format must be a native single character format \
             prefixed with an optional '@'",
        ));
    }
    let is_byte = |format: &str| matches!(bare(format), "B" | "b" | "c");
    if !is_byte(&old) && !is_byte(&new) {
        return Err(type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let nbytes = view.nbytes();
    if nbytes % size != 0 {
        return Err(type_error("memoryview: length is not a multiple of itemsize"));
    }
    let dimensions = match shape {
        None => vec![(nbytes / size, size as isize)],
        Some(shape) => shaped(&shape_items(shape)?, size, nbytes)?,
    };
    let result = derived(view, view.data.get(), dimensions);
    result.format.set(result, str::intern_str(format).value());
    result.itemsize.set(size);
    Ok(result.value())
}

fn shape_values(shape: Value) -> R<Gc<Tuple>> {
    let values = match (shape.downcast::<List>(), shape.downcast::<Tuple>()) {
        (Some(list), _) => Tuple::from_slice(list.items()),
        (_, Some(tuple)) => tuple,
        _ => return Err(type_error("shape must be a list or a tuple")),
    };
    if values.len() > 64 {
        return Err(value_error("memoryview: number of dimensions must not exceed 64"));
    }
    Ok(values)
}

fn shape_items(shape: Gc<Tuple>) -> R<Vec<usize>> {
    let number = |&item: &Value| {
        if !int::is_any_int(item) {
            return Err(type_error("memoryview.cast(): elements of shape must be integers"));
        }
        match int::to_i64(item) {
            Some(items) if items > 0 => Ok(items as usize),
            _ => Err(value_error("memoryview.cast(): elements of shape must be integers > 0")),
        }
    };
    shape.items().iter().map(number).collect()
}

fn shaped(shape: &[usize], size: usize, nbytes: usize) -> R<Dimensions> {
    let total = shape.iter().try_fold(size, |total, &items| total.checked_mul(items));
    if total != Some(nbytes) {
        return Err(type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    let mut step = size as isize;
    let mut dimensions: Dimensions = shape.iter().map(|&items| (items, 0)).collect();
    for dimension in dimensions.iter_mut().rev() {
        dimension.1 = step;
        step *= dimension.0 as isize;
    }
    Ok(dimensions)
}

fn require_line(view: Gc<MemoryView>) -> R<()> {
    check(view)?;
    match view.ndim() {
        1 => Ok(()),
        0 => Err(type_error("invalid indexing of 0-dim memory")),
        _ => Err(not_implemented_error("multi-dimensional sub-views are not implemented")),
    }
}

fn matches(view: Gc<MemoryView>, index: usize, value: Value) -> R<bool> {
    let item = getitem(view.value(), Value::int(index as i64))?;
    Ok(item == value && !item.is_float() || ops::compare_bool(item, value, CompareOp::Eq)?)
}

fn count(args: &[Value]) -> R {
    let view = this(args);
    require_line(view)?;
    let mut found = 0;
    for i in 0..view.line().0 {
        found += matches(view, i, args[1])? as i64;
    }
    Ok(Value::int(found))
}

fn index(args: &[Value]) -> R {
    let view = this(args);
    require_line(view)?;
    let len = view.line().0 as isize;
    let clip = |i: isize| if i < 0 { (i + len).max(0) } else { i.min(len) };
    let bound = |value: Value| {
        if !is_index(value) {
            return Err(type_error("slice indices must be integers or have an __index__ method"));
        }
        slice_index(value)
    };
    let start = args[2].option().map_or(Ok(0), bound)?;
    let stop = args[3].option().map_or(Ok(isize::MAX), bound)?;
    for i in clip(start.max(-len))..clip(stop.max(-len)) {
        if matches(view, i as usize, args[1])? {
            return Ok(Value::int(i as i64));
        }
    }
    Err(value_error("memoryview.index(x): x not found"))
}
