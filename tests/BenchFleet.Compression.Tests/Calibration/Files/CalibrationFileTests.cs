using System.Collections.Immutable;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Calibration.Files;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Compression.Tests.Calibration.Files;

public sealed class CalibrationFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("benchfleet-test-").FullName, "seen.stats");

    [Fact]
    public void What_is_read_is_what_was_written()
    {
        CalibrationFile.Save(Record(), _path);

        var read = Assert.IsType<CalibrationRead.Success>(CalibrationFile.Open(_path)).Record;

        Assert.Equal(CanonicalJson.Write(Record()), CanonicalJson.Write(read));
        Assert.Equal(Record().Hash, read.Hash);
        Assert.Equal(Record().Hash, ContentHash.FromDigest(File.ReadAllBytes(_path).AsSpan()[^32..]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(60)]
    [InlineData(-1)]
    public void A_changed_byte_is_noticed(int at)
    {
        CalibrationFile.Save(Record(), _path);
        var bytes = File.ReadAllBytes(_path);
        bytes[at < 0 ? bytes.Length + at : at] ^= 0x40;
        File.WriteAllBytes(_path, bytes);

        var refused = Assert.IsType<CalibrationRead.Refused>(CalibrationFile.Open(_path));

        Assert.Contains("is no file of calibration statistics", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        CalibrationFile.Save(Record(), _path);
        var bytes = File.ReadAllBytes(_path);

        for (var length = 0; length < bytes.Length; length += 7)
        {
            File.WriteAllBytes(_path, bytes[..length]);
            Assert.IsType<CalibrationRead.Refused>(CalibrationFile.Open(_path));
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused_by_name() =>
        Assert.Contains(_path, Assert.IsType<CalibrationRead.Refused>(CalibrationFile.Open(_path)).Reason, StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    private static CalibrationRecord Record()
    {
        var full = new ValueStatistics
        {
            Range = new(-1, 2),
            MovingRange = new(-0.5f, 1.5f),
            Histogram = new(new(-2, 2), [1, 2, 3]),
            Magnitudes = new(new(0, 2), [4, 5]),
            Features = new(2, [1, 2], [3, 4], [5, 6], [7, 8], [0, 1]),
            Gram = new(2, 9, [1, 2, 2, 3]),
        };
        var values = CalibrationStatistics.Empty.Values.Add("x", full).Add("é", new() { Range = new(0, 1) }).Add("nothing", new());
        var measured = CalibrationStatistics.Empty.Measured.Add("noise", [1.5f, float.NaN]);
        return new(ImmutableSortedDictionary<int, CalibrationStatistics>.Empty.Add(1, new(16, values, measured))) { Recipe = "quantize.static" };
    }
}
