"""The one list of screens, a world in which each has something to show, and what a screen may never do, whatever its size."""

from __future__ import annotations

import datetime
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e.bases import KIOSK, Base
from e2e.handbooks import Writer, hours_of
from e2e.phone import Phone
from e2e.site import APPRENTICE, CODE, DAY_MS, MENTOR, Site, day, new_id, now
from provide import ROOT
from server.nudge.inbox import SETTLE
from server.services.books import intake
from server.services.people import reset
from server.services.telling import notices
from server.store.db import writing
from sync.op import to_base64url
from sync.signing import make_jws

ROUTER = ROOT / "pwa" / "src" / "pages" / "router.ts"
PATHS = re.compile(r"path: '(/[^']*)'")


@dataclass(frozen=True)
class Screen:
    """`route` as router.ts spells it; `query` follows the address; `who` looks at it; `ready` is there when it is drawn; `acts` are
    done before it is looked at: what is pressed, or a box and what is typed or, if it takes files, put into it. They are done anew for
    each language, so what has been done already must be looked for as well: only a button or an input is pressed."""

    name: str
    who: str
    route: str
    query: str = ""
    ready: str = "main h1"
    acts: tuple[str | tuple[str, str | Path], ...] = ()


NEXT = "[data-test=slip] [type=submit]"
WRONG_LOGIN = (("[name=login]", MENTOR[1]), ("[name=password]", "not-this-one"), "[data-test=login] [type=submit]", "[data-test=said]")
OTHER_DAY = ("[data-test=fold-times]", "[name=day-choice][value=other]")
START = "[data-test=timer-start], [data-test=timer]"
PHOTO = ROOT / "pwa" / "handbook.png"
PICK = (("[name=album]", PHOTO), "[data-test=photo] img >> nth=0")
LOOK = (*PICK, "[data-test=photo] >> nth=0", "[data-test=photo-sheet] img")
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
CASTING = {"apprentice": APPRENTICE[1], "passing": APPRENTICE[1], "mentor": MENTOR[1]}

