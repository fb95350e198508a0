// Made by `refract types`. Do not edit: the next run replaces it.

export type $Json = string | number | boolean | null | $Json[] | { [key: string]: $Json }
export interface $Filter<T> {
  equals?: T
  not?: T | $Filter<T>
  in?: NonNullable<T>[]
  notIn?: NonNullable<T>[]
  lt?: NonNullable<T>
  lte?: NonNullable<T>
  gt?: NonNullable<T>
  gte?: NonNullable<T>
}
export interface $TextFilter<T> extends Omit<$Filter<T>, "not"> {
  not?: T | $TextFilter<T>
  contains?: string
  startsWith?: string
  endsWith?: string
  /** `insensitive` holds for contains, startsWith, endsWith and equals. */
  mode?: "default" | "insensitive"
}
export interface $ListFilter<T> {
  equals?: T[] | null
  has?: T
  hasEvery?: T[]
  hasSome?: T[]
  isEmpty?: boolean
}
export interface $JsonFilter {
  equals?: $Json
  not?: $Json
  /** A path into the document, for the other conditions. */
  path?: string[]
  string_contains?: string
  string_starts_with?: string
  string_ends_with?: string
  lt?: string | number
  lte?: string | number
  gt?: string | number
  gte?: string | number
}
export type $Order = "asc" | "desc" | { sort: "asc" | "desc"; nulls?: "first" | "last" }
export interface $One<M> { $one: M }
export interface $Optional<M> { $optional: M }
export interface $Many<M> { $many: M }

export type TaskStatus = "OPEN" | "DOING" | "DONE"

export interface Account {
  userId: string
  type: string
  provider: string
  providerAccountId: string
  refresh_token: string | null
  access_token: string | null
  expires_at: number | null
  token_type: string | null
  scope: string | null
  id_token: string | null
  session_state: string | null
}
export interface AccountWhere {
  AND?: AccountWhere | AccountWhere[]
  OR?: AccountWhere[]
  NOT?: AccountWhere | AccountWhere[]
  userId?: string | $TextFilter<string>
  type?: string | $TextFilter<string>
  provider?: string | $TextFilter<string>
  providerAccountId?: string | $TextFilter<string>
  refresh_token?: string | null | $TextFilter<string | null>
  access_token?: string | null | $TextFilter<string | null>
  expires_at?: number | null | $Filter<number | null>
  token_type?: string | null | $TextFilter<string | null>
  scope?: string | null | $TextFilter<string | null>
  id_token?: string | null | $TextFilter<string | null>
  session_state?: string | null | $TextFilter<string | null>
  user?: { is?: UserWhere | null; isNot?: UserWhere | null }
}
export type AccountWhereUnique = { provider: string; providerAccountId: string }
export interface AccountInclude {
  user?: boolean | UserArgs
}
export interface AccountSelect extends AccountInclude {
  userId?: boolean
  type?: boolean
  provider?: boolean
  providerAccountId?: boolean
  refresh_token?: boolean
  access_token?: boolean
  expires_at?: boolean
  token_type?: boolean
  scope?: boolean
  id_token?: boolean
  session_state?: boolean
}
export interface AccountOrderBy {
  userId?: $Order
  type?: $Order
  provider?: $Order
  providerAccountId?: $Order
  refresh_token?: $Order
  access_token?: $Order
  expires_at?: $Order
  token_type?: $Order
  scope?: $Order
  id_token?: $Order
  session_state?: $Order
  user?: { [K in keyof User]?: $Order }
}
export interface AccountArgs {
  select?: AccountSelect
  include?: AccountInclude
}
export interface AccountListArgs extends AccountArgs {
  where?: AccountWhere
  orderBy?: AccountOrderBy | AccountOrderBy[]
  take?: number
  skip?: number
}
export interface AccountUpdateMany {
  userId?: string
  type?: string
  provider?: string
  providerAccountId?: string
  refresh_token?: string | null
  access_token?: string | null
  expires_at?: number | null
  token_type?: string | null
  scope?: string | null
  id_token?: string | null
  session_state?: string | null
}
export interface AccountUpdate extends AccountUpdateMany {
  user?: { update?: UserUpdateMany; connect?: UserWhereUnique; connectOrCreate?: { where: UserWhereUnique; create: UserCreate }; create?: UserCreate }
}
export interface AccountCreateMany {
  userId: string
  type: string
  provider: string
  providerAccountId: string
  refresh_token?: string | null
  access_token?: string | null
  expires_at?: number | null
  token_type?: string | null
  scope?: string | null
  id_token?: string | null
  session_state?: string | null
}
export type AccountCreate = {
  type: string
  provider: string
  providerAccountId: string
  refresh_token?: string | null
  access_token?: string | null
  expires_at?: number | null
  token_type?: string | null
  scope?: string | null
  id_token?: string | null
  session_state?: string | null
} & ({ userId: string; user?: never } | { user: { connect?: UserWhereUnique; connectOrCreate?: { where: UserWhereUnique; create: UserCreate }; create?: UserCreate }; userId?: never })
export interface AccountModel {
  row: Account
  where: AccountWhere
  whereUnique: AccountWhereUnique
  orderBy: AccountOrderBy
  select: AccountSelect
  include: AccountInclude
  create: AccountCreate
  createMany: AccountCreateMany
  update: AccountUpdate
  updateMany: AccountUpdateMany
  relations: {
    user: $One<UserModel>
  }
}

