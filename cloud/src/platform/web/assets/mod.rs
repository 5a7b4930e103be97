//! Styles, scripts and icons: ours, embedded, named by their content, cached for ever.
//!
//! A new version has a new name, so a browser never mixes two versions. Scripts do not import each other: a name with a
//! hash in it cannot be written into a script.

pub mod tokens;

use crate::platform::error::Error;
use crate::platform::web::{Method, Routes};
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// One embedded file.
struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

const ASSETS: &[Asset] = &[
    Asset {
        name: "app.css",
        kind: "text/css; charset=utf-8",
        text: concat!(
            include_str!("tokens.css"),
            include_str!("frame.css"),
            include_str!("parts.css"),
            include_str!("chart.css"),
            include_str!("board.css")
        ),
    },
    Asset { name: "live.js", kind: "text/javascript; charset=utf-8", text: include_str!("live.js") },
    Asset { name: "chart.js", kind: "text/javascript; charset=utf-8", text: include_str!("chart.js") },
    Asset { name: "keys.js", kind: "text/javascript; charset=utf-8", text: include_str!("keys.js") },
    Asset { name: "over.js", kind: "text/javascript; charset=utf-8", text: include_str!("over.js") },
    Asset { name: "forms.js", kind: "text/javascript; charset=utf-8", text: include_str!("forms.js") },
    Asset { name: "board.js", kind: "text/javascript; charset=utf-8", text: include_str!("board.js") },
    Asset { name: "api.js", kind: "text/javascript; charset=utf-8", text: include_str!("api.js") },
    Asset { name: "passkey.js", kind: "text/javascript; charset=utf-8", text: include_str!("passkey.js") },
    Asset { name: "icons.svg", kind: "image/svg+xml", text: include_str!("icons.svg") },
    Asset { name: "mark.svg", kind: "image/svg+xml", text: include_str!("mark.svg") },
];

/// Addresses in the order of [`ASSETS`].
static URLS: LazyLock<Vec<String>> =
    LazyLock::new(|| ASSETS.iter().map(|asset| format!("/assets/{}", hashed(asset))).collect());

/// `app.css` becomes `app.1f3c9a2b4d5e6f70.css`.
fn hashed(asset: &Asset) -> String {
    let hash = HEXLOWER.encode(&Sha256::digest(asset.text.as_bytes())[..8]);
    match asset.name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.{hash}.{ending}"),
        None => format!("{}.{hash}", asset.name),
    }
}

/// The address of an embedded file; empty for a name that is none, which a test forbids.
pub fn url(name: &str) -> String {
    let at = ASSETS.iter().position(|asset| asset.name == name);
    at.and_then(|at| URLS.get(at)).cloned().unwrap_or_default()
}

/// The files' route.
pub fn routes() -> Routes {
    Routes::new().open(
        Method::Get,
        "/assets/{name}",
        "styles, scripts and icons hold no data and sign-in needs them",
        get(asset),
    )
}

async fn asset(Path(name): Path<String>) -> Result<Response, Error> {
    let address = format!("/assets/{name}");
    let found = ASSETS.iter().zip(URLS.iter()).find(|(_, url)| **url == address);
    let (asset, _) = found.ok_or(Error::NotFound)?;
    let mut response = asset.text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

#[cfg(test)]
mod tests;
