using System.Collections.Immutable;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;

namespace BenchFleet.Contracts.Tests.Client;

public sealed class SweepEventTests
{
    [Fact]
    public async Task When_the_stream_breaks_it_is_opened_again_until_the_sweep_has_ended()
    {
        await using var server = await ScriptedServer.Start(
            ScriptedServer.Text(Event(1, SweepState.Running), "text/event-stream"),
            ScriptedServer.Text(": keep-alive\n\n" + Event(2, SweepState.Running) + Event(3, SweepState.Completed) + Event(
                4, SweepState.Running), "text/event-stream"));
        using var client = server.Client();

        var events = await client.Watch(Guid.Empty, default).ToListAsync();

        Assert.Equal([1, 2, 3], events.Select(answer => Assert.IsType<ApiResult<SweepEvent>.Ok>(answer).Value.Sequence));
    }

    [Fact]
    public async Task When_there_is_no_such_sweep_the_refusal_ends_the_stream()
    {
        await using var server = await ScriptedServer.Start(ScriptedServer.Text("""{"type":"urn:benchfleet:problem:not-found","detail":"There is no sweep."}""", "application/problem+json", 404));
        using var client = server.Client();

        var only = Assert.Single(await client.Watch(Guid.Empty, default).ToListAsync());

        Assert.Equal(Problems.NotFound, Assert.IsType<ApiResult<SweepEvent>.Refused>(only).Problem.Type);
    }

    [Fact]
    public async Task When_the_stream_always_breaks_watching_gives_up()
    {
        await using var server = await ScriptedServer.Start(ScriptedServer.Text("", "text/event-stream"));
        using var client = server.Client();

        Assert.IsType<ApiResult<SweepEvent>.Unreachable>(Assert.Single(await client.Watch(Guid.Empty, default).ToListAsync()));
    }

    private static string Event(long sequence, SweepState state) =>
        $"event: sweep\ndata: {CanonicalJson.Write(new SweepEvent(sequence, View(state)))}\n\n";

    private static SweepView View(SweepState state) => new(
        Guid.Empty, "s", state, DateTimeOffset.UnixEpoch, null,
        new SweepSpec("s", [ContentHash.Of("m")], null, [], [], [], ImmutableArray<string>.Empty, Objective.Latency, new Constraints(),
            MeasureProfile.Quick, 1),
        new SweepProgress(1, 0, 0, 0, 1, null, null, []),
        null);
}
