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
            var bytes = Mutation.Of(original, random);
            try
            {
                Mutation.Use(bytes);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"seed {seed}, mutation {i}: {Convert.ToBase64String(bytes)}", fault);
            }
        }
    }
}
