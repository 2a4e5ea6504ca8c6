"""What clinicians read about protocols is what the files and the rules say."""

from typing import get_args

import pytest
from tests.pages import blocks, code, read_page, rows, sections
from tests.unit.treatment.protocols.courses import PROTOCOLS, RULES

from treatment.definitions import DefinitionFaulty
from treatment.definitions.protocol_file import PhaseFile, ProtocolFile
from treatment.definitions.protocols import read_protocol
from treatment.domain.protocols import Artifact, Protocol

REFERENCE = sections(read_page("reference/protocols.md"), 2)
HOW_TO = blocks(read_page("how-to/add-a-protocol.md"))


def test_the_table_has_every_protocol_as_its_file_says() -> None:
    told = {code(row[0])[0]: (row[2], row[3], row[4]) for row in rows(REFERENCE["Those that ship"])}
    assert told == {one.code: _told(one) for one in PROTOCOLS.by_code.values()}


def test_each_field_of_a_file_and_of_a_phase_is_explained() -> None:
    told = [name for row in rows(REFERENCE["How to read a file"]) for name in code(row[0])]
    phase = [field.alias or name for name, field in PhaseFile.model_fields.items()]
    assert sorted(told) == sorted([*ProtocolFile.model_fields, *phase])


def test_everything_that_can_be_required_is_listed() -> None:
    text = REFERENCE["How to read a file"].partition("What can be required:")[2]
    assert code(text) == list(get_args(Artifact))


def test_each_rule_is_told_with_its_severity_and_whether_it_waits() -> None:
    table = rows(REFERENCE["When a course departs from its protocol"])
    told = {code(row[0])[0]: (row[2].partition(";")[0], row[1].endswith("*")) for row in table}
    assert told == {rule: (severity, rule in RULES.settling) for rule, severity in RULES.severities.items()}


def test_the_example_of_the_how_to_can_be_read_and_its_faults_are_told_like_this() -> None:
    example = next(block.text for block in HOW_TO if block.language == "toml")
    name = "IPT-CLINIC-1.toml"
    assert read_protocol(name, example.encode()).code == "IPT-CLINIC"
    faulty = example.replace("from = 4", "from = 5").replace("GAD7", "GAD")
    with pytest.raises(DefinitionFaulty) as refused:
        read_protocol(name, faulty.encode())
    told = next(block.text for block in HOW_TO if block.language == "text").splitlines()
    found = str(refused.value).splitlines()
    assert len(found) == len(told)
    assert all(line.startswith(shown.rstrip("…")) for line, shown in zip(found, told, strict=True))


def _told(protocol: Protocol) -> tuple[str, str, str]:
    sessions, weeks = protocol.sessions, protocol.weeks
    return (
        f"{sessions.least} to {sessions.most}, {sessions.planned} planned",
        f"{weeks.planned}, at most {weeks.most}",
        ", ".join(f"{phase.code} {phase.first}-{phase.last}" for phase in protocol.phases),
    )
