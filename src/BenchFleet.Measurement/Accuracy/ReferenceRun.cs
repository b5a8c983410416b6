using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>The original, from memory where it has answered before; its session is opened when something is asked that it has not.</summary>
internal sealed class ReferenceRun(ReferenceMemory memory, string origin, ModelRun? opened, Func<ModelRun> open) : IModelRun, IDisposable
{
    private ModelRun? _session = opened;

    public IReadOnlyList<OutputValues> Run(IReadOnlyDictionary<string, OnnxTensor> feeds)
    {
        var question = ReferenceMemory.Question(origin, feeds);
        if (memory.Find(question) is { } known) return known;
        var answer = (_session ??= open()).Run(feeds);
        memory.Keep(origin, question, answer);
        return answer;
    }

    public void Dispose() => _session?.Dispose();
}
