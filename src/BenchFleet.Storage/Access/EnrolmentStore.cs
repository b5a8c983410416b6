using System.Collections.Immutable;
using BenchFleet.Core.Access;
using BenchFleet.Core.Hashing;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Access;

/// <summary>How agents get in, stay in, and are thrown out.</summary>
public sealed class EnrolmentStore
{
    private readonly Writer _writer;
    private readonly Reader _reader;

    internal EnrolmentStore(Writer writer, Reader reader) => (_writer, _reader) = (writer, reader);

    public Task AddToken(Guid id, string name, ContentHash secretHash, DateTimeOffset now, DateTimeOffset expires, CancellationToken cancel) =>
        _writer.Run(
            context =>
            {
                context.Add(new EnrolmentTokenRow { Id = id, Name = name, SecretHash = secretHash, CreatedAt = now, ExpiresAt = expires });
                return context.SaveChangesAsync(cancel);
            },
            cancel);

    public Task<ImmutableArray<EnrolmentToken>> ListTokens(CancellationToken cancel) => _reader.Query(
        async context => (await (
            from token in context.EnrolmentTokens
            join credential in context.AgentCredentials on token.UsedBy equals credential.Id into used
            from credential in used.DefaultIfEmpty()
            join agent in context.Agents on credential.AgentId equals agent.Id into agents
            from agent in agents.DefaultIfEmpty()
            orderby token.CreatedAt descending, token.Id
            select new { token.Id, token.Name, token.CreatedAt, token.ExpiresAt, token.UsedAt, Agent = agent.Name }).ToListAsync(cancel))
            .Select(row => new EnrolmentToken(row.Id, row.Name, row.CreatedAt, row.ExpiresAt, row.UsedAt, row.Agent)).ToImmutableArray(),
        cancel);

    /// <summary>
    /// Spends the token. The agent made the credential's secret itself and sends only its hash, so asking again after a lost answer is
    /// the same request and gives the same answer; the same token with any other credential is refused.
    /// </summary>
    public Task<EnrolResult> Enrol(
        Credential token, string agentName, Guid credential, ContentHash secretHash, DateTimeOffset now, CancellationToken cancel) =>
        _writer.Run(
            async context =>
            {
                // The update locks the row: of two who come with one token, the second sees what the first did.
                await context.EnrolmentTokens.Where(row => row.Id == token.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.SecretHash, row => row.SecretHash), cancel);
                var known = await context.EnrolmentTokens.AsTracking().SingleOrDefaultAsync(row => row.Id == token.Id, cancel);
                if (known is null || !token.Matches(known.SecretHash)) return EnrolResult.TokenRefused;
                if (known.UsedBy is not null)
                {
                    var same = await context.AgentCredentials.AnyAsync(
                        row => row.Id == credential && row.Id == known.UsedBy && row.SecretHash == secretHash && row.RevokedAt == null, cancel);
                    return same ? EnrolResult.Enrolled : EnrolResult.TokenRefused;
                }

                if (known.ExpiresAt <= now) return EnrolResult.TokenRefused;
                var agent = await AgentNamed(context, agentName, now, cancel);
                if (await context.AgentCredentials.AnyAsync(row => row.AgentId == agent && row.RevokedAt == null, cancel)
                    || await context.AgentCredentials.AnyAsync(row => row.Id == credential, cancel)) return EnrolResult.NameTaken;

                context.Add(new AgentCredentialRow { Id = credential, AgentId = agent, SecretHash = secretHash, CreatedAt = now });
                (known.UsedAt, known.UsedBy) = (now, credential);
                await context.SaveChangesAsync(cancel);
                return EnrolResult.Enrolled;
            },
            cancel);

    public Task<AgentCredential?> FindCredential(Guid id, CancellationToken cancel) => _reader.Query(
        async context => await context.AgentCredentials.Where(row => row.Id == id)
            .Join(context.Agents, row => row.AgentId, agent => agent.Id, (row, agent) => new { row, agent.Name }).SingleOrDefaultAsync(cancel) is { } found
            ? new AgentCredential(found.row.Id, found.row.AgentId, found.Name, found.row.SecretHash, found.row.Replaces, found.row.RevokedAt, found.row.LastUsedAt)
            : null,
        cancel);

    public Task<string?> NameOf(Guid agent, CancellationToken cancel) =>
        _reader.Query(context => context.Agents.Where(row => row.Id == agent).Select(row => row.Name).SingleOrDefaultAsync(cancel), cancel);

    /// <summary>Its first use ends the credential that it replaces.</summary>
    public Task Touch(AgentCredential credential, DateTimeOffset now, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            await context.AgentCredentials.Where(row => row.Id == credential.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, now), cancel);
            return await context.AgentCredentials.Where(row => row.Id == credential.Replaces && row.RevokedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, now), cancel);
        },
        cancel);

    /// <summary>
    /// A new credential for an agent that has one. The old one stays good until the new one is used, so that a lost answer locks nobody out.
    /// False when another credential has the id, or the old one was revoked meanwhile.
    /// </summary>
    public Task<bool> Rotate(AgentCredential old, Guid credential, ContentHash secretHash, DateTimeOffset now, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            var there = await context.AgentCredentials.SingleOrDefaultAsync(row => row.Id == credential, cancel);
            if (there is not null) return there.AgentId == old.Agent && there.SecretHash == secretHash && there.RevokedAt is null;
            var good = await context.AgentCredentials.Where(row => row.Id == old.Id && row.RevokedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, now), cancel);
            if (good == 0) return false;

            // One successor at a time: what an earlier rotation left unused is no way in.
            await context.AgentCredentials.Where(row => row.Replaces == old.Id && row.RevokedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, now), cancel);
            context.Add(new AgentCredentialRow { Id = credential, AgentId = old.Agent, SecretHash = secretHash, CreatedAt = now, Replaces = old.Id });
            await context.SaveChangesAsync(cancel);
            return true;
        },
        cancel);

    /// <summary>Ends every credential of the agent; false when there is no such agent.</summary>
    public Task<bool> Revoke(Guid agent, DateTimeOffset now, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            await context.AgentCredentials.Where(row => row.AgentId == agent && row.RevokedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, now), cancel);
            return await context.Agents.AnyAsync(row => row.Id == agent, cancel);
        },
        cancel);

    private static async Task<Guid> AgentNamed(FleetContext context, string name, DateTimeOffset now, CancellationToken cancel)
    {
        if (await context.Agents.SingleOrDefaultAsync(row => row.Name == name, cancel) is { } known) return known.Id;
        // No session yet: it registers next.
        var added = new AgentRow { Id = Guid.CreateVersion7(now), Name = name, Session = Guid.Empty, Version = "", RegisteredAt = now, LastSeenAt = now };
        context.Add(added);
        await context.SaveChangesAsync(cancel);
        return added.Id;
    }
}
