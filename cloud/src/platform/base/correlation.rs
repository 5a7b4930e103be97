//! The id of the request behind whatever is done, from the first click to the last reaction: jobs, events and mails that
//! are written meanwhile carry it, and so do those that follow from them.

use std::future::Future;

tokio::task_local! {
    static BEHIND: String;
}

/// Does `work` for the request `id`.
pub async fn within<F: Future>(id: String, work: F) -> F::Output {
    BEHIND.scope(id, work).await
}

/// The request behind what is done now; empty when there is none, such as for what a schedule does.
pub fn current() -> String {
    BEHIND.try_with(Clone::clone).unwrap_or_default()
}
