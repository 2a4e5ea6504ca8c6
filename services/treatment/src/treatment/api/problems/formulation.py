"""Words for refusals about the inventory and the focus."""

from treatment.api.problems.words import Words, says
from treatment.domain.refusals import formulation as r

WORDS: dict[type[Exception], Words] = {
    r.PersonUnknown: Words(
        422,
        "person-unknown",
        "No such person in the inventory",
        says("{e.field} names {e.person_id}, whom the inventory does not have."),
        "Record the person with `record-inventory` first.",
    ),
    r.PersonRepeated: Words(
        422,
        "person-repeated",
        "A person twice",
        says("The inventory names {e.person_id} twice."),
        "Give each person an id of their own.",
    ),
    r.PersonStillNeeded: Words(
        409,
        "person-still-needed",
        "The problem area names this person",
        says("The inventory leaves out {e.person_id}, whom the problem area names."),
        "Send the inventory with that person in it.",
    ),
    r.InventoryIncomplete: Words(
        422,
        "inventory-incomplete",
        "Nobody present",
        says("No present person is named."),
        "Name one, or send `noSignificantOthers: true`.",
    ),
    r.SomebodyIsPresent: Words(
        422,
        "somebody-is-present",
        "Somebody is present",
        says("`noSignificantOthers` is true, and {e.person_id} is present."),
        "Leave out `noSignificantOthers`, or revise the person's `temporal`.",
    ),
    r.GriefNeedsADeath: Words(
        422,
        "grief-needs-a-death",
        "Grief needs a death",
        says("{e.person_id} is not recorded as deceased."),
        "Any other loss is a `roleTransition`; or correct the person's `livingStatus`.",
    ),
    r.DisputeNeedsTheLiving: Words(
        422,
        "dispute-needs-the-living",
        "A dispute needs a living party",
        says("{e.person_id} is recorded as deceased."),
        "Choose `grief`, or correct the person's `livingStatus`.",
    ),
    r.ProblemAreaTaken: Words(
        409,
        "problem-area-taken",
        "There is a problem area already",
        says("The {e.rank} problem area cannot be selected: one primary first, then at most one secondary."),
        "Read the case to see which areas it has.",
    ),
    r.NoProblemArea: Words(
        409,
        "no-problem-area",
        "Nothing to change",
        says("There is no {e.rank} focus that is {e.needed}."),
        "Select a problem area first.",
    ),
    r.ProtocolChoosesOtherwise: Words(
        409,
        "protocol-chooses-otherwise",
        "This protocol has no problem area",
        says("{e.protocol} works with: {e.focus}."),
        "Agree a formulation with `agree-formulation`, or switch the protocol.",
    ),
}
