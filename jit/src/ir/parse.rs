//! Reads the text form of the IR (`docs/ir.md`). Not here: whether what was read makes sense (`verify`).

use super::{
    Binary, Block, Class, Compare, Convert, Def, ExitKind, FrameKind, FrameState, Func, Id, Loop, LoopId, MAX_IDS, MAX_NESTING, Op,
    Overflow, Repr, Root, Snapshot, SnapshotId, Ty, Unary,
};
use runtime::value::Value;

/// Where reading failed, from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    pub line: u32,
    pub column: u32,
    pub message: String,
}

impl core::fmt::Display for ParseError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}
impl core::error::Error for ParseError {}

/// Reads one trace, all of the text. Blanks, ends of lines and `//` comments are free.
pub fn parse(text: &str) -> Result<Func, ParseError> {
    let mut parser = Parser { text, at: 0, func: Func::new(""), nesting: 0, unnumbered: 0 };
    parser.unnumbered = parser.highest_id()?;
    parser.trace()?;
    Ok(parser.func)
}

type R<T> = Result<T, ParseError>;

struct Parser<'a> {
    text: &'a str,
    at: usize,
    func: Func,
    nesting: usize,
    /// Where the ids of instructions without a result begin: above all that the text names.
    unnumbered: u32,
}

impl<'a> Parser<'a> {
    // -- words --------------------------------------------------------------------

