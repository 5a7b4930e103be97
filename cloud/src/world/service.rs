//! What is owned and serviced: sites, gateways, devices, agreements, coverage, grants (PORTAL section 0).

use super::Story;
use crate::domains::coverage::found::{
    NewDevice, add_agreement, add_coverage, add_device, add_grant, add_model,
};
use crate::domains::coverage::{
    Agreement, Coverage, Grant, Metric, MetricKind, Sale, ServiceLevel, Window, add_sales,
};
use crate::domains::enrolment::add_agent;
use crate::platform::base::{BANGKOK, Money};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use jiff::civil::{Date, date};

use MetricKind::{Bool, Numeric};
use ServiceLevel::{Basic, Gold, Platinum};

/// Name, label, unit, digits, kind: as the gateways' profiles spell them.
type MetricLine = (&'static str, &'static str, &'static str, u8, MetricKind);

const MODELS: &[(&str, &str, &[MetricLine])] = &[
    (
        "rs-pump",
        "RiverSync Pump",
        &[
            ("power", "Power", "kW", 1, Numeric),
            ("temp", "Temperature", "°C", 1, Numeric),
            ("vibration", "Vibration", "mm/s", 2, Numeric),
            ("flow", "Flow", "m³/h", 1, Numeric),
            ("pressure", "Pressure", "bar", 2, Numeric),
            ("energy", "Energy", "kWh", 0, Numeric),
            ("running", "Running", "", 0, Bool),
            ("fault", "Fault code", "", 0, Numeric),
        ],
    ),
    (
        "rs-inverter",
        "RiverSync Inverter",
        &[
            ("power", "Power", "kW", 1, Numeric),
            ("temp", "Temperature", "°C", 1, Numeric),
            ("voltage", "Voltage", "V", 1, Numeric),
            ("current", "Current", "A", 1, Numeric),
            ("frequency", "Frequency", "Hz", 2, Numeric),
            ("energy", "Energy", "kWh", 0, Numeric),
            ("status", "Status code", "", 0, Numeric),
        ],
    ),
    (
        "rs-meter",
        "RiverSync Meter",
        &[
            ("power", "Power", "kW", 1, Numeric),
            ("voltage", "Voltage", "V", 1, Numeric),
            ("current", "Current", "A", 1, Numeric),
            ("energy", "Energy", "kWh", 0, Numeric),
            ("power_factor", "Power factor", "", 2, Numeric),
            ("temp", "Temperature", "°C", 1, Numeric),
        ],
    ),
    (
        "rs-coldroom",
        "RiverSync Cold room",
        &[
            ("temp", "Temperature", "°C", 1, Numeric),
            ("power", "Power", "kW", 1, Numeric),
            ("humidity", "Humidity", "%", 0, Numeric),
            ("door", "Door open", "", 0, Bool),
            ("setpoint", "Set point", "°C", 1, Numeric),
        ],
    ),
    (
        "rs-flow",
        "RiverSync Flow sensor",
        &[
            ("flow", "Flow", "m³/h", 1, Numeric),
            ("total", "Total", "m³", 0, Numeric),
            ("temp", "Temperature", "°C", 1, Numeric),
            ("battery", "Battery", "%", 0, Numeric),
        ],
    ),
];

const fn device(
    id: &'static str,
    name: &'static str,
    model_id: &'static str,
    tenant_id: &'static str,
    site: &'static str,
    agent_id: Option<&'static str>,
    serial: &'static str,
) -> NewDevice<'static> {
    NewDevice { id, name, model_id, tenant_id, site, agent_id, serial }
}

const DEVICES: &[NewDevice<'static>] = &[
    device("D-BF-1", "Chilled water pump 1", "rs-pump", "bkkfoods", "Bangkok", Some("A-BF"), "RSP-240117"),
    device("D-BF-2", "Roof inverter", "rs-inverter", "bkkfoods", "Bangkok", Some("A-BF"), "RSI-240342"),
    device("D-BF-3", "Cold room 1", "rs-coldroom", "bkkfoods", "Bangkok", Some("A-BF"), "RSC-230958"),
    device("D-BF-4", "Main meter", "rs-meter", "bkkfoods", "Bangkok", Some("A-BF"), "RSM-230071"),
    device("D-BF-5", "Waste water pump", "rs-pump", "bkkfoods", "Bangkok", Some("A-BF"), "RSP-220519"),
    device("D-SR-1", "Latex pump 1", "rs-pump", "southrubber", "Hat Yai", Some("A-SR"), "RSP-250204"),
    device("D-SR-2", "Dryer inverter", "rs-inverter", "southrubber", "Hat Yai", Some("A-SR"), "RSI-250118"),
    device("D-SR-3", "Water intake", "rs-flow", "southrubber", "Hat Yai", Some("A-SR"), "RSF-250033"),
    device("D-SR-4", "Latex pump 2", "rs-pump", "southrubber", "Hat Yai", Some("A-SR"), "RSP-250205"),
    device("D-LC-1", "Well pump", "rs-pump", "lonely", "Chiang Mai", None, "RSP-210008"),
    device("D-NE-1", "Office meter", "rs-meter", "nera", "Bangkok", None, "RSM-240260"),
];

