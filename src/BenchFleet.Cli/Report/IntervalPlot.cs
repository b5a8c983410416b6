using BenchFleet.Cli.Output;
using BenchFleet.Core.Ranking;

namespace BenchFleet.Cli.Report;

/// <summary>Every technique's time over the baseline's with its 95 % interval, on a logarithmic axis; the grey band is what counts as equal.</summary>
internal static class IntervalPlot
{
    private const double Width = 640;
    private const double Labels = 250;
    private const double RowHeight = 24;
    private const double Top = 14;
    private static readonly double[] Ticks = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20];

    public static string Draw(Leaderboard board)
    {
        var rows = board.Rows.Where(row => row.Ratio is not null).ToArray();
        if (rows.Length == 0) return "<p class=\"soft\">No technique has been compared yet.</p>";

        var low = Math.Min(0.9, rows.Min(row => Clamp(row.Ratio!.Lower)) * 0.95);
        var high = Math.Max(1.1, rows.Max(row => Clamp(row.Ratio!.Upper)) * 1.05);
        var height = Top + rows.Length * RowHeight + 34;
        var svg = new Svg(Width, height, "Time over the baseline's, with 95 % intervals");
        double X(double ratio) => Labels + (Width - Labels - 16) * Math.Log(Clamp(ratio) / low) / Math.Log(high / low);

        var bottom = Top + rows.Length * RowHeight;
        svg.Rectangle(X(1 / (1 + board.Margin)), Top, X(1 + board.Margin) - X(1 / (1 + board.Margin)), bottom - Top, "noise");
        foreach (var tick in Ticks.Where(tick => tick >= low && tick <= high))
        {
            svg.Line(X(tick), Top, X(tick), bottom, tick == 1 ? "axis one" : "axis");
            svg.Text(X(tick), bottom + 15, Svg.Number(tick) + "x", "middle", "soft");
        }

        foreach (var (i, row) in rows.Index()) Row(svg, row, Top + (i + 0.5) * RowHeight, X);
        svg.Text(X(1), bottom + 30, "faster  ◂  baseline  ▸  slower", "middle", "soft");
        return svg.ToString();
    }

    private static void Row(Svg svg, LeaderboardRow row, double y, Func<double, double> x)
    {
        var ratio = row.Ratio!;
        var style = row.Verdict switch { SpeedVerdict.Faster => "s-faster", SpeedVerdict.Slower => "s-slower", _ => "s-other" };
        svg.Text(Labels - 10, y + 4, ShortLabel.Of(row.Label, 42), "end", row.Control ? "soft" : "");
        svg.Line(x(ratio.Lower), y, x(ratio.Upper), y, "bar " + style);
        svg.Dot(x(ratio.Value), y, 4, style, $"{row.Label}: {Quantity.Ratio(ratio)}");
    }

    // A two-block interval can be absurdly wide; the plot keeps to what can be read.
    private static double Clamp(double ratio) => Math.Clamp(ratio, 0.02, 50);
}
