//! The report of an exception, as CPython 3.14 prints it: entries with source lines and carets, chained exceptions, groups, notes,
//! suggestions. Not here: the search for names in the text of a line (`source_anchor.rs`), where source comes from (`source_lines.rs`).

use crate::error::R;
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::exception::{Exception, member};
use crate::objects::exception_group;
use crate::objects::list::List;
use crate::objects::source_anchor;
use crate::objects::source_lines;
use crate::objects::str::Str;
use crate::objects::traceback::Traceback;
use crate::objects::tuple::Tuple;
use crate::value::Value;
use crate::vm::{class_of, intern, names, types};

/// Repetitions of one entry that are shown.
const RECURSIVE_CUTOFF: usize = 3;
const MAX_GROUP_WIDTH: usize = 15;
const MAX_GROUP_DEPTH: usize = 10;
const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

/// The whole report, each line ended.
pub fn format(exception: Gc<Exception>) -> String {
    let mut report = Report { out: String::new(), depth: 0, need_close: false, seen: Vec::new() };
    report.exception(exception);
    report.out
}

/// As for an exception that nobody can catch: without what it came from, and lines without marks.
pub fn format_unraisable(exception: Gc<Exception>) -> String {
    let mut out = String::new();
    if let Some(traceback) = exception.traceback.get().downcast::<Traceback>() {
        out.push_str("Traceback (most recent call last):\n");
        out.push_str(&entries(traceback, Carets::None));
    }
    out + &last_lines(exception)
}

/// Whether the part of a line that ran is marked below it.
#[derive(Clone, Copy, PartialEq)]
pub enum Carets {
    Shown,
    None,
}

struct Report {
    out: String,
    /// Nesting of groups.
    depth: usize,
    need_close: bool,
    /// Exceptions that are in the report: a cycle of causes or contexts ends there.
    seen: Vec<Gc<Exception>>,
}

impl Report {
    fn indent(&self) -> String {
        " ".repeat(2 * self.depth)
    }
    fn emit(&mut self, text: &str, margin: char) {
        if self.depth == 0 {
            return self.out.push_str(text);
        }
        let indent = format!("{}{margin} ", self.indent());
        for line in text.split_inclusive('\n') {
            self.out.push_str(&indent);
            self.out.push_str(line);
        }
    }

