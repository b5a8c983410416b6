-- Devices are never deleted, and a lease says whether its device exists before it is written: looking that up, and locking the device, for
-- every attempt and every result once more guards nothing. The indexes served these references alone.
alter table attempts drop constraint fk_attempts_device;
alter table evaluations drop constraint fk_evaluations_device;
alter table blocks drop constraint fk_blocks_device;
drop index ix_attempts_device;
drop index ix_evaluations_device;
drop index ix_blocks_device;
drop index ix_trials_device;

-- Every attempt ends once, which changes no indexed column: with room on its page the new version needs no new index entries.
alter table attempts set (fillfactor = 50);
