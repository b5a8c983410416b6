namespace BenchFleet.Onnx.Tests;

public sealed class ExternalDataTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("benchfleet-onnx-");

    private string ModelPath => Path.Combine(_folder.FullName, "m.onnx");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Weights_saved_outside_are_aligned_and_read_back()
    {
        var model = Given.ConvRelu();
        model.Graph.Initializers.Add(OnnxTensor.Int8s("v", [5000], Enumerable.Range(0, 5000).Select(i => (sbyte)i).ToArray()));

        OnnxFile.Save(model, ModelPath, new SaveOptions { ExternalDataThreshold = 100 });
        using var read = Given.Opened(ModelPath);

        var stored = Oracle.Parse(File.ReadAllBytes(ModelPath)).Graph.Initializer[1].ExternalData
            .ToDictionary(entry => entry.Key, entry => entry.Value);
        Assert.Equal(("m.onnx.data", "4096", "5000"), (stored["location"], stored["offset"], stored["length"]));
        Assert.Equal(model.Graph.Initializers["v"].RawBytes, read.Graph.Initializers["v"].RawBytes);
    }

    [Fact]
    public void A_model_beyond_the_inline_limit_goes_outside_by_itself()
    {
        var model = Given.ConvRelu();
        model.Graph.Initializers.Add(OnnxTensor.Floats("big", [1000], new float[1000]));

        OnnxFile.Save(model, ModelPath, new SaveOptions { InlineLimit = 2000 });

        Assert.Equal(4000, new FileInfo(ModelPath + ".data").Length);
        Assert.True(new FileInfo(ModelPath).Length < 2000);
    }

    [Fact]
    public void A_model_may_be_saved_over_the_file_it_is_mapped_from()
    {
        OnnxFile.Save(Given.ConvRelu(), ModelPath);
        using var model = Given.Opened(ModelPath);

        OnnxFile.Save(model, ModelPath);

        using var again = Given.Opened(ModelPath);
        Assert.Equal(OnnxFile.ToBytes(model), OnnxFile.ToBytes(again));
    }

    [Fact]
    public void A_clone_reads_its_weights_after_the_original_is_disposed_and_not_after_its_own_end()
    {
        OnnxFile.Save(Given.ConvRelu(), ModelPath);
        var model = Given.Opened(ModelPath);
        var clone = model.Clone();

        model.Dispose();
        model.Dispose();

        Assert.Equal(54, clone.Graph.Initializers["w"].AsFloats().Length);
        clone.Dispose();
        Assert.Throws<ObjectDisposedException>(() => clone.Graph.Initializers["w"].RawBytes.Length);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../secret.bin")]
    [InlineData("a/../../secret.bin")]
    [InlineData("C:\\secret.bin")]
    [InlineData("..\\secret.bin")]
    [InlineData("")]
    public void A_location_outside_the_folder_is_refused(string location)
    {
        File.WriteAllBytes(ModelPath, External(location));

        Assert.Contains("only a relative path inside the model's folder", Given.Reason(OnnxFile.Open(ModelPath)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_leads_out_of_the_folder_is_refused()
    {
        var outside = Directory.CreateTempSubdirectory("benchfleet-outside-");
        File.WriteAllBytes(Path.Combine(outside.FullName, "secret.bin"), new byte[4]);
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "w.bin"), Path.Combine(outside.FullName, "secret.bin"));
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "sub"), outside.FullName);
        File.WriteAllBytes(ModelPath, External("w.bin"));
        var throughFolder = Path.Combine(_folder.FullName, "n.onnx");
        File.WriteAllBytes(throughFolder, External("sub/secret.bin"));

        var (file, folder) = (OnnxFile.Open(ModelPath), OnnxFile.Open(throughFolder));

        Assert.Contains("leads out of the model's folder", Given.Reason(file), StringComparison.Ordinal);
        Assert.Contains("leads out of the model's folder", Given.Reason(folder), StringComparison.Ordinal);
        outside.Delete(recursive: true);
    }

    [Fact]
    public void A_link_to_a_model_beside_its_weights_is_followed()
    {
        var store = _folder.CreateSubdirectory("store");
        var view = _folder.CreateSubdirectory("view");
        OnnxFile.Save(Given.ConvRelu(), Path.Combine(store.FullName, "m.onnx"), new SaveOptions { ExternalDataThreshold = 1 });
        File.CreateSymbolicLink(Path.Combine(view.FullName, "m.onnx"), Path.Combine(store.FullName, "m.onnx"));
        File.CreateSymbolicLink(Path.Combine(view.FullName, "m.onnx.data"), Path.Combine(store.FullName, "m.onnx.data"));

        using var model = Given.Opened(Path.Combine(view.FullName, "m.onnx"));

        Assert.Equal(54, model.Graph.Initializers["w"].AsFloats().Length);
    }

    [Theory]
    [InlineData("offset", "18446744073709551615", "is not a number of bytes")]
    [InlineData("offset", "9223372036854775807", "where 4 from 9223372036854775807 are needed")]
    [InlineData("length", "3", "has 3 bytes of external data, its shape needs 4")]
    public void Offsets_and_lengths_that_cannot_be_are_refused(string key, string value, string reason)
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "w.bin"), new byte[4]);
        File.WriteAllBytes(ModelPath, External("w.bin", (key, value)));

        Assert.Contains(reason, Given.Reason(OnnxFile.Open(ModelPath)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_weight_file_is_named()
    {
        File.WriteAllBytes(ModelPath, External("gone.bin"));

        Assert.Contains("external data file 'gone.bin' is missing", Given.Reason(OnnxFile.Open(ModelPath)), StringComparison.Ordinal);
    }

    [Fact]
    public void From_memory_external_data_needs_a_folder() =>
        Assert.Contains("no folder to find it in was given", Given.Reason(OnnxFile.Parse(External("w.bin"))), StringComparison.Ordinal);

    private static byte[] External(string location, params (string Key, string Value)[] more)
    {
        var tensor = new Proto.TensorProto { Name = "w", DataType = 1, DataLocation = Proto.TensorProto.Types.DataLocation.External };
        tensor.Dims.Add(1);
        tensor.ExternalData.Add(new Proto.StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(more.Select(entry => new Proto.StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return Oracle.Model(tensor);
    }
}
