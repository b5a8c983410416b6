using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Access;
using BenchFleet.Core.Sweeps;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Sweeps;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Sweeps;

/// <summary>
/// The whole view of a sweep whenever something changed, until it has ended. A watcher that missed an event misses nothing: the next one
/// says it all.
/// </summary>
internal static class WatchSweep
{
    /// <summary>Changes of another node raise no signal here, so the sequence is looked at this often.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Busy sweeps change many times a second; people do not read faster than this.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(100);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Routes.SweepEvents, Handle).Needs(Role.Viewer).DisableRequestTimeout()
        .WithName("WatchSweep").WithTags("Sweeps").WithSummary("Server-sent events of a sweep, until it has ended.").ProducesProblem(404);

    private static async Task<Results<ServerSentEventsResult<SweepEvent>, ProblemHttpResult>> Handle(
        Guid sweep, SweepStore sweeps, SweepViews views, Signals signals, TimeProvider clock, IHostApplicationLifetime lifetime,
        CancellationToken cancel) =>
        await sweeps.Get(sweep, cancel) is null
            ? Refusal.NotFound("sweep", sweep)
            : TypedResults.ServerSentEvents(Events(new Watched(sweep, sweeps, views, signals.Sweep(sweep), clock),
                lifetime.ApplicationStopping, cancel));

    private static async IAsyncEnumerable<SseItem<SweepEvent>> Events(Watched watched, CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stopping);
        long? sent = null;
        while (await watched.Next(sent, either.Token) is { } next)
        {
            yield return new SseItem<SweepEvent>(next, "sweep") { EventId = $"{next.Sequence}" };
            if (next.Sweep.State != SweepState.Running) yield break;
            sent = next.Sequence;
        }
    }

    private sealed record Watched(Guid Sweep, SweepStore Sweeps, SweepViews Views, Pulse Pulse, TimeProvider Clock)
    {
        /// <summary>The next event after the one with this sequence; null when nobody listens any more.</summary>
        public async Task<SweepEvent?> Next(long? sent, CancellationToken cancel)
        {
            try
            {
                if (sent is not null) await Task.Delay(Gap, Clock, cancel);
                while (true)
                {
                    var stamp = Pulse.Stamp;
                    if (await Sweeps.Get(Sweep, cancel) is not { } stored) return null;
                    if (stored.EventSequence != sent && await Views.Find(Sweep, cancel) is { } view)
                        return new SweepEvent(stored.EventSequence, view);
                    await Pulse.WaitPast(stamp, Look, Clock, cancel);
                }
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }
}
