//! `_operator`: Python's operators as functions, and the getters and callers of `operator`.

use crate::args::Args;
use crate::error::{R, overflow_error, type_error, value_error};
use crate::heap::Marker;
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeFunction, function, method, raw_function, raw_method};
use crate::objects::class::Class;
use crate::objects::module::Module;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::{BinaryOp, CallFn, CompareOp, NewFn, UnaryFn};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{class_of, intern, names, type_name, types};

pub fn init(module: Gc<Module>) -> R<()> {
    add(module, "__doc__", str::new("Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the expression x+y.  The function names are those\nused for special methods; variants without leading and trailing\n'__' are also provided for convenience.").value());
    add_functions(module, &FUNCTIONS);
    let class =
        |name, doc, new: NewFn, call: CallFn, repr: UnaryFn, methods: &'static [NativeFunction]| {
            let class = native_class::new("operator", name, 0, |class| {
                class.doc.set(doc);
                class.slots.new.set(Some(new));
                class.slots.call.set(Some(call));
                class.slots.repr.set(Some(repr));
                class.add_methods(methods);
            });
            add(module, name, class.value());
        };
    class(
        "attrgetter",
        "Return a callable object that fetches the given attribute(s) from its operand.\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
        new_attrgetter,
        call_attrgetter,
        repr_attrgetter,
        &ATTRGETTER_METHODS,
    );
    class(
        "itemgetter",
        "Return a callable object that fetches the given item(s) from its operand.\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
        new_itemgetter,
        call_itemgetter,
        repr_itemgetter,
        &ITEMGETTER_METHODS,
    );
    class(
        "methodcaller",
        "Return a callable object that calls the given method on its operand.\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
        new_methodcaller,
        call_methodcaller,
        repr_methodcaller,
        &METHODCALLER_METHODS,
    );
    Ok(())
}

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 55] = [
    function("_compare_digest", "($module, a, b, /)", compare_digest, "Return 'a == b'.\n\nThis function uses an approach designed to prevent\ntiming analysis, making it appropriate for cryptography.\n\na and b must both be of the same type: either str (ASCII only),\nor any bytes-like object.\n\nNote: If a and b are of different lengths, or if an error occurs,\na timing attack could theoretically reveal information about the\ntypes and lengths of a and b--but not their values."),
    function("abs", "($module, a, /)", |a| ops::absolute(a[0]), "Same as abs(a)."),
    function("add", "($module, a, b, /)", |a| binary(BinaryOp::Add, a), "Same as a + b."),
    function("and_", "($module, a, b, /)", |a| binary(BinaryOp::And, a), "Same as a & b."),
    raw_function("call", call, "Same as obj(*args, **kwargs)."),
    function("concat", "($module, a, b, /)", concat, "Same as a + b, for a and b sequences."),
    function("contains", "($module, a, b, /)", |a| Ok(Value::bool(ops::contains(a[0], a[1])?)), "Same as b in a (note reversed operands)."),
    function("countOf", "($module, a, b, /)", count_of, "Return the number of items in a which are, or which equal, b."),
    function("delitem", "($module, a, b, /)", delete_item, "Same as del a[b]."),
    function("eq", "($module, a, b, /)", |a| compare(CompareOp::Eq, a), "Same as a == b."),
    function("floordiv", "($module, a, b, /)", |a| binary(BinaryOp::FloorDivide, a), "Same as a // b."),
    function("ge", "($module, a, b, /)", |a| compare(CompareOp::Ge, a), "Same as a >= b."),
    function("getitem", "($module, a, b, /)", |a| ops::getitem(a[0], a[1]), "Same as a[b]."),
    function("gt", "($module, a, b, /)", |a| compare(CompareOp::Gt, a), "Same as a > b."),
    function("iadd", "($module, a, b, /)", |a| inplace(BinaryOp::Add, a), "Same as a += b."),
    function("iand", "($module, a, b, /)", |a| inplace(BinaryOp::And, a), "Same as a &= b."),
    function("iconcat", "($module, a, b, /)", iconcat, "Same as a += b, for a and b sequences."),
    function("ifloordiv", "($module, a, b, /)", |a| inplace(BinaryOp::FloorDivide, a), "Same as a //= b."),
    function("ilshift", "($module, a, b, /)", |a| inplace(BinaryOp::Lshift, a), "Same as a <<= b."),
    function("imatmul", "($module, a, b, /)", |a| inplace(BinaryOp::MatrixMultiply, a), "Same as a @= b."),
    function("imod", "($module, a, b, /)", |a| inplace(BinaryOp::Remainder, a), "Same as a %= b."),
    function("imul", "($module, a, b, /)", |a| inplace(BinaryOp::Multiply, a), "Same as a *= b."),
    function("index", "($module, a, /)", |a| Ok(crate::objects::int::exact(ops::index(a[0])?)), "Same as a.__index__()"),
    function("indexOf", "($module, a, b, /)", index_of, "Return the first index of b in a."),
    function("inv", "($module, a, /)", |a| ops::invert(a[0]), "Same as ~a."),
    function("invert", "($module, a, /)", |a| ops::invert(a[0]), "Same as ~a."),
    function("ior", "($module, a, b, /)", |a| inplace(BinaryOp::Or, a), "Same as a |= b."),
    function("ipow", "($module, a, b, /)", |a| inplace(BinaryOp::Power, a), "Same as a **= b."),
    function("irshift", "($module, a, b, /)", |a| inplace(BinaryOp::Rshift, a), "Same as a >>= b."),
    function("is_", "($module, a, b, /)", |a| Ok(Value::bool(a[0] == a[1])), "Same as a is b."),
    function("is_none", "($module, a, /)", |a| Ok(Value::bool(a[0] == NONE)), "Same as a is None."),
    function("is_not", "($module, a, b, /)", |a| Ok(Value::bool(a[0] != a[1])), "Same as a is not b."),
    function("is_not_none", "($module, a, /)", |a| Ok(Value::bool(a[0] != NONE)), "Same as a is not None."),
    function("isub", "($module, a, b, /)", |a| inplace(BinaryOp::Subtract, a), "Same as a -= b."),
    function("itruediv", "($module, a, b, /)", |a| inplace(BinaryOp::TrueDivide, a), "Same as a /= b."),
    function("ixor", "($module, a, b, /)", |a| inplace(BinaryOp::Xor, a), "Same as a ^= b."),
    function("le", "($module, a, b, /)", |a| compare(CompareOp::Le, a), "Same as a <= b."),
    function("length_hint", "($module, obj, default=0, /)", length_hint, "Return an estimate of the number of items in obj.\n\nThis is useful for presizing containers when building from an iterable.\n\nIf the object supports len(), the result will be exact.\nOtherwise, it may over- or under-estimate by an arbitrary amount.\nThe result will be an integer >= 0."),
    function("lshift", "($module, a, b, /)", |a| binary(BinaryOp::Lshift, a), "Same as a << b."),
    function("lt", "($module, a, b, /)", |a| compare(CompareOp::Lt, a), "Same as a < b."),
    function("matmul", "($module, a, b, /)", |a| binary(BinaryOp::MatrixMultiply, a), "Same as a @ b."),
    function("mod", "($module, a, b, /)", |a| binary(BinaryOp::Remainder, a), "Same as a % b."),
    function("mul", "($module, a, b, /)", |a| binary(BinaryOp::Multiply, a), "Same as a * b."),
    function("ne", "($module, a, b, /)", |a| compare(CompareOp::Ne, a), "Same as a != b."),
    function("neg", "($module, a, /)", |a| ops::negative(a[0]), "Same as -a."),
    function("not_", "($module, a, /)", |a| Ok(Value::bool(!ops::truth(a[0])?)), "Same as not a."),
    function("or_", "($module, a, b, /)", |a| binary(BinaryOp::Or, a), "Same as a | b."),
    function("pos", "($module, a, /)", |a| ops::positive(a[0]), "Same as +a."),
    function("pow", "($module, a, b, /)", |a| binary(BinaryOp::Power, a), "Same as a ** b."),
    function("rshift", "($module, a, b, /)", |a| binary(BinaryOp::Rshift, a), "Same as a >> b."),
    function("setitem", "($module, a, b, c, /)", set_item, "Same as a[b] = c."),
    function("sub", "($module, a, b, /)", |a| binary(BinaryOp::Subtract, a), "Same as a - b."),
    function("truediv", "($module, a, b, /)", |a| binary(BinaryOp::TrueDivide, a), "Same as a / b."),
    function("truth", "($module, a, /)", |a| Ok(Value::bool(ops::truth(a[0])?)), "Return True if a is true, False otherwise."),
    function("xor", "($module, a, b, /)", |a| binary(BinaryOp::Xor, a), "Same as a ^ b."),
];
// -- functions ------------------------------------------------------------------------------------

