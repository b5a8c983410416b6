using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Sessions;

/// <summary>
/// Chooses the file of the native library, so that any version can be measured with the one binding. Must come before the first use of the
/// binding in a process.
/// </summary>
public static class OnnxRuntimeLibrary
{
    /// <summary>Path of the library file to load instead of the one beside the program.</summary>
    public const string PathVariable = "BENCHFLEET_ONNXRUNTIME_LIBRARY";

    private const string ImportName = "onnxruntime";
    private static readonly Lazy<string?> Problem = new(Load);

    /// <summary>The chosen file, or null for the one beside the program.</summary>
    public static string? ChosenPath => Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path ? path : null;

    /// <returns>Null when the library is loaded; else why it is not, in one sentence.</returns>
    public static string? TryLoad() => Problem.Value;

    /// <summary>For callers that go on to use the binding and let it fail by itself.</summary>
    public static void Register() => _ = Problem.Value;

    private static string? Load()
    {
        // Without a choice the platform's own probing finds the file beside the assembly, and a packaged binding its own.
        if (ChosenPath is not null) NativeLibrary.SetDllImportResolver(typeof(OrtEnv).Assembly, Resolve);
        try
        {
            OrtEnv.Instance();
            return null;
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException
            or EntryPointNotFoundException or BadImageFormatException)
        {
            return ChosenPath is { } path
                ? $"ONNX Runtime cannot be loaded from '{path}', which {PathVariable} names: {Innermost(e)}"
                : $"ONNX Runtime's library is not beside the program or does not load: {Innermost(e)}";
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? search) =>
        ChosenPath is { } path && Path.GetFileNameWithoutExtension(name).Equals(ImportName, StringComparison.OrdinalIgnoreCase)
            ? NativeLibrary.Load(path)
            : IntPtr.Zero;

    private static string Innermost(Exception e) => e.GetBaseException().Message.Split('\n')[0].Trim();
}
