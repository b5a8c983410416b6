using System.Collections.Immutable;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Measurement.Tests.Given;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Tests.Sessions;

public sealed class InferenceTests
{
    [Fact]
    public void Bound_and_unbound_runs_give_the_same_bytes()
    {
        using var model = TinyModel.Dense();
        using var session = Open(model);
        using var queries = new QuerySet([.. Enumerable.Range(0, 4).Select(seed => ImmutableArray.Create(TinyModel.Sample(seed)))]);
        using var unbound = new UnboundInference(session, queries);
        using var bound = new BoundInference(session, queries, [[1, 16]]);

        var pairs = Enumerable.Range(0, 4).Select(i => (Unbound: unbound.Outputs(i)[0], Bound: bound.Outputs(i)[0])).ToList();

        Assert.Equal(1, bound.PreallocatedOutputs);
        Assert.All(pairs, pair => Assert.Equal(pair.Unbound.RawBytes.ToArray(), pair.Bound.RawBytes.ToArray()));
        Assert.NotEqual(pairs[0].Bound.ToFloats(), pairs[1].Bound.ToFloats());
    }

    [Fact]
    public void An_output_whose_size_depends_on_the_data_is_left_to_the_runtime()
    {
        using var model = TinyModel.DataDependent();
        using var session = Open(model);
        using var queries = new QuerySet([[Filled(3)], [Filled(7)]]);
        using var bound = new BoundInference(session, queries, [[2, 3]]);

        var counts = new[] { bound.Outputs(0)[0].Dims[1], bound.Outputs(1)[0].Dims[1] };

        Assert.Equal(0, bound.PreallocatedOutputs);
        Assert.Equal([3, 7], counts);
    }

    [Fact]
    public void A_declared_shape_the_model_does_not_keep_is_not_trusted()
    {
        using var model = TinyModel.Dense();
        using var session = Open(model);
        using var queries = new QuerySet([[TinyModel.Sample(0)]]);

        using var bound = new BoundInference(session, queries, [[1, 15]]);

        Assert.Equal(0, bound.PreallocatedOutputs);
        Assert.Equal<long>([1, 16], bound.Outputs(0)[0].Dims);
    }

    private static OnnxTensor Filled(int nonZero) =>
        OnnxTensor.Floats("x", [4, 4], [.. Enumerable.Range(0, 16).Select(i => i < nonZero ? 1f : 0f)]);

    private static InferenceSession Open(TinyModel model) =>
        Assert.IsType<SessionOutcome.Opened>(SessionFactory.Create(model.Path, RuntimeConfig.Default)).Session;
}
