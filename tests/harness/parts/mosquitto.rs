//! The broker of a real site: mosquitto, by default with TLS, passwords and nothing open to strangers.

use super::{Authority, installed};
use crate::process::{Process, Program};
use crate::wait::until;
use anyhow::Result;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS, SubscribeFilter, TlsConfiguration, Transport};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

/// User name of the agent and of the sensors.
pub const USER: &str = "site";
/// Its password.
pub const PASSWORD: &str = "correct horse battery staple";

/// How a mosquitto is set up.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Speaks TLS, with a certificate of its own authority.
    pub tls: bool,
    /// Lets nobody in without the password.
    pub password: bool,
    /// Lets nobody in without a certificate of its authority.
    pub client_certificates: bool,
    /// Keeps sessions and their messages on disk, so that they outlive a restart.
    pub persistence: bool,
}

impl Setup {
    /// Open to everybody, and forgets everything when it ends.
    pub const PLAIN: Self =
        Self { tls: false, password: false, client_certificates: false, persistence: false };
}

impl Default for Setup {
    fn default() -> Self {
        Self { tls: true, password: true, ..Self::PLAIN }
    }
}

/// A running mosquitto; ends when it is dropped.
pub struct Mosquitto {
    port: u16,
    folder: PathBuf,
    setup: Setup,
    program: Program,
    process: Process,
}

impl Mosquitto {
    /// Starts one in `folder` on a free port of localhost, with TLS and a password.
    ///
    /// # Errors
    /// When mosquitto is not installed or does not start.
    pub async fn start(folder: &Path) -> Result<Self> {
        Self::start_as(folder, Setup::default()).await
    }

