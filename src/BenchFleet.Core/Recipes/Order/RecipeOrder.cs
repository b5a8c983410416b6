using System.Collections.Immutable;

namespace BenchFleet.Core.Recipes.Order;

/// <summary>Whether passes may follow each other as a recipe has them.</summary>
public static class RecipeOrder
{
    /// <summary>The first thing wrong with the order, in one sentence, or null.</summary>
    public static string? Refusal(ImmutableArray<PassDescriptor> passes)
    {
        for (var later = 1; later < passes.Length; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                if (Refusal(passes[earlier], passes[later]) is { } reason) return reason;
            }
        }

        return null;
    }

    private static string? Refusal(PassDescriptor earlier, PassDescriptor later)
    {
        if ((Find(earlier, OrderRelation.NotWith, later) ?? Find(later, OrderRelation.NotWith, earlier)) is { } against)
        {
            return earlier.Name == later.Name
                ? $"{later.Name} is there twice: {against.Reason}"
                : $"{later.Name} does not go with {earlier.Name}: {against.Reason}";
        }

        if (Find(later, OrderRelation.Before, earlier) is { } before) return $"{later.Name} must come before {earlier.Name}: {before.Reason}";
        return Find(earlier, OrderRelation.After, later) is { } after ? $"{earlier.Name} must come after {later.Name}: {after.Reason}" : null;
    }

    private static OrderConstraint? Find(PassDescriptor pass, OrderRelation relation, PassDescriptor other) =>
        pass.Constraints.FirstOrDefault(constraint => constraint.Relation == relation && constraint.Means(other));
}
