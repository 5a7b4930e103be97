//! What answers: the index names candidates among what the asker's organisation may find at all, the room shows each
//! through its lens, and only the words shown there decide.

use super::sources::{AGENT, AGREEMENT, DEVICE, ORGANISATION, PERSON, RECORD, Source, WORK};
use crate::domains::{channel, coverage, enrolment, funnel, identity, workload};
use crate::platform::access::{Action, Item, Party, Scope};
use crate::platform::db::{DbError, Tx};
use crate::platform::error::Error;
use crate::platform::search::{self, Audience, Rank, Words};
use crate::platform::web::Allowed;
use std::collections::BTreeSet;

/// How many of a kind are shown.
pub(super) const MOST: usize = 20;
/// How many candidates of a kind are looked at, so that one letter does not read everything there is.
const CANDIDATES: i64 = 200;

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
    /// At most [`MOST`].
    pub(super) hits: Vec<Hit>,
    /// Whether there are more than are shown.
    pub(super) is_cut: bool,
}

/// What the index names.
#[derive(Default)]
struct Candidates {
    ids: BTreeSet<String>,
    /// Whether it could name more than are looked at.
    more: bool,
}

/// Collects those of one kind.
struct Finder<'a> {
    words: &'a Words,
    hits: Vec<Hit>,
    more: bool,
}

impl<'a> Finder<'a> {
    /// Among candidates of which there are `more`.
    fn new(words: &'a Words, more: bool) -> Self {
        Self { words, hits: Vec::new(), more }
    }

    fn offer(&mut self, href: String, id: &str, title: &str, beside: &[&str]) {
        let mut texts = vec![id];
        texts.extend(beside);
        let Some(rank) = self.words.rank(title, &texts) else { return };
        let beside: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        let (id, title, beside) = (id.to_owned(), title.to_owned(), beside.join(" · "));
        self.hits.push(Hit { href, id, title, beside, rank });
    }

    fn group(mut self, kind: &'static str) -> Option<Group> {
        self.hits.sort_by(|a, b| (a.rank, &a.title, &a.id).cmp(&(b.rank, &b.title, &b.id)));
        // Whoever is shown nothing is not told either that others would be.
        let is_cut = self.more || self.hits.len() > MOST;
        self.hits.truncate(MOST);
        (!self.hits.is_empty()).then_some(Group { kind, hits: self.hits, is_cut })
    }
}

/// Who asks for what.
struct Question<'a> {
    allowed: &'a Allowed,
    words: &'a Words,
    now_ms: i64,
}

impl Question<'_> {
    /// The scope of an item's own page, if the asker may open it.
    fn scope(&self, item: Item) -> Option<Scope> {
        self.allowed.actor.may(Action::See(item)).ok()
    }

    /// The ids that the index has for these audiences: parts of what organisations may find.
    async fn candidates(
        &self,
        tx: &mut Tx,
        source: Source,
        audiences: &[(&str, &str)],
    ) -> Result<Candidates, DbError> {
        let audience = |(part, tenant_id): &(&str, &str)| Audience {
            tenant_id: (*tenant_id).to_owned(),
            part: (*part).to_owned(),
        };
        let audiences: Vec<Audience> = audiences.iter().map(audience).collect();
        let mut found = search::find(tx, source.kind, &audiences, self.words, CANDIDATES + 1).await?;
        let most = usize::try_from(CANDIDATES).unwrap_or(usize::MAX);
        let more = found.len() > most;
        found.truncate(most);
        Ok(Candidates { ids: found.into_iter().collect(), more })
    }
}

/// All that answers, by kind.
///
/// # Errors
/// When the index or the rooms cannot be read.
pub(super) async fn find(
    tx: &mut Tx,
    allowed: &Allowed,
    words: &Words,
    now_ms: i64,
) -> Result<Vec<Group>, Error> {
    let question = Question { allowed, words, now_ms };
    let groups = [
        covered(tx, &question).await?,
        mine(tx, &question).await?,
        work(tx, &question).await?,
        records(tx, &question).await?,
        agreements(tx, &question).await?,
        organisations(tx, &question).await?,
        agents(tx, &question).await?,
        people(tx, &question).await?,
    ];
    Ok(groups.into_iter().flatten().collect())
}

