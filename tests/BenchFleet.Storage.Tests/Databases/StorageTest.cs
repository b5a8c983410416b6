using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Library;
using BenchFleet.Storage.Measurements;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Work;
using Microsoft.Extensions.DependencyInjection;

namespace BenchFleet.Storage.Tests.Databases;

/// <summary>A test with a migrated database of its own, its stores, and a clock that only the test moves.</summary>
public abstract class StorageTest(TestDatabase database) : IAsyncLifetime
{
    private ServiceProvider? _services;

    protected static CancellationToken None => CancellationToken.None;

    protected StorageOptions Options { get; private set; } = null!;

    protected IServiceProvider Services => _services!;

    protected LibraryStore Library => Services.GetRequiredService<LibraryStore>();

    protected FleetStore Fleet => Services.GetRequiredService<FleetStore>();

    protected SweepStore Sweeps => Services.GetRequiredService<SweepStore>();

    protected WorkStore Work => Services.GetRequiredService<WorkStore>();

    protected MeasurementQuery Measurements => Services.GetRequiredService<MeasurementQuery>();

    protected DateTimeOffset Now { get; set; } = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    protected DateTimeOffset LeaseEnd => Now.AddSeconds(30);

    public async Task InitializeAsync()
    {
        Options = await database.CreateMigrated();
        _services = NewServices();
    }

    public virtual async Task DisposeAsync()
    {
        await _services!.DisposeAsync();
        await database.Drop(Options);
    }

    /// <summary>What a server that was started anew would have: nothing but the database.</summary>
    protected ServiceProvider NewServices() => new ServiceCollection().AddBenchFleetStorage(Options).BuildServiceProvider();

    /// <summary>Registers an agent with devices of the same facts.</summary>
    protected async Task<TestAgent> GivenAgent(string name = "host-1", params string[] devices)
    {
        var session = Guid.NewGuid();
        string[] names = devices.Length == 0 ? ["cpu0"] : devices;
        var registered = await Fleet.Register(name, session, "1.0", [.. names.Select(device => new DeviceOffer(device, Given.Facts()))], Now, None);
        return new TestAgent(registered.Agent, session, [.. registered.Devices.Select(device => device.Id)]);
    }

    protected async Task<Guid> GivenSweep(params NewWork[] work)
    {
        var id = Guid.NewGuid();
        await Sweeps.Submit(id, Given.Spec(), Now, None);
        await Apply(id, changes => changes with { Work = [.. work] });
        return id;
    }

    protected async Task<ApplyResult> Apply(Guid sweep, Func<SweepChanges, SweepChanges> change)
    {
        var version = (await Sweeps.Get(sweep, None))!.Version;
        return await Sweeps.Apply(sweep, change(SweepChanges.None(version)), Now, None);
    }

    protected Task<WorkLease?> Claim(TestAgent holder, int device = 0, Guid? request = null) =>
        Work.Claim(holder.Agent, holder.Session, request ?? Guid.NewGuid(), holder.Devices[device], LeaseEnd, Now, None);

    protected Task<CommitResult> Commit(TestAgent holder, WorkLease lease, BenchFleet.Core.Work.WorkOutcome outcome) =>
        Work.Commit(holder.Agent, holder.Session, lease.Work, lease.Attempt, outcome, Now, None);
}

public sealed record TestAgent(Guid Agent, Guid Session, Guid[] Devices);
