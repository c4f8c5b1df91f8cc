//! The vocabulary: types, aliases, constants, layouts, helpers and the signatures of fns.

use crate::ast::*;
use crate::codes;
use crate::diagnostics::{Diagnostic, Sink, did_you_mean};
use crate::model::*;
use crate::names::*;

pub(crate) fn declare(ast: &Ast, names: &mut Names, sink: &Sink) -> Model {
    let mut model = Model {
        head: ast.head.clone(),
        ..Model::default()
    };
    let all = |name: &str, kind| AliasClass {
        name: name.to_string(),
        kind,
        readonly: false,
    };
    model.classes.push(all("local[]", ClassKind::Locals));
    model.classes.push(all("all", ClassKind::All));
    types(ast, &mut model, names, sink);
    layouts(ast, &mut model, names, sink);
    consts(ast, &mut model, names, sink);
    helpers(ast, &mut model, names, sink);
    fns(ast, &mut model, names, sink);
    model
}

fn types(ast: &Ast, model: &mut Model, names: &mut Names, sink: &Sink) {
    for item in &ast.types {
        // `bool` may be declared: it says how the built-in scalar is boxed.
        let named = item.name.text == "bool"
            || check_name(&item.name, Style::Snake, sink)
                && names.define(Space::Type, &item.name, sink);
        let Some(scalar) = built_in_type(&item.scalar.text) else {
            scalar_wanted(&item.scalar, sink);
            names.broken.insert(item.name.text.clone());
            continue;
        };
        let taken = model.reprs.iter().find(|repr| repr.scalar == scalar);
        if let Some(repr) = taken {
            let message = format!("`{}` is the type of `{}` already", repr.name, scalar.rust());
            sink.push(
                Diagnostic::new(&codes::BAD_TYPE, item.scalar.span, message)
                    .help("a second name for numbers is an `alias`"),
            );
            names.broken.insert(item.name.text.clone());
            continue;
        }
        let id = ReprId(model.reprs.len());
        let name = &item.name.text;
        let mut function = |given: &Option<Name>, prefix: &str, intrinsic| {
            let default = Name {
                text: format!("{prefix}_{name}"),
                span: item.name.span,
            };
            let chosen = given.as_ref().unwrap_or(&default);
            if check_name(chosen, Style::Snake, sink) && names.define(Space::Value, chosen, sink) {
                names
                    .values
                    .insert(chosen.text.clone(), ValueName::Intrinsic(intrinsic));
            }
            chosen.text.clone()
        };
        let repr = Repr {
            name: name.clone(),
            doc: item.head.doc.clone(),
            scalar,
            boxed_when: item.when.as_ref().map(|name| {
                check_name(name, Style::Snake, sink);
                name.text.clone()
            }),
            boxed_by: function(&item.boxed, "box", Intrinsic::Box(id)),
            unboxed_by: function(&item.unboxed, "unbox", Intrinsic::Unbox(id)),
            tested_by: function(&item.tested, "is", Intrinsic::Test(id)),
        };
        model.reprs.push(repr);
        if named {
            names.types.insert(name.clone(), TypeName::Scalar(scalar));
        }
    }
    for item in &ast.aliases {
        let named = check_name(&item.name, Style::Camel, sink)
            && names.define(Space::Type, &item.name, sink);
        let scalar = built_in_type(&item.scalar.text).filter(|scalar| scalar.is_integer());
        let Some(scalar) = scalar else {
            let message = format!("an alias names integers, `{}` is none", item.scalar.text);
            sink.push(
                Diagnostic::new(&codes::BAD_TYPE, item.scalar.span, message)
                    .help("u8 to u64, usize, i8 to i64"),
            );
            names.broken.insert(item.name.text.clone());
            continue;
        };
        if named {
            names.types.insert(
                item.name.text.clone(),
                TypeName::Alias(AliasId(model.aliases.len())),
            );
        }
        let (name, doc) = (item.name.text.clone(), item.head.doc.clone());
        model.aliases.push(Alias { name, doc, scalar });
    }
}

fn scalar_wanted(name: &Name, sink: &Sink) {
    let message = format!("`{}` is not a scalar", name.text);
    let scalars = [
        "i1", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "f64",
    ];
    let help = did_you_mean(&name.text, scalars)
        .unwrap_or_else(|| format!("one of {}", scalars.join(", ")));
    sink.push(Diagnostic::new(&codes::BAD_TYPE, name.span, message).help(help));
}

