using BenchFleet.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace BenchFleet.Storage.Tests;

/// <summary>A transaction whose connection is lost.</summary>
public sealed class WriterTests() : StorageTest(TestDatabase.Postgres)
{
    [StorageFact]
    public async Task What_a_lost_connection_had_begun_is_begun_again()
    {
        var runs = 0;

        var written = await Services.GetRequiredService<Writer>().Run(
            async context =>
            {
                if (++runs == 1) await EndSessionOf(context);
                return await context.Sweeps.CountAsync();
            },
            None);

        Assert.Equal((2, 0), (runs, written));
    }

    [StorageFact]
    public async Task What_is_lost_while_it_is_committed_is_not_done_twice()
    {
        var runs = 0;

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Services.GetRequiredService<Writer>().Run(
            async context =>
            {
                runs++;
                await EndSessionOf(context);
                return 0;
            },
            None));

        Assert.Equal(1, runs);
    }

    /// <summary>From outside, as an operator or a time limit of the server does.</summary>
    private async Task EndSessionOf(DbContext context)
    {
        var session = ((NpgsqlConnection)context.Database.GetDbConnection()).ProcessID;
        await using var other = new NpgsqlConnection(Options.ConnectionString);
        await other.OpenAsync();
        await using var end = new NpgsqlCommand("select pg_terminate_backend($1, 5000)", other) { Parameters = { new NpgsqlParameter<int> { TypedValue = session } } };
        Assert.Equal(true, await end.ExecuteScalarAsync());
    }
}
