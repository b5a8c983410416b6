using System.Collections.Immutable;
using System.Globalization;
using BenchFleet.Core.Recipes.Order;

namespace BenchFleet.Core.Recipes;

/// <summary>A recipe that was read and checked against the catalogue, or the sentence that says what is wrong with it.</summary>
public abstract record RecipeRead
{
    private RecipeRead() { }

    public sealed record Valid(Recipe Recipe) : RecipeRead;

    public sealed record Invalid(string Reason) : RecipeRead;
}

/// <summary>
/// Reads the short form <c>pass(option=value, option=value) | pass @seed</c>. Options with their default value are dropped and the rest
/// is put into canonical text, so that two ways of saying one thing have one hash.
/// </summary>
public static class RecipeText
{
    public static RecipeRead Parse(string text)
    {
        var body = text.Trim();
        if (body is "" or "baseline") return new RecipeRead.Valid(Recipe.Baseline);

        ulong seed = 0;
        var at = body.LastIndexOf('@');
        if (at >= 0)
        {
            if (!ulong.TryParse(body[(at + 1)..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out seed))
                return Refuse($"the seed after '@' in '{text}' is not a whole number");
            body = body[..at];
        }

        var steps = ImmutableArray.CreateBuilder<PassStep>();
        foreach (var part in body.Split('|'))
        {
            var (step, reason) = ParseStep(part.Trim());
            if (step is null) return Refuse(reason!);
            steps.Add(step);
        }

        return Ordered(new Recipe(steps.ToImmutable(), seed));
    }

    /// <summary>Checks a recipe that came as data (JSON, YAML) and puts its settings into canonical text.</summary>
    public static RecipeRead Check(Recipe recipe)
    {
        var steps = ImmutableArray.CreateBuilder<PassStep>();
        foreach (var given in recipe.Steps)
        {
            var (step, reason) = CheckStep(given.Pass, given.Settings);
            if (step is null) return Refuse(reason!);
            steps.Add(step);
        }

        return Ordered(recipe with { Steps = steps.ToImmutable() });
    }

    private static RecipeRead Ordered(Recipe recipe) =>
        RecipeOrder.Refusal([.. recipe.Steps.Select(step => PassCatalogue.Find(step.Pass)!)]) is { } reason
            ? Refuse(reason)
            : new RecipeRead.Valid(recipe);

    private static (PassStep? Step, string? Reason) ParseStep(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0) return CheckStep(text, []);
        if (!text.EndsWith(')')) return (null, $"'{text}' has no closing ')'");

        var settings = new List<KeyValuePair<string, string>>();
        foreach (var setting in text[(open + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) return (null, $"'{setting}' in '{text}' is not of the form option=value");
            settings.Add(new(setting[..equals].Trim(), setting[(equals + 1)..].Trim()));
        }

        return CheckStep(text[..open].Trim(), settings);
    }

    private static (PassStep? Step, string? Reason) CheckStep(string name, IEnumerable<KeyValuePair<string, string>> settings)
    {
        if (PassCatalogue.Find(name) is not { } pass)
            return (null, $"there is no pass '{name}': known are {string.Join(", ", PassCatalogue.All.Select(p => p.Name))}");

        var canonical = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in settings)
        {
            if (pass.Option(key) is not { } option)
                return (null, $"{name} has no option '{key}': it has {string.Join(", ", pass.Options.Select(o => o.Name))}");
            if (option.Canonical(value, out var refusal) is not { } text) return (null, $"{name}: {refusal}");
            if (canonical.ContainsKey(key)) return (null, $"{name}: option '{key}' is given twice");
            if (text != option.Default) canonical[key] = text;
        }

        return (new PassStep(name, canonical.ToImmutable()), null);
    }

    private static RecipeRead.Invalid Refuse(string reason) => new(reason);
}
