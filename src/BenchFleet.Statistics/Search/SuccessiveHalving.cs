using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>One rung: how many trials reach it, and the cumulative resource each has had when leaving it.</summary>
public readonly record struct Rung(int Trials, int Resource);

/// <summary>
/// The rungs of successive halving: ceil(n / eta) survive, the resource grows by eta, and a promoted trial pays only the difference. Ends
/// at the largest resource or the last survivor.
/// </summary>
public sealed record SuccessiveHalving(ImmutableArray<Rung> Rungs, long TotalCost, double CostFraction)
{
    /// <param name="trials">Trials that start.</param>
    /// <param name="minimumResource">What each gets on the first rung, for example blocks.</param>
    /// <param name="maximumResource">What full measurement costs; the cost fraction compares with all trials getting it.</param>
    /// <param name="eta">One in eta survives; at least 2.</param>
    public static SuccessiveHalving Plan(int trials, int minimumResource, int maximumResource, int eta)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trials);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimumResource);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumResource, minimumResource);
        ArgumentOutOfRangeException.ThrowIfLessThan(eta, 2);

        var rungs = ImmutableArray.CreateBuilder<Rung>();
        var rung = new Rung(trials, minimumResource);
        var cost = (long)trials * minimumResource;
        rungs.Add(rung);
        while (rung.Trials > 1 && (long)rung.Resource * eta <= maximumResource)
        {
            var next = new Rung((rung.Trials + eta - 1) / eta, rung.Resource * eta);
            cost += (long)next.Trials * (next.Resource - rung.Resource);
            rungs.Add(rung = next);
        }

        return new SuccessiveHalving(rungs.ToImmutable(), cost, cost / ((double)trials * maximumResource));
    }
}
