using System.Globalization;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Ranking;

namespace BenchFleet.Cli.Output;

/// <summary>Numbers as people read them; a missing one is a dash.</summary>
internal static class Quantity
{
    public const string Missing = "-";

    public static string Time(double? ns) => ns switch
    {
        null => Missing,
        < 1e3 => Text(ns.Value, "0") + " ns",
        < 1e6 => Text(ns.Value / 1e3, "0.0") + " µs",
        < 1e9 => Text(ns.Value / 1e6, "0.00") + " ms",
        _ => Text(ns.Value / 1e9, "0.00") + " s",
    };

    public static string Bytes(long? bytes) => bytes switch
    {
        null => Missing,
        < 1000 => bytes + " B",
        < 1_000_000 => Text(bytes.Value / 1e3, "0.0") + " kB",
        < 1_000_000_000 => Text(bytes.Value / 1e6, "0.0") + " MB",
        _ => Text(bytes.Value / 1e9, "0.00") + " GB",
    };

    public static string Rate(double? perSecond) => perSecond is not { } rate ? Missing : Text(rate, rate < 100 ? "0.0" : "#,0") + "/s";

    public static string Percent(double? share, string digits = "0.0") => share is { } value ? Text(100 * value, digits) + " %" : Missing;

    public static string Ratio(Estimate? ratio) => ratio is null ? Missing
        : $"{Text(ratio.Value, "0.00")}x [{Text(ratio.Lower, "0.00")}, {(ratio.Upper > 100 ? ">100" : Text(ratio.Upper, "0.00"))}]";

    public static string Points(double points) => Text(points, "+0.0;-0.0;0.0");

    public static string Energy(EnergyReading? energy) => energy is null ? "not measured"
        : !energy.Resolved ? $"not resolved ({energy.Class})"
        : energy.NetJoules < 1 ? $"{Text(energy.NetJoules * 1e3, "0.###")} mJ ({energy.Class})"
        : $"{Text(energy.NetJoules, "0.##")} J ({energy.Class})";

    public static string Rank(LeaderboardRow row) => (row.RankBest, row.RankWorst) switch
    {
        (null, _) or (_, null) => Missing,
        var (best, worst) when best == worst => Text(best.Value, "0"),
        var (best, worst) => $"{best}-{worst}",
    };

    public static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
