"""Every refusal in words: status, kind, what is wrong and how to mend it (RFC 9457)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from treatment.api.auth import NotAllowed, NotAuthenticated
from treatment.application import KeyUsedForAnother, NotYourOwn, VersionMismatch
from treatment.domain import refusals as r
from treatment.projections.caseload_query import BadCursor
from treatment.store.codec import EventTooLarge
from treatment.store.log import LostRace

E = TypeVar("E", bound=Exception)


class BehindReader(Exception):
    """The read model had not reached the asked position in time."""


@dataclass(frozen=True, slots=True)
class Words:
    """How one kind of refusal is told. `detail` gets the refusal and returns a sentence."""

    status: int
    kind: str
    title: str
    detail: Callable[[Any], str]
    cure: str
    retry_after: int | None = None


def _says(text: str) -> Callable[[Any], str]:
    """A sentence with the refusal's own facts filled in: ids and codes, never a personal value."""
    return lambda refusal: text.format(e=refusal)


WORDS: dict[type[Exception], Words] = {
    NotAuthenticated: Words(
        401, "not-authenticated", "Not authenticated", str, "Send `Authorization: Bearer <token>`."
    ),
    NotAllowed: Words(403, "not-allowed", "Not allowed", str, "Ask for a role that may do this."),
    NotYourOwn: Words(
        403,
        "not-your-own-case",
        "Not your own case",
        _says("A case is opened by its own therapist, or by software acting for that therapist."),
        "Use a token whose `sub` is the `therapistId`.",
    ),
    r.CaseUnknown: Words(
        404,
        "case-unknown",
        "No such case",
        _says("There is no such case, or it is not yours to see."),
        "Check the id and the tenant of your token.",
    ),
    r.NotInThisState: Words(
        409,
        "not-in-this-state",
        "Not possible in this state",
        _says("The case is {e.state}; {e.command} is not possible then."),
        "Read the case and send what its state allows.",
    ),
    r.ClosureNotPossible: Words(
        409,
        "closure-not-possible",
        "Not possible in this state",
        _says("A case that is {e.state} cannot be closed as {e.reason}: that needs an active case."),
        "Close it with the reason that holds, for example assessmentIncomplete or referredOn.",
    ),
    r.UrgentRiskOpen: Words(
        409,
        "urgent-risk-open",
        "An urgent risk flag is open",
        _says("{e.flags} urgent risk flag(s) are open."),
        "Look at the patient's risk first, or send `openRiskOverride` with the reason.",
    ),
    r.PersonUnknown: Words(
        422,
        "person-unknown",
        "No such person in the inventory",
        _says("{e.field} names {e.person_id}, whom the inventory does not have."),
        "Record the person with `record-inventory` first.",
    ),
    r.PersonRepeated: Words(
        422,
        "person-repeated",
        "A person twice",
        _says("The inventory names {e.person_id} twice."),
        "Give each person an id of their own.",
    ),
    r.PersonStillNeeded: Words(
        409,
        "person-still-needed",
        "The problem area names this person",
        _says("The inventory leaves out {e.person_id}, whom the problem area names."),
        "Send the inventory with that person in it.",
    ),
    r.InventoryIncomplete: Words(
        422,
        "inventory-incomplete",
        "Nobody present",
        _says("No present person is named."),
        "Name one, or send `noSignificantOthers: true`.",
    ),
    r.GriefNeedsADeath: Words(
        422,
        "grief-needs-a-death",
        "Grief needs a death",
        _says("{e.person_id} is not recorded as deceased."),
        "Any other loss is a `roleTransition`; or correct the person's `livingStatus`.",
    ),
    r.DisputeNeedsTheLiving: Words(
        422,
        "dispute-needs-the-living",
        "A dispute needs a living party",
        _says("{e.person_id} is recorded as deceased."),
        "Choose `grief`, or correct the person's `livingStatus`.",
    ),
    r.ProblemAreaTaken: Words(
        409,
        "problem-area-taken",
        "There is a problem area already",
        _says("The {e.rank} problem area cannot be selected: one primary first, then at most one secondary."),
        "Read the case to see which areas it has.",
    ),
    r.AlreadyRecorded: Words(
        409,
        "already-recorded",
        "This id was used before",
        _says("The {e.kind} {e.identity} is recorded already, with other content."),
        "Give a new one an id of its own. What is recorded stays.",
    ),
    r.InTheFuture: Words(
        422,
        "in-the-future",
        "In the future",
        _says("{e.field} is more than five minutes from now."),
        "Send when it happened, with the offset from UTC; check the sender's clock.",
    ),
    r.GoalUnknown: Words(
        422, "goal-unknown", "No such goal", _says("There is no goal {e.goal_id}."), "Add it under `added`."
    ),
    r.GoalEnded: Words(
        409,
        "goal-ended",
        "The goal has ended",
        _says("The goal {e.goal_id} came to its end before."),
        "Add a new goal.",
    ),
    r.GoalRepeated: Words(
        422,
        "goal-repeated",
        "A goal twice",
        _says("The goal {e.goal_id} exists already, or is named twice."),
        "Name each goal once, under `added`, `changed` or `closed`.",
    ),
    r.EvidenceUnknown: Words(
        422,
        "evidence-unknown",
        "Evidence of another case",
        _says("{e.event_id} is not an event of this case."),
        "Name events of this case, or send `statedReason`.",
    ),
    r.ItemsNotAccepted: Words(
        422,
        "items-not-accepted",
        "Totals only",
        _says("{e.instrument} is stored by its total only."),
        "Send `reportedTotal` without `items`.",
    ),
    r.WrongItemCount: Words(
        422,
        "wrong-item-count",
        "Wrong number of items",
        _says("{e.instrument} has {e.expected} items; {e.sent} were sent."),
        "Send one answer per item, null where one is missing.",
    ),
    r.ItemOutOfRange: Words(
        422,
        "item-out-of-range",
        "Answer out of range",
        _says("{e.instrument} item {e.item} is outside {e.lowest} to {e.highest}. No alert was raised."),
        "Check the form and send it again.",
    ),
    r.TotalOutOfRange: Words(
        422,
        "total-out-of-range",
        "Total out of range",
        _says("The total of {e.instrument} is outside {e.lowest} to {e.highest}. No alert was raised."),
        "Check the form and send it again.",
    ),
    r.NothingToScore: Words(
        422,
        "nothing-to-score",
        "Nothing to score",
        _says("Neither an answered item nor a total of {e.instrument} was sent."),
        "Send `items` or `reportedTotal`.",
    ),
    r.AnswerModeUnclear: Words(
        422,
        "answer-mode-unclear",
        "It is not clear how the answers are meant",
        lambda refusal: (
            f"The answers of {refusal.instrument} are meant in one of these ways: {', '.join(refusal.modes)}."
        ),
        "Send `answerMode` with the one that holds.",
    ),
    r.ItemAlwaysApplies: Words(
        422,
        "item-always-applies",
        "This item applies to everybody",
        _says("{e.instrument} item {e.item} cannot be left out as not applicable. No alert was raised."),
        "Send null in `items` if the answer is missing.",
    ),
    r.AnsweredThoughNotApplicable: Words(
        422,
        "answered-though-not-applicable",
        "An answer to what does not apply",
        _says("{e.instrument} item {e.item} does not apply, and has an answer. No alert was raised."),
        "Send null for it in `items`, or leave it out of `notApplicable`.",
    ),
    r.WrongKindOfTotal: Words(
        422,
        "wrong-kind-of-total",
        "Another kind of total",
        _says("The score of {e.instrument} belongs in `{e.field}`. No alert was raised."),
        "Send it there: `reportedMean` is for instruments that are scored by a mean.",
    ),
    r.InstrumentUnknown: Words(
        422,
        "instrument-unknown",
        "No such instrument",
        lambda refusal: f"{refusal.instrument} is not installed; known are {', '.join(refusal.known)}.",
        "Use one of the known codes, or install a definition.",
    ),
    r.NotFound: Words(
        422,
        "not-recorded",
        "The case has no such thing",
        _says("{e.field} names the {e.kind} {e.identity}, which the case does not have."),
        "Read the case, and name what it has; or record it first.",
    ),
    r.AlreadyEnded: Words(
        409,
        "already-ended",
        "It has ended",
        _says("The {e.kind} {e.identity} came to its end before."),
        "Record a new one.",
    ),
    r.NotReady: Words(
        409,
        "not-ready",
        "The therapy cannot begin yet",
        lambda refusal: f"Missing: {'; '.join(refusal.missing)}.",
        "Record what is missing, then activate the case.",
    ),
    r.NeedsRole: Words(
        403,
        "needs-another-role",
        "Another role decides this",
        _says("The role {e.role} is needed for {e.what}."),
        "Ask somebody in that role to send the command.",
    ),
    r.NeedsAnother: Words(
        403,
        "needs-another-person",
        "Somebody else decides this",
        _says("Who asked for it cannot {e.what}."),
        "Ask another person in that role.",
    ),
    r.FinalMeasuresMissing: Words(
        409,
        "final-measures-missing",
        "No final score",
        _says("No form was taken at the last session or later."),
        "Score a form first, or send `finalMeasuresAbsent` with the reason.",
    ),
    r.ProtocolChoosesOtherwise: Words(
        409,
        "protocol-chooses-otherwise",
        "This protocol has no problem area",
        _says("{e.protocol} works with: {e.focus}."),
        "Agree a formulation with `agree-formulation`, or switch the protocol.",
    ),
    r.NoProblemArea: Words(
        409,
        "no-problem-area",
        "Nothing to change",
        _says("There is no {e.rank} focus that is {e.needed}."),
        "Select a problem area first.",
    ),
    r.PhaseUnknown: Words(
        422,
        "phase-unknown",
        "No such phase",
        lambda refusal: f"The protocol has no phase {refusal.phase}; it has {', '.join(refusal.known)}.",
        "Name one of them.",
    ),
    r.ReasonMissing: Words(
        422, "reason-missing", "No reason", _says("There is no reason for {e.what}."), "Send `reason`."
    ),
    r.ProtocolMissing: Words(
        409,
        "protocol-missing",
        "No protocol yet",
        _says("The course follows no protocol that is installed here."),
        "Assign one with `assign-protocol`.",
    ),
    r.ProtocolUnknown: Words(
        422,
        "protocol-unknown",
        "No such protocol",
        lambda refusal: f"{refusal.protocol} is not installed; known are {', '.join(refusal.known)}.",
        "Use one of the known codes, or install a definition.",
    ),
    r.NotCorrectable: Words(
        409,
        "not-correctable",
        "Cannot be corrected in this way",
        _says("{e.kind} cannot be corrected like this: {e.reason}."),
        "Send a replacement of the entry's own kind; correct forms by `correct-assessment`.",
    ),
    r.WrongScale: Words(
        422,
        "wrong-scale",
        "The other scale",
        _says("The goal {e.goal_id} is rated by {e.measurement}."),
        "Send a rating on that scale.",
    ),
    BadCursor: Words(422, "bad-cursor", "Not a cursor of this list", str, "Start without `after`."),
    EventTooLarge: Words(422, "event-too-large", "Too large", str, "Send less text or fewer entries."),
    KeyUsedForAnother: Words(
        422,
        "idempotency-key-reused",
        "This Idempotency-Key was used before",
        _says("The key belongs to another command or another body. Nothing was stored now."),
        "Send a new command with a new key; repeat a command with the same body.",
    ),
    VersionMismatch: Words(
        412,
        "version-mismatch",
        "The case has changed",
        _says("The case is at version {e.version}, not at the one in If-Match."),
        "Read the case again, decide again, and send If-Match with its new version.",
    ),
    LostRace: Words(
        409,
        "lost-race",
        "Other writers were faster",
        _says("Other commands on this case were stored first, four times in a row. Nothing was stored."),
        "Send the command again with the same Idempotency-Key.",
        retry_after=1,
    ),
    BehindReader: Words(
        503,
        "read-model-behind",
        "Not there yet",
        _says("The read model has not reached `min_position` yet."),
        "Ask again shortly.",
        retry_after=1,
    ),
}
"""Every refusal, by its class. A test goes through the classes and misses none."""
