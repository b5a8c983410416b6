namespace BenchFleet.Measurement.Launching;

/// <summary>Where the runner is and how it is started: its own executable, or the dotnet host with its assembly.</summary>
public sealed record RunnerLocation(string FileName, string? Assembly)
{
    /// <summary>Names another runner than the one beside the running program.</summary>
    public const string PathVariable = "BENCHFLEET_RUNNER";

    private const string Name = "BenchFleet.Runner";

    /// <summary>Where <see cref="Find"/> looks when it is given no path.</summary>
    public static string Looked => Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path ? path : AppContext.BaseDirectory;

    /// <param name="path">An executable or an assembly; null looks at <see cref="PathVariable"/>, then beside the running program.</param>
    /// <returns>Null when there is no runner.</returns>
    public static RunnerLocation? Find(string? path = null)
    {
        path ??= Environment.GetEnvironmentVariable(PathVariable);
        if (!string.IsNullOrEmpty(path)) return File.Exists(path) ? Of(path) : null;
        var folder = AppContext.BaseDirectory;
        string[] candidates = [OperatingSystem.IsWindows() ? Name + ".exe" : Name, Name + ".dll"];
        return candidates.Select(name => Path.Combine(folder, name)).Where(File.Exists).Select(Of).FirstOrDefault();
    }

    private static RunnerLocation Of(string path) =>
        path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? new RunnerLocation(DotnetHost(), path) : new RunnerLocation(path, null);

    // The host that runs us, when we are run by one: a machine may have several.
    private static string DotnetHost() =>
        Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
}
