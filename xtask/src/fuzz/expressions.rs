//! Expressions of a type, of what is in scope. Not here: statements (`statements.rs`).

use super::generate::{Generator, Scope, Ty};

pub const INTS: [&str; 32] = [
    "0", "1", "-1", "2", "3", "5", "7", "-3", "10", "63", "64", "255", "256", "2147483647", "2147483648", "-2147483648", "-2147483649",
    "4294967296", "140737488355327", "140737488355328", "-140737488355328", "281474976710655", "281474976710656", "562949953421311",
    "562949953421312", "-562949953421312", "-562949953421313", "9007199254740993", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809",
];
const FLOATS: [&str; 16] = [
    "0.0", "-0.0", "1.0", "0.5", "-1.5", "3.25", "1e16", "1e300", "-1e300", "5e-324", "float(-1.0)", "NAN", "INF", "-INF",
    "9007199254740992.0", "562949953421312.0",
];
const STRINGS: [&str; 8] = ["''", "'a'", "'ab'", "'xyz'", "'\\u00e9'", "'\\u20ac1'", "'\\U0001f40d'", "'0123456789'"];

impl Generator {
    /// A value of this type.
    pub fn value(&mut self, scope: &Scope, ty: Ty, depth: u32) -> String {
        match ty {
            Ty::Int => self.int(scope, depth),
            Ty::Float => self.float(scope, depth),
            Ty::Str => self.string(scope, depth),
            Ty::List => self.list(scope, depth),
            Ty::Tuple => self.tuple(scope, depth),
            Ty::Dict => self.dict(scope, depth),
            Ty::Object => self.object(scope, depth),
            Ty::Any => self.any(scope, depth),
        }
    }

    /// What is stored where it is stored again and again: it does not grow without bounds.
    pub fn bounded(&mut self, scope: &Scope, ty: Ty, depth: u32) -> String {
        let value = self.value(scope, ty, depth);
        let grows = value.contains(['*', '+']) || value.contains("<<");
        match ty {
            Ty::Int | Ty::Any if value.contains('*') || value.contains("<<") => match ty {
                Ty::Int if self.random.chance(30) => format!("({value}) % 1000003"),
                Ty::Int if self.random.chance(25) => format!("({value}) & 1125899906842623"),
                _ => format!("clip({value})"),
            },
            Ty::Str if grows => format!("({value})[-12:]"),
            Ty::List if grows => format!("({value})[:9]"),
            Ty::Tuple if grows => format!("({value})[:5]"),
            Ty::Any if grows => format!("clip({value})"),
            _ => value,
        }
    }

    fn leaf(&mut self, scope: &Scope, ty: Ty, constants: &[&str]) -> String {
        match self.variable(scope, ty) {
            Some(name) if self.random.chance(75) => name,
            _ => {
                let constant = self.random.pick(constants);
                if constant.starts_with('-') { format!("({constant})") } else { constant.to_string() }
            }
        }
    }

    /// A variable of this type.
    pub fn variable(&mut self, scope: &Scope, ty: Ty) -> Option<String> {
        let known: Vec<&String> = scope.vars.iter().filter(|(_, other)| *other == ty).map(|(name, _)| name).collect();
        (!known.is_empty()).then(|| self.random.pick(&known).clone())
    }

    fn named(&mut self, scope: &Scope, ty: Ty, other: &str) -> String {
        self.variable(scope, ty).unwrap_or_else(|| other.to_string())
    }

