using FsCheck;
using FsCheck.Fluent;

namespace BenchFleet.Statistics.Tests.Properties;

/// <summary>A law checked on 200 generated cases, always the same ones, with a counter-example made small on failure.</summary>
internal static class Law
{
    public static Gen<double> Latency { get; } = Gen.Choose(1_000, 1_000_000).Select(micro => micro / 1000.0);

    /// <summary>Integers as doubles: ties are common.</summary>
    public static Gen<double> SmallWhole { get; } = Gen.Choose(0, 6).Select(value => (double)value);

    public static Gen<double[]> Latencies(int least, int most) =>
        Gen.Choose(least, most).SelectMany(count => Latency.ArrayOf(count));

    /// <summary>Baseline and candidate over the same blocks, a few per cent apart.</summary>
    public static Gen<(double[] Baseline, double[] Candidate)> Blocks(int least, int most) =>
        Gen.Choose(least, most).SelectMany(count =>
            Latency.ArrayOf(count).SelectMany(baseline => Gen.Choose(-60, 60).ArrayOf(count).SelectMany(noise => Gen.Choose(-80, 80).Select(shift =>
                (baseline, baseline.Zip(noise, (value, permille) => value * Math.Exp((permille + shift) / 1000.0)).ToArray())))));

    public static Gen<double[][]> Points(int objectives) =>
        Gen.Choose(1, 12).SelectMany(count => SmallWhole.ArrayOf(objectives).ArrayOf(count));

    public static void Holds<T>(Gen<T> cases, Func<T, bool> law) =>
        Prop.ForAll(cases.ToArbitrary(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20260101, 1));

    public static bool Close(double want, double got) => Math.Abs(got - want) <= 1e-9 * Math.Max(1, Math.Abs(want));
}
