using System.Text;
using BenchFleet.Measurement.Sessions;

namespace BenchFleet.Measurement.Tests.Sessions;

public sealed class PlacementTraceTests
{
    [Fact]
    public void Nodes_are_counted_once_and_times_are_the_mean_of_a_run()
    {
        const string Profile = """
            [{"cat":"Session","name":"model_run","dur":99,"args":{}},
             {"cat":"Node","name":"conv_kernel_time","dur":30,"args":{"op_name":"Conv","provider":"CUDAExecutionProvider","node_index":1}},
             {"cat":"Node","name":"conv_fence_before","dur":1,"args":{"op_name":"Conv"}},
             {"cat":"Node","name":"relu_kernel_time","dur":5,"args":{"op_name":"Relu","provider":"CPUExecutionProvider","node_index":2}},
             {"cat":"Node","name":"conv_kernel_time","dur":50,"args":{"op_name":"Conv","provider":"CUDAExecutionProvider","node_index":1}}]
            """;

        var trace = PlacementTrace.Parse(Encoding.UTF8.GetBytes(Profile), runs: 2);

        Assert.Equal((1, 1), (trace.NodesByProvider["cuda"], trace.NodesByProvider["cpu"]));
        Assert.Equal((40_000, 2_500), (trace.OperatorNs["Conv"], trace.OperatorNs["Relu"]));
    }
}
