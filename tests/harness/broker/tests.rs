//! The broker against the client that the agent uses: an oracle that is wrong would prove nothing.

use super::Broker;
use crate::wait::until;
use anyhow::{Result, ensure};
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, Publish, QoS};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);

fn client(broker: &Broker, name: &str, secret: &str) -> (AsyncClient, EventLoop) {
    let mut options = MqttOptions::new(name, "127.0.0.1", broker.address().port());
    options.set_clean_session(false).set_manual_acks(true).set_credentials("agent", secret);
    AsyncClient::new(options, 64)
}

async fn publishes(events: &mut EventLoop, count: usize) -> Result<Vec<Publish>> {
    let mut found = Vec::new();
    while found.len() < count {
        if let Event::Incoming(Packet::Publish(publish)) =
            tokio::time::timeout(PATIENCE, events.poll()).await??
        {
            found.push(publish);
        }
    }
    Ok(found)
}

#[tokio::test]
async fn what_was_not_acknowledged_comes_again_with_dup() -> Result<()> {
    let broker = Broker::start(&[("agent", "right")]).await?;
    let (first, mut events) = client(&broker, "gateway", "right");
    first.subscribe("site/+/data", QoS::AtLeastOnce).await?;
    until("the subscription", PATIENCE, async || {
        tokio::time::timeout(PATIENCE, events.poll()).await??;
        ensure!(broker.subscribers("site/a/data") == 1, "no subscriber yet");
        Ok(())
    })
    .await?;
    let ids: Vec<u64> = (0..10).map(|n| broker.publish("site/a/data", vec![n])).collect();
    broker.publish("elsewhere", vec![99]);
    for publish in publishes(&mut events, 10).await?.iter().take(4) {
        first.ack(publish).await?;
    }
    until("four acknowledgements", PATIENCE, async || {
        tokio::select! { polled = events.poll() => { polled?; } () = tokio::time::sleep(Duration::from_millis(5)) => {} }
        ensure!(broker.acknowledged().len() == 4, "{} so far", broker.acknowledged().len());
        Ok(())
    })
    .await?;
    drop((first, events));

    let (_again, mut events) = client(&broker, "gateway", "right");
    let redelivered = publishes(&mut events, 6).await?;
    assert!(redelivered.iter().all(|publish| publish.dup), "redelivery without DUP");
    let payloads: Vec<u8> = redelivered.iter().flat_map(|publish| publish.payload.to_vec()).collect();
    assert_eq!(payloads, [4, 5, 6, 7, 8, 9]);
    assert_eq!(broker.acknowledged(), ids[..4].iter().copied().collect());
    assert_eq!(broker.pending(), 6);
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_stays_outside() -> Result<()> {
    let broker = Broker::start(&[("agent", "right")]).await?;
    let (_client, mut events) = client(&broker, "gateway", "wrong");
    let refused = tokio::time::timeout(PATIENCE, events.poll()).await?;
    assert!(refused.is_err(), "let in with a wrong password: {refused:?}");
    Ok(())
}
