//! Files to syntax: follows `use`, hands each item to pest, collects comments.
//!
//! An item that does not parse is reported and skipped; the next one is looked for by `cut`.

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::{Pair, Pairs};
use pest_derive::Parser;

use crate::ast::*;
use crate::codes;
use crate::cut::{self, Chunk, Comment, CommentKind, Cut};
use crate::diagnostics::{Diagnostic, Sink, did_you_mean};
use crate::source::{MAX_FILE_BYTES, SourceFile, SourceMap, Span, Unreadable, normalize};

#[derive(Parser)]
#[grammar = "grammar.pest"]
struct Grammar;

pub(crate) fn parse(sources: &SourceMap, sink: &Sink) -> (Ast, Vec<SourceFile>) {
    let mut reader = Reader {
        sources,
        sink,
        ast: Ast::default(),
        files: Vec::new(),
        open: Vec::new(),
    };
    match sources.main() {
        Some(main) => reader.file(main, None),
        None => sink.push(Diagnostic::bare(
            &codes::UNREADABLE,
            "there is no definition to read",
        )),
    }
    (reader.ast, reader.files)
}

struct Reader<'a> {
    sources: &'a SourceMap,
    sink: &'a Sink,
    ast: Ast,
    files: Vec<SourceFile>,
    /// Files being read, outermost first.
    open: Vec<String>,
}

