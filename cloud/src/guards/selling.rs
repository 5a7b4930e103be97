//! Samples of what is sold: leads, deals, quotes.

use super::samples::{NERA, Sample, VENDOR, change, make, make_json, post_json, read};

/// Whoever handles Nera's deals.
const NERA_DEALS: &[&str] = &["nera", "megawarehouse", "eastdist"];
const ANDAMAN: &[&str] = &["andaman"];
/// Whoever handles Siam's.
const SIAM_DEALS: &[&str] = &["siam", "megawarehouse"];
const LEAD: &[(&str, &str)] = &[
    ("customer", "Sample Quarry"),
    ("title", "One meter"),
    ("contact", "Khun Sample"),
    ("phone", "02-555-0100"),
    ("consent", "yes"),
];
const LEAD_JSON: &str = r#"{"customer":"Sample Quarry","title":"Two meters","contact":"Khun Sample",
    "email":"khun@sample.example","consent":true}"#;

/// The samples, in an order in which one after the other can be done.
pub(super) const SELLING: &[Sample] = &[
    read("/partners/deals/{id}", "/partners/deals/DL-1", "nera.sales1", NERA_DEALS),
    read("/api/v1/deals/{id}", "/api/v1/deals/DL-2", "nera.sales2", NERA_DEALS),
    read("/pipeline/deals/{id}", "/pipeline/deals/DL-3", "rs.pipeline", VENDOR),
    read("/api/v1/pipeline/{id}", "/api/v1/pipeline/LD-3", "rs.pipeline", VENDOR),
    read("/partners/deals/{id}/register", "/partners/deals/OP-2/register", "andaman.admin", ANDAMAN),
    make(
        "/partners/deals",
        "nera.sales1",
        &[
            ("customer", "Sample Mill"),
            ("title", "Two pumps"),
            ("amount", "10"),
            ("currency", "THB"),
            ("channel", "eastdist"),
        ],
    ),
    make_json(
        "/api/v1/deals",
        "nera.sales1",
        r#"{"customer":"Sample Mill","title":"Three pumps","amount":"10","distributor":"eastdist"}"#,
    ),
    make("/partners/leads", "nera.sales1", LEAD),
    make("/pipeline/leads", "rs.pipeline", LEAD),
    make_json("/api/v1/leads", "nera.sales1", LEAD_JSON),
    make_json("/api/v1/pipeline/leads", "rs.pipeline", LEAD_JSON),
    change(
        "/partners/deals/{id}/register",
        "/partners/deals/OP-2/register",
        "andaman.admin",
        ANDAMAN,
        &[
            ("customer", "Krabi Palm"),
            ("title", "Press line retrofit"),
            ("amount", "10"),
            ("currency", "THB"),
            ("channel", "direct"),
        ],
    ),
    change("/partners/deals/{id}/{step}", "/partners/deals/DL-2/withdraw", "nera.sales2", NERA_DEALS, &[]),
    change(
        "/pipeline/deals/{id}/{step}",
        "/pipeline/deals/DL-4/return",
        "rs.pipeline",
        VENDOR,
        &[("reason", "Which pumps?")],
    ),
    post_json(
        "/api/v1/deals/{id}/register",
        "/api/v1/deals/DL-4/register",
        "siam.sales",
        SIAM_DEALS,
        r#"{"customer":"Lanna Resort","title":"Pool pumps, 8","amount":"613900","distributor":"megawarehouse"}"#,
    ),
    post_json("/api/v1/deals/{id}/{step}", "/api/v1/deals/LD-2/accept", "nera.sales1", NERA, "{}"),
    post_json("/api/v1/pipeline/{id}/{step}", "/api/v1/pipeline/LD-3/convert", "rs.pipeline", VENDOR, "{}"),
];
