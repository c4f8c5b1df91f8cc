//! Statements of what is in scope. Not here: expressions (`expressions.rs`), functions and classes (`generate.rs`).

use super::generate::{Generator, Scope, Ty};
use super::program::{Stmt, block, clause, line, parse};

/// Statements within statements.
const DEEPEST: u32 = 4;

impl Generator {
    pub fn block(&mut self, scope: &Scope, most: usize) -> Vec<Stmt> {
        let mut out = Vec::new();
        for _ in 0..1 + self.random.below(most) {
            self.spend(scope, 1);
            self.statement(scope, &mut out);
        }
        out
    }

    fn statement(&mut self, scope: &Scope, out: &mut Vec<Stmt>) {
        let flat = scope.depth >= DEEPEST;
        let looped = scope.loops > 0;
        let weights = [
            28,
            14,
            14,
            if flat { 0 } else { 12 },
            if flat { 0 } else { 14 },
            if flat { 0 } else { 6 },
            8,
            5,
            9,
            8,
            if looped { 5 } else { 0 },
            if scope.returns && looped || scope.yields { 3 } else { 0 },
            if looped { 5 } else { 1 },
            if flat { 0 } else { 3 },
            5,
            if flat { 0 } else { 3 },
            if flat { 0 } else { 3 },
            if scope.times <= 30 { 4 } else { 0 },
            if scope.guarded { 4 } else { 0 },
            2,
            2,
        ];
        match self.random.weighted(&weights) {
            0 => out.push(self.assign(scope, Ty::Int)),
            1 => {
                let ty = self.random.pick(&[Ty::Float, Ty::Str, Ty::List, Ty::Tuple, Ty::Dict, Ty::Object, Ty::Any, Ty::Float]);
                out.push(self.assign(scope, ty));
            }
            2 => out.push(self.augmented(scope)),
            3 => out.push(self.branch(scope)),
            4 => out.push(self.loop_of(scope)),
            5 => out.push(self.attempt(scope)),
            6 => out.push(self.change_list(scope)),
            7 => out.push(self.change_dict(scope)),
            8 => out.push(self.change_object(scope)),
            9 => out.push(match self.call(scope, 1) {
                Some(call) => self.stored(scope, Ty::Any, call),
                None => self.assign(scope, Ty::Int),
            }),
            10 => {
                let truth = self.truth(scope, 1);
                out.push(block(format!("if {truth}:"), vec![line(self.random.pick(&["continue", "break", "continue"]))]));
            }
            11 => {
                let (truth, answer) = (self.truth(scope, 1), self.answer(scope));
                let word = if scope.yields { "yield" } else { "return" };
                out.push(block(format!("if {truth}:"), vec![line(format!("{word} {answer}"))]));
            }
            12 => out.push(self.patch(scope)),
            13 => out.push(self.with(scope)),
            14 => out.push(self.unpack(scope)),
            15 => self.closure(scope, out),
            16 => out.push(self.matching(scope)),
            17 => out.push(self.log(scope)),
            18 => {
                let error = self.random.pick(&["ValueError(i)", "KeyError('k')", "ZeroDivisionError()", "StopIteration(3)", "IndexError('x', 1)"]);
                let error = error.replace("(i)", &format!("({})", self.int(scope, 0)));
                let truth = self.truth(scope, 1);
                out.push(block(format!("if {truth}:"), vec![line(format!("raise {error}"))]));
            }
            19 => {
                let (import, value) = self.random.pick(&[
                    ("import math", "math.floor(2.5)"),
                    ("from math import sqrt", "int(sqrt(16.0))"),
                    ("import operator as op", "op.add(2, 3)"),
                    ("from functools import reduce", "reduce(max, [1, 5, 2])"),
                ]);
                out.push(line(import));
                out.push(self.stored(scope, Ty::Int, value.into()));
            }
            _ => {
                let truth = self.truth(scope, 1);
                out.push(line(format!("assert ({truth}) or {}, {}", self.truth(scope, 0), self.string(scope, 0))));
            }
        }
    }

