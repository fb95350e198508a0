//! `/rest/v1/rpc/…`: functions are not served, so every function is reported as missing.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use poem::{Request, http::Method};
use serde_json::{Map, Value};

use super::{PREFIX, postgrest_error::PostgrestError};

/// The name of the function in a path.
pub fn name(path: &str) -> Option<String> {
    let name = path.strip_prefix(PREFIX)?.strip_prefix("/rpc/")?;
    Some(percent_decode_str(name).decode_utf8_lossy().into_owned())
}

/// PostgREST's error for an unknown function.
pub async fn error(schema: &str, name: &str, request: &mut Request) -> PostgrestError {
    let has_body = *request.method() == Method::POST;
    let arguments: BTreeSet<String> = if has_body {
        let body = request.take_body().into_bytes().await.unwrap_or_default();
        let object = serde_json::from_slice::<Map<String, Value>>(&body).unwrap_or_default();
        object.into_iter().map(|(name, _)| name).collect()
    } else {
        let query = request.uri().query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.map(|(name, _)| name.into_owned()).collect()
    };
    let names = arguments.into_iter().collect::<Vec<_>>();
    let (call, searched) = match names.as_slice() {
        [] => {
            let none = " without parameters".to_owned();
            (none.clone(), none)
        }
        [one] => (format!("({one})"), format!(" with parameter {one}")),
        some => {
            let all = some.join(", ");
            (format!("({all})"), format!(" with parameters {all}"))
        }
    };
    let or = if has_body {
        " or with a single unnamed json/jsonb parameter"
    } else {
        ""
    };
    PostgrestError::new(
        404,
        "PGRST202",
        format!("Could not find the function {schema}.{name}{call} in the schema cache"),
    )
    .details(format!(
        "Searched for the function {schema}.{name}{searched}{or}, but no matches were found in \
         the schema cache."
    ))
}
