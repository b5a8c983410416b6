namespace BenchFleet.Core.Recipes.Order;

/// <summary>The place of a pass in a recipe: stages come in this order, the reasons are in <see cref="StageOrder"/>.</summary>
public enum PassStage
{
    /// <summary>Same function, written better; allowed at any place.</summary>
    Graph,

    /// <summary>Tensors become smaller: channels, heads, layers, ranks.</summary>
    Structure,

    /// <summary>Weights become zero, tensors keep their size.</summary>
    Sparsity,

    /// <summary>Float weights learn again.</summary>
    Training,

    /// <summary>Float weights are rescaled or rounded so that integers lose less.</summary>
    Balance,

    /// <summary>Weights, and perhaps activations, become integers or codes.</summary>
    Quantization,

    /// <summary>What was quantized is corrected by what it lost.</summary>
    Correction,

    /// <summary>Floats become shorter.</summary>
    Precision,
}

public static class PassStages
{
    /// <summary>The stage of a family by its name; a pass that stands elsewhere says so in its descriptor.</summary>
    public static PassStage OfFamily(string pass) => pass.Split('.')[0] switch
    {
        "graph" => PassStage.Graph,
        "prune" => pass is "prune.magnitude" or "prune.nm" or "prune.block" or "prune.pattern" ? PassStage.Sparsity : PassStage.Structure,
        "factorize" or "decompose" or "lowrank" => PassStage.Structure,
        "sparsify" => PassStage.Sparsity,
        "train" or "distill" or "tune" => PassStage.Training,
        "equalize" or "smooth" or "balance" or "round" => PassStage.Balance,
        "quantize" or "cluster" or "codebook" => PassStage.Quantization,
        "correct" => PassStage.Correction,
        "convert" => PassStage.Precision,
        var family => throw new ArgumentException($"The family '{family}' of {pass} has no stage: name one in its descriptor.", nameof(pass)),
    };
}
