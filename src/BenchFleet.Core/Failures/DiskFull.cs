namespace BenchFleet.Core.Failures;

/// <summary>A disk or a quota without room, which the runtime tells only by a number.</summary>
public static class DiskFull
{
    // On Unix, HResult is errno: ENOSPC everywhere, EDQUOT of Linux and of macOS. On Windows the low half is the Win32 code:
    // ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL.
    public static bool Is(IOException fault) =>
        OperatingSystem.IsWindows() ? (fault.HResult & 0xFFFF) is 112 or 39 : fault.HResult is 28 or 122 or 69;
}