impl Reader<'_> {
    fn file(&mut self, path: &str, used_at: Option<Span>) {
        let refuse = |code, message: String| match used_at {
            Some(span) => Diagnostic::new(code, span, message),
            None => Diagnostic::bare(code, message),
        };
        let Some(name) = normalize(path) else {
            let message = format!("`{path}` leads out of the folder of the definition");
            let help = "use a path relative to the folder of the main file, without `..`";
            return self.sink.push(refuse(&codes::OUTSIDE, message).help(help));
        };
        if self.open.contains(&name) {
            let message = format!("`{name}` uses itself");
            return self
                .sink
                .push(refuse(&codes::USE_CYCLE, message).help("remove this `use`"));
        }
        if self.files.iter().any(|file| file.path == name) {
            return;
        }
        let bytes = match self.sources.read(path) {
            Ok(bytes) if bytes.len() <= MAX_FILE_BYTES => bytes,
            Ok(_) | Err(Unreadable::TooLarge) => {
                return self.sink.push(refuse(
                    &codes::TOO_LARGE,
                    format!("`{name}` is larger than 64 MB"),
                ));
            }
            Err(Unreadable::OutsideTree) => {
                let message = format!("`{path}` leads out of the folder of the definition");
                return self.sink.push(refuse(&codes::OUTSIDE, message));
            }
            Err(Unreadable::Missing(why)) => {
                let why = if why.is_empty() {
                    "no such file".to_string()
                } else {
                    why
                };
                let help = "paths are relative to the folder of the main file";
                let message = format!("cannot read `{name}`: {why}");
                return self
                    .sink
                    .push(refuse(&codes::UNREADABLE, message).help(help));
            }
        };
        let id = self.files.len() as u32;
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                let wrong = bytes.get(at).copied().unwrap_or(0);
                self.files.push(SourceFile::new(
                    name,
                    String::from_utf8_lossy(&bytes).into_owned(),
                ));
                let message = format!("byte {wrong:#04x} is not UTF-8");
                let diagnostic = Diagnostic::new(&codes::NOT_UTF8, Span::new(id, at, at), message);
                return self.sink.push(diagnostic.help("save the file as UTF-8"));
            }
        };
        let cut = cut::cut(id, &text, self.sink);
        let head = (id == 0).then(|| head_comment(&text, &cut.comments));
        self.files.push(SourceFile::new(name.clone(), text.clone()));
        self.open.push(name);
        if let Some(head) = head {
            self.ast.head = head;
        }
        let mut comments = Comments {
            text: &text,
            all: &cut.comments,
            next: 0,
            section: None,
        };
        for chunk in &cut.chunks {
            let head = comments.head(id, chunk);
            self.item(id, &text, &cut, chunk, head);
        }
        self.open.pop();
    }

    fn item(&mut self, file: u32, text: &str, cut: &Cut, chunk: &Chunk, head: Head) {
        let source = &cut.clean[chunk.start..chunk.end];
        let word = cut::word_at(source, 0);
        let rule = match word {
            "use" => Rule::use_item,
            "type" => Rule::type_item,
            "alias" => Rule::alias_item,
            "const" => Rule::const_item,
            "layout" => Rule::layout_item,
            "helper" => Rule::helper_item,
            "fn" => Rule::fn_item,
            "macro" => Rule::macro_item,
            "family" => Rule::family_item,
            "super" => Rule::super_item,
            "pseudo" => Rule::pseudo_item,
            "instrumented" => Rule::instrumented_item,
            "reserved" => Rule::reserved_item,
            "op" | "inst" => Rule::op_item,
            _ if cut::ANNOTATIONS.contains(&word) || followed_by_op(source) => Rule::op_item,
            _ => return self.unknown_kind(file, chunk, word),
        };
        let context = Context {
            file,
            base: chunk.start,
            text,
            comments: &cut.comments,
        };
        match Grammar::parse(rule, source) {
            Ok(mut pairs) => {
                if let Some(pair) = pairs.next() {
                    self.accept(&context, rule, head, pair);
                }
            }
            Err(error) => self.sink.push(syntax_error(&context, source, &error)),
        }
    }

    fn unknown_kind(&self, file: u32, chunk: &Chunk, word: &str) {
        let length = word.len().max(1);
        let span = Span::new(file, chunk.start, chunk.start + length);
        let message = if word.is_empty() {
            "a definition begins with a keyword".to_string()
        } else {
            format!("`{word}` is no kind of definition")
        };
        let words = cut::ITEM_WORDS.iter().chain(cut::ANNOTATIONS).copied();
        let help = match word {
            "label" => {
                Some("labels are left out: shared endings are helpers and last acts".to_string())
            }
            _ => did_you_mean(word, words).or_else(|| {
                Some(format!(
                    "a definition is one of {}",
                    cut::ITEM_WORDS.join(", ")
                ))
            }),
        };
        self.sink
            .push(Diagnostic::new(&codes::UNKNOWN_KIND, span, message).maybe_help(help));
    }

    fn accept(&mut self, context: &Context, rule: Rule, head: Head, pair: Pair<Rule>) {
        let mut parts = Parts {
            context,
            pairs: pair.into_inner(),
        };
        match rule {
            Rule::use_item => {
                let string = parts.name();
                let path = string.text.trim_matches('"').to_string();
                self.file(&path, Some(string.span));
            }
            Rule::type_item => {
                let (name, scalar) = (parts.name(), parts.name());
                let (mut boxed, mut when) = (None, None);
                if let Some(mut inner) = parts.inner(Rule::boxed) {
                    inner.skip(Rule::by);
                    boxed = Some(inner.name());
                    if let Some(mut inner) = inner.inner(Rule::when) {
                        inner.skip(Rule::when_word);
                        when = Some(inner.name());
                    }
                }
                let unboxed = parts.inner_name(Rule::unboxed);
                let tested = parts.inner_name(Rule::tested);
                self.ast.types.push(TypeItem {
                    head,
                    name,
                    scalar,
                    boxed,
                    when,
                    unboxed,
                    tested,
                });
            }
            Rule::alias_item => {
                self.ast.aliases.push(AliasItem {
                    head,
                    name: parts.name(),
                    scalar: parts.name(),
                });
            }
            Rule::const_item => self.ast.consts.push(ConstItem {
                head,
                name: parts.name(),
                ty: parts.ty(),
                value: parts.raw(Rule::const_value),
            }),
            Rule::layout_item => {
                let name = parts.name();
                let parent = parts.inner_name(Rule::parent);
                let fields = parts.fields();
                self.ast.layouts.push(LayoutItem {
                    head,
                    name,
                    parent,
                    fields,
                });
            }
            Rule::helper_item => {
                let name = parts.name();
                let params = parts.params();
                let result = parts.inner(Rule::result).map(|mut inner| inner.ty());
                let effects = parts.effects();
                self.ast.helpers.push(HelperItem {
                    head,
                    name,
                    params,
                    result,
                    effects,
                });
            }
            Rule::fn_item => {
                let name = parts.name();
                let params = parts.params();
                let Some(mut result) = parts.inner(Rule::result) else {
                    return;
                };
                let result = result.ty();
                let Some(body) = parts.raw(Rule::body) else {
                    return;
                };
                self.ast.fns.push(FnItem {
                    head,
                    name,
                    params,
                    result,
                    body,
                });
            }
            Rule::op_item => self.op(head, parts),
            Rule::macro_item => {
                let name = parts.name();
                parts.skip(Rule::if_word);
                let condition = parts.raw(Rule::condition);
                let parts = parts.macro_parts();
                self.ast.numbered.push(Numbered::Macro(MacroItem {
                    head,
                    name,
                    condition,
                    parts,
                }));
            }
            Rule::family_item => {
                let name = parts.name();
                let entries = parts.family_entries();
                let members = parts.names();
                self.ast.families.push(FamilyItem {
                    head,
                    name,
                    entries,
                    members,
                });
            }
            Rule::super_item => {
                let name = parts.name();
                let parts = parts.rest_names();
                self.ast
                    .numbered
                    .push(Numbered::Super(SuperItem { head, name, parts }));
            }
            Rule::pseudo_item => {
                let name = parts.name();
                let targets = parts.names();
                self.ast.pseudos.push(PseudoItem {
                    head,
                    name,
                    targets,
                });
            }
            Rule::instrumented_item => self.ast.instrumented.extend(parts.names()),
            Rule::reserved_item => {
                while let Some(mut entry) = parts.inner(Rule::reserved_entry) {
                    self.ast
                        .reserved
                        .push((head.clone(), entry.name(), entry.name()));
                }
            }
            _ => {}
        }
    }

    fn op(&mut self, head: Head, mut parts: Parts) {
        let mut annotations = Vec::new();
        while let Some(mut annotation) = parts.inner(Rule::annotation) {
            let name = annotation.name();
            let arguments = annotation
                .inner(Rule::arguments)
                .and_then(|mut inner| inner.raw(Rule::inner));
            annotations.push(Annotation { name, arguments });
        }
        let single = parts.name().text == "inst";
        let name = parts.name();
        let Some(pair) = parts.next(Rule::stack_effect) else {
            return;
        };
        let effect_span = parts.span(&pair);
        let mut effect = Parts {
            context: parts.context,
            pairs: pair.into_inner(),
        };
        let (mut caches, mut inputs, mut late_cache) = (Vec::new(), Vec::new(), None);
        if let Some(mut list) = effect.inner(Rule::inputs) {
            loop {
                if let Some(operand) = list.operand() {
                    inputs.push(operand);
                } else if let Some(cache) = list.cache() {
                    if !inputs.is_empty() {
                        late_cache = Some(cache.name.span);
                    }
                    caches.push(cache);
                } else {
                    break;
                }
            }
        }
        let outputs = effect
            .inner(Rule::outputs)
            .map(|list| list.operands())
            .unwrap_or_default();
        let jump_outputs = effect.inner(Rule::jump_outputs).map(|list| list.operands());
        let Some(body) = parts.raw(Rule::body) else {
            return;
        };
        if single {
            self.ast.numbered.push(Numbered::Inst(self.ast.ops.len()));
        }
        self.ast.ops.push(OpItem {
            head,
            annotations,
            single,
            name,
            caches,
            late_cache,
            inputs,
            outputs,
            jump_outputs,
            effect_span,
            body,
        });
    }
}

