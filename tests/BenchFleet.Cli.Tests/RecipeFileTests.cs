using BenchFleet.Cli.Hosting;
using BenchFleet.Core.Recipes;

namespace BenchFleet.Cli.Tests;

public sealed class RecipeFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("benchfleet-recipe-");

    public void Dispose() => _folder.Delete(recursive: true);

    private RecipeRead Read(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return RecipeFile.Read(path);
    }

    [Theory]
    [InlineData("r.txt", "# first this\ngraph.clean\n- quantize.static(bits=7, exclude=head+neck) @7\n")]
    [InlineData("r.yaml", "seed: 7\nsteps:\n  - graph.clean\n  - quantize.static: { bits: 7, exclude: [head, neck] }\n")]
    [InlineData("r.yml", "seed: 7\nsteps:\n- graph.clean\n- pass: quantize.static\n  settings:\n    bits: 7\n    exclude: head+neck\n")]
    [InlineData("r.json", """{"steps":[{"pass":"graph.clean","settings":{}},{"pass":"quantize.static","settings":{"bits":"7","exclude":"head+neck"}}],"seed":7}""")]
    [InlineData("r.json", """{"seed":7,"steps":["graph.clean | quantize.static(bits=7,exclude=head+neck)"]}""")]
    public void Each_form_of_a_file_says_the_same(string name, string text) =>
        Assert.Equal("graph.clean | quantize.static(bits=7,exclude=head+neck) @7", Assert.IsType<RecipeRead.Valid>(Read(name, text)).Recipe.Text);

    [Fact]
    public void A_bare_list_is_a_recipe() =>
        Assert.Equal("graph.clean | convert.fp16", Assert.IsType<RecipeRead.Valid>(Read("r.yaml", "- graph.clean\n- convert.fp16\n")).Recipe.Text);

    [Theory]
    [InlineData("r.yaml", "steps: [graph.clean\n", "is not valid YAML or JSON, line")]
    [InlineData("r.yaml", "steps: [graph.clean]\nsteeds: 7\n", "has a field 'steeds'")]
    [InlineData("r.yaml", "steps: [graph.clean]\nseed: x\n", "the seed is not a whole number")]
    [InlineData("r.yaml", "passes\n", "a list of passes is expected")]
    [InlineData("r.yaml", "- graph.clean\n- [a]\n", "pass 2: 'name(option=value)'")]
    [InlineData("r.yaml", "- quantize.static: {bits: 6}\n", "'6' is not a value of bits")]
    [InlineData("r.json", """["quantize.static", "quantize.dynamic"]""", "quantize.dynamic does not go with quantize.static")]
    public void A_wrong_file_is_refused_in_one_sentence(string name, string text, string reason) =>
        Assert.Contains(reason, Assert.IsType<RecipeRead.Invalid>(Read(name, text)).Reason, StringComparison.Ordinal);
}
