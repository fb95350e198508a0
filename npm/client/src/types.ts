// The types of the client. `refract types` writes what they are applied to.

/** One model, as `refract types` writes it. */
export interface Model {
  row: object
  where: object
  whereUnique: unknown
  orderBy: object
  select: object
  include: object
  create: unknown
  createMany: unknown
  update: unknown
  updateMany: unknown
  relations: object
}

/** What a schema's members are. */
export type Models<S> = { [K in keyof S]: Model }

type One<M> = { $one: M }
type Optional<M> = { $optional: M }
type Many<M> = { $many: M }

/** What stands for a relation in a row, under the arguments of `select` or `include`. */
type Related<R, A> =
  R extends Many<infer M> ? Result<M, A>[]
  : R extends One<infer M> ? Result<M, A>
  : R extends Optional<infer M> ? Result<M, A> | null
  : never

type Row<M> = M extends { row: infer R } ? R : never
type Relations<M> = M extends { relations: infer R } ? R : never
type Chosen<S> = { [K in keyof S]: S[K] extends false | undefined ? never : K }[keyof S]

type Selected<M, S> = {
  [K in Chosen<S>]: K extends keyof Row<M> ? Row<M>[K]
  : K extends keyof Relations<M> ? Related<Relations<M>[K], S[K]>
  : never
}

/** A row as an answer has it: what `select` names, or all fields and what `include` names. */
export type Result<M, A> =
  A extends { select: infer S extends object } ? Selected<M, S>
  : A extends { include: infer I extends object } ? Row<M> & Selected<M, I>
  : Row<M>

/** What goes to `fetch` beside the request itself. Next.js reads `next`. */
export interface RequestOptions {
  signal?: AbortSignal
  cache?: RequestCache
  next?: { revalidate?: number | false; tags?: string[] }
  /** More headers, for this call. */
  headers?: Record<string, string>
}

export interface Selection<M extends Model> {
  select?: M["select"]
  include?: M["include"]
}

export interface ListArgs<M extends Model> extends Selection<M> {
  where?: M["where"]
  orderBy?: M["orderBy"] | M["orderBy"][]
  take?: number
  skip?: number
}

export interface PageArgs<M extends Model> extends ListArgs<M> {
  /** `nextCursor` of the page before. */
  cursor?: string
  /** Fills `total`. */
  count?: "exact" | "planned" | "estimated"
}

export interface Page<T> {
  data: T[]
  nextCursor: string | null
  total: number | null
}

export interface UniqueArgs<M extends Model> extends Selection<M> {
  where: M["whereUnique"]
}

export interface CreateArgs<M extends Model> extends Selection<M> {
  data: M["create"]
}

export interface CreateManyArgs<M extends Model> extends Selection<M> {
  data: M["createMany"][]
  /** Leaves rows that exist already as they are. Needs the fields of a unique key in `onConflict`. */
  skipDuplicates?: boolean
  onConflict?: Extract<keyof M["row"], string>[]
}

export interface UpsertArgs<M extends Model> extends Selection<M> {
  /** The new row; where one with this key exists, its fields are set instead. */
  data: M["createMany"]
  /** The fields of a unique key. */
  onConflict: Extract<keyof M["row"], string>[]
}

export interface UpdateArgs<M extends Model> extends Selection<M> {
  where: M["whereUnique"]
  data: M["update"]
  /** The ETag of the row as it was read (`etagOf(row)`). Another one's change is then an error. */
  ifMatch?: string
}

export interface ReplaceArgs<M extends Model> extends Selection<M> {
  where: M["whereUnique"]
  data: M["createMany"]
  ifMatch?: string
}

export interface UpdateManyArgs<M extends Model> {
  where: M["where"]
  data: M["updateMany"]
}

export interface DeleteArgs<M extends Model> {
  where: M["whereUnique"]
  ifMatch?: string
}

type No<A, B> = { [K in Exclude<keyof A, keyof B>]: never }

