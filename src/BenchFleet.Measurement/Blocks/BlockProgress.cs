namespace BenchFleet.Measurement.Blocks;

/// <summary>What a block is doing now.</summary>
/// <param name="Launch">One-based number of the launch.</param>
/// <param name="Phase">idle, load, warm-up, measure, trace, done or failed.</param>
public sealed record BlockProgress(int Launch, int Launches, Guid Trial, string Label, string Phase);
