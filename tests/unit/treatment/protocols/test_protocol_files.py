"""Reading a protocol's file: what is wrong with it is told with file, field, reason and cure."""

import hashlib
from pathlib import Path

import pytest
from tests.unit.treatment.given_when_then import AT
from tests.unit.treatment.protocols.courses import IPT16, PROTOCOLS

from treatment.api.bodies import AssignProtocolBody
from treatment.definitions import DefinitionFaulty
from treatment.definitions.installed import installed
from treatment.definitions.protocols import protocols_in, read_protocol, shipped_protocols
from treatment.domain.commands import AssignProtocol
from treatment.domain.protocols import Cadence, Measure, PhaseEnd
from treatment.domain.refusals import ProtocolUnknown

NAME = "OURS-1.toml"
OURS = """
code = "OURS"
version = "1"
title = "Our own course"
source = "A trial of ours"
modality = "individual"
focus = "problemArea"
sessions = { min = 4, planned = 6, max = 8 }
weeks = { planned = 6, max = 10 }
cadence = { target_days = 7, tolerance_days = 4, max_gap_days = 28 }
measures = [{ instrument = "PHQ9", when = "everySession", required = true }]

[[phases]]
code = "initial"
kind = "initial"
from = 1
to = 2
required_artifacts = ["problemArea"]

[[phases]]
code = "rest"
kind = "middle"
from = 3
to = 6
"""

BLENDED = "blended = { online_sessions = 3, live_sessions = { min = 2, max = 3 }, alternating = true }"


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("from = 3", "from = 2", "phases 2, from: overlaps with what is before it; begin at 3"),
        ("from = 3", "from = 4", "phases 2, from: leaves a gap before it; begin at 3"),
        ("from = 1", "from = 2", "phases 1, from: leaves a gap before it; begin at 1"),
        ("to = 2", "to = 0", "phases 1, to: 0 is before from 1; exchange them"),
        ("to = 6", "to = 5", "phases 2, to: the phases end at 5; end them between 6 and 8, as sessions says"),
        ("to = 6", "to = 9", "phases 2, to: the phases end at 9; end them between 6 and 8, as sessions says"),
        ('code = "rest"', 'code = "initial"', "phases: two are called initial; give each its own code"),
        ("PHQ9", "PHQ99", "measures 1, instrument: PHQ99 is not known; take one of "),
        ("max = 8", "max = 5", "sessions: min 4, planned 6, max 5: put them in ascending order"),
        ("max = 10", "max = 5", "weeks: min, planned and max: put them in ascending order"),
        (
            "max_gap_days = 28",
            "max_gap_days = 10",
            "cadence: max_gap_days is below target_days and tolerance_days together; raise it",
        ),
        (
            "to = 6",
            "to = 6\ncolour = 1",
            "phases 2, colour: unknown field; correct its spelling or remove it",
        ),
        ("weeks =", "wekks =", "weeks: missing; add it"),
        ("weeks =", "wekks =", "wekks: unknown field; correct its spelling or remove it"),
        (
            "planned = 6, max = 8",
            'planned = "6", max = 8',
            "sessions, planned: Input should be a valid integer",
        ),
        (
            '"problemArea"]',
            '"problemAera"]',
            "phases 1, required_artifacts: problemAera is not known; take one of",
        ),
        (
            '"problemArea"]',
            '"problemArea@3"]',
            "phases 1, required_artifacts: problemArea@3 is outside sessions 1 to 2; move it",
        ),
        (
            'focus = "problemArea"',
            'focus = "formulation"',
            "phases 1, required_artifacts: the focus is formulation; remove problemArea, or change `focus`",
        ),
        (
            'when = "everySession"',
            "sessions = [9]",
            "measures 1, sessions: there is no session 9; name one up to 8",
        ),
        (
            'when = "everySession"',
            'when = "phaseEnd", months = [1]',
            "measures 1: say when, once: `when`, `sessions`, `weeks` or `months`",
        ),
        (
            'kind = "middle"',
            'kind = "preparation"',
            "phases 2: a preparation, and nothing else, is from 0 to 0; change from, to or kind",
        ),
        (
            'modality = "individual"',
            'modality = "individual"\npre_session = { individual = 1 }',
            "pre_session: is for groups, and modality is individual; remove it, or change `modality`",
        ),
        (
            'modality = "individual"',
            'modality = "blended"',
            "blended: belongs to the modality blended, and to no other; add or remove it",
        ),
        (
            'modality = "individual"',
            f'modality = "blended"\n{BLENDED}',
            "blended: online and live ones together are 5 to 6; make that the min and max of `sessions`",
        ),
        (
            "measures =",
            'expected_attendees = [{ who = "parent", in_phases = ["end"] }]\nmeasures =',
            "expected_attendees 1, in_phases: there is no phase end; take one of initial, rest",
        ),
        (
            "measures =",
            'deviations = ["tooLate"]\nmeasures =',
            "deviations 1: Input should be 'focusMissing'",
        ),
        ('version = "1"', 'version = "2"', "the file must be called OURS-2.toml"),
        ('title = "', "title = ", "not TOML: "),
    ],
)
def test_what_is_wrong_with_a_file_is_told(was: str, becomes: str, told: str) -> None:
    content = OURS.replace(was, becomes, 1)
    assert content != OURS
    with pytest.raises(DefinitionFaulty) as refused:
        read_protocol(NAME, content.encode())
    assert any(line.startswith(f"{NAME}: ") and told in line for line in str(refused.value).splitlines())


