namespace BenchFleet.EndToEnd.Tests;

/// <summary>Tests that measure take turns: two at once would only wait for each other's processors.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Machine
{
    public const string Name = "machine";
}
