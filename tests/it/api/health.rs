//! `GET /health`, `/api/v1/health`, `/api/v1/utils/health-check`

use serde_json::json;

use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(Schema::Sample, a_healthy_server_says_so);
async fn a_healthy_server_says_so(app: &App) {
    assert_eq!(
        app.get("/api/v1/utils/health-check").await.expect(200),
        json!({ "status": true })
    );
    for path in ["/health", "/api/v1/health"] {
        let health = app.get(path).await.expect(200);
        for member in ["status", "timestamp", "version", "uptime", "checks"] {
            assert!(!health[member].is_null(), "no {member} in {health}");
        }
        for check in ["database", "drift", "pool"] {
            assert!(!health["checks"][check].is_null(), "no {check} in {health}");
        }
    }
}

on_each_database!(Schema::Sample, the_developer_sees_every_setting);
async fn the_developer_sees_every_setting(app: &App) {
    let server = app
        .get("/api/v1/private/diagnostics/server")
        .await
        .expect(200);
    let shown = |name: &str| {
        server["settings"]
            .as_array()
            .expect("settings")
            .iter()
            .any(|one| one["name"] == name)
    };
    // The parts of DATABASE_URL, and what only `make orm` reads.
    let elsewhere = |name: &str| name.starts_with("POSTGRES_") || name == "PRISMA_SCHEMA";
    for name in refract::settings::SETTINGS
        .iter()
        .map(|setting| setting.name)
    {
        assert!(
            shown(name) || elsewhere(name),
            "{name} is not among {}",
            server["settings"]
        );
    }
}
