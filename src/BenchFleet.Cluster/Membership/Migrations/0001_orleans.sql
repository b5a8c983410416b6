-- What the ADO.NET providers of Orleans expect: tables, columns, query keys and parameters are named by them, the statements are ours.
-- The providers find every statement in orleansquery and run nothing else.
-- Two things differ from the usual statements on purpose. Heartbeats carry the clock of the database, not the node's, so that their age can
-- be told whatever the nodes' clocks say. And each change is one statement: it counts if the version row still was what the caller had read.

create table if not exists orleansquery (
    querykey varchar(64) not null,
    querytext varchar(8000) not null,
    constraint pk_orleansquery primary key (querykey)
);

create table if not exists orleansmembershipversiontable (
    deploymentid varchar(150) not null,
    timestamp timestamptz(3) not null default now(),
    version integer not null default 0,
    constraint pk_orleansmembershipversion primary key (deploymentid)
);

create table if not exists orleansmembershiptable (
    deploymentid varchar(150) not null,
    address varchar(45) not null,
    port integer not null,
    generation integer not null,
    siloname varchar(150) not null,
    hostname varchar(150) not null,
    status integer not null,
    proxyport integer null,
    suspecttimes varchar(8000) null,
    starttime timestamptz(3) not null,
    iamalivetime timestamptz(3) not null,
    constraint pk_orleansmembership primary key (deploymentid, address, port, generation),
    constraint fk_orleansmembership_version foreign key (deploymentid) references orleansmembershipversiontable (deploymentid)
) with (fillfactor = 50);

create table if not exists orleansreminderstable (
    serviceid varchar(150) not null,
    grainid varchar(150) not null,
    remindername varchar(150) not null,
    starttime timestamptz(3) not null,
    period bigint not null,
    grainhash integer not null,
    version integer not null,
    constraint pk_orleansreminders primary key (serviceid, grainid, remindername)
);

create index if not exists ix_orleansreminders_hash on orleansreminderstable (serviceid, grainhash);

insert into orleansquery (querykey, querytext) values
('InsertMembershipVersionKey', $q$
    with added as (
        insert into orleansmembershipversiontable (deploymentid) values (@DeploymentId) on conflict do nothing returning 1)
    select count(*)::integer from added
$q$),
('InsertMembershipKey', $q$
    with current as (
        update orleansmembershipversiontable set version = version + 1, timestamp = now()
        where deploymentid = @DeploymentId and version = @Version
            and not exists (
                select 1 from orleansmembershiptable
                where deploymentid = @DeploymentId and address = @Address and port = @Port and generation = @Generation)
        returning deploymentid),
    added as (
        insert into orleansmembershiptable
            (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
        select deploymentid, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, clock_timestamp()
        from current
        returning 1)
    select count(*)::integer from added
$q$),
('UpdateMembershipKey', $q$
    with current as (
        update orleansmembershipversiontable set version = version + 1, timestamp = now()
        where deploymentid = @DeploymentId and version = @Version
            and exists (
                select 1 from orleansmembershiptable
                where deploymentid = @DeploymentId and address = @Address and port = @Port and generation = @Generation)
        returning deploymentid),
    changed as (
        update orleansmembershiptable member set status = @Status, suspecttimes = @SuspectTimes
        from current
        where member.deploymentid = current.deploymentid
            and member.address = @Address and member.port = @Port and member.generation = @Generation
        returning 1)
    select count(*)::integer from changed
$q$),
('UpdateIAmAlivetimeKey', $q$
    update orleansmembershiptable set iamalivetime = clock_timestamp()
    where deploymentid = @DeploymentId and address = @Address and port = @Port and generation = @Generation
$q$),
('MembershipReadRowKey', $q$
    select v.deploymentid as "DeploymentId", m.address as "Address", m.port as "Port", m.generation as "Generation",
        m.siloname as "SiloName", m.hostname as "HostName", m.status as "Status", m.proxyport as "ProxyPort",
        m.suspecttimes as "SuspectTimes", m.starttime as "StartTime", m.iamalivetime as "IAmAliveTime", v.version as "Version"
    from orleansmembershipversiontable v
    left join orleansmembershiptable m
        on m.deploymentid = v.deploymentid and m.address = @Address and m.port = @Port and m.generation = @Generation
    where v.deploymentid = @DeploymentId
$q$),
('MembershipReadAllKey', $q$
    select v.deploymentid as "DeploymentId", m.address as "Address", m.port as "Port", m.generation as "Generation",
        m.siloname as "SiloName", m.hostname as "HostName", m.status as "Status", m.proxyport as "ProxyPort",
        m.suspecttimes as "SuspectTimes", m.starttime as "StartTime", m.iamalivetime as "IAmAliveTime", v.version as "Version"
    from orleansmembershipversiontable v
    left join orleansmembershiptable m on m.deploymentid = v.deploymentid
    where v.deploymentid = @DeploymentId
$q$),
('DeleteMembershipTableEntriesKey', $q$
    with gone as (delete from orleansmembershiptable where deploymentid = @DeploymentId)
    delete from orleansmembershipversiontable where deploymentid = @DeploymentId
$q$),
('GatewaysQueryKey', $q$
    select address as "Address", proxyport as "ProxyPort", generation as "Generation"
    from orleansmembershiptable
    where deploymentid = @DeploymentId and status = @Status and proxyport > 0
$q$),
('CleanupDefunctSiloEntriesKey', $q$
    delete from orleansmembershiptable where deploymentid = @DeploymentId and iamalivetime < @IAmAliveTime and status <> 3
$q$),
('UpsertReminderRowKey', $q$
    insert into orleansreminderstable (serviceid, grainid, remindername, starttime, period, grainhash, version)
    values (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
    on conflict (serviceid, grainid, remindername) do update
        set starttime = excluded.starttime, period = excluded.period, grainhash = excluded.grainhash,
            version = orleansreminderstable.version + 1
    returning version as "Version"
$q$),
('ReadReminderRowsKey', $q$
    select grainid as "GrainId", remindername as "ReminderName", starttime as "StartTime", period as "Period", version as "Version"
    from orleansreminderstable
    where serviceid = @ServiceId and grainid = @GrainId
$q$),
('ReadReminderRowKey', $q$
    select grainid as "GrainId", remindername as "ReminderName", starttime as "StartTime", period as "Period", version as "Version"
    from orleansreminderstable
    where serviceid = @ServiceId and grainid = @GrainId and remindername = @ReminderName
$q$),
('ReadRangeRows1Key', $q$
    select grainid as "GrainId", remindername as "ReminderName", starttime as "StartTime", period as "Period", version as "Version"
    from orleansreminderstable
    where serviceid = @ServiceId and grainhash > @BeginHash and grainhash <= @EndHash
$q$),
('ReadRangeRows2Key', $q$
    select grainid as "GrainId", remindername as "ReminderName", starttime as "StartTime", period as "Period", version as "Version"
    from orleansreminderstable
    where serviceid = @ServiceId and (grainhash > @BeginHash or grainhash <= @EndHash)
$q$),
('DeleteReminderRowKey', $q$
    with gone as (
        delete from orleansreminderstable
        where serviceid = @ServiceId and grainid = @GrainId and remindername = @ReminderName and version = @Version
        returning 1)
    select count(*)::integer from gone
$q$),
('DeleteReminderRowsKey', $q$
    delete from orleansreminderstable where serviceid = @ServiceId
$q$)
on conflict (querykey) do update set querytext = excluded.querytext;
