using System.Runtime.InteropServices;

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

    /// <summary>
    /// Makes a rename survive a power cut: on Linux a folder's entries are written when the folder is flushed. Elsewhere the rename is as
    /// durable as the file system makes it; a lost one leaves the whole partial file, and the upload ends at its next piece.
    /// </summary>
    public static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        var descriptor = Open(folder, 0);
        if (descriptor < 0) return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
