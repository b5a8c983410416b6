namespace BenchFleet.Storage.Artifacts;

/// <summary>The few things about disks that the runtime says only in numbers.</summary>
internal static class DiskFault
{
    // On Unix, HResult is errno; on Windows it is HRESULT_FROM_WIN32 of the error.
    private const int EagainLinux = 11;
    private const int EagainMac = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    public static bool IsLocked(IOException fault) => OperatingSystem.IsWindows()
        ? fault.HResult == WindowsSharingViolation
        : fault.HResult is EagainLinux or EagainMac;
}
