using BenchFleet.Core.Recipes;

namespace BenchFleet.Cli.Hosting;

/// <summary>A recipe from the command line: in its short form, or a file that holds it, one pass a line if one likes; # starts a comment.</summary>
internal static class RecipeFile
{
    public static RecipeRead Read(string recipe)
    {
        if (!File.Exists(recipe)) return RecipeText.Parse(recipe);
        var lines = File.ReadLines(recipe).Select(line => line.Split('#', 2)[0].Trim().TrimStart('-').Trim(' ', '|')).Where(line => line.Length > 0);
        return RecipeText.Parse(string.Join(" | ", lines));
    }
}
