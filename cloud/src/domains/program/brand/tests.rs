//! The owner of a program gives it a look; who works in it sees it, and nobody else.

use super::reader_tests::{a_jpeg, a_png};
use crate::world::testing::{Browser, World, worlds};

/// The addresses of the program's style sheet and logo on a page.
fn addresses(page: &str) -> Vec<String> {
    let all = page.split('"').filter(|part| part.starts_with("/brand/"));
    all.map(str::to_owned).collect()
}

async fn given(world: &World) -> Browser {
    let owner = world.as_person("rs.admin").await;
    let sent = owner
        .upload("/admin/brand", &[("colour", "#FFD400")], &[("logo", "mark.png", &a_png(200, 56))])
        .await;
    assert_eq!((sent.status, sent.location()), (303, "/admin/brand"), "{}: {}", world.engine, sent.body);
    owner
}

#[tokio::test]
async fn everybody_in_the_program_sees_what_its_owner_gave_and_nobody_else_does() {
    for world in worlds("program_brand").await {
        let nera = world.as_person("nera.coord").await;
        let before = nera.get("/partners/overview").await.body;
        assert!(addresses(&before).is_empty() && before.contains("Powered by RiverSync"), "{before}");
        let owner = given(&world).await;
        let page = owner.get("/admin/brand").await;
        assert_eq!(page.status, 200, "{}: {}", world.engine, page.body);
        assert!(page.body.contains("in place of #ffd400") && page.body.contains("AA asks for 4.5:1"));
        assert!(owner.get("/admin/modules").await.body.contains("a colour and a logo"));
        let mut seen = Vec::new();
        for (who, path) in [
            ("nera.coord", "/partners/overview"),
            ("bkk.admin", "/portal"),
            ("rs.support", "/pipeline"),
            ("mw.admin", "/account"),
        ] {
            let reader = world.as_person(who).await;
            let page = reader.get(path).await.body;
            let found = addresses(&page);
            assert_eq!(found.len(), 2, "{}: {who}: {page}", world.engine);
            assert!(page.contains("alt=\"RiverSync\"") && !page.contains("<b>RiverSync</b>"), "{page}");
            let css = reader.get(&found[0]).await;
            assert!(css.body.contains("--fill: light-dark(#ffd400, #ffd400)"), "{}", css.body);
            assert_eq!(css.headers["content-type"], "text/css; charset=utf-8");
            let logo = reader.get(&found[1]).await;
            assert_eq!((logo.status, &logo.headers["content-type"]), (200, &"image/png".parse().unwrap()));
            for answer in [&css, &logo] {
                assert_eq!(answer.headers["x-content-type-options"], "nosniff");
                assert_eq!(answer.headers["cache-control"], "private, max-age=31536000, immutable");
                assert!(
                    answer.headers["content-security-policy"]
                        .to_str()
                        .unwrap()
                        .starts_with("default-src 'self'")
                );
            }
            seen = found;
        }
        let offco = world.as_person("offco.admin").await;
        assert!(addresses(&offco.get("/admin/modules").await.body).is_empty(), "{}", world.engine);
        for address in &seen {
            assert_eq!(offco.get(address).await.status, 404, "{}: {address}", world.engine);
            assert_eq!(world.anonymous().get(address).await.status, 303, "{}: {address}", world.engine);
            let foreign = address.replace("riversync", "offco");
            assert_eq!(owner.get(&foreign).await.status, 404, "{}: {foreign}", world.engine);
        }
        for wrong in ["/brand/riversync/0011223344556677.css", "/brand/riversync/0011223344556677"] {
            assert_eq!(owner.get(wrong).await.status, 404, "{}: {wrong}", world.engine);
        }
    }
}

