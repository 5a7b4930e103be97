//! What the steps of a record say: on the button, as the question, and for the reason that the other side reads.

use super::moves::Move;
use super::stages::State;
use super::words::Words;
use crate::platform::base::Language;

impl Words {
    fn one_of(self, (english, thai): (&'static str, &'static str)) -> &'static str {
        match self.0 {
            Language::English => english,
            Language::Thai => thai,
        }
    }

    /// The way to the form that registers what is there.
    pub(super) fn register_this(self, from: State) -> &'static str {
        self.one_of(match from {
            State::DealReturned => ("Change and send again", "แก้ไขและส่งอีกครั้ง"),
            _ => ("Register as a deal", "ลงทะเบียนเป็นดีล"),
        })
    }

    /// The button of a move.
    pub(super) fn step(self, what: Move, from: State) -> &'static str {
        let is_lead = from == State::LeadShared;
        self.one_of(match what {
            Move::Share => ("Share with a reseller", "แบ่งปันให้ตัวแทนจำหน่าย"),
            Move::Disqualify => ("Disqualify", "ตัดสิทธิ์"),
            Move::Convert => ("Make it an opportunity", "เปลี่ยนเป็นโอกาสการขาย"),
            Move::Confirm => ("Confirm", "ยืนยัน"),
            Move::Register => ("Register", "ลงทะเบียน"),
            Move::Approve => ("Approve", "อนุมัติ"),
            Move::Return => ("Return", "ส่งกลับให้แก้ไข"),
            Move::Reject => ("Reject", "ไม่อนุมัติ"),
            Move::Withdraw => ("Withdraw", "ถอน"),
            Move::Extend => ("Extend the protection", "ขยายเวลาคุ้มครอง"),
            Move::Expire => ("Expire", "ให้หมดอายุ"),
            Move::Reallocate => ("Change the channel", "เปลี่ยนช่องทาง"),
            Move::GrantDirect => ("Grant the direct sale", "อนุญาตให้ขายตรง"),
            Move::DenyDirect => ("Deny the direct sale", "ไม่อนุญาตให้ขายตรง"),
            Move::Issue if from == State::DealApproved => ("Issue the quote", "ออกใบเสนอราคา"),
            Move::Issue => ("Revise the quote", "แก้ไขใบเสนอราคา"),
            Move::Recall => ("Withdraw the quote", "ถอนใบเสนอราคา"),
            Move::Accept if is_lead => ("Accept the lead", "รับลีด"),
            Move::Accept => ("Accept the quote", "ตอบรับใบเสนอราคา"),
            Move::Decline if is_lead => ("Decline the lead", "ไม่รับลีด"),
            Move::Decline => ("Decline the quote", "ไม่รับใบเสนอราคา"),
            Move::Win => ("Mark as won", "ปิดเป็นชนะ"),
            Move::Lose => ("Mark as lost", "ปิดเป็นแพ้"),
        })
    }

    /// What follows, for whoever is about to do it.
    pub(super) fn question(self, what: Move) -> &'static str {
        self.one_of(match what {
            Move::Share => (
                "The reseller has three days to accept it. Until then it reads no contact.",
                "ตัวแทนจำหน่ายมีเวลาสามวันในการตอบรับ ก่อนหน้านั้นจะไม่เห็นผู้ติดต่อ",
            ),
            Move::Disqualify => {
                ("The lead ends here. Whoever referred it reads why.", "ลีดสิ้นสุดที่นี่ ผู้ส่งต่อจะได้อ่านเหตุผล")
            }
            Move::Return => (
                "The reseller changes it and sends it again. Until then it takes none of its places.",
                "ตัวแทนจำหน่ายแก้ไขแล้วส่งอีกครั้ง ระหว่างนั้นไม่นับเป็นดีลที่เปิดอยู่",
            ),
            Move::Reject => {
                ("The deal ends here. The reseller reads why.", "ดีลสิ้นสุดที่นี่ ตัวแทนจำหน่ายจะได้อ่านเหตุผล")
            }
            Move::Withdraw => (
                "The deal ends here and its place is free again. RiverSync is told.",
                "ดีลสิ้นสุดที่นี่และคืนสิทธิ์ดีลที่เปิดอยู่ ระบบจะแจ้ง RiverSync",
            ),
            Move::Extend => ("By 30 days, once.", "เพิ่ม 30 วัน ทำได้ครั้งเดียว"),
            Move::Reallocate => (
                "The distributor that it runs through now reads neither value nor quote any more.",
                "ผู้จัดจำหน่ายรายเดิมจะไม่เห็นมูลค่าและใบเสนอราคาอีก",
            ),
            Move::DenyDirect => (
                "Name the distributor that the deal runs through instead, or let the reseller ask again.",
                "ระบุผู้จัดจำหน่ายที่จะขายผ่านแทน หรือให้ตัวแทนจำหน่ายขอใหม่",
            ),
            Move::Issue => (
                "The price of the reseller's tier is worked out from the price list's sum and written down.",
                "ระบบคำนวณราคาตามระดับของตัวแทนจำหน่ายจากยอดตามราคาตั้ง และบันทึกไว้",
            ),
            Move::Recall => (
                "The reseller can no longer accept it. A new revision can be issued.",
                "ตัวแทนจำหน่ายตอบรับไม่ได้อีก ออกฉบับแก้ไขใหม่ได้",
            ),
            Move::Decline => {
                ("RiverSync reads why, and may offer it again.", "RiverSync จะได้อ่านเหตุผลและอาจเสนอใหม่")
            }
            Move::Win => (
                "The deal is closed for good; the reseller services what was sold.",
                "ดีลปิดถาวร ตัวแทนจำหน่ายเป็นผู้ดูแลบริการสิ่งที่ขาย",
            ),
            Move::Lose => {
                ("The deal is closed for good. The reseller reads why.", "ดีลปิดถาวร ตัวแทนจำหน่ายจะได้อ่านเหตุผล")
            }
            Move::Convert
            | Move::Confirm
            | Move::Register
            | Move::Approve
            | Move::Expire
            | Move::GrantDirect
            | Move::Accept => ("", ""),
        })
    }

    /// What the reason is called.
    pub(super) fn reason(self, what: Move) -> &'static str {
        self.one_of(match what {
            Move::Return => ("What is to be changed", "สิ่งที่ต้องแก้ไข"),
            Move::Decline => ("Reason, read by RiverSync", "เหตุผล (RiverSync จะได้อ่าน)"),
            _ => ("Reason, read by the reseller", "เหตุผล (ตัวแทนจำหน่ายจะได้อ่าน)"),
        })
    }
}
