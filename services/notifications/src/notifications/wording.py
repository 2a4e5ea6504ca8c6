"""What a message says: fixed sentences, and nothing about a person or the reason.

Mail is read on shared screens and forwarded, and a subject shows on a locked telephone. So a message
holds an opaque reference, how soon somebody must look, until when, and a link that needs a sign-in.
"""

from dataclasses import dataclass

from notifications.rules import Class

SUBJECT = {
    Class.ROUTINE: "Casetrail: something changed",
    Class.REVIEW: "Casetrail: a task for you",
    Class.URGENT: "Casetrail: an urgent task for you",
}
TASK = (
    "A task waits for you.\n\n"
    "Reference: {reference}\nClass: {urgency}\nDue: {due_at}\n\n"
    "Sign in to see it: {link}\n"
)
NOTICE = (
    "Something changed that you asked to be told of.\n\nReference: {reference}\n\nSign in to see it: {link}\n"
)


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told."""

    subject: str
    body: str


def message(*, delivery_id: str, task_id: str | None, urgency: Class, due_at: str, link_base: str) -> Message:
    """The message of a delivery. Takes nothing that could say more than it may."""
    template, link = (NOTICE, f"{link_base}/deliveries/{delivery_id}")
    if task_id is not None:
        template, link = (TASK, f"{link_base}/tasks/{task_id}")
    body = template.format(
        reference=task_id or delivery_id, urgency=urgency.value, due_at=due_at[:16] + "Z", link=link
    )
    return Message(SUBJECT[urgency], body)
