"""Invented customers: shops of a city, the same ones for the same seed. Pure."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from callcenter.crm.customers.service import NewCustomer, NewPhone

CITY = "上海市"
DISTRICTS = (
    ("黄浦区", "310101", ("南京东路", "淮海中路", "西藏南路", "人民路")),
    ("徐汇区", "310104", ("漕溪北路", "肇嘉浜路", "龙华西路", "田林路")),
    ("长宁区", "310105", ("天山路", "仙霞路", "虹桥路", "愚园路")),
    ("普陀区", "310107", ("曹杨路", "真北路", "宜川路", "桃浦路")),
    ("杨浦区", "310110", ("控江路", "鞍山路", "五角场路", "长阳路")),
    ("浦东新区", "310115", ("张杨路", "川沙路", "周浦路", "高科西路")),
)
"""District, the first digits of its licence numbers, streets."""

WORDS = (
    "永兴", "万家", "福源", "鑫隆", "利民", "顺发", "百汇", "和美", "佳乐", "惠民", "同福", "聚源",
    "金穗", "华联", "宏达", "好邻居", "新世纪", "老街坊", "望江", "东升", "春晖", "平安", "四季", "昌盛",
    "恒泰", "家家乐", "天天鲜", "吉祥", "如意", "庆丰", "南北", "君悦", "旺角", "阳光", "云裳", "瑞丰",
    "德信", "长乐", "广聚", "一品",
)  # fmt: skip
TRADES = ("便利店", "烟酒店", "超市", "食品店", "烟酒商行", "杂货店", "副食品店", "小卖部")
ENGLISH = ("Harbour View Mart", "Golden Bridge Trading", "Riverside Deli", "Jade Garden Grocery", "Pearl Corner Store")

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹"
GIVEN = (
    "芳", "伟", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰",
    "娟", "涛", "明", "超", "秀兰", "霞", "平", "刚", "桂英", "建国", "志强", "晓东",
    "海燕", "文博", "雨桐", "子轩", "佳怡", "国庆",
)  # fmt: skip
ENGLISH_NAMES = ("Tom Baker", "Emily Clarke", "Daniel Wood", "Grace Turner", "Oliver Reed")
MANAGERS = ("陆建华", "沈丽萍", "顾晓峰", "钱玉梅", "施俊杰", "汤雅琴")

ROLES = ("店主", "店员", "店主家属")
TIERS = (("key", 8), ("second", 22), ("regular", 45), ("mass", 25))
MOBILES = ("130", "131", "135", "136", "137", "138", "139", "150", "151", "158", "159", "180", "186", "187", "188", "189")

NOTES = (
    "每周三订货，周五上午送货。",
    "店主听力不好，请讲慢一点。",
    "店面搬到隔壁弄堂，送货请走后门。",
    "上次送货少一条，已补，留意情绪。",
    "习惯用微信联系，电话请在下午打。",
    "新开业不满一年，常问订货流程。",
    "店主要求每次送货前先来电。",
    "许可证明年三月到期，提醒换证。",
    "",
    "",
    "",
)


def shops(count: int, seed: int) -> list[NewCustomer]:
    """`count` customers. All licence and telephone numbers differ, but for one line that the last two share."""
    random = Random(seed)
    names = [word + trade for word in WORDS for trade in TRADES]
    random.shuffle(names)
    tails = random.sample(range(10_000), count)
    invented = [_shop(random, n, name, tails[n]) for n, name in enumerate(names[: count - len(ENGLISH)])]
    invented += [_english(random, len(invented) + n, name, tails[len(invented) + n]) for n, name in enumerate(ENGLISH)]
    return [*invented[:-2], *(_sharing(one) for one in invented[-2:])]


def person(random: Random) -> str:
    """A Chinese name."""
    return random.choice(FAMILY) + random.choice(GIVEN)


def _shop(random: Random, n: int, name: str, tail: int) -> NewCustomer:
    place = random.choice(DISTRICTS)
    owner = person(random)
    others = [person(random) for _ in range(random.choice((0, 0, 1)))]
    contacts = [(owner, ROLES[0])] + [(other, random.choice(ROLES[1:])) for other in others if other != owner]
    shop = replace(_at(place, random, n, name), notes=random.choice(NOTES), contacts=tuple(contacts))
    return replace(shop, phones=_phones(random, [name for name, _role in contacts], tail))


def _english(random: Random, n: int, name: str, tail: int) -> NewCustomer:
    contact = ENGLISH_NAMES[n % len(ENGLISH_NAMES)]
    shop = replace(_at(random.choice(DISTRICTS), random, n, name), language="en", notes="Prefers English.", contacts=((contact, "Owner"),))
    return replace(shop, phones=_phones(random, [contact], tail))


def _at(place: tuple[str, str, tuple[str, ...]], random: Random, n: int, name: str) -> NewCustomer:
    district, code, streets = place
    return NewCustomer(
        name=name,
        licence_no=f"{code}{100_000 + n}",
        tier=_tier(random),
        address=f"{CITY}{district}{random.choice(streets)}{random.randint(1, 1200)}号",
        district=district,
        account_manager=random.choice(MANAGERS),
    )


def _tier(random: Random) -> str:
    return random.choices([tier for tier, _share in TIERS], [share for _tier, share in TIERS])[0]


def _phones(random: Random, contacts: list[str], tail: int) -> tuple[NewPhone, ...]:
    """One to three: the owner's mobile, the shop's line, another person's mobile."""
    phones = [NewPhone(f"{random.choice(MOBILES)} 0000 {tail:04d}", contacts[0])]
    if random.random() < 0.5:
        phones.append(NewPhone(f"021-6000{tail:04d}"))
    if len(contacts) > 1:
        phones.append(NewPhone(f"{random.choice(MOBILES)}0001{tail:04d}", contacts[1]))
    return tuple(phones)


def _sharing(one: NewCustomer) -> NewCustomer:
    return NewCustomer(**{**one.__dict__, "phones": (*one.phones[:1], NewPhone("021-60019999"))})
