namespace BenchFleet.Statistics;

/// <summary>McNemar's test on discordant pairs: two-sided exact p and the less conservative mid-p (half the point mass removed).</summary>
/// <remarks>
/// McNemar (1947); mid-p after Fagerland, Lydersen and Laake (2013). "Not significant" is not "no drop": see <see cref="Tango"/>.
/// </remarks>
public readonly record struct McNemar(double P, double MidP)
{
    /// <param name="b">Samples the baseline has right and the candidate wrong.</param>
    /// <param name="c">Samples the baseline has wrong and the candidate right.</param>
    public static McNemar Exact(int b, int c)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(b);
        ArgumentOutOfRangeException.ThrowIfNegative(c);
        if (b + c == 0) return new McNemar(1, 1);
        var fewer = Math.Min(b, c);
        var tail = 2 * Binomial.AtMost(fewer, b + c, 0.5);
        return new McNemar(Math.Min(1, tail), Math.Min(1, tail - Binomial.Exactly(fewer, b + c, 0.5)));
    }
}
