from __future__ import annotations
import os, secrets, subprocess, json
from pathlib import Path
import pytest
from e2e.site import MENTOR, APPRENTICE, CODE, day, now, new_id
from e2e.screens import FAULTS
from e2e.test_pictures import SPEAK, SCALE, AXE, axe
from server.services.people import roster

OUT = Path("/tmp/q4b_pics"); OUT.mkdir(exist_ok=True)
PUT = """([name, rows, books]) => new Promise((resolve, reject) => {
  const asked = indexedDB.open(name)
  asked.onsuccess = () => {
    const put = asked.result.transaction(['docs', 'books'], 'readwrite')
    for (const row of rows) put.objectStore('docs').put(row)
    for (const row of books) put.objectStore('books').put(row)
    put.oncomplete = () => { asked.result.close(); resolve(true) }
    put.onerror = () => reject(put.error)
  }
})"""
BASE, SESSION = new_id(), new_id()

def head(*members):
    return {"id": BASE, "kind": "base", "state": "open", "name": "海滨市高技能人才公共实训基地（示例）", "workstations": ["六轴机器人 1 号工位", "六轴机器人 2 号工位", "钳工区"],
            "members": [{"id": new_id(), "person": p, "role": r, "org": BASE, "from": "2026-01-01", "to": None} for p, r in members]}

def minute():
    t = (now() + 8*3600_000) % 86_400_000
    return t // 60_000

def session(by, id_=None, **change):
    m = minute()
    return {"id": id_ or new_id(), "kind": "session", "state": "open", "by": by, "workstation": "六轴机器人 2 号工位", "module": "M3", "topic": "六轴机器人示教与零点校准", "day": day(now()),
            "start": max(0, m - 75), "end": min(1440, m + 45), "seen": [], "at": now()} | change

def put(phone, person, docs):
    rows = [{"book": BASE, "id": d["id"], "seq": n + 1, "body": d} for n, d in enumerate(docs)]
    phone.page.evaluate(PUT, [f"jiangji-{person}", rows, [{"id": BASE, "seq": len(rows), "chain": "", "resetting": None}]])

VIEWS = [("zh-CN","light",100),("zh-CN","dark",200),("en","light",200),("en","dark",100)]
def shots(phone, axe, name, path, ready="main h1", acts=(), size=(360,740), wait=400):
    only = os.environ.get('ONLY')
    if only and not name.startswith(tuple(only.split(','))): return []
    page = phone.page
    wrong = []
    lang = ""
    for language, scheme, scale in VIEWS:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if language != lang:
            lang = language
            page.evaluate(SPEAK, language)
            if path is not None:
                page.goto("about:blank"); page.goto(phone.site.wire.origin + path)
            else:
                page.reload()
            page.wait_for_selector(ready)
            page.wait_for_timeout(wait)
            page.evaluate(SCALE, 100)
            for act in acts: page.click(act); page.wait_for_timeout(150)
            page.evaluate(axe)
        page.evaluate(SCALE, scale)
        page.wait_for_timeout(200)
        wrong += [f"{name} {language} {scheme} {scale}: {f}" for f in page.evaluate(FAULTS)]
        wrong += [f"{name} {language} {scheme} {scale}: axe {f}" for f in page.evaluate(AXE)]
        full = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size[0], "height": min(4000, max(size[1], full))})
        page.wait_for_timeout(150)
        page.screenshot(path=OUT / f"{name}-{language}-{scheme}-{scale}.png")
    page.evaluate(SCALE, 100)
    return wrong

def test_trainer(site, make_phone, axe):
    phone = make_phone(site); phone.settle_in(MENTOR[1])
    me = site.people["mentor"]
    phone.go_dark()
    docs = [head((me, "base_trainer"))]
    mine = session(me, SESSION)
    closed = [session(me, state="closed", day=day(now() - n*86_400_000), start=480, end=660, seen=[{"book": new_id(), "person": new_id()}]*n) for n in range(1, 4)]
    kiosk = {"id": new_id(), "kind": "kiosk", "state": "heard", "person": me, "device": "d", "seconds": 200, "at": now()}
    put(phone, me, [*docs, *closed, kiosk])
    wrong = shots(phone, axe, "t1-sessions-none", "/base", "[data-test=over]")
    wrong += shots(phone, axe, "t2-open", f"/base/{BASE}/open", "[data-test=session-form][data-begun=true]", ("[data-test=fold-workstation]",))
    put(phone, me, [*docs, *closed, mine])
    wrong += shots(phone, axe, "t3-sessions", "/base", "[data-test=open]")
    wrong += shots(phone, axe, "t4-close", f"/base/{BASE}/{SESSION}", "[data-test=on-roll]")
    wrong += shots(phone, axe, "t4b-close-nobody", f"/base/{BASE}/{SESSION}", "[data-test=on-roll]", ("[data-test=close]",))
    wrong += shots(phone, axe, "t5-closed", f"/base/{BASE}/{closed[1]['id']}", "[data-test=closed]")
    wrong += shots(phone, axe, "t6-sign", "/sign", "[data-test=to-base]")
    print("\n".join(wrong))
    print(phone.broke)

