//! JWTs (RFC 7519), verified strictly.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use arc_swap::ArcSwapOption;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde_json::Value;

use super::{
    MAX_BYTES,
    key_set::{self, VerifyingKey},
    unique_json::claims,
};
use crate::{
    access::{Claims, Principal, Role, SERVICE},
    error::Error,
    settings::{JwtKeys, JwtSettings},
};

/// How long a key set of another server is good. It is read again then, and the old one stays if it
/// cannot be read.
const FRESH_SECS: u64 = 600;

/// An issuer of tokens, and the keys that verify them.
pub struct Issuer {
    settings: JwtSettings,
    /// `None` until a key set of another server has been read.
    keys: ArcSwapOption<Vec<VerifyingKey>>,
    /// When the key set was last asked for, and last read, in seconds since 1970.
    asked_at: AtomicU64,
    read_at: AtomicU64,
    /// How often another key set has taken the place of one.
    version: AtomicU64,
    /// Held while the key set is read.
    reading: tokio::sync::Mutex<()>,
}

/// Seconds since 1970.
pub fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

/// The bytes of base64url without padding.
pub fn base64url(text: &[u8]) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

const fn invalid(reason: &'static str) -> Error {
    Error::InvalidToken { reason }
}

impl Issuer {
    /// Reads the keys of a secret or a file.
    ///
    /// # Errors
    /// The file cannot be read, or holds no key.
    pub fn new(settings: &JwtSettings) -> Result<Self, Error> {
        let keys = match &settings.keys {
            JwtKeys::Secret(secret) => Some(
                VerifyingKey::of_secret(secret.reveal())
                    .into_iter()
                    .collect(),
            ),
            JwtKeys::File(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
                let keys = text.and_then(|text| key_set::of_file(&text));
                let keys = keys.map_err(|problem| {
                    Error::internal(format!("auth.jwt.key_file: {}: {problem}", path.display()))
                })?;
                Some(keys)
            }
            JwtKeys::Url(_) => None,
        };
        Ok(Self {
            settings: settings.clone(),
            keys: ArcSwapOption::from_pointee(keys),
            asked_at: AtomicU64::new(0),
            read_at: AtomicU64::new(0),
            version: AtomicU64::new(0),
            reading: tokio::sync::Mutex::new(()),
        })
    }

    /// Whether a token with this `iss` may be one of this issuer's.
    fn issues(&self, issuer: Option<&str>) -> bool {
        let stated = self.settings.issuer.as_deref();
        stated.is_none_or(|stated| Some(stated) == issuer)
    }

    /// The keys, and those of a newer reading if none of them has the id.
    async fn keys(&self, id: Option<&str>, now: u64) -> Result<Arc<Vec<VerifyingKey>>, Error> {
        let JwtKeys::Url(url) = &self.settings.keys else {
            return Ok(self.keys.load_full().unwrap_or_default());
        };
        let known = self.keys.load_full();
        let has_id = |keys: &Arc<Vec<VerifyingKey>>| {
            id.is_none_or(|id| keys.iter().any(|key| key.id.as_deref() == Some(id)))
        };
        let is_fresh = now < self.read_at.load(Ordering::Relaxed) + FRESH_SECS;
        if let Some(keys) = known.as_ref().filter(|keys| is_fresh && has_id(keys)) {
            return Ok(keys.clone());
        }
        let may_ask = |pause: u64| now >= self.asked_at.load(Ordering::Relaxed) + pause;
        let pause = match known {
            Some(known) if !may_ask(self.settings.cooldown_secs) => return Ok(known),
            Some(_) => self.settings.cooldown_secs,
            None => 1,
        };
        let _reading = self.reading.lock().await;
        // Another request may have read it meanwhile.
        let is_known = self.keys.load_full().is_some_and(|keys| has_id(&keys));
        if !is_known && may_ask(pause) {
            self.asked_at.store(now, Ordering::Relaxed);
            self.read(url.clone(), now).await;
        }
        let keys = self.keys.load_full();
        keys.ok_or(Error::KeysUnavailable)
    }

    /// Reads the key set again in the background, if the last reading is old.
    pub fn refresh(self: &Arc<Self>, now: u64) {
        let JwtKeys::Url(url) = &self.settings.keys else {
            return;
        };
        let read_at = self.read_at.load(Ordering::Relaxed);
        let asked_at = self.asked_at.load(Ordering::Relaxed);
        // What was never read is read by the request that needs it.
        let is_fresh = read_at == 0 || now < read_at + FRESH_SECS;
        if is_fresh || now < asked_at + self.settings.cooldown_secs {
            return;
        }
        let order = Ordering::Relaxed;
        if self
            .asked_at
            .compare_exchange(asked_at, now, order, order)
            .is_ok()
        {
            let (issuer, url) = (self.clone(), url.clone());
            tokio::spawn(async move { issuer.read(url, now).await });
        }
    }

    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Relaxed)
    }

    async fn read(&self, url: url::Url, now: u64) {
        let read = tokio::task::spawn_blocking({
            let url = url.clone();
            move || key_set::fetch(&url)
        });
        match read
            .await
            .unwrap_or_else(|_| Err("its reading ended early".to_owned()))
        {
            Ok(keys) => {
                self.keys.store(Some(Arc::new(keys)));
                self.version.fetch_add(1, Ordering::Relaxed);
                self.read_at.store(now, Ordering::Relaxed);
            }
            Err(problem) => {
                let host = url.host_str().unwrap_or_default();
                tracing::warn!(host, "the key set of an issuer cannot be read: {problem}");
            }
        }
    }
}

