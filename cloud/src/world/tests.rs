//! The world's story: it is planted once, its people can sign in, and its dates move as a whole.

use super::testing::worlds;
use super::{PlantError, STORY_DAY, Story, people, plant};
use jiff::civil::date;

#[tokio::test]
async fn everybody_can_sign_in_and_a_second_world_is_refused() {
    for world in worlds("world_people").await {
        for member in people() {
            let page = world.as_person(member.handle).await.get("/account").await;
            assert_eq!(page.status, 200, "{}: {}: {}", world.engine, member.handle, page.body);
            assert!(page.body.contains(member.name), "{}", page.body);
        }
        let again = plant(&world.app, STORY_DAY).await;
        assert!(matches!(again, Err(PlantError::Inhabited { organisations: 11 })), "{again:?}");
    }
}

#[tokio::test]
async fn all_dates_move_together() {
    for world in worlds("world_dates").await {
        let story = Story::new(&world.app, date(2027, 2, 3));
        assert_eq!(story.day(STORY_DAY), date(2027, 2, 3));
        assert_eq!(story.day(date(2026, 8, 1)), date(2027, 2, 20), "17 days ahead, as the story tells");
    }
}
