//! `[roles]` of refract.toml and the catalog → the catalog and the rules of each role.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use reflect::snapshot::{Database, TableName};

use crate::{
    catalog::{Catalog, CatalogError, Narrowing, Resource, ResourceNarrowing, Rights, nearest},
    error::Error,
    query::plan::policy::{PolicyScope, Preset, ResourceRules, RoleRules, RowPredicate, Rule},
    settings::{Environment, RolePolicy, RowRule, Settings, Stated},
};

/// What a role may name, and what it may do with it.
#[derive(Debug, Clone)]
pub struct RoleCatalog {
    pub name: String,
    pub catalog: Arc<Catalog>,
    pub rules: Arc<RoleRules>,
}

/// The catalogs of all roles.
#[derive(Debug, Clone, Default)]
pub struct RoleCatalogs {
    pub roles: Vec<RoleCatalog>,
    /// Fields that no role may read, because their names are those of secrets and no policy names them:
    /// `User.passwordHash`.
    pub secrets: Vec<String>,
}

/// A policy that does not fit the catalog.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    #[error("refract.toml: line {line}: {path}: {problem}")]
    Policy {
        line: usize,
        /// `roles.user.Post.read`
        path: String,
        problem: String,
    },
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl RoleCatalog {
    /// The role of a verified caller that has no policies: it may do nothing.
    pub fn of_nobody(catalog: &Catalog) -> Self {
        Self {
            name: String::new(),
            catalog: Arc::new(catalog.without_resources()),
            rules: Arc::default(),
        }
    }
}

/// The catalogs of all roles of the settings.
///
/// # Errors
/// The first policy that does not fit, with its line.
pub fn compile(
    catalog: &Catalog,
    database: Database,
    settings: &Settings,
) -> Result<RoleCatalogs, RoleError> {
    let mut found = RoleCatalogs::default();
    let mut secrets = BTreeSet::new();
    for (name, policies) in &settings.roles.by_role {
        let role = Role {
            name,
            database,
            policies,
            shows_places: settings.environment == Environment::Local,
        };
        let narrowing = role.narrowing(catalog, &mut secrets)?;
        found.roles.push(RoleCatalog {
            name: name.clone(),
            catalog: Arc::new(catalog.narrowed(&settings.resources, &narrowing)?),
            rules: Arc::new(role.rules(catalog)?),
        });
    }
    found.secrets = secrets.into_iter().collect();
    Ok(found)
}

struct Role<'a> {
    name: &'a str,
    database: Database,
    policies: &'a BTreeMap<String, RolePolicy>,
    shows_places: bool,
}

