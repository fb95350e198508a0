//! Reads the contract of Prisma 8, which `prisma contract emit` writes as contract.json.
//!
//! It has the models with their relations and storage names, and what Prisma Client 8 fills in:
//! `execution.mutations.defaults`. `@default` means a default of the database there. Comments are not
//! in it. What this version does not know is named ([`PrismaSchema::unknown`]), and nothing is guessed.
//!
//! Source: the types of npm's `@prisma/orm-framework` 8.0.0-rc.13 (`Contract`,
//! `ExecutionMutationDefault`, `builtinGeneratorIds`), and contracts that its CLI wrote.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    Disagreement, Field, FieldKind, JoinTable, Model, ParserError, PrismaSchema, RelationField,
};
use crate::snapshot::ClientDefault;

/// The only version of the format that is known.
const SCHEMA_VERSION: &str = "1";

/// Length of `nanoid()`.
const NANOID_LENGTH: u16 = 21;

/// The name of the file.
pub(super) const FILE: &str = "contract.json";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Contract {
    schema_version: String,
    target_family: String,
    target: String,
    domain: Domain,
    storage: Storage,
    #[serde(default)]
    execution: Option<Execution>,
}

#[derive(Deserialize)]
struct Domain {
    namespaces: BTreeMap<String, DomainNamespace>,
}

#[derive(Deserialize)]
struct DomainNamespace {
    #[serde(default)]
    models: BTreeMap<String, ContractModel>,
}

#[derive(Deserialize)]
struct ContractModel {
    fields: BTreeMap<String, ContractField>,
    #[serde(default)]
    relations: BTreeMap<String, ContractRelation>,
    storage: ModelStorage,
}

