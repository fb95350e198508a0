//! Decimals of any length, kept as digits, so that nothing is rounded.

use std::cmp::Ordering;

/// A decimal number: `0.d₁d₂d₃… × 10^point`, without leading or trailing zeros.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    /// ASCII digits; empty is zero.
    digits: Vec<u8>,
    point: i64,
}

/// PostgreSQL's limits for an unconstrained numeric (documentation, 8.1.2).
const MAX_INTEGER_DIGITS: i64 = 131_072;
const MAX_FRACTION_DIGITS: i64 = 16_383;

/// Why a text is not a valid decimal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DecimalError {
    Syntax,
    TooLarge,
}

/// Checks a decimal against a declared precision and scale, and spells it without an exponent.
///
/// More fraction digits than `scale` are no error: the database rounds them, as it does for Prisma.
pub(super) fn check(
    text: &str,
    precision: Option<u32>,
    scale: Option<i32>,
) -> Result<String, DecimalError> {
    let decimal = Decimal::parse(text).ok_or(DecimalError::Syntax)?;
    let integer_limit = match precision {
        Some(precision) => i64::from(precision) - i64::from(scale.unwrap_or(0)),
        None => MAX_INTEGER_DIGITS,
    };
    let fraction_digits = decimal.digits.len() as i64 - decimal.point;
    if !decimal.digits.is_empty()
        && (decimal.point > integer_limit || fraction_digits > MAX_FRACTION_DIGITS)
    {
        return Err(DecimalError::TooLarge);
    }
    Ok(decimal.plain())
}

/// Spells a decimal as decimal.js's `toString` does with Prisma's configuration.
///
/// decimal.js switches to exponents at 1e21 and below 1e-7 (`toExpPos` 21, `toExpNeg` -7, its
/// defaults, which Prisma Client keeps).
pub(super) fn to_json_text(text: &str) -> String {
    match Decimal::parse(text) {
        Some(decimal) => decimal.decimal_js(),
        None => text.to_owned(), // NaN, Infinity
    }
}

/// Appends what [`to_json_text`] gives for a number of these ASCII digits, of which the first
/// `point` are before the decimal point.
pub(super) fn write_json(negative: bool, digits: Vec<u8>, point: i64, out: &mut Vec<u8>) {
    let text = Decimal::new(negative, digits, point).decimal_js();
    out.extend_from_slice(text.as_bytes());
}

/// The integer that a text is, whatever its spelling (`5`, `5.0`, `5e0`).
pub(super) fn to_integer(text: &str) -> Result<i64, DecimalError> {
    if let Ok(integer) = text.parse() {
        return Ok(integer);
    }
    let decimal = Decimal::parse(text).ok_or(DecimalError::Syntax)?;
    if decimal.digits.len() as i64 > decimal.point {
        return Err(DecimalError::Syntax);
    }
    if decimal.point > 19 {
        return Err(DecimalError::TooLarge);
    }
    decimal.plain().parse().map_err(|_| DecimalError::TooLarge)
}