export interface Comment {
  id: string
  text: string
  createdAt: string
  taskId: string
  authorId: string
}
export interface CommentWhere {
  AND?: CommentWhere | CommentWhere[]
  OR?: CommentWhere[]
  NOT?: CommentWhere | CommentWhere[]
  id?: string | $TextFilter<string>
  text?: string | $TextFilter<string>
  createdAt?: string | Date | $Filter<string | Date>
  taskId?: string | $TextFilter<string>
  authorId?: string | $TextFilter<string>
  author?: { is?: UserWhere | null; isNot?: UserWhere | null }
  task?: { is?: TaskWhere | null; isNot?: TaskWhere | null }
}
export type CommentWhereUnique = { id: string }
export interface CommentInclude {
  author?: boolean | UserArgs
  task?: boolean | TaskArgs
}
export interface CommentSelect extends CommentInclude {
  id?: boolean
  text?: boolean
  createdAt?: boolean
  taskId?: boolean
  authorId?: boolean
}
export interface CommentOrderBy {
  id?: $Order
  text?: $Order
  createdAt?: $Order
  taskId?: $Order
  authorId?: $Order
  author?: { [K in keyof User]?: $Order }
  task?: { [K in keyof Task]?: $Order }
}
export interface CommentArgs {
  select?: CommentSelect
  include?: CommentInclude
}
export interface CommentListArgs extends CommentArgs {
  where?: CommentWhere
  orderBy?: CommentOrderBy | CommentOrderBy[]
  take?: number
  skip?: number
}
export interface CommentUpdateMany {
  id?: string
  text?: string
  createdAt?: string | Date
  taskId?: string
  authorId?: string
}
export interface CommentUpdate extends CommentUpdateMany {
  author?: { update?: UserUpdateMany; connect?: UserWhereUnique; connectOrCreate?: { where: UserWhereUnique; create: UserCreate }; create?: UserCreate }
  task?: { update?: TaskUpdateMany; connect?: TaskWhereUnique; connectOrCreate?: { where: TaskWhereUnique; create: TaskCreate }; create?: TaskCreate }
}
export interface CommentCreateMany {
  id?: string
  text: string
  createdAt?: string | Date
  taskId: string
  authorId: string
}
export type CommentCreate = {
  id?: string
  text: string
  createdAt?: string | Date
} & ({ authorId: string; author?: never } | { author: { connect?: UserWhereUnique; connectOrCreate?: { where: UserWhereUnique; create: UserCreate }; create?: UserCreate }; authorId?: never }) & ({ taskId: string; task?: never } | { task: { connect?: TaskWhereUnique; connectOrCreate?: { where: TaskWhereUnique; create: TaskCreate }; create?: TaskCreate }; taskId?: never })
export interface CommentModel {
  row: Comment
  where: CommentWhere
  whereUnique: CommentWhereUnique
  orderBy: CommentOrderBy
  select: CommentSelect
  include: CommentInclude
  create: CommentCreate
  createMany: CommentCreateMany
  update: CommentUpdate
  updateMany: CommentUpdateMany
  relations: {
    author: $One<UserModel>
    task: $One<TaskModel>
  }
}

