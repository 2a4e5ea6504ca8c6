"""A person's data is to be erased: consent is taken back, a duty to keep goes first, then the keys go."""

from datetime import date

from casetrail_contracts.events.consent import ConsentWithdrawn
from casetrail_contracts.events.erasure import (
    PersonalDataErased,
    PersonalDataErasureRefused,
    PersonalDataErasureRequested,
)
from casetrail_contracts.examples.story import ADMIN, NEXT_THERAPIST, Story, at, sealed


def tell(story: Story) -> None:
    """One asks, somebody else decides: first refused, and carried out when the duty had ended."""
    story.tell(ConsentWithdrawn(scope="treatment"), at(260), NEXT_THERAPIST)
    request = PersonalDataErasureRequested(subject="person", person_id="p-2", legal_basis="gdprArticle17")
    story.tell(request, at(261), NEXT_THERAPIST)
    asked = story.id_of(PersonalDataErasureRequested)
    refused = PersonalDataErasureRefused(
        request=asked,
        legal_basis="retentionDuty",
        until=date(2027, 1, 1),
        reason=sealed("reason of the refusal"),
    )
    story.tell(refused, at(265), ADMIN, cause=PersonalDataErasureRequested)
    erased = PersonalDataErased(request=asked, subject="person", person_id="p-2")
    story.tell(erased, at(306), ADMIN, cause=PersonalDataErasureRequested)
