using BenchFleet.Core.Sweeps;

namespace BenchFleet.Scheduling.Policy;

/// <summary>
/// Classes go strictly one before the other. So that the last one is not starved for ever, backfill that has waited long counts as normal,
/// and every <see cref="Trickle"/>th choice looks at the classes from behind. Nothing ever rises to interactive: somebody waits for that.
/// </summary>
public static class PriorityOrder
{
    public static readonly TimeSpan BackfillAges = TimeSpan.FromHours(1);

    /// <summary>One lease in so many starts with the lowest class.</summary>
    public const int Trickle = 32;

    private static readonly PriorityClass[] Strict = [PriorityClass.Interactive, PriorityClass.Normal, PriorityClass.Backfill];
    private static readonly PriorityClass[] Reverse = [PriorityClass.Backfill, PriorityClass.Normal, PriorityClass.Interactive];

    /// <param name="choice">Number of the choice, from 0.</param>
    public static ReadOnlySpan<PriorityClass> For(long choice) => choice % Trickle == Trickle - 1 ? Reverse : Strict;

    public static PriorityClass Aged(PriorityClass priority, TimeSpan waited) =>
        priority == PriorityClass.Backfill && waited >= BackfillAges ? PriorityClass.Normal : priority;
}
