using BenchFleet.TestSupport;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Onnx.Tests;

public sealed class RealModelShapeTests
{
    /// <summary>Model, values for its named and unknown input dimensions, and how many inner values may stay (partly) unknown.</summary>
    public static TheoryData<string, int, int> Models() => new()
    {
        { "models/mnist-cnn-cntk-opset8.onnx", 1, 0 },
        { "models/mnist-cnn-maxpool-nhwc.onnx", 3, 0 },
        { "models/mnist-mlp-2x10.onnx", 3, 0 },
        { "models/mnist-self-attention-medium.onnx", 1, 0 },
        { "models/shufflenet-v2-12-int8.onnx", 1, 0 },
        { "models/super-resolution-10.onnx", 2, 0 },
        { "models/ultraface-RFB-320.onnx", 1, 0 },
        { "models/magika-standard-v3_3.onnx", 2, 0 },
        { "onnx-backend-tests/light/light_squeezenet.onnx", 1, 0 },
        { "onnx-backend-tests/light/light_shufflenet.onnx", 1, 0 },
    };

    [DataTheory]
    [MemberData(nameof(Models))]
    public void Derived_shapes_are_those_of_a_run(string file, int free, int mayBeUnknown)
    {
        using var model = Given.Opened(TestData.Path(file));
        var inputs = Inputs(model, free);

        var derived = ShapeInference.Infer(model, inputs);

        Compare(derived, RunShapes.Of(model, inputs), mayBeUnknown);
    }

    [DataTheory]
    [InlineData("models/silero-vad-16k-opset15.onnx", 0)]
    [InlineData("models/silero-vad-v3-2021.onnx", 0)]
    public void Derived_shapes_of_recurrent_networks_with_branches_are_those_of_a_run(string file, int mayBeUnknown)
    {
        using var model = Given.Opened(TestData.Path(file));
        var inputs = new Dictionary<string, Shape>
        {
            ["input"] = Shape.Of(1, file.Contains("v3", StringComparison.Ordinal) ? 1536 : 576),
            ["state"] = Shape.Of(2, 1, 128),
            ["sr"] = Shape.Scalar,
            ["h0"] = Shape.Of(2, 1, 64),
            ["c0"] = Shape.Of(2, 1, 64),
        };

        var derived = ShapeInference.Infer(model, inputs);

        Compare(derived, RunShapes.Of(model, inputs), mayBeUnknown);
    }

    [DataFact]
    public void Derived_shapes_of_single_operators_are_those_of_a_run()
    {
        var (ran, faults) = (0, new List<string>());
        foreach (var file in TestData.Files("onnx-backend-tests/node", "model.onnx"))
        {
            using var model = Given.Opened(TestData.Path(file));
            if (model.Graph.Inputs.Exists(input => !input.IsTensor))
                continue;
            var inputs = Inputs(model, 1);
            foreach (var output in model.Graph.Outputs.ToList())
                model.Graph.Outputs[model.Graph.Outputs.IndexOf(output)] = output with { Shape = null };
            try
            {
                var truth = RunShapes.Of(model, inputs);
                ran++;
                var derived = ShapeInference.Infer(model, inputs);
                faults.AddRange(truth.Where(value => !Agrees(derived[value.Key], value.Value))
                    .Select(value => $"{file}: {value.Key} {derived[value.Key]} for {value.Value}"));
            }
            catch (OnnxRuntimeException)
            {
                // No CPU kernel for this type, or zeros are no input for it.
            }
        }

        Assert.Empty(faults);
        Assert.True(ran >= 35, $"ran only {ran}");
    }

    private static void Compare(IReadOnlyDictionary<string, ValueType> derived, Dictionary<string, ValueType> truth, int mayBeUnknown)
    {
        var wrong = truth.Where(value => !Agrees(derived[value.Key], value.Value))
            .Select(value => $"{value.Key}: {derived[value.Key]} for {value.Value}");
        var unknown = truth.Keys.Where(name => derived[name].Shape is not { IsFixed: true }).ToList();

        Assert.Empty(wrong);
        Assert.True(unknown.Count <= mayBeUnknown,
            $"{unknown.Count} of {truth.Count} unknown: {string.Join(" ", unknown.Take(12).Select(name => name + derived[name]))}");
    }

    private static bool Agrees(ValueType derived, ValueType actual) =>
        (derived.ElementType == actual.ElementType || derived.ElementType == ElementType.Undefined)
        && (derived.Shape is null || (derived.Shape.Rank == actual.Shape!.Rank
            && derived.Shape.Zip(actual.Shape).All(pair => !pair.First.IsFixed || pair.First.Value == pair.Second.Value)));

    private static Dictionary<string, Shape> Inputs(OnnxModel model, int free) => model.Graph.Inputs
        .Where(input => !model.Graph.Initializers.Contains(input.Name))
        .ToDictionary(input => input.Name, input => new Shape([.. input.Shape!.Dims.Select(dim => dim.IsFixed ? dim : free)]));
}