/** The calls of one model. */
export interface ModelClient<M extends Model> {
  /** The rows that `where` matches, at most `take` (20 by default). */
  list<A extends ListArgs<M>>(args?: A & No<A, ListArgs<M>>, options?: RequestOptions): Promise<Result<M, A>[]>
  /** The same with the cursor of the next page and, where it is asked for, the number of all rows. */
  page<A extends PageArgs<M>>(args?: A & No<A, PageArgs<M>>, options?: RequestOptions): Promise<Page<Result<M, A>>>
  /** All rows, page by page. `take` is the size of a page. */
  all<A extends ListArgs<M>>(args?: A & No<A, ListArgs<M>>, options?: RequestOptions): AsyncGenerator<Result<M, A>, void, undefined>
  /** The first row, or null. */
  first<A extends ListArgs<M>>(args?: A & No<A, ListArgs<M>>, options?: RequestOptions): Promise<Result<M, A> | null>
  /** The row with this key, or null. */
  get<A extends UniqueArgs<M>>(args: A & No<A, UniqueArgs<M>>, options?: RequestOptions): Promise<Result<M, A> | null>
  /** The row with this key. None is an error (`row_not_found`). */
  getOrThrow<A extends UniqueArgs<M>>(args: A & No<A, UniqueArgs<M>>, options?: RequestOptions): Promise<Result<M, A>>
  /** The number of rows that `where` matches. */
  count(args?: { where?: M["where"] }, options?: RequestOptions): Promise<number>
  create<A extends CreateArgs<M>>(args: A & No<A, CreateArgs<M>>, options?: RequestOptions): Promise<Result<M, A>>
  /** All rows or none. */
  createMany<A extends CreateManyArgs<M>>(args: A & No<A, CreateManyArgs<M>>, options?: RequestOptions): Promise<Result<M, A>[]>
  upsert<A extends UpsertArgs<M>>(args: A & No<A, UpsertArgs<M>>, options?: RequestOptions): Promise<Result<M, A>>
  update<A extends UpdateArgs<M>>(args: A & No<A, UpdateArgs<M>>, options?: RequestOptions): Promise<Result<M, A>>
  /** Replaces the row with this key, or creates it. */
  replace<A extends ReplaceArgs<M>>(args: A & No<A, ReplaceArgs<M>>, options?: RequestOptions): Promise<Result<M, A>>
  updateMany(args: UpdateManyArgs<M>, options?: RequestOptions): Promise<{ count: number }>
  delete(args: DeleteArgs<M>, options?: RequestOptions): Promise<void>
  deleteMany(args: { where: M["where"] }, options?: RequestOptions): Promise<{ count: number }>
}

/** The calls of one model, which return errors and do not throw. */
export interface SafeModelClient<M extends Model, E> {
  /** The rows that `where` matches, at most `take` (20 by default). */
  list<A extends ListArgs<M>>(args?: A & No<A, ListArgs<M>>, options?: RequestOptions): Promise<Outcome<Result<M, A>[], E>>
  /** The same with the cursor of the next page and, where it is asked for, the number of all rows. */
  page<A extends PageArgs<M>>(args?: A & No<A, PageArgs<M>>, options?: RequestOptions): Promise<Outcome<Page<Result<M, A>>, E>>
  /** All rows, page by page. `take` is the size of a page. */
  all<A extends ListArgs<M>>(args?: A & No<A, ListArgs<M>>, options?: RequestOptions): AsyncGenerator<Result<M, A>, void, undefined>
  /** The first row, or null. */
  first<A extends ListArgs<M>>(args?: A & No<A, ListArgs<M>>, options?: RequestOptions): Promise<Outcome<Result<M, A> | null, E>>
  /** The row with this key, or null. */
  get<A extends UniqueArgs<M>>(args: A & No<A, UniqueArgs<M>>, options?: RequestOptions): Promise<Outcome<Result<M, A> | null, E>>
  /** The row with this key. None is an error (`row_not_found`). */
  getOrThrow<A extends UniqueArgs<M>>(args: A & No<A, UniqueArgs<M>>, options?: RequestOptions): Promise<Outcome<Result<M, A>, E>>
  /** The number of rows that `where` matches. */
  count(args?: { where?: M["where"] }, options?: RequestOptions): Promise<Outcome<number, E>>
  create<A extends CreateArgs<M>>(args: A & No<A, CreateArgs<M>>, options?: RequestOptions): Promise<Outcome<Result<M, A>, E>>
  /** All rows or none. */
  createMany<A extends CreateManyArgs<M>>(args: A & No<A, CreateManyArgs<M>>, options?: RequestOptions): Promise<Outcome<Result<M, A>[], E>>
  upsert<A extends UpsertArgs<M>>(args: A & No<A, UpsertArgs<M>>, options?: RequestOptions): Promise<Outcome<Result<M, A>, E>>
  update<A extends UpdateArgs<M>>(args: A & No<A, UpdateArgs<M>>, options?: RequestOptions): Promise<Outcome<Result<M, A>, E>>
  /** Replaces the row with this key, or creates it. */
  replace<A extends ReplaceArgs<M>>(args: A & No<A, ReplaceArgs<M>>, options?: RequestOptions): Promise<Outcome<Result<M, A>, E>>
  updateMany(args: UpdateManyArgs<M>, options?: RequestOptions): Promise<Outcome<{ count: number }, E>>
  delete(args: DeleteArgs<M>, options?: RequestOptions): Promise<Outcome<void, E>>
  deleteMany(args: { where: M["where"] }, options?: RequestOptions): Promise<Outcome<{ count: number }, E>>
}

/** A result or an error, for callers that do not want exceptions. */
export type Outcome<T, E> = { data: T; error: null } | { data: null; error: E }
