//! Builds the catalog from the registry of entities and the policies of refract.toml.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use reflect::{
    names::table_names::RESERVED_PATHS,
    quote,
    registry::{EntityShape, Registry},
    snapshot::{self, DataType, Database, Snapshot, Table, TableKind},
    tenants,
};

use super::{
    Catalog, Column, Enum, Mark, Resource, ResourceId, Rights, SoftDelete, Type,
    column_type::EnumValue,
    component_names,
    hiding::{Functions, Hiding},
    nearest, relations,
};
use crate::settings::ResourcePolicy;

/// The reason why a catalog cannot be built. It stops the start.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("entity/catalog.json cannot be read: {0}; run `make orm`")]
    Unreadable(#[from] serde_json::Error),
    #[error("entity/catalog.json has format {0}, this Refract reads {expected}; run `make orm`", expected = snapshot::FORMAT)]
    Format(u32),
    #[error("the entity of {table} and entity/catalog.json disagree about {what}; run `make orm`")]
    Disagreement { table: String, what: &'static str },
    #[error(
        "DATABASE_SCHEMAS: `{schema}` is not among the schemas that entity/ was made from ({known}); set it and run `make orm`"
    )]
    Schema { schema: String, known: String },
    #[error("refract.toml: resources.{name}: {problem}")]
    Policy { name: String, problem: String },
}

impl Catalog {
    /// A catalog of nothing, for as long as the schema is not known.
    pub fn empty() -> Self {
        let snapshot = Snapshot {
            format: snapshot::FORMAT,
            database: Database::Postgres,
            schemas: Vec::new(),
            alike: BTreeMap::new(),
            enums: Vec::new(),
            tables: Vec::new(),
            unreadable: Vec::new(),
            beneath: Vec::new(),
            row_functions: Vec::new(),
            computed_fields: Vec::new(),
            text_search_configurations: Vec::new(),
        };
        Self {
            resources: Vec::new(),
            enums: Vec::new(),
            snapshot,
            reflected_schemas: Vec::new(),
            alike: BTreeMap::new(),
            first_id: 0,
            positions: Vec::new(),
            by_path: HashMap::new(),
            hiding: Hiding::default(),
        }
    }

    /// Builds the catalog of an entity crate under a policy. It has the tables of `schemas`, or of
    /// all schemas if `schemas` is empty.
    ///
    /// # Errors
    /// See [`CatalogError`].
    pub fn build(
        registry: &Registry,
        policy: &BTreeMap<String, ResourcePolicy>,
        schemas: &[String],
    ) -> Result<Self, CatalogError> {
        let snapshot: Snapshot = serde_json::from_str(&registry.snapshot)?;
        if snapshot.format != snapshot::FORMAT {
            return Err(CatalogError::Format(snapshot.format));
        }
        check_entities(&snapshot, &registry.entities)?;
        Self::of_snapshot(snapshot, policy, schemas)
    }

    /// Builds the catalog of a snapshot, as [`Self::build`] does.
    ///
    /// # Errors
    /// See [`CatalogError`].
    pub fn of_snapshot(
        mut snapshot: Snapshot,
        policy: &BTreeMap<String, ResourcePolicy>,
        schemas: &[String],
    ) -> Result<Self, CatalogError> {
        check_policy_names(&snapshot, policy)?;
        let hiding = Hiding::of(&snapshot, policy);
        let reflected_schemas = snapshot.schemas.clone();
        keep_schemas(&mut snapshot, schemas)?;
        let mut next_id = 0;
        let mut alike = BTreeMap::new();
        for schema in snapshot.alike.keys() {
            let instead = tenants::instead(&snapshot, schema);
            let catalog = Self::of(instead, policy, &hiding, reflected_schemas.clone(), next_id)?;
            next_id += catalog.resources.len();
            alike.insert(schema.clone(), Arc::new(catalog));
        }
        Ok(Self {
            alike,
            ..Self::of(snapshot, policy, &hiding, reflected_schemas, next_id)?
        })
    }

