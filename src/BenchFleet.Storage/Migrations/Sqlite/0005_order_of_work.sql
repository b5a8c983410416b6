-- Work is read in the order of its index, however much of one sweep waits: ids are made in the order of time.
drop index ix_work_items_ready;
create index ix_work_items_ready on work_items (queue, project, priority, queued_at, rank, id) where state = 'Pending';

-- Every lease, and its end, writes all indexes anew and looks up what it refers to. An attempt refers to its device, and a device to its agent:
-- said once is enough. No query reads the others.
drop index ux_work_items_leased_device;
create unique index ux_work_items_leased_device on work_items (leased_device_id) where leased_device_id is not null;
drop index ix_work_items_device;
drop index ix_attempts_agent;

-- The way that SQLite's manual gives for dropping a constraint, short of making the table anew.
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, ',
    constraint fk_work_items_leased_device foreign key (leased_device_id) references devices (id) on delete restrict', '') where name = 'work_items';
update sqlite_schema set sql = replace(sql, '
    constraint fk_attempts_agent foreign key (agent_id) references agents (id) on delete restrict,', '') where name = 'attempts';
pragma writable_schema = reset;
