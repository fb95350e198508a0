//! Tokens of a local issuer: those that count, and those that do not.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::pkcs8::EncodePrivateKey;
use http_body_util::Full;
use jsonwebtoken::{Algorithm, EncodingKey};
use rsa::{pkcs1::EncodeRsaPrivateKey, traits::PublicKeyParts};
use serde_json::{Value, json};

use super::{KEY, POLICIES};
use crate::support::{Answer, App, Kind, Options, Schema};

const SECRET: &str = "a-secret-that-the-issuer-and-refract-share";

/// The server of a key set.
struct Issuer {
    address: SocketAddr,
    keys: Arc<Mutex<Option<Value>>>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    async fn start(keys: Value) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let keys = Arc::new(Mutex::new(Some(keys)));
        let asked = Arc::new(AtomicUsize::new(0));
        let issuer = Self {
            address,
            keys: keys.clone(),
            asked: asked.clone(),
        };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (keys, asked) = (keys.clone(), asked.clone());
                let answer = hyper::service::service_fn(move |_| {
                    asked.fetch_add(1, Ordering::Relaxed);
                    let keys = keys.lock().expect("a lock").clone();
                    let (status, text) = match keys {
                        Some(keys) => (200, json!({ "keys": keys }).to_string()),
                        None => (500, String::new()),
                    };
                    let answer = hyper::Response::builder().status(status);
                    let answer = answer.body(Full::new(bytes::Bytes::from(text)));
                    async move { Ok::<_, Infallible>(answer.expect("an answer")) }
                });
                let client = hyper_util::rt::TokioIo::new(client);
                let serving = hyper::server::conn::http1::Builder::new();
                tokio::spawn(serving.serve_connection(client, answer));
            }
        });
        issuer
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    fn set(&self, keys: Option<Value>) {
        *self.keys.lock().expect("a lock") = keys;
    }
}

/// A key pair: what signs, and the public half for a key set.
struct Pair {
    signs: EncodingKey,
    algorithm: Algorithm,
    public: Value,
}

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn rsa_pair(id: &str, algorithm: Algorithm) -> Pair {
    let key = rsa::PrivateKey::new(&mut rand::rng(), 2048).expect("a key");
    let der = key.to_pkcs1_der().expect("a key");
    let (n, e) = (
        key.n().to_be_bytes_trimmed_vartime(),
        key.e().to_be_bytes_trimmed_vartime(),
    );
    Pair {
        signs: EncodingKey::from_rsa_der(der.as_bytes()),
        algorithm,
        public: json!({"kty": "RSA", "kid": id, "use": "sig", "n": base64url(&n), "e": base64url(&e)}),
    }
}

fn p256_pair(id: &str) -> Pair {
    use p256::elliptic_curve::{Generate, sec1::ToSec1Point};
    let key = p256::SecretKey::generate();
    let der = p256::pkcs8::EncodePrivateKey::to_pkcs8_der(&key).expect("a key");
    let point = key.public_key().to_sec1_point(false);
    let (x, y) = (point.x().expect("x"), point.y().expect("y"));
    Pair {
        signs: EncodingKey::from_ec_der(der.as_bytes()),
        algorithm: Algorithm::ES256,
        public: json!({"kty": "EC", "crv": "P-256", "kid": id, "x": base64url(x), "y": base64url(y)}),
    }
}

fn ed25519_pair(id: &str) -> Pair {
    let key = ed25519_dalek::SigningKey::from_bytes(&rand::random());
    let der = key.to_pkcs8_der().expect("a key");
    let public = key.verifying_key();
    Pair {
        signs: EncodingKey::from_ed_der(der.as_bytes()),
        algorithm: Algorithm::EdDSA,
        public: json!({"kty": "OKP", "crv": "Ed25519", "kid": id, "x": base64url(public.as_bytes())}),
    }
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs()
}

