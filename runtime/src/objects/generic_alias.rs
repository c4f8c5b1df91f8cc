//! `list[int]`: types.GenericAlias, and the substitution of type variables that unions share.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, method};
use crate::objects::class::Class;
use crate::objects::list::List;
use crate::objects::native::{Native, NativeObject, downcast};
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::slots::CompareOp;
use crate::value::{ELLIPSIS, NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{class_of, intern, names, type_name, types};
use core::cell::Cell;

pub struct GenericAlias {
    origin: Value,
    args: Gc<Tuple>,
    parameters: Cell<Option<Gc<Tuple>>>,
    /// `*tuple[int]`.
    starred: bool,
}

impl NativeObject for GenericAlias {
    fn trace(&self, m: &mut Marker) {
        m.value(self.origin);
        m.object(self.args);
        if let Some(parameters) = self.parameters.get() {
            m.object(parameters);
        }
    }
}

static METHODS: [NativeFunction; 5] = [
    method("__mro_entries__", "($self, bases, /)", |a| Ok(Tuple::from_slice(&[this(a[0])?.origin]).value()), ""),
    method("__instancecheck__", "($self, instance, /)", |_| Err(type_error("isinstance() argument 2 cannot be a parameterized generic")), ""),
    method("__subclasscheck__", "($self, subclass, /)", |_| Err(type_error("issubclass() argument 2 cannot be a parameterized generic")), ""),
    method("__reduce__", "($self, /)", reduce, ""),
    method("__dir__", "($self, /)", dir, ""),
];
static ATTRIBUTES: [NativeAttribute; 5] = [
    member("__origin__", |v| Ok(this(v)?.origin), None, ""),
    member("__args__", |v| Ok(this(v)?.args.value()), None, ""),
    member("__unpacked__", |v| Ok(Value::bool(this(v)?.starred)), None, ""),
    getset("__parameters__", |v| Ok(parameters(v)?.value()), None, "Type variables in the GenericAlias."),
    getset("__typing_unpacked_tuple_args__", unpacked_args, None, ""),
];

pub fn init() {
    let class = types().generic_alias;
    class.doc.set("Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).");
    let slots = &class.slots;
    slots.new.set(Some(|class, args| {
        let args = args.no_keywords("GenericAlias")?;
        if args.len() != 2 {
            return Err(type_error(format!("GenericAlias expected 2 arguments, got {}", args.len())));
        }
        Ok(make(class, args[0], args[1], false))
    }));
    slots.repr.set(Some(repr));
    slots.call.set(Some(call));
    slots.getattr.set(Some(getattribute));
    slots.getitem.set(Some(getitem));
    slots.compare.set(Some(compare));
    slots.hash.set(Some(|value| {
        let this = this(value)?;
        let hash = crate::ops::hash(this.origin)? ^ crate::ops::hash(this.args.value())?;
        Ok(if hash == -1 { -2 } else { hash })
    }));
    slots.iter.set(Some(iter));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

fn this(value: Value) -> R<&'static GenericAlias> {
    downcast::<GenericAlias>(value).ok_or_else(|| type_error("a generic alias is expected"))
}

/// `origin[item]`.
pub fn new(origin: Value, item: Value) -> R {
    Ok(make(types().generic_alias, origin, item, false))
}
fn make(class: Gc<Class>, origin: Value, item: Value, starred: bool) -> Value {
    let args = item.downcast::<Tuple>().unwrap_or_else(|| Tuple::from_slice(&[item]));
    Native::new(class, GenericAlias { origin, args, parameters: Cell::new(None), starred }).value()
}

// -- text ------------------------------------------------------------------------------

/// A type in the text of an alias or a union: its qualified name, or its repr.
pub fn item_text(item: Value) -> R<String> {
    if item == ELLIPSIS {
        return Ok("...".to_string());
    }
    let is_alias = downcast::<GenericAlias>(item).is_some();
    if !is_alias
        && crate::ops::getattr_opt(item, names().__origin__)?.is_none_or(|_| item.is::<Class>())
        && let Some(qualname) = crate::ops::getattr_opt(item, names().__qualname__)?
        && let Some(module) = crate::ops::getattr_opt(item, names().__module__)?
        && !module.is_none()
        && item.is::<Class>()
    {
        let (qualname, module) = (crate::ops::str_string(qualname)?, crate::ops::str_string(module)?);
        return Ok(if module == "builtins" { qualname } else { format!("{module}.{qualname}") });
    }
    crate::ops::repr_string(item)
}
fn repr(value: Value) -> R {
    let this = this(value)?;
    let mut text = String::new();
    if this.starred {
        text.push('*');
    }
    text.push_str(&item_text(this.origin)?);
    let mut items = Vec::new();
    for &item in this.args.items() {
        items.push(match item.downcast::<List>() {
            // A ParamSpec's list of types.
            Some(list) => {
                let mut texts = Vec::new();
                for i in 0..list.len() {
                    texts.push(item_text(list.get(i).unwrap_or(NONE))?);
                }
                format!("[{}]", texts.join(", "))
            }
            None => item_text(item)?,
        });
    }
    let inner = if items.is_empty() { "()".to_string() } else { items.join(", ") };
    text.push_str(&format!("[{inner}]"));
    Ok(str::new(&text).value())
}

// -- access ----------------------------------------------------------------------------

/// Names that are the alias's own even where the origin has them.
const OWN: [&str; 9] = [
    "__class__", "__origin__", "__args__", "__unpacked__", "__parameters__", "__typing_unpacked_tuple_args__", "__mro_entries__",
    "__reduce_ex__", "__reduce__",
];
const BLOCKED: [&str; 3] = ["__bases__", "__copy__", "__deepcopy__"];

fn getattribute(value: Value, name: Gc<Str>) -> R {
    let text = name.to_string_lossy();
    let is_own = OWN.contains(&&*text) || BLOCKED.contains(&&*text);
    if !is_own {
        return crate::ops::getattr(this(value)?.origin, name);
    }
    crate::objects::object::getattribute(value, name)
}
fn call(value: Value, args: Args<'_>) -> R {
    let object = crate::ops::call(this(value)?.origin, args)?;
    // An object that cannot have the attribute does without it.
    match crate::ops::setattr(object, names().__orig_class__, value) {
        Err(raised) if !raised.is(types().attribute_error) && !raised.is(types().type_error) => Err(raised),
        _ => Ok(object),
    }
}
fn compare(a: Value, b: Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (downcast::<GenericAlias>(a), downcast::<GenericAlias>(b)) else { return Ok(NOT_IMPLEMENTED) };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(NOT_IMPLEMENTED);
    }
    let equal =
        x.starred == y.starred && crate::ops::equal(x.origin, y.origin)? && crate::ops::equal(x.args.value(), y.args.value())?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}
