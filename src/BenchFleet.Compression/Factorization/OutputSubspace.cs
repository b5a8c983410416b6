using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Numerics;

namespace BenchFleet.Compression.Factorization;

/// <summary>Directions in the space of a layer's outputs, the most important first.</summary>
/// <param name="Energies">How much each carries.</param>
/// <param name="Directions">Orthonormal, each as long as the layer has outputs.</param>
/// <param name="Mean">What the outputs (bias left out) are on average; kept by the bias. Null where the energy was not centred.</param>
internal sealed record OutputSubspace(double[] Energies, double[][] Directions, double[]? Mean)
{
    /// <summary>From the weights alone: the right singular vectors of W.</summary>
    public static OutputSubspace OfWeights(double[] weights, int rows, int columns, CancellationToken cancellation)
    {
        var found = SingularValues.Of(weights, rows, columns, cancellation);
        return new(Array.ConvertAll(found.Values, value => value * value), found.Right, null);
    }

    /// <summary>
    /// From samples: |X (W - W_r)| is least for W_r = W V Vᵀ with V the first right singular vectors of X^½ W, X the Gram matrix of the inputs.
    /// These are the eigenvectors of (X^½ W)ᵀ (X^½ W) = Wᵀ X W = Yᵀ Y, the Gram matrix of the outputs, which is observed directly: it is smaller than
    /// X, needs no root or inverse, and serves convolutions too. With a bias to put the mean into, the mean is taken out before.
    /// </summary>
    /// <param name="sums">Sums over rows of the observed outputs.</param>
    /// <param name="gram">Their Gram matrix.</param>
    /// <param name="bias">What the observed values have in them beside the product.</param>
    /// <param name="centred">The layer can take a bias.</param>
    public static OutputSubspace OfOutputs(FeatureSums sums, GramMatrix gram, ReadOnlySpan<float> bias, bool centred, CancellationToken cancellation)
    {
        var (size, rows) = (gram.Size, (double)gram.Rows);
        var (product, mean) = (new double[size * size], new double[size]);
        for (var i = 0; i < size; i++)
            mean[i] = sums.Sum[i] / rows - bias[i];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                var covariance = gram.Values[i * size + j] / rows - sums.Sum[i] / rows * (sums.Sum[j] / rows);
                product[i * size + j] = covariance + (centred ? 0 : mean[i] * mean[j]);
            }
        }

        var found = SingularValues.Of(product, size, size, cancellation);
        return new(found.Values, found.Right, centred ? mean : null);
    }
}
