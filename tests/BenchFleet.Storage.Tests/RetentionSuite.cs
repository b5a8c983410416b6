using System.Collections.Immutable;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Models;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Access;
using BenchFleet.Storage.Artifacts;
using BenchFleet.Storage.Retention;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Tests.Databases;
using BenchFleet.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace BenchFleet.Storage.Tests;

public sealed class RetentionOnSqlite() : RetentionSuite(TestDatabase.Sqlite);

public sealed class RetentionOnPostgres() : RetentionSuite(TestDatabase.Postgres);

public abstract class RetentionSuite(TestDatabase database) : StorageTest(database)
{
    private static readonly ModelSummary Summary = new(
        8, ImmutableSortedDictionary<string, long>.Empty, "test", [], [], ImmutableSortedDictionary<string, int>.Empty, 0, 0, null, AlreadyQuantized: false);

    private RetentionStore Rows => Services.GetRequiredService<RetentionStore>();

    [StorageFact]
    public async Task Of_ended_sweeps_the_old_ones_go_with_all_that_is_only_theirs()
    {
        var (agent, old) = await GivenMeasured();
        var shared = await GivenSweep(Given.Prepare());
        await Sweeps.Cancel(old.Sweep, Now, None);
        Now = Now.AddDays(1);

        Assert.Equal(0, await Rows.DeleteSweeps(Now.AddDays(-2), None));
        Assert.Equal(1, await Rows.DeleteSweeps(Now, None));

        Assert.Null(await Sweeps.Get(old.Sweep, None));
        Assert.Empty(await Measurements.Launches(old.Id, None));
        Assert.NotNull(await Sweeps.Get(shared, None));
        Assert.Equal(0, await Rows.DeleteSweeps(Now, None));

        // What another sweep needs as well is still there to be done, or done.
        Assert.Equal(shared, Assert.Single(await Work.SweepsOf((await Claim(agent))!.Work, None)));
    }

    [StorageFact]
    public async Task Single_times_go_and_figures_stay()
    {
        var (_, trial) = await GivenMeasured();
        await Sweeps.Cancel(trial.Sweep, Now, None);

        Assert.Equal(1, await Rows.DropSamples(Now, Now, None));
        Assert.Equal(0, await Rows.DropSamples(Now, Now, None));

        var launch = Assert.Single(await Measurements.Launches(trial.Id, None)).Launch;
        Assert.Empty(launch.Measurement!.LatenciesNs);
        var board = Assert.Single(await Measurements.BoardData(trial.Sweep, None));
        Assert.Equal(3, Assert.Single(Assert.Single(board.Trials).Launches).Summary.Figures!.Count);
    }

    [StorageFact]
    public async Task A_variant_goes_when_no_trial_has_it()
    {
        var agent = await GivenAgent();
        var sweep = await GivenSweep(Given.Prepare());
        await Apply(sweep, changes => changes with { Trials = [Given.Trial(sweep, agent.Devices[0], baseline: false)] });
        await Commit(agent, (await Claim(agent))!, Given.Prepared());

        Assert.Equal(0, await Rows.DeleteVariants(Now, None));
        await Sweeps.Cancel(sweep, Now, None);
        await Rows.DeleteSweeps(Now, None);
        Assert.Equal(1, await Rows.DeleteVariants(Now, None));
    }

    [StorageFact]
    public async Task The_audit_log_is_kept_as_long_as_was_said()
    {
        var audit = Services.GetRequiredService<AuditStore>();
        await audit.Add(new AuditEntry(Now, "key a", Project.Default, "SubmitSweep", "/sweeps", 201, "192.0.2.1"), None);

        Assert.Equal(0, await Rows.DeleteAudit(Now.AddDays(-1), None));
        Assert.Equal(1, await Rows.DeleteAudit(Now, None));
        Assert.Empty(await audit.Newest(5, None));
    }

