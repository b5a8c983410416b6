using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Storage.Access;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Fleet;

/// <param name="Subject">Id of the agent or device.</param>
public sealed record Hold(Guid Subject, HoldKind Kind, string Reason, DateTimeOffset Since);

/// <param name="Health">What its own failures made of it.</param>
/// <param name="ReservedProject">The only project that gets it.</param>
public sealed record DeviceStanding(DeviceHealth Health, string? ReservedProject);

/// <summary>Agents and devices that people took out of service. What they are doing they finish.</summary>
public sealed class HoldStore
{
    private readonly Writer _writer;
    private readonly Reader _reader;

    internal HoldStore(Writer writer, Reader reader) => (_writer, _reader) = (writer, reader);

    public Task<bool> HoldAgent(Hold hold, CancellationToken cancel) => Put(hold, context => context.Agents.AnyAsync(row => row.Id == hold.Subject, cancel), cancel);

    public Task<bool> HoldDevice(Hold hold, CancellationToken cancel) => Put(hold, context => context.Devices.AnyAsync(row => row.Id == hold.Subject, cancel), cancel);

    /// <summary>A device comes back with a clean record, whether a person or its own failures took it out.</summary>
    public Task Release(Guid subject, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            await context.Devices.Where(row => row.Id == subject && row.Health != DeviceHealth.Healthy).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Health, DeviceHealth.Healthy).SetProperty(row => row.Strikes, 0), cancel);
            return await context.Holds.Where(row => row.Subject == subject).ExecuteDeleteAsync(cancel);
        },
        cancel);

    public Task<bool> IsHeld(Guid subject, CancellationToken cancel) =>
        _reader.Query(context => context.Holds.AnyAsync(row => row.Subject == subject, cancel), cancel);

    public Task<ImmutableArray<Hold>> List(CancellationToken cancel) => _reader.Query(
        async context => (await context.Holds.OrderBy(row => row.Since).ToListAsync(cancel))
            .Select(row => new Hold(row.Subject, row.Kind, row.Reason, row.Since)).ToImmutableArray(),
        cancel);

    /// <summary>How every device stands, beside what people said of it.</summary>
    public Task<ImmutableDictionary<Guid, DeviceStanding>> Standings(CancellationToken cancel) => _reader.Query(
        async context => (await context.Devices.Select(row => new { row.Id, row.Health, row.ReservedProject }).ToListAsync(cancel))
            .ToImmutableDictionary(row => row.Id, row => new DeviceStanding(row.Health, row.ReservedProject)),
        cancel);

    /// <summary>Those that may get work: none of a held agent's.</summary>
    public Task<ImmutableArray<Guid>> Admitted(Guid agent, ImmutableArray<Guid> devices, CancellationToken cancel) => _reader.Query(
        async context =>
        {
            Guid[] subjects = [agent, .. devices];
            var held = await context.Holds.Where(row => subjects.Contains(row.Subject)).Select(row => row.Subject).ToListAsync(cancel);
            return held.Contains(agent) ? [] : devices.RemoveAll(held.Contains);
        },
        cancel);

    /// <summary>Every agent, by name.</summary>
    public Task<ImmutableArray<FleetAgent>> ListAgents(CancellationToken cancel) => _reader.Snapshot(
        async context =>
        {
            var agents = await context.Agents.OrderBy(row => row.Name).ToListAsync(cancel);
            var credentials = (await context.AgentCredentials.ToListAsync(cancel)).ToLookup(row => row.AgentId);
            var held = await context.Holds.Select(row => row.Subject).ToHashSetAsync(cancel);
            return agents.Select(agent =>
            {
                var good = credentials[agent.Id].Where(row => row.RevokedAt is null).MaxBy(row => row.CreatedAt);
                var revoked = good is null ? credentials[agent.Id].Max(row => row.RevokedAt) : null;
                return new FleetAgent(
                    agent.Id, agent.Name, agent.Version, agent.RegisteredAt, agent.LastSeenAt, good?.CreatedAt, revoked, held.Contains(agent.Id));
            }).ToImmutableArray();
        },
        cancel);

    /// <returns>False when there is no such subject.</returns>
    private Task<bool> Put(Hold hold, Func<FleetContext, Task<bool>> exists, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            if (!await exists(context)) return false;
            await context.Holds.Where(row => row.Subject == hold.Subject).ExecuteDeleteAsync(cancel);
            context.Add(new HoldRow { Subject = hold.Subject, Kind = hold.Kind, Reason = hold.Reason, Since = hold.Since });
            await context.SaveChangesAsync(cancel);
            return true;
        },
        cancel);
}