impl Role<'_> {
    fn wrong(&self, line: usize, rest: &str, problem: impl Into<String>) -> RoleError {
        RoleError::Policy {
            line,
            path: format!("roles.{}.{rest}", self.name),
            problem: problem.into(),
        }
    }

    fn resource<'catalog>(
        &self,
        catalog: &'catalog Catalog,
        model: &str,
        policy: &RolePolicy,
    ) -> Result<&'catalog Arc<Resource>, RoleError> {
        let mut resources = catalog.resources.iter();
        resources.find(|one| one.name == model).ok_or_else(|| {
            let names = catalog.resources.iter().map(|one| one.name.as_str());
            let hint = hint(nearest(model, names));
            self.wrong(
                policy.line,
                model,
                format!("no resource has this name{hint}"),
            )
        })
    }

    fn narrowing(
        &self,
        catalog: &Catalog,
        secrets: &mut BTreeSet<String>,
    ) -> Result<Narrowing, RoleError> {
        let mut narrowing = Narrowing::default();
        for (model, policy) in self.policies {
            let resource = self.resource(catalog, model, policy)?;
            let readable = self.readable(catalog, resource, policy, secrets)?;
            for &column in &resource.key {
                let field = &resource.columns[column].field;
                if !readable.0.contains(field) {
                    let line = policy
                        .read_fields
                        .as_ref()
                        .map_or(policy.line, |it| it.line);
                    let problem = if is_secret(field) {
                        format!(
                            "`{field}` is part of the key, which answers and URLs show, and is named \
                             like a secret: name it, too, if the role may read it"
                        )
                    } else {
                        format!(
                            "`{field}` is part of the key, which answers and URLs show: name it, too"
                        )
                    };
                    return Err(self.wrong(line, &format!("{model}.read_fields"), problem));
                }
            }
            let presets = self.presets(resource, model, policy)?;
            let (writable, relations) = self.writable(resource, model, policy, &readable.0)?;
            narrowing.0.insert(
                model.clone(),
                ResourceNarrowing {
                    rights: rights(policy),
                    readable: readable.0,
                    writable,
                    presets,
                    relations,
                    functions: readable.1,
                },
            );
        }
        Ok(narrowing)
    }

    /// The fields and the functions of a row that the role may read.
    fn readable(
        &self,
        catalog: &Catalog,
        resource: &Resource,
        policy: &RolePolicy,
        secrets: &mut BTreeSet<String>,
    ) -> Result<(BTreeSet<String>, BTreeSet<String>), RoleError> {
        let plain = || {
            let fields = resource.fields().filter(|field| !is_secret(field));
            fields.map(str::to_owned)
        };
        let mut fields = BTreeSet::new();
        let mut functions = BTreeSet::new();
        match &policy.read_fields {
            None => fields.extend(plain()),
            Some(stated) => {
                for name in &stated.value {
                    let (left_out, bare) = match name.strip_prefix('!') {
                        Some(bare) => (true, bare),
                        None => (false, name.as_str()),
                    };
                    if bare == "*" && !left_out {
                        fields.extend(plain());
                    } else if resource.readable(bare).is_some() {
                        if left_out {
                            fields.remove(bare);
                        } else {
                            fields.insert(bare.to_owned());
                        }
                    } else if !left_out && is_function(catalog, resource, bare) {
                        functions.insert(bare.to_owned());
                    } else {
                        let problem = match resource.position(bare) {
                            Some(_) => format!(
                                "`{bare}` is hidden from everybody ([resources.{}])",
                                resource.name
                            ),
                            None => {
                                let hint = hint(nearest(bare, resource.fields()));
                                format!("`{bare}` is not a field of {}{hint}", resource.name)
                            }
                        };
                        let path = format!("{}.read_fields", resource.name);
                        return Err(self.wrong(stated.line, &path, problem));
                    }
                }
            }
        }
        let named = policy.read_fields.iter().flat_map(|stated| &stated.value);
        let named: BTreeSet<&str> = named.map(|name| name.trim_start_matches('!')).collect();
        let unnamed = resource
            .fields()
            .filter(|field| is_secret(field) && !named.contains(field));
        secrets.extend(unnamed.map(|field| format!("{}.{field}", resource.name)));
        Ok((fields, functions))
    }

    fn presets(
        &self,
        resource: &Resource,
        model: &str,
        policy: &RolePolicy,
    ) -> Result<BTreeSet<String>, RoleError> {
        for (field, stated) in &policy.set {
            if resource.position(field).is_none() {
                let fields = resource.columns.iter().map(|one| one.field.as_str());
                let hint = hint(nearest(field, fields));
                let problem = format!("`{field}` is not a field of {model}{hint}");
                return Err(self.wrong(stated.line, &format!("{model}.set"), problem));
            }
        }
        Ok(policy.set.keys().cloned().collect())
    }

    /// The fields that the role may write, and the relations that its policy names.
    #[allow(clippy::type_complexity, reason = "it is taken apart at once")]
    fn writable(
        &self,
        resource: &Resource,
        model: &str,
        policy: &RolePolicy,
        readable: &BTreeSet<String>,
    ) -> Result<(BTreeSet<String>, Option<BTreeSet<String>>), RoleError> {
        let Some(stated) = &policy.write_fields else {
            return Ok((readable.clone(), None));
        };
        let mut fields = BTreeSet::new();
        let mut relations = BTreeSet::new();
        for name in &stated.value {
            let (left_out, bare) = match name.strip_prefix('!') {
                Some(bare) => (true, bare),
                None => (false, name.as_str()),
            };
            if bare == "*" && !left_out {
                fields.extend(readable.iter().cloned());
                relations.extend(resource.relations.iter().map(|one| one.name.clone()));
            } else if resource.position(bare).is_some() {
                if left_out {
                    fields.remove(bare);
                } else {
                    fields.insert(bare.to_owned());
                }
            } else if resource.relation(bare).is_some() {
                if left_out {
                    relations.remove(bare);
                } else {
                    relations.insert(bare.to_owned());
                }
            } else {
                let known = resource.columns.iter().map(|one| one.field.as_str());
                let known = known.chain(resource.relations.iter().map(|one| one.name.as_str()));
                let hint = hint(nearest(bare, known));
                let problem =
                    format!("`{bare}` is neither a field nor a relation of {model}{hint}");
                return Err(self.wrong(stated.line, &format!("{model}.write_fields"), problem));
            }
        }
        Ok((fields, Some(relations)))
    }

    /// The rules for the resources of a catalog and of those that hold the same tables.
    fn rules(&self, catalog: &Catalog) -> Result<RoleRules, RoleError> {
        let mut rules = RoleRules {
            role: self.name.to_owned(),
            shows_places: self.shows_places,
            ..RoleRules::default()
        };
        let alike = catalog.alike.values().map(|alike| &**alike);
        for catalog in alike.chain([catalog]) {
            for (model, policy) in self.policies {
                // Not each table need be in each schema.
                let mut resources = catalog.resources.iter();
                if let Some(resource) = resources.find(|one| one.name == *model) {
                    let found = self.of_resource(catalog, resource, policy)?;
                    rules.by_resource.insert(resource.id, found);
                }
            }
        }
        Ok(rules)
    }

    fn of_resource(
        &self,
        catalog: &Catalog,
        resource: &Arc<Resource>,
        policy: &RolePolicy,
    ) -> Result<ResourceRules, RoleError> {
        let scope = PolicyScope {
            catalog,
            database: self.database,
        };
        let model = &resource.name;
        let rule = |name: &str, stated: &Option<Stated<RowRule>>| {
            let Some(stated) = stated else {
                return Ok(Rule::Never);
            };
            match &stated.value {
                RowRule::Always => Ok(Rule::Always),
                RowRule::Never => Ok(Rule::Never),
                RowRule::Where(text) => RowPredicate::of(scope, resource, text)
                    .map(|predicate| Rule::Where(Arc::new(predicate)))
                    .map_err(|error| self.refused(stated.line, &format!("{model}.{name}"), &error)),
            }
        };
        let mut presets = Vec::new();
        for (field, stated) in &policy.set {
            let path = format!("{model}.set.{field}");
            let Some(column) = resource.position(field) else {
                continue;
            };
            let equals = RowPredicate::equals(scope, resource, column, &stated.value);
            let equals = equals.map_err(|error| self.refused(stated.line, &path, &error))?;
            presets.push(Preset {
                column,
                equals: Arc::new(equals),
            });
        }
        Ok(ResourceRules {
            read: rule("read", &policy.read)?,
            create: rule("create", &policy.create)?,
            update: rule("update", &policy.update)?,
            delete: rule("delete", &policy.delete)?,
            presets,
            place: format!(
                "refract.toml, line {}: roles.{}.{model}",
                policy.line, self.name
            ),
        })
    }

    /// The error of a predicate, in the words in which the same mistake in a URL is answered.
    fn refused(&self, line: usize, rest: &str, error: &Error) -> RoleError {
        let problem = match error {
            Error::InvalidParameter { reason, .. } => reason.clone(),
            Error::Invalid(problems) => {
                let problems = problems.iter();
                let problems = problems.map(|one| format!("`{}` {}", one.field, one.message));
                problems.collect::<Vec<_>>().join("; ")
            }
            other => other.to_string(),
        };
        self.wrong(line, rest, problem)
    }
}

