//! Whose address a request comes from: the other end of the connection, or what a trusted proxy says it is. Everything
//! that counts or writes down addresses reads the one that is put here.

use crate::app::App;
use crate::platform::tls::Peer;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use std::net::{IpAddr, SocketAddr};

/// Notes the client's address as [`ConnectInfo`].
pub(super) async fn client_address(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let plain = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let peer = plain.or_else(|| extensions.get::<ConnectInfo<Peer>>().map(|info| info.0.address));
    if let Some(peer) = peer {
        let client = behind(peer.ip(), request.headers(), &app.config.trusted_proxies);
        let client = if client == peer.ip() { peer } else { SocketAddr::new(client, 0) };
        request.extensions_mut().insert(ConnectInfo(client));
    }
    next.run(request).await
}

/// The nearest address in the chain that is no trusted proxy. What stands left of it anybody may have written.
fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let mut client = peer.to_canonical();
    let lines: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let mut said = lines.iter().rev().flat_map(|line| line.rsplit(',')).map(str::trim);
    while trusted.contains(&client) {
        // A proxy that names nobody, or nothing that is an address, answers for itself.
        let Some(before) = said.next().and_then(|text| text.parse::<IpAddr>().ok()) else { break };
        client = before.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use super::behind;
    use axum::http::{HeaderMap, HeaderValue};
    use std::net::IpAddr;

    fn client(peer: &str, trusted: &[&str], lines: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        let trusted: Vec<IpAddr> = trusted.iter().map(|ip| ip.parse().unwrap()).collect();
        behind(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_what_it_wrote_itself() {
        assert_eq!(client("10.0.0.1", &[], &["6.6.6.6"]), "10.0.0.1", "nobody is trusted");
        assert_eq!(
            client("9.9.9.9", &["10.0.0.1"], &["6.6.6.6"]),
            "9.9.9.9",
            "a stranger claims to be a proxy"
        );
        assert_eq!(client("10.0.0.1", &["10.0.0.1"], &["6.6.6.6"]), "6.6.6.6");
        assert_eq!(client("::ffff:10.0.0.1", &["10.0.0.1"], &["6.6.6.6"]), "6.6.6.6", "the same address");
        assert_eq!(
            client("10.0.0.1", &["10.0.0.1"], &["1.1.1.1, 6.6.6.6"]),
            "6.6.6.6",
            "the client wrote 1.1.1.1"
        );
        assert_eq!(
            client("10.0.0.1", &["10.0.0.1"], &["1.1.1.1", "6.6.6.6"]),
            "6.6.6.6",
            "the same in two lines"
        );
        assert_eq!(
            client("10.0.0.1", &["10.0.0.1", "10.0.0.2"], &["6.6.6.6, 10.0.0.2"]),
            "6.6.6.6",
            "two proxies"
        );
        for nothing in ["", "unknown", "6.6.6.6:80, x"] {
            assert_eq!(client("10.0.0.1", &["10.0.0.1"], &[nothing]), "10.0.0.1", "{nothing}");
        }
    }
}
