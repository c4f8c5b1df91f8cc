//! Struct sequences: tuples whose items have names (`sys.version_info`, `os.stat_result`, `time.struct_time`). Not here: the types.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::{Gc, Kind};
use crate::objects::builtin::{NativeAttribute, NativeFunction, method, raw_method};
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::instance;
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, type_name, types};

/// What a struct sequence type is like.
pub struct Spec {
    pub module: &'static str,
    pub name: &'static str,
    pub doc: &'static str,
    /// The visible ones first; an empty name is an item without one.
    pub fields: &'static [&'static str],
    /// Items of the tuple; the fields after them are attributes only.
    pub visible: usize,
    /// Programs may make instances.
    pub can_make: bool,
}

/// Most fields that a type has.
const MAX_FIELDS: usize = 24;
/// The first word of the hidden fields: after the struct and the dict word.
const FIRST_HIDDEN: usize = size_of::<Tuple>() / 8 + 1;

fn field<const I: usize>(value: Value) -> R {
    Ok(get(value, I))
}
macro_rules! getters {
    ($($i:literal)*) => { [$(field::<$i>),*] };
}
static GETTERS: [fn(Value) -> R; MAX_FIELDS] = getters!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23);

/// The field at this place, hidden or not.
pub fn get(value: Value, index: usize) -> Value {
    let Some(tuple) = value.downcast::<Tuple>() else { return NONE };
    if let Some(item) = tuple.items().get(index) {
        return *item;
    }
    let hidden = index - tuple.len();
    if hidden >= class_of(value).member_slots.get() as usize {
        return NONE;
    }
    ops::or_none(instance::member(value, (FIRST_HIDDEN + hidden) as u16))
}

/// The class of a struct sequence.
pub fn class(spec: &'static Spec) -> Gc<Class> {
    native_class::with_base(spec.module, spec.name, types().tuple, Kind::Tuple, 0, |class| {
        class.doc.set(spec.doc);
        let hidden = spec.fields.len() - spec.visible;
        if hidden > 0 {
            native_class::add_members(class, hidden as u16);
        }
        class.slots.repr.set(Some(repr));
        class.slots.new.set(Some(if spec.can_make { new } else { refuse_new }));
        class.add_methods(&METHODS);
        let mut attributes = Vec::new();
        let mut shown = Vec::new();
        for (i, name) in spec.fields.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            attributes.push(NativeAttribute { name, get: GETTERS[i], set: None, is_member: true, doc: "" });
            if i < spec.visible {
                shown.push(intern(name).value());
            }
        }
        class.add_attributes(attributes.leak());
        class.define("__match_args__", Tuple::from_slice(&shown).value());
        class.define("n_sequence_fields", Value::int(spec.visible as i64));
        class.define("n_fields", Value::int(spec.fields.len() as i64));
        class.define("n_unnamed_fields", Value::int(spec.fields.iter().filter(|name| name.is_empty()).count() as i64));
    })
}

/// An instance with these fields; those that are not given are None.
pub fn make(class: Gc<Class>, fields: &[Value]) -> R {
    let visible = count(class, "n_sequence_fields");
    let tuple = Tuple::of_class(class, &fields[..visible.min(fields.len())])?;
    for (i, value) in fields.iter().enumerate().skip(visible) {
        instance::set_member(tuple.value(), (FIRST_HIDDEN + i - visible) as u16, *value);
    }
    Ok(tuple.value())
}

fn count(class: Gc<Class>, name: &str) -> usize {
    class.lookup(intern(name)).filter(|value| value.is_int()).map_or(0, |value| value.unbox_int() as usize)
}

