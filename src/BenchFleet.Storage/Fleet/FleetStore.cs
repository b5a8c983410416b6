using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Model;
using BenchFleet.Storage.Work;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Fleet;

/// <summary>Agents and their devices.</summary>
public sealed class FleetStore
{
    private readonly Writer _writer;
    private readonly Reader _reader;

    internal FleetStore(Writer writer, Reader reader) => (_writer, _reader) = (writer, reader);

    /// <summary>
    /// Idempotent. A new session ends the former session's leases in the same transaction; a changed fingerprint raises a device's epoch;
    /// a device that is not offered any more stays known, and gets no work.
    /// </summary>
    public Task<Registration> Register(
        string agentName, Guid session, string version, ImmutableArray<DeviceOffer> devices, DateTimeOffset now, CancellationToken cancel) =>
        _writer.Run(
            async context =>
            {
                var agent = await TakeOver(context, agentName, session, version, now, cancel);
                var known = await context.Devices.AsTracking().Where(row => row.AgentId == agent).ToDictionaryAsync(row => row.Name, cancel);
                foreach (var device in known.Values) device.Session = null;

                var registered = devices.Select(offer =>
                {
                    if (!known.TryGetValue(offer.Name, out var device))
                    {
                        device = NewDevice(agent, offer, now);
                        known.Add(offer.Name, device);
                        context.Add(device);
                    }

                    Offer(device, offer, session, now);
                    return new DeviceRegistration(offer.Name, device.Id, device.Epoch);
                }).ToImmutableArray();
                await context.SaveChangesAsync(cancel);
                return new Registration(agent, registered);
            },
            cancel);

