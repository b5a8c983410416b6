using System.Collections.Immutable;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Library;
using Microsoft.AspNetCore.Http;

namespace BenchFleet.Contracts.Tests.Client;

public sealed class FailoverTests
{
    private static readonly ResilienceSettings Brisk = new(
        TimeSpan.FromMilliseconds(400), 3, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), TimeSpan.FromSeconds(1));

    [Fact]
    public async Task An_address_that_is_silent_is_left_for_the_next_and_not_asked_again()
    {
        await using var hung = await ScriptedServer.Start(Silence);
        await using var well = await ScriptedServer.Start(ScriptedServer.Text("[]"));
        // A process that has answered nothing yet may need a while to notice its first request.
        using var client = BenchFleetClient.Create([hung.Address, well.Address], settings: Brisk with { TryTimeout = TimeSpan.FromSeconds(3) });

        var first = await client.ListModels(default);
        var second = await client.ListModels(default);

        Assert.IsType<ApiResult<ImmutableArray<ModelView>>.Ok>(first);
        Assert.IsType<ApiResult<ImmutableArray<ModelView>>.Ok>(second);
        Assert.Equal((1, 2), (hung.Requests.Count, well.Requests.Count));
    }

    [Fact]
    public async Task An_address_that_refuses_connections_is_left_for_the_next()
    {
        await using var well = await ScriptedServer.Start(ScriptedServer.Text("[]"));
        using var client = BenchFleetClient.Create([new Uri("http://127.0.0.1:1"), well.Address], settings: Brisk);

        Assert.IsType<ApiResult<ImmutableArray<ModelView>>.Ok>(await client.ListModels(default));
    }

    [Fact]
    public async Task A_server_that_is_stopping_is_left_for_the_next()
    {
        await using var stopping = await ScriptedServer.Start(ScriptedServer.Status(StatusCodes.Status503ServiceUnavailable));
        await using var well = await ScriptedServer.Start(ScriptedServer.Text("[]"));
        using var client = BenchFleetClient.Create([stopping.Address, well.Address], settings: Brisk);

        Assert.IsType<ApiResult<ImmutableArray<ModelView>>.Ok>(await client.ListModels(default));
    }

    [Fact]
    public async Task A_request_that_is_parked_at_a_silent_address_is_parked_at_the_next()
    {
        await using var hung = await ScriptedServer.Start(Silence);
        await using var well = await ScriptedServer.Start(ScriptedServer.Text("""{"leases":[],"commands":[]}"""));
        using var client = BenchFleetClient.Create([hung.Address, well.Address], settings: Brisk);

        var parked = client.Lease(Guid.Empty, new LeaseWork(Guid.Empty, Guid.Empty, [], WaitSeconds: 600), default);
        await client.Heartbeat(Guid.Empty, new Heartbeat(Guid.Empty, []), default);

        Assert.IsType<ApiResult<LeasedWork>.Ok>(await parked.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private static RequestDelegate Silence { get; } = async context =>
    {
        var gone = new TaskCompletionSource();
        await using (context.RequestAborted.Register(gone.SetResult)) await gone.Task;
    };
}
