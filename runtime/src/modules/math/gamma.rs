//! The gamma function by the Lanczos approximation with N = 13, as CPython computes it (the C
//! library's own varies too much).

pub enum Error {
    Pole,
    Overflow,
}
pub type Result = core::result::Result<f64, Error>;

const G: f64 = 6.024680040776729583740234375;
const G_MINUS_HALF: f64 = 5.524680040776729583740234375;
const LOG_PI: f64 = 1.144729885849400174143427351353058711647;

#[rustfmt::skip]
const NUMERATOR: [f64; 13] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
];
/// x (x+1) ... (x+11).
const DENOMINATOR: [f64; 13] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];

fn lanczos_sum(x: f64) -> f64 {
    let (mut above, mut below) = (0.0, 0.0);
    if x < 5.0 {
        for i in (0..13).rev() {
            above = above * x + NUMERATOR[i];
            below = below * x + DENOMINATOR[i];
        }
    } else {
        // In powers of 1/x, so that nothing overflows.
        for i in 0..13 {
            above = above / x + NUMERATOR[i];
            below = below / x + DENOMINATOR[i];
        }
    }
    above / below
}

/// sin(pi x), exact at multiples of one half.
fn sin_pi(x: f64) -> f64 {
    use core::f64::consts::PI;
    let y = x.abs() % 2.0;
    let value = match (2.0 * y).round() as i32 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1f64.copysign(x) * value
}

fn factorial(n: u32) -> f64 {
    (1..=n).map(f64::from).product()
}

pub fn gamma(x: f64) -> Result {
    if x.is_nan() || x == f64::INFINITY {
        return Ok(x);
    }
    if x == 0.0 || x == f64::NEG_INFINITY {
        return Err(Error::Pole);
    }
    if x == x.floor() {
        if x < 0.0 {
            return Err(Error::Pole);
        }
        // Up to 22! a float is exact.
        if x <= 23.0 {
            return Ok(factorial(x as u32 - 1));
        }
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return finite(1.0 / x);
    }
    if magnitude > 200.0 {
        return if x < 0.0 { Ok(0.0 / sin_pi(x)) } else { Err(Error::Overflow) };
    }
    finite(by_lanczos(x, magnitude))
}

fn by_lanczos(x: f64, magnitude: f64) -> f64 {
    let y = magnitude + G_MINUS_HALF;
    // What was lost in that sum.
    let lost = if magnitude > G_MINUS_HALF {
        (y - magnitude) - G_MINUS_HALF
    } else {
        (y - G_MINUS_HALF) - magnitude
    };
    let z = lost * G / y;
    let half_power = || y.powf(magnitude / 2.0 - 0.25);
    if x < 0.0 {
        let mut r = -core::f64::consts::PI / sin_pi(magnitude) / magnitude * y.exp()
            / lanczos_sum(magnitude);
        r -= z * r;
        if magnitude < 140.0 {
            r / y.powf(magnitude - 0.5)
        } else {
            r / half_power() / half_power()
        }
    } else {
        let mut r = lanczos_sum(magnitude) / y.exp();
        r += z * r;
        if magnitude < 140.0 {
            r * y.powf(magnitude - 0.5)
        } else {
            r * half_power() * half_power()
        }
    }
}

fn finite(r: f64) -> Result {
    if r.is_infinite() { Err(Error::Overflow) } else { Ok(r) }
}

pub fn log_gamma(x: f64) -> Result {
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(Error::Pole) } else { Ok(0.0) };
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return Ok(-magnitude.ln());
    }
    let mut r = lanczos_sum(magnitude).ln() - G;
    r += (magnitude - 0.5) * ((magnitude + G - 0.5).ln() - 1.0);
    if x < 0.0 {
        r = LOG_PI - sin_pi(magnitude).abs().ln() - magnitude.ln() - r;
    }
    finite(r)
}