    fn of(
        snapshot: Snapshot,
        policy: &BTreeMap<String, ResourcePolicy>,
        hiding: &Hiding,
        reflected_schemas: Vec<String>,
        first_id: usize,
    ) -> Result<Self, CatalogError> {
        let enums = enums(&snapshot);
        let nothing = ResourcePolicy::default();
        let mut resources = snapshot
            .tables
            .iter()
            .filter(|table| table.kind != TableKind::Junction && !table.ignored)
            .map(|table| {
                let policy = policy.get(&table.model).unwrap_or(&nothing);
                let functions = hiding.functions(&snapshot, table);
                resource(table, policy, hiding, functions, &enums)
            })
            .collect::<Result<Vec<_>, _>>()?;
        resources.sort_by(|left, right| left.name.cmp(&right.name));
        for (position, resource) in resources.iter_mut().enumerate() {
            resource.id = ResourceId::new(first_id, position);
        }
        relations::resolve(&mut resources, &snapshot);
        let mut enums: Vec<_> = enums.into_values().collect();
        enums.sort_by(|left, right| left.model.cmp(&right.model));
        component_names::join(&mut resources, &enums);
        let resources: Vec<_> = resources.into_iter().map(Arc::new).collect();
        let mut by_path = HashMap::new();
        for (position, resource) in resources.iter().enumerate() {
            if by_path.insert(resource.path.clone(), position).is_some() {
                return Err(CatalogError::Policy {
                    name: resource.name.clone(),
                    problem: format!("the path `{}` is taken", resource.path),
                });
            }
        }
        Ok(Self {
            enums,
            snapshot,
            reflected_schemas,
            alike: BTreeMap::new(),
            first_id,
            positions: (0..resources.len()).map(Some).collect(),
            resources,
            by_path,
            hiding: hiding.clone(),
        })
    }
}

/// Leaves out the tables of other schemas. SQLite has only one schema, so it keeps all tables.
fn keep_schemas(snapshot: &mut Snapshot, schemas: &[String]) -> Result<(), CatalogError> {
    if schemas.is_empty() || snapshot.database == Database::Sqlite {
        return Ok(());
    }
    if let Some(schema) = schemas
        .iter()
        .find(|schema| !snapshot.schemas.contains(schema))
    {
        return Err(CatalogError::Schema {
            schema: schema.clone(),
            known: snapshot.schemas.join(", "),
        });
    }
    tenants::keep(snapshot, schemas);
    Ok(())
}

pub(super) type Enums = HashMap<(String, String), Arc<Enum>>;

pub(super) fn enums(snapshot: &Snapshot) -> Enums {
    snapshot
        .enums
        .iter()
        .map(|found| {
            let values = found.values.iter().map(|value| EnumValue {
                name: value.name.clone().unwrap_or_else(|| value.label.clone()),
                label: value.label.clone(),
                comment: value.comment.clone(),
            });
            let resolved = Enum {
                model: found.model.clone(),
                schema: found.schema.clone(),
                name: found.name.clone(),
                values: values.collect(),
                comment: found.comment.clone(),
            };
            (
                (found.schema.clone(), found.name.clone()),
                Arc::new(resolved),
            )
        })
        .collect()
}

