//! `refract init`: writes the files that an app with Refract beside it has. It never changes what is
//! there, but for new lines among the scripts of package.json.

use std::{fs, io, path::Path, process::ExitCode};

use reflect::{Names, prisma::Model};
use serde_json::{Map, Value};

use crate::project::Project;

/// The scripts of package.json, in order. The file of types has a value in it, so it is no .d.ts.
fn scripts(root: &Path) -> [(&'static str, String); 3] {
    let folders = ["src/lib", "lib", "src"];
    let mut there = folders.into_iter().filter(|it| root.join(it).is_dir());
    let types = match there.next() {
        Some(folder) => format!("refract types --out {folder}/refract.ts"),
        None => "refract types --out refract.ts".to_owned(),
    };
    [
        ("refract", "refract dev".to_owned()),
        ("refract:types", types),
        ("refract:check", "refract check".to_owned()),
    ]
}

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
    let models = match &names {
        Names::Prisma { schema, .. } => schema.models.as_slice(),
        Names::Inferred { .. } => &[],
    };
    let root = &project.folder;
    create(&root.join("refract.toml"), &policy(models), dry_run)?;
    create(&root.join("compose.refract.yaml"), COMPOSE, dry_run)?;
    add_scripts(root, dry_run)
}

/// The first field, with its model, whose name has one of these words.
fn field_like<'a>(models: &'a [Model], words: &[&str]) -> Option<(&'a str, &'a str)> {
    let mut all = models.iter().flat_map(|model| {
        let fields = model.fields.iter();
        fields.map(move |field| (model.name.as_str(), field.name.as_str()))
    });
    all.find(|(_, field)| {
        let field = field.to_lowercase();
        words.iter().any(|word| field.contains(word))
    })
}

