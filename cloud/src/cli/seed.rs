//! `seed`: the demo world, into an empty database.

use super::options::Common;
use super::{Failure, say};
use crate::world;
use anyhow::Context;

/// What `seed` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
    /// Which world
    #[arg(long, value_parser = ["demo"], default_value = "demo")]
    world: String,
    /// The day that is 15 July 2026 of the story: YYYY-MM-DD, or `now`; all dates move with it
    #[arg(long, value_name = "DATE|now", default_value = "2026-07-15")]
    today: String,
}

/// Plants the world.
pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let app = args.common.app().await?;
    let today = match args.today.as_str() {
        "now" => world::today(&app),
        day => day.parse().map_err(|_| {
            Failure::Usage(format!("\"{day}\" is not a day; write YYYY-MM-DD, such as 2026-07-15, or now"))
        })?,
    };
    world::plant(&app, today).await.context("the world was not planted")?;
    app.db.close().await;
    say(&format!("Planted the {} world; the story's 15 July 2026 is {today}.\n", args.world))
}
