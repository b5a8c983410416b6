namespace BenchFleet.Samples;

/// <summary>
/// The SplitMix64 generator (Steele, Lea, Flood 2014; constants of Vigna's reference). Integer arithmetic only, so one seed gives one
/// sequence on every machine. Also the source of the inputs of the oracle fixtures. Not for secrets.
/// </summary>
public sealed class SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        return Mix(_state);
    }

    /// <summary>Uniform in [0, 1) with 53 bits.</summary>
    public double NextUnit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public float NextBetween(float low, float high) => low + ((high - low) * (float)NextUnit());

    /// <summary>Uniform in 0..count-1. The bias of the modulo is below count / 2^64.</summary>
    public int NextIndex(int count) => (int)(Next() % (ulong)count);

    /// <summary>A seed of its own for one member of a family, so that member i does not depend on how many were drawn before it.</summary>
    public static ulong Derive(ulong seed, int index) =>
        Mix(Mix(seed + 0x9E3779B97F4A7C15UL) ^ (0xD1B54A32D192ED03UL * ((ulong)index + 1)));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
