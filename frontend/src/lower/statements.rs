//! Statements, and the type parameters of definitions.

use ruff_python_ast::{
    Alias, AtomicNodeIndex, Decorator, ElifElseClause, ExceptHandler, ExceptHandlerExceptHandler, MatchCase, Stmt, StmtAnnAssign,
    StmtAssert, StmtAssign, StmtAugAssign, StmtBreak, StmtClassDef, StmtContinue, StmtDelete, StmtExpr, StmtFor, StmtFunctionDef,
    StmtGlobal, StmtIf, StmtImport, StmtImportFrom, StmtMatch, StmtNonlocal, StmtPass, StmtRaise, StmtReturn, StmtTry, StmtTypeAlias,
    StmtWhile, StmtWith, TypeParam, TypeParamParamSpec, TypeParamTypeVar, TypeParamTypeVarTuple, TypeParams, WithItem,
};
use ruff_text_size::{Ranged, TextRange};

use super::expressions::operator;
use super::{Context, Lowered, Lowerer, check_name, nonempty, required, value_error};
use crate::nodes::{Node, Part, TreeError};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

impl Lowerer {
    pub(super) fn statement(&mut self, node: &Node) -> Lowered<Stmt> {
        let range = self.range(node);
        let node_index = NONE;
        Ok(match node.kind {
            "FunctionDef" | "AsyncFunctionDef" => self.function(node, range)?,
            "ClassDef" => self.class(node, range)?,
            "Return" => Stmt::Return(StmtReturn { node_index, range, value: self.optional(node.node(0))? }),
            "Delete" => {
                let targets = self.targets(node, 0, "targets", Context::Del)?;
                Stmt::Delete(StmtDelete { node_index, range, targets, runtime_targets: None })
            }
            "Assign" => Stmt::Assign(StmtAssign {
                node_index,
                range,
                targets: self.targets(node, 0, "targets", Context::Store)?,
                value: self.field(node, 1, "value")?,
                runtime_targets: None,
                runtime_type_comment: None,
                runtime_type_comment_bytes: None,
            }),
            "TypeAlias" => {
                let name = required(node, 0, "name")?;
                if name.kind != "Name" {
                    return Err(TreeError::Type("TypeAlias with non-Name name".to_owned()));
                }
                Stmt::TypeAlias(StmtTypeAlias {
                    node_index,
                    range,
                    name: Box::new(self.expr(name, Context::Store)?),
                    type_params: self.type_params(node, 1, range)?,
                    value: self.field(node, 2, "value")?,
                })
            }
            "AugAssign" => Stmt::AugAssign(StmtAugAssign {
                node_index,
                range,
                target: Box::new(self.expr(required(node, 0, "target")?, Context::Store)?),
                op: operator(required(node, 1, "op")?),
                value: self.field(node, 2, "value")?,
            }),
            "AnnAssign" => {
                let target = required(node, 0, "target")?;
                let simple = node.int(3) != 0;
                if simple && target.kind != "Name" {
                    return Err(TreeError::Type("AnnAssign with simple non-Name target".to_owned()));
                }
                Stmt::AnnAssign(StmtAnnAssign {
                    node_index,
                    range,
                    target: Box::new(self.expr(target, Context::Store)?),
                    annotation: self.field(node, 1, "annotation")?,
                    value: self.optional(node.node(2))?,
                    simple,
                    runtime_simple: None,
                })
            }
            "For" | "AsyncFor" => Stmt::For(StmtFor {
                node_index,
                range,
                is_async: node.kind == "AsyncFor",
                target: Box::new(self.expr(required(node, 0, "target")?, Context::Store)?),
                iter: self.field(node, 1, "iter")?,
                body: self.body(node, 2, "body")?.into_iter().collect(),
                orelse: self.statements(node.list(3))?.into_iter().collect(),
                runtime_type_comment: None,
                runtime_type_comment_bytes: None,
                runtime_body: None,
                runtime_orelse: None,
            }),
            "While" => Stmt::While(StmtWhile {
                node_index,
                range,
                test: self.field(node, 0, "test")?,
                body: self.body(node, 1, "body")?.into_iter().collect(),
                orelse: self.statements(node.list(2))?.into_iter().collect(),
                runtime_body: None,
                runtime_orelse: None,
            }),
            "If" => self.conditional(node, range)?,
            "With" | "AsyncWith" => self.with(node, range)?,
            "Match" => self.matching(node, range)?,
            "Raise" => {
                if node.node(0).is_none() && node.node(1).is_some() {
                    return Err(value_error("Raise with cause but no exception"));
                }
                Stmt::Raise(StmtRaise { node_index, range, exc: self.optional(node.node(0))?, cause: self.optional(node.node(1))? })
            }
            "Try" | "TryStar" => self.trying(node, range)?,
            "Assert" => Stmt::Assert(StmtAssert { node_index, range, test: self.field(node, 0, "test")?, msg: self.optional(node.node(1))? }),
            "Import" => Stmt::Import(StmtImport { node_index, range, names: self.aliases(node, 0)?, is_lazy: false }),
            "ImportFrom" => {
                let level = node.int(2);
                let Ok(level) = u32::try_from(level) else {
                    return Err(value_error("Negative ImportFrom level"));
                };
                let module = node.name(0).map(|name| self.identifier(name, range));
                let names = self.aliases(node, 1)?;
                Stmt::ImportFrom(StmtImportFrom { node_index, range, module, names, level, is_lazy: false, runtime_level: None })
            }
            "Global" => Stmt::Global(StmtGlobal { node_index, range, names: self.names(node)? }),
            "Nonlocal" => Stmt::Nonlocal(StmtNonlocal { node_index, range, names: self.names(node)? }),
            "Expr" => Stmt::Expr(StmtExpr { node_index, range, value: self.field(node, 0, "value")? }),
            "Pass" => Stmt::Pass(StmtPass { node_index, range }),
            "Break" => Stmt::Break(StmtBreak { node_index, range }),
            "Continue" => Stmt::Continue(StmtContinue { node_index, range }),
            other => return Err(value_error(format!("unexpected statement {other}"))),
        })
    }