    pub fn int(&mut self, scope: &Scope, depth: u32) -> String {
        if depth == 0 || self.random.chance(20) {
            return self.leaf(scope, Ty::Int, &INTS);
        }
        let down = depth - 1;
        let (list, dict) = (self.named(scope, Ty::List, "[1, 2, 3]"), self.named(scope, Ty::Dict, "{1: 2}"));
        let (tuple, text) = (self.named(scope, Ty::Tuple, "(1, 2)"), self.named(scope, Ty::Str, "'abc'"));
        let a = self.int(scope, down);
        match self.random.below(44) {
            0..=12 => {
                let op = self.random.pick(&["+", "-", "*", "+", "-", "&", "|", "^", "+"]);
                format!("({a} {op} {})", self.int(scope, down))
            }
            13 => format!("({a} // {})", self.divisor(scope)),
            14 => format!("({a} % {})", self.divisor(scope)),
            15 => format!("({a} << {})", self.random.pick(&["1", "3", "31", "46", "62"])),
            16 => format!("({a} >> {})", self.random.pick(&["1", "3", "31", "46", "62", "63", "64"])),
            17 => format!("({}{a})", self.random.pick(&["-", "~", "+"])),
            18 => format!("({a} if {} else {})", self.truth(scope, down), self.int(scope, down)),
            19 => format!("{}({a})", self.random.pick(&["abs", "int", "bool", "hash"])),
            20 => format!("{}({a}, {})", self.random.pick(&["min", "max"]), self.int(scope, down)),
            21 => format!("len({})", self.random.pick(&[&list, &dict, &tuple, &text]).as_str()),
            22 => format!("{list}[{a} % len({list})]"),
            23 => format!("{list}[{}]", self.random.pick(&["0", "-1", "1", "-2"])),
            24 => format!("{tuple}[{}]", self.random.pick(&["0", "-1", "1"])),
            25 => format!("{dict}.get({a}, {})", self.int(scope, down)),
            26 => format!("sum({list})"),
            27 => format!("({a} {} {})", self.random.pick(&["and", "or"]), self.int(scope, down)),
            28 => format!("({})", self.truth(scope, down)),
            29 => format!("divmod({a}, {})[{}]", self.divisor(scope), self.random.below(2)),
            30 => format!("({a} & 1023).bit_length()"),
            31 => {
                let name = self.fresh("c");
                let inner = scope.with(&name, Ty::Int).deeper(4);
                let value = self.int(&inner, down.min(1));
                let filter = if self.random.chance(40) { format!(" if {}", self.truth(&inner, 1)) } else { String::new() };
                let (open, close) = self.random.pick(&[("sum(", ")"), ("len([", "])"), ("sum([", "])"), ("len({", "})"), ("max((", "), default=3)")]);
                format!("{open}{value} for {name} in {list}{filter}{close}")
            }
            32 => format!("int({text} == {})", self.string(scope, down)),
            33 => format!("pow({a}, {}, 1000003)", self.random.below(5)),
            34 => format!("({a} ** {})", self.random.below(4)),
            35 => format!("{text}.{}({})", self.random.pick(&["find", "count"]), self.string(scope, 0)),
            36..=40 => self.of_object(scope, down, &a),
            _ => self.call(scope, down).unwrap_or(a),
        }
    }

    fn divisor(&mut self, scope: &Scope) -> String {
        match self.random.below(10) {
            0..=5 => self.random.pick(&["3", "7", "(-5)", "2", "64", "1000", "(-1)"]).to_string(),
            6..=8 => format!("({} or 9)", self.int(scope, 0)),
            _ => self.int(scope, 0),
        }
    }

    /// An int that an object answers.
    fn of_object(&mut self, scope: &Scope, depth: u32, a: &str) -> String {
        let object = self.named(scope, Ty::Object, "C0(5, 6)");
        match self.random.below(12) {
            0..=2 => format!("{object}.{}", self.random.pick(&["a", "b", "p", "K"])),
            3..=5 if self.affords(scope, 20) => format!("{object}.m({a})"),
            6 if self.affords(scope, 20) => {
                let args = self.random.pick(&["1", "1, 2", "1, y=3", "x=2", "1, 2, 3", "1, z=4", "*(1, 2)", "**{'x': 1, 'y': 7}"]);
                format!("{object}.n({args})")
            }
            7 => format!("({object} + {})", self.int(scope, depth)),
            8 => format!("{object}[{a}]"),
            9 if self.affords(scope, 20) => format!("{object}({a})"),
            10 => format!("{object}.{}({a})", self.random.pick(&["s", "k"])),
            _ => format!("len({object})"),
        }
    }

    pub fn float(&mut self, scope: &Scope, depth: u32) -> String {
        if depth == 0 || self.random.chance(25) {
            return self.leaf(scope, Ty::Float, &FLOATS);
        }
        let down = depth - 1;
        let a = self.float(scope, down);
        match self.random.below(14) {
            0..=6 => format!("({a} {} {})", self.random.pick(&["+", "-", "*", "+", "-"]), self.float(scope, down)),
            7 => format!("({a} / {})", self.random.pick(&["2.0", "3", "(-0.5)", "1e-10"])),
            8 => format!("({a} {} {})", self.random.pick(&["+", "*", "-"]), self.small(scope)),
            9 => format!("({} {} {a})", self.small(scope), self.random.pick(&["+", "*", "-"])),
            10 => format!("(-{a})"),
            11 => format!("({a} if {} else {})", self.truth(scope, down), self.float(scope, down)),
            12 => format!("abs({a})"),
            _ => format!("({a} {} {})", self.random.pick(&["%", "//", "**"]), self.random.pick(&["2", "3.5", "7"])),
        }
    }

