//! For stories of this and later rooms: what a handler would be given for a person of the world.

use crate::app::App;
use crate::domains::identity::Gate;
use crate::platform::access::Action;
use crate::platform::web::{Allowed, Authenticate, Routes};
use crate::world::testing::World;
use axum::Extension;
use axum::body::Body;
use axum::http::Method;
use axum::routing::get;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

/// `handle`, freshly signed in, allowed to do `action`: through a route that is mounted with it.
pub(crate) async fn allowed(world: &World, handle: &str, action: Action) -> Allowed {
    let browser = world.as_person(handle).await;
    let given = Arc::new(Mutex::new(None));
    let keep = given.clone();
    let handler = get(async move |allowed: Allowed| {
        *keep.lock().unwrap() = Some(allowed);
    });
    let (router, _) = Routes::new().get("/story", action, handler).into_parts();
    let gate: Arc<dyn Authenticate> = Arc::new(Gate);
    let router = router.layer(Extension(gate)).with_state::<()>(App::clone(&world.app));
    let answer = router.oneshot(browser.request(Method::GET, "/story", Body::empty())).await.unwrap();
    assert!(answer.status().is_success(), "{handle} may not {action:?}: {}", answer.status());
    given.lock().unwrap().take().unwrap()
}
