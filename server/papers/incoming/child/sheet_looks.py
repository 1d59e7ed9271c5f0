"""How a cell is shown: a format, a colour, a size or a font can show something else than the cell holds, or nothing."""

from collections.abc import Mapping
from typing import Any

from defusedxml.ElementTree import fromstring
from openpyxl.styles.colors import COLOR_INDEX, Color
from sheet_bounds import Cell

PLAIN = frozenset(("General", "@", "0.0"))
SMALLEST, WIDEST_INDENT, LEAST_CONTRAST, DARK = 4.0, 15, 1.5, 7.0
WHITE, BLACK = "FFFFFF", "000000"
# how letters are laid that repeats them or moves them elsewhere
MOVED = frozenset(("fill", "centerContinuous"))
# fonts whose letters look like letters, by the beginnings of their names
FONTS = (
    "宋体", "新宋体", "simsun", "nsimsun", "黑体", "simhei", "仿宋", "fangsong", "楷体", "kaiti", "微软雅黑", "microsoft yahei", "等线", "dengxian",
    "华文宋体", "华文中宋", "华文仿宋", "华文楷体", "华文细黑", "方正书宋", "方正小标宋", "方正仿宋", "方正黑体", "方正楷体", "思源黑体", "思源宋体",
    "source han", "noto s", "pingfang", "苹方", "文泉驿", "wenquanyi", "droid sans", "calibri", "cambria", "arial", "helvetica", "times new roman",
    "tahoma", "verdana", "aptos", "segoe ui", "liberation", "dejavu s", "carlito", "caladea",
)  # fmt: skip
SYMBOLS = 2
SHADES = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink")


class Looks:
    """Of the cells of a workbook, each style looked at once."""

    def __init__(self, book: Any) -> None:
        self.styles: dict[int, tuple[str, str]] = {}
        self.shades = shades_of(book.loaded_theme)
        self.palette = list(getattr(book, "_colors", None) or COLOR_INDEX)

    def of(self, cell: Any, said: Cell) -> Cell:
        """x and its format where a format of its own shows it, l and why where it can hardly be seen as it is."""
        if not said[0]:
            return said
        style = cell._style_id
        if style not in self.styles:
            self.styles[style] = cell.number_format, self.why(cell)
        shown, why = self.styles[style]
        if shown not in PLAIN and not (shown == "0" and "." not in said[0]):
            return (said[0], f"x{shown[:60]}")
        return (said[0], f"l{why[:60]}") if why else said

    def why(self, cell: Any) -> str:
        font, fill, lies = cell.font, cell.fill, cell.alignment
        if font.sz is not None and font.sz < SMALLEST:
            return f"{font.sz:g} pt"
        if font.strike or font.vertAlign in ("superscript", "subscript"):
            return "strike" if font.strike else str(font.vertAlign)
        if font.charset == SYMBOLS or not is_plain_font(font.name):
            return str(font.name)
        if lies.horizontal in MOVED or lies.textRotation or (lies.indent or 0) > WIDEST_INDENT or lies.readingOrder == 2:
            return f"{lies.horizontal or ''} {lies.textRotation or 0} {lies.indent or 0}"
        if fill.tagname != "patternFill" or fill.patternType not in (None, "none", "solid"):
            return "pattern"
        ink, paper = self.colour(font.color, BLACK), self.colour(fill.fgColor, WHITE) if fill.patternType == "solid" else WHITE
        if contrast(ink, paper) < LEAST_CONTRAST or contrast(paper, WHITE) > DARK:
            return f"{ink} / {paper}"
        return ""

    def why_run(self, said: Mapping[str, Mapping[str, str]]) -> str:
        """The same of letters that have a look of their own within a cell, by the elements of their rPr."""
        size, line, font = said.get("sz"), said.get("vertAlign", {}).get("val", "baseline"), said.get("rFont")
        if size is not None and float(size.get("val", "0")) < SMALLEST:
            return f"{size.get('val')} pt"
        if line != "baseline" or said.get("strike", {"val": "0"}).get("val", "1") not in ("0", "false"):
            return "strike" if line == "baseline" else line
        if said.get("charset", {}).get("val") == str(SYMBOLS) or (font is not None and not is_plain_font(font.get("val"))):
            return str(font and font.get("val"))
        given = {key: text for key, text in said.get("color", {}).items() if key in ("rgb", "theme", "indexed", "tint", "auto")}
        ink = self.colour(Color(**colour_of(given)), BLACK) if given else BLACK
        return f"{ink} / {WHITE}" if contrast(ink, WHITE) < LEAST_CONTRAST else ""

    def colour(self, given: Any, otherwise: str) -> str:
        """As six hexadecimal digits."""
        if given is None or given.type == "auto":
            return otherwise
        if given.type == "rgb":
            plain = str(given.rgb)[-6:]
        elif given.type == "theme":
            plain = self.shades[given.theme] if 0 <= given.theme < len(self.shades) else otherwise
        else:
            plain = str(self.palette[given.indexed])[-6:] if 0 <= given.indexed < min(len(self.palette), 64) else otherwise
        return tinted(plain, given.tint or 0.0)


def colour_of(given: Mapping[str, str]) -> dict[str, Any]:
    takes = {"theme": int, "indexed": int, "tint": float, "auto": lambda text: text in ("1", "true"), "rgb": str}
    return {key: takes[key](text) for key, text in given.items()}


def shades_of(theme: bytes | None) -> list[str]:
    """The colours of a theme in the order in which styles number them; without a theme those of every office program."""
    shades = [WHITE, BLACK, "EEECE1", "1F497D"]
    if not theme:
        return shades
    found = {}
    for scheme in fromstring(theme, forbid_dtd=True).iter():
        if scheme.tag.endswith("}clrScheme"):
            found = {one.tag.rpartition("}")[2]: one[0].get("lastClr") or one[0].get("val") or BLACK for one in scheme if len(one)}
    return [found.get(name, BLACK)[-6:] for name in SHADES] if found else shades


def is_plain_font(name: str | None) -> bool:
    return name is None or name.strip().casefold().lstrip("@").startswith(FONTS)


def tinted(colour: str, tint: float) -> str:
    towards = 255 if tint > 0 else 0
    parts = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return "".join(f"{round(part + (towards - part) * min(abs(tint), 1.0)):02X}" for part in parts)


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((light(one), light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def light(colour: str) -> float:
    """How light it is to an eye, from 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