    /// An int of which a float can be made.
    fn small(&mut self, scope: &Scope) -> String {
        match self.variable(scope, Ty::Int) {
            Some(name) => format!("({name} & 65535)"),
            None => "17".into(),
        }
    }

    pub fn string(&mut self, scope: &Scope, depth: u32) -> String {
        if depth == 0 || self.random.chance(25) {
            return self.leaf(scope, Ty::Str, &STRINGS);
        }
        let down = depth - 1;
        let a = self.string(scope, down);
        match self.random.below(16) {
            0..=4 => format!("({a} + {})", self.string(scope, down)),
            5 => format!("str({})", self.int(scope, down)),
            6 => format!("{a}[{}]", self.random.pick(&["1:", ":2", "::-1", "-3:", ":-1", "0:1"])),
            7 => format!("({a} * ({} % 3))", self.int(scope, down)),
            8 => format!("{a}.{}()", self.random.pick(&["upper", "title", "strip", "swapcase"])),
            9 => format!("('%s:%d' % ({a}, {} & 4095))", self.int(scope, down)),
            10 => {
                let (int, float) = (self.named(scope, Ty::Int, "5"), self.named(scope, Ty::Float, "2.5"));
                let spec = self.random.pick(&["", ":x", ":>9", ":,", "!r", ":+d", ":08"]);
                let other = self.random.pick(&["", ":.3f", ":g", ":e", "!s"]);
                format!("f'{{{int}{spec}}}|{{{float}{other}}}'")
            }
            11 => format!("'{{}}-{{!r}}'.format({a}, {})", self.any(scope, down)),
            12 => format!("','.join([{a}, {}])", self.string(scope, 0)),
            13 => format!("{a}.replace({}, {})", self.string(scope, 0), self.random.pick(&["''", "'q'", "'ab'"])),
            14 => format!("({a} if {} else {})", self.truth(scope, down), self.string(scope, down)),
            _ => format!("repr({})", self.any(scope, 0)),
        }
    }

    pub fn truth(&mut self, scope: &Scope, depth: u32) -> String {
        let down = depth.saturating_sub(1);
        let compare = self.random.pick(&["<", "<=", ">", ">=", "==", "!=", "<", "=="]);
        match self.random.below(18) {
            0..=6 => format!("{} {compare} {}", self.int(scope, down), self.int(scope, down)),
            7 => format!("{} & {} {} 0", self.int(scope, down), self.random.pick(&["1", "2", "3", "7"]), self.random.pick(&["==", "!="])),
            8 => format!("{} {compare} {}", self.float(scope, down), self.float(scope, down)),
            9 => format!("{} {compare} {}", self.string(scope, down), self.string(scope, down)),
            10 => format!("{} in {}", self.int(scope, down), self.named(scope, Ty::List, "(1, 2, 3)")),
            11 => format!("{} not in {}", self.int(scope, down), self.named(scope, Ty::Dict, "{3: 1}")),
            12 => format!("not ({})", self.truth(scope, down)),
            13 => format!("({}) {} ({})", self.truth(scope, down), self.random.pick(&["and", "or"]), self.truth(scope, down)),
            14 => format!("isinstance({}, {})", self.any(scope, down), self.random.pick(&["int", "str", "(float, C0)", "C1", "float"])),
            15 => format!("{} {} None", self.any(scope, 0), self.random.pick(&["is", "is not"])),
            16 => format!("{} {compare} {}", self.named(scope, Ty::Object, "C0(1, 2)"), self.named(scope, Ty::Object, "C0(1, 3)")),
            _ => self.any(scope, down),
        }
    }

