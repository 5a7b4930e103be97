//! In which language a page speaks to somebody whom it does not know: as they chose here before, else as their browser
//! asks (RFC 9110, section 12.5.4), else English. `?lang=th` chooses; the choice is kept in a cookie that says nothing
//! else of the person.

use super::layout::{View, address};
use crate::platform::base::Language;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::response::Response;
use axum_extra::extract::CookieJar;
use std::convert::Infallible;

/// The parameter that chooses.
const ASKED: &str = "lang";

/// The cookie that keeps the choice.
const KEPT: &str = "riversync-language";

/// A year, seconds.
const KEPT_S: u32 = 31_536_000;

/// The language of who is not signed in.
#[derive(Clone, Debug, Default)]
pub struct Spoken {
    /// The language.
    pub language: Language,
    /// Chosen by this very request, so it is to be kept.
    chosen: bool,
    /// The same page in the other language, as a query alone: a path that begins with `//` would lead elsewhere. None
    /// where the page cannot be opened again.
    pub(super) switch: Option<String>,
}

impl Spoken {
    /// Of a request.
    pub(super) fn of(method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        let view = View::of_uri(uri);
        let asked = view.get(ASKED).and_then(Language::parse);
        let jar = CookieJar::from_headers(headers);
        let chosen_before = || jar.get(KEPT).and_then(|cookie| Language::parse(cookie.value()));
        let language = asked.or_else(chosen_before).unwrap_or_else(|| accepted(headers));
        let switch = (method == Method::GET).then(|| address("", &[(ASKED, other(language).key())]));
        Self { language, chosen: asked.is_some(), switch }
    }

    /// One that the person chose in their account.
    pub fn only(language: Language) -> Self {
        Self { language, ..Self::default() }
    }

    /// With a parameter that the switch keeps; of the query it keeps nothing by itself, which anybody may have written.
    #[must_use]
    pub fn keeping(&self, name: &str, value: &str) -> Self {
        let asked = (ASKED, self.other().key());
        let query = if value.is_empty() { vec![asked] } else { vec![(name, value), asked] };
        Self { switch: self.switch.as_ref().map(|_| address("", &query)), ..self.clone() }
    }

    /// The other language, for the switch.
    pub(super) fn other(&self) -> Language {
        other(self.language)
    }

    /// Says on `response` in which language it is, upon what that depends, and keeps a choice.
    pub(super) fn mark(&self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.language.key()));
        headers.append(header::VARY, HeaderValue::from_static("accept-language, cookie"));
        if let (true, Ok(line)) = (self.chosen, HeaderValue::from_str(&kept(self.language))) {
            headers.append(header::SET_COOKIE, line);
        }
    }
}

/// The `Set-Cookie` line that keeps `language` for pages that do not know whom they speak to.
pub fn kept(language: Language) -> String {
    format!("{KEPT}={}; Path=/; Max-Age={KEPT_S}; HttpOnly; SameSite=Lax", language.key())
}

fn other(language: Language) -> Language {
    match language {
        Language::English => Language::Thai,
        Language::Thai => Language::English,
    }
}

/// The language of ours that a browser prefers.
fn accepted(headers: &HeaderMap) -> Language {
    let asked =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|asked| asked.to_str().ok()).unwrap_or_default();
    let weighed = asked.split(',').filter_map(|range| {
        let (range, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
        let primary = range.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        Language::parse(&primary).filter(|_| weight > 0.0).map(|language| (language, weight))
    });
    // Of equals the first counts, so the one that comes later must be greater.
    let best = weighed.fold(None, |best: Option<(Language, f32)>, next| match best {
        Some(best) if best.1 >= next.1 => Some(best),
        _ => Some(next),
    });
    best.map_or(Language::default(), |(language, _)| language)
}

impl<S: Send + Sync> FromRequestParts<S> for Spoken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.method, &parts.uri, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::Spoken;
    use crate::platform::base::Language;
    use axum::http::{HeaderMap, Method, header};

    fn spoken(uri: &str, headers: &[(header::HeaderName, &'static str)]) -> Spoken {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        Spoken::of(&Method::GET, &uri.parse().unwrap(), &headers)
    }

    #[test]
    fn a_browser_is_answered_in_the_language_that_it_asks_for() {
        let accepting = |value| spoken("/", &[(header::ACCEPT_LANGUAGE, value)]).language;
        assert_eq!(accepting("th-TH,th;q=0.9,en-US;q=0.8,en;q=0.7"), Language::Thai);
        assert_eq!(accepting("en-US,en;q=0.9,th;q=0.8"), Language::English);
        assert_eq!(accepting("de, TH ;q=0.5"), Language::Thai);
        assert_eq!(accepting("th;q=0, en;q=0.1"), Language::English);
        assert_eq!(accepting("th;q=NaN, *"), Language::English);
        assert_eq!(accepting(",;;q=,th;q"), Language::English, "what no browser sends");
        assert_eq!(spoken("/", &[]).language, Language::English);
    }

    #[test]
    fn what_was_chosen_here_comes_first_and_is_kept() {
        let thai = [(header::COOKIE, "a=b; riversync-language=th"), (header::ACCEPT_LANGUAGE, "en")];
        assert_eq!(spoken("/", &thai).language, Language::Thai);
        let chosen = spoken("/partners/login?next=%2F%2Fevil.example&lang=en", &thai);
        assert_eq!(chosen.language, Language::English);
        assert_eq!(chosen.switch.as_deref(), Some("?lang=th"));
        let keeping = chosen.keeping("next", "/portal");
        assert_eq!(keeping.switch.as_deref(), Some("?next=%2Fportal&lang=th"));
        assert_eq!(chosen.keeping("next", "").switch, chosen.switch);
        let mut response = axum::response::Response::default();
        chosen.mark(&mut response);
        let cookie = response.headers().get(header::SET_COOKIE).unwrap();
        assert!(cookie.to_str().unwrap().starts_with("riversync-language=en; "));
        assert_eq!(response.headers().get(header::CONTENT_LANGUAGE).unwrap(), "en");
        let mut response = axum::response::Response::default();
        spoken("/?lang=xx", &thai).mark(&mut response);
        assert!(response.headers().get(header::SET_COOKIE).is_none(), "nothing was chosen");
    }
}
