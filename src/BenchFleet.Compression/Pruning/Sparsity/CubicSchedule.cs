namespace BenchFleet.Compression.Pruning.Sparsity;

/// <summary>
/// Sparsity that rises fast at first and slowly at the end, for pruning between steps of training: s(t) = e + (s - e)(1 - t)³ (Zhu, Gupta,
/// To Prune or Not to Prune, 2017).
/// </summary>
public static class CubicSchedule
{
    /// <param name="start">Sparsity at position 0.</param>
    /// <param name="end">Sparsity at position 1.</param>
    /// <param name="position">How far training has come, 0 to 1.</param>
    public static double At(double start, double end, double position)
    {
        var rest = 1 - Math.Clamp(position, 0, 1);
        return end + (start - end) * rest * rest * rest;
    }
}
