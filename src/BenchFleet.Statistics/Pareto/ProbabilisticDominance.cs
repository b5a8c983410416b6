namespace BenchFleet.Statistics;

/// <summary>A minimised objective known with an uncertainty.</summary>
public readonly record struct UncertainValue(double Mean, double Sd);

/// <summary>
/// P(a dominates b) = product of Phi((mu_b - mu_a) / sqrt(s_a^2 + s_b^2)), for independent, normally distributed objectives.
/// </summary>
public static class ProbabilisticDominance
{
    /// <summary>Two exactly known, equal values count one half, the limit of shrinking uncertainty.</summary>
    public static double Of(ReadOnlySpan<UncertainValue> a, ReadOnlySpan<UncertainValue> b)
    {
        Require.SameLength(a.Length, b.Length, nameof(b));
        var probability = 1.0;
        for (var i = 0; i < a.Length; i++)
        {
            var sd = double.Hypot(a[i].Sd, b[i].Sd);
            var distance = b[i].Mean - a[i].Mean;
            probability *= sd > 0 ? Normal.Cdf(distance / sd) : distance == 0 ? 0.5 : distance > 0 ? 1 : 0;
        }

        return probability;
    }
}
