using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>Non-dominated points; every objective is minimised.</summary>
/// <remarks>
/// a dominates b when it is no larger everywhere and smaller somewhere. Exact duplicates do not dominate each other: both stay on the
/// front. Crowding distance after Deb et al., NSGA-II (2002).
/// </remarks>
public static class ParetoFront
{
    public static bool Dominates(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Require.SameLength(a.Length, b.Length, nameof(b));
        var smaller = false;
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] > b[i]) return false;
            smaller |= a[i] < b[i];
        }

        return smaller;
    }

    /// <summary>
    /// Dominance that noise cannot make: better by more than the margin in one objective, and not worse by more than it in any. Margins per
    /// objective, 0 for exact ones such as size.
    /// </summary>
    public static bool DominatesByMargin(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> margins)
    {
        Require.SameLength(a.Length, b.Length, nameof(b));
        Require.SameLength(a.Length, margins.Length, nameof(margins));
        var better = false;
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] - b[i] > margins[i]) return false;
            better |= b[i] - a[i] > margins[i];
        }

        return better;
    }

    /// <summary>Indices of the points that no other point dominates, ascending.</summary>
    public static ImmutableArray<int> Indices(IReadOnlyList<double[]> points) =>
        [.. Enumerable.Range(0, points.Count).Where(i => !points.Any(other => Dominates(other, points[i])))];

    /// <summary>1 for the front, 2 for the front once that one is taken away, and so on.</summary>
    public static ImmutableArray<int> Ranks(IReadOnlyList<double[]> points)
    {
        var ranks = new int[points.Count];
        var open = Enumerable.Range(0, points.Count).ToList();
        for (var rank = 1; open.Count > 0; rank++)
        {
            var front = open.Where(i => !open.Exists(j => Dominates(points[j], points[i]))).ToList();
            foreach (var i in front) ranks[i] = rank;
            open = [.. open.Except(front)];
        }

        return [.. ranks];
    }

    /// <summary>
    /// Crowding distances of points on one front, in the given order: the sum over objectives of the neighbours' distance over the range;
    /// infinite at the ends. Give distinct points.
    /// </summary>
    public static ImmutableArray<double> CrowdingDistances(IReadOnlyList<double[]> front)
    {
        var distances = new double[front.Count];
        for (var objective = 0; front.Count > 0 && objective < front[0].Length; objective++)
        {
            var order = Enumerable.Range(0, front.Count).OrderBy(i => front[i][objective]).ToArray();
            distances[order[0]] = distances[order[^1]] = double.PositiveInfinity;
            var range = front[order[^1]][objective] - front[order[0]][objective];
            if (!(range > 0)) continue;
            for (var i = 1; i + 1 < order.Length; i++)
                distances[order[i]] += (front[order[i + 1]][objective] - front[order[i - 1]][objective]) / range;
        }

        return [.. distances];
    }
}
