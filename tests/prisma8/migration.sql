-- The database that `prisma db init` of 8.0.0-rc.19 makes of contract.prisma, with its marker.

CREATE SCHEMA prisma_contract;
CREATE TABLE prisma_contract.marker (
    space text DEFAULT 'app'::text NOT NULL,
    core_hash text NOT NULL,
    profile_hash text NOT NULL,
    contract_json jsonb,
    canonical_version integer,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    app_tag text,
    meta jsonb DEFAULT '{}'::jsonb NOT NULL,
    invariants text[] DEFAULT '{}'::text[] NOT NULL
);
CREATE TABLE public."Label" (
    id integer NOT NULL,
    name text NOT NULL
);
CREATE SEQUENCE public."Label_id_seq"
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public."Label_id_seq" OWNED BY public."Label".id;
CREATE TABLE public."Note" (
    author_id text NOT NULL,
    id integer NOT NULL,
    title text NOT NULL
);
CREATE TABLE public."NoteLabel" (
    "labelId" integer NOT NULL,
    "noteId" integer NOT NULL
);
CREATE SEQUENCE public."Note_id_seq"
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public."Note_id_seq" OWNED BY public."Note".id;
CREATE TABLE public."Profile" (
    "accountId" text NOT NULL,
    bio text NOT NULL
);
CREATE TABLE public.accounts (
    active boolean DEFAULT true NOT NULL,
    amount numeric DEFAULT '0'::numeric NOT NULL,
    big bigint DEFAULT '0'::bigint NOT NULL,
    "createdAt" timestamp with time zone DEFAULT now() NOT NULL,
    cu text NOT NULL,
    display_name text,
    email text NOT NULL,
    id text NOT NULL,
    "managerId" text,
    meta jsonb,
    role text DEFAULT 'user'::text NOT NULL,
    score double precision DEFAULT 1.5 NOT NULL,
    short text NOT NULL,
    tags text[] NOT NULL,
    token text NOT NULL,
    ul text NOT NULL,
    "updatedAt" timestamp with time zone NOT NULL,
    v4 text NOT NULL,
    CONSTRAINT accounts_role_check_b73ac96c CHECK ((role = ANY (ARRAY['admin'::text, 'user'::text]))),
    CONSTRAINT accounts_tags_elem_not_null_aecbe9e2 CHECK ((array_position(tags, NULL::text) IS NULL))
);
ALTER TABLE public."Label" ALTER COLUMN id SET DEFAULT nextval('public."Label_id_seq"'::regclass);
ALTER TABLE public."Note" ALTER COLUMN id SET DEFAULT nextval('public."Note_id_seq"'::regclass);
ALTER TABLE prisma_contract.marker
    ADD CONSTRAINT marker_pkey PRIMARY KEY (space);
ALTER TABLE public."Label"
    ADD CONSTRAINT "Label_name_key" UNIQUE (name);
ALTER TABLE public."Label"
    ADD CONSTRAINT "Label_pkey" PRIMARY KEY (id);
ALTER TABLE public."NoteLabel"
    ADD CONSTRAINT "NoteLabel_pkey" PRIMARY KEY ("noteId", "labelId");
ALTER TABLE public."Note"
    ADD CONSTRAINT "Note_pkey" PRIMARY KEY (id);
ALTER TABLE public."Note"
    ADD CONSTRAINT "Note_title_author_id_key" UNIQUE (title, author_id);
ALTER TABLE public."Profile"
    ADD CONSTRAINT "Profile_pkey" PRIMARY KEY ("accountId");
ALTER TABLE public.accounts
    ADD CONSTRAINT accounts_email_key UNIQUE (email);
ALTER TABLE public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);
CREATE INDEX "NoteLabel_labelId_idx_e2585939" ON public."NoteLabel" USING btree ("labelId");
CREATE INDEX "NoteLabel_noteId_idx_0612c5b1" ON public."NoteLabel" USING btree ("noteId");
CREATE INDEX "Note_author_id_idx_f3862461" ON public."Note" USING btree (author_id);
CREATE INDEX "accounts_managerId_idx_f8369ba6" ON public.accounts USING btree ("managerId");
ALTER TABLE public."NoteLabel"
    ADD CONSTRAINT "NoteLabel_labelId_fkey" FOREIGN KEY ("labelId") REFERENCES public."Label"(id);
ALTER TABLE public."NoteLabel"
    ADD CONSTRAINT "NoteLabel_noteId_fkey" FOREIGN KEY ("noteId") REFERENCES public."Note"(id);
ALTER TABLE public."Note"
    ADD CONSTRAINT "Note_author_id_fkey" FOREIGN KEY (author_id) REFERENCES public.accounts(id);
ALTER TABLE public."Profile"
    ADD CONSTRAINT "Profile_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE public.accounts
    ADD CONSTRAINT "accounts_managerId_fkey" FOREIGN KEY ("managerId") REFERENCES public.accounts(id);
INSERT INTO prisma_contract.marker (space, core_hash, profile_hash) VALUES
    ('app', 'dc6ecff7027c6c69f01b600cfcc93ca62f64cb8ad99cde3830dcfb183feb629f', '3916f444a8a17ad749191acf9e08dad97d1a327b88c2f1d45d12f240296aa8b2');
