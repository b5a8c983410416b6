using System.Diagnostics;

namespace BenchFleet.Runner;

/// <summary>
/// Ends this process when the parent is gone: a parent that dies, however it dies, closes our standard input. The thread sleeps in a read
/// and costs nothing; the kill needs no cooperation of a runtime that may hang in native code.
/// </summary>
internal static class ParentWatch
{
    public static void Start(TextReader input)
    {
        var watch = new Thread(() =>
        {
            while (input.ReadLine() is not null)
            {
                // Nothing more is expected; only the end matters.
            }
            using var self = Process.GetCurrentProcess();
            self.Kill();
        })
        { IsBackground = true, Name = "parent watch" };
        watch.Start();
    }
}
