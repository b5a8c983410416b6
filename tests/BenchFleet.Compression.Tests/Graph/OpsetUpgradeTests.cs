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
        ["Slice-1 of every axis"] = () => Given.Graph(8).Input("x", 4, 6)
            .Node("Slice", "x", "y", ("starts", new long[] { 1, 0 }), ("ends", new long[] { 3, -1 })).Output("y", 2, 5).Model,
        ["Pad-2 that mirrors"] = () => Given.Graph(9).Input("x", 2, 3)
            .Node("Pad", "x", "y", ("pads", new long[] { 0, 1, 0, 1 }), ("mode", "reflect")).Output("y", 2, 5).Model,
        ["Squeeze-1 of every one"] = () => Given.Graph(9).Input("x", 1, 3, 1).Node("Squeeze", "x", "y").Output("y", 3).Model,
        ["Hardmax-1 in the middle"] = () =>
            Given.Graph(11).Input("x", 2, 3, 4).Node("Hardmax", "x", "y", ("axis", 1L)).Output("y", 2, 3, 4).Model,
        ["Softmax-11 from behind"] = () =>
            Given.Graph(11).Input("x", 2, 3, 4).Node("Softmax", "x", "y", ("axis", -2L)).Output("y", 2, 3, 4).Model,
        ["Upsample-9 with its scales in a node"] = () => Constants(
            Given.Graph(9).Input("x", 1, 1, 2, 2).Node("Constant", "", "s", ("value", OnnxTensor.Floats("", [4], [1, 1, 3, 2])))
                .Node("Upsample", "x,s", "y").Output("y", 1, 1, 6, 4).Model),
        ["Resize-10 up"] = () => Given.Graph(10).Input("x", 1, 1, 3, 3).Floats("s", [4], 1, 1, 2, 2).Node("Resize", "x,s", "y").Output("y", 1, 1, 6, 6).Model,
        ["Scatter-9"] = () => Constants(
            Given.Graph(9).Input("x", 3, 3).Input("u", 1, 3).Node("Constant", "", "i", ("value", OnnxTensor.Int64s("", [1, 3], [2, 0, 1])))
                .Node("Scatter", "x,i,u", "y").Output("y", 3, 3).Model),
        ["Dropout-7 with a mask that nothing reads"] = () => Given.Graph(7).Input("x", 2, 3).Node("Dropout", "x", "y,mask").Output("y", 2, 3).Model,
        ["Clip-6 from below alone"] = () => Given.Graph(7).Input("x", 4, 6).Node("Clip", "x", "y", ("min", 0f)).Output("y", 4, 6).Model,
        ["RoiAlign-10"] = () => Given.Graph(10).Input("x", 1, 1, 6, 6).Floats("rois", [1, 4], 0, 0, 4, 4).Int64s("batch", 0)
            .Node("RoiAlign", "x,rois,batch", "y", ("output_height", 2L), ("output_width", 2L)).Output("y", 1, 1, 2, 2).Model,
        ["GridSample-16"] = () => Given.Graph(16).Input("x", 1, 1, 4, 4).Input("g", 1, 2, 2, 2).Node("GridSample", "x,g", "y", ("mode", "bicubic"))
            .Output("y", 1, 1, 2, 2).Model,
        ["DFT-17"] = () => Given.Graph(17).Input("x", 1, 8, 1).Node("DFT", "x", "y").Output("y", 1, 8, 2).Model,
        ["GroupNormalization-18"] = () => Given.Graph(18).Input("x", 1, 4, 3).Floats("s", [2], 1, 2).Floats("b", [2], 0, 1)
            .Node("GroupNormalization", "x,s,b", "y", ("num_groups", 2L)).Output("y", 1, 4, 3).Model,
        ["a form inside a branch"] = Branch,
    };

    public static TheoryData<string> Reductions =>
    [
        "ReduceMax", "ReduceMin", "ReduceMean", "ReduceProd", "ReduceSum", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare",
    ];

    /// <summary>A Constant node has no inputs; the builder's empty text makes one.</summary>
    private static OnnxModel Constants(OnnxModel model)
    {
        foreach (var node in model.Graph.Nodes.Where(node => node.Is("Constant")))
            node.Inputs.Clear();
        return model;
    }

    private static OnnxModel Branch()
    {
        var branch = new OnnxGraph { Name = "then" };
        branch.Nodes.Add(new("Clip", ["x"], ["c"], "Clip_c") { Attributes = { OnnxAttribute.Of("min", -0.25f) } });
        branch.Nodes.Add(new("Softmax", ["c"], ["t"], "Softmax_t") { Attributes = { OnnxAttribute.Of("axis", 1L) } });
        branch.Outputs.Add(new("t", ElementType.Float, null));
        var other = branch.Clone();
        other.Nodes[0].Inputs[0] = "x2";
        other.Nodes.ForEach(node => node.Name += "_else");
        return Given.Graph(10).Input("x", 2, 3, 4).Floats("zero", [], 0).Node("Mul", "x,x", "x2")
            .Node("ReduceSum", "x", "sum", ("keepdims", 0L)).Node("Greater", "sum,zero", "is").Node("If", "is", "y", ("then_branch", branch), ("else_branch", other))
            .Output("y", 2, 3, 4).Model;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void An_old_form_gives_the_same_at_every_later_version(string form) => Same(Old[form]());

    [Theory]
    [MemberData(nameof(Reductions))]
    public void A_reduction_gives_the_same_at_every_later_version(string type)
    {
        Same(Given.Graph(11).Input("x", 2, 3, 4).Node("Abs", "x", "a").Node(type, "a", "y", ("axes", new long[] { 0, 2 })).Output("y", 1, 3, 1).Model);
        Same(Given.Graph(11).Input("x", 2, 3).Node("Abs", "x", "a").Node(type, "a", "y", ("keepdims", 0L)).Output("y").Model);
    }

    private static void Same(OnnxModel model)
    {
        var samples = SyntheticInputs.For(model, 2, 9);
        for (var target = model.OpsetImports[""] + 1; target <= OpsetUpgrade.Newest; target++)
        {
            var raised = Assert.IsType<UpgradeResult.Upgraded>(OpsetUpgrade.To(model, target)).Model;

            Assert.Equal(target, raised.OpsetImports[""]);
            Assert.DoesNotContain(OnnxChecker.Check(raised), finding => finding.Severity == Severity.Error);
            Assert.All(
                Outputs.SqnrByOutput(model, raised, samples).Values,
                sqnr => Assert.True(double.IsNaN(sqnr) || sqnr > 130, $"version {target}: {sqnr} dB"));
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
        var model = Given.Graph(18).Input("x", 1, 4, 3).Input("s", 2).Input("b", 2)
            .Node("GroupNormalization", "x,s,b", "y", ("num_groups", 2L)).Output("y", 1, 4, 3).Model;

        var refused = Assert.IsType<UpgradeResult.Refused>(OpsetUpgrade.To(model, 21));

        Assert.Contains("GroupNormalization 'GroupNormalization_y'", refused.Reason, StringComparison.Ordinal);
    }
}
