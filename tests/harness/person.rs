//! A person with a plain HTTP client: signs in by link, keeps the cookie, sends forms as a browser does.

use crate::unsaid::never_said;
use crate::wire::plain;
use anyhow::{Context as _, Result, ensure};
use reqwest::{Response, StatusCode, header};

/// Somebody who is signed in.
pub struct Person {
    client: reqwest::Client,
    base: String,
    cookie: String,
}

impl Person {
    /// Somebody who is not signed in.
    ///
    /// # Errors
    /// When no client can be built.
    pub fn stranger(base: &str) -> Result<Self> {
        Ok(Self { client: plain()?, base: base.trim_end_matches('/').to_owned(), cookie: String::new() })
    }

    /// Opens `link` and presses its button.
    ///
    /// # Errors
    /// When the link does not let in.
    pub async fn sign_in(base: &str, link: &str) -> Result<Self> {
        let mut person = Self::stranger(base)?;
        let (path, query) = link.split_once('?').unwrap_or((link, ""));
        let path =
            path.strip_prefix(&person.base).with_context(|| format!("{link} leads elsewhere"))?.to_owned();
        let next = query.strip_prefix("next=").unwrap_or_default().to_owned();
        // A browser that did not ask for the link says whose it is; the demo has filled that in.
        let (_, page) = person.page(&path).await?;
        let email = page.split("name=\"email\"").nth(1).and_then(|rest| rest.split("value=\"").nth(1));
        let email = email.and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let answer = person.post(&path, &[("email", email), ("next", &next)]).await?;
        ensure!(answer.status().is_redirection(), "the link was answered {}", answer.status());
        let set = answer.headers().get(header::SET_COOKIE).context("no cookie was set")?.to_str()?;
        person.cookie = set.split(';').next().unwrap_or_default().to_owned();
        never_said(person.cookie.split_once('=').map_or("", |(_, token)| token));
        Ok(person)
    }

    /// The same browser at another process of the same service.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        Self { client: self.client.clone(), base, cookie: self.cookie.clone() }
    }

    /// Looks at a page.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn get(&self, path: &str) -> Result<Response> {
        let request = self.client.get(format!("{}{path}", self.base)).header(header::COOKIE, &self.cookie);
        Ok(request.header(header::ACCEPT, "text/html").send().await?)
    }

    /// The status and text of a page.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn page(&self, path: &str) -> Result<(StatusCode, String)> {
        let answer = self.get(path).await?;
        Ok((answer.status(), answer.text().await?))
    }

    /// Sends a form from a page of the same origin.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Response> {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header(header::COOKIE, &self.cookie)
            .header(header::ORIGIN, &self.base)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.join("&"));
        Ok(request.send().await?)
    }

    /// Sends JSON to the API.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn post_json(&self, path: &str, body: &serde_json::Value) -> Result<Response> {
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header(header::COOKIE, &self.cookie)
            .header(header::ORIGIN, &self.base)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.to_string());
        Ok(request.send().await?)
    }
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
