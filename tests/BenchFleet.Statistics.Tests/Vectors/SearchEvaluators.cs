using System.Text.Json;

namespace BenchFleet.Statistics.Tests.Vectors;

internal static class SearchEvaluators
{
    public static object Pareto(JsonElement inputs)
    {
        var points = inputs.Rows("points_minimise");
        var front = ParetoFront.Indices(points);
        var unique = front.Select(i => points[i]).DistinctBy(point => string.Join(' ', point)).ToList();
        unique.Sort((left, right) => left.Zip(right, (a, b) => a.CompareTo(b)).FirstOrDefault(order => order != 0));
        return new
        {
            front_indices = front,
            nondominated_rank = ParetoFront.Ranks(points),
            hypervolume = Hypervolume.Of(points, inputs.Numbers("reference")),
            crowding_of_unique_front_sorted_by_first = ParetoFront.CrowdingDistances(unique),
            unique_front_sorted = unique,
        };
    }

    public static object Dominance(JsonElement inputs)
    {
        var (a, b) = (Uncertain(inputs, "a_mean_sd"), Uncertain(inputs, "b_mean_sd"));
        return new { prob_a_dominates_b = ProbabilisticDominance.Of(a, b), prob_b_dominates_a = ProbabilisticDominance.Of(b, a) };
    }

    public static object Halving(JsonElement inputs)
    {
        var plan = SuccessiveHalving.Plan(inputs.Count("n"), inputs.Count("min_resource"), inputs.Count("max_resource"), inputs.Count("eta"));
        return new
        {
            rungs_n_resource = plan.Rungs.Select(rung => new[] { rung.Trials, rung.Resource }),
            total_cost = plan.TotalCost,
            cost_fraction_of_full = plan.CostFraction,
        };
    }

    public static object Race(JsonElement inputs)
    {
        var z = Racing.Z(inputs.Count("candidates"), inputs.Count("looks"), inputs.Number("alpha"));
        var threshold = Racing.Threshold(z, inputs.Number("pooled_sd"), inputs.Count("blocks"));
        var racers = inputs.Numbers("mean_log_latency").Zip(inputs.Numbers("accuracy_drop"), (mean, drop) => new Racer(mean, [drop])).ToList();
        return new { z, threshold, eliminated = Racing.Eliminate(racers, threshold).Select(elimination => elimination.Candidate) };
    }

    public static object Regret(JsonElement inputs)
    {
        var feasible = inputs.Numbers("accuracy_drop").Select(drop => drop <= inputs.Number("max_drop")).ToArray();
        var result = LeaveOneDeviceOut.Evaluate(
            inputs.Rows("latency_rows_candidates"), feasible, inputs.Count("baseline_row"), LeaveOneDeviceOut.GlobalGeometricMean);
        return new { pick_per_device = result.Picks, regret = result.Regrets, mean_regret = result.MeanRegret };
    }

    private static UncertainValue[] Uncertain(JsonElement inputs, string name) =>
        [.. inputs.Rows(name).Select(row => new UncertainValue(row[0], row[1]))];
}
