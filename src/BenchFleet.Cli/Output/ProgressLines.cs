using System.Diagnostics.CodeAnalysis;

namespace BenchFleet.Cli.Output;

/// <summary>
/// Says on stderr what a long command is busy with: a line for each step that lasts, none for work that is done in a moment. The output
/// itself stays clean.
/// </summary>
internal sealed class ProgressLines : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _clock;
    private readonly TextWriter _writer;
    private readonly long _started;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private string _now = "";
    private double _share;
    private string _said = "";

    public ProgressLines(TextWriter writer, TimeProvider clock)
    {
        (_writer, _clock, _started) = (writer, clock, clock.GetTimestamp());
        _timer = clock.CreateTimer(_ => Say(), null, Patience, Patience);
    }

    public void Tell(string what, double share)
    {
        lock (_gate) (_now, _share) = (what, share);
    }

    public void Dispose() => _timer.Dispose();

    [SuppressMessage("Globalization", "CA1303", Justification = "One language.")]
    private void Say()
    {
        lock (_gate)
        {
            if (_now == _said) return;
            _said = _now;
            _writer.WriteLine($"  {_clock.GetElapsedTime(_started).TotalSeconds,4:F0} s {_share,4:P0}  {_now} ...");
        }
    }
}
