//! Ten lines of definition in, one generator's output out: each feature of the language, each generator.

mod common;

use analyzer::{Model, SourceMap};
use codegen::{dispatch_switch, docs, explain, fns, handlers, opcode, specialize};
use codegen::file::{Item, render};

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
op(_ADD, (left: value, right: value -- res: value)) { res = add(left, right); error_if(is_null(res)); }
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

#[test]
fn guards_unbox_once_and_the_result_is_boxed_at_the_end() {
    insta::assert_snapshot!(handler(ADD, "ADD_INT"), @"");
}

#[test]
fn a_generic_form_counts_down_and_saves_before_its_helper() {
    insta::assert_snapshot!(handler(ADD, "ADD"), @"");
}

#[test]
fn the_specializer_runs_guards_up_to_the_last() {
    insta::assert_snapshot!(specializer(ADD), @"");
}

const MOVES: &str = "
op(_LOAD, ( -- v)) { v = local[oparg]; }
op(_STORE, (v -- )) { local[oparg] = v; }
op(_COPY, (bottom, unused[oparg - 1] -- bottom, unused[oparg - 1], top)) { top = bottom; }
op(_SWAP, (bottom, unused[oparg - 2], top -- bottom, unused[oparg - 2], top)) { let below = bottom; bottom = top; top = below; }
op(_DROP, (unused -- )) { }
op(_CONST, ( -- v)) { v = constant[oparg]; }
macro(LOAD_LOAD) = _LOAD(oparg >> 4) + _LOAD(oparg & 15);
macro(STORE) = _STORE;
macro(COPY) = _COPY;
macro(SWAP) = _SWAP;
macro(DROP) = _DROP;
macro(LOAD) = _LOAD;
macro(CONST) = _CONST;
super(LOAD_CONST) = LOAD + CONST;
";

#[test]
fn parts_have_operands_of_their_own() {
    insta::assert_snapshot!(handler(MOVES, "LOAD_LOAD"), @"");
}

#[test]
fn a_move_writes_only_what_changes() {
    insta::assert_snapshot!(handler(MOVES, "COPY"), @"");
    insta::assert_snapshot!(handler(MOVES, "SWAP"), @"");
    insta::assert_snapshot!(handler(MOVES, "DROP"), @"");
    insta::assert_snapshot!(handler(MOVES, "STORE"), @"");
}

#[test]
fn a_superinstruction_is_its_parts_in_a_row() {
    let text = handlers::generate(&model(MOVES));
    let at = text.find("/// `LOAD + CONST`").expect("the super is there");
    insta::assert_snapshot!(&text[at..], @"");
}

const LOOP: &str = "
layout Iter : Object { current: int, remaining: int, list: value }
op(_NEXT, (it: value -- it: value, next: int | it: value)) {
    let iter = it as Iter;
    if iter.remaining == 0 { iter.list = null(); jump_by(oparg + 1); }
    next = iter.current;
    iter.remaining = iter.remaining - 1;
}
op(_BACK, ( -- )) { jump_by(-(oparg as i64)); }
periodic op(_CHECK, ( -- )) { check_periodic(); }
op(_RAISE, ( -- )) { raise(); }
macro(NEXT) = _NEXT;
macro(BACK) = _CHECK + _BACK;
macro(RAISE) = _RAISE;
";

#[test]
fn a_conditional_jump_is_an_end_of_its_own() {
    insta::assert_snapshot!(handler(LOOP, "NEXT"), @"");
    insta::assert_snapshot!(handler(LOOP, "BACK"), @"");
    insta::assert_snapshot!(handler(LOOP, "RAISE"), @"");
}

