//! `refract init`: writes the files that an app with Refract beside it has. It never changes what is
//! there, but for new lines among the scripts of package.json.

use std::{fs, io, path::Path, process::ExitCode};

use reflect::{Names, prisma::Model};

use crate::project::Project;

/// The scripts of package.json, in order.
const SCRIPTS: [(&str, &str); 3] = [
    ("refract", "refract dev"),
    ("refract:types", "refract types --out refract.d.ts"),
    ("refract:check", "refract check"),
];

/// Writes what is missing in the app around the working directory.
pub fn run(dry_run: bool) -> ExitCode {
    match write(dry_run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("refract: {message}");
            ExitCode::FAILURE
        }
    }
}

fn write(dry_run: bool) -> Result<(), String> {
    let folder = std::env::current_dir()
        .map_err(|error| format!("the working directory is not there: {error}"))?;
    let project = Project::around(&folder);
    let schema = project.schema.as_ref().map(|it| it.display().to_string());
    let names = Names::find(schema.as_deref()).map_err(|error| error.to_string())?;
    let model = match &names {
        Names::Prisma { schema, .. } => example(&schema.models),
        Names::Inferred { .. } => None,
    };
    let root = &project.folder;
    create(&root.join("refract.toml"), &policy(model.as_ref()), dry_run)?;
    create(&root.join("compose.refract.yaml"), COMPOSE, dry_run)?;
    add_scripts(&root.join("package.json"), dry_run)
}

/// A model with a field that may be secret, for the example of the policy.
struct Example {
    model: String,
    field: String,
}

/// A model of the app, preferably with a field whose name sounds secret.
fn example(models: &[Model]) -> Option<Example> {
    const SECRET: [&str; 4] = ["password", "secret", "token", "hash"];
    let sounds_secret = |name: &str| {
        let name = name.to_lowercase();
        SECRET.iter().any(|word| name.contains(word))
    };
    let mut all = models.iter().flat_map(|model| {
        let fields = model.fields.iter();
        fields.map(move |field| (model, field))
    });
    let (model, field) = all
        .clone()
        .find(|(_, field)| sounds_secret(&field.name))
        .or_else(|| all.next())?;
    Some(Example {
        model: model.name.clone(),
        field: field.name.clone(),
    })
}

fn policy(example: Option<&Example>) -> String {
    let (model, field) = example.map_or(("User", "passwordHash"), |it| (&it.model, &it.field));
    format!(
        "# Refract's settings for this app. Every setting of docs/settings.md can stand here in lower case, and\n\
         # variables of the environment and of .env take precedence.\n\
         \n\
         # page_size = 20\n\
         # max_page_size = 100\n\
         # read_only = false\n\
         \n\
         # A field that no answer shows, and that no filter and no error tells about. It can be written.\n\
         # [resources.{model}]\n\
         # hidden = [\"{field}\"]\n\
         \n\
         # A model whose rows are marked instead of deleted, by a field that may be null.\n\
         # [resources.{model}]\n\
         # soft_delete = \"deletedAt\"\n"
    )
}

/// A service beside the app's own ones.
const COMPOSE: &str = "\
# Refract beside the services of the app: docker compose -f compose.yaml -f compose.refract.yaml up
services:
  refract:
    image: refract:latest
    environment:
      DATABASE_URL: ${DATABASE_URL:?the database of the app}
      SECRET_KEY: ${SECRET_KEY:?at least 16 characters, for example from openssl rand -hex 32}
    ports:
      - \"127.0.0.1:8000:8000\"
    volumes:
      - ./refract.toml:/srv/refract/refract.toml:ro
    restart: unless-stopped
    stop_grace_period: 20s
";

