//! Statements, and what only statements have: parameters, handlers, aliases, type parameters.

use ruff_python_ast::{
    Alias, Arguments, Decorator, ElifElseClause, ExceptHandler, Expr, Identifier, Parameter,
    ParameterWithDefault, Parameters, Stmt, StmtClassDef, StmtFunctionDef, StmtIf, StmtTry,
    TypeParam, TypeParams, WithItem,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Step, Writer};

impl Writer<'_> {
    pub(super) fn statements(&mut self, body: &[Stmt]) {
        self.list(body, Self::statement);
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::If(branch) => self.branch(branch),
            Stmt::Try(guarded) => self.guarded(guarded),
            Stmt::For(_) | Stmt::While(_) | Stmt::With(_) | Stmt::Match(_) => {
                self.block(statement);
            }
            _ => self.simple(statement),
        }
    }

    fn simple(&mut self, statement: &Stmt) {
        let range = statement.range();
        let kind = match statement {
            Stmt::Return(s) => {
                self.option(s.value.as_deref(), Self::expression);
                "Return"
            }
            Stmt::Delete(s) => {
                self.expressions(&s.targets);
                "Delete"
            }
            Stmt::TypeAlias(s) => {
                self.expression(&s.name);
                self.type_params(s.type_params.as_deref());
                self.expression(&s.value);
                "TypeAlias"
            }
            Stmt::Raise(s) => {
                self.option(s.exc.as_deref(), Self::expression);
                self.option(s.cause.as_deref(), Self::expression);
                "Raise"
            }
            Stmt::Assert(s) => {
                self.expression(&s.test);
                self.option(s.msg.as_deref(), Self::expression);
                "Assert"
            }
            Stmt::Import(s) => {
                self.list(&s.names, Self::alias);
                "Import"
            }
            Stmt::ImportFrom(s) => {
                self.option(s.module.as_ref(), Self::name);
                self.list(&s.names, Self::alias);
                self.int(i64::from(s.level));
                "ImportFrom"
            }
            Stmt::Global(s) => {
                self.list(&s.names, Self::name);
                "Global"
            }
            Stmt::Nonlocal(s) => {
                self.list(&s.names, Self::name);
                "Nonlocal"
            }
            Stmt::Expr(s) => {
                self.expression(&s.value);
                "Expr"
            }
            Stmt::Break(_) => "Break",
            Stmt::Continue(_) => "Continue",
            Stmt::Assign(_) | Stmt::AugAssign(_) | Stmt::AnnAssign(_) => self.assignment(statement),
            // The rest are blocks, and escapes that no mode of ours lets the parser make.
            _ => "Pass",
        };
        self.node(kind, range);
    }

    fn assignment(&mut self, statement: &Stmt) -> &'static str {
        match statement {
            Stmt::Assign(s) => {
                self.expressions(&s.targets);
                self.expression(&s.value);
                self.push(Step::None);
                "Assign"
            }
            Stmt::AugAssign(s) => {
                self.expression(&s.target);
                self.operator(s.op);
                self.expression(&s.value);
                "AugAssign"
            }
            Stmt::AnnAssign(s) => {
                self.expression(&s.target);
                self.expression(&s.annotation);
                self.option(s.value.as_deref(), Self::expression);
                self.int(i64::from(s.simple));
                "AnnAssign"
            }
            _ => "Pass",
        }
    }

    fn block(&mut self, statement: &Stmt) {
        let range = self.block_range(statement.range());
        match statement {
            Stmt::For(s) => {
                self.expression(&s.target);
                self.expression(&s.iter);
                self.statements(&s.body);
                self.statements(&s.orelse);
                self.push(Step::None);
                self.node(if s.is_async { "AsyncFor" } else { "For" }, range);
            }
            Stmt::While(s) => {
                self.expression(&s.test);
                self.statements(&s.body);
                self.statements(&s.orelse);
                self.node("While", range);
            }
            Stmt::With(s) => {
                self.list(&s.items, Self::with_item);
                self.statements(&s.body);
                self.push(Step::None);
                self.node(if s.is_async { "AsyncWith" } else { "With" }, range);
            }
            Stmt::Match(s) => {
                self.expression(&s.subject);
                self.list(&s.cases, |writer, case| {
                    writer.pattern(&case.pattern);
                    writer.option(case.guard.as_deref(), Self::expression);
                    writer.statements(&case.body);
                    writer.bare("match_case");
                });
                self.node("Match", range);
            }
            _ => {}
        }
    }

    /// CPython's blocks end with the last token, which may be a semicolon.
    fn block_range(&self, range: TextRange) -> TextRange {
        let rest = self.rest(range.end());
        let trimmed = rest.trim_start_matches([' ', '\t', '\x0c']);
        match trimmed.strip_prefix(';') {
            Some(after) => {
                let width = TextSize::of(rest) - TextSize::of(after);
                TextRange::new(range.start(), range.end() + width)
            }
            None => range,
        }
    }

    fn with_item(&mut self, item: &WithItem) {
        self.expression(&item.context_expr);
        self.option(item.optional_vars.as_deref(), Self::expression);
        self.bare("withitem");
    }

    /// A chain of `elif` nests to the right; it is written without recursion, for it may be long.
    fn branch(&mut self, branch: &StmtIf) {
        let whole = self.block_range(branch.range());
        self.expression(&branch.test);
        self.statements(&branch.body);
        let mut starts: Vec<TextSize> = Vec::new();
        let mut otherwise: &[Stmt] = &[];
        for ElifElseClause {
            range, test, body, ..
        } in &branch.elif_else_clauses
        {
            match test {
                Some(test) => {
                    self.expression(test);
                    self.statements(body);
                    starts.push(range.start());
                }
                None => otherwise = body,
            }
        }
        self.statements(otherwise);
        for start in starts.into_iter().rev() {
            self.node("If", TextRange::new(start, whole.end()));
            self.push(Step::List(1));
        }
        self.node("If", whole);
    }

    fn guarded(&mut self, guarded: &StmtTry) {
        self.statements(&guarded.body);
        self.list(&guarded.handlers, Self::handler);
        self.statements(&guarded.orelse);
        self.statements(&guarded.finalbody);
        let range = self.block_range(guarded.range());
        self.node(if guarded.is_star { "TryStar" } else { "Try" }, range);
    }

    fn handler(&mut self, handler: &ExceptHandler) {
        let ExceptHandler::ExceptHandler(handler) = handler;
        self.option(handler.type_.as_deref(), Self::expression);
        self.option(handler.name.as_ref(), Self::name);
        self.statements(&handler.body);
        let range = self.block_range(handler.range);
        self.node("ExceptHandler", range);
    }

    fn function(&mut self, function: &StmtFunctionDef) {
        self.name(&function.name);
        self.parameters(&function.parameters);
        self.statements(&function.body);
        self.decorators(&function.decorator_list);
        self.option(function.returns.as_deref(), Self::expression);
        self.push(Step::None);
        self.type_params(function.type_params.as_deref());
        let range = self.definition_range(function.range(), &function.decorator_list);
        let kind = if function.is_async {
            "AsyncFunctionDef"
        } else {
            "FunctionDef"
        };
        self.node(kind, range);
    }

    fn class(&mut self, class: &StmtClassDef) {
        self.name(&class.name);
        match class.arguments.as_deref() {
            Some(Arguments { args, keywords, .. }) => {
                self.expressions(args);
                self.list(keywords, Self::keyword);
            }
            None => {
                self.push(Step::List(0));
                self.push(Step::List(0));
            }
        }
        self.statements(&class.body);
        self.decorators(&class.decorator_list);
        self.type_params(class.type_params.as_deref());
        let range = self.definition_range(class.range(), &class.decorator_list);
        self.node("ClassDef", range);
    }

    fn decorators(&mut self, decorators: &[Decorator]) {
        self.list(decorators, |writer, decorator| {
            writer.expression(&decorator.expression);
        });
    }

    /// A definition begins at its keyword, behind the decorators.
    fn definition_range(&self, range: TextRange, decorators: &[Decorator]) -> TextRange {
        let range = self.block_range(range);
        let Some(last) = decorators.last() else {
            return range;
        };
        let mut rest = self.rest(last.range().end());
        loop {
            let trimmed = rest.trim_start_matches([' ', '\t', '\x0c', '\n', '\\', ')']);
            if !trimmed.starts_with('#') {
                rest = trimmed;
                break;
            }
            rest = trimmed
                .find('\n')
                .and_then(|at| trimmed.get(at..))
                .unwrap_or_default();
        }
        let start = TextSize::of(self.source) - TextSize::of(rest);
        TextRange::new(start.min(range.end()), range.end())
    }

    pub(super) fn name(&mut self, name: &Identifier) {
        self.identifier(name.id.as_str());
    }

    fn alias(&mut self, alias: &Alias) {
        self.name(&alias.name);
        self.option(alias.asname.as_ref(), Self::name);
        self.node("alias", alias.range);
    }

    // -- parameters ------------------------------------------------------------------------

    pub(super) fn parameters(&mut self, parameters: &Parameters) {
        self.list(&parameters.posonlyargs, Self::plain_parameter);
        self.list(&parameters.args, Self::plain_parameter);
        self.option(parameters.vararg.as_deref(), Self::parameter);
        self.list(&parameters.kwonlyargs, Self::plain_parameter);
        self.list(&parameters.kwonlyargs, |writer, parameter| {
            writer.option(parameter.default.as_deref(), Self::expression);
        });
        self.option(parameters.kwarg.as_deref(), Self::parameter);
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        let defaults: Vec<&Expr> = positional
            .filter_map(ParameterWithDefault::default)
            .collect();
        self.list(&defaults, |writer, default| writer.expression(default));
        self.bare("arguments");
    }

    fn plain_parameter(&mut self, parameter: &ParameterWithDefault) {
        self.parameter(&parameter.parameter);
    }

    /// The stars of `*args` and `**kwargs` are not part of it.
    fn parameter(&mut self, parameter: &Parameter) {
        self.name(&parameter.name);
        self.option(parameter.annotation.as_deref(), Self::expression);
        self.push(Step::None);
        let range = TextRange::new(parameter.name.range.start(), parameter.range.end());
        self.node("arg", range);
    }

    fn type_params(&mut self, params: Option<&TypeParams>) {
        let params = params.map_or(&[][..], |params| &params.type_params);
        self.list(params, |writer, param| {
            let kind = match param {
                TypeParam::TypeVar(param) => {
                    writer.name(&param.name);
                    writer.option(param.bound.as_deref(), Self::expression);
                    writer.option(param.default.as_deref(), Self::expression);
                    "TypeVar"
                }
                TypeParam::ParamSpec(param) => {
                    writer.name(&param.name);
                    writer.option(param.default.as_deref(), Self::expression);
                    "ParamSpec"
                }
                TypeParam::TypeVarTuple(param) => {
                    writer.name(&param.name);
                    writer.option(param.default.as_deref(), Self::expression);
                    "TypeVarTuple"
                }
            };
            writer.node(kind, param.range());
        });
    }
}