/// Id, customer, partner, level, first day, first day after, worth a year in THB, devices.
type AgreementLine =
    (&'static str, &'static str, &'static str, ServiceLevel, Date, Date, i64, &'static [&'static str]);

const SOUTH: &[&str] = &["D-SR-1", "D-SR-2", "D-SR-3", "D-SR-4"];
/// The day on which Southern Thailand passes to its new partner.
const MOVE: Date = date(2026, 8, 1);

const AGREEMENTS: &[AgreementLine] = &[
    ("AG-BF-1", "bkkfoods", "nera", Platinum, date(2026, 1, 1), date(2027, 1, 1), 480_000, &["D-BF-1"]),
    ("AG-BF-2", "bkkfoods", "nera", Gold, date(2025, 10, 8), date(2026, 10, 8), 264_000, &["D-BF-2"]),
    ("AG-BF-3", "bkkfoods", "nera", Gold, date(2026, 3, 1), date(2027, 3, 1), 228_000, &["D-BF-3"]),
    ("AG-BF-4", "bkkfoods", "nera", Basic, date(2026, 2, 1), date(2027, 2, 1), 60_000, &["D-BF-4"]),
    ("AG-SR-1", "southrubber", "nera", Gold, date(2025, 8, 1), MOVE, 720_000, SOUTH),
    ("AG-SR-2", "southrubber", "huawei-th", Gold, MOVE, date(2027, 8, 1), 696_000, SOUTH),
];

const SOUTH_METRICS: &[(&str, &[&str])] = &[
    ("D-SR-1", &["power", "temp"]),
    ("D-SR-2", &["power", "temp"]),
    ("D-SR-3", &["flow", "temp"]),
    ("D-SR-4", &["power", "temp"]),
];

/// Id, customer, partner, who made it, first day, first day after, metrics by device.
type GrantLine = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Date,
    Date,
    &'static [(&'static str, &'static [&'static str])],
);

const GRANTS: &[GrantLine] = &[
    (
        "grant_bf_nera",
        "bkkfoods",
        "nera",
        "bkk.admin",
        date(2026, 1, 1),
        date(2027, 1, 1),
        &[("D-BF-1", &["power", "temp"]), ("D-BF-2", &["power", "temp"]), ("D-BF-3", &["power", "temp"])],
    ),
    (
        "grant_sr_nera",
        "southrubber",
        "nera",
        "south.admin",
        date(2025, 8, 1),
        date(2026, 12, 31),
        SOUTH_METRICS,
    ),
    ("grant_sr_huawei", "southrubber", "huawei-th", "south.admin", MOVE, date(2027, 8, 1), SOUTH_METRICS),
];

/// Plants it.
pub(super) async fn plant(story: &Story<'_>, tx: &mut Tx) -> Result<(), Error> {
    for (id, label, metrics) in MODELS {
        let metrics: Vec<Metric> = metrics.iter().map(metric).collect();
        add_model(tx, id, label, &metrics).await?;
    }
    add_agent(tx, "A-BF", "bkkfoods", "Bangkok").await?;
    add_agent(tx, "A-SR", "southrubber", "Hat Yai").await?;
    for device in DEVICES {
        add_device(tx, *device).await?;
    }
    // Sold, and not linked by who bought them yet.
    let sale = |serial, model_id, purchase_number, day| Sale {
        serial,
        model_id,
        vendor_id: "riversync",
        purchase_number,
        sold_ms: story.start_of_day_ms(day),
    };
    let sales = [
        sale("RSM-260031", "rs-meter", "INV-2026-0117", date(2026, 6, 12)),
        sale("RSP-260044", "rs-pump", "INV-2026-0121", date(2026, 6, 26)),
    ];
    add_sales(tx, &sales).await?;
    for line in AGREEMENTS {
        agreement(story, tx, line).await?;
    }
    for line in GRANTS {
        grant(story, tx, line).await?;
    }
    Ok(())
}

fn metric((name, label, unit, decimals, kind): &MetricLine) -> Metric {
    Metric {
        name: (*name).to_owned(),
        label: (*label).to_owned(),
        unit: (*unit).to_owned(),
        decimals: *decimals,
        kind: *kind,
    }
}

fn window(story: &Story<'_>, first: Date, after: Date) -> Window {
    Window { from_ms: story.start_of_day_ms(first), until_ms: story.start_of_day_ms(after) }
}

async fn agreement(story: &Story<'_>, tx: &mut Tx, line: &AgreementLine) -> Result<(), Error> {
    let (id, customer_id, partner_id, service_level, first, after, baht, devices) = *line;
    let window = window(story, first, after);
    let agreement = Agreement {
        id: id.to_owned(),
        customer_id: customer_id.to_owned(),
        customer_name: String::new(),
        partner_id: partner_id.to_owned(),
        partner_name: String::new(),
        service_level,
        window,
        zone: BANGKOK.to_owned(),
        value: Money::new(baht * 100, "THB"),
    };
    add_agreement(tx, &agreement).await?;
    for device_id in devices {
        let coverage = Coverage {
            device_id: (*device_id).to_owned(),
            partner_id: partner_id.to_owned(),
            agreement_id: id.to_owned(),
            window,
        };
        add_coverage(tx, &format!("{id}/{device_id}"), &coverage).await?;
    }
    Ok(())
}

async fn grant(story: &Story<'_>, tx: &mut Tx, line: &GrantLine) -> Result<(), Error> {
    let (id, customer_id, partner_id, made_by, first, after, devices) = *line;
    let window = window(story, first, after);
    let items = devices.iter().flat_map(|(device, metrics)| {
        metrics.iter().map(|metric| ((*device).to_owned(), (*metric).to_owned()))
    });
    let grant = Grant {
        id: id.to_owned(),
        revision: 1,
        customer_id: customer_id.to_owned(),
        partner_id: partner_id.to_owned(),
        purpose: "Remote service under the agreement".to_owned(),
        min_interval_ms: 0,
        window,
        revoked_ms: None,
        made_ms: window.from_ms.min(story.app.clock.now_ms()),
        items: items.collect(),
    };
    Ok(add_grant(tx, &grant, made_by).await?)
}