export interface Project {
  id: string
  /** The last part of the project's address. */
  slug: string
  name: string
  createdAt: string
  ownerId: string
}
export interface ProjectWhere {
  AND?: ProjectWhere | ProjectWhere[]
  OR?: ProjectWhere[]
  NOT?: ProjectWhere | ProjectWhere[]
  id?: string | $TextFilter<string>
  slug?: string | $TextFilter<string>
  name?: string | $TextFilter<string>
  createdAt?: string | Date | $Filter<string | Date>
  ownerId?: string | $TextFilter<string>
  owner?: { is?: UserWhere | null; isNot?: UserWhere | null }
  tasks?: { some?: TaskWhere; every?: TaskWhere; none?: TaskWhere }
}
export type ProjectWhereUnique = { id: string } | { slug: string }
export interface ProjectInclude {
  owner?: boolean | UserArgs
  tasks?: boolean | TaskListArgs
}
export interface ProjectSelect extends ProjectInclude {
  id?: boolean
  slug?: boolean
  name?: boolean
  createdAt?: boolean
  ownerId?: boolean
}
export interface ProjectOrderBy {
  id?: $Order
  slug?: $Order
  name?: $Order
  createdAt?: $Order
  ownerId?: $Order
  owner?: { [K in keyof User]?: $Order }
}
export interface ProjectArgs {
  select?: ProjectSelect
  include?: ProjectInclude
}
export interface ProjectListArgs extends ProjectArgs {
  where?: ProjectWhere
  orderBy?: ProjectOrderBy | ProjectOrderBy[]
  take?: number
  skip?: number
}
export interface ProjectUpdateMany {
  id?: string
  slug?: string
  name?: string
  createdAt?: string | Date
  ownerId?: string
}
export interface ProjectUpdate extends ProjectUpdateMany {
  owner?: { update?: UserUpdateMany; connect?: UserWhereUnique; connectOrCreate?: { where: UserWhereUnique; create: UserCreate }; create?: UserCreate }
  tasks?: { delete?: TaskWhereUnique | (TaskWhereUnique)[]; update?: { where: TaskWhereUnique; data: TaskUpdateMany } | ({ where: TaskWhereUnique; data: TaskUpdateMany })[]; connect?: TaskWhereUnique | (TaskWhereUnique)[]; connectOrCreate?: { where: TaskWhereUnique; create: $Without<TaskCreate, "projectId" | "project"> } | ({ where: TaskWhereUnique; create: $Without<TaskCreate, "projectId" | "project"> })[]; create?: $Without<TaskCreate, "projectId" | "project"> | ($Without<TaskCreate, "projectId" | "project">)[]; createMany?: { data: $Some<$Without<TaskCreate, "projectId" | "project">>[]; skipDuplicates?: boolean } }
}
export interface ProjectCreateMany {
  id?: string
  /** The last part of the project's address. */
  slug: string
  name: string
  createdAt?: string | Date
  ownerId: string
}
export type ProjectCreate = {
  id?: string
  /** The last part of the project's address. */
  slug: string
  name: string
  createdAt?: string | Date
  tasks?: { connect?: TaskWhereUnique | (TaskWhereUnique)[]; connectOrCreate?: { where: TaskWhereUnique; create: $Without<TaskCreate, "projectId" | "project"> } | ({ where: TaskWhereUnique; create: $Without<TaskCreate, "projectId" | "project"> })[]; create?: $Without<TaskCreate, "projectId" | "project"> | ($Without<TaskCreate, "projectId" | "project">)[]; createMany?: { data: $Some<$Without<TaskCreate, "projectId" | "project">>[]; skipDuplicates?: boolean } }
} & ({ ownerId: string; owner?: never } | { owner: { connect?: UserWhereUnique; connectOrCreate?: { where: UserWhereUnique; create: UserCreate }; create?: UserCreate }; ownerId?: never })
export interface ProjectModel {
  row: Project
  where: ProjectWhere
  whereUnique: ProjectWhereUnique
  orderBy: ProjectOrderBy
  select: ProjectSelect
  include: ProjectInclude
  create: ProjectCreate
  createMany: ProjectCreateMany
  update: ProjectUpdate
  updateMany: ProjectUpdateMany
  relations: {
    owner: $One<UserModel>
    tasks: $Many<TaskModel>
  }
}

