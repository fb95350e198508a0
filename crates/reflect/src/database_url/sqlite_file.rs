//! Checks the file of a SQLite database before a driver opens it.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use super::{
    DatabaseUrl,
    refusal::{Refusal, one_line, permanent},
};

/// The first bytes of every SQLite database that is not empty (<https://sqlite.org/fileformat.html>).
const SQLITE_HEADER: &[u8] = b"SQLite format 3\0";

impl DatabaseUrl {
    /// Checks the file of a SQLite database. The driver's own error would be less precise.
    ///
    /// # Errors
    /// The file is missing, it cannot be read, or it is not a database.
    pub fn check_file(&self) -> Result<(), Refusal> {
        let Some(path) = self.file() else {
            return Ok(());
        };
        let shown = one_line(&path.display().to_string());
        let refuse = |what: String| Err(permanent(what));
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let folder = std::env::current_dir().unwrap_or_default();
                let from = match path.is_absolute() {
                    true => String::new(),
                    false => format!(
                        " (looked for from {}, where Prisma looks from the folder of schema.prisma)",
                        folder.display()
                    ),
                };
                return refuse(format!(
                    "there is no SQLite file {shown}{from}: run the app's migrations (npx prisma \
                     migrate deploy), or correct DATABASE_URL; Refract creates none"
                ));
            }
            Err(error) => return refuse(format!("{shown} cannot be looked at: {error}")),
            Ok(found) if found.is_dir() => {
                return refuse(format!(
                    "{shown} is a folder: DATABASE_URL names the SQLite file in it"
                ));
            }
            Ok(_) => {}
        }
        match begins_as_database(&path) {
            Ok(true) => Ok(()),
            Ok(false) => refuse(format!(
                "{shown} is no SQLite database: correct DATABASE_URL"
            )),
            Err(error) => refuse(format!("{shown} cannot be read: {error}")),
        }
    }
}

/// Whether a file begins as a database does. An empty file is a database without tables.
fn begins_as_database(path: &Path) -> io::Result<bool> {
    let mut beginning = Vec::new();
    let file = fs::File::open(path)?;
    file.take(SQLITE_HEADER.len() as u64)
        .read_to_end(&mut beginning)?;
    Ok(beginning.is_empty() || beginning == SQLITE_HEADER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_looked_at_before_they_are_opened() {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = |name: &str| {
            let text = format!("file:{}", folder.path().join(name).display());
            let url: DatabaseUrl = text.parse().expect("a URL");
            url.check_file().map_err(|refusal| refusal.to_string())
        };
        let write =
            |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).expect("writes");
        write("empty.db", b"");
        write("real 100%.db", SQLITE_HEADER);
        write("notes.txt", b"Dear diary, today");
        write("short", b"SQL");
        fs::create_dir(folder.path().join("data")).expect("a folder");
        assert_eq!(refused("empty.db"), Ok(()));
        assert_eq!(refused("real 100%.db"), Ok(()));
        for (name, words) in [
            ("gone.db", "there is no SQLite file"),
            ("notes.txt", "is no SQLite database"),
            ("short", "is no SQLite database"),
            ("data", "is a folder"),
        ] {
            let words_of = refused(name).expect_err(name);
            assert!(words_of.contains(words), "{words_of}");
        }
        let memory: DatabaseUrl = "sqlite::memory:".parse().expect("a URL");
        assert_eq!(memory.check_file(), Ok(()));
    }
}
