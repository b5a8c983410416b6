create table agents (
    id uuid not null,
    name text not null,
    session uuid not null,
    version text not null,
    registered_at timestamp with time zone not null,
    last_seen_at timestamp with time zone not null,
    constraint pk_agents primary key (id)
);

create table library_entries (
    kind text not null,
    name text not null,
    hash text not null,
    bundle_json text not null,
    summary_json text not null,
    added_at timestamp with time zone not null,
    constraint pk_library_entries primary key (kind, name),
    constraint ck_library_entries_kind check (kind in ('Model', 'Dataset'))
);

create table sweeps (
    id uuid not null,
    name text not null,
    state text not null,
    spec_json text not null,
    submitted_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    failure text,
    version bigint not null,
    constraint pk_sweeps primary key (id),
    constraint ck_sweeps_ended check ((state = 'Running') = (ended_at is null)),
    constraint ck_sweeps_state check (state in ('Running', 'Completed', 'Cancelled', 'Failed'))
);

create table variants (
    key text not null,
    model text not null,
    recipe_json text not null,
    bundle_json text not null,
    report_json text not null,
    made_at timestamp with time zone not null,
    constraint pk_variants primary key (key)
);

create table devices (
    id uuid not null,
    agent_id uuid not null,
    name text not null,
    session uuid,
    epoch integer not null,
    fingerprint text not null,
    device_class text not null,
    isa_class text not null,
    runtime_version text not null,
    facts_json text not null,
    last_seen_at timestamp with time zone not null,
    constraint pk_devices primary key (id),
    constraint ck_devices_epoch check (epoch >= 1),
    constraint fk_devices_agent foreign key (agent_id) references agents (id) on delete restrict
);

create table sweep_events (
    sweep_id uuid not null,
    sequence bigint not null,
    constraint pk_sweep_events primary key (sweep_id),
    constraint fk_sweep_events_sweep foreign key (sweep_id) references sweeps (id) on delete restrict
);

create table evaluations (
    variant_key text not null,
    isa_class text not null,
    provider text not null,
    runtime_version text not null,
    dataset text not null,
    sample_count integer not null,
    record_json text not null,
    device_id uuid not null,
    made_at timestamp with time zone not null,
    constraint pk_evaluations primary key (variant_key, isa_class, provider, runtime_version, dataset, sample_count),
    constraint ck_evaluations_samples check (sample_count >= 0),
    constraint fk_evaluations_device foreign key (device_id) references devices (id) on delete restrict
);

create table trials (
    id uuid not null,
    sweep_id uuid not null,
    number integer not null,
    model text not null,
    recipe_json text not null,
    variant_key text not null,
    runtime_json text not null,
    scenario text not null,
    device_id uuid not null,
    control boolean not null,
    state text not null,
    failure_json text,
    constraint pk_trials primary key (id),
    constraint ck_trials_scenario check (scenario in ('SingleStream', 'MultiStream', 'Server', 'Offline')),
    constraint ck_trials_state check (state in ('Waiting', 'Ready', 'Decided', 'Dominated', 'Failed', 'Cancelled')),
    constraint fk_trials_device foreign key (device_id) references devices (id) on delete restrict,
    constraint fk_trials_sweep foreign key (sweep_id) references sweeps (id) on delete restrict
);

create table work_items (
    id uuid not null,
    key text not null,
    kind text not null,
    state text not null,
    label text not null,
    order_json text not null,
    queued_at timestamp with time zone not null,
    rank integer not null,
    device_id uuid,
    isa_class text,
    provider text,
    runtime_version text,
    attempt integer not null,
    retry_base integer not null,
    not_before timestamp with time zone,
    last_failed_device_id uuid,
    leased_device_id uuid,
    leased_session uuid,
    lease_until timestamp with time zone,
    doing text,
    fraction double precision,
    failure_json text,
    created_at timestamp with time zone not null,
    updated_at timestamp with time zone not null,
    constraint pk_work_items primary key (id),
    constraint ck_work_items_attempt check (attempt >= 0 and retry_base >= 0 and retry_base <= attempt),
    constraint ck_work_items_evaluate check ((kind = 'Evaluate') = (isa_class is not null and provider is not null and runtime_version is not null)),
    constraint ck_work_items_failure check ((state = 'Failed') = (failure_json is not null)),
    constraint ck_work_items_kind check (kind in ('Prepare', 'Evaluate', 'Measure')),
    constraint ck_work_items_lease check ((state = 'Leased') = (lease_until is not null) and (state = 'Leased') = (leased_device_id is not null) and (state = 'Leased') = (leased_session is not null)),
    constraint ck_work_items_measure check ((kind = 'Measure') = (device_id is not null)),
    constraint ck_work_items_state check (state in ('Pending', 'Leased', 'Succeeded', 'Failed', 'Cancelled')),
    constraint fk_work_items_device foreign key (device_id) references devices (id) on delete restrict,
    constraint fk_work_items_leased_device foreign key (leased_device_id) references devices (id) on delete restrict
);

