"""Quality and speed of finding duplicates: ``python -m benchmarks.duplicates cn|febrl|million``.

``cn`` and ``febrl`` read public linkage sets from the folder in ``$ZHIKE_LINKAGE_DATA`` (the sets and
their sources are named in QUALITY.md). ``million`` makes its own names. Weights were fitted on the
training halves only (an even first digit of the MD5 of the true id); figures are of the other halves.
"""

import csv
import gzip
import hashlib
import os
import random
import resource
import sys
import time
from pathlib import Path

import numpy as np

from zhike.duplicates.matching import scan
from zhike.duplicates.matching.compare import FLAT, CustomerComparer, Customers, Found
from zhike.duplicates.matching.encode import Texts, alike
from zhike.duplicates.policies.likeness import (
    CustomerParams,
    PersonParams,
    customer_score,
    person_points,
)

FEBRL_LINE = -14.0  # log-odds; a record has one partner, so weak evidence is enough; training half
LINE = 0.3  # of the linkage: the best record of a row counts from here; chosen on the training half


def training(identity: str) -> bool:
    return int(hashlib.md5(identity.encode()).hexdigest(), 16) % 2 == 0


def table(path: str) -> list[dict[str, str]]:
    with gzip.open(Path(os.environ["ZHIKE_LINKAGE_DATA"]) / path, "rt", encoding="utf-8") as file:
        return [{k: v.strip() for k, v in row.items()} for row in csv.DictReader(file)]


def figures(right: int, wrong: int, wanted: int) -> str:
    precision, recall = right / max(right + wrong, 1), right / wanted
    f1 = 2 * precision * recall / (precision + recall)
    return f"P {precision:.4f}  R {recall:.4f}  F1 {f1:.4f}  ({right} right, {wrong} wrong of {wanted})"


def chinese() -> None:
    """Link the dirty names to the master list, as the live check does it."""
    master = table("cn-company-linkage/companies_master.csv.gz")
    dirty = table("cn-company-linkage/companies_dirty.csv.gz")
    began = time.perf_counter()
    blank = [""] * max(len(master), len(dirty))
    known = Customers(
        [r["full_name"] for r in master], [r["short_name"] for r in master], blank[: len(master)],
        blank[: len(master)], blank[: len(master)], [r["website"] for r in master],
        [r["registered_address"] for r in master],
    )  # fmt: skip
    asked = Customers(
        [r["name"] for r in dirty], blank[: len(dirty)], blank[: len(dirty)], blank[: len(dirty)],
        blank[: len(dirty)], [r["website"] for r in dirty], [r["address"] for r in dirty],
    )  # fmt: skip
    holders: dict[int, set[int]] = {}
    for row, key in np.stack(known.keys(), axis=1).tolist():
        holders.setdefault(key, set()).add(row)
    pairs = sorted(
        {
            (at, row)
            for at, key in np.stack(asked.keys(), axis=1).tolist()
            if len(holders.get(key, ())) <= 100
            for row in holders.get(key, ())
        }
    )
    i, j = np.array(pairs).T
    compare = CustomerComparer(asked, known, known.vocabulary())
    scores = customer_score(compare.facts(i, j), CustomerParams())
    best: dict[int, int] = {}
    for k in np.argsort(scores, kind="stable"):
        best[int(i[k])] = int(k)
    seconds = time.perf_counter() - began
    codes = {r["code"]: row for row, r in enumerate(master)}
    truth = [codes.get(r["true_code"], -1) for r in dirty]
    halves = [training(r["true_code"] or r["record_id"]) for r in dirty]
    lines = sorted({0.02, 0.05, 0.1, LINE, 0.3, 0.5, 0.9})
    for title, half in (("training", True), ("evaluation", False)):
        for line in lines if half else [LINE]:
            chosen = {at: k for at, k in best.items() if scores[k] >= line and halves[at] == half}
            right = sum(truth[at] == j[k] for at, k in chosen.items())
            wanted = sum(1 for at, true in enumerate(truth) if true >= 0 and halves[at] == half)
            print(f"{title:10} line {line:.2f}  {figures(right, len(chosen) - right, wanted)}")
    print(f"{len(pairs)} candidate pairs, {seconds:.2f} s in all")


