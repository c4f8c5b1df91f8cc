//! Expressions, with their constants, strings of fields and parameters.

use ruff_python_ast::{
    Arguments, AtomicNodeIndex, BoolOp, BytesLiteral, BytesLiteralFlags, BytesLiteralValue, CmpOp, Comprehension, ConstantValue,
    ConversionFlag, DictItem, Expr, ExprAttribute, ExprAwait, ExprBinOp, ExprBoolOp, ExprBooleanLiteral, ExprBytesLiteral, ExprCall,
    ExprCompare, ExprContext, ExprDict, ExprDictComp, ExprEllipsisLiteral, ExprFString, ExprGenerator, ExprIf, ExprLambda, ExprList,
    ExprListComp, ExprName, ExprNamed, ExprNoneLiteral, ExprNumberLiteral, ExprSet, ExprSetComp, ExprSlice, ExprStarred,
    ExprStringLiteral, ExprSubscript, ExprTString, ExprTuple, ExprUnaryOp, ExprYield, ExprYieldFrom, FString, FStringFlags,
    FStringValue, InterpolatedElement, InterpolatedStringElement, InterpolatedStringElements, Keyword, Number, Operator, Parameter,
    ParameterWithDefault, Parameters, StringLiteral, StringLiteralFlags, StringLiteralValue, TString, TStringFlags, TStringValue,
    UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};

use super::{Context, Lowered, Lowerer, check_name, nonempty, required, value_error};
use crate::mend::constant;
use crate::nodes::{Literal, Node, Part};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

/// The context that a node of this kind says it has.
fn own_context(node: &Node) -> Option<Context> {
    let index = match node.kind {
        "Attribute" | "Subscript" => 2,
        "Starred" | "Name" | "List" | "Tuple" => 1,
        _ => return None,
    };
    node.node(index).map(|context| match context.kind {
        "Store" => Context::Store,
        "Del" => Context::Del,
        _ => Context::Load,
    })
}

fn check_context(node: &Node, wanted: Context) -> Lowered<ExprContext> {
    match own_context(node) {
        Some(found) if found != wanted => {
            let message = format!("expression must have {} context but has {} instead", wanted.name(), found.name());
            return Err(value_error(message));
        }
        None if wanted != Context::Load => {
            return Err(value_error(format!("expression which can't be assigned to in {} context", wanted.name())));
        }
        _ => {}
    }
    Ok(match wanted {
        Context::Load => ExprContext::Load,
        Context::Store => ExprContext::Store,
        Context::Del => ExprContext::Del,
    })
}

