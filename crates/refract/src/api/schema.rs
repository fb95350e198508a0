//! `GET /schema` and `/schemas`: the catalog.

use std::sync::Arc;

use poem_openapi::{Enum, Object, OpenApi, param::Query, payload::Json};
use reflect::snapshot::{Cardinality, Identity, TableKind};

use super::PREFIX;
use crate::{
    access::SERVICE,
    app::App,
    catalog,
    error::Error,
    query::plan::policy::{Action, Rule},
};

/// The endpoints that describe the schema.
pub(super) struct SchemaApi {
    app: Arc<App>,
}

/// Everything that is served.
#[derive(Object)]
struct Schema {
    resources: Vec<SchemaResource>,
}

/// A table or view.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct SchemaResource {
    /// Model name.
    name: String,
    /// Path of its list.
    path: String,
    /// Database schema.
    schema: String,
    /// Name in the database.
    table: String,
    /// `table` or `view`.
    kind: String,
    /// Fields that address a row, in the order of the URL; empty where rows have no address.
    primary_key: Vec<String>,
    columns: Vec<SchemaColumn>,
    relations: Vec<SchemaRelation>,
}

/// A field.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct SchemaColumn {
    /// Name in JSON.
    field: String,
    /// Name in the database.
    column: String,
    /// Type in the database.
    r#type: String,
    /// Whether it may be null.
    nullable: bool,
    /// The database's default expression; not told of hidden ones.
    default: Option<String>,
    /// What Refract fills in on create, as Prisma Client would; not told of hidden ones.
    client_default: Option<String>,
    /// Whether `clientDefault` is a guess, since schema.prisma was not given or lacks the table.
    inferred: bool,
    /// Whether the database computes it.
    generated: bool,
    /// Whether it can only be read.
    read_only: bool,
    /// Whether answers leave it out.
    hidden: bool,
}

/// A relation to another resource.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct SchemaRelation {
    name: String,
    /// Model name of the related resource.
    resource: String,
    /// `many-to-one`, `one-to-many`, `one-to-one` or `many-to-many`.
    cardinality: String,
    /// Fields of this resource.
    columns: Vec<String>,
    /// Fields of the related resource.
    references: Vec<String>,
}

/// The database schemas that are served.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct DatabaseSchemas {
    /// The first is the default.
    schemas: Vec<String>,
    /// Groups that hold the same tables: `Accept-Profile` and `Content-Profile` choose among them,
    /// and the first of each is the default.
    alike: Vec<Vec<String>>,
}

/// What a caller may do.
#[derive(Object)]
struct Permissions {
    /// `service` may do everything.
    role: String,
    resources: Vec<ResourcePermissions>,
}

/// What a caller may do with the rows of a resource: `all`, `some` or `none`.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct ResourcePermissions {
    /// Model name.
    name: String,
    /// Path of its list.
    path: String,
    read: Extent,
    create: Extent,
    update: Extent,
    delete: Extent,
    /// Fields that answers show.
    read_fields: Vec<String>,
    /// Fields that a body may have.
    write_fields: Vec<String>,
}

/// With which rows something is allowed.
#[derive(Enum)]
#[oai(rename_all = "lowercase")]
enum Extent {
    All,
    /// With those that satisfy a policy.
    Some,
    None,
}

impl SchemaApi {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Self { app: app.clone() }
    }
}

#[OpenApi]
impl SchemaApi {
    /// Resources with their columns, keys and relations.
    #[oai(path = "/schema", method = "get", operation_id = "describeSchema")]
    async fn schema(&self) -> Json<Schema> {
        let catalog = &self.app.catalog;
        let resources = catalog
            .resources
            .iter()
            .map(|resource| SchemaResource::of(catalog, resource));
        Json(Schema {
            resources: resources.collect(),
        })
    }

    /// What the caller may do. Callers without policies may ask for a role.
    #[oai(
        path = "/permissions",
        method = "get",
        operation_id = "describePermissions"
    )]
    async fn permissions(&self, role: Query<Option<String>>) -> poem::Result<Json<Permissions>> {
        Ok(Json(self.permissions_of(role.0)?))
    }

    /// The same as `/permissions`, which may be the path of a resource.
    #[oai(
        path = "/schema/permissions",
        method = "get",
        operation_id = "describeSchemaPermissions"
    )]
    async fn schema_permissions(
        &self,
        role: Query<Option<String>>,
    ) -> poem::Result<Json<Permissions>> {
        Ok(Json(self.permissions_of(role.0)?))
    }

    /// Database schemas served.
    #[oai(path = "/schemas", method = "get", operation_id = "describeSchemas")]
    async fn schemas(&self) -> Json<DatabaseSchemas> {
        let catalog = &self.app.catalog;
        let schemas = &catalog.snapshot.schemas;
        let firsts = schemas
            .iter()
            .filter(|schema| !catalog.snapshot.alike.contains_key(*schema));
        let choices = firsts.map(|schema| catalog.choices(schema));
        Json(DatabaseSchemas {
            schemas: schemas.clone(),
            alike: choices
                .filter(|choices| !choices.is_empty())
                .map(|choices| choices.into_iter().map(str::to_owned).collect())
                .collect(),
        })
    }
}

