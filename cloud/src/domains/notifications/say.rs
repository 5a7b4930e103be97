//! The line of a notification, made anew each time through its reader's lens: what the reader may not see now has none.
//! No line tells of an amount, a quote or a note.

use super::expiring;
use super::kind::Kind;
use super::store::{self, Row};
use crate::domains::audit::Fact;
use crate::domains::workload::{self, WorkItem};
use crate::domains::{coverage, enrolment, funnel, identity};
use crate::platform::access::{Action, Actor, Item, Scope};
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::Error;

/// What is told, and where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// A sentence.
    pub(super) text: String,
    /// The page that shows it.
    pub(super) href: String,
}

/// A sentence in the reader's language.
pub(super) struct Words {
    english: String,
    thai: String,
}

pub(super) fn words(english: String, thai: String) -> Words {
    Words { english, thai }
}

/// Somebody who reads, now. What several lines need is looked up once.
pub(super) struct Reader<'a> {
    actor: &'a Actor,
    now_ms: i64,
    /// The open work, once an alarm asked for it.
    open: Option<Vec<WorkItem>>,
}

impl<'a> Reader<'a> {
    /// `actor` as of `now_ms`.
    pub(super) fn new(actor: &'a Actor, now_ms: i64) -> Self {
        Self { actor, now_ms, open: None }
    }

    /// The line of `row`; `None`: there is nothing to see for them.
    ///
    /// # Errors
    /// When the rooms cannot be read.
    pub(super) async fn line(
        &mut self,
        tx: &mut Tx,
        language: Language,
        row: &Row,
    ) -> Result<Option<Line>, Error> {
        let (actor, now_ms) = (self.actor, self.now_ms);
        let Some(fact) = row.fact() else { return Ok(None) };
        let Some(kind) = Kind::of(fact).filter(|kind| kind.is_for(actor)) else { return Ok(None) };
        let told = match kind {
            Kind::Alarm => self.alarm(tx, row).await?,
            Kind::Deal => deal(tx, actor, row, fact, now_ms).await?,
            Kind::Request => request(tx, actor, row, now_ms).await?,
            Kind::Grant => grant(tx, actor, row, fact, now_ms).await?,
            Kind::Expiring => expiring::line(tx, actor, row, now_ms).await?,
            Kind::Application => Some(application(row, fact)),
            Kind::Standing => (row.object_id == actor.tenant_id).then(|| standing(fact)),
            Kind::Team => team(tx, actor, row).await?,
            Kind::Gateway => gateway(tx, actor, row, fact).await?,
        };
        Ok(told.map(|(words, href)| Line {
            text: match language {
                Language::English => words.english,
                Language::Thai => words.thai,
            },
            href,
        }))
    }

    async fn alarm(&mut self, tx: &mut Tx, row: &Row) -> Result<Told, Error> {
        let Some(scope) = scope(self.actor, Item::Workload) else { return self.own_alarm(tx, row).await };
        if self.open.is_none() {
            self.open = Some(workload::queue(tx, &scope, self.now_ms, workload::Order::Deadline).await?);
        }
        let open = self.open.iter().flatten().find(|item| item.id == row.object_id).cloned();
        let item = match open {
            Some(item) => Some(item),
            None => workload::item(tx, &scope, &row.object_id, self.now_ms).await?,
        };
        let Some(item) = item else { return self.own_alarm(tx, row).await };
        Ok(Some({
            let (title, device, customer) = (&item.title, &item.device.1, &item.customer.1);
            let words = words(
                format!("Alarm on {device} of {customer}: {title}"),
                format!("สัญญาณเตือนจาก {device} ของ {customer}: {title}"),
            );
            (words, format!("/partners/workload/{}", item.id))
        }))
    }

    /// An alarm as the owner of the device reads it.
    async fn own_alarm(&self, tx: &mut Tx, row: &Row) -> Result<Told, Error> {
        let Some(scope) = scope(self.actor, Item::MyDevices) else { return Ok(None) };
        let Some(alarm) = store::own_alarm(tx, &scope, &row.object_id).await? else { return Ok(None) };
        let Some(seen) = coverage::device(tx, &scope, &alarm.device_id, self.now_ms).await? else {
            return Ok(None);
        };
        let (title, device) = (&alarm.title, &seen.device.name);
        let words = words(format!("Alarm on {device}: {title}"), format!("สัญญาณเตือนจาก {device}: {title}"));
        Ok(Some((words, format!("/portal/devices/{}", alarm.device_id))))
    }
}

pub(super) type Told = Option<(Words, String)>;

pub(super) fn scope(actor: &Actor, item: Item) -> Option<Scope> {
    actor.may(Action::See(item)).ok()
}

async fn deal(tx: &mut Tx, actor: &Actor, row: &Row, fact: Fact, now_ms: i64) -> Result<Told, Error> {
    for (item, root) in [(Item::Deals, "/partners/deals"), (Item::Pipeline, "/pipeline/deals")] {
        let Some(scope) = scope(actor, item) else { continue };
        let Some((deal, _)) = funnel::deal(tx, &scope, &row.object_id, now_ms).await? else { continue };
        let core = deal.core();
        let (who, did) = (&row.by_name, |language| fact.words_in(language));
        let words = match (core.title.shown(), core.customer.shown()) {
            (Some(title), Some(customer)) => words(
                format!("{who} {}: {title}, for {customer}", did(Language::English)),
                format!("{who} {}: {title} สำหรับ {customer}", did(Language::Thai)),
            ),
            _ => words("A deal moved".to_owned(), "ดีลมีความเคลื่อนไหว".to_owned()),
        };
        return Ok(Some((words, format!("{root}/{}", core.id))));
    }
    Ok(None)
}

