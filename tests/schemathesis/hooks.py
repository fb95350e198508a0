"""What OpenAPI cannot say of a valid request: nested grammars, opaque texts, and what of a body does
not go with something else in the request. Requests that are meant to be valid go without it; those
that are meant to be wrong keep it."""

import schemathesis

BEYOND_OPENAPI = ("select", "and", "or", "cursor")
# Each of a relation's deeds, as bodies name them.
DEEDS = {
    "create",
    "createMany",
    "connect",
    "connectOrCreate",
    "set",
    "disconnect",
    "delete",
    "update",
}


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    query = case.query or {}
    for name in BEYOND_OPENAPI:
        query.pop(name, None)
    # Rows are ordered by related ones that `select` embeds.
    if "(" in str(query.get("order", "")):
        del query["order"]
    if changes_many(case) and not any(name in query for name in filters(case)):
        case.query = {**query, filters(case)[0]: "not.is.null"}
    for row in case.body if isinstance(case.body, list) else [case.body]:
        if isinstance(row, dict):
            settle(row, upserts="onConflict" in query)


def changes_many(case):
    """A change of many rows needs a filter, whichever."""
    return case.method in ("PATCH", "DELETE") and "{" not in case.path


def filters(case):
    """Filters by fields are what else a change of many rows takes."""
    others = (*BEYOND_OPENAPI, "order", "limit", "offset", "deleted", "count")
    names = [parameter.name for parameter in case.operation.query]
    return [name for name in names if name not in others]


def settle(row, upserts):
    """Takes out of a row what does not go with the rest: related rows of an upsert, deeds on a
    relation beside its foreign key, several deeds on one row."""
    for name, value in list(row.items()):
        # Without deeds it may be a JSON document.
        if not isinstance(value, dict) or not value.keys() <= DEEDS:
            continue
        given_twice = any(other.startswith(name) and other != name for other in row)
        if upserts or given_twice:
            del row[name]
        elif value and not isinstance(next(iter(value.values())), list):
            row[name] = dict([next(iter(value.items()))])
