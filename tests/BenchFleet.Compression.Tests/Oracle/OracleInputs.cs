using System.IO.Compression;
using System.Runtime.InteropServices;
using BenchFleet.Compression.Runtime;
using BenchFleet.Onnx;
using BenchFleet.Samples;
using BenchFleet.TestSupport;

namespace BenchFleet.Compression.Tests.Oracle;

/// <summary>The samples of a fixture, made as tests/Fixtures/oracle/scripts/inputs.py makes them: for calibration first, then held out.</summary>
internal static class OracleInputs
{
    private const int WavHeaderBytes = 44;
    private const int IdxHeaderBytes = 16;
    private const int LargestSquares = 7;

    public static IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> Of(OracleFixture fixture)
    {
        var feeds = fixture.Feeds ?? [new(fixture.InputName, "float32", fixture.InputShape, "random")];
        if (feeds[0].Fill == "speech") return Speech(fixture, feeds);

        var (first, constants) = (feeds[0], feeds.Skip(1).Select(feed => feed.Constant()).ToList());
        var count = fixture.CalibrationSamples + fixture.HeldOutSamples;
        var next = OracleFixture.IsOfSample(fixture.Model)
            ? Digits(first.Size, count)
            : first.Fill switch { "mosaic" => Mosaics(first), "mnist" => Mnist(first.Size), _ => Random(first.Size) };
        return [.. Enumerable.Range(0, count).Select(i => Sample(first, next(i), constants))];
    }

    private static Dictionary<string, OnnxTensor> Sample(OracleFeed first, float[] values, IEnumerable<OnnxTensor> others)
    {
        var tensor = first.Fill == "bytes"
            ? OnnxTensor.Int32s(first.Name, first.Shape, Array.ConvertAll(values, value => (int)MathF.Floor(value * 256)))
            : first.Tensor(values);
        return others.Prepend(tensor).ToDictionary(input => input.Name);
    }

    private static Func<int, float[]> Digits(int size, int count)
    {
        var images = DrawnDigits.Generate(count, DrawnDigits.CalibrationSeed);
        return i => Pixels(images.Pixels.AsSpan(i * size, size));
    }

    private static Func<int, float[]> Mnist(int size)
    {
        using var file = File.OpenRead(TestData.Path("mnist/t10k-first5000-images-idx3-ubyte.gz"));
        using var content = new GZipStream(file, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return i => Pixels(bytes.GetBuffer().AsSpan(IdxHeaderBytes + i * size, size));
    }

    private static float[] Pixels(ReadOnlySpan<byte> bytes) => Array.ConvertAll(bytes.ToArray(), pixel => pixel / 255f);

    /// <summary>
    /// One sequence over all samples. The generator's state grows by one constant a number, so each sample can be drawn by itself.
    /// </summary>
    private static Func<int, float[]> Random(int size)
    {
        const ulong step = 0x9E3779B97F4A7C15;
        return i =>
        {
            var random = new SplitMix64(unchecked(42 + (ulong)(i * size) * step));
            return [.. Enumerable.Range(0, size).Select(_ => (float)random.NextUnit())];
        };
    }

    /// <summary>Noise in [-1, 1) in squares of 1, 2, 4 ... 64 pixels, by turns.</summary>
    private static Func<int, float[]> Mosaics(OracleFeed feed)
    {
        var (noise, width) = (Random(feed.Size), (int)feed.Shape[^1]);
        var area = (int)feed.Shape[^2] * width;
        return i =>
        {
            var (values, side) = (noise(i), 1 << (i % LargestSquares));
            return [.. Enumerable.Range(0, values.Length).Select(at => 2 * values[at / area * area + Corner(at % area, side)] - 1)];
        };

        int Corner(int at, int side) => at / width / side * width + at % width / side;
    }

    /// <summary>Windows of two recordings, with the states in which the float model left the one before.</summary>
    private static List<Dictionary<string, OnnxTensor>> Speech(OracleFixture fixture, OracleFeed[] feeds)
    {
        using var model = fixture.Open();
        using var session = Assert.IsType<SessionOpened.Ready>(ModelSession.Open(model)).Session;
        return
        [
            .. Carried("audio/silero-en_num.wav", fixture.CalibrationSamples, feeds, session),
            .. Carried("audio/silero-test-60s.wav", fixture.HeldOutSamples, feeds, session),
        ];
    }

    private static IEnumerable<Dictionary<string, OnnxTensor>> Carried(string recording, int count, OracleFeed[] feeds, ModelSession session)
    {
        var (first, states) = (feeds[0], feeds[1..]);
        var sound = MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(TestData.Path(recording)).AsSpan(WavHeaderBytes)).ToArray();
        var carried = states.Select(state => state.Tensor(new float[state.Size])).ToList();
        for (var i = 0; i < count; i++)
        {
            var window = Array.ConvertAll(sound[(i * first.Size)..((i + 1) * first.Size)], value => value / 32768f);
            var row = Sample(first, window, carried);
            yield return row;
            var outputs = new Dictionary<string, float[]>();
            Assert.Null(session.Run(
                row, [.. states.Select(state => state.Fill)], (name, value) => outputs[name] = value.GetTensorDataAsSpan<float>().ToArray()));
            carried = [.. states.Select(state => state.Tensor(outputs[state.Fill]))];
        }
    }
}