#[derive(Deserialize)]
struct ContractField {
    nullable: bool,
    #[serde(default)]
    many: bool,
    #[serde(rename = "type")]
    field_type: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ModelStorage {
    table: String,
    namespace_id: String,
    fields: BTreeMap<String, StoredField>,
}

#[derive(Deserialize)]
struct StoredField {
    column: String,
}

#[derive(Deserialize)]
struct ContractRelation {
    cardinality: String,
    to: RelationTarget,
    on: RelationFields,
    through: Option<RelationThrough>,
}

#[derive(Deserialize)]
struct RelationTarget {
    model: String,
    namespace: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RelationFields {
    local_fields: Vec<String>,
    target_fields: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RelationThrough {
    table: String,
    namespace_id: String,
    /// Columns of the join table that refer to the model of the relation.
    parent_columns: Vec<String>,
    /// Columns of the join table that refer to the related model.
    child_columns: Vec<String>,
    target_columns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Storage {
    storage_hash: String,
    namespaces: BTreeMap<String, StorageNamespace>,
}

#[derive(Deserialize)]
struct StorageNamespace {
    entries: StorageEntries,
}

#[derive(Deserialize)]
struct StorageEntries {
    #[serde(default)]
    table: BTreeMap<String, StoredTable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredTable {
    primary_key: Option<StoredKey>,
    #[serde(default)]
    uniques: Vec<StoredKey>,
    #[serde(default)]
    foreign_keys: Vec<StoredForeignKey>,
}

#[derive(Deserialize)]
struct StoredKey {
    columns: Vec<String>,
}

#[derive(Deserialize)]
struct StoredForeignKey {
    source: StoredKey,
}

#[derive(Deserialize)]
struct Execution {
    mutations: Mutations,
}

#[derive(Deserialize)]
struct Mutations {
    defaults: Vec<MutationDefault>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MutationDefault {
    #[serde(rename = "ref")]
    of: FieldReference,
    on_create: Option<Generator>,
    on_update: Option<Generator>,
}

#[derive(Deserialize)]
struct FieldReference {
    namespace: String,
    entry: String,
    field: String,
}

#[derive(Deserialize, PartialEq)]
struct Generator {
    kind: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    params: Map<String, Value>,
}

/// The contract at a path: the file itself, or the one in a folder without a schema.prisma.
pub(super) fn file_at(path: &str) -> Option<std::path::PathBuf> {
    let path = Path::new(path);
    if path.is_dir() {
        let file = path.join(FILE);
        let is_prisma_7 = path.join("schema.prisma").exists();
        return (file.is_file() && !is_prisma_7).then_some(file);
    }
    let is_json = path.extension().is_some_and(|end| end == "json");
    is_json.then(|| path.to_owned())
}

/// Reads a contract.
///
/// # Errors
/// The file cannot be read, or it is no contract of this version for a SQL database.
pub(super) fn read(file: &Path) -> Result<PrismaSchema, ParserError> {
    let refused = |message: String| ParserError::Refused {
        path: file.display().to_string(),
        message,
    };
    let text = std::fs::read_to_string(file).map_err(|error| refused(error.to_string()))?;
    parse(&text).map_err(refused)
}

fn parse(text: &str) -> Result<PrismaSchema, String> {
    let contract: Contract = serde_json::from_str(text)
        .map_err(|error| format!("is no contract of Prisma 8: {error}"))?;
    if contract.schema_version != SCHEMA_VERSION {
        return Err(format!(
            "has schema version {}, and this version of Refract reads {SCHEMA_VERSION}",
            contract.schema_version
        ));
    }
    if contract.target_family != "sql" || !["postgres", "sqlite"].contains(&&*contract.target) {
        return Err(format!(
            "is for {} ({}), and Refract serves PostgreSQL and SQLite",
            contract.target, contract.target_family
        ));
    }
    Ok(Reader::of(&contract).schema())
}

/// A model's name in every reference to it: other namespaces may have a model of the same name.
type ModelKey<'a> = (&'a str, &'a str);

struct Reader<'a> {
    contract: &'a Contract,
    defaults: BTreeMap<(&'a str, &'a str, &'a str), &'a MutationDefault>,
    unknown: Vec<Disagreement>,
}

impl<'a> Reader<'a> {
    fn of(contract: &'a Contract) -> Self {
        let execution = contract.execution.iter();
        let defaults = execution.flat_map(|one| &one.mutations.defaults);
        let by_field = defaults.map(|one| {
            let FieldReference {
                namespace,
                entry,
                field,
            } = &one.of;
            ((namespace.as_str(), entry.as_str(), field.as_str()), one)
        });
        Self {
            contract,
            defaults: by_field.collect(),
            unknown: Vec::new(),
        }
    }

    fn models(&self) -> impl Iterator<Item = (ModelKey<'a>, &'a ContractModel)> + use<'a> {
        let namespaces = self.contract.domain.namespaces.iter();
        namespaces.flat_map(|(namespace, found)| {
            let models = found.models.iter();
            models.map(move |(name, model)| ((namespace.as_str(), name.as_str()), model))
        })
    }

    fn schema(mut self) -> PrismaSchema {
        let models = self.models().map(|(key, model)| self.model(key, model));
        let models: Vec<(Model, Vec<Disagreement>)> = models.collect();
        let mut all = Vec::new();
        for (model, unknown) in models {
            all.push(model);
            self.unknown.extend(unknown);
        }
        PrismaSchema {
            models: all,
            enums: Vec::new(),
            unknown: self.unknown,
            storage_hash: Some(self.contract.storage.storage_hash.clone()),
        }
    }

    fn table(&self, model: &ContractModel) -> Option<&'a StoredTable> {
        let namespaces = &self.contract.storage.namespaces;
        let namespace = namespaces.get(&model.storage.namespace_id)?;
        namespace.entries.table.get(&model.storage.table)
    }

    fn model(&self, key: ModelKey<'a>, model: &'a ContractModel) -> (Model, Vec<Disagreement>) {
        let mut unknown = Vec::new();
        let fields = model.fields.iter();
        let fields = fields.filter_map(|(name, field)| {
            // A field without a column of its own is a part of another's.
            let column = model.storage.fields.get(name)?.column.clone();
            Some(self.field((key, model), name, field, column, &mut unknown))
        });
        let fields: Vec<Field> = fields.collect();
        let stored = self.table(model);
        let keys = stored.into_iter().flat_map(|table| {
            let primary = table.primary_key.iter();
            primary.chain(&table.uniques)
        });
        let key_fields = keys.into_iter().next().and_then(|key| {
            let fields = key.columns.iter().map(|column| {
                let field = fields.iter().find(|field| field.column == *column)?;
                Some(field.name.clone())
            });
            fields.collect::<Option<Vec<_>>>()
        });
        let relations = model.relations.iter();
        let relations = relations.filter_map(|(name, relation)| {
            let found = self.relation((key, model), name, relation);
            if found.is_none() {
                unknown.push(Disagreement {
                    subject: format!("{}.{name}", key.1),
                    what: format!(
                        "a relation of the cardinality {} that this version does not know: it has \
                         the name that follows from its foreign key",
                        relation.cardinality
                    ),
                });
            }
            found
        });
        let relations = relations.collect();
        let schema = &model.storage.namespace_id;
        let model = Model {
            name: key.1.to_owned(),
            table: model.storage.table.clone(),
            // Prisma's word for "no schema of its own", as on SQLite.
            schema: (schema != "__unbound__").then(|| schema.clone()),
            ignored: false,
            comment: None,
            fields,
            relations,
            key: key_fields.unwrap_or_default(),
        };
        (model, unknown)
    }

    fn field(
        &self,
        ((_, model_name), model): (ModelKey, &ContractModel),
        name: &str,
        field: &ContractField,
        column: String,
        unknown: &mut Vec<Disagreement>,
    ) -> Field {
        let storage = &model.storage;
        let at = (
            storage.namespace_id.as_str(),
            storage.table.as_str(),
            column.as_str(),
        );
        let found = self.defaults.get(&at).copied();
        let mut named = |generator: &Option<Generator>, when: &str| {
            let generator = generator.as_ref()?;
            let known = generator.client_default();
            if known.is_none() {
                unknown.push(Disagreement {
                    subject: format!("{model_name}.{name}"),
                    what: format!(
                        "Prisma Client fills it in {when} by the {} `{}`, which this version does \
                         not know: nothing is filled in",
                        generator.kind, generator.id
                    ),
                });
            }
            known
        };
        let on_create = found.and_then(|found| named(&found.on_create, "on create"));
        let on_update = found.and_then(|found| named(&found.on_update, "on update"));
        let is_updated_at =
            on_create == Some(ClientDefault::Now) && on_update == Some(ClientDefault::Now);
        Field {
            kind: kind(field),
            name: name.to_owned(),
            column,
            list: field.many,
            required: !field.nullable,
            comment: None,
            client_default: on_create.filter(|_| !is_updated_at),
            updated_at: is_updated_at,
            on_update: on_update.filter(|_| !is_updated_at),
        }
    }

    fn relation(
        &self,
        (key, model): (ModelKey<'a>, &'a ContractModel),
        name: &str,
        relation: &'a ContractRelation,
    ) -> Option<RelationField> {
        let RelationFields {
            local_fields,
            target_fields,
        } = &relation.on;
        let other: ModelKey = (&relation.to.namespace, &relation.to.model);
        // Both sides of a relation have the same name, which begins at the side with the key.
        let named = |(from, from_fields): (ModelKey, &[String]),
                     (to, to_fields): (ModelKey, &[String])| {
            format!(
                "{}.{}({})→{}.{}({})",
                from.0,
                from.1,
                from_fields.join(","),
                to.0,
                to.1,
                to_fields.join(",")
            )
        };
        let (own, target) = (
            (key, local_fields.as_slice()),
            (other, target_fields.as_slice()),
        );
        let owns = || {
            let columns: Option<Vec<&String>> = local_fields
                .iter()
                .map(|field| Some(&model.storage.fields.get(field)?.column))
                .collect();
            let (columns, table) = (columns.unwrap_or_default(), self.table(model));
            let mut keys = table.into_iter().flat_map(|table| &table.foreign_keys);
            keys.any(|key| key.source.columns.iter().eq(columns.iter().copied()))
        };
        let field = |relation_name, list, fields, references| RelationField {
            name: name.to_owned(),
            model: relation.to.model.clone(),
            relation: relation_name,
            list,
            fields,
            references,
            through: None,
        };
        let owned = || {
            field(
                named(own, target),
                false,
                local_fields.clone(),
                target_fields.clone(),
            )
        };
        match relation.cardinality.as_str() {
            "N:1" => Some(owned()),
            "1:1" if owns() => Some(owned()),
            "1:1" => Some(field(named(target, own), false, Vec::new(), Vec::new())),
            "1:N" => Some(field(named(target, own), true, Vec::new(), Vec::new())),
            "N:M" | "M:N" => {
                let through = relation.through.as_ref()?;
                let local = local_fields
                    .iter()
                    .map(|field| Some(model.storage.fields.get(field)?.column.clone()));
                Some(RelationField {
                    through: Some(JoinTable {
                        schema: Some(through.namespace_id.clone()),
                        table: through.table.clone(),
                        columns: local.collect::<Option<Vec<_>>>()?,
                        near: through.parent_columns.clone(),
                        far: through.child_columns.clone(),
                        references: through.target_columns.clone(),
                    }),
                    ..field(format!("{}.{name}", key.1), true, Vec::new(), Vec::new())
                })
            }
            _ => None,
        }
    }
}

impl Generator {
    /// What it makes. `None` where this version does not know it.
    fn client_default(&self) -> Option<ClientDefault> {
        if self.kind != "generator" {
            return None;
        }
        Some(match self.id.as_str() {
            "uuidv4" => ClientDefault::Uuid { version: 4 },
            "uuidv7" => ClientDefault::Uuid { version: 7 },
            "cuid2" => ClientDefault::Cuid { version: 2 },
            "ulid" => ClientDefault::Ulid,
            "ksuid" => ClientDefault::Ksuid,
            "nanoid" => ClientDefault::Nanoid {
                length: match self.params.get("size") {
                    None => NANOID_LENGTH,
                    Some(size) => size.as_u64()?.try_into().ok()?,
                },
            },
            "timestampNow" => ClientDefault::Now,
            _ => return None,
        })
    }
}

/// The type of a field, by the name of its codec (`pg/int4@1`). An enum of Prisma 8 is text, whose
/// values a check of the database restricts.
fn kind(field: &ContractField) -> FieldKind {
    let codec = field.field_type.get("codecId").and_then(Value::as_str);
    let codec = codec.unwrap_or_default();
    let name = codec.split_once('/').map_or(codec, |(_, name)| name);
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    let scalar = match name {
        "text" | "char" | "varchar" | "uuid" | "citext" => "String",
        "bool" | "boolean" => "Boolean",
        "int2" | "int4" | "integer" => "Int",
        "int8" | "bigint" => "BigInt",
        "float4" | "float8" | "real" => "Float",
        "numeric" => "Decimal",
        "json" | "jsonb" => "Json",
        "bytea" | "blob" => "Bytes",
        _ if ["timestamp", "date", "time"]
            .iter()
            .any(|start| name.starts_with(start)) =>
        {
            "DateTime"
        }
        // Any type of the database fits it.
        other => other,
    };
    FieldKind::Scalar(scalar.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn generated(id: &str, params: Value) -> Option<ClientDefault> {
        let generator = json!({ "kind": "generator", "id": id, "params": params });
        let generator: Generator = serde_json::from_value(generator).expect("a generator");
        generator.client_default()
    }

    #[test]
    fn every_generator_of_the_release_candidate_is_known_and_others_are_not_guessed() {
        let known = [
            ("uuidv4", ClientDefault::Uuid { version: 4 }),
            ("uuidv7", ClientDefault::Uuid { version: 7 }),
            ("cuid2", ClientDefault::Cuid { version: 2 }),
            ("ulid", ClientDefault::Ulid),
            ("ksuid", ClientDefault::Ksuid),
            ("nanoid", ClientDefault::Nanoid { length: 21 }),
            ("timestampNow", ClientDefault::Now),
        ];
        for (id, expected) in known {
            assert_eq!(generated(id, json!({})), Some(expected));
        }
        let sized = generated("nanoid", json!({ "size": 12 }));
        assert_eq!(sized, Some(ClientDefault::Nanoid { length: 12 }));
        assert_eq!(generated("snowflake", json!({})), None);
    }

    #[test]
    fn other_versions_and_other_databases_are_refused_in_words() {
        let contract = |version: &str, family: &str, target: &str| {
            let text = json!({
                "schemaVersion": version, "targetFamily": family, "target": target,
                "domain": { "namespaces": {} },
                "storage": { "storageHash": "x", "namespaces": {} },
            });
            parse(&text.to_string())
        };
        assert!(contract("1", "sql", "postgres").is_ok());
        let said = contract("2", "sql", "postgres").expect_err("another version");
        assert!(said.contains("schema version 2"), "{said}");
        let said = contract("1", "mongo", "mongo").expect_err("another database");
        assert!(said.contains("PostgreSQL and SQLite"), "{said}");
        assert!(parse("{}").expect_err("nothing").contains("no contract"));
    }
}