/// The caller of a token, and until when the token is valid, in seconds since 1970.
///
/// # Errors
/// [`Error::InvalidToken`] with the reason; [`Error::KeysUnavailable`] if no key set was ever read.
pub async fn verify(
    issuers: &[Arc<Issuer>],
    token: &[u8],
    now: u64,
) -> Result<(Arc<Principal>, u64), Error> {
    if token.len() > MAX_BYTES {
        return Err(invalid("it is too long"));
    }
    let text = std::str::from_utf8(token).map_err(|_| invalid("it is not a JWT"))?;
    let mut parts = text.split('.');
    let (Some(head), Some(body), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(invalid("it is not a JWT"));
    };
    let object = |part: &str| base64url(part.as_bytes()).and_then(|json| claims(&json));
    let header = object(head).ok_or_else(|| invalid("its header cannot be read"))?;
    let claims = object(body).ok_or_else(|| invalid("its claims cannot be read"))?;
    if header.contains_key("crit") || header.contains_key("b64") {
        return Err(invalid("its header asks for what is not known here"));
    }
    let algorithm: Algorithm = header
        .get("alg")
        .and_then(Value::as_str)
        .and_then(|name| name.parse().ok())
        .ok_or_else(|| invalid("its algorithm is not allowed"))?;
    let id = match header.get("kid") {
        None => None,
        Some(Value::String(id)) => Some(id.as_str()),
        Some(_) => return Err(invalid("its header cannot be read")),
    };
    let stated = claims.get("iss").and_then(Value::as_str);
    let mut error = invalid("its issuer is not known here");
    for issuer in issuers.iter().filter(|one| one.issues(stated)) {
        let keys = match issuer.keys(id, now).await {
            Ok(keys) => keys,
            Err(unavailable) => {
                error = unavailable;
                continue;
            }
        };
        let fits = |key: &&VerifyingKey| {
            key.algorithms.contains(&algorithm)
                && (id.is_none() || key.id.is_none() || key.id.as_deref() == id)
        };
        let message = format!("{head}.{body}");
        let mut fitting = keys.iter().filter(fits).peekable();
        if fitting.peek().is_none() {
            error = invalid("no key of its issuer fits it");
            continue;
        }
        let is_signed = fitting.any(|key| {
            let checked =
                jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key.key, algorithm);
            checked.unwrap_or(false)
        });
        if !is_signed {
            error = invalid("its signature is wrong");
            continue;
        }
        let until = issuer.settings.check(&claims, now)?;
        let role = issuer.settings.role(&claims)?;
        let principal = Principal {
            role: Role::of(&role),
            claims,
        };
        return Ok((Arc::new(principal), until));
    }
    Err(error)
}

impl JwtSettings {
    /// Checks the registered claims of a token. Returns until when it is valid.
    fn check(&self, claims: &Claims, now: u64) -> Result<u64, Error> {
        let moment = |name: &str| match claims.get(name) {
            None => Ok(None),
            Some(value) => {
                let number = value.as_f64().filter(|number| *number >= 0.0);
                number
                    .map(Some)
                    .ok_or_else(|| invalid("one of its moments is not a number"))
            }
        };
        let leeway = self.leeway_secs as f64;
        let at = now as f64;
        let expires = moment("exp")?.ok_or_else(|| invalid("it has no `exp`"))?;
        if expires + leeway <= at {
            return Err(invalid("it has expired"));
        }
        if moment("nbf")?.is_some_and(|begins| begins - leeway > at) {
            return Err(invalid("it is not valid yet"));
        }
        if moment("iat")?.is_some_and(|issued| issued - leeway > at) {
            return Err(invalid("it is not valid yet"));
        }
        if !self.audience.is_empty() {
            let is_one = |value: &Value| {
                let text = value.as_str();
                text.is_some_and(|text| self.audience.iter().any(|one| one == text))
            };
            let is_meant = match claims.get("aud") {
                Some(Value::Array(all)) => all.iter().any(is_one),
                Some(one) => is_one(one),
                None => false,
            };
            if !is_meant {
                return Err(invalid("it is meant for another audience"));
            }
        }
        if !self.authorized_parties.is_empty() {
            let party = claims.get("azp").and_then(Value::as_str);
            let is_known =
                party.is_some_and(|party| self.authorized_parties.iter().any(|one| one == party));
            if !is_known {
                return Err(invalid("it was issued to another party"));
            }
        }
        Ok((expires + leeway).min(u64::MAX as f64) as u64)
    }

    fn role(&self, claims: &Claims) -> Result<String, Error> {
        let mut found = claims.get(&self.role_claim);
        if found.is_none() {
            let mut names = self.role_claim.split('.');
            let first = names.next().and_then(|name| claims.get(name));
            found = names
                .try_fold(first, |value, name| Some(value?.get(name)))
                .flatten();
        }
        match found {
            None | Some(Value::Null) => Ok(self.default_role.clone()),
            Some(Value::String(role)) if role == SERVICE => {
                Err(invalid("no token makes its bearer the service"))
            }
            Some(Value::String(role)) => Ok(role.clone()),
            Some(_) => Err(invalid("its role is not a text")),
        }
    }
}
