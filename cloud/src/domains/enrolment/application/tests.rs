//! Applying to become a partner (ENR-A), and who may not.

use crate::platform::base::DAY_MS;
use crate::world::testing::{Browser, World, worlds};

const PDF: &[u8] = b"%PDF-1.7 registration";

fn form() -> Vec<(&'static str, &'static str)> {
    vec![
        ("subtype", "reseller"),
        ("legal_name", "BKK Foods Public Co., Ltd."),
        ("registration_number", "0107536000269"),
        ("country", "Thailand"),
        ("address", "1 Rama IV Road, Bangkok"),
        ("territories", "Bangkok\nEastern Thailand"),
        ("about", "We service our own cold rooms and those of our suppliers."),
    ]
}

async fn apply(browser: &Browser) {
    let files: [(&str, &str, &[u8]); 1] = [("documents", "registration.pdf", PDF)];
    let sent = browser.upload("/account/enrolment/apply", &form(), &files).await;
    assert_eq!((sent.status, sent.location()), (303, "/account/enrolment/application"), "{}", sent.body);
}

/// The id of the application that waits first in the queue.
async fn waiting(desk: &Browser) -> String {
    let page = desk.get("/admin/applications").await.body;
    let at = page.split("/admin/applications/app_").nth(1).unwrap_or_else(|| panic!("nothing waits: {page}"));
    format!("app_{}", at.split(['"', '/']).next().unwrap())
}

/// How many mails to the applicant have this subject and hold these words; none has them in its subject.
async fn mailed(world: &World, subject: &str, words: &str) -> i64 {
    let loud = format!("FROM mail_outbox WHERE subject LIKE '%{words}%' AND to_email = $1");
    assert_eq!(
        world.count(&loud, "bkk.admin@bkkfoods.example").await,
        0,
        "{}: a subject tells",
        world.engine
    );
    let from =
        format!("FROM mail_outbox WHERE subject = '{subject}' AND body LIKE '%{words}%' AND to_email = $1");
    world.count(&from, "bkk.admin@bkkfoods.example").await
}

async fn told(world: &World, tenant: &str, action: &str) -> i64 {
    assert!(action.chars().all(|c| c.is_ascii_lowercase() || ".-".contains(c)));
    world.count(&format!("FROM audit_entry WHERE action = '{action}' AND tenant_id = $1"), tenant).await
}

/// ENR-A, and case 42: until the decision nothing opens.
#[tokio::test]
async fn a_customer_applies_and_becomes_a_reseller_in_the_same_session() {
    for world in worlds("application_approved").await {
        let bkk = world.as_person("bkk.admin").await;
        let desk = world.as_person("rs.admin").await;
        assert_eq!(bkk.get("/account/enrolment/application").await.location(), "/account/enrolment");
        apply(&bkk).await;
        let status = bkk.get("/account/enrolment/application").await;
        assert!(status.body.contains("Decision by") && status.body.contains("5 d left"), "{}", status.body);
        assert!(status.body.contains("registration.pdf"), "{}", status.body);
        assert_eq!(bkk.get("/partners/overview").await.status, 404, "{}: case 42", world.engine);
        assert_eq!(bkk.get("/api/v1/deals").await.status, 404, "case 42");
        let id = waiting(&desk).await;
        let seen = desk.get(&format!("/admin/applications/{id}")).await;
        assert!(
            seen.body.contains("0107536000269") && seen.body.contains("Eastern Thailand"),
            "{}",
            seen.body
        );
        let both = [("subtype", "both")];
        assert_eq!(
            desk.post(&format!("/admin/applications/{id}/approve"), &both).await.status,
            422,
            "case 45"
        );
        let yes = desk.post(&format!("/admin/applications/{id}/approve"), &[("subtype", "reseller")]).await;
        assert_eq!(yes.status, 303, "{}", yes.body);
        assert_eq!(
            bkk.get("/partners/overview").await.status,
            200,
            "{}: without a new sign-in",
            world.engine
        );
        assert_eq!(bkk.get("/portal").await.status, 200, "one organisation, both apps");
        let mails = mailed(&world, "Your partner application was approved", "as a reseller").await;
        assert_eq!(mails, 1, "{}", world.engine);
        assert!(bkk.get("/partners/tier").await.body.contains("You are Authorized"));
        for tenant in ["bkkfoods", "riversync"] {
            assert_eq!(told(&world, tenant, "application.submitted").await, 1, "{tenant}");
            assert_eq!(told(&world, tenant, "application.approved").await, 1, "{tenant}");
            assert_eq!(told(&world, tenant, "tenant.capability-enabled").await, 1, "{tenant}");
        }
        let again =
            desk.post(&format!("/admin/applications/{id}/approve"), &[("subtype", "distributor")]).await;
        assert_eq!(again.status, 409, "{}: decided once", world.engine);
        assert_eq!(told(&world, "bkkfoods", "tenant.capability-enabled").await, 1);
        let rows = "FROM tenant_capability WHERE capability = 'partner' AND tenant_id = $1";
        assert_eq!(world.count(rows, "bkkfoods").await, 1);
    }
}

