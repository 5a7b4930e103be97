//! What a browser's developer tools see of a page: how it is shown to whom, what it said on the console, what it asked
//! for over the network.

use super::browser::Browser;
use anyhow::{Context as _, Result};
use data_encoding::BASE64;
use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use std::path::Path;

/// A POST to chromedriver that WebDriver itself does not have.
#[derive(Debug)]
struct Chrome {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Chrome {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// How a page is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Width of the window in CSS pixels.
    pub width: u32,
    /// Whether the person's system is dark.
    pub dark: bool,
}

impl Look {
    /// Whether it is a phone: its bars lie over the page, and it would rather shrink a page than scroll it sideways.
    pub fn is_phone(self) -> bool {
        self.width < 500
    }
}

/// A request that a page made, as far as it was answered.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Where.
    pub url: String,
    /// The status, of an answer.
    pub status: Option<u64>,
    /// The Content-Security-Policy, of an answer that has one.
    pub policy: Option<String>,
    /// Whether it is the page itself.
    pub is_page: bool,
}

impl Asked {
    fn read(entry: &Value) -> Option<Self> {
        let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
        let (method, params) = (message["message"]["method"].as_str()?, &message["message"]["params"]);
        let is_page = params["type"] == "Document";
        let url = |at: &str| Some(params[at]["url"].as_str()?.to_owned());
        match method {
            "Network.requestWillBeSent" => {
                Some(Self { url: url("request")?, status: None, policy: None, is_page })
            }
            "Network.responseReceived" => {
                let headers = params["response"]["headers"].as_object()?;
                let policy =
                    headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-security-policy"));
                let policy = policy.and_then(|(_, value)| value.as_str()).map(str::to_owned);
                Some(Self {
                    url: url("response")?,
                    status: params["response"]["status"].as_u64(),
                    policy,
                    is_page,
                })
            }
            _ => None,
        }
    }
}

impl Browser {
    /// A command of the Chrome DevTools Protocol.
    ///
    /// # Errors
    /// When the browser does not take it.
    pub async fn devtools(&self, command: &str, params: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": params });
        let answer = self.client().issue_cmd(Chrome { path: "goog/cdp/execute", body }).await;
        answer.with_context(|| format!("{command} was not taken"))
    }

    /// Looks at pages as `look` says from now on.
    ///
    /// # Errors
    /// When the browser does not take it.
    pub async fn look(&self, look: Look) -> Result<()> {
        let scheme =
            json!({ "name": "prefers-color-scheme", "value": if look.dark { "dark" } else { "light" } });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [scheme] })).await?;
        let size = json!({ "width": look.width, "height": 900, "screenWidth": look.width, "screenHeight": 900, "deviceScaleFactor": 1, "mobile": look.is_phone() });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(())
    }

    /// Makes the machine `rate` times slower; 1 is as it is.
    ///
    /// # Errors
    /// When the browser does not take it.
    pub async fn slow_down(&self, rate: u32) -> Result<()> {
        self.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await?;
        Ok(())
    }

    /// Whether pages may run their scripts, from the next page on. WebDriver's own keep running.
    ///
    /// # Errors
    /// When the browser does not take it.
    pub async fn scripts(&self, may_run: bool) -> Result<()> {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !may_run })).await?;
        Ok(())
    }

    /// What was said on the console since it was asked last, as (level, sentence): `WARNING` and `SEVERE` are complaints.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn console(&self) -> Result<Vec<(String, String)>> {
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let entries = self.log("browser").await?;
        Ok(entries.iter().map(|entry| (text(entry, "level"), text(entry, "message"))).collect())
    }

    /// What pages asked for since it was asked last: a line when it is sent, a line when it is answered.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn network(&self) -> Result<Vec<Asked>> {
        let mut asked: Vec<Asked> = self.log("performance").await?.iter().filter_map(Asked::read).collect();
        asked.retain(|asked| !asked.url.starts_with("chrome://")); // the browser's own first tab
        Ok(asked)
    }

    async fn log(&self, kind: &str) -> Result<Vec<Value>> {
        let answer =
            self.client().issue_cmd(Chrome { path: "se/log", body: json!({ "type": kind }) }).await?;
        Ok(answer.as_array().cloned().unwrap_or_default())
    }

    /// Keeps the whole page as a picture, at most `height` pixels of it, and looks at it as `look` says.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn picture(&self, file: &Path, look: Look, height: u64) -> Result<()> {
        let tall = self.client().execute("return document.documentElement.scrollHeight", Vec::new()).await?;
        let height = tall.as_u64().unwrap_or(height).clamp(300, height);
        let size = json!({ "width": look.width, "height": height, "deviceScaleFactor": 1, "mobile": look.is_phone() });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await?;
        let taken = self.devtools("Page.captureScreenshot", json!({ "format": "png" })).await?;
        let picture = BASE64.decode(taken["data"].as_str().context("no picture came")?.as_bytes())?;
        Ok(std::fs::write(file, picture)?)
    }
}
