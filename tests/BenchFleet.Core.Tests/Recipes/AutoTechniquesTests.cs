using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Models;
using BenchFleet.Core.Recipes;

namespace BenchFleet.Core.Tests.Recipes;

public sealed class AutoTechniquesTests
{
    private static readonly ModelSummary Convolutional = Model(("Conv", 20), ("Relu", 20), ("Gemm", 1));
    private static readonly ModelSummary Transformer = Model(("MatMul", 24), ("Softmax", 4), ("LayerNormalization", 8), ("Conv", 1));
    private static readonly ModelSummary Dense = Model(("Gemm", 3));
    private static readonly ModelSummary Mixed = Model(("Conv", 30), ("MatMul", 9), ("Softmax", 2));

    private static ModelSummary Model(params (string Operator, int Count)[] operators) => new(
        8, ImmutableSortedDictionary<string, long>.Empty, "", [], [],
        operators.ToImmutableSortedDictionary(entry => entry.Operator, entry => entry.Count), 1000, 4000, null, AlreadyQuantized: false);

    private static string[] Texts(ModelSummary model, KernelFamily device, bool hasDataset = false) =>
        [.. AutoTechniques.For(model, device, hasDataset).Select(recipe => recipe.Text)];

    private static bool Uses(IEnumerable<string> texts, string pass) => texts.Any(text => text.Contains(pass, StringComparison.Ordinal));