def febrl() -> None:
    """Link FEBRL 4a to 4b with the shipped weights of persons: nothing was fitted to this set."""
    began = time.perf_counter()
    sides = [table(f"febrl/dataset4{side}.csv.gz") for side in "ab"]
    keys = [[_febrl_keys(row) for row in side] for side in sides]
    holders: dict[str, list[int]] = {}
    for row, found in enumerate(keys[1]):
        for key in found:
            holders.setdefault(key, []).append(row)
    pairs = sorted(
        {
            (at, row)
            for at, found in enumerate(keys[0])
            for key in found
            if len(holders.get(key, ())) <= 60
            for row in holders.get(key, ())
        }
    )
    i, j = np.array(pairs).T
    points = person_points(_febrl_facts(sides, i, j), PersonParams())
    free_one, free_other, links = set(i.tolist()), set(j.tolist()), []
    for k in np.argsort(-points, kind="stable"):  # each record has one partner at most
        if points[k] > FEBRL_LINE and int(i[k]) in free_one and int(j[k]) in free_other:
            free_one.remove(int(i[k]))
            free_other.remove(int(j[k]))
            links.append((int(i[k]), int(j[k])))
    seconds = time.perf_counter() - began
    identity = [[row["rec_id"].split("-")[1] for row in side] for side in sides]
    for title, half in (("training", True), ("evaluation", False)):
        mine = [(a, b) for a, b in links if training(identity[0][a]) == half]
        right = sum(identity[0][a] == identity[1][b] for a, b in mine)
        wanted = sum(training(one) == half for one in identity[0])
        print(f"{title:10} {figures(right, len(mine) - right, wanted)}")
    print(f"{len(pairs)} candidate pairs, {seconds:.1f} s")


def _febrl_keys(row: dict[str, str]) -> set[str]:
    parts = {
        "ssn": row["soc_sec_id"], "born": row["date_of_birth"],
        "name": "".join(sorted((row["given_name"], row["surname"]))),
        "home": row["street_number"] + row["postcode"] if row["street_number"] else "",
        "street": row["address_1"] + row["street_number"],
        "family": row["surname"] + row["postcode"], "given": row["given_name"] + row["postcode"],
        "given-home": row["given_name"] + row["suburb"], "house": row["address_2"] + row["postcode"],
    }  # fmt: skip
    return {f"{kind}:{value}" for kind, value in parts.items() if value}


def _febrl_facts(sides: list[list[dict[str, str]]], i: np.ndarray, j: np.ndarray) -> Found:
    def near(*names: str) -> tuple[np.ndarray, np.ndarray]:
        one, other = (
            Texts.of(["".join(row[name] for name in names) for row in side], FLAT, 40)
            for side in sides
        )
        found = alike(one, i, other, j)
        known = (one.chars[i, 0] > 0) & (other.chars[j, 0] > 0)
        return found.both, known

    def agreed(*names: str) -> np.ndarray:
        both, known = near(*names)
        return np.where(known, np.clip((both - 0.6) / 0.2 - 1, -1, 1), 0)

    name = np.maximum(near("given_name", "surname")[0], near("surname", "given_name")[0])
    return Found(
        name=name, papers=agreed("soc_sec_id"), birthday=agreed("date_of_birth"),
        address=agreed("street_number", "address_1", "address_2", "suburb", "postcode"),
    )  # fmt: skip


REGIONS = (
    "苏州 无锡 常州 南京 杭州 宁波 温州 嘉兴 上海 深圳 广州 佛山 东莞 中山 青岛 烟台 济南 淄博 武汉 宜昌 成都 绵阳 "
    "重庆 西安 郑州 洛阳 长沙 株洲 合肥 芜湖 福州 厦门 泉州 南昌 沈阳 大连 天津 北京 石家庄 太原"
).split()
TRADES = (
    "科技 新材料 精细化工 化学 生物科技 环保科技 水处理 涂料 树脂 机械制造 电子科技 自动化设备 智能装备 医药 医疗器械 "
    "食品 纺织 印染 建材 物流 贸易 包装材料 橡塑制品 能源科技 信息技术 网络科技 五金制品 汽车零部件 农业发展 仪器仪表"
).split()
FORMS = ["有限公司"] * 7 + ["股份有限公司", "有限责任公司", "集团有限公司"]