    /// Starts one that is set up like this.
    ///
    /// # Errors
    /// When mosquitto is not installed or does not start.
    pub async fn start_as(folder: &Path, setup: Setup) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let port = crate::port::free()?;
        let at = folder.display();
        let user = std::env::var_os("USER").unwrap_or_else(|| "root".into());
        let mut config = format!(
            "listener {port} 127.0.0.1\nmax_inflight_messages 100\nmax_queued_messages 0\n\
             allow_anonymous {}\npersistence {}\nuser {}\n",
            !setup.password,
            setup.persistence,
            user.to_string_lossy()
        );
        if setup.tls || setup.client_certificates {
            let authority = Authority::new(folder)?;
            authority.sign("server", &["localhost", "127.0.0.1"])?;
            authority.sign("client", &[])?;
            config += &format!("cafile {at}/ca.pem\ncertfile {at}/server.pem\nkeyfile {at}/server.key\n");
        }
        if setup.client_certificates {
            config += "require_certificate true\n";
        }
        if setup.password {
            let hash = Program::new(installed("mosquitto_passwd")?, folder.join("passwd.log"));
            hash.args(["-b", "-c", &format!("{at}/passwords"), USER, PASSWORD]).output().await?;
            config += &format!("password_file {at}/passwords\n");
        }
        if setup.persistence {
            config += &format!("persistence_location {at}/\nautosave_on_changes true\nautosave_interval 1\n");
        }
        std::fs::write(folder.join("mosquitto.conf"), config)?;
        let program = Program::new(installed("mosquitto")?, folder.join("mosquitto.log"));
        let program = program.args(["-c", &folder.join("mosquitto.conf").display().to_string()]);
        let process = program.start()?;
        let mut mosquitto = Self { port, folder: folder.to_owned(), setup, program, process };
        mosquitto.listens().await?;
        Ok(mosquitto)
    }

    async fn listens(&mut self) -> Result<()> {
        let port = self.port;
        until("mosquitto to listen", Duration::from_secs(10), async || {
            self.process.check_running()?;
            Ok(TcpStream::connect(("127.0.0.1", port)).await.map(drop)?)
        })
        .await
    }

    /// Its port on 127.0.0.1; its certificate names localhost and 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate authority that a client must trust.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// A certificate of its authority for a client, and its key.
    pub fn client_certificate(&self) -> (PathBuf, PathBuf) {
        (self.folder.join("client.pem"), self.folder.join("client.key"))
    }

    /// SIGKILLs it and starts it again: every session is lost that it did not keep on disk.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn kill_and_restart(&mut self) -> Result<()> {
        self.process.kill_and_restart().await?;
        self.listens().await
    }

    /// Ends it orderly, so that it writes down what it keeps, and starts it again.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn restart(&mut self) -> Result<()> {
        self.process.stop(Duration::from_secs(10)).await?;
        self.process = self.program.start()?;
        self.listens().await
    }

    /// Whether what it keeps on disk holds this text.
    ///
    /// # Errors
    /// When it keeps nothing.
    pub fn keeps(&self, text: &str) -> Result<bool> {
        let kept = std::fs::read(self.folder.join("mosquitto.db"))?;
        Ok(kept.windows(text.len()).any(|window| window == text.as_bytes()))
    }

    /// Every message it gives out on `topics` from the moment this returns, by topic.
    ///
    /// # Errors
    /// When it lets nobody in.
    pub async fn overhear(&self, topics: &[&str]) -> Result<tokio::sync::mpsc::UnboundedReceiver<String>> {
        let (client, mut events) = AsyncClient::new(self.options("overhearer")?, 4);
        let filters = topics.iter().map(|topic| SubscribeFilter::new((*topic).to_owned(), QoS::AtMostOnce));
        client.subscribe_many(filters).await?;
        loop {
            if let Event::Incoming(Packet::SubAck(_)) =
                tokio::time::timeout(Duration::from_secs(10), events.poll()).await??
            {
                break;
            }
        }
        let (tell, heard) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            let _client = client;
            while let Ok(event) = events.poll().await {
                if let Event::Incoming(Packet::Publish(publish)) = event
                    && tell.send(publish.topic).is_err()
                {
                    return;
                }
            }
        });
        Ok(heard)
    }

    /// Publishes one message at QoS 1 and waits until mosquitto has it.
    ///
    /// # Errors
    /// When it is not taken.
    pub async fn publish(&self, topic: &str, payload: Vec<u8>) -> Result<()> {
        self.publish_all([(topic.to_owned(), payload, false)]).await
    }

    /// Publishes messages at QoS 1, each kept for later subscribers or not, and waits until mosquitto has all of them.
    ///
    /// # Errors
    /// When one is not taken.
    pub async fn publish_all(
        &self,
        messages: impl IntoIterator<Item = (String, Vec<u8>, bool)>,
    ) -> Result<()> {
        let messages: Vec<_> = messages.into_iter().collect();
        let mut waiting = messages.len();
        let (client, mut events) = AsyncClient::new(self.options("sensor")?, 1_024);
        // Side by side: more messages than the client's queue holds leave it only while somebody polls.
        let says = async {
            for (topic, payload, retain) in messages {
                client.publish(topic, QoS::AtLeastOnce, retain, payload).await?;
            }
            anyhow::Ok(())
        };
        let hears = async {
            while waiting > 0 {
                let event = tokio::time::timeout(Duration::from_secs(20), events.poll()).await?;
                if let Event::Incoming(Packet::PubAck(_)) = event? {
                    waiting -= 1;
                }
            }
            anyhow::Ok(())
        };
        tokio::try_join!(says, hears)?;
        client.disconnect().await?;
        // The farewell must have left before the line is dropped.
        while events.poll().await.is_ok() {}
        Ok(())
    }

    fn options(&self, name: &str) -> Result<MqttOptions> {
        let mut options = MqttOptions::new(name, "localhost", self.port);
        options.set_max_packet_size(64 << 20, 64 << 20);
        if self.setup.password {
            options.set_credentials(USER, PASSWORD);
        }
        if self.setup.tls || self.setup.client_certificates {
            options.set_transport(Transport::Tls(TlsConfiguration::Rustls(self.tls()?)));
        }
        Ok(options)
    }

    fn tls(&self) -> Result<Arc<rustls::ClientConfig>> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.ca_file())?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots);
        if !self.setup.client_certificates {
            return Ok(Arc::new(builder.with_no_client_auth()));
        }
        let (certificate, key) = self.client_certificate();
        let chain = vec![CertificateDer::from_pem_file(certificate)?];
        Ok(Arc::new(builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_file(key)?)?))
    }
}

#[cfg(test)]
mod tests {
    use super::Mosquitto;
    use anyhow::Result;

    #[tokio::test]
    async fn it_takes_a_message_over_tls_with_a_password() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let mosquitto = Mosquitto::start(folder.path()).await?;
        mosquitto.publish("site/data", b"{}".to_vec()).await
    }
}