export interface Session {
  sessionToken: string
  userId: string
  expires: string
}
export interface SessionWhere {
  AND?: SessionWhere | SessionWhere[]
  OR?: SessionWhere[]
  NOT?: SessionWhere | SessionWhere[]
  sessionToken?: string | $TextFilter<string>
  userId?: string | $TextFilter<string>
  expires?: string | Date | $Filter<string | Date>
  user?: { is?: UserWhere | null; isNot?: UserWhere | null }
}
export type SessionWhereUnique = { sessionToken: string }
export interface SessionInclude {
  user?: boolean | UserArgs
}
export interface SessionSelect extends SessionInclude {
  sessionToken?: boolean
  userId?: boolean
  expires?: boolean
}
export interface SessionOrderBy {
  sessionToken?: $Order
  userId?: $Order
  expires?: $Order
  user?: { [K in keyof User]?: $Order }
}
export interface SessionArgs {
  select?: SessionSelect
  include?: SessionInclude
}
export interface SessionListArgs extends SessionArgs {
  where?: SessionWhere
  orderBy?: SessionOrderBy | SessionOrderBy[]
  take?: number
  skip?: number
}
export interface SessionUpdateMany {
  sessionToken?: string
  userId?: string
  expires?: string | Date
}
export interface SessionUpdate extends SessionUpdateMany {
  user?: { update?: UserUpdateMany; connect?: UserWhereUnique; connectOrCreate?: { where: UserWhereUnique; create: UserCreate }; create?: UserCreate }
}
export interface SessionCreateMany {
  sessionToken: string
  userId: string
  expires: string | Date
}
export type SessionCreate = {
  sessionToken: string
  expires: string | Date
} & ({ userId: string; user?: never } | { user: { connect?: UserWhereUnique; connectOrCreate?: { where: UserWhereUnique; create: UserCreate }; create?: UserCreate }; userId?: never })
export interface SessionModel {
  row: Session
  where: SessionWhere
  whereUnique: SessionWhereUnique
  orderBy: SessionOrderBy
  select: SessionSelect
  include: SessionInclude
  create: SessionCreate
  createMany: SessionCreateMany
  update: SessionUpdate
  updateMany: SessionUpdateMany
  relations: {
    user: $One<UserModel>
  }
}

export interface Tag {
  id: string
  name: string
}
export interface TagWhere {
  AND?: TagWhere | TagWhere[]
  OR?: TagWhere[]
  NOT?: TagWhere | TagWhere[]
  id?: string | $TextFilter<string>
  name?: string | $TextFilter<string>
  tasks?: { some?: TaskWhere; every?: TaskWhere; none?: TaskWhere }
}
export type TagWhereUnique = { id: string } | { name: string }
export interface TagInclude {
  tasks?: boolean | TaskListArgs
}
export interface TagSelect extends TagInclude {
  id?: boolean
  name?: boolean
}
export interface TagOrderBy {
  id?: $Order
  name?: $Order
}
export interface TagArgs {
  select?: TagSelect
  include?: TagInclude
}
export interface TagListArgs extends TagArgs {
  where?: TagWhere
  orderBy?: TagOrderBy | TagOrderBy[]
  take?: number
  skip?: number
}
export interface TagUpdateMany {
  id?: string
  name?: string
}
export interface TagUpdate extends TagUpdateMany {
  tasks?: { set?: TaskWhereUnique[]; disconnect?: TaskWhereUnique | (TaskWhereUnique)[]; delete?: TaskWhereUnique | (TaskWhereUnique)[]; update?: { where: TaskWhereUnique; data: TaskUpdateMany } | ({ where: TaskWhereUnique; data: TaskUpdateMany })[]; connect?: TaskWhereUnique | (TaskWhereUnique)[]; connectOrCreate?: { where: TaskWhereUnique; create: TaskCreate } | ({ where: TaskWhereUnique; create: TaskCreate })[]; create?: TaskCreate | (TaskCreate)[]; createMany?: { data: $Some<TaskCreate>[]; skipDuplicates?: boolean } }
}
export interface TagCreateMany {
  id?: string
  name: string
}
export type TagCreate = {
  id?: string
  name: string
  tasks?: { connect?: TaskWhereUnique | (TaskWhereUnique)[]; connectOrCreate?: { where: TaskWhereUnique; create: TaskCreate } | ({ where: TaskWhereUnique; create: TaskCreate })[]; create?: TaskCreate | (TaskCreate)[]; createMany?: { data: $Some<TaskCreate>[]; skipDuplicates?: boolean } }
}
export interface TagModel {
  row: Tag
  where: TagWhere
  whereUnique: TagWhereUnique
  orderBy: TagOrderBy
  select: TagSelect
  include: TagInclude
  create: TagCreate
  createMany: TagCreateMany
  update: TagUpdate
  updateMany: TagUpdateMany
  relations: {
    tasks: $Many<TaskModel>
  }
}

