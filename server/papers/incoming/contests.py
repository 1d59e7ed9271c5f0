"""Of which level a competition is and who takes part in it, as people write them."""

from server.papers.incoming.checks import packed

CLASSES = {"一类": "1", "二类": "2", "1类": "1", "2类": "2", "I类": "1", "II类": "2"}
RANKED = {"国家": "national", "全国": "national", "省": "province", "市": "city"}
LEVELS = {
    "世界": "world", "世赛": "world", "世界技能": "world", "行业": "trade", "企业": "enterprise", "院校": "college", "学校": "college",
    "校": "college", "院": "college", **{f"{of}{word}": f"{level}_{number}" for of, level in RANKED.items() for word, number in CLASSES.items()},
}  # fmt: skip
DIVISIONS = {"职工": "staff", "企业职工": "staff", "教师": "teacher", "学生": "student", "学徒": "student"}


def read_level(text: str) -> str | None:
    """A class of its own is asked of what has classes: 省级 alone is none."""
    return LEVELS.get(packed(text).removesuffix("竞赛").removesuffix("大赛").removesuffix("赛").replace("级", ""))


def read_division(text: str) -> str | None:
    return DIVISIONS.get(packed(text).removesuffix("别").removesuffix("组"))
