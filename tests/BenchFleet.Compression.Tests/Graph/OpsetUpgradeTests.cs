using BenchFleet.Compression.Graph.Opsets;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Graph;

/// <summary>One old form a line; the raised model must give what the old one gives.</summary>
public class OpsetUpgradeTests
{
    public static TheoryData<string> Forms => [.. Old.Keys];

    private static readonly Dictionary<string, Func<OnnxModel>> Old = new()
    {
        ["Slice-1"] = () => Given.Graph(9).Input("x", 4, 6)
            .Node("Slice", "x", "y", ("starts", new long[] { 1 }), ("ends", new long[] { 3 }), ("axes", new long[] { 1 })).Output("y", 4, 2)
            .Model,
        ["Clip-6"] = () => Given.Graph(10).Input("x", 4, 6).Node("Clip", "x", "y", ("min", -0.25f), ("max", 0.5f)).Output("y", 4, 6).Model,
        ["Pad-2"] = () => Given.Graph(10).Input("x", 2, 3).Node("Pad", "x", "y", ("pads", new long[] { 0, 1, 0, 2 }), ("value", 0.5f))
            .Output("y", 2, 6).Model,
        ["Squeeze-1"] = () => Given.Graph(11).Input("x", 2, 1, 3).Node("Squeeze", "x", "y", ("axes", new long[] { 1 })).Output("y", 2, 3)
            .Model,
        ["Unsqueeze-1"] = () =>
            Given.Graph(11).Input("x", 2, 3).Node("Unsqueeze", "x", "y", ("axes", new long[] { 1 })).Output("y", 2, 1, 3).Model,
        ["ReduceSum-1"] = () =>
            Given.Graph(11).Input("x", 2, 3, 4)
                .Node("ReduceSum", "x", "y", ("axes", new long[] { 1 }), ("keepdims", 0L)).Output("y", 2, 4).Model,
        ["ReduceMean-1"] = () =>
            Given.Graph(11).Input("x", 2, 3, 4).Node("ReduceMean", "x", "y", ("axes", new long[] { 1, 2 })).Output("y", 2, 1, 1).Model,
        ["ReduceMax-1, all axes"] = () => Given.Graph(11).Input("x", 2, 3).Node("ReduceMax", "x", "y", ("keepdims", 0L)).Output("y").Model,
        ["Split-2"] = () => Given.Graph(11).Input("x", 2, 6).Node("Split", "x", "y,z", ("axis", 1L), ("split", new long[] { 2, 4 }))
            .Output("y", 2, 2).Output("z", 2, 4).Model,
        ["Split-2, even"] = () =>
            Given.Graph(11).Input("x", 2, 6).Node("Split", "x", "y,z", ("axis", 1L)).Output("y", 2, 3).Output("z", 2, 3).Model,
        ["Softmax-1 in the middle"] = () =>
            Given.Graph(11).Input("x", 2, 3, 4).Node("Softmax", "x", "y", ("axis", 1L)).Output("y", 2, 3, 4).Model,
        ["Softmax-1 at the end"] = () => Given.Graph(11).Input("x", 2, 3).Node("Softmax", "x", "y").Output("y", 2, 3).Model,
        ["LogSoftmax-1 from the start"] = () =>
            Given.Graph(11).Input("x", 2, 3).Node("LogSoftmax", "x", "y", ("axis", 0L)).Output("y", 2, 3).Model,
        ["Dropout-7"] = () => Given.Graph(9).Input("x", 2, 3).Node("Dropout", "x", "y", ("ratio", 0.3f)).Output("y", 2, 3).Model,
        ["TopK-1"] = () => Given.Graph(9).Input("x", 2, 6).Node("TopK", "x", "y,i", ("k", 3L)).Output("y", 2, 3).Model,
        ["Upsample-7"] = () => Given.Graph(8).Input("x", 1, 2, 3, 3).Node("Upsample", "x", "y", ("scales", new[] { 1f, 1f, 2f, 2f }))
            .Output("y", 1, 2, 6, 6).Model,
        ["Upsample-9 linear"] = () =>
            Given.Graph(9).Input("x", 1, 2, 3, 3).Floats("s", [4], 1, 1, 2, 2)
                .Node("Upsample", "x,s", "y", ("mode", "linear")).Output("y", 1, 2, 6, 6).Model,
        ["Resize-10 down"] = () =>
            Given.Graph(10).Input("x", 1, 1, 6, 6).Floats("s", [4], 1, 1, 0.5f, 0.5f)
                .Node("Resize", "x,s", "y").Output("y", 1, 1, 3, 3).Model,
        ["BatchNormalization-7"] = () =>
            Given.Graph(8).Input("x", 2, 2, 3, 3).Floats("s", [2], 1, 2).Floats("b", [2], 3, 4)
            .Floats("m", [2], 0.5f, 0).Floats("v", [2], 1, 2)
            .Node("BatchNormalization", "x,s,b,m,v", "y", ("spatial", 1L)).Output("y", 2, 2, 3, 3).Model,
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void An_old_form_gives_the_same_at_13_and_at_21(string form)
    {
        var model = Old[form]();
        var samples = SyntheticInputs.For(model, 2, 9);

        foreach (var target in new long[] { 13, 21 })
        {
            var raised = Assert.IsType<UpgradeResult.Upgraded>(OpsetUpgrade.To(model, target)).Model;

            Assert.Equal(target, raised.OpsetImports[""]);
            Assert.DoesNotContain(OnnxChecker.Check(raised), finding => finding.Severity == Severity.Error);
            Assert.All(
                Outputs.SqnrByOutput(model, raised, samples).Values,
                sqnr => Assert.True(double.IsNaN(sqnr) || sqnr > 130, $"{sqnr} dB"));
        }
    }

    [Fact]
    public void A_model_that_is_new_enough_is_given_back()
    {
        var model = Given.MatMul(17).Model;

        Assert.Same(model, Assert.IsType<UpgradeResult.Upgraded>(OpsetUpgrade.To(model, 13)).Model);
    }

    [Fact]
    public void A_model_before_version_7_is_refused()
    {
        var refused = Assert.IsType<UpgradeResult.Refused>(OpsetUpgrade.To(Given.MatMul(6).Model, 13));

        Assert.Contains("version 6", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_without_a_new_form_is_refused_by_name()
    {
        var model = Given.Graph(18).Input("x", 1, 4, 3).Floats("s", [2], 1, 1).Floats("b", [2], 0, 0)
            .Node("GroupNormalization", "x,s,b", "y", ("num_groups", 2L)).Output("y", 1, 4, 3).Model;

        var refused = Assert.IsType<UpgradeResult.Refused>(OpsetUpgrade.To(model, 21));

        Assert.Contains("GroupNormalization 'GroupNormalization_y'", refused.Reason, StringComparison.Ordinal);
    }
}