    public static TheoryData<ModelKind, KernelFamily> Cells
    {
        get
        {
            var cells = new TheoryData<ModelKind, KernelFamily>();
            foreach (var device in Enum.GetValues<KernelFamily>())
            {
                foreach (var kind in Enum.GetValues<ModelKind>())
                    cells.Add(kind, device);
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_newcomer_gets_few_techniques_and_the_exact_one_among_them(ModelKind kind, KernelFamily device)
    {
        var model = kind switch
        {
            ModelKind.Convolutional => Convolutional,
            ModelKind.Attention => Transformer,
            ModelKind.Dense => Dense,
            ModelKind.Mixed => Mixed,
            _ => Model(("Add", 1)),
        };
        Assert.Equal(kind, ModelKinds.Of(model));

        foreach (var hasDataset in new[] { false, true })
        {
            var texts = Texts(model, device, hasDataset);

            Assert.InRange(texts.Length, 1, AutoTechniques.Most);
            Assert.Contains("graph.clean", texts);
            Assert.Equal(texts.Distinct(), texts);
        }
    }

    [Fact]
    public void Recurrent_layers_get_ranges_that_are_taken_as_they_run()
    {
        Assert.Contains("graph.clean | quantize.dynamic", Texts(Model(("LSTM", 2)), KernelFamily.X64Vnni));
        Assert.Contains("graph.clean | quantize.dynamic(bits=7)", Texts(Model(("Conv", 4), ("LSTM", 2)), KernelFamily.X64Avx2));
        Assert.False(Uses(Texts(Model(("Conv", 4), ("LSTM", 2)), KernelFamily.Gpu), "quantize.dynamic"));
    }

    [Fact]
    public void Convolutions_get_the_integers_of_the_device()
    {
        Assert.Equal("graph.clean | quantize.static", Texts(Convolutional, KernelFamily.X64Vnni)[0]);
        Assert.Equal(
            ["graph.clean | quantize.static(bits=7)", "graph.clean | quantize.static(perChannel=false,weights=u8)"],
            Texts(Convolutional, KernelFamily.X64Avx2)[..2]);
        Assert.Equal("graph.clean | quantize.static(activations=s8)", Texts(Convolutional, KernelFamily.Arm64Dot)[0]);
        Assert.Equal("graph.clean | convert.fp16", Texts(Convolutional, KernelFamily.Gpu)[0]);
    }

    [Fact]
    public void Transformers_get_dynamic_integers_with_seven_bits_where_sums_saturate()
    {
        Assert.Equal("graph.clean | quantize.dynamic", Texts(Transformer, KernelFamily.X64Vnni)[0]);
        Assert.Equal("graph.clean | quantize.dynamic(bits=7)", Texts(Transformer, KernelFamily.X64Avx2)[0]);
    }

    [Theory]
    [InlineData(KernelFamily.X64Vnni)]
    [InlineData(KernelFamily.Gpu)]
    public void A_convolutional_model_gets_no_pass_for_matrices_alone(KernelFamily device)
    {
        Assert.False(Uses(Texts(Model(("Conv", 5)), device), "quantize.weights"));
        Assert.False(Uses(Texts(Model(("Conv", 5)), device), "quantize.dynamic"));
    }

    [Fact]
    public void Half_precision_is_not_tried_where_nothing_computes_in_it() =>
        Assert.False(Uses(Texts(Transformer, KernelFamily.X64Vnni), "convert.fp16"));

    [Fact]
    public void A_pass_that_never_pays_on_a_device_is_not_tried_there()
    {
        foreach (var device in Enum.GetValues<KernelFamily>())
        {
            var never = PassCatalogue.All.Where(pass => pass.NeverOn.Contains(device)).Select(pass => pass.Name);
            var tried = new[] { Convolutional, Transformer, Dense, Mixed }.SelectMany(model => AutoTechniques.For(model, device, true))
                .SelectMany(recipe => recipe.Steps).Select(step => step.Pass);

            Assert.Empty(never.Intersect(tried));
        }
    }

    [Fact]
    public void Channels_are_pruned_only_where_data_say_what_it_costs()
    {
        Assert.True(Uses(Texts(Convolutional, KernelFamily.X64Avx2, hasDataset: true), "prune.channels"));
        Assert.False(Uses(Texts(Convolutional, KernelFamily.X64Avx2), "prune.channels"));
    }

    [Fact]
    public void Integers_are_left_alone() =>
        Assert.Equal(["graph.clean"], AutoTechniques.For(Convolutional with { AlreadyQuantized = true }, KernelFamily.X64Vnni, true).Select(r => r.Text));

    [Fact]
    public void A_fleet_gets_what_each_of_its_devices_gets_the_likeliest_first()
    {
        var together = AutoTechniques.For([Convolutional], [KernelFamily.X64Vnni, KernelFamily.Arm64Dot], false).Select(recipe => recipe.Text).ToArray();

        Assert.Equal(["graph.clean | quantize.static", "graph.clean | quantize.static(activations=s8)"], together[..2]);
        Assert.Equal(together.Distinct(), together);
    }

    [Fact]
    public void A_fleet_that_is_still_empty_gets_what_may_help_anywhere() =>
        Assert.True(AutoTechniques.For(Dense, KernelFamily.Other, false).SequenceEqual(AutoTechniques.For([Dense], [], false)));

    [Theory]
    [InlineData("x64", "avx2+avx512-vnni", KernelFamily.X64Vnni)]
    [InlineData("x64", "avx2+avx512f", KernelFamily.X64Avx2)]
    [InlineData("arm64", "neon+dotprod", KernelFamily.Arm64Dot)]
    [InlineData("arm64", "neon", KernelFamily.Other)]
    public void The_instruction_set_names_the_kernels(string architecture, string isa, KernelFamily family)
    {
        var facts = new DeviceFacts(
            DeviceKind.Cpu, "any", architecture, [.. isa.Split('+')], 2, 1 << 30, "1.29.0", [], ImmutableSortedDictionary<string, string>.Empty);

        Assert.Equal(family, KernelFamilies.Of(facts));
        Assert.Equal(KernelFamily.Gpu, KernelFamilies.Of(facts with { Kind = DeviceKind.Gpu }));
        Assert.Equal(KernelFamily.Phone, KernelFamilies.Of(facts with { Kind = DeviceKind.Phone }));
    }
}
