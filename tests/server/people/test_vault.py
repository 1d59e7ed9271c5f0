"""What is sealed opens with its key, for its row, unchanged; with nothing else."""

from __future__ import annotations

import os

import pytest

from server.config import ConfigError
from server.store.people.vault import Unreadable, Vault, read_vault

NUMBER = "440800200503180026"


@pytest.fixture
def vault() -> Vault:
    return Vault(bytes(range(32)), os.urandom)


def test_what_is_sealed_comes_back_and_looks_different_each_time(vault):
    one, two = vault.seal("identity a", NUMBER), vault.seal("identity a", NUMBER)
    assert one != two and NUMBER not in one
    assert [vault.unseal("identity a", sealed) for sealed in (one, two)] == [NUMBER, NUMBER]


def test_it_opens_for_no_other_row_no_other_key_and_not_when_changed(vault):
    sealed = vault.seal("identity a", NUMBER)
    flipped = sealed[:-6] + ("B" if sealed[-6] == "A" else "A") + sealed[-5:]
    for opener, about, given in (
        (vault, "identity b", sealed), (Vault(bytes(32), os.urandom), "identity a", sealed), (vault, "identity a", flipped),
        (vault, "identity a", ""), (vault, "identity a", "v1."), (vault, "identity a", "v1.!!"), (vault, "identity a", "v2" + sealed[2:]),
    ):  # fmt: skip
        with pytest.raises(Unreadable):
            opener.unseal(about, given)


def test_a_persons_own_key_opens_his_things_only(vault):
    mine, his = vault.make_key("p1"), vault.make_key("p2")
    sealed = vault.box("p1", mine).seal("number", NUMBER)
    assert vault.box("p1", mine).unseal("number", sealed) == NUMBER
    for about, key, name in (("p2", his, "number"), ("p1", mine, "phone")):
        with pytest.raises(Unreadable):
            vault.box(about, key).unseal(name, sealed)
    with pytest.raises(Unreadable):
        vault.box("p2", mine)


def test_the_digest_is_the_same_for_the_same_number_and_needs_the_key(vault):
    assert vault.blind("resident", NUMBER) == vault.blind("resident", NUMBER)
    others = {vault.blind("passport", NUMBER), Vault(bytes(32), os.urandom).blind("resident", NUMBER), vault.blind("resident", NUMBER[:-1] + "5")}
    assert len(others) == 3 and vault.blind("resident", NUMBER) not in others


def test_a_server_without_its_key_does_not_start(tmp_path):
    path = tmp_path / "vault-key"
    with pytest.raises(ConfigError, match="missing"):
        read_vault(path, os.urandom)
    path.write_text("zz")
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="0600"):
        read_vault(path, os.urandom)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="damaged"):
        read_vault(path, os.urandom)
    path.write_text("00" * 31)
    with pytest.raises(ConfigError, match="31 bytes"):
        read_vault(path, os.urandom)
