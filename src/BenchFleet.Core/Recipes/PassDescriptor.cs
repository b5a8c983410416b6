using System.Collections.Immutable;
using System.Globalization;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Recipes.Order;

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
    /// <summary>What a number counts, for example bits; empty for shares and words.</summary>
    public string Unit { get; init; } = "";

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

/// <summary>When a pass needs samples of a calibration split.</summary>
/// <param name="Option">The option that decides; empty when nothing does.</param>
/// <param name="Values">Values of the option that need samples.</param>
public sealed record CalibrationNeed(bool IsAlways, string Option, ImmutableArray<string> Values)
{
    public static CalibrationNeed Never { get; } = new(false, "", []);

    public static CalibrationNeed Always { get; } = new(true, "", []);

    public static CalibrationNeed When(string option, params ReadOnlySpan<string> values) => new(false, option, [.. values]);

    /// <summary>A second option that decides.</summary>
    public CalibrationNeed? Other { get; init; }

    public CalibrationNeed Or(string option, params ReadOnlySpan<string> values) => this with { Other = When(option, values) };

    public bool Of(PassDescriptor pass, IReadOnlyDictionary<string, string> settings) =>
        IsAlways || (Option.Length > 0 && Values.Contains(settings.GetValueOrDefault(Option) ?? pass.Option(Option)!.Default))
        || Other?.Of(pass, settings) == true;

    public override string ToString() => this switch
    {
        { IsAlways: true } => "calibration samples",
        { Option.Length: > 0 } => $"calibration samples when {Option} is {string.Join(" or ", Values)}"
            + (Other is null ? "" : $", or {Other.Option} is {string.Join(" or ", Other.Values)}"),
        _ => "nothing but the model",
    };
}

/// <summary>What people and the server need to know of a pass without having its code.</summary>
/// <param name="Name">Dotted name, for example quantize.static.</param>
/// <param name="Version">Raised whenever the same settings give other bytes; part of the variant's identity.</param>
/// <param name="Calibration">When it needs samples of a calibration split.</param>
/// <param name="Helps">Where it pays, in one sentence.</param>
/// <param name="Never">Where it never pays, in one sentence.</param>
public sealed record PassDescriptor(
    string Name, int Version, string Summary, CalibrationNeed Calibration, string Helps, string Never, ImmutableArray<PassOption> Options, string Source)
{
    /// <summary>Its place in a recipe; default: that of its family.</summary>
    public PassStage Stage { get; init; } = PassStages.OfFamily(Name);

    /// <summary>What holds for this pass beside what holds for its stage.</summary>
    public ImmutableArray<OrderConstraint> Order { get; init; } = [];

    /// <summary>All that a recipe's order is checked by.</summary>
    public ImmutableArray<OrderConstraint> Constraints => [.. StageOrder.Of(Stage), .. Order];

    /// <summary>Least operator set of its output with default options; 0 takes every model as it is. Older models are raised first.</summary>
    public int Opset { get; init; }

    /// <summary>It works only where the shapes of values are known.</summary>
    public bool NeedsShapes { get; init; }

    /// <summary>Devices whose kernels make use of it.</summary>
    public ImmutableArray<KernelFamily> HelpsOn { get; init; } = [];

    /// <summary>Devices that it makes slower, or that do not run it.</summary>
    public ImmutableArray<KernelFamily> NeverOn { get; init; } = [];

    public PassOption? Option(string name) => Options.FirstOrDefault(option => option.Name == name);
}
