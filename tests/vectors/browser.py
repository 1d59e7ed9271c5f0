"""Let a real browser sign, and keep what it signed: `PYTHONPATH=.:tests python -m vectors.browser` from the root of the project.

The bytes are put together by the TypeScript twin inside the page; only WebCrypto could have signed them.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

import provide
from sync.op import op_id
from twin import bundle
from vectors.bytes_in import TEXTS
from vectors.cast import payload
from vectors.make import HERE, text_of

ORIGIN = "https://jiangji.example/"
SIGN = """
async (payloads) => {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const pair = await crypto.subtle.generateKey(curve, false, ['sign', 'verify'])
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const kid = sync.opId(JSON.stringify({ crv, kty, x, y }))
  const cases = []
  for (const payload of payloads) {
    const input = sync.signingInput(kid, payload)
    const raw = new TextEncoder().encode(input)
    const sealed = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, raw)
    cases.push([payload, sync.withSignature(input, new Uint8Array(sealed)), sync.opId(input)])
  }
  return [{ crv, kty, x, y }, cases]
}
"""


def signed_by(chromium: Path, script: str) -> dict[str, Any]:
    payloads = [payload("note.added", name, body={"text": text, "about": None}) for name, text in TEXTS.items()]
    payloads += [payload("entry.logged", "browser"), payload("result.claimed", "browser")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        page = browser.new_page()
        page.route(ORIGIN, lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        page.goto(ORIGIN)
        page.add_script_tag(content=script)
        jwk, cases = page.evaluate(SIGN, payloads)
        by = f"Chromium {browser.version}"
        browser.close()
    return {"cases": [{"by": by, "jwk": jwk, "payload": p, "jws": jws, "id": told} for p, jws, told in cases]}


def main() -> None:
    node = (str(provide.find_node()), provide.ROOT / "pwa")
    with tempfile.TemporaryDirectory() as folder:
        script = bundle(node, "src/sync/op.ts", Path(folder), "iife").read_text("utf-8")
    vector = signed_by(provide.find_chromium(), script)
    for case in vector["cases"]:
        assert op_id(case["jws"].rpartition(".")[0].encode()) == case["id"]
    HERE.joinpath("sign_chromium.json").write_text(text_of(vector), encoding="utf-8", newline="\n")
    print(json.dumps(vector["cases"][0]["by"]), len(vector["cases"]))


if __name__ == "__main__":
    main()
