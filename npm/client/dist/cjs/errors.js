"use strict";
// What may go wrong, as one union on `code`.
Object.defineProperty(exports, "__esModule", { value: true });
exports.RefractError = void 0;
exports.isRefractError = isRefractError;
exports.errorOf = errorOf;
/** An error of the API. docs/errors.md has every code. */
class RefractError extends Error {
    name = "RefractError";
    code;
    status;
    title;
    /** The fields at fault; empty where none is. */
    errors;
    requestId;
    constructor(code, message, more = {}) {
        super(message, more.cause === undefined ? undefined : { cause: more.cause });
        this.code = code;
        this.status = more.status ?? 0;
        this.title = more.title ?? message;
        this.errors = more.errors ?? [];
        this.requestId = more.requestId;
    }
    /** The message of each field at fault, for a form. */
    get fields() {
        return Object.fromEntries(this.errors.map((one) => [one.field, one.message]));
    }
}
exports.RefractError = RefractError;
/** Whether something that was caught is an error of this client. */
function isRefractError(value) {
    return value instanceof RefractError;
}
/** The error of an answer. */
async function errorOf(response) {
    const text = await response.text().catch(() => "");
    try {
        const problem = JSON.parse(text);
        if (typeof problem.code === "string") {
            return new RefractError(problem.code, problem.detail ?? problem.title ?? problem.code, {
                status: response.status,
                title: problem.title,
                errors: problem.errors,
                requestId: problem.requestId,
            });
        }
    }
    catch {
        // Not JSON: something between the client and Refract has answered.
    }
    return new RefractError("unexpected_answer", `${response.status} without a problem in its body`, {
        status: response.status,
    });
}
