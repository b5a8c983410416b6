using System.Globalization;
using BenchFleet.Core.Measurements;

namespace BenchFleet.Core.Ranking;

/// <summary>Why a compressed model is no faster: from where its kernels' time goes, compared with the baseline.</summary>
internal static class Explanation
{
    private static readonly string[] Conversions = ["QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "Cast"];

    public static string? Of(TrialData row, TrialData baseline, SpeedVerdict verdict)
    {
        if (verdict is not (SpeedVerdict.Slower or SpeedVerdict.Equivalent)) return null;
        if (Traced(row) is not { } launch) return null;
        if (launch.Flags.Contains(LaunchFlag.Fallback)) return "part of it ran on another provider than asked for: " + Placed(launch);
        if (row.Variant is { } variant && variant.Findings.All(finding => finding.Severity != "info")) return "no node was changed";

        var total = launch.OperatorNs.Values.Sum();
        if (total == 0) return null;
        var converting = launch.OperatorNs.Where(op => Conversions.Contains(op.Key)).Sum(op => op.Value);
        if (converting > 0.10 * total) return Share(converting, total) + " of the kernel time is spent converting between number formats";

        return Heaviest(launch, Traced(baseline), total);
    }

    private static LaunchSummary? Traced(TrialData row) => row.Launches.FirstOrDefault(launch => !launch.OperatorNs.IsEmpty);

    private static string? Heaviest(LaunchSummary launch, LaunchSummary? baseline, long total)
    {
        var heaviest = launch.OperatorNs.MaxBy(op => op.Value);
        var before = baseline is null ? 0 : baseline.OperatorNs.Values.DefaultIfEmpty().Max();
        var unchanged = before > 0 && heaviest.Value > 0.9 * before;
        return $"{heaviest.Key} takes {Share(heaviest.Value, total)} of the kernel time" + (unchanged ? ", no less than the baseline's heaviest operator" : "");
    }

    private static string Placed(LaunchSummary launch) => string.Join(", ", launch.Placement.Select(p => $"{p.Value} nodes on {p.Key}"));

    private static string Share(long part, long total) => (100.0 * part / total).ToString("0", CultureInfo.InvariantCulture) + " %";
}
