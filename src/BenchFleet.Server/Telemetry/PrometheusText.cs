using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using BenchFleet.Cluster;

namespace BenchFleet.Server.Telemetry;

/// <summary>
/// Meters as Prometheus text (exposition format 0.0.4). Counters and gauges as they are, histograms as count and sum: enough for rates and
/// means without a package. Only the meters named here are listened to.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    private const string RuntimeMeter = "System.Runtime";

    private static readonly string[] Meters = [ServerMetrics.MeterName, "Microsoft.AspNetCore.Hosting", ClusterEngine.MeterName];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Name, string Labels), Series> _series = [];
    private readonly MeterListener _listener = new();

    public PrometheusText(IMeterFactory meters)
    {
        // A process may hold several servers, each with meters of its own; the runtime's belong to all.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            var meter = instrument.Meter;
            if (meter.Name == RuntimeMeter || (Meters.Contains(meter.Name) && ReferenceEquals(meter.Scope, meters)))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var metric in _series.GroupBy(entry => entry.Key.Name))
            {
                var first = metric.First().Value;
                if (first.Description is { Length: > 0 } help)
                    text.Append("# HELP ").Append(metric.Key).Append(' ').Append(help.ReplaceLineEndings(" ")).Append('\n');
                text.Append("# TYPE ").Append(metric.Key).Append(' ').Append(first.Type).Append('\n');
                foreach (var (key, series) in metric) series.Write(text, key.Name, key.Labels);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var kind = instrument.GetType().Name;
        var type = kind.StartsWith("Histogram", StringComparison.Ordinal) ? "summary"
            : kind.Contains("Gauge", StringComparison.Ordinal) || kind.Contains("UpDown", StringComparison.Ordinal) ? "gauge" : "counter";
        var key = (Name(instrument, type), Labels(tags));
        lock (_lock)
        {
            if (!_series.TryGetValue(key, out var series)) _series[key] = series = new Series(type, instrument.Description);
            var adds = type == "summary" || (!instrument.IsObservable && !kind.StartsWith("Gauge", StringComparison.Ordinal));
            series.Value = adds ? series.Value + value : value;
            series.Count++;
        }
    }

    private static string Name(Instrument instrument, string type)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var name = new string([.. instrument.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
        return name + unit + (type == "counter" ? "_total" : "");
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var parts = new List<string>();
        foreach (var (key, value) in tags)
        {
            parts.Add($"{key.Replace('.', '_')}=\"{Escaped(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")}\"");
        }

        return "{" + string.Join(',', parts.Order(StringComparer.Ordinal)) + "}";
    }

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private sealed class Series(string type, string? description)
    {
        public string Type => type;

        public string? Description => description;

        public double Value { get; set; }

        public long Count { get; set; }

        public void Write(StringBuilder text, string name, string labels)
        {
            if (type == "summary")
                text.Append(CultureInfo.InvariantCulture, $"{name}_sum{labels} {Value:R}\n{name}_count{labels} {Count}\n");
            else text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {Value:R}\n");
        }
    }
}
