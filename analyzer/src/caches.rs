//! Cache entries of an op: sizes, types, fillers.

use crate::ast::*;
use crate::body::{Checker, Env, Kind, Scope};
use crate::codes;
use crate::diagnostics::Diagnostic;
use crate::model::*;
use crate::names::{Style, check_name};
use crate::ops::Operands;

/// The entries, without fillers; and which entries have a filler to check.
pub(crate) fn caches(item: &OpItem, env: Env, operands: &mut Operands) -> (Vec<Cache>, Vec<bool>) {
    let mut caches: Vec<Cache> = Vec::new();
    let mut filled = Vec::new();
    if let Some(span) = item.late_cache {
        let message = "cache entries stand before the operands";
        env.sink.push(
            Diagnostic::new(&codes::SYNTAX, span, message)
                .help("`(cache/1: u32 := f(a), a: value -- ..)`"),
        );
    }
    for (index, entry) in item.caches.iter().enumerate() {
        let refuse = |code, span, message: String, help: &str| {
            env.sink
                .push(Diagnostic::new(code, span, message).help(help));
        };
        let unused = entry.name.text == "unused";
        let name = entry.name.text.as_str();
        if !unused {
            check_name(&entry.name, Style::Variable, env.sink);
            let taken = caches
                .iter()
                .any(|known| known.name.as_deref() == Some(name))
                || item
                    .inputs
                    .iter()
                    .chain(&item.outputs)
                    .any(|operand| operand.name.text == name);
            if taken {
                let message = format!("`{name}` stands for something already");
                refuse(
                    &codes::NAME_TWICE,
                    entry.name.span,
                    message,
                    "choose another name",
                );
            }
        }
        let units = units(&entry.units, env).unwrap_or(1);
        if unused && (index == 0 || index + 1 == item.caches.len()) {
            let message = "the first and the last cache entry of an op are used".to_string();
            refuse(
                &codes::CACHE_EDGE,
                entry.name.span,
                message,
                "put padding into the macro: `_OP + unused/2`",
            );
        }
        if !unused && !(1..=2).contains(&units) {
            let message = format!("a cache entry has 1 or 2 units, not {units}");
            refuse(
                &codes::CACHE_SIZE,
                entry.units.span,
                message,
                "a unit has 32 bits",
            );
        }
        let counter = name == "counter" || name == "history";
        let kind = match () {
            () if unused => CacheKind::Unused,
            () if name == "history" => CacheKind::History,
            () if counter => CacheKind::Counter,
            () if entry.root => CacheKind::Root,
            () => CacheKind::Data,
        };
        let default = if units == 2 { Scalar::U64 } else { Scalar::U32 };
        let ty = match &entry.ty {
            None => Some(Ty::Scalar(default)),
            Some(ty) => env.names.resolve(ty, env.sink),
        };
        if ty.is_none() {
            operands.poisoned.push(name.to_string());
        }
        let ty = ty.unwrap_or(Ty::Scalar(default));
        if (counter || entry.root) && units != 1 {
            let message = format!("`{name}` has one unit");
            refuse(&codes::CACHE_SIZE, entry.units.span, message, "write `/1`");
        }
        if counter && (entry.ty.is_some() || entry.filler.is_some()) {
            let message = format!("`{name}` has neither type nor filler");
            let help = format!("write `{name}/1`");
            refuse(&codes::FILLER, entry.name.span, message, &help);
        }
        if unused && (entry.ty.is_some() || entry.filler.is_some()) {
            let message = "an unused entry has neither type nor filler".to_string();
            refuse(&codes::FILLER, entry.name.span, message, "give it a name");
        }
        check_cache_type(entry, kind, &ty, units, env);
        if matches!(kind, CacheKind::Data | CacheKind::Root) && entry.filler.is_none() {
            let message = format!("nothing fills `{name}`");
            refuse(
                &codes::FILLER,
                entry.name.span,
                message,
                "say how: `name/1: u32 := f(operand)`",
            );
        }
        if entry.watches.is_some() && entry.filler.is_none() {
            let message = "`watches` belongs to a filler".to_string();
            refuse(
                &codes::FILLER,
                entry.name.span,
                message,
                "`name/1: u32 := f(x) watches(x)`",
            );
        }
        filled.push(matches!(kind, CacheKind::Data | CacheKind::Root));
        let name = (!unused).then(|| name.to_string());
        caches.push(Cache {
            name,
            units,
            kind,
            ty,
            filler: None,
            watches: None,
            fill_before: 0,
        });
    }
    (caches, filled)
}

