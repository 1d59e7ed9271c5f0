"""The one table of flags: each with what it looks at, whom it speaks of, and the thresholds it is found by. Their words stand with the
screens. Where the thresholds come from: 20 sign-offs in ten minutes, 3 seconds for one and 14 days for a young key were set down with
the attacks they answer; a late entry is one the rules ask a reason for; 8 apprentices for one mentor is another city's rule; every
other number is a sample (示例) until a rule set has its own, in `rules.flags`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

Params = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Flag:
    """A row. `looks_at`: hours, signing, presence, texts or roster. `rule`: it tells of a rule that was not kept, so that it is
    right whenever it is there; the others tell of a pattern, which honest people may have as well."""

    word: str
    looks_at: str
    rule: bool
    params: Params


FLAGS: dict[str, Flag] = {
    flag.word: flag
    for flag in (
        Flag("burst", "signing", False, {"burst_most": 20, "burst_minutes": 10, "burst_days": 7, "burst_seconds": 5}),
        Flag("fast", "signing", False, {"fast_seconds": 3, "fast_least": 5}),
        Flag("young_key", "signing", False, {"young_days": 14, "young_least": 5}),
        Flag("after_reset", "signing", False, {"reset_days": 7, "reset_least": 5}),
        Flag("mentor_load", "signing", True, {"load_most": 8}),
        Flag("mentor_hours", "signing", False, {"hours_tenths_z": 35, "hours_peers": 4}),
        Flag("same_minutes", "hours", False, {"same_least": 15, "same_permille": 950}),
        Flag("no_absence", "hours", False, {"absence_days": 100}),
        Flag("night", "hours", True, {}),
        Flag("closed_day", "hours", True, {}),
        Flag("overlap", "hours", True, {}),
        Flag("late_written", "hours", False, {"late_days": 7, "late_least": 5, "late_permille": 500}),
        Flag("late_sent", "hours", False, {"sent_hours": 72, "sent_least": 5, "sent_permille": 700}),
        Flag("clock_back", "hours", False, {"clock_minutes": 60, "clock_least": 2}),
        Flag("outside_agreement", "hours", True, {}),
        Flag("one_sitting", "presence", False, {"sitting_seconds": 60, "sitting_days": 6, "sitting_permille": 600}),
        Flag("unlisted", "presence", False, {"unlisted_least": 4, "unlisted_permille": 500}),
        Flag("same_photo", "texts", False, {}),
        Flag("copy_own", "texts", False, {"copy_letters": 20, "copy_permille": 850, "own_least": 6, "own_permille": 500}),
        Flag("copy_other", "texts", False, {"copy_letters": 20, "copy_permille": 850, "other_least": 4}),
        Flag("roster_edit", "roster", False, {"back_days": 30, "lock_days": 7}),
    )
}
DEFAULTS: Params = {name: number for flag in FLAGS.values() for name, number in flag.params.items()}
# what is computed otherwise than before is computed anew for every book
VERSION = 3
# how often each flag found what it is for and how often it spoke of honest people, as `python -m tests.bench.flags --write` told
MEASURED_FILE = "measured.json"
MEASURED: dict[str, Any] = json.loads(files(__package__).joinpath(MEASURED_FILE).read_text("utf-8"))


def params_of(given: Mapping[str, Any] | None) -> Params:
    """A rule set's own thresholds, and the samples for those it does not name; anything that is no whole number is not one."""
    named = {name: given[name] for name in DEFAULTS if type(given.get(name)) is int and given[name] >= 0} if given else {}
    return {**DEFAULTS, **named}
