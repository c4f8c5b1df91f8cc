//! Ten lines of definition in, one generator's output out: each feature, each generator.

mod common;

use analyzer::{Model, SourceMap};
use codegen::file::{Item, render};
use codegen::{dispatch_switch, dispatch_tail, docs, explain, fns, handlers, opcode, specialize};

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

#[test]
fn guards_unbox_once_and_the_result_is_boxed_at_the_end() {
    insta::assert_snapshot!(handler(ADD, "ADD_INT"), @r##"
    /// `(-2 +1) = unused/1 + _GUARD_NOS_INT + _GUARD_TOS_INT + _ADD_INT`
    macro_rules! ADD_INT {
        ($s:tt) => {{
            let v = peek!($s, -2);
            let v_int = '_GUARD_NOS_INT: {
                if !defs::is_int(v) {
                    miss!($s, ADD)
                }
                defs::unbox_int(v)
            };
            let v_value = peek!($s, -1);
            let v_2 = '_GUARD_TOS_INT: {
                if !defs::is_int(v_value) {
                    miss!($s, ADD)
                }
                defs::unbox_int(v_value)
            };
            let res = '_ADD_INT: {
                let (sum, overflow) = v_int.overflowing_add(v_2);
                if overflow {
                    miss!($s, ADD)
                }
                sum
            };
            let res_value = boxed_or_miss!($s, box_int, fits_int, res, ADD);
            poke!($s, -2, res_value);
            next!($s, 2, -1)
        }};
    }
    "##);
}

#[test]
fn a_generic_form_counts_down_and_saves_before_its_helper() {
    insta::assert_snapshot!(handler(ADD, "ADD"), @r##"
    /// `(left: value, right: value -- res: value) = _SPECIALIZE + _ADD`
    macro_rules! ADD {
        ($s:tt) => {{
            '_SPECIALIZE: {
                specialize!($s, 0, specialize_add);
            }
            let left = peek!($s, -2);
            let right = peek!($s, -1);
            let res = '_ADD: {
                save!($s);
                let res = defs::add(left, right);
                if res.is_null() {
                    error!($s)
                }
                res
            };
            poke!($s, -2, res);
            next!($s, 2, -1)
        }};
    }
    "##);
}

#[test]
fn the_specializer_runs_guards_up_to_the_last() {
    insta::assert_snapshot!(specializer(ADD), @r##"
    /// The member of `ADD` that fits, or none.
    ///
    /// # Safety
    /// The site is an instruction of the family, about to run in the running frame.
    #[cold]
    pub unsafe fn specialize_add(site: Site) -> Option<u8> {
        // SAFETY: the operands and caches of the instruction are there (see above).
        unsafe {
            let oparg = oparg!(site);
            'ADD_INT: {
                if !(oparg == 0) {
                    break 'ADD_INT;
                }
                let v = peek!(site, -2);
                if !defs::is_int(v) {
                    break 'ADD_INT;
                }
                let v_int = defs::unbox_int(v);
                let v_value = peek!(site, -1);
                if !defs::is_int(v_value) {
                    break 'ADD_INT;
                }
                let v_2 = defs::unbox_int(v_value);
                let (sum, overflow) = v_int.overflowing_add(v_2);
                if overflow {
                    break 'ADD_INT;
                }
                let res = sum;
                if !defs::fits_int(res) {
                    break 'ADD_INT;
                }
                return site.adopt(0, op::ADD_INT);
            }
            site.back_off(0, op::ADD)
        }
    }
    "##);
}

const MOVES: &str = "
op(_LOAD, ( -- v)) { v = local[oparg]; }
op(_STORE, (v -- )) { local[oparg] = v; }
op(_COPY, (bottom, unused[oparg - 1] -- bottom, unused[oparg - 1], top)) { top = bottom; }
op(_SWAP, (bottom, unused[oparg - 2], top -- bottom, unused[oparg - 2], top)) {
    let below = bottom;
    bottom = top;
    top = below;
}
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
    insta::assert_snapshot!(handler(MOVES, "LOAD_LOAD"), @r##"
    /// `(-0 +2) = _LOAD(oparg >> 4) + _LOAD(oparg & 15)`
    macro_rules! LOAD_LOAD {
        ($s:tt) => {{
            let oparg = oparg!($s);
            let oparg_2 = oparg >> 4;
            let v = '_LOAD: { local!($s, oparg_2) };
            let oparg_3 = oparg & 15;
            let v_2 = '_LOAD: { local!($s, oparg_3) };
            poke!($s, 0, v);
            poke!($s, 1, v_2);
            next!($s, 1, 2)
        }};
    }
    "##);
}

