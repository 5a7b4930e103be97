//! The page shows every part, has no id twice, and is for staff.

use super::exhibits;
use crate::platform::web::layout::View;
use crate::world::testing::worlds;
use std::collections::BTreeSet;

#[tokio::test]
async fn the_page_shows_every_part_once() {
    for world in worlds("style_page").await {
        let page = world.as_person("rs.admin").await.get("/style?theme=dark&card=DL-1&to=deal").await;
        assert_eq!(page.status, 200, "{}", world.engine);
        let mut ids = BTreeSet::new();
        for id in page.body.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.insert(id), "two things are #{id}");
        }
        for one in exhibits(&View::at("/style")) {
            assert!(ids.contains(one.id) && !one.shown.is_empty(), "{} is not shown", one.id);
        }
        assert!(page.body.contains(r#"class="style-page" data-theme="dark""#));
        assert_eq!(world.as_person("nera.admin").await.get("/style").await.status, 404, "{}", world.engine);
    }
}

#[test]
fn every_part_of_the_list_is_shown() {
    let html: String = exhibits(&View::at("/style"))
        .iter()
        .flat_map(|one| one.shown.iter())
        .map(|(_, c)| c.to_string())
        .collect();
    for class in [
        "chip good",
        "countdown warn",
        "masked",
        "locked",
        "not-granted",
        "meter bad",
        "stepper",
        "skeleton",
        "stale",
        "timeline",
        "class=\"table\"",
        "class=\"active\"",
        "columns-menu",
        "class=\"tabs\"",
        "data-board",
        "calendar",
        "split",
        "empty",
        "toast good",
        "<dialog",
        "drawer",
        "form-errors",
        "upload",
        "class=\"pager\"",
        "money",
    ] {
        assert!(html.contains(class), "no exhibit has {class}");
    }
}
