//! Programs from a seed: what there is of classes and functions, and what the program does with them. They always end: loops are bounded,
//! what they cost is added up, and what is stored again and again does not grow. Not here: statements, expressions.

use super::program::{Clause, Program, Stmt, block, clause, line, parse};
use super::random::Random;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ty {
    Int,
    Float,
    Str,
    List,
    Tuple,
    Dict,
    Object,
    /// Anything.
    Any,
}

/// A function that has been made.
#[derive(Clone)]
pub struct Function {
    pub name: String,
    /// With a name, and whether there is a default.
    pub params: Vec<(String, Ty, bool)>,
    /// It takes more.
    pub star: bool,
    /// Statements that a call runs, roughly.
    pub cost: u32,
}

/// What can be used where a statement stands.
#[derive(Clone, Default)]
pub struct Scope {
    pub vars: Vec<(String, Ty)>,
    /// Times that the statement runs, for each time that its function does.
    pub times: u32,
    /// Statements around it.
    pub depth: u32,
    /// Loops around it, in its function.
    pub loops: u32,
    /// The counter of the innermost loop.
    pub counter: Option<String>,
    pub returns: bool,
    pub yields: bool,
    /// An exception is caught.
    pub guarded: bool,
    pub is_module: bool,
}

impl Scope {
    fn new(vars: Vec<(String, Ty)>) -> Scope {
        Scope { vars, times: 1, ..Scope::default() }
    }
    pub fn with(&self, name: &str, ty: Ty) -> Scope {
        let mut scope = self.clone();
        scope.vars.push((name.into(), ty));
        scope
    }
    /// Within a loop of so many rounds.
    pub fn deeper(&self, rounds: u32) -> Scope {
        Scope { times: self.times * rounds, ..self.clone() }
    }
    pub fn inner(&self) -> Scope {
        Scope { depth: self.depth + 1, ..self.clone() }
    }
}

pub struct Generator {
    pub random: Random,
    pub functions: Vec<Function>,
    /// Generator functions, and what they cost.
    pub generators: Vec<(String, u32)>,
    pub classes: usize,
    /// Of the function at hand.
    cost: u32,
    names: u32,
}

/// What a program may cost, and what a function may.
const MOST: u32 = 40_000;
const MOST_OF_FUNCTION: u32 = 2_500;

const PRELUDE: &str = include_str!("prelude.py");

/// The program of a seed.
pub fn program(seed: u64) -> Program {
    let random = Random::new(seed);
    let mut generator = Generator { random, functions: Vec::new(), generators: Vec::new(), classes: 0, cost: 0, names: 0 };
    let mut program = parse(PRELUDE);
    program.extend(generator.all());
    program.push(line("print(count, digest)"));
    program
}

