"""How a slow phone fares: `python -m tests.bench.phone [--runs 5] [--no-lighthouse]`, from the root of the project.

The real server and a real Chromium, held to slow 4G (1.6 Mbit/s × 0.9, 562 ms there and back) and to a quarter of this machine's
processor. Beside each figure stands an empty page of the same stack: the same server, worker, Vue, router and Dexie with one empty
screen. The ratio says what our screens cost; the figures alone also say how busy this machine was. Every run is printed."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import provide  # noqa: E402
from e2e.forge import Forge  # noqa: E402
from e2e.handbooks import WATCH, fill, longest_task_ms  # noqa: E402
from e2e.phone import Phone  # noqa: E402
from e2e.site import APPRENTICE, CODE, Shared, Site, sqlite_in  # noqa: E402

MANY = 1500
# a browser's own start goes on for a while; and a thumb needs a moment from the last letter to the button
REST_MS, THUMB_MS = 3000, 1000
BYTES = 1.6e6 * 0.9 / 8
SLOW_4G = {"offline": False, "latency": 562, "downloadThroughput": BYTES, "uploadThroughput": 750e3 * 0.9 / 8}
CPU = 4
COPIED = ("public", "index.html", "package.json", "pwa-plugin.ts", "chunks.ts", "pack.ts", "vite.config.ts")
# When the selector first matched and the browser was free again, in ms since the page was asked for.
STAMP = """((selector) => {
  const look = () => {
    if (window.__drawn || !document.querySelector(selector)) return
    window.__drawn = -1
    requestAnimationFrame(() => setTimeout(() => { window.__drawn = performance.now() }, 0))
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true })
  look()
})"""
# From the tap until the words that it is saved are painted.
TAP = """([button, words]) => new Promise((done) => {
  const began = performance.now()
  const look = () => {
    if (!document.querySelector(words)) return
    seen.disconnect()
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began), 0))
  }
  const seen = new MutationObserver(look)
  seen.observe(document, { subtree: true, childList: true, attributes: true })
  document.querySelector(button).click()
  look()
})"""
LIGHTHOUSE = Path(__file__).resolve().parent / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices")


class Bench:
    """One build of the pages behind one server, and phones that look at it."""

    def __init__(self, playwright: Playwright, folder: Path, pages: Path) -> None:
        self.playwright, self.folder = playwright, folder
        home = folder / "home"
        home.mkdir(parents=True)
        self.forge = Forge()
        self.site = Site(home, sqlite_in(home), Shared(self.forge), pages)
        self.site.fill()
        self.site.start()
        self.phones = 0

    def phone(self, name: str = "") -> Phone:
        self.phones += 1
        return Phone(self.playwright, str(provide.find_chromium()), self.folder / (name or f"profile-{self.phones}"), self.site)

    def close(self) -> None:
        self.site.close()
        self.forge.close()


def slow(page: Page, network: bool) -> None:
    tool = page.context.new_cdp_session(page)
    tool.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    if network:
        tool.send("Network.enable")
        tool.send("Network.emulateNetworkConditions", SLOW_4G)


def drawn(page: Page) -> float:
    page.wait_for_function("() => window.__drawn > 0", timeout=60_000)
    return float(page.evaluate("window.__drawn"))


def first_load(bench: Bench, path: str, selector: str) -> float:
    """A browser that has never been here."""
    phone = bench.phone()
    page = phone.open(None)
    page.add_init_script(f"{STAMP}({json.dumps(selector)})")
    slow(page, network=True)
    page.goto(bench.site.wire.origin + path)
    took = drawn(page)
    phone.close()
    return took


def cold_start(phone: Phone, selector: str) -> float:
    """The browser is started anew and has come to rest itself; then the app is opened, without any network. Nobody else's browser
    stands open meanwhile, and this one is left only when it has done what follows the first screen."""
    page = phone.open(None)
    page.wait_for_timeout(REST_MS)
    assert phone.context is not None
    phone.context.set_offline(True)
    page.add_init_script(f"{STAMP}({json.dumps(selector)})")
    slow(page, network=False)
    page.goto(phone.site.wire.origin)
    took = drawn(page)
    page.wait_for_timeout(REST_MS)
    phone.close()
    return took


def save_ours(phone: Phone, number: int) -> float:
    phone.open("/")
    phone.fill_in(f"节拍 {number}", start=number % 20)
    slow(phone.page, network=False)
    phone.page.wait_for_timeout(THUMB_MS)
    took = float(phone.page.evaluate(TAP, ["[data-test=save]", "[data-test=saved] p"]))
    phone.page.wait_for_timeout(REST_MS)
    phone.close()
    return took


def save_empty(phone: Phone, _: int) -> float:
    phone.open("/").wait_for_selector("[data-test=save]")
    slow(phone.page, network=False)
    phone.page.wait_for_timeout(THUMB_MS)
    took = float(phone.page.evaluate(TAP, ["[data-test=save]", "[data-test=saved]"]))
    phone.close()
    return took


def handbook(phone: Phone, runs: int) -> dict[str, list[int]]:
    """The longest task of each try: the handbook opened, filtered, scrolled."""
    page = phone.open(None)
    page.add_init_script(f"({WATCH})()")
    page.goto(f"{phone.site.wire.origin}/book")
    page.wait_for_selector("[data-test=entry]")
    slow(page, network=False)
    chips = ("logged", "signed", "returned", "withdrawn", "all")

    def tap(number: int) -> None:
        page.check(f"[data-test=state-{chips[number % 5]}] input")

    def scroll(number: int) -> None:
        page.evaluate("(y) => window.scrollTo(0, y)", 15_000 * (number % 4 + 1))
        page.mouse.wheel(0, 3000)

    told = {}
    for what, act in (("filter", tap), ("scroll", scroll)):
        told[what] = [longest_task_ms(page, lambda _, n=number, act=act: act(n), tries=1)[0] for number in range(runs)]
        page.check("[data-test=state-all] input")
    return told


def plain_list(phone: Phone, runs: int) -> dict[str, list[int]]:
    """The same of a screenful of plain lines."""
    page = phone.open(None)
    page.add_init_script(f"({WATCH})()")
    page.goto(f"{phone.site.wire.origin}/list")
    page.wait_for_selector("[data-test=line]")
    slow(page, network=False)

    def tap(_: int) -> None:
        page.click("[data-test=filter]")

    def scroll(number: int) -> None:
        page.evaluate("(y) => window.scrollTo(0, y)", 500 * (number % 4 + 1))
        page.mouse.wheel(0, 300)

    told = {
        what: [longest_task_ms(page, lambda _, n=number, act=act: act(n), tries=1)[0] for number in range(runs)]
        for what, act in (("filter", tap), ("scroll", scroll))
    }
    phone.close()
    return told


def build_empty(folder: Path) -> Path:
    """The stack with one empty screen."""
    work, out = folder / "empty", folder / "empty-pages"
    work.mkdir()
    for name in COPIED:
        source = provide.ROOT / "pwa" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, work / name)
    for room in ("styles", "sw"):
        shutil.copytree(provide.ROOT / "pwa" / "src" / room, work / "src" / room)
    shutil.copy(Path(__file__).with_name("empty.ts"), work / "src" / "main.ts")
    (work / "src" / "desk.ts").write_text("document.title = 'apart'\n", "utf-8")
    os.symlink(provide.ROOT / "pwa" / "node_modules", work / "node_modules")
    command = [str(provide.find_node()), "node_modules/vite/bin/vite.js", "build", "--outDir", str(out), "--emptyOutDir"]
    subprocess.run(command, cwd=work, check=True, capture_output=True)
    return out


def say(what: str, ours: list[float], empty: list[float], goal: float, unit: str = "ms") -> None:
    mine, bare = statistics.median(ours), statistics.median(empty)
    ratio = f"{mine / bare:.2f} ×" if bare else "—"
    held = "held" if mine <= goal else f"MISSED by {mine - goal:.0f} {unit}"
    print(f"{what}: {mine:.0f} {unit}, empty page {bare:.0f}, ratio {ratio}; goal ≤ {goal:.0f}: {held}")
    print(f"    ours {[round(run) for run in ours]}  empty {[round(run) for run in empty]}", flush=True)


def measure(ours: Bench, empty: Bench, runs: int) -> None:
    def paired(mine: Callable[[int], float], bare: Callable[[int], float]) -> tuple[list[float], list[float]]:
        """In turn, so that a busy minute meets both."""
        rows = [(mine(number), bare(number)) for number in range(runs)]
        return [row[0] for row in rows], [row[1] for row in rows]

    loads = paired(lambda _: first_load(ours, "/login", "[data-test=login] button"), lambda _: first_load(empty, "/", "[data-test=empty]"))
    say("first load to interactive, slow 4G", *loads, 3500)
    fill(ours.site, MANY)
    phone, bare = ours.phone("kept"), empty.phone("kept")
    phone.activate(APPRENTICE[1], CODE)
    phone.wait_for_status("在线·已同步", seconds=120)
    bare.open("/").wait_for_selector("[data-test=empty]")
    bare.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    bare.page.wait_for_timeout(REST_MS)
    phone.close()
    bare.close()
    starts = paired(lambda _: cold_start(phone, "[data-test=log]"), lambda _: cold_start(bare, "[data-test=empty]"))
    say(f"offline cold start to drawn, {MANY} entries on the phone", *starts, 1200)
    saves = paired(lambda number: save_ours(phone, number), lambda number: save_empty(bare, number))
    say("tap on save to saved", *saves, 80)
    plain = plain_list(bare, runs)
    for what, tasks in handbook(phone, runs).items():
        say(f"handbook of {MANY}, {what}: longest task", [float(task) for task in tasks], [float(task) for task in plain[what]], 100)
    phone.close()


def light(bench: Bench, runs: int) -> None:
    """Lighthouse of the first screen somebody sees; asked to be 95 or more."""
    program = LIGHTHOUSE / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.is_file():
        print(f"Lighthouse is not installed: npm ci --ignore-scripts --prefix {LIGHTHOUSE.relative_to(ROOT)}")
        return
    scores: dict[str, list[float]] = {name: [] for name in CATEGORIES}
    for _ in range(runs):
        command = [str(provide.find_node()), str(program), f"{bench.site.wire.origin}/login", "--quiet", "--output=json",
                   f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox"]  # fmt: skip
        env = os.environ | {"CHROME_PATH": str(provide.find_chromium())}
        told: dict[str, Any] = json.loads(subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout)
        for name in CATEGORIES:
            scores[name].append(round(100 * told["categories"][name]["score"]))
    for name, given in scores.items():
        middle = statistics.median(given)
        print(f"Lighthouse {name}: {middle:.0f}, goal ≥ 95: {'held' if middle >= 95 else 'MISSED'}; runs {[round(one) for one in given]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-lighthouse", action="store_true")
    asked = parser.parse_args()
    build = provide.load_pwa_build()
    if not build.is_fresh():
        build.build()
    with tempfile.TemporaryDirectory(prefix="jiangji-phone-") as folder, sync_playwright() as playwright:
        ours = Bench(playwright, Path(folder, "ours"), Path(build.OUT))
        empty = Bench(playwright, Path(folder, "bare"), build_empty(Path(folder)))
        try:
            measure(ours, empty, asked.runs)
            if not asked.no_lighthouse:
                light(ours, asked.runs)
        finally:
            ours.close()
            empty.close()


if __name__ == "__main__":
    main()
