//! Names, sizes, and what the style sheet and icons promise.

use super::{ASSETS, url};
use crate::platform::web::parts::Icon;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

#[test]
fn a_name_carries_its_content_and_an_unknown_name_has_none() {
    let css = url("app.css");
    assert!(css.starts_with("/assets/app.") && css.ends_with(".css") && css.len() > 30, "{css}");
    assert_eq!(url("nothing.js"), "");
}

/// As a browser receives it.
fn gzipped(texts: &[&str]) -> usize {
    let each = texts.iter().map(|text| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap().len()
    });
    each.sum()
}

#[test]
fn the_scripts_stay_small() {
    let scripts: Vec<&str> = ASSETS.iter().filter(|a| a.name.ends_with(".js")).map(|a| a.text).collect();
    let bytes = gzipped(&scripts);
    assert!(bytes <= 25_000, "{bytes} bytes of script");
}

/// What a page asks for before it is whole, itself apart: style, icons and all scripts.
#[test]
fn the_first_view_stays_small() {
    let bytes = gzipped(&ASSETS.iter().map(|a| a.text).collect::<Vec<_>>());
    assert!(bytes <= 50_000, "{bytes} bytes leave too little of 60 kB for the page");
}

#[test]
fn every_icon_is_drawn_once() {
    let file = ASSETS.iter().find(|a| a.name == "icons.svg").unwrap().text;
    for icon in Icon::ALL {
        let id = format!("id=\"{}\"", icon.id());
        assert_eq!(file.matches(&id).count(), 1, "{} in icons.svg", icon.id());
    }
}

#[test]
fn nothing_comes_from_elsewhere() {
    for asset in ASSETS {
        let text = asset.text.replace("http://www.w3.org/2000/svg", "");
        assert!(
            !text.contains("http:") && !text.contains("https:") && !text.contains("//cdn"),
            "{}",
            asset.name
        );
        assert!(!text.contains("@import") && !text.contains("eval("), "{}", asset.name);
    }
}

#[test]
fn the_style_sheet_is_well_formed() {
    let css = ASSETS.iter().find(|a| a.name == "app.css").unwrap().text;
    let mut depth = 0_i32;
    for c in css.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        assert!((0..=3).contains(&depth), "a brace too many");
    }
    assert_eq!(depth, 0, "a brace is missing");
    // A media query in the middle of a list of selectors silently voids the whole rule.
    for before in css.split("@media").collect::<Vec<_>>().split_last().unwrap().1 {
        assert!(
            before.is_empty() || before.ends_with('\n'),
            "@media after {:?}",
            &before[before.len() - 30..]
        );
    }
}
