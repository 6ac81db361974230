"""The invented company's departments and colleagues."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Department:
    """One department: code, name, kind, code of the one above."""

    code: str
    name: str
    kind: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Colleague:
    """One account: sign-in name, display name, department, post, role template."""

    username: str
    name: str
    department: str
    post: str
    role: str


COMPANY = "东澜化学股份有限公司"

DEPARTMENTS = (
    Department("DL", COMPANY, "company"),
    Department("E", "华东大区", "region", "DL"),
    Department("E1", "华东销售一部", "sales", "E"),
    Department("E2", "华东销售二部", "sales", "E"),
    Department("S", "华南大区", "region", "DL"),
    Department("S1", "华南销售一部", "sales", "S"),
    Department("N", "华北大区", "region", "DL"),
    Department("N1", "华北销售一部", "sales", "N"),
    Department("MKT", "市场部", "marketing", "DL"),
    Department("CRM", "客户关系管理部", "crm", "DL"),
    Department("CSC", "客户成功中心", "success", "DL"),
    Department("SVC", "客户服务部", "service", "DL"),
    Department("TEC", "技术支持部", "technical", "DL"),
    Department("OFF", "综合管理部", "other", "DL"),
)

POSTS = (
    "销售代表", "大区销售经理", "市场总监", "数据分析师", "客户关系管理主管", "客户关系管理专员",
    "客户成功经理", "客服专员", "技术支持工程师", "系统管理员", "安全管理员", "审计管理员",
)  # fmt: skip

COLLEAGUES = (
    Colleague("luzhixing", "陆知行", "E1", "销售代表", "sales"),
    Colleague("yeqinghe", "叶清和", "E2", "销售代表", "sales"),
    Colleague("wenyining", "温以宁", "S1", "销售代表", "sales"),
    Colleague("hanmuye", "韩牧野", "N1", "销售代表", "sales"),
    Colleague("shenyibai", "沈亦白", "E", "大区销售经理", "sales_manager"),
    Colleague("funanqiao", "傅南乔", "N", "大区销售经理", "sales_manager"),
    Colleague("qinruochuan", "秦若川", "MKT", "市场总监", "crm_owner"),
    Colleague("fangzhiwei", "方知微", "MKT", "数据分析师", "data_analyst"),
    Colleague("songyanqiu", "宋砚秋", "CRM", "客户关系管理主管", "crm_supervisor"),
    Colleague("linwanqing", "林晚晴", "CRM", "客户关系管理专员", "crm_specialist"),
    Colleague("jianganran", "江安然", "CSC", "客户成功经理", "csm"),
    Colleague("zhouyunshen", "周云深", "SVC", "客服专员", "service"),
    Colleague("xutinglan", "许听澜", "TEC", "技术支持工程师", "technical_support"),
    Colleague("yanshouzhuo", "严守拙", "OFF", "系统管理员", "system_administrator"),
    Colleague("baishenzhi", "柏慎之", "OFF", "安全管理员", "security_administrator"),
    Colleague("wenzhaolin", "闻照临", "OFF", "审计管理员", "audit_administrator"),
)

SELLERS = {"E1": "luzhixing", "E2": "yeqinghe", "S1": "wenyining", "N1": "hanmuye"}
LEADERS = {
    "E": "shenyibai", "N": "funanqiao", "MKT": "qinruochuan", "CRM": "songyanqiu",
    "CSC": "jianganran", "DL": "qinruochuan",
}  # fmt: skip
