-- Devices are never deleted, and a lease says whether its device exists before it is written: looking that up for every attempt and every
-- result once more guards nothing. The indexes served these references alone.
drop index ix_attempts_device;
drop index ix_evaluations_device;
drop index ix_blocks_device;
drop index ix_trials_device;

-- The way that SQLite's manual gives for dropping a constraint, short of making the table anew.
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '
    constraint fk_attempts_device foreign key (device_id) references devices (id) on delete restrict,', '') where name = 'attempts';
update sqlite_schema set sql = replace(sql, ',
    constraint fk_evaluations_device foreign key (device_id) references devices (id) on delete restrict', '') where name = 'evaluations';
update sqlite_schema set sql = replace(sql, '
    constraint fk_blocks_device foreign key (device_id) references devices (id) on delete restrict,', '') where name = 'blocks';
pragma writable_schema = reset;