/// Claims that count, with others in place of some.
fn claims(instead: Value) -> Value {
    let mut all = json!({
        "sub": "ann",
        "iss": "https://issuer.example",
        "aud": ["other", "refract"],
        "azp": "web",
        "iat": now(),
        "exp": now() + 600,
    });
    for (name, value) in instead.as_object().expect("an object") {
        match value {
            Value::Null => _ = all.as_object_mut().expect("an object").remove(name),
            value => all[name] = value.clone(),
        }
    }
    all
}

fn signed(header: &str, claims: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!(
        "{}.{}",
        base64url(header.as_bytes()),
        base64url(claims.as_bytes())
    );
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm);
    format!("{message}.{}", signature.expect("a signature"))
}

fn token(pair: &Pair, claims: &Value) -> String {
    let header = json!({
        "alg": format!("{:?}", pair.algorithm),
        "kid": pair.public["kid"],
        "typ": "JWT",
    });
    signed(
        &header.to_string(),
        &claims.to_string(),
        &pair.signs,
        pair.algorithm,
    )
}

async fn app(auth: &str) -> App {
    let options = Options::default()
        .set("SECRET_KEY", KEY)
        .auth(auth)
        .roles(POLICIES);
    App::builder(Schema::Access)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await
}

fn settings(issuer: &Issuer) -> String {
    format!(
        r#"
        [auth.jwt]
        jwks_url = "http://127.0.0.1:{}/jwks.json"
        issuer = "https://issuer.example"
        audience = "refract"
        authorized_parties = ["web", "phone"]
        jwks_cooldown_seconds = 0
        "#,
        issuer.address.port()
    )
}

async fn ask(app: &App, token: &str) -> Answer {
    app.request("GET", "/api/v1/posts?select=id")
        .header("authorization", &format!("Bearer {token}"))
        .send()
        .await
}

/// The token counts on both fronts: the caller sees what Ann may see.
async fn counts(app: &App, token: &str) {
    let found = ask(app, token).await.expect(200);
    assert_eq!(found["data"].as_array().map(Vec::len), Some(3));
    let found = app
        .request("GET", "/rest/v1/Post?select=id")
        .header("authorization", &format!("Bearer {token}"))
        .send()
        .await
        .expect(200);
    assert_eq!(found.as_array().map(Vec::len), Some(3));
}

/// It does not, on neither front, and it is not taken for nothing.
async fn does_not_count(app: &App, token: &str, why: &str) {
    let answer = ask(app, token).await;
    let challenge = answer
        .header("www-authenticate")
        .unwrap_or_default()
        .to_owned();
    assert!(challenge.starts_with("Bearer"), "{why}: {challenge}");
    assert_eq!(answer.status, 401, "{why}: {}", answer.text);
    let answer = app
        .request("GET", "/rest/v1/Post?select=id")
        .header("authorization", &format!("Bearer {token}"))
        .send()
        .await;
    assert_eq!(answer.status, 401, "{why}");
}

