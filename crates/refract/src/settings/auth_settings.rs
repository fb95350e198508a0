//! `[keys]` and `[auth]` of refract.toml: how callers are known.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;

use super::{Secret, SettingsError};
use crate::access::{SERVICE, USER};

/// How callers are known, beside `SECRET_KEY`.
#[derive(Debug, Clone, Default)]
pub struct AuthSettings {
    pub keys: Vec<KeySettings>,
    pub issuers: Vec<JwtSettings>,
}

/// `[keys.<name>]`: a key that callers present.
#[derive(Debug, Clone)]
pub struct KeySettings {
    pub name: String,
    /// Several while one takes the place of another.
    pub digests: Vec<KeyDigest>,
    pub role: String,
    /// Whether its caller may ask for others, with `Refract-Claims`.
    pub acts_for_others: bool,
}

/// What a key is compared by.
#[derive(Debug, Clone)]
pub enum KeyDigest {
    Plain(Secret),
    /// The SHA-256 digest of the key.
    Sha256([u8; 32]),
}

/// `[auth.jwt]` or one of `[[auth.jwt]]`: an issuer of tokens.
#[derive(Debug, Clone)]
pub struct JwtSettings {
    pub keys: JwtKeys,
    /// The value that `iss` must have.
    pub issuer: Option<String>,
    /// `aud` must have one of these. Without any, it may have any value.
    pub audience: Vec<String>,
    /// `azp` must be one of these. Without any, it may have any value.
    pub authorized_parties: Vec<String>,
    /// The claim with the role: its name, or a path such as `app_metadata.role`.
    pub role_claim: String,
    /// The role of a token without that claim.
    pub default_role: String,
    /// How far the clocks may be apart, in seconds.
    pub leeway_secs: u64,
    /// The shortest time between two readings of the key set for keys that are not in it, in seconds.
    pub cooldown_secs: u64,
}

