alter table sweeps add column samples_dropped_at integer null;
