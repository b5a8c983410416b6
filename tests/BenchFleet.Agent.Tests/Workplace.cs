using BenchFleet.Core.Artifacts;
using BenchFleet.Onnx;

namespace BenchFleet.Agent.Tests;

/// <summary>A server, folders, and agents that work for it until the test ends.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("benchfleet-agent-").FullName;
    private readonly List<(CancellationTokenSource Stop, Task<AgentEnd> Life)> _agents = [];

    private Workplace(AgentServer server) => Server = server;

    public AgentServer Server { get; }

    public string AgentFolder => Path.Combine(_root, "agent");

    public static async Task<Workplace> Open() => new(await AgentServer.Start());

    public Task<AgentEnd> StartAgent(long cacheBytes = 1L << 30)
    {
        var options = new AgentOptions { Name = "test", DataFolder = AgentFolder, LeaseWaitSeconds = 0.1, CacheBytes = cacheBytes };
        var stop = new CancellationTokenSource();
        var life = Live(options, stop.Token);
        _agents.Add((stop, life));
        return life;
    }

    public async Task StopAgents()
    {
        foreach (var (stop, life) in _agents)
        {
            await stop.CancelAsync();
            await life;
            stop.Dispose();
        }

        _agents.Clear();
    }

    /// <summary>A bundle of one model, y = x * factor over three scores.</summary>
    public async Task<Bundle> Model(string name = "m.onnx", float factor = 2)
    {
        var folder = Folder("model-" + Guid.NewGuid().ToString("N"));
        using var model = new OnnxModel(new OnnxGraph
        {
            Name = "tiny",
            Nodes = [new OnnxNode("Mul", ["x", "factor"], ["y"], "scale")],
            Initializers = new InitializerList([OnnxTensor.Floats("factor", [1], [factor])]),
            Inputs = [new ValueInfo("x", ElementType.Float, Shape.Of(Dim.Named("n"), 3))],
            Outputs = [new ValueInfo("y", ElementType.Float, Shape.Of(Dim.Named("n"), 3))],
        })
        { IrVersion = 8 };
        model.OpsetImports[""] = 17;
        OnnxFile.Save(model, Path.Combine(folder, name));
        return await Server.Add(folder);
    }

    /// <summary>A bundle of a dataset with three labelled rows to judge by and one to calibrate with.</summary>
    public async Task<Bundle> Dataset(string rows = "0,3,2,1\n2,1,2,3\n1,0,2,1\n0,1,2,3\n")
    {
        var folder = Folder("dataset");
        await File.WriteAllTextAsync(Path.Combine(folder, "rows.csv"), rows);
        await File.WriteAllTextAsync(Path.Combine(folder, "dataset.yaml"), """
            name: rows
            task: classification
            splits:
              calibration: { format: csv, file: rows.csv, label: 0, first: 1 }
              evaluation: { format: csv, file: rows.csv, label: 0, skip: 1 }
            """);
        return await Server.Add(folder);
    }

    public async Task<Bundle> Text(string name, string content)
    {
        var folder = Folder("text");
        await File.WriteAllTextAsync(Path.Combine(folder, name), content);
        return await Server.Add(folder);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAgents();
        await Server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    private async Task<AgentEnd> Live(AgentOptions options, CancellationToken stop)
    {
        using var client = Server.Client();
        return await new Agent(options, client, TimeProvider.System).Run(stop);
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
}