create table attempts (
    work_id uuid not null,
    attempt integer not null,
    agent_id uuid not null,
    device_id uuid not null,
    session uuid not null,
    request_id uuid not null,
    state text not null,
    leased_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    failure_kind text,
    failure_json text,
    outcome_hash text,
    late_outcome bytea,
    constraint pk_attempts primary key (work_id, attempt),
    constraint ck_attempts_attempt check (attempt >= 1),
    constraint ck_attempts_ended check ((state = 'Running') = (ended_at is null)),
    constraint ck_attempts_failure_kind check (failure_kind in ('User', 'Device', 'Infrastructure')),
    constraint ck_attempts_late check ((state = 'Late') = (late_outcome is not null)),
    constraint ck_attempts_state check (state in ('Running', 'Succeeded', 'Failed', 'Expired', 'Cancelled', 'Late')),
    constraint fk_attempts_agent foreign key (agent_id) references agents (id) on delete restrict,
    constraint fk_attempts_device foreign key (device_id) references devices (id) on delete restrict,
    constraint fk_attempts_work foreign key (work_id) references work_items (id) on delete restrict
);

create table work_sweeps (
    work_id uuid not null,
    sweep_id uuid not null,
    constraint pk_work_sweeps primary key (work_id, sweep_id),
    constraint fk_work_sweeps_sweep foreign key (sweep_id) references sweeps (id) on delete restrict,
    constraint fk_work_sweeps_work foreign key (work_id) references work_items (id) on delete restrict
);

create table blocks (
    id uuid not null,
    sweep_id uuid not null,
    work_id uuid not null,
    attempt integer not null,
    device_id uuid not null,
    device_epoch integer not null,
    round integer not null,
    committed_at timestamp with time zone not null,
    constraint pk_blocks primary key (id),
    constraint ck_blocks_round check (round >= 1),
    constraint fk_blocks_attempt foreign key (work_id, attempt) references attempts (work_id, attempt) on delete restrict,
    constraint fk_blocks_device foreign key (device_id) references devices (id) on delete restrict,
    constraint fk_blocks_sweep foreign key (sweep_id) references sweeps (id) on delete restrict
);

create table launches (
    block_id uuid not null,
    position integer not null,
    trial_id uuid not null,
    failure_json text,
    count integer,
    p50_ns double precision,
    p90_ns double precision,
    p99_ns double precision,
    conservative_p90_ns double precision,
    samples_per_second double precision,
    samples_per_query integer,
    calls_per_entry integer,
    load_ns bigint,
    first_inference_ns bigint,
    peak_rss_bytes bigint,
    flags_json text,
    energy_json text,
    measurement_json text,
    latencies_ns bytea,
    constraint pk_launches primary key (block_id, position),
    constraint ck_launches_outcome check ((failure_json is null) = (measurement_json is not null) and (measurement_json is null) = (latencies_ns is null) and (measurement_json is null) = (p50_ns is null)),
    constraint ck_launches_position check (position >= 0),
    constraint fk_launches_block foreign key (block_id) references blocks (id) on delete restrict,
    constraint fk_launches_trial foreign key (trial_id) references trials (id) on delete restrict
);

create unique index ux_agents_name on agents (name);
create index ix_attempts_agent on attempts (agent_id);
create index ix_attempts_device on attempts (device_id);
create unique index ux_attempts_request_device on attempts (request_id, device_id);
create index ix_blocks_attempt on blocks (work_id, attempt);
create index ix_blocks_device on blocks (device_id);
create index ix_blocks_sweep on blocks (sweep_id);
create unique index ux_blocks_work on blocks (work_id);
create unique index ux_devices_agent_name on devices (agent_id, name);
create index ix_evaluations_device on evaluations (device_id);
create index ix_launches_trial on launches (trial_id);
create index ix_library_entries_hash on library_entries (kind, hash);
create index ix_sweeps_state_submitted on sweeps (state, submitted_at);
create index ix_trials_device on trials (device_id);
create unique index ux_trials_sweep_number on trials (sweep_id, number);
create index ix_work_items_device on work_items (device_id);
create index ix_work_items_lease_until on work_items (lease_until) where state = 'Leased';
create index ix_work_items_pending on work_items (queued_at, rank) where state = 'Pending';
create unique index ux_work_items_key on work_items (key);
create unique index ux_work_items_leased_device on work_items (leased_device_id);
create index ix_work_sweeps_sweep on work_sweeps (sweep_id);
