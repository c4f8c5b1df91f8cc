//! `cargo xtask shape [--dispatch MODE] [--binary FILE]`: disassembles the handlers of a release build and checks that the hot ones have
//! the shape that makes them fast. Without a mode all three are built, each with the dispatch and no more
//! (`interp/examples/handlers.rs`). Not here: how machine code is read (`shape/flow.rs`), where handlers lie in a binary
//! (`shape/locate.rs`).

use std::path::{Path, PathBuf};

mod flow;
mod locate;

use flow::Flow;

/// The hot handlers, and in how many places each goes on with another instruction: the two sides of a branch must not meet, or the
/// instruction pointer would wait for the condition.
const HOT: &[(&str, usize)] = &[
    ("NOP", 1),
    ("LOAD_FAST", 1),
    ("LOAD_FAST_BORROW", 1),
    ("LOAD_FAST_LOAD_FAST", 1),
    ("STORE_FAST", 1),
    ("STORE_FAST_LOAD_FAST", 1),
    ("LOAD_CONST", 1),
    ("LOAD_SMALL_INT", 1),
    ("POP_TOP", 1),
    ("COPY", 1),
    ("SWAP", 1),
    ("BINARY_OP_ADD_INT", 1),
    ("BINARY_OP_SUBTRACT_INT", 1),
    ("BINARY_OP_ADD_FLOAT", 1),
    ("BINARY_OP_MULTIPLY_FLOAT", 1),
    ("BINARY_OP_SUBSCR_LIST_INT", 1),
    ("COMPARE_OP_INT_LT", 1),
    ("COMPARE_OP_INT_LE", 1),
    ("COMPARE_OP_INT_EQ", 1),
    ("COMPARE_OP_INT_NE", 1),
    ("COMPARE_OP_INT_GT", 1),
    ("COMPARE_OP_INT_GE", 1),
    ("TO_BOOL_BOOL", 1),
    ("POP_JUMP_IF_FALSE", 2),
    ("POP_JUMP_IF_TRUE", 2),
    ("POP_JUMP_IF_NONE", 2),
    ("POP_JUMP_IF_NOT_NONE", 2),
    ("FOR_ITER_RANGE", 2),
    ("FOR_ITER_LIST", 2),
    ("LOAD_ATTR_SLOT", 1),
    ("LOAD_ATTR_INSTANCE_VALUE", 1),
    ("LOAD_GLOBAL_MODULE", 1),
    ("LOAD_GLOBAL_BUILTIN", 1),
    ("JUMP_FORWARD", 1),
    ("JUMP_BACKWARD", 1),
];

/// Handlers that decide where to go on: no conditional move there.
const BRANCHES: &[&str] = &["POP_JUMP_IF_FALSE", "POP_JUMP_IF_TRUE", "POP_JUMP_IF_NONE", "POP_JUMP_IF_NOT_NONE", "FOR_ITER_RANGE", "FOR_ITER_LIST"];

