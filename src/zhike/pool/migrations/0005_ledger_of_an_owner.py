"""The owner's present customers are found by the index of all he ever had."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("pool", "0004_ledger_without_keys")]

    operations = [migrations.RemoveIndex(model_name="ownership", name="pool_ownership_now")]
