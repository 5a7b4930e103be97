//! The program's owner looks after its organisations (OA-2, OA-3, case 7).

use crate::world::testing::worlds;
use axum::body::Body;
use axum::http::Method;
use futures_util::StreamExt;
use std::time::Duration;

const NEW: [(&str, &str); 4] = [
    ("organisation", "Chiang Mai Pumps"),
    ("kind", "reseller"),
    ("name", "Chai Mai"),
    ("email", "chai@cmpumps.example"),
];

#[tokio::test]
async fn a_new_organisation_comes_in_with_its_first_administrator() {
    for world in worlds("organisation_new").await {
        let owner = world.as_person("rs.admin").await;
        let made = owner.post("/admin/partners", &NEW).await;
        assert_eq!(made.status, 303, "{}", made.body);
        let terms = owner.get(made.location()).await;
        assert!(terms.body.contains("Commission share"), "what was agreed is asked next: {}", terms.body);
        let path = made.location().strip_suffix("/terms").unwrap().to_owned();
        let page = owner.get(&path).await;
        for word in ["Chiang Mai Pumps", "Reseller, Authorized", "Chai Mai", "Invited", "Not verified"] {
            assert!(page.body.contains(word), "{word} in {}", page.body);
        }
        assert_eq!(world.count("FROM mail_outbox WHERE to_email = $1", "chai@cmpumps.example").await, 1);
        assert_eq!(owner.post(&format!("{path}/verify"), &[]).await.status, 303);
        assert!(owner.get(&path).await.body.contains("Active"), "{}", world.engine);
        let wrong = owner
            .post("/admin/partners", &[("organisation", ""), ("kind", "reseller"), ("email", "x")])
            .await;
        assert_eq!(wrong.status, 422);
        for word in ["organisation&#39;s name", "not an e-mail address"] {
            assert!(wrong.body.contains(word), "{word} in {}", wrong.body);
        }
        let contact = [("name", "Second"), ("email", "second@cmpumps.example"), ("roles", "sales,technical")];
        assert_eq!(owner.post(&format!("{path}/contacts/new"), &contact).await.status, 303);
        assert!(owner.get(&path).await.body.contains("second@cmpumps.example"));
        for who in ["rs.pipeline", "rs.support"] {
            let other = world.as_person(who).await;
            assert_eq!(other.get("/admin/partners").await.status, 200, "{who} reads");
            assert_eq!(other.post("/admin/partners", &NEW).await.status, 403, "{who} changes nothing");
        }
    }
}

