using BenchFleet.Core.Runtime;
using BenchFleet.Core.Work;

namespace BenchFleet.Agent.Tests;

public sealed class SpoolTests
{
    [Fact]
    public async Task When_the_server_is_away_at_the_end_of_a_work_the_next_agent_delivers_it_before_it_registers()
    {
        await using var place = await Workplace.Open();
        var model = await place.Model();
        place.Server.RefusesCommits = true;
        var lease = place.Server.Give(new EvaluateOrder(model.Hash, model.Hash, model.Hash, null, RuntimeConfig.Default, 4));
        _ = place.StartAgent();
        await Spooled(place);
        await place.StopAgents();
        place.Server.Calls.Clear();
        place.Server.RefusesCommits = false;

        _ = place.StartAgent();
        place.Server.Give(new EvaluateOrder(model.Hash, model.Hash, model.Hash, null, RuntimeConfig.Default, 4));
        await place.Server.NextOutcome();
        await place.Server.NextOutcome();

        // Delivered at least once, counted once: what the stopped agent had under way may arrive after its end.
        Assert.Equal(["commit", "register", "lease"], place.Server.Calls.Distinct());
        Assert.Equal(lease.Work, place.Server.Commits.First().Work);
        Assert.False(File.Exists(Path.Combine(place.AgentFolder, "spool", $"{lease.Work:N}-1.outcome.json")));
    }

    [Fact]
    public async Task When_the_server_is_back_the_same_agent_delivers()
    {
        await using var place = await Workplace.Open();
        var model = await place.Model();
        place.Server.RefusesCommits = true;
        place.Server.Give(new EvaluateOrder(model.Hash, model.Hash, model.Hash, null, RuntimeConfig.Default, 4));
        _ = place.StartAgent();
        await Spooled(place);

        place.Server.RefusesCommits = false;

        Assert.IsType<Evaluated>(await place.Server.NextOutcome());
    }

    [Fact]
    public async Task When_a_spooled_file_is_damaged_it_is_set_aside_and_the_agent_works()
    {
        await using var place = await Workplace.Open();
        var model = await place.Model();
        var spool = Directory.CreateDirectory(Path.Combine(place.AgentFolder, "spool")).FullName;
        await File.WriteAllTextAsync(Path.Combine(spool, "a-1.outcome.json"), "{\"agent\":");
        place.Server.Give(new EvaluateOrder(model.Hash, model.Hash, model.Hash, null, RuntimeConfig.Default, 4));

        _ = place.StartAgent();

        Assert.IsType<Evaluated>(await place.Server.NextOutcome());
        Assert.True(File.Exists(Path.Combine(spool, "undeliverable", "a-1.outcome.json")));
    }

    [Fact]
    public async Task When_two_agents_share_a_folder_the_second_is_refused()
    {
        await using var place = await Workplace.Open();
        var model = await place.Model();
        place.Server.Give(new EvaluateOrder(model.Hash, model.Hash, model.Hash, null, RuntimeConfig.Default, 4));
        _ = place.StartAgent();
        await place.Server.NextOutcome();

        var second = await place.StartAgent();

        Assert.Contains("Another agent works in", Assert.IsType<AgentEnd.Refused>(second).Reason, StringComparison.Ordinal);
    }

    // The signal of the disk itself: the file has its name only when it is whole.
    private static async Task Spooled(Workplace place)
    {
        var folder = Directory.CreateDirectory(Path.Combine(place.AgentFolder, "spool")).FullName;
        using var watcher = new FileSystemWatcher(folder, "*.outcome.json");
        var seen = new TaskCompletionSource();
        watcher.Renamed += (_, _) => seen.TrySetResult();
        watcher.Created += (_, _) => seen.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (Directory.GetFiles(folder, "*.outcome.json").Length > 0) return;
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
    }
}
