namespace BenchFleet.Onnx.Tests;

public sealed class EditTests
{
    [Fact]
    public void Edits_of_a_clone_leave_its_model_as_it_was()
    {
        var model = Seeds.ManyForms();
        var before = OnnxFile.ToBytes(model);

        var clone = model.Clone();
        clone.Graph.Nodes[0].Attributes.Set("group", 3);
        clone.Graph.Nodes[5].Attributes.Graph("then_branch")!.Nodes.Clear();
        clone.Graph.Initializers.Remove("w");
        clone.Graph.Nodes[1].Inputs[0] = "changed";
        clone.OpsetImports["com.microsoft"] = 1;
        clone.Metadata.Clear();

        Assert.Equal(before, OnnxFile.ToBytes(model));
        Assert.NotEqual(before, OnnxFile.ToBytes(clone));
    }

    [Fact]
    public void Attributes_are_set_replaced_and_read_with_defaults()
    {
        var node = Given.Node("Conv", "x w", "y", OnnxAttribute.Of("group", 1), OnnxAttribute.Of("pads", [1L, 1]));

        node.Attributes.Set("group", 4);
        node.Attributes.Set("auto_pad", "VALID");

        Assert.Equal(["group", "pads", "auto_pad"], node.Attributes.Select(attribute => attribute.Name));
        Assert.Equal((4L, "VALID", 7L),
            (node.Attributes.Int("group"), node.Attributes.String("auto_pad"), node.Attributes.Int("missing", 7)));
        Assert.Equal([1L, 1], node.Attributes.Ints("pads").ToArray());
        Assert.Empty(node.Attributes.Ints("group"));
    }

    [Fact]
    public void An_edited_model_is_what_the_stock_reader_sees()
    {
        var model = Seeds.ManyForms();

        model.Graph.Initializers.Replace(OnnxTensor.Floats("w", [2, 3, 1, 1], [1, 2, 3, 4, 5, 6]));
        model.OpsetImports["ai.onnx"] = 22;

        var oracle = Oracle.Parse(OnnxFile.ToBytes(model));
        Assert.Equal([1, 2, 3, 4, 5, 6],
            OnnxTensor.FromBytes("w", ElementType.Float, [6], oracle.Graph.Initializer[0].RawData.Memory).ToFloats());
        Assert.Equal(("", 22), (oracle.OpsetImport.Single().Domain, oracle.OpsetImport.Single().Version));
    }

    [Fact]
    public void The_default_domain_answers_to_both_its_spellings_and_keeps_the_files()
    {
        var opsets = new OpsetImports();

        opsets["ai.onnx"] = 20;
        opsets[""] = 21;

        Assert.Equal((21, 21, 1), (opsets["ai.onnx"], opsets[""], opsets.Count));
    }
}
