//! A device that speaks when it likes: JSON over MQTT, and a note of every message it sent.

use super::profile::{Metric, Place, Profile};
use super::wave::Wave;
use crate::broker::Broker;
use crate::canary;
use crate::wait::now_ms;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::sync::{CancellationToken, DropGuard};

/// One message.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Its number at the broker.
    pub message: u64,
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// Metrics in it, canaries included.
    pub metrics: u64,
    /// The raw value of each real metric in it.
    pub values: BTreeMap<String, f64>,
}

/// What a sensor says; shared with the task that says it.
pub struct Voice {
    fields: Vec<(Metric, Option<Wave>)>,
    forced: BTreeMap<String, f64>,
    readings: u64,
    sent: Vec<Sent>,
    keep_notes: bool,
}

/// A sensor that publishes on its own; silent when it is dropped.
pub struct Sensor {
    topic: String,
    broker: Arc<Broker>,
    voice: Arc<Mutex<Voice>>,
    _stop: DropGuard,
}

impl Sensor {
    /// Publishes `profile` to `topic` every `interval`. `wave` says how each metric moves; a metric without one
    /// carries a canary.
    pub fn start(
        broker: Arc<Broker>,
        topic: &str,
        profile: &Profile,
        interval: Duration,
        wave: impl Fn(&Metric) -> Option<Wave>,
    ) -> Self {
        let fields = profile.metrics.iter().map(|metric| (metric.clone(), wave(metric))).collect();
        let voice =
            Voice { fields, forced: BTreeMap::new(), readings: 0, sent: Vec::new(), keep_notes: true };
        let sensor = Self {
            topic: topic.to_owned(),
            broker,
            voice: Arc::new(Mutex::new(voice)),
            _stop: CancellationToken::new().drop_guard(),
        };
        sensor.speak_every(interval)
    }

    fn speak_every(self, interval: Duration) -> Self {
        let stop = CancellationToken::new();
        let (topic, broker, voice) = (self.topic.clone(), Arc::clone(&self.broker), Arc::clone(&self.voice));
        let token = stop.clone();
        tokio::spawn(async move {
            let mut beat = tokio::time::interval(interval);
            while token.run_until_cancelled(beat.tick()).await.is_some() {
                speak(&broker, &topic, &voice);
            }
        });
        Self { _stop: stop.drop_guard(), ..self }
    }

    /// Publishes one message now.
    pub fn speak(&self) {
        speak(&self.broker, &self.topic, &self.voice);
    }

    /// The topic it publishes to.
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// Holds `metric` at the raw value `value`, or lets it move again.
    pub fn force(&self, metric: &str, value: Option<f64>) {
        let mut voice = lock(&self.voice);
        match value {
            Some(value) => voice.forced.insert(metric.to_owned(), value),
            None => voice.forced.remove(metric),
        };
    }

    /// Every message so far.
    pub fn sent(&self) -> Vec<Sent> {
        lock(&self.voice).sent.clone()
    }

    /// Stops keeping notes, for a site that runs for days.
    pub fn forget(&self) {
        let mut voice = lock(&self.voice);
        voice.keep_notes = false;
        voice.sent = Vec::new();
    }
}

fn lock(voice: &Mutex<Voice>) -> MutexGuard<'_, Voice> {
    voice.lock().unwrap_or_else(PoisonError::into_inner)
}

fn speak(broker: &Broker, topic: &str, voice: &Mutex<Voice>) {
    let mut voice = lock(voice);
    let at_ms = now_ms();
    let mut values = BTreeMap::new();
    let mut fields = serde_json::Map::new();
    for (metric, wave) in &voice.fields {
        let Place::Field(name) = &metric.place else { continue };
        let value = match wave {
            None => serde_json::json!(canary::NUMBER),
            Some(wave) => {
                let moving = wave.at(at_ms, voice.readings);
                let raw = voice.forced.get(&metric.name).copied().unwrap_or(moving);
                let raw = if metric.whole { raw.round() } else { raw };
                values.insert(metric.name.clone(), raw);
                spoken(raw, metric)
            }
        };
        fields.insert(name.clone(), value);
    }
    fields.insert("ts".to_owned(), serde_json::json!(at_ms));
    fields.insert("maker_note".to_owned(), serde_json::json!(canary::TEXT));
    let payload = serde_json::Value::Object(fields).to_string().into_bytes();
    let message = broker.publish(topic, payload);
    voice.readings += 1;
    if voice.keep_notes {
        let metrics = voice.fields.len() as u64;
        voice.sent.push(Sent { message, at_ms, metrics, values });
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rounded, and far below 2^53")]
fn spoken(raw: f64, metric: &Metric) -> serde_json::Value {
    if metric.flag {
        serde_json::json!(raw != 0.0)
    } else if metric.whole {
        serde_json::json!(raw as i64)
    } else {
        serde_json::json!(raw)
    }
}