pub(super) fn resource(
    table: &Table,
    policy: &ResourcePolicy,
    hiding: &Hiding,
    functions: Functions,
    enums: &Enums,
) -> Result<Resource, CatalogError> {
    let refuse = |problem: String| CatalogError::Policy {
        name: table.model.clone(),
        problem,
    };
    hiding.check(table, policy).map_err(refuse)?;
    let path = policy.path.as_deref().unwrap_or(&table.path);
    if path.is_empty()
        || !path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    {
        return Err(refuse(format!(
            "path: `{path}` is not a URL segment of A-Z a-z 0-9 - _ ."
        )));
    }
    if RESERVED_PATHS.contains(&path) {
        return Err(refuse(format!("path: `{path}` is a fixed endpoint")));
    }
    let columns: Vec<Column> = table
        .columns
        .iter()
        .filter(|column| !column.ignored)
        .map(|column| self::column(column, policy, hiding, enums))
        .collect();
    let by_name = |name: &String| columns.iter().position(|column| column.name == *name);
    Ok(Resource {
        // The id follows from the order of the names, once all resources are known.
        id: ResourceId::new(0, 0),
        name: table.model.clone(),
        component_joint: "",
        path: path.to_owned(),
        schema: table.schema.clone(),
        table: table.name.clone(),
        kind: table.kind,
        partitioned: table.partitioned,
        comment: table.comment.clone(),
        key: table.row_key.iter().filter_map(by_name).collect(),
        primary_key: table.primary_key.clone(),
        unique_keys: table.unique_keys.clone(),
        foreign_keys: table.foreign_keys.clone(),
        checks: table.checks.clone(),
        relations: Vec::new(),
        rights: Rights::ALL,
        functions,
        soft_delete: soft_delete(table, policy, &columns)?,
        converts_domains: columns
            .iter()
            .filter_map(|column| column.domain.as_ref())
            .any(|domain| domain.functions().iter().any(Option::is_some)),
        by_field: columns
            .iter()
            .enumerate()
            .map(|(position, column)| (column.field.clone(), position))
            .collect(),
        columns,
    })
}

/// The column that marks rows as deleted, as refract.toml names it.
fn soft_delete(
    table: &Table,
    policy: &ResourcePolicy,
    columns: &[Column],
) -> Result<Option<SoftDelete>, CatalogError> {
    let refuse = |problem: String| CatalogError::Policy {
        name: table.model.clone(),
        problem,
    };
    let Some(field) = &policy.soft_delete else {
        return if policy.hard_delete {
            Err(refuse(
                "hard_delete: means nothing without soft_delete".to_owned(),
            ))
        } else {
            Ok(None)
        };
    };
    let Some(column) = columns.iter().position(|column| column.field == *field) else {
        let hint = nearest(field, columns.iter().map(|column| column.field.as_str()))
            .map(|name| format!(" (did you mean `{name}`?)"))
            .unwrap_or_default();
        return Err(refuse(format!(
            "soft_delete: `{field}` is not a field{hint}"
        )));
    };
    let mark = match columns[column].data_type {
        Type::Timestamp | Type::TimestampTz if columns[column].nullable => Mark::Moment,
        Type::Bool => Mark::Flag,
        _ => {
            return Err(refuse(format!(
                "soft_delete: `{field}` is neither a timestamp that may be null nor a boolean"
            )));
        }
    };
    Ok(Some(SoftDelete {
        column,
        mark,
        hard: policy.hard_delete,
    }))
}

fn column(
    column: &snapshot::Column,
    policy: &ResourcePolicy,
    hiding: &Hiding,
    enums: &Enums,
) -> Column {
    let data_type = resolve(&column.data_type, &column.database_type, enums);
    Column {
        name: column.name.clone(),
        field: column.field.clone(),
        quoted: quote::identifier(&column.name).into(),
        member: format!("{}:", serde_json::Value::from(column.field.as_str()))
            .into_bytes()
            .into(),
        data_type,
        database_type: column.database_type.clone(),
        nullable: column.nullable,
        default: column.default.clone(),
        identity: column.identity,
        generated: column.generated,
        client_default: column.client_default.clone(),
        updated_at: column.updated_at,
        on_update: column.on_update.clone(),
        inferred: column.inferred,
        list: column.list,
        nondeterministic: column.nondeterministic,
        hidden: policy.hidden.contains(&column.field) || hiding.is_held_by(column),
        locked: false,
        preset: false,
        comment: column.comment.clone(),
        domain: column.domain.clone(),
    }
}