/// Unknown words before `op(` or `inst(` are taken for annotations, and reported as such.
fn followed_by_op(source: &str) -> bool {
    let before = source.split(['(', '{']).next().unwrap_or("");
    let mut words = before.split_whitespace();
    matches!(words.next_back(), Some("op" | "inst")) && words.next().is_some()
}

fn syntax_error(context: &Context, source: &str, error: &pest::error::Error<Rule>) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) => at,
        InputLocation::Span((start, _)) => start,
    };
    // What is missing at a line's end is shown there, not at the next word.
    let before = source[..at].trim_end();
    let (start, length) =
        if before.len() < at && source[before.len()..at].contains('\n') || at >= source.len() {
            (before.len(), 0)
        } else {
            let word = cut::word_at(source, at).len();
            (
                at,
                if word > 0 {
                    word
                } else {
                    source[at..].chars().next().map_or(0, char::len_utf8)
                },
            )
        };
    let span = Span::new(
        context.file,
        context.base + start,
        context.base + start + length,
    );
    let message = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => {
            let mut wanted: Vec<&str> = Vec::new();
            for rule in positives {
                let word = describe(*rule);
                if !wanted.contains(&word) && !word.is_empty() {
                    wanted.push(word);
                }
            }
            match wanted.as_slice() {
                [] => "this does not belong here".to_string(),
                [one] => format!("expected {one}"),
                [init @ .., last] => format!("expected {} or {last}", init.join(", ")),
            }
        }
        ErrorVariant::CustomError { message } => message.clone(),
    };
    let form = form_of(cut::word_at(source, 0));
    Diagnostic::new(&codes::SYNTAX, span, message).help(form)
}

