//! What becomes of one instruction.

use crate::{ADD, CACHES, handler, model};
use codegen::handlers;

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
                reload!($s);
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
            let oparg = oparg!($s);
            let v = '_LOAD: { local!($s, oparg) };
            advance!($s, 1, 0);
            let oparg = oparg!($s);
            let v_2 = '_CONST: { constant!($s, oparg) };
            poke!($s, 0, v);
            poke!($s, 1, v_2);
            next!($s, 1, 2)
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
helper set_error() may_raise;
op(_RAISE, ( -- )) { set_error(); raise(); }
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
                defs::set_error();
                reload!($s);
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
                reload!($s);
                if !callee_frame.is_null() {
                    push_frame!($s, 1, -1 - (oparg as isize), callee_frame)
                }
                let res = defs::finish(callable, slot!($s, -(oparg as isize)), oparg);
                reload!($s);
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