def million(size: int = 1_000_000) -> None:
    """De-duplicate made-up companies of which one in ten is a damaged copy."""
    names, phones, addresses, truth = _made(size)
    blank = [""] * size
    began = time.perf_counter()
    columns = Customers(names, blank, blank, phones, blank, blank, addresses)
    prepared = time.perf_counter()
    pairs = scan.all_pairs(columns)
    paired = time.perf_counter()
    params = CustomerParams()
    found: dict[tuple[int, int], float] = {}
    words = columns.vocabulary()
    for part in scan.scored(
        columns, pairs, words, rate=lambda f: customer_score(f, params), least=params.likely
    ):
        both = zip(part.one.tolist(), part.other.tolist(), strict=True)
        found |= dict(zip(both, part.score.tolist(), strict=True))
    done = time.perf_counter()
    for line in (params.likely, params.certain):
        chosen = {pair for pair, score in found.items() if score >= line}
        right = len(chosen & truth)
        print(f"line {line:.2f}  {figures(right, len(chosen) - right, len(truth))}")
    reached = sum(np.isin([(a << 32) | b for a, b in truth], pairs))
    print(f"{len(pairs):,} candidate pairs, reach {reached / len(truth):.4f}")
    print(f"{time.process_time():.0f} s of processor time with the making of the names")
    print(
        f"prepare {prepared - began:.1f} s, keys {paired - prepared:.1f} s, score "
        f"{done - paired:.1f} s, in all {done - began:.1f} s, peak "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024:.2f} GB"
    )


def _made(size: int) -> tuple[list[str], list[str], list[str], set[tuple[int, int]]]:
    """Return names, telephones, addresses and the true pairs."""
    from zhike.chinese import pinyin

    dice = random.Random(7)
    hanzi = [chr(c) for c in range(0x4E00, 0x9FA5) if chr(c).encode("gb2312", "ignore")][:3755]
    alike_sound: dict[str, list[str]] = {}
    for char in hanzi:
        alike_sound.setdefault(pinyin.syllables(char)[0], []).append(char)
    brand = dice.sample(hanzi, 1_200)
    records: list[tuple[str, str, str]] = []
    originals = size * 10 // 11
    for number in range(originals):
        root = "".join(dice.choices(brand, k=dice.choice((2, 2, 2, 3, 3, 4))))
        region, trade, form = dice.choice(REGIONS), dice.choice(TRADES), dice.choice(FORMS)
        phone = f"13{dice.randrange(10**9):09d}" if dice.random() < 0.7 else ""
        address = f"{region}市{root[:1]}{dice.choice(brand)}路{dice.randrange(1, 900)}号"
        records.append((f"{region}{root}{trade}{form}", phone, address if number % 3 else ""))
    pairs: list[tuple[int, int]] = []
    for _number in range(size - originals):
        source = dice.randrange(originals)
        name, phone, address = records[source]
        pairs.append((source, len(records)))
        records.append((
            _damaged(name, dice, alike_sound), phone if dice.random() < 0.3 else "",
            address if dice.random() < 0.3 else "",
        ))  # fmt: skip
    order = list(range(size))
    dice.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    # Copies of one original are copies of each other as well.
    groups: dict[int, list[int]] = {}
    for source, copy in pairs:
        groups.setdefault(source, [source]).append(copy)
    truth = {
        (min(place[a], place[b]), max(place[a], place[b]))
        for members in groups.values()
        for at, a in enumerate(members)
        for b in members[at + 1 :]
    }
    shuffled = [records[old] for old in order]
    return *(list(column) for column in zip(*shuffled, strict=True)), truth  # type: ignore[return-value]


def _damaged(name: str, dice: random.Random, alike_sound: dict[str, list[str]]) -> str:
    from zhike.chinese import pinyin

    for fault in dice.sample(
        ("suffix", "region", "typo", "drop", "swap", "width"), dice.choice((1, 1, 2))
    ):
        core = name
        for form in FORMS:
            core = core.removesuffix(form)
        if fault == "suffix":
            name = core + dice.choice(("", "公司", "有限责任公司", "股份公司"))
        elif fault == "region":
            name = next((name.removeprefix(r) for r in REGIONS if name.startswith(r)), name)
        elif fault == "width":
            name = name[:3] + "　" + name[3:]
        elif len(core) > 4:
            at = dice.randrange(2, len(core) - 1)
            if fault == "typo":
                name = (
                    name[:at]
                    + dice.choice(alike_sound.get(pinyin.syllables(name[at])[0]) or [name[at]])
                    + name[at + 1 :]
                )
            elif fault == "drop":
                name = name[:at] + name[at + 1 :]
            else:
                name = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name


if __name__ == "__main__":
    {"cn": chinese, "febrl": febrl, "million": million}[sys.argv[1]](
        *(int(a) for a in sys.argv[2:])
    )
