using BenchFleet.Storage;

namespace BenchFleet.Server;

/// <summary>Brings the schema up to date before anything else starts.</summary>
internal sealed class DatabaseStart(Database database) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => database.Migrate(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
