//! One page in a browser, wide and on a phone, light and dark.

use super::walk::Page;
use anyhow::Result;
use riversync_testbed::parts::{Axe, Browser, Look};
use serde_json::Value;
use std::path::Path;

/// The widths at which pages are looked at: a laptop's and a phone's.
pub const WIDTHS: [u32; 2] = [1280, 390];

const RULES: &str = include_str!("rules.js");
const PAINT: &str = include_str!("paint.js");

/// What pages are held against, and where their pictures go.
pub struct Visitor<'a> {
    /// The window.
    pub browser: &'a Browser,
    /// The finder of what keeps people out.
    pub axe: &'a Axe,
    /// The origin that no request leaves.
    pub origin: String,
    /// The folder of the pictures, if any are wanted.
    pub pictures: Option<&'a Path>,
}

/// What came of a visit.
#[derive(Debug, Default)]
pub struct Seen {
    /// What is wrong, as sentences.
    pub faults: Vec<String>,
    /// Milliseconds until the largest part was there, on a machine four times slower.
    pub painted_ms: f64,
}

impl Visitor<'_> {
    /// Opens `page` and holds it against everything.
    pub async fn visit(&self, page: &Page) -> Result<Seen> {
        let mut seen = Seen::default();
        for width in WIDTHS {
            let light = Look { width, dark: false };
            self.browser.look(light).await?;
            self.browser.slow_down(4).await?;
            self.browser.goto(&format!("{}{}", self.origin, page.path)).await?;
            let paint = self.browser.client().execute_async(PAINT, Vec::new()).await?;
            self.browser.slow_down(1).await?;
            seen.painted_ms = seen.painted_ms.max(paint["painted"].as_f64().unwrap_or_default());
            seen.faults
                .extend(sentences(&paint["shifts"]).map(|shift| format!("{width} px: it moves by {shift}")));
            let said = self.browser.client().execute(RULES, Vec::new()).await?;
            seen.faults.extend(sentences(&said).map(|said| format!("{width} px: {said}")));
            for look in [light, Look { width, dark: true }] {
                self.browser.look(look).await?;
                let scheme = if look.dark { "dark" } else { "light" };
                let found = self.axe.finds(self.browser).await?;
                seen.faults.extend(found.iter().map(|found| format!("{width} px, {scheme}: axe: {found}")));
                if let Some(folder) = self.pictures {
                    let file = folder.join(picture(page, width, scheme));
                    self.browser.picture(&file, look, 2400).await?;
                }
            }
        }
        seen.faults.extend(self.complaints().await?);
        seen.faults.sort();
        seen.faults.dedup();
        Ok(seen)
    }

    /// What the console and the network have to say.
    async fn complaints(&self) -> Result<Vec<String>> {
        let mut said = Vec::new();
        for (level, sentence) in self.browser.console().await? {
            if level == "WARNING" || level == "SEVERE" {
                said.push(format!("the console says {level} {sentence}"));
            }
        }
        for asked in self.browser.network().await? {
            let here = asked.url.strip_prefix(&self.origin).is_some_and(|path| path.starts_with('/'));
            if !here && !asked.url.starts_with("data:") && !asked.url.starts_with("blob:") {
                said.push(format!("it asks for {}, which is elsewhere", asked.url));
            }
            let Some(status) = asked.status else { continue };
            if status >= 400 {
                said.push(format!("{} answers {status}", asked.url));
            }
            let policy = asked.policy.unwrap_or_default();
            if asked.is_page && (!policy.contains("default-src 'self'") || policy.contains("unsafe-")) {
                said.push(format!("{} has the Content-Security-Policy {policy:?}", asked.url));
            }
        }
        Ok(said)
    }
}

/// The file of a picture.
pub fn picture(page: &Page, width: u32, scheme: &str) -> String {
    let name: String = page.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{}{name}-{width}-{scheme}.png", page.handle)
}

fn sentences(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}
