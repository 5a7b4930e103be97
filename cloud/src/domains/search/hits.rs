//! What the rooms' own lists show, as far as it answers.

use super::words::{Rank, Words};
use crate::domains::{coverage, funnel, identity, workload};
use crate::platform::access::{Action, Item, Party, Scope};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::Allowed;

/// How many of a kind are shown.
pub(super) const MOST: usize = 20;

/// A thing that answers.
pub(super) struct Hit {
    /// Its page.
    pub(super) href: String,
    /// Its id.
    pub(super) id: String,
    /// Its name.
    pub(super) title: String,
    /// What else it was compared by: whose it is, where it stands.
    pub(super) beside: String,
    rank: Rank,
}

/// Those of one kind, best first.
pub(super) struct Group {
    /// The kind's key.
    pub(super) kind: &'static str,
    /// As people read it.
    pub(super) heading: &'static str,
    /// At most [`MOST`].
    pub(super) hits: Vec<Hit>,
    /// Whether there are more than are shown.
    pub(super) is_cut: bool,
}

/// Collects those of one kind.
struct Finder<'a> {
    words: &'a Words,
    hits: Vec<Hit>,
}

impl<'a> Finder<'a> {
    fn new(words: &'a Words) -> Self {
        Self { words, hits: Vec::new() }
    }

    fn offer(&mut self, href: String, id: &str, title: &str, beside: &[&str]) {
        let mut texts = vec![id];
        texts.extend(beside);
        let Some(rank) = self.words.rank(title, &texts) else { return };
        let beside: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        let (id, title, beside) = (id.to_owned(), title.to_owned(), beside.join(" · "));
        self.hits.push(Hit { href, id, title, beside, rank });
    }

    fn group(mut self, kind: &'static str, heading: &'static str) -> Option<Group> {
        self.hits.sort_by(|a, b| (a.rank, &a.title, &a.id).cmp(&(b.rank, &b.title, &b.id)));
        let is_cut = self.hits.len() > MOST;
        self.hits.truncate(MOST);
        (!self.hits.is_empty()).then_some(Group { kind, heading, hits: self.hits, is_cut })
    }
}

/// The scope of an item's own page, if the asker may open it.
fn scope(allowed: &Allowed, item: Item) -> Option<Scope> {
    allowed.actor.may(Action::See(item)).ok()
}

/// All that answers, by kind.
///
/// # Errors
/// When the rooms cannot be read.
pub(super) async fn find(
    tx: &mut Tx,
    allowed: &Allowed,
    words: &Words,
    now_ms: i64,
) -> Result<Vec<Group>, Error> {
    let groups = [
        covered(tx, allowed, words, now_ms).await?,
        mine(tx, allowed, words, now_ms).await?,
        work(tx, allowed, words, now_ms).await?,
        records(tx, allowed, words, now_ms).await?,
        people(tx, allowed, words).await?,
    ];
    Ok(groups.into_iter().flatten().collect())
}

async fn covered(tx: &mut Tx, allowed: &Allowed, words: &Words, now_ms: i64) -> Result<Option<Group>, Error> {
    let Some(scope) = scope(allowed, Item::CoveredDevices) else { return Ok(None) };
    let mut finder = Finder::new(words);
    for found in coverage::covered_devices(tx, &scope, now_ms).await? {
        let device = &found.device;
        let beside = [device.model_label.as_str(), &device.customer_name, &device.site];
        finder.offer(format!("/partners/devices/{}", device.id), &device.id, &device.name, &beside);
    }
    Ok(finder.group("covered_device", "Covered devices"))
}

async fn mine(tx: &mut Tx, allowed: &Allowed, words: &Words, now_ms: i64) -> Result<Option<Group>, Error> {
    let Some(scope) = scope(allowed, Item::MyDevices) else { return Ok(None) };
    let mut finder = Finder::new(words);
    for found in coverage::my_devices(tx, &scope, now_ms).await? {
        let device = &found.device;
        let beside = [device.model_label.as_str(), &device.site];
        finder.offer(format!("/portal/devices/{}", device.id), &device.id, &device.name, &beside);
    }
    Ok(finder.group("my_device", "My devices"))
}

async fn work(tx: &mut Tx, allowed: &Allowed, words: &Words, now_ms: i64) -> Result<Option<Group>, Error> {
    let Some(scope) = scope(allowed, Item::Workload) else { return Ok(None) };
    let mut finder = Finder::new(words);
    for item in workload::queue(tx, &scope, now_ms, workload::Order::Deadline).await? {
        let beside = [item.device.1.as_str(), &item.customer.1];
        finder.offer(format!("/partners/workload/{}", item.id), &item.id, &item.title, &beside);
    }
    Ok(finder.group("work_item", "Open work"))
}

/// A masked title or customer is no text to compare.
async fn records(tx: &mut Tx, allowed: &Allowed, words: &Words, now_ms: i64) -> Result<Option<Group>, Error> {
    let mut finder = Finder::new(words);
    for item in [Item::Deals, Item::Pipeline] {
        let Some(scope) = scope(allowed, item) else { continue };
        for deal in funnel::deals(tx, &scope, now_ms).await? {
            let own = if scope.party() == Party::Vendor { Item::Pipeline } else { rung(deal.stage()) };
            if !allowed.actor.can(Action::See(own)) {
                continue;
            }
            let core = deal.core();
            let Some(title) = core.title.shown() else { continue };
            let root = if scope.party() == Party::Vendor { "/pipeline/deals" } else { "/partners/deals" };
            let customer = core.customer.shown().map_or("", String::as_str);
            finder.offer(format!("{root}/{}", core.id), &core.id, title, &[customer, deal.stage().label()]);
        }
    }
    Ok(finder.group("record", "Sales"))
}

fn rung(stage: funnel::stages::Stage) -> Item {
    use funnel::stages::Stage;
    match stage {
        Stage::Lead => Item::Leads,
        Stage::Opportunity => Item::Opportunities,
        Stage::Deal => Item::Deals,
        Stage::Quote => Item::Quotes,
        Stage::Closed => Item::Closed,
    }
}

/// People of one's own organisation, for those who may open its list.
async fn people(tx: &mut Tx, allowed: &Allowed, words: &Words) -> Result<Option<Group>, Error> {
    let lists = [
        (Item::Team, "/partners/team"),
        (Item::PortalTeam, "/portal/team"),
        (Item::StaffTeam, "/admin/team"),
    ];
    let open = lists.into_iter().find_map(|(item, href)| Some((scope(allowed, item)?, href)));
    let Some((scope, href)) = open else { return Ok(None) };
    let mut finder = Finder::new(words);
    for member in identity::members(tx, scope.tenant_id()).await? {
        finder.offer(href.to_owned(), &member.email, &member.name, &[]);
    }
    Ok(finder.group("person", "People"))
}
