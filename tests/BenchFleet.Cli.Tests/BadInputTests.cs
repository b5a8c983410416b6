using System.Net;
using System.Net.Sockets;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Onnx;
using BenchFleet.Samples;
using BenchFleet.TestSupport;
using BenchFleet.TestSupport.Processes;

namespace BenchFleet.Cli.Tests;

/// <summary>Wrong things as a person types them: one line that says what, where, and what would be right; and the documented exit code.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _model;

    public BadInputTests() => _model = SampleModels.WriteTo(_folder["models"])[0];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("inspect")]
    [InlineData("compress", "--recipe", "quantize.dynamic", "--out", "small.onnx")]
    public async Task A_file_that_is_no_model_is_named(string verb, params string[] options)
    {
        var path = Write("notes.onnx", "Dear diary, today I compressed nothing.");

        await Complains(ExitCode.Usage, "notes.onnx' is not a readable ONNX model", [verb, path, .. options]);
    }

    [Fact]
    public Task An_unknown_technique_is_told_what_there_is() =>
        Complains(ExitCode.Usage, "there is no pass 'quantize.magic': known are graph.clean,", "run", "--model", _model, "--technique", "quantize.magic");

    [Fact]
    public Task An_option_outside_its_range_is_told_the_range() =>
        Complains(ExitCode.Usage, "'9' is not a value of bits: 7..8 is expected", "compress", _model, "--recipe", "quantize.static(bits=9)", "--out", _folder["o.onnx"]);

    [Fact]
    public Task A_technique_without_an_operator_to_work_on_says_so() =>
        Complains(ExitCode.Failed, "the model has no MatMul, Gemm or LSTM with constant float weights", "compress", OnlyRelu(), "--recipe", "quantize.dynamic", "--out", _folder["o.onnx"]);

    [Fact]
    public async Task A_dataset_that_does_not_fit_the_model_names_the_input_and_both_shapes()
    {
        DrawnDigits.WriteDataset(_folder["digits"]);

        await Complains(ExitCode.Failed, "'x'", "compress", OnlyRelu(), "--recipe", "quantize.static", "--data", _folder["digits"], "--out", _folder["o.onnx"]);
    }

    [Fact]
    public Task A_sweep_that_means_no_device_has_zero_trials_and_is_refused() =>
        Complains(ExitCode.Usage, "no device is meant by 'nowhere', so the sweep has zero trials. Known are ", "run", "--model", _model, "--devices", "nowhere", "--technique", "graph.clean");

    [Fact]
    public async Task A_sweep_file_with_an_unknown_field_names_it()
    {
        var sweep = Write("sweep.yaml", "models: [a]\ntechnics: [auto]\n");

        await Complains(ExitCode.Usage, "'technics'", "sweep", "submit", sweep);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

        await Complains(ExitCode.Unreachable, $"{address} is in use", "up", "--no-agent", "--listen", address, "--data", _folder["data"]);
    }

    [Fact]
    public async Task A_runner_that_crashes_fails_the_sweep_with_how_it_ended_and_the_board_is_still_printed()
    {
        using var cli = CliProcess.StartWith("BENCHFLEET_RUNNER", "/bin/false", "run", "--model", _model, "--technique", "graph.clean", "--profile", "quick");

        Assert.Equal(ExitCode.Failed, await cli.Exited(TimeSpan.FromMinutes(5)));

        Assert.Contains("The runner ended with exit code 1 and no result", Line(cli.Error), StringComparison.Ordinal);
        Assert.Contains("graph.clean", cli.Output, StringComparison.Ordinal);
    }

    [SmallDiskFact]
    public async Task A_full_disk_ends_a_compression_with_a_sentence_and_leaves_no_half_written_file()
    {
        Directory.CreateDirectory(_folder["disk"]);

        using var cli = CliProcess.StartOnSmallDisk(_folder["disk"], 64, "compress", _model, "--recipe", "graph.clean", "--out", _folder["disk/small.onnx"]);
        var code = await cli.Exited(TimeSpan.FromMinutes(2));

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("No space left on device", Line(cli.Error), StringComparison.Ordinal);
    }

    [SmallDiskFact]
    public async Task A_full_disk_of_the_server_refuses_a_model_with_a_sentence_and_the_server_stays()
    {
        Directory.CreateDirectory(_folder["disk"]);
        using var server = CliProcess.StartOnSmallDisk(_folder["disk"], 900, "up", "--no-agent", "--listen", "http://127.0.0.1:0", "--data", _folder["disk"]);
        var address = (await server.Line(line => line.Contains("is up at", StringComparison.Ordinal), TimeSpan.FromMinutes(2))).Split(' ')[4].TrimEnd(',');
        var large = new byte[1_000_000];
        new Random(1).NextBytes(large);

        await Complains(ExitCode.Failed, "disk is full", "models", "add", WithWeight(large), "--server", address);

        Assert.Equal(ExitCode.Ok, (await CliProcess.Run("models", "list", "--server", address)).Code);
    }

    // Room for the model once, not for the copy that is read.
    [SmallDiskFact]
    public async Task A_run_on_a_full_disk_ends_with_a_sentence()
    {
        Directory.CreateDirectory(_folder["disk"]);

        using var cli = CliProcess.StartOnSmallDisk(_folder["disk"], 1900, "run", "--model", WithWeight(new byte[1_000_000]), "--data", _folder["disk"]);
        var code = await cli.Exited(TimeSpan.FromMinutes(2));

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("The server's disk is full", Line(cli.Error), StringComparison.Ordinal);
    }

    private static async Task Complains(int code, string words, params string[] arguments)
    {
        var (ended, _, error) = await CliProcess.Run(arguments);

        Assert.Contains(words, Line(error), StringComparison.Ordinal);
        Assert.Equal(code, ended);
    }

    /// <summary>The one line that complains; progress may stand before it.</summary>
    private static string Line(string error) => Assert.Single(error.Split('\n'), line => line.StartsWith("benchfleet: ", StringComparison.Ordinal));

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    private string OnlyRelu()
    {
        var graph = new OnnxGraph { Name = "relu" };
        graph.Inputs.Add(new("x", ElementType.Float, Shape.Of(1, 3)));
        graph.Nodes.Add(new OnnxNode("Relu", ["x"], ["y"], "relu"));
        graph.Outputs.Add(new("y", ElementType.Float, Shape.Of(1, 3)));
        return Save(graph, "relu.onnx");
    }

    private string WithWeight(byte[] weight)
    {
        var graph = new OnnxGraph { Name = "large" };
        graph.Inputs.Add(new("x", ElementType.UInt8, Shape.Of(weight.Length)));
        graph.Initializers.Add(OnnxTensor.UInt8s("w", [weight.Length], weight));
        graph.Nodes.Add(new OnnxNode("BitwiseXor", ["x", "w"], ["y"], "xor"));
        graph.Outputs.Add(new("y", ElementType.UInt8, Shape.Of(weight.Length)));
        return Save(graph, "large.onnx");
    }

    private string Save(OnnxGraph graph, string name)
    {
        using var model = new OnnxModel(graph) { IrVersion = 8 };
        model.OpsetImports[""] = 18;
        OnnxFile.Save(model, _folder[name]);
        return _folder[name];
    }
}