fn resolve(data_type: &DataType, database_type: &str, enums: &Enums) -> Type {
    match data_type {
        DataType::Bool => Type::Bool,
        DataType::Int2 => Type::Int2,
        DataType::Int4 => Type::Int4,
        DataType::Int8 => Type::Int8,
        DataType::Float4 => Type::Float4,
        DataType::Float8 => Type::Float8,
        DataType::Numeric { precision, scale } => Type::Numeric {
            precision: *precision,
            scale: *scale,
        },
        DataType::Text { max_length, .. } => Type::Text {
            max_length: *max_length,
        },
        DataType::Uuid => Type::Uuid,
        DataType::Enum { schema, name } => match enums.get(&(schema.clone(), name.clone())) {
            Some(found) => Type::Enum(found.clone()),
            None => Type::Other {
                name: database_type.to_owned(),
                writable: false,
            },
        },
        DataType::Timestamp => Type::Timestamp,
        DataType::TimestampTz => Type::TimestampTz,
        DataType::Date => Type::Date,
        DataType::Time => Type::Time,
        DataType::Json => Type::Json { comparable: false },
        DataType::Jsonb => Type::Json { comparable: true },
        DataType::Bytes => Type::Bytes,
        DataType::Array { of } => Type::Array(Box::new(resolve(
            of,
            database_type.strip_suffix("[]").unwrap_or(database_type),
            enums,
        ))),
        // Prisma maps `oid` to Int and `money` to Decimal.
        DataType::Other { .. } if database_type == "oid" => Type::Oid,
        DataType::Other { .. } if database_type == "money" => Type::Numeric {
            precision: None,
            scale: None,
        },
        DataType::Other { writable } => Type::Other {
            name: database_type.to_owned(),
            writable: *writable,
        },
    }
}

/// Compares the entities with the snapshot. One run of `make orm` writes both, so a difference
/// comes from an edit by hand or a bad merge.
fn check_entities(snapshot: &Snapshot, entities: &[EntityShape]) -> Result<(), CatalogError> {
    let by_table: HashMap<(Option<&str>, &str), &EntityShape> = entities
        .iter()
        .map(|entity| ((entity.schema.as_deref(), entity.table.as_str()), entity))
        .collect();
    for table in &snapshot.tables {
        let disagree = |what| {
            Err(CatalogError::Disagreement {
                table: format!("{}.{}", table.schema, table.name),
                what,
            })
        };
        let Some(entity) = by_table
            .get(&(Some(table.schema.as_str()), table.name.as_str()))
            .or_else(|| by_table.get(&(None, table.name.as_str())))
        else {
            return disagree("whether it exists");
        };
        if !entity
            .columns
            .iter()
            .eq(table.columns.iter().map(|column| &column.name))
        {
            return disagree("its columns");
        }
        // SeaORM supports keys of up to 12 columns.
        let comparable = (1..=12).contains(&table.row_key.len());
        let entity_key: HashSet<&String> = entity.primary_key.iter().collect();
        if comparable && entity_key != table.row_key.iter().collect() {
            return disagree("its key");
        }
    }
    Ok(())
}

fn check_policy_names(
    snapshot: &Snapshot,
    policy: &BTreeMap<String, ResourcePolicy>,
) -> Result<(), CatalogError> {
    let models = || snapshot.tables.iter().map(|table| table.model.as_str());
    match policy
        .keys()
        .find(|name| !models().any(|model| model == name.as_str()))
    {
        None => Ok(()),
        Some(name) => {
            let hint = nearest(name, models())
                .map(|model| format!(" (did you mean `{model}`?)"))
                .unwrap_or_default();
            Err(CatalogError::Policy {
                name: name.clone(),
                problem: format!("no resource has this name{hint}"),
            })
        }
    }
}
