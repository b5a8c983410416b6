using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using BenchFleet.Scheduling.Planning;

namespace BenchFleet.Scheduling.Tests.Planning;

internal static class Given
{
    public static TargetDevice Device(int number = 1, string isa = "avx2") => new(
        new Guid(number, 0, 0, new byte[8]), $"device{number}",
        new DeviceFacts(DeviceKind.Cpu, "test", "x64", [isa], 2, 1 << 30, "1.0", ["cpu"], ImmutableSortedDictionary<string, string>.Empty));

    public static MeasureProfile Profile(params int[] looks) => MeasureProfile.Rank with { Looks = [.. looks] };

    public static SweepSpec Spec(params string[] recipes) => new(
        "test", [ContentHash.Of("model")], null,
        [.. recipes.Select(text => ((RecipeRead.Valid)RecipeText.Parse(text)).Recipe)],
        [RuntimeConfig.Default], [Scenario.SingleStream], ["any"], Objective.Latency, new Constraints(), MeasureProfile.Rank, Seed: 7);

    public static FakeSweep Sweep(params string[] recipes) => new(Spec(recipes), Device());

    public static FakeSweep Sweep(SweepSpec spec) => new(spec, Device());

    /// <summary>A time with ±0.5 % noise that depends on trial and round only.</summary>
    public static double Noisy(double ns, Trial trial, int round)
    {
        var unit = (BlockOrder.Seed((ulong)round, trial.Board, trial.Id.GetHashCode()) % 1000) / 1000.0;
        return ns * (1 + 0.01 * (unit - 0.5));
    }
}
