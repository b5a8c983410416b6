using System.Collections.Immutable;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Fitting;

/// <summary>
/// Puts one sample into the shape of a model's input. A leading axis that is open or 1 is the batch; one that is fixed at n takes the
/// sample n times. The model's shape decides; where it leaves something open the sample's own shape does.
/// </summary>
internal static class InputShape
{
    /// <summary>Dimensions for a sample of the given ones, with the number of copies; null when they do not fit.</summary>
    public static (ImmutableArray<long> Dims, long Copies)? Match(Shape? shape, ImmutableArray<long> sample)
    {
        if (shape is null) return ([1, .. sample], 1);
        if (shape.Rank > 0 && MatchRest([.. shape.Dims.Skip(1)], sample) is { } rest)
        {
            var copies = shape[0].Value ?? 1;
            if (copies is >= 1 and <= 4096) return ([copies, .. rest], copies);
        }

        // Without a batch axis: an open axis there would be a guess.
        var unbatched = AxisByAxis([.. shape.Dims], sample) || shape.IsFixed ? MatchRest([.. shape.Dims], sample) : null;
        return unbatched is { } whole ? (whole, 1) : null;
    }

    /// <summary>Like <see cref="Match"/>, but only axis by axis: no reshaping.</summary>
    public static (ImmutableArray<long> Dims, long Copies)? MatchExactly(Shape? shape, ImmutableArray<long> sample) =>
        shape is null || (shape.Rank == sample.Length + 1 && AxisByAxis([.. shape.Dims.Skip(1)], sample)) ? Match(shape, sample) : null;

    private static ImmutableArray<long>? MatchRest(ImmutableArray<Dim> wanted, ImmutableArray<long> sample)
    {
        if (AxisByAxis(wanted, sample)) return sample;
        var count = sample.Aggregate(1L, (product, dim) => product * dim);
        var open = wanted.Count(dim => !dim.IsFixed);
        var known = wanted.Where(dim => dim.IsFixed).Aggregate(Int128.One, (product, dim) => product * dim.Value!.Value);
        // Two open axes, or more values than one axis should guess, say nothing about how to fold a sample.
        if (open > 1 || known <= 0 || count % known != 0 || (open == 0 && count != known)) return null;
        return [.. wanted.Select(dim => dim.Value ?? (long)(count / known))];
    }

    private static bool AxisByAxis(ImmutableArray<Dim> wanted, ImmutableArray<long> sample) =>
        wanted.Length == sample.Length && wanted.Zip(sample).All(pair => pair.First.Value is not { } length || length == pair.Second);
}
