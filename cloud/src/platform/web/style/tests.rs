//! The page shows every part, has no id twice, and is for staff.

use super::{Exhibit, Shelf};
use crate::platform::web::layout::View;
use crate::world::testing::worlds;
use std::collections::BTreeSet;

fn exhibits() -> impl Iterator<Item = (Shelf, Exhibit)> {
    let view = View::at("/style");
    Shelf::ALL.into_iter().flat_map(move |of| of.exhibits(&view).into_iter().map(move |one| (of, one)))
}

#[tokio::test]
async fn every_part_is_shown_once_on_the_page_of_its_kind() {
    for world in worlds("style_page").await {
        let staff = world.as_person("rs.admin").await;
        for shelf in Shelf::ALL {
            let path = format!("/style?theme=dark&card=DL-1&to=deal&view={}", shelf.names().0);
            let page = staff.get(&path).await;
            assert_eq!(page.status, 200, "{}", world.engine);
            let mut ids = BTreeSet::new();
            for id in page.body.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(ids.insert(id), "two things are #{id}");
            }
            for (of, one) in exhibits() {
                assert_eq!(ids.contains(one.id), of == shelf, "{} on {path}", one.id);
            }
            assert!(page.body.contains(r#"class="style-page" data-theme="dark""#));
        }
        assert_eq!(world.as_person("nera.admin").await.get("/style").await.status, 404, "{}", world.engine);
    }
}

#[test]
fn every_part_of_the_list_is_shown() {
    assert!(exhibits().all(|(_, one)| !one.shown.is_empty()));
    let html: String = exhibits().flat_map(|(_, one)| one.shown).map(|(_, cell)| cell.to_string()).collect();
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
