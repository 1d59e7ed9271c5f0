"""How well codes are read off another phone's screen: `python -m tests.bench.decode [--views 2] [--plain]`, from the root of the project.

The reader is the built one, in a worker of a real Chromium; what it reads are views of a camera of 720 lines on a day's entries of
200 characters, each picture of a transfer from several hands: tilted, turned away, blurred, dark, far. Each view is read once. Out of
what was read and how long that took, a thousand scans of every case are played: pictures take turns four times a second, the reader
starts at any moment and takes the next view when it has done with the last. `--plain` keeps the compiled reader from starting."""

from __future__ import annotations

import argparse
import base64
import functools
import http.server
import io
import json
import random
import statistics
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import qrcode
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import provide  # noqa: E402
from e2e.camera import Conditions, view  # noqa: E402
from e2e.mentors import content  # noqa: E402
from e2e.site import new_id, now  # noqa: E402
from sync.envelope import cut, deflate  # noqa: E402
from sync.op import from_base64url, to_base64url  # noqa: E402
from sync.signing import jwk_of, make_jws, thumbprint  # noqa: E402

ADDRESS = "https://jiangji.example.edu.cn/q#"
ENTRIES, KIND, LENGTH = (1, 3, 10, 20), 1, 200
TURN_MS, PAUSE_MS, PATIENCE_MS, GOAL_MS = 250, 40, 20_000, 3_000
SCANS, MOST_SAMPLED, QUIET, MODULE = 1000, 8, 4, 9
CASES = {
    "good": Conditions(tilt=3, turn=0, blur=0.6, light=1, noise=2),
    "moderate blur": Conditions(tilt=4, turn=0.03, blur=1.4, light=0.9, noise=4),
    "strong blur": Conditions(tilt=4, turn=0.03, blur=2.2, light=0.9, noise=4),
    "tilt": Conditions(tilt=20, turn=0.12, blur=0.9, light=0.9, noise=4),
    "low light": Conditions(tilt=4, turn=0.03, blur=1.0, light=0.22, noise=12),
    "far": Conditions(share=0.62, tilt=4, turn=0.03, blur=0.8, light=0.9, noise=4),
    "far, dark and blurred": Conditions(share=0.7, tilt=8, turn=0.06, blur=1.2, light=0.35, noise=10),
}
WORDS = "拆装六轴机器人腕部减速器，更换密封圈并校准零位；测量电机绝缘电阻，记录温升；编写搬运程序，试运行无异响；清理工位，填写点检表。"
START = """async (address) => {
  const worker = new Worker(address)
  window.readOne = async (data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes]))
    const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true })
    pen.drawImage(bitmap, 0, 0)
    const { data: pixels, width, height } = pen.getImageData(0, 0, bitmap.width, bitmap.height)
    const began = performance.now()
    const told = await new Promise((resolve) => {
      worker.onmessage = (event) => resolve(event.data)
      worker.postMessage({ pixels, width, height }, [pixels.buffer])
    })
    return { ...told, ms: performance.now() - began }
  }
}"""


@dataclass(frozen=True)
class Attempt:
    """One view of a picture: whether it was read, and how long that took."""

    read: bool
    ms: float


