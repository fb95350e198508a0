//! Checks before the measurements that all peers answer the same.
//!
//! Ids, names and values have to agree. The form of timestamps and decimals may differ, and cursors
//! are not compared.

use serde_json::Value;

use crate::{
    Failure,
    client::Client,
    peers::{Running, Service},
    workloads::{Ask, Random},
};

/// Fields whose values each peer makes itself.
const OWN_FIELDS: [&str; 3] = ["id", "createdAt", "updatedAt"];

/// Fields that are different in every request.
const GIVEN_FIELDS: [&str; 3] = ["email", "title", "authorId"];

/// Compares the answers of all peers with those of the first.
///
/// # Errors
/// The first difference.
pub async fn same_answers(running: &[Running]) -> Result<(), Failure> {
    let asked = [
        Ask::One,
        Ask::Users(20),
        Ask::Users(100),
        Ask::Published,
        Ask::PostsWithAuthor,
        Ask::UsersWithPosts,
        Ask::TwoLevels,
        Ask::Counted,
        Ask::Page1000,
        Ask::Create,
        Ask::Rename,
        Ask::CreateMany(100),
        Ask::Upsert(100),
        Ask::CreateNested,
    ];
    for ask in asked {
        let mut expected: Option<(&str, Value)> = None;
        for one in running {
            let Service::Http(server) = &one.service else {
                continue;
            };
            if !one.peer.answers(ask) {
                continue;
            }
            let mut request = Vec::new();
            // The same seed makes the same request for each peer.
            let status = ask.write(one.peer.prefix(), &mut Random::new(42), &mut request);
            let mut client = Client::connect(server.address).await?;
            let answer = client.exchange(&request).await?;
            let body = String::from_utf8_lossy(answer.body).into_owned();
            if answer.status != status {
                let title = one.peer.title;
                return Err(
                    format!("{title} answers {ask:?} with {}: {body}", answer.status).into(),
                );
            }
            let mut found = plain(serde_json::from_str(&body)?);
            if ask.writes() {
                found = without_own_fields(found)
                    .map_err(|field| format!("{}: {ask:?} without {field}", one.peer.title))?;
            }
            match &expected {
                None => expected = Some((one.peer.title, found)),
                Some((_, same)) if *same == found => {}
                Some((title, other)) => {
                    let mine = one.peer.title;
                    let (other, found) = (other.to_string(), found.to_string());
                    let difference = format!("{title}: {other:.1000}\n{mine}: {found:.1000}");
                    return Err(format!("{ask:?} is answered differently\n{difference}").into());
                }
            }
        }
    }
    Ok(())
}

/// The rows of a write, without the fields that differ between peers. Those fields must be present.
fn without_own_fields(mut value: Value) -> Result<Value, &'static str> {
    // Refract's answer to an upsert also has the outcome of each row.
    if let Some(rows) = value.get_mut("data") {
        value = rows.take();
    }
    match value {
        Value::Array(rows) => rows.into_iter().map(without_own_fields).collect(),
        Value::Object(mut row) => {
            for field in OWN_FIELDS {
                if row.remove(field).is_none_or(|value| value.is_null()) {
                    return Err(field);
                }
            }
            row.retain(|field, _| !GIVEN_FIELDS.contains(&field.as_str()));
            Ok(Value::Object(row))
        }
        other => Ok(other),
    }
}

/// The value with timestamps and decimals in one form.
fn plain(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let value = match name.as_str() {
                    "nextCursor" => Value::Null,
                    "rating" => decimal(&value),
                    _ if name.ends_with("At") => timestamp(&value),
                    _ => plain(value),
                };
                (name, value)
            })
            .collect(),
        other => other,
    }
}

fn decimal(value: &Value) -> Value {
    let text = value.as_str().map_or(value.to_string(), str::to_owned);
    text.parse::<f64>().map_or(Value::Null, Value::from)
}

fn timestamp(value: &Value) -> Value {
    const MILLIS: &str = "%Y-%m-%dT%H:%M:%S%.3f";
    let Some(text) = value.as_str() else {
        return value.clone();
    };
    let text = text.trim_end_matches("+00:00").trim_end_matches('Z');
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
        .map_or(value.clone(), |time| time.format(MILLIS).to_string().into())
}