/// Writes a file that is not there.
fn create(path: &Path, text: &str, dry_run: bool) -> Result<(), String> {
    let shown = path.display();
    if path.exists() {
        println!("left     {shown}, which is there");
        return Ok(());
    }
    if dry_run {
        println!("would write {shown}:\n{text}");
        return Ok(());
    }
    let failed = |error: io::Error| format!("{shown} cannot be written: {error}");
    // Fails where somebody else has written it in between.
    let mut file = fs::File::create_new(path).map_err(failed)?;
    io::Write::write_all(&mut file, text.as_bytes()).map_err(failed)?;
    println!("wrote    {shown}");
    Ok(())
}

/// Adds the scripts that are missing, and keeps every other byte of the file.
fn add_scripts(path: &Path, dry_run: bool) -> Result<(), String> {
    let shown = path.display();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            println!("left     {shown}, which is not there: no scripts were added");
            return Ok(());
        }
        Err(error) => return Err(format!("{shown} cannot be read: {error}")),
    };
    let manifest: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| format!("{shown} is not JSON: {error}"))?;
    let has = |name: &str| !manifest["scripts"][name].is_null();
    let missing: Vec<_> = SCRIPTS.into_iter().filter(|(name, _)| !has(name)).collect();
    if missing.is_empty() {
        println!("left     {shown}, which has the scripts");
        return Ok(());
    }
    let Some(changed) = with_scripts(&text, &missing) else {
        println!("left     {shown}, whose scripts could not be found; add these:");
        for (name, script) in missing {
            println!("           \"{name}\": \"{script}\"");
        }
        return Ok(());
    };
    let names: Vec<_> = missing.iter().map(|(name, _)| *name).collect();
    if dry_run {
        println!("would add the scripts {} to {shown}", names.join(", "));
        return Ok(());
    }
    fs::write(path, changed).map_err(|error| format!("{shown} cannot be written: {error}"))?;
    println!("added    the scripts {} to {shown}", names.join(", "));
    Ok(())
}

/// The text of a package.json with more scripts at the beginning of `"scripts": {`. `None` where that
/// is not found, or where the result would not be the same manifest with more scripts.
fn with_scripts(text: &str, scripts: &[(&str, &str)]) -> Option<String> {
    let start = text.find("\"scripts\"")?;
    let open = start + text[start..].find('{')? + 1;
    let rest = &text[open..];
    let is_empty = rest.trim_start().starts_with('}');
    // The indentation of the first script, or two levels of two blanks.
    let indent: String = rest
        .strip_prefix("\r\n")
        .or_else(|| rest.strip_prefix('\n'))
        .filter(|_| !is_empty)
        .map_or_else(
            || "    ".to_owned(),
            |line| {
                line.chars()
                    .take_while(|one| " \t".contains(*one))
                    .collect()
            },
        );
    let lines = scripts
        .iter()
        .map(|(name, script)| format!("\n{indent}\"{name}\": \"{script}\""));
    let mut added = lines.collect::<Vec<_>>().join(",");
    if is_empty {
        added.push_str("\n  ");
    } else {
        added.push(',');
    }
    let tail = if is_empty { rest.trim_start() } else { rest };
    let changed = format!("{}{added}{tail}", &text[..open]);
    let parsed: serde_json::Value = serde_json::from_str(&changed).ok()?;
    let fits = (scripts.iter()).all(|(name, script)| parsed["scripts"][*name] == *script);
    fits.then_some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_added_and_nothing_else_changes() {
        let text = "{\n\t\"name\": \"a\",\n\t\"scripts\": {\n\t\t\"dev\": \"next dev\"\n\t}\n}\n";
        let changed = with_scripts(text, &SCRIPTS[..1]).expect("changed");
        let expected = "{\n\t\"name\": \"a\",\n\t\"scripts\": {\n\t\t\"refract\": \"refract dev\",\n\t\t\"dev\": \"next dev\"\n\t}\n}\n";
        assert_eq!(changed, expected);
        let changed = with_scripts("{\"scripts\": {}}", &SCRIPTS).expect("changed");
        let parsed: serde_json::Value = serde_json::from_str(&changed).expect("JSON");
        assert_eq!(parsed["scripts"]["refract:check"], "refract check");
        assert_eq!(with_scripts("{}", &SCRIPTS), None);
    }
}
