//! code as Python sees it: attributes, lines and positions, `replace()`. Not here: the struct and decoding (`code.rs`).

use crate::args::Args;
use crate::error::{R, index_error, not_implemented_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, method, raw_method};
use crate::objects::bytes::{self, Bytes};
use crate::objects::code::{self, Code, flags, slot};
use crate::objects::list::List;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::slots::CompareOp;
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{type_name, types};

static MEMBERS: [NativeAttribute; 13] = [
    member("co_argcount", |v| Ok(Value::int(this(v)?.argcount.get() as i64)), None, ""),
    member("co_posonlyargcount", |v| Ok(Value::int(this(v)?.posonlyargcount.get() as i64)), None, ""),
    member("co_kwonlyargcount", |v| Ok(Value::int(this(v)?.kwonlyargcount.get() as i64)), None, ""),
    member("co_stacksize", |v| Ok(Value::int(this(v)?.stacksize.get() as i64)), None, ""),
    member("co_flags", |v| Ok(Value::int(this(v)?.flags.get() as i64)), None, ""),
    member("co_names", |v| { let code = this(v)?; code.make_tuples()?; Ok(code.name_tuple.get()) }, None, ""),
    member("co_filename", |v| Ok(this(v)?.filename.get()), None, ""),
    member("co_name", |v| Ok(this(v)?.name.get()), None, ""),
    member("co_qualname", |v| Ok(this(v)?.qualname.get()), None, ""),
    member("co_firstlineno", |v| Ok(Value::int(this(v)?.firstlineno.get() as i64)), None, ""),
    member("co_linetable", |v| Ok(bytes::new(this(v)?.line_table()).value()), None, ""),
    member("co_exceptiontable", |v| Ok(bytes::new(this(v)?.exception_table()?).value()), None, ""),
    member("co_consts", |v| { let code = this(v)?; code.make_tuples()?; Ok(code.const_tuple.get()) }, None, ""),
];
static ATTRIBUTES: [NativeAttribute; 7] = [
    getset("co_nlocals", |v| Ok(Value::int(variables(this(v)?, slot::LOCAL)?.len() as i64)), None, ""),
    getset("co_varnames", |v| Ok(variables(this(v)?, slot::LOCAL)?.value()), None, ""),
    getset("co_cellvars", |v| Ok(variables(this(v)?, slot::CELL)?.value()), None, ""),
    getset("co_freevars", |v| Ok(variables(this(v)?, slot::FREE)?.value()), None, ""),
    getset("co_code", |v| Ok(bytes::new(this(v)?.bytecode()?).value()), None, ""),
    getset("_co_code_adaptive", |v| Ok(bytes::new(this(v)?.bytecode()?).value()), None, ""),
    getset("co_lnotab", lnotab, None, ""),
];
static METHODS: [NativeFunction; 6] = [
    method("co_lines", "($self, /)", |a| crate::ops::iter(lines(this(a[0])?)?.value()), ""),
    method("co_positions", "($self, /)", |a| crate::ops::iter(positions(this(a[0])?)?.value()), ""),
    method("co_branches", "($self, /)", |_| Err(not_implemented_error("co_branches() is not supported")), ""),
    method("_varname_from_oparg", "($self, /, oparg)", variable_name, ""),
    raw_method("replace", replace, "Return a copy of the code object with new values for the specified fields."),
    raw_method("__replace__", replace, "The same as replace()."),
];

pub fn init() {
    let class = types().code;
    class.doc.set("Create a code object.  Not for mere mortals.");
    class.slots.new.set(Some(|_, _| Err(not_implemented_error("code objects are made by compile() and code.replace()"))));
    class.slots.repr.set(Some(|value| {
        let code = this(value)?;
        let (name, file) = (crate::ops::str_string(code.name.get())?, crate::ops::str_string(code.filename.get())?);
        let line = code.firstlineno.get() as i32;
        let line = if line == 0 { -1 } else { line };
        Ok(str::new(&format!("<code object {name} at {:#x}, file \"{file}\", line {line}>", value.0)).value())
    }));
    class.slots.compare.set(Some(compare));
    class.slots.hash.set(Some(|value| {
        let code = this(value)?;
        let fields = [&code.argcount, &code.posonlyargcount, &code.kwonlyargcount, &code.flags, &code.firstlineno, &code.stacksize];
        let bytes = [code.bytecode()?, code.line_table(), code.exception_table()?].into_iter().flatten().map(|&b| b as u32);
        let mix = |hash: i64, n: u32| hash.wrapping_mul(1_000_003) ^ n as i64;
        let mixed = fields.iter().map(|field| field.get()).chain(bytes).fold(crate::ops::hash(code.name.get())?, mix);
        Ok(if mixed == -1 { -2 } else { mixed })
    }));
    class.add_attributes(&MEMBERS);
    class.add_attributes(&ATTRIBUTES);
    class.add_methods(&METHODS);
}

