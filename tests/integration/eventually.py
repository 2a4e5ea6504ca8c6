"""Waiting in tests: poll with a deadline, and say in a sentence what did not happen."""

import asyncio
from collections.abc import Awaitable, Callable


async def eventually(
    happened: Callable[[], Awaitable[bool]], otherwise: str, *, seconds: float = 15.0
) -> None:
    """Return as soon as it happened; fail with the sentence after the deadline."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await happened():
        assert asyncio.get_running_loop().time() < deadline, otherwise
        await asyncio.sleep(0.02)
