"""Who lives in the demo world. Every person, enterprise, college and base is made up; none of them is meant to be anybody."""

from dataclasses import dataclass
from typing import Any

PASSWORD = "jiangji-demo"  # noqa: S105 - said to everybody; it opens nothing but the demo
SAMPLE = "示例参数，非广东省规定"
CHAIN = "海滨智能装备产教评技能生态链（示例）"
JOINED = "建链时加入（示例）"


@dataclass(frozen=True, slots=True)
class Org:
    """An organisation of the chain."""

    key: str
    kind: str
    name: str
    credit_code: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a log-in and one role at one organisation."""

    name: str
    login: str
    role: str
    org: str


@dataclass(frozen=True, slots=True)
class Class:
    """Apprentices who follow one plan."""

    key: str
    name: str
    learner: str
    trade: str
    occupation: str
    level: str
    enterprises: tuple[str, ...]
    apprentices: tuple[Person, ...]


ORGS = (
    Org("leader", "chain_leader", "海湾智能装备有限公司（示例）", "91440800MA0TE5T166"),
    Org("enterprise", "enterprise", "蓝滨精密机械有限公司（示例）", "91440800MA0TE5T241"),
    Org("college", "college", "海滨技师学院（示例）", "12440800MA0TE5T16B"),
    Org("base", "base", "海滨公共实训基地（示例）"),
    Org("authority", "authority", "海滨市人力资源和社会保障局（示例）"),
)

COORDINATOR = Person("杨慧敏", "yanghuimin", "coordinator", "college")
SECOND_COORDINATOR = Person("何志坚", "hezhijian", "coordinator", "college")
ADMINS = (
    Person("汤伟明", "tangweiming", "enterprise_admin", "leader"),
    Person("侯佩珊", "houpeishan", "enterprise_admin", "enterprise"),
)
AUTHORITY = Person("简志华", "jianzhihua", "authority", "authority")
SYSTEM_ADMIN = Person("区启明", "ouqiming", "system_admin", "authority")
MENTORS = (
    Person("周国强", "zhouguoqiang", "mentor", "leader"),
    Person("方志远", "fangzhiyuan", "mentor", "leader"),
    Person("黎建军", "lijianjun", "mentor", "enterprise"),
    Person("龙永红", "longyonghong", "mentor", "enterprise"),
)
TUTORS = (
    Person("朱丽华", "zhulihua", "college_tutor", "college"),
    Person("袁晓明", "yuanxiaoming", "college_tutor", "college"),
)
TRAINERS = (
    Person("邱振东", "qiuzhendong", "base_trainer", "base"),
    Person("马少芬", "mashaofen", "base_trainer", "base"),
)
BASE_ADMIN = Person("卢敏仪", "luminyi", "base_admin", "base")
KIOSK = Person("3 号楼签到屏", "kiosk-3", "kiosk", "base")
FRESH_APPRENTICE = Person("赖子晴", "laiziqing", "apprentice", "college")
FRESH_MENTOR = Person("崔文斌", "cuiwenbin", "mentor", "leader")


def _people(org: str, listed: str) -> tuple[Person, ...]:
    words = listed.split()
    return tuple(Person(name, login, "apprentice", org) for name, login in zip(words[::2], words[1::2], strict=True))


CLASSES = (
    Class(
        "robot", "2024级工业机器人1班", "student_apprentice", "operator", "工业机器人系统操作员", "三级/高级工", ("leader",),
        _people("college", """
            陈嘉豪 chenjiahao 林晓彤 linxiaotong 黄俊杰 huangjunjie 梁志鹏 liangzhipeng 李思颖 lisiying 吴泽楷 wuzekai
            何雨欣 heyuxin 罗伟健 luoweijian 邓锦涛 dengjintao 许文静 xuwenjing 郑浩然 zhenghaoran 冯子轩 fengzixuan
            曾美琪 zengmeiqi 蔡永康 caiyongkang
        """),
    ),
    Class(
        "lathe", "2024级数控加工2班", "student_apprentice", "turner", "车工(数控车工)", "三级/高级工", ("enterprise",),
        _people("college", """
            彭家明 pengjiaming 谢梓欣 xiezixin 潘国栋 panguodong 杜晓峰 duxiaofeng 苏婉婷 suwanting 卢振宇 luzhenyu
            钟凯文 zhongkaiwen 余诗雅 yushiya 叶俊熙 yejunxi 魏建华 weijianhua 廖海燕 liaohaiyan 莫天佑 motianyou
        """),
    ),
    Class(
        "trainees", "技培生运维班", "skill_trainee", "keeper", "工业机器人系统运维员", "三级/高级工", ("leader", "enterprise"),
        _people("leader", """
            庞志强 pangzhiqiang 关立新 guanlixin 麦诗琪 maishiqi 詹伟业 zhanweiye 温晓岚 wenxiaolan 符少华 fushaohua
            欧阳乐 ouyangle 江子健 jiangzijian 程雅雯 chengyawen 董启航 dongqihang 姚丽君 yaolijun 唐永杰 tangyongjie
            孔德亮 kongdeliang 韩雪梅 hanxuemei
        """),
    ),
)  # fmt: skip

# Where codes were seen; which levels each has and of which edition it is, nobody has checked against the documents.
SEEN_IN = "示例：第三方职业编码表所见，版本和等级请对照职业分类大典原文"
OCCUPATIONS = (
    ("6-18-01-01", "车工"), ("6-18-01-01", "车工(数控车工)"), ("6-18-01-01", "车工(普通车工)"), ("6-31-07-01", "工业机器人系统运维员"),
    ("6-31-07-02", "工业视觉系统运维员"), ("6-31-07-03", "工业机器人系统操作员"),
)  # fmt: skip
EDITION = 2022
GRADED = ["L1_junior", "L2_intermediate", "L3_senior", "L4_technician", "L5_senior_technician"]

STAFF = (*MENTORS, *TUTORS, *TRAINERS)
WITH_PASSWORD = (
    COORDINATOR, SECOND_COORDINATOR, *ADMINS, AUTHORITY, SYSTEM_ADMIN, *STAFF, BASE_ADMIN, KIOSK,
    *(person for group in CLASSES for person in group.apprentices),
)  # fmt: skip
EVERYBODY = (*WITH_PASSWORD, FRESH_APPRENTICE, FRESH_MENTOR)
APPRENTICES = (*(person for group in CLASSES for person in group.apprentices), FRESH_APPRENTICE)

RULES: dict[str, Any] = {
    "lesson_minutes": 45, "day_cap_minutes": 480, "night_from": 1320, "night_to": 360,
    "online_permille": 500, "base_check_in": True, "late_days": 7,
}  # fmt: skip
# a base has the id of its organisation, as what its kiosk shows
PLACES = [
    {"id": "workshop-1", "name": "装配一车间", "kind": "post"},
    {"id": "workshop-2", "name": "机加工二车间", "kind": "post"},
    {"id": "base", "name": "公共实训基地 3 号楼", "kind": "base"},
    {"id": "lab-204", "name": "学院 204 实训室", "kind": "college"},
    {"id": "online", "name": "学院在线课堂", "kind": "online"},
]


def _module(code: str, name: str, category: str, place: str, lessons: int) -> dict[str, Any]:
    nature = "practice" if category == "operation" else "theory"
    return {"code": code, "name": name, "category": category, "nature": nature, "place": place, "minutes": lessons * 45}


MODULES = {
    "student_apprentice": [
        _module("M1", "通用素质", "general", "post", 72), _module("M2", "专业基础", "foundation", "college", 138),
        _module("M3", "岗位操作技能", "operation", "post", 260), _module("M4", "基地操作技能", "operation", "base", 130),
    ],
    "skill_trainee": [
        _module("M1", "通用素质", "general", "post", 60), _module("M2", "专业基础", "foundation", "college", 150),
        _module("M3", "岗位操作技能（三岗轮换）", "operation", "post", 300), _module("M4", "基地操作技能", "operation", "base", 90),
    ],
}  # fmt: skip
