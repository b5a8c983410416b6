using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>
/// The original, from memory where it has answered before; its session is opened when something is asked that it has not. May be asked several
/// things at once.
/// </summary>
/// <param name="opened">Its session, where it is open already.</param>
internal sealed class ReferenceRun(ReferenceMemory? memory, string origin, ModelRun? opened, Func<ModelRun> open) : IModelRun, IDisposable
{
    private readonly Lazy<ModelRun> _session = opened is null ? new(open) : new(opened);

    public IReadOnlyList<OutputValues> Run(IReadOnlyDictionary<string, OnnxTensor> feeds)
    {
        if (memory is null) return _session.Value.Run(feeds);
        var question = ReferenceMemory.Question(origin, feeds);
        if (memory.Find(question) is { } known) return known;
        var answer = _session.Value.Run(feeds);
        memory.Keep(question, answer);
        return answer;
    }

    public void Dispose()
    {
        if (_session.IsValueCreated) _session.Value.Dispose();
    }
}
