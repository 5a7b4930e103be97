//! Setting the stage: build, cloud, sites, gateways, in the order in which they need each other.

use crate::cloud::{self, Cloud};
use crate::gateway::{self, Gateway};
use crate::process::build_products;
use crate::proof::Name;
use crate::site::layout::{BKK_FOODS, SOUTH_RUBBER};
use crate::site::{Layout, Profile, Script, Site};
use crate::wait::until;
use anyhow::{Context as _, Result, ensure};
use sqlx::Row as _;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

const FIRST_DATA_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// What is to be played.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Which sites.
    pub layouts: Vec<Layout>,
    /// Port of the portal, 0 for any.
    pub port: u16,
    /// The day of the story; today without one. Gateways doubt a cloud whose clock is not theirs, and rightly send it
    /// nothing, so on another day there are none.
    pub clock: Option<String>,
    /// Canaries in everything ungranted, serials in what is granted, trace logs, recorded bodies.
    pub judged: bool,
    /// How often sensors speak.
    pub sensor_interval: Duration,
    /// How long readings are gathered into one batch.
    pub batch: &'static str,
    /// Hears what is done next.
    pub progress: fn(&str),
}

impl Cast {
    /// Both sites of the demo world, to be judged afterwards.
    pub fn judged() -> Self {
        let layouts = vec![BKK_FOODS, SOUTH_RUBBER];
        let sensor_interval = Duration::from_secs(1);
        Self { layouts, port: 0, clock: None, judged: true, sensor_interval, batch: "1s", progress: |_| {} }
    }

    /// Only BKKFoods, to be judged afterwards.
    pub fn one_site() -> Self {
        Self { layouts: vec![BKK_FOODS], ..Self::judged() }
    }
}

/// Everything that runs.
pub struct Stage {
    /// The cloud.
    pub cloud: Cloud,
    /// Each site with its gateway.
    pub sites: Vec<(Site, Gateway)>,
    /// What the gateways may let out, as (device, metric).
    pub granted: BTreeSet<Name>,
    /// Metrics whose values name the reading that saw them, and where they begin.
    pub serials: BTreeMap<Name, u64>,
}

impl Stage {
    /// Starts everything in `folder` and returns when every gateway has brought data. On another day than today only the
    /// cloud is started.
    ///
    /// # Errors
    /// When a part does not come up; its last words are in the sentence.
    pub async fn set(folder: &Path, cast: &Cast) -> Result<Self> {
        let step = cast.progress;
        step("building the agent and the cloud (the first time takes some minutes)");
        build_products(cast.judged).await?;
        step("planting the demo world and starting the cloud");
        let log = if cast.judged { "trace,sqlx=info" } else { "info,sqlx=warn" };
        let wish = cloud::Wish {
            portal_port: cast.port,
            clock: cast.clock.clone(),
            log: Some(log.to_owned()),
            database_url: None,
            settings: None,
            by_name: false,
        };
        let mut cloud = Cloud::start(&folder.join("cloud"), &wish).await?;
        let granted = granted(&cloud).await?;
        ensure!(!granted.is_empty(), "nobody granted anything in the demo world");
        let serials = if cast.judged { serials(&granted)? } else { BTreeMap::new() };
        let real = cast.judged.then(|| granted.clone());
        let script = Script { real, serials: serials.clone(), sensor_interval: cast.sensor_interval };
        let mut sites = Vec::new();
        if let Some(day) = &cast.clock {
            step(&format!(
                "the cloud lives on {day}: gateways would rightly doubt its clock, so none is started"
            ));
            return Ok(Self { cloud, sites, granted, serials });
        }
        for layout in cast.layouts.iter().copied() {
            let count = layout.devices.len();
            step(&format!(
                "starting {count} simulated devices at {} and its gateway {}",
                layout.customer, layout.agent
            ));
            let site = Site::start(layout, &script).await?;
            let home = folder.join(layout.agent);
            std::fs::create_dir_all(&home)?;
            let tables = site.agent_tables(&home)?;
            let log = if cast.judged { "trace" } else { "info" };
            let wish = gateway::Wish {
                log,
                batch: cast.batch,
                record_bodies: cast.judged,
                ..gateway::Wish::new(tables)
            };
            let mut gateway = Gateway::configure(&home, &wish).await?;
            gateway.enrol(&cloud.enrolment_code(layout.agent).await?).await?;
            gateway.start().await?;
            if !cast.judged {
                site.forget();
            }
            sites.push((site, gateway));
        }
        step("waiting for the first values to arrive");
        for (site, gateway) in &mut sites {
            let agent = site.layout.agent;
            until(&format!("values from {agent}"), FIRST_DATA_WITHIN, async || {
                cloud.process().check_running()?;
                gateway.process()?.check_running()?;
                let points = points(&cloud, agent).await?;
                ensure!(points > 0, "the cloud has no values from {agent} yet");
                Ok(())
            })
            .await
            .with_context(|| format!("the end of {}", gateway.log().display()))?;
        }
        Ok(Self { cloud, sites, granted, serials })
    }