export interface Task {
  id: string
  title: string
  notes: string
  status: TaskStatus
  createdAt: string
  updatedAt: string
  projectId: string
}
export interface TaskWhere {
  AND?: TaskWhere | TaskWhere[]
  OR?: TaskWhere[]
  NOT?: TaskWhere | TaskWhere[]
  id?: string | $TextFilter<string>
  title?: string | $TextFilter<string>
  notes?: string | $TextFilter<string>
  status?: TaskStatus | $Filter<TaskStatus>
  createdAt?: string | Date | $Filter<string | Date>
  updatedAt?: string | Date | $Filter<string | Date>
  projectId?: string | $TextFilter<string>
  project?: { is?: ProjectWhere | null; isNot?: ProjectWhere | null }
  comments?: { some?: CommentWhere; every?: CommentWhere; none?: CommentWhere }
  tags?: { some?: TagWhere; every?: TagWhere; none?: TagWhere }
}
export type TaskWhereUnique = { id: string }
export interface TaskInclude {
  project?: boolean | ProjectArgs
  comments?: boolean | CommentListArgs
  tags?: boolean | TagListArgs
}
export interface TaskSelect extends TaskInclude {
  id?: boolean
  title?: boolean
  notes?: boolean
  status?: boolean
  createdAt?: boolean
  updatedAt?: boolean
  projectId?: boolean
}
export interface TaskOrderBy {
  id?: $Order
  title?: $Order
  notes?: $Order
  status?: $Order
  createdAt?: $Order
  updatedAt?: $Order
  projectId?: $Order
  project?: { [K in keyof Project]?: $Order }
}
export interface TaskArgs {
  select?: TaskSelect
  include?: TaskInclude
}
export interface TaskListArgs extends TaskArgs {
  where?: TaskWhere
  orderBy?: TaskOrderBy | TaskOrderBy[]
  take?: number
  skip?: number
}
export interface TaskUpdateMany {
  id?: string
  title?: string
  notes?: string
  status?: TaskStatus
  createdAt?: string | Date
  updatedAt?: string | Date
  projectId?: string
}
export interface TaskUpdate extends TaskUpdateMany {
  project?: { update?: ProjectUpdateMany; connect?: ProjectWhereUnique; connectOrCreate?: { where: ProjectWhereUnique; create: ProjectCreate }; create?: ProjectCreate }
  comments?: { delete?: CommentWhereUnique | (CommentWhereUnique)[]; update?: { where: CommentWhereUnique; data: CommentUpdateMany } | ({ where: CommentWhereUnique; data: CommentUpdateMany })[]; connect?: CommentWhereUnique | (CommentWhereUnique)[]; connectOrCreate?: { where: CommentWhereUnique; create: $Without<CommentCreate, "taskId" | "task"> } | ({ where: CommentWhereUnique; create: $Without<CommentCreate, "taskId" | "task"> })[]; create?: $Without<CommentCreate, "taskId" | "task"> | ($Without<CommentCreate, "taskId" | "task">)[]; createMany?: { data: $Some<$Without<CommentCreate, "taskId" | "task">>[]; skipDuplicates?: boolean } }
  tags?: { set?: TagWhereUnique[]; disconnect?: TagWhereUnique | (TagWhereUnique)[]; delete?: TagWhereUnique | (TagWhereUnique)[]; update?: { where: TagWhereUnique; data: TagUpdateMany } | ({ where: TagWhereUnique; data: TagUpdateMany })[]; connect?: TagWhereUnique | (TagWhereUnique)[]; connectOrCreate?: { where: TagWhereUnique; create: TagCreate } | ({ where: TagWhereUnique; create: TagCreate })[]; create?: TagCreate | (TagCreate)[]; createMany?: { data: $Some<TagCreate>[]; skipDuplicates?: boolean } }
}
export interface TaskCreateMany {
  id?: string
  title: string
  notes?: string
  status?: TaskStatus
  createdAt?: string | Date
  updatedAt?: string | Date
  projectId: string
}
export type TaskCreate = {
  id?: string
  title: string
  notes?: string
  status?: TaskStatus
  createdAt?: string | Date
  updatedAt?: string | Date
  comments?: { connect?: CommentWhereUnique | (CommentWhereUnique)[]; connectOrCreate?: { where: CommentWhereUnique; create: $Without<CommentCreate, "taskId" | "task"> } | ({ where: CommentWhereUnique; create: $Without<CommentCreate, "taskId" | "task"> })[]; create?: $Without<CommentCreate, "taskId" | "task"> | ($Without<CommentCreate, "taskId" | "task">)[]; createMany?: { data: $Some<$Without<CommentCreate, "taskId" | "task">>[]; skipDuplicates?: boolean } }
  tags?: { connect?: TagWhereUnique | (TagWhereUnique)[]; connectOrCreate?: { where: TagWhereUnique; create: TagCreate } | ({ where: TagWhereUnique; create: TagCreate })[]; create?: TagCreate | (TagCreate)[]; createMany?: { data: $Some<TagCreate>[]; skipDuplicates?: boolean } }
} & ({ projectId: string; project?: never } | { project: { connect?: ProjectWhereUnique; connectOrCreate?: { where: ProjectWhereUnique; create: ProjectCreate }; create?: ProjectCreate }; projectId?: never })
export interface TaskModel {
  row: Task
  where: TaskWhere
  whereUnique: TaskWhereUnique
  orderBy: TaskOrderBy
  select: TaskSelect
  include: TaskInclude
  create: TaskCreate
  createMany: TaskCreateMany
  update: TaskUpdate
  updateMany: TaskUpdateMany
  relations: {
    project: $One<ProjectModel>
    comments: $Many<CommentModel>
    tags: $Many<TagModel>
  }
}