#[test]
fn a_move_writes_only_what_changes() {
    insta::assert_snapshot!(handler(MOVES, "COPY"), @r##"
    /// `(bottom, unused[oparg - 1] -- bottom, unused[oparg - 1], top) = _COPY`
    macro_rules! COPY {
        ($s:tt) => {{
            let oparg = oparg!($s);
            let bottom = peek!($s, -(oparg as isize));
            '_COPY: {}
            poke!($s, 0, bottom);
            next!($s, 1, 1)
        }};
    }
    "##);
    insta::assert_snapshot!(handler(MOVES, "SWAP"), @r##"
    /// `(bottom, unused[oparg - 2], top -- bottom, unused[oparg - 2], top) = _SWAP`
    macro_rules! SWAP {
        ($s:tt) => {{
            let oparg = oparg!($s);
            let bottom = peek!($s, -(oparg as isize));
            let top = peek!($s, -1);
            '_SWAP: {}
            poke!($s, -(oparg as isize), top);
            poke!($s, -1, bottom);
            next!($s, 1, 0)
        }};
    }
    "##);
    insta::assert_snapshot!(handler(MOVES, "DROP"), @r##"
    /// `(unused --) = _DROP`
    macro_rules! DROP {
        ($s:tt) => {{
            '_DROP: {}
            next!($s, 1, -1)
        }};
    }
    "##);
    insta::assert_snapshot!(handler(MOVES, "STORE"), @r##"
    /// `(v --) = _STORE`
    macro_rules! STORE {
        ($s:tt) => {{
            let oparg = oparg!($s);
            let v = peek!($s, -1);
            '_STORE: {
                put_local!($s, oparg, v);
            }
            next!($s, 1, -1)
        }};
    }
    "##);
}

#[test]
fn a_superinstruction_is_its_parts_in_a_row() {
    let text = handlers::generate(&model(MOVES));
    let at = text.find("/// `LOAD + CONST`").expect("the super is there");
    insta::assert_snapshot!(text[at..], @r##"
    /// `LOAD + CONST`
    macro_rules! LOAD_CONST {
        ($s:tt) => {{
            {
                let oparg = oparg!($s);
                let v = '_LOAD: { local!($s, oparg) };
                poke!($s, 0, v);
                advance!($s, 1, 1);
            }
            let oparg = oparg!($s);
            let v = '_CONST: { constant!($s, oparg) };
            poke!($s, 0, v);
            next!($s, 1, 1)
        }};
    }
    "##);
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
    insta::assert_snapshot!(handler(LOOP, "NEXT"), @r##"
    /// `(it: value -- it: value, next: int | it: value) = _NEXT`
    macro_rules! NEXT {
        ($s:tt) => {{
            let oparg = oparg!($s);
            let it = peek!($s, -1);
            let next = '_NEXT: {
                let iter = layout!(it, Iter);
                if get!(iter, Iter.remaining as i64) == 0 {
                    put!(iter, Iter.list as Value, NULL);
                    jump!($s, 1, oparg.wrapping_add(1), 0)
                }
                let next = get!(iter, Iter.current as i64);
                let new = get!(iter, Iter.remaining as i64).wrapping_sub(1);
                put!(iter, Iter.remaining as i64, new);
                next
            };
            let next_value = boxed!($s, box_int, fits_int, next);
            poke!($s, 0, next_value);
            next!($s, 1, 1)
        }};
    }
    "##);
    insta::assert_snapshot!(handler(LOOP, "BACK"), @r##"
    /// `(--) = _CHECK + _BACK`
    macro_rules! BACK {
        ($s:tt) => {{
            let oparg = oparg!($s);
            '_CHECK: {
                periodic!($s);
            }
            '_BACK: { jump_back!($s, 1, (oparg as i64).wrapping_neg(), 0) }
        }};
    }
    "##);
    insta::assert_snapshot!(handler(LOOP, "RAISE"), @r##"
    /// `(--) = _RAISE`
    macro_rules! RAISE {
        ($s:tt) => {{
            '_RAISE: {
                save!($s);
                error!($s)
            }
        }};
    }
    "##);
}

const COUNTING: &str = "
specializing op(_SPECIALIZE, (counter/1 -- )) { specialize(counter); }
layout Iter : Object { current: int, remaining: int }
helper next_or_null(it: value) -> value may_raise, may_call_python, allocates;
op(_NEXT, (it: value -- it: value, next: value)) {
    next = next_or_null(it);
    error_if(is_null(next));
}
op(_GUARD, (it: value -- it: Iter)) { exit_if(!is_object(it)); it = it as Iter; }
op(_COUNT, (it: Iter -- it: Iter, next: int | it: Iter)) {
    if it.remaining == 0 { jump_by(oparg); }
    next = it.current;
    it.current = next + 1;
}
family(NEXT, counter/1) = { NEXT_INT };
macro(NEXT) = _SPECIALIZE + _NEXT;
macro(NEXT_INT) = counter/1 + _GUARD + _COUNT;
";

#[test]
fn what_cannot_be_boxed_in_place_leaves_before_anything_happens() {
    insta::assert_snapshot!(handler(COUNTING, "NEXT_INT"), @r##"
    /// `(-0 +1 | 0) = unused/1 + _GUARD + _COUNT`
    macro_rules! NEXT_INT {
        ($s:tt) => {{
            let oparg = oparg!($s);
            let it = peek!($s, -1);
            let it_iter = '_GUARD: {
                if !it.is_object() {
                    miss!($s, NEXT)
                }
                layout!(it, Iter)
            };
            let next = '_COUNT: {
                if get!(it_iter, Iter.remaining as i64) == 0 {
                    jump!($s, 2, oparg, 0)
                }
                let next = get!(it_iter, Iter.current as i64);
                if !defs::fits_int(next) {
                    miss!($s, NEXT)
                }
                let new = next.wrapping_add(1);
                put!(it_iter, Iter.current as i64, new);
                next
            };
            let next_value = boxed!($s, box_int, fits_int, next);
            poke!($s, 0, next_value);
            next!($s, 2, 1)
        }};
    }
    "##);
}

const FRAMES: &str = "
layout Generator : Object { state: u8 }
helper begin(callable: value, args: [value], count: imm u32) -> Frame
    may_raise, allocates, needs_frame;
helper finish(callable: value, args: [value], count: imm u32) -> value
    may_raise, may_call_python, allocates;
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
    insta::assert_snapshot!(handler(FRAMES, "CALL"), @r##"
    /// `(callable: value, args[oparg]: value -- res: value) = _CALL`
    macro_rules! CALL {
        ($s:tt) => {{
            let oparg = oparg!($s);
            let callable = peek!($s, -1 - (oparg as isize));
            let res = '_CALL: {
                save!($s);
                let callee_frame = defs::begin(
                        thread_ref!($s),
                        callable,
                        slot!($s, -(oparg as isize)),
                        oparg,
                    )
                    .into_raw();
                if !callee_frame.is_null() {
                    push_frame!($s, 1, -1 - (oparg as isize), callee_frame)
                }
                let res = defs::finish(callable, slot!($s, -(oparg as isize)), oparg);
                if res.is_null() {
                    error!($s)
                }
                res
            };
            poke!($s, -1 - (oparg as isize), res);
            next!($s, 1, -(oparg as isize))
        }};
    }
    "##);
    insta::assert_snapshot!(handler(FRAMES, "RETURN"), @r##"
    /// `(v: value -- res: value) = _RETURN`
    macro_rules! RETURN {
        ($s:tt) => {{
            let v = peek!($s, -1);
            '_RETURN: { pop_frame!($s, v) }
        }};
    }
    "##);
    insta::assert_snapshot!(handler(FRAMES, "YIELD"), @r##"
    /// `(v: value -- sent: value) = _YIELD`
    macro_rules! YIELD {
        ($s:tt) => {{
            let v = peek!($s, -1);
            '_YIELD: { suspend_frame!($s, 1, -1, v) }
        }};
    }
    "##);
    insta::assert_snapshot!(handler(FRAMES, "SEND"), @r##"
    /// `(g: value, v: value -- g: value, res: value) = _SEND`
    macro_rules! SEND {
        ($s:tt) => {{
            let g = peek!($s, -2);
            let v = peek!($s, -1);
            '_SEND: { resume_frame!($s, 1, -1, layout!(g, Generator), v) }
        }};
    }
    "##);
}

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

#[test]
fn caches_are_read_where_they_are_used() {
    insta::assert_snapshot!(handler(CACHES, "GET_FOUND"), @r##"
    /// `(-1 +(oparg & 1) + 1) = unused/1 + _CHECK_SHAPE + _GET_FOUND + _NULL_IF(oparg & 1)`
    macro_rules! GET_FOUND {
        ($s:tt) => {{
            let oparg = oparg!($s);
            let owner = peek!($s, -1);
            '_CHECK_SHAPE: {
                let shape = cache2!($s, 1) as u32;
                if !fns::has_shape(owner, shape) {
                    miss!($s, GET)
                }
            }
            let res = '_GET_FOUND: {
                let found = root!($s, cache!($s, 3));
                found
            };
            let oparg_2 = oparg & 1;
            '_NULL_IF: {
                if oparg_2 != 0 {
                    put_element!(slot!($s, 0), 0, NULL);
                }
            }
            poke!($s, -1, res);
            next!($s, 5, (oparg_2 as isize))
        }};
    }
    "##);
}

#[test]
fn fillers_run_at_their_place_and_caches_are_written_last() {
    insta::assert_snapshot!(specializer(CACHES), @r##"
    /// The member of `GET` that fits, or none.
    ///
    /// # Safety
    /// The site is an instruction of the family, about to run in the running frame.
    #[cold]
    pub unsafe fn specialize_get(site: Site) -> Option<u8> {
        // SAFETY: the operands and caches of the instruction are there (see above).
        unsafe {
            let oparg = oparg!(site);
            'GET_FOUND: {
                let owner = peek!(site, -1);
                let Some(shape) = defs::shape_of(owner) else { break 'GET_FOUND };
                if !fns::has_shape(owner, shape) {
                    break 'GET_FOUND;
                }
                let Some(found) = defs::find(owner, name!(site, oparg >> 1)) else {
                    break 'GET_FOUND
                };
                let res = found;
                site.fill2(1, shape as u64);
                site.watch(defs::class_of(owner));
                site.fill_root(3, found);
                return site.adopt(0, op::GET_FOUND);
            }
            site.back_off(0, op::GET)
        }
    }
    "##);
}

#[test]
fn inline_functions_and_layouts() {
    let model = model(CACHES);
    insta::assert_snapshot!(render(&Item::Rust(fns::function(&model, &model.fns[0]))), @r##"
    /// # Safety
    /// Pointers among the arguments are live.
    #[inline(always)]
    pub unsafe fn has_shape(v: Value, shape: u32) -> bool {
        // SAFETY: a field is read as its layout declares it; see the checks below.
        unsafe { v.is_object() && (get!(layout!(v, Object), Object.shape as u32) == shape) }
    }
    "##);
    let list = model.layout("List").expect("in the prelude");
    insta::assert_snapshot!(render(&Item::Rust(fns::layout_checks(&model, &model[list]))), @r##"
    declared!(List.len as usize);
    declared!(List.items as *mut Value);
    "##);
}

const MEMORY: &str = "
const NB_LESS: u32 = 0;
/// list[at] = v.
op(_SET, (v: value, list: value, at: value -- )) {
    let target = list as List;
    let index = unbox_int(at);
    target.items[index] = v;
    target.len = index as usize;
}
/// Any comparison.
op(_COMPARE, (left: value, right: value -- res: bool)) {
    let a = unbox_int(left);
    let b = unbox_int(right);
    res = match oparg >> 5 { NB_LESS => a < b, 1 | 2 => a == b, 3..=4 => a >= b, _ => a > b };
}
/// Twice as far from zero.
op(_DOUBLE, (v: value -- res: int)) {
    let i = unbox_int(v);
    if i < 0 { res = -i; } else { res = i << 1; }
}
macro(SET) = _SET;
macro(COMPARE) = _COMPARE;
macro(DOUBLE) = _DOUBLE;
";

#[test]
fn references_are_stored_with_a_barrier() {
    insta::assert_snapshot!(handler(MEMORY, "SET"), @r##"
    /// `(v: value, list: value, at: value --) = _SET`
    macro_rules! SET {
        ($s:tt) => {{
            let v = peek!($s, -3);
            let list = peek!($s, -2);
            let at = peek!($s, -1);
            '_SET: {
                let target = layout!(list, List);
                let index = defs::unbox_int(at);
                put_element_reference!(
                    target, get!(target, List.items as *mut Value), index, v
                );
                put!(target, List.len as usize, index as usize);
            }
            next!($s, 1, -3)
        }};
    }
    "##);
}

#[test]
fn a_match_is_on_what_is_known_early() {
    insta::assert_snapshot!(handler(MEMORY, "COMPARE"), @r##"
    /// `(left: value, right: value -- res: bool) = _COMPARE`
    macro_rules! COMPARE {
        ($s:tt) => {{
            let oparg = oparg!($s);
            let left = peek!($s, -2);
            let right = peek!($s, -1);
            let res = '_COMPARE: {
                let a = defs::unbox_int(left);
                let b = defs::unbox_int(right);
                match oparg >> 5 {
                    op::NB_LESS => a < b,
                    1 | 2 => a == b,
                    3..=4 => a >= b,
                    _ => a > b,
                }
            };
            let res_value = defs::box_bool(res);
            poke!($s, -2, res_value);
            next!($s, 1, -1)
        }};
    }
    "##);
}

#[test]
fn an_output_that_several_paths_assign_is_declared_first() {
    insta::assert_snapshot!(handler(MEMORY, "DOUBLE"), @r##"
    /// `(v: value -- res: int) = _DOUBLE`
    macro_rules! DOUBLE {
        ($s:tt) => {{
            let v = peek!($s, -1);
            let res = '_DOUBLE: {
                let mut res: i64;
                let i = defs::unbox_int(v);
                if i < 0 {
                    res = i.wrapping_neg();
                } else {
                    res = i << 1;
                }
                res
            };
            let res_value = boxed!($s, box_int, fits_int, res);
            poke!($s, -1, res_value);
            next!($s, 1, 0)
        }};
    }
    "##);
}

const EXITS: &str = "
helper cold_way(v: value) -> ok may_raise, needs_frame;
helper note(v: value);
/// Any value.
op(_SLOW, (v: value -- res: value)) { error_if(!cold_way(v)); res = v; }
/// Ints.
op(_QUICK, (v: value -- res: int)) {
    exit_if(!is_int(v), SLOW);
    let i = unbox_int(v);
    match oparg {
        0 => { note(v); res = i; }
        1 | 2 => { res = i + 1; }
        _ => { res = if i > 0 { i } else { 0 }; }
    }
}
/// Leaves for good.
op(_SURE, (v: value -- v: value)) { deopt_if(is_null(v), SLOW); }
macro(SLOW) = _SLOW;
macro(QUICK) = _QUICK;
macro(SURE) = _SURE;
inst(BOTH, (a: value, b: value -- res: bool)) { res = same(a, b) && !is_null(a); }
";

#[test]
fn an_exit_may_name_who_takes_over() {
    insta::assert_snapshot!(handler(EXITS, "QUICK"), @r##"
    /// `(v: value -- res: int) = _QUICK`
    macro_rules! QUICK {
        ($s:tt) => {{
            let oparg = oparg!($s);
            let v = peek!($s, -1);
            let res = '_QUICK: {
                let mut res: i64;
                if !defs::is_int(v) {
                    miss!($s, SLOW)
                }
                let i = defs::unbox_int(v);
                match oparg {
                    0 => {
                        defs::note(v);
                        res = i;
                    }
                    1 | 2 => {
                        res = i.wrapping_add(1);
                    }
                    _ => {
                        res = if i > 0 { i } else { 0i64 };
                    }
                }
                res
            };
            let res_value = boxed!($s, box_int, fits_int, res);
            poke!($s, -1, res_value);
            next!($s, 1, 0)
        }};
    }
    "##);
    insta::assert_snapshot!(handler(EXITS, "BOTH"), @r##"
    /// `(a: value, b: value -- res: bool) = _BOTH`
    macro_rules! BOTH {
        ($s:tt) => {{
            let a = peek!($s, -2);
            let b = peek!($s, -1);
            let res = '_BOTH: { (a == b) && (!a.is_null()) };
            let res_value = defs::box_bool(res);
            poke!($s, -2, res_value);
            next!($s, 1, -1)
        }};
    }
    "##);
}

const TABLE: &str = "
/// Nothing.
op(_NOTHING, ( -- )) { }
/// Goes on n units behind.
op(_JUMP, ( -- )) { jump_by(oparg); }
/// What the instruction is for.
macro(NOTHING) = _NOTHING;
macro(FORWARD) = _JUMP;
super(TWICE) = NOTHING + NOTHING;
pseudo(JUMP) = { FORWARD };
instrumented { FORWARD }
reserved { ENTER = 254 }
";

#[test]
fn the_switch_names_each_handler_once() {
    let model = model(TABLE);
    let arms: Vec<String> = model
        .opcodes
        .iter()
        .map(|opcode| dispatch_switch::arm(&model, opcode).to_string())
        .collect();
    insta::assert_snapshot!(arms.join("\n"), @r##"
    op :: NOTHING => NOTHING ! ((ip sp fp ts opcode 'dispatch 'exit)) ,
    op :: FORWARD => FORWARD ! ((ip sp fp ts opcode 'dispatch 'exit)) ,
    op :: TWICE => TWICE ! ((ip sp fp ts opcode 'dispatch 'exit)) ,
    op :: INSTRUMENTED_FORWARD => instrumented ! ((ip sp fp ts opcode 'dispatch 'exit) , FORWARD) ,
    "##);
}

#[test]
fn the_tail_dispatch_has_a_function_an_opcode() {
    let model = model(TABLE);
    let functions: Vec<Item> = model
        .opcodes
        .iter()
        .filter_map(|opcode| dispatch_tail::function(&model, opcode))
        .map(Item::Rust)
        .collect();
    insta::assert_snapshot!(functions.iter().map(render).collect::<String>(), @r##"
    unsafe extern "sysv64" fn NOTHING(mut ip: Ip, mut sp: Sp, fp: Fp, ts: Ts, table: Table) {
        // SAFETY: checked code keeps `ip` on instructions, `sp` within the stack.
        unsafe { NOTHING!((ip sp fp ts table)) }
    }
    unsafe extern "sysv64" fn FORWARD(mut ip: Ip, mut sp: Sp, fp: Fp, ts: Ts, table: Table) {
        // SAFETY: checked code keeps `ip` on instructions, `sp` within the stack.
        unsafe { FORWARD!((ip sp fp ts table)) }
    }
    unsafe extern "sysv64" fn TWICE(mut ip: Ip, mut sp: Sp, fp: Fp, ts: Ts, table: Table) {
        // SAFETY: checked code keeps `ip` on instructions, `sp` within the stack.
        unsafe { TWICE!((ip sp fp ts table)) }
    }
    unsafe extern "sysv64" fn INSTRUMENTED_FORWARD(
        mut ip: Ip,
        mut sp: Sp,
        fp: Fp,
        ts: Ts,
        table: Table,
    ) {
        // SAFETY: checked code keeps `ip` on instructions, `sp` within the stack.
        unsafe { instrumented!((ip sp fp ts table), FORWARD) }
    }
    "##);
}

#[test]
fn the_tables_of_a_small_set() {
    insta::assert_snapshot!(opcode::generate(&model(TABLE)), @r##"
    // @generated by cargo xtask regen from opcodes.def. Do not edit.
    //! The instruction set as tables: numbers, names, lengths, stack effects, properties, families.

    pub const NOTHING: u8 = 1;
    pub const FORWARD: u8 = 2;
    pub const TWICE: u8 = 3;
    pub const INSTRUMENTED_FORWARD: u8 = 253;
    pub const ENTER: u8 = 254;

    /// By number; empty where no instruction has it.
    pub const NAMES: [&str; 256] = {
        let mut names = [""; 256];
        names[NOTHING as usize] = "NOTHING";
        names[FORWARD as usize] = "FORWARD";
        names[TWICE as usize] = "TWICE";
        names[INSTRUMENTED_FORWARD as usize] = "INSTRUMENTED_FORWARD";
        names[ENTER as usize] = "ENTER";
        names
    };

    pub fn opcode_by_name(name: &str) -> Option<u8> {
        Some(
            match name {
                "NOTHING" => NOTHING,
                "FORWARD" => FORWARD,
                "TWICE" => TWICE,
                "INSTRUMENTED_FORWARD" => INSTRUMENTED_FORWARD,
                "ENTER" => ENTER,
                _ => return None,
            },
        )
    }

    /// Units of cache behind the instruction's own unit.
    pub const CACHE_UNITS: [u8; 256] = {
        let mut units = [0; 256];
        units
    };
    /// Units of the instruction, its caches included. A superinstruction: of its first.
    pub const fn length(opcode: u8) -> usize {
        1 + CACHE_UNITS[opcode as usize] as usize
    }

    /// What [`FLAGS`] says of an instruction.
    pub mod flag {
        /// The operand means something.
        pub const USES_OPARG: u32 = 1 << 0;
        /// The operand is an index of a constant.
        pub const USES_CONSTANT: u32 = 1 << 1;
        /// The operand holds an index of a name.
        pub const USES_NAME: u32 = 1 << 2;
        /// The operand holds an index of a local.
        pub const USES_LOCAL: u32 = 1 << 3;
        /// The operand is an index of a cell.
        pub const USES_CELL: u32 = 1 << 4;
        /// May go on elsewhere than behind itself, in the same code.
        pub const JUMPS: u32 = 1 << 5;
        /// Jumps on some paths and not on others.
        pub const UNPREDICTABLE_JUMP: u32 = 1 << 6;
        /// May go on in a frame of its own making.
        pub const PUSHES_FRAME: u32 = 1 << 7;
        /// May go on in the frame below.
        pub const POPS_FRAME: u32 = 1 << 8;
        /// Where it goes on cannot be told from the code alone.
        pub const NEEDS_FRAME_GUARD: u32 = 1 << 9;
        /// Never goes on with the instruction behind it.
        pub const ALWAYS_LEAVES: u32 = 1 << 10;
        /// May leave with an exception.
        pub const MAY_RAISE: u32 = 1 << 11;
        /// Has a guard that may fail often.
        pub const MAY_EXIT: u32 = 1 << 12;
        /// Has a guard that should not fail.
        pub const MAY_DEOPT: u32 = 1 << 13;
        /// May run any code, or change any memory.
        pub const ESCAPES: u32 = 1 << 14;
        /// May allocate.
        pub const ALLOCATES: u32 = 1 << 15;
        /// Nothing but its result.
        pub const PURE: u32 = 1 << 16;
        /// The generic form of a family.
        pub const SPECIALIZES: u32 = 1 << 17;
        /// Looks whether the thread has other things to do.
        pub const CHECKS_PERIODIC: u32 = 1 << 18;
        /// Shows the trace recorder a value.
        pub const RECORDS_VALUE: u32 = 1 << 19;
        /// Stores `ip` and `sp` into the frame before something may look at them.
        pub const SAVES_FRAME: u32 = 1 << 20;
    }

    pub const FLAGS: [u32; 256] = {
        let mut flags = [0; 256];
        flags[FORWARD as usize] = flag::USES_OPARG | flag::JUMPS | flag::ALWAYS_LEAVES;
        flags[INSTRUMENTED_FORWARD as usize] = flag::USES_OPARG | flag::JUMPS
            | flag::ALWAYS_LEAVES;
        flags
    };
    pub const fn has(opcode: u8, flag: u32) -> bool {
        FLAGS[opcode as usize] & flag != 0
    }

    /// What the compiler emitted: the head of a family, the first half, the plain one.
    pub const HEAD: [u8; 256] = {
        let mut head = [0; 256];
        let mut opcode = 0;
        while opcode < 256 {
            head[opcode] = opcode as u8;
            opcode += 1;
        }
        head[TWICE as usize] = NOTHING;
        head[INSTRUMENTED_FORWARD as usize] = FORWARD;
        head
    };

    /// A generic instruction and what it specializes to.
    pub struct Family {
        pub head: u8,
        pub members: &'static [u8],
        pub caches: &'static [CacheEntry],
    }
    /// `offset` counts from behind the instruction's own unit; no name: nothing is kept.
    pub struct CacheEntry {
        pub name: &'static str,
        pub offset: u32,
        pub units: u32,
    }
    pub const FAMILIES: &[Family] = &[];

    /// Operands that the instruction takes from the stack.
    pub const fn popped(opcode: u8, oparg: u32) -> i64 {
        match opcode {
            _ => 0,
        }
    }
    /// Operands that it leaves there.
    pub const fn pushed(opcode: u8, oparg: u32) -> i64 {
        match opcode {
            _ => 0,
        }
    }
    /// As `pushed`, on the path that jumps.
    pub const fn pushed_by_jump(opcode: u8, oparg: u32) -> i64 {
        match opcode {
            _ => pushed(opcode, oparg),
        }
    }
    /// The most slots in use above the depth at entry, in between or at the end.
    pub const fn peak(opcode: u8, oparg: u32) -> i64 {
        match opcode {
            _ => 0,
        }
    }

    pub const JUMP: u16 = 256;
    /// What a compiler makes of an instruction that only compilers know.
    pub const fn pseudo_targets(pseudo: u16) -> &'static [u8] {
        match pseudo {
            JUMP => &[FORWARD],
            _ => &[],
        }
    }

    /// Superinstructions, each with the instructions that it stands for at the place of the
    /// first.
    pub const SUPERS: &[(u8, &[u8])] = &[(TWICE, &[NOTHING, NOTHING])];

    /// Instructions that report to a tool, each with the plain one.
    pub const INSTRUMENTED: &[(u8, u8)] = &[(INSTRUMENTED_FORWARD, FORWARD)];
    "##);
}

#[test]
fn the_documentation_of_a_small_set() {
    insta::assert_snapshot!(docs::generate(&model(TABLE)), @r##"
    <!-- @generated by cargo xtask regen from opcodes.def. Do not edit. -->

    # The instruction set


    A row is an instruction: what it takes from the stack and what it leaves (top on the right), the
    units of its inline cache, what it may do, and the micro-ops that it is made of. Rows that are
    indented with `·` are specialized forms of the row above them: the interpreter puts them in its
    place when their guards hold. `cargo xtask explain NAME` shows one instruction's whole life.

    ## Instructions

    | instruction | stack | cache | may | micro-ops |
    |---|---|---|---|---|
    | `NOTHING`<br>What the instruction is for. | `--` |  |  | _NOTHING |
    | `FORWARD`<br>Goes on n units behind. | `--` |  | jumps | _JUMP |

    ## Superinstructions

    | instruction | stands for |
    |---|---|
    | `TWICE` | `NOTHING` + `NOTHING` |

    ## Known to compilers only

    | pseudo-instruction | becomes |
    |---|---|
    | `JUMP` | `FORWARD` |

    ## Micro-ops

    | micro-op | effect | caches | meaning |
    |---|---|---|---|
    | `_NOTHING` | `--` |  | Nothing. |
    | `_JUMP` | `--` |  | Goes on n units behind. |
    "##);
}

#[test]
fn explain_shows_a_life_on_one_screen() {
    let model = model(ADD);
    insta::assert_snapshot!(explain::explain(&model, "ADD_INT").expect("the toy defines it"), @r##"
    ADD_INT (opcode 2)
    ==================

    -- definition --------------------------------------------------------------------------------
    toy.def:27:
    macro(ADD_INT) if oparg == 0 = counter/1 + _GUARD_NOS_INT + _GUARD_TOS_INT + _ADD_INT;

    -- properties --------------------------------------------------------------------------------
    stack     -2 +1
    length    1 + 1 units of cache
    may       may_exit
    family    ADD = ADD_INT

    -- micro-ops ---------------------------------------------------------------------------------
    toy.def:18:
    op(_GUARD_NOS_INT, (v: value, tos -- v: int, tos)) { exit_if(!is_int(v)); v = unbox_int(v); }

    toy.def:17:
    op(_GUARD_TOS_INT, (v: value -- v: int)) { exit_if(!is_int(v)); v = unbox_int(v); }

    toy.def:19:
    /// res = left + right.
    pure op(_ADD_INT, (left: int, right: int -- res: int)) {
        let (sum, overflow) = add_overflow(left, right);
        exit_if(overflow);
        res = sum;
    }

    -- handler -----------------------------------------------------------------------------------
    /// `(-2 +1) = unused/1 + _GUARD_NOS_INT + _GUARD_TOS_INT + _ADD_INT`
    macro_rules! ADD_INT {
        ($s:tt) => {{
            let v = peek!($s, -2);
            let v_int = '_GUARD_NOS_INT: {
                if !defs::is_int(v) {
                    miss!($s, ADD)
                }
                defs::unbox_int(v)
            };
            let v_value = peek!($s, -1);
            let v_2 = '_GUARD_TOS_INT: {
                if !defs::is_int(v_value) {
                    miss!($s, ADD)
                }
                defs::unbox_int(v_value)
            };
            let res = '_ADD_INT: {
                let (sum, overflow) = v_int.overflowing_add(v_2);
                if overflow {
                    miss!($s, ADD)
                }
                sum
            };
            let res_value = boxed_or_miss!($s, box_int, fits_int, res, ADD);
            poke!($s, -2, res_value);
            next!($s, 2, -1)
        }};
    }

    -- specializer -------------------------------------------------------------------------------
    tried as number 1 of 1 if (oparg == 0)
    'ADD_INT: {
        if !(oparg == 0) {
            break 'ADD_INT;
        }
        let v = peek!(site, -2);
        if !defs::is_int(v) {
            break 'ADD_INT;
        }
        let v_int = defs::unbox_int(v);
        let v_value = peek!(site, -1);
        if !defs::is_int(v_value) {
            break 'ADD_INT;
        }
        let v_2 = defs::unbox_int(v_value);
        let (sum, overflow) = v_int.overflowing_add(v_2);
        if overflow {
            break 'ADD_INT;
        }
        let res = sum;
        if !defs::fits_int(res) {
            break 'ADD_INT;
        }
        return site.adopt(0, op::ADD_INT);
    }
    "##);
    insta::assert_snapshot!(explain::explain(&model, "_ADD_INT").expect("the toy defines it"), @r##"
    _ADD_INT (left: int, right: int -- res: int)
    ============================================

    -- definition --------------------------------------------------------------------------------
    toy.def:19:
    /// res = left + right.
    pure op(_ADD_INT, (left: int, right: int -- res: int)) {
        let (sum, overflow) = add_overflow(left, right);
        exit_if(overflow);
        res = sum;
    }

    -- used by -----------------------------------------------------------------------------------
    ADD_INT

    -- properties --------------------------------------------------------------------------------
    may_exit pure
    "##);
    assert_eq!(explain::explain(&model, "NOT_THERE"), None);
}
