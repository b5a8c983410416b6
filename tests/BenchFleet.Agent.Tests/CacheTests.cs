using BenchFleet.Core.Runtime;
using BenchFleet.Core.Work;

namespace BenchFleet.Agent.Tests;

public sealed class CacheTests
{
    [Fact]
    public async Task When_a_cached_file_was_damaged_it_is_fetched_again()
    {
        await using var place = await Workplace.Open();
        var model = await place.Model();
        var order = new EvaluateOrder(model.Hash, model.Hash, model.Hash, null, RuntimeConfig.Default, 4);
        place.Server.Give(order);
        _ = place.StartAgent();
        await place.Server.NextOutcome();
        await place.StopAgents();
        var cached = Path.Combine(place.AgentFolder, "cache", model.Hash.Hex, "m.onnx");
        await File.WriteAllBytesAsync(cached, new byte[model.SizeBytes]);

        place.Server.Give(order);
        _ = place.StartAgent();

        Assert.IsType<Evaluated>(await place.Server.NextOutcome());
        Assert.Equal(place.Server.Artifacts[model.Files[0].Hash], await File.ReadAllBytesAsync(cached));
    }

    [Fact]
    public async Task When_the_cache_is_full_the_longest_unused_bundle_goes()
    {
        await using var place = await Workplace.Open();
        var (first, second, third) = (await place.Model(), await place.Model(factor: 3), await place.Model(factor: 4));
        foreach (var model in (Core.Artifacts.Bundle[])[first, second, first, third])
            place.Server.Give(new EvaluateOrder(model.Hash, model.Hash, model.Hash, null, RuntimeConfig.Default, 4));

        _ = place.StartAgent(cacheBytes: (first.SizeBytes * 5) / 2);
        for (var i = 0; i < 4; i++) await place.Server.NextOutcome();

        var kept = Directory.GetDirectories(Path.Combine(place.AgentFolder, "cache")).Select(Path.GetFileName);
        Assert.Equal(new[] { first.Hash.Hex, third.Hash.Hex }.Order(StringComparer.Ordinal), kept.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task When_a_downloaded_artefact_is_corrupt_twice_the_failure_says_so()
    {
        await using var place = await Workplace.Open();
        var model = await place.Model();
        place.Server.Artifacts[model.Files[0].Hash] = new byte[model.SizeBytes];
        place.Server.Give(new EvaluateOrder(model.Hash, model.Hash, model.Hash, null, RuntimeConfig.Default, 4));

        _ = place.StartAgent();

        Assert.Equal("artifact.corrupt", Assert.IsType<WorkFailed>(await place.Server.NextOutcome()).Failure.Code);
    }
}
