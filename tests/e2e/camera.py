"""A camera that looks at another phone's screen: a file of raw pictures that a browser takes for its camera. It is overwritten in
place, as a browser only sees what happens to the file it has opened."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageChops, ImageEnhance, ImageFilter
from playwright.sync_api import Page

WIDTH, HEIGHT, FRAMES, PER_SECOND = 1280, 720, 6, 6
HEAD = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{PER_SECOND}:1 Ip A1:1 C420mpeg2\n".encode()
GREY = (118, 116, 112)
NOTHING = Image.new("RGB", (360, 740), GREY)


@dataclass(frozen=True)
class Conditions:
    """How badly the other screen is seen. `share` of the picture's height is the screen's; light 1 is daylight."""

    share: float = 0.86
    tilt: float = 4
    turn: float = 0.05
    blur: float = 1.2
    light: float = 0.9
    noise: float = 3


def view(screen: Image.Image, how: Conditions, tilt: float, chance: random.Random) -> Image.Image:
    """What a camera of 720 lines sees of this screen."""
    scene = Image.new("RGB", (WIDTH, HEIGHT), GREY)
    scale = min(how.share * HEIGHT / screen.height, how.share * WIDTH / screen.width)
    seen = screen.convert("RGB").resize((round(screen.width * scale), round(screen.height * scale)), Image.Resampling.BICUBIC)
    mask = Image.new("L", seen.size, 255)
    if how.turn:
        wide, high = seen.size
        edge = how.turn * high
        # one side lies further away: what fills the picture there is more than the screen
        quad = (0, 0, 0, high, wide, high + edge, wide, -edge)
        seen = seen.transform(seen.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=GREY)
        mask = mask.transform(mask.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=0)
    seen, mask = (one.rotate(tilt, Image.Resampling.BICUBIC, expand=True) for one in (seen, mask))
    scene.paste(seen, ((WIDTH - seen.width) // 2, (HEIGHT - seen.height) // 2), mask)
    if how.blur:
        scene = scene.filter(ImageFilter.GaussianBlur(how.blur))
    if how.light != 1:
        scene = ImageEnhance.Brightness(scene).enhance(how.light)
    if how.noise:
        grain = Image.effect_noise((WIDTH, HEIGHT), how.noise * chance.uniform(0.9, 1.1)).convert("RGB")
        scene = ImageChops.add(scene, grain, 1, -128)
    return scene


def as_i420(picture: Image.Image) -> bytes:
    """One frame as cameras hand it over: all of the light, a quarter of the colour."""
    y, cb, cr = picture.convert("YCbCr").split()
    half = (WIDTH // 2, HEIGHT // 2)
    return y.tobytes() + cb.resize(half, Image.Resampling.BILINEAR).tobytes() + cr.resize(half, Image.Resampling.BILINEAR).tobytes()


@dataclass
class Camera:
    """`flags` go to the browser whose camera it is; what `point_at` is given it sees from then on."""

    path: Path
    how: Conditions = field(default_factory=Conditions)
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def __post_init__(self) -> None:
        self.path.write_bytes(self._film([NOTHING]))

    @property
    def flags(self) -> list[str]:
        return ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={self.path}"]

    def _film(self, screens: Sequence[Image.Image]) -> bytes:
        """The screens in turn, the hand never quite still."""
        assert FRAMES % len(screens) == 0, f"{len(screens)} screens do not come round in {FRAMES} frames"
        tilts = [self.how.tilt * lean for lean in (-1, 0, 1, -0.5, 0.5)]
        seen = (view(screens[n % len(screens)], self.how, tilts[n % 5], self.chance) for n in range(FRAMES))
        return HEAD + b"".join(b"FRAME\n" + as_i420(one) for one in seen)

    def show(self, *screens: Image.Image) -> None:
        film = self._film(screens)
        with self.path.open("r+b") as file:
            file.write(film)

    def look_away(self) -> None:
        self.show(NOTHING)

    def point_at(self, page: Page, selector: str, many: int = 1) -> None:
        """At this part of that phone's screen, held so that it fills the picture; a code of several pictures until each was seen."""
        shots: dict[bytes, None] = {}
        while len(shots) < many:
            shots[page.locator(selector).screenshot()] = None
        self.show(*(Image.open(io.BytesIO(shot)) for shot in shots))