async fn covered(tx: &mut Tx, asked: &Question<'_>) -> Result<Option<Group>, Error> {
    let Some(scope) = asked.scope(Item::CoveredDevices) else { return Ok(None) };
    let Candidates { ids, more } = asked.candidates(tx, DEVICE, &[("covered", scope.tenant_id())]).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    let mut finder = Finder::new(asked.words, more);
    for found in coverage::covered_devices(tx, &scope, asked.now_ms).await? {
        let device = &found.device;
        if ids.contains(&device.id) {
            let beside = [device.model_label.as_str(), &device.customer_name, &device.site];
            finder.offer(format!("/partners/devices/{}", device.id), &device.id, &device.name, &beside);
        }
    }
    Ok(finder.group("covered_device"))
}

async fn mine(tx: &mut Tx, asked: &Question<'_>) -> Result<Option<Group>, Error> {
    let Some(scope) = asked.scope(Item::MyDevices) else { return Ok(None) };
    let Candidates { ids, more } = asked.candidates(tx, DEVICE, &[("own", scope.tenant_id())]).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    let mut finder = Finder::new(asked.words, more);
    for found in coverage::my_devices(tx, &scope, asked.now_ms).await? {
        let device = &found.device;
        if ids.contains(&device.id) {
            let beside = [device.model_label.as_str(), &device.site];
            finder.offer(format!("/portal/devices/{}", device.id), &device.id, &device.name, &beside);
        }
    }
    Ok(finder.group("my_device"))
}

async fn work(tx: &mut Tx, asked: &Question<'_>) -> Result<Option<Group>, Error> {
    let Some(scope) = asked.scope(Item::Workload) else { return Ok(None) };
    let Candidates { ids, more } = asked.candidates(tx, WORK, &[("covered", scope.tenant_id())]).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    let mut finder = Finder::new(asked.words, more);
    for item in workload::queue(tx, &scope, asked.now_ms, workload::Order::Deadline).await? {
        if ids.contains(&item.id) {
            let beside = [item.device.1.as_str(), &item.customer.1];
            finder.offer(format!("/partners/workload/{}", item.id), &item.id, &item.title, &beside);
        }
    }
    Ok(finder.group("work_item"))
}

/// Records of every rung whose page the asker may open. A masked title or customer is no text to compare.
async fn records(tx: &mut Tx, asked: &Question<'_>) -> Result<Option<Group>, Error> {
    let mut finder = Finder::new(asked.words, false);
    for (item, root) in [(Item::Deals, "/partners/deals"), (Item::Pipeline, "/pipeline/deals")] {
        let Some(scope) = asked.scope(item) else { continue };
        let Candidates { ids, more } = record_ids(tx, asked, &scope).await?;
        finder.more |= more;
        for id in ids {
            let Some((deal, _)) = funnel::deal(tx, &scope, &id, asked.now_ms).await? else { continue };
            if !asked.allowed.actor.can(Action::See(rung(scope.party(), deal.stage()))) {
                continue;
            }
            let core = deal.core();
            let Some(title) = core.title.shown() else { continue };
            let customer = core.customer.shown().map_or("", String::as_str);
            let side = deal.beside(asked.allowed.view.language());
            let side = side.shown().map_or("", String::as_str);
            let quote = core.quote.shown().and_then(Option::as_ref).map_or("", |quote| quote.number.as_str());
            let beside = [customer, side, deal.stage().label_in(asked.allowed.view.language()), quote];
            finder.offer(format!("{root}/{}", core.id), &core.id, title, &beside);
        }
    }
    Ok(finder.group("record"))
}

async fn record_ids(tx: &mut Tx, asked: &Question<'_>, scope: &Scope) -> Result<Candidates, DbError> {
    let own = scope.tenant_id();
    match scope.party() {
        Party::Customer => Ok(Candidates::default()),
        Party::Reseller => asked.candidates(tx, RECORD, &[("own", own)]).await,
        Party::Vendor => asked.candidates(tx, RECORD, &[("program", own)]).await,
        Party::Distributor => {
            let agreements = channel::agreements(tx, scope, asked.now_ms).await?;
            let active = agreements.iter().filter(|agreement| {
                agreement.status == channel::Status::Active && agreement.distributor.id == own
            });
            let mut audiences = vec![("channel", own)];
            audiences.extend(active.map(|agreement| ("handled", agreement.reseller.id.as_str())));
            asked.candidates(tx, RECORD, &audiences).await
        }
    }
}