impl Lowerer {
    pub(super) fn expr(&mut self, node: &Node, context: Context) -> Lowered<Expr> {
        let ctx = check_context(node, context)?;
        let range = self.range(node);
        let node_index = NONE;
        Ok(match node.kind {
            "BoolOp" => {
                if node.list(1).len() < 2 {
                    return Err(value_error("BoolOp with less than 2 values"));
                }
                let op = if node.node(0).is_some_and(|op| op.kind == "And") { BoolOp::And } else { BoolOp::Or };
                Expr::BoolOp(ExprBoolOp { node_index, range, op, values: self.exprs(node.list(1), Context::Load)?, runtime_values: None })
            }
            "NamedExpr" => Expr::Named(ExprNamed {
                node_index,
                range,
                target: Box::new(self.expr(required(node, 0, "target")?, Context::Store)?),
                value: self.field(node, 1, "value")?,
            }),
            "BinOp" => Expr::BinOp(ExprBinOp {
                node_index,
                range,
                left: self.field(node, 0, "left")?,
                op: operator(required(node, 1, "op")?),
                right: self.field(node, 2, "right")?,
            }),
            "UnaryOp" => {
                let op = match required(node, 0, "op")?.kind {
                    "Invert" => UnaryOp::Invert,
                    "Not" => UnaryOp::Not,
                    "UAdd" => UnaryOp::UAdd,
                    _ => UnaryOp::USub,
                };
                Expr::UnaryOp(ExprUnaryOp { node_index, range, op, operand: self.field(node, 1, "operand")? })
            }
            "Lambda" => {
                let parameters = self.parameters(required(node, 0, "args")?, range)?;
                let parameters = (!parameters.is_empty()).then(|| Box::new(parameters));
                Expr::Lambda(ExprLambda { node_index, range, parameters, body: self.field(node, 1, "body")? })
            }
            "IfExp" => Expr::If(ExprIf {
                node_index,
                range,
                test: self.field(node, 0, "test")?,
                body: self.field(node, 1, "body")?,
                orelse: self.field(node, 2, "orelse")?,
            }),
            "Dict" => self.dict(node, range)?,
            "Set" => Expr::Set(ExprSet { node_index, range, elts: self.exprs(node.list(0), Context::Load)?, runtime_elts: None }),
            "ListComp" => {
                let generators = self.generators(node, 1)?;
                Expr::ListComp(ExprListComp { node_index, range, elt: self.field(node, 0, "elt")?, generators })
            }
            "SetComp" => {
                let generators = self.generators(node, 1)?;
                Expr::SetComp(ExprSetComp { node_index, range, elt: self.field(node, 0, "elt")?, generators })
            }
            "GeneratorExp" => {
                let generators = self.generators(node, 1)?;
                Expr::Generator(ExprGenerator { node_index, range, elt: self.field(node, 0, "elt")?, generators, parenthesized: true })
            }
            "DictComp" => {
                let generators = self.generators(node, 2)?;
                let key = Some(self.field(node, 0, "key")?);
                Expr::DictComp(ExprDictComp { node_index, range, key, value: self.field(node, 1, "value")?, generators })
            }
            "Await" => Expr::Await(ExprAwait { node_index, range, value: self.field(node, 0, "value")? }),
            "Yield" => Expr::Yield(ExprYield { node_index, range, value: self.optional(node.node(0))? }),
            "YieldFrom" => Expr::YieldFrom(ExprYieldFrom { node_index, range, value: self.field(node, 0, "value")? }),
            "Compare" => self.compare(node, range)?,
            "Call" => {
                let func = self.field(node, 0, "func")?;
                let end = func.end().clamp(range.start(), range.end());
                let arguments = self.arguments(node.list(1), node.nodes(2), TextRange::new(end, range.end()))?;
                Expr::Call(ExprCall { node_index, range_start: range.start(), func, arguments })
            }
            "FormattedValue" => self.formatted_value(node, range)?,
            "Interpolation" => self.interpolation(node, range)?,
            "JoinedStr" => {
                let values = self.exprs(node.list(0), Context::Load)?;
                let elements = InterpolatedStringElements::from(Vec::new());
                let string = FString { range, node_index: NONE, elements, flags: FStringFlags::empty() };
                Expr::FString(ExprFString {
                    node_index,
                    range,
                    value: FStringValue::single(string),
                    runtime_joined_str: Some(values),
                    runtime_values: None,
                })
            }
            "TemplateStr" => {
                let values = self.exprs(node.list(0), Context::Load)?;
                let elements = InterpolatedStringElements::from(Vec::new());
                let string = TString { range, node_index: NONE, elements, flags: TStringFlags::empty() };
                Expr::TString(ExprTString {
                    node_index,
                    range,
                    value: TStringValue::single(string),
                    runtime_template_str: Some(values),
                    runtime_values: None,
                })
            }
            "Constant" => match node.part(0) {
                Part::Literal(literal) => self.literal(literal, range),
                _ => return Err(value_error("field 'value' is required for Constant")),
            },
            "Attribute" => {
                let attr = self.identifier(node.name(1).unwrap_or_default(), range);
                Expr::Attribute(ExprAttribute { node_index, range, value: self.field(node, 0, "value")?, attr, ctx })
            }
            "Subscript" => {
                Expr::Subscript(ExprSubscript { node_index, range, value: self.field(node, 0, "value")?, slice: self.field(node, 1, "slice")?, ctx })
            }
            "Starred" => {
                let value = Box::new(self.expr(required(node, 0, "value")?, context)?);
                Expr::Starred(ExprStarred { node_index, range, value, ctx })
            }
            "Name" => {
                let name = node.name(0).unwrap_or_default();
                check_name(name)?;
                Expr::Name(ExprName { node_index, range, id: ruff_python_ast::name::Name::new(name), ctx })
            }
            "List" => Expr::List(ExprList { node_index, range, elts: self.exprs(node.list(0), context)?, ctx, runtime_elts: None }),
            "Tuple" => {
                let elts = self.exprs(node.list(0), context)?;
                Expr::Tuple(ExprTuple { node_index, range, elts, ctx, parenthesized: true, runtime_elts: None })
            }
            "Slice" => Expr::Slice(ExprSlice {
                node_index,
                range,
                lower: self.optional(node.node(0))?,
                upper: self.optional(node.node(1))?,
                step: self.optional(node.node(2))?,
            }),
            other => return Err(value_error(format!("unexpected expression {other}"))),
        })
    }

