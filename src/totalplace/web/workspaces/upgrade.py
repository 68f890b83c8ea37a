"""Databases from before there were accounts: their empty tables of Django's own are given up.

Flow: web.setup -> THIS -> the database
The kind of account (`models.User`) has to be known before the first migration of whatever points
at accounts. A database made earlier has those migrations already, with tables nobody could fill.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from totalplace.errors import InputError

TABLES = ("auditlog_logentry", "auth_user_groups", "auth_user_user_permissions", "auth_user")


def forget_stock_accounts() -> None:
    """Make a database from before accounts ready for them; any other is left as it is.

    Raises:
        InputError: There are accounts in it, which nothing of ours made.
    """
    recorder = MigrationRecorder(connection)
    applied = recorder.applied_migrations()
    if ("auditlog", "0001_initial") not in applied or ("workspaces", "0001_initial") in applied:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if "auth_user" in there:
            cursor.execute("SELECT COUNT(*) FROM auth_user")
            if cursor.fetchone()[0]:
                raise InputError(
                    "The database holds accounts that Total Place did not make. Give it a database "
                    "of its own (TOTALPLACE_WEB_DATABASE or --data). Nothing was changed."
                )
        for table in TABLES:
            if table in there:
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}")
        recorder.migration_qs.filter(app="auditlog").delete()
