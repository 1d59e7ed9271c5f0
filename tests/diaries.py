"""What simulated apprentices write in their books: sentences put together from a workshop's words, so that two honest people hardly ever
write the same, though they speak of the same work."""

from __future__ import annotations

from random import Random

WHERE = (
    "1 号搬运站", "弧焊单元", "码垛线末端", "数控车床", "机加工区", "装配台", "涂胶工位", "视觉检测站", "立体仓库", "打磨间", "激光切割机",
    "折弯机", "注塑机旁", "AGV 充电区", "冲压线", "涂装前处理", "三坐标室", "备件库",
)  # fmt: skip
PARTS = (
    "真空吸盘", "伺服电机", "导轨滑块", "编码器", "电磁阀", "联轴器", "气动夹爪", "丝杠螺母", "光电开关", "减速机", "主轴皮带", "变频器", "急停按钮",
    "安全光栅", "刀架", "液压油缸", "接近开关", "焊枪喷嘴", "送丝轮", "定位销", "轴承座", "法兰盘", "齿轮箱", "散热风扇",
)  # fmt: skip
DID = (
    "更换了{p}并重新标定", "练习手动示教{p}的抓取轨迹", "清理铁屑后给{p}加注润滑油", "核对{p}图纸上的公差并测量首件", "查看{p}的报警记录和复位步骤",
    "跟师傅一起拆下{p}检查磨损", "整理{p}的线缆并补贴线号", "用千分尺抽检{p}外径", "编写{p}上下料的子程序并单步试运行", "调整{p}的间隙",
    "给{p}除尘并紧固端子", "练习用万用表测{p}的回路", "协助物料员清点{p}", "对照工艺卡加工{p}", "记录{p}工序的节拍并画时序图",
)  # fmt: skip
FOUND = (
    "发现{p}接头漏气，换了密封圈", "第 {n} 件尺寸偏大，重新对刀后合格", "{p}偶尔误触发，调了灵敏度",
    "师傅指出握{p}的姿势不对，已改正", "节拍比昨天快了 {n} 秒",
    "{p}拐角处有抖动，降速后消失", "{p}首检一次通过", "{p}螺栓力矩不足 {n} 处，已复紧", "冷却液浓度 {n}%，补加后正常", "{p}行程不够，改了限位",
    "程序里少了 {n} 个等待指令", "{p}表面有轻微划伤，换了垫片", "{p}温升 {n} 度，正常", "通讯中断 {n} 次，重插网线恢复", "{p}标识脱落，已补贴",
)  # fmt: skip
FELT = (
    "明天准备练习视觉定位", "还要多练对刀", "记住了急停后的复位顺序", "下周争取独立开机", "学会了看{p}装配图的剖面", "回去复习三角函数",
    "师傅让我写一份{p}点检表", "下班前完成 5S", "和同组同学一起总结了问题", "注意戴好护目镜", "{p}的笔记已经补全", "感觉手更稳了",
)  # fmt: skip
STOCK = (
    "按要求完成岗位操作训练，熟悉设备结构，掌握基本操作流程，遵守安全规程。", "在师傅指导下学习设备日常保养，认真记录数据，按时完成当天任务。",
    "参加班前会，学习安全知识，完成指定工序的操作练习，效果良好。", "学习工艺文件，进行零件加工练习，质量符合要求，现场整洁有序。",
    "继续进行岗位技能训练，熟练程度有所提高，未发生安全问题。", "完成设备点检和加工任务，做好交接班记录，表现良好。",
)  # fmt: skip
WORDS = (("了", "过"), ("一次", "两次"), ("正常", "良好"), ("今天", "当天"))


class Diary:
    """One person's way of writing. `lazy`: how often he takes an earlier text of his own."""

    def __init__(self, rng: Random) -> None:
        self.rng, self.lazy, self.before = rng, 0.05, [""]

    def write(self) -> str:
        rng = self.rng
        if self.before[1:] and rng.random() < self.lazy:
            return rng.choice(self.before[1:])
        parts = [f"在{rng.choice(WHERE)}{self.say(DID)}", self.say(FOUND)]
        if rng.random() < 0.7:
            parts.append(self.say(FELT))
        if rng.random() < 0.5:
            parts.insert(1, f"共 {rng.randrange(2, 40)} 件")
        text = "，".join(parts) + "。" if rng.random() < 0.85 else rng.choice(("设备点检。", "机床保养，打扫卫生。", "上课。", "看师傅操作。"))
        self.before.append(text)
        return text

    def say(self, sentences: tuple[str, ...]) -> str:
        return self.rng.choice(sentences).format(p=self.rng.choice(PARTS), n=self.rng.randrange(2, 30))

    def after(self, text: str) -> str:
        """A friend's beginning with an end of his own."""
        return f"{text.rstrip('。').split('，')[0]}，{self.say(FOUND)}，{self.say(FELT)}。"

    def touched_up(self, text: str) -> str:
        """A copy that changes a word or a number so that it looks different."""
        for one, other in self.rng.sample(WORDS, 1):
            text = text.replace(one, other, 1)
        return text if self.rng.random() < 0.6 else text.rstrip("。") + "！"

    def stock(self, rng: Random) -> str:
        return rng.choice(STOCK)
