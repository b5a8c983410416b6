using System.Collections.Immutable;
using BenchFleet.Compression.Graph;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace BenchFleet.Compression.Runtime;

/// <summary>A session, or the runtime's reason not to load the model.</summary>
public abstract record SessionOpened
{
    private SessionOpened() { }

    public sealed record Ready(ModelSession Session) : SessionOpened;

    public sealed record Refused(string Reason) : SessionOpened;
}

/// <summary>
/// ONNX Runtime on CPU with one thread, so that what it computes does not depend on the number of processors. Small on purpose: what runs
/// for time or accuracy is another project's.
/// </summary>
public sealed class ModelSession : IDisposable
{
    /// <summary>Weights of more bytes go through a file: a message of protobuf ends at 2 GiB.</summary>
    private const long MostInMemory = 1_900_000_000;

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly DirectoryInfo? _folder;

    private ModelSession(InferenceSession session, DirectoryInfo? folder)
    {
        (_session, _folder) = (session, folder);
        FloatOutputs = FloatsOf(session.OutputMetadata);
        FloatInputs = FloatsOf(session.InputMetadata);
        Inputs = [.. session.InputMetadata.Keys];
    }

    /// <summary>Names of the outputs that are float tensors.</summary>
    public ImmutableArray<string> FloatOutputs { get; }

    public ImmutableArray<string> FloatInputs { get; }

    public ImmutableArray<string> Inputs { get; }

    /// <param name="model">The model; weights of 1.9 GB and more go through a temporary file, which the runtime maps.</param>
    /// <param name="optimize">False runs the graph node by node as it is written.</param>
    /// <param name="exact">
    /// Integer products without the 16-bit saturation of x64 processors before VNNI, weights in blocks times float activations: slower, and
    /// the same on all processors.
    /// </param>
    /// <param name="saveOptimizedTo">Where the runtime writes the graph it really runs; null for nowhere.</param>
    public static SessionOpened Open(OnnxModel model, bool optimize = true, bool exact = false, string? saveOptimizedTo = null) =>
        Open(exact && optimize ? ZeroPoints.WrittenOut(model) : model, optimize, exact, saveOptimizedTo, MostInMemory);

    internal static SessionOpened Open(OnnxModel model, bool optimize, bool exact, string? saveOptimizedTo, long mostInMemory)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            GraphOptimizationLevel = optimize ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        if (exact)
        {
            options.AddSessionConfigEntry("session.x64quantprecision", "1");
            options.AddSessionConfigEntry("session.qdq_matmulnbits_accuracy_level", "1");
        }

        if (saveOptimizedTo is not null) options.OptimizedModelFilePath = saveOptimizedTo;
        var weights = Graphs.WithSubgraphs(model.Graph).SelectMany(graph => graph.Initializers).Sum(tensor => tensor.Weight.ByteLength);
        var folder = weights > mostInMemory ? Directory.CreateTempSubdirectory("benchfleet-session-") : null;
        try
        {
            return new SessionOpened.Ready(new ModelSession(
                folder is null ? new InferenceSession(OnnxFile.ToBytes(model), options) : new InferenceSession(Saved(model, folder), options), folder));
        }
        catch (OnnxRuntimeException refusal)
        {
            folder?.Delete(recursive: true);
            return new SessionOpened.Refused(refusal.Message);
        }
    }

    private static string Saved(OnnxModel model, DirectoryInfo folder)
    {
        var path = Path.Combine(folder.FullName, "model.onnx");
        OnnxFile.Save(model, path, new() { ExternalDataThreshold = 1024 });
        return path;
    }

    /// <summary>
    /// Runs one sample and shows each wanted output to the visitor while it is alive. Null, or why the runtime refused the sample.
    /// </summary>
    /// <param name="feeds">Inputs by name; names the model does not have are passed over.</param>
    public string? Run(IReadOnlyDictionary<string, OnnxTensor> feeds, IReadOnlyCollection<string> outputs, Action<string, OrtValue> visit)
    {
        var (results, refusal) = Results(feeds, outputs);
        if (results is null) return refusal;
        using (results)
        {
            foreach (var (name, result) in outputs.Zip(results))
                visit(name, result);
        }

        return null;
    }

    /// <summary>
    /// Runs one sample; safe on several threads at once. The wanted outputs, which the caller disposes, or why the runtime refused the sample.
    /// </summary>
    public (IDisposableReadOnlyCollection<OrtValue>? Values, string? Refusal) Results(
        IReadOnlyDictionary<string, OnnxTensor> feeds, IReadOnlyCollection<string> outputs)
    {
        if (Inputs.FirstOrDefault(name => !feeds.ContainsKey(name)) is { } missing)
            return (null, $"the sample has no value for the input '{missing}'");
        if (Inputs.FirstOrDefault(name => feeds[name].ElementType == ElementType.String) is { } text)
            return (null, $"the input '{text}' is text, which cannot be fed");

        var values = Inputs.Select(name => Value(feeds[name])).ToList();
        try
        {
            return (_session.Run(_run, Inputs, values, outputs), null);
        }
        catch (OnnxRuntimeException refusal)
        {
            return (null, refusal.Message);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
        _folder?.Delete(recursive: true);
    }

    private static ImmutableArray<string> FloatsOf(IReadOnlyDictionary<string, NodeMetadata> values) =>
    [
        .. values.Where(value => value.Value is { IsTensor: true, ElementDataType: TensorElementType.Float }).Select(value => value.Key),
    ];

    /// <summary>The numbers of both element type enumerations are those of the file format.</summary>
    private static OrtValue Value(OnnxTensor tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, (TensorElementType)(int)tensor.ElementType, [.. tensor.Dims]);
        if (tensor.ElementCount > 0) tensor.RawBytes.CopyTo(value.GetTensorMutableRawData());
        return value;
    }
}