#[tokio::test]
async fn the_algorithm_follows_from_the_key() {
    let pairs = [
        rsa_pair("r1", Algorithm::RS256),
        p256_pair("e1"),
        ed25519_pair("o1"),
    ];
    let public: Vec<&Value> = pairs.iter().map(|pair| &pair.public).collect();
    let issuer = Issuer::start(json!(public)).await;
    let app = app(&settings(&issuer)).await;
    let claims = claims(json!({}));
    let text = claims.to_string();
    for pair in &pairs {
        counts(&app, &token(pair, &claims)).await;
    }
    for algorithm in [Algorithm::RS512, Algorithm::PS256, Algorithm::PS384] {
        let header = json!({"alg": format!("{algorithm:?}"), "kid": "r1"}).to_string();
        counts(&app, &signed(&header, &text, &pairs[0].signs, algorithm)).await;
    }
    // No signature, by any spelling.
    for none in ["none", "None", "NONE", ""] {
        let head = base64url(json!({"alg": none, "kid": "r1"}).to_string().as_bytes());
        let body = base64url(text.as_bytes());
        does_not_count(&app, &format!("{head}.{body}."), none).await;
        does_not_count(&app, &format!("{head}.{body}"), none).await;
    }
    // The public key, in each of its forms, as the secret of an HMAC.
    let n = pairs[0].public["n"].as_str().unwrap_or_default().to_owned();
    for secret in [
        n.clone(),
        pairs[0].public.to_string(),
        pairs[1].public.to_string(),
    ] {
        let key = EncodingKey::from_secret(secret.as_bytes()).expect("a key");
        let header = json!({"alg": "HS256", "kid": "r1"}).to_string();
        does_not_count(
            &app,
            &signed(&header, &text, &key, Algorithm::HS256),
            "confusion",
        )
        .await;
    }
    // A key of another kind than the header says, and a key that the header brings with it.
    let header = json!({"alg": "ES256", "kid": "r1"}).to_string();
    does_not_count(
        &app,
        &signed(&header, &text, &pairs[1].signs, Algorithm::ES256),
        "kind",
    )
    .await;
    let stranger = p256_pair("e1");
    let header =
        json!({"alg": "ES256", "kid": "e1", "jwk": stranger.public, "jku": "http://127.0.0.1:1/"});
    let forged = signed(
        &header.to_string(),
        &text,
        &stranger.signs,
        Algorithm::ES256,
    );
    does_not_count(&app, &forged, "a key of its own").await;
    // Something else was signed.
    let whole = token(&pairs[1], &claims);
    let parts: Vec<&str> = whole.split('.').collect();
    let other = base64url(text.replace("ann", "bob").as_bytes());
    does_not_count(
        &app,
        &format!("{}.{other}.{}", parts[0], parts[2]),
        "changed",
    )
    .await;
    let cut = &whole[..whole.len() - 3];
    does_not_count(&app, cut, "cut").await;
}

