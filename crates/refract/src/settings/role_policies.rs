//! `[roles.<role>.<Model>]` of refract.toml: what a role may do with the rows of a resource.

use std::collections::BTreeMap;

use toml_edit::{ImDocument, Item, Key, TableLike, Value};

use super::SettingsError;
use crate::{access::SERVICE, nearest::nearest};

/// `[roles]` of refract.toml.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// The policies of each role, by the names of models.
    pub by_role: BTreeMap<String, BTreeMap<String, RolePolicy>>,
}

/// `[roles.<role>.<Model>]` of refract.toml.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RolePolicy {
    pub read: Option<Stated<RowRule>>,
    pub create: Option<Stated<RowRule>>,
    pub update: Option<Stated<RowRule>>,
    pub delete: Option<Stated<RowRule>>,
    /// The values that new rows get, by fields.
    pub set: BTreeMap<String, Stated<String>>,
    /// The fields that the role may read. `None` is all that are not hidden and do not look like secrets.
    pub read_fields: Option<Stated<Vec<String>>>,
    /// The fields that the role may write. `None` is all that it may read.
    pub write_fields: Option<Stated<Vec<String>>>,
    /// The line of its table in refract.toml.
    pub line: usize,
}

/// A value and its line in refract.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated<T> {
    pub value: T,
    pub line: usize,
}

/// With which rows something is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowRule {
    Always,
    Never,
    /// With those that satisfy a predicate, in the grammar of filters.
    Where(String),
}

/// The members of a policy.
const MEMBERS: [&str; 7] = [
    "read",
    "create",
    "update",
    "delete",
    "set",
    "read_fields",
    "write_fields",
];

impl Roles {
    pub fn is_empty(&self) -> bool {
        self.by_role.is_empty()
    }

    /// Reads `[roles]` in the text of a refract.toml.
    ///
    /// # Errors
    /// A member that does not exist or has another type, with its line.
    pub fn of_toml(text: &str) -> Result<Self, SettingsError> {
        let reader = Reader { text };
        let document = ImDocument::parse(text).map_err(|error| {
            // The whole message shows the line, which may hold a secret.
            reader.wrong(error.span().map(|span| span.start), error.message())
        })?;
        let Some(item) = document.get("roles") else {
            return Ok(Self::default());
        };
        let mut by_role = BTreeMap::new();
        for (role, item) in reader.members(item, "roles", None)? {
            let path = format!("roles.{}", role.get());
            if role.get() == SERVICE {
                let problem =
                    format!("{path}: no policy applies to this role, which may do everything");
                return Err(reader.wrong(at(role), &problem));
            }
            let mut of_role = BTreeMap::new();
            for (model, item) in reader.members(item, &path, at(role))? {
                let path = format!("{path}.{}", model.get());
                let policy = reader.policy(item, &path, model)?;
                of_role.insert(model.get().to_owned(), policy);
            }
            by_role.insert(role.get().to_owned(), of_role);
        }
        Ok(Self { by_role })
    }
}

struct Reader<'text> {
    text: &'text str,
}

fn at(key: &Key) -> Option<usize> {
    key.span().map(|span| span.start)
}

impl Reader<'_> {
    fn line(&self, at: Option<usize>) -> usize {
        let before = self.text.get(..at.unwrap_or_default()).unwrap_or_default();
        before.matches('\n').count() + 1
    }

    fn wrong(&self, at: Option<usize>, problem: &str) -> SettingsError {
        let problem = format!("line {}: {problem}", self.line(at));
        SettingsError::new("refract.toml", problem, "[roles.user.Post]")
    }

    fn members<'item>(
        &self,
        item: &'item Item,
        path: &str,
        at: Option<usize>,
    ) -> Result<Vec<(&'item Key, &'item Item)>, SettingsError> {
        let table: &dyn TableLike = item
            .as_table_like()
            .ok_or_else(|| self.wrong(at, &format!("{path}: must be a table")))?;
        let names: Vec<&str> = table.iter().map(|(name, _)| name).collect();
        Ok(names
            .into_iter()
            .filter_map(|name| table.get_key_value(name))
            .collect())
    }

    fn policy(&self, item: &Item, path: &str, of: &Key) -> Result<RolePolicy, SettingsError> {
        let mut policy = RolePolicy {
            line: self.line(at(of)),
            ..RolePolicy::default()
        };
        for (name, item) in self.members(item, path, at(of))? {
            let path = format!("{path}.{}", name.get());
            let line = self.line(at(name));
            let rule = || self.rule(item, &path, at(name)).map(Some);
            match name.get() {
                "read" => policy.read = rule()?,
                "create" => policy.create = rule()?,
                "update" => policy.update = rule()?,
                "delete" => policy.delete = rule()?,
                "read_fields" => {
                    let value = self.names(item, &path, at(name))?;
                    policy.read_fields = Some(Stated { value, line });
                }
                "write_fields" => {
                    let value = self.names(item, &path, at(name))?;
                    policy.write_fields = Some(Stated { value, line });
                }
                "set" => {
                    for (field, item) in self.members(item, &path, at(name))? {
                        let value = scalar(item).ok_or_else(|| {
                            let problem = format!(
                                "{path}.{}: must be a text, a number or a boolean",
                                field.get()
                            );
                            self.wrong(at(field), &problem)
                        })?;
                        let line = self.line(at(field));
                        policy
                            .set
                            .insert(field.get().to_owned(), Stated { value, line });
                    }
                }
                other => {
                    let hint = nearest(other, MEMBERS.into_iter())
                        .map(|near| format!(" (did you mean `{near}`?)"))
                        .unwrap_or_default();
                    let all = MEMBERS.join(", ");
                    let problem = format!("{path}: is none of {all}{hint}");
                    return Err(self.wrong(at(name), &problem));
                }
            }
        }
        Ok(policy)
    }

    fn rule(
        &self,
        item: &Item,
        path: &str,
        at: Option<usize>,
    ) -> Result<Stated<RowRule>, SettingsError> {
        let value = match item.as_value() {
            Some(Value::Boolean(allowed)) if *allowed.value() => RowRule::Always,
            Some(Value::Boolean(_)) => RowRule::Never,
            Some(Value::String(text)) if !text.value().trim().is_empty() => {
                RowRule::Where(text.value().clone())
            }
            _ => {
                let problem = format!(
                    "{path}: must be true, false, or a filter such as \"authorId.eq.$sub\""
                );
                return Err(self.wrong(at, &problem));
            }
        };
        let line = self.line(at);
        Ok(Stated { value, line })
    }

    fn names(
        &self,
        item: &Item,
        path: &str,
        at: Option<usize>,
    ) -> Result<Vec<String>, SettingsError> {
        let names = item.as_array().and_then(|items| {
            let names = items.iter().map(|item| item.as_str().map(str::to_owned));
            names.collect::<Option<Vec<_>>>()
        });
        names.ok_or_else(|| self.wrong(at, &format!("{path}: must be a list of names of fields")))
    }
}

fn scalar(item: &Item) -> Option<String> {
    match item.as_value()? {
        Value::String(text) => Some(text.value().clone()),
        Value::Integer(number) => Some(number.value().to_string()),
        Value::Float(number) => Some(number.value().to_string()),
        Value::Boolean(flag) => Some(flag.value().to_string()),
        Value::Datetime(_) | Value::Array(_) | Value::InlineTable(_) => None,
    }
}
