namespace BenchFleet.Runner;

internal static class ExitCode
{
    /// <summary>A result was written.</summary>
    public const int Measured = 0;

    /// <summary>A failure was written.</summary>
    public const int Failed = 1;

    public const int Usage = 2;
}
