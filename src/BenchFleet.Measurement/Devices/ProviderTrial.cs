using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Devices;

/// <summary>Opens a model of one node on each provider the runtime offers: being compiled in is not the same as working.</summary>
internal static class ProviderTrial
{
    public static IEnumerable<DoctorCheck> All()
    {
        var folder = Directory.CreateTempSubdirectory("benchfleet-doctor-");
        try
        {
            var path = Path.Combine(folder.FullName, "trial.onnx");
            using var model = OneNode();
            OnnxFile.Save(model, path);
            return ProviderNames.Available().Select(provider => Try(provider, path)).ToList();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static DoctorCheck Try(string provider, string path)
    {
        var name = $"provider.{provider}";
        switch (SessionFactory.Create(path, new RuntimeConfig(provider)))
        {
            case SessionOutcome.Opened opened:
                opened.Session.Dispose();
                return new DoctorCheck(name, DoctorStatus.Ok, $"The execution provider '{provider}' works.");
            case SessionOutcome.Refused refused:
                return new DoctorCheck(name, DoctorStatus.Missing,
                    $"The execution provider '{provider}' is in the library but does not start.", refused.Failure.Message);
            default:
                throw new InvalidOperationException("Unknown outcome.");
        }
    }

    private static OnnxModel OneNode()
    {
        var graph = new OnnxGraph
        {
            Name = "trial",
            Inputs = [new ValueInfo("x", ElementType.Float, Shape.Of(1, 4))],
            Outputs = [new ValueInfo("y", ElementType.Float, Shape.Of(1, 4))],
        };
        graph.Nodes.Add(new OnnxNode("Relu", ["x"], ["y"]));
        var model = new OnnxModel(graph) { IrVersion = 8 };
        model.OpsetImports[""] = 13;
        return model;
    }
}