fn binary(op: BinaryOp, args: &[Value]) -> R {
    ops::binary(op, args[0], args[1])
}
fn inplace(op: BinaryOp, args: &[Value]) -> R {
    ops::inplace(op, args[0], args[1])
}
fn compare(op: CompareOp, args: &[Value]) -> R {
    ops::compare(args[0], args[1], op)
}

/// `a + b` of sequences only.
fn concat(args: &[Value]) -> R {
    concatenate(args[0], args[1], class_of(args[0]).slots.concat.get(), ops::binary_slots)
}
fn iconcat(args: &[Value]) -> R {
    let slots = &class_of(args[0]).slots;
    concatenate(args[0], args[1], slots.inplace_concat.get().or(slots.concat.get()), ops::inplace_slots)
}
fn concatenate(a: Value, b: Value, slot: Option<crate::slots::BinaryFn>, add: fn(BinaryOp, Value, Value) -> R) -> R {
    if let Some(slot) = slot {
        return slot(a, b);
    }
    // Classes written in Python have `__add__` and `__getitem__`.
    let is_sequence = |value: Value| class_of(value).slots.getitem.get().is_some();
    if is_sequence(a) && is_sequence(b) {
        let result = add(BinaryOp::Add, a, b)?;
        if result != NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    Err(type_error(format!("'{}' object can't be concatenated", type_name(a))))
}

fn count_of(args: &[Value]) -> R {
    let iterator = search_in(args[0])?;
    let mut count = 0;
    while let Some(item) = ops::next(iterator)? {
        count += ops::equal(item, args[1])? as i64;
    }
    Ok(Value::int(count))
}
/// `iter()` with the message of searches.
fn search_in(container: Value) -> R {
    ops::iter(container).map_err(|raised| {
        if raised.is(types().type_error) {
            return type_error(format!("argument of type '{}' is not iterable", type_name(container)));
        }
        raised
    })
}

fn index_of(args: &[Value]) -> R {
    let iterator = search_in(args[0])?;
    let mut index = 0;
    while let Some(item) = ops::next(iterator)? {
        if ops::equal(item, args[1])? {
            return Ok(Value::int(index));
        }
        index += 1;
    }
    Err(value_error("sequence.index(x): x not in sequence"))
}

fn set_item(args: &[Value]) -> R {
    ops::setitem(args[0], args[1], args[2])?;
    Ok(NONE)
}
fn delete_item(args: &[Value]) -> R {
    ops::delitem(args[0], args[1])?;
    Ok(NONE)
}

fn length_hint(args: &[Value]) -> R {
    let default = match args[1].option() {
        None => Value::small_int(0),
        Some(default) if crate::objects::int::is_any_int(default) => default,
        Some(default) => {
            let name = type_name(default);
            return Err(type_error(format!("'{name}' object cannot be interpreted as an integer")));
        }
    };
    let object = args[0];
    if class_of(object).slots.len.get().is_some() {
        match ops::len(object) {
            Ok(len) => return Ok(crate::objects::int::from_usize(len)),
            Err(raised) if raised.is(crate::vm::types().type_error) => {}
            Err(raised) => return Err(raised),
        }
    }
    let hint = match ops::call_special(object, names().__length_hint__, &[]) {
        Ok(Some(hint)) if hint != NOT_IMPLEMENTED => hint,
        Ok(_) => return Ok(default),
        Err(raised) if raised.is(crate::vm::types().type_error) => return Ok(default),
        Err(raised) => return Err(raised),
    };
    match crate::objects::int::view(hint) {
        None => {
            Err(type_error(format!("__length_hint__ must be an integer, not {}", type_name(hint))))
        }
        Some(i) if i.is_negative() => Err(value_error("__length_hint__() should return >= 0")),
        Some(crate::objects::int::Int::Small(_)) => Ok(hint),
        Some(_) => Err(overflow_error("cannot fit 'int' into an index-sized integer")),
    }
}

fn call(args: Args<'_>) -> R {
    match args.pos() {
        [] => Err(type_error("call expected at least 1 argument, got 0")),
        [callable, ..] => ops::call(*callable, Args::new(&args.all()[1..], args.names())),
    }
}

/// Takes the same time whether and where the texts differ.
fn compare_digest(args: &[Value]) -> R {
    let (a, b) = (args[0], args[1]);
    if let (Some(a), Some(b)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
        return match (a.as_ascii(), b.as_ascii()) {
            (Some(a), Some(b)) => {
                Ok(Value::bool(equal_in_constant_time(a.as_bytes(), b.as_bytes())))
            }
            _ => Err(type_error("comparing strings with non-ASCII characters is not supported")),
        };
    }
    if !buffer::is_bytes_like(a) && !buffer::is_bytes_like(b) {
        return Err(type_error(format!(
            "unsupported operand types(s) or combination of types: '{}' and '{}'",
            type_name(a),
            type_name(b)
        )));
    }
    let (a, b) = (buffer::view(a)?, buffer::view(b)?);
    Ok(Value::bool(equal_in_constant_time(a.as_slice(), b.as_slice())))
}

fn equal_in_constant_time(a: &[u8], b: &[u8]) -> bool {
    let mut difference = (a.len() != b.len()) as u8;
    let compared = if difference == 0 { a } else { b };
    for (x, y) in compared.iter().zip(b) {
        difference |= core::hint::black_box(x ^ y);
    }
    difference == 0
}

// -- getters and callers --------------------------------------------------------------------------

/// The state of all three: what was given, in a form that a call can use.
struct Getter {
    /// attrgetter: for each name a tuple of its parts; itemgetter: the keys; methodcaller: the name
    /// and arguments.
    items: Gc<Tuple>,
    /// methodcaller: the names of the last of `items`.
    keywords: Option<Gc<Tuple>>,
}

impl NativeObject for Getter {
    fn trace(&self, marker: &mut Marker) {
        marker.object(self.items);
        if let Some(keywords) = self.keywords {
            marker.object(keywords);
        }
    }
}

fn getter(this: Value) -> R<&'static Getter> {
    native::downcast::<Getter>(this)
        .ok_or_else(|| type_error("an object of the module operator is required"))
}

