using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Models;

namespace BenchFleet.Core.Recipes;

/// <summary>
/// What "auto" means for a model on a kind of device: the few recipes that may pay there, the likeliest first. A newcomer's
/// sweep must end soon, so there are at most <see cref="Most"/>.
/// </summary>
public static class AutoTechniques
{
    public const string Word = "auto";

    public const int Most = 8;

    /// <summary>The sets of several models and kinds of device together: the first of each, then the second of each, and so on.</summary>
    public static ImmutableArray<Recipe> For(IEnumerable<ModelSummary> models, IReadOnlyCollection<KernelFamily> devices, bool hasDataset)
    {
        IReadOnlyCollection<KernelFamily> known = devices.Count > 0 ? devices : [KernelFamily.Other];
        var sets = models.SelectMany(model => known.Select(device => For(model, device, hasDataset))).ToList();
        return [.. Enumerable.Range(0, Most).SelectMany(place => sets.Where(set => place < set.Length).Select(set => set[place])).Distinct()];
    }

    public static ImmutableArray<Recipe> For(ModelSummary model, KernelFamily device, bool hasDataset)
    {
        // Integers cannot be made of integers, and slicing or shortening what is left gains nothing.
        if (model.AlreadyQuantized) return [Recipe("graph.clean")];

        var kind = ModelKinds.Of(model);
        var texts = kind switch
        {
            ModelKind.Convolutional => Convolutional(device),
            ModelKind.Attention or ModelKind.Dense => Dense(device),
            ModelKind.Mixed => [.. Convolutional(device).Take(2), .. Dense(device).Take(3)],
            _ => [],
        };
        // Where there are recurrent layers they hold most weights, and the runtime takes their ranges as it runs.
        if (model.Operators.ContainsKey("LSTM") && Dense(device).FirstOrDefault(text => text.Contains("quantize.dynamic", StringComparison.Ordinal)) is { } dynamic)
            texts = texts.Insert(Math.Min(1, texts.Length), dynamic);
        // Fewer channels pay everywhere, and mean nothing without data to say what they cost.
        if (hasDataset && kind is (ModelKind.Convolutional or ModelKind.Mixed)) texts = texts.Add("graph.clean | prune.channels(keep=0.75)");
        var recipes = texts.Append("graph.clean").Concat(Halves(device)).Select(Recipe).Distinct();

        // Ranges of made-up inputs are rough: worth a try only where there is nothing else.
        if (!hasDataset && kind != ModelKind.Convolutional) recipes = recipes.Where(recipe => !recipe.NeedsCalibration);
        return [.. recipes.Take(Most)];
    }

    /// <summary>Static integers: u8 x s8 where bytes are multiplied exactly, 7 bits or u8 x u8 where sums saturate, s8 x s8 on Arm and GPUs.</summary>
    private static ImmutableArray<string> Convolutional(KernelFamily device) => device switch
    {
        KernelFamily.X64Vnni => ["graph.clean | quantize.static", "graph.clean | quantize.static(perChannel=false)"],
        KernelFamily.X64Avx2 => ["graph.clean | quantize.static(bits=7)", "graph.clean | quantize.static(perChannel=false,weights=u8)"],
        KernelFamily.Arm64Dot => ["graph.clean | quantize.static(activations=s8)", "graph.clean | quantize.static"],
        KernelFamily.Gpu => ["graph.clean | convert.fp16", "graph.clean | quantize.static(activations=s8,symmetric=true)"],
        KernelFamily.Phone => ["graph.clean | quantize.static", "graph.clean | quantize.static(activations=s8)"],
        _ => ["graph.clean | quantize.static"],
    };

    /// <summary>Ranges that are taken as the model runs cost little beside a MatMul; weights in blocks pay where memory is the limit.</summary>
    private static ImmutableArray<string> Dense(KernelFamily device) => device switch
    {
        KernelFamily.X64Vnni =>
        [
            "graph.clean | quantize.dynamic", "graph.clean | quantize.dynamic(perChannel=true)", "graph.clean | quantize.weights(bits=8)",
            "graph.clean | quantize.weights(block=128)", "graph.clean | quantize.static",
        ],
        KernelFamily.X64Avx2 =>
        [
            "graph.clean | quantize.dynamic(bits=7)", "graph.clean | quantize.weights(bits=8)", "graph.clean | quantize.weights(block=128)",
        ],
        KernelFamily.Arm64Dot =>
        [
            "graph.clean | quantize.dynamic", "graph.clean | quantize.dynamic(perChannel=true)", "graph.clean | quantize.weights(bits=8)",
            "graph.clean | quantize.weights(block=128)",
        ],
        KernelFamily.Gpu => ["graph.clean | convert.fp16", "graph.clean | quantize.weights(block=128)"],
        KernelFamily.Phone => ["graph.clean | quantize.dynamic", "graph.clean | quantize.weights(bits=8)", "graph.clean | quantize.static"],
        _ => ["graph.clean | quantize.dynamic", "graph.clean | quantize.weights(bits=8)"],
    };

    /// <summary>Where nothing computes in half, the file is still half as large: last, as the smallest loss at that size.</summary>
    private static ImmutableArray<string> Halves(KernelFamily device) =>
        device is KernelFamily.Phone or KernelFamily.Arm64Dot or KernelFamily.Gpu ? ["graph.clean | convert.fp16"] : [];

    private static Recipe Recipe(string text) => ((RecipeRead.Valid)RecipeText.Parse(text)).Recipe;
}
