"""The rules of the house that import-linter cannot see. Each check takes the root of a tree and returns what breaks a
rule there, one sentence a finding; test_architecture.py runs them on this tree and on trees with a planted fault."""

from __future__ import annotations

import ast
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SKIPPED_FOLDERS = {"node_modules", ".venv", ".git", "dist", "__pycache__", "coverage"}
SKIPPED_PATHS = ("server/app/", "migrations/versions/", "tests/vectors/", "pwa/src/net/schema.ts")

SYNC_MAY_IMPORT = set(
    "__future__ base64 binascii bisect collections dataclasses datetime enum functools hashlib importlib itertools "
    "json math operator re string struct types typing unicodedata zlib sync cryptography".split()
)
READERS = ("sync/kinds.py", "sync/evidence.py", "sync/flags/table.py")
CLOCK_CALLS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"}
OUTSIDE_CALLS = {"open", "print", "input", "eval", "exec", "__import__", "breakpoint"}
FIRST_FLOOR = ("server/store/", "server/nudge/", "server/papers/")


def list_files(root: Path, *suffixes: str) -> Iterator[tuple[str, Path]]:
    """Hand-written files as (path from the root, path)."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - SKIPPED_FOLDERS)
        for name in sorted(names):
            path = Path(folder, name)
            where = path.relative_to(root).as_posix()
            if where.endswith(suffixes) and not where.startswith(SKIPPED_PATHS):
                yield where, path


# --- Python -------------------------------------------------------------------------------------------------------


def find_python_faults(root: Path) -> list[str]:
    found: list[str] = []
    for where, path in list_files(root, ".py"):
        if where.startswith(("sync/", "server/")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [f"{where}:{line} {what}" for line, what in judge_module(where, tree)]
    return found


def judge_module(where: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    yield from find_hidden_imports(tree)
    for line, module, name in list_imports(tree):
        yield from judge_import(where, line, module, name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from judge_call(where, node)


def find_hidden_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield node.lineno, f"imports inside {function.name}"


def list_imports(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ""
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield node.lineno, node.module or "", alias.name


def judge_import(where: str, line: int, module: str, name: str) -> Iterator[tuple[int, str]]:
    if where.startswith("sync/"):
        if module.split(".")[0] not in SYNC_MAY_IMPORT:
            yield line, f"sync imports {module}"
        if module.startswith("importlib") and (module != "importlib.resources" or where not in READERS):
            yield line, f"only {' and '.join(READERS)} read a file, and only through importlib.resources: {module}"
    if where.startswith(FIRST_FLOOR) and module.split(".")[0] == "flask" and name in {"request", "session", ""}:
        yield line, f"the first floor reaches for Flask's {name or 'everything'}"


def judge_call(where: str, call: ast.Call) -> Iterator[tuple[int, str]]:
    called = call.func
    clockless = where.startswith(("sync/", "server/api/"))
    if clockless and isinstance(called, ast.Attribute) and called.attr in CLOCK_CALLS:
        yield call.lineno, f"looks at the clock with {called.attr}()"
    if where.startswith("sync/") and isinstance(called, ast.Name) and called.id in OUTSIDE_CALLS:
        yield call.lineno, f"sync reaches outside with {called.id}()"


# --- the PWA ------------------------------------------------------------------------------------------------------

PWA_MAY_IMPORT = {
    "sync": {"sync"},
    "db": {"db", "sync"},
    "device": {"device", "sync"},
    "net": {"net", "db", "device", "sync"},
    "actions": {"actions", "db", "device", "sync"},
    "use": {"use", "db", "sync"},
    "components": {"components", "sync"},
    "pages": {"pages", "actions", "use", "components", "texts", "sync"},
    "texts": {"texts"},
    "sw": {"sw"},
}
VUELESS = {"db", "device", "net", "actions"}
VUE = re.compile(r"^(@vue/|vue\b|vant\b|@vant/|element-plus\b|@element-plus/)")
IMPORTED = re.compile(
    r"""(?:\bimport|\bexport)\b[^'"`;=()]*?\bfrom\s*['"]([^'"]+)['"]"""
    r"""|\bimport\s*\(?\s*['"]([^'"]+)['"]"""
    r"""|\bnew\s+URL\(\s*['"](\.[^'"]+)['"]"""
)
IMPURE = re.compile(
    r"\b(?:window|document|navigator|localStorage|sessionStorage|indexedDB|fetch|setTimeout|setInterval)\b(?!\s*:)"
    r"|\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bgetRandomValues\b|\brandomUUID\b|\bperformance\.now\b"
)
NOT_CODE = re.compile(r"""/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*\"""", re.DOTALL)
TABLES = ("sync/kinds.json", "sync/evidence.json")
DATABASE = re.compile(r"^dexie\b")
TABLE = re.compile(r"\bdb\.(?:keys|outbox|kept|docs|staging|books|people|meta|table|transaction)\b")

