namespace BenchFleet.Cli.CommandLine;

/// <summary>Documented in docs/cli.md; a test keeps the two in step.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>What was asked for was tried and failed: a sweep failed, a recipe does not apply, a check found something wrong.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a file it names is wrong: unknown option, unreadable model, unknown technique.</summary>
    public const int Usage = 2;

    /// <summary>No such model, dataset, sweep or device.</summary>
    public const int NotFound = 3;

    /// <summary>The server cannot be reached, or cannot be started.</summary>
    public const int Unreachable = 4;

    /// <summary>Interrupted from the keyboard.</summary>
    public const int Interrupted = 130;
}
