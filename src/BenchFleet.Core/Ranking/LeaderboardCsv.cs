using System.Globalization;
using BenchFleet.Core.Text;

namespace BenchFleet.Core.Ranking;

/// <summary>A leaderboard as a flat file: one row a technique, plain numbers in base units, empty where nothing was measured.</summary>
public static class LeaderboardCsv
{
    private static readonly (string Heading, Func<Leaderboard, LeaderboardRow, object?> Value)[] Columns =
    [
        ("model", (b, _) => b.Model), ("dataset", (b, _) => b.Dataset), ("device", (b, _) => b.Device), ("device_class", (b, _) => b.DeviceClass),
        ("scenario", (b, _) => b.Scenario), ("batch", (b, _) => b.Batch),
        ("recipe", (_, r) => r.Recipe), ("runtime", (_, r) => r.Runtime), ("control", (_, r) => r.Control), ("state", (_, r) => r.State),
        ("rank_best", (_, r) => r.RankBest), ("rank_worst", (_, r) => r.RankWorst), ("letters", (_, r) => r.Letters),
        ("ratio", (_, r) => r.Ratio?.Value), ("ratio_lower", (_, r) => r.Ratio?.Lower), ("ratio_upper", (_, r) => r.Ratio?.Upper),
        ("verdict", (_, r) => r.Verdict), ("beyond_margin", (_, r) => r.BeyondMargin), ("blocks", (_, r) => r.Blocks),
        ("p50_ns", (_, r) => r.P50Ns), ("p90_ns", (_, r) => r.P90Ns), ("p99_ns", (_, r) => r.P99Ns), ("p90_conservative_ns", (_, r) => r.ConservativeP90Ns),
        ("samples_per_second", (_, r) => r.SamplesPerSecond),
        ("top1", (_, r) => r.Accuracy?.Top1.Value), ("top1_lower", (_, r) => r.Accuracy?.Top1.Lower), ("top1_upper", (_, r) => r.Accuracy?.Top1.Upper), ("top5", (_, r) => r.Accuracy?.Top5),
        ("drop_points", (_, r) => r.Accuracy?.DropPoints?.Value), ("drop_lower", (_, r) => r.Accuracy?.DropPoints?.Lower), ("drop_upper", (_, r) => r.Accuracy?.DropPoints?.Upper),
        ("drop_verdict", (_, r) => r.Accuracy?.Verdict), ("mcnemar_p", (_, r) => r.Accuracy?.McNemarP),
        ("sqnr_db", (_, r) => r.Fidelity?.SqnrDb), ("cosine", (_, r) => r.Fidelity?.Cosine), ("agreements", (_, r) => r.Fidelity?.Agreements), ("fidelity_samples", (_, r) => r.Fidelity?.SampleCount),
        ("size_bytes", (_, r) => r.SizeBytes), ("deflated_bytes", (_, r) => r.DeflatedBytes), ("peak_memory_bytes", (_, r) => r.PeakMemoryBytes),
        ("load_ms", (_, r) => r.LoadMs), ("first_inference_ms", (_, r) => r.FirstInferenceMs),
        ("energy_class", (_, r) => r.Energy?.Class), ("energy_net_j", (_, r) => r.Energy?.NetJoules), ("energy_uncertainty_j", (_, r) => r.Energy?.UncertaintyJoules),
        ("on_front", (_, r) => r.OnFront), ("constraints", (_, r) => r.Constraints), ("flags", (_, r) => string.Join(' ', r.Flags)), ("explanation", (_, r) => r.Explanation), ("failure", (_, r) => r.Failure),
    ];

    public static void Write(TextWriter writer, IEnumerable<Leaderboard> boards)
    {
        writer.Write(Csv.Line(Columns.Select(column => column.Heading)) + "\n");
        foreach (var board in boards)
        {
            foreach (var row in board.Rows) writer.Write(Csv.Line(Columns.Select(column => Text(column.Value(board, row)))) + "\n");
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        Enum word => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(word.ToString()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
