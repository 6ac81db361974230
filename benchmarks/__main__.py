"""``make bench``: measure the budgets at a million customers and write RESULTS.md.

The data set is built once in ``$ZHIKE_BENCH_HOME`` (default ``.zhike-bench``, 7.5 GB;
25 minutes on two busy cores) and kept. ``--small`` uses a fiftieth of it, ``--only grading``
measures one part. ``$ZHIKE_BENCH_URL`` names a database that exists and is measured as it is:
nothing is migrated or built, but the measuring itself writes to it (people, visits, gradings).

RESULTS.md is written by a whole run over the large data set; what a person has to say about the
figures stands in REMARKS.md, what other commands measured in QUALITY.md; both are taken over.
"""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.limits import PARTS


def main() -> None:
    """Start or join a database, build the data set if absent, measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--small", action="store_true", help="20,000 customers, 100,000 orders")
    parser.add_argument("--only", choices=PARTS, default="", help="measure one part, write nothing")
    options = parser.parse_args()
    root = Path(__file__).parents[1]
    home = Path(os.environ.get("ZHIKE_BENCH_HOME") or root / ".zhike-bench")
    given = os.environ.get("ZHIKE_BENCH_URL", "")
    os.environ["ZHIKE_HOME"] = str(home / ("small" if options.small else "large"))
    os.environ["DATABASE_URL"] = given
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhike.site.settings"
    from zhike.site import database, environment

    with database.opened(environment.read()):
        import django

        django.setup()
        large = prepare(small=options.small, given=bool(given))
        from benchmarks import budgets

        database.disconnect()
        import_module("zhike.site.wsgi")  # begins as the server begins
        text = budgets.report(options.only)
        print(text)
        if large and not options.only:
            (root / "benchmarks" / "RESULTS.md").write_text(text, encoding="utf-8")


def prepare(*, small: bool, given: bool) -> bool:
    """Bring our own database up to date and fill it; tell whether the data set is the large one."""
    from django.core.management import call_command
    from django.db import connection

    from zhike.site.commands import migrate

    if given:
        call_command("migrate", verbosity=0, check_unapplied=True)
    else:
        migrate.apply()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customer")
        (filled,) = cursor.fetchone() or (0,)
        if not filled and not given:
            from benchmarks import dataset

            print("building the data set", file=sys.stderr)
            dataset.build(*((20_000, 20_000, 100_000) if small else ()))
        cursor.execute("SELECT count(*) >= 1000000 FROM customers_customer")
        return bool((cursor.fetchone() or (False,))[0])


if __name__ == "__main__":
    main()
