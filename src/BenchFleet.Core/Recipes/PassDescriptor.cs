using System.Collections.Immutable;
using System.Globalization;

namespace BenchFleet.Core.Recipes;

public enum PassOptionKind
{
    Choice,
    Integer,
    Real,
    Flag,

    /// <summary>Names separated by '+', for example node names.</summary>
    Names,
}

/// <summary>One setting of a pass: its meaning, unit, default and range.</summary>
public sealed record PassOption(string Name, PassOptionKind Kind, string Default, string Summary, ImmutableArray<string> Choices = default, double Min = double.MinValue, double Max = double.MaxValue)
{
    public string Range => Kind switch
    {
        PassOptionKind.Choice => string.Join('|', Choices),
        PassOptionKind.Flag => "true|false",
        PassOptionKind.Names => "names separated by '+'",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Min}..{Max}"),
    };

    /// <summary>The canonical text of a value, or null with the reason it is refused.</summary>
    public string? Canonical(string text, out string? refusal)
    {
        refusal = null;
        var value = text.Trim();
        switch (Kind)
        {
            case PassOptionKind.Choice when Choices.Contains(value): return value;
            case PassOptionKind.Flag when bool.TryParse(value, out var flag): return flag ? "true" : "false";
            case PassOptionKind.Integer when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) && n >= Min && n <= Max:
                return n.ToString(CultureInfo.InvariantCulture);
            case PassOptionKind.Real when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var d) && d >= Min && d <= Max:
                return d.ToString("R", CultureInfo.InvariantCulture);
            case PassOptionKind.Names:
                return string.Join('+', value.Split('+', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            default:
                refusal = $"'{text}' is not a value of {Name}: {Range} is expected";
                return null;
        }
    }
}

/// <summary>What people and the server need to know of a pass without having its code.</summary>
/// <param name="Name">Dotted name, for example quantize.static.</param>
/// <param name="Version">Raised whenever the same settings give other bytes; part of the variant's identity.</param>
/// <param name="NeedsCalibration">Whether it needs samples of a calibration split.</param>
/// <param name="Helps">Where it pays, in one sentence.</param>
/// <param name="Never">Where it never pays, in one sentence.</param>
public sealed record PassDescriptor(string Name, int Version, string Summary, bool NeedsCalibration, string Helps, string Never, ImmutableArray<PassOption> Options, string Source)
{
    public PassOption? Option(string name) => Options.FirstOrDefault(option => option.Name == name);
}
