"""Every address of the product that answers with HTML."""

from zhike.web.identity_urls import identity, trust

urlpatterns = [*identity, *trust]
