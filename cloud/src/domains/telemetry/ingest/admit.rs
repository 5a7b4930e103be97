//! May this batch be recorded? Its schema is checked against the grants, its outline against its schema; no point is
//! decoded.
//!
//! What a schema's groups may carry is worked out once per policy epoch: every change of grants or coverage raises
//! the epoch in its own transaction, so a remembered answer is never older than the grants.

use super::store;
use crate::domains::coverage::{self, Window};
use crate::platform::db::{DbError, Tx};
use riversync_protocol::pack::MAX_POINTS;
use riversync_protocol::v1::{Alarm, PackedBatch, PolicyRow, Schema, SchemaHash};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Remembered answers before all are forgotten.
const MAX_KNOWN: usize = 4_096;

/// What the groups of one schema may carry under one policy.
#[derive(Debug)]
pub(super) struct Admitted {
    /// Columns of each group.
    widths: Vec<usize>,
    /// For each group, the windows in which all of its columns are granted; `None` for a foreign device.
    windows: Vec<Option<Vec<Window>>>,
}

/// What an agent may send under one policy epoch.
#[derive(Debug)]
struct OfAgent {
    policy_epoch: i64,
    rows: Arc<Vec<PolicyRow>>,
    schemas: HashMap<SchemaHash, Arc<Admitted>>,
}

/// Remembered answers, by agent.
#[derive(Debug, Default)]
pub(super) struct Known {
    agents: Mutex<HashMap<String, OfAgent>>,
    /// When an agent's refusal was last written to its owner's log.
    pub(super) alerted_ms: Mutex<HashMap<String, i64>>,
}

impl Known {
    fn get(&self, agent_id: &str, policy_epoch: i64, hash: SchemaHash) -> Option<Arc<Admitted>> {
        let agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        let of = agents.get(agent_id).filter(|of| of.policy_epoch == policy_epoch)?;
        of.schemas.get(&hash).cloned()
    }

    /// What the schema may carry under the newest policy that is known here, and the epoch of that policy: worth
    /// something only where the epoch is compared with the agent's own in the transaction that stores.
    pub(super) fn newest(&self, agent_id: &str, hash: SchemaHash) -> Option<(i64, Arc<Admitted>)> {
        let agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        let of = agents.get(agent_id)?;
        Some((of.policy_epoch, of.schemas.get(&hash).cloned()?))
    }

    fn put(
        &self,
        agent_id: &str,
        policy_epoch: i64,
        rows: &Arc<Vec<PolicyRow>>,
        schema: Option<(SchemaHash, Arc<Admitted>)>,
    ) {
        let mut agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        if agents.values().map(|of| of.schemas.len() + 1).sum::<usize>() > MAX_KNOWN {
            agents.clear();
        }
        let of = agents.entry(agent_id.to_owned()).or_insert_with(|| OfAgent {
            policy_epoch,
            rows: rows.clone(),
            schemas: HashMap::new(),
        });
        if of.policy_epoch != policy_epoch {
            *of = OfAgent { policy_epoch, rows: rows.clone(), schemas: HashMap::new() };
        }
        of.schemas.extend(schema);
    }

    /// The policy rows of an agent, which hold until its epoch changes.
    pub(super) async fn rows(
        &self,
        tx: &mut Tx,
        agent_id: &str,
        policy_epoch: i64,
        now_ms: i64,
    ) -> Result<Arc<Vec<PolicyRow>>, DbError> {
        let remembered = {
            let agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
            agents.get(agent_id).filter(|of| of.policy_epoch == policy_epoch).map(|of| of.rows.clone())
        };
        if let Some(rows) = remembered {
            return Ok(rows);
        }
        let rows = Arc::new(coverage::policy_rows(tx, agent_id, now_ms).await?);
        self.put(agent_id, policy_epoch, &rows, None);
        Ok(rows)
    }

    /// What the schema of a batch may carry; `None` when the schema is not here.
    pub(super) async fn admitted(
        &self,
        tx: &mut Tx,
        agent_id: &str,
        policy_epoch: i64,
        hash: SchemaHash,
        now_ms: i64,
    ) -> Result<Option<Arc<Admitted>>, DbError> {
        if let Some(known) = self.get(agent_id, policy_epoch, hash) {
            return Ok(Some(known));
        }
        let Some(schema) = store::schema(tx, hash).await? else { return Ok(None) };
        let rows = self.rows(tx, agent_id, policy_epoch, now_ms).await?;
        let own = coverage::devices_of_agent(tx, agent_id).await?.into_iter().map(|d| d.id).collect();
        let admitted = Arc::new(admit(&schema, &rows, &own));
        self.put(agent_id, policy_epoch, &rows, Some((hash, admitted.clone())));
        Ok(Some(admitted))
    }
}

