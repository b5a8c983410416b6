using System.Collections.Immutable;
using System.Globalization;

namespace BenchFleet.Measurement.Datasets.Sources;

/// <summary>The classes of a dataset, by position. An empty list leaves the number of classes open.</summary>
internal sealed class ClassNames(ImmutableArray<string> labels)
{
    public ImmutableArray<string> Labels => labels;

    public int Check(long label, string where) =>
        label < 0 || (labels.Length > 0 && label >= labels.Length) || label > int.MaxValue
            ? throw new InvalidDataException(
                $"{where} has label {label}, where {(labels.Length > 0 ? $"0 to {labels.Length - 1}" : "a number from 0")} is expected.")
            : (int)label;

    /// <summary>A label by its name or by its number.</summary>
    public int Parse(string text, string where)
    {
        var named = labels.IndexOf(text);
        if (named >= 0) return named;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Check(number, where)
            : throw new InvalidDataException(
                $"{where} has label '{text}', which is neither a class number nor one of the dataset's labels.");
    }
}
