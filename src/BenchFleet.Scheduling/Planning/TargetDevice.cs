using BenchFleet.Core.Devices;
using BenchFleet.Core.Runtime;

namespace BenchFleet.Scheduling.Planning;

/// <summary>A device as the planner sees it.</summary>
public sealed record TargetDevice(Guid Id, string Name, DeviceFacts Facts)
{
    public bool Offers(RuntimeConfig runtime) => Facts.Providers.Contains(runtime.Provider);
}
