//! Ways around: paths that lead out, headers that override, links that lead elsewhere, routes without an action.

use crate::guards::architecture::{is_test, sources};
use crate::world::testing::{read, worlds};
use axum::body::Body;
use axum::http::{Method as Verb, header};

/// Case 145: nothing leads out of where files are served from.
#[tokio::test]
async fn case_145_no_path_leads_out_of_the_assets() {
    for world in worlds("cases_traversal").await {
        for path in [
            "/assets/../Cargo.toml",
            "/assets/..%2f..%2fCargo.toml",
            "/assets/%2e%2e/%2e%2e/etc/passwd",
            "/assets/....//....//etc/passwd",
            "/assets/..%5c..%5cetc%5cpasswd",
            "/assets//etc/passwd",
            "/assets/app.css%00.html",
            "/sign-in/..%2f..%2fassets",
        ] {
            let answer = world.anonymous().get(path).await;
            assert!([400, 404, 410].contains(&answer.status), "{}: {path}: {}", world.engine, answer.status);
            assert!(!answer.body.contains("root:") && !answer.body.contains("[package]"), "{path}");
        }
    }
}

/// Case 152: no header or field turns one request into another.
#[tokio::test]
async fn case_152_no_header_overrides_method_path_or_host() {
    for world in worlds("cases_override").await {
        let bkk = world.as_person("bkk.admin").await;
        let path = "/portal/sharing/grant_bf_nera/revoke";
        for (name, value) in [
            ("x-http-method-override", "POST"),
            ("x-method-override", "POST"),
            ("x-http-method", "POST"),
            ("x-original-url", path),
            ("x-rewrite-url", path),
        ] {
            let mut request = bkk.request(Verb::GET, path, Body::empty());
            request.headers_mut().insert(name, value.parse().unwrap());
            assert_eq!(bkk.raw(request).await.status(), 405, "{}: {name}", world.engine);
            let mut request = bkk.request(Verb::GET, "/account", Body::empty());
            request.headers_mut().insert(name, value.parse().unwrap());
            assert_eq!(bkk.raw(request).await.status(), 200, "{}: {name}", world.engine);
        }
        for form in [[("_method", "DELETE")], [("method", "DELETE")]] {
            let answer = bkk.post("/account/language", &[("language", "en"), form[0]]).await;
            assert!([200, 303].contains(&answer.status), "{}: {form:?}", world.engine);
        }
        let overview = bkk.get("/portal/sharing").await.body;
        assert!(overview.contains("grant_bf_nera"), "{}: the grant still stands", world.engine);
    }
}

/// Case 25: a link never leads where a request says it came from.
#[tokio::test]
async fn case_025_a_host_header_does_not_enter_any_link() {
    for world in worlds("cases_host").await {
        for person in ["nera.admin", "bkk.admin"] {
            let browser = world.as_person(person).await;
            for path in ["/account", "/partners/overview", "/portal", "/nowhere"] {
                let mut request = browser.request(Verb::GET, path, Body::empty());
                for name in ["host", "x-forwarded-host", "x-host", "forwarded"] {
                    request.headers_mut().insert(
                        header::HeaderName::from_static(name),
                        if name == "forwarded" { "host=evil.example" } else { "evil.example" }
                            .parse()
                            .unwrap(),
                    );
                }
                let answer = read(browser.raw(request).await).await;
                assert!(!answer.body.contains("evil.example"), "{}: {path}", world.engine);
                assert!(!answer.location().contains("evil.example"), "{}: {path}", world.engine);
            }
        }
    }
}

/// Case 24: whoever signs in is led to a page of ours.
#[tokio::test]
async fn case_024_no_way_on_leads_elsewhere() {
    for world in worlds("cases_redirect").await {
        for next in [
            "//evil.example",
            "/%5cevil.example",
            "https://evil.example",
            "%2f%2fevil.example",
            "/%09/evil.example",
            "javascript:alert(1)",
        ] {
            let login = world.anonymous().get(&format!("/partners/login?next={next}")).await;
            assert_eq!(login.status, 200, "{}: {next}", world.engine);
            for forbidden in ["href=\"//", "href=\"https://evil", "action=\"//", "href=\"javascript"] {
                assert!(!login.body.contains(forbidden), "{}: {next}: {}", world.engine, login.body);
            }
            assert!(!login.location().contains("evil"), "{}: {next}", world.engine);
        }
    }
}

/// A route is mounted by `Routes`, which asks for its action, and by nothing else.
#[test]
fn no_route_is_mounted_without_its_action() {
    for source in sources().iter().filter(|source| !is_test(&source.path)) {
        let code = source.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let allowed: &[&str] = match source.path.as_str() {
            // The one place that asks for the action.
            "platform/web/routes.rs" => &[".route("],
            // The agents' door: mutual TLS, its own listener; a certificate stands where people have a session.
            "agent_api.rs" | "domains/enrolment/listener/routes.rs" => &[".route(", ".nest(", "Router::new"],
            path if path.starts_with("domains/telemetry/ingest/")
                || path == "domains/coverage/agent_api.rs" =>
            {
                &[".route(", "Router::new"]
            }
            // Figures for supervisors: a listener of its own, on this machine only, without a session.
            "platform/metrics.rs" => &[".route(", "Router::new"],
            path if path.starts_with("domains/enrolment/") => &[".route(", "Router::new"],
            _ => &[],
        };
        for way in
            [".route(", ".route_service(", ".nest(", ".nest_service(", ".fallback_service(", "Router::new"]
        {
            let used = code.contains(way);
            assert!(!used || allowed.contains(&way), "{} mounts something by {way}", source.path);
        }
    }
}
