using System.Collections.Immutable;

namespace BenchFleet.Compression.Calibration;

/// <summary>What a pass wants to know of the values of the model it is given.</summary>
public sealed record CalibrationRequest
{
    /// <summary>Samples are all it wants: it runs them itself.</summary>
    public static CalibrationRequest SamplesOnly { get; } = new();

    /// <summary>Made of every float value of the top graph, inputs included.</summary>
    public Observation Everywhere { get; init; }

    /// <summary>Further observations, by name of the value.</summary>
    public ImmutableSortedDictionary<string, ValueWish> Values { get; init; } = ImmutableSortedDictionary.Create<string, ValueWish>(StringComparer.Ordinal);

    /// <summary>Bins of a histogram.</summary>
    public int Bins { get; init; } = 2048;

    /// <summary>Weight of the newest sample in a moving average, above 0 to 1; 0 (default) is the plain mean over all samples.</summary>
    public float MovingWeight { get; init; }

    /// <summary>
    /// Every n-th sample is not looked at: it is left for the pass to judge its own work by (<see cref="IsHeld"/>). 0 holds none apart.
    /// </summary>
    public int HoldEvery { get; init; }

    public bool IsEmpty => Everywhere == Observation.None && Values.IsEmpty;

    /// <summary>True for the samples that are held apart, by their place from 0.</summary>
    public static bool IsHeld(int place, int holdEvery) => holdEvery > 0 && place % holdEvery == holdEvery - 1;

    public ValueWish WishFor(string value) =>
        Values.TryGetValue(value, out var wish) ? wish with { What = wish.What | Everywhere } : new(Everywhere);
}
