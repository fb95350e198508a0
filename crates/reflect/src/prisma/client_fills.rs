//! The values that Prisma Client fills in for `@default(…)`.

use serde_json::Value;

use crate::snapshot::ClientDefault;

/// Length of `nanoid()`.
const NANOID_LENGTH: u16 = 21;

/// The client-side default for a default of the data model. `None` where the database fills it in
/// (`autoincrement()`, `dbgenerated(…)`, `sequence()`). `number` is the text of a numeric default.
pub(super) fn client_default(
    field_type: &str,
    default: Value,
    number: Option<String>,
) -> Option<ClientDefault> {
    if let Value::Object(function) = &default {
        let argument = function.get("args").and_then(|args| args.get(0));
        return of_function(function.get("name")?.as_str()?, argument);
    }
    let value = match (field_type, number) {
        ("Decimal", Some(number)) => Value::String(number),
        _ => in_api_form(field_type, default),
    };
    Some(ClientDefault::Literal { value })
}

fn of_function(name: &str, argument: Option<&Value>) -> Option<ClientDefault> {
    let number = |or: u16| {
        let given = argument.and_then(Value::as_u64);
        given.and_then(|given| given.try_into().ok()).unwrap_or(or)
    };
    let version = |or: u16| u8::try_from(number(or)).unwrap_or_default();
    Some(match name {
        "cuid" => ClientDefault::Cuid {
            version: version(1),
        },
        "uuid" => ClientDefault::Uuid {
            version: version(4),
        },
        "ulid" => ClientDefault::Ulid,
        "nanoid" => ClientDefault::Nanoid {
            length: number(NANOID_LENGTH),
        },
        "now" => ClientDefault::Now,
        _ => return None,
    })
}

/// A literal in the API's form. Prisma writes JSON as a string that contains it.
fn in_api_form(field_type: &str, default: Value) -> Value {
    match default {
        Value::Array(items) => items
            .into_iter()
            .map(|item| in_api_form(field_type, item))
            .collect(),
        Value::String(text) if field_type == "Json" => {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(field_type: &str, default: Value, number: Option<&str>) -> Option<ClientDefault> {
        client_default(field_type, default, number.map(str::to_owned))
    }

    fn literal(value: Value) -> Option<ClientDefault> {
        Some(ClientDefault::Literal { value })
    }

    #[test]
    fn functions_of_the_client_are_taken_and_those_of_the_database_left() {
        let call =
            |name: &str, args: Value| of("String", json!({"name": name, "args": args}), None);
        assert_eq!(
            call("cuid", json!([2])),
            Some(ClientDefault::Cuid { version: 2 })
        );
        assert_eq!(
            call("uuid", json!([])),
            Some(ClientDefault::Uuid { version: 4 })
        );
        assert_eq!(
            call("nanoid", json!([])),
            Some(ClientDefault::Nanoid { length: 21 })
        );
        assert_eq!(call("autoincrement", json!([])), None);
        assert_eq!(call("dbgenerated", json!(["now()"])), None);
    }

    #[test]
    fn literals_keep_their_digits_and_json_is_json() {
        assert_eq!(
            of(
                "Decimal",
                json!(0.12345678901234569),
                Some("0.12345678901234567890")
            ),
            literal(json!("0.12345678901234567890"))
        );
        assert_eq!(
            of("Json", json!(["{\"a\":1}", "[]"]), None),
            literal(json!([{ "a": 1 }, []]))
        );
        assert_eq!(of("String", json!("{}"), None), literal(json!("{}")));
    }
}
