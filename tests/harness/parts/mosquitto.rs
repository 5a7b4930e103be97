//! The broker of a real site: mosquitto with TLS, passwords and nothing open to strangers.

use super::installed;
use crate::process::{Process, Program};
use crate::wait::until;
use anyhow::{Context as _, Result};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS, TlsConfiguration, Transport};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// User name of the agent and of the sensors.
pub const USER: &str = "site";
/// Its password.
pub const PASSWORD: &str = "correct horse battery staple";

/// A running mosquitto; ends when it is dropped.
pub struct Mosquitto {
    port: u16,
    ca_file: PathBuf,
    process: Process,
}

impl Mosquitto {
    /// Starts one in `folder` on a free port of localhost.
    ///
    /// # Errors
    /// When mosquitto is not installed or does not start.
    pub async fn start(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let ca_file = write_certificates(folder)?;
        let passwords = folder.join("passwords");
        let hash = Program::new(installed("mosquitto_passwd")?, folder.join("passwd.log"));
        hash.args(["-b", "-c", &passwords.display().to_string(), USER, PASSWORD]).output().await?;
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        let at = folder.display();
        let config = format!(
            "listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {at}/passwords\n\
             cafile {at}/ca.pem\ncertfile {at}/server.pem\nkeyfile {at}/server.key\n\
             persistence false\nmax_inflight_messages 100\nmax_queued_messages 0\n\
             user {}\n",
            std::env::var_os("USER")
                .map_or_else(|| "root".into(), |user| user.to_string_lossy().into_owned())
        );
        std::fs::write(folder.join("mosquitto.conf"), config)?;
        let program = Program::new(installed("mosquitto")?, folder.join("mosquitto.log"));
        let process = program.args(["-c", &folder.join("mosquitto.conf").display().to_string()]).start()?;
        let mut mosquitto = Self { port, ca_file, process };
        until("mosquitto to listen", Duration::from_secs(10), async || {
            mosquitto.process.check_running()?;
            Ok(TcpStream::connect(("127.0.0.1", port)).await.map(drop)?)
        })
        .await?;
        Ok(mosquitto)
    }

    /// Its port on 127.0.0.1; its certificate names localhost and 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate authority that a client must trust.
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    /// SIGKILLs it and starts it again: every session is lost.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn kill_and_restart(&mut self) -> Result<()> {
        self.process.kill_and_restart().await
    }

    /// Publishes one message at QoS 1 and waits until mosquitto has it.
    ///
    /// # Errors
    /// When it is not taken.
    pub async fn publish(&self, topic: &str, payload: Vec<u8>) -> Result<()> {
        let mut options = MqttOptions::new("sensor", "localhost", self.port);
        options.set_credentials(USER, PASSWORD);
        options.set_transport(Transport::Tls(TlsConfiguration::Rustls(self.tls()?)));
        let (client, mut events) = AsyncClient::new(options, 4);
        client.publish(topic, QoS::AtLeastOnce, false, payload).await?;
        loop {
            let event = tokio::time::timeout(Duration::from_secs(10), events.poll()).await?;
            if let Event::Incoming(Packet::PubAck(_)) = event? {
                return Ok(());
            }
        }
    }

    fn tls(&self) -> Result<Arc<rustls::ClientConfig>> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(&self.ca_file)?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::new(config))
    }
}

fn write_certificates(folder: &Path) -> Result<PathBuf> {
    let mut ca = CertificateParams::new(Vec::new())?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(rcgen::DnType::CommonName, "Test site CA");
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate()?).context("no CA certificate")?;
    let key = KeyPair::generate()?;
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let server = CertificateParams::new(names)?.signed_by(&key, &ca)?;
    let ca_file = folder.join("ca.pem");
    std::fs::write(&ca_file, ca.pem())?;
    std::fs::write(folder.join("server.pem"), server.pem())?;
    std::fs::write(folder.join("server.key"), key.serialize_pem())?;
    Ok(ca_file)
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
