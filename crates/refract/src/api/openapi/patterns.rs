//! Regular expressions of texts that stand for values in filters, keys and bodies.
//!
//! They use only the syntax that ECMA-262 and all other dialects share (JSON Schema Validation,
//! 6.4), so validators and generators of any language can read them.

use crate::catalog::Type;

/// Any text. Neither PostgreSQL nor SQLite is given NUL in texts.
pub(super) const TEXT: &str = r"[^\u0000]*";
/// `"…"`, in which a backslash makes the next character literal.
const QUOTED: &str = r#""([^"\\\u0000]|\\[^\u0000])*""#;
const DECIMAL: &str = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)";
const HOUR: &str = "([01][0-9]|2[0-3])";
const UUID: &str = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
const BASE64: &str =
    "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?";
/// The last characters of base64, if their bits do not fill three bytes.
const BASE64_END: &str = "[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=";

/// Makes a regular expression match the whole text.
pub(super) fn whole(pattern: &str) -> String {
    format!("^({pattern})$")
}

/// A value as a text in a URL.
pub(super) fn of(data_type: &Type) -> String {
    match data_type {
        Type::Bool => "true|false".to_owned(),
        Type::Int2 => integer(i16::MAX as u64),
        Type::Int4 => integer(i32::MAX as u64),
        Type::Int8 => integer(i64::MAX as u64),
        Type::Oid => up_to(u32::MAX.into()),
        Type::Float4 => float("1?[0-9]"),
        Type::Float8 => float("[0-9]{1,2}"),
        Type::Numeric { precision, scale } => format!("{}|NaN", decimal(*precision, *scale)),
        Type::Uuid => UUID.to_owned(),
        Type::Enum(of) => {
            let names = of.values.iter().map(|value| escaped(&value.name));
            names.collect::<Vec<_>>().join("|")
        }
        Type::Timestamp | Type::TimestampTz => {
            format!("({})(T{})?|-?infinity", date(), clock(true))
        }
        Type::Date => of(&Type::TimestampTz),
        Type::Time => format!("{}|({})T{}", time_of_day(), date(), clock(true)),
        Type::Bytes => BASE64.to_owned(),
        Type::Json { .. } => format!(
            r#"true|false|null|{}|"([^"\\\u0000-\u001f]|\\["\\/bfnrt])*"|[\[{{]{TEXT}[\]}}]"#,
            json_number(38)
        ),
        Type::Array(item) => {
            let (literal, json) = (list(&in_array(item)), list(&in_json(item)));
            format!(r"\{{({literal})?\}}|\[({json})?\]")
        }
        Type::Text { .. } | Type::Other { .. } => TEXT.to_owned(),
    }
}

