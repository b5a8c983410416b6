using BenchFleet.Cluster.Membership;
using BenchFleet.TestSupport.Postgres;

namespace BenchFleet.Cluster.Tests.Membership;

public sealed class ClusterSchemaTests
{
    [PostgresFact]
    public async Task The_schema_is_the_same_after_it_was_applied_again()
    {
        await using var database = await ClusterDatabase.Create();
        var before = await database.Count("orleansquery");

        await database.Schema.Apply(CancellationToken.None);
        foreach (var (_, sql) in ClusterSchema.Scripts) await database.Run(sql);

        Assert.Equal(before, await database.Count("orleansquery"));
        Assert.Equal(ClusterSchema.Scripts.Length, await database.Count("cluster_migrations"));
    }

    [PostgresFact]
    public async Task Nodes_that_start_at_once_apply_it_one_after_the_other()
    {
        var connection = await PostgresServer.Shared.CreateDatabase();
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => new ClusterSchema(connection).Apply(CancellationToken.None)));
        }
        finally
        {
            await PostgresServer.Shared.DropDatabase(connection);
        }
    }

    [PostgresFact]
    public async Task It_lies_in_a_schema_of_its_own()
    {
        await using var database = await ClusterDatabase.Create();

        Assert.Equal(4, await database.Count("pg_tables where schemaname = 'orleans' and tablename like 'orleans%'"));
        Assert.Equal(0, await database.Count("pg_tables where schemaname = 'public'"));
    }
}