SCREENS = (
    Screen("01-login", "nobody", "/login", ready="[data-test=login]"),
    Screen("02-activate", "nobody", "/activate", ready="[data-test=slip]"),
    Screen("03-password", "nobody", "/activate", f"#{MENTOR[1]}.{CODE}", "[data-test=slip]", (NEXT, "[data-test=password] [type=submit]")),
    Screen("04-login-wrong", "nobody", "/login", "", "[data-test=login]", WRONG_LOGIN),
    Screen("05-install", "nobody", "/install"),
    *(Screen(f"05-install-{which}", "nobody", "/install", acts=(f"[type=radio][value={which}]",)) for which in ("iphone", "android", "wechat")),
    Screen("06-wechat", "passing", "/"),
    Screen("06b-wechat-how", "passing", "/me", acts=("[data-test=once] button",)),
    Screen("06c-wechat-log", "passing", "/log", "?book={book}", "[data-test=hours]"),
    Screen("10-today", "apprentice", "/"),
    Screen("11-log", "apprentice", "/log", "?book={book}", "[data-test=hours]"),
    Screen("11b-log-day", "apprentice", "/log", "?book={book}", "[data-test=hours][data-begun=true]", OTHER_DAY),
    Screen("11c-show", "apprentice", "/show", "?book={book}", "[data-test=qr], [data-test=not-shown]"),
    Screen("12-book", "apprentice", "/book", ready="[data-test=entry]"),
    Screen("13-entry", "apprentice", "/entry/:book/:id"),
    Screen("13b-entry-rivals", "apprentice", "/entry/:book/:two", ready="[data-test=rival]"),
    Screen("14-month", "apprentice", "/month/:book/:month"),
    Screen("15-grades", "apprentice", "/grades", ready="[data-test=grade-A]"),
    Screen("20-results", "apprentice", "/results", ready="[data-test=result]"),
    Screen("21-claim", "apprentice", "/results/claim", "?book={book}", "[data-test=claim-form]"),
    Screen("22-mend", "apprentice", "/results/claim", "?book={book}&result={rejected}", "[data-test=claim-form]"),
    Screen("23-result", "apprentice", "/results/:book/:result", ready="[data-test=result-state]"),
    Screen("24-rivals", "apprentice", "/results/:book/:rivals", ready="[data-test=rivals]"),
    Screen("30-needs", "apprentice", "/needs", ready="[data-test=need]"),
    Screen("31-sync", "apprentice", "/sync"),
    Screen("40-me", "apprentice", "/me"),
    Screen("40b-devices", "apprentice", "/me/devices"),
    Screen("40c-pin", "apprentice", "/me/pin"),
    Screen("40d-password", "apprentice", "/me/password"),
    Screen("41-accounts", "apprentice", "/accounts"),
    Screen("42-notices", "apprentice", "/notices", ready="[data-test=notice]"),
    Screen("42b-no-notices", "mentor", "/notices", ready="[data-test=no-notices], [data-test=notice]"),
    Screen("43-install", "apprentice", "/install"),
    Screen("44-export", "apprentice", "/export"),
    Screen("45-timer", "apprentice", "/", "", START, (f"{START} p >> nth=0",)),
    Screen("46-photos", "apprentice", "/log", "?book={book}", "[data-test=hours][data-begun=true]", PICK),
    Screen("46b-photo", "apprentice", "/log", "?book={book}", "[data-test=hours][data-begun=true]", LOOK),
    Screen("50-sign", "mentor", "/sign"),
    Screen("51-sign-one", "mentor", "/sign/:book/:id"),
    Screen("51b-return", "mentor", "/sign/:book/:id", "", "[data-test=return]", ("[data-test=return]", "[data-test=yes-return]")),
    Screen("52-apprentices", "mentor", "/apprentices"),
    Screen("53-apprentice", "mentor", "/apprentices/:book"),
    Screen("54-scan", "mentor", "/scan"),
    Screen("54b-scanned-nothing", "mentor", "/scanned", ready="[data-test=nothing]"),
    Screen("54c-answer-gone", "mentor", "/answer", "?ops=gone", "[data-test=refused]"),
    Screen("54d-one-shot", "mentor", "/q", ready="[data-test=camera]"),
    Screen("55-mentor-me", "mentor", "/me"),
    Screen("55b-reset", "mentor", "/me/devices", ready="[data-test=reset-open]"),
    Screen("55c-not-me", "mentor", "/me/devices", "", "[data-test=reset-open]", ("[data-test=not-me]",)),
    Screen("55d-book", "mentor", "/book", ready="[data-test=reset-notes]"),
    Screen("60-check-in", "apprentice", "/present", "?for=out", "[data-test=without]"),
    Screen("60b-at-the-base", "apprentice", "/", ready="[data-test=presence]"),
    Screen("60c-nothing", "mentor", "/present", ready="[data-test=no-book]"),
    Screen("61-sessions", "mentor", "/base", ready="[data-test=over]"),
    Screen("61b-open", "mentor", "/base/:base/open", "", "[data-test=session-form][data-begun=true]", ("[data-test=fold-workstation]",)),
    Screen("62-roll", "mentor", "/base/:base/:session", ready="[data-test=on-roll]"),
    Screen("62b-nobody", "mentor", "/base/:base/:session", "", "[data-test=on-roll]", ("[data-test=close]",)),
    Screen("62c-closed", "mentor", "/base/:base/:closed", ready="[data-test=closed]"),
    Screen("63-kiosk", "kiosk", "/kiosk", ready="[data-test=qr] canvas"),
    Screen("63b-kiosk-me", "kiosk", "/me"),
)


def shape(route: str) -> str:
    return re.sub(r":\w+", ":", route)


def routed() -> set[str]:
    """The shapes of every address that shows a screen."""
    return {shape(path) for path in PATHS.findall(ROUTER.read_text(encoding="utf-8")) if "*" not in path}


def address(screen: Screen, facts: dict[str, str]) -> str:
    path = re.sub(r":(\w+)", lambda found: facts[found[1]], screen.route)
    return path + screen.query.format(**facts)


# --- the world -----------------------------------------------------------------------------------------------------


CLAIM = {
    "competition": "海滨市职业技能竞赛暨工业机器人技术应用选拔赛（示例）", "year": 2026, "level": "province_2", "event": "工业机器人系统操作",
    "division": "student", "rank": 4, "award": "二等奖", "score": "86.40", "day": "2026-06-06", "photos": [], "team": "pair",
    "contestants": 60, "organiser": "海滨市人力资源和社会保障局（示例）", "document_no": "示例〔2026〕18号", "coach": "朱丽华",
}  # fmt: skip
LONG = "用示教器校准六轴机器人零点，记录各轴偏差并复核两次；更换 J4 轴编码器电池，清零后跑合 30 分钟，无报警。" * 3


