"""Whether the database still keeps studios apart: the login of the product, and the policy of every studio's table."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from cms.embedded.home import CannotStart

_LOGIN = """
SELECT rolsuper, rolbypassrls, EXISTS (
    SELECT FROM pg_class JOIN pg_namespace space ON space.oid = relnamespace
    WHERE space.nspname = 'public' AND pg_has_role(%s, relowner, 'MEMBER'))
FROM pg_roles WHERE rolname = %s
"""

# Every table with a column studio_id, and the studios themselves, with each of their policies.
_TABLES = """
SELECT kept.relname, kept.relrowsecurity, policy.polname, policy.polpermissive, policy.polcmd = '*',
    policy.polroles = '{0}', pg_get_expr(policy.polqual, kept.oid), pg_get_expr(policy.polwithcheck, kept.oid)
FROM pg_class kept JOIN pg_namespace space ON space.oid = kept.relnamespace
LEFT JOIN pg_policy policy ON policy.polrelid = kept.oid
WHERE space.nspname = 'public' AND kept.relkind IN ('r', 'p') AND (kept.relname = 'studios_studio' OR EXISTS (
    SELECT FROM pg_attribute field
    WHERE field.attrelid = kept.oid AND field.attname = 'studio_id' AND NOT field.attisdropped))
ORDER BY kept.relname, policy.polname
"""


class NotKeptApart(CannotStart):
    """One studio could see what belongs to another."""


@dataclass(frozen=True)
class _Policy:
    """A row of the catalog: a table with one of its policies, whose columns are None where it has none."""

    table: str
    is_enabled: bool
    name: str | None
    is_permissive: bool | None
    is_for_all: bool | None
    is_for_everybody: bool | None
    using: str | None
    with_check: str | None

    def is_the_one(self) -> bool:
        column = "id" if self.table == "studios_studio" else "studio_id"
        ours = f"({column} = (current_setting('octavo.studio'::text))::uuid)"
        holds_always = bool(self.is_for_all and self.is_for_everybody)
        return holds_always and self.using == ours and self.with_check in (None, ours)


def refuse_gaps() -> None:
    """Raises NotKeptApart."""
    found = gaps()
    if found:
        others = len(found) - 1
        more = f" There is more ({others}): manage.py check --database default." if others else ""
        raise NotKeptApart(f"Octavo does not start, since studios would not be kept apart. {found[0]}{more}")


def gaps(login: str = "") -> list[str]:
    """What is wrong with the product's login and with the tables of studios, in sentences; empty when all is well."""
    login = login or str(settings.APP_LOGIN)
    with connection.cursor() as cursor:
        cursor.execute(_LOGIN, [login, login])
        is_super, bypasses, could_own = cursor.fetchone()
        cursor.execute(_TABLES)
        policies = [_Policy(*row) for row in cursor.fetchall()]
    return [*_of_login(login, is_super, bypasses, could_own), *_of_tables(policies)]


def _of_login(login: str, is_super: bool, bypasses: bool, could_own: bool) -> Iterator[str]:
    if is_super:
        yield f"The login {login} is a superuser, whom no policy holds: take that from it (docs/operators.md)."
    if bypasses:
        yield f"The login {login} bypasses row security: ALTER ROLE {login} NOBYPASSRLS."
    if could_own:
        yield f"The login {login} owns tables, or may act as who does: give it a login of its own (docs/operators.md)."


def _of_tables(policies: list[_Policy]) -> Iterator[str]:
    for table in dict.fromkeys(policy.table for policy in policies):
        own = [policy for policy in policies if policy.table == table]
        permissive = [policy for policy in own if policy.name and policy.is_permissive]
        if not own[0].is_enabled:
            yield f"The table {table} has no row security: ALTER TABLE {table} ENABLE ROW LEVEL SECURITY."
        if not any(policy.is_the_one() for policy in permissive):
            yield f"The table {table} lacks the policy own_studio: restore it from a backup or from a new installation."
        for policy in permissive:
            if not policy.is_the_one():
                yield f"The policy {policy.name} opens the table {table} further: DROP POLICY {policy.name} ON {table}."
