//! Everything that can have happened, as one closed list: the name of an action in log rows and of an event in the
//! outbox are the same word (PORTAL 3.2). A new fact is one line here; the golden list of the guards shows it.

use crate::platform::base::Language;

/// Declares the facts, each with its name in storage and what a reader is told, as the end of a sentence that begins
/// with who did it.
macro_rules! facts {
    ($($(#[$doc:meta])* $fact:ident = $key:literal, $words:literal, $thai:literal;)*) => {
        /// Something that happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fact {
            $($(#[$doc])* $fact,)*
        }

        impl Fact {
            /// All of them, by noun.
            pub const ALL: &[Self] = &[$(Self::$fact,)*];

            /// Its name in storage, events and API: noun, dot, past participle.
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$fact => $key,)*
                }
            }

            /// The end of a sentence that begins with who did it.
            pub const fn words(self) -> &'static str {
                match self {
                    $(Self::$fact => $words,)*
                }
            }

            /// The same in the language of who reads it; files and programs get [`Fact::words`].
            pub const fn words_in(self, language: Language) -> &'static str {
                match (language, self) {
                    (Language::English, _) => self.words(),
                    $((Language::Thai, Self::$fact) => $thai,)*
                }
            }
        }
    };
}

facts! {
    /// A gateway was let in by its code.
    AgentEnrolled = "agent.enrolled", "was enrolled", "ลงทะเบียนแล้ว";
    /// A one-time code was made for a gateway.
    AgentInvited = "agent.invited", "made an enrolment code", "สร้างรหัสลงทะเบียน";
    /// A gateway was shut out.
    AgentRevoked = "agent.revoked", "shut a gateway out", "ตัดเกตเวย์ออก";
    /// Somebody made an API key.
    ApiKeyMade = "api_key.made", "made an API key", "สร้างคีย์ API";
    /// A key that does not work was used.
    ApiKeyRefused = "api_key.refused", "used an API key that was refused", "ใช้คีย์ API ที่ถูกปฏิเสธ";
    /// A key was taken back.
    ApiKeyRevoked = "api_key.revoked", "revoked an API key", "เพิกถอนคีย์ API";
    /// A key got a new secret.
    ApiKeyRotated = "api_key.rotated", "renewed an API key", "ต่ออายุคีย์ API";
    /// Somebody took notice of an alarm.
    AlarmAcknowledged = "alarm.acknowledged", "took notice of an alarm", "รับทราบการแจ้งเตือน";
    /// Somebody took an alarm over.
    AlarmAssigned = "alarm.assigned", "took an alarm over", "รับผิดชอบการแจ้งเตือน";
    /// A gateway said that an alarm is over.
    AlarmCleared = "alarm.cleared", "cleared an alarm", "แจ้งว่าการแจ้งเตือนหายแล้ว";
    /// An alarm became a ticket.
    AlarmConverted = "alarm.converted", "made a ticket of an alarm", "เปิดทิกเก็ตจากการแจ้งเตือน";
    /// A gateway raised an alarm.
    AlarmRaised = "alarm.raised", "raised an alarm", "ส่งการแจ้งเตือน";
    /// Somebody said that an alarm is done.
    AlarmResolved = "alarm.resolved", "resolved an alarm", "ปิดการแจ้งเตือน";
    /// Something was asked for that the role, the organisation or the tier does not allow.
    AccessRefused = "access.refused", "asked for something that was refused", "ขอสิ่งที่ถูกปฏิเสธ";
    /// An owner agreed to what a partner asked for.
    AccessApproved = "access.approved", "agreed to a request for access", "อนุมัติคำขอสิทธิ์เข้าถึง";
    /// An owner did not agree to what a partner asked for.
    AccessDeclined = "access.declined", "declined a request for access", "ปฏิเสธคำขอสิทธิ์เข้าถึง";
    /// A partner asked the owner of a device for metrics.
    AccessRequested = "access.requested", "asked for access", "ขอสิทธิ์เข้าถึง";
    /// An organisation became a partner.
    ApplicationApproved = "application.approved", "approved an application", "อนุมัติใบสมัคร";
    /// An application ended without a partner.
    ApplicationRejected = "application.rejected", "rejected an application", "ปฏิเสธใบสมัคร";
    /// A returned application was sent again.
    ApplicationResubmitted = "application.resubmitted", "sent an application again", "ส่งใบสมัครอีกครั้ง";
    /// An application went back to be changed.
    ApplicationReturned = "application.returned", "returned an application", "ส่งใบสมัครกลับไปแก้ไข";
    /// An organisation applied to become a partner.
    ApplicationSubmitted = "application.submitted", "applied to become a partner", "สมัครเป็นพาร์ตเนอร์";
    /// An applicant took the application back.
    ApplicationWithdrawn = "application.withdrawn", "withdrew an application", "ถอนใบสมัคร";
    /// The owner of a program gave it another colour or logo, or took one away.
    BrandChanged = "brand.changed", "changed how the program looks", "เปลี่ยนรูปลักษณ์ของโปรแกรม";
    /// A deal is protected from now on.
    DealApproved = "deal.approved", "approved the deal", "อนุมัติดีล";
    /// A deal is sold in another way.
    DealChannelChanged = "deal.channel-changed", "changed how the deal is sold", "เปลี่ยนช่องทางขายของดีล";
    /// The protection of a deal ran out.
    DealExpired = "deal.expired", "ended the deal: its protection ran out", "สิ้นสุดดีลเพราะหมดเวลาคุ้มครอง";
    /// The protection of a deal ends soon.
    DealExpiring = "deal.expiring", "reminded of a deal whose protection ends soon", "เตือนว่าดีลใกล้หมดเวลาคุ้มครอง";
    /// A deal is protected for longer.
    DealExtended = "deal.extended", "extended the protection of the deal", "ขยายเวลาคุ้มครองของดีล";
    /// A deal was not sold.
    DealLost = "deal.lost", "marked the deal as lost", "ปิดดีลเป็นแพ้";
    /// A deal was registered.
    DealRegistered = "deal.registered", "registered a deal", "ลงทะเบียนดีล";
    /// A deal was refused.
    DealRejected = "deal.rejected", "rejected the deal", "ไม่อนุมัติดีล";
    /// A returned deal was sent again.
    DealResubmitted = "deal.resubmitted", "sent the deal again", "ส่งดีลอีกครั้ง";
    /// A deal went back to be changed.
    DealReturned = "deal.returned", "returned the deal", "ส่งดีลกลับให้แก้ไข";
    /// A reseller took its deal back.
    DealWithdrawn = "deal.withdrawn", "withdrew the deal", "ถอนดีล";
    /// A deal was sold.
    DealWon = "deal.won", "marked the deal as won", "ปิดดีลเป็นชนะ";
    /// An organisation linked a device that it bought.
    DeviceLinked = "device.linked", "linked a device", "เชื่อมอุปกรณ์";
    /// A deal may not be sold without a distributor.
    DirectDenied = "direct.denied", "denied the direct sale", "ไม่อนุญาตให้ขายตรง";
    /// A deal may be sold without a distributor.
    DirectGranted = "direct.granted", "granted the direct sale", "อนุญาตให้ขายตรง";
    /// A grant ends soon.
    GrantExpiring = "grant.expiring", "reminded of a grant that ends soon", "เตือนว่าสิทธิ์เข้าถึงใกล้สิ้นสุด";
    /// A grant was made.
    GrantMade = "grant.made", "granted access", "ให้สิทธิ์เข้าถึง";
    /// A grant was narrowed.
    GrantNarrowed = "grant.narrowed", "narrowed a grant", "ลดขอบเขตสิทธิ์เข้าถึง";
    /// A gateway purged what is no longer granted.
    GrantPurged = "grant.purged", "purged data that is no longer granted", "ลบข้อมูลที่ไม่มีสิทธิ์แล้ว";
    /// A grant was taken back.
    GrantRevoked = "grant.revoked", "revoked a grant", "เพิกถอนสิทธิ์เข้าถึง";
    /// Somebody accepted an invitation.
    InvitationAccepted = "invitation.accepted", "accepted an invitation", "ตอบรับคำเชิญ";
    /// Somebody was invited.
    InvitationSent = "invitation.sent", "invited somebody", "เชิญผู้ใช้";
    /// Somebody ended a job for good.
    JobCancelled = "job.cancelled", "cancelled a job", "ยกเลิกงานเบื้องหลัง";
    /// Somebody let a job be tried again at once.
    JobRetried = "job.retried", "let a job be tried again", "ให้ลองงานเบื้องหลังอีกครั้ง";
    /// A reseller works a lead that was offered to it.
    LeadAccepted = "lead.accepted", "accepted the lead", "รับลีด";
    /// A lead was offered to a reseller.
    LeadAssigned = "lead.assigned", "shared the lead", "แบ่งปันลีด";
    /// Somebody may need something.
    LeadCaptured = "lead.captured", "captured the lead", "รับลีดเข้า";
    /// A lead became an opportunity.
    LeadConverted = "lead.converted", "made the lead an opportunity", "เปลี่ยนลีดเป็นโอกาสการขาย";
    /// A reseller did not take a lead that was offered to it.
    LeadDeclined = "lead.declined", "declined the lead", "ไม่รับลีด";
    /// A lead is not worth following.
    LeadDisqualified = "lead.disqualified", "disqualified the lead", "ตัดสิทธิ์ลีด";
    /// A reseller did not answer in time whether it takes a lead.
    LeadExpired = "lead.expired", "took the lead back: it was not accepted in time", "นำลีดคืนเพราะไม่ได้รับภายในกำหนด";
    /// Somebody took a saved view of a list away.
    ListViewRemoved = "list_view.removed", "removed a view of a list", "ลบมุมมองของรายการ";
    /// Somebody saved what they ask a list for.
    ListViewSaved = "list_view.saved", "saved a view of a list", "บันทึกมุมมองของรายการ";
    /// An auditor opened another organisation's log.
    LogOpened = "log.opened", "opened this log", "เปิดบันทึกนี้";
    /// Somebody asked for a signed checkpoint of all logs.
    LogSigned = "log.signed", "signed a checkpoint of all logs", "ลงลายเซ็นจุดตรวจของบันทึกทั้งหมด";
    /// Somebody chose the language, zone or era in which they read.
    LanguageChanged = "person.language_changed", "chose how they read", "เลือกภาษาและเวลา";
    /// Somebody chose what to be told of.
    NotificationsChosen = "person.notifications_chosen", "chose what to be told of", "เลือกเรื่องที่ต้องการให้แจ้ง";
    /// Somebody became a member of an organisation.
    MemberAdded = "member.added", "added a member", "เพิ่มสมาชิก";
    /// A member was switched off.
    MemberDisabled = "member.disabled", "switched a member off", "ปิดใช้สมาชิก";
    /// A member was switched on again.
    MemberEnabled = "member.enabled", "switched a member on", "เปิดใช้สมาชิก";
    /// Somebody is no member any more.
    MemberRemoved = "member.removed", "removed a member", "นำสมาชิกออก";
    /// A member got other roles.
    MemberRolesChanged = "member.roles_changed", "changed the roles of a member", "เปลี่ยนบทบาทของสมาชิก";
    /// Somebody who administers ended sessions of a member.
    MemberSignedOut = "member.signed_out", "signed a member out", "ให้สมาชิกออกจากระบบ";
    /// A module of a program was switched off.
    ModuleDisabled = "module.disabled", "switched a module off", "ปิดโมดูล";
    /// A module of a program was switched on.
    ModuleEnabled = "module.enabled", "switched a module on", "เปิดโมดูล";
    /// An opportunity is real.
    OpportunityConfirmed = "opportunity.confirmed", "confirmed the opportunity", "ยืนยันโอกาสการขาย";
    /// A partner may use its app again.
    PartnerReinstated = "partner.reinstated", "reinstated a partner", "ให้พาร์ตเนอร์กลับมาใช้งาน";
    /// A partner may not use its app for a time.
    PartnerSuspended = "partner.suspended", "suspended a partner", "ระงับพาร์ตเนอร์";
    /// The owner of a program agreed on other terms with a partner.
    PartnerTermsChanged = "partner.terms_changed", "changed a partner's terms", "เปลี่ยนเงื่อนไขของพาร์ตเนอร์";
    /// The first administrator came in.
    ProgramFounded = "program.founded", "set the program up", "ตั้งค่าโปรแกรม";
    /// Somebody switched a choice that the role matrix leaves.
    PolicySwitched = "policy.switched", "changed who sees what", "เปลี่ยนว่าใครเห็นอะไร";
    /// A person added a passkey.
    PasskeyAdded = "passkey.added", "added a passkey", "เพิ่มพาสคีย์";
    /// A passkey was taken off an account.
    PasskeyRemoved = "passkey.removed", "removed a passkey", "ลบพาสคีย์";
    /// A person calls a passkey something else.
    PasskeyRenamed = "passkey.renamed", "renamed a passkey", "เปลี่ยนชื่อพาสคีย์";
    /// A reseller took a price.
    QuoteAccepted = "quote.accepted", "accepted the quote", "ตอบรับใบเสนอราคา";
    /// A reseller did not take a price.
    QuoteDeclined = "quote.declined", "declined the quote", "ไม่รับใบเสนอราคา";
    /// A deal was priced.
    QuoteIssued = "quote.issued", "issued the quote", "ออกใบเสนอราคา";
    /// A price was taken back.
    QuoteWithdrawn = "quote.withdrawn", "withdrew the quote", "ถอนใบเสนอราคา";
    /// A partner said what it expects of a renewal.
    RenewalReviewed = "renewal.reviewed", "looked at a renewal", "ตรวจดูการต่อสัญญา";
    /// A session ended.
    SessionEnded = "session.ended", "ended a session", "สิ้นสุดเซสชัน";
    /// A session of somebody who may not sign in any more was presented.
    SessionRefused = "session.refused", "used a session that was refused", "ใช้เซสชันที่ถูกปฏิเสธ";
    /// A person signed in.
    SessionStarted = "session.started", "signed in", "เข้าสู่ระบบ";
    /// A person acts for another organisation from now on.
    SessionSwitched = "session.switched", "switched to this organisation", "สลับมาทำงานในนามขององค์กรนี้";
    /// An operator made a sign-in link.
    SignInLinkMade = "sign_in_link.made", "made a sign-in link", "สร้างลิงก์เข้าสู่ระบบ";
    /// A sign-in link was tried and does not work.
    SignInLinkRefused = "sign_in_link.refused", "tried a sign-in link that was refused", "ลองใช้ลิงก์เข้าสู่ระบบที่ถูกปฏิเสธ";
    /// A sign-in link was asked for.
    SignInLinkSent = "sign_in_link.sent", "asked for a sign-in link", "ขอลิงก์เข้าสู่ระบบ";
    /// A sign-in link was asked for and not sent: too many for this organisation.
    SignInLinkWithheld = "sign_in_link.withheld", "asked for a sign-in link and got none", "ขอลิงก์เข้าสู่ระบบแต่ไม่ได้รับ";
    /// A person asked for a code to confirm a change that matters.
    StepUpAsked = "step_up.asked", "asked for a confirmation code", "ขอรหัสยืนยัน";
    /// A person confirmed to be there.
    StepUpDone = "step_up.done", "confirmed a sensitive action", "ยืนยันการดำเนินการสำคัญ";
    /// A partner read values.
    TelemetryRead = "telemetry.read", "read values", "อ่านค่า";
    /// A gateway sent values that are not granted.
    TelemetryRefused = "telemetry.refused", "sent values that are not granted; they were refused", "ส่งค่าที่ไม่ได้รับสิทธิ์ จึงถูกปฏิเสธ";
    /// An organisation gave an app up.
    TenantCapabilityDisabled = "tenant.capability-disabled", "gave an app up", "เลิกใช้แอป";
    /// An organisation gained an app (TEN-5).
    TenantCapabilityEnabled = "tenant.capability-enabled", "gained an app", "ได้ใช้แอปเพิ่ม";
    /// An organisation was brought into the program.
    TenantCreated = "tenant.created", "brought an organisation in", "นำองค์กรเข้าสู่โปรแกรม";
    /// Everything of an organisation was written into a file.
    TenantExported = "tenant.exported", "exported everything of an organisation", "ส่งออกข้อมูลทั้งหมดขององค์กร";
    /// An organisation came in from another database.
    TenantImported = "tenant.imported", "imported an organisation", "นำเข้าองค์กร";
    /// Somebody made sure who an organisation is.
    TenantVerified = "tenant.verified", "verified an organisation", "ตรวจยืนยันองค์กร";
    /// Somebody took notice of a ticket.
    TicketAcknowledged = "ticket.acknowledged", "took notice of a ticket", "รับทราบทิกเก็ต";
    /// Somebody took a ticket over.
    TicketAssigned = "ticket.assigned", "took a ticket over", "รับผิดชอบทิกเก็ต";
    /// Somebody said that a ticket is done.
    TicketResolved = "ticket.resolved", "resolved a ticket", "ปิดทิกเก็ต";
    /// A reseller has another tier.
    TierGranted = "tier.granted", "granted another tier", "ให้ระดับพาร์ตเนอร์ใหม่";
    /// Staff no longer look on as somebody.
    ViewEnded = "view.ended", "stopped looking on as somebody", "เลิกดูในมุมมองผู้อื่น";
    /// Staff's time to look on as somebody was over.
    ViewExpired = "view.expired", "looked on as somebody until the time was over", "ดูในมุมมองผู้อื่นจนหมดเวลา";
    /// Staff look on as somebody.
    ViewStarted = "view.started", "began to look on as somebody", "เริ่มดูในมุมมองผู้อื่น";
    /// Somebody took notice of a visit.
    VisitAcknowledged = "visit.acknowledged", "took notice of a visit", "รับทราบการเข้าบริการ";
    /// Somebody took a visit over.
    VisitAssigned = "visit.assigned", "took a visit over", "รับผิดชอบการเข้าบริการ";
    /// A visit was made.
    VisitCompleted = "visit.completed", "completed a visit", "เข้าบริการเสร็จแล้ว";
    /// An organisation wants to be told of what happens.
    WebhookAdded = "webhook.added", "added a webhook", "เพิ่มเว็บฮุก";
    /// A webhook goes elsewhere, or tells of something else.
    WebhookChanged = "webhook.changed", "changed a webhook", "แก้ไขเว็บฮุก";
    /// A webhook is no more.
    WebhookDeleted = "webhook.deleted", "deleted a webhook", "ลบเว็บฮุก";
    /// A webhook tells nothing for now.
    WebhookPaused = "webhook.paused", "paused a webhook", "พักเว็บฮุก";
    /// Something is told once more.
    WebhookRedelivered = "webhook.redelivered", "sent an event of a webhook again", "ส่งเหตุการณ์ของเว็บฮุกอีกครั้ง";
    /// A webhook tells again.
    WebhookResumed = "webhook.resumed", "resumed a webhook", "เปิดเว็บฮุกต่อ";
    /// A webhook signs with a new secret.
    WebhookRotated = "webhook.rotated", "renewed the secret of a webhook", "ต่ออายุรหัสลับของเว็บฮุก";
    /// Somebody tried a webhook.
    WebhookTested = "webhook.tested", "sent a test event to a webhook", "ส่งเหตุการณ์ทดสอบไปยังเว็บฮุก";
}

impl Fact {
    /// The fact of a name in storage.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fact| fact.key() == key)
    }

    /// What it is about: the part of its name before the dot.
    pub fn noun(self) -> &'static str {
        self.key().split('.').next().unwrap_or_default()
    }
}
