//! `_opcode`: what is known of CPython 3.14's instructions, whose numbers code objects use. Not here: how they run.

use crate::error::{R, value_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::support::tuple;
use crate::slots::BinaryOp;
use crate::value::{FALSE, NONE, TRUE, Value};
use crate::vm::intern;

// Inclusive ranges of numbers.
#[rustfmt::skip]
const VALID: &[(u16, u16)] = &[(0, 120), (128, 211), (234, 266)];
#[rustfmt::skip]
const ARG: &[(u16, u16)] = &[(44, 120), (128, 128), (143, 153), (155, 195), (197, 197), (200, 200), (209, 211), (237, 237),
    (239, 239), (241, 245), (247, 251), (253, 253), (255, 255), (257, 261), (263, 266)];
#[rustfmt::skip]
const CONST: &[(u16, u16)] = &[(82, 82), (190, 191)];
#[rustfmt::skip]
const NAME: &[(u16, u16)] = &[(61, 61), (64, 65), (72, 73), (80, 80), (91, 93), (96, 96), (110, 110), (115, 116), (179, 179),
    (189, 189), (194, 195), (200, 200), (249, 249)];
#[rustfmt::skip]
const JUMP: &[(u16, u16)] = &[(68, 68), (70, 70), (75, 77), (100, 103), (106, 106), (172, 176), (237, 237), (248, 248), (257, 260)];
#[rustfmt::skip]
const FREE: &[(u16, u16)] = &[(62, 62), (90, 90), (97, 97), (111, 111)];
#[rustfmt::skip]
const LOCAL: &[(u16, u16)] = &[(3, 3), (63, 63), (83, 89), (112, 114), (261, 261), (266, 266)];
#[rustfmt::skip]
const EXC: &[(u16, u16)] = &[(263, 265)];
/// Instruction, effect without argument, change for each one of the argument.
#[rustfmt::skip]
const EFFECTS: &[(u16, i8, i8)] = &[(0, 0, 0), (1, -2, 0), (2, -1, 0), (4, -3, 0), (5, 0, 0), (6, 0, 0), (7, -1, 0), (8, -2, 0),
    (9, -1, 0), (10, -1, 0), (11, -1, 0), (12, 0, 0), (13, -1, 0), (14, 0, 0), (15, 1, 0), (16, 0, 0), (17, 0, 0), (18, 1, 0),
    (19, 0, 0), (20, -1, 0), (21, 1, 0), (22, 1, 0), (23, 0, 0), (24, 1, 0), (25, 1, 0), (26, 1, 0), (27, 0, 0), (28, 0, 0),
    (29, -1, 0), (30, -1, 0), (31, -1, 0), (32, 1, 0), (33, 1, 0), (34, 1, 0), (35, 0, 0), (36, 0, 0), (37, -4, 0), (38, -3, 0),
    (39, 0, 0), (40, 0, 0), (41, 0, 0), (42, 0, 0), (43, 1, 0), (44, -1, 0), (46, 1, -1), (47, 1, -2), (48, 1, -1), (49, 1, -1),
    (50, 1, -1), (51, 1, -1), (52, -1, -1), (53, 0, 0), (54, -1, 0), (55, -2, -1), (56, -1, 0), (57, -1, 0), (58, 0, 0), (59, 1,
    0), (60, 0, 0), (61, -1, 0), (62, 0, 0), (63, 0, 0), (64, 0, 0), (65, 0, 0), (66, -1, 0), (67, -1, 0), (68, -2, 0), (69, 0,
    0), (70, 1, 0), (71, 0, 0), (72, 1, 0), (73, -1, 0), (74, -1, 0), (75, 0, 0), (76, 0, 0), (77, 0, 0), (78, -1, 0), (79, -1,
    0), (81, 1, 0), (82, 1, 0), (83, 1, 0), (84, 1, 0), (85, 1, 0), (86, 1, 0), (87, 2, 0), (88, 1, 0), (89, 2, 0), (90, 0, 0),
    (91, 0, 0), (93, 1, 0), (94, 1, 0), (95, 1, 0), (97, 0, 0), (98, -2, 0), (99, -2, 0), (100, -1, 0), (101, -1, 0), (102, -1,
    0), (103, -1, 0), (104, 0, -1), (105, -1, 0), (106, 0, 0), (107, -1, 0), (108, -1, 0), (109, -1, 0), (110, -2, 0), (111, -1,
    0), (112, -1, 0), (113, 0, 0), (114, -2, 0), (115, -1, 0), (116, -1, 0), (117, 0, 0), (118, 0, 1), (119, -1, 1), (120, 0,
    0), (128, 0, 0), (234, -1, 0), (235, -1, 0), (236, -1, 0), (237, 1, 0), (238, 0, 0), (239, 0, 0), (240, 0, 0), (241, -1, 0),
    (242, -1, 0), (243, -1, 0), (244, -1, 0), (245, 0, 0), (246, 0, 0), (247, 0, 0), (248, -2, 0), (250, -1, -1), (251, -2, -1),
    (252, -3, 0), (253, 0, 0), (254, 0, 0), (255, 0, 0), (256, 0, 0), (257, 0, 0), (258, 0, 0), (259, 0, 0), (260, 0, 0), (261,
    1, 0), (262, 0, 0), (266, -1, 0)];

static FUNCTIONS: [NativeFunction; 15] = [
    function("stack_effect", "($module, opcode, oparg=None, /, *, jump=None)", stack_effect, "Compute the stack effect of the opcode."),
    function("is_valid", "($module, /, opcode)", |a| is_in(VALID, a[0]), "Return True if opcode is valid, False otherwise."),
    function("has_arg", "($module, /, opcode)", |a| is_in(ARG, a[0]), "Return True if the opcode uses its oparg, False otherwise."),
    function("has_const", "($module, /, opcode)", |a| is_in(CONST, a[0]), "Return True if the opcode accesses a constant, False otherwise."),
    function("has_name", "($module, /, opcode)", |a| is_in(NAME, a[0]), "Return True if the opcode accesses an attribute by name, False otherwise."),
    function("has_jump", "($module, /, opcode)", |a| is_in(JUMP, a[0]), "Return True if the opcode has a jump target, False otherwise."),
    function("has_free", "($module, /, opcode)", |a| is_in(FREE, a[0]), "Return True if the opcode accesses a free variable, False otherwise."),
    function("has_local", "($module, /, opcode)", |a| is_in(LOCAL, a[0]), "Return True if the opcode accesses a local variable, False otherwise."),
    function("has_exc", "($module, /, opcode)", |a| is_in(EXC, a[0]), "Return True if the opcode sets an exception handler, False otherwise."),
    function("get_specialization_stats", "($module, /)", |_| Ok(NONE), "Return the specialization stats."),
    function("get_nb_ops", "($module, /)", |_| operators(), "Return array of symbols of binary ops."),
    function("get_intrinsic1_descs", "($module, /)", |_| texts(&UNARY_INTRINSICS), "Return a list of names of the unary intrinsics."),
    function("get_intrinsic2_descs", "($module, /)", |_| texts(&BINARY_INTRINSICS), "Return a list of names of the binary intrinsics."),
    function(
        "get_special_method_names",
        "($module, /)",
        |_| texts(&["__enter__", "__exit__", "__aenter__", "__aexit__"]),
        "Return a list of special method names.",
    ),
    function("get_executor", "($module, /, code, offset)", |_| Ok(NONE), "Return the executor object at offset in code if exists, None otherwise."),
];

const UNARY_INTRINSICS: [&str; 12] = [
    "INTRINSIC_1_INVALID",
    "INTRINSIC_PRINT",
    "INTRINSIC_IMPORT_STAR",
    "INTRINSIC_STOPITERATION_ERROR",
    "INTRINSIC_ASYNC_GEN_WRAP",
    "INTRINSIC_UNARY_POSITIVE",
    "INTRINSIC_LIST_TO_TUPLE",
    "INTRINSIC_TYPEVAR",
    "INTRINSIC_PARAMSPEC",
    "INTRINSIC_TYPEVARTUPLE",
    "INTRINSIC_SUBSCRIPT_GENERIC",
    "INTRINSIC_TYPEALIAS",
];
const BINARY_INTRINSICS: [&str; 6] = [
    "INTRINSIC_2_INVALID",
    "INTRINSIC_PREP_RERAISE_STAR",
    "INTRINSIC_TYPEVAR_WITH_BOUND",
    "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
    "INTRINSIC_SET_TYPEPARAM_DEFAULT",
];
/// In the order of `BinaryOp`.
const OPERATOR_NAMES: [&str; 13] = [
    "ADD", "AND", "FLOOR_DIVIDE", "LSHIFT", "MATRIX_MULTIPLY", "MULTIPLY", "REMAINDER", "OR", "POWER", "RSHIFT", "SUBTRACT",
    "TRUE_DIVIDE", "XOR",
];

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    add(module, "ENABLE_SPECIALIZATION", Value::int(1));
    add(module, "ENABLE_SPECIALIZATION_FT", Value::int(1));
    Ok(())
}

