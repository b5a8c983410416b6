alter table sweeps add column project text not null default 'default';
alter table sweeps add column priority text not null default 'Normal';

alter table work_items add column project text not null default 'default';
alter table work_items add column priority text not null default 'Normal';
alter table work_items add column queue text not null default 'any';
alter table work_items add column expected_seconds real not null default 30.0;
alter table work_items add column artifact text null;
update work_items set queue = case kind
    when 'Measure' then 'device:' || lower(device_id)
    when 'Evaluate' then 'isa:' || isa_class || ':' || provider || ':' || runtime_version
    else 'any' end;

alter table devices add column health text not null default 'Healthy';
alter table devices add column strikes integer not null default 0;
alter table devices add column health_since integer null;
alter table devices add column reserved_project text null;

create table pool_epochs (
    key text not null constraint pk_pool_epochs primary key,
    epoch integer not null,
    activated_at integer not null,
    constraint ck_pool_epochs_epoch check (epoch >= 1)
);

create table project_quotas (
    project text not null constraint pk_project_quotas primary key,
    weight real not null,
    device_seconds real null,
    constraint ck_project_quotas_device_seconds check (device_seconds >= 0),
    constraint ck_project_quotas_weight check (weight > 0)
);

create table project_usage (
    project text not null,
    pool text not null,
    used_seconds real not null,
    constraint pk_project_usage primary key (project, pool)
);

create index ix_work_items_ready on work_items (queue, project, priority, queued_at, rank) where state = 'Pending';
