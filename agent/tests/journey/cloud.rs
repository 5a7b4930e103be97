//! A small cloud: speaks the real protocol over real mutual TLS, records like the real one, and can be made to misbehave.

use axum::body::Bytes;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::{IncomingStream, Listener};
use axum::{Router, middleware};
use ed25519_dalek::SigningKey;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, CertifiedIssuer, DnType, IsCa,
    KeyPair,
};
use riversync_agent::clock::{Clock, SystemClock};
use riversync_protocol::code::EnrolmentCode;
use riversync_protocol::ids::AgentId;
use riversync_protocol::pack::{Batch, unpack};
use riversync_protocol::sign::{Signed, sign_policy};
use riversync_protocol::v1::{
    Ack, Certificate, Content, Event, Lane, Message, Outcome, Policy, PolicyRow, Refusal, Schema, SchemaHash,
    SeqRange, Upload,
};
use riversync_protocol::{Envelope, decode, encode, paths};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How it answers batches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    #[default]
    Well,
    /// As a hotel's portal would.
    Portal,
    /// Stores, and cuts the answer short.
    CutShort,
    /// Takes the request and never answers.
    Silent,
}

/// What it has.
#[derive(Default)]
pub struct Books {
    pub mood: Mood,
    pub policy: Option<Signed>,
    pub schemas: HashMap<SchemaHash, Schema>,
    pub ranges: Vec<(u64, Lane, SeqRange)>,
    pub telemetry: Vec<(Schema, Batch)>,
    pub events: Vec<Event>,
    pub asked: u32,
    pub secret_used: bool,
    pub renewed: u32,
}

pub struct Cloud {
    pub books: Mutex<Books>,
    ca: CertifiedIssuer<'static, KeyPair>,
    pub signer: SigningKey,
    epoch: watch::Sender<u64>,
    address: String,
    life_ms: i64,
}

const SECRET: [u8; 16] = [3; 16];

pub fn now_ms() -> i64 {
    SystemClock::default().now_ms()
}

#[derive(Clone, Debug)]
struct Peer(Option<Vec<u8>>);

impl Connected<IncomingStream<'_, Door>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.remote_addr().clone()
    }
}

struct Door {
    tcp: TcpListener,
    tls: TlsAcceptor,
}

impl Listener for Door {
    type Io = TlsStream<TcpStream>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Peer) {
        loop {
            let (stream, _) = self.tcp.accept().await.unwrap();
            let shaken = tokio::time::timeout(Duration::from_secs(2), self.tls.accept(stream)).await;
            if let Ok(Ok(stream)) = shaken {
                let leaf = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
                let peer = Peer(leaf.map(|der| der.to_vec()));
                return (stream, peer);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Peer> {
        Ok(Peer(None))
    }
}

impl Cloud {
    /// Starts one whose certificates live for `life_ms`.
    pub async fn start(life_ms: i64) -> Arc<Self> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "test authority");
        let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let leaf =
            CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &ca).unwrap();

        let mut roots = RootCertStore::empty();
        roots.add(ca.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()
            .unwrap();
        let chain: Vec<CertificateDer<'static>> = vec![leaf.der().clone(), ca.der().clone()];
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(clients)
            .with_single_cert(chain, PrivateKeyDer::try_from(key.serialize_der()).unwrap())
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap().to_string();
        let cloud = Arc::new(Self {
            books: Mutex::default(),
            ca,
            signer: SigningKey::from_bytes(&[5; 32]),
            epoch: watch::Sender::new(0),
            address,
            life_ms,
        });
        let known = Router::new()
            .route(paths::RENEW, post(renew))
            .route(paths::POLICY, get(policy))
            .route(paths::SCHEMAS, post(schema))
            .route(paths::BATCHES, post(batch))
            .layer(middleware::from_fn(only_known));
        let routes =
            Router::new().route(paths::ENROL, post(enrol)).merge(known).with_state(Arc::clone(&cloud));
        let door = Door { tcp, tls: TlsAcceptor::from(Arc::new(config)) };
        tokio::spawn(async move {
            axum::serve(door, routes.into_make_service_with_connect_info::<Peer>()).await.unwrap();
        });
        cloud
    }

    pub fn code(&self) -> EnrolmentCode {
        let ca_sha256 = Sha256::digest(self.ca.der()).into();
        EnrolmentCode { address: self.address.clone(), ca_sha256, secret: SECRET }
    }

    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    /// Signs and sends a policy.
    pub fn grant(&self, epoch: u64, rows: Vec<PolicyRow>) {
        let policy = Policy { agent: AgentId::new("gw-1").unwrap(), epoch, issued_ms: now_ms(), rows };
        self.publish(epoch, sign_policy(&policy, &self.signer).unwrap());
    }

    /// Sends any document under any epoch.
    pub fn publish(&self, epoch: u64, signed: Signed) {
        self.books().policy = Some(signed);
        self.epoch.send_replace(epoch);
    }

    fn certificate(&self, csr_der: &[u8]) -> Certificate {
        let csr = rustls::pki_types::CertificateSigningRequestDer::from(csr_der.to_vec());
        let csr = CertificateSigningRequestParams::from_der(&csr).unwrap();
        let leaf = csr.signed_by(&self.ca).unwrap();
        Certificate {
            agent: AgentId::new("gw-1").unwrap(),
            chain_der: vec![leaf.der().to_vec(), self.ca.der().to_vec()],
            policy_key: self.signer.verifying_key().to_bytes(),
            not_after_ms: now_ms() + self.life_ms,
        }
    }

    fn ack(&self, outcome: Outcome) -> Message {
        Message::Ack(Ack { outcome, policy_epoch: *self.epoch.borrow(), server_ms: now_ms(), pace_ms: 10 })
    }

    fn take(&self, upload: Upload) -> Outcome {
        let (lane, range) = (upload.lane(), SeqRange { first: upload.first_seq, last: upload.last_seq });
        let mut books = self.books();
        let known: Vec<SeqRange> = books
            .ranges
            .iter()
            .filter(|(epoch, of, _)| *epoch == upload.store_epoch && *of == lane)
            .map(|(_, _, known)| *known)
            .filter(|known| known.first <= range.last && range.first <= known.last)
            .collect();
        if known.contains(&range) {
            return Outcome::Stored;
        }
        if !known.is_empty() {
            return Outcome::Overlaps(known);
        }
        match upload.content {
            Content::Events(events) => books.events.extend(events),
            Content::Telemetry(packed) => {
                let Some(schema) = books.schemas.get(&packed.schema).cloned() else {
                    return Outcome::Refused(Refusal::UnknownSchema(packed.schema));
                };
                let batch = unpack(&schema, &packed).unwrap();
                books.telemetry.push((schema, batch));
            }
        }
        books.ranges.push((upload.store_epoch, lane, range));
        Outcome::Stored
    }
}

