//! From a tree of nodes to the tree that the compiler crate takes: CPython's checks of `ast` nodes, and places in a text of blanks that has
//! each line as long as the nodes say.

mod expressions;
mod patterns;
mod statements;

use ruff_python_ast::name::Name;
use ruff_python_ast::{AtomicNodeIndex, Expr, Identifier, Mod, ModExpression, ModModule, Stmt};
use ruff_text_size::{TextRange, TextSize};

use crate::nodes::{Node, Part, TreeError};

pub(crate) type Lowered<T> = Result<T, TreeError>;

/// A tree that the compiler crate takes, with its text and the strings that are not Unicode.
pub(crate) struct Program {
    pub tree: Mod,
    pub source: String,
    pub surrogates: Surrogates,
}

/// The compiler crate's strings are UTF-8: others go by a name of ours, and are put back into the code.
#[derive(Default)]
pub(crate) struct Surrogates {
    strings: Vec<Vec<u8>>,
}

impl Surrogates {
    fn name(index: usize) -> String {
        format!("\u{10FFFE}string {index} that is not Unicode\u{10FFFE}")
    }

    fn keep(&mut self, wtf8: &[u8]) -> String {
        self.strings.push(wtf8.to_vec());
        Self::name(self.strings.len() - 1)
    }

    /// Also where the compiler has joined it to others.
    pub fn put_back(&self, text: &mut Vec<u8>) {
        for (index, string) in self.strings.iter().enumerate() {
            let name = Self::name(index).into_bytes();
            while let Some(at) = text.windows(name.len()).position(|window| window == name) {
                text.splice(at..at + name.len(), string.iter().copied());
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.strings.is_empty()
    }
}

/// Lines beyond this are not laid out.
const LINES_MAX: usize = 1 << 26;

pub(crate) fn lower(root: &Node) -> Lowered<Program> {
    let mut widths = Vec::new();
    measure(root, &mut widths)?;
    let (source, starts) = layout(&widths)?;
    let mut lowerer = Lowerer { starts, surrogates: Surrogates::default() };
    let range = TextRange::up_to(TextSize::of(source.as_str()));
    let tree = match root.kind {
        "Expression" => Mod::Expression(ModExpression {
            node_index: AtomicNodeIndex::NONE,
            range,
            body: Box::new(lowerer.expr(required(root, 0, "body")?, Context::Load)?),
        }),
        "Module" | "Interactive" => Mod::Module(ModModule {
            node_index: AtomicNodeIndex::NONE,
            range,
            body: lowerer.statements(root.list(0))?.into_iter().collect(),
            runtime_body: None,
        }),
        _ => return Err(value_error("FunctionType is not compiled")),
    };
    Ok(Program { tree, source, surrogates: lowerer.surrogates })
}

/// The depth of the tree, for the stack that compiling it takes.
pub(crate) fn depth(node: &Node) -> usize {
    fn of_part(part: &Part) -> usize {
        match part {
            Part::Node(node) => depth(node),
            Part::List(parts) => parts.iter().map(of_part).max().unwrap_or(0),
            _ => 0,
        }
    }
    1 + node.fields.iter().map(of_part).max().unwrap_or(0)
}

/// How far each line reaches.
fn measure(node: &Node, widths: &mut Vec<u32>) -> Lowered<()> {
    check_position(node)?;
    let [line, column, end_line, end_column] = node.position;
    for (line, column) in [(line, column), (end_line, end_column)] {
        let line = usize::try_from(line).unwrap_or(0);
        if line > LINES_MAX {
            return Err(TreeError::Syntax(crate::SyntaxError::bare(crate::ErrorKind::Memory, "")));
        }
        if widths.len() <= line {
            widths.resize(line + 1, 0);
        }
        widths[line] = widths[line].max(u32::try_from(column.max(0)).unwrap_or(0));
    }
    for part in &node.fields {
        match part {
            Part::Node(node) => measure(node, widths)?,
            Part::List(parts) => {
                for part in parts {
                    if let Part::Node(node) = part {
                        measure(node, widths)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_position(node: &Node) -> Lowered<()> {
    let [line, column, end_line, end_column] = node.position;
    if line > end_line {
        return Err(value_error(format!("AST node line range ({line}, {end_line}) is not valid")));
    }
    if (line < 0 && end_line != line) || (column < 0 && column != end_column) {
        let message = format!("AST node column range ({column}, {end_column}) for line range ({line}, {end_line}) is not valid");
        return Err(value_error(message));
    }
    if line == end_line && column > end_column {
        return Err(value_error(format!("line {line}, column {column}-{end_column} is not a valid range")));
    }
    Ok(())
}

/// A text of blanks, and where its lines begin. Line 0 is line 1.
fn layout(widths: &[u32]) -> Lowered<(String, Vec<u32>)> {
    let total: u64 = widths.iter().map(|width| u64::from(*width) + 1).sum();
    if total > 1 << 30 {
        return Err(TreeError::Syntax(crate::SyntaxError::bare(crate::ErrorKind::Memory, "")));
    }
    let mut source = String::new();
    let mut starts = vec![0, 0];
    let first = widths.first().copied().unwrap_or(0).max(widths.get(1).copied().unwrap_or(0));
    for width in core::iter::once(first).chain(widths.iter().skip(2).copied()) {
        source.extend(core::iter::repeat_n(' ', width as usize));
        source.push('\n');
        starts.push(u32::try_from(source.len()).unwrap_or(u32::MAX));
    }
    Ok((source, starts))
}

pub(crate) fn value_error(message: impl Into<String>) -> TreeError {
    TreeError::Value(message.into())
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Context {
    Load,
    Store,
    Del,
}

impl Context {
    fn name(self) -> &'static str {
        match self {
            Self::Load => "Load",
            Self::Store => "Store",
            Self::Del => "Del",
        }
    }
}

impl Node {
    fn part(&self, index: usize) -> &Part {
        self.fields.get(index).unwrap_or(&Part::None)
    }

    fn node(&self, index: usize) -> Option<&Node> {
        match self.part(index) {
            Part::Node(node) => Some(node),
            _ => None,
        }
    }

    fn list(&self, index: usize) -> &[Part] {
        match self.part(index) {
            Part::List(parts) => parts,
            _ => &[],
        }
    }

    fn nodes(&self, index: usize) -> impl Iterator<Item = &Node> {
        self.list(index).iter().filter_map(|part| match part {
            Part::Node(node) => Some(&**node),
            _ => None,
        })
    }

    fn name(&self, index: usize) -> Option<&str> {
        match self.part(index) {
            Part::Name(name) => Some(name),
            _ => None,
        }
    }

    fn int(&self, index: usize) -> i64 {
        match self.part(index) {
            Part::Int(int) => *int,
            _ => 0,
        }
    }
}

/// A node that is there, since the reader of nodes refuses those without.
pub(crate) fn required<'n>(node: &'n Node, index: usize, field: &str) -> Lowered<&'n Node> {
    node.node(index).ok_or_else(|| value_error(format!("field '{field}' is required for {}", node.kind)))
}

pub(crate) fn nonempty<'n>(node: &'n Node, index: usize, field: &str) -> Lowered<&'n [Part]> {
    match node.list(index) {
        [] => Err(value_error(format!("empty {field} on {}", node.kind))),
        parts => Ok(parts),
    }
}

fn check_name(name: &str) -> Lowered<()> {
    match name {
        "None" | "True" | "False" => Err(value_error(format!("identifier field can't represent '{name}' constant"))),
        _ => Ok(()),
    }
}

pub(crate) struct Lowerer {
    /// Of each line, from 0.
    starts: Vec<u32>,
    pub surrogates: Surrogates,
}

impl Lowerer {
    fn at(&self, line: i64, column: i64) -> TextSize {
        let line = usize::try_from(line).unwrap_or(0).min(self.starts.len() - 1);
        TextSize::new(self.starts[line] + u32::try_from(column.max(0)).unwrap_or(0))
    }

    fn range(&self, node: &Node) -> TextRange {
        let [line, column, end_line, end_column] = node.position;
        let start = self.at(line, column);
        TextRange::new(start, self.at(end_line, end_column).max(start))
    }

    fn identifier(&self, name: &str, range: TextRange) -> Identifier {
        Identifier { id: Name::new(name), range, node_index: AtomicNodeIndex::NONE }
    }

    fn body(&mut self, node: &Node, index: usize, field: &str) -> Lowered<Vec<Stmt>> {
        let parts = nonempty(node, index, field)?;
        self.statements(parts)
    }

    fn statements(&mut self, parts: &[Part]) -> Lowered<Vec<Stmt>> {
        parts
            .iter()
            .map(|part| match part {
                Part::Node(node) => self.statement(node),
                _ => Err(value_error("None disallowed in statement list")),
            })
            .collect()
    }

    fn exprs(&mut self, parts: &[Part], context: Context) -> Lowered<Vec<Expr>> {
        parts
            .iter()
            .map(|part| match part {
                Part::Node(node) => self.expr(node, context),
                _ => Err(value_error("None disallowed in expression list")),
            })
            .collect()
    }

    fn optional(&mut self, node: Option<&Node>) -> Lowered<Option<Box<Expr>>> {
        node.map(|node| self.load(node)).transpose()
    }

    fn load(&mut self, node: &Node) -> Lowered<Box<Expr>> {
        self.expr(node, Context::Load).map(Box::new)
    }

    /// A field that is an expression.
    fn field(&mut self, node: &Node, index: usize, field: &str) -> Lowered<Box<Expr>> {
        self.load(required(node, index, field)?)
    }
}
