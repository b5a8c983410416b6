namespace BenchFleet.Compression.Quantization.Mixed;

/// <summary>Bisection over how many layers of an order stay float.</summary>
/// <param name="target">When it is enough, and how many are allowed.</param>
/// <param name="layers">Layers in the order; at least one stays in integers, or nothing is quantized.</param>
/// <param name="judge">What is left with so many of them in float; null where that quantizes nothing.</param>
internal sealed class FewestFloatLayers(MixedTarget target, int layers, Func<int, Fidelity?> judge)
{
    /// <param name="none">What is left with none of them in float: too little.</param>
    /// <returns>The fewest that meet the target; where none does, the best seen.</returns>
    public (int Count, Fidelity Fidelity) Search(Fidelity none)
    {
        var most = Math.Min((int)Math.Floor(layers * target.FloatShare), layers - 1);
        var best = (Count: 0, Fidelity: none);
        if (most < 1 || judge(most) is not { } limit) return best;
        if (!target.IsMetBy(limit)) return limit.Sqnr > none.Sqnr ? (most, limit) : best;

        var (tooFew, enough) = (0, (Count: most, Fidelity: limit));
        while (enough.Count - tooFew > 1)
        {
            var middle = (tooFew + enough.Count) / 2;
            if (judge(middle) is { } seen && target.IsMetBy(seen)) enough = (middle, seen);
            else tooFew = middle;
        }

        return enough;
    }
}
