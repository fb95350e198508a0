//! The databases of the run. They are dropped after it.

use std::{fs, path::Path};

use tokio_postgres::{Client, Config, NoTls};

use crate::{Failure, workloads::CREATED};

/// Tables that the workloads write.
const WRITTEN: [&str; 4] = ["User", "Post", "Tag", "_PostToTag"];

/// A database on the server of `TEST_DATABASE_URL`.
pub struct Database {
    server: Config,
    name: String,
    /// The URL for the servers and tools that connect to it.
    pub url: String,
    client: Client,
}

impl Database {
    /// Creates an empty database. One that an interrupted run has left is dropped first.
    ///
    /// # Errors
    /// The server is not reachable, or the role may not create databases.
    pub async fn create(server_url: &str, what: &str) -> Result<Self, Failure> {
        let server: Config = server_url.parse()?;
        let name = format!("refract_bench_{what}");
        let admin = connect(&server).await?;
        // One at a time: several statements at once would be a transaction, in which neither may run.
        for statement in [drop_statement(&name), format!("CREATE DATABASE {name}")] {
            admin.batch_execute(&statement).await?;
        }
        let mut own = server.clone();
        own.dbname(&name);
        Ok(Self {
            client: connect(&own).await?,
            url: with_database(server_url, &name)?,
            server,
            name,
        })
    }

    /// The bench schema with its rows.
    ///
    /// # Errors
    /// The database refuses a statement.
    pub async fn load_bench(&self, folder: &Path) -> Result<(), Failure> {
        for script in ["schema.sql", "rows.sql"] {
            self.execute(&fs::read_to_string(folder.join(script))?)
                .await?;
        }
        // Vacuum runs between the measurements, where it disturbs none.
        for table in WRITTEN {
            let off = format!(r#"ALTER TABLE "{table}" SET (autovacuum_enabled = false)"#);
            self.execute(&off).await?;
        }
        self.execute("VACUUM ANALYZE").await?;
        self.execute("CHECKPOINT").await
    }

    /// Cleans up after writes: it deletes created rows, vacuums, and writes everything to disk.
    ///
    /// # Errors
    /// The database refuses a statement.
    pub async fn tidy(&self) -> Result<(), Failure> {
        for (table, name) in [("Post", "title"), ("Tag", "name"), ("User", "email")] {
            let created = format!(r#"DELETE FROM "{table}" WHERE "{name}" LIKE '{CREATED}%'"#);
            self.execute(&created).await?;
        }
        for table in WRITTEN {
            self.execute(&format!(r#"VACUUM "{table}""#)).await?;
        }
        self.execute("CHECKPOINT").await
    }

    /// Runs statements.
    ///
    /// # Errors
    /// The database refuses a statement.
    pub async fn execute(&self, sql: &str) -> Result<(), Failure> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// The version that the server reports.
    ///
    /// # Errors
    /// The database refuses a statement.
    pub async fn version(&self) -> Result<String, Failure> {
        let row = self.client.query_one("SHOW server_version", &[]).await?;
        let text: String = row.get(0);
        Ok(text.split(' ').next().unwrap_or(&text).to_owned())
    }

    /// Drops the database.
    ///
    /// # Errors
    /// The server refuses a statement.
    pub async fn remove(self) -> Result<(), Failure> {
        let admin = connect(&self.server).await?;
        Ok(admin.batch_execute(&drop_statement(&self.name)).await?)
    }
}

fn drop_statement(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}

async fn connect(config: &Config) -> Result<Client, Failure> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

fn with_database(server_url: &str, name: &str) -> Result<String, Failure> {
    let (base, parameters) = server_url.split_once('?').unwrap_or((server_url, ""));
    let authority = base.find("://").map_or(0, |at| at + 3);
    let end = base[authority..]
        .find('/')
        .map_or(base.len(), |at| authority + at);
    let separator = if parameters.is_empty() { "" } else { "?" };
    Ok(format!("{}/{name}{separator}{parameters}", &base[..end]))
}
