"""The vectors that lie here are the ones that are made, and there are as many as there should be."""

from __future__ import annotations

import pytest

from vectors.make import HERE, kept, made, text_of

MADE = made()


@pytest.mark.parametrize("name", MADE)
def test_making_a_vector_again_gives_what_is_kept(name):
    assert text_of(MADE[name]) == HERE.joinpath(f"{name}.json").read_text("utf-8")


def test_nothing_else_is_kept_but_what_a_browser_signed():
    assert {path.stem for path in HERE.glob("*.json")} == {*MADE, "sign_chromium"}
    assert text_of(kept("sign_chromium")) == HERE.joinpath("sign_chromium.json").read_text("utf-8")
