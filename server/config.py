"""The environment, read once into one frozen Config. Nothing else in the product reads environment variables."""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VERSION = "0.1.0"


class ConfigError(Exception):
    """A sentence for the person who starts the server."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything an operator decides."""

    home: Path
    database_url: str
    secret: bytes
    fallback_secrets: tuple[bytes, ...]
    hosts: tuple[str, ...]
    proxy_hops: int
    pool_size: int
    sync_per_minute: int
    writes_per_minute: int
    logins_per_ten_minutes: int
    phone_idle_days: int
    phone_days: int
    desk_idle_minutes: int
    desk_hours: int
    hash_memory_kib: int
    hash_at_once: int
    secret_file: Path
    queue_url: str
    threads: int
    push_origins: tuple[str, ...]
    push_contact: str
    has_push_contact: bool
    second_factor: str

    @property
    def blobs(self) -> Path:
        return self.home / "blobs"

    @property
    def server_key(self) -> Path:
        return self.home / "server-key.pem"

    @property
    def push_key(self) -> Path:
        return self.home / "push-key.pem"

    @property
    def vault_key(self) -> Path:
        return self.home / "vault-key"

    @property
    def counters(self) -> Path:
        return self.home / "counters"


def home_of(env: Mapping[str, str]) -> Path:
    given = env.get("JIANGJI_HOME")
    base = env.get("XDG_DATA_HOME") or str(Path(env.get("HOME", "/var/lib")) / ".local" / "share")
    return Path(given) if given else Path(base) / "jiangji"


def database_url_of(env: Mapping[str, str], home: Path) -> str:
    url = env.get("JIANGJI_DATABASE", f"sqlite:///{home / 'jiangji.db'}")
    for short in ("postgresql://", "postgres://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def secret_file_of(env: Mapping[str, str], home: Path) -> Path:
    return Path(env.get("JIANGJI_SECRET_FILE", home / "secret"))


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdigit():
        raise ConfigError(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def read_secret(path: Path) -> bytes:
    """At least 32 random bytes out of a file that only its owner can read."""
    if not path.is_file():
        raise ConfigError(f"The secret file {path} is missing. `jiangji migrate` makes one; a restored server needs its old one.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigError(f"The secret file {path} can be read by others. Set it to 0600.")
    secret = path.read_bytes().strip()
    if len(secret) < 32:
        raise ConfigError(f"The secret file {path} holds {len(secret)} bytes; at least 32 are needed.")
    return secret


def read_origins(text: str) -> tuple[str, ...]:
    """Push services of one's own beside those of the browsers' makers."""
    found = tuple(one.strip().rstrip("/").lower() for one in text.split(",") if one.strip())
    for one in found:
        if not re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]{1,5})?", one):
            raise ConfigError(f"JIANGJI_PUSH_ORIGINS names {one!r}; it must be like https://push.example.edu.cn or have a :port.")
    return tuple(one.removesuffix(":443") for one in found)


def read_second_factor(text: str) -> str:
    """Whether everybody at a desk must have one, or may."""
    if text not in ("required", "offered"):
        raise ConfigError(f"JIANGJI_SECOND_FACTOR must be required or offered, not {text!r}.")
    return text


def read_config(env: Mapping[str, str] = os.environ) -> Config:
    """The configuration, or a ConfigError that says what to change."""
    home = home_of(env)
    hosts = tuple(env.get("JIANGJI_HOSTS", "127.0.0.1,localhost").split(","))
    secrets = [read_secret(secret_file_of(env, home))]
    secrets += [read_secret(Path(path)) for path in env.get("JIANGJI_OLD_SECRET_FILES", "").split(":") if path]
    return Config(
        home=home,
        database_url=database_url_of(env, home),
        secret=secrets[0],
        fallback_secrets=tuple(secrets[1:]),
        hosts=hosts,
        proxy_hops=_number(env, "JIANGJI_PROXY_HOPS", 0),
        pool_size=_number(env, "JIANGJI_POOL", 8),
        sync_per_minute=_number(env, "JIANGJI_SYNC_PER_MINUTE", 60),
        writes_per_minute=_number(env, "JIANGJI_WRITES_PER_MINUTE", 120),
        logins_per_ten_minutes=_number(env, "JIANGJI_LOGINS_PER_TEN_MINUTES", 300),
        phone_idle_days=_number(env, "JIANGJI_PHONE_IDLE_DAYS", 30),
        phone_days=_number(env, "JIANGJI_PHONE_DAYS", 90),
        desk_idle_minutes=_number(env, "JIANGJI_DESK_IDLE_MINUTES", 30),
        desk_hours=_number(env, "JIANGJI_DESK_HOURS", 12),
        hash_memory_kib=_number(env, "JIANGJI_HASH_MEMORY_KIB", 64 * 1024),
        hash_at_once=_number(env, "JIANGJI_HASH_AT_ONCE", os.cpu_count() or 1),
        secret_file=secret_file_of(env, home),
        queue_url=env.get("JIANGJI_QUEUE", f"sqlite:///{home / 'queue.db'}"),
        threads=_number(env, "JIANGJI_THREADS", 4),
        push_origins=read_origins(env.get("JIANGJI_PUSH_ORIGINS", "")),
        push_contact=env.get("JIANGJI_PUSH_CONTACT", f"jiangji@{hosts[0]}"),
        has_push_contact="JIANGJI_PUSH_CONTACT" in env,
        second_factor=read_second_factor(env.get("JIANGJI_SECOND_FACTOR", "required")),
    )