async fn only_known(
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: axum::extract::Request,
    next: middleware::Next,
) -> Response {
    if peer.0.is_some() { next.run(request).await } else { StatusCode::UNAUTHORIZED.into_response() }
}

fn message(body: &Bytes) -> Message {
    let Envelope::V1(message) = decode(body).unwrap();
    message
}

fn answer(message: Message) -> Response {
    let body = encode(&Envelope::V1(message)).unwrap();
    ([(header::CONTENT_TYPE, paths::MEDIA_TYPE)], body).into_response()
}

async fn enrol(State(cloud): State<Arc<Cloud>>, body: Bytes) -> Response {
    let Message::EnrolRequest(request) = message(&body) else { panic!("another message") };
    if request.secret != SECRET || std::mem::replace(&mut cloud.books().secret_used, true) {
        return StatusCode::GONE.into_response();
    }
    answer(Message::Certificate(cloud.certificate(&request.csr_der)))
}

async fn renew(State(cloud): State<Arc<Cloud>>, body: Bytes) -> Response {
    let Message::RenewRequest(request) = message(&body) else { panic!("another message") };
    cloud.books().renewed += 1;
    answer(Message::Certificate(cloud.certificate(&request.csr_der)))
}

async fn policy(State(cloud): State<Arc<Cloud>>, Query(asked): Query<HashMap<String, u64>>) -> Response {
    let (have, wait) = (asked["have"], Duration::from_millis(asked["wait_ms"]));
    let mut epoch = cloud.epoch.subscribe();
    let newer = tokio::time::timeout(wait, epoch.wait_for(|epoch| *epoch != have)).await;
    let signed = cloud.books().policy.clone();
    match (newer, signed) {
        (Ok(_), Some(signed)) => answer(Message::Policy(signed)),
        _ => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn schema(State(cloud): State<Arc<Cloud>>, body: Bytes) -> Response {
    let Message::Schema(schema) = message(&body) else { panic!("another message") };
    schema.check().unwrap();
    let hash = schema.hash().unwrap();
    cloud.books().schemas.insert(hash, schema);
    answer(cloud.ack(Outcome::Stored))
}

async fn batch(State(cloud): State<Arc<Cloud>>, body: Bytes) -> Response {
    let Message::Upload(upload) = message(&body) else { panic!("another message") };
    cloud.books().asked += 1;
    let mood = cloud.books().mood;
    match mood {
        Mood::Well => answer(cloud.ack(cloud.take(upload))),
        Mood::Portal => {
            ([(header::CONTENT_TYPE, "text/html")], "<h1>Welcome, please pay</h1>").into_response()
        }
        Mood::CutShort => {
            let body = encode(&Envelope::V1(cloud.ack(cloud.take(upload)))).unwrap();
            ([(header::CONTENT_TYPE, paths::MEDIA_TYPE)], body[..body.len() - 1].to_vec()).into_response()
        }
        Mood::Silent => std::future::pending().await,
    }
}