/// `*tuple[int]` in a subscript: one starred alias.
fn iter(value: Value) -> R {
    let this = this(value)?;
    let starred = make(class_of(value), this.origin, this.args.value(), true);
    crate::ops::iter(List::from_slice(&[starred])?.value())
}
fn reduce(args: &[Value]) -> R {
    let this = this(args[0])?;
    let pair = Tuple::from_slice(&[this.origin, this.args.value()]).value();
    if this.starred {
        let whole = make(types().generic_alias, this.origin, this.args.value(), false);
        let iterator = crate::ops::iter(whole)?;
        return Ok(Tuple::from_slice(&[crate::objects::support::builtin("next")?, Tuple::from_slice(&[iterator]).value()]).value());
    }
    Ok(Tuple::from_slice(&[types().generic_alias.value(), pair]).value())
}
fn dir(args: &[Value]) -> R {
    let names = crate::builtins::dir_of(this(args[0])?.origin)?;
    for name in OWN {
        let name = intern(name).value();
        if !crate::ops::contains(names.value(), name)? {
            names.push(name)?;
        }
    }
    Ok(names.value())
}
fn unpacked_args(value: Value) -> R {
    let this = this(value)?;
    Ok(if this.starred && this.origin == types().tuple.value() { this.args.value() } else { NONE })
}

// -- type variables --------------------------------------------------------------------

fn parameters(value: Value) -> R<Gc<Tuple>> {
    let this = this(value)?;
    if let Some(own) = this.parameters.get() {
        return Ok(own);
    }
    let made = parameters_of(this.args)?;
    this.parameters.set(Some(made));
    crate::heap::write_barrier(value);
    Ok(made)
}
fn push_once(list: Gc<List>, item: Value) -> R<()> {
    if list.items().contains(&item) { Ok(()) } else { list.push(item) }
}
/// The type variables in the arguments, in order, each once.
pub fn parameters_of(args: Gc<Tuple>) -> R<Gc<Tuple>> {
    let found = List::new();
    for &arg in args.items() {
        collect_parameters(arg, found)?;
    }
    Ok(Tuple::from_slice(found.items()))
}
fn collect_parameters(arg: Value, found: Gc<List>) -> R<()> {
    crate::vm::check_native_stack(" while collecting type parameters")?;
    if arg.is::<Class>() {
        return Ok(());
    }
    if arg.is::<Tuple>() || arg.is::<List>() {
        let items = crate::ops::collect(arg)?;
        return items.items().iter().try_for_each(|&item| collect_parameters(item, found));
    }
    if class_of(arg).lookup(names().__typing_subst__).is_some() {
        return push_once(found, arg);
    }
    if let Some(nested) = crate::ops::getattr_opt(arg, names().__parameters__)?
        && let Some(nested) = nested.downcast::<Tuple>()
    {
        nested.items().iter().try_for_each(|&item| push_once(found, item))?;
    }
    Ok(())
}