const FRAMES: &str = "
layout Generator : Object { state: u8 }
helper begin(callable: value, args: [value], count: imm u32) -> Frame may_raise, allocates, needs_frame;
helper finish(callable: value, args: [value], count: imm u32) -> value may_raise, may_call_python, allocates;
op(_CALL, (callable: value, args[oparg] -- res: value)) {
    let callee = begin(callable, args, oparg);
    if !is_null(callee) { push_frame(callee); }
    res = finish(callable, args, oparg);
    error_if(is_null(res));
}
op(_RETURN, (v: value -- res: value)) { pop_frame(v); }
op(_YIELD, (v: value -- sent: value)) { suspend_frame(v); }
op(_SEND, (g: value, v: value -- g: value, res: value)) { resume_frame(g as Generator, v); }
macro(CALL) = _CALL;
macro(RETURN) = _RETURN;
macro(YIELD) = _YIELD;
macro(SEND) = _SEND;
";

#[test]
fn frames_are_left_by_words_of_the_mode() {
    insta::assert_snapshot!(handler(FRAMES, "CALL"), @"");
    insta::assert_snapshot!(handler(FRAMES, "RETURN"), @"");
    insta::assert_snapshot!(handler(FRAMES, "YIELD"), @"");
    insta::assert_snapshot!(handler(FRAMES, "SEND"), @"");
}

const CACHES: &str = "
specializing op(_SPECIALIZE, (counter/1 -- )) { specialize(counter); }
const SHAPE_LIST: ShapeId;
helper shape_of(v: value) -> ShapeId? pure;
helper class_of(v: value) -> value pure;
helper find(owner: value, name: value) -> value? reads(all);
helper get(owner: value, name: value) -> value may_raise, may_call_python, allocates;
fn has_shape(v: value, shape: ShapeId) -> bool { is_object(v) && (v as Object).shape == shape }
op(_GET, (owner: value -- res: value)) { res = get(owner, name[oparg >> 1]); error_if(is_null(res)); }
op(_CHECK_SHAPE, (shape/2: ShapeId := shape_of(owner) watches(class_of(owner)), owner: value -- owner: value)) { exit_if(!has_shape(owner, shape)); }
op(_GET_FOUND, (found/1: root value := find(owner, name[oparg >> 1]), owner: value -- res: value)) { res = found; }
op(_NULL_IF, ( -- nulls[oparg]: value)) { if oparg != 0 { nulls[0] = null(); } }
family(GET, counter/1 + unused/3) = { GET_FOUND };
macro(GET) = _SPECIALIZE + _GET + _NULL_IF(oparg & 1);
macro(GET_FOUND) = counter/1 + _CHECK_SHAPE + _GET_FOUND + _NULL_IF(oparg & 1);
";

#[test]
fn caches_are_read_where_they_are_used() {
    insta::assert_snapshot!(handler(CACHES, "GET_FOUND"), @"");
}

#[test]
fn fillers_run_at_their_place_and_caches_are_written_last() {
    insta::assert_snapshot!(specializer(CACHES), @"");
}

#[test]
fn inline_functions_and_layouts() {
    let model = model(CACHES);
    insta::assert_snapshot!(render(&Item::Rust(fns::function(&model, &model.fns[0]))), @"");
    let list = model.layout("List").expect("in the prelude");
    insta::assert_snapshot!(render(&Item::Rust(fns::layout_checks(&model, &model[list]))), @"");
}

const MEMORY: &str = "
const NB_LESS: u32 = 0;
op(_SET, (v: value, list: value, at: value -- )) {
    let target = list as List;
    let index = unbox_int(at);
    target.items[index] = v;
    target.len = index as usize;
}
op(_COMPARE, (left: value, right: value -- res: bool)) {
    let (a, b) = (unbox_int(left), unbox_int(right));
    res = match oparg >> 5 { NB_LESS => a < b, 1 | 2 => a == b, _ => a > b };
}
op(_CLAMP, (v: value -- res: int)) {
    let i = unbox_int(v);
    if i < 0 { res = -i; } else { res = i << 1; }
}
macro(SET) = _SET;
macro(CLAMP) = _CLAMP;
";

#[test]
fn references_are_stored_with_a_barrier() {
    insta::assert_snapshot!(handler(&MEMORY.replace("op(_COMPARE", "tier2 op(_COMPARE"), "SET"), @"");
}
