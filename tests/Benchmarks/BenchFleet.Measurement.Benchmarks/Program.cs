using BenchFleet.Measurement.Benchmarks;
using BenchFleet.Samples;
using BenchFleet.TestSupport;

// What measuring costs: time per inference as the runner's loop sees it against a bare loop over the same session, interleaved in one run.
// Bar: within 1 % for models of 1 ms and more, within 3 µs for shorter ones. Exit code 1 when it is missed.
// Arguments: models to use instead of the samples and those of the test data folder.
var folder = Directory.CreateTempSubdirectory("benchfleet-overhead-");
try
{
    IEnumerable<string> models = args.Length > 0 ? args : [.. SampleModels.WriteTo(folder.FullName), .. FromTestData()];
    Console.WriteLine($"{"model",-34}{"bare µs",12}{"runner µs",12}{"ratio",9}{"interval",20}{"differs µs",12}");
    var missed = models.Count(path => !Overhead.Compare(path).Print(Console.Out));
    return missed == 0 ? 0 : 1;
}
finally
{
    folder.Delete(recursive: true);
}

static IEnumerable<string> FromTestData()
{
    string[] names = ["mnist-mlp-2x10.onnx", "mnist-cnn-cntk-opset8.onnx", "ultraface-RFB-320.onnx", "super-resolution-10.onnx"];
    return TestData.Folder is null ? [] : names.Select(name => TestData.Path($"models/{name}"));
}
