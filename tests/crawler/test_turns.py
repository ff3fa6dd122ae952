"""One story's captures go one after another, others at once."""

from __future__ import annotations

import asyncio

from crawler.turns import Turns


async def _order() -> list[str]:
    turns, done = Turns(), []

    async def claim(name: str, *keys: str) -> None:
        await turns.take(name, keys)
        done.append(name)

    await claim("first", "a", "b")
    waiting = [
        asyncio.ensure_future(claim("second", "b", "c")),
        asyncio.ensure_future(claim("third", "a")),
        asyncio.ensure_future(claim("other", "d")),
    ]
    await asyncio.sleep(0)
    assert done == ["first", "other"]
    turns.give("first")
    await asyncio.gather(*waiting)
    turns.give("second")
    turns.give("third")
    turns.give("third")
    await claim("last", "a", "b", "c")
    return done


def test_who_shares_a_key_waits_and_who_shares_none_does_not() -> None:
    done = asyncio.run(_order())
    assert done[:2] == ["first", "other"]
    assert sorted(done[2:4]) == ["second", "third"]
    assert done[4] == "last"


async def _crossing() -> int:
    turns = Turns()

    async def hold(name: str, *keys: str) -> None:
        await turns.take(name, keys)
        await asyncio.sleep(0)
        turns.give(name)

    async with asyncio.timeout(30):
        await asyncio.gather(
            *(hold(f"n{n}", *(("a", "b") if n % 2 else ("b", "a"))) for n in range(50))
        )
    return 50


def test_two_who_want_the_same_keys_in_another_order_do_not_wait_for_ever() -> None:
    assert asyncio.run(_crossing()) == 50


async def _at_once() -> list[bool]:
    turns = Turns()
    await turns.take("first", ["a"])
    refused = turns.take_now("second", ["a", "b"])
    taken = turns.take_now("third", ["b", "c"])
    waiting = asyncio.ensure_future(turns.take("fourth", ["c"]))
    await asyncio.sleep(0)
    turns.give("first")
    turns.give("third")
    await waiting
    return [refused, taken, turns.take_now("fifth", ["c"]), turns.take_now("sixth", ["a", "b"])]


def test_a_turn_is_taken_at_once_only_where_nobody_has_or_waits_for_a_key() -> None:
    assert asyncio.run(_at_once()) == [False, True, False, True]
