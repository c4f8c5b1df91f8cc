//! Template and Interpolation of t-strings (PEP 750). Not here: the parser of `str.format`
//! templates (`format::template`).

use crate::args::{Args, Signature};
use crate::error::{R, type_error, value_error};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::builtin::{
    NativeAttribute, NativeFunction, class_method, getset, member, method,
};
use crate::objects::class::Class;
use crate::objects::list::List;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::native_class;
use crate::objects::str::{self, Str, StrBuilder};
use crate::objects::str_methods::shown_type;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{class_of, intern, names, type_name, vm};
use core::cell::{Cell, OnceCell};

const MODULE: &str = "string.templatelib";

struct Interpolation {
    value: Value,
    expression: Value,
    /// `s`, `r`, `a` as a str, or None.
    conversion: Value,
    spec: Value,
}
impl NativeObject for Interpolation {
    fn trace(&self, m: &mut Marker) {
        [self.value, self.expression, self.conversion, self.spec]
            .into_iter()
            .for_each(|value| m.value(value));
    }
}

struct Template {
    /// One more than interpolations.
    strings: Gc<Tuple>,
    interpolations: Gc<Tuple>,
}
impl NativeObject for Template {
    fn trace(&self, m: &mut Marker) {
        m.object(self.strings);
        m.object(self.interpolations);
    }
}

struct TemplateIter {
    template: Value,
    /// Twice the index: strings at even positions.
    position: Cell<usize>,
}
impl NativeObject for TemplateIter {
    fn trace(&self, m: &mut Marker) {
        m.value(self.template);
    }
}

#[derive(Clone, Copy)]
struct Classes {
    interpolation: Gc<Class>,
    template: Gc<Class>,
    iterator: Gc<Class>,
}

thread_local! { static CLASSES: OnceCell<Classes> = const { OnceCell::new() }; }

/// Made at the first t-string.
fn classes() -> Classes {
    CLASSES.with(|classes| *classes.get_or_init(make_classes))
}

fn make_classes() -> Classes {
    let interpolation = native_class::new(MODULE, "Interpolation", 0, |class| {
        class.slots.new.set(Some(interpolation_new));
        class.slots.repr.set(Some(interpolation_repr));
        class.add_methods(&INTERPOLATION_METHODS);
        class.add_attributes(&INTERPOLATION_ATTRIBUTES);
        let fields =
            ["value", "expression", "conversion", "format_spec"].map(|name| intern(name).value());
        class.define("__match_args__", Tuple::from_slice(&fields).value());
    });
    let template = native_class::new(MODULE, "Template", 0, |class| {
        class.slots.new.set(Some(template_new));
        class.slots.repr.set(Some(template_repr));
        class.slots.iter.set(Some(template_iter));
        class.slots.concat.set(Some(template_concat));
        class.add_methods(&TEMPLATE_METHODS);
        class.add_attributes(&TEMPLATE_ATTRIBUTES);
    });
    let iterator = native_class::new(
        MODULE,
        "TemplateIter",
        crate::objects::class::flags::DISALLOW_INSTANTIATION,
        |class| {
            class.slots.iter.set(Some(Ok));
            class.slots.next.set(Some(iterator_next));
        },
    );
    Classes { interpolation, template, iterator }
}

// -- for the engine -------------------------------------------------------------------------

/// BUILD_INTERPOLATION. `conversion` is NULL, or a str.
pub fn interpolation(value: Value, expression: Value, conversion: Value, spec: Value) -> Value {
    let conversion = ops::or_none(conversion);
    let spec = if spec.is_null() { names().empty.value() } else { spec };
    Native::new(classes().interpolation, Interpolation { value, expression, conversion, spec })
        .value()
}

/// BUILD_TEMPLATE, from the tuples of strings and of interpolations.
pub fn template(strings: Gc<Tuple>, interpolations: Gc<Tuple>) -> Value {
    Native::new(classes().template, Template { strings, interpolations }).value()
}

// -- Interpolation ----------------------------------------------------------------------------

