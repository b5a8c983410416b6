using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Pruning.Channels;
using BenchFleet.Compression.Pruning.Heads;
using BenchFleet.Compression.Pruning.Layers;
using BenchFleet.Compression.Pruning.Sparsity;
using BenchFleet.Compression.Recipes;

namespace BenchFleet.Compression.Pruning;

internal static class PruningFamily
{
    public static Dictionary<string, Func<StepSettings, IPass>> Makers { get; } = new(StringComparer.Ordinal)
    {
        ["prune.magnitude"] = settings => new MagnitudePruning(new(
            settings.Real("sparsity"), settings.Text("scope") == "global", Enum.Parse<KeptEnds>(settings.Text("keep"), ignoreCase: true),
            settings.Real("start"), settings.Real("position"), settings.Names("exclude"))),
        ["prune.pattern"] = settings => new PatternPruning(new(
            settings.Integer("n"), settings.Integer("m"), settings.Text("importance") == "wanda", settings.Names("exclude"))),
        ["prune.heads"] = settings => new HeadPruning(new(settings.Real("keep"), settings.Names("exclude"))),
        ["prune.layers"] = settings => new LayerPruning(new(settings.Integer("drop"))),
        ["prune.channels"] = settings => new ChannelPruning(new(
            settings.Real("keep"), settings.Text("scope") == "global" ? PruningScope.Global : PruningScope.Group,
            FilterScores.Named(settings.Text("importance")), settings.Integer("multiple"),
            Enum.Parse<Repair>(settings.Text("repair"), ignoreCase: true), settings.Names("exclude"))),
    };
}
