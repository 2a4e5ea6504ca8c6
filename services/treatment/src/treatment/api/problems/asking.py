"""Words for what is wrong with the asking: who asks, how often, and against which version."""

from treatment.api.auth import NotAllowed, NotAuthenticated
from treatment.api.lane import Overloaded
from treatment.api.problems.words import Words, says
from treatment.application import KeyUsedForAnother, NotYourOwn, VersionMismatch
from treatment.projections.caseload_query import BadCursor
from treatment.store.codec import EventTooLarge
from treatment.store.log import LostRace
from treatment.store.standing import StoreBehindBroker


class BehindReader(Exception):
    """The read model had not reached the asked position in time."""


class ImportUnreadable(Exception):
    """Nothing of what was sent to be imported can be read; the message says why and quotes nothing."""


class NotFhirJson(Exception):
    """What was sent to be imported is said to be something else than JSON."""


WORDS: dict[type[Exception], Words] = {
    NotAuthenticated: Words(
        401, "not-authenticated", "Not authenticated", str, "Send `Authorization: Bearer <token>`."
    ),
    NotAllowed: Words(403, "not-allowed", "Not allowed", str, "Ask for a role that may do this."),
    NotYourOwn: Words(
        403,
        "not-your-own-case",
        "Not your own case",
        says("A case is opened by its own therapist, or by software acting for that therapist."),
        "Use a token whose `sub` is the `therapistId`.",
    ),
    BadCursor: Words(422, "bad-cursor", "Not a cursor of this list", str, "Start without `after`."),
    EventTooLarge: Words(422, "event-too-large", "Too large", str, "Send less text or fewer entries."),
    KeyUsedForAnother: Words(
        422,
        "idempotency-key-reused",
        "This Idempotency-Key was used before",
        says("The key belongs to another command or another body. Nothing was stored now."),
        "Send a new command with a new key; repeat a command with the same body.",
    ),
    VersionMismatch: Words(
        412,
        "version-mismatch",
        "The case has changed",
        says("The case is at version {e.version}, not at the one in If-Match."),
        "Read the case again, decide again, and send If-Match with its new version.",
    ),
    LostRace: Words(
        409,
        "lost-race",
        "Other writers were faster",
        says("Other commands on this case were stored first, four times in a row. Nothing was stored."),
        "Send the command again with the same Idempotency-Key.",
        retry_after=1,
    ),
    Overloaded: Words(
        503,
        "overloaded",
        "Too much at once",
        says("More is asked than can be answered in time. Nothing was stored."),
        "Send the same request again after `Retry-After`, a command with the same Idempotency-Key.",
        retry_after=1,
    ),
    StoreBehindBroker: Words(
        503,
        "store-behind-broker",
        "Only reading for now",
        says("{e}. Nothing is stored until then: it would take the place of events that readers have."),
        "The operator runs `casetrail store adopt-from-broker`; send the same request again afterwards.",
        retry_after=30,
    ),
    BehindReader: Words(
        503,
        "read-model-behind",
        "Not there yet",
        says("The read model has not reached `min_position` yet."),
        "Ask again shortly.",
        retry_after=1,
    ),
    ImportUnreadable: Words(
        400,
        "import-unreadable",
        "Nothing can be read",
        says("Nothing of what was sent can be read as FHIR: {e}."),
        "Send a Bundle or a resource of FHIR R4 as JSON, or NDJSON, in UTF-8.",
    ),
    NotFhirJson: Words(
        415,
        "unsupported-media-type",
        "Not FHIR in JSON",
        says("The content is not said to be JSON."),
        "Send `Content-Type: application/fhir+json`, or `application/fhir+ndjson` for lines of resources.",
    ),
}
