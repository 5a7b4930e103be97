//! A person's browser: headless Chromium behind chromedriver, with a profile of its own that ends with it.

use super::installed;
use crate::process::{Process, Program};
use crate::unsaid::never_said;
use crate::wait::until;
use anyhow::{Context as _, Result, bail};
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(30);

/// WebDriver's command for a virtual authenticator.
#[derive(Debug)]
struct AddAuthenticator;

impl WebDriverCompatibleCommand for AddAuthenticator {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!("session/{}/webauthn/authenticator", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let wish = serde_json::json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserConsenting": true, "isUserVerified": true,
        });
        (Method::POST, Some(wish.to_string()))
    }
}

/// An open browser window.
pub struct Browser {
    client: Client,
    _driver: Process,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens a window; chromedriver writes its log to `folder`.
    ///
    /// # Errors
    /// When Chromium or chromedriver is not installed or does not start.
    pub async fn open(folder: &Path) -> Result<Self> {
        Self::open_with(folder, serde_json::json!({ "browser": "ALL" })).await
    }

    /// Opens a window whose requests are noted too, see [`Self::network`].
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_watched(folder: &Path) -> Result<Self> {
        Self::open_with(folder, serde_json::json!({ "browser": "ALL", "performance": "ALL" })).await
    }

    async fn open_with(folder: &Path, logs: serde_json::Value) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let port = crate::port::free()?;
        let program = Program::new(installed("chromedriver")?, folder.join("chromedriver.log"));
        let mut driver = program.args([format!("--port={port}")]).start()?;
        until("chromedriver to listen", PATIENCE, async || {
            driver.check_running()?;
            Ok(TcpStream::connect(("127.0.0.1", port)).await.map(drop)?)
        })
        .await?;
        let args = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--no-first-run".to_owned(),
            "--window-size=1280,900".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        let options = serde_json::json!({ "args": args, "binary": installed("chromium")? });
        let wishes = [("goog:chromeOptions".to_owned(), options), ("goog:loggingPrefs".to_owned(), logs)];
        let capabilities = wishes.into_iter().collect();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("Chromium did not start")?;
        Ok(Self { client, _driver: driver, _profile: profile })
    }

    /// The window, for everything this type has no word for.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens a page.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub async fn goto(&self, url: &str) -> Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// The text that a person sees in the element `css`.
    ///
    /// # Errors
    /// When there is none.
    pub async fn text(&self, css: &str) -> Result<String> {
        Ok(self.client.find(Locator::Css(css)).await?.text().await?)
    }

    /// Waits until the text in `css` is as `wanted` wants it, and answers it.
    ///
    /// # Errors
    /// When it does not become so; says what it was instead.
    pub async fn text_that(&self, css: &str, wanted: impl Fn(&str) -> bool) -> Result<String> {
        until(&format!("the text of {css}"), PATIENCE, async || {
            let text = self.text(css).await?;
            if wanted(&text) { Ok(text) } else { bail!("it says {text:?}") }
        })
        .await
    }

    /// Presses the button or follows the link `css`.
    ///
    /// # Errors
    /// When there is none.
    pub async fn click(&self, css: &str) -> Result<()> {
        Ok(self.comes(css).await?.click().await?)
    }

    /// The element `css`, as soon as the page that has it is there.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn comes(&self, css: &str) -> Result<Element> {
        let comes = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        comes.with_context(|| format!("there is no {css}"))
    }

    /// Waits until the page is one whose path `wanted` names.
    ///
    /// # Errors
    /// When it does not become so; says where the window is instead.
    pub async fn arrives(&self, wanted: impl Fn(&str) -> bool) -> Result<()> {
        until("the next page", PATIENCE, async || {
            let at = self.client.current_url().await?;
            if wanted(at.path()) { Ok(()) } else { bail!("the page is {at}") }
        })
        .await
    }

    /// Signs in by a link that the cloud made, and returns when the start page is there: whoever goes elsewhere before
    /// may be sent to the start page after all.
    ///
    /// # Errors
    /// When the link does not let anybody in.
    pub async fn sign_in(&self, link: &str) -> Result<()> {
        self.goto(link).await?;
        self.click("form[action^='/sign-in/'] button").await?;
        self.arrives(|path| !path.starts_with("/sign-in/")).await?;
        for cookie in self.client.get_all_cookies().await? {
            never_said(cookie.value());
        }
        Ok(())
    }

    /// Types into the field `css`, instead of what it held.
    ///
    /// # Errors
    /// When there is none.
    pub async fn type_into(&self, css: &str, text: &str) -> Result<()> {
        let field = self.comes(css).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Puts a finger on the machine: an authenticator that keeps passkeys and always says yes (WebDriver's extension of
    /// W3C Web Authentication).
    ///
    /// # Errors
    /// When the browser has none to offer.
    pub async fn add_authenticator(&self) -> Result<()> {
        self.client.issue_cmd(AddAuthenticator).await?;
        Ok(())
    }

    /// Keeps what a person sees now as a picture.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        Ok(std::fs::write(file, self.client.screenshot().await?)?)
    }

    /// Closes the window.
    ///
    /// # Errors
    /// When it is gone already.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}
