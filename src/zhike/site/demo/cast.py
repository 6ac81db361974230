"""The customers that have a name in our screens and guide, so that pictures and data agree."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """A customer told by name: yearly spend in yuan aimed at, years with us, who sells."""

    name: str
    short: str
    region: str
    trade: str
    grade: str
    lifecycle: str
    spend: int
    years: float
    contact: str
    post: str
    mobile_tail: str
    seller: str
    silent_days: int


_TABLE = """
华东蓝屿化工有限公司|华东蓝屿化工|321283|化工|vip|loyal|3864000|5.4|顾明远|采购总监|1381234|luzhixing|1
江苏澄泰新材料股份有限公司|江苏澄泰新材料|321203|新材料|vip|loyal|2148000|6.2|苏映川|采购总监|1387720|luzhixing|8
湖北楚砚化学有限公司|湖北楚砚化学|420107|化学|vip|loyal|1726400|7.1|梁书航|总经理|1350097|hanmuye|1
南通启泓胶粘剂有限公司|南通启泓胶粘剂|320612|胶粘剂|vip|loyal|1032000|4.3|罗景行|采购经理|1386635|luzhixing|2
杭州屿见日化有限公司|杭州屿见日化|330109|日化|vip|loyal|1216000|3.2|任知意|采购经理|1363317|yeqinghe|5
徐州砚北化工有限公司|徐州砚北化工|320303|化工|vip|customer|1108000|2.6|孟承志|采购总监|1370718|luzhixing|4
上海砺新高分子材料有限公司|上海砺新高分子|310115|高分子材料|gold|loyal|912600|4.8|谢修远|技术总监|1394488|yeqinghe|4
山东锐恒精细化工有限公司|山东锐恒精细化工|370303|精细化工|gold|customer|862400|3.6|程砚之|采购经理|1392706|luzhixing|26
宁波瀚海涂料有限公司|宁波瀚海涂料|330206|涂料|gold|loyal|735200|5.1|沈舟行|采购总监|1369018|luzhixing|14
苏州沐辰电子材料有限公司|苏州沐辰电子材料|320505|电子材料|gold|customer|688000|2.3|沈星野|采购经理|1502284|yeqinghe|0
天津津沽化工贸易有限公司|天津津沽化工|120116|化工|gold|customer|533900|3.9|段清晏|采购经理|1863095|hanmuye|31
安徽皖晟农化股份有限公司|安徽皖晟农化|340202|农化|silver|customer|319200|4.0|陶云舒|采购经理|1586612|luzhixing|0
嘉兴禾润日化有限公司|嘉兴禾润日化|330402|日化|silver|loyal|297800|3.0|贾思齐|采购经理|1871902|wenyining|6
浙江芷源医药中间体有限公司|浙江芷源医药中间体|331002|医药中间体|silver|customer|284300|2.8|白若谷|采购经理|1593346|luzhixing|1
绍兴越彩染料有限公司|绍兴越彩染料|330602|染料|silver|customer|276500|3.4|钱望舒|采购经理|1370453|yeqinghe|9
广东粤峤油墨科技有限公司|广东粤峤油墨|440605|油墨科技|silver|customer|241000|2.1|冯见山|采购经理|1894127|hanmuye|12
无锡恒澈水处理科技有限公司|无锡恒澈水处理|320205|水处理科技|silver|customer|224700|3.3|邵怀瑾|采购经理|1335570|luzhixing|5
福建闽曜鞋材有限公司|福建闽曜鞋材|350502|鞋材|silver|lost|218600|4.4|郭子衿|采购经理|1358841|luzhixing|74
泰州川泽精化有限公司|泰州川泽精化|321283|精细化工|silver|customer|206000|2.2|纪时雨|采购经理|1384405|luzhixing|11
江南功能材料研究院|江南功能材料研究院|320205|新材料|silver|customer|205100|2.7|柳含章|质量经理|1393360|hanmuye|8
常州云岫树脂有限公司|常州云岫树脂|320411|树脂|bronze|customer|157000|2.0|俞鹤鸣|采购经理|1505820|luzhixing|20
台州岱岳橡塑有限公司|台州岱岳橡塑|331002|橡塑|bronze|customer|128000|1.7|汪立言|采购经理|1367712|yeqinghe|33
温州汀澜制革有限公司|温州汀澜制革|330302|纺织助剂|bronze|customer|113000|1.9|姚佩弦|采购经理|1508846|yeqinghe|40
江西岚宇助剂有限公司|江西岚宇助剂|360104|纺织助剂|standard|customer|31000|0.8|薛亦舟|采购经理|1590264|luzhixing|55
"""


def _read(line: str) -> Known:
    name, short, region, trade, grade, stage, spend, years, contact, post, tail, seller, silent = (
        line.split("|")
    )
    return Known(
        name, short, region, trade, grade, stage, int(spend), float(years), contact, post, tail,
        seller, int(silent),
    )  # fmt: skip


KNOWN = tuple(_read(line) for line in _TABLE.strip().splitlines())

# More people of the one customer that the guide walks through: name, post, role, mobile tail.
LANYU_PEOPLE = (
    ("唐静怡", "质量经理", "influencer", "1396208"),
    ("卫长风", "仓储主管", "user", "1583371"),
    ("范疏影", "财务经理", "influencer", "1365127"),
    ("卢致和", "技术总监", "influencer", "1890846"),
    ("夏临川", "总经理", "decider", "1379502"),
)
# (one, kind, other): "the customer is <kind> of the other", by short names.
LANYU_GROUP = ("蓝屿控股集团有限公司", "蓝屿控股集团", "310115")
RELATIONS = (
    ("蓝屿控股集团", "parent", "华东蓝屿化工"),
    ("华东蓝屿化工", "referrer", "南通启泓胶粘剂"),
    ("天津津沽化工", "distributor", "湖北楚砚化学"),
    ("常州云岫树脂", "supplier", "宁波瀚海涂料"),
    ("杭州屿见日化", "competitor", "嘉兴禾润日化"),
)
