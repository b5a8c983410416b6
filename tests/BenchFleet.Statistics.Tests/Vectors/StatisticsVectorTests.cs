using System.Text.Json;
using System.Text.Json.Serialization;

namespace BenchFleet.Statistics.Tests.Vectors;

public class StatisticsVectorTests
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    [Theory]
    [MemberData(nameof(VectorFile.Ids), MemberType = typeof(VectorFile))]
    public void Each_vector_is_reproduced_within_its_tolerance(string id)
    {
        var vector = VectorFile.Get(id);
        Assert.True(Evaluators.ByGroup.ContainsKey(vector.Group), $"No evaluator for group '{vector.Group}'.");

        var got = JsonSerializer.SerializeToNode(Evaluators.ByGroup[vector.Group](vector.Inputs), Options);

        Assert.Equal([], JsonComparison.Differences(vector.Expected, got, vector.Tolerance));
    }
}
