using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Pruning.Channels;
using BenchFleet.Compression.Recipes;

namespace BenchFleet.Compression.Pruning;

internal static class PruningFamily
{
    public static Dictionary<string, Func<StepSettings, IPass>> Makers { get; } = new(StringComparer.Ordinal)
    {
        ["prune.channels"] = settings => new ChannelPruning(new(
            settings.Real("keep"), settings.Text("scope") == "global" ? PruningScope.Global : PruningScope.Group,
            FilterScores.Named(settings.Text("importance")), settings.Integer("multiple"), settings.Names("exclude"))),
    };
}
