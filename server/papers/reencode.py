"""Makes a clean JPEG of whatever picture comes in on standard input. Run as a process of its own, with little memory and time,
because decoders have holes: what breaks here breaks nothing else. Exit status 3: this is no picture we take."""

import io
import resource
import sys
import warnings

from PIL import Image, ImageOps

MEGABYTE = 1024 * 1024
MOST_MEMORY = 768 * MEGABYTE
MOST_SECONDS = 10
MOST_PIXELS = 24_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
NOT_A_PHOTO = 3


def set_bounds() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def reencode(raw: bytes) -> bytes:
    """Turned the way the camera was held, then without EXIF, colour profile or anything else that was beside the pixels."""
    with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    clean = Image.frombytes("RGB", upright.size, upright.tobytes())
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=85, optimize=False)
    return out.getvalue()


if __name__ == "__main__":
    set_bounds()
    try:
        clean = reencode(sys.stdin.buffer.read())
    except (
        OSError,
        ValueError,
        SyntaxError,
        MemoryError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        sys.exit(NOT_A_PHOTO)
    sys.stdout.buffer.write(clean)