    /// One that may be assigned to.
    fn target(&mut self, scope: &Scope, ty: Ty) -> Option<String> {
        let is_counter = |name: &str| name.starts_with(['k', 'c']) || matches!(name, "self.K" | "n");
        let fits = |(name, other): &&(String, Ty)| *other == ty && !is_counter(name);
        let known: Vec<&String> = scope.vars.iter().filter(fits).map(|(name, _)| name).collect();
        (!known.is_empty()).then(|| self.random.pick(&known).clone())
    }

    /// The value in a variable of this type, if there is one.
    fn stored(&mut self, scope: &Scope, ty: Ty, value: String) -> Stmt {
        match self.target(scope, ty) {
            Some(name) => line(format!("{name} = {value}")),
            None => line(value),
        }
    }

    fn assign(&mut self, scope: &Scope, ty: Ty) -> Stmt {
        let value = self.bounded(scope, ty, 3);
        self.stored(scope, ty, value)
    }

    fn augmented(&mut self, scope: &Scope) -> Stmt {
        let ty = self.random.pick(&[Ty::Int, Ty::Int, Ty::Int, Ty::Float, Ty::Any]);
        let Some(name) = self.target(scope, ty) else { return self.assign(scope, Ty::Int) };
        match ty {
            Ty::Float => line(format!("{name} {} {}", self.random.pick(&["+=", "-=", "*="]), self.float(scope, 2))),
            Ty::Any => line(format!("{name} = add({name}, {})", self.any(scope, 1))),
            _ => {
                let op = self.random.pick(&["+=", "-=", "^=", "&=", "|=", "+=", "-=", "+=", ">>=", "//=", "%="]);
                let value = match op {
                    ">>=" | "//=" | "%=" => self.random.pick(&["1", "3", "7"]).to_string(),
                    _ => self.bounded(scope, Ty::Int, 2),
                };
                line(format!("{name} {op} {value}"))
            }
        }
    }

    fn branch(&mut self, scope: &Scope) -> Stmt {
        let inner = scope.inner();
        let mut clauses = vec![clause(format!("if {}:", self.truth(scope, 2)), self.block(&inner, 2))];
        while self.random.chance(20) {
            clauses.push(clause(format!("elif {}:", self.truth(scope, 2)), self.block(&inner, 2)));
        }
        if self.random.chance(50) {
            clauses.push(clause("else:", self.block(&inner, 2)));
        }
        Stmt::Block(clauses)
    }

