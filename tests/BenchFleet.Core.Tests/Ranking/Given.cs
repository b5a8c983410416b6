using System.Collections.Immutable;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Ranking;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;

namespace BenchFleet.Core.Tests.Ranking;

/// <summary>Boards from a handful of numbers: latency of each launch in µs, size in kB, right answers of 1000.</summary>
internal static class Given
{
    public static readonly Guid Sweep = new("11111111-1111-1111-1111-111111111111");
    private static readonly Guid Device = new("22222222-2222-2222-2222-222222222222");
    private static readonly ContentHash Model = ContentHash.Of("model");

    public static BoardData Board(Objective objective, Constraints limits, params TrialData[] trials) =>
        new(new BoardKey(Sweep, Model, Scenario.SingleStream, 1, Device),
            new SweepSpec("s", [Model], null, [.. trials.Select(t => t.Trial.Recipe)], [RuntimeConfig.Default], [Scenario.SingleStream], ["any"],
                objective, limits, MeasureProfile.Rank, 1),
            "m", "d", "here", "cpu/x64/test/avx2/2c", ImmutableSortedDictionary<string, string>.Empty, [.. trials]);

    public static TrialData Trial(string recipe, double[] microseconds, long kiloBytes = 100, int? right = null, int lostOnly = 0, bool control = false)
    {
        var parsed = ((RecipeRead.Valid)RecipeText.Parse(recipe)).Recipe;
        var id = Core.Sweeps.Trial.IdOf(Sweep, Model, parsed, RuntimeConfig.Default, Scenario.SingleStream, Device, control);
        var trial = new Trial(id, Sweep, Model, parsed, ContentHash.Of(recipe), RuntimeConfig.Default, Scenario.SingleStream, Device, control);
        var launches = microseconds.Select((us, i) => Launch(id, i + 1, us));
        var fidelity = new FidelityRecord(1000, 1, 60, 0, 1000, 0);
        var evaluation = new EvaluationRecord("1", "x64/avx2", "cpu", fidelity, right is { } r ? new AccuracyRecord("classification", 1000, Bits(r, lostOnly), null) : null);
        return new TrialData(trial, TrialState.Decided, null, [.. launches], evaluation, null, kiloBytes * 1000, kiloBytes * 900);
    }

    private static LaunchSummary Launch(Guid trial, int round, double us) =>
        new(trial, round, 400, us * 1000, us * 1100, us * 1200, us * 1150, 1e6 / us, 1, 1, 1_000_000, null, [],
            ImmutableSortedDictionary<string, int>.Empty, ImmutableSortedDictionary<string, long>.Empty);

    /// <summary>The first <paramref name="right"/> samples right, but for the first <paramref name="lostOnly"/>.</summary>
    private static byte[] Bits(int right, int lostOnly)
    {
        var bits = new byte[125];
        for (var i = lostOnly; i < right; i++) bits[i / 8] |= (byte)(1 << (i % 8));
        return bits;
    }
}
