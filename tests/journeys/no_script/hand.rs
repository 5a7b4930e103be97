//! A person whose browser runs no script: fills in forms, presses their buttons, and remembers which.

use crate::home::home;
use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::Locator;
use fantoccini::elements::{Element, ElementRef};
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::parts::Browser;
use riversync_testbed::person::Person;
use riversync_testbed::process::build_products;
use riversync_testbed::unsaid::{never_said, never_said_link};
use riversync_testbed::wait::until;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// The first button in `within` whose form is sent to `route`, with what it is folded into.
const BUTTON: &str = "const [route, within] = arguments, parts = route.split('/');
    const fits = (to) => { const at = to.split('?')[0].split('/');
        return at.length === parts.length && parts.every((part, i) => part.startsWith('{') || part === at[i]); };
    const to = (button) => button.getAttribute('formaction') ?? button.form.getAttribute('action');
    const button = [...document.querySelectorAll(within)].flatMap((box) => [...box.querySelectorAll('button')])
        .find((one) => one.form && one.form.getAttribute('method') === 'post' && fits(to(one)));
    if (!button) return null;
    const folded = [];
    for (let at = button.closest('details'); at; at = at.parentElement.closest('details'))
        if (!at.open) folded.unshift(at.querySelector('summary'));
    return { button, folded, form: button.form };";

/// A button that does nothing without the pages' scripts, and that they show.
const HIDDEN: &str = "return document.querySelector('[data-keys]').hidden";

/// The person, with a browser and a cloud to themselves.
pub struct Hand {
    /// The window.
    pub browser: Browser,
    /// The service.
    pub cloud: Cloud,
    sent: BTreeSet<String>,
    home: tempfile::TempDir,
}

impl Hand {
    /// Of `handle`, at a cloud with the demo world.
    pub async fn open(name: &str, handle: &str) -> Result<Self> {
        Self::open_at(name, handle, cloud::Wish::default()).await
    }

    /// Of `handle`, at a cloud that is as wished.
    pub async fn open_at(name: &str, handle: &str, wish: cloud::Wish) -> Result<Self> {
        build_products(true).await?;
        let home = home(name)?;
        let cloud = Cloud::start(home.path(), &wish).await?;
        let mut hand = Self::at_cloud(home, cloud).await?;
        hand.becomes(handle).await?;
        ensure!(hand.browser.client().execute(HIDDEN, Vec::new()).await? == true, "a script ran");
        Ok(hand)
    }

    /// Of nobody yet, at a cloud that lives in `home`.
    pub async fn at_cloud(home: tempfile::TempDir, cloud: Cloud) -> Result<Self> {
        let browser = Browser::open(home.path()).await?;
        let hand = Self { browser, cloud, sent: BTreeSet::new(), home };
        hand.switch_off().await?;
        Ok(hand)
    }

    /// From here on nothing runs.
    pub async fn switch_off(&self) -> Result<()> {
        self.browser.scripts(false).await
    }

    /// Somebody else sits down.
    pub async fn becomes(&mut self, handle: &str) -> Result<()> {
        self.browser.client().delete_all_cookies().await?;
        self.browser.goto(&self.cloud.sign_in_link(handle).await?).await?;
        self.presses("/sign-in/{token}", "main").await?;
        self.browser.arrives(|path| !path.starts_with("/sign-in/")).await?;
        for cookie in self.browser.client().get_all_cookies().await? {
            never_said(cookie.value());
        }
        Ok(())
    }

    /// Opens a page.
    pub async fn at(&self, path: &str) -> Result<()> {
        self.browser.goto(&self.cloud.url(path)).await
    }

    /// Types into the first field of this name that is seen, on the page that is there or that comes.
    pub async fn types(&self, name: &str, text: &str) -> Result<()> {
        let css = format!("main [name='{name}']");
        until(&format!("a field {name}"), PATIENCE, async || {
            for field in self.browser.client().find_all(Locator::Css(&css)).await? {
                if field.is_displayed().await? {
                    field.clear().await?;
                    return Ok(field.send_keys(text).await?);
                }
            }
            bail!("no field {name} is seen")
        })
        .await
    }

    /// Ticks, chooses or follows `css`.
    pub async fn ticks(&self, css: &str) -> Result<()> {
        self.browser.click(css).await.with_context(|| format!("a press on {css}"))
    }

    /// Gives the field `name` a file.
    pub async fn attaches(&self, name: &str, file: &str, bytes: &[u8]) -> Result<()> {
        let path = self.file(file);
        std::fs::write(&path, bytes)?;
        let field = self.browser.comes(&format!("main input[type='file'][name='{name}']")).await?;
        Ok(field.send_keys(path.to_str().context("the path is no text")?).await?)
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        Path::new(self.home.path()).join(name)
    }

