"""``make bench``: measure the budgets at a million customers and write RESULTS.md.

The data set is built once in ``$ZHIKE_BENCH_HOME`` (default ``.zhike-bench``, 7.5 GB;
25 minutes on two busy cores) and kept. ``python -m benchmarks --small`` uses a fiftieth of it.
"""

import argparse
import os
import sys
from pathlib import Path


def main() -> None:
    """Start or join the benchmark's own database, build the data set if absent, measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--small", action="store_true", help="20,000 customers, 100,000 orders")
    options = parser.parse_args()
    root = Path(__file__).parents[1]
    home = Path(os.environ.get("ZHIKE_BENCH_HOME") or root / ".zhike-bench")
    os.environ["ZHIKE_HOME"] = str(home / ("small" if options.small else "large"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhike.site.settings"
    from zhike.site import database, environment

    with database.opened(environment.read()):
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        from benchmarks import budgets, dataset

        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM customers_customer)")
            filled = cursor.fetchone()[0]
        if not filled:
            print("building the data set", file=sys.stderr)
            dataset.build(*((20_000, 20_000, 100_000) if options.small else ()))
        text = budgets.report()
        print(text)
        if not options.small:
            (root / "benchmarks" / "RESULTS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