/// The numeric order of two decimals. Texts that are no decimals come after them, in text order.
pub fn compare(left: &str, right: &str) -> Ordering {
    match (Decimal::parse(left), Decimal::parse(right)) {
        (Some(left), Some(right)) => left.cmp_value(&right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

/// An exponent, limited to the range of `i32`.
fn exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let beyond = if text.starts_with('-') {
        i32::MIN
    } else {
        i32::MAX
    };
    Some(text.parse().unwrap_or(beyond))
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => (&unsigned[..at], exponent(&unsigned[at + 1..])?),
            None => (unsigned, 0),
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (integer.is_empty() && fraction.is_empty())
            || !all_digits(integer)
            || !all_digits(fraction)
        {
            return None;
        }
        let digits = integer.bytes().chain(fraction.bytes()).collect();
        let point = integer.len() as i64 + i64::from(exponent);
        Some(Self::new(negative, digits, point))
    }

    /// From ASCII digits, of which the first `point` are before the decimal point.
    fn new(negative: bool, mut digits: Vec<u8>, mut point: i64) -> Self {
        let leading = digits.iter().take_while(|&&digit| digit == b'0').count();
        digits.drain(..leading);
        point -= leading as i64;
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Self {
                negative: false,
                digits,
                point: 0,
            };
        }
        Self {
            negative,
            digits,
            point,
        }
    }

    /// Without an exponent. The caller has bounded `point`.
    fn plain(&self) -> String {
        let mut out = String::with_capacity(self.digits.len() + 3);
        if self.negative {
            out.push('-');
        }
        let digits = std::str::from_utf8(&self.digits).expect("ASCII digits");
        if self.digits.is_empty() {
            out.push('0');
        } else if self.point <= 0 {
            out.push_str("0.");
            out.extend(std::iter::repeat_n('0', (-self.point) as usize));
            out.push_str(digits);
        } else if self.point as usize >= digits.len() {
            out.push_str(digits);
            out.extend(std::iter::repeat_n('0', self.point as usize - digits.len()));
        } else {
            let (integer, fraction) = digits.split_at(self.point as usize);
            out.push_str(integer);
            out.push('.');
            out.push_str(fraction);
        }
        out
    }

    fn decimal_js(&self) -> String {
        const TO_EXP_NEG: i64 = -7;
        const TO_EXP_POS: i64 = 21;
        // decimal.js's exponent is that of the first digit: d.ddd × 10^exponent.
        let exponent = self.point - 1;
        if self.digits.is_empty() || (exponent > TO_EXP_NEG && exponent < TO_EXP_POS) {
            return self.plain();
        }
        let digits = std::str::from_utf8(&self.digits).expect("ASCII digits");
        let (first, rest) = digits.split_at(1);
        let sign = if self.negative { "-" } else { "" };
        let point = if rest.is_empty() { "" } else { "." };
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        format!(
            "{sign}{first}{point}{rest}e{exponent_sign}{}",
            exponent.abs()
        )
    }

    fn cmp_value(&self, other: &Self) -> Ordering {
        let sign = |one: &Self| match (one.digits.is_empty(), one.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let by_sign = sign(self).cmp(&sign(other));
        if by_sign != Ordering::Equal || self.digits.is_empty() {
            return by_sign;
        }
        let magnitude = self
            .point
            .cmp(&other.point)
            .then_with(|| self.digits.cmp(&other.digits));
        if self.negative {
            magnitude.reverse()
        } else {
            magnitude
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_print_as_decimal_js_does() {
        for (stored, printed) in [
            ("0", "0"),
            ("0.00", "0"),
            ("-0.0", "0"),
            ("1.50", "1.5"),
            ("100", "100"),
            ("-12.3400", "-12.34"),
            ("0.000001", "0.000001"),
            ("0.0000001", "1e-7"),
            ("0.00000012", "1.2e-7"),
            ("123456789012345678901", "123456789012345678901"),
            ("1000000000000000000000", "1e+21"),
            ("1234567890123456789012.5", "1.2345678901234567890125e+21"),
            ("NaN", "NaN"),
        ] {
            assert_eq!(to_json_text(stored), printed, "{stored}");
        }
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        assert_eq!(check("999.99", Some(5), Some(2)), Ok("999.99".into()));
        assert_eq!(check("1000", Some(5), Some(2)), Err(DecimalError::TooLarge));
        assert_eq!(check("1e3", None, None), Ok("1000".into()));
        assert_eq!(check("1e200000", None, None), Err(DecimalError::TooLarge));
        assert_eq!(
            check("1e99999999999", None, None),
            Err(DecimalError::TooLarge)
        );
        assert_eq!(check("1,5", None, None), Err(DecimalError::Syntax));
        assert_eq!(check("", None, None), Err(DecimalError::Syntax));
        assert_eq!(check(".", None, None), Err(DecimalError::Syntax));
    }

    #[test]
    fn integers_are_recognised_in_any_spelling() {
        assert_eq!(to_integer("5.0"), Ok(5));
        assert_eq!(to_integer("5e2"), Ok(500));
        assert_eq!(to_integer("0e99999999999"), Ok(0));
        assert_eq!(to_integer("5.5"), Err(DecimalError::Syntax));
        assert_eq!(to_integer("1e-99999999999"), Err(DecimalError::Syntax));
        assert_eq!(
            to_integer("9223372036854775808"),
            Err(DecimalError::TooLarge)
        );
        assert_eq!(to_integer("1e99999999999"), Err(DecimalError::TooLarge));
    }

    #[test]
    fn decimals_compare_by_value() {
        assert_eq!(compare("10", "9.5"), Ordering::Greater);
        assert_eq!(compare("1.50", "1.5"), Ordering::Equal);
        assert_eq!(compare("-10", "-9"), Ordering::Less);
        assert_eq!(compare("0", "-1"), Ordering::Greater);
    }
}
