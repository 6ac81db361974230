"""The ledger copies links that were checked already; a trigger takes it along with a customer."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import zhike.kernel.kinds

CLOSE = """
CREATE FUNCTION pool_close_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM pool_ownership o USING gone WHERE o.customer_id = gone.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER pool_ledger_delete AFTER DELETE ON customers_customer
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION pool_close_ledger();
"""

REOPEN = """
DROP TRIGGER pool_ledger_delete ON customers_customer;
DROP FUNCTION pool_close_ledger();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pool", "0003_import_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="ownership",
            name="changed_by",
            field=zhike.kernel.kinds.Link(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="操作人",
            ),
        ),
        migrations.AlterField(
            model_name="ownership",
            name="customer",
            field=zhike.kernel.kinds.Link(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="ownerships",
                to="customers.customer",
                verbose_name="客户",
            ),
        ),
        migrations.AlterField(
            model_name="ownership",
            name="owner",
            field=zhike.kernel.kinds.Owner(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="负责人",
            ),
        ),
        migrations.RunSQL(CLOSE, REOPEN),
    ]
