"""The one or two characters and the tint that stand for a person or a company."""

from __future__ import annotations

import re
from functools import lru_cache
from zlib import crc32

TINTS = 8

# Leading place names tell companies apart least, so the first character after them is shown.
_PLACES = [
    "内蒙古自治区",
    "广西壮族自治区",
    "宁夏回族自治区",
    "新疆维吾尔自治区",
    "西藏自治区",
    "内蒙古",
    "黑龙江",
    "石家庄",
    "哈尔滨",
    "呼和浩特",
    "乌鲁木齐",
    "连云港",
    "马鞍山",
    "中国",
    "华东",
    "华北",
    "华南",
    "华中",
    "西南",
    "西北",
    "东北",
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "台湾",
    "香港",
    "澳门",
    "南京",
    "苏州",
    "无锡",
    "常州",
    "南通",
    "扬州",
    "镇江",
    "泰州",
    "盐城",
    "徐州",
    "淮安",
    "宿迁",
    "杭州",
    "宁波",
    "温州",
    "嘉兴",
    "湖州",
    "绍兴",
    "金华",
    "台州",
    "合肥",
    "芜湖",
    "福州",
    "厦门",
    "泉州",
    "南昌",
    "济南",
    "青岛",
    "烟台",
    "潍坊",
    "淄博",
    "郑州",
    "洛阳",
    "武汉",
    "宜昌",
    "长沙",
    "株洲",
    "广州",
    "深圳",
    "珠海",
    "佛山",
    "东莞",
    "惠州",
    "中山",
    "南宁",
    "海口",
    "成都",
    "绵阳",
    "贵阳",
    "昆明",
    "拉萨",
    "西安",
    "兰州",
    "西宁",
    "银川",
    "沈阳",
    "大连",
    "长春",
    "太原",
    "唐山",
    "保定",
    "常熟",
    "张家港",
    "昆山",
    "江阴",
    "宜兴",
    "义乌",
]
_PLACE = re.compile(rf"^(?:{'|'.join(sorted(_PLACES, key=len, reverse=True))})(?:省|市)?")
_COMMON = re.compile(r"^(?:有限|股份|集团|公司|科技|化工|贸易|实业|工业|材料|环保|新材料)")


@lru_cache(maxsize=4_096)  # lists show the same first pages again and again
def company_monogram(name: str) -> str:
    """First telling character of a company: 山东锐恒精细化工 gives 锐, Acme gives A."""
    rest = re.sub(r"[\s（）()·\-]", "", name)
    while match := _PLACE.match(rest):
        shorter = rest[match.end() :]
        if not shorter or _COMMON.match(shorter):
            break
        rest = shorter
    return rest[:1].upper()


def person_monogram(name: str, length: int = 1) -> str:
    """Last characters of a Chinese name (陆知行: 行), first letters of another (Ann Lee: AL).

    Args:
        name: the full name; a masked one (顾**) gives its family name.
        length: 1 for small circles, 2 for larger ones.
    """
    bare = name.strip().rstrip("*").strip()
    if re.search(r"[\u3400-\u9fff]", bare):
        return bare[-length:] if len(bare) > length else bare[-1:]
    return "".join(part[0] for part in bare.split()[:2]).upper()


def tint(key: object) -> int:
    """Stable tint number 0…7 of an id or a name."""
    return crc32(str(key).encode()) % TINTS
