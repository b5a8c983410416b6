namespace BenchFleet.Measurement.Blocks;

/// <summary>Where the files of a launch are on this machine.</summary>
/// <param name="InputsPath">See <see cref="Launching.LaunchSpec"/>; null generates inputs.</param>
/// <param name="Label">What a person calls the launch, for progress.</param>
public sealed record LaunchFiles(string ModelPath, string? InputsPath, string Label);