    fn names(&mut self, node: &Node) -> Lowered<Vec<ruff_python_ast::Identifier>> {
        let range = self.range(node);
        let names = nonempty(node, 0, "names")?.iter().filter_map(|part| match part {
            Part::Name(name) => Some(self.identifier(name, range)),
            _ => None,
        });
        Ok(names.collect())
    }

    fn aliases(&mut self, node: &Node, index: usize) -> Lowered<Vec<Alias>> {
        nonempty(node, index, "names")?;
        let alias = |alias: &Node| {
            let range = self.range(alias);
            Alias {
                range,
                node_index: NONE,
                name: self.identifier(alias.name(0).unwrap_or_default(), range),
                asname: alias.name(1).map(|name| self.identifier(name, range)),
            }
        };
        Ok(node.nodes(index).map(alias).collect())
    }

    fn decorators(&mut self, parts: &[Part]) -> Lowered<Vec<Decorator>> {
        let decorators = self.exprs(parts, Context::Load)?.into_iter();
        Ok(decorators.map(|expression| Decorator { range: expression.range(), node_index: NONE, expression }).collect())
    }

    /// name, args, body, decorator_list, returns, type_comment, type_params.
    fn function(&mut self, node: &Node, range: TextRange) -> Lowered<Stmt> {
        let body = self.body(node, 2, "body")?;
        Ok(Stmt::FunctionDef(StmtFunctionDef {
            node_index: NONE,
            range,
            is_async: node.kind == "AsyncFunctionDef",
            decorator_list: self.decorators(node.list(3))?.into_iter().collect(),
            name: self.identifier(node.name(0).unwrap_or_default(), range),
            type_params: self.type_params(node, 6, range)?,
            parameters: Box::new(self.parameters(required(node, 1, "args")?, range)?),
            returns: self.optional(node.node(4))?,
            body: body.into_iter().collect(),
            runtime_decorator_list: None,
            runtime_type_comment: None,
            runtime_type_comment_bytes: None,
            runtime_body: None,
        }))
    }

    /// name, bases, keywords, body, decorator_list, type_params.
    fn class(&mut self, node: &Node, range: TextRange) -> Lowered<Stmt> {
        let body = self.body(node, 3, "body")?;
        let has_arguments = !node.list(1).is_empty() || !node.list(2).is_empty();
        let arguments = if has_arguments { Some(Box::new(self.arguments(node.list(1), node.nodes(2), range)?)) } else { None };
        Ok(Stmt::ClassDef(StmtClassDef {
            node_index: NONE,
            range,
            decorator_list: self.decorators(node.list(4))?.into_iter().collect(),
            name: self.identifier(node.name(0).unwrap_or_default(), range),
            type_params: self.type_params(node, 5, range)?,
            arguments,
            body: body.into_iter().collect(),
            runtime_decorator_list: None,
            runtime_body: None,
        }))
    }

