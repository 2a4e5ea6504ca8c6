"""Words for refusals about goals."""

from treatment.api.problems.words import Words, says
from treatment.domain.refusals import plan as r

WORDS: dict[type[Exception], Words] = {
    r.GoalUnknown: Words(
        422, "goal-unknown", "No such goal", says("There is no goal {e.goal_id}."), "Add it under `added`."
    ),
    r.GoalEnded: Words(
        409,
        "goal-ended",
        "The goal has ended",
        says("The goal {e.goal_id} came to its end before."),
        "Add a new goal.",
    ),
    r.GoalRepeated: Words(
        422,
        "goal-repeated",
        "A goal twice",
        says("The goal {e.goal_id} exists already, or is named twice."),
        "Name each goal once, under `added`, `changed` or `closed`.",
    ),
    r.WrongScale: Words(
        422,
        "wrong-scale",
        "The other scale",
        says("The goal {e.goal_id} is rated by {e.measurement}."),
        "Send a rating on that scale.",
    ),
}
