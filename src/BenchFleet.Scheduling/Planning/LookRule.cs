using BenchFleet.Core.Runtime;
using BenchFleet.Statistics;

namespace BenchFleet.Scheduling.Planning;

/// <summary>
/// Whether a comparison over blocks has been decided, at the looks of a profile (method.md, section 3): stop when the 95 % half-width
/// reached the profile's target or at the last look; before, only when the verdict at 5 % shared out over the looks is not inconclusive.
/// </summary>
public static class LookRule
{
    private const double Alpha = 0.05;

    /// <summary>Null: go on. Otherwise why it stops, in words.</summary>
    public static string? Stop(MeasureProfile profile, ReadOnlySpan<double> baseline, ReadOnlySpan<double> candidate)
    {
        var blocks = baseline.Length;
        if (blocks >= profile.Looks[^1]) return $"the last look, after {blocks} blocks";
        if (!profile.Looks.Contains(blocks)) return null;

        var paired = PairedRatio.Compare(baseline, candidate, PairedRatio.DefaultMargin, Alpha / profile.Looks.Length);
        return paired.LogHalfWidth <= profile.WidthAcross ? $"the ratio is known to ±{paired.LogHalfWidth:P1} after {blocks} blocks"
            : paired.Verdict != Verdict.Inconclusive ? $"{paired.Verdict.ToString().ToLowerInvariant()} after {blocks} blocks"
            : null;
    }
}