fn layouts(ast: &Ast, model: &mut Model, names: &mut Names, sink: &Sink) {
    for item in &ast.layouts {
        if check_name(&item.name, Style::Camel, sink) && names.define(Space::Type, &item.name, sink)
        {
            let id = LayoutId(model.layouts.len());
            names
                .types
                .insert(item.name.text.clone(), TypeName::Layout(id));
            match item.name.text.as_str() {
                "Thread" => model.thread_layout = Some(id),
                "Frame" => model.frame_layout = Some(id),
                _ => {}
            }
        }
        model.layouts.push(Layout {
            name: item.name.text.clone(),
            doc: item.head.doc.clone(),
            parent: None,
            object: item.name.text == "Object",
            fields: Vec::new(),
        });
    }
    parents(ast, model, names, sink);
    for (index, item) in ast.layouts.iter().enumerate() {
        let id = LayoutId(index);
        for (number, field) in item.fields.iter().enumerate() {
            let last = number + 1 == item.fields.len();
            let named = check_name(&field.name, Style::Snake, sink);
            if let Some(known) = model.field(id, &field.name.text) {
                let owner = &model[known.layout].name;
                let message = format!("`{owner}` has a field `{}` already", field.name.text);
                let code = if known.layout == id {
                    &codes::DUPLICATE
                } else {
                    &codes::BAD_PARENT
                };
                sink.push(Diagnostic::new(code, field.name.span, message));
                continue;
            }
            let Some(mut ty) = names.resolve(&field.ty, sink) else {
                names
                    .broken
                    .insert(format!("{}.{}", item.name.text, field.name.text));
                continue;
            };
            let inline = ty == Ty::Slots;
            if inline && !last {
                let message = "an inline array is the last field";
                sink.push(Diagnostic::new(&codes::BAD_TYPE, field.ty.span(), message));
            }
            if matches!(ty, Ty::Option(_)) {
                let message = "a field is not optional";
                let help = "a null value or a number says that there is none";
                sink.push(Diagnostic::new(&codes::BAD_TYPE, field.ty.span(), message).help(help));
                continue;
            }
            if inline {
                ty = Ty::Ptr(Box::new(Ty::Value));
            }
            if !named {
                continue;
            }
            let field_id = FieldId {
                layout: id,
                index: model.layouts[index].fields.len(),
            };
            let class = ClassId(model.classes.len());
            let name = format!("{}.{}", item.name.text, field.name.text);
            let readonly = field.readonly;
            let kind = ClassKind::Field(field_id);
            model.classes.push(AliasClass {
                name: name.clone(),
                kind,
                readonly,
            });
            let element_class = matches!(ty, Ty::Ptr(_)).then(|| {
                let kind = ClassKind::Elements(field_id);
                let readonly = readonly && inline;
                model.classes.push(AliasClass {
                    name: format!("{name}[]"),
                    kind,
                    readonly,
                });
                ClassId(class.0 + 1)
            });
            let (name, doc) = (field.name.text.clone(), field.doc.clone());
            model.layouts[index].fields.push(Field {
                name,
                doc,
                ty,
                readonly,
                inline,
                class,
                element_class,
            });
        }
    }
}

fn parents(ast: &Ast, model: &mut Model, names: &Names, sink: &Sink) {
    for (index, item) in ast.layouts.iter().enumerate() {
        let Some(parent) = &item.parent else { continue };
        match names.types.get(&parent.text) {
            Some(TypeName::Layout(id)) => {
                names.mark(Used::Layout(*id));
                if model.descends(*id, LayoutId(index)) {
                    let message = format!("`{}` descends from itself", item.name.text);
                    sink.push(Diagnostic::new(&codes::BAD_PARENT, parent.span, message));
                } else {
                    model.layouts[index].parent = Some(*id);
                }
            }
            Some(_) => {
                let message = format!("`{}` is not a layout", parent.text);
                sink.push(Diagnostic::new(&codes::BAD_PARENT, parent.span, message));
            }
            None => {
                names.named_type(parent, sink);
            }
        }
    }
    let object = model.layout("Object");
    for index in 0..model.layouts.len() {
        let descends = object.is_some_and(|object| model.descends(LayoutId(index), object));
        model.layouts[index].object = descends;
    }
}