def test_each_fault_of_a_file_has_its_line() -> None:
    content = OURS.replace("from = 3", "from = 4").replace("PHQ9", "NOPE")
    with pytest.raises(DefinitionFaulty) as refused:
        read_protocol(NAME, content.encode(), instruments=["PHQ9"])
    assert str(refused.value).splitlines() == [
        f"{NAME}: phases 2, from: leaves a gap before it; begin at 3",
        f"{NAME}: measures 1, instrument: NOPE is not known; take one of PHQ9",
    ]


def test_a_file_that_is_no_text_or_too_long_is_refused() -> None:
    with pytest.raises(DefinitionFaulty, match=f"{NAME}: not UTF-8 text"):
        read_protocol(NAME, b"\xff")
    with pytest.raises(DefinitionFaulty, match=r"24000 in 49152 are possible.*shorten the comments"):
        read_protocol(NAME, (OURS + "#" * 24_000).encode())


def test_editing_a_file_changes_its_digest_and_nothing_else() -> None:
    content = OURS.encode()
    edited = content + b"# A remark.\n"
    one, other = read_protocol(NAME, content), read_protocol(NAME, edited)
    assert (one.reference, other.reference) == (
        f"OURS@1#{hashlib.sha256(content).hexdigest()}",
        f"OURS@1#{hashlib.sha256(edited).hexdigest()}",
    )
    assert one.phases == other.phases
    assert one.reference != other.reference


def test_a_file_may_say_all_that_the_shipped_ones_do_not() -> None:
    content = OURS.replace('when = "everySession"', 'when = "phaseEnd"')
    content += "cadence = { target_days = 14, tolerance_days = 3, max_gap_days = 40 }\n"
    found = read_protocol(NAME, content.encode())
    assert found.measures == (Measure(instrument="PHQ9", when=PhaseEnd(), required=True),)
    assert found.phases[1].cadence == Cadence(target=14, tolerance=3, longest_gap=40)


def test_a_service_adds_its_own_protocol_as_a_file(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(OURS)
    (tmp_path / "README.md").write_text("Ours.")
    found = protocols_in(tmp_path)
    assert found.get("OURS") == read_protocol(NAME, OURS.encode())
    assert found.texts[found.get("OURS").reference] == OURS.encode()
    assert set(found.by_code) == {*PROTOCOLS.by_code, "OURS"}


def test_the_interface_assigns_every_code_that_a_file_may_have(tmp_path: Path) -> None:
    own = tmp_path / "protocols"
    own.mkdir()
    (own / "MY_IPT-1.toml").write_text(OURS.replace('code = "OURS"', 'code = "MY_IPT"'))
    ours = installed(tmp_path)
    body = AssignProtocolBody.model_validate({"protocol": "MY_IPT"})
    assert body.command(AT, ours) == AssignProtocol(protocol=ours.protocol("MY_IPT"), at=AT)


def test_a_newer_version_is_used_and_the_older_one_can_still_be_named(tmp_path: Path) -> None:
    shipped = PROTOCOLS.texts[IPT16.reference]
    newer = shipped.replace(b'version = "1"', b'version = "10"')
    (tmp_path / "IPT-16-10.toml").write_bytes(newer)
    (tmp_path / "IPT-16-9.toml").write_bytes(shipped.replace(b'version = "1"', b'version = "9"'))
    found = protocols_in(tmp_path)
    assert found.get("IPT-16") == read_protocol("IPT-16-10.toml", newer)
    assert found.by_reference[IPT16.reference] == IPT16


def test_a_copy_of_a_shipped_file_is_taken_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "IPT-16-1.toml").write_bytes(PROTOCOLS.texts[IPT16.reference])
    assert protocols_in(tmp_path) == shipped_protocols()


def test_a_shipped_version_with_other_content_is_refused(tmp_path: Path) -> None:
    (tmp_path / "IPT-16-1.toml").write_bytes(PROTOCOLS.texts[IPT16.reference] + b"# Changed.\n")
    with pytest.raises(DefinitionFaulty) as refused:
        protocols_in(tmp_path)
    assert str(refused.value) == (
        "IPT-16-1.toml: code and version: IPT-16@1 ships with Casetrail with other content; "
        "give your file a code or a version of its own"
    )


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionFaulty, match="nowhere: no such folder; make it, or name another one"):
        protocols_in(tmp_path / "nowhere")


def test_an_unknown_protocol_names_the_known_ones() -> None:
    with pytest.raises(ProtocolUnknown) as refused:
        PROTOCOLS.get("NOPE")
    assert refused.value == ProtocolUnknown("NOPE", tuple(sorted(PROTOCOLS.by_code)))
