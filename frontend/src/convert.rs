//! From the compiler crate's code object to our `CodeTree`. The only place that reads its fields.

use rustpython_compiler_core::bytecode::{CodeFlags, CodeObject, ConstantData};

use crate::tree::{CodeTree, Constant, KIND_CELL, KIND_LOCAL};

/// Nested code objects are at most as deep as the source nests scopes, which `nesting` bounds.
pub fn code_tree(code: CodeObject) -> CodeTree {
    let mut tree = convert(code);
    mend_annotate_names(&mut tree, "");
    tree
}

/// The compiler crate gives `__annotate__` of a function the function's own qualified name as a
/// prefix; in CPython it has that of the scope around. `prefix` is what the scope around `tree`
/// puts before names.
fn mend_annotate_names(tree: &mut CodeTree, prefix: &str) {
    let inner = if tree.name == "<module>" {
        String::new()
    } else if tree.name.starts_with("<generic parameters of ") {
        prefix.to_owned()
    } else if tree.flags & CodeFlags::OPTIMIZED.bits() != 0 {
        format!("{}.<locals>.", tree.qualname)
    } else {
        format!("{}.", tree.qualname)
    };
    for constant in &mut tree.constants {
        let Constant::Code(nested) = constant else {
            continue;
        };
        if nested.name == "__annotate__" {
            let right = format!("{inner}__annotate__");
            let wrong = nested.qualname.clone();
            rename(nested, &wrong, &right);
        }
        mend_annotate_names(nested, &inner);
    }
}

fn rename(tree: &mut CodeTree, wrong: &str, right: &str) {
    if let Some(rest) = tree.qualname.strip_prefix(wrong) {
        tree.qualname = format!("{right}{rest}");
    }
    for constant in &mut tree.constants {
        if let Constant::Code(nested) = constant {
            rename(nested, wrong, right);
        }
    }
}

fn convert(code: CodeObject) -> CodeTree {
    CodeTree {
        code: code.instructions.original_bytes(),
        localsplus_names: localsplus_names(&code),
        localsplus_kinds: code.localspluskinds.to_vec(),
        argcount: code.arg_count,
        posonlyargcount: code.posonlyarg_count,
        kwonlyargcount: code.kwonlyarg_count,
        flags: code.flags.bits(),
        stacksize: code.max_stackdepth,
        firstlineno: code
            .first_line_number
            .map_or(0, |line| u32::try_from(line.get()).unwrap_or(u32::MAX)),
        name: code.obj_name,
        qualname: code.qualname,
        filename: code.source_path,
        exceptiontable: code.exceptiontable.into_vec(),
        linetable: code.linetable.into_vec(),
        names: code.names.into_vec(),
        constants: code.constants.iter().cloned().map(constant).collect(),
    }
}

/// Locals (arguments that are cells among them), then the other cells, then the free variables:
/// the order of the frame's slots.
fn localsplus_names(code: &CodeObject) -> Vec<String> {
    let mut cells = code
        .cellvars
        .iter()
        .filter(|name| !code.varnames.contains(name));
    let mut locals = code.varnames.iter();
    let mut free = code.freevars.iter();
    code.localspluskinds
        .iter()
        .filter_map(|kind| {
            if kind & KIND_LOCAL != 0 {
                locals.next()
            } else if kind & KIND_CELL != 0 {
                cells.next()
            } else {
                free.next()
            }
        })
        .cloned()
        .collect()
}

fn constant(data: ConstantData) -> Constant {
    match data {
        ConstantData::None => Constant::None,
        ConstantData::Ellipsis => Constant::Ellipsis,
        ConstantData::Boolean { value } => Constant::Bool(value),
        ConstantData::Integer { value } => match i64::try_from(&value) {
            Ok(small) => Constant::Int(small),
            Err(_) => Constant::BigInt(value.to_signed_bytes_le()),
        },
        ConstantData::Float { value } => Constant::Float(value),
        ConstantData::Complex { value } => Constant::Complex {
            real: value.re,
            imag: value.im,
        },
        ConstantData::Str { value } => Constant::Str(value.into_bytes()),
        ConstantData::Bytes { value } => Constant::Bytes(value),
        ConstantData::Tuple { elements } => {
            Constant::Tuple(elements.into_iter().map(constant).collect())
        }
        ConstantData::Frozenset { elements } => {
            Constant::Frozenset(elements.into_iter().map(constant).collect())
        }
        ConstantData::Slice { elements } => Constant::Slice(Box::new(elements.map(constant))),
        ConstantData::Code { code } => Constant::Code(Box::new(convert(*code))),
    }
}
