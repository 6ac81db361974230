"""The counting of ``identity.working_time`` in SQL, for rules that run over everybody at once."""

from django.db import migrations

IS_WORKING_DAY = """
CREATE FUNCTION zhike_is_working_day(day date) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(
        (SELECT d.kind = 'work' FROM identity_calendarday d
         WHERE d.day = $1 AND d.archived_at IS NULL),
        (SELECT (ARRAY[w.monday, w.tuesday, w.wednesday, w.thursday, w.friday, w.saturday,
                       w.sunday])[extract(isodow FROM $1)::int] <> ''
         FROM identity_workweek w WHERE w.valid_from <= $1 AND w.archived_at IS NULL
         ORDER BY w.valid_from DESC LIMIT 1),
        extract(isodow FROM $1) < 6)
$$
"""

ADD_WORKING_DAYS = """
CREATE FUNCTION zhike_add_working_days(day date, count integer) RETURNS date
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    found date := day;
    wanted integer := count;
    step integer;
BEGIN
    IF abs(wanted::bigint) > 5000 OR NOT isfinite(day) THEN
        RAISE EXCEPTION 'working days out of range: %, %', day, wanted
            USING ERRCODE = 'numeric_value_out_of_range';
    END IF;
    IF wanted = 0 AND NOT zhike_is_working_day(day) THEN
        wanted := 1;
    END IF;
    step := sign(wanted);
    WHILE wanted <> 0 LOOP
        found := found + step;
        IF zhike_is_working_day(found) THEN
            wanted := wanted - step;
        END IF;
    END LOOP;
    RETURN found;
END
$$
"""

WORKING_DAYS = """
CREATE FUNCTION zhike_working_days(start date, finish date) RETURNS integer
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN $2 < $1
        THEN -(SELECT count(*) FROM generate_series($2, $1 - 1, '1 day') g
               WHERE zhike_is_working_day(g::date))::int
        ELSE (SELECT count(*) FROM generate_series($1 + 1, $2, '1 day') g
              WHERE zhike_is_working_day(g::date))::int END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_working_calendar")]

    operations = [
        migrations.RunSQL(IS_WORKING_DAY, "DROP FUNCTION zhike_is_working_day(date)"),
        migrations.RunSQL(
            ADD_WORKING_DAYS, "DROP FUNCTION zhike_add_working_days(date, integer)"
        ),
        migrations.RunSQL(WORKING_DAYS, "DROP FUNCTION zhike_working_days(date, date)"),
    ]
