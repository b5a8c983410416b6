alter table sweeps add column project text not null default 'default';
alter table sweeps add column priority text not null default 'Normal';

alter table work_items add column project text not null default 'default';
alter table work_items add column priority text not null default 'Normal';
alter table work_items add column queue text not null default 'any';
alter table work_items add column expected_seconds double precision not null default 30.0;
alter table work_items add column artifact text;
update work_items set queue = case kind
    when 'Measure' then 'device:' || device_id
    when 'Evaluate' then 'isa:' || isa_class || ':' || provider || ':' || runtime_version
    else 'any' end;

alter table devices add column health text not null default 'Healthy';
alter table devices add column strikes integer not null default 0;
alter table devices add column health_since timestamp with time zone;
alter table devices add column reserved_project text;

create table pool_epochs (
    key text not null,
    epoch bigint not null,
    activated_at timestamp with time zone not null,
    constraint pk_pool_epochs primary key (key),
    constraint ck_pool_epochs_epoch check (epoch >= 1)
);

create table project_quotas (
    project text not null,
    weight double precision not null,
    device_seconds double precision,
    constraint pk_project_quotas primary key (project),
    constraint ck_project_quotas_weight check (weight > 0),
    constraint ck_project_quotas_device_seconds check (device_seconds >= 0)
);

create table project_usage (
    project text not null,
    pool text not null,
    used_seconds double precision not null,
    constraint pk_project_usage primary key (project, pool)
);

create index ix_work_items_ready on work_items (queue, project, priority, queued_at, rank) where state = 'Pending';

-- Ends the whole batch that it is the first statement of, unless the caller is the newest owner of its key.
create function check_pool_epoch(pool text, owned bigint) returns void language plpgsql as $$
begin
    perform 1 from pool_epochs where key = pool and epoch = owned for share;
    if not found then
        raise exception 'pool % has another owner than epoch %', pool, owned using errcode = 'BF001';
    end if;
end $$;
