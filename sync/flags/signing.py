"""Flags of somebody who signs: how fast, how much at once, with how young a key, and how much beside his peers."""

from collections.abc import Iterable, Mapping

from sync.evidence import PARAMS, day_number
from sync.flags.own import found_by
from sync.flags.table import Params
from sync.flags.values import DAY, MINUTE, Found, Given

ONE_TAP = 1000
ZONE = PARAMS["zone_minutes"] * MINUTE


def find_bursts(seals: Iterable[Given], params: Params) -> list[Found]:
    """More sign-offs in some minutes than anybody reads: most of them long after their days, or quicker one after another than each is
    looked at. Who signs the week's hours on its last day, one by one, does neither. `seals` are one signer's."""
    runs: list[list[Given]] = []
    window: list[Given] = []
    for seal in _in_order(seals):
        window = [other for other in window if seal.at - other.at < params["burst_minutes"] * MINUTE] + [seal]
        if len(window) <= params["burst_most"]:
            continue
        if runs and runs[-1][-1].at >= window[0].at:
            there = {other.op for other in runs[-1]}
            runs[-1] += [other for other in window if other.op not in there]
        else:
            runs.append(list(window))
    return [found_by(str(run[0].at), "burst", run, _told(run)) for run in runs if _is_late(run, params) or _is_hasty(run, params)]


def _is_late(run: list[Given], params: Params) -> bool:
    """Whether more than half are of days further back than a week's signing reaches."""
    old = sum((seal.at + ZONE) // DAY - day_number(seal.day) > params["burst_days"] for seal in run)
    return old * 2 > len(run)


def _is_hasty(run: list[Given], params: Params) -> bool:
    return run[-1].at - run[0].at < params["burst_seconds"] * 1000 * (len(run) - 1)


def find_fast(seals: Iterable[Given], params: Params) -> list[Found]:
    """Sign-offs on end for which there was no time to look. What one tap signs is a batch; its time began with the batch before, and
    of the first one of a sitting nobody can tell how long it was looked at."""
    batches: list[list[Given]] = []
    for seal in _in_order(seals):
        if batches and seal.at - batches[-1][-1].at < ONE_TAP:
            batches[-1].append(seal)
        else:
            batches.append([seal])
    runs: list[list[Given]] = [[]]
    for before, batch in zip(batches, batches[1:], strict=False):
        if batch[0].at - before[-1].at < params["fast_seconds"] * 1000 * len(batch):
            runs[-1] += batch
        else:
            runs.append([])
    return [found_by(str(run[0].at), "fast", run, _told(run)) for run in runs if len(run) >= max(2, params["fast_least"])]


def _in_order(seals: Iterable[Given]) -> list[Given]:
    return sorted(seals, key=lambda seal: (seal.at, seal.op))


def _told(run: list[Given]) -> dict[str, int | str]:
    people = len({seal.book for seal in run})
    return {"count": len(run), "seconds": (run[-1].at - run[0].at) // 1000, "books": people, "at": run[0].at}


def find_young_keys(seals: Iterable[Given], enrolled_at: int, first_signed_at: int, params: Params) -> list[Found]:
    """Sign-offs by a key that is days old, of somebody who had signed with others before. `seals` are those of the key."""
    until = enrolled_at + params["young_days"] * DAY
    young = [seal for seal in _in_order(seals) if seal.standing and enrolled_at <= seal.at < until]
    if len(young) < params["young_least"] or first_signed_at >= enrolled_at:
        return []
    return [found_by("all", "young_key", young, {"count": len(young), "enrolled_at": enrolled_at})]


def find_load(signer: str, books: Iterable[str], today: str, params: Params) -> list[Found]:
    """More apprentices at once than one mentor is to have."""
    mine = sorted(set(books))
    if len(mine) <= params["load_most"]:
        return []
    detail = {"count": len(mine), "most": params["load_most"]}
    return [Found("mentor_load", "all", signer, tuple((book, "") for book in mine), (today, today), 0, None, detail)]


def outlying(minutes_by_signer: Mapping[str, tuple[int, int]], params: Params) -> dict[str, tuple[int, int, int]]:
    """Whose hours a head in a month stand far above his peers': signer -> (his minutes a head, theirs, how far in tenths).

    Told by the median and the median distance from it, which a few odd ones do not move; a distance below a twentieth of the
    median counts as that, so that peers who agree to the minute make nobody odd."""
    heads = {signer: minutes // max(1, apprentices) for signer, (minutes, apprentices) in minutes_by_signer.items()}
    if len(heads) <= params["hours_peers"]:
        return {}
    middle = median(heads.values())
    spread = max(median(abs(minutes - middle) for minutes in heads.values()), middle / 20, 1.0)
    far = {signer: int(6.745 * (minutes - middle) / spread) for signer, minutes in heads.items()}
    return {signer: (heads[signer], int(middle), far[signer]) for signer in heads if far[signer] > params["hours_tenths_z"]}


def median(numbers: Iterable[float]) -> float:
    rows = sorted(numbers)
    middle = len(rows) // 2
    return rows[middle] if len(rows) % 2 else (rows[middle - 1] + rows[middle]) / 2