/// Case 43, and the way back after it.
#[tokio::test]
async fn case_43_a_rejected_applicant_stays_out_reads_why_and_may_apply_again() {
    for world in worlds("application_rejected").await {
        let bkk = world.as_person("bkk.admin").await;
        let desk = world.as_person("rs.admin").await;
        apply(&bkk).await;
        let second = bkk.post("/account/enrolment/apply", &form()).await;
        assert_eq!(second.status, 409, "{}: one at a time: {}", world.engine, second.body);
        let id = waiting(&desk).await;
        let path = format!("/admin/applications/{id}/reject");
        assert_eq!(desk.post(&path, &[("reason", "  ")]).await.status, 422, "a reason is owed");
        world.run("UPDATE person SET language = 'th' WHERE id = 'bkk.admin'").await;
        assert_eq!(desk.post(&path, &[("reason", "No service team yet")]).await.status, 303);
        let mails = mailed(&world, "ใบสมัครพาร์ตเนอร์ของคุณไม่ได้รับอนุมัติ", "No service team yet").await;
        assert_eq!(mails, 1, "{}: in the person's language", world.engine);
        assert_eq!(bkk.get("/partners/overview").await.status, 404, "{}", world.engine);
        let status = bkk.get("/account/enrolment/application").await;
        assert!(
            status.body.contains("No service team yet") && status.body.contains("สมัครอีกครั้ง"),
            "{}",
            status.body
        );
        world.clock.advance(1_000);
        apply(&bkk).await;
        let history = bkk.get("/account/enrolment/application").await;
        assert!(history.body.contains("ใบสมัครก่อนหน้า"), "{}", history.body);
        assert_eq!(world.count("FROM partner_application WHERE tenant_id = $1", "bkkfoods").await, 2);
    }
}

#[tokio::test]
async fn a_returned_application_is_changed_and_sent_again_with_its_clock_anew() {
    for world in worlds("application_returned").await {
        let bkk = world.as_person("bkk.admin").await;
        let desk = world.as_person("rs.admin").await;
        apply(&bkk).await;
        let id = waiting(&desk).await;
        world.clock.advance(2 * DAY_MS);
        let back =
            desk.post(&format!("/admin/applications/{id}/return"), &[("reason", "Which provinces?")]).await;
        assert_eq!(back.status, 303, "{}", back.body);
        let closed =
            desk.post(&format!("/admin/applications/{id}/approve"), &[("subtype", "reseller")]).await;
        assert_eq!(closed.status, 409, "{}: it waits for the applicant", world.engine);
        let mails = mailed(&world, "Your partner application needs a change", "Which provinces").await;
        assert_eq!(mails, 1, "{}", world.engine);
        let page = bkk.get("/account/enrolment/apply").await;
        assert!(
            page.body.contains("0107536000269") && page.body.contains("registration.pdf"),
            "{}",
            page.body
        );
        let mut changed = form();
        changed[5] = ("territories", "Chonburi\nRayong");
        let sent = bkk.post("/account/enrolment/apply", &changed).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let seen = desk.get(&format!("/admin/applications/{id}")).await.body;
        assert!(
            seen.contains("Rayong") && seen.contains("Which provinces?") && seen.contains("5 d left"),
            "{seen}"
        );
        let withdrawn = bkk.post("/account/enrolment/application/withdraw", &[]).await;
        assert_eq!(withdrawn.status, 303);
        assert_eq!(bkk.post("/account/enrolment/application/withdraw", &[]).await.status, 409);
        assert_eq!(told(&world, "riversync", "application.withdrawn").await, 1);
    }
}