fn check_cache_type(entry: &CacheItem, kind: CacheKind, ty: &Ty, units: u32, env: Env) {
    let span = entry.ty.as_ref().map_or(entry.name.span, TypeRef::span);
    let refuse = |code, message: String, help: &str| {
        env.sink
            .push(Diagnostic::new(code, span, message).help(help));
    };
    match (kind, ty) {
        (CacheKind::Data, Ty::Value | Ty::Layout(_) | Ty::Ptr(_)) => {
            let message = format!("`{}` is a pointer, caches hold none", env.model.show(ty));
            refuse(
                &codes::CACHE_POINTER,
                message,
                "`name/1: root value := ..` keeps it in the table of roots",
            );
        }
        (CacheKind::Data, ty) => match env.model.scalar_of(ty) {
            Some(scalar) if scalar.bits() <= 32 * units => {}
            Some(scalar) => {
                let message = format!("`{}` does not fit into {units} unit", scalar.rust());
                refuse(&codes::CACHE_SIZE, message, "write `/2`");
            }
            None => refuse(
                &codes::BAD_TYPE,
                "a cache entry is a number".to_string(),
                "or a `root`",
            ),
        },
        (CacheKind::Root, Ty::Value) => {}
        (CacheKind::Root, Ty::Layout(layout)) if env.model[*layout].object => {}
        (CacheKind::Root, _) => {
            refuse(
                &codes::BAD_TYPE,
                "a root is a value or a heap layout".to_string(),
                "leave `root` out",
            );
        }
        _ => {}
    }
}

pub(crate) fn units(name: &Name, env: Env) -> Option<u32> {
    let units = name
        .text
        .parse::<u32>()
        .ok()
        .filter(|units| (1..=255).contains(units));
    if units.is_none() {
        let message = format!("`{}` is no number of units", name.text);
        env.sink.push(
            Diagnostic::new(&codes::NUMBER, name.span, message).help("1 to 255 units of 32 bits"),
        );
    }
    units
}

pub(crate) type Filled = (Vec<Option<Expr>>, Vec<Option<Expr>>);

pub(crate) fn fill(item: &OpItem, filled: &[bool], scope: &Scope, env: Env) -> Filled {
    let (mut fillers, mut watches) = (Vec::new(), Vec::new());
    for (entry, written) in item.caches.iter().enumerate() {
        let cache = &scope.caches[entry];
        let filler = written
            .filler
            .as_ref()
            .filter(|_| filled[entry])
            .and_then(|raw| {
                let mut checker = Checker::new(env, Kind::Filler { entry }, *scope, raw.span);
                let optional = Ty::Option(Box::new(cache.ty.clone()));
                // A hint for literals; an optional value is as good.
                let value = match raw.text.contains('(') {
                    true => checker.expression(raw, None).ok()?,
                    false => checker.expression(raw, Some(&cache.ty)).ok()?,
                };
                if value.ty == optional {
                    return Some(value);
                }
                checker.coerce_filler(value, &cache.ty, raw.span).ok()
            });
        let watched = written.watches.as_ref().and_then(|raw| {
            let mut checker = Checker::new(env, Kind::Filler { entry }, *scope, raw.span);
            let value = checker.expression(raw, None).ok()?;
            match &value.ty {
                Ty::Value => Some(value),
                Ty::Layout(layout) if env.model[*layout].object => Some(value),
                _ => {
                    let message = "what is watched is an object";
                    env.sink
                        .push(Diagnostic::new(&codes::FILLER, raw.span, message));
                    None
                }
            }
        });
        fillers.push(filler);
        watches.push(watched);
    }
    (fillers, watches)
}
