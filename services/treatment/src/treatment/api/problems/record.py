"""Words for what any kind of entry may meet."""

from treatment.api.problems.words import Words, says
from treatment.domain.refusals import record as r

WORDS: dict[type[Exception], Words] = {
    r.NeedsRole: Words(
        403,
        "needs-another-role",
        "Another role decides this",
        says("The role {e.role} is needed for {e.what}."),
        "Ask somebody in that role to send the command.",
    ),
    r.NeedsAnother: Words(
        403,
        "needs-another-person",
        "Somebody else decides this",
        says("Who asked for it cannot {e.what}."),
        "Ask another person in that role.",
    ),
    r.InTheFuture: Words(
        422,
        "in-the-future",
        "In the future",
        says("{e.field} is more than five minutes from now, or a day that has begun nowhere yet."),
        "Send when it happened, with the offset from UTC; check the sender's clock.",
    ),
    r.TimeZoneUnknown: Words(
        422,
        "time-zone-unknown",
        "No such time zone",
        says("{e.timezone} is no zone of the IANA database."),
        "Send the name of the zone where it takes place, such as Europe/London.",
    ),
    r.AlreadyRecorded: Words(
        409,
        "already-recorded",
        "This id was used before",
        says("The {e.kind} {e.identity} is recorded already, with other content."),
        "Give a new one an id of its own. What is recorded stays.",
    ),
    r.TakenBackBefore: Words(
        409,
        "taken-back-before",
        "It was taken back as entered in error",
        says(
            "The {e.kind} {e.identity} said the same before, and {e.correction} took it back. "
            "Nothing was stored, and no alert was raised."
        ),
        "Send it under an id of its own if it is right after all; otherwise there is nothing to do.",
    ),
    r.NotFound: Words(
        422,
        "not-recorded",
        "The case has no such thing",
        says("{e.field} names the {e.kind} {e.identity}, which the case does not have."),
        "Read the case, and name what it has; or record it first.",
    ),
    r.AlreadyEnded: Words(
        409,
        "already-ended",
        "It has ended",
        says("The {e.kind} {e.identity} came to its end before."),
        "Record a new one.",
    ),
    r.EvidenceUnknown: Words(
        422,
        "evidence-unknown",
        "Evidence of another case",
        says("{e.event_id} is not an event of this case."),
        "Name events of this case, or send `statedReason`.",
    ),
    r.EvidenceTakenBack: Words(
        422,
        "evidence-taken-back",
        "Evidence that does not count",
        says("{e.event_id} was entered in error or withdrawn, as {e.correction} says."),
        "Name events that count, the correction itself for example, or send `statedReason`.",
    ),
    r.ConsentDoesNotHold: Words(
        422,
        "consent-does-not-hold",
        "This consent does not hold",
        says("`consentRef` names {e.event_id}: {e.reason}."),
        "Name the event of a consent that held, or leave `consentRef` out.",
    ),
    r.SubjectErased: Words(
        409,
        "subject-erased",
        "This person was erased",
        lambda refusal: (
            f"The data of {'the patient' if refusal.person_id is None else refusal.person_id} was erased: "
            "no text about them is recorded here again."
        ),
        "Send it without the text: codes, forms and risk checks are accepted. For new texts open a new case, "
        "or give the person a new id.",
    ),
    r.ReasonMissing: Words(
        422,
        "reason-missing",
        "No reason",
        says("There is no reason for {e.what}."),
        "Send `reason`, or `because` where the command has it.",
    ),
    r.NotTakenBack: Words(
        409,
        "not-taken-back",
        "This entry is not taken back",
        says("A {e.kind} is not taken back as entered in error. Instead, {e.instead}."),
        "Do what the detail says instead.",
    ),
    r.ReviewBeforeDecision: Words(
        422,
        "review-before-decision",
        "A review before the decision",
        says("The review on {e.review_on} is before the decision on {e.decided_on}."),
        "Name a day or a session to come; `happenedAt` says when it was decided, if not now.",
    ),
    r.NotCorrectable: Words(
        409,
        "not-correctable",
        "Cannot be corrected in this way",
        says("{e.kind} cannot be corrected like this: {e.reason}."),
        "Send a replacement of the entry's own kind; correct forms by `correct-assessment`.",
    ),
}
