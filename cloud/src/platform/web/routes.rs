//! A route is mounted with the action it needs, or not at all. The list of mounted routes is what guards enumerate.

use super::extract::Required;
use super::fresh::keep_form;
use super::middleware::is_api;
use super::once::once;
use super::tag::tagged;
use super::version::Versioned;
use super::version::stale::keep_entered;
use crate::app::App;
use crate::platform::access::Action;
use axum::Router;
use axum::middleware::from_fn;
use axum::routing::MethodRouter;

/// The methods routes use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Changes.
    Post,
}

/// One mounted route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mounted {
    /// Its method.
    pub method: Method,
    /// Its path with `{parameters}`.
    pub path: &'static str,
    /// What it needs; `None` for the few that anybody may open (sign-in, assets, health).
    pub action: Option<Action>,
    /// Whether the person must have proved to be there within the last ten minutes.
    pub fresh: bool,
    /// Whether it is held against the version that its sender believes to change.
    pub versioned: bool,
}

impl Mounted {
    /// Whether `path`, without a query, may be one of this route's: as many parts, and the same ones where it names them.
    pub fn fits(&self, path: &str) -> bool {
        let (own, given) = (self.path.split('/'), path.split('/'));
        own.clone().count() == given.clone().count()
            && own.zip(given).all(|(own, given)| own.starts_with('{') || own == given)
    }
}

/// A room's routes.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    mounted: Vec<Mounted>,
    is_versioned: bool,
}

impl Routes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A page or list that needs `action`.
    #[must_use]
    pub fn get(self, path: &'static str, action: Action, handler: MethodRouter<App>) -> Self {
        self.add(Method::Get, path, Some(Required { action, fresh: false }), handler)
    }

    /// A change that needs `action`.
    #[must_use]
    pub fn post(self, path: &'static str, action: Action, handler: MethodRouter<App>) -> Self {
        self.add(Method::Post, path, Some(Required { action, fresh: false }), handler)
    }

    /// The changes of `more` are changes of the API that are held against `If-Match`: their actions ask
    /// [`super::Believed::holds`]. A guard sends every one of them an older version.
    #[must_use]
    pub fn versioned(mut self, more: impl FnOnce(Self) -> Self) -> Self {
        let before = std::mem::replace(&mut self.is_versioned, true);
        let mut with = more(self);
        with.is_versioned = before;
        with
    }

    /// A change that matters so much that the person must have proved to be there within the last ten minutes: giving
    /// access, changing roles, keys, where money goes. Never one that takes back: that is always one press. Who has not
    /// proved it is asked, and what was entered is kept.
    #[must_use]
    pub fn post_fresh(self, path: &'static str, action: Action, handler: MethodRouter<App>) -> Self {
        let handler = handler.layer(from_fn(keep_form));
        self.add(Method::Post, path, Some(Required { action, fresh: true }), handler)
    }

    /// A route for everybody, signed in or not. `why` is read by reviewers and the guard.
    #[must_use]
    pub fn open(
        self,
        method: Method,
        path: &'static str,
        why: &'static str,
        handler: MethodRouter<App>,
    ) -> Self {
        debug_assert!(!why.is_empty(), "say why {path} is open");
        self.add(method, path, None, handler)
    }

    /// Adds another room's.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.mounted.extend(other.mounted);
        self
    }

    /// The router and the list.
    pub fn into_parts(self) -> (Router<App>, Vec<Mounted>) {
        (self.router, self.mounted)
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        required: Option<Required>,
        handler: MethodRouter<App>,
    ) -> Self {
        let versioned = self.is_versioned && method == Method::Post && is_api(path);
        let handler = match (method, is_api(path)) {
            (Method::Get, true) => handler.layer(from_fn(tagged)),
            (Method::Post, true) => handler.layer(from_fn(once)),
            (Method::Post, false) => handler.layer(from_fn(keep_entered)).layer(from_fn(once)),
            (Method::Get, false) => handler,
        };
        let handler = match required {
            Some(required) => handler.layer(axum::Extension(required)),
            None => handler,
        };
        let handler = if versioned { handler.layer(axum::Extension(Versioned)) } else { handler };
        self.router = self.router.route(path, handler);
        let action = required.map(|required| required.action);
        let fresh = required.is_some_and(|required| required.fresh);
        self.mounted.push(Mounted { method, path, action, fresh, versioned });
        self
    }
}
