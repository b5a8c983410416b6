namespace BenchFleet.Statistics;

/// <summary>
/// rho(tau): the share of problems on which a method is within a factor tau of the best. Failures are infinite times and count against the
/// method.
/// </summary>
/// <remarks>
/// Dolan and More (Mathematical Programming 2002). Read only the winner's curve, or rho(1) and rho(2): curves below the best can change
/// order when it is removed (Gould and Scott, 2016).
/// </remarks>
public static class PerformanceProfile
{
    /// <param name="timesByProblem">One row per problem, one positive time per method; infinity for a failure.</param>
    /// <param name="tau">At least 1.</param>
    public static double[] Rho(IReadOnlyList<double[]> timesByProblem, double tau)
    {
        if (timesByProblem.Count == 0) throw new ArgumentException("At least one problem is needed.", nameof(timesByProblem));
        if (!(tau >= 1)) throw new ArgumentOutOfRangeException(nameof(tau), tau, "A factor of 1 or more is needed.");
        var within = new double[timesByProblem[0].Length];
        foreach (var times in timesByProblem)
        {
            Require.SameLength(within.Length, times.Length, nameof(timesByProblem));
            var best = times.Min();
            for (var method = 0; method < within.Length; method++)
            {
                // The allowance keeps a time of exactly tau times the best inside after rounding.
                if (double.IsFinite(times[method]) && times[method] <= tau * best * (1 + 1e-12)) within[method]++;
            }
        }

        return [.. within.Select(count => count / timesByProblem.Count)];
    }
}