    fn list(&mut self, scope: &Scope, depth: u32) -> String {
        if let Some(name) = self.variable(scope, Ty::List).filter(|_| depth == 0 || self.random.chance(20)) {
            return name;
        }
        let down = depth.saturating_sub(1);
        let other = self.named(scope, Ty::List, "[4, 5, 6]");
        match self.random.below(10) {
            0..=3 => {
                let items: Vec<String> = (0..1 + self.random.below(5)).map(|_| self.bounded(scope, Ty::Int, down)).collect();
                format!("[{}]", items.join(", "))
            }
            4 => format!("list(range({}, {}, {}))", self.random.below(4), self.random.below(12), 1 + self.random.below(3)),
            5 => {
                let name = self.fresh("c");
                let inner = scope.with(&name, Ty::Int).deeper(4);
                format!("[{} for {name} in {other}]", self.bounded(&inner, Ty::Int, down.min(1)))
            }
            6 => format!("{other}[{}]", self.random.pick(&["1:", ":-1", "::-1", "::2", ":3"])),
            7 => format!("({other} + [{}])", self.bounded(scope, Ty::Int, down)),
            8 => format!("sorted({other})"),
            _ => format!("[{}, *{other}]", self.bounded(scope, Ty::Int, down)),
        }
    }

    fn tuple(&mut self, scope: &Scope, depth: u32) -> String {
        if let Some(name) = self.variable(scope, Ty::Tuple).filter(|_| depth == 0 || self.random.chance(20)) {
            return name;
        }
        let down = depth.saturating_sub(1);
        match self.random.below(5) {
            0 => format!("tuple({})", self.list(scope, down)),
            1 => format!("divmod({}, {})", self.int(scope, down), self.divisor(scope)),
            _ => format!("({}, {})", self.bounded(scope, Ty::Int, down), self.bounded(scope, Ty::Int, down)),
        }
    }

    fn dict(&mut self, scope: &Scope, depth: u32) -> String {
        let down = depth.saturating_sub(1);
        match self.random.below(4) {
            0 => format!("{{k: k * 2 for k in range({})}}", 1 + self.random.below(6)),
            1 => format!("dict(enumerate({}))", self.list(scope, down)),
            _ => format!("{{1: {}, {}: 2, 7: 9}}", self.bounded(scope, Ty::Int, down), self.int(scope, 0)),
        }
    }

    fn object(&mut self, scope: &Scope, depth: u32) -> String {
        if let Some(name) = self.variable(scope, Ty::Object).filter(|_| self.random.chance(25)) {
            return name;
        }
        let class = self.random.below(self.classes);
        let a = self.bounded(scope, Ty::Int, depth.saturating_sub(1));
        let b = if self.random.chance(80) { self.bounded(scope, Ty::Int, 0) } else { self.bounded(scope, Ty::Float, 0) };
        if self.random.chance(10) { format!("C{class}(b={b}, a={a})") } else { format!("C{class}({a}, {b})") }
    }

    pub fn any(&mut self, scope: &Scope, depth: u32) -> String {
        match self.random.below(12) {
            0..=3 => self.int(scope, depth),
            4..=5 => self.float(scope, depth),
            6 => self.string(scope, depth),
            7 => self.random.pick(&["None", "True", "False", "()", "[]"]).to_string(),
            8 => self.object(scope, 0),
            9 if self.affords(scope, 20) => {
                let (a, b) = (self.any(scope, 0), self.any(scope, 0));
                format!("{}({a}, {b})", self.random.pick(&["add", "less", "same", "either"]))
            }
            _ => self.variable(scope, Ty::Any).unwrap_or_else(|| "None".into()),
        }
    }

    /// A call of a function that has been made.
    pub fn call(&mut self, scope: &Scope, depth: u32) -> Option<String> {
        let limit = self.most_calls(scope);
        let known: Vec<usize> = (0..self.functions.len()).filter(|at| self.functions[*at].cost <= limit).collect();
        if known.is_empty() {
            return None;
        }
        let function = self.functions[self.random.pick(&known)].clone();
        self.spend(scope, function.cost);
        let mut args = Vec::new();
        let mut named = false;
        for (name, ty, optional) in &function.params {
            if *optional && self.random.chance(50) {
                named = true;
                continue;
            }
            let value = match ty {
                Ty::Object | Ty::List | Ty::Dict => self.value(scope, *ty, 0),
                _ => self.bounded(scope, *ty, depth.min(1)),
            };
            named |= self.random.chance(8);
            args.push(if named { format!("{name}={value}") } else { value });
        }
        if !named && function.star && self.random.chance(30) {
            args.push(self.random.pick(&["1", "*(3, 4)", "*[2]", "**{'q': 3}"]).to_string());
        }
        Some(format!("{}({})", function.name, args.join(", ")))
    }
}
