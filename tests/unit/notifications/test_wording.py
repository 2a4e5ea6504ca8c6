"""A message says that there is something to see, how soon, and where; never what, and of whom."""

import re
import string

import pytest

from notifications import wording
from notifications.rules import Class
from notifications.wording import message

ALLOWED = {"reference", "urgency", "due_at", "link"}
FORBIDDEN = r"risk|suicid|self-harm|phq|score|depress|therap|psych|patient|grief|dispute|case|medic|goal"


@pytest.mark.parametrize("template", [wording.TASK, wording.NOTICE, *wording.SUBJECT.values()])
def test_a_template_has_only_allowed_places(template: str) -> None:
    assert {name for _, name, _, _ in string.Formatter().parse(template) if name} <= ALLOWED


@pytest.mark.parametrize("urgency", Class)
@pytest.mark.parametrize("task_id", ["0f0e0d0c-0000-5000-8000-000000000001", None])
def test_a_message_says_nothing_that_it_should_not(urgency: Class, task_id: str | None) -> None:
    said = message(
        delivery_id="0f0e0d0c-0000-5000-8000-000000000002",
        task_id=task_id,
        urgency=urgency,
        due_at="2026-03-02T12:30:00.000000Z",
        link_base="https://tasks.example",
    )
    assert not re.search(FORBIDDEN, (said.subject + said.body).replace("Casetrail", ""), re.IGNORECASE)
    assert "https://tasks.example/" in said.body
    assert "\n" not in said.subject
