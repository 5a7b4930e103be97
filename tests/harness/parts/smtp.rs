//! A mail server by other people, so that mails are not only tried against our own reading of SMTP.

use anyhow::{Context as _, Result};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

const PATIENCE: Duration = Duration::from_secs(60);

/// How the server is to be.
#[derive(Clone, Debug)]
pub struct MailServer {
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// `none`, `starttls` or `tls`.
    pub security: &'static str,
    /// Who must sign in, and with what; empty: nobody must.
    pub user: (&'static str, &'static str),
    /// An address that has no mailbox here.
    pub refuse: &'static str,
    folder: PathBuf,
}

/// A running aiosmtpd; ends when it is dropped.
pub struct Aiosmtpd {
    lines: Lines<BufReader<ChildStdout>>,
    _ends_with_us: ChildStdin,
    _child: Child,
}

/// A mail that it took.
#[derive(Clone, Debug, Deserialize)]
pub struct Taken {
    /// The sender's line.
    pub from: String,
    /// Whom it was for.
    pub to: Vec<String>,
    /// Its subject, decoded.
    pub subject: String,
    /// Its `Message-ID`.
    pub id: String,
    /// Its outer content type.
    pub kind: String,
    /// The plain alternative, decoded.
    pub text: String,
    /// The HTML alternative, decoded.
    pub html: String,
    /// Whether it came over TLS.
    pub tls: bool,
    /// Who had signed in.
    pub user: String,
}

impl MailServer {
    /// One on a free port, with certificates of its own in `folder`; not running yet.
    ///
    /// # Errors
    /// When no port is free or no certificate can be written.
    pub async fn new(folder: &Path, security: &'static str) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let port = crate::port::free()?;
        write_certificates(folder)?;
        Ok(Self { port, security, user: ("", ""), refuse: "", folder: folder.to_owned() })
    }

    /// The section `[mail]` of a cloud that sends through it.
    ///
    /// # Errors
    /// When the password cannot be written down.
    pub fn section(&self) -> Result<String> {
        let mut section = format!(
            "[mail]\nserver = \"localhost:{}\"\nsecurity = \"{}\"\nfrom = \"RiverSync <no-reply@riversync.example>\"\n",
            self.port, self.security
        );
        if self.security != "none" {
            section.push_str(&format!("ca_file = \"{}\"\n", self.folder.join("ca.pem").display()));
        }
        if !self.user.0.is_empty() {
            let file = self.folder.join("password");
            std::fs::write(&file, format!("{}\n", self.user.1))?;
            section.push_str(&format!(
                "user = \"{}\"\npassword_file = \"{}\"\n",
                self.user.0,
                file.display()
            ));
        }
        Ok(section)
    }

    /// Starts it.
    ///
    /// # Errors
    /// When the virtual environment that `tests/run` makes is not there, or the server does not come up.
    pub async fn start(&self) -> Result<Aiosmtpd> {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let python = std::env::var_os("RIVERSYNC_TEST_PYTHON").map(PathBuf::from);
        let python = python.unwrap_or_else(|| here.join("../target/testbed-venv/bin/python"));
        let wish = serde_json::json!({
            "port": self.port, "security": self.security, "user": self.user.0, "password": self.user.1,
            "refuse": self.refuse, "certificate": self.folder.join("server.pem"), "key": self.folder.join("server.key"),
        });
        let mut command = Command::new(&python);
        command.arg(here.join("harness/smtp_server.py")).arg(wish.to_string()).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().with_context(|| {
            format!("{} did not start; tests/run installs aiosmtpd there", python.display())
        })?;
        let stdin = child.stdin.take().context("no standard input")?;
        let lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let mut server = Aiosmtpd { lines, _ends_with_us: stdin, _child: child };
        let ready = server.line().await?;
        anyhow::ensure!(ready == "ready", "aiosmtpd said {ready}");
        Ok(server)
    }
}

impl Aiosmtpd {
    /// Waits for the next mail.
    ///
    /// # Errors
    /// When none comes within a minute.
    pub async fn mail(&mut self) -> Result<Taken> {
        Ok(serde_json::from_str(&self.line().await?)?)
    }

    async fn line(&mut self) -> Result<String> {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await.context("no mail came")??;
        line.context("the mail server ended")
    }
}

fn write_certificates(folder: &Path) -> Result<()> {
    let mut ca = CertificateParams::new(Vec::new())?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(rcgen::DnType::CommonName, "Test mail CA");
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate()?).context("no CA certificate")?;
    let key = KeyPair::generate()?;
    let server = CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &ca)?;
    std::fs::write(folder.join("ca.pem"), ca.pem())?;
    std::fs::write(folder.join("server.pem"), server.pem())?;
    Ok(std::fs::write(folder.join("server.key"), key.serialize_pem())?)
}
