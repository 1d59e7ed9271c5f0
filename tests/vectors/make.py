"""Write the vectors both twins are held to: from the root of the project, `PYTHONPATH=.:tests python -m vectors.make`.

Making them twice gives the same bytes. sign_chromium.json is kept instead: a browser signs with random numbers (see browser.py).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vectors import bytes_in, credited, evidenced, framed, judged
from vectors.states import full, states

HERE = Path(__file__).resolve().parent


def made() -> dict[str, Any]:
    """File name -> what is in it."""
    stories = states()
    told = {**stories, "full": full()}
    rules = judged.rules_cases(told)
    seals = [{"name": name, "jws": jws, "word": word} for name, jws, word in bytes_in.seal_cases()]
    return {
        "op": {"cases": bytes_in.op_cases()},
        "sign_python": {"cases": bytes_in.sign_cases()},
        "hostile": {"jwk": bytes_in.jwk_of(bytes_in.KEY.public_key()), "cases": bytes_in.hostile_cases(), "seals": seals},
        "rules": {"states": {name: {"docs": s.docs, "known": s.known} for name, s in told.items()}, "cases": rules},
        "reduce": {"states": {name: {"docs": s.docs} for name, s in stories.items()}, "cases": judged.reduce_cases(stories, rules)},
        "credit": {
            "plan": credited.PLAN, "day": credited.day_case(), "days": credited.small_cases(), "year": credited.year_case(),
            "seen": credited.seen_cases(), "plans": credited.plan_cases(), "covers": credited.COVERS, "tenths": credited.TENTHS,
        },
        "evidence": {"cases": evidenced.cases(), "days": evidenced.DAYS},
        "envelope": {
            "digits": framed.digit_cases(), "cut": framed.cut_cases(), "read": framed.read_cases(), "join": framed.join_cases(),
        },
    }  # fmt: skip


def text_of(vector: dict[str, Any]) -> str:
    """JSON with one case a line, so that a change shows where it is."""
    parts = []
    for name, inner in vector.items():
        if isinstance(inner, list):
            lines = ",\n  ".join(map(line, inner))
            parts.append(f"{line(name)}: [\n  {lines}\n ]")
        elif name == "states":
            lines = ",\n  ".join(f"{line(state)}: {line(docs)}" for state, docs in inner.items())
            parts.append(f"{line(name)}: {{\n  {lines}\n }}")
        else:
            parts.append(f"{line(name)}: {line(inner)}")
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def kept(name: str) -> dict[str, Any]:
    """What lies in the folder."""
    vector: dict[str, Any] = json.loads(HERE.joinpath(f"{name}.json").read_text("utf-8"))
    return vector


def line(given: Any) -> str:
    return json.dumps(given, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    for name, vector in made().items():
        text = text_of(vector)
        HERE.joinpath(f"{name}.json").write_text(text, encoding="utf-8", newline="\n")
        print(name, sum(len(cases) for cases in vector.values() if isinstance(cases, list)), len(text))
