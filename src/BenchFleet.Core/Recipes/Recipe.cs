using System.Collections.Immutable;
using System.Text.Json.Serialization;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Core.Recipes;

/// <summary>One pass and the settings that differ from its defaults. Values are in the canonical text of <see cref="PassOption"/>.</summary>
[method: JsonConstructor]
public sealed record PassStep(string Pass, ImmutableSortedDictionary<string, string> Settings)
{
    public PassStep(string pass) : this(pass, ImmutableSortedDictionary<string, string>.Empty) { }

    [JsonIgnore]
    public bool NeedsCalibration => PassCatalogue.Find(Pass) is { } pass && pass.Calibration.Of(pass, Settings);

    public override string ToString() => Settings.IsEmpty ? Pass : $"{Pass}({string.Join(',', Settings.Select(s => $"{s.Key}={s.Value}"))})";
}

/// <summary>
/// What is done to a model, in order, with a seed. The empty recipe is the baseline. Same hash, same model and same calibration data
/// means the same variant, byte for byte.
/// </summary>
public sealed record Recipe(ImmutableArray<PassStep> Steps, ulong Seed = 0)
{
    public static Recipe Baseline { get; } = new([]);

    [JsonIgnore]
    public bool IsBaseline => Steps.IsEmpty;

    /// <summary>The short form, also what people read: <c>graph.clean | quantize.static(weights=s8)</c>.</summary>
    [JsonIgnore]
    public string Text => IsBaseline ? "baseline" : string.Join(" | ", Steps) + (Seed == 0 ? "" : $" @{Seed}");

    [JsonIgnore]
    public ContentHash Hash => ContentHash.Of(CanonicalJson.Write(this));

    [JsonIgnore]
    public bool NeedsCalibration => Steps.Any(step => step.NeedsCalibration);

    public bool Equals(Recipe? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();
}
