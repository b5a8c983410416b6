using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Runtime;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Mixed;

/// <summary>Compares candidates with the float model on samples that gave no ranges. All numbers go through the record.</summary>
/// <param name="model">The float model.</param>
/// <param name="context">Where samples come from and measurements go to.</param>
/// <param name="holdEvery">Every n-th sample is held; at most <see cref="MostSamples"/> of them are run.</param>
internal sealed class HeldOutJudge(OnnxModel model, PassContext context, int holdEvery)
{
    private const int MostSamples = 32;
    private const double MostDecibels = 200;

    private List<Dictionary<string, Answer>>? _reference;

    /// <summary>Null when there is no such candidate (its maker gives null), or no held sample.</summary>
    /// <param name="key">Names the candidate in the record.</param>
    /// <param name="candidate">Makes it; not called in a replay.</param>
    public Fidelity? Of(string key, Func<OnnxModel?> candidate)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        var numbers = context.Measure(key, samples =>
        {
            using var made = candidate();
            var held = samples.Where((_, place) => CalibrationRequest.IsHeld(place, holdEvery)).Take(MostSamples).ToList();
            return made is null || held.Count == 0 ? [] : Compare(made, held);
        });
        return numbers is [var sqnr, var agreement] ? new(sqnr, agreement) : null;
    }

    private float[] Compare(OnnxModel candidate, List<IReadOnlyDictionary<string, OnnxTensor>> held)
    {
        _reference ??= Answers(model, held);
        var given = Answers(candidate, held);
        var worst = MostDecibels;
        foreach (var output in _reference[0].Keys)
        {
            var (signal, noise) = (0.0, 0.0);
            for (var i = 0; i < held.Count; i++)
                Add(_reference[i][output].Values, given[i][output].Values, ref signal, ref noise);
            if (noise > 0) worst = Math.Min(worst, 10 * Math.Log10(signal / noise));
            else if (double.IsNaN(noise)) worst = -MostDecibels;
        }

        return [(float)Math.Clamp(worst, -MostDecibels, MostDecibels), (float)Agreement(_reference, given)];
    }

    private static void Add(float[] wanted, float[] got, ref double signal, ref double noise)
    {
        for (var i = 0; i < wanted.Length; i++)
        {
            var difference = (double)wanted[i] - got[i];
            signal += (double)wanted[i] * wanted[i];
            noise += difference * difference;
        }
    }

    private static double Agreement(List<Dictionary<string, Answer>> wanted, List<Dictionary<string, Answer>> got)
    {
        if (wanted[0].Count == 0) return 1;
        var output = wanted[0].Keys.First();
        var (rows, equal) = (0, 0);
        foreach (var (reference, given) in wanted.Zip(got))
        {
            var (values, columns) = (reference[output].Values, reference[output].Columns);
            for (var row = 0; row + columns <= values.Length && columns > 0; row += columns, rows++)
                equal += Greatest(values.AsSpan(row, columns)) == Greatest(given[output].Values.AsSpan(row, columns)) ? 1 : 0;
        }

        return rows == 0 ? 1 : (double)equal / rows;
    }

    private static int Greatest(ReadOnlySpan<float> row)
    {
        var place = 0;
        for (var i = 1; i < row.Length; i++)
        {
            if (row[i] > row[place]) place = i;
        }

        return place;
    }

    /// <summary>
    /// The graph as the runtime optimizes it, with exact integer products: what will run, on any processor. Some graphs (16-bit activations)
    /// the runtime takes in its ordinary form alone.
    /// </summary>
    private List<Dictionary<string, Answer>> Answers(OnnxModel judged, List<IReadOnlyDictionary<string, OnnxTensor>> held)
    {
        var exact = ModelSession.Open(judged, optimize: true, exact: true);
        if ((exact is SessionOpened.Ready ? exact : ModelSession.Open(judged)) is not SessionOpened.Ready(var session))
            throw new InvalidOperationException("The runtime refuses a model that it calibrated, or a variant of it.");
        using (session)
        {
            var outputs = model.Graph.Outputs.Select(output => output.Name).Intersect(session.FloatOutputs).ToList();
            return held.ConvertAll(sample =>
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var answers = new Dictionary<string, Answer>(StringComparer.Ordinal);
                var refusal = session.Run(sample, outputs, (name, value) => answers[name] = new(
                    value.GetTensorDataAsSpan<float>().ToArray(), (int)(value.GetTensorTypeAndShape().Shape is [.., var last] ? last : 1)));
                return refusal is null ? answers : throw new InvalidOperationException($"A held sample does not fit the model: {refusal}");
            });
        }
    }

    private readonly record struct Answer(float[] Values, int Columns);
}
