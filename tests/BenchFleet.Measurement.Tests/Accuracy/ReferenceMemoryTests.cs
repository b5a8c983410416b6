using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Accuracy;
using BenchFleet.Measurement.Tests.Datasets;

namespace BenchFleet.Measurement.Tests.Accuracy;

public sealed class ReferenceMemoryTests : IDisposable
{
    private readonly DatasetFixture _folder = new();
    private readonly string _original;
    private readonly string _variant;

    public ReferenceMemoryTests()
    {
        _folder.Put("rows.csv", "1,2,3\n3,2,1").Describe("name: rows\ntask: none\nsplits: { evaluation: { format: csv, file: rows.csv } }");
        _original = TinyModels.Scale(_folder.Folder, "a.onnx", 1);
        _variant = TinyModels.Scale(_folder.Folder, "b.onnx", 1.1f);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_original_that_has_answered_before_is_not_run_again()
    {
        var memory = new ReferenceMemory();
        var first = Fidelity(memory);
        var written = File.GetLastWriteTimeUtc(_original);

        // Nothing tells this file from the one that was run.
        TinyModels.Scale(_folder.Folder, "a.onnx", 2);
        File.SetLastWriteTimeUtc(_original, written);

        Assert.Equal(20, first.SqnrDb, 3);
        Assert.Equal(first, Fidelity(memory));
    }

    [Fact]
    public void An_original_that_has_changed_is_run()
    {
        var memory = new ReferenceMemory();
        Fidelity(memory);

        TinyModels.Scale(_folder.Folder, "a.onnx", 2);
        File.SetLastWriteTimeUtc(_original, File.GetLastWriteTimeUtc(_original).AddSeconds(1));

        Assert.Equal(Fidelity(new ReferenceMemory()), Fidelity(memory));
    }

    [Fact]
    public void Other_inputs_are_run()
    {
        var memory = new ReferenceMemory();
        Fidelity(memory);

        _folder.Put("rows.csv", "5,2,3\n3,2,1");

        Assert.Equal(Fidelity(new ReferenceMemory()), Fidelity(memory));
        Assert.Equal(2, memory.Count);
    }

    [Fact]
    public void The_oldest_answers_make_room()
    {
        var memory = new ReferenceMemory(maxBytes: 2 * 3 * sizeof(float));
        Fidelity(memory);

        _folder.Put("rows.csv", "5,2,3\n3,2,1");
        Fidelity(memory);

        Assert.Equal(1, memory.Count);
    }

    private FidelityRecord Fidelity(ReferenceMemory memory) => Assert.IsType<EvaluationResult.Evaluated>(Evaluator.Run(
        EvaluationRequest.Of(_variant, _original, _folder.Open(), RuntimeConfig.Default, 0, "x64/avx2") with { Memory = memory })).Record.Fidelity;
}