fn this(value: Value) -> R<Gc<Code>> {
    value.downcast::<Code>().ok_or_else(|| type_error(format!("a code object is expected, not '{}'", type_name(value))))
}
/// The names of the variables of a kind, in order.
fn variables(code: Gc<Code>, kind: u8) -> R<Gc<Tuple>> {
    code.make_tuples()?;
    let names = code.localsplus_names.get().downcast::<Tuple>().map_or(&[][..], |names| names.items());
    let found: Vec<Value> = names.iter().zip(code.slot_kinds()).filter(|(_, own)| *own & kind != 0).map(|(name, _)| *name).collect();
    Ok(Tuple::from_slice(&found))
}
fn variable_name(args: &[Value]) -> R {
    let code = this(args[0])?;
    code.make_tuples()?;
    let index = crate::objects::int::index_to_i64(args[1])?;
    let names = code.localsplus_names.get().downcast::<Tuple>();
    usize::try_from(index)
        .ok()
        .and_then(|index| names.and_then(|names| names.items().get(index).copied()))
        .ok_or_else(|| index_error("tuple index out of range"))
}

// -- lines -----------------------------------------------------------------------------

fn or_none(number: i32) -> Value {
    if number < 0 { NONE } else { Value::int(number as i64) }
}
/// One tuple a code unit.
fn positions(code: Gc<Code>) -> R<Gc<List>> {
    let list = List::new();
    for (start, end, position) in code.positions() {
        let parts = [position.line, position.end_line, position.column, position.end_column].map(or_none);
        let tuple = Tuple::from_slice(&parts).value();
        for _ in start..end {
            list.push(tuple)?;
        }
    }
    Ok(list)
}
/// (first byte, byte after the last, line), neighbours of one line joined.
fn line_ranges(code: Gc<Code>) -> Vec<(u32, u32, i32)> {
    let mut ranges: Vec<(u32, u32, i32)> = Vec::new();
    for (start, end, position) in code.positions() {
        match ranges.last_mut() {
            Some(last) if last.2 == position.line => last.1 = end * 2,
            _ => ranges.push((start * 2, end * 2, position.line)),
        }
    }
    ranges
}
fn lines(code: Gc<Code>) -> R<Gc<List>> {
    let list = List::new();
    for (start, end, line) in line_ranges(code) {
        list.push(Tuple::from_slice(&[Value::int(start as i64), Value::int(end as i64), or_none(line)]).value())?;
    }
    Ok(list)
}
/// The old table of (byte, line) steps.
fn lnotab(value: Value) -> R {
    crate::warn::deprecated("co_lnotab is deprecated, use co_lines instead.")?;
    let code = this(value)?;
    let mut table = Vec::new();
    let (mut at, mut line) = (0u32, code.firstlineno.get() as i32);
    for (start, _, next) in line_ranges(code) {
        if next < 0 || next == line {
            continue;
        }
        let (mut bytes, mut step) = (start - at, next - line);
        while bytes > 255 {
            table.extend([255, 0]);
            bytes -= 255;
        }
        while !(-128..=127).contains(&step) {
            let part = step.clamp(-128, 127);
            table.extend([bytes as u8, part as i8 as u8]);
            (bytes, step) = (0, step - part);
        }
        table.extend([bytes as u8, step as i8 as u8]);
        (at, line) = (start, next);
    }
    Ok(bytes::new(&table).value())
}

// -- comparison ------------------------------------------------------------------------

