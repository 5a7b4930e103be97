//! What the last action said, carried over one redirect in a cookie that is shown once.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use data_encoding::BASE64URL_NOPAD;

const COOKIE: &str = "flash";
/// Takes the cookie away once it was shown.
const CLEAR: HeaderValue = HeaderValue::from_static("flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");

/// After a change: back to `path`, where `said` is shown once.
pub fn done(path: &str, said: &str) -> Response {
    let mut response = Redirect::to(path).into_response();
    let value = BASE64URL_NOPAD.encode(said.as_bytes());
    let cookie = format!("{COOKIE}={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The message of a request. It is text from a cookie: shown escaped, and short.
pub(super) fn read(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let value =
        cookies.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix("flash="))?;
    let bytes = BASE64URL_NOPAD.decode(value.as_bytes()).ok()?;
    let said = String::from_utf8(bytes).ok()?;
    (!said.is_empty() && said.len() < 400).then_some(said)
}

pub(super) fn clear(response: &mut Response) {
    response.headers_mut().append(header::SET_COOKIE, CLEAR);
}

#[cfg(test)]
mod tests {
    use super::{done, read};
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn a_message_survives_one_redirect() {
        let response = done("/portal/sharing", "The grant was revoked; Nera sees nothing more.");
        assert_eq!(response.status(), 303);
        let set = response.headers()[header::SET_COOKIE].to_str().unwrap();
        let mut headers = HeaderMap::new();
        let pair = set.split(';').next().unwrap();
        headers.insert(header::COOKIE, HeaderValue::from_str(&format!("a=b; {pair}")).unwrap());
        assert_eq!(read(&headers).unwrap(), "The grant was revoked; Nera sees nothing more.");
        headers.insert(header::COOKIE, HeaderValue::from_static("flash=%%%"));
        assert_eq!(read(&headers), None);
    }
}
