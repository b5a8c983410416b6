using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Runtime;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Calibration;

public class CalibrationTests
{
    [Fact]
    public void The_ranges_of_inputs_and_inner_values_cover_all_samples()
    {
        var model = Given.Graph().Input("x", 2).Floats("two", [1], 2).Node("Mul", "x,two", "h").Node("Relu", "h", "y").Output("y", 2).Model;
        IReadOnlyDictionary<string, OnnxTensor>[] samples = [Sample(-1, 3), Sample(float.NaN, -4)];

        var statistics = Assert.IsType<CalibrationResult.Calibrated>(Calibrator.Run(model, () => samples, new() { Everywhere = Observation.Range })).Statistics;

        Assert.Equal(2, statistics.Samples);
        Assert.Equal(new ValueRange(-4, 3), statistics.RangeOf("x"));
        Assert.Equal(new ValueRange(-8, 6), statistics.RangeOf("h"));

        static Dictionary<string, OnnxTensor> Sample(params float[] values) =>
            new() { ["x"] = OnnxTensor.Floats("x", [values.Length], values) };
    }

    [Fact]
    public void Inputs_are_observed_without_a_run()
    {
        var model = Given.MatMul().Model;
        var request = new CalibrationRequest { Values = CalibrationRequest.SamplesOnly.Values.Add("x", new(Observation.Gram)) };

        var statistics = Assert.IsType<CalibrationResult.Calibrated>(Calibrator.Run(model, () => SyntheticInputs.For(model, 3, 1), request)).Statistics;

        Assert.Equal((8, 6L), (statistics.Values["x"].Gram!.Size, statistics.Values["x"].Gram!.Rows));
    }

    [Fact]
    public void No_samples_are_a_failure() =>
        Assert.Equal(new CalibrationResult.Failed("there are no calibration samples"), Calibrator.Run(Given.MatMul().Model, () => [], new() { Everywhere = Observation.Range }));

    [Theory]
    [InlineData(1L)]
    [InlineData(1100L)]
    [InlineData(1L << 30)]
    public void What_is_seen_does_not_depend_on_how_many_values_are_seen_at_once(long budget)
    {
        var model = Given.ConvRelu().Model;
        var request = new CalibrationRequest { Everywhere = Observation.Range | Observation.Histogram | Observation.Magnitudes, Bins = 128 };

        var whole = Run(long.MaxValue);
        var parts = Run(budget);

        Assert.Equal(["c", "x", "y"], whole.Values.Keys);
        Assert.Equal(whole, parts);

        CalibrationStatistics Run(long most) => Assert.IsType<CalibrationResult.Calibrated>(
            Calibrator.Run(model, () => SyntheticInputs.For(model, 3, 5), request, most, CancellationToken.None)).Statistics;
    }

    [Fact]
    public void A_model_too_large_for_one_message_runs_from_a_file_that_is_gone_afterwards()
    {
        var model = Given.Graph().Input("x", 2, 64).Weight("B", 64, 64).Node("MatMul", "x,B", "y").Output("y", 2, 64).Model;
        var before = Directory.GetDirectories(Path.GetTempPath(), "benchfleet-session-*").Length;

        var opened = Assert.IsType<SessionOpened.Ready>(ModelSession.Open(model, true, false, null, mostInMemory: 1000));
        var seen = 0;
        using (opened.Session)
            Assert.Null(opened.Session.Run(SyntheticInputs.For(model, 1, 1)[0], ["y"], (_, value) => seen = value.GetTensorDataAsSpan<float>().Length));

        Assert.Equal(128, seen);
        Assert.Equal(before, Directory.GetDirectories(Path.GetTempPath(), "benchfleet-session-*").Length);
    }

    [Fact]
    public void Made_up_inputs_follow_the_signature_and_the_seed()
    {
        var model = new OnnxModel(new OnnxGraph());
        model.Graph.Inputs.Add(new("audio", ElementType.Float, Shape.Of(Dim.Named("batch"), Dim.Named("length"))));
        model.Graph.Inputs.Add(new("rate", ElementType.Int64, Shape.Scalar));
        var settings = new SyntheticInputSettings
        {
            Dims = new Dictionary<string, int> { ["length"] = 5 },
            Integers = new Dictionary<string, (long, long)> { ["rate"] = (16000, 16000) },
        };

        var one = SyntheticInputs.For(model, 2, 7, settings);
        var two = SyntheticInputs.For(model, 2, 7, settings);

        Assert.Equal("1,5", string.Join(',', one[0]["audio"].Dims));
        Assert.Equal(16000, one[1]["rate"].ToInt64s()[0]);
        Assert.Equal(one[1]["audio"].ToFloats(), two[1]["audio"].ToFloats());
        Assert.NotEqual(one[0]["audio"].ToFloats(), one[1]["audio"].ToFloats());
        Assert.All(one[0]["audio"].ToFloats(), value => Assert.InRange(value, -1, 1));
    }
}
