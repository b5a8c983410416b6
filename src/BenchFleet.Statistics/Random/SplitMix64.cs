namespace BenchFleet.Statistics;

/// <summary>
/// The only source of randomness in the product: 64 bits of state, the same sequence in every language, so that a recorded seed
/// reproduces a shuffle, an arrival schedule or a bootstrap exactly. Not for cryptography.
/// </summary>
/// <remarks>
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014).
/// Seed 0 gives 16294208416658607535, 7960286522194355700, 487617019471545679.
/// A mutable class on purpose: a copied struct would silently repeat its numbers.
/// </remarks>
public sealed class SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong NextUInt64()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15UL;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }

    /// <summary>Uniform on [0, 1) with 53 random bits: (x &gt;&gt; 11) * 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform on 0 .. n-1 as floor(u * n). The bias is below n * 2^-53, irrelevant for counts that fit in memory.</summary>
    public int NextIndex(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        return (int)(NextDouble() * n);
    }

    /// <summary>Fisher-Yates from the end; every order equally likely up to the bias of <see cref="NextIndex"/>.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextIndex(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}
