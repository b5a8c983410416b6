using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>The original, from memory where it has answered before; its session is opened when something is asked that it has not.</summary>
/// <param name="opened">Its session, where it is open already.</param>
internal sealed class ReferenceRun(ReferenceMemory? memory, string origin, ModelRun? opened, Func<ModelRun> open) : IModelRun, IDisposable
{
    private ModelRun? _session = opened;

    public IReadOnlyList<OutputValues> Run(IReadOnlyDictionary<string, OnnxTensor> feeds)
    {
        if (memory is null) return Session.Run(feeds);
        var question = ReferenceMemory.Question(origin, feeds);
        if (memory.Find(question) is { } known) return known;
        var answer = Session.Run(feeds);
        memory.Keep(question, answer);
        return answer;
    }

    public void Dispose() => _session?.Dispose();

    private ModelRun Session => _session ??= open();
}