    /// Unfolds the form in `within` that is sent to `route`; answers its button and itself.
    pub async fn unfolds(&self, route: &str, within: &str) -> Result<(Element, Element)> {
        let what = vec![route.into(), within.into()];
        let found = self.browser.client().execute(BUTTON, what).await?;
        let nothing = || format!("no form in {within} is sent to {route}");
        for summary in found["folded"].as_array().with_context(nothing)? {
            self.element(summary)?
                .click()
                .await
                .with_context(|| format!("what the form to {route} is folded into"))?;
        }
        Ok((self.element(&found["button"])?, self.element(&found["form"])?))
    }

    fn element(&self, found: &serde_json::Value) -> Result<Element> {
        let id = found.as_object().and_then(|one| one.values().next()).and_then(|id| id.as_str());
        let id = ElementRef::from(id.context("that is no element")?.to_owned());
        Ok(Element::from_element_id(self.browser.client().clone(), id))
    }

    /// Presses the button of the form in `within` that is sent to `route`.
    pub async fn presses(&mut self, route: &str, within: &str) -> Result<()> {
        let (button, _) = self.unfolds(route, within).await?;
        button.click().await.with_context(|| format!("the button to {route}"))?;
        self.sent.insert(route.to_owned());
        Ok(())
    }

    /// Presses it, and reads `said` on the page that comes of it.
    pub async fn sends(&mut self, route: &str, within: &str, said: &str) -> Result<()> {
        // A page that is just being replaced is read once it is there.
        let before = self.browser.text_that("main", |_| true).await?;
        ensure!(!before.contains(said), "{said:?} stood there before anything was sent to {route}");
        self.presses(route, within).await?;
        self.says(said).await.with_context(|| format!("what was sent to {route}"))
    }

    /// The same for a question that asks for a reason.
    pub async fn sends_because(&mut self, route: &str, within: &str, said: &str) -> Result<()> {
        let (_, form) = self.unfolds(route, within).await?;
        form.find(Locator::Css("[name='reason']")).await?.send_keys("It has to be").await?;
        self.sends(route, within, said).await
    }

    /// Waits for a page that says this.
    pub async fn says(&self, said: &str) -> Result<()> {
        self.browser.text_that("main", |text| text.contains(said)).await.map(drop)
    }

    /// Opens a page again and again until it says this: nothing on it changes by itself.
    pub async fn says_at_last(&self, path: &str, said: &str) -> Result<()> {
        until(&format!("{path} to say {said:?}"), PATIENCE, async || {
            self.at(path).await?;
            let text = self.browser.text("main").await?;
            ensure!(text.contains(said), "it says {text}");
            Ok(())
        })
        .await
    }

    /// The line of the page's table that has this text, as a selector.
    pub async fn row_of(&self, text: &str) -> Result<String> {
        let row = self.browser.client().find(Locator::XPath(&format!("//tr[contains(., '{text}')]"))).await?;
        Ok(format!("[id='{}']", row.attr("id").await?.context("the line has no id")?))
    }

    /// The newest mail to this address in the demo's mailbox: from its subject to its link.
    async fn mail_to(&self, email: &str) -> Result<String> {
        let (_, page) = Person::stranger(&self.cloud.url(""))?.page("/mailbox").await?;
        let mails = page.split("<article>").skip(1).find(|mail| mail.contains(&format!("To {email},")));
        Ok(mails.with_context(|| format!("no mail went to {email}"))?.to_owned())
    }

    /// The path of the link in the newest mail to this address.
    pub async fn link_to(&self, email: &str) -> Result<String> {
        let mail = self.mail_to(email).await?;
        let path = mail.split("href=\"").nth(1).and_then(|rest| rest.split('"').next());
        let path = path.context("no link in the mail")?.to_owned();
        never_said_link(&self.cloud.url(&path));
        Ok(path)
    }

    /// The code in that mail.
    pub async fn code_for(&self, email: &str) -> Result<String> {
        let mail = self.mail_to(email).await?;
        let code = mail.lines().find_map(|line| line.strip_prefix("    ")).context("no code in the mail")?;
        never_said(code);
        Ok(code.to_owned())
    }

    /// The journey is over: it sent what `forms` says, which the list of all forms relies on.
    pub async fn sent_all(self, forms: &[&str]) -> Result<()> {
        for form in forms {
            ensure!(self.sent.contains(*form), "the journey does not send {form}, and says so");
        }
        for form in &self.sent {
            let known = forms.contains(&form.as_str()) || form == "/sign-in/{token}";
            ensure!(known, "the journey sends {form}, and does not say so");
        }
        self.browser.close().await
    }
}
