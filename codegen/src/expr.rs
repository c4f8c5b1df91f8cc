//! Expressions of a body as Rust. Variables, the stack and the state of the loop are spelled by the
//! [`Scope`], so that handlers, specializers and inline functions share this one translation.

use crate::types::{self, Suffix};
use analyzer::model::{
    Arm, BinaryOp, CastKind, Expr, ExprKind, HelperResult, Intrinsic, Literal, Model, Pattern,
    Repr, Scalar, Stmt, Table, Ty, UnaryOp, ValueBlock, Var,
};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// What the names of a body are called in the generated function.
pub struct Scope<'m> {
    pub model: &'m Model,
    /// First argument of every word that touches the state of the loop: `$s` in handlers, `site` in
    /// specializers.
    pub state: TokenStream,
    pub oparg: TokenStream,
    /// Units of the whole instruction.
    pub length: u32,
    pub inputs: Vec<TokenStream>,
    pub outputs: Vec<TokenStream>,
    pub jump_outputs: Vec<TokenStream>,
    pub caches: Vec<TokenStream>,
    pub lets: Vec<Ident>,
    /// For each of `lets`: assigned again later.
    pub mutable: Vec<bool>,
    pub params: Vec<Ident>,
}

impl<'m> Scope<'m> {
    /// A scope with nothing in it but the state.
    pub fn new(model: &'m Model, state: TokenStream) -> Scope<'m> {
        Scope {
            model,
            state,
            oparg: quote!(oparg),
            length: 0,
            inputs: Vec::new(),
            outputs: Vec::new(),
            jump_outputs: Vec::new(),
            caches: Vec::new(),
            lets: Vec::new(),
            mutable: Vec::new(),
            params: Vec::new(),
        }
    }

    pub fn expr(&self, expr: &Expr) -> TokenStream {
        let state = &self.state;
        match &expr.kind {
            ExprKind::Literal(literal) => {
                types::literal(self.model, *literal, &expr.ty, Suffix::Written)
            }
            ExprKind::Const(id) => constant(self.model, *id),
            ExprKind::Oparg => self.oparg.clone(),
            ExprKind::NextInstructionOffset => {
                let length = unsuffixed(self.length);
                quote!(next_instruction_offset!(#state, #length))
            }
            ExprKind::Thread => quote!(thread!(#state)),
            ExprKind::Frame => quote!(frame!(#state)),
            ExprKind::Var(var) => self.variable(*var),
            ExprKind::Slot { table, index } => {
                let word = table_word(*table);
                let index = self.bare(index);
                quote!(#word!(#state, #index))
            }
            ExprKind::Field { base, field } => {
                let (layout, name) = self.field_name(*field);
                let base = self.expr(base);
                let ty = types::rust(self.model, &expr.ty);
                if self.model[*field].inline {
                    quote!(inline!(#base, #layout.#name as #ty))
                } else {
                    quote!(get!(#base, #layout.#name as #ty))
                }
            }
            ExprKind::Element { base, index, .. } => {
                let (base, index) = (self.expr(base), self.bare(index));
                quote!(element!(#base, #index))
            }
            ExprKind::Unary { op, arg } => self.unary(*op, arg),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right),
            ExprKind::Cast { kind, arg } => self.cast(*kind, arg, &expr.ty),
            ExprKind::If { condition, then, otherwise } => {
                let condition = self.expr(condition);
                let (then, otherwise) = (self.value_block(then), self.value_block(otherwise));
                quote!(if #condition { #then } else { #otherwise })
            }
            ExprKind::Match { value, arms } => {
                let value = self.expr(value);
                let arms = arms.iter().map(|Arm { patterns, body }| {
                    let (pattern, body) = (self.patterns(patterns), self.value_block(body));
                    quote!(#pattern => { #body })
                });
                quote!(match #value { #(#arms)* })
            }
            ExprKind::Intrinsic { intrinsic, args } => self.intrinsic(*intrinsic, args, &expr.ty),
            ExprKind::Helper { helper, args } => self.helper_call(*helper, args),
            ExprKind::Fn { function, args } => {
                let name = format_ident!("{}", self.model[*function].name);
                let args = args.iter().map(|arg| self.bare(arg));
                quote!(fns::#name(#(#args),*))
            }
        }
    }

    fn variable(&self, var: Var) -> TokenStream {
        let ident = |ident: &Ident| quote!(#ident);
        match var {
            Var::Input(index) => self.inputs[index].clone(),
            Var::Output(index) => self.outputs[index].clone(),
            Var::JumpOutput(index) => self.jump_outputs[index].clone(),
            Var::Cache(index) => self.caches[index].clone(),
            Var::Let(id) => ident(&self.lets[id.0]),
            Var::Param(index) => ident(&self.params[index]),
        }
    }

    /// `List.len` in two tokens, by the layout that declares the field.
    pub fn field_name(&self, field: analyzer::model::FieldId) -> (Ident, Ident) {
        let layout = format_ident!("{}", self.model[field.layout].name);
        let name = &self.model[field].name;
        (layout, syn::parse_str(name).unwrap_or_else(|_| format_ident!("r#{name}")))
    }

    /// In a place whose type is known from elsewhere: literals need no suffix.
    pub fn bare(&self, expr: &Expr) -> TokenStream {
        match expr.kind {
            ExprKind::Literal(literal) => {
                types::literal(self.model, literal, &expr.ty, Suffix::Inferred)
            }
            _ => self.expr(expr),
        }
    }

    /// As an operand of an operator: in parentheses where it is one itself.
    fn operand(&self, expr: &Expr) -> TokenStream {
        parenthesized(expr, self.expr(expr))
    }

    fn bare_operand(&self, expr: &Expr) -> TokenStream {
        parenthesized(expr, self.bare(expr))
    }

    fn unary(&self, op: UnaryOp, arg: &Expr) -> TokenStream {
        let float = self.model.scalar_of(&arg.ty) == Some(Scalar::F64);
        let arg = self.operand(arg);
        match op {
            UnaryOp::Not => quote!(!#arg),
            UnaryOp::Neg if float => quote!(-#arg),
            UnaryOp::Neg => quote!(#arg.wrapping_neg()),
        }
    }

    /// Integers wrap, in every build; comparisons and bits are Rust's own.
    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr) -> TokenStream {
        use BinaryOp::*;
        let integer = self.model.scalar_of(&left.ty).is_some_and(Scalar::is_integer);
        let method = match op {
            Add => "wrapping_add",
            Sub => "wrapping_sub",
            Mul => "wrapping_mul",
            Div => "wrapping_div",
            Rem => "wrapping_rem",
            Shl => "wrapping_shl",
            Shr => "wrapping_shr",
            _ => "",
        };
        if matches!(op, Shl | Shr) && self.small_shift(left, right) {
            let (left, right) = (self.operand(left), self.bare_operand(right));
            return if op == Shl { quote!(#left << #right) } else { quote!(#left >> #right) };
        }
        if integer && !method.is_empty() {
            let method = format_ident!("{method}");
            let left = self.operand(left);
            let u32_needed =
                matches!(op, Shl | Shr) && self.model.scalar_of(&right.ty) != Some(Scalar::U32);
            let right =
                if u32_needed { cast_to_u32(self.bare_operand(right)) } else { self.bare(right) };
            return quote!(#left.#method(#right));
        }
        // One side tells the type of a literal on the other.
        let left_literal = matches!(left.kind, ExprKind::Literal(_));
        let left = if left_literal && !matches!(right.kind, ExprKind::Literal(_)) {
            self.bare_operand(left)
        } else {
            self.operand(left)
        };
        let right = self.bare_operand(right);
        let symbol: TokenStream = op.symbol().parse().expect("operators are tokens");
        quote!(#left #symbol #right)
    }

    /// The count is a literal below the width, so Rust's operator is defined.
    fn small_shift(&self, left: &Expr, right: &Expr) -> bool {
        let bits = self.model.scalar_of(&left.ty).map_or(0, Scalar::bits);
        let ExprKind::Literal(Literal::Int(count)) = right.kind else { return false };
        (0..i128::from(bits)).contains(&count)
    }

    fn cast(&self, kind: CastKind, arg: &Expr, to: &Ty) -> TokenStream {
        match kind {
            CastKind::Numeric => {
                let ty = types::rust(self.model, to);
                let arg = self.operand(arg);
                quote!(#arg as #ty)
            }
            CastKind::Reinterpret => convert(self.model, self.expr(arg), &arg.ty, to),
            CastKind::Forget => match arg.ty {
                Ty::Scalar(scalar) => self.boxed(
                    self.model.repr_of(scalar).expect("only declared representations are boxed"),
                    arg,
                ),
                _ => convert(self.model, self.expr(arg), &arg.ty, &Ty::Value),
            },
        }
    }

    fn intrinsic(&self, intrinsic: Intrinsic, args: &[Expr], ty: &Ty) -> TokenStream {
        let method = |name: &str| {
            let name = format_ident!("{name}");
            let (receiver, rest) =
                (self.operand(&args[0]), args[1..].iter().map(|arg| self.bare(arg)));
            quote!(#receiver.#name(#(#rest),*))
        };
        let function = |name: &str| {
            let name = format_ident!("{name}");
            let args = args.iter().map(|arg| self.bare(arg));
            quote!(defs::#name(#(#args),*))
        };
        match intrinsic {
            Intrinsic::AddOverflow => method("overflowing_add"),
            Intrinsic::SubOverflow => method("overflowing_sub"),
            Intrinsic::MulOverflow => method("overflowing_mul"),
            Intrinsic::IsNull => method("is_null"),
            Intrinsic::IsObject => method("is_object"),
            Intrinsic::Null if matches!(ty, Ty::Value | Ty::Any) => quote!(NULL),
            Intrinsic::Null => quote!(core::ptr::null_mut()),
            Intrinsic::Same => {
                let (left, right) = (self.operand(&args[0]), self.operand(&args[1]));
                quote!(#left == #right)
            }
            Intrinsic::Box(repr) => self.boxed(repr, &args[0]),
            Intrinsic::Unbox(repr) => function(&self.model[repr].unboxed_by),
            Intrinsic::Test(repr) => function(&self.model[repr].tested_by),
        }
    }

    fn boxed(&self, repr: analyzer::model::ReprId, arg: &Expr) -> TokenStream {
        let arg = self.expr(arg);
        boxed(&self.model[repr], &self.state, &arg)
    }

    /// `defs::list_append(pointer!(l), v)`; a layout that comes back is a raw pointer again.
    pub fn helper_call(&self, id: analyzer::model::HelperId, args: &[Expr]) -> TokenStream {
        let helper = &self.model[id];
        let name = format_ident!("{}", helper.name);
        let state = &self.state;
        let thread = helper.effects.needs_frame.then(|| quote!(thread_ref!(#state)));
        let args = thread.into_iter().chain(args.iter().zip(&helper.params).map(|(arg, param)| {
            let given = if matches!(arg.ty, Ty::Scalar(_) | Ty::Alias(_)) {
                self.bare(arg)
            } else {
                self.expr(arg)
            };
            match param.ty {
                Ty::Layout(_) => {
                    let given = convert(self.model, given, &arg.ty, &param.ty);
                    quote!(pointer!(#given))
                }
                Ty::Value => convert(self.model, given, &arg.ty, &Ty::Value),
                _ => given,
            }
        }));
        let call = quote!(defs::#name(#(#args),*));
        match helper.result {
            HelperResult::Ty(Ty::Layout(_)) => quote!(#call.into_raw()),
            HelperResult::Option(Ty::Layout(_)) => quote!(#call.map(Pointer::into_raw)),
            _ => call,
        }
    }

    /// `let a = ..; a + 1`
    pub fn value_block(&self, block: &ValueBlock) -> TokenStream {
        let lets = block.lets.iter().map(|stmt| self.let_statement(stmt));
        let value = self.expr(&block.value);
        quote!(#(#lets)* #value)
    }

    /// `let sum = ..;`, `let (sum, overflow) = ..;`
    pub fn let_statement(&self, stmt: &Stmt) -> TokenStream {
        match stmt {
            Stmt::Let { var, value } => {
                let name = &self.lets[var.0];
                let value = self.expr(value);
                if self.mutable[var.0] {
                    quote!(let mut #name = #value;)
                } else {
                    quote!(let #name = #value;)
                }
            }
            Stmt::LetTuple { vars, value } => {
                let names = vars.iter().map(|var| match var {
                    Some(id) => {
                        let name = &self.lets[id.0];
                        quote!(#name)
                    }
                    None => quote!(_),
                });
                let value = self.expr(value);
                quote!(let (#(#names),*) = #value;)
            }
            _ => unreachable!("only declarations are passed"),
        }
    }

    /// `0 | op::NB_ADD | 2..=5`, or `_`.
    pub fn patterns(&self, patterns: &[Pattern]) -> TokenStream {
        if patterns.is_empty() {
            return quote!(_);
        }
        let patterns = patterns.iter().map(|pattern| match pattern {
            Pattern::Literal(Literal::Int(value)) => integer(*value),
            Pattern::Literal(literal) => {
                types::literal(self.model, *literal, &Ty::BOOL, Suffix::Inferred)
            }
            Pattern::Const(id) => constant(self.model, *id),
            Pattern::Range(first, last) => {
                let (first, last) = (integer(*first), integer(*last));
                quote!(#first..=#last)
            }
        });
        quote!(#(#patterns)|*)
    }
}

/// `op::NB_ADD` where the definition gives the value, `defs::SHAPE_LIST` where the runtime does.
fn constant(model: &Model, id: analyzer::model::ConstId) -> TokenStream {
    let name = format_ident!("{}", model[id].name);
    if model[id].value.is_some() { quote!(op::#name) } else { quote!(defs::#name) }
}

fn integer(value: i128) -> TokenStream {
    let magnitude = proc_macro2::Literal::u128_unsuffixed(value.unsigned_abs());
    if value < 0 { quote!(-#magnitude) } else { quote!(#magnitude) }
}

/// A number without a type.
pub fn unsuffixed(value: u32) -> proc_macro2::Literal {
    proc_macro2::Literal::u32_unsuffixed(value)
}

fn cast_to_u32(arg: TokenStream) -> TokenStream {
    quote!(#arg as u32)
}

fn parenthesized(expr: &Expr, tokens: TokenStream) -> TokenStream {
    let compound = match &expr.kind {
        ExprKind::Binary { .. }
        | ExprKind::Unary { .. }
        | ExprKind::If { .. }
        | ExprKind::Match { .. } => true,
        ExprKind::Cast { kind, .. } => *kind == CastKind::Numeric,
        ExprKind::Intrinsic { intrinsic, .. } => *intrinsic == Intrinsic::Same,
        _ => false,
    };
    if compound { quote!((#tokens)) } else { tokens }
}

/// The word of `local[i]`, `constant[i]`, ...
pub fn table_word(table: Table) -> Ident {
    format_ident!(
        "{}",
        match table {
            Table::Local => "local",
            Table::Cell => "cell",
            Table::Constant => "constant",
            Table::Name => "name",
            Table::Root => "root",
        }
    )
}

/// `defs::box_bool(x)`, or `boxed!($s, box_int, fits_int, x)`: where boxing may collect, that path
/// saves the state first.
pub fn boxed(repr: &Repr, state: &TokenStream, arg: &TokenStream) -> TokenStream {
    let function = format_ident!("{}", repr.boxed_by);
    match repr.boxed_when.as_ref().map(|when| format_ident!("{when}")) {
        Some(when) => quote!(boxed!(#state, #function, #when, #arg)),
        None => quote!(defs::#function(#arg)),
    }
}

/// The same value in another representation. Between boxed values and layouts it is the same bits.
pub fn convert(model: &Model, value: TokenStream, from: &Ty, to: &Ty) -> TokenStream {
    let boxed = |ty: &Ty| matches!(ty, Ty::Value | Ty::Any);
    match (from, to) {
        _ if from == to || (boxed(from) && boxed(to)) => value,
        (Ty::Layout(_), Ty::Layout(layout)) => {
            let name = format_ident!("{}", model[*layout].name);
            quote!(#value.cast::<defs::#name>())
        }
        (_, Ty::Layout(layout)) if boxed(from) => {
            let name = format_ident!("{}", model[*layout].name);
            quote!(layout!(#value, #name))
        }
        (Ty::Layout(_), _) if boxed(to) => quote!(value!(#value)),
        (Ty::Scalar(scalar), _) if boxed(to) => {
            let repr =
                model.repr_of(*scalar).expect("the analyzer boxes only declared representations");
            let function = format_ident!("{}", model[repr].boxed_by);
            quote!(defs::#function(#value))
        }
        (_, Ty::Scalar(scalar)) if boxed(from) => {
            let repr =
                model.repr_of(*scalar).expect("the analyzer unboxes only declared representations");
            let function = format_ident!("{}", model[repr].unboxed_by);
            quote!(defs::#function(#value))
        }
        _ => panic!("no conversion from {} to {}", model.show(from), model.show(to)),
    }
}