fn consts(ast: &Ast, model: &mut Model, names: &mut Names, sink: &Sink) {
    for item in &ast.consts {
        let named = check_name(&item.name, Style::Screaming, sink)
            && names.define(Space::Value, &item.name, sink);
        let Some(ty) = names.resolve(&item.ty, sink) else {
            names.broken.insert(item.name.text.clone());
            continue;
        };
        if !matches!(ty, Ty::Value | Ty::Scalar(_) | Ty::Alias(_)) {
            let message = "a constant is a number, a bool or a value";
            sink.push(Diagnostic::new(&codes::BAD_TYPE, item.ty.span(), message));
            names.broken.insert(item.name.text.clone());
            continue;
        }
        let value = item
            .value
            .as_ref()
            .and_then(|raw| const_value(raw, &ty, model, sink));
        if named {
            names.values.insert(
                item.name.text.clone(),
                ValueName::Const(ConstId(model.consts.len())),
            );
        }
        let (name, doc) = (item.name.text.clone(), item.head.doc.clone());
        model.consts.push(Const {
            name,
            doc,
            ty,
            value,
        });
    }
}

fn const_value(raw: &Raw, ty: &Ty, model: &Model, sink: &Sink) -> Option<Literal> {
    let refuse = |message: String| {
        sink.push(Diagnostic::new(&codes::LITERAL, raw.span, message));
        None
    };
    let (negative, digits) = match raw.text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, raw.text.as_str()),
    };
    let Some(scalar) = model.scalar_of(ty) else {
        return refuse("a constant of type `value` gets its value in the runtime".to_string());
    };
    let literal = if digits.len() > 100 {
        None
    } else {
        syn::parse_str::<syn::Lit>(digits).ok()
    };
    match literal {
        Some(syn::Lit::Int(int)) if scalar.is_integer() => match int.base10_parse::<i128>() {
            Ok(number) => {
                let number = if negative { -number } else { number };
                if fits(number, scalar) {
                    return Some(Literal::Int(number));
                }
                refuse(format!("{number} does not fit into `{}`", scalar.rust()))
            }
            Err(_) => refuse(format!("this does not fit into `{}`", scalar.rust())),
        },
        Some(syn::Lit::Float(float)) if scalar == Scalar::F64 => {
            match float.base10_parse::<f64>() {
                Ok(number) => Some(Literal::Float(if negative { -number } else { number })),
                Err(_) => refuse("malformed number".to_string()),
            }
        }
        Some(syn::Lit::Bool(lit)) if scalar == Scalar::I1 && !negative => {
            Some(Literal::Bool(lit.value))
        }
        _ => refuse(format!(
            "a literal of type `{}` is wanted here",
            model.show(ty)
        )),
    }
}

pub(crate) fn fits(number: i128, scalar: Scalar) -> bool {
    let bits = scalar.bits();
    if scalar.is_signed() {
        let limit = 1i128 << (bits - 1);
        (-limit..limit).contains(&number)
    } else {
        (0..1i128 << bits).contains(&number)
    }
}

fn params(items: &[ParamItem], style: Style, names: &mut Names, sink: &Sink) -> Option<Vec<Param>> {
    let mut params: Vec<Param> = Vec::new();
    let mut whole = true;
    for item in items {
        whole &= check_name(&item.name, style, sink);
        if params.iter().any(|known| known.name == item.name.text) {
            let message = format!("two parameters are called `{}`", item.name.text);
            sink.push(Diagnostic::new(&codes::DUPLICATE, item.name.span, message));
        }
        let Some(ty) = names.resolve(&item.ty, sink) else {
            whole = false;
            continue;
        };
        if matches!(ty, Ty::Option(_)) {
            let message = "a parameter is not optional";
            sink.push(Diagnostic::new(&codes::BAD_TYPE, item.ty.span(), message));
        }
        params.push(Param {
            name: item.name.text.clone(),
            ty,
            immediate: item.immediate,
        });
    }
    whole.then_some(params)
}