fn new_getter(class: Gc<Class>, args: Args<'_>) -> R<()> {
    if args.kw_len() != 0 {
        return Err(type_error(format!("{}() takes no keyword arguments", class.bare_name())));
    }
    if args.pos().is_empty() {
        return Err(type_error(format!("{} expected 1 argument, got 0", class.bare_name())));
    }
    Ok(())
}

/// The one argument of a call.
fn operand(this: Value, args: Args<'_>) -> R {
    let name = class_of(this).bare_name();
    if args.kw_len() != 0 {
        return Err(type_error(format!("{name}() takes no keyword arguments")));
    }
    match args.pos() {
        [operand] => Ok(*operand),
        other => Err(type_error(format!("{name} expected 1 argument, got {}", other.len()))),
    }
}

/// One result for one item, a tuple for several.
fn get_each(getter: &Getter, mut get: impl FnMut(Value) -> R) -> R {
    let items = getter.items.items();
    if let [item] = items {
        return get(*item);
    }
    let results = crate::objects::list::List::new();
    for &item in items {
        results.push(get(item)?)?;
    }
    Ok(Tuple::from_slice(results.items()).value())
}

fn text_of_call(this: Value, arguments: &[String]) -> R {
    let class = class_of(this);
    let module = class
        .module_name
        .get()
        .downcast::<Str>()
        .map_or_else(String::new, |name| name.to_string_lossy());
    Ok(str::new(&format!("{module}.{}({})", class.bare_name(), arguments.join(", "))).value())
}

