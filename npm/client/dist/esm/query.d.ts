type Args = Record<string, any>;
/** What an answer holds beyond what was asked for: relations that only a condition needs. */
export interface Extra {
    aliases: string[];
    inside: Record<string, Extra>;
}
/** The relations of a model, and those of the models they lead to. `undefined` where they are not known. */
export interface Relations {
    of(name: string): Relations | undefined;
}
/** The query string of a request, while it is made. */
export declare class Query {
    private readonly relations?;
    readonly params: [string, string][];
    private aliases;
    constructor(relations?: Relations | undefined);
    /** `select`, `include`, `where`, `orderBy`, `take` and `skip` of a list. */
    list(args: Args): Extra;
    /** `select` and `include` of one row. */
    one(args: Args): Extra;
    /** The conditions of a change by filter, which has no `select` of its own. */
    where(where: Args): void;
    private select;
    /** One level of a read. `path` has the relations that lead to it. */
    private level;
    private selection;
    /** The conditions of a level as one parameter. Conditions on related rows add items to its select. */
    private conditions;
    private terms;
    /** `is`, `isNot`, `some`, `every` and `none`: the related rows under an alias of their own. */
    private related;
}
/** Removes what only conditions needed. */
export declare function strip(value: unknown, extra: Extra): void;
export {};
