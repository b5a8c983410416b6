namespace BenchFleet.Statistics;

/// <summary>What a comparison of a candidate with its baseline allows to say.</summary>
public enum Verdict
{
    /// <summary>Neither a difference nor the absence of one is shown.</summary>
    Inconclusive,

    /// <summary>The candidate takes less time than the baseline.</summary>
    Faster,

    /// <summary>The candidate takes more time than the baseline.</summary>
    Slower,

    /// <summary>The difference is shown to be smaller than the margin (two one-sided tests).</summary>
    Equivalent,
}