    fn error<T>(&self, message: impl Into<String>) -> R<T> {
        let before = &self.text[..self.at];
        let line = before.matches('\n').count() as u32 + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32 + 1;
        Err(ParseError { line, column, message: message.into() })
    }
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            self.at += blank;
            if !self.rest().starts_with("//") {
                return;
            }
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }
    /// Eats `token` when it comes next.
    fn eat(&mut self, token: &str) -> bool {
        self.skip();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }
    fn expect(&mut self, token: &str) -> R<()> {
        if self.eat(token) { Ok(()) } else { self.error(format!("expected `{token}`")) }
    }
    fn peek_word(&mut self) -> &'a str {
        self.skip();
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        &rest[..end]
    }
    fn word(&mut self) -> R<&'a str> {
        let word = self.peek_word();
        if word.is_empty() {
            return self.error("expected a word");
        }
        self.at += word.len();
        Ok(word)
    }
    fn keyword(&mut self, keyword: &str) -> R<()> {
        if self.peek_word() == keyword {
            self.at += keyword.len();
            return Ok(());
        }
        self.error(format!("expected `{keyword}`"))
    }
    fn eat_keyword(&mut self, keyword: &str) -> bool {
        let found = self.peek_word() == keyword;
        if found {
            self.at += keyword.len();
        }
        found
    }
    /// `table` of a word, or an error that says what was expected; the word is eaten when it is found.
    fn of<T>(&mut self, what: &str, table: impl Fn(&str) -> Option<T>) -> R<T> {
        let word = self.peek_word();
        match table(word) {
            Some(found) => {
                self.at += word.len();
                Ok(found)
            }
            None => self.error(format!("expected {what}, found `{word}`")),
        }
    }
    /// A decimal or `0x` number, negative ones too.
    fn number<T: TryFrom<i128>>(&mut self) -> R<T> {
        self.skip();
        let start = self.at;
        let negative = self.eat("-");
        let word = self.peek_word();
        let parsed = match word.strip_prefix("0x") {
            Some(digits) => i128::from_str_radix(digits, 16),
            None => word.parse::<i128>(),
        };
        let Ok(number) = parsed else { return self.error(format!("expected a number, found `{word}`")) };
        self.at += word.len();
        let signed = if negative { number.checked_neg() } else { Some(number) };
        match signed.and_then(|number| T::try_from(number).ok()) {
            Some(number) => Ok(number),
            None => {
                self.at = start;
                self.error("the number is too large here")
            }
        }
    }
    /// A word of one letter and a number: `v12`.
    fn numbered(&mut self, prefix: &str) -> R<u32> {
        let word = self.peek_word();
        match word.strip_prefix(prefix).map(str::parse::<u32>) {
            Some(Ok(number)) => {
                self.at += word.len();
                Ok(number)
            }
            _ => self.error(format!("expected `{prefix}N`, found `{word}`")),
        }
    }
    fn id(&mut self) -> R<Id> {
        let start = self.at;
        let number = self.numbered("v")?;
        if number >= MAX_IDS {
            self.at = start;
            return self.error("the number of the value is too large");
        }
        Ok(Id(number))
    }
    fn snapshot_id(&mut self) -> R<SnapshotId> {
        self.numbered("s").map(SnapshotId)
    }
    fn root(&mut self) -> R<Root> {
        self.numbered("r").map(Root)
    }
    fn comma(&mut self) -> R<()> {
        self.expect(",")
    }
    /// Items up to `end`, separated by commas.
    fn list<T>(&mut self, end: &str, mut item: impl FnMut(&mut Self) -> R<T>) -> R<Vec<T>> {
        let mut items = Vec::new();
        if self.eat(end) {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if self.eat(end) {
                return Ok(items);
            }
            self.comma()?;
        }
    }

    // -- structure ----------------------------------------------------------------

    /// One more than the highest value that the text names.
    fn highest_id(&mut self) -> R<u32> {
        let mut highest = 0;
        for (at, _) in self.text.match_indices('v') {
            let fresh = !self.text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            let digits = &self.text[at + 1..];
            let digits = &digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())];
            if fresh && let Ok(number) = digits.parse::<u32>() {
                if number >= MAX_IDS {
                    self.at = at;
                    return self.error("the number of the value is too large");
                }
                highest = highest.max(number + 1);
            }
        }
        Ok(highest)
    }
    fn trace(&mut self) -> R<()> {
        self.keyword("trace")?;
        self.func.name = self.string()?;
        self.expect("{")?;
        self.func.defs.resize(self.unnumbered as usize, Def { op: Op::Nop, ty: None });
        while self.eat_keyword("root") {
            let at = self.numbered("r")?;
            if at as usize != self.func.roots.len() {
                return self.error("roots are numbered in order");
            }
            self.expect("=")?;
            let bits = self.number()?;
            self.func.roots.push(Value(bits));
        }
        while self.eat_keyword("snapshot") {
            let at = self.numbered("s")?;
            if at as usize != self.func.snapshots.len() {
                return self.error("snapshots are numbered in order");
            }
            let snapshot = self.snapshot()?;
            self.func.snapshots.push(snapshot);
        }
        self.keyword("entry")?;
        self.expect("{")?;
        self.block(self.func.entry)?;
        while self.peek_word().starts_with("loop") {
            let at = self.numbered("loop")?;
            if at as usize != self.func.loops.len() {
                return self.error("loops are numbered in order");
            }
            self.expect("(")?;
            let params = self.list(")", Self::typed)?;
            let params = params.into_iter().map(|(id, ty)| self.define(id, Op::Param, ty)).collect::<R<Vec<Id>>>()?;
            let body = self.func.new_block();
            self.func.loops.push(Loop { params, body });
            self.expect("{")?;
            self.block(body)?;
        }
        self.expect("}")?;
        self.skip();
        if self.rest().is_empty() { Ok(()) } else { self.error("nothing follows a trace") }
    }
    /// As Rust writes a string.
    fn string(&mut self) -> R<String> {
        self.expect("\"")?;
        let mut text = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, 'r')) => text.push('\r'),
                    Some((_, '0')) => text.push('\0'),
                    Some((_, 'u')) => {
                        let code: String = chars.by_ref().map(|(_, c)| c).skip(1).take_while(|&c| c != '}').take(8).collect();
                        match u32::from_str_radix(&code, 16).ok().and_then(char::from_u32) {
                            Some(c) => text.push(c),
                            None => return self.error("bad escape in the name"),
                        }
                    }
                    Some((_, c)) => text.push(c),
                    None => break,
                },
                c => text.push(c),
            }
        }
        self.error("the name does not end")
    }
    fn snapshot(&mut self) -> R<Snapshot> {
        self.expect("{")?;
        let mut frames = Vec::new();
        while self.eat_keyword("frame") {
            self.keyword("code")?;
            let code = self.root()?;
            self.keyword("function")?;
            let function = self.root()?;
            let callable = if self.eat_keyword("callable") { Some(self.id()?) } else { None };
            let anchor = if self.eat_keyword("anchor") { Some(self.id()?) } else { None };
            self.keyword("base")?;
            let base = self.number()?;
            self.keyword("ip")?;
            let ip = self.number()?;
            self.keyword("depth")?;
            let depth = self.number()?;
            let kind = match () {
                () if self.eat_keyword("init") => FrameKind::Init,
                () if self.eat_keyword("generator") => FrameKind::Generator,
                () if self.eat_keyword("operator") => FrameKind::Operator(self.number()?),
                () if self.eat_keyword("store") => FrameKind::Store,
                () => FrameKind::Plain,
            };
            let is_virtual = self.eat_keyword("virtual");
            self.expect("[")?;
            let slots = self.list("]", |p| {
                let slot = p.number()?;
                p.expect(":")?;
                Ok((slot, p.id()?))
            })?;
            frames.push(FrameState { code, function, callable, anchor, base, ip, depth, kind, is_virtual, slots });
        }
        self.expect("}")?;
        Ok(Snapshot { frames })
    }
    fn typed(&mut self) -> R<(Id, Ty)> {
        let id = self.id()?;
        self.expect(":")?;
        Ok((id, self.of("a type", Ty::from_word)?))
    }
    fn define(&mut self, id: Id, op: Op, ty: Ty) -> R<Id> {
        // `highest_id` has seen the id, so its place is there.
        let def = self.func.def_mut(id);
        if def.ty.is_some() {
            return self.error(format!("{id:?} is defined twice"));
        }
        *def = Def { op, ty: Some(ty) };
        Ok(id)
    }
    /// Instructions up to the closing brace.
    fn block(&mut self, block: Block) -> R<()> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return self.error("nested too deeply");
        }
        while !self.eat("}") {
            if self.func.defs.len() >= 2 * MAX_IDS as usize {
                return self.error("too many instructions");
            }
            self.instruction(block)?;
        }
        self.nesting -= 1;
        Ok(())
    }
    fn instruction(&mut self, block: Block) -> R<()> {
        let mut results = Vec::new();
        if self.peek_word().strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            results.push(self.typed()?);
            while self.eat(",") {
                results.push(self.typed()?);
            }
            self.expect("=")?;
        }
        if self.eat_keyword("if") {
            let condition = self.id()?;
            let results = results.into_iter().map(|(id, ty)| self.define(id, Op::Param, ty)).collect::<R<Vec<Id>>>()?;
            let (then, otherwise) = (self.func.new_block(), self.func.new_block());
            self.func.push(block, Op::If { condition, then, otherwise, results }, None);
            self.expect("{")?;
            self.block(then)?;
            self.keyword("else")?;
            self.expect("{")?;
            return self.block(otherwise);
        }
        let op = match results[..] {
            [] => self.statement()?,
            [(_, ty)] => self.value(ty)?,
            _ => return self.error("only `if` has several results"),
        };
        match results[..] {
            [(id, ty)] => {
                self.define(id, op, ty)?;
                self.func.block_mut(block).push(id);
            }
            _ => {
                self.func.push(block, op, None);
            }
        }
        Ok(())
    }

    // -- instructions -------------------------------------------------------------

    fn two(&mut self) -> R<(Id, Id)> {
        let a = self.id()?;
        self.comma()?;
        Ok((a, self.id()?))
    }
    fn call(&mut self) -> R<Op> {
        let helper = self.number()?;
        self.expect("(")?;
        Ok(Op::Call { helper, args: self.list(")", Self::id)? })
    }
    fn statement(&mut self) -> R<Op> {
        let start = self.at;
        Ok(match self.word()? {
            "store" => {
                let base = self.id()?;
                let (offset, class) = self.place()?;
                self.comma()?;
                Op::Store { base, offset, class, value: self.id()? }
            }
            "store_element" => {
                let (base, index) = self.element()?;
                self.expect("]")?;
                let (offset, class) = self.place()?;
                self.comma()?;
                Op::StoreElement { base, index, offset, class, value: self.id()? }
            }
            "barrier" => Op::Barrier { owner: self.id()? },
            "call" => self.call()?,
            "guard" => {
                let bad = self.id()?;
                self.comma()?;
                let snapshot = self.snapshot_id()?;
                self.comma()?;
                let kind = self.of("a kind of exit", ExitKind::from_word)?;
                let only = self.eat(",");
                if only {
                    self.expect("only")?;
                }
                Op::Guard { bad, snapshot, kind, check: !only && kind != ExitKind::Error }
            }
            "check_valid" => Op::CheckValid { snapshot: self.snapshot_id()? },
            "jump" => {
                let target = LoopId(self.numbered("loop")?);
                self.expect("(")?;
                Op::Jump { target, args: self.list(")", Self::id)? }
            }
            "leave" => {
                let snapshot = self.snapshot_id()?;
                self.comma()?;
                Op::Leave { snapshot, kind: self.of("a kind of exit", ExitKind::from_word)? }
            }
            "dispatch" => {
                let frame = self.id()?;
                self.comma()?;
                Op::Dispatch { frame, snapshot: self.snapshot_id()? }
            }
            "link" => {
                let snapshot = self.snapshot_id()?;
                self.comma()?;
                self.keyword("executor")?;
                Op::Link { snapshot, executor: self.number()? }
            }
            "yield" => {
                let mut args = Vec::new();
                if self.peek_word().starts_with('v') {
                    args.push(self.id()?);
                    while self.eat(",") {
                        args.push(self.id()?);
                    }
                }
                Op::Yield { args }
            }
            word => {
                self.at = start;
                self.skip();
                return self.error(format!("`{word}` is no instruction without a result"));
            }
        })
    }
    fn value(&mut self, ty: Ty) -> R<Op> {
        let start = self.at;
        let word = self.word()?;
        if let Some(op) = Binary::from_word(word) {
            let (a, b) = self.two()?;
            return Ok(Op::Binary(op, a, b));
        }
        if let Some(op) = Compare::from_word(word) {
            let (a, b) = self.two()?;
            return Ok(Op::Compare(op, a, b));
        }
        if let Some(op) = Unary::from_word(word) {
            return Ok(Op::Unary(op, self.id()?));
        }
        if let Some(op) = Convert::from_word(word) {
            return Ok(Op::Convert(op, self.id()?));
        }
        Ok(match word {
            "const" => Op::Const(self.constant(ty)?),
            "root" => Op::Root(self.root()?),
            "thread" => Op::Thread,
            "frame" => Op::Frame,
            "slot" => Op::SlotAddress { word: self.number()? },
            "incoming" => Op::Incoming(self.number()?),
            "overflows" => {
                let op = self.of("an operation", Overflow::from_word)?;
                let (a, b) = self.two()?;
                Op::Overflow(op, a, b)
            }
            "select" => {
                let condition = self.id()?;
                self.comma()?;
                let (then, otherwise) = self.two()?;
                Op::Select { condition, then, otherwise }
            }
            "box" => Op::Box(self.of("a representation", Repr::from_word)?, self.id()?),
            "unbox" => Op::Unbox(self.of("a representation", Repr::from_word)?, self.id()?),
            "test" => Op::Test(self.of("a representation", Repr::from_word)?, self.id()?),
            "is_object" => Op::IsObject(self.id()?),
            "load" => self.load(false)?,
            "load_element" => self.load_element(false)?,
            "readonly" => match self.word()? {
                "load" => self.load(true)?,
                "load_element" => self.load_element(true)?,
                _ => return self.error("expected `load` or `load_element`"),
            },
            "element" => {
                let (base, index) = self.element()?;
                self.keyword("x")?;
                let size = self.number()?;
                self.expect("]")?;
                Op::ElementAddress { base, index, offset: self.offset()?, size }
            }
            "call" => self.call()?,
            word => {
                self.at = start;
                self.skip();
                return self.error(format!("`{word}` is no instruction with a result"));
            }
        })
    }
    fn constant(&mut self, ty: Ty) -> R<u64> {
        if ty == Ty::F64 {
            if self.eat_keyword("bits") {
                return self.number();
            }
            self.skip();
            let rest = self.rest();
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))).unwrap_or(rest.len());
            let Ok(float) = rest[..end].parse::<f64>() else { return self.error("expected a float") };
            self.at += end;
            return Ok(float.to_bits());
        }
        let number: i128 = self.number()?;
        let bits = ty.bits();
        if number >= 1 << bits || number < -(1 << (bits - 1)) {
            return self.error(format!("the constant does not fit {}", ty.word()));
        }
        Ok(number as u64 & ty.mask())
    }
    fn load(&mut self, readonly: bool) -> R<Op> {
        let base = self.id()?;
        let (offset, class) = self.place()?;
        Ok(Op::Load { base, offset, class, readonly })
    }
    fn load_element(&mut self, readonly: bool) -> R<Op> {
        let (base, index) = self.element()?;
        self.expect("]")?;
        let (offset, class) = self.place()?;
        Ok(Op::LoadElement { base, index, offset, class, readonly })
    }
    /// `v1[v2`
    fn element(&mut self) -> R<(Id, Id)> {
        let base = self.id()?;
        self.expect("[")?;
        Ok((base, self.id()?))
    }
    fn offset(&mut self) -> R<i32> {
        let negative = self.eat("-");
        if !negative && !self.eat("+") {
            return Ok(0);
        }
        let number: i64 = self.number()?;
        match i32::try_from(if negative { -number } else { number }) {
            Ok(offset) => Ok(offset),
            Err(_) => self.error("the offset is too large"),
        }
    }
    /// ` + 8 @3`
    fn place(&mut self) -> R<(i32, Class)> {
        let offset = self.offset()?;
        self.expect("@")?;
        let class = match self.peek_word() {
            "slots" => Class::SLOTS,
            "frame" => Class::FRAME,
            "heap" => Class::HEAP,
            _ => return Ok((offset, Class(self.number()?))),
        };
        self.word()?;
        Ok((offset, class))
    }
}