impl SchemaApi {
    fn permissions_of(&self, role: Option<String>) -> Result<Permissions, Error> {
        let app = &self.app;
        let (catalog, rules) = match (&app.rules, role.filter(|role| role != SERVICE)) {
            (Some(rules), None) => (&app.catalog, Some(rules)),
            (None, None) => (&app.catalog, None),
            // Another role's rules are not the caller's to know.
            (Some(_), Some(_)) => return Err(Error::RouteNotFound),
            (None, Some(name)) => {
                let mut roles = app.roles.roles.iter();
                let role = roles.find(|role| role.name == name);
                let role = role.ok_or_else(|| Error::InvalidParameter {
                    parameter: "role".to_owned(),
                    reason: format!("`{name}` has no policies"),
                })?;
                (&role.catalog, Some(&role.rules))
            }
        };
        let resources = catalog.resources.iter().map(|resource| {
            let extent = |action: Action| match rules {
                None if action != Action::Read && !resource.writable() => Extent::None,
                None => Extent::All,
                Some(rules) => match rules.by_resource.get(&resource.id).map(|it| it.of(action)) {
                    Some(Rule::Always) => Extent::All,
                    Some(Rule::Where(_)) => Extent::Some,
                    Some(Rule::Never) | None => Extent::None,
                },
            };
            let columns = resource.columns.iter();
            let writable = columns.filter(|column| column.writable() && resource.writable());
            ResourcePermissions {
                name: resource.name.clone(),
                path: format!("{PREFIX}/{}", resource.path),
                read: extent(Action::Read),
                create: extent(Action::Create),
                update: extent(Action::Update),
                delete: extent(Action::Delete),
                read_fields: resource.fields().map(str::to_owned).collect(),
                write_fields: writable.map(|column| column.field.clone()).collect(),
            }
        });
        Ok(Permissions {
            role: rules.map_or(SERVICE, |rules| &rules.role).to_owned(),
            resources: resources.collect(),
        })
    }
}

impl SchemaResource {
    fn of(catalog: &catalog::Catalog, resource: &catalog::Resource) -> Self {
        Self {
            name: resource.name.clone(),
            path: format!("{PREFIX}/{}", resource.path),
            schema: resource.schema.clone(),
            table: resource.table.clone(),
            kind: match resource.kind {
                TableKind::Table | TableKind::Junction => "table",
                TableKind::View | TableKind::MaterializedView => "view",
            }
            .to_owned(),
            primary_key: resource
                .key
                .iter()
                .map(|&column| resource.columns[column].field.clone())
                .collect(),
            columns: resource
                .columns
                .iter()
                // A role is not told of fields that it may neither read nor write.
                .filter(|column| resource.knows(&column.name))
                .map(|column| SchemaColumn::of(resource, column))
                .collect(),
            relations: resource
                .relations
                .iter()
                .map(|relation| SchemaRelation::of(catalog, resource, relation))
                .collect(),
        }
    }
}

impl SchemaColumn {
    fn of(resource: &catalog::Resource, column: &catalog::Column) -> Self {
        let client_default = match &column.client_default {
            _ if column.is_hidden() => None,
            _ if column.updated_at => Some("updatedAt".to_owned()),
            Some(default) => Some(default.to_string()),
            None => None,
        };
        Self {
            field: column.field.clone(),
            column: column.name.clone(),
            r#type: column.database_type.clone(),
            nullable: column.nullable,
            default: column.default.clone().filter(|_| !column.is_hidden()),
            client_default,
            inferred: column.inferred,
            generated: column.generated || column.identity == Some(Identity::Always),
            read_only: !column.writable() || !resource.writable(),
            hidden: column.is_hidden(),
        }
    }
}

impl SchemaRelation {
    fn of(
        catalog: &catalog::Catalog,
        resource: &catalog::Resource,
        relation: &catalog::Relation,
    ) -> Self {
        let target = catalog.target(relation);
        let fields = |of: &catalog::Resource, columns: Vec<usize>| {
            let fields = columns.into_iter();
            fields
                .map(|column| of.columns[column].field.clone())
                .collect()
        };
        Self {
            name: relation.name.clone(),
            resource: target.name.clone(),
            cardinality: match relation.cardinality {
                Cardinality::ManyToOne => "many-to-one",
                Cardinality::OneToMany => "one-to-many",
                Cardinality::OneToOne => "one-to-one",
                Cardinality::ManyToMany => "many-to-many",
            }
            .to_owned(),
            columns: fields(resource, relation.columns()),
            references: fields(target, relation.references()),
        }
    }
}
