using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Recipes;

namespace BenchFleet.Compression.Graph;

internal static class GraphFamily
{
    public static Dictionary<string, Func<StepSettings, IPass>> Makers { get; } = new(StringComparer.Ordinal)
    {
        ["graph.clean"] = settings => new GraphClean(new(settings.Integer("opset"))),
    };
}