# What a code, a link or another's words could turn into an address or into HTML. A new address is the router's business.
DANGEROUS = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|DOMParser|createContextualFragment|v-html)\b|\bdocument\.write\b|\bwindow\.open\b"
    r"|\blocation\s*=(?!=)|\blocation\.(?:href|hash|search|pathname)\s*=(?!=)|\blocation\.(?:assign|replace)\b|\bnew Function\b|\beval\("
)


def find_pwa_faults(root: Path) -> list[str]:
    found: list[str] = []
    source = root / "pwa" / "src"
    for where, path in list_files(source, ".ts", ".vue"):
        room = where.split("/")[0]
        if room not in PWA_MAY_IMPORT:
            continue
        text = path.read_text(encoding="utf-8")
        for match in IMPORTED.finditer(text):
            wanted = match[1] or match[2] or match[3]
            if not may_import(root, room, path, wanted):
                found.append(f"pwa/src/{where} imports {wanted}")
        found += [f"pwa/src/{where} has {match[0]}" for match in DANGEROUS.finditer(NOT_CODE.sub(" ", text))]
        if room != "db":
            found += [f"pwa/src/{where} asks {match[0]} itself" for match in TABLE.finditer(NOT_CODE.sub(" ", text))]
        if room == "sync":
            found += [f"pwa/src/{where} uses {match[0]}" for match in IMPURE.finditer(NOT_CODE.sub(" ", text))]
    return found


def may_import(root: Path, room: str, path: Path, wanted: str) -> bool:
    wanted = wanted.split("?")[0]
    if not wanted.startswith((".", "@/")):
        if DATABASE.match(wanted):
            return room == "db"
        return room != "sync" and not (room in VUELESS and VUE.match(wanted))
    source = root / "pwa" / "src"
    target = source / wanted[2:] if wanted.startswith("@/") else Path(os.path.normpath(path.parent / wanted))
    if target in [root / table for table in TABLES]:
        return room == "sync"
    if not target.is_relative_to(source):
        return False
    other = target.relative_to(source).parts[0]
    return other in PWA_MAY_IMPORT[room] or (other == "styles" and room in {"components", "pages"})


# --- sizes --------------------------------------------------------------------------------------------------------

MAX_FILE, MAX_FUNCTION, MAX_VUE_PART, MAX_FOLDER = 400, 60, 200, 15
ONE_A_SUBJECT = ("pwa/src/texts/",)


def find_oversizes(root: Path) -> list[str]:
    """Files, Python functions and the parts of Vue files; TypeScript's functions are measured by functions.mjs."""
    found: list[str] = []
    for where, path in list_files(root, ".py", ".ts", ".vue"):
        text = path.read_text(encoding="utf-8")
        found += [f"{where} has {n} lines" for n in [count_lines(text)] if n > MAX_FILE]
        if where.endswith(".py"):
            found += find_long_functions(where, text)
        if where.endswith(".vue"):
            found += find_long_parts(where, text)
    return found


def find_long_functions(where: str, text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION:
                yield f"{where}:{node.lineno} {node.name} has {lines} lines"


def find_long_parts(where: str, text: str) -> Iterator[str]:
    for part in ("script", "template"):
        for match in re.finditer(rf"^<{part}\b[^>]*>\n(.*?)^</{part}>", text, re.DOTALL | re.MULTILINE):
            if count_lines(match[1]) > MAX_VUE_PART:
                yield f"{where} has a {part} of {count_lines(match[1])} lines"


def find_crowded_folders(root: Path) -> list[str]:
    """Folders of the product with more files than one can take in; texts are a file a subject already."""
    ours = [
        path for where, path in list_files(root, ".py", ".ts", ".vue") if where.startswith(("sync/", "server/", "pwa/"))
    ]
    crowds = Counter(path.parent.relative_to(root).as_posix() for path in ours)
    return [
        f"{where} has {count} files"
        for where, count in crowds.items()
        if count > MAX_FOLDER and not where.startswith(ONE_A_SUBJECT)
    ]


def count_lines(text: str) -> int:
    return len(text.splitlines())
