using BenchFleet.Cli.Output;
using BenchFleet.Core.Ranking;

namespace BenchFleet.Cli.Report;

/// <summary>Latency against accuracy (or agreement with the original); the dashed line joins the techniques that no other beats in both.</summary>
internal static class ParetoPlot
{
    private const double Width = 640;
    private const double Height = 380;
    private const double Left = 62;
    private const double Right = 20;
    private const double Top = 16;
    private const double Bottom = 46;
    private const double LabelWidth = 190;
    private const double LabelHeight = 13;

    private sealed record Point(LeaderboardRow Row, double Ms, double Quality, Estimate? Interval);

    public static string Draw(Leaderboard board)
    {
        var points = board.Rows.Where(row => !row.Control).Select(PointOf).OfType<Point>().ToArray();
        if (points.Length == 0) return "<p class=\"soft\">Nothing to compare yet.</p>";

        var svg = new Svg(Width, Height, "Latency against accuracy");
        var (xLow, xHigh) = (points.Min(p => p.Ms) * 0.85, points.Max(p => p.Ms) * 1.15);
        var (yLow, yHigh) = Range(points);
        double X(double ms) => Left + (Width - Left - Right) * Math.Log(ms / xLow) / Math.Log(xHigh / xLow);
        double Y(double quality) => Top + (Height - Top - Bottom) * (yHigh - quality) / (yHigh - yLow);

        Axes(svg, xLow, xHigh, yLow, yHigh, X, Y, points[0].Row.Accuracy is null ? "same answer as the original" : "top-1 accuracy");
        var front = points.Where(p => !points.Any(q => Beats(q, p))).OrderBy(p => p.Ms).Select(p => (X(p.Ms), Y(p.Quality))).ToArray();
        if (front.Length > 1) svg.Path(front, "front");
        foreach (var point in points) Draw(svg, point, X, Y);
        Label(svg, points.Where(p => p.Row.OnFront), X, Y);
        return svg.ToString();
    }

    private static Point? PointOf(LeaderboardRow row) =>
        row.P50Ns is not { } ns ? null
        : row.Accuracy is { } accuracy ? new Point(row, ns / 1e6, accuracy.Top1.Value, accuracy.Top1)
        : row.Fidelity is { Agreements: { } same, SampleCount: > 0 } fidelity ? new Point(row, ns / 1e6, (double)same / fidelity.SampleCount, null)
        : null;

    // The line joins the front of what is drawn; a highlighted point off it is on the front for its size.
    private static bool Beats(Point a, Point b) => a.Ms <= b.Ms && a.Quality >= b.Quality && (a.Ms < b.Ms || a.Quality > b.Quality);

    private static (double Low, double High) Range(Point[] points)
    {
        var low = points.Min(p => p.Interval?.Lower ?? p.Quality);
        var high = points.Max(p => p.Interval?.Upper ?? p.Quality);
        var pad = Math.Max((high - low) * 0.08, 0.002);
        return (low - pad, high + pad);
    }

    private static void Axes(Svg svg, double xLow, double xHigh, double yLow, double yHigh, Func<double, double> x, Func<double, double> y, string quality)
    {
        for (var i = 0; i <= 4; i++)
        {
            var q = yLow + (yHigh - yLow) * i / 4;
            svg.Line(Left, y(q), Width - Right, y(q), "axis");
            svg.Text(Left - 8, y(q) + 4, Quantity.Percent(q), "end", "soft");
            var ms = xLow * Math.Pow(xHigh / xLow, i / 4.0);
            // The last one would be cut off at the edge.
            svg.Text(x(ms), Height - Bottom + 18, Quantity.Time(ms * 1e6), i == 4 ? "end" : "middle", "soft");
        }

        svg.Text((Left + Width - Right) / 2, Height - 8, "median time per query (logarithmic)", "middle", "soft");
        svg.Text(Left, Top - 4, quality, "start", "soft");
    }

    private static void Draw(Svg svg, Point point, Func<double, double> x, Func<double, double> y)
    {
        var style = point.Row.OnFront ? "s-front" : "s-other";
        if (point.Interval is { } interval) svg.Line(x(point.Ms), y(interval.Lower), x(point.Ms), y(interval.Upper), style);
        svg.Dot(x(point.Ms), y(point.Quality), point.Row.OnFront ? 5.5 : 4, style, $"{point.Row.Label}: {Quantity.Time(point.Row.P50Ns)}, {LeaderboardTable.Accuracy(point.Row)}");
    }

    // Beside its point, a line lower for each label that is there already; on the left of points too far right.
    private static void Label(Svg svg, IEnumerable<Point> front, Func<double, double> x, Func<double, double> y)
    {
        var taken = new List<(double X, double Y)>();
        foreach (var point in front.OrderBy(point => point.Ms))
        {
            var (left, top) = (x(point.Ms), y(point.Quality) - 7);
            while (taken.Exists(label => Math.Abs(label.X - left) < LabelWidth && Math.Abs(label.Y - top) < LabelHeight)) top += LabelHeight;
            taken.Add((left, top));
            var before = left > Width - LabelWidth;
            svg.Text(left + (before ? -9 : 9), top, ShortLabel.Of(point.Row.Label, 34), before ? "end" : "start");
        }
    }
}
