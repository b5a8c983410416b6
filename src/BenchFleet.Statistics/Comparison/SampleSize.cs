namespace BenchFleet.Statistics;

/// <summary>How much must be measured before it is measured.</summary>
public static class SampleSize
{
    /// <summary>
    /// Launches so that the 95 % t half-width of the mean is at most the target: launch sd 1 % needs 7, 4, 3 launches for +-1, 2, 5 %.
    /// Both arguments in the same unit; never fewer than three launches, the floor of screening.
    /// </summary>
    public static int LaunchesForHalfWidth(double launchSd, double halfWidth, double confidence = 0.95)
    {
        Require.Positive(launchSd);
        Require.Positive(halfWidth);
        for (var launches = 3; ; launches++)
        {
            if (StudentT.Quantile(0.5 + confidence / 2, launches - 1) * launchSd / Math.Sqrt(launches) <= halfWidth) return launches;
        }
    }

    /// <summary>
    /// Samples to show by <see cref="Tango"/> that a drop is below the margin: (z.95 + z.80)^2 (psi - d^2) / (m - d)^2, psi = share of
    /// discordant pairs. psi 2 %, no true drop, margin 1 % needs 1,237.
    /// </summary>
    public static int SamplesForNonInferiority(double discordantShare, double trueDrop, double margin, double alpha = 0.05, double power = 0.8)
    {
        Require.Probability(discordantShare);
        if (!(margin > trueDrop))
            throw new ArgumentOutOfRangeException(nameof(margin), margin, $"A margin above the true drop of {trueDrop} is needed: no sample shows otherwise.");
        var z = Normal.Quantile(1 - alpha) + Normal.Quantile(power);
        return (int)Math.Ceiling(z * z * (discordantShare - trueDrop * trueDrop) / ((margin - trueDrop) * (margin - trueDrop)));
    }
}