def write_transfer(entries: int, chance: random.Random) -> list[str]:
    """The texts of the pictures that show so many entries, as a phone makes them."""
    server, phone = (generate_private_key(SECP256R1()) for _ in range(2))
    jwk, person, book = jwk_of(phone.public_key()), new_id(), new_id()
    body = {"v": 1, "person": person, "name": "陈嘉豪", "device": thumbprint(jwk), "jwk": jwk, "roles": ["apprentice"],
            "issued": now(), "expires": now()}  # fmt: skip
    packed = []
    for count in range(entries):
        text = "".join(chance.choice(WORDS) for _ in range(LENGTH))
        said = content({"text": text, "start": 8 + count % 8, "ago": count // 8}, now())
        payload = {"v": 1, "book": book, "kind": "entry.logged", "body": said, "doc": new_id(), "of": None, "deps": [], "by": person,
                   "count": count, "at": now(), "seen": 0, "salt": to_base64url(chance.randbytes(16))}  # fmt: skip
        _, told, signature = make_jws(phone, "jj-op", payload).split(".")
        packed.append([from_base64url(told).decode(), signature])
    raw = json.dumps([1, make_jws(server, "jj-cert", body), packed], ensure_ascii=False, separators=(",", ":")).encode()
    texts = cut(deflate(raw), KIND, chance.getrandbits(32))
    assert texts is not None, f"{entries} entries are too many for one transfer"
    return [ADDRESS + digits for digits in texts]


def draw(text: str, version: int | None = None) -> tuple[Image.Image, int]:
    head, _, digits = text.partition("#")
    code = qrcode.QRCode(version, qrcode.ERROR_CORRECT_L, MODULE, QUIET)
    code.add_data(QRData(f"{head}#".encode(), MODE_8BIT_BYTE))
    code.add_data(QRData(digits.encode(), MODE_NUMBER))
    code.make(fit=version is None)
    return code.make_image().get_image().convert("RGB"), code.version


def try_case(page: Page, texts: list[str], how: Conditions, views: int, chance: random.Random) -> list[list[Attempt]]:
    """What became of each view, picture by picture. Of many pictures, all of one size, some stand for all."""
    told: list[list[Attempt]] = []
    version = draw(texts[0])[1]
    for text in texts if len(texts) <= MOST_SAMPLED else [*texts[: MOST_SAMPLED - 1], texts[-1]]:
        picture = draw(text, version)[0]
        told.append([])
        for _ in range(views):
            file = io.BytesIO()
            view(picture, how, chance.uniform(-how.tilt, how.tilt), chance).save(file, "PNG", compress_level=1)
            got = page.evaluate("(data) => window.readOne(data)", base64.b64encode(file.getvalue()).decode())
            assert got["text"] in (None, text), "a code was read as another"
            told[-1].append(Attempt(got["text"] == text, got["ms"]))
    return told


def play(told: list[list[Attempt]], pictures: int, chance: random.Random) -> float | None:
    """Milliseconds until the last picture was read; None when patience ends before."""
    missing, at, phase = set(range(pictures)), 0.0, chance.uniform(0, TURN_MS * pictures)
    while missing and at < PATIENCE_MS:
        picture = int((phase + at) / TURN_MS) % pictures
        attempt = chance.choice(told[picture % len(told)])
        at += attempt.ms
        if attempt.read:
            missing.discard(picture)
        at += PAUSE_MS
    return None if missing else at


def tell(name: str, entries: int, told: list[list[Attempt]], pictures: int, chance: random.Random) -> dict[str, Any]:
    every = [attempt for one in told for attempt in one]
    scans = [play(told, pictures, chance) for _ in range(SCANS)]
    done = sorted(took for took in scans if took is not None)
    return {
        "case": name, "entries": entries, "pictures": pictures, "views": len(every),
        "read_a_view": round(100 * sum(attempt.read for attempt in every) / len(every), 1),
        "ms_a_view": round(statistics.median(attempt.ms for attempt in every)),
        "scanned": round(100 * len(done) / SCANS, 1),
        "within_3_s": round(100 * sum(took <= GOAL_MS for took in done) / SCANS, 1),
        "median_s": round(statistics.median(done) / 1000, 2) if done else None,
    }  # fmt: skip


class Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--views", type=int, default=3)
    asked.add_argument("--entries", type=int, nargs="*", default=ENTRIES)
    asked.add_argument("--case", nargs="*", choices=CASES, default=list(CASES))
    asked.add_argument("--plain", action="store_true")
    asked.add_argument("--seed", type=int, default=4)
    wanted = asked.parse_args()
    build = provide.load_pwa_build()
    if not build.is_fresh():
        build.build()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=str(build.OUT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    [worker] = (Path(build.OUT) / "assets").glob("decode.worker-*.js")
    chance = random.Random(wanted.seed)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=provide.find_chromium(), args=["--headless=new", "--no-sandbox"])
        page = browser.new_page()
        if wanted.plain:
            page.context.route("**/*.wasm", lambda route: route.abort())
        page.goto(f"http://127.0.0.1:{server.server_port}/manifest.webmanifest")
        page.evaluate(START, f"/assets/{worker.name}")
        sample = io.BytesIO()
        draw(ADDRESS + "0" * 100)[0].save(sample, "PNG")
        by, give_up = "", time.monotonic() + 30
        while by != ("plain" if wanted.plain else "compiled"):
            assert time.monotonic() < give_up, f"the reader is {by}"
            by = page.evaluate("(data) => window.readOne(data)", base64.b64encode(sample.getvalue()).decode())["by"]
        print(f"{'case':<24}entries pictures  read/view  ms/view  scanned  within 3 s  median")
        for entries in wanted.entries:
            texts = write_transfer(entries, chance)
            for name in wanted.case:
                row = tell(name, entries, try_case(page, texts, CASES[name], wanted.views, chance), len(texts), chance)
                seen = f"{row['read_a_view']:>9} %{row['ms_a_view']:>8}{row['scanned']:>8} %{row['within_3_s']:>10} %  {row['median_s']} s"
                print(f"{name:<24}{entries:>7}{row['pictures']:>9}{seen}", flush=True)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