    /// A loop of any kind.
    pub fn loop_of(&mut self, scope: &Scope) -> Stmt {
        let rounds = self.random.pick(&[3, 6, 12, 20, 35]);
        if self.most_calls(scope) < rounds * 4 {
            return self.assign(scope, Ty::Int);
        }
        let counter = self.fresh("k");
        let mut inner = scope.with(&counter, Ty::Int).deeper(rounds).inner();
        inner.loops += 1;
        inner.counter = Some(counter.clone());
        let mut before = Vec::new();
        let (head, first) = match self.random.below(14) {
            0..=4 => (format!("for {counter} in range({rounds}):"), None),
            5 => (format!("for {counter} in range({}, {}, {}):", rounds * 2, 1, -2), None),
            6..=7 => {
                before.push(line(format!("{counter} = 0")));
                (format!("while {counter} < {rounds}:"), Some(line(format!("{counter} += 1"))))
            }
            8 => match self.variable(scope, Ty::List) {
                // It may grow meanwhile, so it is copied, or bounded.
                Some(list) => (format!("for {counter} in {list}[:{rounds}]:"), None),
                None => (format!("for {counter} in (5, 6, 7):"), None),
            },
            9 => {
                let other = self.fresh("k");
                inner.vars.push((other.clone(), Ty::Any));
                let text = self.random.pick(&["enumerate([5, 0.5, 'u', None, 9])", "zip(range(9), 'abcdefghi')", "[(1, 2), (3, 4), (5, 0.5)]", "{1: 2, 3: 4}.items()"]);
                (format!("for {counter}, {other} in {text}:"), None)
            }
            10 => {
                let any = self.fresh("k");
                inner.vars.push((any.clone(), Ty::Any));
                inner.vars.retain(|(name, _)| *name != counter);
                inner.counter = scope.counter.clone();
                (format!("for {any} in (1, 2, 0.5, 'z', 3, 4, None, 5, 6.5, 1 << 60, 7, 8):"), None)
            }
            11 => {
                let object = self.fresh("k");
                inner.vars.push((object.clone(), Ty::Object));
                inner.vars.retain(|(name, _)| *name != counter);
                inner.counter = scope.counter.clone();
                let mut objects = Vec::new();
                for _ in 0..3 + self.random.below(4) {
                    objects.push(format!("C{}({}, 2)", self.random.below(self.classes), self.random.below(9)));
                }
                (format!("for {object} in ({}) * 3:", objects.join(", ")), None)
            }
            _ => {
                let most = self.most_calls(scope);
                let known: Vec<(String, u32)> = self.generators.iter().filter(|(_, cost)| *cost <= most).cloned().collect();
                match known.is_empty() {
                    true => (format!("for {counter} in range({rounds}):"), None),
                    false => {
                        let at = self.random.below(known.len());
                        self.spend(scope, known[at].1);
                        (format!("for {counter} in {}({}, {}):", known[at].0, 2 + self.random.below(9), self.int(scope, 0)), None)
                    }
                }
            }
        };
        let mut body = self.block(&inner, 5);
        body.splice(0..0, first);
        let mut clauses = vec![clause(head, body)];
        if self.random.chance(10) {
            clauses.push(clause("else:", self.block(&scope.inner(), 1)));
        }
        before.push(Stmt::Block(clauses));
        match before.len() {
            1 => before.remove(0),
            _ => block("if True:", before),
        }
    }

    fn attempt(&mut self, scope: &Scope) -> Stmt {
        let inner = Scope { guarded: true, ..scope.inner() };
        let mut clauses = vec![clause("try:", self.block(&inner, 3))];
        let catches = self.random.chance(85);
        if catches {
            let head = self.random.pick(&[
                "except Exception as error:",
                "except Exception as error:",
                "except (ValueError, ZeroDivisionError) as error:",
                "except ArithmeticError as error:",
                "except LookupError as error:",
            ]);
            let body = self.block(&scope.inner(), 1);
            let noting = self.noting(head, body);
            clauses.push(noting);
            if self.random.chance(20) {
                clauses.push(clause("else:", self.block(&scope.inner(), 1)));
            }
        }
        if !catches || self.random.chance(25) {
            // What leaves a loop may not stand here.
            let inside = Scope { loops: 0, returns: false, yields: false, ..scope.inner() };
            clauses.push(clause("finally:", self.block(&inside, 1)));
        }
        Stmt::Block(clauses)
    }

    fn change_list(&mut self, scope: &Scope) -> Stmt {
        let Some(list) = self.target(scope, Ty::List) else { return self.assign(scope, Ty::List) };
        let value = self.bounded(scope, Ty::Int, 2);
        match self.random.below(9) {
            0..=2 => line(format!("{list}.append({value})")),
            3..=5 => line(format!("{list}[{} % (len({list}) or 1)] = {value}", self.int(scope, 1))),
            6 => line(format!("{list}.pop()")),
            7 => line(self.random.pick(&["LIST.reverse()", "LIST.sort()", "del LIST[:2]", "LIST[1:2] = [7, 8]"]).replace("LIST", &list)),
            _ => line(format!("{list}[{}] = {value}", self.random.pick(&["0", "-1", "2"]))),
        }
    }