/// pest names only rules, not the literals between them; the form in the help shows those.
fn describe(rule: Rule) -> &'static str {
    match rule {
        Rule::ident => "a name",
        Rule::class => "a field like `List.len`, or `all`",
        Rule::number => "a number",
        Rule::string => "a path in quotes",
        Rule::body => "a body `{ .. }`",
        Rule::ty | Rule::named_ty | Rule::pointer | Rule::slice => "a type",
        Rule::operand | Rule::cache | Rule::input => "an operand",
        Rule::stack_effect => "a stack effect `(.. -- ..)`",
        Rule::size => "`,`, `:`, `[size]`, `--`, `|` or `)`",
        Rule::arguments => "`(oparg)`, `+` or `;`",
        Rule::condition | Rule::if_word => "`if` or `=`",
        Rule::parent => "`:` or `{`",
        Rule::cache_type | Rule::watches => "`:`, `:=`, `watches(..)`, `,` or `--`",
        Rule::boxed | Rule::unboxed | Rule::tested | Rule::by | Rule::when | Rule::when_word => {
            "`boxed by`, `when`, `unboxed by`, `tested by` or `;`"
        }
        Rule::optional => "`?` or what may follow a type",
        Rule::family_cache => "a cache like `counter/1 + unused/2`",
        Rule::reserved_entry => "`NAME = number`",
        Rule::param | Rule::imm => "a parameter",
        Rule::part | Rule::entry => "a part",
        Rule::effect => "an effect",
        Rule::params => "parameters",
        Rule::field => "a field",
        Rule::names => "`{ names }`",
        Rule::op_word => "`op` or `inst`",
        Rule::EOI => "the end of the item",
        Rule::result => "`->`",
        Rule::filler => "a filler",
        Rule::annotation | Rule::WHITESPACE => "",
        _ => "",
    }
}

fn form_of(word: &str) -> &'static str {
    match word {
        "use" => "use \"opcodes/x.def\";",
        "type" => "type int = i64 boxed by box_int unboxed by unbox_int tested by is_int;",
        "alias" => "alias ShapeId = u32;",
        "const" => "const NB_ADD: u32 = 0;  or  const SHAPE_LIST: ShapeId;",
        "layout" => "layout List : Object { len: usize, readonly items: Ptr<[value]> }",
        "helper" => "helper f(l: List, v: value) -> ok writes(List.len), may_raise;",
        "fn" => "fn is_list(v: value) -> bool { .. }",
        "macro" => "macro(NAME) if oparg == 1 = _A + _B(oparg >> 4) + unused/2;",
        "family" => "family(HEAD, counter/1 + unused/2) = { A, B };",
        "super" => "super(A_B) = A + B;",
        "pseudo" => "pseudo(JUMP) = { JUMP_FORWARD, JUMP_BACKWARD };",
        "instrumented" => "instrumented { A, B }",
        "reserved" => "reserved { ENTER_EXECUTOR = 254 }",
        _ => "op(_NAME, (cache/1: u32 := f(a), a: value, b[oparg] -- c: int | d)) { body }",
    }
}

struct Context<'a> {
    file: u32,
    /// Where the chunk starts in the file.
    base: usize,
    /// The original text, and its comments.
    text: &'a str,
    comments: &'a [Comment],
}

/// The pairs of a rule, taken in order. The grammar guarantees what `name` and `ty` take; should it
/// not, they answer something empty that the checks refuse.
struct Parts<'c, 'p> {
    context: &'c Context<'c>,
    pairs: Pairs<'p, Rule>,
}

impl<'c, 'p> Parts<'c, 'p> {
    fn span(&self, pair: &Pair<Rule>) -> Span {
        let span = pair.as_span();
        let base = self.context.base;
        Span::new(self.context.file, base + span.start(), base + span.end())
    }

    fn peek(&self) -> Option<Rule> {
        self.pairs.peek().map(|pair| pair.as_rule())
    }