def furnish(site: Site) -> dict[str, str]:
    """Entries and results in every state; returns what addresses need."""
    apprentice, mentor = Writer(site, "apprentice"), Writer(site, "mentor")
    days = [day(now() - back * DAY_MS) for back in range(12)]
    docs = [new_id() for _ in range(14)]
    texts = [LONG, *(f"按图纸装配末端夹具，第 {number} 组" for number in range(13))]
    ids = apprentice.write([
        ("entry.logged", doc, None, hours_of(text, days[number % 12], 480 + 60 * (number // 12), 590 + 60 * (number // 12), place="workshop-1"))
        for number, (doc, text) in enumerate(zip(docs, texts, strict=True))
    ])  # fmt: skip
    signed = {"minutes": 100, "how": "list", "scores": [{"skill": "装配", "score": 86}], "note": "少算十分钟准备时间"}
    mentor.write([("entry.signed", docs[number], ids[number], signed) for number in (0, 3, 4, 6)])
    mentor.write([("entry.returned", docs[2], ids[2], {"reason": "请写明更换了哪几块滤网，以及测得的数值。"})])
    apprentice.write([("entry.withdrawn", docs[5], ids[5], {"reason": "记错了日期"})])
    apprentice.write([("entry.revised", docs[7], ids[7], hours_of(text, days[7], 480, end, place="workshop-1"))
                      for text, end in (("手机上改：装配夹具并复检", 580), ("平板上改：装配夹具，未复检", 570))])  # fmt: skip
    site.act("entry.credited", {"minutes": 100, "note": None}, docs[4], ids[4])
    site.act("entry.queried", {"reason": "与考勤不符，请说明。"}, docs[6], ids[6])
    _resets(site)
    facts = {"book": site.book, "id": docs[0], "two": docs[7], "month": days[0][:7]} | _results(site, apprentice) | Base(site).hold()
    with site.app.app_context():
        notices.tell(site.key, secrets.token_bytes, now() + SETTLE)
    return facts


def _resets(site: Site) -> None:
    """The master's access was made anew once; and again somebody has asked for it, was stopped, and asks once more."""
    reason = "手机在车间摔坏开不了机，本人带身份证到院办理，由另一位老师当面核对"
    with site.app.app_context():
        second = site.shared.ids["firm"]
        body = {"person": site.people["mentor"], "second": second, "reason": reason}
        with writing() as conn:
            intake.accept_own(conn, [make_jws(site.key.private, "jj-op", {
                "v": 1, "book": site.book, "kind": "access.reset", "doc": doc, "of": None, "deps": [], "by": site.coordinator, "count": 0,
                "body": body, "at": now() - DAY_MS, "seen": 0, "salt": to_base64url(secrets.token_bytes(16)),
            }) for doc in (new_id(), new_id())], now())  # fmt: skip
        writer, stopped = reset.Means(site.key, site.hasher, secrets.token_bytes), new_id()
        for number, reset_id in enumerate((stopped, new_id())):
            asked = reset.ask(writer, site.coordinator, reset.Wanted(MENTOR[1], reason, lost=False), reset_id, now() + number)
            assert isinstance(asked, tuple), asked
            if reset_id == stopped:
                assert reset.withdraw(reset_id, site.coordinator, now()) is None


def _results(site: Site, apprentice: Writer) -> dict[str, str]:
    verified, rejected, rivals, waiting = (new_id() for _ in range(4))
    ids = apprentice.write([("result.claimed", doc, None, CLAIM | {"year": 2023 + at, "day": f"{2023 + at}-06-06"})
                            for at, doc in enumerate((verified, rejected, rivals, waiting))])  # fmt: skip
    site.act("result.verified", {"note": "已核对成绩公告。"}, verified, ids[0])
    site.act("result.rejected", {"reason": "缺少获奖证书扫描件，请补交后重新申报。"}, rejected, ids[1])
    apprentice.write([("result.claimed", rivals, ids[2], CLAIM | change) for change in ({"score": "88.40"}, {"score": "84.80", "rank": 14})])
    return {"result": rejected, "rejected": rejected, "rivals": rivals}


def move_in(site: Site, make_phone: Any, who: str) -> Phone:
    """Somebody's phone; the apprentice's has what the server did not take: an entry of a month it closed, and a photo."""
    phone: Phone = make_phone(site, user_agent=WECHAT) if who == "passing" else make_phone(site)
    if who == "nobody":
        phone.open("/login")
        return phone
    if who == "kiosk":
        phone.activate(KIOSK[1], CODE)
    else:
        phone.settle_in(CASTING[who])
    phone.wait_for_status("在线·已同步")
    if who == "apprentice":
        phone.page.goto(f"{site.wire.origin}/")
        phone.page.route("**/api/blobs/*", lambda route: route.fulfill(status=413, json={"word": "too_large"}))
        phone.fill_in("照片太大的一条：更换伺服电机，拍下铭牌。", 18)
        phone.page.set_input_files("[name=album]", PHOTO)
        phone.page.wait_for_selector("[data-test=photo] img")
        phone.page.click("[data-test=save]")
        phone.page.wait_for_selector("[data-test=hours]", state="detached")
        phone.go_dark()
        before = datetime.date.fromisoformat(day(now())).replace(day=1) - datetime.timedelta(days=20)
        phone.fill_in("补记上个月：设备大修，更换减速机润滑脂。", 13, day=before.isoformat())
        phone.page.click("[data-test=save]")
        phone.page.wait_for_selector("[data-test=hours]", state="detached")
        site.act("month.locked", {"month": before.isoformat()[:7]})
        phone.go_bright()
        phone.wait_for_status("在线·已同步", seconds=60)
    return phone


# --- what is wrong with a screen ------------------------------------------------------------------------------------

FAULTS = r"""() => {
  const found = []
  const wide = innerWidth + 1
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) found.push('scrolls sideways')
  const hidden = (node) => {
    for (let at = node; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at)
      if (style.visibility === 'hidden' || style.display === 'none' || style.opacity === '0') return true
      if (at.tagName === 'DETAILS' && !at.open && node.closest('summary')?.parentElement !== at) return true
    }
    return false
  }
  const layer = (node) => {
    for (let at = node; at; at = at.parentElement) if (['sticky', 'fixed'].includes(getComputedStyle(at).position)) return at
    return document.body
  }
  const scrolls = (node) => {
    for (let at = node; at && at !== document.body; at = at.parentElement) {
      if (['auto', 'scroll'].includes(getComputedStyle(at).overflowX)) return true
    }
    return false
  }
  // the part of a box that whoever clips it lets through
  const shownPart = (node, box) => {
    let { left, right, top, bottom } = box
    for (let at = node; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at)
      if (style.overflowX === 'visible' && style.clipPath === 'none') continue
      const frame = at.getBoundingClientRect()
      const keep = style.clipPath !== 'none' && style.position === 'absolute' ? 0 : frame.width
      ;[left, right] = [Math.max(left, frame.left), Math.min(right, frame.left + keep)]
      ;[top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)]
    }
    return { left, right, top, bottom, width: right - left, height: bottom - top }
  }
  const texts = []
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const said = text.data.trim(), node = text.parentElement
    if (!said || !node || node.closest('script, style, option, svg') || hidden(node)) continue
    if (/^[a-z]+(\.[a-z_0-9]+)+$/.test(said) || /\bundefined\b|\bNaN\b|\[object|\{\w+\}/.test(said)) found.push('raw: ' + said)
    const range = document.createRange()
    range.selectNodeContents(text)
    for (const whole of range.getClientRects()) {
      const box = shownPart(node, whole)
      if (box.width < 3 || box.height < 3) continue
      if ((box.left < -1 || box.right > wide) && !scrolls(node)) found.push('cut off: ' + said.slice(0, 40))
      texts.push({ said, node, box, layer: layer(node) })
    }
  }
  texts.sort((a, b) => a.box.top - b.box.top)
  for (let i = 0; i < texts.length; i += 1) {
    for (let j = i + 1; j < texts.length && texts[j].box.top < texts[i].box.bottom; j += 1) {
      const [a, b] = [texts[i], texts[j]]
      if (a.node === b.node || a.layer !== b.layer) continue
      const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left)
      const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top)
      if (across > 3 && down > Math.min(a.box.height, b.box.height) / 3) found.push('overlap: ' + a.said.slice(0, 30) + ' / ' + b.said.slice(0, 30))
    }
  }
  for (const node of document.querySelectorAll('button, a, input, select, textarea, summary')) {
    const box = node.getBoundingClientRect()
    if (box.width && !hidden(node) && !scrolls(node) && (box.left < -1 || box.right > wide)) found.push('cut off: ' + node.outerHTML.slice(0, 80))
  }
  for (const node of document.querySelectorAll('button, a, span, p, h1, h2, h3, dd, dt')) {
    const style = getComputedStyle(node)
    const clips = style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis' && node.clientWidth > 2
    if (clips && node.scrollWidth > node.clientWidth + 1 && !hidden(node)) found.push('clipped: ' + node.textContent.slice(0, 40))
  }
  const stuck = [...document.querySelectorAll('.frame-top, .frame-bottom, .page-foot')].filter((node) => getComputedStyle(node).position === 'sticky')
  const covered = stuck.reduce((sum, node) => sum + node.offsetHeight, 0)
  if (covered > innerHeight / 2) found.push('covered: ' + covered + ' of ' + innerHeight)
  return [...new Set(found)]
}"""


def screens_for(who: str) -> Iterator[Screen]:
    """Those of the list whose address the router knows."""
    known = routed()
    for screen in SCREENS:
        shaped = shape(screen.route)
        if screen.who == who and shaped in known:
            yield screen