export interface User {
  id: string
  name: string | null
  email: string
  emailVerified: string | null
  image: string | null
  createdAt: string
}
export interface UserWhere {
  AND?: UserWhere | UserWhere[]
  OR?: UserWhere[]
  NOT?: UserWhere | UserWhere[]
  id?: string | $TextFilter<string>
  name?: string | null | $TextFilter<string | null>
  email?: string | $TextFilter<string>
  emailVerified?: string | Date | null | $Filter<string | Date | null>
  image?: string | null | $TextFilter<string | null>
  createdAt?: string | Date | $Filter<string | Date>
  accounts?: { some?: AccountWhere; every?: AccountWhere; none?: AccountWhere }
  comments?: { some?: CommentWhere; every?: CommentWhere; none?: CommentWhere }
  projects?: { some?: ProjectWhere; every?: ProjectWhere; none?: ProjectWhere }
  sessions?: { some?: SessionWhere; every?: SessionWhere; none?: SessionWhere }
}
export type UserWhereUnique = { id: string } | { email: string }
export interface UserInclude {
  accounts?: boolean | AccountListArgs
  comments?: boolean | CommentListArgs
  projects?: boolean | ProjectListArgs
  sessions?: boolean | SessionListArgs
}
export interface UserSelect extends UserInclude {
  id?: boolean
  name?: boolean
  email?: boolean
  emailVerified?: boolean
  image?: boolean
  createdAt?: boolean
}
export interface UserOrderBy {
  id?: $Order
  name?: $Order
  email?: $Order
  emailVerified?: $Order
  image?: $Order
  createdAt?: $Order
}
export interface UserArgs {
  select?: UserSelect
  include?: UserInclude
}
export interface UserListArgs extends UserArgs {
  where?: UserWhere
  orderBy?: UserOrderBy | UserOrderBy[]
  take?: number
  skip?: number
}
export interface UserUpdateMany {
  id?: string
  name?: string | null
  email?: string
  emailVerified?: string | Date | null
  image?: string | null
  createdAt?: string | Date
}
export interface UserUpdate extends UserUpdateMany {
  accounts?: { delete?: AccountWhereUnique | (AccountWhereUnique)[]; update?: { where: AccountWhereUnique; data: AccountUpdateMany } | ({ where: AccountWhereUnique; data: AccountUpdateMany })[]; connect?: AccountWhereUnique | (AccountWhereUnique)[]; connectOrCreate?: { where: AccountWhereUnique; create: $Without<AccountCreate, "userId" | "user"> } | ({ where: AccountWhereUnique; create: $Without<AccountCreate, "userId" | "user"> })[]; create?: $Without<AccountCreate, "userId" | "user"> | ($Without<AccountCreate, "userId" | "user">)[]; createMany?: { data: $Some<$Without<AccountCreate, "userId" | "user">>[]; skipDuplicates?: boolean } }
  comments?: { delete?: CommentWhereUnique | (CommentWhereUnique)[]; update?: { where: CommentWhereUnique; data: CommentUpdateMany } | ({ where: CommentWhereUnique; data: CommentUpdateMany })[]; connect?: CommentWhereUnique | (CommentWhereUnique)[]; connectOrCreate?: { where: CommentWhereUnique; create: $Without<CommentCreate, "authorId" | "author"> } | ({ where: CommentWhereUnique; create: $Without<CommentCreate, "authorId" | "author"> })[]; create?: $Without<CommentCreate, "authorId" | "author"> | ($Without<CommentCreate, "authorId" | "author">)[]; createMany?: { data: $Some<$Without<CommentCreate, "authorId" | "author">>[]; skipDuplicates?: boolean } }
  projects?: { delete?: ProjectWhereUnique | (ProjectWhereUnique)[]; update?: { where: ProjectWhereUnique; data: ProjectUpdateMany } | ({ where: ProjectWhereUnique; data: ProjectUpdateMany })[]; connect?: ProjectWhereUnique | (ProjectWhereUnique)[]; connectOrCreate?: { where: ProjectWhereUnique; create: $Without<ProjectCreate, "ownerId" | "owner"> } | ({ where: ProjectWhereUnique; create: $Without<ProjectCreate, "ownerId" | "owner"> })[]; create?: $Without<ProjectCreate, "ownerId" | "owner"> | ($Without<ProjectCreate, "ownerId" | "owner">)[]; createMany?: { data: $Some<$Without<ProjectCreate, "ownerId" | "owner">>[]; skipDuplicates?: boolean } }
  sessions?: { delete?: SessionWhereUnique | (SessionWhereUnique)[]; update?: { where: SessionWhereUnique; data: SessionUpdateMany } | ({ where: SessionWhereUnique; data: SessionUpdateMany })[]; connect?: SessionWhereUnique | (SessionWhereUnique)[]; connectOrCreate?: { where: SessionWhereUnique; create: $Without<SessionCreate, "userId" | "user"> } | ({ where: SessionWhereUnique; create: $Without<SessionCreate, "userId" | "user"> })[]; create?: $Without<SessionCreate, "userId" | "user"> | ($Without<SessionCreate, "userId" | "user">)[]; createMany?: { data: $Some<$Without<SessionCreate, "userId" | "user">>[]; skipDuplicates?: boolean } }
}
export interface UserCreateMany {
  id?: string
  name?: string | null
  email: string
  emailVerified?: string | Date | null
  image?: string | null
  createdAt?: string | Date
}
export type UserCreate = {
  id?: string
  name?: string | null
  email: string
  emailVerified?: string | Date | null
  image?: string | null
  createdAt?: string | Date
  accounts?: { connect?: AccountWhereUnique | (AccountWhereUnique)[]; connectOrCreate?: { where: AccountWhereUnique; create: $Without<AccountCreate, "userId" | "user"> } | ({ where: AccountWhereUnique; create: $Without<AccountCreate, "userId" | "user"> })[]; create?: $Without<AccountCreate, "userId" | "user"> | ($Without<AccountCreate, "userId" | "user">)[]; createMany?: { data: $Some<$Without<AccountCreate, "userId" | "user">>[]; skipDuplicates?: boolean } }
  comments?: { connect?: CommentWhereUnique | (CommentWhereUnique)[]; connectOrCreate?: { where: CommentWhereUnique; create: $Without<CommentCreate, "authorId" | "author"> } | ({ where: CommentWhereUnique; create: $Without<CommentCreate, "authorId" | "author"> })[]; create?: $Without<CommentCreate, "authorId" | "author"> | ($Without<CommentCreate, "authorId" | "author">)[]; createMany?: { data: $Some<$Without<CommentCreate, "authorId" | "author">>[]; skipDuplicates?: boolean } }
  projects?: { connect?: ProjectWhereUnique | (ProjectWhereUnique)[]; connectOrCreate?: { where: ProjectWhereUnique; create: $Without<ProjectCreate, "ownerId" | "owner"> } | ({ where: ProjectWhereUnique; create: $Without<ProjectCreate, "ownerId" | "owner"> })[]; create?: $Without<ProjectCreate, "ownerId" | "owner"> | ($Without<ProjectCreate, "ownerId" | "owner">)[]; createMany?: { data: $Some<$Without<ProjectCreate, "ownerId" | "owner">>[]; skipDuplicates?: boolean } }
  sessions?: { connect?: SessionWhereUnique | (SessionWhereUnique)[]; connectOrCreate?: { where: SessionWhereUnique; create: $Without<SessionCreate, "userId" | "user"> } | ({ where: SessionWhereUnique; create: $Without<SessionCreate, "userId" | "user"> })[]; create?: $Without<SessionCreate, "userId" | "user"> | ($Without<SessionCreate, "userId" | "user">)[]; createMany?: { data: $Some<$Without<SessionCreate, "userId" | "user">>[]; skipDuplicates?: boolean } }
}
export interface UserModel {
  row: User
  where: UserWhere
  whereUnique: UserWhereUnique
  orderBy: UserOrderBy
  select: UserSelect
  include: UserInclude
  create: UserCreate
  createMany: UserCreateMany
  update: UserUpdate
  updateMany: UserUpdateMany
  relations: {
    accounts: $Many<AccountModel>
    comments: $Many<CommentModel>
    projects: $Many<ProjectModel>
    sessions: $Many<SessionModel>
  }
}