fn compare(a: Value, b: Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (a.downcast::<Code>(), b.downcast::<Code>()) else { return Ok(NOT_IMPLEMENTED) };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(NOT_IMPLEMENTED);
    }
    Ok(Value::bool(equal(x, y)? == (op == CompareOp::Eq)))
}
fn equal(x: Gc<Code>, y: Gc<Code>) -> R<bool> {
    if x == y {
        return Ok(true);
    }
    let numbers = |code: Gc<Code>| {
        [&code.argcount, &code.posonlyargcount, &code.kwonlyargcount, &code.flags, &code.firstlineno, &code.stacksize].map(|n| n.get())
    };
    if numbers(x) != numbers(y) {
        return Ok(false);
    }
    if x.bytecode()? != y.bytecode()?
        || x.line_table() != y.line_table()
        || x.exception_table()? != y.exception_table()?
        || x.slot_kinds() != y.slot_kinds()
    {
        return Ok(false);
    }
    x.make_tuples()?;
    y.make_tuples()?;
    let values = |code: Gc<Code>| [&code.name, &code.name_tuple, &code.localsplus_names].map(|field| field.get());
    for (p, q) in values(x).into_iter().zip(values(y)) {
        if !crate::ops::equal(p, q)? {
            return Ok(false);
        }
    }
    same_constant(x.const_tuple.get(), y.const_tuple.get())
}
/// Equal and of one type: 1, 1.0 and True are different constants.
fn same_constant(x: Value, y: Value) -> R<bool> {
    crate::vm::check_native_stack(" in comparison")?;
    if crate::vm::class_of(x) != crate::vm::class_of(y) {
        return Ok(false);
    }
    if x.is_float() {
        return Ok(x.unbox_float().to_bits() == y.unbox_float().to_bits());
    }
    if let (Some(x), Some(y)) = (x.downcast::<Tuple>(), y.downcast::<Tuple>()) {
        if x.len() != y.len() {
            return Ok(false);
        }
        for (&x, &y) in x.items().iter().zip(y.items()) {
            if !same_constant(x, y)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    crate::ops::equal(x, y)
}

// -- replace ---------------------------------------------------------------------------

/// A copy with other values for some fields. What hangs on the bytecode (sizes, kinds of variables) stays; a copy with other bytecode
/// cannot be run.
fn replace(args: Args<'_>) -> R {
    let (value, rest) = crate::objects::support::split_self(args, "replace")?;
    if !rest.pos().is_empty() {
        return Err(type_error("replace() takes no positional arguments"));
    }
    let old = this(value)?;
    old.make_tuples()?;
    let new = code::copy(old)?;
    new.details.is_copy.set(true);
    new.make_tuples()?;
    new.filename.set(new, old.filename.get());
    new.name.set(new, old.name.get());
    new.qualname.set(new, old.qualname.get());
    set_constants(new, old.const_tuple.get())?;
    set_names(new, old.name_tuple.get())?;
    new.localsplus_names.set(new, old.localsplus_names.get());
    let mut line_table = old.details.linetable.get().cloned();
    let mut replaced = code::Replaced { code: old.bytecode()?.into(), exceptiontable: old.exception_table()?.into() };
    for (from, to) in [
        (&old.argcount, &new.argcount),
        (&old.posonlyargcount, &new.posonlyargcount),
        (&old.kwonlyargcount, &new.kwonlyargcount),
        (&old.flags, &new.flags),
        (&old.firstlineno, &new.firstlineno),
    ] {
        to.set(from.get());
    }
    for (name, value) in rest.kw() {
        match &*name.to_string_lossy() {
            "co_linetable" => line_table = Some(raw("co_linetable", value)?),
            "co_code" => replaced.code = raw("co_code", value)?,
            "co_exceptiontable" => replaced.exceptiontable = raw("co_exceptiontable", value)?,
            name => set_field(old, new, name, value)?,
        }
    }
    if replaced.code.len() % 2 != 0 {
        return Err(value_error("code: co_code is malformed"));
    }
    let record = old.record()?;
    if *replaced.code != *record.code || *replaced.exceptiontable != *record.exceptiontable {
        let _ = new.details.replaced.set(replaced);
    }
    if let Some(table) = line_table {
        let _ = new.details.linetable.set(table);
    }
    check(old, new)?;
    Ok(new.value())
}
/// The bytecode is the old one: what it refers to must be there.
fn check(old: Gc<Code>, new: Gc<Code>) -> R<()> {
    let items = |field: &crate::object::Field<Value>| field.get().downcast::<Tuple>().map_or(&[][..], |tuple| tuple.items());
    let (constants, given) = (items(&old.const_tuple), items(&new.const_tuple));
    let is_other = |(old, new): (&Value, &Value)| match (old.downcast::<Code>(), new.downcast::<Code>()) {
        (Some(old), Some(new)) => free_variables(old) != free_variables(new),
        (Some(_), None) => true,
        _ => false,
    };
    if given.len() < constants.len() || constants.iter().zip(given).any(is_other) {
        return Err(value_error("code: co_consts lacks constants that the bytecode refers to"));
    }
    if items(&new.name_tuple).len() < items(&old.name_tuple).len() {
        return Err(value_error("code: co_names lacks names that the bytecode refers to"));
    }
    if new.posonlyargcount.get() > new.argcount.get() {
        return Err(crate::error::system_error("code: co_posonlyargcount is greater than co_argcount"));
    }
    let rest = [flags::VARARGS, flags::VARKEYWORDS].into_iter().filter(|flag| new.has_flag(*flag)).count();
    let parameters = (new.argcount.get() as usize).saturating_add(new.kwonlyargcount.get() as usize).saturating_add(rest);
    if parameters > variables(old, slot::LOCAL)?.len() {
        return Err(value_error("code: varnames is too small"));
    }
    // How the frame of a call is made and left hangs on the bytecode.
    let fixed = flags::OPTIMIZED | flags::NEWLOCALS;
    if (old.flags.get() ^ new.flags.get()) & fixed != 0 {
        return Err(not_implemented_error("code.replace() of CO_OPTIMIZED and CO_NEWLOCALS is not supported"));
    }
    Ok(())
}
fn free_variables(code: Gc<Code>) -> usize {
    code.slot_kinds().iter().filter(|kind| *kind & slot::FREE != 0).count()
}
fn number(name: &str, value: Value) -> R<u32> {
    let number = crate::objects::int::index_to_i64(value)?;
    u32::try_from(number).map_err(|_| crate::error::value_error(format!("code: {name} must be a non-negative integer")))
}
fn text(name: &str, value: Value) -> R {
    if value.is::<Str>() { Ok(value) } else { Err(wrong_type(name, "str", value)) }
}
fn wrong_type(name: &str, expected: &str, value: Value) -> crate::error::Raised {
    let found = if value.is_none() { "None".into() } else { type_name(value) };
    type_error(format!("replace() argument '{name}' must be {expected}, not {found}"))
}
fn raw(name: &str, value: Value) -> R<Box<[u8]>> {
    Ok(value.downcast::<Bytes>().ok_or_else(|| wrong_type(name, "bytes", value))?.as_slice().into())
}
fn tuple(name: &str, value: Value) -> R<Gc<Tuple>> {
    value.downcast::<Tuple>().ok_or_else(|| wrong_type(name, "tuple", value))
}
fn set_constants(code: Gc<Code>, constants: Value) -> R<()> {
    let constants = tuple("co_consts", constants)?;
    code.const_tuple.set(code, constants.value());
    code.consts.set(constants.items().as_ptr());
    Ok(())
}
fn set_names(code: Gc<Code>, names: Value) -> R<()> {
    let names = tuple("co_names", names)?;
    let interned: Vec<Value> = names
        .items()
        .iter()
        .filter_map(|name| name.downcast::<Str>())
        .map(|name| str::intern_str(name).value())
        .collect();
    if interned.len() != names.len() {
        return Err(type_error("name tuples must contain only strings"));
    }
    let names = Tuple::from_slice(&interned);
    code.name_tuple.set(code, names.value());
    code.names.set(names.items().as_ptr());
    Ok(())
}
/// Names of the variables of a kind, as many as there are.
fn set_variables(code: Gc<Code>, name: &str, kind: u8, value: Value) -> R<()> {
    let given = tuple(name, value)?;
    let kinds = code.slot_kinds();
    let mut given_names = given.items().iter();
    if given.len() != kinds.iter().filter(|own| *own & kind != 0).count() {
        return Err(not_implemented_error(format!("code.replace() with another number of {name} is not supported")));
    }
    let all = code.localsplus_names.get().downcast::<Tuple>().map_or(&[][..], |names| names.items());
    let new: Vec<Value> = all
        .iter()
        .zip(kinds)
        .map(|(&old, own)| if own & kind != 0 { given_names.next().copied().unwrap_or(old) } else { old })
        .collect();
    code.localsplus_names.set(code, Tuple::from_slice(&new).value());
    Ok(())
}
fn set_field(old: Gc<Code>, new: Gc<Code>, name: &str, value: Value) -> R<()> {
    match name {
        "co_name" => new.name.set(new, text(name, value)?),
        "co_qualname" => new.qualname.set(new, text(name, value)?),
        "co_filename" => new.filename.set(new, text(name, value)?),
        "co_consts" => set_constants(new, value)?,
        "co_names" => set_names(new, value)?,
        "co_varnames" => set_variables(new, name, slot::LOCAL, value)?,
        "co_cellvars" => set_variables(new, name, slot::CELL, value)?,
        "co_freevars" => set_variables(new, name, slot::FREE, value)?,
        "co_argcount" => new.argcount.set(number(name, value)?),
        "co_posonlyargcount" => new.posonlyargcount.set(number(name, value)?),
        "co_kwonlyargcount" => new.kwonlyargcount.set(number(name, value)?),
        "co_flags" => new.flags.set(number(name, value)?),
        "co_firstlineno" => new.firstlineno.set(number(name, value)?),
        "co_nlocals" if crate::objects::int::to_i64(value) == Some(variables(old, slot::LOCAL)?.len() as i64) => {}
        "co_stacksize" if crate::objects::int::to_i64(value).is_some_and(|size| size <= old.stacksize.get() as i64) => {}
        "co_nlocals" | "co_stacksize" => {
            return Err(not_implemented_error(format!("code.replace() of {name} is not supported")));
        }
        _ => return Err(type_error(format!("replace() got an unexpected keyword argument '{name}'"))),
    }
    Ok(())
}
