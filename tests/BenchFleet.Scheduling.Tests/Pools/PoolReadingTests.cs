using BenchFleet.Storage;
using BenchFleet.Storage.Tests.Databases;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace BenchFleet.Scheduling.Tests.Pools;

/// <summary>A shard that is asked while it reads the database.</summary>
public sealed class PoolReadingTests() : PoolTest(TestDatabase.Postgres)
{
    [StorageFact]
    public async Task A_heartbeat_during_the_first_reading_does_not_lose_the_lease_that_is_being_read()
    {
        var agent = await GivenAgent();
        await GivenPrepares(1);
        var lease = Assert.Single(await Lease(await Activate(), agent));
        var successor = await Activate();
        await using var connection = new NpgsqlConnection(Services.GetRequiredService<StorageOptions>().ConnectionString);
        await connection.OpenAsync();
        await using var locked = await connection.BeginTransactionAsync();
        await using var lockDevices = new NpgsqlCommand("lock table devices in access exclusive mode", connection);
        await lockDevices.ExecuteNonQueryAsync();
        var reading = successor.Tick(None);
        await using var waiting = new NpgsqlCommand("select count(*) from pg_locks where not granted", connection);
        while ((long)(await waiting.ExecuteScalarAsync())! == 0) await Task.Yield();

        var beat = Beat(successor, agent, lease);
        await locked.RollbackAsync();

        Assert.Empty(await beat);
        await reading;
    }
}
