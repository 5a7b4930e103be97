//! What a reading says of itself: from which table, and when.

use super::{Reply, Server, Site, config, granted, words};
use crate::reading::Raw;
use riversync_protocol::v1::{Quality, QualityReason};

#[tokio::test]
async fn bits_come_from_their_own_tables() {
    let server = Server::start(|_| Reply::Addresses).await;
    let profile = "name = \"p\"\nversion = 1\ninterval = \"50ms\"\n\
        [[metric]]\nname = \"c9\"\nregister = \"coil\"\naddress = 9\ntype = \"bool\"\n\
        [[metric]]\nname = \"c10\"\nregister = \"coil\"\naddress = 10\ntype = \"bool\"\n\
        [[metric]]\nname = \"d3\"\nregister = \"discrete\"\naddress = 3\ntype = \"bool\"\n\
        [[metric]]\nname = \"i5\"\nregister = \"input\"\naddress = 5\ntype = \"uint16\"\n";
    let names = ["c9", "c10", "d3", "i5"];
    let mut site = Site::start(config(profile, server.port, &[1], ""), granted(&[1], &names));
    let reading = site.next().await;
    let raw: Vec<_> = reading.cells.into_iter().map(|cell| cell.raw).collect();
    assert_eq!(raw, [Raw::Bool(true), Raw::Bool(false), Raw::Bool(true), Raw::Int(5)]);
    let mut functions: Vec<_> = server.seen().iter().take(3).map(|seen| seen.function).collect();
    functions.sort_unstable();
    assert_eq!(functions, [1, 2, 4]);
}

#[tokio::test]
async fn what_is_read_while_the_clock_is_not_believed_says_so() {
    let server = Server::start(|_| Reply::Addresses).await;
    let mut site = Site::start(config(&words(&[10], ""), server.port, &[1], ""), granted(&[1], &["m10"]));
    let doubtful = Quality::uncertain(QualityReason::ClockUntrusted);
    site.until(1, |reading| reading.cells[0].quality == Quality::GOOD).await;
    site.clock.trust(false);
    let reading = site.until(1, |reading| reading.cells[0].quality == doubtful).await;
    assert_eq!(reading.cells[0].raw, Raw::Int(10), "the value stays");
    site.clock.trust(true);
    site.until(1, |reading| reading.cells[0].quality == Quality::GOOD).await;
}