/// Cases 44 and 45: a partner does not become the other kind.
#[tokio::test]
async fn cases_44_and_45_a_partner_keeps_its_subtype() {
    for world in worlds("application_cases_44").await {
        for (who, tenant, subtype) in
            [("siam.admin", "siam", "distributor"), ("mw.admin", "megawarehouse", "reseller")]
        {
            let partner = world.as_person(who).await;
            let mut other = form();
            other[0] = ("subtype", subtype);
            let refused = partner.post("/account/enrolment/apply", &other).await;
            assert_eq!(refused.status, 409, "{}: {who}: {}", world.engine, refused.body);
            assert!(refused.body.contains("partner already"), "{}", refused.body);
            let rows = "FROM tenant_capability WHERE capability = 'partner' AND tenant_id = $1";
            assert_eq!(world.count(rows, tenant).await, 1);
        }
        let owner = world.as_person("rs.admin").await.post("/account/enrolment/apply", &form()).await;
        assert_eq!(owner.status, 409, "the owner of the program does not join it");
    }
}

#[tokio::test]
async fn case_147_documents_are_what_they_are_and_only_for_the_two_sides() {
    for world in worlds("application_documents").await {
        let bkk = world.as_person("bkk.admin").await;
        let exe: [(&str, &str, &[u8]); 1] = [("documents", "licence.pdf", b"MZ\x90\x00 not a pdf")];
        let refused = bkk.upload("/account/enrolment/apply", &form(), &exe).await;
        assert_eq!(refused.status, 422, "{}", world.engine);
        assert!(
            refused.body.contains("licence.pdf") && refused.body.contains("0107536000269"),
            "{}",
            refused.body
        );
        let large = [PDF.to_vec(), vec![b' '; 6 * 1024 * 1024]].concat();
        let large: [(&str, &str, &[u8]); 1] = [("documents", "big.pdf", &large)];
        let refused = bkk.upload("/account/enrolment/apply", &form(), &large).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        let huge = vec![b' '; 17 * 1024 * 1024];
        let huge: [(&str, &str, &[u8]); 1] = [("documents", "huge.pdf", &huge)];
        assert_eq!(bkk.upload("/account/enrolment/apply", &form(), &huge).await.status, 413);
        assert_eq!(world.count("FROM partner_application WHERE tenant_id = $1", "bkkfoods").await, 0);
        apply(&bkk).await;
        let desk = world.as_person("rs.support").await;
        let id = waiting(&desk).await;
        let page = desk.get(&format!("/admin/applications/{id}")).await.body;
        let path = format!("/admin/applications/{id}/documents/doc_");
        let document = page.split(&path).nth(1).unwrap().split('"').next().unwrap();
        let theirs = format!("{path}{document}");
        let own = format!("/account/enrolment/application/documents/doc_{document}");
        for (browser, path) in [(&desk, &theirs), (&bkk, &own)] {
            let file = browser.get(path).await;
            assert_eq!(file.status, 200, "{path}");
            assert_eq!(file.body.as_bytes(), PDF);
            let line = file.headers["content-disposition"].to_str().unwrap();
            assert_eq!(line, "attachment; filename=\"registration.pdf\"");
            assert_eq!(file.headers["x-content-type-options"], "nosniff");
        }
        let south = world.as_person("south.admin").await;
        assert_eq!(south.get(&own).await.status, 404, "{}: another organisation", world.engine);
        assert_eq!(south.get(&theirs).await.status, 404);
        let sales = world.as_person("rs.pipeline").await;
        assert_eq!(
            sales.post(&format!("/admin/applications/{id}/approve"), &[("subtype", "reseller")]).await.status,
            403
        );
    }
}

#[tokio::test]
async fn what_is_missing_is_said_field_by_field_and_what_was_typed_stays() {
    for world in worlds("application_form").await {
        let bkk = world.as_person("bkk.admin").await;
        let wrong =
            bkk.post("/account/enrolment/apply", &[("subtype", "both"), ("legal_name", "Kept Name")]).await;
        assert_eq!(wrong.status, 422, "{}", world.engine);
        for word in
            ["reseller or distributor", "Kept Name", "registration or tax number", "at least one territory"]
        {
            assert!(wrong.body.contains(word), "{word} in {}", wrong.body);
        }
        let sneaky =
            [form(), vec![("status", "approved"), ("tenant_id", "siam"), ("vendor_id", "offco")]].concat();
        assert_eq!(bkk.post("/account/enrolment/apply", &sneaky).await.status, 303);
        let row = "FROM partner_application WHERE status = 'submitted' AND vendor_id = 'riversync' AND tenant_id = $1";
        assert_eq!(world.count(row, "bkkfoods").await, 1, "{}: the form named its own fate", world.engine);
    }
}
