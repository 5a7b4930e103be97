//! The events of the telemetry room as this room reads them.

use super::alarms::AlarmReport;
use super::model::Severity;
use serde::Deserialize;

/// The body of `alarm.raised` and `alarm.cleared`.
#[derive(Deserialize)]
struct AlarmBody {
    device_id: String,
    metric: String,
    code: String,
    severity: String,
    at_ms: i64,
    text: String,
}

impl AlarmReport {
    /// The report that an event carries; `None` when it is none.
    pub fn of_event(kind: &str, body: &str) -> Option<Self> {
        let raised = match kind {
            "alarm.raised" => true,
            "alarm.cleared" => false,
            _ => return None,
        };
        let body: AlarmBody = serde_json::from_str(body).ok()?;
        Some(Self {
            device_id: body.device_id,
            code: body.code,
            metric: body.metric,
            severity: Severity::parse(&body.severity)?,
            text: body.text,
            at_ms: body.at_ms,
            raised,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::AlarmReport;

    #[test]
    fn an_event_reads_as_a_report_or_as_none() {
        let body = r#"{"device_id":"D-BF-1","metric":"temp","code":"hot","severity":"critical","at_ms":7,"text":"Hot"}"#;
        let report = AlarmReport::of_event("alarm.raised", body).unwrap();
        assert!(report.raised && report.device_id == "D-BF-1" && report.at_ms == 7);
        assert!(!AlarmReport::of_event("alarm.cleared", body).unwrap().raised);
        assert_eq!(AlarmReport::of_event("alarm.acknowledged", body), None);
        assert_eq!(AlarmReport::of_event("alarm.raised", "{}"), None);
        assert_eq!(AlarmReport::of_event("alarm.raised", &body.replace("critical", "dire")), None);
    }
}
