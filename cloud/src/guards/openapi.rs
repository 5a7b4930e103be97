//! The description of the API and the API itself are the same thing, both ways; and what pages change that the API cannot
//! change yet stands here with its reason.

use super::golden::compare;
use crate::platform::web::{Method, Mounted};
use crate::world::testing::worlds;
use std::collections::{BTreeMap, BTreeSet};

fn of_api(mounted: &[Mounted]) -> BTreeSet<String> {
    let api = mounted.iter().filter(|route| route.path.starts_with("/api/v1/"));
    api.map(|route| format!("{:?} {}", route.method, route.path).to_lowercase()).collect()
}

#[tokio::test]
async fn the_description_says_what_is_mounted_and_nothing_else() {
    let world = worlds("guard_openapi").await.remove(0);
    let document = world.anonymous().get_json("/api/openapi.json").await;
    assert_eq!(document.status, 200, "{}", document.body);
    let document = document.json();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (verb, operation) in item.as_object().unwrap() {
            described.insert(format!("{verb} {path}").to_lowercase());
            let says = |what: &str| operation[what].as_str().is_some_and(|text| !text.is_empty());
            assert!(says("summary") && says("operationId"), "{verb} {path} is not described");
            let answers = operation["responses"].as_object().unwrap();
            for status in ["401", "403", "404", "422", "429"] {
                assert!(answers.contains_key(status), "{verb} {path} does not tell of {status}");
            }
            let held =
                world.mounted.iter().any(|route| route.versioned && route.path == path && verb == "post");
            let header = |name: &str| operation["parameters"].to_string().contains(&format!("\"{name}\""));
            assert_eq!(header("If-Match"), held, "{verb} {path}: what it is held against");
            assert!(!held || answers.contains_key("412"), "{verb} {path} does not tell of 412");
            let tags = answers.get("200").is_some_and(|shown| shown["headers"]["ETag"].is_object());
            assert_eq!(tags, verb == "get", "{verb} {path}: the ETag of what it shows");
            assert_eq!(
                path.contains('{'),
                operation["parameters"].to_string().contains("\"path\""),
                "{verb} {path}"
            );
        }
    }
    assert_eq!(described, of_api(&world.mounted));
    // What it refers to is in it.
    let text = document.to_string();
    for name in text.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is referred to and not there");
    }
    compare("openapi.json", &format!("{}\n", serde_json::to_string_pretty(&document).unwrap()));
}

/// Put together, of two shapes of one name only one is left.
#[test]
fn no_two_rooms_call_different_shapes_the_same() {
    let mut known = BTreeMap::new();
    for part in crate::openapi::parts() {
        for (name, shape) in part.components.map(|all| all.schemas).unwrap_or_default() {
            let shape = serde_json::to_value(&shape).unwrap();
            let before = known.entry(name.clone()).or_insert_with(|| shape.clone());
            assert_eq!(*before, shape, "two rooms have a {name}; call one of them something else");
        }
    }
    assert!(known.len() > 10, "{known:?}");
}

/// What pages change and the API does not, by the beginning of the path, each with the reason. It may only shrink.
const NOT_YET: &[(&str, &str)] = &[
    ("/account/keys", "a key cannot make, renew or revoke keys"),
    ("/account/passkeys", "a browser's ceremony"),
    ("/account/confirm", "a person proves to be there"),
    ("/account/tenant", "a key is of one organisation"),
    ("/account/views", "how a person looks at a page: a program asks for what it wants"),
    ("/account/view-as", "a person looks, not a program"),
    ("/admin/view-as", "a person looks, not a program"),
    ("/sign-out", "a key has no session"),
    ("/account/sessions", "a browser's: a key has no session"),
];

/// Where the API does what a form at `path` does: at the same path, without the app that most programs are of, and without
/// the page of an empty form.
fn in_api(path: &str) -> String {
    let path = path.strip_suffix("/new").unwrap_or(path);
    // Pages have boards beside the records, the API has not.
    let path = path.replace("/pipeline/deals/", "/pipeline/");
    format!("/api/v1{}", path.strip_prefix("/partners").unwrap_or(&path))
}

#[tokio::test]
async fn what_pages_change_and_the_api_does_not_stands_on_the_list() {
    let world = worlds("guard_api_actions").await.remove(0);
    let api = of_api(&world.mounted);
    let mut used = BTreeSet::new();
    for route in world.mounted.iter().filter(|route| route.method == Method::Post && route.action.is_some()) {
        if route.path.starts_with("/api/")
            || !route.action.is_some_and(crate::platform::access::Action::is_write)
        {
            continue;
        }
        if api.contains(&format!("post {}", in_api(route.path))) {
            continue;
        }
        let reason = NOT_YET.iter().find(|(start, _)| route.path.starts_with(start));
        let (start, _) =
            reason.unwrap_or_else(|| panic!("POST {} has no way in the API and no reason", route.path));
        used.insert(*start);
    }
    let idle: Vec<_> = NOT_YET.iter().filter(|(start, _)| !used.contains(start)).collect();
    let idle: Vec<_> = idle.iter().filter(|(start, _)| *start != "/account/view-as").collect();
    assert!(idle.is_empty(), "take these off the list: {idle:?}");
}
