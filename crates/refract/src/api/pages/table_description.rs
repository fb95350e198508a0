//! What the scripts of `/data` know of tables and views.

use serde::Serialize;

use reflect::snapshot::{Database, Identity};

use crate::{
    app::App,
    catalog::{Catalog, Column, Mark, Relation, Resource, Type},
};

/// Everything that is served.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tables<'app> {
    database: Database,
    /// Whether nothing can be written.
    read_only: bool,
    tables: Vec<TableName<'app>>,
}

/// A table or view in the list of all.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TableName<'app> {
    /// Model name.
    name: &'app str,
    /// Last segment of the path.
    path: &'app str,
    schema: &'app str,
    is_view: bool,
}

/// A table or view with everything that its list and its forms need.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TableDescription<'app> {
    #[serde(flatten)]
    named: TableName<'app>,
    /// Name in the database.
    table: &'app str,
    comment: Option<&'app str>,
    /// Fields that address a row; empty where rows have no address.
    key: Vec<&'app str>,
    fields: Vec<Field<'app>>,
    relations: Vec<RelationDescription<'app>>,
    soft_delete: Option<SoftDeleteDescription<'app>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Field<'app> {
    name: &'app str,
    /// Name in the database.
    column: &'app str,
    /// The type as people read it.
    r#type: String,
    kind: Kind,
    /// The values of an enum.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<&'app str>,
    nullable: bool,
    /// What fills the field if a create leaves it out, in the words of schema.prisma or SQL.
    default: Option<String>,
    /// Whether `default` is Prisma Client's, and not the database's.
    is_client_default: bool,
    writable: bool,
    /// Whether answers leave it out.
    hidden: bool,
    comment: Option<&'app str>,
}

/// How a value is shown and typed in.
#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Boolean,
    /// A JSON number.
    Number,
    /// A number as a JSON string.
    Digits,
    Text,
    Enum,
    Moment,
    /// JSON or a list.
    Json,
    Bytes,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RelationDescription<'app> {
    name: &'app str,
    /// Model name of the related table.
    target: &'app str,
    /// Last segment of its path.
    path: &'app str,
    to_one: bool,
    /// Fields of this table.
    fields: Vec<&'app str>,
    /// Fields of the related table.
    references: Vec<&'app str>,
    /// Whether `references` are, in this order, the key that addresses the related row.
    by_key: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SoftDeleteDescription<'app> {
    field: &'app str,
    is_flag: bool,
    /// Whether rows may be deleted for good all the same.
    hard: bool,
}

impl<'app> Tables<'app> {
    pub(super) fn of(app: &'app App) -> Self {
        Self {
            database: app.db.database(),
            read_only: app.settings.api.read_only,
            tables: (app.catalog.resources.iter())
                .map(|resource| TableName::of(resource))
                .collect(),
        }
    }
}

impl<'app> TableName<'app> {
    fn of(resource: &'app Resource) -> Self {
        Self {
            name: &resource.name,
            path: &resource.path,
            schema: &resource.schema,
            is_view: !resource.writable(),
        }
    }
}

impl<'app> TableDescription<'app> {
    pub(super) fn of(catalog: &'app Catalog, resource: &'app Resource) -> Self {
        let field = |position: usize| resource.columns[position].field.as_str();
        Self {
            named: TableName::of(resource),
            table: &resource.table,
            comment: resource.comment.as_deref(),
            key: resource.key.iter().map(|&column| field(column)).collect(),
            fields: (resource.columns.iter())
                .map(|column| Field::of(resource, column))
                .collect(),
            relations: (resource.relations.iter())
                .map(|relation| RelationDescription::of(catalog, resource, relation))
                .collect(),
            soft_delete: (resource.soft_delete).map(|soft| SoftDeleteDescription {
                field: field(soft.column),
                is_flag: soft.mark == Mark::Flag,
                hard: soft.hard,
            }),
        }
    }
}

impl<'app> Field<'app> {
    fn of(resource: &Resource, column: &'app Column) -> Self {
        let by_client = match &column.client_default {
            _ if column.updated_at => Some("@updatedAt".to_owned()),
            Some(default) => Some(default.to_string()),
            None => None,
        };
        let by_database = match column.identity {
            Some(Identity::Always | Identity::ByDefault) => {
                Some("the database's counter".to_owned())
            }
            None => column.default.clone(),
        };
        let is_known = !column.is_hidden();
        let values = match &column.data_type {
            Type::Enum(of) => of.values.iter().map(|value| value.name.as_str()).collect(),
            _ => Vec::new(),
        };
        Self {
            name: &column.field,
            column: &column.name,
            r#type: column.data_type.name(),
            kind: Kind::of(&column.data_type),
            values,
            nullable: column.nullable,
            is_client_default: is_known && by_client.is_some(),
            default: by_client.or(by_database).filter(|_| is_known),
            writable: column.writable() && resource.writable(),
            hidden: column.is_hidden(),
            comment: column.comment.as_deref(),
        }
    }
}

impl Kind {
    fn of(data_type: &Type) -> Self {
        match data_type {
            Type::Bool => Self::Boolean,
            Type::Int2 | Type::Int4 | Type::Oid | Type::Float4 | Type::Float8 => Self::Number,
            Type::Int8 | Type::Numeric { .. } => Self::Digits,
            Type::Enum(_) => Self::Enum,
            Type::Timestamp | Type::TimestampTz | Type::Date | Type::Time => Self::Moment,
            Type::Json { .. } | Type::Array(_) => Self::Json,
            Type::Bytes => Self::Bytes,
            Type::Text { .. } | Type::Uuid | Type::Other { .. } => Self::Text,
        }
    }
}

impl<'app> RelationDescription<'app> {
    fn of(catalog: &'app Catalog, resource: &'app Resource, relation: &'app Relation) -> Self {
        let target = catalog.target(relation);
        let fields = |of: &'app Resource, columns: &[usize]| -> Vec<&'app str> {
            let columns = columns.iter();
            columns
                .map(|&column| of.columns[column].field.as_str())
                .collect()
        };
        let references = relation.references();
        Self {
            name: &relation.name,
            target: &target.name,
            path: &target.path,
            to_one: relation.is_to_one(),
            fields: fields(resource, &relation.columns()),
            references: fields(target, &references),
            by_key: !target.key.is_empty() && target.key == references,
        }
    }
}
