using System.Collections.Immutable;
using BenchFleet.Measurement.Datasets.Fitting;

namespace BenchFleet.Measurement.Datasets.Description;

/// <summary>The preprocessing of the dataset, or of one split, where it replaces what the split says otherwise.</summary>
internal static class PreprocessingSection
{
    public static Preprocessing Read(YamlSection? section, Preprocessing inherited)
    {
        if (section is null) return inherited;
        var result = inherited with
        {
            Scale = section.Number("scale") ?? inherited.Scale,
            Offset = section.Number("offset") ?? inherited.Offset,
            Layout = section.Choice("layout", inherited.Layout),
            Color = section.Choice("color", inherited.Color),
            Flatten = section.OptionalText("flatten") is { } flatten ? flatten == "true" : inherited.Flatten,
            Mean = section.Has("mean") ? section.Numbers("mean") : inherited.Mean,
            Std = section.Has("std") ? section.Numbers("std") : inherited.Std,
            Resize = section.Has("resize") ? Sides(section, "resize") : inherited.Resize,
            Crop = section.Has("crop") ? Sides(section, "crop") : inherited.Crop,
        };
        section.RefuseOthers();
        if (result.Std.Any(std => std == 0)) throw section.Fault("std", "has a 0, by which nothing can be divided");
        return result;
    }

    private static ImmutableArray<int> Sides(YamlSection section, string key)
    {
        var sides = section.Numbers(key);
        return sides.Length is 1 or 2 && sides.All(side => side is >= 1 and <= 16384 && side == Math.Floor(side))
            ? [.. sides.Select(side => (int)side)]
            : throw section.Fault(key, "is not a length or [height, width] in pixels, each 1 to 16384");
    }
}