export interface VerificationToken {
  identifier: string
  token: string
  expires: string
}
export interface VerificationTokenWhere {
  AND?: VerificationTokenWhere | VerificationTokenWhere[]
  OR?: VerificationTokenWhere[]
  NOT?: VerificationTokenWhere | VerificationTokenWhere[]
  identifier?: string | $TextFilter<string>
  token?: string | $TextFilter<string>
  expires?: string | Date | $Filter<string | Date>
}
export type VerificationTokenWhereUnique = { identifier: string; token: string }
export interface VerificationTokenInclude {
}
export interface VerificationTokenSelect extends VerificationTokenInclude {
  identifier?: boolean
  token?: boolean
  expires?: boolean
}
export interface VerificationTokenOrderBy {
  identifier?: $Order
  token?: $Order
  expires?: $Order
}
export interface VerificationTokenArgs {
  select?: VerificationTokenSelect
  include?: VerificationTokenInclude
}
export interface VerificationTokenListArgs extends VerificationTokenArgs {
  where?: VerificationTokenWhere
  orderBy?: VerificationTokenOrderBy | VerificationTokenOrderBy[]
  take?: number
  skip?: number
}
export interface VerificationTokenUpdateMany {
  identifier?: string
  token?: string
  expires?: string | Date
}
export interface VerificationTokenUpdate extends VerificationTokenUpdateMany {
}
export interface VerificationTokenCreateMany {
  identifier: string
  token: string
  expires: string | Date
}
export type VerificationTokenCreate = {
  identifier: string
  token: string
  expires: string | Date
}
export interface VerificationTokenModel {
  row: VerificationToken
  where: VerificationTokenWhere
  whereUnique: VerificationTokenWhereUnique
  orderBy: VerificationTokenOrderBy
  select: VerificationTokenSelect
  include: VerificationTokenInclude
  create: VerificationTokenCreate
  createMany: VerificationTokenCreateMany
  update: VerificationTokenUpdate
  updateMany: VerificationTokenUpdateMany
  relations: {
  }
}

