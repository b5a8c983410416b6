namespace BenchFleet.Statistics.Tests.Properties;

/// <summary>What the rules do on synthetic blocks with a known truth: 4,000 runs each, normal log ratios, fixed seeds.</summary>
public class SimulationTests
{
    private const int Runs = 4000;

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.05)]
    public void Equal_pairs_are_called_different_in_at_most_6_percent_with_fixed_blocks(double sd)
    {
        var different = Share(seed: 11, run =>
        {
            var (baseline, candidate) = Blocks(run, 10, sd, effect: 0);
            return PairedRatio.Compare(baseline, candidate).Verdict is Verdict.Faster or Verdict.Slower;
        });

        Assert.InRange(different, 0, 0.06);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.03)]
    [InlineData(0.05)]
    public void Equal_pairs_are_called_different_in_at_most_8_percent_with_the_sequential_rule(double sd)
    {
        var different = Share(seed: 12, run => Sequential(run, sd, effect: 0).Verdict is Verdict.Faster or Verdict.Slower);

        Assert.InRange(different, 0, 0.08);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.03)]
    public void A_difference_of_the_margin_is_called_equivalent_in_at_most_8_percent(double sd)
    {
        var equivalent = Share(seed: 13, run => Sequential(run, sd, effect: Math.Log(1.02)).Verdict == Verdict.Equivalent);

        Assert.InRange(equivalent, 0, 0.08);
    }

    [Fact]
    public void An_8_percent_effect_is_practically_always_found()
    {
        var found = Share(seed: 14, run => Sequential(run, 0.03, effect: -0.08).Verdict == Verdict.Faster);

        Assert.InRange(found, 0.99, 1);
    }

    private static double Share(ulong seed, Func<SplitMix64, bool> happens)
    {
        var random = new SplitMix64(seed);
        return (double)Enumerable.Range(0, Runs).Count(_ => happens(random)) / Runs;
    }

    private static LookDecision Sequential(SplitMix64 random, double sd, double effect)
    {
        var (baseline, candidate) = Blocks(random, SequentialLook.Standard.Looks[^1], sd, effect);
        return SequentialLook.Standard.Looks.Select(look => SequentialLook.Standard.At(baseline.AsSpan(0, look), candidate.AsSpan(0, look))).First(look => look.Stop);
    }

    private static (double[] Baseline, double[] Candidate) Blocks(SplitMix64 random, int count, double sd, double effect)
    {
        var baseline = Enumerable.Repeat(10.0, count).ToArray();
        return (baseline, [.. baseline.Select(value => value * Math.Exp(effect + sd * Gaussian(random)))]);
    }

    // Box-Muller: much cheaper here than inverting the normal distribution.
    private static double Gaussian(SplitMix64 random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
