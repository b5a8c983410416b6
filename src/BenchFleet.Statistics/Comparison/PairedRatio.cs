namespace BenchFleet.Statistics;

/// <summary>
/// Candidate over baseline on the same blocks: d_i = ln(candidate_i / baseline_i), estimate exp(mean d) with Student-t intervals, and a
/// Hodges-Lehmann twin that is not moved by one odd block.
/// </summary>
/// <remarks>
/// Verdict with margin m: 90 % interval inside +-ln(1+m) is <see cref="Verdict.Equivalent"/> (two one-sided tests at 5 %); else the 95 %
/// interval above or below 0 is Slower or Faster; else Inconclusive. Using the 90 % interval for both would double the false claims. When
/// the twin exists and says something else, the verdict is Inconclusive. Ratio below 1 means the candidate is faster.
/// </remarks>
public sealed record PairedRatio
{
    public const double DefaultMargin = 0.02;

    private const double UsualAlpha = 0.05;

    /// <summary>exp(mean d); below 1 the candidate is faster.</summary>
    public required double Ratio { get; init; }

    /// <summary>Lower end of the 95 % interval; 0 with fewer than two blocks.</summary>
    public required double Lower { get; init; }

    /// <summary>Upper end of the 95 % interval; infinite with fewer than two blocks.</summary>
    public required double Upper { get; init; }

    /// <summary>The interval that equivalence and <see cref="BeyondMargin"/> are judged by.</summary>
    public required Interval Interval90 { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>The verdict of the t intervals alone; differs from <see cref="Verdict"/> only when the robust twin disagrees.</summary>
    public required Verdict VerdictByMean { get; init; }

    /// <summary>The whole 90 % interval lies outside the margin, on one side.</summary>
    public required bool BeyondMargin { get; init; }

    public required int BlockCount { get; init; }

    public required double Margin { get; init; }

    /// <summary>Half the width of the 95 % interval of mean d: what "measured to +-2 %" refers to.</summary>
    public required double LogHalfWidth { get; init; }

    /// <summary>exp of the Hodges-Lehmann centre of d.</summary>
    public required double RobustRatio { get; init; }

    /// <summary>The exact signed-rank interval at 95 %; null below six blocks.</summary>
    public required Interval? RobustInterval { get; init; }

    public required double? RobustCoverage { get; init; }

    /// <param name="baseline">One value per block, for example the launch's p50.</param>
    /// <param name="candidate">The candidate's value in the same block, at the same index.</param>
    /// <param name="margin">The difference that does not matter, 0.02 = 2 %; never below the device's noise floor.</param>
    /// <param name="alpha">Level of the verdict only; the reported intervals stay at 95 % and 90 %.</param>
    public static PairedRatio Compare(
        ReadOnlySpan<double> baseline, ReadOnlySpan<double> candidate, double margin = DefaultMargin, double alpha = UsualAlpha)
    {
        Require.Probability(alpha);
        var usual = Compare(baseline, candidate, margin, out var ratios);
        return alpha == UsualAlpha ? usual : usual.Rejudged(ratios, alpha);
    }

    /// <summary>The comparison at 5 %, with the ratios for <see cref="Rejudged"/>.</summary>
    internal static PairedRatio Compare(ReadOnlySpan<double> baseline, ReadOnlySpan<double> candidate, double margin, out LogRatios ratios)
    {
        Require.NotEmpty(baseline);
        Require.SameLength(baseline.Length, candidate.Length, nameof(candidate));
        Require.Positive(baseline);
        Require.Positive(candidate);
        if (!(margin >= 0))
            throw new ArgumentOutOfRangeException(nameof(margin), margin, "A margin of zero or more is needed, 0.02 for 2 %.");
        ratios = LogRatios.Of(baseline, candidate);
        return Of(ratios, margin);
    }

    /// <summary>The same blocks, the verdict taken at another level.</summary>
    internal PairedRatio Rejudged(LogRatios ratios, double alpha)
    {
        var limit = Math.Log(1 + Margin);
        var byMean = Judge(ratios.ByMean(1 - 2 * alpha), ratios.ByMean(1 - alpha), limit);
        return this with { VerdictByMean = byMean, Verdict = Agrees(ratios, limit, alpha, byMean) ? byMean : Verdict.Inconclusive };
    }

    private static PairedRatio Of(LogRatios ratios, double margin)
    {
        var limit = Math.Log(1 + margin);
        var half = ratios.HalfWidth(0.95);
        var t95 = new Interval(ratios.Mean - half, ratios.Mean + half);
        var t90 = ratios.ByMean(0.90);
        var robust = ratios.ByRanks(0.95);
        var byMean = Judge(t90, t95, limit);
        return new PairedRatio
        {
            Ratio = Math.Exp(ratios.Mean),
            Lower = Math.Exp(t95.Lower),
            Upper = Math.Exp(t95.Upper),
            Interval90 = t90.Exp(),
            Verdict = Agrees(ratios, limit, UsualAlpha, byMean) ? byMean : Verdict.Inconclusive,
            VerdictByMean = byMean,
            BeyondMargin = t90.Lower > limit || t90.Upper < -limit,
            BlockCount = ratios.Count,
            Margin = margin,
            LogHalfWidth = half,
            RobustRatio = Math.Exp(robust.Estimate),
            RobustInterval = robust.Interval?.Exp(),
            RobustCoverage = robust.Coverage,
        };
    }

    // With few blocks the exact intervals do not exist at this level, and the t intervals decide alone.
    private static bool Agrees(LogRatios ratios, double limit, double alpha, Verdict byMean)
    {
        var narrow = ratios.ByRanks(1 - 2 * alpha).Interval;
        var wide = ratios.ByRanks(1 - alpha).Interval;
        return narrow is null || wide is null || Judge(narrow.Value, wide.Value, limit) == byMean;
    }

    private static Verdict Judge(Interval forEquivalence, Interval forDifference, double limit)
    {
        if (forEquivalence.IsInside(-limit, limit)) return Verdict.Equivalent;
        if (forDifference.Lower > 0) return Verdict.Slower;
        return forDifference.Upper < 0 ? Verdict.Faster : Verdict.Inconclusive;
    }
}
