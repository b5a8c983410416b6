using System.Text.Json;

namespace BenchFleet.Statistics.Tests.Vectors;

/// <summary>One evaluator per group of vectors: inputs in, a document of the expected shape out.</summary>
internal static class Evaluators
{
    public static IReadOnlyDictionary<string, Func<JsonElement, object>> ByGroup { get; } =
        new Dictionary<string, Func<JsonElement, object>>(StringComparer.Ordinal)
        {
            ["prng_splitmix64"] = RandomEvaluators.SplitMix,
            ["poisson_schedule"] = RandomEvaluators.Poisson,
            ["open_loop_latency"] = RandomEvaluators.OpenLoopLatency,
            ["coordinated_omission"] = RandomEvaluators.CoordinatedOmission,
            ["quantile_ci_order_stats"] = QuantileEvaluators.OrderStatistics,
            ["harrell_davis"] = QuantileEvaluators.HarrellDavis,
            ["mlperf_early_stopping"] = QuantileEvaluators.EarlyStop,
            ["sequential_stop"] = QuantileEvaluators.SequentialStop,
            ["outlier_fences"] = QuantileEvaluators.Fences,
            ["noisy_device_robust_z"] = QuantileEvaluators.NoisyDevice,
            ["wilson"] = ComparisonEvaluators.WilsonInterval,
            ["mcnemar_exact"] = ComparisonEvaluators.McNemarTest,
            ["accuracy_noninferiority_tango"] = ComparisonEvaluators.TangoTest,
            ["kalibera_two_level"] = ComparisonEvaluators.Kalibera,
            ["bootstrap_splitmix64"] = ComparisonEvaluators.BootstrapIntervals,
            ["paired_block_ratio"] = ComparisonEvaluators.Paired,
            ["mann_whitney_exact"] = ComparisonEvaluators.MannWhitneyTest,
            ["energy_per_inference"] = ComparisonEvaluators.Energy,
            ["label_free_fidelity"] = ComparisonEvaluators.LabelFree,
            ["warmup_fluctuation"] = SteadinessEvaluators.Warmup,
            ["change_point_edivisive"] = SteadinessEvaluators.ChangePoint,
            ["autocorrelation"] = SteadinessEvaluators.Dependence,
            ["geomean_ci"] = RankingEvaluators.Geomean,
            ["shifted_geomean"] = RankingEvaluators.ShiftedGeomean,
            ["performance_profile"] = RankingEvaluators.Profile,
            ["rank_ranges_intervals"] = RankingEvaluators.Intervals,
            ["rank_ranges_pairwise_holm"] = RankingEvaluators.Pairwise,
            ["average_ranks"] = RankingEvaluators.Average,
            ["nemenyi_q"] = RankingEvaluators.NemenyiQ,
            ["friedman_nemenyi"] = RankingEvaluators.FriedmanTest,
            ["bradley_terry"] = RankingEvaluators.BradleyTerryFit,
            ["rank_correlation"] = RankingEvaluators.Correlation,
            ["pareto_hypervolume"] = SearchEvaluators.Pareto,
            ["probabilistic_dominance"] = SearchEvaluators.Dominance,
            ["successive_halving"] = SearchEvaluators.Halving,
            ["racing_elimination"] = SearchEvaluators.Race,
            ["lodo_regret"] = SearchEvaluators.Regret,
        };
}
