using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using BenchFleet.Core.Sweeps;
using BenchFleet.Statistics;

namespace BenchFleet.Scheduling.Planning;

/// <summary>
/// Name, seed and order of a block, all made from (sweep seed, board, round): planned twice it is the same block, and a reader of the
/// results can shuffle it again. Uniform random order, because a fixed one keeps a bias under drift (method.md, section 2.6).
/// </summary>
public static class BlockOrder
{
    public static ulong Seed(ulong sweepSeed, BoardKey board, int round) =>
        BinaryPrimitives.ReadUInt64LittleEndian(Digest($"order/{sweepSeed}", board, round));

    public static Guid Id(BoardKey board, int round) => new(Digest("block", board, round).AsSpan(0, 16));

    public static ImmutableArray<T> Shuffled<T>(IEnumerable<T> launches, ulong seed)
    {
        var order = launches.ToArray();
        new SplitMix64(seed).Shuffle<T>(order);
        return [.. order];
    }

    // The sweep is left out of the seed's digest: two sweeps with one seed measure in one order, which is what repeating a sweep means.
    private static byte[] Digest(string purpose, BoardKey board, int round)
    {
        var sweep = purpose == "block" ? board.Sweep.ToString("N") : "";
        var text = $"{purpose}/{sweep}/{board.Model}/{board.Scenario}/{board.Batch}/{board.Device:N}/{round}";
        return SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }
}
