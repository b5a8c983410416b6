using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Pruning;

/// <summary>
/// Small seeded nets of all that couples channels. Weights are small integers and activations are clipped, so every sum is exact in float
/// whatever its order: outputs of a net and of its pruned form can be compared bit for bit.
/// </summary>
internal sealed class RandomNet
{
    private const int Side = 4;
    private readonly Random _random;
    private readonly Given _given = Given.Graph(17);
    private int _names;

    private RandomNet(int seed) => _random = new(seed);

    public static OnnxModel Of(int seed) => new RandomNet(seed).Build();

    private OnnxModel Build()
    {
        _given.Input("x", 1, 3, Side, Side).Floats("low", [], -4).Floats("high", [], 4).Int64s("first", 0)
            .Int64s("border", 0, 0, 1, 1, 0, 0, 1, 1).Floats("double", [4], 1, 1, 2, 2);
        var (value, channels) = Conv("x", 3, 4 * _random.Next(2, 4));
        for (var blocks = _random.Next(1, 5); blocks > 0; blocks--)
            (value, channels) = Block(value, channels);
        return Head(value, channels).Model;
    }

    private (string, int) Block(string x, int c) => _random.Next(20) switch
    {
        0 => Conv(x, c, 8),
        1 => Residual(x, c),
        2 => Branches(x, c),
        3 => Conv(x, c, c, groups: c),
        4 => Conv(x, c, 2 * c, groups: c),
        5 => Conv(x, c, c, groups: c / 4),
        6 => Halves(x, c),
        7 => Excited(x, c),
        8 => Shuffled(x, c),
        9 => Picked(x, c),
        10 => Transposed(x, c),
        11 => Padded(x, c),
        12 => Resized(x, c),
        13 => Spaced(x, c),
        14 => Sloped(x, c),
        15 => (Node("Squeeze", $"{Node("Unsqueeze", $"{x},first")},first"), c),
        16 => (Clipped(Node("Sub", $"{x},{Node("ReduceMax", x, ("axes", new long[] { 2, 3 }))}")), c),
        17 => Tokens(x, c, attend: false),
        18 => Tokens(x, c, attend: true),
        _ => Sliced(x, c),
    };

    private (string, int) Conv(string x, int c, int made, int groups = 1, int side = 3)
    {
        var name = Fresh("conv");
        Integers($"{name}_w", made, c / groups, side, side);
        var bias = _random.Next(2) == 0;
        if (bias) Integers($"{name}_b", made);
        _given.Node("Conv", bias ? $"{x},{name}_w,{name}_b" : $"{x},{name}_w", name,
            ("group", (long)groups), ("pads", Enumerable.Repeat(side / 2L, 4).ToArray()));
        return (Clipped(_random.Next(2) == 0 ? Normalized(name, made) : name), made);
    }

    /// <summary>Variance and epsilon sum to 1, so that the root is exact.</summary>
    private string Normalized(string x, int c)
    {
        var name = Fresh("bn");
        Integers($"{name}_scale", c);
        Integers($"{name}_shift", c);
        Integers($"{name}_mean", c);
        _given.Floats($"{name}_variance", [c], [.. Enumerable.Repeat(1 - 1f / 1024, c)]);
        _given.Node("BatchNormalization", $"{x},{name}_scale,{name}_shift,{name}_mean,{name}_variance", name, ("epsilon", 1f / 1024));
        return name;
    }

    private string Clipped(string x) => Node("Clip", $"{x},low,high");

    private (string, int) Residual(string x, int c)
    {
        var (inner, _) = Conv(x, c, 8);
        var (back, _) = Conv(inner, 8, c, side: 1);
        Integers(Fresh("offset"), 1, c, 1, 1);
        return (Clipped(Node("Add", $"{Node("Add", $"{x},offset{_names}")},{back}")), c);
    }

    private (string, int) Branches(string x, int c)
    {
        var ((a, ca), (b, cb)) = (Conv(x, c, 4), Conv(x, c, 8, side: 1));
        return (Node("Concat", $"{a},{b},{x}", ("axis", 1L)), ca + cb + c);
    }

    private (string, int) Halves(string x, int c)
    {
        var (left, right) = (Fresh("left"), Fresh("right"));
        _given.Node("Split", x, $"{left},{right}", ("axis", 1L));
        var (a, ca) = Conv(left, c / 2, 4);
        return Conv(Node("Concat", $"{a},{right}", ("axis", 1L)), ca + c / 2, 8, side: 1);
    }

    private (string, int) Excited(string x, int c)
    {
        var mean = Node("GlobalMaxPool", x);
        var (a, ca) = Conv(mean, c, 4, side: 1);
        var (b, _) = Conv(a, ca, c, side: 1);
        return (Clipped(Node("Mul", $"{x},{b}")), c);
    }