async fn request(tx: &mut Tx, actor: &Actor, row: &Row, now_ms: i64) -> Result<Told, Error> {
    let Some(scope) = scope(actor, Item::Sharing) else { return Ok(None) };
    let Some(seen) = coverage::device(tx, &scope, &row.object_id, now_ms).await? else { return Ok(None) };
    let (who, device) = (&row.by_name, &seen.device.name);
    let words = words(format!("{who} asks for access to {device}"), format!("{who} ขอสิทธิ์เข้าถึง {device}"));
    Ok(Some((words, "/portal/sharing".to_owned())))
}

async fn grant(tx: &mut Tx, actor: &Actor, row: &Row, fact: Fact, now_ms: i64) -> Result<Told, Error> {
    let Some(scope) = scope(actor, Item::CoveredDevices) else { return Ok(None) };
    if fact == Fact::AccessDeclined {
        let Some(seen) = coverage::device(tx, &scope, &row.object_id, now_ms).await? else { return Ok(None) };
        let (owner, device) = (&seen.device.customer_name, &seen.device.name);
        let words = words(
            format!("{owner} declined your request for {device}"),
            format!("{owner} ปฏิเสธคำขอของคุณสำหรับ {device}"),
        );
        return Ok(Some((words, format!("/partners/devices/{}", seen.device.id))));
    }
    let Some(owner) = store::grantor(tx, &scope, &row.object_id).await? else { return Ok(None) };
    let words = match fact {
        Fact::GrantMade => words(
            format!("{owner} lets you see more of its devices"),
            format!("{owner} ให้คุณเห็นข้อมูลอุปกรณ์เพิ่มขึ้น"),
        ),
        Fact::GrantRevoked => {
            words(format!("{owner} took access to its devices back"), format!("{owner} เพิกถอนสิทธิ์เข้าถึงอุปกรณ์"))
        }
        _ => words(format!("{owner} lets you see less of its devices"), format!("{owner} ลดสิทธิ์เข้าถึงอุปกรณ์")),
    };
    Ok(Some((words, "/partners/devices".to_owned())))
}

fn application(row: &Row, fact: Fact) -> (Words, String) {
    let who = &row.by_name;
    let words = match fact {
        Fact::ApplicationWithdrawn => {
            words(format!("{who} withdrew its application"), format!("{who} ถอนใบสมัคร"))
        }
        Fact::ApplicationResubmitted => {
            words(format!("{who} sent its application again"), format!("{who} ส่งใบสมัครอีกครั้ง"))
        }
        _ => words(format!("{who} applies to become a partner"), format!("{who} สมัครเป็นพาร์ตเนอร์")),
    };
    (words, format!("/admin/applications/{}", row.object_id))
}

fn standing(fact: Fact) -> (Words, String) {
    let words = match fact {
        Fact::PartnerSuspended => ("Your Partners app was suspended", "แอป Partners ของคุณถูกระงับ"),
        Fact::TierGranted => ("RiverSync granted you another tier", "RiverSync ให้ระดับพาร์ตเนอร์ใหม่แก่คุณ"),
        Fact::PartnerReinstated => ("Your Partners app is open again", "แอป Partners ของคุณเปิดใช้งานอีกครั้ง"),
        _ => ("The terms of your partnership changed", "เงื่อนไขความเป็นพาร์ตเนอร์ของคุณเปลี่ยนไป"),
    };
    (self::words(words.0.to_owned(), words.1.to_owned()), "/account/enrolment".to_owned())
}

async fn team(tx: &mut Tx, actor: &Actor, row: &Row) -> Result<Told, Error> {
    let lists = [
        (Item::Team, "/partners/team"),
        (Item::PortalTeam, "/portal/team"),
        (Item::StaffTeam, "/admin/team"),
    ];
    let open = lists.into_iter().find_map(|(item, href)| Some((scope(actor, item)?, href)));
    let Some((scope, href)) = open else { return Ok(None) };
    let members = identity::members(tx, scope.tenant_id()).await?;
    let Some(member) = members.into_iter().find(|member| member.person_id == row.object_id) else {
        return Ok(None);
    };
    let name = member.name;
    let words = words(format!("{name} accepted the invitation"), format!("{name} ตอบรับคำเชิญแล้ว"));
    Ok(Some((words, href.to_owned())))
}

async fn gateway(tx: &mut Tx, actor: &Actor, row: &Row, fact: Fact) -> Result<Told, Error> {
    let Some(scope) = scope(actor, Item::Agents) else { return Ok(None) };
    let agents = enrolment::agents(tx, &scope).await?;
    let Some(agent) = agents.into_iter().find(|agent| agent.id == row.object_id) else { return Ok(None) };
    let (id, owner) = (agent.id, agent.tenant_name);
    let words = match fact {
        Fact::AgentRevoked => words(
            format!("Gateway {id} of {owner} was shut out"),
            format!("เกตเวย์ {id} ของ {owner} ถูกตัดการเชื่อมต่อ"),
        ),
        _ => {
            words(format!("Gateway {id} of {owner} came in"), format!("เกตเวย์ {id} ของ {owner} เข้าสู่ระบบแล้ว"))
        }
    };
    Ok(Some((words, "/admin/agents".to_owned())))
}
