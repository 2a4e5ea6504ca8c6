"""PostgreSQL commits and the answer is lost: the command is answered with what was stored, in time."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from tests.integration.store import Store, form, opened, opening, request
from tests.services.proxy import Fate, Proxy, proxy_to

COMMIT = b"COMMIT"


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    address = urlsplit(postgres_url)
    with proxy_to(address.hostname or "127.0.0.1", address.port or 5432) as proxy:
        yield proxy


@pytest.fixture
def store(postgres_url: str, proxy: Proxy) -> Iterator[Store]:
    address = urlsplit(postgres_url)
    with opened(
        address._replace(netloc=f"{address.username}:{address.password}@127.0.0.1:{proxy.port}").geturl()
    ) as store:
        yield store


@pytest.mark.parametrize("fate", list(Fate), ids=lambda fate: fate.name)
def test_a_command_whose_commit_was_not_answered_is_stored_once(
    store: Store, proxy: Proxy, fate: Fate
) -> None:
    application = store.application()
    case = application.handle(request("open"), opening()).subject
    proxy.lose_answer(COMMIT, fate)
    answer = application.handle(request("form", case), form("a-1"))
    assert proxy.struck.is_set()
    assert (answer.version, len(store.events_of_cases()), store.commands_of_cases()) == (2, 2, 2)
    assert list(answer.events) == store.log.events_of("north", case)[1:]
    assert application.handle(request("form", case), form("a-1")) == answer
