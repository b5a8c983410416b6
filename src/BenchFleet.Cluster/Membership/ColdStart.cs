using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Cluster.Membership;

/// <summary>
/// Lets a cluster begin anew after all of its nodes were lost at once. A joining node asks every node that the table calls active, and the
/// table calls nodes active that nobody was left to declare dead: at their old addresses nobody will ever answer (reference: orchestration,
/// pitfall 9). So before a node joins: when nobody answers at any member's address and no heartbeat came for a while, all are called dead.
/// One member that lives is enough to leave the table alone: finding out about the others is then its work.
/// </summary>
internal sealed partial class ColdStart(MemberTable table, ColdStartTimes times, TimeProvider clock, ILogger<ColdStart> log)
{
    public async Task Run(CancellationToken cancel)
    {
        var seen = await table.NotDead(cancel);
        while (!seen.IsEmpty)
        {
            var first = seen;
            if (await AnyAnswers(first, cancel)) return;
            if (first.All(member => member.Silent > times.Silence) && await table.BuryAll(first, cancel))
            {
                LogBuried(first.Length);
                return;
            }

            await Task.Delay(times.Look, clock, cancel);
            seen = await table.NotDead(cancel);
            if (seen.Any(member => GaveSign(member, first))) return;
        }
    }

    private static bool GaveSign(Member member, ImmutableArray<Member> before) =>
        before.All(other => other.Generation != member.Generation || !other.Address.Equals(member.Address) || other.AliveAt != member.AliveAt);

    /// <summary>Somebody listens there. Whoever has been silent for longer than any node can be may be a stranger on the same port, or hang:
    /// it does not count.</summary>
    private async Task<bool> AnyAnswers(ImmutableArray<Member> members, CancellationToken cancel)
    {
        var asked = members.Where(member => member.Silent < times.LongestSilence).Select(member => Doorbell.Answers(member.Address, times.Answer, clock, cancel));
        return (await Task.WhenAll(asked)).Contains(true);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No node of the cluster lives: {Count} are called dead, and this node begins it anew.")]
    private partial void LogBuried(int count);
}

/// <param name="Silence">A member that nobody can reach is gone after this long without a heartbeat.</param>
/// <param name="LongestSilence">A member is gone after this long whoever answers at its address: nodes back off to 64 s when the database
/// was away.</param>
/// <param name="Answer">How long a connection may take.</param>
/// <param name="Look">How often the table is looked at.</param>
internal sealed record ColdStartTimes(TimeSpan Silence, TimeSpan LongestSilence, TimeSpan Answer, TimeSpan Look)
{
    public static ColdStartTimes Of(ClusterSettings options) => new(
        options.Heartbeat * 3, TimeSpan.FromSeconds(90) + options.Heartbeat * 3, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(200));
}