    /// The chain that leads to the exception, then itself.
    fn exception(&mut self, exception: Gc<Exception>) {
        let mut chain: Vec<(Option<&str>, Gc<Exception>)> = Vec::new();
        let mut next = Some(exception);
        if !self.seen.contains(&exception) {
            self.seen.push(exception);
        }
        while let Some(at) = next {
            let unseen = |value: Value, seen: &[Gc<Exception>]| value.downcast::<Exception>().filter(|e| !seen.contains(e));
            let cause = unseen(at.cause.get(), &self.seen);
            let context = if at.suppress_context.get() || cause.is_some() { None } else { unseen(at.context.get(), &self.seen) };
            let message = match (cause, context) {
                (Some(_), _) => Some(CAUSE),
                (None, Some(_)) => Some(CONTEXT),
                (None, None) => None,
            };
            chain.push((message, at));
            next = cause.or(context);
            self.seen.extend(next);
        }
        for (message, at) in chain.into_iter().rev() {
            if let Some(message) = message {
                self.emit(message, '|');
            }
            if exception_group::is_group(at.value()) { self.group(at) } else { self.single(at) }
        }
    }
    fn single(&mut self, exception: Gc<Exception>) {
        if let Some(traceback) = exception.traceback.get().downcast::<Traceback>() {
            self.emit("Traceback (most recent call last):\n", '|');
            self.emit(&entries(traceback, Carets::Shown), '|');
        }
        self.emit(&last_lines(exception), '|');
    }
    fn group(&mut self, group: Gc<Exception>) {
        if self.depth > MAX_GROUP_DEPTH {
            return self.emit(&format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n"), '|');
        }
        let is_top = self.depth == 0;
        self.depth += is_top as usize;
        if let Some(traceback) = group.traceback.get().downcast::<Traceback>() {
            self.emit("Exception Group Traceback (most recent call last):\n", if is_top { '+' } else { '|' });
            self.emit(&entries(traceback, Carets::Shown), '|');
        }
        self.emit(&last_lines(group), '|');
        let nested = exception_group::nested(group);
        let shown = if nested.len() <= MAX_GROUP_WIDTH { nested.len() } else { MAX_GROUP_WIDTH + 1 };
        self.need_close = false;
        for (i, item) in nested.iter().take(shown).enumerate() {
            let is_last = i + 1 == shown;
            // A nested group may close the frame in our place.
            self.need_close |= is_last;
            let is_cut = i >= MAX_GROUP_WIDTH;
            let title = if is_cut { "...".to_string() } else { (i + 1).to_string() };
            let corner = if i == 0 { "+-" } else { "  " };
            self.out.push_str(&format!("{}{corner}+---------------- {title} ----------------\n", self.indent()));
            self.depth += 1;
            if is_cut {
                let rest = nested.len() - MAX_GROUP_WIDTH;
                self.emit(&format!("and {rest} more exception{}\n", if rest > 1 { "s" } else { "" }), '|');
            } else if let Some(exception) = item.downcast::<Exception>() {
                self.exception(exception);
            }
            if is_last && self.need_close {
                self.out.push_str(&format!("{}+------------------------------------\n", self.indent()));
                self.need_close = false;
            }
            self.depth -= 1;
        }
        if is_top {
            self.depth = 0;
        }
    }
}

// -- the exception itself --------------------------------------------------------------

/// `module.Name`, without the modules that go without saying.
fn class_text(class: Gc<Class>) -> String {
    let qualname = crate::objects::builtin_types::qualname_of(class);
    let module = crate::objects::class_attr::module_of(class).ok().and_then(|module| module.downcast::<Str>());
    match module.map(|module| module.to_string_lossy()) {
        Some(module) if module == "__main__" || module == "builtins" => qualname,
        Some(module) => format!("{module}.{qualname}"),
        None => format!("<unknown>.{qualname}"),
    }
}
fn safe_text(value: Value, what: &str) -> String {
    crate::ops::str_string(value).unwrap_or_else(|_| format!("<{what} str() failed>"))
}

/// What follows the entries: the class and the message (or the form of a SyntaxError), and the notes.
pub fn last_lines(exception: Gc<Exception>) -> String {
    let class = class_of(exception.value());
    let name = class_text(class);
    let mut out = if class.is_subclass(types().syntax_error) {
        syntax_error(exception, &name)
    } else {
        let mut message = safe_text(exception.value(), "exception");
        message.push_str(&suggestion(exception).unwrap_or_default());
        if message.is_empty() { format!("{name}\n") } else { format!("{name}: {message}\n") }
    };
    push_notes(&mut out, exception);
    out
}
fn push_notes(out: &mut String, exception: Gc<Exception>) {
    let notes = match crate::ops::getattr_opt(exception.value(), names().__notes__) {
        Ok(Some(notes)) if !notes.is_none() => notes,
        Ok(_) => return,
        Err(raised) => {
            let text = crate::ops::repr_string(raised.value()).unwrap_or_else(|_| "<__notes__ repr() failed>".to_string());
            return out.push_str(&format!("Ignored error getting __notes__: {text}\n"));
        }
    };
    if !notes.is::<List>() && !notes.is::<Tuple>() {
        let text = crate::ops::repr_string(notes).unwrap_or_else(|_| "<__notes__ repr() failed>".to_string());
        return out.push_str(&format!("{text}\n"));
    }
    let Ok(notes) = crate::ops::collect(notes) else { return };
    for i in 0..notes.len() {
        let note = safe_text(notes.get(i).unwrap_or_default(), "note");
        for line in note.split('\n') {
            out.push_str(line);
            out.push('\n');
        }
    }
}

fn syntax_error(exception: Gc<Exception>, name: &str) -> String {
    let [message, filename, line, offset, text, end_line, end_offset] = [0, 1, 2, 3, 4, 5, 6].map(|i| member(exception, i));
    let given = |value: Value| value.option().filter(|value| !value.is_none());
    let mut out = String::new();
    let mut suffix = String::new();
    match (given(line), given(filename)) {
        (Some(line), filename) => {
            let file = filename.map(|file| shown_file(safe_text(file, "filename"))).filter(|file| !file.is_empty());
            out.push_str(&format!("  File \"{}\", line {}\n", file.as_deref().unwrap_or("<string>"), safe_text(line, "line")));
        }
        (None, Some(filename)) => suffix = format!(" ({})", safe_text(filename, "filename")),
        (None, None) => {}
    }
    if let Some(text) = text.downcast::<Str>() {
        let same_line = given(line).and_then(crate::objects::int::to_i64) == given(end_line).and_then(crate::objects::int::to_i64);
        let number = |value: Value| given(value).and_then(crate::objects::int::to_i64);
        push_source(&mut out, &text.to_string_lossy(), number(offset), number(end_offset), same_line);
    }
    let message = match given(message) {
        Some(message) => safe_text(message, "message"),
        None => "<no detail available>".to_string(),
    };
    let message = if message.is_empty() { "<no detail available>".to_string() } else { message };
    out.push_str(&format!("{name}: {message}{suffix}\n"));
    out
}
/// The line of a SyntaxError with carets under `offset..end_offset` (which count from 1).
fn push_source(out: &mut String, text: &str, offset: Option<i64>, end_offset: Option<i64>, same_line: bool) {
    let right = text.trim_end_matches('\n');
    let left = right.trim_start_matches([' ', '\n', '\x0c']);
    let count = |text: &str| text.chars().count() as i64;
    let spaces = count(right) - count(left);
    out.push_str(&format!("    {left}\n"));
    let Some(mut offset) = offset else { return };
    let mut end = if same_line { end_offset.filter(|&end| end != 0).unwrap_or(offset) } else { count(right) + 1 };
    if !text.is_empty() {
        if offset > count(text) {
            offset = count(right) + 1;
        }
        if end > count(text) {
            end = count(right) + 1;
        }
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let (column, end) = (offset - 1 - spaces, end - 1 - spaces);
    if column < 0 {
        return;
    }
    let margin: String = left.chars().take(column as usize).map(|c| if c.is_whitespace() { c } else { ' ' }).collect();
    out.push_str(&format!("    {margin}{}\n", "^".repeat((end - column) as usize)));
}

// -- entries ---------------------------------------------------------------------------

/// The entries of a traceback, oldest first; more than three equal ones in a row are counted.
pub fn entries(first: Gc<Traceback>, carets: Carets) -> String {
    let mut out = String::new();
    let mut last: Option<(Value, i32, Value)> = None;
    let mut count = 0;
    let mut next = Some(first);
    let limit = limit();
    let total = core::iter::successors(next, |at| at.next.get().downcast::<Traceback>()).count();
    let mut skip = total.saturating_sub(limit);
    while let Some(at) = next {
        next = at.next.get().downcast::<Traceback>();
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let key = (at.code.filename.get(), at.line(), at.code.name.get());
        if last != Some(key) {
            push_repeated(&mut out, count);
            (last, count) = (Some(key), 0);
        }
        count += 1;
        if count <= RECURSIVE_CUTOFF {
            entry(&mut out, at, carets);
        }
    }
    push_repeated(&mut out, count);
    out
}
fn push_repeated(out: &mut String, count: usize) {
    if count > RECURSIVE_CUTOFF {
        let more = count - RECURSIVE_CUTOFF;
        out.push_str(&format!("  [Previous line repeated {more} more time{}]\n", if more > 1 { "s" } else { "" }));
    }
}
/// `sys.tracebacklimit`.
fn limit() -> usize {
    match crate::builtins::io::sys_attribute("tracebacklimit").and_then(crate::objects::int::to_i64) {
        Some(limit) => limit.max(0) as usize,
        None => usize::MAX,
    }
}

/// Each statement of the prompt has a file name of its own, `<stdin-N>`; all are shown as `<stdin>`.
fn shown_file(file: String) -> String {
    let number = file.strip_prefix("<stdin-").and_then(|rest| rest.strip_suffix('>'));
    if number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())) {
        return "<stdin>".to_string();
    }
    file
}

