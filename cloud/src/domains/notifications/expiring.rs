//! A grant that ends soon, to each of its two sides. What ended, or was taken back meanwhile, is no news any more.

use super::say::{Told, scope, words};
use super::store::Row;
use crate::domains::coverage;
use crate::platform::access::{Actor, Item};
use crate::platform::base::{BANGKOK, in_zone};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use jiff::Zoned;

const THAI_MONTHS: [&str; 12] =
    ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."];

pub(super) async fn line(tx: &mut Tx, actor: &Actor, row: &Row, now_ms: i64) -> Result<Told, Error> {
    let id = row.object_id.as_str();
    if let Some(scope) = scope(actor, Item::Sharing) {
        for line in coverage::sharing(tx, &scope, now_ms).await? {
            let Some(shared) = line.grants.iter().find(|one| one.grant.id == id && one.active) else {
                continue;
            };
            let (partner, end) = (&line.partner_name, in_zone(shared.grant.window.until_ms, BANGKOK));
            let words = words(
                format!("What {partner} may see of your devices ends on {}", english(&end)),
                format!("สิทธิ์ของ {partner} ในการดูอุปกรณ์ของคุณจะสิ้นสุดวันที่ {}", thai(&end)),
            );
            return Ok(Some((words, "/portal/sharing".to_owned())));
        }
    }
    let Some(scope) = scope(actor, Item::CoveredDevices) else { return Ok(None) };
    let Some((shared, owner)) = coverage::granted(tx, &scope, id, now_ms).await? else { return Ok(None) };
    let end = in_zone(shared.grant.window.until_ms, BANGKOK);
    let words = words(
        format!("What you may see of the devices of {owner} ends on {}", english(&end)),
        format!("สิทธิ์ของคุณในการดูอุปกรณ์ของ {owner} จะสิ้นสุดวันที่ {}", thai(&end)),
    );
    Ok(shared.active.then(|| (words, "/partners/devices".to_owned())))
}

fn english(end: &Zoned) -> String {
    end.strftime("%-d %b %Y, %H:%M").to_string()
}

/// The year as it is counted in Thailand.
fn thai(end: &Zoned) -> String {
    let month = THAI_MONTHS.get(usize::try_from(end.month() - 1).unwrap_or(0)).copied().unwrap_or_default();
    format!(
        "{} {month} {} เวลา {:02}:{:02} น.",
        end.day(),
        i32::from(end.year()) + 543,
        end.hour(),
        end.minute()
    )
}
