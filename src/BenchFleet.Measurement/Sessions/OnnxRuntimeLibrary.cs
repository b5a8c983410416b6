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
    private static readonly Lazy<bool> Registered = new(Install);

    /// <summary>The chosen file, or null for the one beside the program.</summary>
    public static string? ChosenPath => Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path ? path : null;

    public static void Register() => _ = Registered.Value;

    private static bool Install()
    {
        // Without a choice the runtime's own probing finds the file beside the assembly, and a packaged binding its own.
        if (ChosenPath is null) return false;
        NativeLibrary.SetDllImportResolver(typeof(OrtEnv).Assembly, Resolve);
        return true;
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? search) =>
        ChosenPath is { } path && Path.GetFileNameWithoutExtension(name).Equals(ImportName, StringComparison.OrdinalIgnoreCase)
            ? NativeLibrary.Load(path)
            : IntPtr.Zero;
}
