namespace BenchFleet.Compression.Quantization.Mixed;

/// <summary>How much of the float model's answers must be left, and what may be given for it.</summary>
/// <param name="Sqnr">Least signal to noise of each output, dB; 0 for any.</param>
/// <param name="Agreement">Least share of rows whose greatest value stands in the same place as in float, 0 to 1; 0 for any.</param>
/// <param name="FloatShare">Most layers that may stay float, as a share of those that could be quantized, 0 to 1.</param>
/// <param name="HoldEvery">Every n-th sample judges and gives no ranges.</param>
public sealed record MixedTarget(double Sqnr, double Agreement, double FloatShare, int HoldEvery)
{
    public bool IsSet => Sqnr > 0 || Agreement > 0;

    public bool IsMetBy(Fidelity fidelity) => fidelity.Sqnr >= Sqnr && fidelity.Agreement >= Agreement;

    public override string ToString() => (Sqnr > 0, Agreement > 0) switch
    {
        (true, true) => FormattableString.Invariant($"{Sqnr} dB and an agreement of {Agreement}"),
        (true, false) => FormattableString.Invariant($"{Sqnr} dB"),
        _ => FormattableString.Invariant($"an agreement of {Agreement}"),
    };
}

/// <summary>What is left of the float model's answers.</summary>
/// <param name="Sqnr">Signal to noise of the worst output over all held samples, dB; 200 for equal ones.</param>
/// <param name="Agreement">Share of rows (last axis) of the first float output whose greatest value stands in the same place.</param>
public readonly record struct Fidelity(double Sqnr, double Agreement)
{
    public override string ToString() => FormattableString.Invariant($"{Sqnr:F1} dB, top-1 agreement {Agreement:F4}");
}
