//! Only theirs: whatever belongs to somebody else is not there. Not forbidden: not there.

use crate::home::home;
use anyhow::Result;
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::person::Person;
use riversync_testbed::process::build_products;

/// Who asks for what, and what they are told. A page that somebody may see stands beside each that they may not, so
/// that a typing error in a path does not pass for secrecy.
const ASKED: [(&str, &str, u16); 22] = [
    ("nera.coord", "/partners/overview", 200),
    ("nera.coord", "/partners/devices", 200),
    ("nera.coord", "/partners/devices/D-BF-1", 200),
    ("nera.coord", "/partners/workload", 200),
    ("nera.coord", "/partners/renewals", 200),
    ("nera.coord", "/partners/devices/D-BF-5", 404), // nobody covers it
    ("siam.admin", "/partners/devices", 200),
    ("siam.admin", "/partners/devices/D-BF-1", 404),
    ("andaman.admin", "/partners/devices/D-BF-1", 404),
    ("huawei.admin", "/partners/devices/D-BF-1", 404),
    ("mw.manager", "/partners/devices/D-BF-1", 404),
    ("offco.admin", "/partners/devices/D-BF-1", 404),
    ("bkk.admin", "/partners/overview", 404), // a customer has no partner app
    ("bkk.admin", "/partners/devices/D-BF-1", 404),
    ("bkk.admin", "/portal", 200),
    ("bkk.admin", "/portal/sharing", 200),
    ("bkk.admin", "/portal/devices/D-SR-1", 404),
    ("south.admin", "/portal", 200),
    ("south.admin", "/portal/devices/D-BF-1", 404),
    ("lonely.admin", "/portal", 200),
    ("lonely.admin", "/portal/devices/D-BF-1", 404),
    ("siam.sales", "/portal", 404), // Siam is no customer
];

#[tokio::test]
async fn what_belongs_to_others_is_not_there() -> Result<()> {
    build_products(true).await?;
    let home = home("only-theirs")?;
    let cloud = Cloud::start(home.path(), &cloud::Wish::default()).await?;
    let mut wrong = Vec::new();
    let mut someone: Option<(&str, Person)> = None;
    for (handle, path, expected) in ASKED {
        let known = someone.take().filter(|(known, _)| *known == handle);
        let person = match known {
            Some((_, person)) => person,
            None => Person::sign_in(&cloud.url(""), &cloud.sign_in_link(handle).await?).await?,
        };
        let (status, page) = person.page(path).await?;
        if status.as_u16() != expected {
            wrong.push(format!("{handle} {path}: {status}, not {expected}"));
        }
        if expected == 404 && path.contains("/D-") && page.contains("BKKFoods") {
            wrong.push(format!("{handle} {path}: the refusal names the owner"));
        }
        someone = Some((handle, person));
    }
    let stranger = Person::stranger(&cloud.url(""))?;
    for (_, path, _) in ASKED {
        let (status, _) = stranger.page(path).await?;
        if status.as_u16() != 303 {
            wrong.push(format!("a stranger {path}: {status}, not 303 to the sign-in page"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