/// Where the keys of an issuer are.
#[derive(Debug, Clone)]
pub enum JwtKeys {
    /// A secret that the issuer and this process share.
    Secret(Secret),
    /// A file with a key set (JSON) or a public key (PEM).
    File(PathBuf),
    /// The address of a key set.
    Url(url::Url),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatedKey {
    #[serde(default)]
    key: OneOrMany,
    #[serde(default)]
    sha256: OneOrMany,
    role: Option<String>,
    acts_for_others: Option<bool>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(untagged)]
enum OneOrMany {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatedAuth {
    #[serde(default)]
    jwt: OneOrManyIssuers,
}

#[derive(Debug, Deserialize, Default)]
#[serde(untagged)]
enum OneOrManyIssuers {
    #[default]
    None,
    One(Box<StatedJwt>),
    Many(Vec<StatedJwt>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatedJwt {
    jwks_url: Option<String>,
    key_file: Option<PathBuf>,
    secret: Option<String>,
    secret_file: Option<PathBuf>,
    issuer: Option<String>,
    #[serde(default)]
    audience: OneOrMany,
    #[serde(default)]
    authorized_parties: Vec<String>,
    role_claim: Option<String>,
    default_role: Option<String>,
    leeway_seconds: Option<u64>,
    jwks_cooldown_seconds: Option<u64>,
}

const MIN_KEY_CHARS: usize = 16;
/// RFC 7518, 3.2: as many bytes as the digest of HS256 has.
const MIN_SECRET_BYTES: usize = 32;

fn wrong(path: &str, problem: &str) -> SettingsError {
    SettingsError::new("refract.toml", format!("{path}: {problem}"), "[auth.jwt]")
}

/// The keys of `[keys]`.
pub(super) fn keys(stated: BTreeMap<String, StatedKey>) -> Result<Vec<KeySettings>, SettingsError> {
    let keys = stated.into_iter().map(|(name, stated)| {
        let path = format!("keys.{name}");
        let mut digests = Vec::new();
        for key in stated.key.into_vec() {
            if key.chars().count() < MIN_KEY_CHARS || !key.bytes().all(|one| one.is_ascii_graphic())
            {
                let problem = "must have at least 16 characters that an HTTP header can carry";
                return Err(wrong(&format!("{path}.key"), problem));
            }
            digests.push(KeyDigest::Plain(Secret::new(key)));
        }
        for digest in stated.sha256.into_vec() {
            let bytes = unhex(&digest)
                .ok_or_else(|| wrong(&format!("{path}.sha256"), "must be 64 hexadecimal digits"))?;
            digests.push(KeyDigest::Sha256(bytes));
        }
        if digests.is_empty() {
            return Err(wrong(&path, "has neither `key` nor `sha256`"));
        }
        let role = stated.role.unwrap_or_else(|| SERVICE.to_owned());
        Ok(KeySettings {
            acts_for_others: stated.acts_for_others.unwrap_or(role == SERVICE),
            name,
            digests,
            role,
        })
    });
    keys.collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

/// The issuers of `[auth]`.
pub(super) fn issuers(stated: Option<StatedAuth>) -> Result<Vec<JwtSettings>, SettingsError> {
    let stated = match stated.map(|auth| auth.jwt) {
        None | Some(OneOrManyIssuers::None) => Vec::new(),
        Some(OneOrManyIssuers::One(one)) => vec![*one],
        Some(OneOrManyIssuers::Many(many)) => many,
    };
    stated.into_iter().map(issuer).collect()
}

fn issuer(stated: StatedJwt) -> Result<JwtSettings, SettingsError> {
    let path = "auth.jwt";
    let secret = match (stated.secret, stated.secret_file) {
        (Some(_), Some(_)) => return Err(wrong(path, "has both `secret` and `secret_file`")),
        (None, Some(file)) => {
            let text = std::fs::read_to_string(&file).map_err(|error| {
                wrong(path, &format!("{} cannot be read: {error}", file.display()))
            })?;
            Some(text.trim_end_matches(['\r', '\n']).to_owned())
        }
        (secret, None) => secret,
    };
    let keys = match (secret, stated.key_file, stated.jwks_url) {
        (Some(secret), None, None) => {
            if secret.len() < MIN_SECRET_BYTES {
                return Err(wrong(path, "a secret must have at least 32 bytes"));
            }
            JwtKeys::Secret(Secret::new(secret))
        }
        (None, Some(file), None) => JwtKeys::File(file),
        (None, None, Some(text)) => JwtKeys::Url(key_set_url(&text)?),
        _ => {
            let problem = "must have one of `jwks_url`, `key_file`, `secret` and `secret_file`";
            return Err(wrong(path, problem));
        }
    };
    let default_role = stated.default_role.unwrap_or_else(|| USER.to_owned());
    if default_role == SERVICE {
        return Err(wrong(
            path,
            "default_role: no token makes its bearer the service",
        ));
    }
    Ok(JwtSettings {
        keys,
        issuer: stated.issuer,
        audience: stated.audience.into_vec(),
        authorized_parties: stated.authorized_parties,
        role_claim: stated.role_claim.unwrap_or_else(|| "role".to_owned()),
        default_role,
        leeway_secs: stated.leeway_seconds.unwrap_or(30),
        cooldown_secs: stated.jwks_cooldown_seconds.unwrap_or(30),
    })
}

/// The address of a key set. Whoever could change what it answers could sign tokens.
fn key_set_url(text: &str) -> Result<url::Url, SettingsError> {
    let path = "auth.jwt.jwks_url";
    let url = url::Url::parse(text).map_err(|_| wrong(path, "is not a URL"))?;
    let is_loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if url.scheme() == "https" || url.scheme() == "http" && is_loopback {
        Ok(url)
    } else {
        Err(wrong(path, "must begin with https://"))
    }
}

/// A parser's message without the value that it repeats: `keys.backend = "…"` would tell a key.
fn without_value(message: &str) -> &str {
    let repeats = message.starts_with("invalid type: ") || message.starts_with("invalid value: ");
    match message.rfind(", expected ") {
        Some(at) if repeats => &message[at + 2..],
        _ if repeats => "a value does not fit",
        _ => message,
    }
}

impl AuthSettings {
    /// Reads `[keys]` and `[auth]` in the text of a refract.toml.
    ///
    /// # Errors
    /// What does not fit, by its path. The text itself is not repeated, because it holds secrets.
    pub fn of_toml(text: &str) -> Result<Self, SettingsError> {
        #[derive(Deserialize)]
        struct Stated {
            #[serde(default)]
            keys: BTreeMap<String, StatedKey>,
            auth: Option<StatedAuth>,
        }
        let stated: Stated = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(0, |before| before.matches('\n').count()) + 1;
            let problem = format!("line {line}: {}", without_value(error.message()));
            wrong("[keys] and [auth]", &problem)
        })?;
        Ok(Self {
            keys: keys(stated.keys)?,
            issuers: issuers(stated.auth)?,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.issuers.is_empty()
    }
}