fn refuse_new(class: Gc<Class>, _: Args<'_>) -> R {
    Err(type_error(format!("cannot create '{}' instances", class.name())))
}

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: crate::objects::support::Params =
        crate::objects::support::Params::new("structseq", "(sequence, dict=None)");
    let [sequence, dict] = PARAMS.bind::<2>(args)?;
    let dict = match dict.option() {
        None => None,
        Some(dict) => match dict.downcast::<Dict>() {
            Some(dict) => Some(dict),
            None => return Err(type_error(format!("{}() takes a dict as second arg, if any", class.name()))),
        },
    };
    let given = ops::collect(sequence).map_err(|_| type_error("constructor requires a sequence"))?;
    let (visible, total) = (count(class, "n_sequence_fields"), count(class, "n_fields"));
    let bad = |what: &str, wanted: usize| {
        type_error(format!("{}() takes {what} {wanted}-sequence ({}-sequence given)", class.name(), given.len()))
    };
    if given.len() < visible {
        return Err(bad(if visible == total { "a" } else { "an at least" }, visible));
    }
    if given.len() > total {
        return Err(bad(if visible == total { "a" } else { "an at most" }, total));
    }
    if let Some(dict) = dict {
        for name in field_names(class).iter().skip(given.len()) {
            given.push(dict.get_text(name).unwrap_or(NONE))?;
        }
    }
    make(class, given.items())
}

/// The names in order of their places; items without a name are left out.
fn field_names(class: Gc<Class>) -> Vec<String> {
    let mut names = Vec::new();
    for entry in class.dict.get().entries() {
        if let (Some(name), Some(_)) =
            (entry.key.downcast::<Str>(), entry.value.downcast::<crate::objects::builtin::GetSet>())
        {
            names.push(name.to_string_lossy());
        }
    }
    names
}

fn repr(value: Value) -> R {
    let class = class_of(value);
    let Some(tuple) = value.downcast::<Tuple>() else { return Err(type_error(format!("not a {}", type_name(value)))) };
    let mut text = crate::objects::support::Text::new();
    text.push_ascii(&format!("{}(", class.name()))?;
    for (i, name) in field_names(class).iter().take(tuple.len()).enumerate() {
        text.push_ascii(if i > 0 { ", " } else { "" })?;
        text.push_str(str::new(name))?;
        text.push_ascii("=")?;
        text.push_repr(tuple.at(i))?;
    }
    text.push_ascii(")")?;
    Ok(text.finish().value())
}

/// `(class, (items, {hidden fields}))`.
fn reduce(args: &[Value]) -> R {
    let class = class_of(args[0]);
    let Some(tuple) = args[0].downcast::<Tuple>() else { return Err(type_error("not a struct sequence")) };
    let dict = Dict::new();
    let unnamed = count(class, "n_unnamed_fields");
    for (i, name) in field_names(class).iter().enumerate() {
        let place = i + unnamed;
        if place >= tuple.len() {
            dict.set_str(intern(name), get(args[0], place));
        }
    }
    let items = Tuple::try_from_slice(tuple.items())?;
    let state = Tuple::from_slice(&[items.value(), dict.value()]);
    Ok(Tuple::from_slice(&[class.value(), state.value()]).value())
}

fn replace(args: Args<'_>) -> R {
    let Some(&this) = args.pos().first() else { return Err(type_error("__replace__() needs an argument")) };
    let class = class_of(this);
    if args.pos().len() > 1 {
        return Err(type_error(format!("__replace__() takes no positional arguments ({} given)", args.pos().len() - 1)));
    }
    if count(class, "n_unnamed_fields") > 0 {
        return Err(type_error(format!("__replace__() is not supported for {} because it has unnamed field(s)", class.name())));
    }
    let fields = crate::objects::list::List::new();
    let names = field_names(class);
    for i in 0..names.len() {
        fields.push(get(this, i))?;
    }
    for (name, value) in args.kw() {
        match names.iter().position(|own| name.eq_str(own)) {
            Some(at) => fields.set(at, value),
            None => return Err(type_error(format!("Got unexpected field name(s): ['{}']", name.to_string_lossy()))),
        }
    }
    make(class, fields.items())
}

static METHODS: [NativeFunction; 2] = [
    method("__reduce__", "($self, /)", reduce, ""),
    raw_method("__replace__", replace, "Return a copy of the structure with new values for the specified fields."),
];
