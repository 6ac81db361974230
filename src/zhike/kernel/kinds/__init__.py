"""Kinds: field types that carry their meaning once, as in ``kinds.Money(_("金额"))``."""

from .attachment import Attachment
from .base import CleanColumn, Kind
from .choice import Bool, Choice
from .dates import Date, DateTime, LunarDate
from .links import Link, Links, Owner, Unit
from .names import CompanyName, PersonName
from .number import Degrees, Integer, Money, Percent
from .phone import Landline, Mobile, Phone
from .region import Region
from .registry_codes import CreditCode, IdNumber
from .text import Code, Email, LongText, Text

__all__ = [
    "Attachment",
    "Bool",
    "Choice",
    "CleanColumn",
    "Code",
    "CompanyName",
    "CreditCode",
    "Date",
    "DateTime",
    "Degrees",
    "Email",
    "IdNumber",
    "Integer",
    "Kind",
    "Landline",
    "Link",
    "Links",
    "LongText",
    "LunarDate",
    "Mobile",
    "Money",
    "Owner",
    "Percent",
    "PersonName",
    "Phone",
    "Region",
    "Text",
    "Unit",
]
