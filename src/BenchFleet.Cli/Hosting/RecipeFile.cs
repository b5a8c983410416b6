using System.Collections.Immutable;
using System.Globalization;
using BenchFleet.Core.Recipes;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace BenchFleet.Cli.Hosting;

/// <summary>
/// A recipe from the command line: in its short form, or a file that holds it. A .yaml, .yml or .json file has a list of passes, under
/// <c>steps</c> when there is a <c>seed</c> too; each pass is its short form, <c>name: {option: value}</c> or, as reports write it,
/// <c>{pass: name, settings: {...}}</c>. Any other file has short forms, one pass a line if one likes; # starts a comment.
/// </summary>
internal static class RecipeFile
{
    public static RecipeRead Read(string recipe)
    {
        if (!File.Exists(recipe)) return RecipeText.Parse(recipe);
        if (Path.GetExtension(recipe).ToLowerInvariant() is ".yaml" or ".yml" or ".json") return ReadData(recipe);
        var lines = File.ReadLines(recipe).Select(line => line.Split('#', 2)[0].Trim().TrimStart('-').Trim(' ', '|')).Where(line => line.Length > 0);
        return RecipeText.Parse(string.Join(" | ", lines));
    }

    /// <summary>JSON is YAML; every scalar stays text, as the catalogue reads it.</summary>
    private static RecipeRead ReadData(string path)
    {
        object? data;
        try
        {
            data = new DeserializerBuilder().Build().Deserialize<object?>(File.ReadAllText(path));
        }
        catch (YamlException e)
        {
            return new RecipeRead.Invalid($"'{path}' is not valid YAML or JSON, line {e.Start.Line}: {e.Message}");
        }

        ulong seed = 0;
        if (data is Dictionary<object, object> map && (map.ContainsKey("steps") || map.ContainsKey("seed")))
        {
            if (map.Keys.FirstOrDefault(key => key is not ("steps" or "seed")) is { } stray)
                return new RecipeRead.Invalid($"'{path}' has a field '{stray}': a recipe has steps and a seed");
            if (map.TryGetValue("seed", out var text) && !ulong.TryParse(text as string, NumberStyles.None, CultureInfo.InvariantCulture, out seed))
                return new RecipeRead.Invalid($"'{path}': the seed is not a whole number");
            data = map.GetValueOrDefault("steps");
        }

        return data is List<object> or null or "" ? Steps(path, data as List<object> ?? [], seed) : new RecipeRead.Invalid(
            $"'{path}' is no recipe: a list of passes is expected");
    }

    private static RecipeRead Steps(string path, List<object> items, ulong seed)
    {
        var steps = ImmutableArray.CreateBuilder<PassStep>();
        foreach (var item in items)
        {
            switch (item)
            {
                case string text when RecipeText.Parse(text) is var read:
                    if (read is RecipeRead.Invalid) return read;
                    steps.AddRange(((RecipeRead.Valid)read).Recipe.Steps);
                    break;
                case Dictionary<object, object> map when Step(map) is { } step:
                    steps.Add(step);
                    break;
                default:
                    return new RecipeRead.Invalid($"'{path}', pass {steps.Count + 1}: 'name(option=value)' or 'name: {{option: value}}' is expected");
            }
        }

        return RecipeText.Check(new Recipe(steps.ToImmutable(), seed));
    }

    private static PassStep? Step(Dictionary<object, object> map)
    {
        if (map.TryGetValue("pass", out var name))
        {
            var known = map.Keys.All(key => key is "pass" or "settings");
            return known && name is string pass ? Step(pass, map.GetValueOrDefault("settings")) : null;
        }

        return map.Count == 1 && map.Keys.Single() is string only ? Step(only, map.Values.Single()) : null;
    }

    private static PassStep? Step(string pass, object? settings)
    {
        if (settings is null or "") return new PassStep(pass);
        if (settings is not Dictionary<object, object> map || map.Values.Any(value => value is Dictionary<object, object>)) return null;
        return new PassStep(pass, map.ToImmutableSortedDictionary(entry => $"{entry.Key}", entry => Text(entry.Value), StringComparer.Ordinal));
    }

    /// <summary>Names may be a list, which the short form joins.</summary>
    private static string Text(object? value) => value is List<object> names ? string.Join('+', names) : $"{value}";
}
