//! Syntax errors: CPython 3.14's kinds, messages and positions, made out of the compiler's.

use ruff_python_ast::Mod;
use ruff_source_file::SourceLocation;
use ruff_text_size::{TextRange, TextSize};
use rustpython_codegen::error::{CodegenError, CodegenErrorType};
use rustpython_compiler::{CompileError, ParseError};

use crate::diagnosis::{self, Diagnosis, End};
use crate::nesting::Nesting;
use crate::{Mode, Options, Origin, Warning, indentation, warnings};

/// The compiler crate's compiler says this, CPython's parser.
const UNPACKING: [&str; 2] = [
    "iterable unpacking cannot be used in",
    "dict unpacking cannot be used in",
];

fn is_of_unpacking(message: &str) -> bool {
    UNPACKING.iter().any(|start| message.starts_with(start))
}

impl Context<'_> {
    /// What CPython raises without compiling.
    pub fn parser_error(&self, error: &CompileError) -> Option<SyntaxError> {
        let is_of_the_parser = match error {
            CompileError::Parse(_) => true,
            CompileError::Codegen(error) => {
                matches!(
                    error.error,
                    CodegenErrorType::InvalidFutureFeature(_)
                        | CodegenErrorType::InvalidFutureBraces
                ) || is_of_unpacking(&error.error.to_string())
            }
        };
        is_of_the_parser.then(|| self.syntax_error(error))
    }
}

/// Which exception to raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    Syntax,
    Indentation,
    Tab,
    /// `_IncompleteInputError`: more lines may make it a program.
    IncompleteInput,
    Memory,
    Recursion,
    System,
}

impl ErrorKind {
    /// The name of the Python exception.
    pub fn exception_name(self) -> &'static str {
        match self {
            Self::Syntax => "SyntaxError",
            Self::Indentation => "IndentationError",
            Self::Tab => "TabError",
            Self::IncompleteInput => "_IncompleteInputError",
            Self::Memory => "MemoryError",
            Self::Recursion => "RecursionError",
            Self::System => "SystemError",
        }
    }
}

/// The attributes of a `SyntaxError`; `None` is Python's `None`. Memory, recursion and system
/// errors have a message only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub message: String,
    pub filename: Option<String>,
    pub lineno: Option<u32>,
    pub offset: Option<i64>,
    pub end_lineno: Option<u32>,
    pub end_offset: Option<i64>,
    pub text: Option<String>,
}

impl SyntaxError {
    /// An error without a place.
    pub fn bare(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            filename: None,
            lineno: None,
            offset: None,
            end_lineno: None,
            end_offset: None,
            text: None,
        }
    }

    /// What CPython raises when a source cannot be decoded.
    pub fn at_line_zero(message: impl Into<String>, filename: &str) -> Self {
        Self {
            filename: Some(filename.to_owned()),
            lineno: Some(0),
            offset: Some(-1),
            ..Self::bare(ErrorKind::Syntax, message)
        }
    }
}

/// The program an error is about.
pub struct Context<'a> {
    pub source: &'a str,
    pub filename: &'a str,
    pub mode: Mode,
    pub options: &'a Options,
}

/// A place in the source: lines and columns count from one.
#[derive(Clone, Copy)]
struct Place {
    line: u32,
    offset: i64,
    end_line: u32,
    end_offset: i64,
}

