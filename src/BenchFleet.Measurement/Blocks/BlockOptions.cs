namespace BenchFleet.Measurement.Blocks;

/// <param name="Cooldown">Pause before each launch, so that one launch's heat is not the next one's. Default 100 ms.</param>
/// <param name="IdleWindow">How long idle power is read before and after a block, where a counter can be read. Default 5 s.</param>
/// <param name="Trace">Whether the launches of a board's first block end with a profiled run: what runs where does not change after it.</param>
public sealed record BlockOptions(TimeSpan Cooldown, TimeSpan IdleWindow, bool Trace = true)
{
    public static BlockOptions Default { get; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
}
