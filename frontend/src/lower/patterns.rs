//! Patterns of `match`.

use ruff_python_ast::{
    AtomicNodeIndex, Pattern, PatternArguments, PatternKeyword, PatternMatchAs, PatternMatchClass, PatternMatchMapping, PatternMatchOr,
    PatternMatchSequence, PatternMatchSingleton, PatternMatchStar, PatternMatchValue, Singleton,
};
use ruff_text_size::TextRange;

use super::{Context, Lowered, Lowerer, check_name, required, value_error};
use crate::nodes::{Literal, Node, Part};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

impl Lowerer {
    pub(super) fn pattern(&mut self, node: &Node, star_allowed: bool) -> Lowered<Pattern> {
        let range = self.range(node);
        let node_index = NONE;
        Ok(match node.kind {
            "MatchValue" => {
                let value = required(node, 0, "value")?;
                check_value(value)?;
                Pattern::MatchValue(PatternMatchValue { node_index, range, value: self.load(value)? })
            }
            "MatchSingleton" => {
                let value = match node.part(0) {
                    Part::Literal(Literal::None) => Singleton::None,
                    Part::Literal(Literal::Bool(true)) => Singleton::True,
                    Part::Literal(Literal::Bool(false)) => Singleton::False,
                    _ => return Err(value_error("MatchSingleton can only contain True, False and None")),
                };
                Pattern::MatchSingleton(PatternMatchSingleton { node_index, range, value })
            }
            "MatchSequence" => {
                let patterns = self.patterns(node, 0, true)?;
                Pattern::MatchSequence(PatternMatchSequence { node_index, range, patterns, runtime_patterns: None })
            }
            "MatchMapping" => self.mapping(node, range)?,
            "MatchClass" => self.class_pattern(node, range)?,
            "MatchStar" => {
                if !star_allowed {
                    return Err(value_error("can't use MatchStar here"));
                }
                let name = self.capture(node.name(0), range)?;
                Pattern::MatchStar(PatternMatchStar { node_index, range, name })
            }
            "MatchAs" => {
                let name = self.capture(node.name(1), range)?;
                let pattern = match node.node(0) {
                    Some(_) if name.is_none() => {
                        return Err(value_error("MatchAs must specify a target name if a pattern is given"));
                    }
                    Some(pattern) => Some(Box::new(self.pattern(pattern, false)?)),
                    None => None,
                };
                Pattern::MatchAs(PatternMatchAs { node_index, range, pattern, name })
            }
            "MatchOr" => {
                if node.list(0).len() < 2 {
                    return Err(value_error("MatchOr requires at least 2 patterns"));
                }
                let patterns = self.patterns(node, 0, false)?;
                Pattern::MatchOr(PatternMatchOr { node_index, range, patterns, runtime_patterns: None })
            }
            other => return Err(value_error(format!("unexpected pattern {other}"))),
        })
    }

    fn capture(&self, name: Option<&str>, range: TextRange) -> Lowered<Option<ruff_python_ast::Identifier>> {
        let Some(name) = name else { return Ok(None) };
        if name == "_" {
            return Err(value_error("can't capture name '_' in patterns"));
        }
        check_name(name)?;
        Ok(Some(self.identifier(name, range)))
    }

    fn patterns(&mut self, node: &Node, index: usize, star_allowed: bool) -> Lowered<Vec<Pattern>> {
        node.nodes(index).map(|pattern| self.pattern(pattern, star_allowed)).collect()
    }

    fn mapping(&mut self, node: &Node, range: TextRange) -> Lowered<Pattern> {
        if node.list(0).len() != node.list(1).len() {
            return Err(value_error("MatchMapping doesn't have the same number of keys as patterns"));
        }
        let rest = self.capture(node.name(2), range)?;
        let mut keys = Vec::new();
        for key in node.nodes(0) {
            // None, True and False may be keys.
            let is_singleton = matches!((key.kind, key.part(0)), ("Constant", Part::Literal(Literal::None | Literal::Bool(_))));
            if !is_singleton {
                check_value(key)?;
            }
            keys.push(self.expr(key, Context::Load)?);
        }
        Ok(Pattern::MatchMapping(PatternMatchMapping {
            node_index: NONE,
            range,
            keys: keys.into_iter().collect(),
            patterns: self.patterns(node, 1, false)?.into_iter().collect(),
            rest,
            runtime_keys: None,
            runtime_patterns: None,
        }))
    }

    /// cls, patterns, kwd_attrs, kwd_patterns.
    fn class_pattern(&mut self, node: &Node, range: TextRange) -> Lowered<Pattern> {
        if node.list(2).len() != node.list(3).len() {
            return Err(value_error("MatchClass doesn't have the same number of keyword attributes as patterns"));
        }
        let mut class = required(node, 0, "cls")?;
        let cls = self.load(class)?;
        while class.kind == "Attribute" {
            class = required(class, 0, "value")?;
        }
        if class.kind != "Name" {
            return Err(value_error("MatchClass cls field can only contain Name or Attribute nodes."));
        }
        let mut keywords = Vec::new();
        for (attr, pattern) in node.list(2).iter().zip(node.nodes(3)) {
            let Part::Name(name) = attr else { continue };
            check_name(name)?;
            let range = self.range(pattern);
            let (attr, pattern) = (self.identifier(name, range), self.pattern(pattern, false)?);
            keywords.push(PatternKeyword { range, node_index: NONE, attr, pattern });
        }
        let patterns = self.patterns(node, 1, false)?.into_iter().collect();
        Ok(Pattern::MatchClass(PatternMatchClass {
            node_index: NONE,
            range,
            cls,
            arguments: PatternArguments { range, node_index: NONE, patterns, keywords },
            runtime_patterns: None,
            runtime_kwd_attrs: None,
            runtime_kwd_patterns: None,
        }))
    }
}

fn check_value(node: &Node) -> Lowered<()> {
    let is_literal = |node: &Node| match (node.kind, node.part(0)) {
        ("Constant", Part::Literal(literal)) => match literal {
            Literal::Int(_) | Literal::Float(_) | Literal::Complex { .. } | Literal::Str(_) | Literal::Bytes(_) => Ok(true),
            _ => Err(value_error("unexpected constant inside of a literal pattern")),
        },
        _ => Ok(false),
    };
    let is_number = |node: &Node| {
        matches!(node.part(0), Part::Literal(Literal::Int(_) | Literal::Float(_) | Literal::Complex { .. })) && node.kind == "Constant"
    };
    let is_signed = |node: &Node| {
        is_number(node) || node.kind == "UnaryOp" && node.node(0).is_some_and(|op| op.kind == "USub") && node.node(1).is_some_and(is_number)
    };
    let is_fine = match node.kind {
        "Constant" => is_literal(node)?,
        "Attribute" | "JoinedStr" | "TemplateStr" => true,
        "UnaryOp" => is_signed(node),
        "BinOp" => {
            let is_sum = node.node(1).is_some_and(|op| matches!(op.kind, "Add" | "Sub"));
            let is_imaginary = node.node(2).is_some_and(|right| matches!(right.part(0), Part::Literal(Literal::Complex { .. })));
            is_sum && is_imaginary && node.node(0).is_some_and(is_signed)
        }
        _ => false,
    };
    if is_fine { Ok(()) } else { Err(value_error("patterns may only match literals and attribute lookups")) }
}
