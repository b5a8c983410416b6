namespace BenchFleet.Core.Recipes.Order;

public enum OrderRelation
{
    Before,
    After,

    /// <summary>Not in one recipe, in whatever order.</summary>
    NotWith,
}

/// <summary>How a pass stands to others in a recipe, and why.</summary>
/// <param name="Stage">The others: all passes of a stage; null when one is named.</param>
/// <param name="Pass">The other by name; null when a stage is given.</param>
/// <param name="Reason">Follows a colon in the refusal: a clause without a full stop.</param>
public sealed record OrderConstraint(OrderRelation Relation, PassStage? Stage, string? Pass, string Reason)
{
    public static OrderConstraint Before(PassStage stage, string reason) => new(OrderRelation.Before, stage, null, reason);

    public static OrderConstraint Before(string pass, string reason) => new(OrderRelation.Before, null, pass, reason);

    public static OrderConstraint After(PassStage stage, string reason) => new(OrderRelation.After, stage, null, reason);

    public static OrderConstraint After(string pass, string reason) => new(OrderRelation.After, null, pass, reason);

    public static OrderConstraint NotWith(PassStage stage, string reason) => new(OrderRelation.NotWith, stage, null, reason);

    public static OrderConstraint NotWith(string pass, string reason) => new(OrderRelation.NotWith, null, pass, reason);

    public bool Means(PassDescriptor other) => Pass is null ? other.Stage == Stage : other.Name == Pass;

    public override string ToString()
    {
        var relation = Relation switch { OrderRelation.Before => "before", OrderRelation.After => "after", _ => "not with" };
        var others = Pass ?? $"{Stage!.Value.ToString().ToLowerInvariant()} passes";
        return $"{relation} {others}: {Reason}";
    }
}
