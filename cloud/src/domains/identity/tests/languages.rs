//! In which language somebody is told that something did not work, signed in or not.

use crate::world::testing::{Answer, Browser, read, worlds};
use axum::body::Body;
use axum::http::{Method, header};

/// The page, as a browser gets it that would rather read `accepts`.
async fn asking(browser: &Browser, path: &str, accepts: &'static str) -> Answer {
    let mut request = browser.request(Method::GET, path, Body::empty());
    request.headers_mut().insert(header::ACCEPT_LANGUAGE, accepts.parse().unwrap());
    read(browser.raw(request).await).await
}

fn spoken(answer: &Answer) -> &str {
    answer.headers.get(header::CONTENT_LANGUAGE).unwrap().to_str().unwrap()
}

#[tokio::test]
async fn who_is_not_signed_in_is_answered_as_the_browser_asks_or_as_they_chose() {
    let world = worlds("identity_spoken").await.into_iter().next().unwrap();
    let browser = world.anonymous();
    let thai = asking(&browser, "/partners/login", "th-TH,th;q=0.9,en;q=0.8").await;
    assert_eq!((thai.status, spoken(&thai)), (200, "th"));
    assert!(thai.body.contains("<html lang=\"th\">") && thai.body.contains("เข้าสู่ระบบ"), "{}", thai.body);
    assert!(thai.body.contains("href=\"?lang=en\""), "{}", thai.body);
    let missing = asking(&browser, "/sign-in/nonsense", "th").await;
    assert_eq!((missing.status, spoken(&missing)), (410, "th"));
    assert!(missing.body.contains("ลิงก์นี้ใช้ไม่ได้"), "{}", missing.body);

    for elsewhere in ["//evil.example/x", "/\\evil.example", "/x?next=//evil.example"] {
        let page = asking(&browser, elsewhere, "th").await;
        assert!(page.status == 404 && !page.body.contains("evil"), "{elsewhere}: {}", page.body);
    }

    let chosen = asking(&browser, "/partners/login?lang=en", "th").await;
    assert_eq!((spoken(&chosen), chosen.body.contains("Send me a link")), ("en", true));
    let browser = browser.after(&chosen);
    assert_eq!(spoken(&asking(&browser, "/partners/login", "th").await), "en", "what was chosen is kept");
    let wrong = browser.post("/partners/login", &[("email", "nonsense")]).await;
    assert_eq!((wrong.status, spoken(&wrong)), (422, "en"));
    assert!(wrong.body.contains("This is not an e-mail address"), "{}", wrong.body);
    assert!(!wrong.body.contains("?lang="), "the answer to a form cannot be opened again: {}", wrong.body);
}

#[tokio::test]
async fn who_reads_thai_is_refused_in_thai_and_programs_in_english() {
    let world = worlds("identity_refused").await.into_iter().next().unwrap();
    let browser = world.as_person("nera.sales1").await;
    assert_eq!(browser.post("/account/language", &[("language", "th")]).await.status, 303);
    let missing = browser.get("/partners/devices/nonsense").await;
    assert_eq!((missing.status, spoken(&missing)), (404, "th"));
    assert!(missing.body.contains("ไม่มีข้อมูลที่นี่"), "{}", missing.body);
    let unknown = browser.get("/no/such/page").await;
    assert_eq!((unknown.status, spoken(&unknown)), (404, "en"), "this browser was never told");
    let chosen = browser.post("/account/language", &[("language", "th")]).await;
    let unknown = browser.after(&chosen).get("/no/such/page").await;
    assert_eq!((unknown.status, spoken(&unknown)), (404, "th"), "no route knows who asks, the browser does");
    let viewer = world.as_person("nera.view").await;
    assert_eq!(viewer.post("/account/language", &[("language", "th")]).await.status, 303);
    let refused = viewer.post("/partners/deals", &[("title", "x")]).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(refused.body.contains("บทบาทของคุณ") && refused.body.contains("ผู้ดูแลระบบ"), "{}", refused.body);
    let wrong = browser.post("/partners/deals", &[("title", "x")]).await;
    assert!(wrong.body.contains("กรอกชื่อลูกค้า"), "{}", wrong.body);
    let program = browser.get_json("/api/v1/partners/devices/nonsense").await;
    assert_eq!(
        (program.status, program.json()["detail"].as_str().unwrap()),
        (404, "There is nothing here, or nothing that your organisation may see.")
    );
}