    fn type_params(&mut self, node: &Node, index: usize, around: TextRange) -> Lowered<Option<Box<TypeParams>>> {
        let mut type_params = Vec::new();
        for parameter in node.nodes(index) {
            let range = self.range(parameter);
            let name = parameter.name(0).unwrap_or_default();
            check_name(name)?;
            let name = self.identifier(name, range);
            let node_index = NONE;
            type_params.push(match parameter.kind {
                "TypeVar" => TypeParam::TypeVar(TypeParamTypeVar {
                    node_index,
                    range,
                    name,
                    bound: self.optional(parameter.node(1))?,
                    default: self.optional(parameter.node(2))?,
                }),
                "ParamSpec" => TypeParam::ParamSpec(TypeParamParamSpec { node_index, range, name, default: self.optional(parameter.node(1))? }),
                _ => TypeParam::TypeVarTuple(TypeParamTypeVarTuple { node_index, range, name, default: self.optional(parameter.node(1))? }),
            });
        }
        let (Some(first), Some(last)) = (type_params.first(), type_params.last()) else {
            return Ok(None);
        };
        let range = if first.start() <= last.end() { TextRange::new(first.start(), last.end()) } else { around };
        Ok(Some(Box::new(TypeParams { range, node_index: NONE, type_params, runtime_type_params: None })))
    }

    fn conditional(&mut self, node: &Node, range: TextRange) -> Lowered<Stmt> {
        let test = self.field(node, 0, "test")?;
        let body = self.body(node, 1, "body")?;
        let orelse = self.statements(node.list(2))?;
        let mut elif_else_clauses = Vec::new();
        if let (Some(first), Some(last)) = (orelse.first(), orelse.last()) {
            let range = first.range().cover(last.range());
            let body = orelse.into_iter().collect();
            elif_else_clauses.push(ElifElseClause { range, node_index: NONE, test: None, body, runtime_body: None, runtime_orelse: None });
        }
        let body = body.into_iter().collect();
        Ok(Stmt::If(StmtIf { node_index: NONE, range, test, body, elif_else_clauses, runtime_body: None }))
    }

    fn with(&mut self, node: &Node, range: TextRange) -> Lowered<Stmt> {
        nonempty(node, 0, "items")?;
        let mut items = Vec::new();
        for item in node.nodes(0) {
            let context_expr = *self.field(item, 0, "context_expr")?;
            let optional_vars = item.node(1).map(|target| self.expr(target, Context::Store)).transpose()?.map(Box::new);
            let range = optional_vars.as_ref().map_or(context_expr.range(), |vars| context_expr.range().cover(vars.range()));
            items.push(WithItem { range, node_index: NONE, context_expr, optional_vars });
        }
        Ok(Stmt::With(StmtWith {
            node_index: NONE,
            range,
            is_async: node.kind == "AsyncWith",
            items,
            body: self.body(node, 1, "body")?.into_iter().collect(),
            runtime_type_comment: None,
            runtime_type_comment_bytes: None,
            runtime_body: None,
        }))
    }

    fn matching(&mut self, node: &Node, range: TextRange) -> Lowered<Stmt> {
        let subject = self.field(node, 0, "subject")?;
        nonempty(node, 1, "cases")?;
        let mut cases = Vec::new();
        for case in node.nodes(1) {
            let pattern = self.pattern(required(case, 0, "pattern")?, false)?;
            let guard = self.optional(case.node(1))?;
            let body = self.body(case, 2, "body")?;
            let range = body.last().map_or(pattern.range(), |last| pattern.range().cover(last.range()));
            let body = body.into_iter().collect();
            cases.push(MatchCase { range, node_index: NONE, pattern, guard, body, runtime_body: None });
        }
        Ok(Stmt::Match(StmtMatch { node_index: NONE, range, subject, cases }))
    }

    /// body, handlers, orelse, finalbody.
    fn trying(&mut self, node: &Node, range: TextRange) -> Lowered<Stmt> {
        let body = self.body(node, 0, "body")?;
        let kind = node.kind;
        if node.list(1).is_empty() && node.list(3).is_empty() {
            return Err(value_error(format!("{kind} has neither except handlers nor finalbody")));
        }
        if node.list(1).is_empty() && !node.list(2).is_empty() {
            return Err(value_error(format!("{kind} has orelse but no except handlers")));
        }
        let mut handlers = Vec::new();
        for handler in node.nodes(1) {
            let range = self.range(handler);
            handlers.push(ExceptHandler::ExceptHandler(ExceptHandlerExceptHandler {
                range,
                node_index: NONE,
                type_: self.optional(handler.node(0))?,
                name: handler.name(1).map(|name| self.identifier(name, range)),
                body: self.body(handler, 2, "body")?.into_iter().collect(),
                runtime_body: None,
            }));
        }
        Ok(Stmt::Try(StmtTry {
            node_index: NONE,
            range,
            body: body.into_iter().collect(),
            handlers,
            orelse: self.statements(node.list(2))?.into_iter().collect(),
            finalbody: self.statements(node.list(3))?.into_iter().collect(),
            is_star: kind == "TryStar",
            runtime_body: None,
            runtime_handlers: None,
            runtime_orelse: None,
            runtime_finalbody: None,
        }))
    }
}
