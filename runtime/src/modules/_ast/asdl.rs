//! Python 3.14's abstract grammar, in the notation of its documentation: `?` optional, `*` many; attributes after `attributes`.

const GRAMMAR: &[(&str, &str, &str)] = &[
    ("mod", "Module(stmt* body, type_ignore* type_ignores) | Interactive(stmt* body) | Expression(expr body) \
        | FunctionType(expr* argtypes, expr returns)", ""),
    ("stmt", "FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params) \
        | AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, \
            type_param* type_params) \
        | ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params) \
        | Return(expr? value) | Delete(expr* targets) | Assign(expr* targets, expr value, string? type_comment) \
        | TypeAlias(expr name, type_param* type_params, expr value) | AugAssign(expr target, operator op, expr value) \
        | AnnAssign(expr target, expr annotation, expr? value, int simple) \
        | For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment) \
        | AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment) \
        | While(expr test, stmt* body, stmt* orelse) | If(expr test, stmt* body, stmt* orelse) \
        | With(withitem* items, stmt* body, string? type_comment) | AsyncWith(withitem* items, stmt* body, string? type_comment) \
        | Match(expr subject, match_case* cases) | Raise(expr? exc, expr? cause) \
        | Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody) \
        | TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody) | Assert(expr test, expr? msg) \
        | Import(alias* names) | ImportFrom(identifier? module, alias* names, int? level) | Global(identifier* names) \
        | Nonlocal(identifier* names) | Expr(expr value) | Pass | Break | Continue", "lineno col_offset end_lineno? end_col_offset?"),
    ("expr", "BoolOp(boolop op, expr* values) | NamedExpr(expr target, expr value) | BinOp(expr left, operator op, expr right) \
        | UnaryOp(unaryop op, expr operand) | Lambda(arguments args, expr body) | IfExp(expr test, expr body, expr orelse) \
        | Dict(expr?* keys, expr* values) | Set(expr* elts) | ListComp(expr elt, comprehension* generators) \
        | SetComp(expr elt, comprehension* generators) | DictComp(expr key, expr value, comprehension* generators) \
        | GeneratorExp(expr elt, comprehension* generators) | Await(expr value) | Yield(expr? value) | YieldFrom(expr value) \
        | Compare(expr left, cmpop* ops, expr* comparators) | Call(expr func, expr* args, keyword* keywords) \
        | FormattedValue(expr value, int conversion, expr? format_spec) \
        | Interpolation(expr value, constant str, int conversion, expr? format_spec) | JoinedStr(expr* values) \
        | TemplateStr(expr* values) | Constant(constant value, string? kind) | Attribute(expr value, identifier attr, expr_context ctx) \
        | Subscript(expr value, expr slice, expr_context ctx) | Starred(expr value, expr_context ctx) \
        | Name(identifier id, expr_context ctx) | List(expr* elts, expr_context ctx) | Tuple(expr* elts, expr_context ctx) \
        | Slice(expr? lower, expr? upper, expr? step)", "lineno col_offset end_lineno? end_col_offset?"),
    ("expr_context", "Load | Store | Del", ""),
    ("boolop", "And | Or", ""),
    ("operator", "Add | Sub | Mult | MatMult | Div | Mod | Pow | LShift | RShift | BitOr | BitXor | BitAnd | FloorDiv", ""),
    ("unaryop", "Invert | Not | UAdd | USub", ""),
    ("cmpop", "Eq | NotEq | Lt | LtE | Gt | GtE | Is | IsNot | In | NotIn", ""),
    ("comprehension", "(expr target, expr iter, expr* ifs, int is_async)", ""),
    ("excepthandler", "ExceptHandler(expr? type, identifier? name, stmt* body)", "lineno col_offset end_lineno? end_col_offset?"),
    ("arguments", "(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults)", ""),
    ("arg", "(identifier arg, expr? annotation, string? type_comment)", "lineno col_offset end_lineno? end_col_offset?"),
    ("keyword", "(identifier? arg, expr value)", "lineno col_offset end_lineno? end_col_offset?"),
    ("alias", "(identifier name, identifier? asname)", "lineno col_offset end_lineno? end_col_offset?"),
    ("withitem", "(expr context_expr, expr? optional_vars)", ""),
    ("match_case", "(pattern pattern, expr? guard, stmt* body)", ""),
    ("pattern", "MatchValue(expr value) | MatchSingleton(constant value) | MatchSequence(pattern* patterns) \
        | MatchMapping(expr* keys, pattern* patterns, identifier? rest) \
        | MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns) | MatchStar(identifier? name) \
        | MatchAs(pattern? pattern, identifier? name) | MatchOr(pattern* patterns)", "lineno col_offset end_lineno end_col_offset"),
    ("type_ignore", "TypeIgnore(int lineno, string tag)", ""),
    ("type_param", "TypeVar(identifier name, expr? bound, expr? default_value) | ParamSpec(identifier name, expr? default_value) \
        | TypeVarTuple(identifier name, expr? default_value)", "lineno col_offset end_lineno end_col_offset"),
];

