//! Limits that check constraints set on single columns: the allowed values, a range or a length.
//!
//! The database enforces the checks. The limits found here are documentation only, so a condition
//! that is not understood here is left out.

use sqlparser::{
    ast::{
        BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
        UnaryOperator, Value,
    },
    dialect::PostgreSqlDialect,
    parser::Parser,
};

/// A limit on the values of a column. NULL is always allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    pub column: String,
    pub allows: Allows,
}

/// The values that a [`Limit`] allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allows {
    /// One of these texts.
    OneOf(Vec<String>),
    /// This number and larger ones.
    AtLeast(i64),
    /// Larger numbers.
    Above(i64),
    /// This number and smaller ones.
    AtMost(i64),
    /// Smaller numbers.
    Below(i64),
    /// Texts of this many characters or more.
    LongerThan(u32),
}

/// The limits that a check sets. `definition` is the text that PostgreSQL prints.
pub fn limits(definition: &str) -> Vec<Limit> {
    let mut limits = Vec::new();
    let condition = definition.strip_prefix("CHECK ").unwrap_or(definition);
    let parsed = Parser::new(&PostgreSqlDialect {}).try_with_sql(condition);
    if let Ok(condition) = parsed.and_then(|mut parser| parser.parse_expr()) {
        collect(&condition, &mut limits);
    }
    limits
}

/// Collects the limits of all conditions that are joined by AND.
fn collect(condition: &Expr, limits: &mut Vec<Limit>) {
    match bare(condition) {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            collect(left, limits);
            collect(right, limits);
        }
        other => limits.extend(limit(other)),
    }
}

fn limit(condition: &Expr) -> Option<Limit> {
    let (subject, allows) = match condition {
        Expr::AnyOp {
            left,
            compare_op: BinaryOperator::Eq,
            right,
            ..
        } => match bare(right) {
            Expr::Array(array) => (left, Allows::OneOf(texts(&array.elem)?)),
            _ => return None,
        },
        Expr::InList {
            expr,
            list,
            negated: false,
        } => (expr, Allows::OneOf(texts(list)?)),
        Expr::BinaryOp { left, op, right } => {
            if let Some(length) = length_of(left) {
                let column = column(length)?;
                let least = match op {
                    BinaryOperator::GtEq => integer(right)?,
                    BinaryOperator::Gt => integer(right)?.checked_add(1)?,
                    _ => return None,
                };
                let allows = Allows::LongerThan(u32::try_from(least).ok()?);
                return Some(Limit { column, allows });
            }
            let allows = match op {
                BinaryOperator::Eq => Allows::OneOf(vec![text(right)?]),
                BinaryOperator::GtEq => Allows::AtLeast(integer(right)?),
                BinaryOperator::Gt => Allows::Above(integer(right)?),
                BinaryOperator::LtEq => Allows::AtMost(integer(right)?),
                BinaryOperator::Lt => Allows::Below(integer(right)?),
                _ => return None,
            };
            (left, allows)
        }
        _ => return None,
    };
    let column = column(subject)?;
    Some(Limit { column, allows })
}

/// The expression inside parentheses and casts.
fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Nested(inner) => bare(inner),
        Expr::Cast { expr, .. } => bare(expr),
        other => other,
    }
}

fn column(expression: &Expr) -> Option<String> {
    match bare(expression) {
        Expr::Identifier(name) => Some(name.value.clone()),
        _ => None,
    }
}

/// The argument of `char_length` or `length`.
fn length_of(expression: &Expr) -> Option<&Expr> {
    let Expr::Function(Function { name, args, .. }) = bare(expression) else {
        return None;
    };
    let name = name.to_string();
    let FunctionArguments::List(list) = args else {
        return None;
    };
    match list.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))]
            if matches!(name.as_str(), "char_length" | "length") =>
        {
            Some(argument)
        }
        _ => None,
    }
}

fn texts(expressions: &[Expr]) -> Option<Vec<String>> {
    expressions.iter().map(text).collect()
}

fn text(expression: &Expr) -> Option<String> {
    match bare(expression) {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn integer(expression: &Expr) -> Option<i64> {
    match bare(expression) {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            // PostgreSQL quotes negative numbers and other types: `'-1'::integer`.
            Value::SingleQuotedString(digits) => digits.parse().ok(),
            _ => None,
        },
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => integer(expr)?.checked_neg(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(definition: &str) -> Vec<(String, Allows)> {
        let limits = limits(definition).into_iter();
        limits.map(|limit| (limit.column, limit.allows)).collect()
    }

    fn one(column: &str, allows: Allows) -> Vec<(String, Allows)> {
        vec![(column.to_owned(), allows)]
    }

    #[test]
    fn lists_of_values_are_read() {
        let two = || Allows::OneOf(vec!["a".to_owned(), "it's".to_owned()]);
        for definition in [
            "CHECK ((kind = ANY (ARRAY['a'::text, 'it''s'::text])))",
            "CHECK (((kind)::text = ANY ((ARRAY['a'::character varying, 'it''s'::character varying])::text[])))",
            "kind IN ('a', 'it''s')",
        ] {
            assert_eq!(said(definition), one("kind", two()), "{definition}");
        }
        let only = Allows::OneOf(vec!["x".to_owned()]);
        assert_eq!(said(r#"CHECK (("Kind" = 'x'::text))"#), one("Kind", only));
    }

    #[test]
    fn ranges_and_lengths_are_read() {
        for (definition, allows) in [
            ("CHECK ((n > 0))", Allows::Above(0)),
            ("CHECK ((n >= '-1'::integer))", Allows::AtLeast(-1)),
            ("CHECK ((n < 10)) NOT VALID", Allows::Below(10)),
            ("CHECK ((char_length(n) >= 28))", Allows::LongerThan(28)),
            ("CHECK ((length((n)::text) > 0))", Allows::LongerThan(1)),
        ] {
            assert_eq!(said(definition), one("n", allows), "{definition}");
        }
        let both = said("CHECK (((n >= 1) AND (n <= 5)))");
        assert_eq!(both.len(), 2, "{both:?}");
    }

    #[test]
    fn what_is_not_plain_says_nothing() {
        for definition in [
            "CHECK (((kind = 'a'::text) OR (n > 0)))",
            "CHECK ((n > m))",
            "CHECK ((NOT (n > 0)))",
            "CHECK ((lower(kind) = 'a'::text))",
            "CHECK ((n > 1.5))",
            "CHECK ((kind <> 'a'::text))",
            "CHECK (((n + 1) > 0))",
            "not SQL ((",
            "",
        ] {
            assert_eq!(said(definition), [], "{definition}");
        }
    }
}