fn reduced(this: Value, arguments: Gc<Tuple>) -> R {
    Ok(Tuple::from_slice(&[class_of(this).value(), arguments.value()]).value())
}

// attrgetter

static ATTRGETTER_METHODS: [NativeFunction; 1] = [method(
    "__reduce__",
    "($self, /)",
    |args| reduced(args[0], dotted_names(args[0])?),
    "Return state information for pickling",
)];

fn new_attrgetter(class: Gc<Class>, args: Args<'_>) -> R {
    new_getter(class, args)?;
    let paths = crate::objects::list::List::new();
    for name in args.pos() {
        let Some(name) = name.downcast::<Str>() else {
            return Err(type_error("attribute name must be a string"));
        };
        paths.push(parts_of(name)?.value())?;
    }
    let items = Tuple::from_slice(paths.items());
    Ok(Native::new(class, Getter { items, keywords: None }).value())
}

/// `a.b.c` as interned names.
fn parts_of(name: Gc<Str>) -> R<Gc<Tuple>> {
    let characters: Vec<u32> = name.iter().collect();
    let parts = crate::objects::list::List::new();
    for part in characters.split(|&c| c == '.' as u32) {
        parts.push(str::intern_str(str::from_code_points(part)).value())?;
    }
    Ok(Tuple::from_slice(parts.items()))
}

fn call_attrgetter(this: Value, args: Args<'_>) -> R {
    let object = operand(this, args)?;
    get_each(getter(this)?, |path| {
        let mut at = object;
        for part in path.downcast::<Tuple>().map_or(&[][..], |path| path.items()) {
            at = ops::getattr(at, part.cast::<Str>())?;
        }
        Ok(at)
    })
}