/// Case 7: a suspended partner loses everything at the next request, open streams included.
#[tokio::test]
async fn case_7_a_suspended_partner_is_out_at_once_and_back_when_reinstated() {
    for world in worlds("organisation_case_7").await {
        let owner = world.as_person("rs.admin").await;
        let siam = world.as_person("siam.admin").await;
        let stream = siam.request(Method::GET, "/live?topics=funnel,workload", Body::empty());
        let mut stream = siam.raw(stream).await.into_body().into_data_stream();
        assert!(stream.next().await.is_some(), "the stream is open");
        assert_eq!(owner.post("/admin/partners/siam/suspend", &[("reason", " ")]).await.status, 422);
        let done = owner.post("/admin/partners/siam/suspend", &[("reason", "Fees unpaid")]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let ends = async { while stream.next().await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(5), ends).await.expect("the stream stayed open");
        for closed in ["/partners/overview", "/partners/deals", "/api/v1/deals", "/partners/deals?format=csv"]
        {
            let page = siam.get(closed).await;
            assert_eq!(page.status, 403, "{}: {closed}", world.engine);
            assert!(!page.body.contains("DL-4"), "{closed}");
        }
        assert!(siam.get("/partners/overview").await.body.contains("suspended"), "it says why");
        assert_eq!(siam.get("/account").await.status, 200, "the account stays");
        assert!(siam.get("/account/enrolment").await.body.contains("Suspended"));
        assert_eq!(siam.post("/account/enrolment/partner/disable", &[]).await.status, 409);
        let refused = "FROM audit_entry WHERE action = 'access.refused' AND tenant_id = $1";
        assert!(world.count(refused, "siam").await > 0, "{}: the attempts are written down", world.engine);
        for tenant in ["siam", "riversync"] {
            let told = "FROM audit_entry WHERE action = 'partner.suspended' AND reason = 'Fees unpaid' AND tenant_id = $1";
            assert_eq!(world.count(told, tenant).await, 1, "{tenant}");
        }
        assert_eq!(owner.post("/admin/partners/siam/suspend", &[("reason", "again")]).await.status, 409);
        let back = owner.post("/admin/partners/siam/reinstate", &[("reason", "Paid")]).await;
        assert_eq!(back.status, 303);
        assert_eq!(siam.get("/partners/overview").await.status, 200, "{}", world.engine);
        for (subject, reason) in [("is suspended", "Fees unpaid"), ("is back", "Paid")] {
            let told = format!(
                "FROM mail_outbox WHERE subject LIKE '%{subject}' AND body LIKE '%{reason}%' AND to_email = $1"
            );
            assert_eq!(world.count(&told, "siam.admin@siam.example").await, 1, "{}: {subject}", world.engine);
        }
        let other = "FROM mail_outbox WHERE subject LIKE '%Partners app%' AND to_email <> $1";
        assert_eq!(world.count(other, "siam.admin@siam.example").await, 0, "{}: nobody else", world.engine);
        let customer = owner.post("/admin/partners/bkkfoods/suspend", &[("reason", "x")]).await;
        assert_eq!(customer.status, 409, "a customer is no partner");
    }
}

#[tokio::test]
async fn a_suspended_partner_that_is_a_customer_keeps_its_portal() {
    for world in worlds("organisation_dual").await {
        let owner = world.as_person("rs.admin").await;
        let nera = world.as_person("nera.admin").await;
        assert_eq!(owner.post("/admin/partners/nera/suspend", &[("reason", "x")]).await.status, 303);
        assert_eq!(nera.get("/partners/devices").await.status, 403, "{}", world.engine);
        assert_eq!(nera.get("/portal").await.status, 200);
        assert_eq!(nera.get("/").await.location(), "/portal");
        assert!(nera.get("/portal").await.body.contains("D-NE-1"));
    }
}

#[tokio::test]
async fn the_list_is_of_the_own_program_and_can_be_narrowed() {
    for world in worlds("organisation_list").await {
        let owner = world.as_person("rs.support").await;
        let all = owner.get("/admin/partners").await.body;
        for name in ["Nera", "MegaWarehouse", "Lonely Co"] {
            assert!(all.contains(name), "{name} in {all}");
        }
        assert!(!all.contains("OffCo"), "{}: another vendor is not in the program", world.engine);
        let distributors = owner.get("/admin/partners?kind=distributor").await.body;
        assert!(distributors.contains("EastDist") && !distributors.contains("Lonely Co"), "{distributors}");
        assert_eq!(owner.get("/admin/partners?kind=nonsense").await.status, 200);
    }
}

#[tokio::test]
async fn the_list_is_ordered_and_taken_along_as_it_is_seen() {
    for world in worlds("organisation_list").await {
        let staff = world.as_person("rs.admin").await;
        let rows = async |query: &str| {
            let csv = staff.get(&format!("/admin/partners?format=csv{query}")).await.body;
            csv.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let all = rows("").await;
        assert_eq!(all[0], "id,name,acts as,state,people,since", "{}", world.engine);
        let people = |line: &String| line.rsplit(',').next().unwrap().parse::<i64>().unwrap();
        let by_people: Vec<i64> = rows("&sort=-people&cols=people").await[1..].iter().map(people).collect();
        assert!(
            by_people.len() > 5 && by_people.is_sorted_by(|a, b| a >= b),
            "{}: {by_people:?}",
            world.engine
        );
        // A tab is a filter, and what is not seen is not in the file.
        let customers = rows("&kind=customer&cols=state").await;
        assert_eq!(customers[0], "id,name,state", "{}", world.engine);
        assert!((2..all.len()).contains(&customers.len()), "{}: {customers:?}", world.engine);
        assert!(!customers.iter().any(|line| line.starts_with("siam,")), "{}: {customers:?}", world.engine);
    }
}

/// PAR-4c: a tier is granted with its reason, holds from then on, and leaves what is open as it is (PORTAL C34).
#[tokio::test]
async fn a_tier_is_granted_with_a_reason_and_leaves_what_is_open_as_it_is() {
    for world in worlds("organisation_tier").await {
        let owner = world.as_person("rs.admin").await;
        let path = "/admin/partners/siam/tier";
        let gold = [("tier", "gold"), ("reason", "Twelve certified engineers")];
        for who in ["rs.pipeline", "rs.support"] {
            assert_eq!(world.as_person(who).await.post(path, &gold).await.status, 403, "{who}");
        }
        assert_eq!(
            world.as_person("siam.admin").await.post(path, &gold).await.status,
            404,
            "never by itself"
        );
        for wrong in [[("tier", "gold"), ("reason", " ")], [("tier", "diamond"), ("reason", "Why not")]] {
            assert_eq!(owner.post(path, &wrong).await.status, 422, "{}: {wrong:?}", world.engine);
        }
        assert_eq!(owner.post(path, &gold).await.status, 303, "{}", world.engine);
        assert_eq!(owner.post(path, &gold).await.status, 409, "{}: it has it", world.engine);
        assert_eq!(
            owner.post("/admin/partners/eastdist/tier", &gold).await.status,
            409,
            "a distributor has none"
        );
        let siam = world.as_person("siam.admin").await;
        let page = siam.get("/partners/tier").await.body;
        assert!(page.contains("You are Gold") && page.contains("Twelve certified engineers"), "{page}");
        for tenant in ["siam", "riversync"] {
            let rows =
                "FROM audit_entry WHERE action = 'tier.granted' AND object_id = 'siam' AND tenant_id = $1";
            assert_eq!(world.count(rows, tenant).await, 1, "{} {tenant}", world.engine);
        }
        let deal = |title| {
            [
                ("customer", "Lampang Clay"),
                ("title", title),
                ("amount", "9"),
                ("currency", "THB"),
                ("channel", "megawarehouse"),
            ]
        };
        for title in ["one", "two", "three", "four", "five"] {
            assert_eq!(
                siam.post("/partners/deals", &deal(title)).await.status,
                303,
                "{}: {title}",
                world.engine
            );
        }
        let back = [("tier", "authorized"), ("reason", "Certificates ran out")];
        assert_eq!(owner.post(path, &back).await.status, 303);
        let seventh = siam.post("/partners/deals", &deal("seven")).await;
        assert_eq!(seventh.status, 403, "{}: nothing new: {}", world.engine, seventh.body);
        assert!(seventh.body.contains("Unlocks at Gold"), "{}", seventh.body);
        let open = siam.get_json("/api/v1/deals?status=submitted").await.json();
        assert_eq!(open["count"], 6, "{}: what is open stays", world.engine);
        assert_eq!(world.count("FROM tier_grant WHERE tenant_id = $1", "siam").await, 2);
    }
}
