// What may go wrong, as one union on `code`.

/** A field at fault: its path in the body (`author.connect.email`), and why. */
export interface FieldError {
  field: string
  code: string
  message: string
}

/** Codes whose `errors` name the fields at fault. */
export type FieldErrorCode =
  | "validation_failed"
  | "unique_violation"
  | "foreign_key_violation"
  | "not_null_violation"
  | "check_violation"
  | "invalid_value"
  | "related_row_not_found"
  | "relations_disagree"
  | "exclusion_violation"

/** Codes of this client: no answer came, or it was none of Refract's. */
export type ClientErrorCode = "network_error" | "aborted" | "unexpected_answer" | "invalid_arguments"

interface Common {
  /** The HTTP status; 0 where no answer came. */
  readonly status: number
  readonly title: string
  readonly requestId: string | undefined
}

/** An error of the API. docs/errors.md has every code. */
export class RefractError extends Error implements Common {
  override readonly name = "RefractError"
  readonly code: string
  readonly status: number
  readonly title: string
  /** The fields at fault; empty where none is. */
  readonly errors: readonly FieldError[]
  readonly requestId: string | undefined

  constructor(code: string, message: string, more: Partial<Common> & { errors?: FieldError[]; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.status = more.status ?? 0
    this.title = more.title ?? message
    this.errors = more.errors ?? []
    this.requestId = more.requestId
  }

  /** The message of each field at fault, for a form. */
  get fields(): Record<string, string> {
    return Object.fromEntries(this.errors.map((one) => [one.field, one.message]))
  }
}

/** The same as a union: `switch (error.code)` narrows it. */
export type ApiError = RefractError &
  (
    | { readonly code: FieldErrorCode; readonly status: 409 | 422 | 400 }
    | { readonly code: "row_not_found"; readonly status: 404 }
    | { readonly code: "precondition_failed"; readonly status: 412 }
    | { readonly code: "unauthorized"; readonly status: 401 }
    | { readonly code: "database_unavailable" | "overloaded" | "database_busy" | "schema_drift"; readonly status: 503 }
    | { readonly code: "outcome_unknown" | "database_timeout"; readonly status: 504 }
    | { readonly code: ClientErrorCode; readonly status: number }
    | { readonly code: string & {}; readonly status: number }
  )

/** Whether something that was caught is an error of this client. */
export function isRefractError(value: unknown): value is ApiError {
  return value instanceof RefractError
}

/** The error of an answer. */
export async function errorOf(response: Response): Promise<RefractError> {
  const text = await response.text().catch(() => "")
  try {
    const problem = JSON.parse(text) as {
      code: unknown; detail?: string; title?: string; errors?: FieldError[]; requestId?: string
    }
    if (typeof problem.code === "string") {
      return new RefractError(problem.code, problem.detail ?? problem.title ?? problem.code, {
        status: response.status,
        title: problem.title,
        errors: problem.errors,
        requestId: problem.requestId,
      })
    }
  } catch {
    // Not JSON: something between the client and Refract has answered.
  }
  return new RefractError("unexpected_answer", `${response.status} without a problem in its body`, {
    status: response.status,
  })
}
