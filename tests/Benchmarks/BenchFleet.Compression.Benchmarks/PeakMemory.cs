using System.Globalization;

namespace BenchFleet.Compression.Benchmarks;

/// <summary>
/// The most anonymous memory that the process held, looked at fifty times a second: mapped files, which the system takes back when it
/// wants, are left out. Linux only.
/// </summary>
internal sealed class PeakMemory : IDisposable
{
    private const int PeriodMilliseconds = 20;
    private readonly Timer _timer;
    private long _bytes;

    public PeakMemory() => _timer = new Timer(_ => Look(), null, 0, PeriodMilliseconds);

    public long Bytes => Interlocked.Read(ref _bytes);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        if (line is null) return;
        var kilobytes = long.Parse(line.AsSpan(8).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
        var bytes = kilobytes * 1024;
        if (bytes > Interlocked.Read(ref _bytes)) Interlocked.Exchange(ref _bytes, bytes);
    }
}