    fn change_dict(&mut self, scope: &Scope) -> Stmt {
        let Some(dict) = self.target(scope, Ty::Dict) else { return self.assign(scope, Ty::Int) };
        let (key, value) = (self.int(scope, 1), self.bounded(scope, Ty::Int, 1));
        match self.random.below(7) {
            0..=2 => line(format!("{dict}[{key} & 7] = {value}")),
            3 => line(format!("{dict}[{key} & 7] = {dict}.get({key} & 7, 0) + 1")),
            4 => line(format!("{dict}.pop({key} & 7, None)")),
            5 => line(format!("{dict}.setdefault({key} & 15, {value})")),
            _ => line(format!("{dict}[{key} & 3] += 1")),
        }
    }

    fn change_object(&mut self, scope: &Scope) -> Stmt {
        let Some(object) = self.target(scope, Ty::Object) else { return self.assign(scope, Ty::Object) };
        let value = self.bounded(scope, Ty::Int, 2);
        match self.random.below(8) {
            0..=3 => line(format!("{object}.{} = {value}", self.random.pick(&["a", "b", "a", "p"]))),
            4 => line(format!("{object}.{} += {}", self.random.pick(&["a", "b", "p"]), self.random.pick(&["1", "3", "(-2)"]))),
            5 => line(format!("{object}.b = {}", self.bounded(scope, Ty::Float, 1))),
            6 => self.assign(scope, Ty::Object),
            _ => {
                let call = format!("{object}.m({value})");
                self.stored(scope, Ty::Int, call)
            }
        }
    }

    /// The program changes what traces take for granted; most often once, in some round.
    pub fn patch(&mut self, scope: &Scope) -> Stmt {
        let class = format!("C{}", self.random.below(self.classes));
        let object = self.variable(scope, Ty::Object).unwrap_or_else(|| format!("{class}(1, 2)"));
        let number = self.random.below(20).to_string();
        let texts = [
            "CLASS.m = lambda self, x: x + NUMBER",
            "CLASS.p = property(lambda self: NUMBER)",
            "CLASS.K = NUMBER",
            "CLASS.__init__ = lambda self, a=1, b=2: (setattr(self, 'a', NUMBER), setattr(self, 'b', b))[2:] or None",
            "CLASS.__add__ = lambda self, x: NUMBER",
            "CLASS.__getitem__ = lambda self, x: x",
            "CLASS.s = staticmethod(lambda x: x * 2)",
            "del CLASS.m",
            "OBJECT.__class__ = CLASS",
            "OBJECT.m = lambda x: NUMBER",
            "OBJECT.K = NUMBER",
            "del OBJECT.b",
            "builtins.len = lambda x: NUMBER",
            "builtins.abs = lambda x: x",
            "globals()['sum'] = lambda x: NUMBER",
            "globals().pop('sum', None)",
            "globals()['g1'] = NUMBER",
            "globals()['clip'] = lambda x: x % 1000003 if isinstance(x, int) else None",
            "globals()['same'] = lambda a, b: NUMBER",
        ];
        let mut text = self.random.pick(&texts).replace("CLASS", &class).replace("OBJECT", &object).replace("NUMBER", &number);
        if text.starts_with("builtins.abs") {
            // Back again.
            text = self.random.pick(&["builtins.abs = lambda x: x", "builtins.abs = (0).__abs__.__objclass__.__abs__", "builtins.len = lambda x: x.__len__()"]).to_string();
        }
        if !self.functions.is_empty() && self.random.chance(12) {
            let (one, other) = (self.random.below(self.functions.len()), self.random.below(self.functions.len()));
            // Towards earlier ones only, so that no cycle comes of it.
            let (one, other) = (one.max(other), one.min(other));
            let cheaper = self.functions[other].cost <= self.functions[one].cost && one != other;
            if cheaper && self.random.chance(50) {
                text = format!("globals()['{}'] = {}", self.functions[one].name, self.functions[other].name);
            } else {
                text = format!("{}.__defaults__ = {}", self.functions[one].name, self.random.pick(&["(1, 2, 3, 4)", "None", "(7,)"]));
            }
        }
        let body = match self.random.chance(50) || text.contains(".__class__") || text.starts_with("del") {
            true => vec![Stmt::Block(vec![clause("try:", vec![line(text)]), clause("except Exception as error:", vec![line("note(error)")])])],
            false => vec![line(text)],
        };
        match &scope.counter {
            Some(counter) => {
                let round = self.random.pick(&["== 2", "== 5", "== 11", "% 7 == 6", "== 3"]);
                block(format!("if {counter} {round}:"), body)
            }
            None => block("if True:", body),
        }
    }

