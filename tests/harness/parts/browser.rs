//! A person's browser: headless Chromium behind chromedriver, with a profile of its own that ends with it.

use super::installed;
use crate::process::{Process, Program};
use crate::wait::until;
use anyhow::{Context as _, Result, bail};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use std::path::Path;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

const PATIENCE: Duration = Duration::from_secs(30);

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
        let profile = tempfile::tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
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
        let capabilities = [("goog:chromeOptions".to_owned(), options)].into_iter().collect();
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
        Ok(self.client.find(Locator::Css(css)).await?.click().await?)
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
