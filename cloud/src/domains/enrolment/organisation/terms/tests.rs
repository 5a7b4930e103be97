//! The owner of the program agrees on terms with a partner (OA-2).

use crate::world::testing::worlds;

const TERMS: [(&str, &str); 7] = [
    ("commission", "12.5 %"),
    ("tax_form", "w8ben"),
    ("tax_status", "requested"),
    ("regions", "Bangkok\n Eastern Thailand \n"),
    ("products", ""),
    ("accounts", "Hat Yai Packing Works"),
    ("notes", "Asked for Laos too; not before 2027"),
];

fn with(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut form = TERMS.to_vec();
    for (name, value) in changes {
        form.iter_mut().filter(|(of, _)| of == name).for_each(|(_, typed)| *typed = value);
    }
    form
}

#[tokio::test]
async fn terms_are_kept_shown_and_stand_in_both_logs() {
    for world in worlds("organisation_terms").await {
        let owner = world.as_person("rs.admin").await;
        let path = "/admin/partners/siam/terms";
        assert!(owner.get("/admin/partners/siam").await.body.contains("Nothing is agreed yet"));
        for _ in 0..2 {
            let kept = owner.post(path, &TERMS).await;
            assert_eq!((kept.status, kept.location()), (303, "/admin/partners/siam"), "{}", kept.body);
        }
        let page = owner.get("/admin/partners/siam").await.body;
        for word in [
            "12.5 %",
            "W-8BEN, requested",
            "Bangkok, Eastern Thailand",
            "Hat Yai Packing Works",
            "not before 2027",
        ] {
            assert!(page.contains(word), "{}: {word} in {page}", world.engine);
        }
        let form = owner.get(path).await.body;
        assert!(form.contains("value=\"12.5\"") && form.contains("Eastern Thailand"), "{form}");
        assert_eq!(owner.post(path, &with(&[("commission", "10")])).await.status, 303);
        for tenant in ["siam", "riversync"] {
            let told = "FROM audit_entry WHERE action = 'partner.terms_changed' AND tenant_id = $1";
            assert_eq!(
                world.count(told, tenant).await,
                2,
                "{}: {tenant}: what is the same is no change",
                world.engine
            );
            // The percent sign is any text here.
            let was = r#"%"before":{"accounts":["Hat Yai Packing Works"],"commission":"12.5 %","products"%"#;
            let before = format!("{told} AND detail LIKE '{was}'");
            assert_eq!(world.count(&before, tenant).await, 1, "{}: {tenant}", world.engine);
            let notes = format!("{told} AND detail LIKE '%Laos%'");
            assert_eq!(
                world.count(&notes, tenant).await,
                0,
                "{}: the notes are the owner's own",
                world.engine
            );
        }
        let log = world.as_person("siam.admin").await.get("/partners/log").await.body;
        assert!(log.contains("changed a partner&#39;s terms") && log.contains("commission: 10 %"), "{log}");
    }
}

#[tokio::test]
async fn who_reads_no_money_reads_no_share_and_only_administrators_change_it() {
    for world in worlds("organisation_terms_who").await {
        let owner = world.as_person("rs.admin").await;
        assert_eq!(owner.post("/admin/partners/siam/terms", &TERMS).await.status, 303);
        let support = world.as_person("rs.support").await;
        let page = support.get("/admin/partners/siam").await.body;
        assert!(
            page.contains("Bangkok, Eastern Thailand") && !page.contains("12.5"),
            "{}: {page}",
            world.engine
        );
        assert!(page.contains("Not for your role") && !page.contains("/admin/partners/siam/terms"), "{page}");
        let sales = world.as_person("rs.pipeline").await;
        assert!(sales.get("/admin/partners/siam").await.body.contains("12.5 %"), "{}", world.engine);
        for other in [&support, &sales] {
            assert_eq!(other.get("/admin/partners/siam/terms").await.status, 403, "{}", world.engine);
            assert_eq!(other.post("/admin/partners/siam/terms", &TERMS).await.status, 403);
        }
        for nobody in ["bkkfoods", "offco", "riversync"] {
            let answer = owner.post(&format!("/admin/partners/{nobody}/terms"), &TERMS).await;
            assert_eq!(answer.status, 404, "{}: {nobody} is no partner of the program", world.engine);
        }
    }
}

#[tokio::test]
async fn what_cannot_be_accepted_is_said_beside_its_field_and_nothing_is_kept() {
    for world in worlds("organisation_terms_form").await {
        let owner = world.as_person("rs.admin").await;
        let long =
            "Bangkok and everything around it as far as the eye can see from the tallest of its towers";
        let long: &'static str = long;
        for (field, value, says) in [
            ("commission", "120", "from 0 to 100"),
            ("commission", "", "from 0 to 100"),
            ("tax_form", "w7", "Choose one of these: None, W-9, W-8BEN"),
            ("tax_form", "none", "Say which form"),
            ("tax_status", "lost", "Not requested, Requested, Received, Expired"),
            ("regions", long, "one per line"),
        ] {
            let refused = owner.post("/admin/partners/siam/terms", &with(&[(field, value)])).await;
            assert_eq!(refused.status, 422, "{}: {field}={value}", world.engine);
            assert!(refused.body.contains(says), "{}: {field}={value}: {}", world.engine, refused.body);
            assert!(refused.body.contains("Hat Yai Packing Works"), "what was typed stays");
        }
        assert_eq!(
            world.count("FROM partner_terms WHERE tenant_id = $1", "siam").await,
            0,
            "{}",
            world.engine
        );
    }
}

#[tokio::test]
async fn a_program_of_the_owner_reads_and_sets_terms_as_the_page_does() {
    for world in worlds("organisation_terms_api").await {
        let owner = world.as_person("rs.admin").await;
        let path = "/api/v1/admin/partners/siam/terms";
        assert_eq!(owner.get(path).await.json()["tax_status"], "not_requested", "{}", world.engine);
        let body = r#"{"commission":"12.50","tax_form":"w9","tax_status":"received","regions":["Isan"]}"#;
        let kept = owner.post_json(path, body).await;
        assert_eq!(kept.status, 200, "{}", kept.body);
        assert_eq!(
            (&kept.json()["commission"], &kept.json()["regions"][0]),
            (&"12.5".into(), &"Isan".into()),
            "{}",
            world.engine
        );
        assert!(owner.get("/admin/partners/siam").await.body.contains("W-9, received"), "{}", world.engine);
        for (path, body, status) in [
            (path, r#"{"commission":"101","tax_form":"w9","tax_status":"received"}"#, 422),
            (path, r#"{"commission":"1"}"#, 422),
            ("/api/v1/admin/partners/bkkfoods/terms", body, 404),
            ("/api/v1/admin/partners/nobody/terms", "no JSON", 404),
        ] {
            let answer = owner.post_json(path, body).await;
            assert_eq!(answer.status, status, "{}: {path}: {}", world.engine, answer.body);
        }
        let support = world.as_person("rs.support").await;
        assert_eq!(support.post_json(path, body).await.status, 403, "{}", world.engine);
    }
}
