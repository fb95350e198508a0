//! A JSON merge patch (RFC 7396) as an expression.
//!
//! The database applies the patch to the value that the column holds at that moment, so that two
//! patches of different keys both take effect.

use reflect::snapshot::Database;
use serde_json::{Map, Value as Json};

use super::SqlWriter;
use crate::codec::Value;

type Object = Map<String, Json>;

impl SqlWriter<'_> {
    /// Appends the value that a column holds, patched. The name of the column comes in quotes.
    pub fn merged(&mut self, column: &str, patch: &Object) {
        match self.database {
            Database::Postgres => self.patched(patch, &|sql| {
                sql.push("CAST(");
                sql.push(column);
                sql.push(" AS jsonb)");
            }),
            // SQLite's own function does as RFC 7396 says, but takes neither NULL nor a text that is
            // not JSON.
            Database::Sqlite => {
                self.push("json_patch((CASE WHEN (json_valid(");
                self.push(column);
                self.push(")) THEN ");
                self.push(column);
                self.push(" ELSE ");
                self.bind_text("{}");
                self.push(" END), ");
                self.bind_owned(Value::Text(Json::Object(patch.clone()).to_string()));
                self.push(")");
            }
        }
    }

    /// Members that are null are removed, objects are patched in turn, and all others take the place
    /// of the member of their name.
    fn patched(&mut self, patch: &Object, document: &dyn Fn(&mut Self)) {
        let removed = patch.iter().filter(|(_, value)| value.is_null());
        let removed: Vec<Json> = removed.map(|(key, _)| Json::from(key.as_str())).collect();
        let plain = patch
            .iter()
            .filter(|(_, value)| !value.is_null() && !value.is_object());
        let plain: Object = plain
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let objects = patch
            .iter()
            .filter_map(|(key, value)| Some((key, value.as_object()?)));
        // Each step below encloses those before it.
        let steps = usize::from(!removed.is_empty())
            + usize::from(!plain.is_empty())
            + objects.clone().count();
        self.push(&"(".repeat(steps));
        // A value that is not an object counts as an empty one.
        self.push("(CASE WHEN jsonb_typeof(");
        document(self);
        self.push(") = 'object' THEN ");
        document(self);
        self.push(" ELSE '{}'::jsonb END)");
        if !removed.is_empty() {
            self.push(" - ARRAY(SELECT jsonb_array_elements_text(");
            self.bind_text(Json::Array(removed).to_string());
            self.push("::jsonb)))");
        }
        if !plain.is_empty() {
            self.push(" || ");
            self.bind_text(Json::Object(plain).to_string());
            self.push("::jsonb)");
        }
        for (key, inner) in objects {
            self.push(" || jsonb_build_object(");
            self.bind_text(key);
            self.push("::text, ");
            // The operator `->` with a text gives NULL for a value that is not an object.
            self.patched(inner, &|sql| {
                sql.push("(");
                document(sql);
                sql.push(" -> ");
                sql.bind_text(key);
                sql.push("::text)");
            });
            self.push("))");
        }
    }

    fn bind_text(&mut self, text: impl Into<String>) {
        self.bind_owned(Value::Text(text.into()));
    }
}
