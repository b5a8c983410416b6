using System.Collections.Immutable;

namespace BenchFleet.Compression.Factorization;

/// <summary>Settings of lowrank.svd.</summary>
/// <param name="Energy">Share of the energy (sum of squared singular values) that is kept, 0 to 1; default 0.95.</param>
/// <param name="Ratio">Share of a layer's weights that is left, 0 to 1; above 0 it decides instead of the energy. Default 0.</param>
/// <param name="FromData">The energy is that of the layer's outputs on samples, not of its weights; default false.</param>
/// <param name="Exclude">Nodes left whole.</param>
public sealed record LowRankSettings(double Energy, double Ratio, bool FromData, ImmutableArray<string> Exclude)
{
    public static LowRankSettings Default { get; } = new(0.95, 0, false, []);

    /// <summary>The rank for a [rows, columns] matrix with these energies, the greatest first.</summary>
    public int RankOf(IReadOnlyList<double> energies, int rows, int columns)
    {
        if (Ratio > 0) return Math.Clamp((int)(Ratio * rows * columns / (rows + columns)), 1, energies.Count);
        var (wanted, sum) = (Energy * energies.Sum(), 0.0);
        for (var rank = 1; rank < energies.Count; rank++)
        {
            sum += energies[rank - 1];
            if (sum >= wanted) return rank;
        }

        return energies.Count;
    }

    /// <summary>True when two thin matrices have fewer weights than the whole one.</summary>
    public static bool Pays(int rank, int rows, int columns) => (long)rank * (rows + columns) < (long)rows * columns;
}
