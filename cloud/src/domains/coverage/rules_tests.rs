//! What must hold for every coverage, every grant and every instant.

use super::compile::rows;
use super::model::{Coverage, Grant, Window};
use super::rules::{merged, readable};
use proptest::prelude::*;

fn window() -> impl Strategy<Value = Window> {
    (0i64..60, 1i64..30).prop_map(|(from_ms, len)| Window { from_ms, until_ms: from_ms + len })
}

fn coverage() -> impl Strategy<Value = Vec<Coverage>> {
    let one = (0usize..2, 0usize..2, window()).prop_map(|(device, partner, window)| Coverage {
        device_id: format!("D-{device}"),
        partner_id: format!("p{partner}"),
        agreement_id: "a".to_owned(),
        window,
    });
    proptest::collection::vec(one, 0..5)
}

fn grants() -> impl Strategy<Value = Vec<Grant>> {
    let one = (
        0usize..2,
        window(),
        any::<bool>(),
        proptest::collection::vec((0usize..2, 0usize..2), 0..4),
        0u32..2,
    );
    let one = one.prop_map(|(partner, window, revoked, items, min_interval_ms)| Grant {
        id: "g".to_owned(),
        revision: 1,
        customer_id: "c".to_owned(),
        partner_id: format!("p{partner}"),
        purpose: String::new(),
        min_interval_ms,
        window,
        revoked_ms: revoked.then_some(0),
        made_ms: 0,
        items: items.into_iter().map(|(d, m)| (format!("D-{d}"), format!("m{m}"))).collect(),
    });
    proptest::collection::vec(one, 0..5)
}

proptest! {
    /// Read at any instant, a metric is visible exactly when somebody covers it and holds a grant for it then.
    #[test]
    fn visible_is_covered_and_granted_and_now(
        coverage in coverage(), grants in grants(), now_ms in 0i64..100,
    ) {
        for (partner, device, metric) in everything() {
            let covered = coverage.iter().any(|c| c.partner_id == partner && c.device_id == device && c.window.holds(now_ms));
            let granted = grants.iter().any(|g| g.partner_id == partner && g.is_active(now_ms) && g.names(&device, &metric));
            let windows = readable(&coverage, &grants, &partner, &device, &metric, now_ms);
            prop_assert_eq!(windows.iter().any(|w| w.holds(now_ms)), covered && granted);
            if !(covered && granted) {
                prop_assert!(windows.is_empty());
            }
        }
    }

    /// What the gateway lets out at an instant is exactly what somebody may read at that instant.
    #[test]
    fn the_compiled_policy_allows_what_somebody_may_read(
        coverage in coverage(), grants in grants(), now_ms in 0i64..100, later_ms in 0i64..100,
    ) {
        let at_ms = now_ms + later_ms;
        let rows = rows(&coverage, &grants, now_ms);
        for (device, metric) in [("D-0", "m0"), ("D-0", "m1"), ("D-1", "m0"), ("D-1", "m1")] {
            let flows = rows.iter().any(|r| r.device.as_str() == device && r.metric.as_str() == metric && r.holds_at(at_ms));
            let read = ["p0", "p1"].iter().any(|p| {
                readable(&coverage, &grants, p, device, metric, at_ms).iter().any(|w| w.holds(at_ms))
            });
            prop_assert_eq!(flows, read, "{} {} at {}", device, metric, at_ms);
        }
    }

    #[test]
    fn merging_changes_no_instant(windows in proptest::collection::vec(window(), 0..8), at_ms in 0i64..100) {
        let one = merged(windows.iter().copied());
        prop_assert_eq!(one.iter().any(|w| w.holds(at_ms)), windows.iter().any(|w| w.holds(at_ms)));
        prop_assert!(one.windows(2).all(|pair| matches!(pair, [a, b] if a.until_ms < b.from_ms)));
    }
}

fn everything() -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for partner in 0..2 {
        for device in 0..2 {
            for metric in 0..2 {
                all.push((format!("p{partner}"), format!("D-{device}"), format!("m{metric}")));
            }
        }
    }
    all
}

#[test]
fn a_renewed_agreement_is_no_new_stranger_and_another_partner_is() {
    let cover = |partner: &str, from_ms, until_ms| Coverage {
        device_id: "D".to_owned(),
        partner_id: partner.to_owned(),
        agreement_id: "a".to_owned(),
        window: Window { from_ms, until_ms },
    };
    let grant = |partner: &str| Grant {
        id: "g".to_owned(),
        revision: 1,
        customer_id: "c".to_owned(),
        partner_id: partner.to_owned(),
        purpose: String::new(),
        min_interval_ms: 0,
        window: Window { from_ms: 0, until_ms: 100 },
        revoked_ms: None,
        made_ms: 0,
        items: vec![("D".to_owned(), "m".to_owned())],
    };
    let renewed = rows(&[cover("p", 0, 10), cover("p", 10, 20)], &[grant("p")], 5);
    assert_eq!(renewed.iter().map(|r| (r.from_ms, r.until_ms)).collect::<Vec<_>>(), [(0, 20)]);
    let moved = rows(&[cover("p", 0, 10), cover("q", 10, 20)], &[grant("p"), grant("q")], 5);
    assert_eq!(moved.iter().map(|r| (r.from_ms, r.until_ms)).collect::<Vec<_>>(), [(0, 10), (10, 20)]);
}