    fn dict(&mut self, node: &Node, range: TextRange) -> Lowered<Expr> {
        let (keys, values) = (node.list(0), node.list(1));
        if keys.len() != values.len() {
            return Err(value_error("Dict doesn't have the same number of keys as values"));
        }
        let mut items = Vec::new();
        let values = self.exprs(values, Context::Load)?;
        for (key, value) in keys.iter().zip(values) {
            let key = match key {
                Part::Node(key) => Some(self.expr(key, Context::Load)?),
                _ => None,
            };
            items.push(DictItem { key, value });
        }
        Ok(Expr::Dict(ExprDict { node_index: NONE, range, items, runtime_values: None }))
    }

    fn compare(&mut self, node: &Node, range: TextRange) -> Lowered<Expr> {
        let (ops, comparators) = (node.list(1), node.list(2));
        if comparators.is_empty() {
            return Err(value_error("Compare with no comparators"));
        }
        if ops.len() != comparators.len() {
            return Err(value_error("Compare has a different number of comparators and operands"));
        }
        let ops = node.nodes(1).map(|op| match op.kind {
            "Eq" => CmpOp::Eq,
            "NotEq" => CmpOp::NotEq,
            "Lt" => CmpOp::Lt,
            "LtE" => CmpOp::LtE,
            "Gt" => CmpOp::Gt,
            "GtE" => CmpOp::GtE,
            "Is" => CmpOp::Is,
            "IsNot" => CmpOp::IsNot,
            "In" => CmpOp::In,
            _ => CmpOp::NotIn,
        });
        let ops = ops.collect();
        let comparators = self.exprs(comparators, Context::Load)?.into_boxed_slice();
        let left = self.field(node, 0, "left")?;
        Ok(Expr::Compare(ExprCompare { node_index: NONE, range, left, ops, comparators, runtime_comparators: None }))
    }

    fn generators(&mut self, node: &Node, index: usize) -> Lowered<Vec<Comprehension>> {
        if node.list(index).is_empty() {
            return Err(value_error("comprehension with no generators"));
        }
        let mut generators = Vec::new();
        for generator in node.nodes(index) {
            let target = self.expr(required(generator, 0, "target")?, Context::Store)?;
            let iter = *self.field(generator, 1, "iter")?;
            let ifs = self.exprs(generator.list(2), Context::Load)?;
            let range = ifs.iter().fold(target.range().cover(iter.range()), |range, test| range.cover(test.range()));
            generators.push(Comprehension {
                range,
                node_index: NONE,
                target,
                iter,
                ifs,
                is_async: generator.int(3) != 0,
                runtime_ifs: None,
                runtime_is_async: None,
            });
        }
        Ok(generators)
    }

