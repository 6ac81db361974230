"""The quality of data."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests.factories.core import Values, make, maker, model_of, parent_of, serial


@maker("quality.fieldnote")
def _field_note(**_: Any) -> Values:
    names = [f.name for f in model_of("customers.customer")._meta.fields]
    field = names[serial() % len(names)]
    return {"resource": "customers.customer", "field": field, "definition": "营业执照上的全称"}


@maker("quality.datasource")
def _data_source(**_: Any) -> Values:
    texts = {"content": "客户与订单", "structure": "一单一行", "quality": "每月核对"}
    return {"name": f"ERP {serial()}", "way": "api", **texts}


@maker("quality.codelist")
def _code_list(**_: Any) -> Values:
    used = set(model_of("quality.codelist").unscoped.values_list("field", flat=True))
    free = [name for name in ("industry", "source", "payment_terms") if name not in used]
    field = free[0] if free else "industry"
    return {"name": "标准", "field": field, "standards": "涂料\n农化"}


@maker("quality.codeterm")
def _code_term(**context: Any) -> Values:
    found = model_of("quality.codelist").unscoped.first()
    code_list = context.get("code_list") or found or make("quality.codelist")
    return {"code_list": code_list, "raw": f"油漆{serial()}", "standard": "涂料"}


@maker("quality.filing")
def _filing(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    return {"customer": customer, "status": "sorted", "sorted_on": date(2026, 1, 1)}


@maker("quality.verification")
def _verification(**context: Any) -> Values:
    customer = parent_of("customers.customer", context)
    return {"customer": customer, "verified_on": date(2026, 1, 1), "origin": "owner"}


@maker("quality.campaign")
def _campaign(**_: Any) -> Values:
    days = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 31)}
    return {"title": f"年度清洗{serial()}", **days}


def _contact(context: Values) -> Values:
    customer = parent_of("customers.customer", context)
    person = context.get("person") or make("customers.person", customer=customer)
    return {"customer": customer, "person": person}


@maker("quality.updatelink")
def _update_link(**context: Any) -> Values:
    until = timezone.now() + timedelta(days=3)
    return {**_contact(context), "digest": f"{serial():064d}", "expires_at": until}


@maker("quality.updaterequest")
def _update_request(**context: Any) -> Values:
    change = {"part": "customer", "field": "address", "before": "", "after": "创新路 8 号"}
    return {**_contact(context), "changes": [change]}


@maker("quality.webform")
def _web_form(**_: Any) -> Values:
    n = serial()
    consent = {"consent_version": "2026-1", "consent_text": "仅用于回复您的咨询。"}
    return {"title": f"索样登记{n}", "slug": f"form-{n}", **consent}


@maker("quality.submission")
def _submission(**context: Any) -> Values:
    n = serial()
    form = context.get("form") or make("quality.webform")
    read = {
        "consent_version": "2026-1",
        "consent_text": "仅用于回复。",
        "consented_at": timezone.now(),
    }
    company, mobile = f"湖州清越第{n}新材料有限公司", f"1391{n % 10**7:07d}"
    return {"form": form, "company": company, "contact": "沈清越", "mobile": mobile, **read}
