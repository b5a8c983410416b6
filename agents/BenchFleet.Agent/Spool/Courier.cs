using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Agent.Spool;

internal enum Delivery
{
    /// <summary>Acknowledged; of all that waits, when everything was.</summary>
    Done,

    /// <summary>The server cannot take it now.</summary>
    Away,

    /// <summary>The server wants another token.</summary>
    Denied,

    /// <summary>The server will never take it.</summary>
    Impossible,
}

/// <summary>
/// Brings outcomes to the server: written down first, sent, deleted once acknowledged. The server takes the same outcome twice without
/// harm, so a kill between sending and deleting does no damage.
/// </summary>
internal sealed partial class Courier(OutcomeSpool spool, BenchFleetClient client, ILogger log)
{
    // Outcomes that the disk had no room for; lost with the process, which is why the disk comes first.
    private readonly List<SpooledOutcome> _unwritten = [];
    private readonly News _news = new();

    public async Task Post(SpooledOutcome outcome, CancellationToken cancel)
    {
        try
        {
            spool.Put(outcome);
        }
        catch (IOException fault)
        {
            NotWritten(log, fault, outcome.Commit.Work);
            _unwritten.Add(outcome);
        }

        await Deliver(cancel);
    }

    /// <summary>Sends what waits, oldest first, until something has to go on waiting.</summary>
    public async Task<Delivery> Deliver(CancellationToken cancel)
    {
        foreach (var outcome in spool.Waiting())
        {
            var delivery = await Send(outcome, cancel);
            if (delivery is Delivery.Away or Delivery.Denied) return delivery;
            if (delivery == Delivery.Done) spool.Delete(outcome);
            else spool.SetAside(outcome);
        }

        foreach (var outcome in _unwritten.ToList())
        {
            var delivery = await Send(outcome, cancel);
            if (delivery is Delivery.Away or Delivery.Denied) return delivery;
            _unwritten.Remove(outcome);
        }

        return Delivery.Done;
    }

    private async Task<Delivery> Send(SpooledOutcome outcome, CancellationToken cancel)
    {
        var commit = outcome.Commit;
        switch (await client.Commit(outcome.Agent, commit, cancel))
        {
            case ApiResult<CommitAnswer>.Ok { Value.Status: var status }:
                _news.Over();
                Delivered(log, commit.Work, commit.Attempt, status);
                return Delivery.Done;
            case ApiResult<CommitAnswer>.Refused { Problem: { Status: 401 or 403 } problem }:
                if (_news.Is(problem.Detail)) Waits(log, commit.Work, commit.Attempt, problem.Detail);
                return Delivery.Denied;
            case ApiResult<CommitAnswer>.Refused { Problem: { Status: < 500 and not (408 or 429) } problem }:
                Undeliverable(log, commit.Work, commit.Attempt, problem.Detail);
                return Delivery.Impossible;
            case ApiResult<CommitAnswer>.Refused { Problem: var problem }:
                if (_news.Is(problem.Detail)) Waits(log, commit.Work, commit.Attempt, problem.Detail);
                return Delivery.Away;
            case ApiResult<CommitAnswer>.Unreachable { Reason: var reason }:
                if (_news.Is(reason)) Waits(log, commit.Work, commit.Attempt, reason);
                return Delivery.Away;
            default:
                throw new InvalidOperationException("An answer is one of three.");
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "The outcome of work {Work}, attempt {Attempt} was delivered: {Status}")]
    private static partial void Delivered(ILogger log, Guid work, int attempt, CommitStatus status);

    [LoggerMessage(2, LogLevel.Warning, "The outcome of work {Work}, attempt {Attempt} waits: {Reason}")]
    private static partial void Waits(ILogger log, Guid work, int attempt, string reason);

    [LoggerMessage(3, LogLevel.Error, "The server refuses the outcome of work {Work}, attempt {Attempt}; it was set aside: {Reason}")]
    private static partial void Undeliverable(ILogger log, Guid work, int attempt, string reason);

    [LoggerMessage(4, LogLevel.Error, "The outcome of work {Work} could not be written down and waits in memory")]
    private static partial void NotWritten(ILogger log, Exception fault, Guid work);
}
