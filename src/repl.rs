//! The interactive prompt: statement by statement into `__main__`. At a terminal it is the library's `_pyrepl`, as in CPython: lines are
//! edited, coloured and remembered. Elsewhere, and with PYTHON_BASIC_REPL, lines come from `sys.stdin` and the prompts go to standard
//! error.

use crate::compile::{ALLOW_INCOMPLETE_INPUT, DONT_IMPLY_DEDENT};
use runtime::error::{R, Raised};
use runtime::hooks::CompileRequest;
use runtime::import::import_module;
use runtime::object::Gc;
use runtime::objects::code::Code;
use runtime::objects::dict::Dict;
use runtime::objects::source_lines;
use runtime::objects::str::{self, Str};
use runtime::ops;
use runtime::vm::{intern, types};
use std::io::{IsTerminal, Write};

/// What came of asking for a line.
enum Line {
    Text(String),
    Interrupted,
    End,
}

/// Asks for a line of `sys.stdin`.
fn read_line(prompt: &str) -> R<Line> {
    flush();
    let mut stderr = std::io::stderr();
    let _ = stderr.write_all(prompt.as_bytes());
    let _ = stderr.flush();
    let Some(stdin) = runtime::modules::sys::get("stdin") else { return Ok(Line::End) };
    match ops::call_method(stdin, intern("readline"), &[]) {
        Ok(line) => {
            let text = line.downcast::<Str>().map_or(String::new(), |line| line.to_string_lossy());
            Ok(if text.is_empty() { Line::End } else { Line::Text(text.trim_end_matches('\n').to_string()) })
        }
        Err(raised) if raised.is(types().keyboard_interrupt) => Ok(Line::Interrupted),
        Err(raised) => Err(raised),
    }
}

/// What the program has written comes before the prompt.
fn flush() {
    for name in ["stdout", "stderr"] {
        if let Some(stream) = runtime::modules::sys::get(name) {
            let _ = ops::call_method(stream, intern("flush"), &[]);
        }
    }
}

pub fn banner() {
    let version = runtime::modules::sys::get("version").and_then(|version| ops::str_string(version).ok());
    runtime::exit::print_raw(&format!(
        "Python {} on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n",
        version.unwrap_or_default()
    ));
}

/// Until the end of the input, or SystemExit.
pub fn run(namespace: Gc<Dict>) -> R<()> {
    let is_basic = runtime::flags::variable("PYTHON_BASIC_REPL").is_some();
    if !is_basic && std::io::stdin().is_terminal() && std::io::stdout().is_terminal() && can_edit().unwrap_or(false) {
        return run_edited();
    }
    run_plain(namespace)
}

/// Whether the terminal is one that `_pyrepl` can use.
fn can_edit() -> R<bool> {
    let main = import_module("_pyrepl.main")?;
    ops::truth(ops::getattr(main, intern("CAN_USE_PYREPL"))?)
}
/// `site` makes the history and the completion of names.
fn run_edited() -> R<()> {
    let site = import_module("site")?;
    ops::call_method(site, intern("register_readline"), &[])?;
    let main = import_module("_pyrepl.main")?;
    let namespace = import_module("__main__")?;
    ops::call_method(main, intern("interactive_console"), &[namespace]).map(drop)
}

fn run_plain(namespace: Gc<Dict>) -> R<()> {
    for (name, prompt) in [("ps1", ">>> "), ("ps2", "... ")] {
        if runtime::modules::sys::get(name).is_none() {
            runtime::modules::sys::set(name, str::new(prompt).value());
        }
    }
    let mut number = 0;
    loop {
        let statement = match read_statement(number)? {
            Statement::Code(code) => run_statement(code, namespace),
            Statement::Failed(raised) => Err(raised),
            Statement::Nothing => continue,
            Statement::Interrupted => {
                runtime::exit::print_raw("\nKeyboardInterrupt\n");
                continue;
            }
            Statement::End => {
                runtime::exit::print_raw("\n");
                return Ok(());
            }
        };
        number += 1;
        runtime::exit::forget_interrupt();
        if let Err(raised) = statement {
            if raised.is(types().system_exit) {
                return Err(raised);
            }
            runtime::exit::report(raised);
        }
    }
}

fn run_statement(code: Gc<Code>, namespace: Gc<Dict>) -> R<()> {
    (runtime::hooks::hooks().run_code)(code, namespace, namespace.value()).map(drop)
}

enum Statement {
    Code(Gc<Code>),
    Failed(Raised),
    Nothing,
    Interrupted,
    End,
}

fn prompt(name: &str) -> String {
    runtime::modules::sys::get(name).and_then(|prompt| ops::str_string(prompt).ok()).unwrap_or_default()
}

/// Reads lines until they are a whole statement.
fn read_statement(number: usize) -> R<Statement> {
    let filename = format!("<stdin-{number}>");
    let mut source = String::new();
    let mut is_first = true;
    loop {
        let line = match read_line(&prompt(if is_first { "ps1" } else { "ps2" }))? {
            Line::Text(line) => line,
            Line::Interrupted => return Ok(Statement::Interrupted),
            Line::End if is_first => return Ok(Statement::End),
            // What is there must do.
            Line::End => {
                source_lines::register(&filename, &source);
                return Ok(match compile(&source, &filename, 0) {
                    Ok(code) => Statement::Code(code),
                    Err(raised) => Statement::Failed(raised),
                });
            }
        };
        if is_first && is_blank(&line) {
            return Ok(Statement::Nothing);
        }
        if !source.is_empty() {
            source.push('\n');
        }
        source.push_str(&line);
        if let Some(outcome) = attempt(&source, &filename) {
            source_lines::register(&filename, &source);
            return Ok(match outcome {
                Ok(code) => Statement::Code(code),
                Err(raised) => Statement::Failed(raised),
            });
        }
        is_first = false;
    }
}
/// None when more lines may make the source whole; by the rules of CPython's `codeop`.
fn attempt(source: &str, filename: &str) -> Option<R<Gc<Code>>> {
    let flags = ALLOW_INCOMPLETE_INPUT | DONT_IMPLY_DEDENT;
    let raised = match compile(source, filename, flags) {
        Ok(code) => return Some(Ok(code)),
        Err(raised) if raised.is(types().syntax_error) => raised,
        Err(raised) => return Some(Err(raised)),
    };
    let is_plain = |raised: Raised| {
        let message = ops::getattr(raised.value(), intern("msg")).and_then(ops::str_string);
        message.is_ok_and(|message| message == "invalid syntax")
    };
    match compile(&format!("{source}\n"), filename, flags) {
        Ok(_) => return None,
        Err(other) if other.is(types().incomplete_input_error) => {}
        Err(_) => return Some(compile(source, filename, 0).map_err(|_| raised)),
    }
    // A line that no other can mend is wrong already.
    match compile(&format!("{source}\n"), filename, 0) {
        Err(other) if is_plain(other) && !source.contains('\n') => Some(Err(other)),
        _ => None,
    }
}
fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}
fn compile(source: &str, filename: &str, flags: u32) -> R<Gc<Code>> {
    let request = CompileRequest { source: source.as_bytes(), filename, mode: "single", flags: flags | 0x100, optimize: -1 };
    runtime::import::compile(&request)
}
