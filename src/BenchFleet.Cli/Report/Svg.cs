using System.Globalization;
using System.Net;
using System.Text;

namespace BenchFleet.Cli.Report;

/// <summary>Just enough SVG for two plots: numbers in invariant form, text escaped.</summary>
internal sealed class Svg(double width, double height, string title)
{
    private readonly StringBuilder _body = new();

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        _body.AppendLine(CultureInfo.InvariantCulture, $"<line class=\"{style}\" x1=\"{x1:0.##}\" y1=\"{y1:0.##}\" x2=\"{x2:0.##}\" y2=\"{y2:0.##}\"/>");

    public void Rectangle(double x, double y, double w, double h, string style) =>
        _body.AppendLine(CultureInfo.InvariantCulture, $"<rect class=\"{style}\" x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{Math.Max(w, 0):0.##}\" height=\"{h:0.##}\"/>");

    public void Dot(double x, double y, double radius, string style, string hint) =>
        _body.AppendLine(CultureInfo.InvariantCulture, $"<circle class=\"{style}\" cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{radius:0.##}\"><title>{WebUtility.HtmlEncode(hint)}</title></circle>");

    public void Text(double x, double y, string text, string anchor = "start", string style = "") =>
        _body.AppendLine(CultureInfo.InvariantCulture, $"<text class=\"{style}\" x=\"{x:0.##}\" y=\"{y:0.##}\" text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(text)}</text>");

    public void Path(IEnumerable<(double X, double Y)> points, string style) =>
        _body.AppendLine(CultureInfo.InvariantCulture, $"<path class=\"{style}\" d=\"M{string.Join(" L", points.Select(p => $"{Number(p.X)} {Number(p.Y)}"))}\"/>");

    public override string ToString() =>
        $"<svg role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\" viewBox=\"0 0 {Number(width)} {Number(height)}\" xmlns=\"http://www.w3.org/2000/svg\">\n{_body}</svg>";
}
