//! Ten lines of definition in, one generator's output out: each feature, each generator.

#[path = "../common/mod.rs"]
mod common;
mod handler;
mod lowering;
mod output;

use analyzer::{Model, SourceMap};
use codegen::file::{Item, render};
use codegen::{handlers, specialize};

/// What most toys need.
const PRELUDE: &str = "
type int  = i64 boxed by box_int when fits_int unboxed by unbox_int tested by is_int;
type bool = i1 boxed by box_bool unboxed by unbox_bool tested by is_bool;
alias ShapeId = u32;
layout Object { shape: ShapeId }
layout List : Object { len: usize, items: Ptr<[value]> }
layout Frame { namespace: value }
layout Thread { raised: value }
";

fn model(definition: &str) -> Model {
    common::model(&SourceMap::new().with("toy.def", format!("{PRELUDE}{definition}")))
}

/// The handler of an instruction.
fn handler(definition: &str, name: &str) -> String {
    let model = model(definition);
    render(&handlers::handler(&model, &model[model.instruction(name).expect("the toy defines it")]))
}

/// The specializer of the only family.
fn specializer(definition: &str) -> String {
    let model = model(definition);
    render(&Item::Rust(specialize::specializer(&model, &model.families[0])))
}

const ADD: &str = "
/// Specializes.
specializing op(_SPECIALIZE, (counter/1 -- )) { specialize(counter); }
helper add(left: value, right: value) -> value may_raise, may_call_python, allocates;
op(_ADD, (left: value, right: value -- res: value)) {
    res = add(left, right);
    error_if(is_null(res));
}
op(_GUARD_TOS_INT, (v: value -- v: int)) { exit_if(!is_int(v)); v = unbox_int(v); }
op(_GUARD_NOS_INT, (v: value, tos -- v: int, tos)) { exit_if(!is_int(v)); v = unbox_int(v); }
/// res = left + right.
pure op(_ADD_INT, (left: int, right: int -- res: int)) {
    let (sum, overflow) = add_overflow(left, right);
    exit_if(overflow);
    res = sum;
}
family(ADD, counter/1) = { ADD_INT };
macro(ADD) = _SPECIALIZE + _ADD;
macro(ADD_INT) if oparg == 0 = counter/1 + _GUARD_NOS_INT + _GUARD_TOS_INT + _ADD_INT;
";

const CACHES: &str = "
specializing op(_SPECIALIZE, (counter/1 -- )) { specialize(counter); }
const SHAPE_LIST: ShapeId;
helper shape_of(v: value) -> ShapeId? pure;
helper class_of(v: value) -> value pure;
helper find(owner: value, name: value) -> value? reads(all);
helper get(owner: value, name: value) -> value may_raise, may_call_python, allocates;
fn has_shape(v: value, shape: ShapeId) -> bool { is_object(v) && (v as Object).shape == shape }
op(_GET, (owner: value -- res: value)) {
    res = get(owner, name[oparg >> 1]);
    error_if(is_null(res));
}
op(_CHECK_SHAPE, (shape/2: ShapeId := shape_of(owner) watches(class_of(owner)),
    owner: value -- owner: value)) { exit_if(!has_shape(owner, shape)); }
op(_GET_FOUND, (found/1: root value := find(owner, name[oparg >> 1]),
    owner: value -- res: value)) { res = found; }
op(_NULL_IF, ( -- nulls[oparg]: value)) { if oparg != 0 { nulls[0] = null(); } }
family(GET, counter/1 + unused/3) = { GET_FOUND };
macro(GET) = _SPECIALIZE + _GET + _NULL_IF(oparg & 1);
macro(GET_FOUND) = counter/1 + _CHECK_SHAPE + _GET_FOUND + _NULL_IF(oparg & 1);
";