    private (string, int) Shuffled(string x, int c)
    {
        var (apart, together) = (Fresh("apart"), Fresh("together"));
        _given.Int64s(apart, 1, 2, c / 2, Side, Side).Int64s(together, 1, _random.Next(2) == 0 ? c : -1, Side, Side);
        var moved = Node("Transpose", Node("Reshape", $"{x},{apart}"), ("perm", new long[] { 0, 2, 1, 3, 4 }));
        return (Node("Reshape", $"{moved},{together}"), c);
    }

    private (string, int) Picked(string x, int c)
    {
        var picks = Fresh("picks");
        _given.Int64s(picks, [.. Enumerable.Range(0, c).Select(i => (long)i).OrderBy(_ => _random.Next())]);
        return (Node("Gather", $"{x},{picks}", ("axis", 1L)), c);
    }

    private (string, int) Transposed(string x, int c)
    {
        var name = Fresh("up");
        Integers($"{name}_w", c, 8, 1, 1);
        Integers($"{name}_b", 8);
        _given.Node("ConvTranspose", $"{x},{name}_w,{name}_b", name);
        return (Clipped(name), 8);
    }

    private (string, int) Sliced(string x, int c)
    {
        var n = Fresh("cut");
        _given.Int64s($"{n}_start", 4).Int64s($"{n}_end", int.MaxValue).Int64s($"{n}_axis", 1);
        var (made, count) = Conv(Node("Slice", $"{x},{n}_start,{n}_end,{n}_axis"), c - 4, 4);
        return (Node("Concat", $"{made},{x}", ("axis", 1L)), count + c);
    }

    private (string, int) Padded(string x, int c) => (Node("MaxPool", Node("Pad", $"{x},border"), ("kernel_shape", new long[] { 3, 3 })), c);

    private (string, int) Resized(string x, int c) => (Halved(Node("Resize", $"{x},,double", ("mode", "nearest"))), c);

    private (string, int) Spaced(string x, int c)
    {
        var wide = Node("DepthToSpace", x, ("blocksize", 2L), ("mode", _random.Next(2) == 0 ? "DCR" : "CRD"));
        return Conv(Halved(wide), c / 4, 8, side: 1);
    }

    private string Halved(string x) => Node("MaxPool", x, ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));

    private (string, int) Sloped(string x, int c)
    {
        var slope = Fresh("slope");
        Integers(slope, c, 1, 1);
        return (Node("PRelu", $"{x},{slope}"), c);
    }

    /// <summary>Pixels as rows of channels, through dense layers or attention of one head, and back.</summary>
    private (string, int) Tokens(string x, int c, bool attend)
    {
        var name = Fresh("tokens");
        _given.Int64s($"{name}_flat", 1, c, Side * Side).Int64s($"{name}_back", 1, 8, Side, Side);
        var rows = Node("Transpose", Node("Reshape", $"{x},{name}_flat"), ("perm", new long[] { 0, 2, 1 }));
        var made = Dense(rows, c, $"{name}_v");
        if (attend)
        {
            var columns = Node("Transpose", Dense(rows, c, $"{name}_k"), ("perm", new long[] { 0, 2, 1 }));
            var scores = Clipped(Node("MatMul", $"{Dense(rows, c, $"{name}_q")},{columns}"));
            made = Node("MatMul", $"{scores},{made}");
        }

        var back = Node("Reshape", $"{Node("Transpose", Clipped(made), ("perm", new long[] { 0, 2, 1 }))},{name}_back");
        return (back, 8);
    }

    private string Dense(string x, int c, string name)
    {
        Integers($"{name}_w", c, 8);
        Integers($"{name}_b", 8);
        return Node("Add", $"{Node("MatMul", $"{x},{name}_w")},{name}_b");
    }

    private Given Head(string x, int c)
    {
        var flat = _random.Next(3) switch
        {
            0 => Node("Flatten", Node("GlobalMaxPool", x)),
            1 => Node("Flatten", x),
            _ => Rows(x),
        };
        var places = _given.Model.Maker(flat).Input(0).StartsWith("GlobalMaxPool", StringComparison.Ordinal) ? c : c * Side * Side;
        Integers("dense_w", 8, places);
        Integers("dense_b", 8);
        Integers("last_w", 8, 5);
        return _given.Node("Gemm", $"{flat},dense_w,dense_b", "dense", ("transB", 1L)).Node("Relu", "dense", "active")
            .Node("MatMul", "active,last_w", "y").Output("y", 1, 5);
    }

    /// <summary>Channels last, then flat.</summary>
    private string Rows(string x)
    {
        _given.Int64s("flat", 1, -1);
        return Node("Reshape", $"{Node("Transpose", x, ("perm", new long[] { 0, 2, 3, 1 }))},flat");
    }

    private string Node(string type, string inputs, params (string, object)[] attributes)
    {
        var name = Fresh(type);
        _given.Node(type, inputs, name, attributes);
        return name;
    }

    private void Integers(string name, params long[] dims) =>
        _given.Floats(name, dims, [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)_random.Next(-1, 2))]);

    private string Fresh(string stem) => $"{stem}{++_names}";
}
