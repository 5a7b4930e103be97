//! The room's story: what somebody sees of a list is saved, opened with, shared and removed, through each reader's own lens.

use crate::world::testing::{Browser, worlds};

const LIST: &str = "/partners/deals";

/// Saves a view of the deals; the address that is then shown.
async fn save(browser: &Browser, name: &str, query: &str, more: &[(&str, &str)]) -> String {
    let form = [&[("list", LIST), ("name", name), ("query", query)], more].concat();
    let answer = browser.post("/account/views", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location().to_owned()
}

/// The id in an address that says which view is seen.
fn id(address: &str) -> String {
    address.rsplit_once("saved=").unwrap().1.to_owned()
}

#[tokio::test]
async fn a_list_is_saved_opened_and_removed() {
    for world in worlds("saved_views").await {
        let mine = world.as_person("nera.sales1").await;
        let empty = mine.get(LIST).await.body;
        assert!(empty.contains("None yet. A view keeps the filters"), "{}", world.engine);
        let seen = save(&mine, "Dear ones", "sort=-value&cols=value&cursor=x&q=", &[]).await;
        assert!(seen.starts_with("/partners/deals?sort=-value&cols=value&saved="), "{seen}");
        let page = mine.get(&seen).await.body;
        assert!(page.contains(">Dear ones<") && page.contains("aria-sort=\"descending\""), "{page}");
        // The list opens with it, and the plain list stays within reach.
        let open = format!("/account/views/{}/open", id(&seen));
        assert_eq!(mine.post(&open, &[]).await.location(), LIST);
        let opened = mine.get(LIST).await.body;
        assert!(
            opened.contains("5 hidden") && opened.contains("href=\"/partners/deals?saved=all\""),
            "{opened}"
        );
        let plain = mine.get("/partners/deals?saved=all").await.body;
        assert!(!plain.contains(" hidden</span>") && plain.contains("opens first"), "{plain}");
        // Saved again under its name, it asks for something else; the list opens with that.
        assert_eq!(id(&save(&mine, "Dear ones", "sort=value", &[]).await), id(&seen));
        assert!(mine.get(LIST).await.body.contains("aria-sort=\"ascending\""), "{}", world.engine);
        assert_eq!(mine.post(&format!("/account/views/{}/close", id(&seen)), &[]).await.status, 303);
        assert!(!mine.get(LIST).await.body.contains("aria-sort=\"ascending\""), "{}", world.engine);
        assert_eq!(mine.post(&open, &[]).await.status, 303);
        assert_eq!(mine.post(&format!("/account/views/{}/remove", id(&seen)), &[]).await.location(), LIST);
        assert!(mine.get(LIST).await.body.contains("None yet."), "{}", world.engine);
        for (told, times) in [
            ("FROM audit_entry WHERE action = 'list_view.saved' AND tenant_id = $1", 2),
            ("FROM audit_entry WHERE action = 'list_view.removed' AND tenant_id = $1", 1),
        ] {
            assert_eq!(world.count(told, "nera").await, times, "{}", world.engine);
        }
    }
}

#[tokio::test]
async fn what_is_shared_is_the_organisations_and_what_is_not_is_ones_own() {
    for world in worlds("saved_views_shared").await {
        let (author, colleague) =
            (world.as_person("nera.sales1").await, world.as_person("nera.sales2").await);
        let own = save(&author, "Only mine", "q=pumps", &[]).await;
        let shared = save(&author, "For us", "sort=value", &[("shared", "on")]).await;
        let page = colleague.get(LIST).await.body;
        assert!(page.contains("For us") && !page.contains("Only mine"), "{}", world.engine);
        for verb in ["open", "close", "remove"] {
            let path = format!("/account/views/{}/{verb}", id(&own));
            assert_eq!(colleague.post(&path, &[]).await.status, 404, "{} {verb}", world.engine);
            let path = format!("/account/views/{}/{verb}", id(&shared));
            let expected = if verb == "remove" { 403 } else { 303 };
            assert_eq!(colleague.post(&path, &[]).await.status, expected, "{} {verb}", world.engine);
            for stranger in ["siam.admin", "bkk.admin", "rs.admin"] {
                let answer = world.as_person(stranger).await.post(&path, &[]).await;
                assert_eq!(answer.status, 404, "{} {stranger} {verb}", world.engine);
            }
        }
        assert!(!world.as_person("siam.admin").await.get(LIST).await.body.contains("For us"));
        // Who keeps the team in order may take it away, also from those whose list opens with it.
        assert_eq!(colleague.post(&format!("/account/views/{}/open", id(&shared)), &[]).await.status, 303);
        let admin = world.as_person("nera.admin").await;
        assert_eq!(admin.post(&format!("/account/views/{}/remove", id(&shared)), &[]).await.status, 303);
        let page = colleague.get(LIST).await.body;
        assert!(!page.contains("For us") && !page.contains("saved=all"), "{}", world.engine);
    }
}

#[tokio::test]
async fn what_is_no_view_is_refused() {
    for world in worlds("saved_views_refused").await {
        let browser = world.as_person("nera.sales1").await;
        let long = "x".repeat(61);
        for (list, name, status) in [
            ("/partners/nothing", "A", 422),
            ("https://elsewhere.example/", "A", 422),
            ("/admin/partners", "A", 422),
            (LIST, " ", 422),
            (LIST, long.as_str(), 422),
        ] {
            let form = [("list", list), ("name", name), ("query", "sort=value")];
            assert_eq!(
                browser.post("/account/views", &form).await.status,
                status,
                "{} {list} {name}",
                world.engine
            );
        }
        let wild = save(&browser, "<b>&\"", "q=%3Cscript%3E&next=//elsewhere.example", &[]).await;
        assert!(wild.starts_with("/partners/deals?q=%3Cscript%3E&next="), "{wild}");
        let page = browser.get(&wild).await.body;
        assert!(page.contains("&#60;b&#62;&#38;&#34;") && !page.contains("<script>"), "{page}");
        for at in 1..30 {
            save(&browser, &format!("View {at}"), "", &[]).await;
        }
        let form = [("list", LIST), ("name", "One more"), ("query", "")];
        let answer = browser.post("/account/views", &form).await;
        assert!(answer.status == 409 && answer.body.contains("You have 30 views"), "{}", answer.body);
    }
}