/// A value as an item of `in.(…)`.
pub(super) fn in_parentheses(data_type: &Type) -> String {
    item(data_type, r#"([^",\u0000][^,\u0000]*)?"#)
}

/// A value as an item of an array literal of PostgreSQL: `{…}`.
pub(super) fn in_braces(data_type: &Type) -> String {
    item(data_type, BARE)
}

/// An item of an array literal that needs no quotes.
const BARE: &str = r#"[^{},"\\ \u0000][^{},"\\\u0000]*"#;

/// An item of a list. `unquoted` is the pattern of a text without quotes.
fn item(data_type: &Type, unquoted: &str) -> String {
    match data_type {
        Type::Text { .. } | Type::Other { .. } => format!("{QUOTED}|{unquoted}"),
        Type::Enum(of) => {
            let names = of.values.iter().map(|value| {
                let name = &value.name;
                if is_word(name) {
                    return name.clone();
                }
                let inside = name.replace('\\', r"\\").replace('"', r#"\""#);
                escaped(&format!("\"{inside}\""))
            });
            names.collect::<Vec<_>>().join("|")
        }
        // A document or an array with quotes or commas is quoted as a whole.
        Type::Json { .. } => format!(
            r#"true|false|null|{}|"(\\"[^"\\\u0000-\u001f]*\\"|[\[{{]([^"\\\u0000]|\\[^\u0000])*[\]}}])""#,
            json_number(38)
        ),
        Type::Array(inner) => {
            let inner = match &**inner {
                Type::Text { max_length } => bare(*max_length),
                Type::Other { .. } => bare(None),
                // Quotes within quotes are left out, because hardly anybody would write them.
                Type::Enum(of) => {
                    let names = of.values.iter().map(|value| value.name.as_str());
                    let words: Vec<&str> = names.filter(|name| is_word(name)).collect();
                    words.join("|")
                }
                inner => item(inner, BARE),
            };
            format!(r#""\{{({})?\}}""#, list(&inner))
        }
        // An array literal has quotes for an empty item.
        Type::Bytes => format!("[A-Za-z0-9+/]{{4}}({BASE64})|{BASE64_END}"),
        _ => of(data_type),
    }
}

/// Whether a name needs no quotes anywhere.
fn is_word(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !name.is_empty() && name.bytes().all(plain)
}

/// An item of an array literal. In it, the length of a text counts.
fn in_array(data_type: &Type) -> String {
    match data_type {
        Type::Text {
            max_length: Some(max_length),
        } => {
            let inside = format!(r#"([^"\\\u0000]|\\[^\u0000]){{0,{max_length}}}"#);
            format!(r#""{inside}"|{}"#, bare(Some(*max_length)))
        }
        _ => in_braces(data_type),
    }
}

/// An item without quotes, of at most `max_length` characters.
fn bare(max_length: Option<u32>) -> String {
    match max_length {
        None => BARE.to_owned(),
        Some(most) => {
            let more = most.saturating_sub(1);
            format!(r#"[^{{}},"\\ \u0000][^{{}},"\\\u0000]{{0,{more}}}"#)
        }
    }
}

/// Items separated by commas.
pub(super) fn list(item: &str) -> String {
    format!("({item})(,({item}))*")
}

/// At most `most` items separated by commas.
pub(super) fn list_of(item: &str, most: usize) -> String {
    format!("({item})(,({item})){{0,{}}}", most - 1)
}

/// A decimal whose digits before the point fit the precision and scale. Digits beyond the scale are
/// rounded.
pub(super) fn decimal(precision: Option<u32>, scale: Option<i32>) -> String {
    let digits = precision.map(|precision| i64::from(precision) - i64::from(scale.unwrap_or(0)));
    match digits {
        None => format!("{DECIMAL}([eE][+-]?[0-9]{{1,3}})?"),
        Some(digits) if digits > 0 => {
            format!(r"[+-]?([0-9]{{1,{digits}}}(\.[0-9]*)?|\.[0-9]+)")
        }
        Some(_) => r"[+-]?(0+(\.[0-9]*)?|\.[0-9]+)".to_owned(),
    }
}

/// A number with an exponent that stays within the range of the type.
fn float(exponent: &str) -> String {
    let short = r"([0-9]{1,15}(\.[0-9]*)?|\.[0-9]+)";
    let long = r"[0-9]{16,38}(\.[0-9]*)?";
    format!("[+-]?({short}([eE][+-]?{exponent})?|{long})|NaN|-?Infinity")
}

/// The same as an item of a JSON array.
fn in_json(data_type: &Type) -> String {
    match data_type {
        Type::Bool => of(data_type),
        Type::Int2 | Type::Int4 | Type::Int8 | Type::Oid => of(data_type),
        Type::Float4 | Type::Float8 => format!(r#"{}|"(NaN|-?Infinity)""#, json_number(15)),
        Type::Text { max_length } => {
            let length = max_length.map_or("*".to_owned(), |most| format!("{{0,{most}}}"));
            format!(r#""([^"\\\u0000-\u001f]|\\["\\/bfnrt]){length}""#)
        }
        Type::Other { .. } => in_json(&Type::Text { max_length: None }),
        Type::Json { .. } | Type::Array(_) => of(data_type),
        other => format!(r#""({})""#, of(other)),
    }
}

/// A JSON number with at most `digits` digits before the point.
fn json_number(digits: u32) -> String {
    let more = digits - 1;
    format!(r"-?(0|[1-9][0-9]{{0,{more}}})(\.[0-9]+)?([eE][+-]?1?[0-9])?")
}

/// An integer from `-max - 1` to `max`.
fn integer(max: u64) -> String {
    format!("-?({})|-{}", up_to(max), max + 1)
}

/// Numbers from 0 to `max`, which must have two digits or more. The first alternative has fewer
/// digits. Each further one has the same first digits as `max`, and then a smaller one.
fn up_to(max: u64) -> String {
    let digits = max.to_string();
    let mut ways = vec![format!("0|[1-9][0-9]{{0,{}}}", digits.len() - 2)];
    for (place, digit) in digits.bytes().enumerate() {
        let least = if place == 0 { b'1' } else { b'0' };
        if digit > least {
            let before = &digits[..place];
            let (first, below) = (char::from(least), char::from(digit - 1));
            let smaller = if first == below {
                first.to_string()
            } else {
                format!("[{first}-{below}]")
            };
            let rest = match digits.len() - place - 1 {
                0 => String::new(),
                rest => format!("[0-9]{{{rest}}}"),
            };
            ways.push(format!("{before}{smaller}{rest}"));
        }
    }
    ways.push(digits);
    ways.join("|")
}

/// A day of the calendar.
fn date() -> String {
    const LEAP: &str =
        "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29";
    format!(
        "[0-9]{{4}}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|\
         (0[13578]|1[02])-31)|{LEAP}"
    )
}

/// A time of day. The last alternative is PostgreSQL's end of a day.
pub(super) fn time_of_day() -> String {
    format!("{}|24:00:00", clock(false))
}

fn clock(with_offset: bool) -> String {
    let offset = if with_offset {
        format!("(Z|[+-]{HOUR}:[0-5][0-9])")
    } else {
        String::new()
    };
    format!(r"{HOUR}:[0-5][0-9]:[0-5][0-9](\.[0-9]{{1,9}})?{offset}")
}

/// A pattern of exactly this text.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\^$.|?*+()[]{}/".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
