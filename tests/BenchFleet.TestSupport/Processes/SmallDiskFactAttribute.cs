using System.Diagnostics;
using Xunit;

namespace BenchFleet.TestSupport.Processes;

/// <summary>A test with a really full disk: it needs Linux and the right to mount a file system of its own; elsewhere it is skipped with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly string? Missing = Find();

    public SmallDiskFactAttribute() => Skip = Missing;

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux()) return "A small disk is mounted with Linux' unshare.";
        try
        {
            using var probe = Process.Start(new ProcessStartInfo("unshare", ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]) { RedirectStandardError = true, UseShellExecute = false })!;
            var complaint = probe.StandardError.ReadToEnd();
            probe.WaitForExit();
            return probe.ExitCode == 0 ? null : $"This user may not mount a small disk: {complaint.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            return $"A small disk is mounted with unshare: {absent.Message}";
        }
    }
}