fn helpers(ast: &Ast, model: &mut Model, names: &mut Names, sink: &Sink) {
    for item in &ast.helpers {
        let named = check_name(&item.name, Style::Snake, sink)
            && names.define(Space::Value, &item.name, sink);
        let params = params(&item.params, Style::Snake, names, sink);
        let result = match &item.result {
            None => Some(HelperResult::Unit),
            Some(TypeRef::Named {
                name,
                optional: None,
            }) if name.text == "ok" => Some(HelperResult::Ok),
            Some(ty) => match names.resolve(ty, sink) {
                Some(Ty::Option(inner)) => Some(HelperResult::Option(*inner)),
                Some(Ty::Slots) => {
                    let message = "a helper does not answer an array";
                    let help = "let it fill an output array that is passed to it";
                    sink.push(Diagnostic::new(&codes::BAD_TYPE, ty.span(), message).help(help));
                    None
                }
                Some(ty) => Some(HelperResult::Ty(ty)),
                None => None,
            },
        };
        let mut effects = effects(item, model, names, sink);
        if let (Some(params), Some(result)) = (&params, &result) {
            of_frames(item, params, result, model, &mut effects, sink);
            trial(item, result, &effects, sink);
            if *result == HelperResult::Ok && !effects.may_raise {
                let message = format!("`{}` answers `ok`, and does not raise", item.name.text);
                let help = "`ok` is false when an exception is set: add `may_raise`, or answer `bool`";
                sink.push(Diagnostic::new(&codes::EFFECT_CONFLICT, item.name.span, message).help(help));
            }
        }
        let (Some(params), Some(result)) = (params, result) else {
            names.broken.insert(item.name.text.clone());
            continue;
        };
        if named {
            names.values.insert(
                item.name.text.clone(),
                ValueName::Helper(HelperId(model.helpers.len())),
            );
        }
        let (name, doc) = (item.name.text.clone(), item.head.doc.clone());
        model.helpers.push(Helper {
            name,
            doc,
            params,
            result,
            effects,
        });
    }
}

const EFFECTS: &[&str] = &[
    "pure",
    "reads",
    "writes",
    "allocates",
    "fresh_instance",
    "tries",
    "may_raise",
    "may_call_python",
    "needs_frame",
    "cold",
    "in_traces",
    "inline",
    "init_frame",
    "operator_frame",
    "store_frame",
    "exact_frame",
    "room_for",
];

fn effects(item: &HelperItem, model: &Model, names: &Names, sink: &Sink) -> Effects {
    let mut effects = Effects::default();
    let mut seen: Vec<&str> = Vec::new();
    for effect in &item.effects {
        let word = effect.name.text.as_str();
        if !EFFECTS.contains(&word) {
            let message = format!("`{word}` is no effect");
            let help = did_you_mean(word, EFFECTS.iter().copied());
            let help = help.unwrap_or_else(|| format!("effects are {}", EFFECTS.join(", ")));
            sink.push(
                Diagnostic::new(&codes::UNKNOWN_EFFECT, effect.name.span, message).help(help),
            );
            continue;
        }
        if seen.contains(&word) && effect.classes.is_empty() {
            let message = format!("`{word}` is named twice");
            sink.push(Diagnostic::new(
                &codes::EFFECT_CONFLICT,
                effect.name.span,
                message,
            ));
        }
        seen.push(word);
        if matches!(word, "exact_frame" | "room_for") {
            continue;
        }
        let takes_classes = matches!(word, "reads" | "writes");
        if takes_classes == effect.classes.is_empty() {
            let message = if takes_classes {
                format!("`{word}` needs the memory it means")
            } else {
                format!("`{word}` takes no arguments")
            };
            let help = "reads(List.len, List.items[])";
            sink.push(
                Diagnostic::new(&codes::UNKNOWN_EFFECT, effect.name.span, message).help(help),
            );
        }
        let mut classes = Vec::new();
        for (layout, field, elements) in &effect.classes {
            classes.extend(class(layout, field.as_ref(), *elements, model, names, sink));
        }
        match word {
            "pure" => effects.pure = true,
            "reads" => effects.reads.extend(classes),
            "writes" => effects.writes.extend(classes),
            "allocates" => effects.allocates = true,
            "fresh_instance" => effects.fresh_instance = true,
            "tries" => effects.tries = true,
            "may_raise" => effects.may_raise = true,
            "may_call_python" => effects.may_call_python = true,
            "needs_frame" => effects.needs_frame = true,
            "cold" => effects.cold = true,
            "in_traces" => effects.in_traces = true,
            "init_frame" => effects.ends = FrameEnd::Init,
            "operator_frame" => effects.ends = FrameEnd::Operator,
            "store_frame" => effects.ends = FrameEnd::Store,
            _ => effects.inline = true,
        }
    }
    for classes in [&mut effects.reads, &mut effects.writes] {
        classes.sort();
        classes.dedup();
    }
    if effects.fresh_instance && (!effects.allocates || item.params.len() != 1) {
        let message = format!("`{}` is `fresh_instance`, but does not allocate for one class", item.name.text);
        sink.push(
            Diagnostic::new(&codes::EFFECT_CONFLICT, item.name.span, message)
                .help("`fresh_instance` goes with `allocates`, and the class is the one parameter"),
        );
    }
    // A pure helper may allocate what it answers: which object it is does not matter.
    let conflicts = [
        "reads",
        "writes",
        "may_raise",
        "may_call_python",
        "needs_frame",
    ];
    if let Some(other) = conflicts
        .iter()
        .find(|word| effects.pure && seen.contains(word))
    {
        let message = format!("`{}` is `pure` and `{other}`", item.name.text);
        sink.push(
            Diagnostic::new(&codes::EFFECT_CONFLICT, item.name.span, message)
                .help("`pure` excludes all effects: the same arguments give the same answer"),
        );
    }
    effects
}

