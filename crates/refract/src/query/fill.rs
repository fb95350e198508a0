//! Values that Prisma Client fills in, since the database does not.
//!
//! Source: Prisma schema reference, attribute functions
//! (<https://www.prisma.io/docs/orm/reference/prisma-schema-reference#attribute-functions>).

use chrono::Utc;

use crate::{
    catalog::{ClientDefault, Column, Type},
    codec::{Micros, Value, parse_json},
};

/// The value Prisma Client would give a column the caller left out, if it would give one.
pub(crate) fn on_create(column: &Column, now: Micros) -> Option<Value> {
    if column.updated_at {
        return Some(timestamp(column, now));
    }
    match column.client_default.as_ref()? {
        ClientDefault::Cuid { version: 2 } => Some(Value::Text(cuid::cuid2())),
        ClientDefault::Cuid { .. } => Some(Value::Text(cuid1())),
        ClientDefault::Uuid { version: 7 } => {
            Some(Value::Text(uuid::Uuid::now_v7().hyphenated().to_string()))
        }
        ClientDefault::Uuid { .. } => {
            Some(Value::Text(uuid::Uuid::new_v4().hyphenated().to_string()))
        }
        ClientDefault::Ulid => Some(Value::Text(ulid::Ulid::new().to_string())),
        ClientDefault::Nanoid { length } => Some(Value::Text(nanoid::format(
            nanoid::rngs::default,
            &nanoid::alphabet::SAFE,
            usize::from(*length),
        ))),
        ClientDefault::Now => Some(timestamp(column, now)),
        ClientDefault::Literal { value } => {
            let raw = serde_json::value::to_raw_value(value).ok()?;
            parse_json(&column.data_type, &raw).ok()
        }
    }
}

/// The value of an `@updatedAt` column on a change that does not set it.
pub(crate) fn on_update(column: &Column, now: Micros) -> Option<Value> {
    column.updated_at.then(|| timestamp(column, now))
}

/// The present moment with Prisma's precision: JavaScript dates end at milliseconds.
pub(crate) fn now() -> Micros {
    Utc::now().timestamp_millis() * 1000
}

fn timestamp(column: &Column, now: Micros) -> Value {
    // `YYYY-MM-DDTHH:MM:SS.mmmZ`
    let iso = || crate::codec::iso_utc(now);
    match column.data_type {
        Type::Date => Value::Text(iso()[..10].to_owned()),
        Type::Time => Value::Text(iso()[11..23].to_owned()),
        _ => Value::Timestamp(now),
    }
}

fn cuid1() -> String {
    // The crate's version 1 is deprecated in favour of version 2, as is Prisma's; `cuid()` in a
    // schema still means version 1.
    #[allow(deprecated)]
    cuid::cuid1()
}
