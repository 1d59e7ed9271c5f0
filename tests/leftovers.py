"""What gathers in the PWA when nobody looks: looks copied from one component to another, sentences nobody says, exports nobody
imports, lines nobody can read. Like floors.py, each check takes the root of a tree; test_architecture.py plants a fault for each."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from floors import list_files

# --- looks --------------------------------------------------------------------------------------------------------

STYLE = re.compile(r"^<style[^>]*>\n(.*?)^</style>", re.DOTALL | re.MULTILINE)
RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
CLASS = re.compile(r"\.(-?[a-z][\w-]*)")
SHARED = "styles/"
# a whole look of so many declarations, or so many of them in common, are no chance
ALIKE, COMMON = 5, 8


def list_rules(root: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Each rule as (file, one selector, its declarations)."""
    for where, path in list_files(root / "pwa" / "src", ".vue", ".css"):
        text = path.read_text(encoding="utf-8")
        css = text if where.endswith(".css") else "\n".join(STYLE.findall(text))
        for selectors, body in RULE.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
            declared = sorted(line.strip() for line in body.split(";") if line.strip())
            for selector in selectors.split(","):
                yield where, selector.strip(), declared


def owner_of(where: str) -> str:
    """The word with which the classes of a component begin: entry-row for EntryRow.vue."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", Path(where).stem).lower()


def begins_with(name: str, owner: str) -> bool:
    return name == owner or name.startswith(f"{owner}-")


def find_strange_classes(root: Path) -> list[str]:
    """Each selector of a component needs a class of its own, and what all share uses none of a component's."""
    owners = {owner_of(where) for where, _ in list_files(root / "pwa" / "src", ".vue")}
    found = []
    for where, selector, _ in list_rules(root):
        classes = CLASS.findall(selector)
        if where.startswith(SHARED):
            found += [f"{where} says how .{name} of a component looks" for name in classes if any(begins_with(name, o) for o in owners)]
        elif not where.startswith("styles/") and not any(begins_with(name, owner_of(where)) for name in classes):
            found.append(f"{where} says how {selector} looks")
    return sorted(set(found))


def find_copied_looks(root: Path) -> list[str]:
    rules = [(where, f"{where} {selector}", set(declared)) for where, selector, declared in list_rules(root) if len(declared) >= ALIKE]
    found: dict[str, str] = {}
    for (here, one, a), (there, other, b) in combinations(rules, 2):
        if here != there and (a == b or len(a & b) >= COMMON):
            found.setdefault(one, other)
    return [f"{one} = {other}" for one, other in found.items()]


# --- sentences ----------------------------------------------------------------------------------------------------

KEY = re.compile(r"^ *'([a-z]\w*(?:\.\w+)+)':", re.MULTILINE)
SAID = re.compile(r"['\"`]([a-z]\w*(?:\.\w+)+)['\"`]")
COMPOSED = re.compile(r"`((?:\w+\.)+\w*)\$\{")


def find_loose_sentences(root: Path) -> list[str]:
    """Sentences that no screen says, and keys put together at run time that lead to none. (Whole keys are vue-tsc's.)"""
    source = root / "pwa" / "src"
    keys = {key for _, path in list_files(source / "texts" / "zh", ".ts") for key in KEY.findall(path.read_text(encoding="utf-8"))}
    said: set[str] = set()
    composed: set[str] = set()
    for where, path in list_files(source, ".ts", ".vue"):
        if not where.startswith(("texts/zh/", "texts/en/")):
            text = path.read_text(encoding="utf-8")
            said |= set(SAID.findall(text))
            composed |= set(COMPOSED.findall(text))
    begun = tuple(composed)
    found = [f"'{key}' is said nowhere" for key in keys - said if not key.startswith(begun)]
    found += [f"`{made}…` leads to no sentence" for made in begun if not any(key.startswith(made) for key in keys)]
    return sorted(found)


def find_keys_said_twice(root: Path) -> list[str]:
    """Of two sentences under one key the later one wins, and whoever mends the other one mends nothing."""
    found = []
    for language in ("zh", "en"):
        keys = Counter(
            key for _, path in list_files(root / "pwa" / "src" / "texts" / language, ".ts") for key in KEY.findall(path.read_text(encoding="utf-8"))
        )
        found += [f"'{key}' is said {times} times in {language}" for key, times in keys.items() if times > 1]
    return sorted(found)


# --- doors --------------------------------------------------------------------------------------------------------

