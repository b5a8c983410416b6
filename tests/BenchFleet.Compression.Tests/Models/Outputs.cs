using BenchFleet.Compression.Runtime;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Models;

/// <summary>
/// Outputs of a model, and how far another model's are from them. Integer products are exact, so the processor does not matter.
/// </summary>
public static class Outputs
{
    public static List<Dictionary<string, float[]>> Of(
        OnnxModel model, IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> samples, bool optimize = true, bool exact = true)
    {
        var opened = ModelSession.Open(model, optimize, exact);
        Assert.True(opened is SessionOpened.Ready, opened.ToString());
        using var session = ((SessionOpened.Ready)opened).Session;
        var all = new List<Dictionary<string, float[]>>();
        foreach (var feeds in samples)
        {
            var outputs = new Dictionary<string, float[]>();
            Assert.Null(
                session.Run(feeds, session.FloatOutputs, (name, value) => outputs[name] = value.GetTensorDataAsSpan<float>().ToArray()));
            all.Add(outputs);
        }

        return all;
    }

    /// <summary>
    /// Signal to noise in dB of each output over all samples; infinite for equal ones. Without optimization QDQ pairs compute in float.
    /// </summary>
    public static Dictionary<string, double> SqnrByOutput(
        OnnxModel reference, OnnxModel candidate, IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> samples, bool optimize = false)
    {
        var (wanted, got) = (Of(reference, samples, optimize), Of(candidate, samples, optimize));
        return wanted[0].Keys.ToDictionary(name => name, name =>
        {
            var pairs = wanted.Zip(got).SelectMany(pair => Zip(pair.First[name], pair.Second[name])).ToList();
            return 10 * Math.Log10(pairs.Sum(pair => pair.X * pair.X) / pairs.Sum(pair => (pair.X - pair.Y) * (pair.X - pair.Y)));
        });
    }

    public static double Sqnr(
        OnnxModel reference, OnnxModel candidate, IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> samples, bool optimize = false) =>
        SqnrByOutput(reference, candidate, samples, optimize).Values.Min();

    private static IEnumerable<(double X, double Y)> Zip(float[] wanted, float[] got)
    {
        Assert.Equal(wanted.Length, got.Length);
        return wanted.Zip(got, (x, y) => ((double)x, (double)y));
    }
}
