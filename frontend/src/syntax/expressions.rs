//! Expressions, but for strings.

use ruff_python_ast::{
    BoolOp, CmpOp, Comprehension, Expr, ExprCall, ExprContext, ExprLambda, Keyword, Number,
    Operator, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};

use super::{Step, Writer};

impl Writer<'_> {
    pub(super) fn expressions(&mut self, expressions: &[Expr]) {
        self.list(expressions, Self::expression);
    }

    pub(super) fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::StringLiteral(string) => self.string(string),
            Expr::BytesLiteral(bytes) => self.bytes(bytes),
            Expr::FString(string) => self.formatted_string(string),
            Expr::TString(string) => self.template_string(string),
            Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => self.constant(expression),
            Expr::Call(call) => self.call(call),
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::Dict(_)
            | Expr::Set(_)
            | Expr::List(_)
            | Expr::Tuple(_)
            | Expr::ListComp(_)
            | Expr::SetComp(_)
            | Expr::DictComp(_)
            | Expr::Generator(_) => self.display(expression),
            Expr::Attribute(_) | Expr::Subscript(_) | Expr::Starred(_) | Expr::Name(_) => {
                self.reference(expression);
            }
            _ => self.operation(expression),
        }
    }

    fn operation(&mut self, expression: &Expr) {
        let kind = match expression {
            Expr::BoolOp(e) => {
                self.bare(match e.op {
                    BoolOp::And => "And",
                    BoolOp::Or => "Or",
                });
                self.expressions(&e.values);
                "BoolOp"
            }
            Expr::Named(e) => {
                self.expression(&e.target);
                self.expression(&e.value);
                "NamedExpr"
            }
            Expr::BinOp(e) => {
                self.expression(&e.left);
                self.operator(e.op);
                self.expression(&e.right);
                "BinOp"
            }
            Expr::UnaryOp(e) => {
                self.bare(match e.op {
                    UnaryOp::Invert => "Invert",
                    UnaryOp::Not => "Not",
                    UnaryOp::UAdd => "UAdd",
                    UnaryOp::USub => "USub",
                });
                self.expression(&e.operand);
                "UnaryOp"
            }
            Expr::If(e) => {
                self.expression(&e.test);
                self.expression(&e.body);
                self.expression(&e.orelse);
                "IfExp"
            }
            Expr::Await(e) => {
                self.expression(&e.value);
                "Await"
            }
            Expr::Yield(e) => {
                self.option(e.value.as_deref(), Self::expression);
                "Yield"
            }
            Expr::YieldFrom(e) => {
                self.expression(&e.value);
                "YieldFrom"
            }
            Expr::Compare(e) => {
                self.expression(&e.left);
                self.list(&e.ops, |writer, op| writer.bare(comparison(*op)));
                self.expressions(&e.comparators);
                "Compare"
            }
            Expr::Slice(e) => {
                self.option(e.lower.as_deref(), Self::expression);
                self.option(e.upper.as_deref(), Self::expression);
                self.option(e.step.as_deref(), Self::expression);
                "Slice"
            }
            // The others have writers of their own, or are made by no parser.
            _ => {
                self.push(Step::None);
                self.push(Step::None);
                "Constant"
            }
        };
        self.node(kind, expression.range());
    }

    fn reference(&mut self, expression: &Expr) {
        let (kind, context) = match expression {
            Expr::Attribute(e) => {
                self.expression(&e.value);
                self.name(&e.attr);
                ("Attribute", e.ctx)
            }
            Expr::Subscript(e) => {
                self.expression(&e.value);
                self.expression(&e.slice);
                ("Subscript", e.ctx)
            }
            Expr::Starred(e) => {
                self.expression(&e.value);
                ("Starred", e.ctx)
            }
            Expr::Name(e) => {
                self.identifier(e.id.as_str());
                ("Name", e.ctx)
            }
            _ => return,
        };
        self.context(context);
        self.node(kind, expression.range());
    }

    fn context(&mut self, context: ExprContext) {
        self.bare(match context {
            ExprContext::Store => "Store",
            ExprContext::Del => "Del",
            ExprContext::Load | ExprContext::Invalid => "Load",
        });
    }

    fn display(&mut self, expression: &Expr) {
        let kind = match expression {
            Expr::Dict(e) => {
                self.list(&e.items, |writer, item| {
                    writer.option(item.key.as_ref(), Self::expression);
                });
                self.list(&e.items, |writer, item| writer.expression(&item.value));
                "Dict"
            }
            Expr::Set(e) => {
                self.expressions(&e.elts);
                "Set"
            }
            Expr::List(e) => {
                self.expressions(&e.elts);
                self.context(e.ctx);
                "List"
            }
            Expr::Tuple(e) => {
                self.expressions(&e.elts);
                self.context(e.ctx);
                "Tuple"
            }
            Expr::ListComp(e) => {
                self.expression(&e.elt);
                self.list(&e.generators, Self::comprehension);
                "ListComp"
            }
            Expr::SetComp(e) => {
                self.expression(&e.elt);
                self.list(&e.generators, Self::comprehension);
                "SetComp"
            }
            Expr::DictComp(e) => {
                self.option(e.key.as_deref(), Self::expression);
                self.expression(&e.value);
                self.list(&e.generators, Self::comprehension);
                "DictComp"
            }
            Expr::Generator(e) => {
                self.expression(&e.elt);
                self.list(&e.generators, Self::comprehension);
                "GeneratorExp"
            }
            _ => return,
        };
        self.node(kind, expression.range());
    }

    fn comprehension(&mut self, comprehension: &Comprehension) {
        self.expression(&comprehension.target);
        self.expression(&comprehension.iter);
        self.expressions(&comprehension.ifs);
        self.int(i64::from(comprehension.is_async));
        self.bare("comprehension");
    }

    fn call(&mut self, call: &ExprCall) {
        self.expression(&call.func);
        let arguments = &call.arguments;
        match &*arguments.args {
            // CPython counts the call's parentheses as the generator's.
            [Expr::Generator(generator)]
                if !generator.parenthesized && arguments.keywords.is_empty() =>
            {
                self.expression(&generator.elt);
                self.list(&generator.generators, Self::comprehension);
                self.node("GeneratorExp", arguments.range);
                self.push(Step::List(1));
            }
            args => self.expressions(args),
        }
        self.list(&arguments.keywords, Self::keyword);
        self.node("Call", call.range());
    }

    pub(super) fn keyword(&mut self, keyword: &Keyword) {
        self.option(keyword.arg.as_ref(), Self::name);
        self.expression(&keyword.value);
        self.node("keyword", keyword.range);
    }

    fn lambda(&mut self, lambda: &ExprLambda) {
        match lambda.parameters.as_deref() {
            Some(parameters) => self.parameters(parameters),
            None => {
                // posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults
                for is_list in [true, true, false, true, true, false, true] {
                    self.push(if is_list { Step::List(0) } else { Step::None });
                }
                self.bare("arguments");
            }
        }
        self.expression(&lambda.body);
        self.node("Lambda", lambda.range());
    }

    fn constant(&mut self, expression: &Expr) {
        let value = match expression {
            Expr::NumberLiteral(e) => match &e.value {
                Number::Int(int) => int
                    .as_i64()
                    .map_or_else(|| Step::BigInt(int.to_string()), Step::Int),
                Number::Float(float) => Step::Float(*float),
                Number::Complex { real, imag } => Step::Complex {
                    real: *real,
                    imag: *imag,
                },
            },
            Expr::BooleanLiteral(e) => Step::Bool(e.value),
            Expr::EllipsisLiteral(_) => Step::Ellipsis,
            _ => Step::None,
        };
        self.constant_node(value, false, expression.range());
    }

    pub(super) fn constant_node(&mut self, value: Step, is_unicode: bool, range: TextRange) {
        self.push(value);
        self.push(if is_unicode {
            Step::Identifier("u".to_owned())
        } else {
            Step::None
        });
        self.node("Constant", range);
    }

    pub(super) fn operator(&mut self, operator: Operator) {
        self.bare(match operator {
            Operator::Add => "Add",
            Operator::Sub => "Sub",
            Operator::Mult => "Mult",
            Operator::MatMult => "MatMult",
            Operator::Div => "Div",
            Operator::Mod => "Mod",
            Operator::Pow => "Pow",
            Operator::LShift => "LShift",
            Operator::RShift => "RShift",
            Operator::BitOr => "BitOr",
            Operator::BitXor => "BitXor",
            Operator::BitAnd => "BitAnd",
            Operator::FloorDiv => "FloorDiv",
        });
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => "Eq",
        CmpOp::NotEq => "NotEq",
        CmpOp::Lt => "Lt",
        CmpOp::LtE => "LtE",
        CmpOp::Gt => "Gt",
        CmpOp::GtE => "GtE",
        CmpOp::Is => "Is",
        CmpOp::IsNot => "IsNot",
        CmpOp::In => "In",
        CmpOp::NotIn => "NotIn",
    }
}
