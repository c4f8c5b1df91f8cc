//! Expressions of a micro-op's body as calls of the trait `Emit`. What is immediate is spelled as
//! Rust by the `Scope` that handlers use, and becomes a constant where a value is wanted.

use crate::lower::Refused;
use crate::lower_body::{Body, ir_type, is_null};
use crate::lower_tables::{class_name, field_name, helper_name};
use analyzer::model::{
    BinaryOp, CastKind, Expr, ExprKind, FnId, HelperId, Intrinsic, Model, ReprId, Scalar, Stmt, Table, Ty,
    UnaryOp, ValueBlock, Var,
};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

type Lowered<T> = Result<T, Refused>;

/// What the names of the body at hand, or of the inlined function, stand for.
#[derive(Clone, Default)]
pub struct Known {
    pub lets: Vec<Option<TokenStream>>,
    pub params: Vec<TokenStream>,
}

impl<'m> Body<'m> {
    /// The expression as a value of the trace, in a variable.
    pub fn value(&mut self, expr: &'m Expr, out: &mut TokenStream) -> Lowered<TokenStream> {
        if is_null(expr) {
            return Ok(match ir_type(self.model, &expr.ty).to_string().contains("Ptr") {
                true => self.bind("null", quote!(e.number(Ty::Ptr, 0)), out),
                false => self.bind("null", quote!(e.value(NULL)), out),
            });
        }
        if let ExprKind::Cast { kind: CastKind::Reinterpret | CastKind::Forget, arg } = &expr.kind {
            return self.value_as(arg, &expr.ty, out);
        }
        if expr.immediate {
            return self.immediate(expr, out);
        }
        let text = match &expr.kind {
            ExprKind::Var(var) => return self.variable(*var),
            ExprKind::Slot { table: Table::Local | Table::Cell, index } => {
                let index = self.known_index(index)?;
                quote!(e.local(#index))
            }
            ExprKind::Field { base, field } => return self.field(base, *field, out),
            ExprKind::Element { base, index, class: None } => {
                let (slots, index) = (self.slots(base)?, self.known_index(index)?);
                quote!(e.slot(#slots, #index))
            }
            ExprKind::Element { base, index, class: Some(class) } => {
                let (base, index) = (self.value(base, out)?, self.index(index, out)?);
                let name = class_name(self.model, *class);
                quote!(e.load_element(#base, &layouts::#name, #index))
            }
            ExprKind::Unary { op, arg } => {
                let float = self.scalar(&arg.ty) == Some(Scalar::F64);
                let arg = self.value(arg, out)?;
                match op {
                    UnaryOp::Not => quote!(e.unary(Unary::Not, #arg)),
                    UnaryOp::Neg if float => quote!(e.unary(Unary::FNeg, #arg)),
                    UnaryOp::Neg => quote!(e.unary(Unary::Neg, #arg)),
                }
            }
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, out)?,
            ExprKind::Cast { arg, .. } => return self.numeric(arg, &expr.ty, out),
            ExprKind::If { condition, then, otherwise } => {
                self.choice(condition, then, otherwise, out)?
            }
            ExprKind::Match { value, arms } => {
                let value = self.scope.expr(value);
                let mut text = TokenStream::new();
                for arm in arms {
                    let pattern = self.scope.patterns(&arm.patterns);
                    let body = self.value_block(&arm.body)?;
                    text.extend(quote!(#pattern => { #body }));
                }
                quote!(match #value { #text })
            }
            ExprKind::Intrinsic { intrinsic, args } => self.intrinsic(*intrinsic, args, out)?,
            ExprKind::Helper { helper, args } => {
                if let Some(function) = self.model[*helper].effects.room_for {
                    let function = self.value_as(&args[function], &Ty::Value, out)?;
                    quote!(e.room_for(#function))
                } else {
                    let args = self.helper_args(*helper, args, out)?;
                    let name = helper_name(self.model, *helper);
                    quote!(e.call(helpers::#name, &[#args]))
                }
            }
            ExprKind::Fn { function, args } => {
                let outer = self.enter(*function, args, out)?;
                let model = self.model;
                let body = &model[*function].body;
                self.lets_of(body, out)?;
                let value = self.value(&body.value, out);
                self.known = outer;
                return value;
            }
            ExprKind::Thread => return Err("the thread as a value".to_string()),
            ExprKind::Frame => return Err("the frame as a value".to_string()),
            ExprKind::Slot { .. } => return Err("a table of the code by a computed index".to_string()),
            ExprKind::Literal(_)
            | ExprKind::Const(_)
            | ExprKind::Oparg
            | ExprKind::NextInstructionOffset => return self.immediate(expr, out),
        };
        let wish = match &expr.kind {
            ExprKind::Helper { .. } => "answer",
            ExprKind::Slot { .. } => "local",
            _ => "v",
        };
        Ok(self.bind(wish, text, out))
    }

    /// The expression where this type is wanted: the conversions that are silent.
    pub fn value_as(&mut self, expr: &'m Expr, to: &Ty, out: &mut TokenStream) -> Lowered<TokenStream> {
        let value = self.value(expr, out)?;
        let boxed = |ty: &Ty| matches!(ty, Ty::Value | Ty::Any);
        Ok(match (&expr.ty, to) {
            (Ty::Layout(_) | Ty::Ptr(_), to) if boxed(to) && !is_null(expr) => {
                self.bind("value", quote!(e.convert(Convert::Cast, #value, Ty::Value)), out)
            }
            (from, Ty::Layout(_)) if boxed(from) && !is_null(expr) => {
                self.bind("object", quote!(e.convert(Convert::Cast, #value, Ty::Ptr)), out)
            }
            (Ty::Scalar(_), Ty::Value) => self.bind("boxed", quote!(e.boxed(#value)), out),
            _ => value,
        })
    }

    fn scalar(&self, ty: &Ty) -> Option<Scalar> {
        self.model.scalar_of(ty)
    }

    /// A constant of the trace.
    fn immediate(&mut self, expr: &'m Expr, out: &mut TokenStream) -> Lowered<TokenStream> {
        let text = self.scope.expr(expr);
        let ty = ir_type(self.model, &expr.ty);
        Ok(match (&expr.ty, self.scalar(&expr.ty)) {
            (_, Some(Scalar::F64)) => {
                self.bind("number", quote!(e.number(#ty, f64::to_bits(#text))), out)
            }
            (_, Some(Scalar::I1)) => {
                self.bind("known", quote!(e.number(#ty, u64::from(#text))), out)
            }
            (_, Some(_)) => self.bind("number", quote!(e.number(#ty, (#text) as u64)), out),
            (Ty::Layout(_), None) => {
                let value = self.bind("known", quote!(e.value(#text)), out);
                self.bind("object", quote!(e.convert(Convert::Cast, #value, Ty::Ptr)), out)
            }
            _ => self.bind("known", quote!(e.value(#text)), out),
        })
    }

    fn variable(&self, var: Var) -> Lowered<TokenStream> {
        let unset = || "a variable has no value on this path".to_string();
        match var {
            Var::Input(index) => Ok(self.scope.inputs[index].clone()),
            Var::Output(index) => self.output(index),
            Var::Let(id) => self.known.lets[id.0].clone().ok_or_else(unset),
            Var::Param(index) => Ok(self.known.params[index].clone()),
            Var::JumpOutput(index) => self.jump_outputs[index].clone().ok_or_else(unset),
            Var::Cache(_) => Err(unset()),
        }
    }

    fn field(
        &mut self,
        base: &'m Expr,
        field: analyzer::model::FieldId,
        out: &mut TokenStream,
    ) -> Lowered<TokenStream> {
        let name = field_name(self.model, field);
        let text = match base.kind {
            ExprKind::Frame => quote!(e.frame_field(&layouts::#name)),
            ExprKind::Thread => quote!(e.thread_field(&layouts::#name)),
            _ => {
                let base = self.value(base, out)?;
                let word = if self.model[field].inline { "address" } else { "load" };
                let word = format_ident!("{word}");
                quote!(e.#word(#base, &layouts::#name))
            }
        };
        let wish = self.model[field].name.clone();
        Ok(self.bind(&wish, text, out))
    }

    /// An index of elements, as a signed word.
    pub fn index(&mut self, index: &'m Expr, out: &mut TokenStream) -> Lowered<TokenStream> {
        if index.immediate {
            let text = self.scope.bare(index);
            return Ok(self.bind("index", quote!(e.number(Ty::I64, (#text) as u64)), out));
        }
        self.numeric(index, &Ty::I64, out)
    }

    fn numeric(&mut self, arg: &'m Expr, to: &Ty, out: &mut TokenStream) -> Lowered<TokenStream> {
        let value = self.value(arg, out)?;
        let (Some(from), Some(into)) = (self.scalar(&arg.ty), self.scalar(to)) else {
            return Err("a conversion of something that is no number".to_string());
        };
        let word = match (from, into) {
            (Scalar::F64, Scalar::F64) => return Ok(value),
            (Scalar::F64, _) if into.is_signed() => "FloatToSigned",
            (Scalar::F64, _) => "FloatToUnsigned",
            (_, Scalar::F64) if from.is_signed() => "SignedToFloat",
            (_, Scalar::F64) => "UnsignedToFloat",
            _ if from.bits() == into.bits() => return Ok(value),
            _ if from.bits() > into.bits() => "Trunc",
            _ if from.is_signed() => "Sext",
            _ => "Zext",
        };
        let (word, ty) = (format_ident!("{word}"), ir_type(self.model, to));
        Ok(self.bind("v", quote!(e.convert(Convert::#word, #value, #ty)), out))
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: &'m Expr,
        right: &'m Expr,
        out: &mut TokenStream,
    ) -> Lowered<TokenStream> {
        use BinaryOp::*;
        let scalar = self.scalar(&left.ty);
        let float = scalar == Some(Scalar::F64);
        let signed = scalar.is_some_and(Scalar::is_signed);
        let sign = |name: &str| format!("{name}{}", if signed { "S" } else { "U" });
        let (word, name) = match op {
            LogicalAnd | LogicalOr => return self.logical(op, left, right, out),
            Add if float => ("Binary", "FAdd".to_string()),
            Sub if float => ("Binary", "FSub".to_string()),
            Mul if float => ("Binary", "FMul".to_string()),
            Div if float => ("Binary", "FDiv".to_string()),
            Rem if float => return Err("the remainder of floats".to_string()),
            Add => ("Binary", "Add".to_string()),
            Sub => ("Binary", "Sub".to_string()),
            Mul => ("Binary", "Mul".to_string()),
            Div => ("Binary", sign("Div")),
            Rem => ("Binary", sign("Rem")),
            And => ("Binary", "And".to_string()),
            Or => ("Binary", "Or".to_string()),
            Xor => ("Binary", "Xor".to_string()),
            Shl => ("Binary", "Shl".to_string()),
            Shr => ("Binary", sign("Shr")),
            Eq if float => ("Compare", "FEq".to_string()),
            Ne if float => ("Compare", "FNe".to_string()),
            Lt if float => ("Compare", "FLt".to_string()),
            Le if float => ("Compare", "FLe".to_string()),
            Gt if float => ("Compare", "FGt".to_string()),
            Ge if float => ("Compare", "FGe".to_string()),
            Eq => ("Compare", "Eq".to_string()),
            Ne => ("Compare", "Ne".to_string()),
            Lt => ("Compare", sign("Lt")),
            Le => ("Compare", sign("Le")),
            Gt => ("Compare", sign("Gt")),
            Ge => ("Compare", sign("Ge")),
        };
        let left_value = self.value(left, out)?;
        let right_value = match op {
            Shl | Shr => self.numeric(right, &left.ty, out)?,
            _ => self.value(right, out)?,
        };
        let method = format_ident!("{}", word.to_lowercase());
        let (word, name) = (format_ident!("{word}"), format_ident!("{name}"));
        Ok(quote!(e.#method(#word::#name, #left_value, #right_value)))
    }

    /// `a && b`: the right side is computed always where that does no harm.
    fn logical(
        &mut self,
        op: BinaryOp,
        left: &'m Expr,
        right: &'m Expr,
        out: &mut TokenStream,
    ) -> Lowered<TokenStream> {
        let and = op == BinaryOp::LogicalAnd;
        let left = self.value(left, out)?;
        if harmless(self.model, right) {
            let right = self.value(right, out)?;
            let word = format_ident!("{}", if and { "And" } else { "Or" });
            return Ok(quote!(e.binary(Binary::#word, #left, #right)));
        }
        let mut path = TokenStream::new();
        let right = self.value(right, &mut path)?;
        let right = quote!(|e| { #path #right });
        Ok(match and {
            true => quote!(e.choose(#left, #right, |e| e.number(Ty::I1, 0))),
            false => quote!(e.choose(#left, |e| e.number(Ty::I1, 1), #right)),
        })
    }

    fn choice(
        &mut self,
        condition: &'m Expr,
        then: &'m ValueBlock,
        otherwise: &'m ValueBlock,
        out: &mut TokenStream,
    ) -> Lowered<TokenStream> {
        if condition.immediate {
            let condition = self.scope.expr(condition);
            let (then, otherwise) = (self.value_block(then)?, self.value_block(otherwise)?);
            return Ok(quote!(if #condition { #then } else { #otherwise }));
        }
        let condition = self.value(condition, out)?;
        let plain = |block: &ValueBlock| block.lets.is_empty() && harmless(self.model, &block.value);
        if plain(then) && plain(otherwise) {
            let (then, otherwise) =
                (self.value(&then.value, out)?, self.value(&otherwise.value, out)?);
            return Ok(quote!(e.select(#condition, #then, #otherwise)));
        }
        let (then, otherwise) = (self.value_block(then)?, self.value_block(otherwise)?);
        Ok(quote!(e.choose(#condition, |e| { #then }, |e| { #otherwise })))
    }

    /// `let a = ..; a`
    fn value_block(&mut self, block: &'m ValueBlock) -> Lowered<TokenStream> {
        let before = self.known.clone();
        let mut text = TokenStream::new();
        self.lets_of(block, &mut text)?;
        let value = self.value(&block.value, &mut text)?;
        self.known = before;
        Ok(quote!(#text #value))
    }

    pub fn lets_of(&mut self, block: &'m ValueBlock, out: &mut TokenStream) -> Lowered<()> {
        block.lets.iter().try_for_each(|stmt| self.declaration(stmt, out))
    }

    /// `let` and `let (a, b)`.
    pub fn declaration(&mut self, stmt: &'m Stmt, out: &mut TokenStream) -> Lowered<()> {
        match stmt {
            Stmt::Let { var, value } => {
                if value.immediate && self.known.params.is_empty() && self.op.lets[var.0].immediate {
                    let text = self.scope.let_statement(stmt);
                    out.extend(text);
                    return Ok(());
                }
                let value = self.value(value, out)?;
                self.known.lets[var.0] = Some(value);
            }
            Stmt::LetTuple { vars, value } => {
                let ExprKind::Intrinsic { intrinsic, args } = &value.kind else {
                    return Err("a pair that is no overflow".to_string());
                };
                let signed = self.scalar(&args[0].ty).is_some_and(Scalar::is_signed);
                let name = match intrinsic {
                    Intrinsic::AddOverflow => "Add",
                    Intrinsic::SubOverflow => "Sub",
                    Intrinsic::MulOverflow => "Mul",
                    _ => return Err("a pair that is no overflow".to_string()),
                };
                let (op, overflow) =
                    (format_ident!("{name}"), format_ident!("{name}{}", if signed { "S" } else { "U" }));
                let (left, right) = (self.value(&args[0], out)?, self.value(&args[1], out)?);
                let texts = [
                    quote!(e.binary(Binary::#op, #left, #right)),
                    quote!(e.overflows(Overflow::#overflow, #left, #right)),
                ];
                for (var, text) in vars.iter().zip(texts) {
                    if let Some(id) = var {
                        let value = self.bind("v", text, out);
                        self.known.lets[id.0] = Some(value);
                    }
                }
            }
            _ => unreachable!("only declarations are passed"),
        }
        Ok(())
    }

    fn intrinsic(
        &mut self,
        intrinsic: Intrinsic,
        args: &'m [Expr],
        out: &mut TokenStream,
    ) -> Lowered<TokenStream> {
        let first = self.value(&args[0], out)?;
        let repr = |id: ReprId| ir_type(self.model, &Ty::Scalar(self.model[id].scalar));
        Ok(match intrinsic {
            Intrinsic::IsNull => {
                let ty = ir_type(self.model, &args[0].ty);
                let null = if ty.to_string().contains("Ptr") {
                    quote!(e.number(Ty::Ptr, 0))
                } else {
                    quote!(e.value(NULL))
                };
                let null = self.bind("null", null, out);
                quote!(e.compare(Compare::Eq, #first, #null))
            }
            Intrinsic::IsObject => quote!(e.is_object(#first)),
            Intrinsic::Same => {
                let second = self.value(&args[1], out)?;
                quote!(e.compare(Compare::Eq, #first, #second))
            }
            Intrinsic::Box(_) => quote!(e.boxed(#first)),
            Intrinsic::Unbox(id) => {
                let ty = repr(id);
                quote!(e.unboxed(#first, #ty))
            }
            Intrinsic::Test(id) => {
                let ty = repr(id);
                quote!(e.test(#first, #ty))
            }
            Intrinsic::AddOverflow
            | Intrinsic::SubOverflow
            | Intrinsic::MulOverflow
            | Intrinsic::Null => return Err("an overflow that is not taken apart".to_string()),
        })
    }

    /// `Arg::V(a), Arg::Slots(args)`
    pub fn helper_args(
        &mut self,
        helper: HelperId,
        args: &'m [Expr],
        out: &mut TokenStream,
    ) -> Lowered<TokenStream> {
        let mut text = TokenStream::new();
        let model = self.model;
        for (arg, param) in args.iter().zip(&model[helper].params) {
            if param.ty == Ty::Slots {
                let slots = self.slots(arg)?;
                let fills = matches!(arg.kind, ExprKind::Var(Var::Output(_)));
                let word = format_ident!("{}", if fills { "Fills" } else { "Slots" });
                text.extend(quote!(Arg::#word(#slots),));
                continue;
            }
            let value = self.value_as(arg, &param.ty, out)?;
            text.extend(quote!(Arg::V(#value),));
        }
        Ok(text)
    }

    /// The names of an inlined function; answers those outside of it.
    pub fn enter(&mut self, function: FnId, args: &'m [Expr], out: &mut TokenStream) -> Lowered<Known> {
        let model = self.model;
        let mut params = Vec::new();
        for (arg, param) in args.iter().zip(&model[function].params) {
            params.push(self.value_as(arg, &param.ty, out)?);
        }
        let inner = Known { lets: vec![None; model[function].lets.len()], params };
        Ok(std::mem::replace(&mut self.known, inner))
    }
}

/// May be computed where its value is not wanted: no memory is read, nothing divided or called.
fn harmless(model: &Model, expr: &Expr) -> bool {
    let mut all = true;
    crate::walk::nested(expr, &mut |one| {
        all &= match &one.kind {
            ExprKind::Field { .. } | ExprKind::Element { .. } | ExprKind::Helper { .. } => false,
            ExprKind::Binary { op: BinaryOp::Div | BinaryOp::Rem, left, .. } => {
                model.scalar_of(&left.ty) == Some(Scalar::F64)
            }
            ExprKind::Fn { function, .. } => harmless(model, &model[*function].body.value),
            _ => true,
        };
    });
    all
}