    fn next(&mut self, rule: Rule) -> Option<Pair<'p, Rule>> {
        if self.peek() == Some(rule) {
            self.pairs.next()
        } else {
            None
        }
    }

    fn skip(&mut self, rule: Rule) {
        self.next(rule);
    }

    fn inner(&mut self, rule: Rule) -> Option<Parts<'c, 'p>> {
        let pair = self.next(rule)?;
        Some(Parts {
            context: self.context,
            pairs: pair.into_inner(),
        })
    }

    fn name(&mut self) -> Name {
        match self.pairs.next() {
            Some(pair) => Name {
                text: pair.as_str().to_string(),
                span: self.span(&pair),
            },
            None => Name {
                text: String::new(),
                span: Span::default(),
            },
        }
    }

    fn inner_name(&mut self, rule: Rule) -> Option<Name> {
        let mut inner = self.inner(rule)?;
        inner.skip(Rule::by);
        Some(inner.name())
    }

    fn raw(&mut self, rule: Rule) -> Option<Raw> {
        let pair = self.next(rule)?;
        let text = pair.as_str();
        let left = text.len() - text.trim_start().len();
        let trimmed = text.trim();
        let span = self.span(&pair);
        let start = span.start as usize + left;
        Some(Raw {
            text: trimmed.to_string(),
            span: Span::new(span.file, start, start + trimmed.len()),
        })
    }

    fn ty(&mut self) -> TypeRef {
        let Some(pair) = self.next(Rule::ty) else {
            return TypeRef::Named {
                name: self.name(),
                optional: None,
            };
        };
        let span = self.span(&pair);
        let mut ty = Parts {
            context: self.context,
            pairs: pair.into_inner(),
        };
        if let Some(mut inner) = ty.inner(Rule::pointer) {
            return TypeRef::Pointer(Box::new(inner.ty()), span);
        }
        if let Some(mut inner) = ty.inner(Rule::slice) {
            return TypeRef::Slice(Box::new(inner.ty()), span);
        }
        let Some(mut inner) = ty.inner(Rule::named_ty) else {
            return TypeRef::Named {
                name: ty.name(),
                optional: None,
            };
        };
        let name = inner.name();
        let optional = inner.next(Rule::optional).map(|pair| inner.span(&pair));
        TypeRef::Named { name, optional }
    }

    fn fields(&mut self) -> Vec<FieldItem> {
        let mut fields = Vec::new();
        let mut previous = 0;
        while let Some(pair) = self.next(Rule::field) {
            let span = self.span(&pair);
            let doc = docs_between(self.context, previous, span.start as usize);
            previous = span.end as usize;
            let mut field = Parts {
                context: self.context,
                pairs: pair.into_inner(),
            };
            let readonly = field.next(Rule::readonly).is_some();
            fields.push(FieldItem {
                doc,
                readonly,
                name: field.name(),
                ty: field.ty(),
            });
        }
        fields
    }

    fn params(&mut self) -> Vec<ParamItem> {
        let mut params = Vec::new();
        if let Some(mut list) = self.inner(Rule::params) {
            while let Some(mut param) = list.inner(Rule::param) {
                let name = param.name();
                let immediate = param.next(Rule::imm).is_some();
                params.push(ParamItem {
                    name,
                    immediate,
                    ty: param.ty(),
                });
            }
        }
        params
    }

    fn effects(&mut self) -> Vec<EffectItem> {
        let mut effects = Vec::new();
        while let Some(mut effect) = self.inner(Rule::effect) {
            let name = effect.name();
            let mut classes = Vec::new();
            while let Some(mut class) = effect.inner(Rule::class) {
                let layout = class.name();
                let field = class.next(Rule::ident);
                let field = field.map(|pair| Name {
                    text: pair.as_str().into(),
                    span: class.span(&pair),
                });
                classes.push((layout, field, class.next(Rule::elements).is_some()));
            }
            effects.push(EffectItem { name, classes });
        }
        effects
    }

    fn operand(&mut self) -> Option<OperandItem> {
        let mut operand = self.inner(Rule::operand)?;
        let name = operand.name();
        let size = operand
            .inner(Rule::size)
            .and_then(|mut inner| inner.raw(Rule::inner));
        let ty = (operand.peek() == Some(Rule::ty)).then(|| operand.ty());
        Some(OperandItem { name, size, ty })
    }

    fn operands(mut self) -> Vec<OperandItem> {
        std::iter::from_fn(|| self.operand()).collect()
    }

    fn cache(&mut self) -> Option<CacheItem> {
        let mut cache = self.inner(Rule::cache)?;
        let (name, units) = (cache.name(), cache.name());
        let (mut root, mut ty) = (false, None);
        if let Some(mut inner) = cache.inner(Rule::cache_type) {
            root = inner.next(Rule::root).is_some();
            ty = Some(inner.ty());
        }
        let filler = cache.raw(Rule::filler);
        let watches = cache
            .inner(Rule::watches)
            .and_then(|mut inner| inner.raw(Rule::inner));
        Some(CacheItem {
            name,
            units,
            root,
            ty,
            filler,
            watches,
        })
    }

    fn macro_parts(&mut self) -> Vec<PartItem> {
        let mut parts = Vec::new();
        while let Some(mut part) = self.inner(Rule::part) {
            if let Some(mut entry) = part.inner(Rule::entry) {
                parts.push(PartItem::Entry {
                    name: entry.name(),
                    units: entry.name(),
                });
                continue;
            }
            let name = part.name();
            let oparg = part
                .inner(Rule::arguments)
                .and_then(|mut inner| inner.raw(Rule::inner));
            parts.push(PartItem::Op { name, oparg });
        }
        parts
    }

    fn family_entries(&mut self) -> Vec<(Name, Name)> {
        let mut entries = Vec::new();
        let Some(mut cache) = self.inner(Rule::family_cache) else {
            return entries;
        };
        if cache.peek() == Some(Rule::number) {
            let units = cache.name();
            let name = Name {
                text: "unused".to_string(),
                span: units.span,
            };
            return vec![(name, units)];
        }
        while let Some(mut entry) = cache.inner(Rule::entry) {
            entries.push((entry.name(), entry.name()));
        }
        entries
    }

    fn names(&mut self) -> Vec<Name> {
        self.inner(Rule::names)
            .map(|mut list| list.rest_names())
            .unwrap_or_default()
    }

    fn rest_names(&mut self) -> Vec<Name> {
        let mut names = Vec::new();
        while self.peek() == Some(Rule::ident) {
            names.push(self.name());
        }
        names
    }
}

