using BenchFleet.Scheduling.Policy;
using BenchFleet.Statistics;

namespace BenchFleet.Scheduling.Tests.Policy;

public sealed class FairShareTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Weights_3_to_1_share_time_3_to_1_whatever_single_pieces_cost(ulong seed)
    {
        var (share, random) = (Weighted(), new SplitMix64(seed));
        var used = new Dictionary<string, double> { ["large"] = 0, ["small"] = 0 };

        for (var i = 0; i < 2_000; i++) Give(share, used, ["large", "small"], 1 + random.NextIndex(60));

        Assert.InRange(used["large"] / used.Values.Sum(), 0.75 * 0.95, 0.75 * 1.05);
    }

    [Fact]
    public void The_share_of_an_idle_account_is_used_and_not_owed()
    {
        var share = Weighted();
        var used = new Dictionary<string, double> { ["large"] = 0, ["small"] = 0 };
        for (var i = 0; i < 100; i++) Give(share, used, ["small"], 10);
        Assert.Equal(1_000, used["small"]);

        for (var i = 0; i < 100; i++) Give(share, used, ["large", "small"], 10);

        // From its return on it has its share, and nothing of what it left.
        Assert.InRange(used["large"] / 1_000, 0.70, 0.80);
    }

    [Fact]
    public void An_account_that_found_no_device_catches_up_in_bounds_only()
    {
        var share = new FairShare<string>();
        share.Charge("starved", 1);
        for (var i = 0; i < 1_000; i++) share.Charge("other", 10);

        var catchingUp = 0;
        while (share.Next(["starved", "other"]) == "starved")
        {
            share.Charge("starved", 10);
            catchingUp++;
        }

        Assert.InRange(catchingUp, 50, 70);
    }

    [Fact]
    public void What_was_estimated_wrongly_is_made_up_for()
    {
        var share = new FairShare<string>();
        var used = new Dictionary<string, double> { ["honest"] = 0, ["modest"] = 0 };

        for (var i = 0; i < 500; i++)
        {
            var next = share.Next(used.Keys)!;
            share.Charge(next, 10);
            var actual = next == "modest" ? 50 : 10;
            share.Correct(next, actual - 10);
            used[next] += actual;
        }

        Assert.InRange(used["modest"] / used.Values.Sum(), 0.475, 0.525);
    }

    private static FairShare<string> Weighted()
    {
        var share = new FairShare<string>();
        share.Weigh("large", 3);
        return share;
    }

    private static void Give(FairShare<string> share, Dictionary<string, double> used, string[] wanting, double seconds)
    {
        var next = share.Next(wanting)!;
        share.Charge(next, seconds);
        used[next] += seconds;
    }
}
