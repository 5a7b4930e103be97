//! What owners do: answer requests, grant, narrow, take back, link a device; and what partners ask of them.

use super::hand::Hand;
use anyhow::Result;

/// What the journey sends.
pub const FORMS: &[&str] = &[
    "/partners/devices/{id}/request",
    "/portal/devices/link",
    "/portal/sharing/new",
    "/portal/sharing/requests/{request}/approve",
    "/portal/sharing/requests/{request}/decline",
    "/portal/sharing/{grant}/narrow",
    "/portal/sharing/{grant}/revoke",
];

#[tokio::test]
async fn no_script_for_owners() -> Result<()> {
    let mut hand = Hand::open("no-script-owners", "nera.coord").await?;
    for (device, metric) in [("D-BF-4", "energy"), ("D-BF-1", "vibration")] {
        hand.at(&format!("/partners/devices/{device}")).await?;
        let request = "/partners/devices/{id}/request";
        hand.unfolds(request, "main").await?;
        hand.ticks(&format!("main [name='metrics'][value='{metric}']")).await?;
        hand.types("reason", "Report of June").await?;
        hand.sends(request, "main", "The owner was asked.").await?;
    }

    hand.becomes("bkk.admin").await?;
    hand.at("/portal/devices/D-BF-1").await?;
    hand.ticks(".times summary").await?;
    hand.ticks(".times-form button.primary").await?;
    hand.says("Back to now").await?;
    hand.at("/portal/sharing").await?;
    let answer = "/portal/sharing/requests/{request}";
    hand.sends(&format!("{answer}/approve"), "main", "Access granted as it was asked for.").await?;
    hand.sends_because(&format!("{answer}/decline"), "main", "The request was declined.").await?;

    hand.at("/portal/sharing/new").await?;
    hand.ticks("input[value='D-BF-4/voltage']").await?;
    hand.types("purpose", "Energy advice").await?;
    hand.sends("/portal/sharing/new", "main", "Access granted. It holds from now on").await?;
    hand.says("Energy advice").await?;
    hand.at("/portal/sharing/grant_bf_nera/narrow").await?;
    hand.ticks("input[value='D-BF-1/power']").await?;
    hand.sends("/portal/sharing/{grant}/narrow", "main", "The grant was narrowed.").await?;
    hand.sends_because("/portal/sharing/{grant}/revoke", "#grant_bf_nera", "Access was revoked.").await?;

    hand.at("/portal/devices/link").await?;
    hand.types("serial", "RSP-260044").await?;
    hand.types("purchase_number", "INV-2026-0121").await?;
    hand.types("site", "Bangkok").await?;
    hand.attaches("proof", "invoice.pdf", b"%PDF-1.4\n%%EOF\n").await?;
    hand.sends("/portal/devices/link", "main", "The device is linked").await?;
    hand.sent_all(FORMS).await
}
