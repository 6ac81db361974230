"""Words that people write above a column, by field name; a Resource adds its own."""



from collections.abc import Mapping

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "name": ("名称", "全称", "客户全称", "公司名称", "企业名称", "单位名称", "公司全称", "full name",
             "company", "company name", "full_name"),
    "short_name": ("客户简称", "公司简称", "证券简称", "abbreviation", "short_name"),
    "code": ("编号", "编码", "客户编码", "客户代码", "代码", "customer id", "customer no", "no"),
    "credit_code": ("信用代码", "社会信用代码", "统一信用代码", "税号", "纳税人识别号", "credit code"),
    "owner": ("业务员", "销售", "跟进人", "客户经理", "归属人", "销售代表", "salesperson", "owner"),
    "unit": ("部门", "所属大区", "大区", "department", "team"),
    "phone": ("联系电话", "公司电话", "电话号码", "座机", "telephone", "tel", "phone"),
    "mobile": ("手机号", "手机号码", "手机1", "移动电话", "mobile", "cell"),
    "email": ("邮件", "电子邮箱", "电子邮件", "e-mail", "mail"),
    "website": ("网址", "官网", "公司网址", "web", "url", "website"),
    "address": ("详细地址", "公司地址", "注册地址", "联系地址", "registered_address", "address"),
    "region": ("省市", "所在地", "城市", "省份", "区域", "city", "province"),
    "industry": ("所属行业", "行业类别", "industry"),
    "size": ("企业规模", "公司规模", "人员规模"),
    "note": ("说明", "备注信息", "remark", "remarks", "notes", "memo"),
    "purchase_volume": ("年采购额", "年采购量", "采购总额"),
    "since": ("合作时间", "建档日期", "首次合作", "customer since"),
    "customer": ("客户名称", "客户编号", "所属客户", "公司", "单位", "客户代码", "customer id", "account"),
    "title": ("职位", "岗位", "job title"),
    "number": ("编号", "单号", "订单编号", "订单号码", "order id", "order no", "invoice no", "invoiceno"),
    "ordered_on": ("订单日期", "下单时间", "成交日期", "order date", "date"),
    "received_on": ("收款日期", "回款日期", "付款日期", "payment date"),
    "amount": ("订单金额", "总金额", "合计", "成交金额", "收款金额", "回款金额", "total", "value"),
    "order": ("订单编号", "关联订单", "order id"),
    "method": ("付款方式", "收款方式", "支付方式", "payment type"),
    "summary": ("品名", "摘要", "产品", "内容"),
    "occurred_at": ("日期", "沟通时间", "拜访时间", "跟进时间"),
    "created_at": ("创建日期", "录入时间", "录入日期", "建立时间", "created", "created at"),
    "created_by": ("录入人", "创建者", "制单人", "author", "created by"),
    "updated_at": ("修改时间", "最后修改时间", "modified", "updated at"),
    "updated_by": ("修改人", "最后修改人", "modified by"),
}  # fmt: skip