    pub(super) fn arguments<'n>(
        &mut self,
        args: &[Part],
        keywords: impl Iterator<Item = &'n Node>,
        range: TextRange,
    ) -> Lowered<Arguments> {
        let args = self.exprs(args, Context::Load)?.into_boxed_slice();
        let mut made = Vec::new();
        for keyword in keywords {
            let keyword_range = self.range(keyword);
            let arg = keyword.name(0).map(|name| self.identifier(name, keyword_range));
            made.push(Keyword { range: keyword_range, node_index: NONE, arg, value: *self.field(keyword, 1, "value")? });
        }
        Ok(Arguments { range, node_index: NONE, args, keywords: made.into_iter().collect(), runtime_args: None, runtime_bases: None })
    }

    /// posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults.
    pub(super) fn parameters(&mut self, node: &Node, around: TextRange) -> Lowered<Parameters> {
        let (positional, defaults) = (node.list(0).len() + node.list(1).len(), node.list(6));
        if defaults.len() > positional {
            return Err(value_error("more positional defaults than args on arguments"));
        }
        if node.list(3).len() != node.list(4).len() {
            return Err(value_error("length of kwonlyargs is not the same as kw_defaults on arguments"));
        }
        let mut defaults = self.exprs(defaults, Context::Load)?.into_iter();
        let without = positional - defaults.len();
        let mut made = Vec::new();
        for (index, parameter) in node.nodes(0).chain(node.nodes(1)).enumerate() {
            let default = if index < without { None } else { defaults.next() };
            made.push(self.parameter_with(parameter, default)?);
        }
        let args = made.split_off(node.list(0).len().min(made.len()));
        let mut kwonlyargs = Vec::new();
        for (parameter, default) in node.nodes(3).zip(node.list(4)) {
            let default = match default {
                Part::Node(default) => Some(self.expr(default, Context::Load)?),
                _ => None,
            };
            kwonlyargs.push(self.parameter_with(parameter, default)?);
        }
        let (vararg, kwarg) = (node.node(2), node.node(5));
        let vararg = vararg.map(|parameter| self.parameter(parameter)).transpose()?.map(Box::new);
        let kwarg = kwarg.map(|parameter| self.parameter(parameter)).transpose()?.map(Box::new);
        Ok(Parameters {
            range: around,
            node_index: NONE,
            posonlyargs: made.into_iter().collect(),
            args: args.into_iter().collect(),
            vararg,
            kwonlyargs: kwonlyargs.into_iter().collect(),
            kwarg,
            runtime_defaults: None,
        })
    }

    fn parameter_with(&mut self, node: &Node, default: Option<Expr>) -> Lowered<ParameterWithDefault> {
        let parameter = self.parameter(node)?;
        Ok(ParameterWithDefault { range: parameter.range, node_index: NONE, parameter, default: default.map(Box::new) })
    }

    fn parameter(&mut self, node: &Node) -> Lowered<Parameter> {
        let range = self.range(node);
        Ok(Parameter {
            range,
            node_index: NONE,
            name: self.identifier(node.name(0).unwrap_or_default(), range),
            annotation: self.optional(node.node(1))?,
            runtime_type_comment: None,
            runtime_type_comment_bytes: None,
        })
    }

    fn element(&mut self, node: &Node, range: TextRange, conversion: i64) -> Lowered<InterpolatedElement> {
        let conversion = match conversion {
            115 => ConversionFlag::Str,
            114 => ConversionFlag::Repr,
            97 => ConversionFlag::Ascii,
            _ => ConversionFlag::None,
        };
        Ok(InterpolatedElement {
            range,
            node_index: NONE,
            expression: self.field(node, 0, "value")?,
            debug_text: None,
            conversion,
            format_spec: None,
            runtime_str: None,
            runtime_interpolation_format_spec: None,
            runtime_formatted_value_format_spec: None,
        })
    }

    fn formatted_value(&mut self, node: &Node, range: TextRange) -> Lowered<Expr> {
        let mut element = self.element(node, range, node.int(1))?;
        element.runtime_formatted_value_format_spec = self.optional(node.node(2))?;
        let elements = InterpolatedStringElements::from(vec![InterpolatedStringElement::Interpolation(element)]);
        let string = FString { range, node_index: NONE, elements, flags: FStringFlags::empty() };
        Ok(Expr::FString(ExprFString {
            node_index: NONE,
            range,
            value: FStringValue::single(string),
            runtime_joined_str: None,
            runtime_values: None,
        }))
    }

    fn interpolation(&mut self, node: &Node, range: TextRange) -> Lowered<Expr> {
        let mut element = self.element(node, range, node.int(2))?;
        element.runtime_str = match node.part(1) {
            Part::Literal(literal) => Some(self.constant_value(literal)),
            _ => None,
        };
        element.runtime_interpolation_format_spec = self.optional(node.node(3))?;
        let elements = InterpolatedStringElements::from(vec![InterpolatedStringElement::Interpolation(element)]);
        let string = TString { range, node_index: NONE, elements, flags: TStringFlags::empty() };
        Ok(Expr::TString(ExprTString {
            node_index: NONE,
            range,
            value: TStringValue::single(string),
            runtime_template_str: None,
            runtime_values: None,
        }))
    }

    /// As the parser would make it, where the parser can.
    fn literal(&mut self, literal: &Literal, range: TextRange) -> Expr {
        let node_index = NONE;
        let number = |value| Expr::NumberLiteral(ExprNumberLiteral { node_index: NONE, range, value });
        match literal {
            Literal::None => Expr::NoneLiteral(ExprNoneLiteral { node_index, range }),
            Literal::Ellipsis => Expr::EllipsisLiteral(ExprEllipsisLiteral { node_index, range }),
            Literal::Bool(value) => Expr::BooleanLiteral(ExprBooleanLiteral { node_index, range, value: *value }),
            Literal::Int(text) if text.len() < 19 && !text.starts_with('-') => match text.parse() {
                Ok(int) => number(Number::Int(int)),
                Err(_) => constant(range, self.constant_value(literal)),
            },
            Literal::Float(value) => number(Number::Float(*value)),
            Literal::Complex { real, imag } => number(Number::Complex { real: *real, imag: *imag }),
            // The compiler crate looks for lone surrogates where such a character is.
            Literal::Str(text) => match core::str::from_utf8(text) {
                Ok(text) if !text.contains(char::REPLACEMENT_CHARACTER) => {
                    let value = StringLiteral { range, node_index: NONE, value: text.into(), flags: StringLiteralFlags::empty() };
                    Expr::StringLiteral(ExprStringLiteral { node_index, range, value: StringLiteralValue::single(value) })
                }
                _ => constant(range, self.constant_value(literal)),
            },
            Literal::Bytes(bytes) => {
                let value = BytesLiteral { range, node_index: NONE, value: bytes.as_slice().into(), flags: BytesLiteralFlags::empty() };
                Expr::BytesLiteral(ExprBytesLiteral { node_index, range, value: BytesLiteralValue::single(value) })
            }
            Literal::Int(_) | Literal::Tuple(_) | Literal::Frozenset(_) => constant(range, self.constant_value(literal)),
        }
    }

    fn constant_value(&mut self, literal: &Literal) -> ConstantValue {
        match literal {
            Literal::None => ConstantValue::None,
            Literal::Ellipsis => ConstantValue::Ellipsis,
            Literal::Bool(value) => ConstantValue::Boolean(*value),
            Literal::Int(text) => ConstantValue::Integer(text.as_str().into()),
            Literal::Float(value) => ConstantValue::Float(*value),
            Literal::Complex { real, imag } => ConstantValue::Complex { real: *real, imag: *imag },
            Literal::Str(text) => match core::str::from_utf8(text) {
                Ok(text) => ConstantValue::Str(text.into()),
                Err(_) => ConstantValue::Str(self.surrogates.keep(text).into_boxed_str()),
            },
            Literal::Bytes(bytes) => ConstantValue::Bytes(bytes.as_slice().into()),
            Literal::Tuple(items) => ConstantValue::Tuple(items.iter().map(|item| self.constant_value(item)).collect()),
            Literal::Frozenset(items) => ConstantValue::Frozenset(items.iter().map(|item| self.constant_value(item)).collect()),
        }
    }
}

pub(super) fn operator(node: &Node) -> Operator {
    match node.kind {
        "Add" => Operator::Add,
        "Sub" => Operator::Sub,
        "Mult" => Operator::Mult,
        "MatMult" => Operator::MatMult,
        "Div" => Operator::Div,
        "Mod" => Operator::Mod,
        "Pow" => Operator::Pow,
        "LShift" => Operator::LShift,
        "RShift" => Operator::RShift,
        "BitOr" => Operator::BitOr,
        "BitXor" => Operator::BitXor,
        "BitAnd" => Operator::BitAnd,
        _ => Operator::FloorDiv,
    }
}

impl Lowerer {
    pub(super) fn targets(&mut self, node: &Node, index: usize, field: &str, context: Context) -> Lowered<Vec<Expr>> {
        let parts = nonempty(node, index, field)?;
        self.exprs(parts, context)
    }
}
