namespace BenchFleet.Statistics;

/// <summary>Volume between a set of minimised points and a reference point; tells whether a sweep finds as much as it used to.</summary>
/// <remarks>
/// Sweep by the first objective in two dimensions, recursive slices above. Exact, exponential in the number of objectives: fine for the
/// four we have. Points not strictly better than the reference in every objective add nothing. Not a score of techniques.
/// </remarks>
public static class Hypervolume
{
    public static double Of(IReadOnlyList<double[]> points, ReadOnlySpan<double> reference)
    {
        var limit = reference.ToArray();
        foreach (var point in points) Require.SameLength(limit.Length, point.Length, nameof(points));
        var inside = points.Where(point => point.Zip(limit).All(pair => pair.First < pair.Second)).ToList();
        return Volume(inside, limit, limit.Length);
    }

    private static double Volume(List<double[]> points, double[] reference, int dimensions)
    {
        if (points.Count == 0) return 0;
        if (dimensions == 1) return reference[0] - points.Min(point => point[0]);
        if (dimensions == 2) return Area(points, reference);

        var last = dimensions - 1;
        points.Sort((left, right) => left[last].CompareTo(right[last]));
        var volume = 0.0;
        for (var i = 0; i < points.Count; i++)
        {
            var upTo = i + 1 < points.Count ? points[i + 1][last] : reference[last];
            var thickness = upTo - points[i][last];
            if (thickness > 0) volume += thickness * Volume(points.GetRange(0, i + 1), reference, last);
        }

        return volume;
    }

    private static double Area(List<double[]> points, double[] reference)
    {
        var area = 0.0;
        var ceiling = reference[1];
        foreach (var point in points.OrderBy(point => point[0]).ThenBy(point => point[1]))
        {
            if (point[1] >= ceiling) continue;
            area += (reference[0] - point[0]) * (ceiling - point[1]);
            ceiling = point[1];
        }

        return area;
    }
}
