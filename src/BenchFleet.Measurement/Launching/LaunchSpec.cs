using BenchFleet.Core.Runtime;

namespace BenchFleet.Measurement.Launching;

/// <summary>Everything a runner needs for one launch; written as one line of JSON to its standard input, or kept in a file.</summary>
/// <param name="ModelPath">The ONNX file; its external data lies beside it.</param>
/// <param name="InputsPath">
/// A packed inputs file, or a folder of <c>test_data_set_N</c> folders or of serialized tensors; null lets the runner draw inputs from
/// <paramref name="Seed"/>.
/// </param>
/// <param name="Trace">Whether a short profiled run follows the measured phase, for placement and time by operator.</param>
/// <param name="StartedAt">Reading of the system-wide monotonic clock before the process was started; null counts from the process's own
/// start time.</param>
public sealed record LaunchSpec(
    string ModelPath,
    string? InputsPath,
    RuntimeConfig Runtime,
    Scenario Scenario,
    MeasureProfile Profile,
    ulong Seed,
    bool Trace = true,
    long? StartedAt = null);
