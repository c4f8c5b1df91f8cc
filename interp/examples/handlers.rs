//! A binary with the dispatch and no more, for `cargo xtask shape`: it links the handlers, and says how many there are. Not a program to
//! run.

fn main() {
    let handlers = interp::dispatch::run as *const ();
    println!("{handlers:p}, {} opcodes", runtime::generated::opcode::NAMES.iter().filter(|name| !name.is_empty()).count());
}
