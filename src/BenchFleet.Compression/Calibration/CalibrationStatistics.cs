using System.Collections.Immutable;
using System.Text.Json.Serialization;
using BenchFleet.Compression.Calibration.Files;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Compression.Calibration;

/// <summary>
/// What calibration saw for one pass: an artefact of its own, since it comes from floats that differ a little from processor to processor,
/// while the pass makes the same bytes of the same statistics everywhere.
/// </summary>
/// <param name="Samples">Samples that were run.</param>
/// <param name="Values">By name of the value.</param>
/// <param name="Measured">What the pass measured itself by running samples (<see cref="Passes.PassContext.Measure"/>), by its own key.</param>
public sealed record CalibrationStatistics(
    int Samples, ImmutableSortedDictionary<string, ValueStatistics> Values, ImmutableSortedDictionary<string, float[]> Measured)
{
    public static CalibrationStatistics Empty { get; } = new(
        0, ImmutableSortedDictionary.Create<string, ValueStatistics>(StringComparer.Ordinal), ImmutableSortedDictionary.Create<string, float[]>(StringComparer.Ordinal));

    [JsonIgnore]
    public ContentHash Hash => CalibrationFile.HashOf(new(ImmutableSortedDictionary<int, CalibrationStatistics>.Empty.Add(0, this)));

    public ValueRange? RangeOf(string value) => Values.GetValueOrDefault(value)?.Range;

    public bool Equals(CalibrationStatistics? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();
}

/// <summary>The statistics of a whole recipe: those of each step that wanted any, by the step's place from 0.</summary>
public sealed record CalibrationRecord(ImmutableSortedDictionary<int, CalibrationStatistics> Steps)
{
    public static CalibrationRecord Empty { get; } = new(ImmutableSortedDictionary<int, CalibrationStatistics>.Empty);

    /// <summary>Text of the recipe it was made for; empty when that is not known.</summary>
    public string Recipe { get; init; } = "";

    /// <summary>That of the content of its file.</summary>
    [JsonIgnore]
    public ContentHash Hash => CalibrationFile.HashOf(this);

    public bool Equals(CalibrationRecord? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();
}