/// `tries`: whether it can be true that the answer false means that nothing has been done.
fn trial(item: &HelperItem, result: &HelperResult, effects: &Effects, sink: &Sink) {
    let tells = matches!(result, HelperResult::Ty(ty) if *ty == Ty::BOOL);
    if effects.tries && (!tells || effects.writes.is_empty() || effects.may_raise || effects.may_call_python) {
        let message = format!("`{}` does not only try", item.name.text);
        sink.push(
            Diagnostic::new(&codes::EFFECT_CONFLICT, item.name.span, message)
                .help("a helper that `tries` writes and answers a bool, neither raises nor calls Python"),
        );
    }
}

/// `exact_frame(function, this, args)` and `room_for(function)`, which name parameters.
fn of_frames(
    item: &HelperItem,
    params: &[Param],
    result: &HelperResult,
    model: &Model,
    effects: &mut Effects,
    sink: &Sink,
) {
    let object =
        |ty: &Ty| matches!(ty, Ty::Value) || matches!(ty, Ty::Layout(id) if model[*id].object);
    let slots = |ty: &Ty| *ty == Ty::Slots;
    let refuse = |span, message: String, help: &str| {
        sink.push(Diagnostic::new(&codes::UNKNOWN_EFFECT, span, message).help(help));
    };
    for effect in &item.effects {
        let word = effect.name.text.as_str();
        let named: Vec<Option<usize>> = effect
            .classes
            .iter()
            .map(|(name, field, elements)| {
                let plain = field.is_none() && !elements;
                let at = params.iter().position(|param| param.name == name.text);
                at.filter(|_| plain)
            })
            .collect();
        let named: Option<Vec<usize>> = named.into_iter().collect();
        let of = |at: &usize, fits: &dyn Fn(&Ty) -> bool| fits(&params[*at].ty);
        let objects = |named: &[usize]| named.iter().all(|at| of(at, &object));
        let fits = match (word, named.as_deref()) {
            ("exact_frame", Some([function, this, rest @ ..])) => {
                objects(&[*function, *this])
                    && (objects(rest) || matches!(rest, [args] if of(args, &slots)))
            }
            ("room_for", Some([function])) => of(function, &object),
            ("exact_frame" | "room_for", _) => false,
            _ => continue,
        };
        let named = named.unwrap_or_default();
        let answer = match word {
            "exact_frame" => {
                matches!(result, HelperResult::Ty(Ty::Layout(id)) if Some(*id) == model.frame_layout)
            }
            _ => matches!(result, HelperResult::Ty(ty) if *ty == Ty::BOOL),
        };
        match (fits, answer, named.as_slice()) {
            (true, true, [function, this, args @ ..]) => {
                effects.exact_frame = Some(ExactFrame {
                    function: *function,
                    this: *this,
                    args: args.to_vec(),
                });
            }
            (true, true, [function]) => effects.room_for = Some(*function),
            (false, ..) => refuse(
                effect.name.span,
                format!("`{word}` does not fit the parameters of `{}`", item.name.text),
                "exact_frame(function, this, args) names two objects and an array or objects, room_for(function) an object",
            ),
            _ => refuse(
                effect.name.span,
                format!("`{word}` does not fit what `{}` answers", item.name.text),
                "exact_frame answers a Frame, room_for a bool",
            ),
        }
    }
}

