using System.Globalization;
using BenchFleet.TestSupport;

namespace BenchFleet.Onnx.Tests;

/// <summary>
/// Damaged models: whatever bytes arrive, the outcome is a model or a refusal, and a model that was accepted can be indexed, checked,
/// inferred, costed, written and read again. BENCHFLEET_FUZZ_COUNT asks for a longer run.
/// </summary>
public sealed class MutationTests
{
    private static int Count =>
        int.TryParse(Environment.GetEnvironmentVariable("BENCHFLEET_FUZZ_COUNT"), CultureInfo.InvariantCulture, out var count)
            ? count
            : 20_000;

    [Fact]
    public void Mutations_of_a_made_model_are_read_or_refused() => Run(OnnxFile.ToBytes(Seeds.ManyForms()), seed: 1, Count / 2);

    [DataFact]
    public void Mutations_of_real_models_are_read_or_refused()
    {
        string[] files = ["onnx-backend-tests/node/test_if/model.onnx", "onnx-backend-tests/node/test_gru_defaults/model.onnx",
            "onnx-backend-tests/light/light_squeezenet.onnx"];

        for (var i = 0; i < files.Length; i++)
            Run(File.ReadAllBytes(TestData.Path(files[i])), seed: 100 + i, i == 2 ? Count / 50 : Count / 5);
    }

    private static void Run(byte[] original, int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var bytes = Mutated(original, random);
            try
            {
                Use(bytes);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"seed {seed}, mutation {i}: {Convert.ToBase64String(bytes)}", fault);
            }
        }
    }

    private static void Use(byte[] bytes)
    {
        if (OnnxFile.Parse(bytes) is not OnnxRead.Success { Model: var model })
            return;
        _ = new GraphIndex(model.Graph);
        _ = new UniqueNames(model.Graph);
        _ = OnnxChecker.Check(model);
        _ = Cost.Of(model, ShapeInference.Infer(model));
        foreach (var tensor in model.Graph.Initializers.Where(tensor => tensor.ElementType.BitWidth() > 0))
            Assert.Equal(tensor.ElementType.ByteCount(tensor.ElementCount), tensor.RawBytes.Length);
        _ = TopologicalSort.TrySort(model.Clone().Graph);
        var written = OnnxFile.ToBytes(model);
        Assert.Equal(written, OnnxFile.ToBytes(Given.Parsed(written)));
    }

    /// <summary>One to four edits: a byte changed, a bit flipped, a run removed, repeated or replaced by an extreme number.</summary>
    private static byte[] Mutated(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var edits = random.Next(1, 5); edits > 0 && bytes.Count > 4; edits--)
        {
            var at = random.Next(bytes.Count);
            var run = Math.Min(random.Next(1, 12), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, run); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, run)); break;
                case 4: bytes.InsertRange(at, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]); break;
                default: bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : run); break;
            }
        }

        return [.. bytes];
    }
}
