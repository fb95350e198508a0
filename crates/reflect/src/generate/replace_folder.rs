//! Replaces the entity crate on disk.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::GenerateError;

/// Replaces the directory `target` by the generated files, formatted with the project's settings. The
/// new crate is complete before the old one is removed.
///
/// # Errors
///
/// [`GenerateError::File`] or [`GenerateError::Format`]. The old crate is unchanged then.
pub fn replace(target: &Path, files: &BTreeMap<PathBuf, String>) -> Result<(), GenerateError> {
    let new = beside(target, "new");
    let old = beside(target, "old");
    remove(&new)?;
    remove(&old)?;
    let written = write_all(&new, files).and_then(|()| format(&new));
    if let Err(error) = written {
        remove(&new)?;
        return Err(error);
    }
    if target.exists() {
        fs::rename(target, &old).map_err(failed("could not move away", target))?;
    }
    fs::rename(&new, target).map_err(failed("could not put in place", target))?;
    remove(&old)
}

/// A sibling of `target`. It is on the same file system, where renaming is atomic, and the same
/// rustfmt settings apply to it.
fn beside(target: &Path, what: &str) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{what}"))
}

fn remove(directory: &Path) -> Result<(), GenerateError> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(failed("could not remove", directory)(error))
        }
        _ => Ok(()),
    }
}

fn write_all(root: &Path, files: &BTreeMap<PathBuf, String>) -> Result<(), GenerateError> {
    for (path, content) in files {
        let path = root.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed("could not create", parent))?;
        }
        fs::write(&path, content).map_err(failed("could not write", &path))?;
    }
    Ok(())
}

/// Runs rustfmt where it is installed. Without it, the code keeps the format of prettyplease.
fn format(root: &Path) -> Result<(), GenerateError> {
    let output = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .arg(root.join("src/lib.rs"))
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(GenerateError::Format(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed("could not run rustfmt on", root)(error)),
    }
}

fn failed(what: &str, path: &Path) -> impl FnOnce(io::Error) -> GenerateError {
    let what = format!("{what} {}", path.display());
    move |source| GenerateError::File { what, source }
}