fn entry(out: &mut String, at: Gc<Traceback>, carets: Carets) {
    let code = at.code;
    let file = safe_text(code.filename.get(), "filename");
    let position = code.position(at.offset.get());
    let line = if position.line > 0 { position.line } else { at.line() };
    let name = safe_text(code.name.get(), "name");
    out.push_str(&format!("  File \"{}\", line {line}, in {name}\n", shown_file(file.clone())));
    if line <= 0 {
        return;
    }
    let end_line = position.end_line.max(line);
    // Trailing blanks do not count; a line that cannot be had is empty.
    let lines: Vec<String> = (line..=end_line)
        .map(|n| source_lines::line_of(code, &file, n as usize).unwrap_or_default().trim_end().to_string())
        .collect();
    if lines.iter().all(|line| line.is_empty()) {
        return;
    }
    if carets == Carets::None || position.column < 0 || position.end_column < 0 {
        return out.push_str(&format!("    {}\n", lines[0].trim()));
    }
    push_marked_lines(out, &lines, position.column as usize, position.end_column as usize);
}

/// The smallest indentation, as textwrap.dedent finds it.
fn dedent(lines: &[String]) -> Vec<String> {
    let margin = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| &line[..line.len() - line.trim_start_matches([' ', '\t']).len()])
        .reduce(|a, b| {
            let common = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
            &a[..common]
        })
        .unwrap_or("")
        .len();
    lines.iter().map(|line| if line.trim().is_empty() { String::new() } else { line[margin..].to_string() }).collect()
}
fn characters(line: &str, bytes: usize) -> usize {
    String::from_utf8_lossy(&line.as_bytes()[..bytes.min(line.len())]).chars().count()
}
fn slice(line: &str, from: usize, to: usize) -> String {
    line.chars().skip(from).take(to.saturating_sub(from)).collect()
}
/// Columns that the first `offset` characters take on a screen.
fn width(line: &str, offset: usize) -> usize {
    if line.is_ascii() {
        return offset;
    }
    line.chars().take(offset).map(|c| if source_lines::is_wide(c) { 2 } else { 1 }).sum()
}

