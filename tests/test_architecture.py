"""Who may import whom, and how long things may be. A contract counts only once it has been seen to fail: each one here
is also run on a tree with a planted fault. Where a room has no file yet, the tree under test gets an empty one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import floors
import leftovers

ROOT = Path(__file__).resolve().parent.parent
PYTHON_ROOMS = ("sync", "server", "server/api", "server/services", "server/store", "server/nudge", "server/papers")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]

# contract -> faults, each a list of (file, the import planted at its end)
FORBIDDEN_IMPORTS: dict[str, list[list[tuple[str, str]]]] = {
    "floors": [
        [("server/store/planted.py", "import server.services.planted")],
        [("server/api/planted.py", "import server.commands.care")],
        [("server/papers/planted.py", "import server.store.planted")],
        [("server/nudge/planted.py", "import server.store.planted")],
        [("server/store/planted.py", "import server.nudge.planted")],
        [("server/nudge/planted.py", "import server.papers.planted")],
        [("server/services/planted.py", "import server.api.planted")],
        [("sync/planted.py", "import server.store.planted")],
    ],
    "stories": [[("server/services/books/planted.py", "import server.services.people.planted_other")]],
    "pure": [
        [("sync/planted.py", f"import {module}")]
        for module in ("time", "random", "secrets", "socket", "pathlib", "flask", "sqlalchemy", "server.store.planted")
    ],
    "crypto": [[("sync/planted.py", "from cryptography.hazmat.primitives import hashes")]],
    "doors": [
        [("server/api/planted.py", f"import {module}")]
        for module in ("server.store.planted", "server.nudge.planted", "server.papers.planted", "sqlalchemy", "time")
    ],
    "webless": [
        [("server/services/planted.py", f"import {module}")] for module in ("flask", "flask_login", "werkzeug", "server.house")
    ],
    "papers": [[("server/papers/planted.py", "import sqlalchemy")]],
    "nudge": [[("server/nudge/planted.py", f"import {module}")] for module in ("sqlalchemy", "flask", "http.client")],
    "circles": [[("sync/planted.py", "import sync.planted_other"), ("sync/planted_other.py", "import sync.planted")]],
}
PYTHON_FAULTS = {
    "sync/planted.py": [
        "import time",
        "import decimal",
        "from importlib import resources",
        "from datetime import datetime\nat = datetime.now()",
        "text = open('x').read()",
        "def f():\n    import json",
    ],
    "server/store/planted.py": ["from flask import request", "from flask import session", "import flask"],
    "server/papers/planted.py": ["from flask import session"],
    "server/api/planted.py": ["from datetime import datetime\nat = datetime.now()"],
    "server/services/planted.py": ["def f():\n    from server.services import other"],
}
PWA_FAULTS = {
    "sync/planted.ts": [
        "import { x } from '../db/rows'",
        "import Dexie from 'dexie'",
        "import table from '../../../sync/other.json'",
        "const at = Date.now()",
        "const chance = Math.random()",
        "window.x = 1",
        "await fetch('/')",
        "indexedDB.open('x')",
    ],
    "db/planted.ts": ["import { k } from '../device/key'", "import { ref } from 'vue'", "export * from '../net/loop'"],
    "device/planted.ts": ["import { r } from '../db/rows'", "import { ref } from 'vue'"],
    "net/planted.ts": [
        "import { a } from '../actions/hours'",
        "import { ref } from 'vue'",
        "await db.transaction('r', [], work)",
    ],
    "actions/planted.ts": ["import { l } from '../net/loop'", "const l = await import('../net/loop')"],
    "use/planted.ts": [
        "import type { L } from '@/net/loop'",
        "import { liveQuery } from 'dexie'",
        "const rows = await db.outbox.toArray()",
    ],
    "actions/planted_too.ts": ["location.href = text", "window.location.assign(text)", "window.open(text)", "location = read.text", "eval(text)"],
    "sw/planted.ts": ["import { rows } from '../db/rows'", "import { liveQuery } from 'dexie'"],
    "components/Planted.vue": [
        "<script setup lang=\"ts\">\nimport { r } from '../db/rows'\n</script>",
        "<script setup lang=\"ts\">\nimport { a } from '../actions/hours'\n</script>",
        '<template><p v-html="text" /></template>',
        '<script setup lang="ts">\nbox.innerHTML = text\n</script>',
    ],
    "pages/Planted.vue": [
        "<script setup lang=\"ts\">\nimport { r } from '../db/rows'\n</script>",
        "<script setup lang=\"ts\">\nimport { l } from '../net/loop'\n</script>",
    ],
}
PWA_VIRTUES = {
    "sync/planted.ts": "import kinds from '../../../sync/kinds.json'\n// fetch, window and Date.now() are for others",
    "db/planted.ts": "import Dexie from 'dexie'\nimport { book } from '../sync/book'",
    "use/planted.ts": "import { ref } from 'vue'\nimport { rows } from '../db/rows'",
    "actions/planted.ts": "const { origin } = window.location\nif (location === other) location.reload()\nconst eval_ = 'innerHTML'",
    "pages/Planted.vue": "<script setup lang=\"ts\">\nimport { logHours } from '../actions/hours'\n</script>",
}
OVERSIZES = {
    "sync/planted.py": "x = 1\n" * 401,
    "server/api/planted.py": "def long():\n" + "    x = 1\n" * 60,
    "pwa/src/db/planted.ts": "export const x = 1\n" * 401,
    "pwa/src/pages/PlantedScript.vue": "<script setup>\n" + "const x = 1\n" * 201 + "</script>\n",
    "pwa/src/pages/PlantedTemplate.vue": "<template>\n" + "<p></p>\n" * 201 + "</template>\n",
}


def copy_house(target: Path) -> Path:
    """The two Python packages, with an empty __init__ for every room that has no file yet."""
    for package in ("sync", "server"):
        if (ROOT / package).is_dir():
            ignored = shutil.ignore_patterns("app", "__pycache__")
            shutil.copytree(ROOT / package, target / package, ignore=ignored)
    for room in PYTHON_ROOMS:
        (target / room).mkdir(parents=True, exist_ok=True)
        (target / room / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


def plant(root: Path, where: str, text: str) -> None:
    path = root / where
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="utf-8") as planted:
        planted.write(text + "\n")


def judge_contracts(root: Path) -> tuple[dict[str, str], str]:
    """import-linter's verdict on each contract, KEPT or BROKEN, and all it said."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    environment = dict(os.environ, PYTHONPATH=str(root), NO_COLOR="1", COLUMNS="300")
    done = subprocess.run(
        [*command, "--config", "pyproject.toml", "--no-cache"],
        cwd=root, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    names = {contract["name"]: contract["id"] for contract in CONTRACTS}
    verdicts = {names[name]: word for name, word in re.findall(r"^(.+) (KEPT|BROKEN)\b", said, re.MULTILINE)}
    return verdicts, said


def test_the_house_keeps_its_contracts(tmp_path):
    verdicts, said = judge_contracts(copy_house(tmp_path))
    assert verdicts == {contract["id"]: "KEPT" for contract in CONTRACTS}, said


def test_every_contract_has_a_planted_fault():
    assert set(FORBIDDEN_IMPORTS) == {contract["id"] for contract in CONTRACTS}


@pytest.mark.parametrize(
    ("contract", "fault"), [(contract, fault) for contract, faults in FORBIDDEN_IMPORTS.items() for fault in faults]
)
def test_a_forbidden_import_breaks_its_contract(tmp_path, contract, fault):
    root = copy_house(tmp_path)
    for room in PYTHON_ROOMS[2:]:
        plant(root, f"{room}/planted.py", "")
    plant(root, "server/services/people/planted_other.py", "")
    for where, line in fault:
        plant(root, where, line)
    verdicts, said = judge_contracts(root)
    assert verdicts.get(contract) == "BROKEN", said


def test_python_keeps_the_rules_import_linter_cannot_see():
    assert floors.find_python_faults(ROOT) == []


@pytest.mark.parametrize(("where", "text"), [(w, text) for w, texts in PYTHON_FAULTS.items() for text in texts])
def test_a_python_fault_is_found(tmp_path, where, text):
    plant(tmp_path, where, text)
    assert [fault for fault in floors.find_python_faults(tmp_path) if fault.startswith(where)]


def test_the_pwa_keeps_its_floors():
    assert floors.find_pwa_faults(ROOT) == []


@pytest.mark.parametrize(("where", "text"), [(w, text) for w, texts in PWA_FAULTS.items() for text in texts])
def test_a_forbidden_import_in_the_pwa_is_found(tmp_path, where, text):
    plant(tmp_path, f"pwa/src/{where}", text)
    assert len(floors.find_pwa_faults(tmp_path)) == 1


@pytest.mark.parametrize("where", PWA_VIRTUES)
def test_a_permitted_import_in_the_pwa_is_no_fault(tmp_path, where):
    plant(tmp_path, f"pwa/src/{where}", PWA_VIRTUES[where])
    assert floors.find_pwa_faults(tmp_path) == []


def test_nothing_is_longer_than_the_house_allows():
    assert floors.find_oversizes(ROOT) == []


@pytest.mark.parametrize("where", OVERSIZES)
def test_what_is_too_long_is_found(tmp_path, where):
    plant(tmp_path, where, OVERSIZES[where])
    assert len(floors.find_oversizes(tmp_path)) == 1


def test_no_folder_is_crowded():
    assert floors.find_crowded_folders(ROOT) == []


@pytest.mark.parametrize("folder", ["server/store/books", "pwa/src/pages/phone", "sync"])
def test_a_crowded_folder_is_found(tmp_path, folder):
    for number in range(16):
        plant(tmp_path, f"{folder}/planted_{number}.{'ts' if folder.startswith('pwa') else 'py'}", "")
    assert len(floors.find_crowded_folders(tmp_path)) == 1


def list_long_functions(node: tuple[str, Path], root: Path) -> list[str]:
    binary, pwa = node
    files = "\n".join(str(path) for _, path in floors.list_files(root / "pwa", ".ts", ".vue"))
    command = [binary, str(ROOT / "tests" / "functions.mjs"), str(pwa), str(floors.MAX_FUNCTION)]
    return subprocess.run(command, input=files, capture_output=True, text=True, check=True).stdout.splitlines()


def test_no_typescript_function_is_too_long(node):
    assert list_long_functions(node, ROOT) == []


@pytest.mark.parametrize("where", ["Planted.vue", "planted.ts"])
def test_a_typescript_function_that_is_too_long_is_found(node, tmp_path, where):
    function = "function long() {\n" + "  step()\n" * 60 + "}\n"
    plant(tmp_path, f"pwa/src/pages/{where}", f"<script>\n{function}</script>" if where.endswith("vue") else function)
    assert len(list_long_functions(node, tmp_path)) == 1


STYLED = "<template>\n  <p></p>\n</template>\n\n<style>\n%s\n</style>\n"
LONG = "{ color: red; margin: 0; padding: 0; border: 0; opacity: 1; inline-size: 1px; block-size: 1px; order: 1;"
LOOKS = "{ display: grid; gap: 1px; margin: 0; padding: 0; border: 0; }"
SCHEMA = 'export interface paths {\n    "/api/planted/all": {\n    };\n    "/api/planted/{id}/end": {\n    };\n}'
LEFTOVERS = {
    "find_strange_classes": [
        {"components/PlantedRow.vue": STYLED % ".planted-row-head { margin: 0; }", "pages/Other.vue": STYLED % ".planted-row-head { margin: 0; }"},
        {"components/PlantedRow.vue": STYLED % "h2,\n.planted-row { margin: 0; }"},
        {"pages/Planted.vue": STYLED % "", "pages/Planted.css": ".other-line { margin: 0; }"},
        {"components/PlantedRow.vue": STYLED % "", "styles/base.css": ".planted-row-head { margin: 0; }"},
    ],
    "find_copied_looks": [
        {"components/One.vue": STYLED % f".one {LOOKS}", "components/Two.vue": STYLED % f".two-head {LOOKS}"},
        {"components/One.vue": STYLED % f".one {LOOKS}", "styles/base.css": f".row, .column {LOOKS}"},
        {"components/One.vue": STYLED % f".one {LONG} inset: 0; }}", "components/Two.vue": STYLED % f".two {LONG} gap: 2px; }}"},
    ],
    "find_loose_sentences": [
        {"texts/zh/planted.ts": "export const planted = {\n  'planted.said': '说',\n}"},
        {"pages/planted.ts": "t(`planted.${word}`)"},
    ],
    "find_keys_said_twice": [
        {"texts/zh/planted.ts": "  'planted.said': '说',\n", "texts/zh/desk/planted.ts": "  'planted.said': '再说',\n"},
        {"texts/en/planted.ts": "  'planted.said': 'said',\n  'planted.said': 'again',\n"},
    ],
    "find_strange_doors": [
        {"net/schema.ts": SCHEMA, "use/planted.ts": "get('/api/planted/one')"},
        {"net/schema.ts": SCHEMA, "use/planted.ts": "get(`/api/planted?of=${one}`)"},
        {"net/schema.ts": SCHEMA, "pages/Planted.vue": "<img :src=\"`/api/plants/${row.id}/${{ a: 1 }.a}`\" />"},
    ],
    "find_idle_exports": [
        {"use/planted.ts": "export const planted = () => 1\nplanted()"},
        {"use/planted.ts": "export interface Planted { a: string }"},
        {"use/planted.ts": "export const planted = () => 1", "../tests/planted.test.ts": "import { planted } from '../src/use/planted'"},
        {"use/planted.ts": "export const planted = 1", "use/other.ts": "import { planted } from './else'"},
    ],
    "find_long_lines": [
        {"use/planted.ts": "const words = '" + "x" * 180 + "'"},
        {"pages/Planted.vue": "<template>\n</template>\n\n<style>\n.planted { margin: 0;" + " " * 180 + "}\n</style>"},
    ],
}
TIDY = {
    "find_strange_classes": {
        "pages/PlantedRow.vue": STYLED % ".page .planted-row-head,\n.planted-row { margin: 0; }",
        "styles/base.css": ".row { margin: 0; }",
    },
    "find_copied_looks": {"components/One.vue": STYLED % f".one, .one-head {LOOKS}"},
    "find_loose_sentences": {
        "texts/zh/planted.ts": "export const planted = {\n  'planted.one': '说',\n  'planted.two.a': '说',\n}",
        "pages/planted.ts": "t('planted.one') + t(`planted.two.${word}`)",
    },
    "find_keys_said_twice": {"texts/zh/planted.ts": "  'planted.said': '说',\n", "texts/en/planted.ts": "  'planted.said': 'said',\n"},
    "find_strange_doors": {
        "net/schema.ts": SCHEMA,
        "use/planted.ts": "get('/api/health') + get('/api/planted/all?size=9')\nget(`/api/planted/${{ a: 1 }.a}/end`)"
        " + get(`/api/planted/${row ? `${row.id}/end` : 'all'}`)",
    },
    "find_idle_exports": {
        "use/planted.ts": "export const planted = 1\nexport interface Planted { a: string }\nexport const one = 1\nexport const two = one",
        "use/other.ts": "import { planted, type Planted } from './planted'\nimport { two } from '../use/planted'",
        "../tests/planted.test.ts": "import { one } from '../src/use/planted'",
    },
    "find_long_lines": {"pages/Planted.vue": "<template>\n<p>" + "x" * 200 + "</p>\n</template>\n", "texts/zh/planted.ts": "x" * 200},
}


@pytest.mark.parametrize("check", LEFTOVERS)
def test_nothing_is_left_lying_about_in_the_pwa(check):
    assert getattr(leftovers, check)(ROOT) == []


@pytest.mark.parametrize(("check", "at"), [(check, at) for check, trees in LEFTOVERS.items() for at in range(len(trees))])
def test_a_leftover_is_found(tmp_path, check, at):
    for where, text in LEFTOVERS[check][at].items():
        plant(tmp_path, f"pwa/src/{where}", text)
    assert len(getattr(leftovers, check)(tmp_path)) == 1


@pytest.mark.parametrize("check", TIDY)
def test_what_is_tidy_is_no_leftover(tmp_path, check):
    for where, text in TIDY[check].items():
        plant(tmp_path, f"pwa/src/{where}", text)
    assert getattr(leftovers, check)(tmp_path) == []