// -- comments -------------------------------------------------------------------------------------

struct Comments<'a> {
    text: &'a str,
    all: &'a [Comment],
    next: usize,
    section: Option<String>,
}

impl Comments<'_> {
    /// The documentation above the chunk; takes note of section lines on the way.
    fn head(&mut self, file: u32, chunk: &Chunk) -> Head {
        let mut doc = Vec::new();
        let mut start = chunk.start;
        while let Some(comment) = self.all.get(self.next) {
            if comment.start >= chunk.start {
                break;
            }
            self.next += 1;
            let text = &self.text[comment.start..comment.end];
            match comment.kind {
                CommentKind::Doc => {
                    if doc.is_empty() {
                        start = comment.start;
                    }
                    doc.push(stripped(text, "///"));
                }
                CommentKind::Plain => {
                    if let Some(title) = section_title(text) {
                        self.section = Some(title);
                        doc.clear();
                        start = chunk.start;
                    }
                }
                CommentKind::Head => {}
            }
        }
        // Comments inside of the item are not the next one's.
        while self
            .all
            .get(self.next)
            .is_some_and(|comment| comment.start < chunk.end)
        {
            self.next += 1;
        }
        Head {
            doc: doc.join("\n"),
            section: self.section.clone(),
            span: Span::new(file, start, chunk.end),
        }
    }
}

fn docs_between(context: &Context, start: usize, end: usize) -> String {
    let start = start.max(context.base);
    let first = context
        .comments
        .partition_point(|comment| comment.start < start);
    let docs = context.comments[first..]
        .iter()
        .take_while(|comment| comment.start < end);
    let docs = docs.filter(|comment| comment.kind == CommentKind::Doc);
    let lines: Vec<_> = docs
        .map(|one| stripped(&context.text[one.start..one.end], "///"))
        .collect();
    lines.join("\n")
}

/// `// -- title -----`
fn section_title(comment: &str) -> Option<String> {
    let title = comment
        .strip_prefix("// --")?
        .trim()
        .trim_matches('-')
        .trim();
    (!title.is_empty()).then(|| title.to_string())
}

fn stripped<'a>(line: &'a str, prefix: &str) -> &'a str {
    let line = line.strip_prefix(prefix).unwrap_or(line).trim_end();
    line.strip_prefix(' ').unwrap_or(line)
}

fn head_comment(text: &str, comments: &[Comment]) -> String {
    let heads = comments
        .iter()
        .filter(|comment| comment.kind == CommentKind::Head);
    let lines: Vec<_> = heads
        .map(|one| stripped(&text[one.start..one.end], "//!"))
        .collect();
    lines.join("\n")
}
