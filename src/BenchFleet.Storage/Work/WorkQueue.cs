using BenchFleet.Core.Work;
using BenchFleet.Storage.Sweeps;

namespace BenchFleet.Storage.Work;

/// <summary>
/// Names who may do a work item, so that the next one for a device is found by equality in an index, however long the other queues are: a
/// block needs its very device, an evaluation an instruction set, provider and runtime version, a variant nothing.
/// </summary>
public static class WorkQueue
{
    public const string Any = "any";

    public static string Device(Guid device) => $"device:{device:D}";

    public static string Isa(string isaClass, string provider, string runtimeVersion) => $"isa:{isaClass}:{provider}:{runtimeVersion}";

    public static string Of(NewWork work) => work.Order switch
    {
        MeasureOrder => Device(work.Device ?? throw new ArgumentException("A block needs its device.", nameof(work))),
        EvaluateOrder => Isa(work.IsaClass!, work.Provider!, work.RuntimeVersion!),
        _ => Any,
    };
}
