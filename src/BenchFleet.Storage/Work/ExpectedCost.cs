using BenchFleet.Core.Work;

namespace BenchFleet.Storage.Work;

/// <summary>
/// Device time that work is expected to take. Rough is enough: shares are corrected by what it took in truth as soon as it has ended.
/// </summary>
internal static class ExpectedCost
{
    private const double PrepareSeconds = 20;
    private const double EvaluateSeconds = 30;

    // Starting the process and loading the model.
    private const double StartSeconds = 1;

    public static double Seconds(WorkOrder order) => order switch
    {
        MeasureOrder measure => measure.Launches.Length * (StartSeconds + measure.Profile.WarmupSeconds + measure.Profile.MaxSeconds),
        EvaluateOrder => EvaluateSeconds,
        _ => PrepareSeconds,
    };

    /// <summary>The bundle to fetch; null for a block, which only its own device may do anyway.</summary>
    public static string? Artifact(WorkOrder order) => order switch
    {
        PrepareOrder prepare => prepare.Model.Hex,
        EvaluateOrder evaluate => evaluate.Bundle.Hex,
        _ => null,
    };
}