    fn with(&mut self, scope: &Scope) -> Stmt {
        let object = self.value(scope, Ty::Object, 0);
        let body = self.block(&Scope { guarded: true, ..scope.inner() }, 3);
        match self.target(scope, Ty::Int).filter(|name| !name.contains('.')) {
            Some(name) => block(format!("with {object} as {name}:"), body),
            None => block(format!("with {object}:"), body),
        }
    }

    fn unpack(&mut self, scope: &Scope) -> Stmt {
        let (Some(a), Some(b)) = (self.target(scope, Ty::Int), self.target(scope, Ty::Int)) else { return self.assign(scope, Ty::Int) };
        match self.random.below(5) {
            0 => line(format!("{a}, {b} = {b}, {a}")),
            1 => line(format!("{a}, {b} = {}", self.value(scope, Ty::Tuple, 1))),
            2 => line(format!("{a}, *{}, {b} = {}", self.target(scope, Ty::List).unwrap_or_else(|| "rest".into()), self.value(scope, Ty::List, 1))),
            3 => line(format!("{a} = {b} = {}", self.bounded(scope, Ty::Int, 1))),
            _ => line(format!("{a} = {} if {} else {b}", self.bounded(scope, Ty::Int, 1), self.truth(scope, 1))),
        }
    }

    /// A function within, which is called in place.
    fn closure(&mut self, scope: &Scope, out: &mut Vec<Stmt>) {
        let name = self.fresh("h");
        let inner = scope.with("y", Ty::Int);
        let inner = Scope { loops: 0, counter: None, returns: true, yields: false, guarded: false, ..inner.inner() };
        let value = self.bounded(&inner, Ty::Int, 2);
        let target = self.target(scope, Ty::Int).filter(|name| !name.contains('.'));
        match (self.random.below(3), target) {
            (0, _) => out.push(line(format!("{name} = lambda y: {value}"))),
            (1, Some(target)) if !scope.is_module && !target.starts_with('g') => {
                let body = vec![line(format!("nonlocal {target}")), line(format!("{target} = {value}")), line(format!("return {target} & 255"))];
                out.push(block(format!("def {name}(y):"), body));
            }
            _ => out.push(block(format!("def {name}(y, z=3):"), vec![line(format!("return {value}"))])),
        }
        let arg = self.int(scope, 1);
        let call = format!("{name}({arg})");
        out.push(self.stored(scope, Ty::Int, call));
    }

    fn matching(&mut self, scope: &Scope) -> Stmt {
        let subject = self.any(scope, 1);
        let inner = scope.inner();
        let mut clauses = Vec::new();
        for case in ["case 0 | 1 | 2:", "case int() if len('ab') == 2:", "case str() as text:", "case [first, *others]:", "case C0(a=5):", "case None:", "case _:"] {
            if self.random.chance(45) {
                clauses.push(block(case, self.block(&inner, 1)));
            }
        }
        block(format!("match {subject}:"), match clauses.is_empty() {
            true => parse("case _:\n    pass\n"),
            false => clauses,
        })
    }

    /// What the variables hold.
    pub fn log(&mut self, scope: &Scope) -> Stmt {
        let names: Vec<&str> = scope.vars.iter().map(|(name, _)| name.as_str()).filter(|name| !name.starts_with('k')).collect();
        line(format!("log({})", names.join(", ")))
    }
}
