using System.Collections.Immutable;
using System.Text.Json;

namespace BenchFleet.Statistics.Tests.Vectors;

internal static class ComparisonEvaluators
{
    public static object WilsonInterval(JsonElement inputs)
    {
        var interval = Wilson.Interval(inputs.Count("correct"), inputs.Count("n"), inputs.Number("confidence"));
        return new { lower = interval.Lower, upper = interval.Upper };
    }

    public static object McNemarTest(JsonElement inputs)
    {
        var test = McNemar.Exact(inputs.Count("baseline_right_candidate_wrong"), inputs.Count("baseline_wrong_candidate_right"));
        return new { p_two_sided = test.P, p_mid = test.MidP };
    }

    public static object TangoTest(JsonElement inputs)
    {
        var (b, c, n) = (inputs.Count("b"), inputs.Count("c"), inputs.Count("n"));
        var test = Tango.NonInferior(b, c, n, inputs.Number("margin"), inputs.Number("alpha_one_sided"));
        return new
        {
            drop = test.Drop,
            ci90 = Inputs.Pair(Tango.Interval(b, c, n, 0.90)),
            ci95 = Inputs.Pair(Tango.Interval(b, c, n, 0.95)),
            z_at_margin = test.Z,
            p_one_sided = test.P,
            non_inferior = test.IsNonInferior,
        };
    }

    public static object Kalibera(JsonElement inputs)
    {
        var older = TwoLevel.Of(Launches(inputs, "old"));
        var newer = TwoLevel.Of(Launches(inputs, "new"));
        var ratio = TwoLevel.Ratio(older, newer, inputs.Number("confidence"));
        return new
        {
            old = Level(older),
            @new = Level(newer),
            optimal_iterations_per_process_old = older.BestIterationsPerLaunch(inputs.Number("cost_process"), inputs.Number("cost_iteration")),
            ratio_new_over_old = ratio?.Ratio,
            ratio_ci = ratio is { } known ? new[] { known.Lower, known.Upper } : null,
        };
    }

    public static object BootstrapIntervals(JsonElement inputs)
    {
        SampleStatistic statistic = inputs.GetProperty("statistic").GetString() switch
        {
            "mean" => Moments.Mean,
            "median" => Moments.Median,
            "geomean" or "geometric_mean" => sample => GeometricMean.Of(sample).Value,
            var other => throw new NotSupportedException($"Statistic '{other}' is not known."),
        };
        var result = Bootstrap.Of(inputs.Numbers("x"), statistic, inputs.Seed(), inputs.Count("B"), inputs.Number("confidence"));
        return new
        {
            estimate = result.Estimate,
            percentile_ci = Inputs.Pair(result.Percentile),
            bca_ci = Inputs.Pair(result.Bca),
            z0 = result.Bias,
            acceleration = result.Acceleration,
        };
    }

    public static object Paired(JsonElement inputs)
    {
        var (baseline, candidate) = (inputs.Numbers("baseline"), inputs.Numbers("candidate"));
        var result = PairedRatio.Compare(baseline, candidate, inputs.Number("margin"));
        var ranks = SignedRank.Test(candidate.Zip(baseline, (after, before) => Math.Log(after / before)).ToArray());
        return new
        {
            ratio = result.Ratio,
            t_ci = new[] { result.Lower, result.Upper },
            ci90 = Inputs.Pair(result.Interval90),
            hodges_lehmann_ratio = result.RobustRatio,
            hl_ci = result.RobustInterval is { } robust ? Inputs.Pair(robust) : null,
            hl_exact_coverage = result.RobustCoverage,
            wilcoxon_W = ranks.W,
            wilcoxon_p = ranks.P,

            // The vectors state the verdict of the t intervals alone.
            verdict = result.VerdictByMean.ToString().ToLowerInvariant(),
            beyond_margin = result.BeyondMargin,
        };
    }

    public static object MannWhitneyTest(JsonElement inputs)
    {
        var test = MannWhitney.Test(inputs.Numbers("x"), inputs.Numbers("y"));
        return new { U_x = test.U, p_less = test.PLess, p_greater = test.PGreater, p_two_sided = test.PTwoSided, cliffs_delta = test.CliffsDelta };
    }

    public static object Energy(JsonElement inputs)
    {
        var reading = new EnergyReading
        {
            TotalJoules = inputs.Number("total_energy_J"),
            DurationSeconds = inputs.Number("duration_s"),
            IdleWatts = inputs.Number("idle_power_W"),
            IdleUncertaintyWatts = inputs.Number("u_idle_power_W"),
            Inferences = inputs.Count("inferences"),
            CounterUpdateSeconds = inputs.Number("counter_update_s"),
            CounterQuantumJoules = inputs.Number("counter_quantum_J"),
            DurationUncertaintySeconds = inputs.Number("u_duration_s", 0),
        };
        var energy = EnergyPerInference.Of(reading);
        return new
        {
            net_J_per_inference = energy.NetJoules,
            gross_J_per_inference = energy.GrossJoules,
            u_net_J = energy.NetUncertaintyJoules,
            relative_u = energy.RelativeUncertainty,
            mean_power_W = energy.MeanWatts,
            edp_Js = energy.EnergyDelayJouleSeconds,
            min_duration_s_for_0p5pct =
                EnergyPerInference.MinimumDurationSeconds(energy.MeanWatts, reading.IdleWatts, reading.CounterUpdateSeconds, 0.005),
            resolved = energy.IsResolved,
        };
    }

    public static object LabelFree(JsonElement inputs)
    {
        var rows = new FidelityAccumulator();
        foreach (var (reference, candidate) in inputs.Rows("reference_logits").Zip(inputs.Rows("candidate_logits"))) rows.Add(reference, candidate);
        var result = rows.Result();
        return new
        {
            cosine_flat = result.Cosine,
            sqnr_db = result.SqnrDb,
            mean_kl_ref_to_candidate_nats = result.MeanKl,
            top1_agreement = result.Top1Agreement,
            max_abs_diff = result.MaxAbsDiff,
        };
    }

    private static ImmutableArray<double>[] Launches(JsonElement inputs, string name) => [.. inputs.Rows(name).Select(row => row.ToImmutableArray())];

    private static object Level(TwoLevel level) => new { mean = level.Mean, S1_2 = level.S1Squared, S2_2 = level.S2Squared, T2_2 = level.T2Squared };
}
