//! What is wrong with a definition, and how it is shown.
//!
//! All diagnostics of a run are collected; none stops another. Each has a code from
//! [`crate::codes`].

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use crate::codes::{self, Code, Severity};
use crate::source::{SourceFile, Span};

/// Only so many are printed, so that one slip repeated 5,000 times stays readable.
const MAX_SHOWN: usize = 20;
const MAX_SHOWN_LINES: usize = 180;
/// Lines longer than this are named, not shown.
const MAX_LINE: usize = 400;

#[derive(Clone, Debug)]
pub struct Diagnostic {
    pub code: &'static Code,
    /// The cause, in one line.
    pub message: String,
    pub primary: Option<Label>,
    /// Other places that matter.
    pub others: Vec<Label>,
    pub help: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

impl Diagnostic {
    pub(crate) fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Diagnostic {
        let primary = Some(Label {
            span,
            text: String::new(),
        });
        Diagnostic {
            code,
            message: message.into(),
            primary,
            others: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Without a place: the main file itself cannot be read.
    pub(crate) fn bare(code: &'static Code, message: impl Into<String>) -> Diagnostic {
        let message = message.into();
        Diagnostic {
            code,
            message,
            primary: None,
            others: Vec::new(),
            help: Vec::new(),
        }
    }

    pub(crate) fn label(mut self, text: impl Into<String>) -> Diagnostic {
        if let Some(primary) = &mut self.primary {
            primary.text = text.into();
        }
        self
    }

    pub(crate) fn other(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.others.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    pub(crate) fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(text.into());
        self
    }

    pub(crate) fn maybe_help(mut self, text: Option<String>) -> Diagnostic {
        self.help.extend(text);
        self
    }

    pub fn is_error(&self) -> bool {
        self.code.severity == Severity::Error
    }
}

/// Collects diagnostics behind a shared reference.
#[derive(Default)]
pub(crate) struct Sink(RefCell<Vec<Diagnostic>>);

impl Sink {
    pub fn push(&self, diagnostic: Diagnostic) {
        self.0.borrow_mut().push(diagnostic);
    }

    pub fn has_errors(&self) -> bool {
        self.0.borrow().iter().any(Diagnostic::is_error)
    }

    pub fn into_diagnostics(self, files: Arc<Vec<SourceFile>>) -> Diagnostics {
        let mut list = self.0.into_inner();
        let place = |one: &Diagnostic| one.primary.as_ref().map(|label| label.span);
        // What cannot be read defines nothing: that its name is unknown elsewhere comes after the cause.
        let is_read = |one: &Diagnostic| !one.is_error() || one.code.id > codes::UNKNOWN_KIND.id;
        let order = |one: &Diagnostic| (is_read(one), place(one), one.code.id);
        list.sort_by(|a, b| order(a).cmp(&order(b)));
        list.dedup_by(|a, b| {
            place(a) == place(b) && a.code.id == b.code.id && a.message == b.message
        });
        Diagnostics { files, list }
    }
}

/// All diagnostics of a run, in order of position; what could not be read stands first. `Display` prints them as plain text.
#[derive(Clone)]
pub struct Diagnostics {
    files: Arc<Vec<SourceFile>>,
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn has_errors(&self) -> bool {
        self.list.iter().any(Diagnostic::is_error)
    }

    /// File, line and column (from 1) of a span.
    pub fn position(&self, span: Span) -> (&str, usize, usize) {
        match self.files.get(span.file as usize) {
            Some(file) => {
                let (line, column) = file.position(span.start as usize);
                (&file.path, line, column)
            }
            None => ("", 0, 0),
        }
    }

    /// For standard error: with colours where that is a terminal.
    pub fn for_stderr(&self) -> String {
        let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        self.render(&if is_terminal { Renderer::styled() } else { Renderer::plain() })
    }

    fn render(&self, renderer: &Renderer) -> String {
        let mut text = String::new();
        let (mut shown, mut lines) = (0, 0);
        // Errors first: warnings must not push them out of sight.
        let errors = self.list.iter().filter(|one| one.is_error());
        let warnings = self.list.iter().filter(|one| !one.is_error());
        for diagnostic in errors.chain(warnings).take(MAX_SHOWN) {
            let one = renderer.render(&self.report(diagnostic));
            lines += one.lines().count() + 1;
            if lines > MAX_SHOWN_LINES {
                break;
            }
            text.push_str(&one);
            text.push_str("\n\n");
            shown += 1;
        }
        let errors = self.list.iter().filter(|one| one.is_error()).count();
        let warnings = self.list.len() - errors;
        if self.list.len() > shown {
            text.push_str(&format!(
                "the first {shown} of {} are shown\n",
                self.list.len()
            ));
        }
        if !self.list.is_empty() {
            let plural = |count| if count == 1 { "" } else { "s" };
            text.push_str(&format!(
                "{errors} error{}, {warnings} warning{}\n",
                plural(errors),
                plural(warnings)
            ));
        }
        text
    }

    fn report<'a>(&'a self, diagnostic: &'a Diagnostic) -> Vec<Group<'a>> {
        let level = if diagnostic.is_error() {
            Level::ERROR
        } else {
            Level::WARNING
        };
        let title = level
            .primary_title(diagnostic.message.as_str())
            .id(diagnostic.code.id);
        let mut group = Group::with_title(title);
        let labels = diagnostic
            .primary
            .iter()
            .map(|label| (label, AnnotationKind::Primary));
        let others = diagnostic
            .others
            .iter()
            .map(|label| (label, AnnotationKind::Context));
        let labels: Vec<_> = labels.chain(others).collect();
        let mut files: Vec<u32> = Vec::new();
        for (label, _) in &labels {
            if !files.contains(&label.span.file) {
                files.push(label.span.file);
            }
        }
        for file in files {
            let here: Vec<_> = labels
                .iter()
                .filter(|(label, _)| label.span.file == file)
                .collect();
            if let Some(source) = self.files.get(file as usize) {
                group = group.element(excerpt(source, &here));
            }
        }
        for help in &diagnostic.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        vec![group]
    }
}

fn excerpt<'a>(file: &'a SourceFile, labels: &[&(&'a Label, AnnotationKind)]) -> Element<'a> {
    let spans = || labels.iter().map(|(label, _)| label.span);
    let first = spans()
        .map(|span| file.position(span.start as usize).0)
        .min()
        .unwrap_or(1);
    let last = spans()
        .map(|span| file.position(span.end as usize).0)
        .max()
        .unwrap_or(1);
    let range = file.lines(first, last);
    let text = &file.text[range.clone()];
    if text.lines().any(|line| line.len() > MAX_LINE) {
        let (line, column) = file.position(spans().next().map_or(0, |span| span.start as usize));
        return Origin::path(file.path.as_str())
            .line(line)
            .char_column(column)
            .into();
    }
    let mut snippet = Snippet::source(text)
        .line_start(first)
        .path(file.path.as_str());
    for (label, kind) in labels {
        let start =
            text.floor_char_boundary((label.span.start as usize).saturating_sub(range.start));
        let end = text.ceil_char_boundary(
            (label.span.end as usize)
                .saturating_sub(range.start)
                .max(start),
        );
        let mut annotation = kind.span(start..end);
        if !label.text.is_empty() {
            annotation = annotation.label(label.text.as_str());
        }
        snippet = snippet.annotation(annotation);
    }
    snippet.into()
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.render(&Renderer::plain()))
    }
}

impl fmt::Debug for Diagnostics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl std::error::Error for Diagnostics {}

/// "did you mean `x`?", when something is near enough.
pub(crate) fn did_you_mean<'a>(
    wrong: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    if wrong.len() > 100 {
        return None;
    }
    let limit = (wrong.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate.len().abs_diff(wrong.len()) > limit {
            continue;
        }
        let distance = edit_distance(wrong, candidate);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| format!("did you mean `{name}`?"))
}

/// Letters added, dropped, replaced, or two neighbours in the wrong order.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, right) in b.iter().enumerate() {
            let replaced = row[j] + usize::from(left != right);
            let mut least = replaced.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *left == b[j - 1] && a[i - 1] == *right {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}
