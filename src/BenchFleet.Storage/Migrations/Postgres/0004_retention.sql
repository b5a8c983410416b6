alter table sweeps add column samples_dropped_at timestamp with time zone;
