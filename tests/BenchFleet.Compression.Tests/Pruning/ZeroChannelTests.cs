using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Pruning.Channels;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Pruning;

/// <summary>Channels that are zero can go, and nothing changes: bit for bit, on random nets.</summary>
public class ZeroChannelTests
{
    private const int Nets = 300;
    private const int Parts = 6;

    public static TheoryData<int> Part => [.. Enumerable.Range(0, Parts)];

    [Theory]
    [MemberData(nameof(Part))]
    public void Removing_channels_that_are_zero_changes_nothing(int part)
    {
        for (var seed = part; seed < Nets; seed += Parts)
            Assert.True(Same(seed, zero: true, out var what), what);
    }

    [Fact]
    public void Removing_channels_that_are_not_zero_shows()
    {
        var changed = Enumerable.Range(0, 30).Count(seed => !Same(seed, zero: false, out _));

        Assert.InRange(changed, 24, 30);
    }

    [Theory]
    [MemberData(nameof(Part))]
    public void Half_the_channels_of_a_random_net_can_go(int part)
    {
        for (var seed = part; seed < Nets / 3; seed += Parts)
        {
            var model = RandomNet.Of(seed);
            var pruned = model.Compressed("prune.channels(keep=0.5,multiple=2)");
            Assert.Equal(5, Outputs.Of(pruned, SyntheticInputs.For(model, 1, 1))[0]["y"].Length);
            Assert.True(Cost(pruned) < Cost(model), $"net {seed}");
        }
    }

    private static bool Same(int seed, bool zero, out string what)
    {
        var model = RandomNet.Of(seed);
        var graph = ChannelGraph.Of(model, new Excluded([]));
        var random = new Random(seed);
        var removed = ChannelGroup.Of(graph).SelectMany(group => group.Sets.OrderBy(_ => random.Next()).Take(random.Next(group.Sets.Length))).ToHashSet();
        if (zero) Zero(graph, removed);
        var samples = Samples(random);
        var expected = Outputs.Of(model, samples, optimize: false).SelectMany(outputs => outputs["y"]).ToArray();

        new ChannelRemoval(graph, removed).Apply();

        var actual = Outputs.Of(model, samples, optimize: false).SelectMany(outputs => outputs["y"]).ToArray();
        what = $"net {seed}: {string.Join(' ', expected)} became {string.Join(' ', actual)}";
        return expected.AsSpan().SequenceEqual(actual);
    }

    /// <summary>All that makes a removed channel other than zero: filters, biases, shifts and means of normalization, what is added.</summary>
    private static void Zero(ChannelGraph graph, HashSet<int> removed)
    {
        var initializers = graph.Model.Graph.Initializers;
        foreach (var cut in graph.Cuts.Where(Makes))
        {
            var tensor = initializers[cut.Node.Input(cut.Slot)];
            var values = tensor.ToFloats();
            var inner = (int)tensor.Dims.Skip(cut.Axis + 1).Aggregate(1L, (a, b) => a * b);
            for (var i = 0; i < values.Length; i++)
            {
                if (removed.Contains(graph.Sets.Find(cut.Channels[i / inner % cut.Channels.Length]))) values[i] = 0;
            }

            initializers.Replace(OnnxTensor.Floats(tensor.Name, tensor.Dims, values));
        }
    }

    private static bool Makes(ConstantCut cut) => (cut.Node.OpType, cut.Slot, cut.Axis) switch
    {
        ("Conv", 1, 0) or ("ConvTranspose", 1, 1) or ("MatMul", 1, 1) or ("Gemm", 1, 0) or (not "MatMul", 2, _) or ("BatchNormalization", 3, _) => true,
        ("Add", _, _) => true,
        _ => false,
    };

    private static List<IReadOnlyDictionary<string, OnnxTensor>> Samples(Random random) =>
    [
        .. Enumerable.Range(0, 2).Select(_ => new Dictionary<string, OnnxTensor>
        {
            ["x"] = OnnxTensor.Floats("x", [1, 3, 4, 4], [.. Enumerable.Range(0, 48).Select(_ => (float)random.Next(-3, 4))]),
        }),
    ];

    private static long Cost(OnnxModel model) => Onnx.Cost.Of(model, ShapeInference.Infer(model)).Parameters;
}
