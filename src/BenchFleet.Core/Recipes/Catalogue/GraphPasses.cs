using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Recipes.Order;

namespace BenchFleet.Core.Recipes.Catalogue;

/// <summary>The same function, written better.</summary>
internal static class GraphPasses
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("graph.clean", 2,
            "Folds constants and BatchNormalization, removes identities, dead nodes and duplicates; raises the opset when asked",
            CalibrationNeed.Never,
            Helps: "everywhere, exact to about 1e-6; must come before quantization",
            Never: "it never hurts, and rarely speeds up what the runtime folds itself",
            [
                new("opset", PassOptionKind.Integer, "0", "Target opset of the default domain; 0 keeps it, or raises it to the least that the later passes need", Min: 0, Max: 21),
            ],
            "ONNX operator specification; batch norm folding: Jacob et al., CVPR 2018, section 3.2"),

        new("graph.fuse", 2,
            "LayerNormalization and Gelu in the place of the small operators that exporters wrote for them; attention is found and reported",
            CalibrationNeed.Never,
            Helps: "transformers before quantization or half precision, which would cut the patterns; exact to about 1e-5",
            Never: "convolutional models have none of its patterns; merging pays only where products are narrow",
            [
                new("opset", PassOptionKind.Integer, "0", "Target opset of the default domain: LayerNormalization needs 17, Gelu 20; 0 keeps it", Min: 0, Max: 21),
                new("merge", PassOptionKind.Flag, "false", "Products of one input with several weights (Q, K, V) become one product and a Split"),
            ],
            "Ba, Kiros, Hinton 2016; Hendrycks, Gimpel 2016; Vaswani and others 2017; ONNX operators LayerNormalization-17, Gelu-20")
        {
            Order =
            [
                OrderConstraint.Before(PassStage.Quantization, "a pattern that QuantizeLinear cuts is not found"),
                OrderConstraint.Before(PassStage.Precision, "its patterns are looked for among float constants"),
            ],
        },

        new("graph.shapes", 1,
            "Gives free axes of the inputs a length and writes down the shape of every value",
            CalibrationNeed.Never,
            Helps: "NPUs and TensorRT, which want static shapes; CPUs reuse memory by plan. One variant per bucket of lengths; the caller pads",
            Never: "models that must take requests of any length",
            [
                new("dims", PassOptionKind.Names, "", "Lengths as name=length, the name a symbol of the model or input:axis, e.g. batch=1+sequence=128"),
            ],
            "ONNX specification, static tensor shapes")
        {
            HelpsOn = [KernelFamily.Phone, KernelFamily.Gpu],
        },
    ];
}