fn getitem(value: Value, key: Value) -> R {
    let this = this(value)?;
    let new = substitute(value, this.args, parameters(value)?, key)?;
    Ok(make(class_of(value), this.origin, new.value(), this.starred))
}

/// The items of a subscript, with starred tuples spread.
fn subscript_items(key: Value) -> R<Gc<List>> {
    let items = List::new();
    let all = match key.downcast::<Tuple>() {
        Some(tuple) => tuple,
        None => Tuple::from_slice(&[key]),
    };
    for &item in all.items() {
        if !item.is::<Class>()
            && let Some(spread) = crate::ops::getattr_opt(item, intern("__typing_unpacked_tuple_args__"))?
            && let Some(spread) = spread.downcast::<Tuple>()
            && spread.items().last() != Some(&ELLIPSIS)
        {
            items.extend_from_slice(spread.items())?;
        } else {
            items.push(item)?;
        }
    }
    Ok(items)
}

/// `args` with the type variables `parameters` replaced by the items of `key`.
pub fn substitute(whole: Value, args: Gc<Tuple>, parameters: Gc<Tuple>, key: Value) -> R<Gc<Tuple>> {
    if parameters.len() == 0 {
        return Err(type_error(format!("{} is not a generic class", crate::ops::repr_string(whole)?)));
    }
    let mut items = Tuple::from_slice(subscript_items(key)?.items());
    for &parameter in parameters.items() {
        if let Some(prepare) = crate::ops::getattr_opt(parameter, intern("__typing_prepare_subst__"))? {
            let prepared = crate::ops::call_positional(prepare, &[whole, items.value()])?;
            items = prepared.downcast::<Tuple>().unwrap_or_else(|| Tuple::from_slice(&[prepared]));
        }
    }
    if items.len() != parameters.len() {
        let many = if items.len() > parameters.len() { "many" } else { "few" };
        return Err(type_error(format!(
            "Too {many} arguments for {}; actual {}, expected {}",
            crate::ops::repr_string(whole)?,
            items.len(),
            parameters.len()
        )));
    }
    let new = List::new();
    for &arg in args.items() {
        substitute_one(arg, parameters, items, new)?;
    }
    Ok(Tuple::from_slice(new.items()))
}
fn substitute_one(arg: Value, parameters: Gc<Tuple>, items: Gc<Tuple>, new: Gc<List>) -> R<()> {
    crate::vm::check_native_stack(" while substituting type parameters")?;
    if arg.is::<Class>() {
        return new.push(arg);
    }
    if arg.is::<Tuple>() || arg.is::<List>() {
        let (inner, list) = (List::new(), crate::ops::collect(arg)?);
        for &item in list.items() {
            substitute_one(item, parameters, items, inner)?;
        }
        return new.push(if arg.is::<Tuple>() { Tuple::from_slice(inner.items()).value() } else { inner.value() });
    }
    if class_of(arg).lookup(names().__typing_subst__).is_some() {
        let at = parameters.items().iter().position(|&parameter| parameter == arg);
        let item = at.map_or(NONE, |at| items.at(at));
        let answer = crate::ops::call_method(arg, names().__typing_subst__, &[item])?;
        return push_spread(arg, answer, new);
    }
    let nested = crate::ops::getattr_opt(arg, names().__parameters__)?.and_then(|nested| nested.downcast::<Tuple>());
    let Some(nested) = nested.filter(|nested| nested.len() != 0) else { return new.push(arg) };
    let picked = List::new();
    for &parameter in nested.items() {
        match parameters.items().iter().position(|&own| own == parameter) {
            Some(at) if is_variadic(parameter)? && items.at(at).is::<Tuple>() => {
                picked.extend_from_slice(items.at(at).cast::<Tuple>().items())?;
            }
            Some(at) => picked.push(items.at(at))?,
            None => picked.push(parameter)?,
        }
    }
    let answer = crate::ops::getitem(arg, Tuple::from_slice(picked.items()).value())?;
    push_spread(arg, answer, new)
}
fn is_variadic(parameter: Value) -> R<bool> {
    Ok(type_name(parameter) == "TypeVarTuple")
}
/// What replaces an unpacked variable is spread.
fn push_spread(arg: Value, answer: Value, new: Gc<List>) -> R<()> {
    let unpacked = match crate::ops::getattr_opt(arg, intern("__typing_is_unpacked_typevartuple__"))? {
        Some(found) => crate::ops::truth(found)?,
        None => false,
    };
    match answer.downcast::<Tuple>() {
        Some(tuple) if unpacked => new.extend_from_slice(tuple.items()),
        _ => new.push(answer),
    }
}