static INTERPOLATION_METHODS: [NativeFunction; 2] = [
    method("__reduce__", "($self, /)", interpolation_reduce, "(self) -> (Interpolation, args)"),
    class_method("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
];

static INTERPOLATION_ATTRIBUTES: [NativeAttribute; 4] = [
    member("value", |value| field(value, |it| it.value), None, "Value"),
    member("expression", |value| field(value, |it| it.expression), None, "Expression"),
    member("conversion", |value| field(value, |it| it.conversion), None, "Conversion"),
    member("format_spec", |value| field(value, |it| it.spec), None, "Format specifier"),
];

fn as_interpolation(value: Value) -> R<&'static Interpolation> {
    native::downcast(value).ok_or_else(|| type_error("expected an Interpolation"))
}
fn field(value: Value, get: fn(&Interpolation) -> Value) -> R {
    as_interpolation(value).map(get)
}

fn interpolation_new(_: Gc<Class>, args: Args<'_>) -> R {
    let mut bound = [NULL; 4];
    const TEXT: &str = "(value, expression='', conversion=None, format_spec='')";
    thread_local!(static SIGNATURE: Signature = Signature::parse(TEXT));
    SIGNATURE.with(|signature| signature.bind("Interpolation", args, &mut bound))?;
    let [value, expression, conversion, spec] = bound;
    let text = |value: Value, name: &str| match value.option() {
        None => Ok(names().empty.value()),
        Some(value) if value.is::<Str>() => Ok(value),
        Some(other) => {
            let found = shown_type(other);
            Err(type_error(format!("Interpolation() argument '{name}' must be str, not {found}")))
        }
    };
    let expression = text(expression, "expression")?;
    if let Some(given) = ops::given(conversion) {
        let Some(letter) = given.downcast::<Str>() else {
            let found = type_name(given);
            return Err(type_error(format!(
                "Interpolation() argument 'conversion' must be str, not {found}"
            )));
        };
        if !["s", "a", "r"].iter().any(|allowed| letter.eq_str(allowed)) {
            return Err(value_error(
                "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'",
            ));
        }
    }
    Ok(interpolation(value, expression, conversion, text(spec, "format_spec")?))
}

fn interpolation_repr(value: Value) -> R {
    let it = as_interpolation(value)?;
    let mut builder = StrBuilder::new();
    builder.push_str("Interpolation(");
    for (i, part) in [it.value, it.expression, it.conversion, it.spec].into_iter().enumerate() {
        if i != 0 {
            builder.push_str(", ");
        }
        builder.push_gc(ops::repr(part)?);
    }
    builder.push_str(")");
    builder.finish_value()
}

fn interpolation_reduce(args: &[Value]) -> R {
    let it = as_interpolation(args[0])?;
    let fields = Tuple::from_slice(&[it.value, it.expression, it.conversion, it.spec]);
    Ok(Tuple::from_slice(&[class_of(args[0]).value(), fields.value()]).value())
}

fn class_getitem(args: &[Value]) -> R {
    crate::objects::generic_alias::new(args[0], args[1])
}

// -- Template ---------------------------------------------------------------------------------

static TEMPLATE_METHODS: [NativeFunction; 2] = [
    method("__reduce__", "($self, /)", template_reduce, "(self) -> (_template_unpickle, args)"),
    class_method("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
];

static TEMPLATE_ATTRIBUTES: [NativeAttribute; 3] = [
    member("strings", |value| Ok(as_template(value)?.strings.value()), None, "Strings"),
    member(
        "interpolations",
        |value| Ok(as_template(value)?.interpolations.value()),
        None,
        "Interpolations",
    ),
    getset("values", template_values, None, "Values of interpolations"),
];

fn as_template(value: Value) -> R<&'static Template> {
    native::downcast(value).ok_or_else(|| type_error("expected a Template"))
}

