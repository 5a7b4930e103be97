//! What a person chooses: read, checked, written. Pages and API do the same.

use super::kind::Kind;
use super::rules::{Times, Way};
use super::store;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::identity;
use crate::platform::db::{DbError, Tx};
use crate::platform::error::{Error, FieldError};
use crate::platform::web::{Allowed, Version};
use crate::platform::words::{Sentence, said};
use serde_json::json;
use std::collections::BTreeMap;

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choices {
    /// How each kind is told.
    pub(super) ways: BTreeMap<Kind, Way>,
    /// When mails come.
    pub(super) times: Times,
}

impl Choices {
    /// Their version: all of them.
    pub(super) fn version(&self) -> Version {
        let ways: BTreeMap<&str, &str> =
            self.ways.iter().map(|(kind, way)| (kind.key(), way.key())).collect();
        Version::of(&(ways, self.times.quiet, self.times.digest_hour))
    }
}

/// What was entered, as it was entered; what is not there stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entered {
    /// Ways by kind, both by key.
    pub(super) ways: Vec<(String, String)>,
    /// Empty: no quiet hours.
    pub(super) quiet_from: Option<String>,
    pub(super) quiet_until: Option<String>,
    pub(super) digest_hour: Option<String>,
}

/// What the person has chosen by now.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn now(app: &App, allowed: &Allowed) -> Result<Choices, Error> {
    Ok(of(&mut app.db.read().await?, allowed.scope.person_id()).await?)
}

async fn of(tx: &mut Tx, person_id: &str) -> Result<Choices, DbError> {
    let ways = store::choices(tx, person_id).await?;
    Ok(Choices { ways, times: store::times(tx, person_id).await? })
}

/// Whole hours of the day, in the order of the day.
fn hour(text: &str) -> Option<i8> {
    text.trim().parse().ok().filter(|hour| (0..24).contains(hour))
}

/// What is chosen once `entered` is added to what was; all faults at once.
fn read(was: Choices, entered: &Entered) -> Result<Choices, Error> {
    let Choices { mut ways, mut times } = was;
    let mut faults = Vec::new();
    let mut fault = |field, text: Sentence| faults.push(FieldError { field, text });
    for (kind, way) in &entered.ways {
        let Some(kind) = Kind::parse(kind) else {
            fault("ways", Sentence::english(format!("There is no kind \"{kind}\" of notification.")));
            continue;
        };
        match Way::parse(way) {
            Some(way) => drop(ways.insert(kind, way)),
            None => fault(
                kind.key(),
                said! { en: "Choose off, app, digest or mail.", th: "เลือกปิด ในแอป สรุปรายวัน หรืออีเมล" },
            ),
        }
    }
    let quiet = (entered.quiet_from.as_deref(), entered.quiet_until.as_deref());
    match quiet {
        (None, None) => {}
        (Some(""), _) => times.quiet = None,
        (from, until) => match (from.and_then(hour), until.and_then(hour)) {
            (Some(from), Some(until)) => times.quiet = Some((from, until)).filter(|_| from != until),
            _ => fault(
                "quiet_from",
                said! {
                    en: "Quiet hours go from one full hour of the day, 0 to 23, to another.",
                    th: "ช่วงเวลาเงียบเริ่มและจบที่ชั่วโมงเต็ม 0 ถึง 23",
                },
            ),
        },
    }
    if let Some(text) = &entered.digest_hour {
        match hour(text) {
            Some(hour) => times.digest_hour = hour,
            None => fault(
                "digest_hour",
                said! {
                    en: "The daily e-mail comes at a full hour, 0 to 23.",
                    th: "อีเมลสรุปรายวันส่งที่ชั่วโมงเต็ม 0 ถึง 23",
                },
            ),
        }
    }
    if faults.is_empty() { Ok(Choices { ways, times }) } else { Err(Error::Invalid(faults)) }
}

/// Writes what was entered; what is chosen then.
///
/// # Errors
/// 422 with every fault, or ours.
pub(super) async fn choose(app: &App, allowed: &Allowed, entered: &Entered) -> Result<Choices, Error> {
    let person_id = allowed.scope.person_id();
    let mut tx = app.db.write().await?;
    identity::take_persons_turn(&mut tx, person_id).await?;
    let was = of(&mut tx, person_id).await?;
    allowed.believed.holds(("person", person_id), &was.version())?;
    let chosen = read(was, entered)?;
    store::choose(&mut tx, &allowed.scope, &chosen.ways, &chosen.times).await?;
    let ways: BTreeMap<&str, &str> = chosen.ways.iter().map(|(kind, way)| (kind.key(), way.key())).collect();
    let entry = Entry::new(By::person(allowed), Fact::NotificationsChosen, "person", person_id)
        .with(json!({ "ways": ways }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    audit::announce(app, [allowed.scope.tenant_id()]);
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::{Choices, Entered, read};
    use crate::domains::notifications::kind::Kind;
    use crate::domains::notifications::rules::{Times, Way};
    use crate::platform::error::Error;
    use proptest::prelude::{any, proptest};

    fn usual() -> Choices {
        let ways = Kind::ALL.into_iter().map(|kind| (kind, kind.usual())).collect();
        Choices { ways, times: Times::default() }
    }

    #[test]
    fn what_is_not_there_stays_and_all_faults_are_told_at_once() {
        assert_eq!(read(usual(), &Entered::default()).unwrap(), usual());
        let entered = Entered {
            ways: vec![("deal".to_owned(), "off".to_owned())],
            quiet_from: Some(String::new()),
            ..Entered::default()
        };
        let chosen = read(usual(), &entered).unwrap();
        assert_eq!((chosen.ways[&Kind::Deal], chosen.times.quiet), (Way::Off, None));
        let wrong = Entered {
            ways: vec![("deal".to_owned(), "loud".to_owned()), ("weather".to_owned(), "off".to_owned())],
            quiet_from: Some("25".to_owned()),
            quiet_until: Some("7".to_owned()),
            digest_hour: Some("-1".to_owned()),
        };
        let Err(Error::Invalid(faults)) = read(usual(), &wrong) else { panic!() };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["deal", "ways", "quiet_from", "digest_hour"]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reading(kind in any::<String>(), text in any::<String>(), other in any::<String>()) {
            let entered = Entered {
                ways: vec![(kind, other.clone())],
                quiet_from: Some(text.clone()),
                quiet_until: Some(other.clone()),
                digest_hour: Some(text),
            };
            assert!(read(usual(), &entered).is_err());
        }
    }
}