impl Generator {
    pub fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }
    /// Whether a part that costs this is within bounds; it is counted then.
    pub fn affords(&mut self, scope: &Scope, cost: u32) -> bool {
        let fits = cost <= self.most_calls(scope);
        if fits {
            self.spend(scope, cost);
        }
        fits
    }
    /// What a part may cost here.
    pub fn most_calls(&self, scope: &Scope) -> u32 {
        let most = if scope.is_module { MOST } else { MOST_OF_FUNCTION };
        most.saturating_sub(self.cost) / scope.times.max(1)
    }
    pub fn spend(&mut self, scope: &Scope, cost: u32) {
        self.cost += scope.times * cost;
    }

    fn all(&mut self) -> Program {
        let mut out = Vec::new();
        for class in 0..1 + self.random.below(4) {
            out.push(self.class(class));
            self.classes = class + 1;
        }
        out.extend(["g0 = 5", "g1 = 1000", "g2 = 0.5", "G = [3, 1, 2]"].map(line));
        for number in 0..2 + self.random.below(4) {
            let made = match self.random.below(10) {
                0..=5 => self.function(number),
                6..=7 => self.generator(number),
                _ => self.recursive(number),
            };
            out.push(made);
        }
        (self.cost, self.names) = (0, self.names);
        let mut module = Scope { is_module: true, ..Scope::new(Vec::new()) };
        let mut begin = self.locals(&mut module);
        out.append(&mut begin);
        for (name, ty) in [("g0", Ty::Int), ("g1", Ty::Int), ("g2", Ty::Float), ("G", Ty::List)] {
            module.vars.push((name.into(), ty));
        }
        for _ in 0..2 + self.random.below(4) {
            let part = self.part(&module);
            out.extend(part);
        }
        out
    }

    /// Something that the module does: functions are called in a loop, or there is one.
    fn part(&mut self, module: &Scope) -> Vec<Stmt> {
        let counter = self.fresh("k");
        let rounds = self.random.pick(&[4, 9, 14, 25]);
        let mut scope = module.with(&counter, Ty::Int).deeper(rounds).inner();
        (scope.loops, scope.counter) = (1, Some(counter.clone()));
        let mut body = match self.random.below(3) {
            0 => self.block(&scope, 3),
            _ => Vec::new(),
        };
        for _ in 0..1 + self.random.below(3) {
            let Some(call) = self.call(&scope, 1) else { continue };
            let call = line(format!("log({call})"));
            body.push(match self.random.chance(80) {
                true => Stmt::Block(vec![clause("try:", vec![call]), clause("except Exception as error:", vec![line("note(error)")])]),
                false => call,
            });
            if self.random.chance(20) {
                body.push(self.patch(&scope));
            }
        }
        let around = block(format!("for {counter} in range({rounds}):"), body);
        match self.random.chance(90) {
            true => vec![Stmt::Block(vec![clause("try:", vec![around]), clause("except Exception as error:", vec![line("note(error)")])])],
            false => vec![around],
        }
    }

    /// Variables of all types, and the statements that make them.
    fn locals(&mut self, scope: &mut Scope) -> Vec<Stmt> {
        let empty = Scope { times: 1_000_000, ..Scope::default() };
        let wanted = [
            ("i", Ty::Int, 2 + self.random.below(3)),
            ("f", Ty::Float, 1 + self.random.below(2)),
            ("s", Ty::Str, 1),
            ("l", Ty::List, 1 + self.random.below(2)),
            ("t", Ty::Tuple, self.random.below(2)),
            ("d", Ty::Dict, self.random.below(2)),
            ("o", Ty::Object, 1 + self.random.below(2)),
            ("x", Ty::Any, 1),
        ];
        let mut out = Vec::new();
        for (prefix, ty, count) in wanted {
            for _ in 0..count {
                let name = self.fresh(prefix);
                let value = self.value(&empty, ty, 1);
                out.push(line(format!("{name} = {value}")));
                scope.vars.push((name, ty));
            }
        }
        out
    }

    fn params(&mut self) -> Vec<(String, Ty, bool)> {
        let types = [Ty::Int, Ty::Int, Ty::Any, Ty::Float, Ty::List, Ty::Object, Ty::Str];
        let count = 1 + self.random.below(4);
        let optional = if self.random.chance(40) { 1 + self.random.below(count) } else { count };
        (0..count).map(|at| (self.fresh("a"), self.random.pick(&types), at >= optional)).collect()
    }

    fn function(&mut self, number: usize) -> Stmt {
        let params = self.params();
        let mut scope = Scope::new(params.iter().map(|(name, ty, _)| (name.clone(), *ty)).collect());
        scope.returns = true;
        let star = self.random.chance(25);
        let name = format!("fun{number}");
        let mut head: Vec<String> = Vec::new();
        for (name, ty, optional) in &params {
            let default = match ty {
                Ty::Object => "C0(8, 9)",
                Ty::List => "(1, 2, 3)",
                Ty::Str => "'dflt'",
                Ty::Float => "1.5",
                _ => "4",
            };
            head.push(if *optional { format!("{name}={default}") } else { name.clone() });
        }
        if star {
            head.push("*rest".into());
            head.push("**more".into());
            scope.vars.push(("rest".into(), Ty::Tuple));
            scope.vars.push(("more".into(), Ty::Dict));
        }
        self.cost = 5;
        let mut body = Vec::new();
        if self.random.chance(40) {
            body.push(line("global g0, g2, G"));
            scope.vars.extend([("g0".into(), Ty::Int), ("g2".into(), Ty::Float), ("G".into(), Ty::List)]);
        }
        body.extend(self.locals(&mut scope));
        let count = 3 + self.random.below(4);
        body.extend(self.block(&scope, count));
        body.push(self.loop_of(&scope));
        body.push(self.log(&scope));
        body.push(line(format!("return {}", self.answer(&scope))));
        self.functions.push(Function { name: name.clone(), params, star, cost: self.cost });
        block(format!("def {name}({}):", head.join(", ")), body)
    }

    /// What a function answers.
    pub fn answer(&mut self, scope: &Scope) -> String {
        let value = self.int(scope, 2);
        format!("clip({value})")
    }

    fn generator(&mut self, number: usize) -> Stmt {
        let mut scope = Scope::new(vec![("n".into(), Ty::Int), ("start".into(), Ty::Int)]);
        scope.yields = true;
        self.cost = 5;
        let mut body = self.locals(&mut scope);
        let counter = self.fresh("k");
        let mut inner = scope.with(&counter, Ty::Int).deeper(10).inner();
        (inner.loops, inner.counter) = (1, Some(counter.clone()));
        let mut round = self.block(&inner, 2);
        let value = self.bounded(&inner, Ty::Int, 2);
        let target = self.variable(&scope, Ty::Any).unwrap_or_else(|| "x".into());
        round.push(line(self.random.pick(&["yield {}", "TARGET = yield {}", "yield {}"]).replace("{}", &value).replace("TARGET", &target)));
        round.extend(self.block(&inner, 1));
        body.push(block(format!("for {counter} in range(n):"), round));
        if !self.generators.is_empty() && self.random.chance(30) {
            let (other, cost) = self.random.pick(&self.generators.iter().collect::<Vec<_>>()).clone();
            self.cost += cost;
            body.push(line(format!("yield from {other}(2, start)")));
        }
        let name = format!("gen{number}");
        self.generators.push((name.clone(), self.cost));
        block(format!("def {name}(n, start):"), body)
    }

    fn recursive(&mut self, number: usize) -> Stmt {
        let name = format!("rec{number}");
        let mut scope = Scope::new(vec![("n".into(), Ty::Int), ("a".into(), Ty::Any), ("b".into(), Ty::Int)]);
        scope.returns = true;
        self.cost = 5;
        let twice = self.random.chance(40);
        let rounds = if twice { 5 } else { 18 };
        let mut body = self.locals(&mut scope);
        body.push(block("if n <= 0:", vec![line(format!("return {}", self.answer(&scope)))]));
        let inner = Scope { times: 20, ..scope.clone() };
        body.extend(self.block(&inner, 2));
        let step = self.bounded(&inner, Ty::Int, 1);
        let call = format!("{name}(n - 1, a, {step})");
        let op = self.random.pick(&["+", "-", "^"]);
        let rest = if twice { format!("{name}(n - 2, {}, b)", self.any(&inner, 0)) } else { self.int(&inner, 1) };
        body.push(line(format!("return clip({call} {op} {rest})")));
        let own = self.cost;
        // Called by this, so that the depth is bounded.
        let entry = Function { name: format!("enter{number}"), params: vec![("a".into(), Ty::Any, false)], star: false, cost: own * 20 };
        let made = block(format!("def {name}(n, a, b):"), body);
        let enter = block(format!("def {}(a):", entry.name), vec![line(format!("return {name}({rounds}, a, 3)"))]);
        self.functions.push(entry);
        block("if True:", vec![made, enter])
    }

    // -- classes -----------------------------------------------------------------------------------------------------------------------

    /// All classes answer the same questions; each in its own way, or as its base does.
    fn class(&mut self, number: usize) -> Stmt {
        let base = (number > 0).then(|| self.random.below(number));
        let head = base.map_or(format!("class C{number}:"), |base| format!("class C{number}(C{base}):"));
        let mut scope = Scope::new([("self.a", Ty::Int), ("self.b", Ty::Int), ("x", Ty::Int), ("self.K", Ty::Int)].map(|(n, t)| (n.to_string(), t)).to_vec());
        scope.times = 1_000_000;
        let mut body = Vec::new();
        if self.random.chance(35) {
            body.push(line(if base.is_none() { "__slots__ = ('a', 'b')" } else { "__slots__ = ()" }));
        }
        let wants = |generator: &mut Generator, percent| base.is_none() || generator.random.chance(percent);
        if wants(self, 50) {
            body.push(line(format!("K = {}", self.random.below(50))));
        }
        if wants(self, 40) {
            let mut init = match base {
                Some(_) if self.random.chance(60) => vec![line("super().__init__(a, b)")],
                _ => vec![line("self.a = a"), line("self.b = b")],
            };
            if self.random.chance(30) {
                init.push(line("self.b = clip(self.b + 1)"));
            }
            body.push(block("def __init__(self, a=1, b=2):", init));
        }
        if base.is_none() {
            body.extend(parse("def __repr__(self):\n    return f'{type(self).__name__}<{self.a},{self.b}>'\n"));
            body.extend(parse("def __hash__(self):\n    return 7\n"));
            body.extend(parse("def __eq__(self, other):\n    return isinstance(other, C0) and self.a == other.a\n"));
            body.extend(parse("def __le__(self, other):\n    return self.a <= other.a\n"));
            body.extend(parse("def __enter__(self):\n    return self.a\n"));
            body.extend(parse("def __exit__(self, kind, error, trace):\n    return kind is ZeroDivisionError\n"));
        }
        let mut methods: Vec<(&str, &str)> = vec![
            ("", "def m(self, x):"),
            ("", "def n(self, x=1, y=2, *r, z=3, **k):"),
            ("", "def __add__(self, x):"),
            ("", "def __getitem__(self, x):"),
            ("", "def __call__(self, x):"),
            ("@property", "def p(self):"),
            ("@staticmethod", "def s(x):"),
            ("@classmethod", "def k(cls, x):"),
        ];
        methods.retain(|_| wants(self, 35));
        for (decorator, head) in methods {
            let (inner, value) = self.method(&scope, base.is_some(), decorator, head);
            if !decorator.is_empty() {
                body.push(line(decorator));
            }
            let mut body_of = inner;
            body_of.push(line(format!("return {value}")));
            body.push(block(head, body_of));
            if decorator == "@property" && (base.is_none() || self.random.chance(50)) {
                body.push(line("@p.setter"));
                body.extend(parse("def p(self, x):\n    self.a = x\n"));
            }
        }
        for text in [
            "def __lt__(self, other):\n    return self.a < other.a\n",
            "def __len__(self):\n    return self.a & 7\n",
            "def __bool__(self):\n    return self.a % 3 != 0\n",
            "def __iter__(self):\n    yield self.a\n    yield self.b\n",
            "def __radd__(self, x):\n    return self.b\n",
        ] {
            if wants(self, 15) {
                body.extend(parse(text));
            }
        }
        if self.random.chance(20) {
            body.extend(parse("def __getattr__(self, name):\n    if name[0] == '_':\n        raise AttributeError(name)\n    return len(name)\n"));
        }
        if self.random.chance(8) {
            body.extend(parse("def __setattr__(self, name, value):\n    object.__setattr__(self, name, value)\n"));
        }
        block(head, body)
    }

    fn method(&mut self, scope: &Scope, derived: bool, decorator: &str, head: &str) -> (Vec<Stmt>, String) {
        let mut scope = scope.clone();
        if decorator == "@property" {
            scope.vars.retain(|(name, _)| name != "x");
        }
        if matches!(decorator, "@staticmethod" | "@classmethod") {
            scope.vars.retain(|(name, _)| name == "x");
        }
        let mut body = Vec::new();
        if self.random.chance(25) {
            let truth = self.truth(&scope, 1);
            body.push(block(format!("if {truth}:"), vec![line(format!("return {}", self.bounded(&scope, Ty::Int, 1)))]));
        }
        if self.random.chance(25) && decorator.is_empty() {
            body.push(line(format!("self.a = {}", self.bounded(&scope, Ty::Int, 1))));
        }
        let value = match head {
            "def m(self, x):" if derived && self.random.chance(40) => "super().m(x) + 1".into(),
            _ if head.contains("y=2") => "x + y + z + len(r) + len(k)".into(),
            "def k(cls, x):" => "cls.K + x".into(),
            _ => self.answer(&scope),
        };
        (body, value)
    }

    /// A clause that notes what was caught.
    pub fn noting(&mut self, head: &str, mut body: Vec<Stmt>) -> Clause {
        body.insert(0, line("note(error)"));
        clause(head, body)
    }
}