pub fn run(arguments: &[String]) -> Result<(), String> {
    let (mut mode, mut binary) = (None, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let value = rest.next().ok_or_else(|| format!("{argument} needs a value"))?;
        match argument.as_str() {
            "--dispatch" if crate::MODES.contains(&value.as_str()) => mode = Some(value.clone()),
            "--binary" => binary = Some(PathBuf::from(value)),
            _ => return Err(format!("unknown option `{argument} {value}`")),
        }
    }
    if binary.is_some() && mode.is_none() {
        return Err("a binary's mode must be given: --dispatch tail, switch or goto".to_string());
    }
    let mut complaints = Vec::new();
    for one in crate::MODES.iter().filter(|one| mode.as_deref().is_none_or(|mode| mode == **one)) {
        let path = match &binary {
            Some(path) => path.clone(),
            None => build(one)?,
        };
        complaints.extend(check_binary(one, &path)?);
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

/// Builds the dispatch in this mode and answers the path of a binary with it.
fn build(mode: &str) -> Result<PathBuf, String> {
    let mut command = crate::cargo("build");
    // Both packages, so that all that is below them is what a build of the program makes, too.
    command.args(["--quiet", "--release", "--package", "sidewinder", "--package", "sidewinder-interp", "--example", "handlers"]);
    command.arg(format!("--features=sidewinder-interp/dispatch-{mode}"));
    command.args(crate::mode_arguments(mode));
    let status = command.status().map_err(|error| format!("cannot run cargo: {error}"))?;
    if !status.success() {
        return Err(format!("the build of dispatch-{mode} failed"));
    }
    Ok(crate::target().join("release/examples/handlers"))
}

fn check_binary(mode: &str, path: &Path) -> Result<Vec<String>, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let image = locate::Image::new(&bytes)?;
    let mut flows = Vec::new();
    for (name, ways) in HOT {
        let Some((start, bounds)) = image.handler(mode, name)? else {
            return Err(format!("dispatch-{mode}: there is no handler {name} in {}", path.display()));
        };
        flows.push((*name, *ways, Flow::new(image.text(), image.text_address(), start, bounds)));
    }
    let complaints = complaints(mode, &flows);
    let shared = flows.first().map_or(0, |(.., flow)| flow.jumps.len());
    let all = image.indirect_jumps(mode)?;
    println!("dispatch-{mode}: {} hot handlers, {} complaints; {all} indirect jumps in all handlers, {shared} in the first", flows.len(), complaints.len());
    Ok(complaints)
}

/// What is wrong with the handlers of a mode.
fn complaints(mode: &str, flows: &[(&str, usize, Flow)]) -> Vec<String> {
    let mut complaints = Vec::new();
    let of_the_switch = flows.first().map_or(&NONE, |(.., flow)| &flow.jumps);
    for (name, ways, flow) in flows {
        let mut complain = |what: String| complaints.push(format!("dispatch-{mode}: {name} {what}"));
        if let Some(instruction) = flow.stack_traffic.first() {
            complain(format!("uses the native stack on its way to the next instruction: {instruction}"));
        }
        if let Some(instruction) = flow.conditional_moves.first().filter(|_| BRANCHES.contains(name)) {
            complain(format!("decides by a conditional move: {instruction}"));
        }
        if mode == "switch" {
            if flow.jumps.len() != 1 || &flow.jumps != of_the_switch {
                complain(format!("goes on by the indirect jumps {:x?}, not by the one of the switch, {of_the_switch:x?}", flow.jumps));
            }
            continue;
        }
        // Handlers that are the same may be one. In goto mode, guards that fail go to the generic handler by a jump that all may share.
        let others = || flows.iter().filter(|(.., other)| other.start != flow.start).map(|(.., other)| &other.jumps);
        let own = flow.jumps.iter().filter(|jump| !others().any(|jumps| jumps.contains(jump))).count();
        if own < *ways {
            complain(format!("has {own} indirect jumps of its own to go on by, not {ways}"));
        }
    }
    complaints
}

static NONE: std::collections::BTreeSet<u64> = std::collections::BTreeSet::new();

#[cfg(test)]
mod tests {
    use super::*;

    /// One handler of machine code, at address 0.
    fn flow(code: &[u8]) -> Flow {
        Flow::new(code, 0, 0, 0..code.len() as u64)
    }
    fn complaints_of(mode: &str, name: &'static str, ways: usize, code: &[u8]) -> Vec<String> {
        complaints(mode, &[(name, ways, flow(code))])
    }

    // mov rax, [rdi]; jmp rax
    const GOOD: &[u8] = &[0x48, 0x8B, 0x07, 0xFF, 0xE0];
    // test rax, rax; je +2; jmp rcx; jmp rdx
    const TWO_WAYS: &[u8] = &[0x48, 0x85, 0xC0, 0x74, 0x02, 0xFF, 0xE1, 0xFF, 0xE2];
    // push rbx; mov rax, [rdi]; pop rbx; jmp rax
    const WITH_FRAME: &[u8] = &[0x53, 0x48, 0x8B, 0x07, 0x5B, 0xFF, 0xE0];
    // mov rax, [rsp + 8]; jmp rax
    const SPILLED: &[u8] = &[0x48, 0x8B, 0x44, 0x24, 0x08, 0xFF, 0xE0];
    // test rax, rax; je +2; jmp rcx; push rbx; call +0; ret
    const COLD_FRAME: &[u8] = &[0x48, 0x85, 0xC0, 0x74, 0x02, 0xFF, 0xE1, 0x53, 0xE8, 0, 0, 0, 0, 0xC3];
    // test rax, rax; cmove rcx, rdx; jmp rcx
    const CMOV: &[u8] = &[0x48, 0x85, 0xC0, 0x48, 0x0F, 0x44, 0xCA, 0xFF, 0xE1];

    #[test]
    fn handlers_of_the_right_shape_pass() {
        assert_eq!(complaints_of("tail", "LOAD_FAST", 1, GOOD), Vec::<String>::new());
        assert_eq!(complaints_of("goto", "POP_JUMP_IF_TRUE", 2, TWO_WAYS), Vec::<String>::new());
        // What a slow path does with the stack is its own affair.
        assert_eq!(complaints_of("tail", "LOAD_FAST", 1, COLD_FRAME), Vec::<String>::new());
    }

    #[test]
    fn handlers_of_a_broken_shape_are_named() {
        for code in [WITH_FRAME, SPILLED] {
            let found = complaints_of("tail", "LOAD_FAST", 1, code);
            assert!(found.len() == 1 && found[0].contains("LOAD_FAST uses the native stack"), "{found:?}");
        }
        let found = complaints_of("tail", "POP_JUMP_IF_TRUE", 2, CMOV);
        assert!(found.iter().any(|text| text.contains("conditional move")), "{found:?}");
        assert!(found.iter().any(|text| text.contains("has 1 indirect jumps of its own to go on by, not 2")), "{found:?}");
    }

    #[test]
    fn a_jump_that_two_handlers_share_is_found() {
        // nop; then as above
        let code: Vec<u8> = [0x90].into_iter().chain(GOOD.iter().copied()).collect();
        let from = |start| Flow::new(&code, 0, start, 0..code.len() as u64);
        let flows = [("LOAD_FAST", 1, from(1)), ("STORE_FAST", 1, from(0))];
        let found = complaints("goto", &flows);
        assert!(found.iter().any(|text| text.contains("STORE_FAST has 0 indirect jumps of its own")), "{found:?}");
        assert_eq!(complaints("switch", &flows), Vec::<String>::new());
        let flows = [("LOAD_FAST", 1, flow(GOOD)), ("POP_JUMP_IF_TRUE", 2, flow(TWO_WAYS))];
        let found = complaints("switch", &flows);
        assert!(found.len() == 1 && found[0].contains("not by the one of the switch"), "{found:?}");
    }
}
