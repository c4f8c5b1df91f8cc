//! Every diagnostic code, once: what it is called and what it means at length.
//!
//! `explain(code)` prints from here and docs/dsl.md has the list (a test compares). Codes are
//! stable: a retired one is not given again.

#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    pub id: &'static str,
    pub severity: Severity,
    pub title: &'static str,
    /// The rule, its reason, and what to do.
    pub explanation: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

/// What the code means, at length.
pub fn explain(id: &str) -> Option<String> {
    let code = ALL.iter().find(|code| code.id.eq_ignore_ascii_case(id))?;
    Some(format!(
        "{}: {}\n\n{}\n",
        code.id, code.title, code.explanation
    ))
}

/// The list of codes as it stands in docs/dsl.md.
pub fn markdown() -> String {
    let mut text = String::from("| code | what | explanation |\n|---|---|---|\n");
    for code in ALL {
        let cell = |text: &str| text.replace('|', "\\|");
        text.push_str(&format!(
            "| {} | {} | {} |\n",
            code.id,
            cell(code.title),
            cell(code.explanation)
        ));
    }
    text
}

macro_rules! codes {
    ($($name:ident $id:literal $title:literal $explanation:literal;)*) => {
        $(pub(crate) static $name: Code = Code {
            id: $id,
            severity: severity($id),
            title: $title,
            explanation: $explanation,
        };)*
        /// In order of their number.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

const fn severity(id: &str) -> Severity {
    if id.as_bytes()[0] == b'W' {
        Severity::Warning
    } else {
        Severity::Error
    }
}

codes! {
    // Files and text.
    UNREADABLE "E001" "file cannot be read"
        "A `use` names a file that is not there or cannot be read. Paths are relative to the folder of the main file.";
    NOT_UTF8 "E002" "file is not UTF-8"
        "Definitions are UTF-8 text, comments included. Save the file as UTF-8.";
    NUL "E003" "control character in the file"
        "A NUL byte or another control character stands in the text; such a file is not a definition, or has been damaged.";
    USE_CYCLE "E004" "file uses itself"
        "A chain of `use` comes back to a file that is still being read. A file may be used from many places (it is read once), but not from itself.";
    OUTSIDE "E005" "path leads out of the definition's folder"
        "`use` takes relative paths without `..`, so that a definition is one tree of files that can be moved as a whole.";
    TOO_DEEP "E006" "nested too deeply"
        "Brackets may be nested 32 deep. The limit stands before the parsers, which would overflow the native stack on deep input.";
    UNBALANCED "E007" "bracket without its partner"
        "A bracket is never closed, closed by another kind, or closes nothing. Items begin at the start of a line: an item keyword there ends the search for a closing bracket.";
    UNTERMINATED "E008" "comment or string without end"
        "`/*` needs its `*/`, and a string ends on its own line.";
    TOO_LARGE "E009" "too large"
        "A file over 64 MB, a name over 100 characters, or a body or expression with more words than one may read: cut it into helpers and micro-ops.";

    // Structure.
    SYNTAX "E010" "syntax error"
        "The item does not have the form that its first word asks for. docs/dsl.md shows each form.";
    UNKNOWN_KIND "E011" "unknown kind of definition"
        "An item begins with `use`, `type`, `alias`, `const`, `layout`, `helper`, `fn`, `op`, `inst` (these two with annotations before them), `macro`, `family`, `super`, `pseudo`, `instrumented` or `reserved`.";
    ANNOTATION "E012" "wrong annotation"
        "Before `op` and `inst` may stand, once each: `pure`, `specializing`, `periodic`, `tier1`, `tier2`, `no_save_ip`, `override`, `replicate(N)` or `replicate(A:B)` with A < B <= 256; `tier1` and `tier2` exclude each other. `replicate` needs a body that uses `oparg`.";
    BAD_NAME "E013" "name that cannot be used"
        "Instructions are SCREAMING_CASE, micro-ops the same with a leading underscore, constants SCREAMING_CASE, layouts and aliases CamelCase, everything else snake_case. Words of Rust and the built-in names of bodies (`oparg`, `local`, `thread`, ...) are taken.";
    DUPLICATE "E014" "defined twice"
        "A name stands for one thing. Write `override` before the later `op` or `inst` when it shall replace the earlier one.";
    OVERRIDE "E015" "override of nothing"
        "`override` replaces an op or inst of the same name that stands before it; there is none.";
    NUMBER "E016" "number that cannot be used"
        "The number is malformed, or too large or too small for what it counts.";

    // Names.
    UNKNOWN_TYPE "E020" "unknown type"
        "Types are `value`, the scalars of Rust (`u8` .. `i64`, `usize`, `f64`, `bool`), what `type`, `alias` and `layout` declare, `Ptr<[T]>`, and `[value]` for parameters that take array operands.";
    UNKNOWN_OP "E021" "unknown micro-op"
        "A macro names a micro-op that no `op` defines.";
    UNKNOWN_INSTRUCTION "E022" "unknown instruction"
        "A family, super, pseudo, `instrumented` or `exit_if(c, NAME)` names an instruction that no `macro` or `inst` defines.";
    UNKNOWN_NAME "E023" "unknown name"
        "A name in a body is an operand, a cache entry, a `let`, a constant, or a built-in name (`oparg`, `thread`, `frame`, ...).";
    UNKNOWN_FUNCTION "E024" "unknown function"
        "A call names an intrinsic, a declared `helper` or a declared `fn`. Rust functions must be declared as helpers, with their effects.";
    UNKNOWN_FIELD "E025" "unknown field"
        "The layout, and those it descends from, declare no such field.";
    UNKNOWN_EFFECT "E026" "unknown effect"
        "Effects of helpers are `pure`, `reads(..)`, `writes(..)`, `allocates`, `fresh_instance`, `tries`, `may_raise`, `may_call_python`, `needs_frame`, `cold`, `in_traces`, `inline`, `init_frame`, `operator_frame`, `store_frame`, and `exact_frame(..)`, `room_for(..)`, which name parameters; the classes in `reads` and `writes` are `Layout.field`, `Layout.field[]` and `all`.";

    // Declarations.
    BAD_TYPE "E027" "type that cannot stand here"
        "A `type` or `alias` is one of the scalars, each scalar has one `type` at most; native pointers and options have no place in fields and constants.";
    BAD_PARENT "E028" "wrong parent of a layout"
        "The parent of a layout is another layout, and the chain of parents ends. A field's name may not repeat one of a parent.";
    EFFECT_CONFLICT "E029" "effects that contradict each other"
        "`pure` says that nothing happens and the answer depends on the arguments alone: no other effect goes with it but `allocates` (of what it answers). A helper that answers `ok` may raise. Each effect is named once.";
    RECURSIVE_FN "E030" "recursive fn"
        "A `fn` is inlined wherever it is called, so it cannot call itself, directly or through others. A loop or a recursion is a helper.";

    // Stack effects and caches.
    NAME_TWICE "E031" "name twice in one stack effect"
        "A name stands for one operand: once among the inputs, once among the outputs, once among the caches.";
    OTHER_DEPTH "E032" "name at another depth"
        "A name in both inputs and outputs is an operand that stays where it is. One that moves needs two names and an assignment.";
    BELOW_UNUSED "E033" "used input below an unused one"
        "An input that is taken and used lies below one that is taken and called `unused`. Name the upper one: what is taken must be looked at from the top.";
    ARRAY_SIZE "E034" "wrong array size"
        "The size of an array operand is an immediate over `oparg`, and never negative.";
    CACHE_SIZE "E035" "wrong cache entry"
        "A cache entry with a name has 1 or 2 units of 32 bits, and its type fits in; `counter` has 1; `root` entries have 1, for they hold an index.";
    CACHE_EDGE "E036" "unused cache entry at the edge of a micro-op"
        "A micro-op's first and last cache entry are used. Padding belongs into the macro or the family.";
    FILLER "E037" "wrong filler"
        "Every cache entry but `counter` and `unused` says with `:=` how it is filled, by a value of its type or an optional one; filling has no effects and does not raise. The specializer runs a member up to its first visible effect, so entries are filled before it.";
    CACHE_POINTER "E038" "heap pointer in a cache"
        "The collector does not look into caches. Write `name/1: root T := ..`: the value stands in the code object's table of roots, the cache holds its index.";

    // Bodies.
    MISMATCH "E040" "type mismatch"
        "The types must be the same; nothing is converted silently, except a layout to its ancestor or to `value` (the same bits). Numbers convert by `as`, values by the box and unbox functions of their type.";
    NOT_ALLOWED "E041" "not part of the language of bodies"
        "Bodies have `let`, assignment, `if`, `match` on an immediate, operators, casts, fields, elements, calls of helpers and the exits. What needs a loop, a closure, a reference, a method, `?`, `return`, `unsafe`, a path or a macro is a helper in the runtime, with declared effects.";
    BODY_SYNTAX "E042" "body does not parse"
        "Bodies and expressions are read by Rust's rules.";
    TOO_LONG "E043" "body longer than 30 lines"
        "A micro-op is read at a glance. Move the work into a helper or cut the op in two.";
    ARGUMENTS "E044" "wrong number of arguments"
        "The call has more or fewer arguments than its declaration.";
    BAD_CAST "E045" "no such conversion"
        "`as` converts between numbers, between a value and a heap layout, and between a layout and its ancestors. Boxing and unboxing are the functions of the `type`.";
    ONLY_MOVED "E046" "operand without a type is looked at"
        "An operand without a type may have any representation; the body can only move it. Give it a type to look at it.";
    LITERAL "E047" "literal does not fit"
        "The literal is outside of its type, or of another kind than its type.";
    IMMEDIATE_ASSIGNED "E048" "assignment to an immediate"
        "`oparg`, cache entries, constants and names are fixed when code is compiled; a body does not change them.";
    NOT_ASSIGNABLE "E049" "not assignable"
        "Assignable are outputs, `let mut` variables, fields, elements, `local[i]` and `cell[i]`. An input is not, unless it is an output of the same name too.";
    READONLY "E050" "store through a readonly field"
        "A readonly field is written once, when the object is made by a helper; the optimizer relies on it.";
    UNASSIGNED "E051" "output not assigned on some path"
        "Every path that does not leave by an error, an exit or into another frame gives each output a value, so all of them have the same stack effect. An output with the name and depth of an input starts as that input, if its type is the same.";
    MATCH_IMMEDIATE "E052" "match on something that is not an immediate"
        "`match` is decided when a trace is compiled. On a value that is known at run time only, write `if`.";
    NOT_EXHAUSTIVE "E053" "match does not cover all values, or covers one twice"
        "A `match` ends in a `_` arm, unless the arms cover all values (`x & 3`, bool); no arm may be unreachable.";
    DIVISION "E054" "division without a guard"
        "Division of integers by zero must be impossible: divide by a non-zero literal, or write `exit_if(d == 0)` (or an `if`) on the same name before.";
    CONDITION_CALL "E055" "escaping call in a condition"
        "A condition decides between paths; what happens inside it is on neither. Call first, with `let`, then test the answer. (`error_if(!helper(..))` is allowed.)";
    UNTESTED "E056" "failure of a helper is not tested"
        "A helper that may raise needs an `error_if` on its answer (or a `raise()`) on every path that follows.";
    NO_EFFECT "E057" "statement without effect"
        "The value is computed and dropped.";
    IMMEDIATE_NEEDED "E058" "not an immediate"
        "Array sizes, `if` clauses of macros, opargs of parts, indexes of constants and names, and `imm` parameters are known when code is compiled: made of `oparg`, cache entries, constants and literals.";
    UNREACHABLE "E059" "code after the last act"
        "Nothing runs after `jump_by`, `raise` and the frame acts, nor after a condition that is always true.";

    // Effects and exits.
    EXIT_AFTER_EFFECT "E060" "exit after a visible effect"
        "`exit_if` and `deopt_if` restart the instruction from its beginning, so a store or a helper that writes or calls Python would happen twice. Exits come first, in the op and across the ops of an instruction.";
    LAST_NOT_LAST "E061" "last act in the middle of an instruction"
        "A micro-op that can end the instruction is the last part of its macro.";
    EXITS_MIXED "E062" "two kinds of exit in one micro-op"
        "A micro-op uses one of `exit_if`, `deopt_if` and `check_periodic`: all guards of a boundary share one cold exit per kind. Cut it in two.";
    NOT_PURE "E063" "pure op with effects"
        "A `pure` op computes from its operands alone, and may exit: no stores, no memory that changes, no errors, no jumps, no helpers but pure ones.";
    RECORDING "E064" "recording op in the wrong place"
        "`record_value` is read before the instruction runs: it stands in ops of its own, without outputs of their own, before every real op of the macro.";
    SPECIALIZING "E065" "specializing op in the wrong place"
        "`specialize(counter)` is the only statement of a `specializing` op with the cache entry `counter/1`, and that op is the first part of a family's head.";
    PERIODIC "E066" "periodic check in the wrong place"
        "`check_periodic()` stands in an op annotated `periodic`, before every visible effect of the instruction.";
    TIER_UP "E067" "tier_up in the wrong place"
        "`tier_up(counter, NAME)` is the only statement of a `tier1` op with the cache entry `counter/1`, before every visible effect of the instruction; NAME is an instruction of the same length and effect on the stack, which does not count.";
    NOTHING_RAISED "E068" "no exception to pass on"
        "`error_if` and `raise()` leave with the exception that a helper has set: one that `may_raise`, before them on the same path, and not tested yet.";

    // Instructions.
    NOT_AN_OP "E070" "part of a macro that is not a micro-op"
        "The parts of a macro are micro-ops, `name/N` and `unused/N`. A macro of macros is written out; one that contains itself has no meaning.";
    NOT_ESTABLISHED "E071" "typed input that nothing has established"
        "What comes from the stack is a boxed value. Put a guard before the op (one that unboxes the operand and gives it this type), or take the operand as `value`.";
    PART_MISMATCH "E072" "micro-ops of a macro disagree about a type"
        "One micro-op leaves the operand with one type, a later one takes it with another.";
    SCALAR_ARRAY "E073" "scalar against array"
        "One micro-op leaves an array where another takes a single operand, or the other way round.";
    SIZE_MISMATCH "E074" "array sizes differ"
        "One micro-op leaves an array of one size, another takes it with a different one.";
    NATIVE_LEFT "E075" "unboxable operand left on the stack"
        "At the end of an instruction all operands are values. A native pointer or a number without a `type` cannot be boxed and must be consumed before.";
    NO_FAMILY "E076" "exit with nowhere to go"
        "A guard that fails continues as the head of the family. Outside of a family's members there is none: name the instruction that takes over, `exit_if(c, NAME)`.";
    TAKES_OVER "E077" "instruction cannot take over"
        "The instruction that takes over stands at the same place in the code: same length, same effect on the stack, and it does not hand back.";
    UNUSED_OP "E078" "unused micro-op"
        "No instruction uses the op. Remove it (or mark it `tier2` when only traces use it).";
    TOO_MANY "E079" "too many opcodes"
        "Numbers 1 to 253 are for instructions, superinstructions and instrumented ones.";

    // Families and the rest of the table.
    FAMILY "E080" "family that does not hold together"
        "A family has a head and members, all different; an instruction is in one family at most, and a head is not a member elsewhere.";
    FAMILY_CACHE "E081" "cache sizes differ in a family"
        "All instructions of a family stand at the same place in the code, so they have the same length: the size in the family's declaration.";
    FAMILY_EFFECT "E082" "stack effects differ in a family"
        "A member does to the stack what the head does, on paths that jump and on those that do not.";
    NO_SPECIALIZING "E083" "family that never specializes"
        "The head of a family begins with a `specializing` op; without it no member is ever reached.";
    LONE_CONDITION "E084" "if clause outside of a family"
        "`if` says when the specializer may choose a member; this instruction is none.";
    SUPER "E085" "wrong superinstruction"
        "A superinstruction is two or more instructions, none of which a trace may begin at. Only the last may leave; the others may jump on some paths, which leaves the superinstruction.";
    PSEUDO "E086" "wrong pseudo-instruction"
        "A pseudo-instruction stands for one of several real instructions, each named once; not for itself or another pseudo.";
    NUMBERS "E087" "opcode numbers collide"
        "A reserved number is given once, from 254 to 255: the numbers below belong to instructions. An instruction is instrumented once.";
    ALWAYS_FITS "E088" "member that always fits"
        "The specializer takes the first member that fits. One without `if` clause, guard and filler would always be taken, and nothing would lead back to the head.";
    INSTRUMENTED_LENGTH "E089" "instrumented instruction of another length"
        "`INSTRUMENTED_X` stands at the place of `X` while a tool listens, so it has as many cache units; those it does not use are `unused/N`.";

    // Warnings.
    UNDOCUMENTED "W001" "op without documentation"
        "Write `///` above it: its meaning in one line, as an equation where possible. It is shown by `explain` and in docs/opcodes.md.";
    UNUSED_ITEM "W002" "declared and never used"
        "No op uses it.";
    UNREAD_CACHE "W003" "cache entry is never read"
        "The entry is filled and takes space, and the body does not look at it.";
    UNUSED_LET "W004" "variable is never used"
        "Remove it, or write `_` in its place.";
}
