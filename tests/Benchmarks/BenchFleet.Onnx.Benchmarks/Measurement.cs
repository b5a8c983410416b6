using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;

namespace BenchFleet.Onnx.Benchmarks;

/// <summary>
/// One thing measured once in its own process; except for "index-cold" the code is compiled beforehand by a run on a tiny model.
/// </summary>
internal static class Measurement
{
    public static string Run(string what, string path)
    {
        if (what != "index-cold")
            WarmUp(what);
        var started = Stopwatch.GetTimestamp();
        Once(what, path);
        var elapsed = Stopwatch.GetElapsedTime(started);
        return string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalNanoseconds:F0} {PeakBytes()}");
    }

    private static void WarmUp(string what)
    {
        var tiny = LargeModel.Tiny();
        Once(what, tiny);
        File.Delete(tiny);
        File.Delete(tiny + ".saved");
    }

    private static void Once(string what, string path)
    {
        if (what == "stock-parse")
        {
            using var stream = File.OpenRead(path);
            GC.KeepAlive(global::Onnx.ModelProto.Parser.ParseFrom(stream));
            return;
        }

        using var model = ((OnnxRead.Success)OnnxFile.Open(path)).Model;
        switch (what)
        {
            case "index" or "index-cold":
                GC.KeepAlive(new GraphIndex(model.Graph));
                break;
            case "sum":
                GC.KeepAlive(model.Graph.Initializers.Sum(tensor => (double)TensorPrimitives.Sum(tensor.AsFloats())));
                break;
            case "shapes":
                GC.KeepAlive(ShapeInference.Infer(model));
                break;
            case "save":
                OnnxFile.Save(model, path + ".saved");
                break;
            default:
                throw new ArgumentException($"'{what}' is not measured here.", nameof(what));
        }
    }

    /// <summary>Peak resident memory of the process, runtime and touched pages of mapped files included.</summary>
    private static long PeakBytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