fn rights(policy: &RolePolicy) -> Rights {
    let is_allowed = |stated: &Option<Stated<RowRule>>| {
        let stated = stated.as_ref();
        stated.is_some_and(|stated| stated.value != RowRule::Never)
    };
    Rights {
        read: is_allowed(&policy.read),
        create: is_allowed(&policy.create),
        update: is_allowed(&policy.update),
        delete: is_allowed(&policy.delete),
    }
}

fn hint(near: Option<String>) -> String {
    near.map(|name| format!(" (did you mean `{name}`?)"))
        .unwrap_or_default()
}

/// Whether the database has a function of the resource's rows with this name.
fn is_function(catalog: &Catalog, resource: &Resource, name: &str) -> bool {
    let is_its =
        |takes: &TableName| takes.schema == resource.schema && takes.table == resource.table;
    let snapshot = &catalog.snapshot;
    let mut computed = snapshot.computed_fields.iter();
    let mut related = snapshot.row_functions.iter();
    computed.any(|one| one.name == name && is_its(&one.takes))
        || related.any(|one| one.name == name && is_its(&one.takes))
}

/// Whether a field is named like a secret. Such a field is read by no role whose policy does not name
/// it.
fn is_secret(field: &str) -> bool {
    let name: String = field
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    const PARTS: [&str; 12] = [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "apikey",
        "privatekey",
        "credential",
        "twofactor",
        "otpkey",
        "recoverycode",
        "backupcode",
    ];
    PARTS.iter().any(|part| name.contains(part))
        || name.ends_with("hash")
        || name.ends_with("salt")
        || name == "pin"
        || name == "otp"
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn names_of_secrets() {
        for name in [
            "password",
            "passwordHash",
            "password_hash",
            "access_token",
            "refreshToken",
            "sessionToken",
            "clientSecret",
            "apiKey",
            "salt",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "id",
            "email",
            "title",
            "expires",
            "key",
            "hashtag",
            "passenger",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
