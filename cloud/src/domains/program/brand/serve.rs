//! The style sheet and the logo, for the people of the program. Which they may have came with the actor.

use crate::app::App;
use crate::platform::access::{Action, Brand, Item};
use crate::platform::error::Error;
use crate::platform::files;
use crate::platform::web::brand::{Colour, logo_address, sheet, sheet_address};
use crate::platform::web::{Allowed, Path, Routes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use data_encoding::HEXLOWER;

pub(super) fn routes() -> Routes {
    Routes::new().get("/brand/{tenant}/{name}", Action::See(Item::Account), get(serve))
}

async fn serve(
    State(app): State<App>,
    allowed: Allowed,
    Path((tenant, name)): Path<(String, String)>,
) -> Result<Response, Error> {
    let address = format!("/brand/{tenant}/{name}");
    let mut brands = allowed.actor.acting.iter().filter_map(|acting| acting.brand.as_deref());
    let brand = brands.find(|brand| brand.owner_id == tenant).ok_or(Error::NotFound)?;
    if let Some(colour) = brand.colour.as_deref().and_then(Colour::parse)
        && sheet_address(&tenant, colour) == address
    {
        return Ok(style(colour));
    }
    if brand.logo.as_deref().is_some_and(|sha256| logo_address(&tenant, sha256) == address) {
        return picture(&app, brand).await;
    }
    Err(Error::NotFound)
}

fn style(colour: Colour) -> Response {
    let mut response = sheet(colour).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));
    response
}

async fn picture(app: &App, brand: &Brand) -> Result<Response, Error> {
    let sha256 = brand.logo.as_deref().and_then(|sha256| HEXLOWER.decode(sha256.as_bytes()).ok());
    let sha256 = sha256.ok_or(Error::NotFound)?;
    let mut tx = app.db.read().await?;
    let kept = files::load(&mut tx, &sha256).await?.ok_or(Error::NotFound)?;
    kept.picture().ok_or(Error::NotFound)
}
