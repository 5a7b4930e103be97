//! Each finds what their own lists show, and nothing else.

use crate::world::testing::{World, worlds};
use serde_json::Value;

async fn found(world: &World, person: &str, question: &str) -> Vec<(String, String, String)> {
    let answer = world.as_person(person).await.get_json(&format!("/api/v1/search?q={question}")).await;
    assert_eq!(answer.status, 200, "{} {person}: {}", world.engine, answer.body);
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    let of = |value: &Value| value.as_str().unwrap().to_owned();
    let mut all = Vec::new();
    for group in json["groups"].as_array().unwrap() {
        for hit in group["hits"].as_array().unwrap() {
            all.push((of(&group["kind"]), of(&hit["id"]), of(&hit["href"])));
        }
    }
    all
}

async fn ids(world: &World, person: &str, question: &str, kind: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for (of, id, _) in found(world, person, question).await {
        if of == kind {
            ids.push(id);
        }
    }
    ids.sort();
    ids
}

#[tokio::test]
async fn a_partner_finds_exactly_what_it_covers() {
    for world in worlds("search_scope").await {
        let covered = ids(&world, "nera.coord", "d-bf", "covered_device").await;
        assert_eq!(covered, ["D-BF-1", "D-BF-2", "D-BF-3", "D-BF-4"], "{}", world.engine);
        for hidden in ["Lonely", "D-LC-1", "D-BF-5", "", "zzzz"] {
            let hits = found(&world, "nera.coord", hidden).await;
            assert!(hits.is_empty(), "{} {hidden}: {hits:?}", world.engine);
        }
        assert_eq!(ids(&world, "bkk.admin", "D-BF-5", "my_device").await, ["D-BF-5"], "{}", world.engine);
        assert_eq!(ids(&world, "mw.sales", "d-bf", "covered_device").await.len(), 0, "{}", world.engine);
        assert_eq!(ids(&world, "mw.sales", "DL-2", "record").await, ["DL-2"], "{}", world.engine);
        assert!(ids(&world, "ed.sales", "DL-2", "record").await.is_empty(), "{}", world.engine);
        assert!(ids(&world, "nera.coord", "DL-2", "record").await.is_empty(), "{}", world.engine);
    }
}

#[tokio::test]
async fn a_thai_word_is_found_inside_a_name_and_marked() {
    for world in worlds("search_thai").await {
        world.run("UPDATE device SET name = 'ปั๊มน้ำโรงงาน' WHERE id IN ('D-BF-1', 'D-BF-5')").await;
        let water = "%E0%B8%99%E0%B9%89%E0%B8%B3";
        assert_eq!(ids(&world, "nera.coord", water, "covered_device").await, ["D-BF-1"], "{}", world.engine);
        let page = world.as_person("nera.coord").await.get(&format!("/search?q={water}")).await;
        assert_eq!(page.status, 200, "{}", world.engine);
        assert!(page.body.contains("ปั๊ม<mark>น้ำ</mark>โรงงาน"), "{}: {}", world.engine, page.body);
        let none = world.as_person("nera.coord").await.get("/search?q=Lonely").await;
        assert!(none.body.contains("Nothing found"), "{}: {}", world.engine, none.body);
    }
}

#[tokio::test]
async fn what_is_found_opens_for_its_finder() {
    let world = worlds("search_opens").await.remove(0);
    let mut opened = 0;
    for person in ["nera.admin", "nera.coord", "nera.tech", "nera.fin", "mw.sales", "bkk.admin", "rs.admin"] {
        for question in ["d", "t", "a", "n"] {
            for (kind, id, href) in found(&world, person, question).await {
                let page = world.as_person(person).await.get(&href).await;
                assert_eq!(page.status, 200, "{person} found {kind} {id} at {href}");
                opened += 1;
            }
        }
    }
    assert!(opened > 30, "only {opened} were found");
}
