/** A field at fault: its path in the body (`author.connect.email`), and why. */
export interface FieldError {
    field: string;
    code: string;
    message: string;
}
/** Codes whose `errors` name the fields at fault. */
export type FieldErrorCode = "validation_failed" | "unique_violation" | "foreign_key_violation" | "not_null_violation" | "check_violation" | "invalid_value" | "related_row_not_found" | "relations_disagree" | "exclusion_violation";
/** Codes of this client: no answer came, or it was none of Refract's. */
export type ClientErrorCode = "network_error" | "aborted" | "unexpected_answer" | "invalid_arguments";
interface Common {
    /** The HTTP status; 0 where no answer came. */
    readonly status: number;
    readonly title: string;
    readonly requestId: string | undefined;
}
/** An error of the API. docs/errors.md has every code. */
export declare class RefractError extends Error implements Common {
    readonly name = "RefractError";
    readonly code: string;
    readonly status: number;
    readonly title: string;
    /** The fields at fault; empty where none is. */
    readonly errors: readonly FieldError[];
    readonly requestId: string | undefined;
    constructor(code: string, message: string, more?: Partial<Common> & {
        errors?: FieldError[];
        cause?: unknown;
    });
    /** The message of each field at fault, for a form. */
    get fields(): Record<string, string>;
}
/** The same as a union: `switch (error.code)` narrows it. */
export type ApiError = RefractError & ({
    readonly code: FieldErrorCode;
    readonly status: 409 | 422 | 400;
} | {
    readonly code: "row_not_found";
    readonly status: 404;
} | {
    readonly code: "precondition_failed";
    readonly status: 412;
} | {
    readonly code: "unauthorized";
    readonly status: 401;
} | {
    readonly code: "database_unavailable" | "overloaded" | "database_busy" | "schema_drift";
    readonly status: 503;
} | {
    readonly code: "outcome_unknown" | "database_timeout";
    readonly status: 504;
} | {
    readonly code: ClientErrorCode;
    readonly status: number;
} | {
    readonly code: string & {};
    readonly status: number;
});
/** Whether something that was caught is an error of this client. */
export declare function isRefractError(value: unknown): value is ApiError;
/** The error of an answer. */
export declare function errorOf(response: Response): Promise<RefractError>;
export {};
