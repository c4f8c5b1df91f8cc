//! Arithmetic of complex constants as CPython 3.14 does it: a real operand is not made complex, which saves signs of zeros and
//! infinities, and a quotient is computed by Smith's method.

use ruff_python_ast::{AtomicNodeIndex, ConstantValue, Expr, ExprBinOp, ExprNumberLiteral, ExprUnaryOp, Int, Number, Operator, UnaryOp};
use ruff_text_size::Ranged;

#[derive(Clone, Copy)]
struct Complex {
    re: f64,
    im: f64,
}

#[derive(Clone, Copy)]
enum Operand {
    Whole(i128),
    Float(f64),
    Complex(Complex),
}
use Operand::{Float, Whole};

fn c(re: f64, im: f64) -> Complex {
    Complex { re, im }
}

/// A number that no program has among its constants.
const UNUSUAL: f64 = 0.697_391_152_830_743_1;

/// An expression that the compiler crate folds to what CPython makes of the operation, if it does otherwise with the operation itself.
pub fn mended(operation: &ExprBinOp) -> Option<Expr> {
    let (left, right) = (value(&operation.left)?, value(&operation.right)?);
    if !matches!(left, Operand::Complex(_)) && !matches!(right, Operand::Complex(_)) {
        return None;
    }
    let Operand::Complex(result) = binary(left, operation.op, right)? else {
        return None;
    };
    let is_same = |z: Complex| z.re.to_bits() == result.re.to_bits() && z.im.to_bits() == result.im.to_bits();
    if plain(left.widen(), operation.op, right.widen()).is_some_and(is_same) {
        return None;
    }
    Some(spelled(operation, left.widen(), right.widen(), result))
}

/// `-(((left + u) + (u + right)) - sum) + (part + rest)`: minus zero, to which anything is added as it is. The operands stay
/// where they were, and what comes up on the way is no constant of the program, so that `co_consts` is in CPython's order.
fn spelled(operation: &ExprBinOp, left: Complex, right: Complex, result: Complex) -> Expr {
    let range = operation.range();
    let number = |z: Complex| {
        let value = Number::Complex { real: z.re, imag: z.im };
        Box::new(Expr::NumberLiteral(ExprNumberLiteral { range, node_index: AtomicNodeIndex::NONE, value }))
    };
    let binary = |left, op, right| Box::new(Expr::BinOp(ExprBinOp { range, node_index: AtomicNodeIndex::NONE, left, op, right }));
    let unusual = c(UNUSUAL, 0.0);
    let (more_left, more_right) = (plain(left, Operator::Add, unusual), plain(unusual, Operator::Add, right));
    let sum = more_left.zip(more_right).and_then(|(left, right)| plain(left, Operator::Add, right));
    let (Some(sum), Some((part, rest))) = (sum.filter(|sum| sum.re != 0.0), parts(result)) else {
        return *number(result);
    };
    let operands = binary(
        binary(operand(&operation.left), Operator::Add, number(unusual)),
        Operator::Add,
        binary(number(unusual), Operator::Add, operand(&operation.right)),
    );
    let zero = binary(operands, Operator::Sub, number(sum));
    let minus = Expr::UnaryOp(ExprUnaryOp { range, node_index: AtomicNodeIndex::NONE, op: UnaryOp::USub, operand: zero });
    let made = match (result.re == 0.0 && result.im == 0.0, result.re.is_sign_negative(), result.im.is_sign_negative()) {
        (false, ..) => binary(number(part), Operator::Add, number(rest)),
        (true, true, true) => return minus,
        (true, false, im) => binary(number(c(UNUSUAL, if im { -0.0 } else { 0.0 })), Operator::Sub, number(unusual)),
        (true, true, false) => binary(number(c(-0.0, UNUSUAL)), Operator::Sub, number(c(0.0, UNUSUAL))),
    };
    *binary(Box::new(minus), Operator::Add, made)
}

/// Two numbers whose sum is the number, to the bit; none for what is not finite.
fn parts(z: Complex) -> Option<(Complex, Complex)> {
    let split = |f: f64| {
        let part = f / 1024.0;
        let rest = if f == 0.0 { f } else { f - part };
        ((part + rest).to_bits() == f.to_bits()).then_some((part, rest)).or((f / 2.0 * 2.0 == f).then_some((f / 2.0, f / 2.0)))
    };
    let (re, im) = (split(z.re)?, split(z.im)?);
    (z.re.is_finite() && z.im.is_finite()).then(|| (c(re.0, im.0), c(re.1, im.1)))
}