def test_kiosk(site, make_phone, axe):
    from e2e.bases import Base, KIOSK
    from e2e.handbooks import Writer
    base = Base(site); facts = {}
    t = Writer(site, "mentor", base.id); sid = new_id(); m = minute()
    t.write([("session.opened", sid, None, {"workstation": "六轴机器人 2 号工位", "module": "M3", "topic": "六轴机器人示教与零点校准", "day": day(now()), "start": max(0, m-75), "end": min(1440, m+45)})])
    phone = make_phone(site, viewport={"width": 1280, "height": 800}, device_scale_factor=2); phone.activate(KIOSK[1], CODE)
    phone.wait_for_status("在线·已同步")
    app = make_phone(site); app.settle_in(APPRENTICE[1])
    phone.go_dark(); app.context.set_offline(True)
    page = phone.page
    page.wait_for_selector("[data-test=qr] canvas"); page.wait_for_timeout(500)
    page.screenshot(path=OUT / "k9-code.png")
    page.click("[data-test=scan]"); page.wait_for_timeout(800); page.screenshot(path=OUT / "k9-scan.png"); page.click("[data-test=scan]"); page.wait_for_selector("[data-test=qr] canvas"); page.wait_for_timeout(300)
    def text():
        page.locator("[data-test=qr] .code-show").screenshot(path="/tmp/q4b_code.png")
        return subprocess.run(["node", "/work/q4b/tests/e2e/read_code.mjs", "/work/q4b/pwa", "/tmp/q4b_code.png"], capture_output=True, text=True, check=True).stdout.strip()
    code = text(); print(len(code), page.get_attribute("[data-test=qr]", "data-count"))
    path = code.replace(site.wire.origin, "")
    app.page.goto(site.wire.origin + "/")
    app.page.wait_for_selector("[data-test=check-in]")
    wrong = shots(app, axe, "p0-today", "/", "[data-test=check-in]")
    def go(path, ready, name):
        app.page.evaluate(SPEAK, "zh-CN"); app.page.goto("about:blank"); app.page.emulate_media(color_scheme="light"); app.page.set_viewport_size({"width": 360, "height": 740}); app.page.goto(site.wire.origin + path)
        try: app.page.wait_for_selector(ready, timeout=8000); app.page.wait_for_timeout(500)
        except Exception: app.page.screenshot(path="/tmp/q4b_fail.png"); print(app.page.url); raise
        app.page.screenshot(path=OUT / f"{name}.png")
    go(text().replace(site.wire.origin, ""), "[data-test=present-in]", "p1-in")
    app.page.emulate_media(color_scheme="dark"); app.page.evaluate(SCALE, 200); app.page.wait_for_timeout(200)
    wrong += app.page.evaluate(FAULTS)
    app.page.screenshot(path=OUT / "p1-in-dark-200.png", full_page=True); app.page.evaluate(SCALE, 100)
    app.page.click("[data-test=finish]"); app.page.wait_for_selector("[data-test=presence]")
    wrong += shots(app, axe, "p2-today-in", "/", "[data-test=presence]")
    wrong += shots(app, axe, "p3-out-without", "/present?for=out", "[data-test=without]")
    go(text().replace(site.wire.origin, ""), "[data-test=already]", "p4-again")
    app.page.click("[data-test=write]"); app.page.wait_for_selector("[data-test=present-out]"); app.page.wait_for_timeout(600)
    app.page.screenshot(path=OUT / "p5-out.png")
    app.page.click("[data-test=log-presence]"); app.page.wait_for_selector("[data-test=hours][data-begun=true]"); app.page.wait_for_timeout(300)
    app.page.screenshot(path=OUT / "p6-log.png", full_page=True)
    app.page.wait_for_timeout(max(0, 125_000 - 95_000))
    go(path, "[data-test=present], [data-test=present-in]", "p7-old")
    wrong += shots(app, axe, "p9-scan", "/scan?for=out", "[data-test=camera]")
    print("\n".join(wrong)); print(phone.broke, app.broke)