INSET = re.compile(r"\$\{(?:[^{}]|\{[^{}]*\})*\}")
ASKED = re.compile(r"['\"`](/api/[^'\"`?]*)")
DOOR = re.compile(r"^ {4}\"(/api/[^\"]*)\": \{$", re.MULTILINE)
# answered by the server without its schema
BESIDE = ("/api/health",)
ANY_PART, ANY_PARTS = "\x00", "\x01"


def find_strange_doors(root: Path) -> list[str]:
    """Paths asked for that the server's schema does not have."""
    source = root / "pwa" / "src"
    made = [path.read_text(encoding="utf-8") for where, path in list_files(source, ".ts") if where in MADE]
    doors = [*BESIDE, *(door for text in made for door in DOOR.findall(text))]
    found = []
    for where, path in list_files(source, ".ts", ".vue"):
        text = INSET.sub(lambda inset: ANY_PARTS if "/" in inset[0] else ANY_PART, path.read_text(encoding="utf-8"))
        for asked in ASKED.findall(text) if where not in MADE else ():
            pattern = re.escape(asked).replace(ANY_PARTS, ".*").replace(ANY_PART, "[^/]*")
            if not any(re.fullmatch(pattern, door) for door in doors):
                found.append(f"{where} asks for {pattern}")
    return sorted(found)


# --- exports ------------------------------------------------------------------------------------------------------

EXPORTED = re.compile(r"^export (?:declare )?(?:async )?(function\*?|const|let|class|type|interface|enum) (\w+)", re.MULTILINE)
TAKEN = re.compile(r"\b(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s*from\s*['\"]([^'\"]+)['\"]")
TAKEN_WHOLE = re.compile(r"(?:\bimport\s*\(\s*|\bimport \* as \w+ from |\bexport \* from )['\"]([^'\"]+)['\"]")
# written by a tool
MADE = ("net/schema.ts",)
# the twin of a Python room: what it can do is decided there, and both are tested alike
TWIN = "sync/"


def find_idle_exports(root: Path) -> list[str]:
    """Names that a file gives away and nobody takes. A test counts as a taker only of what its own file uses too."""
    source = root / "pwa" / "src"
    by_app, by_tests = list_taken(source, source), list_taken(root / "pwa" / "tests", source)
    found = []
    for where, path in list_files(source, ".ts"):
        text = path.read_text(encoding="utf-8")
        for kind, name in EXPORTED.findall(text) if where not in MADE and (where, "*") not in by_app else []:
            own = where.startswith(TWIN) or len(re.findall(rf"\b{name}\b", text)) > 1
            needed = (where, name) in by_app or (own and (kind in ("type", "interface") or (where, name) in by_tests))
            found += [] if needed else [f"{where} exports {name} to nobody"]
    return found


def list_taken(folder: Path, source: Path) -> set[tuple[str, str]]:
    """(file, name) of all that is imported in a folder; * where a file is taken whole."""
    taken: set[tuple[str, str]] = set()
    for _, path in list_files(folder, ".ts", ".vue", ".mjs"):
        text = path.read_text(encoding="utf-8")
        for names, wanted in TAKEN.findall(text):
            taken |= {(target, word.split()[0]) for target in targets_of(source, path, wanted) for word in listed(names)}
        for wanted in TAKEN_WHOLE.findall(text):
            taken |= {(target, "*") for target in targets_of(source, path, wanted)}
    return taken


def listed(names: str) -> Iterator[str]:
    for word in names.split(","):
        if word.strip():
            yield word.strip().removeprefix("type ")


def targets_of(source: Path, path: Path, wanted: str) -> set[str]:
    if not wanted.startswith("."):
        return set()
    target = os.path.relpath(path.parent / wanted, source)
    return {target, f"{target}.ts", f"{target}/index.ts"}


# --- lines --------------------------------------------------------------------------------------------------------

LONGEST = 180
TEMPLATE = re.compile(r"^<template>\n.*?^</template>", re.DOTALL | re.MULTILINE)


def find_long_lines(root: Path) -> list[str]:
    """Sentences and templates break where the screen does: a text file's line is a sentence, a template's an element."""
    found = []
    for where, path in list_files(root / "pwa", ".ts", ".vue", ".css", ".mjs"):
        if where.startswith("src/texts/") or where.removeprefix("src/") in MADE:
            continue
        text = TEMPLATE.sub(lambda part: "\n" * part[0].count("\n"), path.read_text(encoding="utf-8"))
        found += [f"{where}:{at} has {len(line)} characters" for at, line in enumerate(text.split("\n"), 1) if len(line) > LONGEST]
    return found
