using BenchFleet.Compression.Calibration;

namespace BenchFleet.Compression.Numerics;

/// <summary>
/// The triangular factor of the inverse of a damped Gram matrix. Its row j says how much the rounding errors of the features before j move
/// the best weight of feature j: what error-compensated rounding starts from.
/// </summary>
internal static class InverseFactor
{
    private const int MostTries = 8;

    /// <summary>
    /// The lower triangular V with (H + λI)⁻¹ = V Vᵀ, rows contiguous. Null for a matrix without a positive diagonal, or with numbers that are none.
    /// </summary>
    /// <remarks>
    /// With J the exchange matrix and J (H + λI) J = L Lᵀ, U = J L⁻¹ J: one factorisation and one triangular inverse instead of the three
    /// steps of the usual recipe. λ is <paramref name="damping"/> times the mean of the diagonal, ten times more whenever that is too little.
    /// </remarks>
    /// <param name="order">The order in which rows are taken: row i of the result is feature order[i].</param>
    public static double[]? Of(GramMatrix gram, double damping, ReadOnlySpan<int> order)
    {
        var size = gram.Size;
        var mean = 0.0;
        for (var i = 0; i < size; i++)
            mean += gram.Values[i * size + i] / size;
        if (!(mean > 0) || !double.IsFinite(mean)) return null;

        for (var (tries, added) = (0, damping * mean); tries < MostTries; tries++, added *= 10)
        {
            var flipped = Flipped(gram, added, order);
            if (Cholesky.Factor(flipped, size)) return FlippedBack(TriangularInverse.Of(flipped, size), size);
        }

        return null;
    }

    private static double[] Flipped(GramMatrix gram, double added, ReadOnlySpan<int> order)
    {
        var size = gram.Size;
        var result = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            var row = gram.Values.AsSpan(order[size - 1 - i] * size, size);
            for (var j = 0; j <= i; j++)
                result[i * size + j] = row[order[size - 1 - j]];
            result[i * size + i] += added;
        }

        return result;
    }

    /// <summary>Uᵀ[j, i] = U[i, j] = L⁻¹[n-1-i, n-1-j], in tiles that stay in the cache.</summary>
    private static double[] FlippedBack(double[] inverse, int size)
    {
        const int tile = 32;
        var result = new double[inverse.Length];
        for (var top = 0; top < size; top += tile)
        {
            for (var left = 0; left <= top; left += tile)
            {
                for (var j = top; j < Math.Min(top + tile, size); j++)
                {
                    for (var i = left; i < Math.Min(left + tile, j + 1); i++)
                        result[j * size + i] = inverse[(size - 1 - i) * size + size - 1 - j];
                }
            }
        }

        return result;
    }
}
