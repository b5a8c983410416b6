create table projects (
    name text not null constraint pk_projects primary key,
    created_at integer not null
);

insert into projects (name, created_at) values ('default', strftime('%s', 'now') * 1000000);

create table api_keys (
    id text not null constraint pk_api_keys primary key,
    project text not null,
    role text not null,
    name text not null,
    secret_hash text not null,
    created_at integer not null,
    expires_at integer null,
    revoked_at integer null,
    last_used_at integer null,
    constraint ck_api_keys_role check (role in ('Viewer', 'Submitter', 'Operator', 'Admin')),
    constraint fk_api_keys_project foreign key (project) references projects (name) on delete restrict
);

create table enrolment_tokens (
    id text not null constraint pk_enrolment_tokens primary key,
    name text not null,
    secret_hash text not null,
    created_at integer not null,
    expires_at integer not null,
    used_at integer null,
    used_by text null,
    constraint ck_enrolment_tokens_used check ((used_at is null) = (used_by is null))
);

create table agent_credentials (
    id text not null constraint pk_agent_credentials primary key,
    agent_id text not null,
    secret_hash text not null,
    created_at integer not null,
    replaces text null,
    revoked_at integer null,
    last_used_at integer null,
    constraint fk_agent_credentials_agent foreign key (agent_id) references agents (id) on delete restrict
);

create table audit_log (
    id text not null constraint pk_audit_log primary key,
    at integer not null,
    caller text not null,
    project text not null,
    action text not null,
    target text not null,
    status integer not null,
    address text not null
);

create table holds (
    subject text not null constraint pk_holds primary key,
    kind text not null,
    reason text not null,
    since integer not null,
    constraint ck_holds_kind check (kind in ('Drained', 'Quarantined'))
);

create table artifact_owners (
    hash text not null,
    owner text not null,
    constraint pk_artifact_owners primary key (hash, owner)
);

-- SQLite cannot change a primary key: the table is made anew.
create table library_entries_of_projects (
    project text not null,
    kind text not null,
    name text not null,
    hash text not null,
    bundle_json text not null,
    summary_json text not null,
    added_at integer not null,
    constraint pk_library_entries primary key (project, kind, name),
    constraint ck_library_entries_kind check (kind in ('Model', 'Dataset')),
    constraint fk_library_entries_project foreign key (project) references projects (name) on delete restrict
);

insert into library_entries_of_projects select 'default', kind, name, hash, bundle_json, summary_json, added_at from library_entries;
drop table library_entries;
alter table library_entries_of_projects rename to library_entries;

create index ix_agent_credentials_agent on agent_credentials (agent_id);
create index ix_api_keys_project on api_keys (project);
create index ix_audit_log_at on audit_log (at);
create index ix_library_entries_hash on library_entries (project, kind, hash);