/// What each group of `schema` may carry when only `rows` are granted and only `own` devices are the agent's.
fn admit(schema: &Schema, rows: &[PolicyRow], own: &HashSet<String>) -> Admitted {
    let mut granted: HashMap<(&str, &str), Vec<Window>> = HashMap::new();
    for row in rows {
        let window = Window { from_ms: row.from_ms, until_ms: row.until_ms };
        granted.entry((row.device.as_str(), row.metric.as_str())).or_default().push(window);
    }
    let windows = schema.groups.iter().map(|group| {
        own.contains(group.device.as_str()).then(|| {
            let mut all = vec![Window { from_ms: i64::MIN, until_ms: i64::MAX }];
            for column in &group.columns {
                let of = granted.get(&(group.device.as_str(), column.metric.as_str()));
                let of = of.map_or(&[][..], Vec::as_slice);
                all = all.iter().flat_map(|a| of.iter().filter_map(|b| a.meet(*b))).collect();
            }
            all
        })
    });
    Admitted { windows: windows.collect(), widths: schema.groups.iter().map(|g| g.columns.len()).collect() }
}

/// Why a batch is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It holds what is not granted.
    NotGranted,
    /// It is not a batch of its schema.
    Malformed(&'static str),
}

impl Admitted {
    /// Checks a batch's outline and that all it can hold is granted for its whole time and at `now_ms`.
    pub(super) fn check(&self, batch: &PackedBatch, now_ms: i64) -> Result<(), Fault> {
        if batch.first_ms > batch.last_ms || batch.columns.is_empty() || batch.spans.is_empty() {
            return Err(Fault::Malformed("the batch is empty or ends before it begins"));
        }
        let mut rows_of: HashMap<usize, u32> = HashMap::new();
        let (mut next, mut points) = (0_usize, 0_usize);
        for span in &batch.spans {
            let first = usize::from(span.first_group);
            let end = first + usize::from(span.groups);
            if first < next || end > self.widths.len() || span.groups == 0 || span.rows == 0 {
                return Err(Fault::Malformed("the batch's groups are out of order or not in its schema"));
            }
            next = end;
            for group in first..end {
                let width = self.widths.get(group).copied().unwrap_or(0);
                points = points
                    .saturating_add(width.saturating_mul(usize::try_from(span.rows).unwrap_or(usize::MAX)));
                self.granted(group, batch, now_ms)?;
                if !batch.quality.is_empty() {
                    rows_of.insert(group, span.rows);
                }
            }
        }
        if points > MAX_POINTS || usize::try_from(batch.points).ok() != Some(points) {
            return Err(Fault::Malformed(
                "the batch announces another number of samples than its groups have, or too many",
            ));
        }
        for run in &batch.quality {
            let rows = rows_of.get(&usize::from(run.group)).copied().unwrap_or(0);
            let width = self.widths.get(usize::from(run.group)).copied().unwrap_or(0);
            let inside = u64::from(run.start) + u64::from(run.len) <= u64::from(rows);
            if run.len == 0 || !inside || usize::from(run.column) >= width {
                return Err(Fault::Malformed("a quality run of the batch lies outside its column"));
            }
        }
        Ok(())
    }

    fn granted(&self, group: usize, batch: &PackedBatch, now_ms: i64) -> Result<(), Fault> {
        let windows = self.windows.get(group).and_then(Option::as_ref).ok_or(Fault::NotGranted)?;
        let holds = |w: &Window| w.holds(batch.first_ms) && w.holds(batch.last_ms) && w.holds(now_ms);
        if windows.iter().any(holds) { Ok(()) } else { Err(Fault::NotGranted) }
    }
}

/// Whether an alarm's metric is granted for its time and now.
pub(super) fn alarm_granted(rows: &[PolicyRow], alarm: &Alarm, now_ms: i64) -> bool {
    rows.iter().any(|row| {
        row.device == alarm.device
            && row.metric == alarm.metric
            && row.holds_at(alarm.at_ms)
            && row.holds_at(now_ms)
    })
}
