"""One command starts everything, one Ctrl-C stops it; what is killed runs again; nothing is left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest
from tests.services.house import PARTS, READY_SECONDS, House, casetrail, forms, running, send, until

from treatment.embedded.parts import Part, PartEnded, Running
from treatment.embedded.watch import KeepsCrashing, NotReady, Watch

RESTART_SECONDS = 5.0
STOP_SECONDS = 10.0
"""A start that ran on instead of stopping took 16 s."""


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_runs_again(own_house: House, part: str) -> None:
    killed = own_house.pid(part)
    os.kill(killed, signal.SIGKILL)

    def runs_again() -> bool:
        children = psutil.Process(own_house.process.pid).children()
        return len(children) == len(PARTS) and killed not in {child.pid for child in children}

    until(runs_again, f"{part} does not run again", RESTART_SECONDS)
    own_house.wait_for_line(f"{part} +ready again")
    case = own_house.open_case()
    with own_house.client() as client:
        send(client, f"/v1/cases/{case}/score-assessment", forms(1, item_9=2)[0])
    own_house.settle()


def test_a_part_that_keeps_crashing_stops_everything_with_an_error(own_house: House) -> None:
    for crash in range(1, 6):
        os.kill(own_house.pid("relay"), signal.SIGKILL)
        if crash < 5:
            own_house.wait_for_line("relay +ready again")
    assert own_house.process.wait(timeout=60) == 1
    assert own_house.process.stderr is not None
    log = own_house.folder.log("relay")
    said = own_house.process.stderr.read()
    assert f"relay crashed 5 times in 30 s; see {log}, which ends with: " in said


def test_a_killed_parent_leaves_nothing_running(own_house: House) -> None:
    parts = psutil.Process(own_house.process.pid).children(recursive=True)
    assert len(parts) >= len(PARTS)
    own_house.process.kill()
    own_house.process.wait()
    _, alive = psutil.wait_procs(parts, timeout=10)
    assert alive == []


def test_a_second_start_on_the_same_folder_is_refused(own_house: House) -> None:
    second = subprocess.run(
        [casetrail(), "up", "--data", str(own_house.data)],
        capture_output=True,
        text=True,
        timeout=READY_SECONDS,
        check=False,
    )
    assert second.returncode == 1
    assert second.stderr == (
        f"casetrail: {own_house.data} is in use by another `casetrail up` or `casetrail simulate`; "
        "stop that one, or name another folder with --data\n"
    )


def test_a_second_start_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data) as house:
        case = house.open_case()
        house.settle()
        before = house.messages()
        assert house.stop() == 0
        assert any("A token for therapist-1" in line for line in house.said)
    with running(data) as house:
        assert not any("A token for" in line for line in house.said)
        with house.client() as client:
            assert client.get(f"/v1/cases/{case}").json()["version"] == 1
            send(client, f"/v1/cases/{case}/score-assessment", forms(1)[0])
        house.settle()
        assert house.messages()[: len(before)] == before
        assert len(house.messages()) == len(before) + 1


def test_everything_listens_on_loopback_only(house: House) -> None:
    processes = psutil.Process(house.process.pid).children(recursive=True)
    listening = {
        connection.laddr.ip
        for process in processes
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_secrets_are_readable_by_their_owner_only(house: House) -> None:
    secrets = list((house.data / "secrets").iterdir())
    assert {oct(file.stat().st_mode & 0o777) for file in secrets} == {"0o600"}
    assert oct((house.data / "secrets").stat().st_mode & 0o777) == "0o700"


def test_ctrl_c_while_starting_ends_at_once(tmp_path: Path) -> None:
    command = [
        casetrail(),
        "up",
        "--data",
        str(tmp_path / "data"),
        "--port",
        "0",
        "--notifications-port",
        "0",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while not process.stderr.readline().startswith("broker "):
            assert process.poll() is None
        parts = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=STOP_SECONDS)
    assert (process.returncode, said.splitlines()[-2:]) == (0, ["stopping", "stopped"])
    assert "all " not in said
    _, alive = psutil.wait_procs(parts, timeout=STOP_SECONDS)
    assert alive == []


def part(folder: Path, program: str, ready: Callable[[Running], Awaitable[str]]) -> Part:
    command = (sys.executable, "-c", program)
    return Part(name="part", command=command, environment={}, log_file=folder / "part.log", ready=ready)


def quiet(_: str) -> None:
    """Nobody listens."""


async def never(_: Running) -> str:
    await asyncio.Event().wait()
    raise AssertionError


WAIT = "import signal; print('waiting', flush=True); signal.pause()"


async def test_a_part_that_ends_before_it_is_ready_is_told_with_its_last_line(tmp_path: Path) -> None:
    (tmp_path / "part.log").write_text("an earlier start\n")
    told = f"part ended before it was ready; see {tmp_path}/part.log"
    for program, ends in (("print(); print(' no  key\\n')", ", which ends with: no key"), ("", "")):
        watch = Watch(quiet)
        with pytest.raises(PartEnded, match=f"^{told}{ends}$"):
            await watch.up([part(tmp_path, program, never)])
        await watch.down()


async def test_a_part_that_is_never_ready_is_named_with_its_log(tmp_path: Path) -> None:
    watch = Watch(quiet, ready_seconds=0.5)
    with pytest.raises(NotReady, match=rf"^part was not ready within 0\.5 s; see {tmp_path}/part\.log"):
        await watch.up([part(tmp_path, WAIT, never)])
    await watch.down()


async def test_a_part_that_runs_again_but_is_not_ready_counts_as_crashed(tmp_path: Path) -> None:
    started: list[Running] = []

    async def ready_once(running: Running) -> str:
        started.append(running)
        return "there" if len(started) == 1 else await never(running)

    watch = Watch(quiet, ready_seconds=0.2)
    await watch.up([part(tmp_path, WAIT, ready_once)])
    started[0].process.kill()
    with pytest.raises(KeepsCrashing, match=r"^part crashed 5 times in 30 s"):
        await watch.until_stopped()
    await watch.down()
    assert [running.process.returncode for running in started] == [-signal.SIGKILL] * 5
