namespace BenchFleet.Core.Sweeps;

/// <summary>How urgent a sweep is. A class goes before the next one, whatever the next one's age; inside a class projects share.</summary>
public enum PriorityClass
{
    /// <summary>Somebody waits for the answer.</summary>
    Interactive,

    /// <summary>The default.</summary>
    Normal,

    /// <summary>Uses what nobody else wants; rises to normal when it has waited long.</summary>
    Backfill,
}
