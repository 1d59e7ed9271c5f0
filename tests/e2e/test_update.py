"""A new build arrives while a form is half filled: only the tab that asks is loaded anew, and what was typed stays."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from e2e.site import APPRENTICE, CODE


@pytest.fixture(scope="session")
def builds(node, tmp_path_factory):
    """Two builds of the same sources that differ in their name."""
    binary, pwa = node
    folder = tmp_path_factory.mktemp("builds")
    for name in ("one", "two"):
        command = [binary, "node_modules/vite/bin/vite.js", "build", "--outDir", str(folder / name), "--emptyOutDir"]
        done = subprocess.run(command, cwd=pwa, env=dict(os.environ, BUILD_ID=name), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder


def test_a_new_build_takes_no_typed_text_and_reloads_only_the_tab_that_asked(builds, make_site, make_phone, tmp_path):
    pages = tmp_path / "pages"
    shutil.copytree(builds / "one", pages)
    site = make_site(folder=pages)
    phone = make_phone(site)
    writing = phone.activate(APPRENTICE[1], CODE)
    phone.wait_for_status("在线·已同步")
    asking = phone.context.new_page()
    asking.goto(f"{site.wire.origin}/me")
    asking.get_by_text("版本 one").wait_for()
    phone.fill_in("写到一半：伺服参数", page=writing)
    for page in (writing, asking):
        page.evaluate("window.mark = 'not loaded anew'")

    site.stop()
    shutil.rmtree(pages)
    shutil.copytree(builds / "two", pages)
    site.start()
    asking.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => true)")
    for page in (writing, asking):
        page.locator("[data-test=update]").wait_for()
    asking.click("[data-test=update] button")
    asking.get_by_text("版本 two").wait_for()
    writing.wait_for_timeout(500)
    assert writing.evaluate("window.mark") == "not loaded anew"
    assert writing.input_value("[name=text]") == "写到一半：伺服参数"

    writing.click("[data-test=update] button")
    writing.wait_for_function("() => window.mark === undefined")
    writing.wait_for_function("() => document.querySelector('[name=text]')?.value === '写到一半：伺服参数'")
    for part, chosen in (("module", "岗位操作技能"), ("place", "装配一车间")):
        assert chosen in writing.locator(f"[data-test=fold-{part}]").inner_text()
    writing.click("[data-test=save]")
    phone.row("写到一半：伺服参数", writing).wait_for()
    phone.wait_for_status("在线·已同步", writing)
    assert site.texts() == ["写到一半：伺服参数"] and phone.lies(site.arrived()) == []
