//! How a program looks as JSON.

use super::model::{Brand, Part, Wanted};
use super::{actions, logo, model, store};
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::{Error, FieldError};
use crate::platform::web::assets::tokens;
use crate::platform::web::brand::{Palette, Scheme};
use crate::platform::web::{Allowed, DocumentBody, JsonBody, Routes, UploadForm, Version};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// The room's part of the API's description.
#[derive(OpenApi)]
#[openapi(
    paths(read, change, take_colour, take_logo),
    tags((name = "Brand", description = "How a program looks to everybody who works in it."))
)]
pub struct ApiDoc;

pub(super) fn routes() -> Routes {
    let to_change = Action::Change(Item::Modules);
    Routes::new().get("/api/v1/admin/brand", Action::See(Item::Modules), get(read)).versioned(|one| {
        one.post("/api/v1/admin/brand", to_change, post(change).layer(UploadForm::limit()))
            .post("/api/v1/admin/brand/colour/remove", to_change, post(take_colour))
            .post("/api/v1/admin/brand/logo/remove", to_change, post(take_logo))
    })
}

/// What pages use of the colour in one scheme, so that everything can be read: WCAG 2.2, AA.
#[derive(Serialize, ToSchema)]
struct BrandSchemeJson {
    /// Of buttons for the one thing to do.
    button: String,
    /// Of the text on them.
    button_text: String,
    /// Of links and marks.
    link: String,
}

impl From<&Scheme> for BrandSchemeJson {
    fn from(scheme: &Scheme) -> Self {
        let [button, button_text, link] = [scheme.fill, scheme.on_fill, scheme.accent].map(tokens::hex);
        Self { button, button_text, link }
    }
}

#[derive(Serialize, ToSchema)]
struct BrandJson {
    version: Version,
    /// `#rrggbb`; none while pages show RiverSync's.
    colour: Option<String>,
    /// SHA-256 of the logo as it is kept, hexadecimal; none while pages show RiverSync's mark.
    logo_sha256: Option<String>,
    /// What pages use of the colour in the light scheme; none without a colour.
    light: Option<BrandSchemeJson>,
    /// The same in the dark scheme.
    dark: Option<BrandSchemeJson>,
}

fn shown(brand: &Brand) -> Response {
    let palette = brand.colour().map(Palette::of);
    brand.version().on(Json(BrandJson {
        version: brand.version(),
        colour: brand.colour.clone(),
        logo_sha256: brand.logo(),
        light: palette.as_ref().map(|palette| (&palette.light).into()),
        dark: palette.as_ref().map(|palette| (&palette.dark).into()),
    }))
}

/// How the program looks
#[utoipa::path(
    get,
    path = "/api/v1/admin/brand",
    tag = "Brand",
    responses((status = 200, description = "Its colour and its logo.", body = BrandJson)),
)]
async fn read(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    Ok(shown(&store::brand(&mut app.db.read().await?, &allowed.scope).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BrandBody {
    /// `#rrggbb`; left out, it stays.
    colour: Option<String>,
    /// A PNG or JPEG of at most 256 kB and 1024 × 1024 pixels; left out, it stays.
    logo: Option<DocumentBody>,
}

impl BrandBody {
    fn read(self) -> Result<Wanted, Error> {
        let mut wanted = Wanted::default();
        let mut wrong = Vec::new();
        match self.colour.as_deref().map(model::colour) {
            None => {}
            Some(Ok(colour)) => wanted.colour = colour,
            Some(Err(error)) => wrong.push(error),
        }
        if let Some(document) = self.logo {
            let (name, bytes) = document.read("logo")?;
            match logo::accept(&name, bytes) {
                Ok(logo) => wanted.logo = Part::Is(logo),
                Err(text) => wrong.push(FieldError { field: "logo", text }),
            }
        }
        if wrong.is_empty() { Ok(wanted) } else { Err(Error::Invalid(wrong)) }
    }
}

/// Give the program a colour, a logo, or both
///
/// Where the colour could not be read, pages use one that is darker or lighter; the answer says which.
#[utoipa::path(
    post,
    path = "/api/v1/admin/brand",
    tag = "Brand",
    request_body = BrandBody,
    responses((status = 200, description = "How it looks now.", body = BrandJson)),
)]
async fn change(
    allowed: Allowed,
    State(app): State<App>,
    body: JsonBody<BrandBody>,
) -> Result<Response, Error> {
    Ok(shown(&actions::set(&app, &allowed, body.read()?.read()?).await?))
}

/// Take the program's colour away
#[utoipa::path(
    post,
    path = "/api/v1/admin/brand/colour/remove",
    tag = "Brand",
    responses((status = 200, description = "How it looks now.", body = BrandJson)),
)]
async fn take_colour(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let wanted = Wanted { colour: Part::Goes, ..Wanted::default() };
    Ok(shown(&actions::set(&app, &allowed, wanted).await?))
}

/// Take the program's logo away
#[utoipa::path(
    post,
    path = "/api/v1/admin/brand/logo/remove",
    tag = "Brand",
    responses((status = 200, description = "How it looks now.", body = BrandJson)),
)]
async fn take_logo(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    let wanted = Wanted { logo: Part::Goes, ..Wanted::default() };
    Ok(shown(&actions::set(&app, &allowed, wanted).await?))
}
