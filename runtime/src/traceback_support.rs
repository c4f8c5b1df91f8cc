//! What `Lib/traceback.py` asks `ast` for, by this VM's own means: where the carets of an entry stand, and whether they are shown. It
//! spares the import of `ast` for each printed traceback.

use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::builtin::{Builtin, NativeFunction, function, method};
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::source_anchor;
use crate::objects::str::Str;
use crate::objects::traceback_print;
use crate::ops;
use crate::value::{NONE, NULL, Value};
use crate::vm::intern;

static ANCHORS: NativeFunction = function("_extract_caret_anchors_from_line_segment", "(segment)", anchors, "");
static METHODS: [NativeFunction; 1] =
    [method("_should_show_carets", "($self, start_offset, end_offset, all_lines, anchors)", should_show_carets, "")];

/// Puts the native functions into the module `traceback`, which has been run.
pub fn install(module: Value) {
    let Some(module) = module.downcast::<Module>() else { return };
    let dict = module.dict.get();
    dict.set_str(intern(ANCHORS.name), Builtin::new(&ANCHORS, NULL, false, intern("traceback").value()).value());
    if let Some(class) = dict.get_text("StackSummary").and_then(|class| class.downcast::<Class>()) {
        class.add_methods(&METHODS);
        class.modified();
    }
}

fn anchors(args: &[Value]) -> R {
    let Some(segment) = args[0].downcast::<Str>() else { return Err(type_error("the segment must be a str")) };
    let Some(found) = source_anchor::anchors(&segment.to_string_lossy()) else { return Ok(NONE) };
    let module = crate::import::import_module("traceback")?;
    let class = ops::getattr(module, intern("_Anchors"))?;
    let places = [found.left_line, found.left, found.right_line, found.right].map(int::from_usize);
    ops::call_positional(class, &places)
}

fn should_show_carets(args: &[Value]) -> R {
    let &[_, start, end, lines, anchors] = args else { return Err(type_error("four arguments are expected")) };
    let (start, end) = (offset(start)?, offset(end)?);
    let lines: Gc<List> = ops::collect(lines)?;
    let mut texts = Vec::new();
    for i in 0..lines.len() {
        texts.push(ops::str_string(lines.get(i).unwrap_or(NONE))?);
    }
    let (Some(last), false) = (texts.last(), anchors.is_null()) else { return Ok(Value::bool(false)) };
    let all = texts.join("\n");
    let beyond = last.chars().count().saturating_sub(end);
    let total = all.chars().count();
    let segment: String = all.chars().take(total.saturating_sub(beyond)).skip(start).collect();
    let has_anchors = ops::truth(anchors)?;
    Ok(Value::bool(traceback_print::shows_carets(&texts, start, end, &segment, has_anchors)))
}
fn offset(value: Value) -> R<usize> {
    Ok(usize::try_from(int::index_to_isize(value)?).unwrap_or(0))
}
