//! The contact sheet: every picture on one page, a row per page and person.

use super::visit::{WIDTHS, picture};
use super::walk::Page;
use anyhow::Result;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Writes the sheet of these pages beside their pictures; answers where it is.
pub fn write(folder: &Path, pages: &[Page]) -> Result<PathBuf> {
    let mut html = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Every page</title><style>\
         body{font:14px system-ui;margin:24px;background:#888}section{margin-bottom:32px}\
         h2{font-size:16px}div{display:flex;gap:12px;align-items:start}img{display:block}\
         .w1280{width:560px}.w390{width:200px}</style><h1>Every page</h1>",
    );
    for page in pages {
        write!(html, "<section><h2>{} as {} <small>{}</small></h2><div>", page.name, page.handle, page.path)?;
        for (width, scheme) in WIDTHS.iter().flat_map(|width| [(width, "light"), (width, "dark")]) {
            let file = picture(page, *width, scheme);
            write!(
                html,
                "<a href=\"{file}\"><img class=\"w{width}\" loading=\"lazy\" src=\"{file}\" alt=\"{width} px, {scheme}\"></a>"
            )?;
        }
        html.push_str("</div></section>");
    }
    let file = folder.join("index.html");
    std::fs::write(&file, html)?;
    Ok(file)
}