/// The source lines from the start column of the first to the end column of the last, with carets under what matters.
fn push_marked_lines(out: &mut String, original: &[String], column: usize, end_column: usize) {
    let lines = dedent(original);
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    let dedented = original[0].chars().count() - first.chars().count();
    let start = characters(&original[0], column).saturating_sub(dedented);
    let end = characters(&original[original.len() - 1], end_column).saturating_sub(dedented);
    let whole = lines.join("\n");
    let tail = last.chars().count().saturating_sub(end);
    let segment = slice(&whole, start, whole.chars().count().saturating_sub(tail));
    let anchors = source_anchor::anchors(&segment);
    let show = shows_carets(&lines, start, end, &segment, anchors.is_some());
    let mark = Marks { lines: &lines, start: width(first, start), end: width(last, end), show, anchors: None };
    let mut significant = vec![0, lines.len() - 1];
    let mut mark = mark;
    if let Some(anchors) = anchors {
        let shift = |line: usize, column: usize| {
            let column = if line == 0 { column + start } else { column };
            (line, width(&lines[line], column))
        };
        for line in [anchors.left_line, anchors.right_line] {
            significant.extend(line.saturating_sub(1)..(line + 2).min(lines.len()));
        }
        mark.anchors = Some((shift(anchors.left_line, anchors.left), shift(anchors.right_line, anchors.right)));
    }
    significant.sort_unstable();
    significant.dedup();
    let mut shown: Vec<String> = Vec::new();
    for (i, &line) in significant.iter().enumerate() {
        if i > 0 {
            match line - significant[i - 1] {
                2 => mark.push(&mut shown, line - 1),
                3.. => shown.push(format!("...<{} lines>...", line - significant[i - 1] - 1)),
                _ => {}
            }
        }
        mark.push(&mut shown, line);
    }
    for line in dedent(&shown) {
        out.push_str(&format!("    {line}\n"));
    }
}
struct Marks<'a> {
    lines: &'a [String],
    start: usize,
    end: usize,
    show: bool,
    /// (line, column) of either end.
    anchors: Option<((usize, usize), (usize, usize))>,
}
impl Marks<'_> {
    fn push(&self, shown: &mut Vec<String>, number: usize) {
        let line = &self.lines[number];
        shown.push(line.clone());
        if !self.show {
            return;
        }
        let blanks = line.chars().count() - line.trim_start().chars().count();
        let is_last = number == self.lines.len() - 1;
        let columns = if is_last { self.end } else { width(line, line.chars().count()) };
        let marks: String = (0..columns)
            .map(|column| {
                if column < blanks || (number == 0 && column < self.start) {
                    return ' ';
                }
                let Some((left, right)) = self.anchors else { return '^' };
                let inside = (number, column) >= left && (number, column) < right;
                if inside { '^' } else { '~' }
            })
            .collect();
        shown.push(marks);
    }
}
/// Carets that would mark the whole line say nothing, nor do they for a plain call that is returned or assigned.
pub fn shows_carets(lines: &[String], start: usize, end: usize, segment: &str, has_anchors: bool) -> bool {
    let before = slice(&lines[0], 0, start);
    let last = &lines[lines.len() - 1];
    let after = slice(last, end, last.chars().count());
    if source_anchor::is_call_of_name(segment) && (after.trim().is_empty() || after.trim_start().starts_with('#')) {
        let before = before.trim();
        let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c == '_' || c.is_alphanumeric());
        let is_target = before.strip_suffix('=').is_some_and(|target| is_name(target.trim_end()));
        if before == "return" || is_target {
            return false;
        }
    }
    has_anchors || !before.trim().is_empty() || !after.trim().is_empty()
}