/// refract.toml, whose examples have names of the app where it has such fields.
fn policy(models: &[Model]) -> String {
    let hidden = field_like(models, &["password", "secret", "token", "hash"]);
    let marked = field_like(
        models,
        &["deletedat", "deleted_at", "removedat", "archivedat"],
    );
    let any = models.first().map_or("User", |model| &model.name);
    let (model, field) = hidden.unwrap_or((any, "passwordHash"));
    let (marked_model, mark) = marked.unwrap_or((model, "deletedAt"));
    // A table of TOML may stand in a file once.
    let marked_table = match marked_model == model {
        true => String::new(),
        false => format!("\n# [resources.{marked_model}]\n"),
    };
    format!(
        "# Refract's settings for this app. Every setting of docs/settings.md can stand here in lower case, and\n\
         # variables of the environment and of .env take precedence.\n\
         \n\
         # page_size = 20\n\
         # max_page_size = 100\n\
         # read_only = false\n\
         \n\
         # Models have tables of their own. `hidden` has fields that no answer shows, and that no filter and no\n\
         # error tells about; they can be written. `soft_delete` is a field that may be null: rows are marked\n\
         # there instead of being deleted.\n\
         \n\
         # [resources.{model}]\n\
         # hidden = [\"{field}\"]\n\
         {marked_table}\
         # soft_delete = \"{mark}\"\n"
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
fn add_scripts(root: &Path, dry_run: bool) -> Result<(), String> {
    let path = root.join("package.json");
    let shown = path.display();
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            println!("left     {shown}, which is not there: no scripts were added");
            return Ok(());
        }
        Err(error) => return Err(format!("{shown} cannot be read: {error}")),
    };
    let manifest: Value =
        serde_json::from_str(&text).map_err(|error| format!("{shown} is not JSON: {error}"))?;
    let mut missing = scripts(root).to_vec();
    missing.retain(|(name, _)| manifest["scripts"][name].is_null());
    if missing.is_empty() {
        println!("left     {shown}, which has the scripts");
        return Ok(());
    }
    let Some(changed) = with_scripts(&text, manifest, &missing) else {
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
    fs::write(&path, changed).map_err(|error| format!("{shown} cannot be written: {error}"))?;
    println!("added    the scripts {} to {shown}", names.join(", "));
    Ok(())
}

/// The text of a package.json with more scripts at the beginning of `"scripts": {`, which is made
/// where it is missing. `None` where that is not found, or where the result would not be the same
/// manifest with more scripts.
fn with_scripts(text: &str, mut manifest: Value, scripts: &[(&str, String)]) -> Option<String> {
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let has_scripts = manifest.get("scripts").is_some();
    let start = match has_scripts {
        true => text.find("\"scripts\"")?,
        false => 0,
    };
    let open = start + text[start..].find('{')? + 1;
    let rest = &text[open..];
    let is_empty = rest.trim_start().starts_with('}');
    // The indentation of what comes first, or levels of two blanks.
    let indent = rest.strip_prefix(line_end).filter(|_| !is_empty);
    let indent =
        indent.map(|line| &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]);
    let (outer, inner) = match (indent, has_scripts) {
        (Some(inner), true) => ("  ", inner.to_owned()),
        (Some(outer), false) => (outer, outer.repeat(2)),
        (None, _) => ("  ", "    ".to_owned()),
    };
    let lines = scripts
        .iter()
        .map(|(name, script)| format!("{line_end}{inner}\"{name}\": \"{script}\""));
    let mut added = lines.collect::<Vec<_>>().join(",");
    if !has_scripts {
        added = format!("{line_end}{outer}\"scripts\": {{{added}{line_end}{outer}}}");
    }
    let tail = match (is_empty, has_scripts) {
        (false, _) => {
            added.push(',');
            rest
        }
        (true, true) => {
            added.push_str(&format!("{line_end}{outer}"));
            rest.trim_start()
        }
        (true, false) => {
            added.push_str(line_end);
            rest.trim_start()
        }
    };
    let changed = format!("{}{added}{tail}", &text[..open]);
    for (name, script) in scripts {
        let all = manifest.as_object_mut()?.entry("scripts");
        let all = all.or_insert_with(|| Value::Object(Map::new()));
        all.as_object_mut()?
            .insert((*name).to_owned(), Value::from(script.as_str()));
    }
    let parsed: Value = serde_json::from_str(&changed).ok()?;
    (parsed == manifest).then_some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str, count: usize) -> Option<String> {
        let scripts = scripts(Path::new("/nowhere"));
        with_scripts(
            text,
            serde_json::from_str(text).expect("JSON"),
            &scripts[..count],
        )
    }

    fn model(name: &str, fields: &[&str]) -> Model {
        let field = |name: &&str| reflect::prisma::Field {
            name: (*name).to_owned(),
            column: (*name).to_owned(),
            kind: reflect::prisma::FieldKind::Scalar("String".to_owned()),
            list: false,
            required: false,
            comment: None,
            client_default: None,
            updated_at: false,
            on_update: None,
        };
        Model {
            name: name.to_owned(),
            table: name.to_owned(),
            schema: None,
            ignored: false,
            comment: None,
            fields: fields.iter().map(field).collect(),
            relations: Vec::new(),
            key: Vec::new(),
        }
    }

    #[test]
    fn the_policys_examples_have_the_apps_names_and_each_table_once() {
        let ends = |models: &[Model], end: &str| {
            let policy = policy(models);
            assert!(policy.ends_with(end), "{policy}");
        };
        let account = model("Account", &["id", "refreshToken"]);
        let post = model("Post", &["id", "deletedAt"]);
        let hidden = "\n\n# [resources.Account]\n# hidden = [\"refreshToken\"]\n";
        let both = format!("{hidden}\n# [resources.Post]\n# soft_delete = \"deletedAt\"\n");
        ends(&[post.clone(), account.clone()], &both);
        ends(
            &[account],
            &format!("{hidden}# soft_delete = \"deletedAt\"\n"),
        );
        let of_post =
            "# [resources.Post]\n# hidden = [\"passwordHash\"]\n# soft_delete = \"deletedAt\"\n";
        ends(&[post], of_post);
    }

    #[test]
    fn scripts_are_added_and_nothing_else_changes() {
        let text = "{\n\t\"name\": \"a\",\n\t\"scripts\": {\n\t\t\"dev\": \"next dev\"\n\t}\n}\n";
        let expected = "{\n\t\"name\": \"a\",\n\t\"scripts\": {\n\t\t\"refract\": \"refract dev\",\n\t\t\"dev\": \"next dev\"\n\t}\n}\n";
        assert_eq!(added(text, 1).as_deref(), Some(expected));
        let windows = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(added(&windows(text), 1), Some(windows(expected)));
        for text in [
            "{\"scripts\": {}}",
            "{\"scripts\":{\"a\":\"b\"}}",
            "{}",
            "{\"name\":\"a\"}",
        ] {
            let parsed: Value =
                serde_json::from_str(&added(text, 3).expect("changed")).expect("JSON");
            assert_eq!(
                parsed["scripts"]["refract:check"], "refract check",
                "{text}"
            );
        }
        let without = "{\n  \"name\": \"a\"\n}\n";
        let expected =
            "{\n  \"scripts\": {\n    \"refract\": \"refract dev\"\n  },\n  \"name\": \"a\"\n}\n";
        assert_eq!(added(without, 1).as_deref(), Some(expected));
        // Other scripts of other things are left alone.
        let nested = "{\"jest\": {\"scripts\": {}}, \"scripts\": {}}";
        assert_eq!(added(nested, 1), None);
        assert_eq!(added("{\"scripts\": 7}", 1), None);
        assert_eq!(added("[{}]", 1), None);
    }
}
