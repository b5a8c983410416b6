using System.Net;
using System.Net.Sockets;
using BenchFleet.Cluster.Membership;
using BenchFleet.TestSupport.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace BenchFleet.Cluster.Tests.Membership;

/// <summary>When all nodes were lost at once, the next one begins the cluster anew; when one lives, nobody touches the table.</summary>
public sealed class ColdStartTests
{
    private const int Nobody = 1;
    private const string Dead = "orleansmembershiptable where status = 6";

    private static readonly ColdStartTimes Times = new(
        Silence: TimeSpan.FromSeconds(1), LongestSilence: TimeSpan.FromMinutes(2), Answer: TimeSpan.FromSeconds(1), Look: TimeSpan.FromMilliseconds(50));

    [PostgresFact]
    public async Task Members_that_are_silent_and_unreachable_are_called_dead()
    {
        await using var database = await ClusterDatabase.Create();
        await database.AddMember(Nobody, silent: 10);
        await database.AddMember(Nobody + 1, status: 2, silent: 10);

        await Start(database);

        Assert.Equal(2, await database.Count(Dead));
        Assert.Equal(1, await database.Count("orleansmembershipversiontable where version = 1"));
    }

    [PostgresFact]
    public async Task Members_that_were_lost_just_now_are_waited_for()
    {
        await using var database = await ClusterDatabase.Create();
        await database.AddMember(Nobody, silent: 0);

        await Start(database);

        Assert.Equal(1, await database.Count(Dead));
    }

    [PostgresFact]
    public async Task A_member_that_answers_leaves_the_table_alone()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var database = await ClusterDatabase.Create();
        await database.AddMember(((IPEndPoint)listener.LocalEndpoint).Port, silent: 60);
        await database.AddMember(Nobody, silent: 60);

        await Start(database);

        Assert.Equal(0, await database.Count(Dead));
    }

    [PostgresFact]
    public async Task Whoever_answers_for_a_member_of_long_ago_is_a_stranger()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var database = await ClusterDatabase.Create();
        await database.AddMember(((IPEndPoint)listener.LocalEndpoint).Port, silent: 3600);

        await Start(database);

        Assert.Equal(1, await database.Count(Dead));
    }

    [PostgresFact]
    public async Task A_heartbeat_leaves_the_table_alone()
    {
        await using var database = await ClusterDatabase.Create();
        await database.AddMember(Nobody, silent: 0);
        using var stop = new CancellationTokenSource();

        var start = Start(database);
        while (!start.IsCompleted) await database.Beat(Nobody);
        await start;

        Assert.Equal(0, await database.Count(Dead));
    }

    [PostgresFact]
    public async Task A_sign_between_the_look_and_the_burial_counts()
    {
        await using var database = await ClusterDatabase.Create();
        await database.AddMember(Nobody, silent: 10);
        var seen = await database.Members.NotDead(CancellationToken.None);
        await database.Beat(Nobody);

        Assert.False(await database.Members.BuryAll(seen, CancellationToken.None));
        Assert.Equal(0, await database.Count(Dead));
    }

    [PostgresFact]
    public async Task An_empty_table_is_no_reason_to_wait()
    {
        await using var database = await ClusterDatabase.Create();

        await Start(database);

        Assert.Equal(0, await database.Count(Dead));
    }

    private static Task Start(ClusterDatabase database) =>
        new ColdStart(database.Members, Times, TimeProvider.System, NullLogger<ColdStart>.Instance).Run(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
}