// -- suggestions -----------------------------------------------------------------------

/// ". Did you mean: 'name'?" for a name that is not there.
fn suggestion(exception: Gc<Exception>) -> Option<String> {
    let class = class_of(exception.value());
    let t = types();
    if class.is_subclass(t.import_error) {
        let wrong = member(exception, 3).downcast::<Str>()?.to_string_lossy();
        let module = member(exception, 1).downcast::<Str>()?.to_string_lossy();
        let module = crate::import::import_module(&module).ok()?;
        return hint(&wrong, &visible(directory(module)?, &wrong));
    }
    let is_name_error = class.is_subclass(t.name_error);
    if !is_name_error && !class.is_subclass(t.attribute_error) {
        return None;
    }
    let wrong = member(exception, 0).downcast::<Str>()?.to_string_lossy();
    if !is_name_error {
        let object = member(exception, 1).option()?;
        let all = directory(object)?;
        let own = innermost(exception).and_then(frame_self) == Some(object);
        return hint(&wrong, &if own { all } else { visible(all, &wrong) });
    }
    let found = name_suggestion(exception, &wrong);
    let is_module = crate::builtins::io::sys_attribute("stdlib_module_names")
        .and_then(|all| crate::ops::contains(all, intern(&wrong).value()).ok())
        .unwrap_or(false);
    match (found, is_module) {
        (Some(found), true) => Some(format!("{found} Or did you forget to import '{wrong}'?")),
        (None, true) => Some(format!(". Did you forget to import '{wrong}'?")),
        (found, false) => found,
    }
}
fn hint(wrong: &str, candidates: &[String]) -> Option<String> {
    crate::suggest::closest(wrong, candidates).map(|found| format!(". Did you mean: '{found}'?"))
}
fn directory(object: Value) -> Option<Vec<String>> {
    let names = crate::builtins::dir_of(object).ok()?;
    Some(names.items().iter().filter_map(|name| name.downcast::<Str>()).map(|name| name.to_string_lossy()).collect())
}
/// Private names are only suggested for private ones.
fn visible(names: Vec<String>, wrong: &str) -> Vec<String> {
    if wrong.starts_with('_') { names } else { names.into_iter().filter(|name| !name.starts_with('_')).collect() }
}
fn innermost(exception: Gc<Exception>) -> Option<Gc<Traceback>> {
    let mut at = exception.traceback.get().downcast::<Traceback>()?;
    while let Some(next) = at.next.get().downcast::<Traceback>() {
        at = next;
    }
    Some(at)
}
fn frame_locals(at: Gc<Traceback>) -> Option<Gc<Dict>> {
    let frame = at.frame.get().downcast::<crate::objects::frame::FrameObject>()?;
    crate::objects::frame::snapshot(frame).ok()
}
fn frame_self(at: Gc<Traceback>) -> Option<Value> {
    frame_locals(at)?.get_str(names().self_)
}
fn name_suggestion(exception: Gc<Exception>, wrong: &str) -> Option<String> {
    let at = innermost(exception)?;
    let locals = frame_locals(at);
    if let Some(this) = locals.and_then(|locals| locals.get_str(names().self_))
        && let Ok(Some(_)) = crate::ops::getattr_opt(this, intern(wrong))
    {
        return Some(format!(". Did you mean: 'self.{wrong}'?"));
    }
    let globals = at.function.globals.get();
    let builtins = at.function.builtins.get();
    let mut candidates = Vec::new();
    for dict in locals.into_iter().chain([globals, builtins]) {
        let keys = dict.entries().iter().filter_map(|entry| entry.key.downcast::<Str>());
        candidates.extend(keys.map(|key| key.to_string_lossy()));
    }
    hint(wrong, &candidates)
}

/// For `sys.excepthook` and what stands in for it: writes the report to `sys.stderr`, or to the descriptor when that is gone.
pub fn print(exception: Gc<Exception>) -> R<()> {
    let report = format(exception);
    match crate::builtins::io::sys_attribute("stderr").filter(|stderr| !stderr.is_none()) {
        Some(stderr) => {
            let text = crate::objects::str::new(&report).value();
            crate::ops::call_method(stderr, names().write, &[text])?;
            crate::ops::call_method(stderr, names().flush, &[])?;
        }
        None => crate::exit::print_raw(&report),
    }
    Ok(())
}
