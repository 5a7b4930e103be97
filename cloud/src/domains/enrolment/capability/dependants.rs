//! What hangs on a capability. The rooms that know stand in later rows of the house, so they are asked through this.

use super::model::Capability;
use crate::platform::access::Actor;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::words::Sentence;
use std::pin::Pin;

/// Something that would be left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependant {
    /// What it is, such as "Open deal".
    pub what: Sentence,
    /// Which one, as people read it.
    pub which: String,
    /// Where it can be brought to an end.
    pub href: String,
}

/// Whoever knows what hangs on the capabilities of an organisation.
pub trait Dependants: Send + Sync + 'static {
    /// What of the actor's organisation would be orphaned without `capability`.
    fn of<'a>(
        &'a self,
        tx: &'a mut Tx,
        actor: &'a Actor,
        capability: Capability,
        now_ms: i64,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Dependant>, Error>> + Send + 'a>>;
}