    [StorageFact]
    public async Task Only_contents_that_nothing_refers_to_are_collected()
    {
        using var folder = new TempFolder();
        var store = new FolderArtifactStore(new ArtifactStoreOptions(folder.Path), TimeProvider.System);
        var collector = CollectorOf(store);
        foreach (var content in new[] { "library", "quantized", "lonely", Given.Bundle("library").Manifest, Given.Bundle("ordered").Manifest, "ordered" }) await Store(store, content);
        await Library.AddModel(Project.Default, "model", Given.Bundle("library"), Summary, Now, None);
        var agent = await GivenAgent();
        await GivenSweep(Given.Prepare());
        await Commit(agent, (await Claim(agent))!, Given.Prepared());
        var order = new PrepareOrder(ContentHash.Of("other"), Given.Bundle("ordered").Hash, Given.Quantized, null, 128);
        await GivenSweep(new NewWork("prepare/other", order, "prepare"));

        var collected = await collector.Run(TimeProvider.System.GetUtcNow().AddHours(1), None);

        Assert.Equal((1, 6L), (collected.Artifacts, collected.Bytes));
        Assert.IsType<OpenResult.Missing>(await store.Open(ContentHash.Of("lonely"), verify: false, None));
        foreach (var content in new[] { "library", "quantized", "ordered" })
            Assert.IsType<OpenResult.Opened>(await store.Open(ContentHash.Of(content), verify: true, None));
    }

    [StorageFact]
    public async Task What_is_asked_for_while_it_is_collected_is_there_or_has_to_be_sent_again()
    {
        using var folder = new TempFolder();
        var store = new FolderArtifactStore(new ArtifactStoreOptions(folder.Path), TimeProvider.System);
        var collector = CollectorOf(store);
        for (var i = 0; i < 40; i++)
        {
            var (content, name) = ($"content {i}", $"model-{i}");
            await Store(store, content);
            Age(folder.Path, ContentHash.Of(content));

            // As a model is added: is it there, then it is referred to.
            var adding = Task.Run(async () =>
            {
                var there = (await store.Status(ContentHash.Of(content), null, None)).Complete;
                if (there) await Library.AddModel(Project.Default, name, Given.Bundle(content), Summary, Now, None);
                return there;
            });
            await collector.Run(TimeProvider.System.GetUtcNow().AddHours(-1), None);
            var referred = await adding;

            Assert.Equal(referred, await store.Open(ContentHash.Of(content), verify: true, None) is OpenResult.Opened { Content: var opened } && Closed(opened));
        }
    }

    [StorageFact]
    public async Task A_running_upload_is_not_collected()
    {
        using var folder = new TempFolder();
        var store = new FolderArtifactStore(new ArtifactStoreOptions(folder.Path), TimeProvider.System);
        var hash = ContentHash.Of("in two pieces");
        await store.Append(hash, 0, 13, new MemoryStream("in two "u8.ToArray()), long.MaxValue, None);

        var collected = await CollectorOf(store).Run(TimeProvider.System.GetUtcNow().AddHours(-1), None);

        Assert.Equal(0, collected.Uploads);
        Assert.IsType<AppendResult.Completed>(await store.Append(hash, 7, 13, new MemoryStream("pieces"u8.ToArray()), long.MaxValue, None));
    }

    private ArtifactCollector CollectorOf(IArtifactStore store) => new ServiceCollection().AddBenchFleetStorage(Options).AddSingleton(TimeProvider.System)
        .AddBenchFleetArtifacts(new ArtifactStoreOptions("unused")).AddSingleton(store).BuildServiceProvider().GetRequiredService<ArtifactCollector>();

    private static async Task Store(FolderArtifactStore store, string content)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        Assert.IsType<AppendResult.Completed>(await store.Append(ContentHash.Of(bytes), 0, bytes.Length, new MemoryStream(bytes), long.MaxValue, None));
    }

    private static void Age(string folder, ContentHash hash) =>
        File.SetLastWriteTimeUtc(Path.Combine(folder, "objects", hash.Hex[..2], hash.Hex), TimeProvider.System.GetUtcNow().AddDays(-1).UtcDateTime);

    private static bool Closed(Stream content)
    {
        content.Dispose();
        return true;
    }

    /// <summary>A sweep with one trial that was measured once.</summary>
    private async Task<(TestAgent Agent, Trial Trial)> GivenMeasured()
    {
        var agent = await GivenAgent();
        var sweep = await GivenSweep();
        var trial = Given.Trial(sweep, agent.Devices[0]);
        await Apply(sweep, changes => changes with { Trials = [trial], Work = [Given.Measure(agent.Devices[0], 1, trial), Given.Prepare()] });
        var lease = (await Claim(agent))!;
        if (lease.Order is PrepareOrder)
        {
            await Commit(agent, lease, Given.Failed(Core.Failures.FailureKind.Device));
            lease = (await Claim(agent))!;
        }

        await Commit(agent, lease, Given.Measured(lease.Order, 1, 2, 3));
        return (agent, trial);
    }
}
