//! Inflects names: letter case, ASCII, plurals and singulars.

use heck::{ToKebabCase, ToLowerCamelCase, ToSnakeCase, ToUpperCamelCase};

/// `created_at` for `createdAt`, `Created At` and `created-at`.
pub fn snake(name: &str) -> String {
    ascii(name).to_snake_case()
}

/// `generation-jobs` for `GenerationJobs` and `generation_jobs`.
pub fn kebab(name: &str) -> String {
    ascii(name).to_kebab_case()
}

/// `generationJobs` for `generation_jobs`.
pub fn lower_camel(name: &str) -> String {
    ascii(name).to_lower_camel_case()
}

/// `GenerationJobs` for `generation_jobs`. A name that already has this form is not changed, so that
/// `LLMTool` does not become `LlmTool`.
pub fn upper_camel(name: &str) -> String {
    let is_upper_camel = name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && name.chars().any(|c| c.is_ascii_lowercase());
    if is_upper_camel {
        name.to_owned()
    } else {
        ascii(name).to_upper_camel_case()
    }
}

/// The name with its last word in the plural, in any case style.
pub fn plural(name: &str) -> String {
    with_last_word(name, |word| pluralizer::pluralize(word, 2, false))
}

/// The name with its last word in the singular, in any case style.
pub fn singular(name: &str) -> String {
    with_last_word(name, |word| pluralizer::pluralize(word, 1, false))
}

fn with_last_word(name: &str, change: impl Fn(&str) -> String) -> String {
    let start = name
        .char_indices()
        .rev()
        .find_map(|(at, c)| match c {
            '-' | '_' => Some(at + 1),
            c if c.is_ascii_uppercase() => Some(at),
            _ => None,
        })
        .unwrap_or(0);
    let (head, word) = name.split_at(start);
    // Numbers and escapes in hexadecimal have no plural.
    if word.chars().all(|c| c.is_ascii_alphabetic()) && word.len() > 1 {
        format!("{head}{}", change(word))
    } else {
        name.to_owned()
    }
}

/// `name` in ASCII letters and digits. All other characters separate words.
///
/// Latin letters lose their accents. Another letter becomes the word `u` and its code point. A name
/// of punctuation only becomes code points, so that `+` and `-` have different names.
pub fn ascii(name: &str) -> String {
    let spelled = |c: char| format!("_u{:x}_", u32::from(c));
    let plain: String = name
        .chars()
        .map(|c| match latin(c) {
            Some(letters) => letters.to_owned(),
            None if c.is_ascii_alphanumeric() => c.to_string(),
            None if c.is_alphanumeric() => spelled(c),
            None => "_".to_owned(),
        })
        .collect();
    if plain.chars().any(|c| c != '_') {
        plain
    } else if name.is_empty() {
        "empty".to_owned()
    } else {
        name.chars().map(spelled).collect()
    }
}

/// Latin letters without their accents, in the German transcription where there is one.
fn latin(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'æ' => "ae",
        'Ä' | 'Æ' => "Ae",
        'ö' | 'ø' | 'œ' => "oe",
        'Ö' | 'Ø' | 'Œ' => "Oe",
        'ü' => "ue",
        'Ü' => "Ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'À' | 'Á' | 'Â' | 'Ã' | 'Å' | 'Ā' | 'Ă' | 'Ą' => "A",
        'ç' | 'ć' | 'č' => "c",
        'Ç' | 'Ć' | 'Č' => "C",
        'ď' | 'đ' | 'ð' => "d",
        'Ď' | 'Đ' | 'Ð' => "D",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'Ę' | 'Ě' => "E",
        'ğ' => "g",
        'Ğ' => "G",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'Ì' | 'Í' | 'Î' | 'Ï' | 'Ī' | 'İ' => "I",
        'ł' => "l",
        'Ł' => "L",
        'ñ' | 'ń' | 'ň' => "n",
        'Ñ' | 'Ń' | 'Ň' => "N",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ő' => "o",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ō' | 'Ő' => "O",
        'ř' => "r",
        'Ř' => "R",
        'ś' | 'š' | 'ş' => "s",
        'Ś' | 'Š' | 'Ş' => "S",
        'ť' | 'ţ' => "t",
        'Ť' | 'Ţ' => "T",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' => "u",
        'Ù' | 'Ú' | 'Û' | 'Ū' | 'Ů' | 'Ű' => "U",
        'ý' | 'ÿ' => "y",
        'Ý' => "Y",
        'ź' | 'ż' | 'ž' => "z",
        'Ź' | 'Ż' | 'Ž' => "Z",
        'þ' => "th",
        'Þ' => "Th",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_becomes_ascii_words() {
        assert_eq!(snake("createdAt"), "created_at");
        assert_eq!(snake("Straße & Größe"), "strasse_groesse");
        assert_eq!(snake("世界"), "u4e16_u754c");
        assert_eq!(snake("+"), "u2b");
        assert_eq!(snake(""), "empty");
        assert_eq!(kebab("generation_jobs"), "generation-jobs");
        assert_eq!(lower_camel("_PageToTag"), "pageToTag");
    }

    #[test]
    fn upper_camel_keeps_what_is_upper_camel() {
        assert_eq!(upper_camel("LLMTool"), "LLMTool");
        assert_eq!(upper_camel("USERS"), "Users");
        assert_eq!(upper_camel("chat_session"), "ChatSession");
    }

    #[test]
    fn only_the_last_word_is_pluralised() {
        assert_eq!(plural("generation-job"), "generation-jobs");
        assert_eq!(plural("generationJob"), "generationJobs");
        assert_eq!(plural("news"), "news");
        assert_eq!(plural("category"), "categories");
        assert_eq!(plural("pages"), "pages");
        assert_eq!(plural("status"), "statuses");
        assert_eq!(plural("table-2"), "table-2");
        assert_eq!(singular("users"), "user");
        assert_eq!(singular("address"), "address");
        assert_eq!(singular("teamMembers"), "teamMember");
    }
}
