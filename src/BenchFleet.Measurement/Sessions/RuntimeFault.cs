using BenchFleet.Core.Failures;
using BenchFleet.Core.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Sessions;

/// <summary>An option of a runtime configuration that the provider does not have. Becomes a refusal where the session is opened.</summary>
public sealed class RuntimeOptionException(string message) : Exception(message);

/// <summary>Turns what the runtime throws into failures with one sentence.</summary>
public static class RuntimeFault
{
    private const int LongestReason = 400;

    /// <summary>
    /// The binding throws its own exception, the platform's when a provider's entry point is not in the library, ours for an option.
    /// </summary>
    public static bool IsFromRuntime(Exception e) =>
        e is OnnxRuntimeException or RuntimeOptionException or EntryPointNotFoundException or NotSupportedException
            or FormatException or ArgumentException;

    public static Failure AtLoad(Exception e, string modelPath, RuntimeConfig runtime)
    {
        var reason = Reason(e);
        return e switch
        {
            RuntimeOptionException =>
                new Failure(FailureKind.User, "runtime.invalid", $"The runtime configuration is not valid: {reason}."),
            EntryPointNotFoundException =>
                new Failure(FailureKind.User, "provider.unavailable",
                    $"The execution provider '{runtime.Provider}' is not in this build of ONNX Runtime."),
            _ when IsOutOfMemory(reason) => OutOfMemory(reason),
            _ when reason.Contains("fallback to CPU EP has been explicitly disabled", StringComparison.OrdinalIgnoreCase) =>
                new Failure(FailureKind.User, "provider.fallback",
                    $"The provider '{runtime.Provider}' does not run every node of '{Path.GetFileName(modelPath)}', "
                    + "and falling back to the cpu is off; session.disable_cpu_ep_fallback=0 allows it."),
            _ => new Failure(FailureKind.User, "model.rejected",
                $"ONNX Runtime does not load '{Path.GetFileName(modelPath)}' on {runtime.Provider}: {reason}"),
        };
    }

    /// <param name="inputs">What it was run on, for the sentence.</param>
    public static Failure AtRun(Exception e, string modelPath, string inputs = "its inputs")
    {
        var reason = Reason(e);
        return IsOutOfMemory(reason)
            ? OutOfMemory(reason)
            : new Failure(FailureKind.User, "model.failed",
                $"'{Path.GetFileName(modelPath)}' loads, but does not run on {inputs}: {reason}");
    }

    private static Failure OutOfMemory(string reason) =>
        new(FailureKind.Device, "device.outOfMemory", $"The device has too little memory for the model: {reason}");

    private static bool IsOutOfMemory(string reason) =>
        reason.Contains("bad_alloc", StringComparison.OrdinalIgnoreCase)
            || reason.Contains("Failed to allocate memory", StringComparison.OrdinalIgnoreCase)
        || reason.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

    // "[ErrorCode:Fail] Load model from /a/b.onnx failed:..." on several lines: the code is internal and the lines are one sentence.
    private static string Reason(Exception e)
    {
        var text = e.Message;
        if (text.StartsWith("[ErrorCode:", StringComparison.Ordinal)) text = text[(text.IndexOf(']', StringComparison.Ordinal) + 1)..];
        text = string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return text.Length <= LongestReason ? text : text[..LongestReason] + "...";
    }
}
