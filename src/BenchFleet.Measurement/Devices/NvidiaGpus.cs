namespace BenchFleet.Measurement.Devices;

/// <summary>NVIDIA GPUs as the kernel driver lists them; needs neither a library nor the driver's tools.</summary>
public static class NvidiaGpus
{
    public static IReadOnlyList<string> Models(HostFiles files) =>
        [.. files.Folders("proc/driver/nvidia/gpus").Select(folder => Field(files, $"{folder}/information", "Model")).OfType<string>()];

    /// <summary>For example 580.82.07.</summary>
    public static string? DriverVersion(HostFiles files) =>
        files.Text("proc/driver/nvidia/version")?.Split(' ', '\n', '\t')
            .FirstOrDefault(word => word.Length > 4 && char.IsAsciiDigit(word[0]) && word.Contains('.'));

    private static string? Field(HostFiles files, string path, string name) =>
        files.Lines(path).Select(line => line.Split(':', 2))
            .FirstOrDefault(parts => parts.Length == 2 && parts[0].Trim() == name)?[1].Trim();
}
