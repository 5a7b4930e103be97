//! Who carries mails out: an SMTP server, or nobody (the demo keeps what it would have sent).

use crate::config::{MailConfig, MailSecurity};
use crate::platform::jobs::Failed;
use anyhow::Context;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::{Duration, SystemTime};

/// How long the server may take for one step.
const PATIENCE: Duration = Duration::from_secs(20);

/// The way out.
#[derive(Clone, Debug)]
pub enum Courier {
    /// Sends.
    Smtp {
        /// The server.
        server: Box<AsyncSmtpTransport<Tokio1Executor>>,
        /// Who writes.
        from: Box<Mailbox>,
    },
    /// The demo: what would have been sent is kept and shown.
    Keep,
    /// No server is configured.
    Nobody,
}

/// A mail on its way.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Outgoing {
    pub(super) id: String,
    pub(super) to_email: String,
    pub(super) subject: String,
    pub(super) body: String,
    pub(super) html: String,
    pub(super) created_ms: i64,
    pub(super) keep_until_ms: i64,
}

impl Courier {
    /// The way out that the settings name.
    ///
    /// # Errors
    /// When the certificate file cannot be read or is none, or the sender's address is none.
    pub fn new(config: &MailConfig, demo: bool) -> anyhow::Result<Self> {
        let Some((host, port)) = &config.server else {
            return Ok(if demo { Self::Keep } else { Self::Nobody });
        };
        let tls = || -> anyhow::Result<TlsParameters> {
            let builder = TlsParameters::builder(host.clone());
            let builder = match &config.ca_file {
                Some(path) => {
                    let shown = path.display();
                    let pem = std::fs::read(path)
                        .with_context(|| format!("[mail] ca_file {shown} cannot be read"))?;
                    let ca = Certificate::from_pem(&pem).with_context(|| {
                        format!("[mail] ca_file {shown} holds no certificate in PEM form")
                    })?;
                    builder.certificate_store(CertificateStore::None).add_root_certificate(ca)
                }
                None => builder,
            };
            builder.build_rustls().context("TLS towards the mail server cannot be set up")
        };
        let tls = match config.security {
            MailSecurity::StartTls => Tls::Required(tls()?),
            MailSecurity::Tls => Tls::Wrapper(tls()?),
            MailSecurity::None => Tls::None,
        };
        let server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.clone())
            .port(*port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        let server = match (&config.user, &config.password) {
            (Some(user), Some(password)) => {
                server.credentials(Credentials::new(user.clone(), password.reveal().to_owned()))
            }
            _ => server,
        };
        let from: Mailbox =
            config.from.parse().with_context(|| format!("[mail] from \"{}\" is no address", config.from))?;
        Ok(Self::Smtp { server: Box::new(server.build()), from: Box::new(from) })
    }

    /// Whether a mail stays readable after it went out.
    pub(super) fn keeps(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Carries `mail` out.
    pub(super) async fn carry(&self, mail: &Outgoing) -> Result<(), Failed> {
        match self {
            Self::Keep => Ok(()),
            Self::Nobody => Err(Failed::ForGood(
                "no mail server is configured; name one under [mail] in cloud.toml".to_owned(),
            )),
            Self::Smtp { server, from } => {
                let message = message(mail, from).map_err(|error| Failed::ForGood(format!("{error:#}")))?;
                server.send(message).await.map(drop).map_err(|error| judge(&error))
            }
        }
    }
}

/// Whether a refusal may go away. That the server does not know us may: an operator sets it right.
fn judge(error: &lettre::transport::smtp::Error) -> Failed {
    let said = format!("{:#}", anyhow::anyhow!(error.to_string()).context("the mail server did not take it"));
    let ours = error.status().map(|code| code.to_string());
    let ours = ours.is_some_and(|code| ["530", "534", "535", "538"].contains(&code.as_str()));
    if error.is_permanent() && !ours { Failed::ForGood(said) } else { Failed::ForNow(said) }
}

fn message(mail: &Outgoing, from: &Mailbox) -> anyhow::Result<Message> {
    let to: Mailbox = mail.to_email.parse().context("the address is none that a mail can go to")?;
    let written = Duration::from_millis(u64::try_from(mail.created_ms).unwrap_or(0));
    let host = from.email.domain().to_owned();
    let part = |kind: ContentType, text: &str| SinglePart::builder().header(kind).body(text.to_owned());
    let both = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, &mail.body))
        .singlepart(part(ContentType::TEXT_HTML, &mail.html));
    Message::builder()
        .from(from.clone())
        .to(to)
        .subject(&mail.subject)
        .date(SystemTime::UNIX_EPOCH + written)
        // The same when it is sent again, so that a mailbox can see that the two are one.
        .message_id(Some(format!("<{}@{host}>", mail.id)))
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(both)
        .context("the mail cannot be put together")
}
