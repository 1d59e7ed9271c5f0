"""The five grades of a skill certificate, as they are written and as people write them."""

from server.papers.incoming.checks import packed

LEVELS = {"5": "五级/初级工", "4": "四级/中级工", "3": "三级/高级工", "2": "二级/技师", "1": "一级/高级技师"}
BY_NAME = {name: written for written in LEVELS.values() for name in (written, *written.split("/"))}
BY_NAME |= {f"{two}({one})": written for written in LEVELS.values() for one, two in [written.split("/")]}
BY_NAME |= {f"{one}({two})": written for written in LEVELS.values() for one, two in [written.split("/")]}
BY_NAME |= {f"{two}/{one}": written for written in LEVELS.values() for one, two in [written.split("/")]}
BY_NAME |= {"初级": LEVELS["5"], "中级": LEVELS["4"], "高级": LEVELS["3"], **LEVELS}


def read_level(text: str) -> str | None:
    return BY_NAME.get(packed(text))
