using System.Collections.Immutable;

namespace BenchFleet.Compression.Calibration.Files;

/// <summary>The order in which a record's parts lie in its file.</summary>
internal static class StatisticsCode
{
    public static void Write(CalibrationRecord record, RecordWriter writer)
    {
        writer.Text(record.Recipe);
        writer.Number(record.Steps.Count);
        foreach (var (place, statistics) in record.Steps)
        {
            writer.Number(place);
            writer.Number(statistics.Samples);
            writer.Number(statistics.Values.Count);
            foreach (var (name, value) in statistics.Values)
            {
                writer.Text(name);
                Write(value, writer);
            }

            writer.Number(statistics.Measured.Count);
            foreach (var (key, numbers) in statistics.Measured)
            {
                writer.Text(key);
                writer.Array<float>(numbers);
            }
        }
    }

    public static CalibrationRecord Read(RecordReader reader)
    {
        var recipe = reader.Text();
        var steps = ImmutableSortedDictionary.CreateBuilder<int, CalibrationStatistics>();
        for (var left = reader.Count(); left > 0; left--)
        {
            var (place, samples) = ((int)reader.Number(), (int)reader.Number());
            steps[place] = new(samples, Named(reader, Value), Named(reader, r => r.Array<float>()));
        }

        return new(steps.ToImmutable()) { Recipe = recipe };
    }

    private static ImmutableSortedDictionary<string, T> Named<T>(RecordReader reader, Func<RecordReader, T> read)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        for (var left = reader.Count(); left > 0; left--)
            all[reader.Text()] = read(reader);
        return all.ToImmutable();
    }

    private static void Write(ValueStatistics value, RecordWriter writer)
    {
        Write(value.Range, writer);
        Write(value.MovingRange, writer);
        Write(value.Histogram, writer);
        Write(value.Magnitudes, writer);
        if (Present(value.Features, writer) is { } features)
        {
            writer.Number(features.Rows);
            writer.Array<double>(features.Sum);
            writer.Array<double>(features.AbsSum);
            writer.Array<double>(features.SquareSum);
            writer.Array<float>(features.AbsMax);
            writer.Array<long>(features.Zeros);
        }

        if (Present(value.Gram, writer) is { } gram)
        {
            writer.Number(gram.Size);
            writer.Number(gram.Rows);
            writer.Array<double>(gram.Values);
        }
    }

    private static ValueStatistics Value(RecordReader reader) => new()
    {
        Range = Range(reader),
        MovingRange = Range(reader),
        Histogram = Histogram(reader),
        Magnitudes = Histogram(reader),
        Features = IsPresent(reader)
            ? new(reader.Number(), reader.Array<double>(), reader.Array<double>(), reader.Array<double>(), reader.Array<float>(), reader.Array<long>())
            : null,
        Gram = IsPresent(reader) ? new((int)reader.Number(), reader.Number(), reader.Array<double>()) : null,
    };

    private static void Write(ValueRange? range, RecordWriter writer)
    {
        writer.Number(range is null ? 0 : 1);
        if (range is { } known) writer.Array<float>([known.Min, known.Max]);
    }

    private static ValueRange? Range(RecordReader reader)
    {
        if (!IsPresent(reader)) return null;
        return reader.Array<float>() is [var min, var max] ? new(min, max) : throw new InvalidDataException("a range has two ends");
    }

    private static void Write(ValueHistogram? histogram, RecordWriter writer)
    {
        Write(histogram?.Range, writer);
        if (histogram is not null) writer.Array<long>(histogram.Counts);
    }

    private static ValueHistogram? Histogram(RecordReader reader) => Range(reader) is { } range ? new(range, reader.Array<long>()) : null;

    private static T? Present<T>(T? part, RecordWriter writer)
        where T : class
    {
        writer.Number(part is null ? 0 : 1);
        return part;
    }

    private static bool IsPresent(RecordReader reader) => reader.Number() switch
    {
        0 => false,
        1 => true,
        _ => throw new InvalidDataException("a part is neither there nor absent"),
    };
}
