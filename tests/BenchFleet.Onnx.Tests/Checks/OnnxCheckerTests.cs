using BenchFleet.TestSupport;

namespace BenchFleet.Onnx.Tests;

public sealed class OnnxCheckerTests
{
    [Fact]
    public void A_valid_model_has_no_findings()
    {
        Assert.Empty(OnnxChecker.Check(Given.ConvRelu()));
        Assert.Empty(OnnxChecker.Check(Seeds.ManyForms()));
    }

    [DataTheory]
    [MemberData(nameof(RoundTripTests.Models), MemberType = typeof(RoundTripTests))]
    public void Real_models_have_no_errors(string file)
    {
        using var model = Given.Opened(TestData.Path(file));

        var errors = OnnxChecker.Check(model).Where(finding => finding.Severity == Severity.Error);

        // The converted PyTorch tests are of opset 6.
        Assert.DoesNotContain(errors, error => !error.Message.StartsWith("Opset 6 ", StringComparison.Ordinal));
    }

    public static TheoryData<string, Action<OnnxModel>> Faults() => new()
    {
        { "IR version 14 is outside 3 to 13.", model => model.IrVersion = 14 },
        { "Opset 27 is outside 7 to 26.", model => model.OpsetImports[""] = 27 },
        { "The default operator set is not imported.", model => model.OpsetImports.Remove("") },
        { "The graph has no outputs.", model => model.Graph.Outputs.Clear() },
        { "Relu 'Relu_y' reads 'gone', which nothing makes.", model => model.Graph.Nodes[1].Inputs[0] = "gone" },
        { "The nodes are not in topological order.", model => model.Graph.Nodes.Reverse() },
        { "The nodes form a cycle.", model => model.Graph.Nodes[0].Inputs[0] = "y" },
        { "Relu 'Relu_y' makes 'c', which exists already.", model => model.Graph.Nodes[1].Outputs.Add("c") },
        { "There are two nodes named 'Conv_c'.", model => model.Graph.Nodes[1].Name = "Conv_c" },
        { "There are two inputs named 'x'.", model => model.Graph.Inputs.Add(new ValueInfo("x", ElementType.Float)) },
        { "There are two outputs named 'y'.", model => model.Graph.Outputs.Add(new ValueInfo("y", ElementType.Float)) },
        { "Output 'z' is made by nothing.", model => model.Graph.Outputs.Add(new ValueInfo("z", ElementType.Float)) },
        { "Input 'x' has no element type.", model => model.Graph.Inputs[0] = new ValueInfo("x") },
        { "Conv 'Conv_c' lacks its required input 1.", model => model.Graph.Nodes[0].Inputs.RemoveAt(1) },
        { "Conv 'Conv_c' has attribute 'group' of type Float, where Int belongs.",
            model => model.Graph.Nodes[0].Attributes.Set("group", 1f) },
        { "Conv 'Conv_c' has attribute 'group' twice.", model => Twice(model, OnnxAttribute.Of("group", 1)) },
        { "Relu 'Relu_y' is of domain 'com.microsoft', which is not imported.", model => model.Graph.Nodes[1].Domain = "com.microsoft" },
        { "Cast 'n' lacks its required attribute 'to'.", model => model.Graph.Nodes.Add(new OnnxNode("Cast", ["c"], ["k"], "n")) },
        { "Constant 'n' needs exactly one value.", model => model.Graph.Nodes.Add(new OnnxNode("Constant", [], ["k"], "n")) },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_named(string message, Action<OnnxModel> damage)
    {
        var model = Given.ConvRelu();
        damage(model);

        var findings = OnnxChecker.Check(model);

        Assert.Contains(findings, finding => finding.Severity == Severity.Error && finding.Message == message);
    }

    [Fact]
    public void A_fault_in_a_subgraph_says_where()
    {
        var branch = new OnnxGraph { Nodes = [Given.Node("Neg", "gone", "n")], Outputs = [new("n")] };
        var model = Given.Model(Shape.Of(1), "y",
            Given.Node("If", "x", "y", OnnxAttribute.Of("then_branch", branch), OnnxAttribute.Of("else_branch", branch.Clone())));

        var finding = OnnxChecker.Check(model)[0];

        Assert.Equal("graph / If 'If_y' / then_branch", finding.Where);
    }

    private static void Twice(OnnxModel model, OnnxAttribute attribute)
    {
        model.Graph.Nodes[0].Attributes.Add(attribute);
        model.Graph.Nodes[0].Attributes.Add(attribute);
    }
}
