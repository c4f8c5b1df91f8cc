//! What becomes of small definitions in traces.

use crate::{ADD, model};
use codegen::file::{Item, render};
use codegen::lower;
use insta::assert_snapshot;

/// The lowering of an instruction and of its micro-ops.
fn lowering(definition: &str, name: &str) -> String {
    let model = model(definition);
    let one = &model[model.instruction(name).expect("the toy defines it")];
    let ops = lower::used(&model).into_iter().map(|op| lower::micro_op(&model, op));
    let texts = ops.chain([lower::instruction(&model, one)]).map(|text| match text {
        Ok(tokens) => render(&Item::Rust(tokens)),
        Err(reason) => format!("refused: {reason}\n"),
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_guard_and_a_sum() {
    assert_snapshot!(lowering(ADD, "ADD_INT"));
}

#[test]
fn a_path_that_jumps_is_taken_or_a_side_path() {
    let definition = "
        layout Counter : Object { left: int }
        /// Counts down.
        inst(NEXT, (counter: value -- counter: value, n: int | counter: value)) {
            let c = counter as Counter;
            if c.left == 0 { jump_by(oparg); }
            n = c.left;
            c.left = c.left - 1;
        }";
    assert_snapshot!(lowering(definition, "NEXT"));
}

#[test]
fn the_operand_chooses_when_the_trace_is_compiled() {
    let definition = "
        helper fill(v: value, slots: [value]) -> ok   may_raise;
        /// One or two slots.
        inst(LOAD, (v: value -- slots[1 + (oparg & 1)]: value)) {
            if oparg & 1 != 0 { error_if(!fill(v, slots)); } else { slots[0] = v; }
        }";
    assert_snapshot!(lowering(definition, "LOAD"));
}

#[test]
fn a_frame_that_the_trace_need_not_make() {
    let definition = "
        helper has_room(f: value) -> bool      reads(all), needs_frame, room_for(f);
        helper enter(f: value, this: value, args: [value]) -> Frame   writes(all), needs_frame, exact_frame(f, this, args);
        /// Does not.
        inst(SLOW, (f: value, this: value, args[oparg] -- res: value)) { res = this; }
        /// Calls.
        inst(CALL, (f: value, this: value, args[oparg] -- res: value)) {
            exit_if(is_null(f) || !has_room(f), SLOW);
            push_frame(enter(f, this, args));
        }";
    assert_snapshot!(lowering(definition, "CALL"));
}

#[test]
fn a_generator_that_yields_and_is_resumed() {
    let definition = "
        /// Yields.
        inst(YIELD, (v: value -- sent: value)) { suspend_frame(v); }";
    assert_snapshot!(lowering(definition, "YIELD"));
}

#[test]
fn another_instruction_that_takes_over() {
    let definition = "
        helper grow(v: value) -> ok   may_raise;
        helper is_full(v: value) -> bool   reads(all);
        /// Grows.
        inst(GROWING, (v: value -- res: value)) { error_if(!grow(v)); res = v; }
        /// Has room.
        inst(PUT, (v: value -- res: value)) { exit_if(is_full(v), GROWING); res = v; }";
    assert_snapshot!(lowering(definition, "PUT"));
}

#[test]
fn what_cannot_be_part_of_a_trace_is_refused() {
    let definition = "
        helper distance(v: value) -> i32   pure;
        /// Goes where the operand says.
        inst(GO, (v: value -- )) { jump_by(distance(v)); }";
    assert_snapshot!(lowering(definition, "GO"));
}
