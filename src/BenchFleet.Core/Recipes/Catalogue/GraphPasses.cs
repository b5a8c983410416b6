using System.Collections.Immutable;

namespace BenchFleet.Core.Recipes.Catalogue;

/// <summary>The same function, written better.</summary>
internal static class GraphPasses
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("graph.clean", 1,
            "Folds constants and BatchNormalization, removes identities, dead nodes and duplicates; raises the opset when asked",
            CalibrationNeed.Never,
            Helps: "everywhere, exact to about 1e-6; must come before quantization",
            Never: "it never hurts, and rarely speeds up what the runtime folds itself",
            [
                new("opset", PassOptionKind.Integer, "0", "Target opset of the default domain; 0 keeps it, or raises it to the least that the later passes need", Min: 0, Max: 21),
            ],
            "ONNX operator specification; batch norm folding: Jacob et al., CVPR 2018, section 3.2"),
    ];
}