    /// Runs until a part ends that should not.
    ///
    /// # Errors
    /// When one ended; its last words are in the sentence.
    pub async fn play(&mut self) -> Result<()> {
        let mut beat = tokio::time::interval(LOOK_EVERY);
        loop {
            beat.tick().await;
            self.cloud.process().check_running()?;
            for (_, gateway) in &mut self.sites {
                gateway.process()?.check_running()?;
            }
        }
    }
}

/// Points that the cloud has stored from one gateway.
///
/// # Errors
/// When the database does not answer.
pub async fn points(cloud: &Cloud, agent: &str) -> Result<i64> {
    let mut database = cloud.database().await?;
    let row = sqlx::query("SELECT coalesce(sum(points), 0) AS points FROM batch WHERE agent_id = ?")
        .bind(agent)
        .fetch_one(&mut database)
        .await?;
    Ok(row.get("points"))
}

/// What is granted now to a partner that covers the device now, read from the tables themselves.
async fn granted(cloud: &Cloud) -> Result<BTreeSet<Name>> {
    let mut database = cloud.database().await?;
    let now = crate::wait::now_ms();
    let rows = sqlx::query(
        "SELECT DISTINCT item.device_id AS device, item.metric AS metric FROM grant_item item \
         JOIN grant_revision held ON held.grant_id = item.grant_id AND held.revision = item.revision \
         JOIN coverage ON coverage.device_id = item.device_id AND coverage.partner_id = held.partner_id \
         WHERE held.revision = (SELECT max(revision) FROM grant_revision newest WHERE newest.grant_id = held.grant_id) \
         AND held.revoked_ms IS NULL AND held.from_ms <= ?1 AND ?1 < held.until_ms \
         AND coverage.from_ms <= ?1 AND ?1 < coverage.until_ms",
    )
    .bind(now)
    .fetch_all(&mut database)
    .await?;
    Ok(rows.iter().map(|row| (row.get("device"), row.get("metric"))).collect())
}

/// For each device one granted metric that can carry a serial.
fn serials(granted: &BTreeSet<Name>) -> Result<BTreeMap<Name, u64>> {
    let mut serials = BTreeMap::new();
    for layout in [BKK_FOODS, SOUTH_RUBBER] {
        for (device, profile) in layout.devices {
            let profile = Profile::load(profile)?;
            // A temperature would raise an alarm by counting, and a flag cannot count.
            let carries = profile.metrics.iter().filter(|metric| !metric.flag && metric.name != "temp");
            let mut names = carries.map(|metric| ((*device).to_owned(), metric.name.clone()));
            if let Some(name) = names.find(|name| granted.contains(name)) {
                serials.insert(name, 1_000);
            }
        }
    }
    Ok(serials)
}

impl Stage {
    /// The serial metrics of one site.
    pub fn serials_of(&self, site: &Site) -> BTreeMap<Name, u64> {
        let ours = |device: &str| site.layout.devices.iter().any(|(name, _)| *name == device);
        self.serials.iter().filter(|((device, _), _)| ours(device)).map(|(k, v)| (k.clone(), *v)).collect()
    }

    /// Grants of one customer that hold, by id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn grants_of(&self, customer: &str) -> Result<Vec<String>> {
        let mut database = self.cloud.database().await?;
        let rows = sqlx::query(
            "SELECT DISTINCT grant_id FROM grant_revision held WHERE customer_id = ? AND revoked_ms IS NULL \
             AND revision = (SELECT max(revision) FROM grant_revision newest WHERE newest.grant_id = held.grant_id)",
        )
        .bind(customer)
        .fetch_all(&mut database)
        .await?;
        Ok(rows.iter().map(|row| row.get("grant_id")).collect())
    }
}
