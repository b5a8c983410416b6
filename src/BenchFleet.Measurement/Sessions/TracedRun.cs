using System.Collections.Immutable;
using System.Text.Json;
using BenchFleet.Core.Runtime;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Sessions;

/// <summary>A second session with the runtime's profiler on: which provider ran each node, and where the time goes.</summary>
public static class TracedRun
{
    private const int Runs = 3;

    /// <summary>Empty when the session cannot be opened a second time, or its profile cannot be kept (a full disk).</summary>
    public static PlacementTrace Of(string modelPath, RuntimeConfig runtime, ImmutableArray<OnnxTensor> query)
    {
        try
        {
            return Profile(modelPath, runtime, query);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return PlacementTrace.Empty;
        }
    }

    private static PlacementTrace Profile(string modelPath, RuntimeConfig runtime, ImmutableArray<OnnxTensor> query)
    {
        var folder = Directory.CreateTempSubdirectory("benchfleet-trace-");
        try
        {
            var outcome = SessionFactory.Create(modelPath, runtime,
                options => EnableProfiling(options, Path.Combine(folder.FullName, "trace")));
            if (outcome is not SessionOutcome.Opened opened) return PlacementTrace.Empty;
            using var session = opened.Session;
            using var queries = new QuerySet([query]);
            using var inference = new UnboundInference(session, queries);
            for (var run = 0; run < Runs; run++) inference.Run(0);
            return PlacementTrace.Parse(File.ReadAllBytes(session.EndProfiling()), Runs);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void EnableProfiling(SessionOptions options, string prefix)
    {
        options.ProfileOutputPathPrefix = prefix;
        options.EnableProfiling = true;
    }
}
