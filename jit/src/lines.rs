//! The text of a stage, line by line, each with what it came of: the printers' common form. A dump joins the lines, a trace report links
//! them. Not here: the printers (`trace::text`, `show`, `machine::show`).

use crate::ir::{Id, SnapshotId};

/// What a line came of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Of {
    #[default]
    Nothing,
    /// An instruction of the bytecode trace, by its place there.
    Entry(u32),
    /// A line of the program, in the frame of this instruction.
    Source(u32),
    /// A value of the IR, or an instruction without one.
    Value(Id),
    /// What leads out of the trace, by the number of the exit.
    Exit(u32),
    Snapshot(SnapshotId),
}

/// A line without its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub text: String,
    pub of: Of,
}

impl Line {
    pub fn new(text: impl Into<String>, of: Of) -> Line {
        Line { text: text.into(), of }
    }
}

/// The text, newline at the end.
pub fn join(lines: &[Line]) -> String {
    let mut text = String::with_capacity(lines.iter().map(|line| line.text.len() + 1).sum());
    for line in lines {
        text.push_str(&line.text);
        text.push('\n');
    }
    text
}

/// The lines of a text that was written with marks: from each mark's place on, lines are of what it says, up to the end of the line.
pub fn cut(text: &str, marks: &[(usize, Of)]) -> Vec<Line> {
    let mut marks = marks.iter().peekable();
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.split_terminator('\n') {
        let mut of = Of::Nothing;
        while let Some((_, marked)) = marks.next_if(|mark| mark.0 <= at + line.len()) {
            of = *marked;
        }
        lines.push(Line::new(line, of));
        at += line.len() + 1;
    }
    lines
}