    /// <summary>Notes that these agents were heard, all of them in one transaction.</summary>
    /// <returns>Those whose session is their current one.</returns>
    public Task<HashSet<(Guid Agent, Guid Session)>> Touch(IReadOnlySet<(Guid Agent, Guid Session)> heard, DateTimeOffset now, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            var (agents, sessions) = (heard.Select(one => one.Agent).ToArray(), heard.Select(one => one.Session).ToArray());
            await context.Agents.Where(row => agents.Contains(row.Id) && sessions.Contains(row.Session))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeenAt, now), cancel);
            await context.Devices.Where(row => agents.Contains(row.AgentId) && row.Session != null && sessions.Contains(row.Session.Value))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeenAt, now), cancel);
            var current = await context.Agents.Where(row => agents.Contains(row.Id)).Select(row => new { row.Id, row.Session }).ToListAsync(cancel);
            return current.Select(row => (row.Id, row.Session)).Where(heard.Contains).ToHashSet();
        },
        cancel);

    /// <summary>Devices that agents offer which were heard of since then.</summary>
    public Task<ImmutableArray<PresentDevice>> Present(DateTimeOffset since, CancellationToken cancel) => _reader.Query(
        async context =>
        {
            var rows = await (
                from device in context.Devices
                join work in context.Work on device.Id equals work.LeasedDeviceId into leased
                from work in leased.DefaultIfEmpty()
                where device.Session != null && device.LastSeenAt >= since
                select new { device.Id, device.DeviceClass, device.AgentId, device.Session, Work = (Guid?)work.Id, Attempt = (int?)work.Attempt }).ToListAsync(cancel);
            return rows.Select(row => new PresentDevice(
                row.Id, row.DeviceClass, row.AgentId, row.Session!.Value, row.Work is { } work ? (work, row.Attempt!.Value) : null)).ToImmutableArray();
        },
        cancel);

    /// <summary>By agent and name, with what each is doing.</summary>
    public Task<ImmutableArray<StoredDevice>> ListDevices(CancellationToken cancel) => _reader.Snapshot(
        async context =>
        {
            var rows = await (
                from device in context.Devices
                join agent in context.Agents on device.AgentId equals agent.Id
                join work in context.Work on device.Id equals work.LeasedDeviceId into leased
                from work in leased.DefaultIfEmpty()
                orderby agent.Name, device.Name
                select new { Device = device, AgentName = agent.Name, Work = (Guid?)work.Id, work.Label, work.Doing, work.Fraction }).ToListAsync(cancel);
            var sweeps = await OldestSweeps(context, cancel);
            return rows.Select(row => new StoredDevice(
                row.Device.Id, row.Device.Name, row.Device.AgentId, row.AgentName, row.Device.Epoch, row.Device.LastSeenAt,
                CanonicalJson.Read<DeviceFacts>(row.Device.FactsJson),
                row.Work is { } id ? sweeps[id].FirstOrDefault() : null, row.Work, row.Doing ?? row.Label, row.Fraction)).ToImmutableArray();
        },
        cancel);

    /// <summary>The sweeps of leased work, oldest first.</summary>
    private static async Task<ILookup<Guid, Guid?>> OldestSweeps(FleetContext context, CancellationToken cancel)
    {
        var links = await (
            from work in context.Work
            join link in context.WorkSweeps on work.Id equals link.WorkId
            join sweep in context.Sweeps on link.SweepId equals sweep.Id
            where work.State == WorkState.Leased
            orderby sweep.SubmittedAt, sweep.Id
            select new { Work = work.Id, Sweep = (Guid?)sweep.Id }).ToListAsync(cancel);
        return links.ToLookup(link => link.Work, link => link.Sweep);
    }

    private static async Task<Guid> TakeOver(FleetContext context, string name, Guid session, string version, DateTimeOffset now, CancellationToken cancel)
    {
        // The update locks the row: two processes of one name register one after the other.
        var known = await context.Agents.Where(row => row.Name == name).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeenAt, now), cancel);
        if (known == 0)
        {
            var added = new AgentRow { Id = Guid.CreateVersion7(now), Name = name, Session = session, Version = version, RegisteredAt = now, LastSeenAt = now };
            context.Add(added);
            await context.SaveChangesAsync(cancel);
            return added.Id;
        }

        var agent = await context.Agents.AsTracking().SingleAsync(row => row.Name == name, cancel);
        if (agent.Session != session) await EndLeasesOf(context, agent, now, cancel);
        (agent.Session, agent.Version) = (session, version);
        await context.SaveChangesAsync(cancel);
        return agent.Id;
    }

    private static async Task EndLeasesOf(FleetContext context, AgentRow agent, DateTimeOffset now, CancellationToken cancel)
    {
        var failure = new Failure(FailureKind.Infrastructure, "agent-restarted", "The agent started anew while it held this work.");
        var held = await context.WorkLeasedTo(agent.Id).Where(work => work.LeasedSession == agent.Session)
            .OrderBy(work => work.Id).Select(work => new { work.Id, work.Attempt }).ToListAsync(cancel);
        foreach (var work in held) await AttemptEnd.Expire(context, work.Id, work.Attempt, failure, now, cancel);
    }

    private static DeviceRow NewDevice(Guid agent, DeviceOffer offer, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        AgentId = agent,
        Name = offer.Name,
        Epoch = 1,
        Fingerprint = offer.Facts.Fingerprint,
        DeviceClass = "",
        IsaClass = "",
        RuntimeVersion = "",
        FactsJson = "",
        LastSeenAt = now,
    };

    private static void Offer(DeviceRow device, DeviceOffer offer, Guid session, DateTimeOffset now)
    {
        var facts = offer.Facts;
        if (device.Fingerprint != facts.Fingerprint) device.Epoch++;
        device.Fingerprint = facts.Fingerprint;
        device.DeviceClass = facts.Class;
        device.IsaClass = facts.IsaClass;
        device.RuntimeVersion = facts.RuntimeVersion;
        device.FactsJson = CanonicalJson.Write(facts);
        device.Session = session;
        device.LastSeenAt = now;
    }
}