/** A row that something else gives some of its fields to. */
export type $Without<T, K extends string> = T extends unknown ? $Some<Omit<T, K>> & { [P in K]?: never } : never
type $Some<T> = { [P in keyof T]: T[P] }

/** Everything that is served, by the members of a client. */
export interface Schema {
  accounts: AccountModel
  comments: CommentModel
  projects: ProjectModel
  sessions: SessionModel
  tags: TagModel
  tasks: TaskModel
  users: UserModel
  verificationTokens: VerificationTokenModel
}

/** What a client needs to know when it runs: paths, keys and relations. */
export const models = {
  accounts: { path: "accounts", key: ["provider", "providerAccountId"], relations: { user: "users" } },
  comments: { path: "comments", key: ["id"], relations: { author: "users", task: "tasks" } },
  projects: { path: "projects", key: ["id"], relations: { owner: "users", tasks: "tasks" } },
  sessions: { path: "sessions", key: ["sessionToken"], relations: { user: "users" } },
  tags: { path: "tags", key: ["id"], relations: { tasks: "tasks" } },
  tasks: { path: "tasks", key: ["id"], relations: { project: "projects", comments: "comments", tags: "tags" } },
  users: { path: "users", key: ["id"], relations: { accounts: "accounts", comments: "comments", projects: "projects", sessions: "sessions" } },
  verificationTokens: { path: "verification-tokens", key: ["identifier", "token"], relations: {  } },
} as const
