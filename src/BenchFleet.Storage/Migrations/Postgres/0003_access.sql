create table projects (
    name text not null,
    created_at timestamp with time zone not null,
    constraint pk_projects primary key (name)
);

insert into projects (name, created_at) values ('default', now());

create table api_keys (
    id uuid not null,
    project text not null,
    role text not null,
    name text not null,
    secret_hash text not null,
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    constraint pk_api_keys primary key (id),
    constraint ck_api_keys_role check (role in ('Viewer', 'Submitter', 'Operator', 'Admin')),
    constraint fk_api_keys_project foreign key (project) references projects (name) on delete restrict
);

create table enrolment_tokens (
    id uuid not null,
    name text not null,
    secret_hash text not null,
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    used_at timestamp with time zone,
    used_by uuid,
    constraint pk_enrolment_tokens primary key (id),
    constraint ck_enrolment_tokens_used check ((used_at is null) = (used_by is null))
);

create table agent_credentials (
    id uuid not null,
    agent_id uuid not null,
    secret_hash text not null,
    created_at timestamp with time zone not null,
    replaces uuid,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    constraint pk_agent_credentials primary key (id),
    constraint fk_agent_credentials_agent foreign key (agent_id) references agents (id) on delete restrict
);

create table audit_log (
    id uuid not null,
    at timestamp with time zone not null,
    caller text not null,
    project text not null,
    action text not null,
    target text not null,
    status integer not null,
    address text not null,
    constraint pk_audit_log primary key (id)
);

create table holds (
    subject uuid not null,
    kind text not null,
    reason text not null,
    since timestamp with time zone not null,
    constraint pk_holds primary key (subject),
    constraint ck_holds_kind check (kind in ('Drained', 'Quarantined'))
);

create table artifact_owners (
    hash text not null,
    owner text not null,
    constraint pk_artifact_owners primary key (hash, owner)
);

create index ix_agent_credentials_agent on agent_credentials (agent_id);
create index ix_api_keys_project on api_keys (project);
create index ix_audit_log_at on audit_log (at);

alter table library_entries add column project text not null default 'default';
alter table library_entries alter column project drop default;
alter table library_entries drop constraint pk_library_entries;
alter table library_entries add constraint pk_library_entries primary key (project, kind, name);
alter table library_entries add constraint fk_library_entries_project foreign key (project) references projects (name) on delete restrict;
drop index ix_library_entries_hash;
create index ix_library_entries_hash on library_entries (project, kind, hash);