fn class(
    layout: &Name,
    field: Option<&Name>,
    elements: bool,
    model: &Model,
    names: &Names,
    sink: &Sink,
) -> Option<ClassId> {
    let Some(field) = field else {
        if layout.text == "all" {
            return Some(ClassId::ALL);
        }
        let message = format!("`{}` is no memory", layout.text);
        let help = "memory is named by layout and field: `List.len`, `List.items[]`; or `all`";
        sink.push(Diagnostic::new(&codes::UNKNOWN_EFFECT, layout.span, message).help(help));
        return None;
    };
    let Some(Ty::Layout(id)) = names.named_type(layout, sink) else {
        if names.types.contains_key(&layout.text) {
            let message = format!("`{}` is not a layout", layout.text);
            sink.push(Diagnostic::new(
                &codes::UNKNOWN_EFFECT,
                layout.span,
                message,
            ));
        }
        return None;
    };
    let Some(found) = model.field(id, &field.text) else {
        unknown_field(id, field, model, names, sink);
        return None;
    };
    let found = &model[found];
    if !elements {
        return Some(found.class);
    }
    if found.element_class.is_none() {
        let message = format!("`{}.{}` has no elements", layout.text, field.text);
        sink.push(Diagnostic::new(&codes::UNKNOWN_EFFECT, field.span, message));
    }
    found.element_class
}

pub(crate) fn unknown_field(
    layout: LayoutId,
    field: &Name,
    model: &Model,
    names: &Names,
    sink: &Sink,
) {
    let mut known: Vec<&str> = Vec::new();
    let mut at = Some(layout);
    while let Some(layout) = at {
        known.extend(model[layout].fields.iter().map(|field| field.name.as_str()));
        if names
            .broken
            .contains(&format!("{}.{}", model[layout].name, field.text))
        {
            return;
        }
        at = model[layout].parent;
    }
    let message = format!("`{}` has no field `{}`", model[layout].name, field.text);
    let help = did_you_mean(&field.text, known.iter().copied())
        .or_else(|| (!known.is_empty()).then(|| format!("its fields are {}", known.join(", "))));
    sink.push(Diagnostic::new(&codes::UNKNOWN_FIELD, field.span, message).maybe_help(help));
}

/// Signatures only; bodies are checked when all signatures are known. `fns` of the model and of the
/// syntax have the same indexes.
fn fns(ast: &Ast, model: &mut Model, names: &mut Names, sink: &Sink) {
    for item in &ast.fns {
        let named = check_name(&item.name, Style::Snake, sink)
            && names.define(Space::Value, &item.name, sink);
        let params = params(&item.params, Style::Variable, names, sink);
        let result = names.resolve(&item.result, sink);
        if params.is_none() || result.is_none() {
            names.broken.insert(item.name.text.clone());
        } else if named {
            names
                .values
                .insert(item.name.text.clone(), ValueName::Fn(FnId(model.fns.len())));
        }
        let result = result.unwrap_or(Ty::Unit);
        if matches!(result, Ty::Slots | Ty::Option(_)) {
            let message = "a fn answers one value";
            sink.push(Diagnostic::new(
                &codes::BAD_TYPE,
                item.result.span(),
                message,
            ));
        }
        let nothing = Expr {
            ty: Ty::Unit,
            immediate: true,
            kind: ExprKind::Literal(Literal::Bool(false)),
        };
        model.fns.push(Function {
            name: item.name.text.clone(),
            doc: item.head.doc.clone(),
            params: params.unwrap_or_default(),
            result,
            body: ValueBlock {
                lets: Vec::new(),
                value: Box::new(nothing),
            },
            lets: Vec::new(),
            pure: true,
            reads: Vec::new(),
        });
    }
}
