using System.Collections.Immutable;
using System.Globalization;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Sources;

/// <summary>
/// One sample a line: numbers separated by commas, one of them the label. A first line that is not all numbers names the columns. Quotes
/// are not needed for numbers and not supported.
/// </summary>
internal sealed class CsvSource : SampleSource
{
    private readonly string _path;
    private readonly ClassNames _classes;
    private readonly ImmutableArray<long> _dims;
    private readonly int _labelColumn;
    private readonly bool _header;
    private readonly int _columns;
    private readonly int _count;

    public CsvSource(string path, string? label, ImmutableArray<long> shape, ClassNames classes)
    {
        (_path, _classes) = (path, classes);
        var first = File.ReadLines(path).FirstOrDefault() ?? throw new InvalidDataException($"'{Name}' is empty.");
        var cells = first.Split(',', StringSplitOptions.TrimEntries);
        _columns = cells.Length;
        _header = !cells.All(cell => TryNumber(cell, out _) || classes.Labels.Contains(cell));
        _labelColumn = label is null ? -1 : LabelColumn(label, cells);
        _count = File.ReadLines(path).Count(line => line.Length > 0) - (_header ? 1 : 0);

        var values = _columns - (_labelColumn >= 0 ? 1 : 0);
        _dims = shape.IsEmpty ? [values] : shape;
        if (_dims.Aggregate(Int128.One, (product, dim) => product * dim) != values)
            throw new InvalidDataException($"'{Name}' has {values} values a line, which shape [{string.Join(",", shape)}] does not hold.");
    }

    public override int Count => _count;

    public override bool HasLabels => _labelColumn >= 0;

    private string Name => Path.GetFileName(_path);

    public override IEnumerable<RawSample> Read(int skip, int count)
    {
        var lines = File.ReadLines(_path).Select((text, index) => (Text: text, Number: index + 1)).Where(line => line.Text.Length > 0);
        foreach (var (text, number) in lines.Skip(skip + (_header ? 1 : 0)).Take(count)) yield return ReadLine(
            text, $"'{Name}' line {number}");
    }

    public override IEnumerable<string> Keys(int skip, int count) => Enumerable.Range(skip, count).Select(i => $"{_path}#{i}");

    private RawSample ReadLine(string line, string where)
    {
        var values = new float[_columns - (_labelColumn >= 0 ? 1 : 0)];
        int? label = null;
        var (column, next) = (0, 0);
        foreach (var range in line.AsSpan().Split(','))
        {
            var cell = line.AsSpan(range).Trim();
            if (column == _labelColumn) label = _classes.Parse(cell.ToString(), where);
            else if (next < values.Length && !TryNumber(cell, out values[next++])) throw new InvalidDataException(
                $"{where} column {column} has '{cell}', where a number is expected.");
            column++;
        }

        if (column != _columns) throw new InvalidDataException($"{where} has {column} columns, where the first line has {_columns}.");
        return new RawSample(
            where, _dims.Length is 2 or 3 ? RawKind.Image : RawKind.Numbers, [OnnxTensor.Floats("", _dims, values)], label);
    }

    private int LabelColumn(string label, string[] cells)
    {
        var column = _header ? Array.IndexOf(cells, label) : -1;
        if (column < 0 && int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) column = number;
        return column >= 0 && column < cells.Length
            ? column
            : throw new InvalidDataException(
                $"'{Name}' has no column '{label}': {(_header ? $"it has {string.Join(", ", cells.Take(8))}" : $"columns are numbered 0 to {cells.Length - 1}")}.");
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out float value) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
