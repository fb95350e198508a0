//! Numbers.

use std::fmt::LowerExp;

use crate::codec::{Value, ValueError, decimal};

pub(super) fn integer(text: &str, min: i64, max: i64) -> Result<Value, ValueError> {
    match decimal::to_integer(text) {
        Ok(number) if (min..=max).contains(&number) => Ok(Value::Int(number)),
        Ok(_) | Err(decimal::DecimalError::TooLarge) => Err(ValueError::new(
            "out_of_range",
            format!("must be from {min} to {max}"),
        )),
        Err(decimal::DecimalError::Syntax) => Err(ValueError::wrong_type("an integer")),
    }
}

/// `fits` says whether a number is one of the type's once it is rounded to it.
pub(super) fn float(
    text: &str,
    fits: fn(f64) -> bool,
    max: &dyn LowerExp,
) -> Result<Value, ValueError> {
    let number: f64 = match text {
        "NaN" => f64::NAN,
        "Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ => match text.parse() {
            // Rust reads 1e999 as infinity, and also "inf" and "nan".
            Ok(number) if decimal_characters(text) => number,
            _ => return Err(ValueError::wrong_type("a number")),
        },
    };
    if decimal_characters(text) && !fits(number) {
        return Err(ValueError::new(
            "out_of_range",
            format!("must be from -{max:e} to {max:e}"),
        ));
    }
    Ok(Value::Float(number))
}

fn decimal_characters(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
}

pub(super) fn numeric(
    text: &str,
    precision: Option<u32>,
    scale: Option<i32>,
) -> Result<Value, ValueError> {
    if text == "NaN" {
        return Ok(Value::Text(text.to_owned()));
    }
    match decimal::check(text, precision, scale) {
        Ok(plain) => Ok(Value::Text(plain)),
        Err(decimal::DecimalError::Syntax) => Err(ValueError::wrong_type("a decimal number")),
        Err(decimal::DecimalError::TooLarge) => Err(ValueError::new(
            "out_of_range",
            match precision {
                Some(precision) => format!(
                    "has more than {} digits before the point",
                    i64::from(precision) - i64::from(scale.unwrap_or(0))
                ),
                None => "has more digits than the database keeps".to_owned(),
            },
        )),
    }
}