#[tokio::test]
async fn the_claims_must_hold() {
    let pair = p256_pair("e1");
    let issuer = Issuer::start(json!([pair.public])).await;
    let app = app(&settings(&issuer)).await;
    for good in [
        json!({}),
        json!({"exp": now() - 10}),
        json!({"nbf": now() + 10}),
        json!({"aud": "refract"}),
        json!({"iat": null}),
        json!({"role": null}),
        json!({"azp": "phone"}),
        json!({"name": "Änn \u{1F41C}"}),
        json!({"exp": (now() + 600) as f64 + 0.5}),
    ] {
        counts(&app, &token(&pair, &claims(good))).await;
    }
    for bad in [
        json!({"exp": null}),
        json!({"exp": now() - 60}),
        json!({"exp": (now() + 600).to_string()}),
        json!({"exp": -1}),
        json!({"exp": true}),
        json!({"nbf": now() + 600}),
        json!({"nbf": "soon"}),
        json!({"iat": now() + 600}),
        json!({"iss": null}),
        json!({"iss": "https://issuer.example/"}),
        json!({"iss": ["https://issuer.example"]}),
        json!({"aud": null}),
        json!({"aud": "other"}),
        json!({"aud": ["other"]}),
        json!({"aud": [["refract"]]}),
        json!({"aud": {"refract": true}}),
        json!({"azp": null}),
        json!({"azp": "else"}),
        json!({"role": "service"}),
        json!({"role": ["user"]}),
    ] {
        does_not_count(&app, &token(&pair, &claims(bad.clone())), &bad.to_string()).await;
    }
    // A role without policies may do nothing.
    let other = token(&pair, &claims(json!({"role": "nobody"})));
    ask(&app, &other).await.expect_problem(404);
    // No other text is a token.
    let huge = token(&pair, &claims(json!({"pad": "x".repeat(20_000)})));
    let header = json!({"alg": "ES256", "kid": "e1"}).to_string();
    let sign = |header: &str, claims: &str| signed(header, claims, &pair.signs, Algorithm::ES256);
    let text = claims(json!({})).to_string();
    let twice = text.replacen('{', r#"{"sub":"bob","#, 1);
    let inside = text.replacen('{', r#"{"a":{"b":1,"b":2},"#, 1);
    let critical = json!({"alg": "ES256", "kid": "e1", "crit": ["exp"]}).to_string();
    let header_twice = r#"{"alg":"none","alg":"ES256","kid":"e1"}"#;
    let number = json!({"alg": "ES256", "kid": 1}).to_string();
    for (why, token) in [
        ("huge", huge),
        ("twice", sign(&header, &twice)),
        ("twice inside", sign(&header, &inside)),
        ("critical", sign(&critical, &text)),
        ("header twice", sign(header_twice, &text)),
        ("kid", sign(&number, &text)),
        ("array", sign(&header, "[]")),
        ("deep", sign(&header, &"[".repeat(3000))),
        ("empty", sign(&header, "")),
        ("dots", "..".to_owned()),
        ("four", format!("{}.x", sign(&header, &text))),
        ("five", "a.b.c.d.e".to_owned()),
        ("padded", sign(&header, &text).replacen('.', "=.", 1)),
        ("not base64", "ä.ö.ü".to_owned()),
    ] {
        let status = ask(&app, &token).await.status.as_u16();
        assert!(matches!(status, 401 | 431), "{why}: {status}");
    }
}

#[tokio::test]
async fn keys_are_rotated_and_stay_while_the_issuer_is_away() {
    let (old, new) = (p256_pair("old"), p256_pair("new"));
    let issuer = Issuer::start(json!([old.public])).await;
    let app = app(&settings(&issuer)).await;
    let claims = claims(json!({}));
    counts(&app, &token(&old, &claims)).await;
    assert_eq!(issuer.asked(), 1);
    // The issuer is away: what is known still counts, and what is not does not.
    issuer.set(None);
    counts(&app, &token(&old, &self::claims(json!({"n": 1})))).await;
    does_not_count(&app, &token(&new, &claims), "not known yet").await;
    issuer.set(Some(json!([old.public, new.public])));
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    counts(&app, &token(&new, &claims)).await;
    counts(&app, &token(&old, &claims)).await;
    // A key that is taken back does not count any more, once the set is read again.
    issuer.set(Some(json!([new.public])));
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let unknown = p256_pair("unknown");
    does_not_count(&app, &token(&unknown, &claims), "unknown").await;
    does_not_count(&app, &token(&old, &claims), "taken back").await;
}

#[tokio::test]
async fn unknown_keys_ask_for_the_key_set_seldom() {
    let pair = p256_pair("e1");
    let issuer = Issuer::start(json!([pair.public])).await;
    let settings = settings(&issuer).replace("jwks_cooldown_seconds = 0", "");
    let app = app(&settings).await;
    counts(&app, &token(&pair, &claims(json!({})))).await;
    let strangers = (0..20).map(|number| {
        let stranger = p256_pair(&format!("s{number}"));
        token(&stranger, &claims(json!({})))
    });
    for stranger in strangers {
        does_not_count(&app, &stranger, "a stranger").await;
    }
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn without_any_key_set_tokens_are_not_judged() {
    let pair = p256_pair("e1");
    let issuer = Issuer::start(json!([pair.public])).await;
    issuer.set(None);
    let app = app(&settings(&issuer)).await;
    let answer = ask(&app, &token(&pair, &claims(json!({})))).await;
    assert!(answer.header("retry-after").is_some());
    assert_eq!(answer.expect_problem(503).0, "keys_unavailable");
    // The key does not depend on the issuer.
    ask(&app, KEY).await.expect(200);
}

#[tokio::test]
async fn a_shared_secret_verifies_tokens_and_public_keys_do_not() {
    let auth = format!(
        r#"
        [auth.jwt]
        secret = "{SECRET}"
        role_claim = "app_metadata.role"
        "#
    );
    let app = app(&auth).await;
    let key = EncodingKey::from_secret(SECRET.as_bytes()).expect("a key");
    let make = |algorithm: Algorithm, claims: Value| {
        let header = json!({"alg": format!("{algorithm:?}"), "kid": "any"}).to_string();
        signed(&header, &claims.to_string(), &key, algorithm)
    };
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        counts(&app, &make(algorithm, claims(json!({})))).await;
    }
    let role = json!({"app_metadata": {"role": "anonymous"}, "role": "user"});
    let found = ask(&app, &make(Algorithm::HS256, claims(role)))
        .await
        .expect(200);
    assert_eq!(found["data"].as_array().map(Vec::len), Some(2));
    let pair = p256_pair("e1");
    does_not_count(&app, &token(&pair, &claims(json!({}))), "another kind").await;
    let wrong = EncodingKey::from_secret(b"another-secret-that-is-long-enough-too").expect("a key");
    let header = json!({"alg": "HS256"}).to_string();
    let forged = signed(
        &header,
        &claims(json!({})).to_string(),
        &wrong,
        Algorithm::HS256,
    );
    does_not_count(&app, &forged, "another secret").await;
}

/// The settings that docs/access.md has for a library, with the key set of a local issuer.
fn documented(library: &str, issuer: &Issuer) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/access.md");
    let docs = std::fs::read_to_string(path).expect("the page");
    let (_, section) = docs
        .split_once(&format!("#### {library}\n"))
        .expect("a section");
    let (_, block) = section.split_once("```toml\n").expect("settings");
    let (block, _) = block.split_once("```").expect("their end");
    let lines = block
        .lines()
        .map(|line| match line.starts_with("jwks_url") {
            true => format!("jwks_url = \"http://127.0.0.1:{}/\"", issuer.address.port()),
            false => line.to_owned(),
        });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn tokens_of_the_form_of_known_libraries_count() {
    let (rsa, ec) = (rsa_pair("ins_2a", Algorithm::RS256), p256_pair("b7f1"));
    let issuer = Issuer::start(json!([rsa.public, ec.public])).await;
    for (library, pair, theirs, wrong) in [
        (
            "Clerk",
            &rsa,
            json!({
                "azp": "https://app.example.com", "exp": now() + 60, "iat": now(), "nbf": now() - 10,
                "iss": "https://YOUR-APP.clerk.accounts.dev", "sid": "sess_2a", "sub": "ann",
                "role": "user", "v": 2, "sts": "active", "fva": [1, -1],
            }),
            json!({"azp": "https://else.example.com"}),
        ),
        (
            "Supabase Auth",
            &ec,
            json!({
                "aal": "aal1", "aud": "authenticated", "email": "ann@a.example", "exp": now() + 3600,
                "iat": now(), "iss": "https://YOUR-PROJECT.supabase.co/auth/v1", "is_anonymous": false,
                "role": "user", "session_id": "5a", "sub": "ann", "app_metadata": {"provider": "email"},
                "amr": [{"method": "password", "timestamp": now()}], "phone": "", "user_metadata": {},
            }),
            json!({"aud": "anon"}),
        ),
        (
            "Auth0",
            &rsa,
            json!({
                "iss": "https://YOUR-TENANT.eu.auth0.com/", "sub": "ann", "iat": now(), "exp": now() + 3600,
                "aud": ["https://api.example.com", "https://YOUR-TENANT.eu.auth0.com/userinfo"],
                "azp": "x", "scope": "openid profile", "https://app.example.com/role": "user",
            }),
            json!({"iss": "https://YOUR-TENANT.eu.auth0.com"}),
        ),
    ] {
        let app = app(&documented(library, &issuer)).await;
        counts(&app, &token(pair, &theirs)).await;
        let mut changed = theirs.clone();
        for (name, value) in wrong.as_object().expect("an object") {
            changed[name] = value.clone();
        }
        does_not_count(&app, &token(pair, &changed), library).await;
    }
}
