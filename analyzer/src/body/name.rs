//! Literals, and what names stand for in a body.

use super::expr::output_var;
use super::*;
use crate::declare::fits;
use crate::diagnostics::did_you_mean;
use crate::names::{BUILT_IN, InstructionName, Used, ValueName};

impl Checker<'_> {
    pub(super) fn literal(
        &self,
        lit: &syn::Lit,
        negative: bool,
        want: Option<&Ty>,
        span: Span,
    ) -> Checked<Expr> {
        let model = self.env.model;
        let wanted = want.and_then(|want| Some((want.clone(), model.scalar_of(want)?)));
        let typed = |ty, literal| {
            Ok(Expr {
                ty,
                immediate: true,
                kind: ExprKind::Literal(literal),
            })
        };
        match lit {
            syn::Lit::Bool(lit) => typed(Ty::BOOL, Literal::Bool(lit.value)),
            syn::Lit::Int(int) => {
                let suffix = crate::names::built_in_type(int.suffix());
                if suffix.is_none() && !int.suffix().is_empty() {
                    return self.error(&codes::LITERAL, span, "no such type of literals");
                }
                let (ty, scalar) = match (suffix, wanted) {
                    (Some(scalar), _) => (Ty::Scalar(scalar), scalar),
                    (None, Some((_, Scalar::F64))) => {
                        let message = "a float is wanted here";
                        let help = format!("write `{int}.0`");
                        return self
                            .refuse(Diagnostic::new(&codes::LITERAL, span, message).help(help));
                    }
                    (None, Some((ty, scalar))) if scalar.is_integer() => (ty, scalar),
                    (None, _) => (Ty::I64, Scalar::I64),
                };
                let number = int
                    .base10_parse::<i128>()
                    .ok()
                    .map(|number| if negative { -number } else { number });
                match number.filter(|number| fits(*number, scalar)) {
                    Some(number) => typed(ty, Literal::Int(number)),
                    None => {
                        let message = format!("this does not fit into `{}`", self.show(&ty));
                        self.error(&codes::LITERAL, span, message)
                    }
                }
            }
            syn::Lit::Float(float) => match float.base10_parse::<f64>() {
                Ok(number) if matches!(float.suffix(), "" | "f64") => typed(
                    Ty::F64,
                    Literal::Float(if negative { -number } else { number }),
                ),
                _ => self.error(&codes::LITERAL, span, "malformed number"),
            },
            _ => self.not_allowed(span, "strings and characters are", "use a helper"),
        }
    }

    pub(super) fn path(&mut self, path: &syn::ExprPath, span: Span) -> Checked<Expr> {
        let Some(ident) = path.path.get_ident().filter(|_| path.qself.is_none()) else {
            return self.not_allowed(
                span,
                "paths are",
                "declare a `helper` or a `const` and use its name",
            );
        };
        let name = self.name_of(ident);
        self.name(&name)
    }

    pub(super) fn name(&mut self, name: &Name) -> Checked<Expr> {
        let text = name.text.as_str();
        if self.scope.poisoned.iter().any(|poisoned| poisoned == text) {
            return Err(Reported);
        }
        if let Some((_, binding)) = self.bindings.iter().rev().find(|(known, _)| known == text) {
            let Binding::Let(id) = binding else {
                return Err(Reported);
            };
            let id = *id;
            self.let_read[id.0] = true;
            let variable = &self.lets[id.0];
            let immediate = variable.immediate && !variable.mutable;
            return Ok(Expr {
                ty: variable.ty.clone(),
                immediate,
                kind: ExprKind::Var(Var::Let(id)),
            });
        }
        if let Some(index) = self
            .scope
            .params
            .iter()
            .position(|param| param.name == text)
        {
            let param = &self.scope.params[index];
            let kind = ExprKind::Var(Var::Param(index));
            return Ok(Expr {
                ty: param.ty.clone(),
                immediate: param.immediate,
                kind,
            });
        }
        if let Some(index) = self
            .scope
            .caches
            .iter()
            .position(|cache| cache.name.as_deref() == Some(text))
        {
            return self.cache(index, name.span);
        }
        if let Some(found) = self.operand(name) {
            return found;
        }
        if let Some(found) = self.built_in(name) {
            return found;
        }
        match self.env.names.value(text) {
            Some(ValueName::Const(id)) => {
                let ty = self.env.model[id].ty.clone();
                Ok(Expr {
                    ty,
                    immediate: true,
                    kind: ExprKind::Const(id),
                })
            }
            Some(_) => {
                let message = format!("`{text}` is a function");
                let help = format!("call it: `{text}(..)`");
                self.refuse(Diagnostic::new(&codes::MISMATCH, name.span, message).help(help))
            }
            None => self.unknown_name(name),
        }
    }

    pub(super) fn cache(&mut self, index: usize, span: Span) -> Checked<Expr> {
        let cache = &self.scope.caches[index];
        if let Kind::Filler { entry } = self.kind
            && index >= entry
        {
            let message = "a filler sees only the entries before its own";
            return self.error(&codes::FILLER, span, message);
        }
        if cache.kind == CacheKind::Counter {
            let message = "the counter belongs to `specialize(counter)` and `tier_up(counter, NAME)`";
            return self.error(&codes::SPECIALIZING, span, message);
        }
        if cache.kind == CacheKind::History {
            return self.error(&codes::RECORDING, span, "the history of a branch belongs to the recorder");
        }
        self.cache_reads.push((index, self.statement));
        Ok(Expr {
            ty: cache.ty.clone(),
            immediate: true,
            kind: ExprKind::Var(Var::Cache(index)),
        })
    }

    /// The name as an operand, if it is one.
    pub(super) fn operand(&mut self, name: &Name) -> Option<Checked<Expr>> {
        let text = name.text.as_str();
        let input = self
            .scope
            .inputs
            .iter()
            .position(|input| input.name.as_deref() == Some(text));
        let from_input = |index: usize| {
            let operand = &self.scope.inputs[index];
            let ty = if operand.array.is_some() {
                Ty::Slots
            } else {
                operand.ty.clone()
            };
            Ok(Expr {
                ty,
                immediate: false,
                kind: ExprKind::Var(Var::Input(index)),
            })
        };
        if matches!(self.kind, Kind::Filler { .. }) {
            return input.map(from_input);
        }
        let variable = self
            .scope
            .variables
            .iter()
            .position(|variable| variable.name == text);
        let Some(index) = variable else {
            if let Some(input) = input {
                self.input_reads[input] = true;
            }
            return input.map(from_input);
        };
        let variable = &self.scope.variables[index];
        let assigned = self.flow.assigned[index];
        let readable_input = input.filter(|_| assigned == Assigned::No);
        if let Some(input) = readable_input {
            self.input_reads[input] = true;
            return Some(from_input(input));
        }
        let starts_as = variable
            .input
            .filter(|input| self.scope.inputs[*input].ty == variable.ty);
        if assigned == Assigned::Yes || assigned == Assigned::Maybe && starts_as.is_some() {
            if assigned == Assigned::Maybe {
                self.read_early[index] = true;
            }
            let ty = if variable.array {
                Ty::Slots
            } else {
                variable.ty.clone()
            };
            return Some(Ok(Expr {
                ty,
                immediate: false,
                kind: ExprKind::Var(output_var(variable)),
            }));
        }
        if variable.array {
            // A helper fills it; who reads it before reads nothing.
            return Some(Ok(Expr {
                ty: Ty::Slots,
                immediate: false,
                kind: ExprKind::Var(output_var(variable)),
            }));
        }
        let when = if assigned == Assigned::No {
            "yet"
        } else {
            "on every path to here"
        };
        let message = format!("output `{text}` has no value {when}");
        Some(self.error(&codes::UNASSIGNED, name.span, message))
    }

    pub(super) fn built_in(&mut self, name: &Name) -> Option<Checked<Expr>> {
        let text = name.text.as_str();
        let leaf = |ty, immediate, kind| {
            Some(Ok(Expr {
                ty,
                immediate,
                kind,
            }))
        };
        if !matches!(
            text,
            "oparg" | "next_instruction_offset" | "thread" | "frame"
        ) {
            if matches!(text, "local" | "cell" | "constant" | "name" | "root") {
                let message = format!("`{text}` is a table");
                let help = format!("`{text}[oparg]`");
                return Some(
                    self.refuse(Diagnostic::new(&codes::MISMATCH, name.span, message).help(help)),
                );
            }
            return None;
        }
        if self.kind == Kind::Fn {
            let message = format!("a fn does not see `{text}`");
            let help = "pass it as an argument";
            return Some(
                self.refuse(Diagnostic::new(&codes::UNKNOWN_NAME, name.span, message).help(help)),
            );
        }
        if self.kind == Kind::Immediate && text != "oparg" {
            let message = format!("`{text}` is not known when code is compiled");
            return Some(self.error(&codes::IMMEDIATE_NEEDED, name.span, message));
        }
        let layout = match text {
            "oparg" => return leaf(Ty::U32, true, ExprKind::Oparg),
            "next_instruction_offset" => {
                return leaf(Ty::U32, true, ExprKind::NextInstructionOffset);
            }
            "thread" => self.env.model.thread_layout,
            _ => self.env.model.frame_layout,
        };
        let kind = if text == "thread" {
            ExprKind::Thread
        } else {
            ExprKind::Frame
        };
        let Some(layout) = layout else {
            let (wanted, message) = match text {
                "thread" => ("Thread", "there is no layout `Thread`"),
                _ => ("Frame", "there is no layout `Frame`"),
            };
            let help = format!("declare `layout {wanted} {{ .. }}`");
            return Some(
                self.refuse(Diagnostic::new(&codes::UNKNOWN_TYPE, name.span, message).help(help)),
            );
        };
        self.env.names.mark(Used::Layout(layout));
        leaf(Ty::Layout(layout), false, kind)
    }

    pub(super) fn unknown_name<T>(&self, name: &Name) -> Checked<T> {
        if self.env.names.broken.contains(&name.text) {
            return Err(Reported);
        }
        if self.kind == Kind::Immediate {
            let message = format!("`{}` is not known when code is compiled", name.text);
            let help = "`oparg`, constants and literals are";
            return self
                .refuse(Diagnostic::new(&codes::IMMEDIATE_NEEDED, name.span, message).help(help));
        }
        let mut known: Vec<&str> = self
            .bindings
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        known.extend(
            self.scope
                .inputs
                .iter()
                .filter_map(|operand| operand.name.as_deref()),
        );
        known.extend(
            self.scope
                .variables
                .iter()
                .map(|variable| variable.name.as_str()),
        );
        known.extend(
            self.scope
                .caches
                .iter()
                .filter_map(|cache| cache.name.as_deref()),
        );
        known.extend(self.scope.params.iter().map(|param| param.name.as_str()));
        known.extend(BUILT_IN.iter().take(9));
        let mut constants: Vec<&str> = self.env.names.values.keys().map(String::as_str).collect();
        constants.sort_unstable();
        known.extend(constants);
        let message = format!("there is nothing called `{}` here", name.text);
        let help = did_you_mean(&name.text, known);
        self.refuse(Diagnostic::new(&codes::UNKNOWN_NAME, name.span, message).maybe_help(help))
    }

    pub(super) fn instruction(&self, name: &Name) -> Checked<InstructionId> {
        match self.env.names.instructions.get(&name.text) {
            Some(InstructionName::Instruction(id)) => Ok(*id),
            Some(_) => {
                let message = format!("`{}` is not an instruction with a body", name.text);
                self.error(&codes::UNKNOWN_INSTRUCTION, name.span, message)
            }
            None if self.env.names.broken.contains(&name.text) => Err(Reported),
            None => {
                let mut known: Vec<&str> = self
                    .env
                    .names
                    .instructions
                    .keys()
                    .map(String::as_str)
                    .collect();
                known.sort_unstable();
                let message = format!("there is no instruction `{}`", name.text);
                let help = did_you_mean(&name.text, known);
                self.refuse(
                    Diagnostic::new(&codes::UNKNOWN_INSTRUCTION, name.span, message)
                        .maybe_help(help),
                )
            }
        }
    }
}
