using System.Collections.Immutable;
using System.Text.Json.Serialization;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Compression.Calibration;

/// <summary>The values that a tensor took over all samples.</summary>
public readonly record struct ValueRange(float Min, float Max)
{
    public static ValueRange Of(float value) => new(value, value);

    public ValueRange With(ValueRange other) => new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));
}

/// <summary>
/// What calibration saw: an artefact of its own, since ranges come from floats that differ a little from processor to processor, while
/// quantizing from the same statistics gives the same bytes everywhere.
/// </summary>
/// <param name="Samples">Samples that were run.</param>
/// <param name="Ranges">By name of the value.</param>
public sealed record CalibrationStatistics(int Samples, ImmutableSortedDictionary<string, ValueRange> Ranges)
{
    [JsonIgnore]
    public ContentHash Hash => ContentHash.Of(CanonicalJson.Write(this));

    public bool Equals(CalibrationStatistics? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();
}
