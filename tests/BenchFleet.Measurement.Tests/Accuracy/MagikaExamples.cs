using System.IO.Compression;
using System.Text.Json;
using BenchFleet.TestSupport;

namespace BenchFleet.Measurement.Tests.Accuracy;

/// <summary>
/// magika's published examples as tokens: the first 1024 bytes behind leading white space and the last 1024 before trailing white space, of
/// blocks of 4096, padded with 256 towards the middle.
/// </summary>
internal static class MagikaExamples
{
    public const int Length = 2048;

    private const int Part = 1024;
    private const int Block = 4096;
    private const int Padding = 256;

    public static (int[] Tokens, long[] Labels) Read(out string[] names)
    {
        using var config = JsonDocument.Parse(File.ReadAllText(TestData.Path("models/magika-standard-v3_3.config.min.json")));
        names = [.. config.RootElement.GetProperty("target_labels_space").EnumerateArray().Select(name => name.GetString()!)];
        using var packed = new GZipStream(
            File.OpenRead(TestData.Path("magika/standard_v3_3-inference_examples_by_content.json.gz")), CompressionMode.Decompress);
        using var examples = JsonDocument.Parse(packed);
        var (tokens, labels) = (new List<int>(), new List<long>());
        foreach (var example in examples.RootElement.EnumerateArray())
        {
            var prediction = example.GetProperty("prediction");
            if (prediction.ValueKind != JsonValueKind.Object || prediction.GetProperty("dl").GetString() is not { } label
                || label == "undefined") continue;
            tokens.AddRange(TokensOf(example.GetProperty("content_base64").GetBytesFromBase64()));
            labels.Add(Array.IndexOf(names, label));
        }

        return ([.. tokens], [.. labels]);
    }

    private static IEnumerable<int> TokensOf(byte[] content)
    {
        var begin = content.Take(Block).SkipWhile(IsWhite).Take(Part).Select(part => (int)part).ToList();
        var end = content.TakeLast(Block).Reverse().SkipWhile(IsWhite).Take(Part).Reverse().Select(part => (int)part).ToList();
        return [.. begin, .. Enumerable.Repeat(Padding, Part - begin.Count), .. Enumerable.Repeat(Padding, Part - end.Count), .. end];
    }

    private static bool IsWhite(byte part) => part is 9 or 10 or 11 or 12 or 13 or 32;
}
