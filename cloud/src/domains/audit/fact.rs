//! Everything that can have happened, as one closed list: the name of an action in log rows and of an event in the
//! outbox are the same word (PORTAL 3.2). A new fact is one line here; the golden list of the guards shows it.

/// Declares the facts, each with its name in storage and what a reader is told, as the end of a sentence that begins
/// with who did it.
macro_rules! facts {
    ($($(#[$doc:meta])* $fact:ident = $key:literal, $words:literal;)*) => {
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
        }
    };
}

facts! {
    /// A gateway was let in by its code.
    AgentEnrolled = "agent.enrolled", "was enrolled";
    /// A one-time code was made for a gateway.
    AgentInvited = "agent.invited", "made an enrolment code";
    /// A gateway was shut out.
    AgentRevoked = "agent.revoked", "shut a gateway out";
    /// Somebody made an API key.
    ApiKeyMade = "api_key.made", "made an API key";
    /// A key that does not work was used.
    ApiKeyRefused = "api_key.refused", "used an API key that was refused";
    /// A key was taken back.
    ApiKeyRevoked = "api_key.revoked", "revoked an API key";
    /// A key got a new secret.
    ApiKeyRotated = "api_key.rotated", "renewed an API key";
    /// Somebody took notice of an alarm.
    AlarmAcknowledged = "alarm.acknowledged", "took notice of an alarm";
    /// Somebody took an alarm over.
    AlarmAssigned = "alarm.assigned", "took an alarm over";
    /// A gateway said that an alarm is over.
    AlarmCleared = "alarm.cleared", "cleared an alarm";
    /// An alarm became a ticket.
    AlarmConverted = "alarm.converted", "made a ticket of an alarm";
    /// A gateway raised an alarm.
    AlarmRaised = "alarm.raised", "raised an alarm";
    /// Somebody said that an alarm is done.
    AlarmResolved = "alarm.resolved", "resolved an alarm";
    /// Something was asked for that the role, the organisation or the tier does not allow.
    AccessRefused = "access.refused", "asked for something that was refused";
    /// An owner agreed to what a partner asked for.
    AccessApproved = "access.approved", "agreed to a request for access";
    /// An owner did not agree to what a partner asked for.
    AccessDeclined = "access.declined", "declined a request for access";
    /// A partner asked the owner of a device for metrics.
    AccessRequested = "access.requested", "asked for access";
    /// An organisation became a partner.
    ApplicationApproved = "application.approved", "approved an application";
    /// An application ended without a partner.
    ApplicationRejected = "application.rejected", "rejected an application";
    /// A returned application was sent again.
    ApplicationResubmitted = "application.resubmitted", "sent an application again";
    /// An application went back to be changed.
    ApplicationReturned = "application.returned", "returned an application";
    /// An organisation applied to become a partner.
    ApplicationSubmitted = "application.submitted", "applied to become a partner";
    /// An applicant took the application back.
    ApplicationWithdrawn = "application.withdrawn", "withdrew an application";
    /// A deal was registered.
    DealRegistered = "deal.registered", "registered a deal";
    /// An organisation linked a device that it bought.
    DeviceLinked = "device.linked", "linked a device";
    /// A grant ends soon.
    GrantExpiring = "grant.expiring", "reminded of a grant that ends soon";
    /// A grant was made.
    GrantMade = "grant.made", "granted access";
    /// A grant was narrowed.
    GrantNarrowed = "grant.narrowed", "narrowed a grant";
    /// A gateway purged what is no longer granted.
    GrantPurged = "grant.purged", "purged data that is no longer granted";
    /// A grant was taken back.
    GrantRevoked = "grant.revoked", "revoked a grant";
    /// Somebody accepted an invitation.
    InvitationAccepted = "invitation.accepted", "accepted an invitation";
    /// Somebody was invited.
    InvitationSent = "invitation.sent", "invited somebody";
    /// Somebody ended a job for good.
    JobCancelled = "job.cancelled", "cancelled a job";
    /// Somebody let a job be tried again at once.
    JobRetried = "job.retried", "let a job be tried again";
    /// An auditor opened another organisation's log.
    LogOpened = "log.opened", "opened this log";
    /// Somebody asked for a signed checkpoint of all logs.
    LogSigned = "log.signed", "signed a checkpoint of all logs";
    /// Somebody chose the language, zone or era in which they read.
    LanguageChanged = "person.language_changed", "chose how they read";
    /// Somebody chose what to be told of.
    NotificationsChosen = "person.notifications_chosen", "chose what to be told of";
    /// Somebody became a member of an organisation.
    MemberAdded = "member.added", "added a member";
    /// A member was switched off.
    MemberDisabled = "member.disabled", "switched a member off";
    /// A member was switched on again.
    MemberEnabled = "member.enabled", "switched a member on";
    /// Somebody is no member any more.
    MemberRemoved = "member.removed", "removed a member";
    /// A member got other roles.
    MemberRolesChanged = "member.roles_changed", "changed the roles of a member";
    /// Somebody who administers ended sessions of a member.
    MemberSignedOut = "member.signed_out", "signed a member out";
    /// A module of a program was switched off.
    ModuleDisabled = "module.disabled", "switched a module off";
    /// A module of a program was switched on.
    ModuleEnabled = "module.enabled", "switched a module on";
    /// A partner may use its app again.
    PartnerReinstated = "partner.reinstated", "reinstated a partner";
    /// A partner may not use its app for a time.
    PartnerSuspended = "partner.suspended", "suspended a partner";
    /// The owner of a program agreed on other terms with a partner.
    PartnerTermsChanged = "partner.terms_changed", "changed a partner's terms";
    /// The first administrator came in.
    ProgramFounded = "program.founded", "set the program up";
    /// Somebody switched a choice that the role matrix leaves.
    PolicySwitched = "policy.switched", "changed who sees what";
    /// A person added a passkey.
    PasskeyAdded = "passkey.added", "added a passkey";
    /// A passkey was taken off an account.
    PasskeyRemoved = "passkey.removed", "removed a passkey";
    /// A person calls a passkey something else.
    PasskeyRenamed = "passkey.renamed", "renamed a passkey";
    /// A partner said what it expects of a renewal.
    RenewalReviewed = "renewal.reviewed", "looked at a renewal";
    /// A session ended.
    SessionEnded = "session.ended", "ended a session";
    /// A session of somebody who may not sign in any more was presented.
    SessionRefused = "session.refused", "used a session that was refused";
    /// A person signed in.
    SessionStarted = "session.started", "signed in";
    /// A person acts for another organisation from now on.
    SessionSwitched = "session.switched", "switched to this organisation";
    /// An operator made a sign-in link.
    SignInLinkMade = "sign_in_link.made", "made a sign-in link";
    /// A sign-in link was tried and does not work.
    SignInLinkRefused = "sign_in_link.refused", "tried a sign-in link that was refused";
    /// A sign-in link was asked for.
    SignInLinkSent = "sign_in_link.sent", "asked for a sign-in link";
    /// A sign-in link was asked for and not sent: too many for this organisation.
    SignInLinkWithheld = "sign_in_link.withheld", "asked for a sign-in link and got none";
    /// A person asked for a code to confirm a change that matters.
    StepUpAsked = "step_up.asked", "asked for a confirmation code";
    /// A person confirmed to be there.
    StepUpDone = "step_up.done", "confirmed a sensitive action";
    /// A partner read values.
    TelemetryRead = "telemetry.read", "read values";
    /// A gateway sent values that are not granted.
    TelemetryRefused = "telemetry.refused", "sent values that are not granted; they were refused";
    /// An organisation gave an app up.
    TenantCapabilityDisabled = "tenant.capability-disabled", "gave an app up";
    /// An organisation gained an app (TEN-5).
    TenantCapabilityEnabled = "tenant.capability-enabled", "gained an app";
    /// An organisation was brought into the program.
    TenantCreated = "tenant.created", "brought an organisation in";
    /// Everything of an organisation was written into a file.
    TenantExported = "tenant.exported", "exported everything of an organisation";
    /// An organisation came in from another database.
    TenantImported = "tenant.imported", "imported an organisation";
    /// Somebody made sure who an organisation is.
    TenantVerified = "tenant.verified", "verified an organisation";
    /// Somebody took notice of a ticket.
    TicketAcknowledged = "ticket.acknowledged", "took notice of a ticket";
    /// Somebody took a ticket over.
    TicketAssigned = "ticket.assigned", "took a ticket over";
    /// Somebody said that a ticket is done.
    TicketResolved = "ticket.resolved", "resolved a ticket";
    /// Staff no longer look on as somebody.
    ViewEnded = "view.ended", "stopped looking on as somebody";
    /// Staff's time to look on as somebody was over.
    ViewExpired = "view.expired", "looked on as somebody until the time was over";
    /// Staff look on as somebody.
    ViewStarted = "view.started", "began to look on as somebody";
    /// Somebody took notice of a visit.
    VisitAcknowledged = "visit.acknowledged", "took notice of a visit";
    /// Somebody took a visit over.
    VisitAssigned = "visit.assigned", "took a visit over";
    /// A visit was made.
    VisitCompleted = "visit.completed", "completed a visit";
    /// An organisation wants to be told of what happens.
    WebhookAdded = "webhook.added", "added a webhook";
    /// A webhook goes elsewhere, or tells of something else.
    WebhookChanged = "webhook.changed", "changed a webhook";
    /// A webhook is no more.
    WebhookDeleted = "webhook.deleted", "deleted a webhook";
    /// A webhook tells nothing for now.
    WebhookPaused = "webhook.paused", "paused a webhook";
    /// Something is told once more.
    WebhookRedelivered = "webhook.redelivered", "sent an event of a webhook again";
    /// A webhook tells again.
    WebhookResumed = "webhook.resumed", "resumed a webhook";
    /// A webhook signs with a new secret.
    WebhookRotated = "webhook.rotated", "renewed the secret of a webhook";
    /// Somebody tried a webhook.
    WebhookTested = "webhook.tested", "sent a test event to a webhook";
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