impl Context<'_> {
    pub fn too_deep(&self, nesting: Nesting) -> SyntaxError {
        match nesting {
            Nesting::ParserStack => SyntaxError::bare(
                ErrorKind::Memory,
                "Parser stack overflowed - Python source too complex to parse",
            ),
            Nesting::CompilerStack | Nesting::Depth(_) => SyntaxError::bare(
                ErrorKind::Recursion,
                "maximum recursion depth exceeded during compilation",
            ),
            Nesting::Refused {
                message,
                line,
                column,
            } => {
                let place = Place {
                    line,
                    offset: column,
                    end_line: line,
                    end_offset: column,
                };
                self.located(ErrorKind::Syntax, message.to_owned(), place, TextEnd::Bare)
            }
            Nesting::TooManyIndents { line } => {
                let width = self.line(line).map_or(0, |line| line.chars().count());
                let place = Place {
                    line,
                    offset: i64::try_from(width).unwrap_or(i64::MAX) + 1,
                    end_line: line,
                    end_offset: -1,
                };
                self.located(
                    ErrorKind::Indentation,
                    "too many levels of indentation".to_owned(),
                    place,
                    TextEnd::Newline,
                )
            }
        }
    }

    pub fn syntax_error(&self, error: &CompileError) -> SyntaxError {
        match error {
            CompileError::Codegen(error) => self.codegen_error(error),
            CompileError::Parse(error) => self.parse_error(error),
        }
    }

    /// Where an error of this program begins.
    pub fn start_of(&self, error: &SyntaxError) -> TextSize {
        let line = error.lineno.unwrap_or(1).max(1) as usize - 1;
        let start = match line {
            0 => 0,
            line => self.source.match_indices('\n').nth(line - 1).map_or(self.source.len(), |(at, _)| at + 1),
        };
        let rest = self.source.get(start..).unwrap_or_default();
        let before = usize::try_from(error.offset.unwrap_or(1) - 1).unwrap_or(0);
        let within = rest.char_indices().nth(before).map_or(rest.len(), |(at, _)| at);
        TextSize::try_from(start + within).unwrap_or_default()
    }

    /// A warning of the compiler at `location`; where a warning is an error, it marks the node that begins there.
    pub fn compiler_warning(&self, tree: Option<&Mod>, location: SourceLocation, message: String) -> Warning {
        let start = self.text_size(location);
        let range = tree.and_then(|tree| warnings::range_of(tree, start, &message)).unwrap_or(TextRange::empty(start));
        let (line, offset) = self.line_and_offset(range.start());
        let (end_line, end_offset) = self.line_and_offset(range.end());
        let error = SyntaxError {
            filename: Some(self.filename.to_owned()),
            lineno: Some(line),
            offset: Some(offset),
            end_lineno: Some(end_line),
            end_offset: Some(end_offset),
            text: self.text_in_file(line),
            ..SyntaxError::bare(ErrorKind::Syntax, message.clone())
        };
        Warning { message, lineno: line, error }
    }

    /// CPython reads the line of an error of the compiler from the file, if there is one.
    fn text_in_file(&self, line: u32) -> Option<String> {
        (self.options.origin == Origin::File).then(|| self.text(line, TextEnd::Newline)).flatten()
    }

    fn codegen_error(&self, error: &CodegenError) -> SyntaxError {
        if matches!(error.error, CodegenErrorType::RecursionError) {
            return SyntaxError::bare(ErrorKind::Recursion, error.error.to_string());
        }
        let message = error.error.to_string();
        if message.starts_with("get_ref_type: ") || message.contains("control flow graph") {
            // A fault of the compiler, not of the program.
            return SyntaxError::bare(ErrorKind::System, message);
        }
        let mut made = SyntaxError {
            filename: Some(self.filename.to_owned()),
            ..SyntaxError::bare(ErrorKind::Syntax, message)
        };
        if let Some(start) = error.location {
            let end = error.end_location.unwrap_or(start);
            made.lineno = Some(line_number(start.line.get()));
            made.offset = Some(column(start.character_offset.get()));
            made.end_lineno = Some(line_number(end.line.get()));
            made.end_offset = Some(column(end.character_offset.get()));
            // CPython reads the line from the file, if there is one.
            if is_of_unpacking(&made.message) || self.options.origin == Origin::File {
                made.text = self.text(line_number(start.line.get()), TextEnd::Newline);
            }
        }
        made
    }

    fn parse_error(&self, error: &ParseError) -> SyntaxError {
        let range = TextRange::new(
            self.text_size(error.location),
            self.text_size(error.end_location)
                .max(self.text_size(error.location)),
        );
        let diagnosis = diagnosis::diagnose(self.source, self.mode, error, range);
        if self.is_incomplete(error, diagnosis.start) {
            return self.diagnosed(Diagnosis {
                kind: ErrorKind::IncompleteInput,
                message: "incomplete input".to_owned(),
                ..diagnosis
            });
        }
        self.diagnosed(diagnosis)
    }

    /// An error that the parser has not seen.
    pub fn missed_error(&self) -> Option<SyntaxError> {
        Some(self.diagnosed(indentation::check(self.source)?))
    }

    fn diagnosed(&self, diagnosis: Diagnosis) -> SyntaxError {
        let (line, offset) = self.line_and_offset(diagnosis.start);
        let (end_line, end_offset) = match diagnosis.end {
            End::Number(number) => (line, number),
            End::At(end) => self.line_and_offset(end),
            End::Next => (line, offset + 1),
        };
        let place = Place {
            line,
            offset,
            end_line,
            end_offset,
        };
        let end = if diagnosis.text_has_newline {
            TextEnd::Newline
        } else {
            TextEnd::Bare
        };
        self.located(diagnosis.kind, diagnosis.message, place, end)
    }

    /// More input may make a program of it: the error stands where the source ends.
    fn is_incomplete(&self, error: &ParseError, start: TextSize) -> bool {
        self.options.allow_incomplete_input
            && (error.is_unclosed_bracket
                || error.is_unclosed_string
                || start.to_usize() >= self.source.trim_end().len()
                || error.raw_location.end().to_usize() >= self.source.len())
    }

    /// The compiler crate gives lines and characters.
    fn text_size(&self, location: SourceLocation) -> TextSize {
        let mut start = 0;
        for _ in 1..location.line.get() {
            let rest = self.source.get(start..).unwrap_or_default();
            start += rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        }
        let rest = self.source.get(start..).unwrap_or_default();
        let skipped = location.character_offset.get().saturating_sub(1);
        // One behind the end is where CPython has the newline that it adds.
        let within = rest
            .char_indices()
            .nth(skipped)
            .map_or(rest.len(), |(at, _)| at);
        TextSize::try_from(start + within).unwrap_or_default()
    }

    fn line_and_offset(&self, at: TextSize) -> (u32, i64) {
        let before = self.source.get(..at.to_usize()).unwrap_or(self.source);
        let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
        let last = before.rsplit('\n').next().unwrap_or_default();
        let beyond = at.to_usize().saturating_sub(self.source.len());
        (line_number(line), column(last.chars().count() + 1 + beyond))
    }

    fn located(&self, kind: ErrorKind, message: String, place: Place, end: TextEnd) -> SyntaxError {
        SyntaxError {
            kind,
            message,
            filename: Some(self.filename.to_owned()),
            lineno: Some(place.line),
            offset: Some(place.offset),
            end_lineno: Some(place.end_line),
            end_offset: Some(place.end_offset),
            text: self.text(place.line, end),
        }
    }

    fn text(&self, line: u32, end: TextEnd) -> Option<String> {
        let mut text = self.line(line)?.to_owned();
        // CPython ends the last line of a module with a newline that may not be there.
        let newlines = self.source.bytes().filter(|byte| *byte == b'\n').count();
        let is_last = usize::try_from(line).is_ok_and(|line| line > newlines);
        if end == TextEnd::Newline && (self.mode == Mode::Exec || !is_last) {
            text.push('\n');
        }
        Some(text)
    }

    fn line(&self, line: u32) -> Option<&str> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        self.source.split('\n').nth(index)
    }
}

/// Whether `text` ends with the line's `\n`: the parser's errors have it, the tokenizer's not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TextEnd {
    Newline,
    Bare,
}

fn line_number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

fn column(column: usize) -> i64 {
    i64::try_from(column).unwrap_or(i64::MAX)
}
