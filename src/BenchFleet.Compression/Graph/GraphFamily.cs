using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Compression.Graph.Fusing;
using BenchFleet.Compression.Graph.Shaping;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Recipes;

namespace BenchFleet.Compression.Graph;

internal static class GraphFamily
{
    public static Dictionary<string, Func<StepSettings, IPass>> Makers { get; } = new(StringComparer.Ordinal)
    {
        ["graph.clean"] = settings => new GraphClean(new(settings.Integer("opset"))),
        ["graph.fuse"] = settings => new GraphFuse(new(settings.Integer("opset"), settings.Flag("merge"))),
        ["graph.shapes"] = settings => new FixedShapes(new(settings.Names("dims"))),
    };
}
