"""Addresses of the pages of identity and trust."""

from django.urls import path

from zhike.web.views import (
    account,
    audit,
    explain,
    first_run,
    handover,
    settings_calendar,
    settings_index,
    settings_organisation,
    settings_people,
    settings_roles,
    settings_sign_in,
    sign_in,
)

identity = [
    path("sign-in/", sign_in.sign_in),
    path("sign-in/code/", sign_in.code),
    path("logout/", sign_in.sign_out),
    path("first-run/", first_run.first_run),
    path("start/", first_run.start),
    path("me/", account.me),
    path("me/password/", account.password),
    path("me/second-factor/", account.second_factor),
    path("me/tokens/<int:pk>/revoke/", account.revoke),
    path("settings/", settings_index.index),
    path("settings/organisation/", settings_organisation.organisation),
    path("settings/organisation/<int:pk>/", settings_organisation.unit_page),
    path("settings/calendar/", settings_calendar.calendar),
    path("settings/people/", settings_people.people),
    path("settings/people/new/", settings_people.new_person),
    path("settings/people/<int:pk>/", settings_people.person),
    path("handover/<int:pk>/", handover.handover),
    path("handover/receipts/<int:pk>/", handover.receipt),
]
trust = [
    path("settings/roles/", settings_roles.role_list),
    path("settings/roles/<int:pk>/", settings_roles.grants),
    path("settings/roles/<int:pk>/fields/", settings_roles.fields),
    path("settings/team/", settings_roles.team),
    path("settings/sign-in/", settings_sign_in.sign_in_settings),
    path("audit/", audit.audit),
    path("explain/", explain.explain_page),
]
