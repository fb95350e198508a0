"""What OpenAPI cannot say of a valid request: nested grammars, opaque texts, and what does not go with
something else in the request. Requests that are meant to be valid go without it; those that are meant
to be wrong keep it."""

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
    for name in documents(case):
        # Of a document a pattern says where it begins and ends.
        if any(bracket in str(query.get(name, "")) for bracket in "[{"):
            del query[name]
    if changes_many(case) and not any(name in query for name in filters(case)):
        case.query = {**query, filters(case)[0]: "not.is.null"}
    rows = case.body if isinstance(case.body, list) else [case.body]
    # Related rows cannot go along with an upsert.
    if "onConflict" in query and any(map(has_relations, rows)):
        del query["onConflict"]
    if case.path.endswith("/batch"):
        for operation in operations(case.body):
            settle(operation)


def changes_many(case):
    """A change of many rows needs a filter, whichever."""
    return case.method in ("PATCH", "DELETE") and "{" not in case.path


def filters(case):
    """Filters by fields are what else a change of many rows takes."""
    others = (*BEYOND_OPENAPI, "order", "limit", "offset", "deleted", "count")
    names = [parameter.name for parameter in case.operation.query]
    return [name for name in names if name not in others]


def documents(case):
    """Filters by columns that hold JSON."""
    parameters = [parameter.definition for parameter in case.operation.query]
    patterns = {one["name"]: one["schema"].get("pattern", "") for one in parameters}
    return [name for name, pattern in patterns.items() if "true|false|null" in pattern]


def has_relations(row):
    """Whether a row says what is done with related ones; nothing may also be a JSON document."""
    values = row.values() if isinstance(row, dict) else []
    return any(isinstance(value, dict) and value.keys() <= DEEDS for value in values)


def operations(batch):
    found = batch.get("operations") if isinstance(batch, dict) else None
    return [one for one in found or [] if isinstance(one, dict)]


def settle(operation):
    """Takes out of an operation of a batch what its method does not take, and references to answers
    that there are not."""
    if operation.get("method") != "PATCH":
        operation.get("headers", {}).pop("Content-Type", None)
    operation["path"] = operation["path"].replace("{", "").replace("}", "")
