//! Why the newest sample is not simply good, for people.

use super::words::Words;
use crate::platform::base::Language;
use riversync_protocol::v1::{Quality, QualityLevel, QualityReason};

/// What is to be said of a sample of this quality; nothing when it is good.
pub(super) fn doubt(quality: Quality, words: Words) -> Option<String> {
    let why = match words.0 {
        Language::English => english(quality.reason),
        Language::Thai => thai(quality.reason),
    };
    match quality.level {
        QualityLevel::Good => None,
        QualityLevel::Uncertain => Some(words.doubtful(why)),
        QualityLevel::Bad | QualityLevel::Stale => Some(words.no_value_now(why)),
    }
}

fn english(reason: QualityReason) -> String {
    let why = match reason {
        QualityReason::Exception(code) => {
            return format!("the device refused to say it (Modbus exception {code})");
        }
        QualityReason::None => "the gateway says no reason",
        QualityReason::Timeout => "the device did not answer in time",
        QualityReason::LinkDown => "the gateway has no connection to the device",
        QualityReason::Malformed => "the device's answer could not be read",
        QualityReason::Missing => "the device's message did not have it",
        QualityReason::OutOfRange => "the device gave more than the value can be",
        QualityReason::ClockUntrusted => "the gateway's clock was not believed",
        QualityReason::NotAvailable => "the device says that it has none",
        QualityReason::IdentityMismatch => "another device answers in its place",
        QualityReason::CounterFell => "the counter began again",
        QualityReason::NotANumber => "the device gave something that is no number",
        QualityReason::Overflow => "the value is too large to be told",
        QualityReason::Silent => "nothing came from the device for too long",
        QualityReason::Retained => "the site's broker had kept it; nobody knows when it was measured",
        QualityReason::DeviceClock => "the device's own clock was not believed",
        QualityReason::DeviceSays => "the device itself does not vouch for it",
        QualityReason::DeviceGone => "the device took its leave",
    };
    why.to_owned()
}

fn thai(reason: QualityReason) -> String {
    let why = match reason {
        QualityReason::Exception(code) => return format!("อุปกรณ์ปฏิเสธการอ่านค่า (Modbus exception {code})"),
        QualityReason::None => "เกตเวย์ไม่ได้แจ้งสาเหตุ",
        QualityReason::Timeout => "อุปกรณ์ไม่ตอบภายในเวลาที่กำหนด",
        QualityReason::LinkDown => "เกตเวย์เชื่อมต่อกับอุปกรณ์ไม่ได้",
        QualityReason::Malformed => "อ่านคำตอบของอุปกรณ์ไม่ได้",
        QualityReason::Missing => "ข้อความจากอุปกรณ์ไม่มีค่านี้",
        QualityReason::OutOfRange => "อุปกรณ์ส่งค่าเกินช่วงที่เป็นไปได้",
        QualityReason::ClockUntrusted => "นาฬิกาของเกตเวย์เชื่อถือไม่ได้",
        QualityReason::NotAvailable => "อุปกรณ์แจ้งว่าไม่มีค่านี้",
        QualityReason::IdentityMismatch => "อุปกรณ์เครื่องอื่นตอบแทน",
        QualityReason::CounterFell => "ตัวนับเริ่มนับใหม่",
        QualityReason::NotANumber => "อุปกรณ์ส่งสิ่งที่ไม่ใช่ตัวเลข",
        QualityReason::Overflow => "ค่าใหญ่เกินกว่าจะส่งได้",
        QualityReason::Silent => "ไม่มีค่าจากอุปกรณ์นานเกินไป",
        QualityReason::Retained => "เป็นค่าที่โบรกเกอร์ของไซต์เก็บไว้ ไม่ทราบว่าวัดเมื่อใด",
        QualityReason::DeviceClock => "นาฬิกาของอุปกรณ์เชื่อถือไม่ได้",
        QualityReason::DeviceSays => "อุปกรณ์เองไม่รับรองค่านี้",
        QualityReason::DeviceGone => "อุปกรณ์แจ้งออกจากระบบแล้ว",
    };
    why.to_owned()
}

#[cfg(test)]
mod tests {
    use super::doubt;
    use crate::domains::devices::words::Words;
    use crate::platform::base::Language;
    use riversync_protocol::v1::{Quality, QualityReason};

    #[test]
    fn a_sample_that_is_not_good_says_why() {
        let said = |quality| doubt(quality, Words(Language::English)).unwrap_or_default();
        assert_eq!(said(Quality::GOOD), "");
        let timeout = Quality::bad(QualityReason::Timeout);
        assert_eq!(said(timeout), "No value now: the device did not answer in time");
        let silent = Quality::stale(QualityReason::Silent);
        assert_eq!(said(silent), "No value now: nothing came from the device for too long");
        let fell = Quality::uncertain(QualityReason::CounterFell);
        assert_eq!(said(fell), "Doubtful: the counter began again");
    }
}
