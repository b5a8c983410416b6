using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using BenchFleet.Measurement.Datasets.Fitting;

namespace BenchFleet.Measurement.Datasets.Description;

/// <summary>Inputs that are the same for every sample: <c>state: zeros[2,1,128]</c>, <c>sr: 16000</c>, <c>sizes: [480, 640]</c>.</summary>
internal static partial class FixedInputSection
{
    private const long LargestCount = 1 << 26;

    public static ImmutableArray<FixedInput> Read(YamlSection? section) =>
        section is null ? [] : [.. section.Keys.Select(name => ReadOne(section, name))];

    private static FixedInput ReadOne(YamlSection section, string name)
    {
        var texts = section.Texts(name);
        if (texts is [var single] && Filled().Match(single) is { Success: true } filled)
        {
            var dims = filled.Groups["dims"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(dim => long.Parse(dim, CultureInfo.InvariantCulture)).ToImmutableArray();
            if (dims.Aggregate(Int128.One, (product, dim) => product * dim) > LargestCount)
                throw section.Fault(name, $"has more than {LargestCount} values");
            return new FixedInput(name, dims, [filled.Groups["word"].Value == "ones" ? 1 : 0]);
        }

        // A plain number has no shape of its own: it takes the shape of the model's input.
        return new FixedInput(name, texts.Length == 1 ? null : [texts.Length], section.Numbers(name));
    }

    [GeneratedRegex(@"^(?<word>zeros|ones)\[(?<dims>[0-9]{1,9}(,\s*[0-9]{1,9}){0,7})?\]$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Filled();
}
