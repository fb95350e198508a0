"""What OpenAPI cannot say of a valid request: nested grammars and opaque texts. Requests that are
meant to be valid go without these parameters; those that are meant to be wrong keep them."""

import schemathesis

BEYOND_OPENAPI = ("select", "and", "or", "cursor")


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is not None and case.meta.generation.mode.is_positive:
        for name in BEYOND_OPENAPI:
            (case.query or {}).pop(name, None)