/// Neighbouring strings are joined, and there is one between any two interpolations and at both
/// ends.
fn template_new(class: Gc<Class>, args: Args<'_>) -> R {
    if args.names().is_some() {
        return Err(type_error("Template.__new__ only accepts *args arguments"));
    }
    let (strings, interpolations) = (List::new(), List::new());
    let mut text = str::empty();
    for &part in args.pos() {
        if let Some(part) = part.downcast::<Str>() {
            text = str::concat(text, part)?;
        } else if class_of(part) == classes().interpolation {
            strings.push(text.value())?;
            interpolations.push(part)?;
            text = str::empty();
        } else {
            let found = type_name(part);
            return Err(type_error(format!(
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {found}"
            )));
        }
    }
    strings.push(text.value())?;
    let _ = class;
    Ok(template(Tuple::from_slice(strings.items()), Tuple::from_slice(interpolations.items())))
}

fn template_repr(value: Value) -> R {
    let it = as_template(value)?;
    let mut builder = StrBuilder::new();
    builder.push_str("Template(strings=");
    builder.push_gc(ops::repr(it.strings.value())?);
    builder.push_str(", interpolations=");
    builder.push_gc(ops::repr(it.interpolations.value())?);
    builder.push_str(")");
    builder.finish_value()
}

fn template_values(value: Value) -> R {
    let it = as_template(value)?;
    let list = List::new();
    for &part in it.interpolations.items() {
        list.push(as_interpolation(part)?.value)?;
    }
    Ok(Tuple::from_slice(list.items()).value())
}

fn template_concat(left: Value, right: Value) -> R {
    let Ok(a) = as_template(left) else { return Ok(NOT_IMPLEMENTED) };
    if class_of(right) != classes().template {
        let found = type_name(right);
        return Err(type_error(format!(
            "can only concatenate {MODULE}.Template (not \"{found}\") to {MODULE}.Template"
        )));
    }
    let b = as_template(right)?;
    let strings = List::new();
    let (last, rest) = (a.strings.len().saturating_sub(1), b.strings.items());
    strings.extend_from_slice(&a.strings.items()[..last])?;
    strings.push(str::concat(a.strings.at(last).cast(), b.strings.at(0).cast())?.value())?;
    strings.extend_from_slice(&rest[1..])?;
    let interpolations = List::new();
    interpolations.extend_from_slice(a.interpolations.items())?;
    interpolations.extend_from_slice(b.interpolations.items())?;
    Ok(template(Tuple::from_slice(strings.items()), Tuple::from_slice(interpolations.items())))
}

fn template_reduce(args: &[Value]) -> R {
    let it = as_template(args[0])?;
    let import = vm().builtins.get().and_then(|builtins| builtins.get_text("__import__"));
    let import = import.ok_or_else(|| crate::error::import_error("__import__ not found"))?;
    let from = Tuple::from_slice(&[intern("_template_unpickle").value()]).value();
    let module = ops::call_positional(import, &[intern(MODULE).value(), NONE, NONE, from])?;
    let unpickle = ops::getattr(module, intern("_template_unpickle"))?;
    let parts = Tuple::from_slice(&[it.strings.value(), it.interpolations.value()]);
    Ok(Tuple::from_slice(&[unpickle, parts.value()]).value())
}

// -- iteration --------------------------------------------------------------------------------

fn template_iter(value: Value) -> R {
    as_template(value)?;
    Ok(Native::new(classes().iterator, TemplateIter { template: value, position: Cell::new(0) })
        .value())
}

/// Strings that are not empty, and interpolations.
fn iterator_next(value: Value) -> R<Option<Value>> {
    let Some(iterator) = native::downcast::<TemplateIter>(value) else {
        return Err(type_error("expected a TemplateIter"));
    };
    let it = as_template(iterator.template)?;
    loop {
        let position = iterator.position.get();
        iterator.position.set(position + 1);
        let parts = if position % 2 == 0 { it.strings } else { it.interpolations };
        let Some(&part) = parts.items().get(position / 2) else {
            iterator.position.set(position);
            return Ok(None);
        };
        if position % 2 == 1 || part.cast::<Str>().len() != 0 {
            return Ok(Some(part));
        }
    }
}