fn rung(party: Party, stage: funnel::stages::Stage) -> Item {
    use funnel::stages::Stage;
    match (party, stage) {
        (Party::Vendor, _) => Item::Pipeline,
        (_, Stage::Lead) => Item::Leads,
        (_, Stage::Opportunity) => Item::Opportunities,
        (_, Stage::Deal) => Item::Deals,
        (_, Stage::Quote) => Item::Quotes,
        (_, Stage::Closed) => Item::Closed,
    }
}

/// Who distributes for whom, by the other side's name.
async fn agreements(tx: &mut Tx, asked: &Question<'_>) -> Result<Option<Group>, Error> {
    let lists = [
        (Item::MyDistributors, "/partners/distributors"),
        (Item::DistributionAgreements, "/partners/agreements"),
        (Item::Resellers, "/partners/resellers"),
    ];
    let open = lists.into_iter().find_map(|(item, href)| Some((asked.scope(item)?, href)));
    let Some((scope, href)) = open else { return Ok(None) };
    let Candidates { ids, more } = asked.candidates(tx, AGREEMENT, &[("side", scope.tenant_id())]).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    let mut finder = Finder::new(asked.words, more);
    for agreement in channel::agreements(tx, &scope, asked.now_ms).await? {
        if ids.contains(&agreement.id) {
            let is_ours = agreement.distributor.id == scope.tenant_id();
            let other = if is_ours { &agreement.reseller.name } else { &agreement.distributor.name };
            finder.offer(
                href.to_owned(),
                &agreement.id,
                other,
                &[&agreement.region, &agreement.product_line],
            );
        }
    }
    Ok(finder.group("agreement"))
}

async fn organisations(tx: &mut Tx, asked: &Question<'_>) -> Result<Option<Group>, Error> {
    let Some(scope) = asked.scope(Item::Organisations) else { return Ok(None) };
    let Candidates { ids, more } =
        asked.candidates(tx, ORGANISATION, &[("program", scope.tenant_id())]).await?;
    let mut finder = Finder::new(asked.words, more);
    for id in &ids {
        if let Some(name) = enrolment::organisation_name(tx, &scope, id).await? {
            finder.offer(format!("/admin/partners/{id}"), id, &name, &[]);
        }
    }
    Ok(finder.group("organisation"))
}

async fn agents(tx: &mut Tx, asked: &Question<'_>) -> Result<Option<Group>, Error> {
    let Some(scope) = asked.scope(Item::Agents) else { return Ok(None) };
    let Candidates { ids, more } = asked.candidates(tx, AGENT, &[("program", scope.tenant_id())]).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    let mut finder = Finder::new(asked.words, more);
    for agent in enrolment::agents(tx, &scope).await?.iter().filter(|agent| ids.contains(&agent.id)) {
        finder.offer("/admin/agents".to_owned(), &agent.id, &agent.tenant_name, &[&agent.site]);
    }
    Ok(finder.group("agent"))
}

/// People of one's own organisation, for those who may open its list.
async fn people(tx: &mut Tx, asked: &Question<'_>) -> Result<Option<Group>, Error> {
    let lists = [
        (Item::Team, "/partners/team"),
        (Item::PortalTeam, "/portal/team"),
        (Item::StaffTeam, "/admin/team"),
    ];
    let open = lists.into_iter().find_map(|(item, href)| Some((asked.scope(item)?, href)));
    let Some((scope, href)) = open else { return Ok(None) };
    let Candidates { ids, more } = asked.candidates(tx, PERSON, &[("member", scope.tenant_id())]).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    let mut finder = Finder::new(asked.words, more);
    for member in identity::members(tx, scope.tenant_id()).await? {
        if ids.contains(&member.person_id) {
            finder.offer(href.to_owned(), &member.email, &member.name, &[]);
        }
    }
    Ok(finder.group("person"))
}
