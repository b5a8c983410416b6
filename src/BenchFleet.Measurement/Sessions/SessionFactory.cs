using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Sessions;

/// <summary>Opens a model under a runtime configuration: the one place where our settings become the runtime's.</summary>
public static class SessionFactory
{
    private const string Fallback = "session.disable_cpu_ep_fallback";

    /// <param name="adjust">Further settings of a special purpose, such as profiling.</param>
    public static SessionOutcome Create(string modelPath, RuntimeConfig runtime, Action<SessionOptions>? adjust = null)
    {
        if (!File.Exists(modelPath)) return Refuse(FailureKind.Infrastructure, "model.missing", $"There is no model file '{modelPath}'.");
        if (runtime.Refuse() is { } reason)
            return Refuse(FailureKind.User, "runtime.invalid", $"The runtime configuration is not valid: {reason}.");
        if (OnnxRuntimeLibrary.TryLoad() is { } problem) return Refuse(FailureKind.Device, "runtime.missing", problem);
        var available = ProviderNames.Available();
        if (!available.Contains(runtime.Provider))
            return Refuse(FailureKind.User, "provider.unavailable", Unavailable(runtime.Provider, available));
        try
        {
            using var options = Options(runtime);
            adjust?.Invoke(options);
            return new SessionOutcome.Opened(new InferenceSession(modelPath, options));
        }
        catch (Exception e) when (RuntimeFault.IsFromRuntime(e))
        {
            return new SessionOutcome.Refused(RuntimeFault.AtLoad(e, modelPath, runtime));
        }
    }

    /// <exception cref="OnnxRuntimeException">The provider or one of its options is refused by the runtime.</exception>
    public static SessionOptions Options(RuntimeConfig runtime)
    {
        OnnxRuntimeLibrary.TryLoad();
        var options = new SessionOptions
        {
            IntraOpNumThreads = runtime.IntraOpThreads,
            InterOpNumThreads = runtime.InterOpThreads,
            ExecutionMode = runtime.InterOpThreads > 1 ? ExecutionMode.ORT_PARALLEL : ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = Level(runtime.Graph),
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // A name with a dot is a session configuration entry ("session.intra_op.allow_spinning"), any other an option of the provider.
        var settings = runtime.Options ?? ImmutableSortedDictionary<string, string>.Empty;
        foreach (var (name, value) in settings.Where(entry => entry.Key.Contains('.'))) options.AddSessionConfigEntry(name, value);
        if (runtime.Provider != "cpu" && !settings.ContainsKey(Fallback)) options.AddSessionConfigEntry(Fallback, "1");
        Append(options, runtime.Provider, settings.Where(entry => !entry.Key.Contains('.')).ToDictionary());
        return options;
    }

    private static void Append(SessionOptions options, string provider, Dictionary<string, string> settings)
    {
        switch (provider)
        {
            case "cpu":
                CpuSettings(options, settings);
                break;
            case "cuda":
                using (var cuda = new OrtCUDAProviderOptions())
                {
                    cuda.UpdateOptions(settings);
                    options.AppendExecutionProvider_CUDA(cuda);
                }
                break;
            case "tensorrt":
                using (var tensorRt = new OrtTensorRTProviderOptions())
                {
                    tensorRt.UpdateOptions(settings);
                    options.AppendExecutionProvider_Tensorrt(tensorRt);
                }
                break;
            case "dml":
                options.AppendExecutionProvider_DML(settings.TryGetValue("device_id", out var device) ? int.Parse(device) : 0);
                break;
            default:
                options.AppendExecutionProvider(RuntimeName(provider), settings);
                break;
        }
    }

    private static void CpuSettings(SessionOptions options, Dictionary<string, string> settings)
    {
        foreach (var (name, value) in settings)
            switch (name, value)
            {
                case ("arena", "on" or "off"):
                    options.EnableCpuMemArena = value == "on";
                    break;
                case ("memoryPattern", "on" or "off"):
                    options.EnableMemoryPattern = value == "on";
                    break;
                default:
                    throw new RuntimeOptionException(
                        $"the cpu provider has no option '{name}' with value '{value}': it has arena and memoryPattern, each on or off, "
                        + "and session entries such as session.intra_op.allow_spinning");
            }
    }

    // The names the generic append call knows; others are passed in upper case, which is how the runtime spells most of them.
    private static string RuntimeName(string provider) => provider switch
    {
        "webgpu" => "WebGPU",
        "coreml" => "CoreML",
        "openvino" => "OpenVINO",
        _ => provider.ToUpperInvariant(),
    };

    private static GraphOptimizationLevel Level(GraphOptimization graph) => graph switch
    {
        GraphOptimization.Disabled => GraphOptimizationLevel.ORT_DISABLE_ALL,
        GraphOptimization.Basic => GraphOptimizationLevel.ORT_ENABLE_BASIC,
        GraphOptimization.Extended => GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
        GraphOptimization.All => GraphOptimizationLevel.ORT_ENABLE_ALL,
        _ => throw new ArgumentOutOfRangeException(nameof(graph), graph, null),
    };

    private static string Unavailable(string provider, IEnumerable<string> available) =>
        $"The execution provider '{provider}' is not in ONNX Runtime {OrtEnv.Instance().GetVersionString()} here, "
        + $"which offers {string.Join(", ", available)}; {OnnxRuntimeLibrary.PathVariable} names another library file.";

    private static SessionOutcome.Refused Refuse(FailureKind kind, string code, string message) => new(new Failure(kind, code, message));
}