/// The compiler crate adds no bool to a complex number.
fn operand(expr: &Expr) -> Box<Expr> {
    Box::new(match expr {
        Expr::BooleanLiteral(b) => {
            let value = Number::Int(Int::from(u8::from(b.value)));
            Expr::NumberLiteral(ExprNumberLiteral { range: b.range, node_index: AtomicNodeIndex::NONE, value })
        }
        other => other.clone(),
    })
}

/// What the compiler crate computes where that is no question of rounding.
fn plain(a: Complex, op: Operator, b: Complex) -> Option<Complex> {
    let result = match op {
        Operator::Add => c(a.re + b.re, a.im + b.im),
        Operator::Sub => c(a.re - b.re, a.im - b.im),
        Operator::Mult => c(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re),
        _ => return None,
    };
    (result.re.is_finite() && result.im.is_finite()).then_some(result)
}

impl Operand {
    fn widen(self) -> Complex {
        match self {
            Whole(i) => c(i as f64, 0.0),
            Float(f) => c(f, 0.0),
            Operand::Complex(z) => z,
        }
    }
    fn real(self) -> Option<f64> {
        match self {
            Whole(i) => Some(i as f64),
            Float(f) => Some(f),
            Operand::Complex(_) => None,
        }
    }
}

/// The number that an expression of constants is; None for others, and for integers too large to be of interest here.
fn value(expr: &Expr) -> Option<Operand> {
    match expr {
        Expr::NumberLiteral(ExprNumberLiteral { value, .. }) => match value {
            Number::Int(i) => i.as_i64().map(|i| Whole(i.into())),
            Number::Float(f) => Some(Float(*f)),
            Number::Complex { real, imag } => Some(Operand::Complex(c(*real, *imag))),
        },
        Expr::Constant(constant) => match &constant.value {
            ConstantValue::Float(f) => Some(Float(*f)),
            ConstantValue::Integer(text) => text.parse().ok().map(Whole),
            ConstantValue::Boolean(b) => Some(Whole((*b).into())),
            ConstantValue::Complex { real, imag } => Some(Operand::Complex(c(*real, *imag))),
            _ => None,
        },
        Expr::BooleanLiteral(b) => Some(Whole(b.value.into())),
        Expr::UnaryOp(unary) => match (unary.op, value(&unary.operand)?) {
            (UnaryOp::UAdd, number) => Some(number),
            (UnaryOp::USub, Whole(i)) => Some(Whole(-i)),
            (UnaryOp::USub, Float(f)) => Some(Float(-f)),
            (UnaryOp::USub, Operand::Complex(z)) => Some(Operand::Complex(c(-z.re, -z.im))),
            (UnaryOp::Invert, Whole(i)) => Some(Whole(!i)),
            _ => None,
        },
        Expr::BinOp(binary_op) => binary(value(&binary_op.left)?, binary_op.op, value(&binary_op.right)?),
        _ => None,
    }
}

fn binary(left: Operand, op: Operator, right: Operand) -> Option<Operand> {
    match (left, right) {
        (Whole(a), Whole(b)) => integers(a, op, b),
        (Operand::Complex(_), _) | (_, Operand::Complex(_)) => complex(left, op, right).map(Operand::Complex),
        _ => {
            let (a, b) = (left.real()?, right.real()?);
            match op {
                Operator::Add => Some(Float(a + b)),
                Operator::Sub => Some(Float(a - b)),
                Operator::Mult => Some(Float(a * b)),
                Operator::Div if b != 0.0 => Some(Float(a / b)),
                _ => None,
            }
        }
    }
}

fn integers(a: i128, op: Operator, b: i128) -> Option<Operand> {
    const EXACT: i128 = 1 << 53;
    let result = match op {
        Operator::Add => Whole(a.checked_add(b)?),
        Operator::Sub => Whole(a.checked_sub(b)?),
        Operator::Mult => Whole(a.checked_mul(b)?),
        Operator::Pow => Whole(a.checked_pow(u32::try_from(b).ok()?)?),
        Operator::Div if b != 0 && a.abs() <= EXACT && b.abs() <= EXACT => Float(a as f64 / b as f64),
        _ => return None,
    };
    // What the compiler crate would not fold is none of ours.
    match result {
        Whole(i) if i.unsigned_abs() >> 100 != 0 => None,
        result => Some(result),
    }
}

