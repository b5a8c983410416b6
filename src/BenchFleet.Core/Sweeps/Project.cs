namespace BenchFleet.Core.Sweeps;

public static class Project
{
    /// <summary>The project of whatever names none: there always is one.</summary>
    public const string Default = "default";
}
