using System.Collections.Immutable;

namespace BenchFleet.Core.Recipes.Order;

/// <summary>What holds for every pass of a stage.</summary>
public static class StageOrder
{
    private static readonly string InFloat = "what matters is judged by float weights, and shorter floats have lost some of it";

    public static ImmutableArray<OrderConstraint> Of(PassStage stage) => stage switch
    {
        PassStage.Structure =>
        [
            OrderConstraint.Before(PassStage.Quantization, "integer weights cannot be sliced by channel importance"),
            OrderConstraint.Before(PassStage.Precision, InFloat),
            OrderConstraint.Before(PassStage.Balance, "scales that were balanced over channels do not fit what is left of them"),
        ],
        PassStage.Sparsity =>
        [
            OrderConstraint.Before(PassStage.Quantization, "which weights become zero is decided by float magnitudes, not by rounded codes"),
            OrderConstraint.Before(PassStage.Precision, InFloat),
        ],
        PassStage.Training =>
        [
            OrderConstraint.Before(PassStage.Quantization, "integers have no gradient, so trained weights must be float"),
            OrderConstraint.Before(PassStage.Precision, "small steps of training vanish in shorter floats"),
        ],
        PassStage.Balance =>
        [
            OrderConstraint.Before(PassStage.Quantization, "it moves ranges between float weights, and integers have their ranges already"),
            OrderConstraint.Before(PassStage.Precision, "it moves ranges between float weights"),
        ],
        PassStage.Quantization =>
        [
            OrderConstraint.NotWith(PassStage.Quantization, "both make integers of the same weights"),
            OrderConstraint.NotWith(PassStage.Precision, "integer kernels take their scales, biases and what is left in float"),
        ],
        PassStage.Correction => [OrderConstraint.After(PassStage.Quantization, "it corrects what quantization lost")],
        _ => [],
    };
}
