//! Trees of `ast` nodes on their way to the compiler: data that knows the names of the grammar and nothing of objects.

/// A node; its fields stand in the order of the grammar.
#[derive(Clone, Debug)]
pub struct Node {
    pub kind: &'static str,
    pub fields: Vec<Part>,
    /// lineno, col_offset, end_lineno, end_col_offset; zeros for kinds without a place.
    pub position: [i64; 4],
}

#[derive(Clone, Debug)]
pub enum Part {
    None,
    Node(Box<Node>),
    List(Vec<Part>),
    /// An identifier.
    Name(String),
    Int(i64),
    Literal(Literal),
}

/// The value of a `Constant`.
#[derive(Clone, Debug)]
pub enum Literal {
    None,
    Ellipsis,
    Bool(bool),
    /// In decimal.
    Int(String),
    Float(f64),
    Complex { real: f64, imag: f64 },
    /// WTF-8.
    Str(Vec<u8>),
    Bytes(Vec<u8>),
    Tuple(Vec<Literal>),
    Frozenset(Vec<Literal>),
}

/// What is wrong with a tree, by the exception that CPython raises.
#[derive(Clone, Debug)]
pub enum TreeError {
    Type(String),
    Value(String),
    Syntax(crate::SyntaxError),
}
