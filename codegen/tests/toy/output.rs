//! Specializers, tables, dispatch, documentation.

use crate::{ADD, CACHES, model, specializer};
use codegen::file::{Item, render};
use codegen::{dispatch_switch, dispatch_tail, docs, explain, fns, opcode};

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

const TABLE: &str = "
/// Nothing.
op(_NOTHING, ( -- )) { }
/// Goes on n units behind.
op(_JUMP, ( -- )) { jump_by(oparg); }
/// What the instruction is for.
macro(NOTHING) = _NOTHING;
macro(AHEAD) = _JUMP;
super(TWICE) = NOTHING + NOTHING;
pseudo(JUMP) = { AHEAD };
macro(INSTRUMENTED_AHEAD) = _JUMP;
instrumented { INSTRUMENTED_AHEAD }
reserved { ENTER = 254 }
";

#[test]
fn the_switch_names_each_handler_once() {
    let model = model(TABLE);
    let arms: Vec<String> = model
        .opcodes
        .iter()
        .map(|opcode| dispatch_switch::arm(opcode).to_string())
        .collect();
    insta::assert_snapshot!(arms.join("\n"), @r##"
    arm :: NOTHING => { counted ! (NOTHING) ; NOTHING ! ((ip sp fp ts opcode tracing 'dispatch 'exit)) }
    arm :: AHEAD => { counted ! (AHEAD) ; AHEAD ! ((ip sp fp ts opcode tracing 'dispatch 'exit)) }
    arm :: TWICE => { counted ! (TWICE) ; TWICE ! ((ip sp fp ts opcode tracing 'dispatch 'exit)) }
    arm :: INSTRUMENTED_AHEAD => { counted ! (INSTRUMENTED_AHEAD) ; INSTRUMENTED_AHEAD ! ((ip sp fp ts opcode tracing 'dispatch 'exit)) }
    arm :: ENTER => ENTER ! ((ip sp fp ts opcode tracing 'dispatch 'exit)) ,
    "##);
}

#[test]
fn the_tail_dispatch_has_a_function_an_opcode() {
    let model = model(TABLE);
    let functions: Vec<Item> = model
        .opcodes
        .iter()
        .filter_map(dispatch_tail::function)
        .map(Item::Rust)
        .collect();
    insta::assert_snapshot!(functions.iter().map(render).collect::<String>(), @r##"
    instruction!(NOTHING);
    instruction!(AHEAD);
    instruction!(TWICE);
    instruction!(INSTRUMENTED_AHEAD);
    "##);
}

#[test]
fn the_tables_of_a_small_set() {
    insta::assert_snapshot!(opcode::generate(&model(TABLE)), @r##"
    // @generated by cargo xtask regen from opcodes.def. Do not edit.
    //! The instruction set as tables: numbers, names, lengths, stack effects, properties, families.

    pub const NOTHING: u8 = 1;
    pub const AHEAD: u8 = 2;
    pub const TWICE: u8 = 3;
    pub const INSTRUMENTED_AHEAD: u8 = 253;
    pub const ENTER: u8 = 254;

    /// By number; empty where no instruction has it.
    pub const NAMES: [&str; 256] = {
        let mut names = [""; 256];
        names[NOTHING as usize] = "NOTHING";
        names[AHEAD as usize] = "AHEAD";
        names[TWICE as usize] = "TWICE";
        names[INSTRUMENTED_AHEAD as usize] = "INSTRUMENTED_AHEAD";
        names[ENTER as usize] = "ENTER";
        names
    };

    pub fn opcode_by_name(name: &str) -> Option<u8> {
        Some(
            match name {
                "NOTHING" => NOTHING,
                "AHEAD" => AHEAD,
                "TWICE" => TWICE,
                "INSTRUMENTED_AHEAD" => INSTRUMENTED_AHEAD,
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
        /// Counts, and a trace may begin here.
        pub const TIERS_UP: u32 = 1 << 18;
        /// No trace goes through it.
        pub const TIER1: u32 = 1 << 19;
        /// Looks whether the thread has other things to do.
        pub const CHECKS_PERIODIC: u32 = 1 << 20;
        /// Shows the trace recorder a value.
        pub const RECORDS_VALUE: u32 = 1 << 21;
        /// Stores `ip` and `sp` into the frame before something may look at them.
        pub const SAVES_FRAME: u32 = 1 << 22;
    }

    pub const FLAGS: [u32; 256] = {
        let mut flags = [0; 256];
        flags[AHEAD as usize] = flag::USES_OPARG | flag::JUMPS | flag::ALWAYS_LEAVES;
        flags[INSTRUMENTED_AHEAD as usize] = flag::USES_OPARG | flag::JUMPS
            | flag::ALWAYS_LEAVES;
        flags
    };
    pub const fn has(opcode: u8, flag: u32) -> bool {
        FLAGS[opcode as usize] & flag != 0
    }

    /// What the compiler emitted: the head of a family, the first half, the one that counts.
    pub const HEAD: [u8; 256] = {
        let mut head = [0; 256];
        let mut opcode = 0;
        while opcode < 256 {
            head[opcode] = opcode as u8;
            opcode += 1;
        }
        head[TWICE as usize] = NOTHING;
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

    /// The unit of the counter, from the instruction's own unit on; 0: it has none.
    pub const COUNTER: [u8; 256] = {
        let mut table = [0; 256];
        table
    };
    /// The unit of the history of a branch, as in [`COUNTER`].
    pub const HISTORY: [u8; 256] = {
        let mut table = [0; 256];
        table
    };
    /// The same instruction, which does not count towards a trace; 0: it is not one that does.
    pub const WITHOUT_COUNT: [u8; 256] = {
        let mut table = [0; 256];
        table
    };

    pub const JUMP: u16 = 256;
    /// What a compiler makes of an instruction that only compilers know.
    pub const fn pseudo_targets(pseudo: u16) -> &'static [u8] {
        match pseudo {
            JUMP => &[AHEAD],
            _ => &[],
        }
    }

    /// The first instruction of a superinstruction; any other is its own.
    pub const FIRST: [u8; 256] = {
        let mut first = [0; 256];
        let mut opcode = 0;
        while opcode < 256 {
            first[opcode] = opcode as u8;
            opcode += 1;
        }
        first[TWICE as usize] = NOTHING;
        first
    };
    /// Superinstructions, each with the instructions that it stands for at the place of the
    /// first. Where two could stand, the earlier one does.
    pub const SUPERS: &[(u8, &[u8])] = &[(TWICE, &[NOTHING, NOTHING])];
    /// The superinstructions that begin with an instruction, as numbers in [`SUPERS`].
    pub static SUPERS_OF: [&[u8]; 256] = {
        let mut supers: [&[u8]; 256] = [&[]; 256];
        supers[NOTHING as usize] = &[0];
        supers
    };
    /// The number in [`SUPERS`]; 255: it is none.
    pub static SUPER_NUMBER: [u8; 256] = {
        let mut number = [255; 256];
        number[TWICE as usize] = 0;
        number
    };

    /// Whether it stands in for another instruction, while a tool listens.
    pub const fn is_instrumented(opcode: u8) -> bool {
        opcode >= INSTRUMENTED_AHEAD && opcode <= INSTRUMENTED_AHEAD
    }
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
    | `AHEAD`<br>Goes on n units behind. | `--` |  | jumps | _JUMP |
    | `INSTRUMENTED_AHEAD`<br>Goes on n units behind. | `--` |  | jumps | _JUMP |

    ## Superinstructions

    | instruction | stands for |
    |---|---|
    | `TWICE` | `NOTHING` + `NOTHING` |

    ## Known to compilers only

    | pseudo-instruction | becomes |
    |---|---|
    | `JUMP` | `AHEAD` |

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
    insta::assert_snapshot!(explain::explain(&model, "ADD_INT").expect("the toy defines it"));
    insta::assert_snapshot!(explain::explain(&model, "_ADD_INT").expect("the toy defines it"));
    assert_eq!(explain::explain(&model, "NOT_THERE"), None);
}
