using BenchFleet.Storage.Model;
using BenchFleet.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace BenchFleet.Storage.Tests;

/// <summary>A transaction whose connection is lost.</summary>
public sealed class WriterTests() : StorageTest(TestDatabase.Postgres)
{
    /// <summary>Ends the next insert into the projects as a deadlock would, and is gone with its transaction.</summary>
    private const string Deadlock = """
        create function lose() returns trigger language plpgsql as $$ begin raise exception using errcode = 'deadlock_detected'; end $$;
        create trigger lose before insert on projects execute function lose();
        """;

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

    [StorageFact]
    public async Task A_deadlock_over_rows_that_are_saved_is_a_lost_race()
    {
        var runs = 0;

        await Services.GetRequiredService<Writer>().Run(
            async context =>
            {
                if (++runs == 1) await context.Database.ExecuteSqlRawAsync(Deadlock);
                context.Projects.Add(new ProjectRow { Name = "team", CreatedAt = DateTimeOffset.UnixEpoch });
                return await context.SaveChangesAsync();
            },
            None);

        Assert.Equal(2, runs);
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
