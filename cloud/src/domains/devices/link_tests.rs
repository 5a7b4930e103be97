//! ENR-B and PTL-1: a partner enables its customer side, links what it bought, and has a device like anybody's.

use crate::world::testing::worlds;

const CLAIM: [(&str, &str); 3] =
    [("serial", " rsm-260031 "), ("purchase_number", "INV-2026-0117"), ("site", "Phuket workshop")];

#[tokio::test]
async fn a_partner_links_the_device_it_bought_and_it_is_a_device_like_any_other() {
    for world in worlds("link_device").await {
        let siam = world.as_person("siam.admin").await;
        assert_eq!(siam.get("/portal/devices/link").await.status, 404, "not before the customer side is on");
        assert_eq!(siam.post("/account/enrolment/customer", &[]).await.status, 303);
        let proof: [(&str, &str, &[u8]); 1] = [("proof", "invoice.pdf", b"%PDF-1.7 invoice")];
        let linked = siam.upload("/portal/devices/link", &CLAIM, &proof).await;
        assert_eq!(linked.status, 303, "{}: {}", world.engine, linked.body);
        let page = siam.get(linked.location()).await;
        assert!(page.status == 200 && page.body.contains("RSM-260031"), "{}", page.body);
        let list = siam.get("/portal").await.body;
        assert!(list.contains("RiverSync Meter") && list.contains("Phuket workshop"), "{list}");
        let covered = siam.get("/partners/devices").await.body;
        assert!(!covered.contains("Phuket workshop"), "{}: owned is not covered", world.engine);
        let told = "FROM audit_entry WHERE action = 'device.linked' AND acting_capability = 'customer' AND tenant_id = $1";
        assert_eq!(world.count(told, "siam").await, 1, "{}: ENR-both", world.engine);
        let again = siam.post("/portal/devices/link", &CLAIM).await;
        assert_eq!(again.status, 422, "{}: linked once", world.engine);
        // What it owns now hangs on the customer side.
        let refused = siam.post("/account/enrolment/customer/disable", &[]).await;
        assert!(refused.status == 409 && refused.body.contains("RiverSync Meter"), "{}", refused.body);
    }
}

#[tokio::test]
async fn who_does_not_know_the_purchase_learns_nothing_and_cannot_guess() {
    for world in worlds("link_guess").await {
        // It types the serial itself, and a form keeps what was typed.
        let lonely = world.as_person("lonely.admin").await.unscanned();
        let claim = |serial: &'static str, number: &'static str| {
            [("serial", serial), ("purchase_number", number), ("site", "x")]
        };
        // A device of somebody else, a sale with another number, a serial that is nowhere: one answer.
        let mut answers = Vec::new();
        for (serial, number) in [("RSP-240117", "INV-1"), ("RSM-260031", "INV-2026-0118"), ("RSX-1", "INV-1")]
        {
            let refused = lonely.post("/portal/devices/link", &claim(serial, number)).await;
            assert_eq!(refused.status, 422, "{}", world.engine);
            answers.push(refused.body.replace(serial, "").replace(number, ""));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{}: the answers differ", world.engine);
        for _ in 0..7 {
            assert_eq!(lonely.post("/portal/devices/link", &claim("RSM-260031", "INV-0")).await.status, 422);
        }
        let locked = lonely.post("/portal/devices/link", &CLAIM).await;
        assert_eq!(locked.status, 429, "{}: ten wrong ones a day", world.engine);
        let missing =
            world.as_person("bkk.admin").await.post("/portal/devices/link", &[("serial", "x")]).await;
        assert!(
            missing.status == 422 && missing.body.contains("it stands on the invoice"),
            "{}",
            missing.body
        );
    }
}