fn dotted_names(this: Value) -> R<Gc<Tuple>> {
    let dotted = crate::objects::list::List::new();
    for path in getter(this)?.items.items() {
        let mut characters: Vec<u32> = Vec::new();
        for (i, part) in
            path.downcast::<Tuple>().map_or(&[][..], |path| path.items()).iter().enumerate()
        {
            if i != 0 {
                characters.push('.' as u32);
            }
            characters.extend(part.cast::<Str>().iter());
        }
        dotted.push(str::from_code_points(&characters).value())?;
    }
    Ok(Tuple::from_slice(dotted.items()))
}

fn reprs(values: &[Value]) -> R<Vec<String>> {
    values.iter().map(|&value| ops::repr_string(value)).collect()
}

fn repr_attrgetter(this: Value) -> R {
    text_of_call(this, &reprs(dotted_names(this)?.items())?)
}

// itemgetter

static ITEMGETTER_METHODS: [NativeFunction; 1] = [method(
    "__reduce__",
    "($self, /)",
    |args| reduced(args[0], getter(args[0])?.items),
    "Return state information for pickling",
)];

fn new_itemgetter(class: Gc<Class>, args: Args<'_>) -> R {
    new_getter(class, args)?;
    let items = Tuple::from_slice(args.pos());
    Ok(Native::new(class, Getter { items, keywords: None }).value())
}

fn call_itemgetter(this: Value, args: Args<'_>) -> R {
    let object = operand(this, args)?;
    get_each(getter(this)?, |key| ops::getitem(object, key))
}

fn repr_itemgetter(this: Value) -> R {
    text_of_call(this, &reprs(getter(this)?.items.items())?)
}

// methodcaller

static METHODCALLER_METHODS: [NativeFunction; 1] =
    [raw_method("__reduce__", reduce_methodcaller, "Return state information for pickling")];

fn new_methodcaller(class: Gc<Class>, args: Args<'_>) -> R {
    let Some(name) = args.pos().first() else {
        return Err(type_error("methodcaller needs at least one argument, the method name"));
    };
    let Some(name) = name.downcast::<Str>() else {
        return Err(type_error("method name must be a string"));
    };
    let first = core::iter::once(str::intern_str(name).value());
    let items =
        Tuple::from_iter_exact(args.all().len(), first.chain(args.all()[1..].iter().copied()));
    Ok(Native::new(class, Getter { items, keywords: args.names() }).value())
}

fn call_methodcaller(this: Value, args: Args<'_>) -> R {
    let object = operand(this, args)?;
    let caller = getter(this)?;
    let [name, arguments @ ..] = caller.items.items() else { return Ok(NONE) };
    ops::call(ops::getattr(object, name.cast::<Str>())?, Args::new(arguments, caller.keywords))
}

/// The positional values (the name first), and the keywords with theirs.
fn parts_of_caller(caller: &Getter) -> (&'static [Value], Vec<(Gc<Str>, Value)>) {
    let arguments = Args::new(caller.items.items(), caller.keywords);
    (arguments.pos(), arguments.kw().collect())
}

fn repr_methodcaller(this: Value) -> R {
    let (positional, keywords) = parts_of_caller(getter(this)?);
    let mut texts = reprs(positional)?;
    for (name, value) in keywords {
        texts.push(format!("{}={}", name.to_string_lossy(), ops::repr_string(value)?));
    }
    text_of_call(this, &texts)
}

/// With keywords: through `functools.partial`, since `__new__` gets positional arguments alone.
fn reduce_methodcaller(args: Args<'_>) -> R {
    let [this, ..] = args.pos() else {
        return Err(type_error("methodcaller.__reduce__() needs an argument"));
    };
    let caller = getter(*this)?;
    let (positional, _) = parts_of_caller(caller);
    let Some(keywords) = caller.keywords else {
        return reduced(*this, Tuple::from_slice(positional));
    };
    let import =
        crate::vm::vm().builtins.get().and_then(|builtins| builtins.get_str(names().__import__));
    let import =
        import.ok_or_else(|| crate::error::system_error("no __import__ among the builtins"))?;
    let functools = ops::call_positional(import, &[str::new("functools").value()])?;
    let partial = ops::getattr(functools, intern("partial"))?;
    let values = &caller.items.items()[positional.len()..];
    let mut given = vec![class_of(*this).value(), positional[0]];
    given.extend_from_slice(values);
    let constructor =
        ops::call(partial, Args::new(Tuple::from_slice(&given).items(), Some(keywords)))?;
    let arguments = Tuple::from_slice(&positional[1..]);
    Ok(Tuple::from_slice(&[constructor, arguments.value()]).value())
}
