namespace BenchFleet.Cli.Report;

/// <summary>A label cut in its middle where a plot has no room for it: its end, the runtime settings, often is all that tells two rows apart.</summary>
internal static class ShortLabel
{
    private const int Tail = 12;

    public static string Of(string label, int most) => label.Length <= most ? label : $"{label[..(most - Tail - 1)].TrimEnd()}…{label[^Tail..]}";
}