#[derive(Clone, Copy)]
pub struct Field {
    /// `expr`, `identifier`, ...
    pub kind: &'static str,
    /// "", "?", "*" or "?*".
    mark: &'static str,
    pub name: &'static str,
}
impl Field {
    pub fn is_list(self) -> bool {
        self.mark.ends_with('*')
    }
    pub fn is_optional(self) -> bool {
        self.mark == "?"
    }
}
pub struct Constructor {
    pub name: &'static str,
    pub fields: Vec<Field>,
}
impl Constructor {
    pub fn text(&self) -> String {
        if self.fields.is_empty() { self.name.to_string() } else { format!("{}{}", self.name, fields_text(&self.fields)) }
    }
}
/// A sum of constructors, or a product of fields.
pub struct Definition {
    pub name: &'static str,
    pub constructors: Vec<Constructor>,
    pub product: Option<Vec<Field>>,
    /// With a `?` behind those that may be absent.
    pub attributes: &'static [&'static str],
}
impl Definition {
    pub fn text(&self) -> String {
        if let Some(fields) = &self.product {
            return format!("{}{}", self.name, fields_text(fields));
        }
        let texts: Vec<String> = self.constructors.iter().map(Constructor::text).collect();
        let has_fields = self.constructors.iter().any(|constructor| !constructor.fields.is_empty());
        let separator = if has_fields { format!("\n{}| ", " ".repeat(self.name.len() + 1)) } else { " | ".to_string() };
        format!("{} = {}", self.name, texts.join(&separator))
    }
}
fn fields_text(fields: &[Field]) -> String {
    let texts: Vec<String> = fields.iter().map(|field| format!("{}{} {}", field.kind, field.mark, field.name)).collect();
    format!("({})", texts.join(", "))
}

/// The grammar, read.
pub fn definitions() -> Vec<Definition> {
    const FULL: &[&str] = &["lineno", "col_offset", "end_lineno?", "end_col_offset?"];
    const PLAIN: &[&str] = &["lineno", "col_offset", "end_lineno", "end_col_offset"];
    GRAMMAR
        .iter()
        .map(|&(name, text, attributes)| Definition {
            name,
            constructors: if text.starts_with('(') { Vec::new() } else { text.split('|').map(constructor).collect() },
            product: text.starts_with('(').then(|| fields(text)),
            attributes: match attributes {
                "" => &[],
                text if text.contains('?') => FULL,
                _ => PLAIN,
            },
        })
        .collect()
}
fn constructor(text: &'static str) -> Constructor {
    let text = text.trim();
    match text.find('(') {
        Some(at) => Constructor { name: &text[..at], fields: fields(&text[at..]) },
        None => Constructor { name: text, fields: Vec::new() },
    }
}
/// `(kind mark name, ...)`.
fn fields(text: &'static str) -> Vec<Field> {
    let inner = text.trim().trim_start_matches('(').trim_end_matches(')');
    inner
        .split(',')
        .filter_map(|field| {
            let (kind, name) = field.trim().split_once(' ')?;
            let bare = kind.trim_end_matches(['?', '*']);
            Some(Field { kind: bare, mark: &kind[bare.len()..], name: name.trim() })
        })
        .collect()
}
