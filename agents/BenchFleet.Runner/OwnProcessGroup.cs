using System.Runtime.InteropServices;

namespace BenchFleet.Runner;

/// <summary>
/// A process group of our own, so that a Ctrl-C at the parent's terminal does not end a launch before the parent decides to.
/// </summary>
internal static partial class OwnProcessGroup
{
    public static void Enter()
    {
        // Refused when we lead one already, which is as good.
        if (!OperatingSystem.IsWindows()) _ = SetProcessGroup(0, 0);
    }

    [DllImport("libc", EntryPoint = "setpgid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetProcessGroup(int process, int group);
}