fn contains(table: &[(u16, u16)], opcode: i32) -> bool {
    table.iter().any(|&(first, last)| (first as i32..=last as i32).contains(&opcode))
}
fn is_in(table: &[(u16, u16)], opcode: Value) -> R {
    Ok(Value::bool(contains(table, int::index_to_i32(opcode)?)))
}
fn texts(all: &[&str]) -> R {
    let list = List::new();
    for text in all {
        list.push(intern(text).value())?;
    }
    Ok(list.value())
}
fn operators() -> R {
    let list = List::new();
    let pair = |name: String, symbol: &str| tuple(&[intern(&name).value(), intern(symbol).value()]);
    for (op, name) in BinaryOp::ALL.iter().zip(OPERATOR_NAMES) {
        let symbol = if *op == BinaryOp::Power { "**" } else { op.symbol() };
        list.push(pair(format!("NB_{name}"), symbol))?;
    }
    for (op, name) in BinaryOp::ALL.iter().zip(OPERATOR_NAMES) {
        list.push(pair(format!("NB_INPLACE_{name}"), op.inplace_symbol()))?;
    }
    list.push(pair("NB_SUBSCR".to_string(), "[]"))?;
    Ok(list.value())
}

const BUILD_INTERPOLATION: i32 = 45;
const LOAD_ATTR: i32 = 80;
const LOAD_GLOBAL: i32 = 92;
const LOAD_SUPER_ATTR: i32 = 96;
const INSTRUMENTED_LOAD_SUPER_ATTR: i32 = 249;
const SETUP_CLEANUP: i32 = 263;
const SETUP_FINALLY: i32 = 264;
const SETUP_WITH: i32 = 265;

fn stack_effect(args: &[Value]) -> R {
    let opcode = int::index_to_i32(args[0])?;
    let oparg = match crate::objects::support::not_none(args[1]) {
        Some(oparg) => int::index_to_i32(oparg)? as i64,
        None => 0,
    };
    let jumps = match args[2].option() {
        None | Some(NONE | TRUE) => true,
        Some(FALSE) => false,
        Some(_) => return Err(value_error("stack_effect: jump must be False, True or None")),
    };
    let odd = oparg & 1;
    let effect = match opcode {
        BUILD_INTERPOLATION => -1 - odd,
        LOAD_ATTR => odd,
        LOAD_GLOBAL => 1 + odd,
        LOAD_SUPER_ATTR | INSTRUMENTED_LOAD_SUPER_ATTR => -2 + odd,
        SETUP_CLEANUP => if jumps { 2 } else { 0 },
        SETUP_FINALLY | SETUP_WITH => jumps as i64,
        _ => match EFFECTS.iter().find(|(own, ..)| *own as i32 == opcode) {
            Some(&(_, base, step)) => base as i64 + step as i64 * oparg,
            None => return Err(value_error("invalid opcode or oparg")),
        },
    };
    Ok(Value::int(effect))
}
