//! Values that Prisma Client fills in, because the database has no default for them.
//!
//! Source: Prisma schema reference, attribute functions
//! (<https://www.prisma.io/docs/orm/reference/prisma-schema-reference#attribute-functions>), and for Prisma 8
//! the generators of npm's `@prisma/orm-framework`.

use chrono::Utc;

use crate::{
    catalog::{ClientDefault, Column, Type},
    codec::{Micros, Value, parse_json},
};

/// The value that Prisma Client gives a column without a value. `None` if it gives none.
pub(crate) fn on_create(column: &Column, now: Micros) -> Option<Value> {
    if column.updated_at {
        return Some(timestamp(column, now));
    }
    made(column.client_default.as_ref()?, column, now)
}

/// The value that a generator of Prisma Client makes.
fn made(default: &ClientDefault, column: &Column, now: Micros) -> Option<Value> {
    match default {
        ClientDefault::Cuid { version: 2 } => Some(Value::Text(cuid::cuid2())),
        ClientDefault::Cuid { .. } => Some(Value::Text(cuid1())),
        ClientDefault::Uuid { version: 7 } => {
            Some(Value::Text(uuid::Uuid::now_v7().hyphenated().to_string()))
        }
        ClientDefault::Uuid { .. } => {
            Some(Value::Text(uuid::Uuid::new_v4().hyphenated().to_string()))
        }
        ClientDefault::Ksuid => Some(Value::Text(ksuid())),
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

/// The value that Prisma Client gives a column in a change that does not set the column.
pub(crate) fn on_update(column: &Column, now: Micros) -> Option<Value> {
    if column.updated_at {
        return Some(timestamp(column, now));
    }
    made(column.on_update.as_ref()?, column, now)
}

/// The value that Prisma Client gives a column of the row that an upsert finds, where it is not the value
/// of the new row. See [`Column::set_by_upsert`].
pub(crate) fn on_merge(column: &Column, now: Micros) -> Option<Value> {
    on_update(column, now).filter(|_| !column.set_by_upsert())
}

/// The present moment. As in Prisma it has milliseconds, because JavaScript's dates end there.
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

fn ksuid() -> String {
    /// Where a KSUID's clock begins, in Unix time.
    const EPOCH_SECS: i64 = 1_400_000_000;
    let seconds = Utc::now().timestamp() - EPOCH_SECS;
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
    svix_ksuid::Ksuid::new_raw(seconds, None).to_string()
}

fn cuid1() -> String {
    // The crate deprecates version 1 of CUIDs, as Prisma does. In a schema, `cuid()` still means
    // version 1.
    #[allow(deprecated)]
    cuid::cuid1()
}
