"""Make ``chinese/data/regions.csv`` from the statistical codes (csv.gz).

Source: github.com/modood/Administrative-divisions-of-China (WTFPL), statistical codes of 2023;
Taiwan, Hong Kong and Macau are added by their codes of GB/T 2260. Usage: ``python
scripts/make_regions.py DIRECTORY``.
"""

# ruff: noqa: INP001 - a script

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from zhike.chinese import pinyin

TARGET = Path(__file__).parent.parent / "src/zhike/chinese/data/regions.csv"
PEOPLES = (
    "蒙古族|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族?|傣族|黎族|傈僳族|佤族|畲族|拉祜族"
    "|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|普米族|塔吉克|怒族|裕固族|保安族"
    "|独龙族|鄂伦春|蒙古|各族|满"
)
SPECIAL = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
    "西藏自治区": "西藏",
    "香港特别行政区": "香港",
    "澳门特别行政区": "澳门",
}
STATISTICAL = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


def short_name(name: str) -> str:
    """The name as people say it: 恩施土家族苗族自治州 is 恩施."""
    if name in STATISTICAL:
        return ""
    if name in SPECIAL:
        return SPECIAL[name]
    own = re.match(r"(.+)自治[州县旗]$", name)
    if own:
        return re.sub(f"(?<=..)(?:{PEOPLES})+$", "", own[1]) or own[1]
    return re.sub(r"(?<=..)(?:地区|林区|特区|省|市|区|县|盟|旗)$", "", name)


def rows(source: Path) -> Iterator[tuple[str, str]]:
    """Codes of six digits and names."""
    for table in ("provinces", "cities", "areas"):
        with gzip.open(source / f"{table}.csv.gz", "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                yield row["code"].ljust(6, "0")[:6], row["name"]
    yield from (("710000", "台湾省"), ("810000", "香港特别行政区"), ("820000", "澳门特别行政区"))


def main() -> None:
    """Write the table in the order of the codes."""
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["code", "name", "short", "sound"])
        for code, name in sorted(dict(rows(Path(sys.argv[1]))).items()):
            short = short_name(name)
            out.writerow([code, name, short, pinyin.full(short)])


if __name__ == "__main__":
    main()