#[tokio::test]
async fn each_is_taken_away_by_itself_and_the_log_tells_before_and_after() {
    for world in worlds("program_brand_taken").await {
        let owner = given(&world).await;
        let seen = addresses(&owner.get("/pipeline").await.body);
        assert_eq!(owner.post("/admin/brand/colour/remove", &[]).await.status, 303);
        assert_eq!(addresses(&owner.get("/pipeline").await.body), seen[1..], "{}", world.engine);
        assert_eq!(owner.get(&seen[0]).await.status, 404, "{}", world.engine);
        assert_eq!(owner.post("/admin/brand/logo/remove", &[]).await.status, 303);
        assert!(owner.get("/pipeline").await.body.contains("<b>RiverSync</b>"), "{}", world.engine);
        let kept = "FROM stored_file WHERE kind = 'png' AND $1 <> ''";
        assert_eq!(
            world.count(kept, "any").await,
            0,
            "{}: a logo that is gone is kept nowhere",
            world.engine
        );
        let told = "FROM audit_entry WHERE action = 'brand.changed' AND tenant_id = $1";
        assert_eq!(world.count(told, "riversync").await, 3, "{}", world.engine);
        assert_eq!(owner.post("/admin/brand/logo/remove", &[]).await.status, 303);
        assert_eq!(
            world.count(told, "riversync").await,
            3,
            "{}: nothing changed, nothing told",
            world.engine
        );
        let last = "FROM audit_entry WHERE action = 'brand.changed' AND tenant_id = $1
                    AND detail LIKE '%\"before\":{\"colour\":\"#ffd400\"%'";
        assert_eq!(world.count(last, "riversync").await, 1, "{}", world.engine);
    }
}

#[tokio::test]
async fn what_is_refused_changes_nothing_and_is_told_beside_its_field() {
    for world in worlds("program_brand_refused").await {
        let owner = given(&world).await;
        let before = addresses(&owner.get("/pipeline").await.body);
        let sent = owner.post("/admin/brand", &[("colour", "teal\"><i>")]).await;
        assert_eq!(sent.status, 422, "{}", world.engine);
        assert!(sent.body.contains("Colour: ") && sent.body.contains("href=\"#f-colour\""), "{}", sent.body);
        assert!(!sent.body.contains("teal\"><i>"), "{}", sent.body);
        let svg = owner.upload("/admin/brand", &[], &[("logo", "x.png", b"<svg/>")]).await;
        assert!(svg.status == 422 && svg.body.contains("SVG is not taken"), "{}: {}", world.engine, svg.body);
        let two = [("logo", "x.png", a_png(9, 9)), ("logo", "y.png", a_png(9, 9))];
        let two: Vec<(&str, &str, &[u8])> =
            two.iter().map(|(of, name, all)| (*of, *name, all.as_slice())).collect();
        assert_eq!(owner.upload("/admin/brand", &[], &two).await.status, 422);
        assert_eq!(addresses(&owner.get("/pipeline").await.body), before, "{}", world.engine);
        let support = world.as_person("rs.support").await;
        for path in ["/admin/brand", "/admin/brand/colour/remove", "/admin/brand/logo/remove"] {
            assert_eq!(
                support.post(path, &[("colour", "#000000")]).await.status,
                403,
                "{}: {path}",
                world.engine
            );
        }
        assert_eq!(
            world.as_person("nera.admin").await.get("/admin/brand").await.status,
            404,
            "{}",
            world.engine
        );
    }
}

#[tokio::test]
async fn a_program_of_the_owner_does_what_the_page_does() {
    for world in worlds("program_brand_api").await {
        let owner = world.as_person("rs.admin").await;
        let path = "/api/v1/admin/brand";
        let logo = data_encoding::BASE64.encode(&a_jpeg(90, 28));
        let body = format!(r##"{{"colour":"#1F5FA8","logo":{{"name":"a.jpg","content":"{logo}"}}}}"##);
        let set = owner.post_json(path, &body).await;
        assert_eq!((set.status, &set.json()["colour"]), (200, &"#1f5fa8".into()), "{}", set.body);
        assert_eq!(set.json()["light"]["button"], "#1f5fa8");
        assert_ne!(set.json()["dark"]["link"], "#1f5fa8", "too dark on the dark page");
        assert_eq!(owner.get(path).await.json()["version"], set.json()["version"], "{}", world.engine);
        for wrong in [r#"{"colour":"blue"}"#, r#"{"logo":{"name":"a.svg","content":"PHN2Zy8+"}}"#] {
            assert_eq!(owner.post_json(path, wrong).await.status, 422, "{}: {wrong}", world.engine);
        }
        let none = owner.post_json(&format!("{path}/logo/remove"), "{}").await;
        assert!(none.json()["logo_sha256"].is_null() && none.json()["colour"] == "#1f5fa8", "{}", none.body);
        let none = owner.post_json(&format!("{path}/colour/remove"), "{}").await;
        assert!(none.json()["colour"].is_null() && none.json()["light"].is_null(), "{}", none.body);
    }
}