fn complex(left: Operand, op: Operator, right: Operand) -> Option<Complex> {
    match (op, left.real(), right.real()) {
        (Operator::Add, Some(f), _) => Some(right.widen()).map(|z| c(f + z.re, z.im)),
        (Operator::Add, _, Some(f)) => Some(left.widen()).map(|z| c(z.re + f, z.im)),
        (Operator::Add, ..) => Some(c(left.widen().re + right.widen().re, left.widen().im + right.widen().im)),
        (Operator::Sub, Some(f), _) => Some(right.widen()).map(|z| c(f - z.re, -z.im)),
        (Operator::Sub, _, Some(f)) => Some(left.widen()).map(|z| c(z.re - f, z.im)),
        (Operator::Sub, ..) => Some(c(left.widen().re - right.widen().re, left.widen().im - right.widen().im)),
        (Operator::Mult, Some(f), _) => Some(right.widen()).map(|z| c(f * z.re, f * z.im)),
        (Operator::Mult, _, Some(f)) => Some(left.widen()).map(|z| c(z.re * f, z.im * f)),
        (Operator::Mult, ..) => product(left.widen(), right.widen()),
        (Operator::Div, _, Some(f)) => (f != 0.0).then(|| c(left.widen().re / f, left.widen().im / f)),
        (Operator::Div, Some(f), _) => real_quotient(f, right.widen()),
        (Operator::Div, ..) => quotient(left.widen(), right.widen()),
        (Operator::Pow, ..) => power(left.widen(), right.widen()),
        _ => None,
    }
}

/// What is not a number is computed when the program runs.
fn number(z: Complex) -> Option<Complex> {
    (!z.re.is_nan() && !z.im.is_nan()).then_some(z)
}

fn product(a: Complex, b: Complex) -> Option<Complex> {
    number(c(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re))
}

fn quotient(a: Complex, b: Complex) -> Option<Complex> {
    if b.re.abs() >= b.im.abs() {
        if b.re == 0.0 {
            return None;
        }
        let ratio = b.im / b.re;
        let denominator = b.re + b.im * ratio;
        number(c((a.re + a.im * ratio) / denominator, (a.im - a.re * ratio) / denominator))
    } else {
        let ratio = b.re / b.im;
        let denominator = b.re * ratio + b.im;
        number(c((a.re * ratio + a.im) / denominator, (a.im * ratio - a.re) / denominator))
    }
}

fn real_quotient(a: f64, b: Complex) -> Option<Complex> {
    if b.re.abs() >= b.im.abs() {
        if b.re == 0.0 {
            return None;
        }
        let ratio = b.im / b.re;
        let denominator = b.re + b.im * ratio;
        number(c(a / denominator, (-a * ratio) / denominator))
    } else {
        let ratio = b.re / b.im;
        let denominator = b.re * ratio + b.im;
        number(c((a * ratio) / denominator, (-a) / denominator))
    }
}

fn power(a: Complex, b: Complex) -> Option<Complex> {
    let is_small_int = b.im == 0.0 && b.re == b.re.floor() && b.re.abs() <= 100.0;
    let result = if is_small_int {
        let n = b.re as i32;
        let positive = int_power(a, n.unsigned_abs())?;
        if n >= 0 { positive } else { quotient(c(1.0, 0.0), positive)? }
    } else if a.re == 0.0 && a.im == 0.0 {
        if b.im != 0.0 || b.re < 0.0 {
            return None;
        }
        c(0.0, 0.0)
    } else {
        let (length, angle) = (a.re.hypot(a.im), a.im.atan2(a.re));
        let (mut magnitude, mut phase) = (length.powf(b.re), angle * b.re);
        if b.im != 0.0 {
            magnitude *= (-angle * b.im).exp();
            phase += b.im * length.ln();
        }
        c(magnitude * phase.cos(), magnitude * phase.sin())
    };
    (result.re.is_finite() && result.im.is_finite()).then_some(result)
}

fn int_power(a: Complex, n: u32) -> Option<Complex> {
    let (mut result, mut square, mut mask) = (c(1.0, 0.0), a, 1);
    while mask <= n {
        if n & mask != 0 {
            result = product(result, square)?;
        }
        mask <<= 1;
        if mask <= n {
            square = product(square, square)?;
        }
    }
    Some(result)
}
