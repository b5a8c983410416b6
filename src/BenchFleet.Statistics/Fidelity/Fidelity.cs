namespace BenchFleet.Statistics;

/// <summary>How far a candidate's outputs are from the reference model's on the same unlabelled inputs.</summary>
/// <param name="Rows">Inputs compared.</param>
/// <param name="Cosine">Cosine of all outputs laid end to end.</param>
/// <param name="SqnrDb">10 log10(sum ref^2 / sum (ref - cand)^2); infinite when equal.</param>
/// <param name="MeanKl">Mean KL(softmax ref || softmax cand) in nats.</param>
/// <param name="Agreements">Inputs with the same largest output (ties: lower index).</param>
/// <param name="MaxAbsDiff">Largest absolute difference of any output.</param>
/// <param name="NonFiniteRows">Inputs with a NaN or an infinity on either side; left out of everything above except Rows.</param>
public sealed record Fidelity(
    int Rows, double Cosine, double SqnrDb, double MeanKl, int Agreements, double MaxAbsDiff, int NonFiniteRows)
{
    /// <summary>Agreement a bounds the accuracy drop on the same inputs: |drop| &lt;= 1 - a.</summary>
    public double Top1Agreement => Rows == 0 ? double.NaN : (double)Agreements / Rows;

    public Interval AgreementInterval(double confidence = 0.95) => Wilson.Interval(Agreements, Rows, confidence);

    public FidelityGrade Grade()
    {
        if (Rows == 0) return FidelityGrade.Uncertain;
        if (NonFiniteRows > 0 || !(SqnrDb >= LeastSqnrDb)) return FidelityGrade.Rejected;
        return AgreementInterval().Lower >= FaithfulAgreement ? FidelityGrade.Faithful : FidelityGrade.Uncertain;
    }

    /// <summary>Below this the outputs are mostly noise.</summary>
    public const double LeastSqnrDb = 10;

    /// <summary>Lower bound of the agreement from which accuracy need not be measured again on every device.</summary>
    public const double FaithfulAgreement = 0.99;
}

/// <summary>What fidelity alone decides before anything is timed.</summary>
public enum FidelityGrade
{
    /// <summary>Accuracy must be measured.</summary>
    Uncertain,

    /// <summary>Agreement with the reference is at least 99 % with 95 % confidence.</summary>
    Faithful,

    /// <summary>NaN, infinity or a signal-to-noise ratio under 10 dB: broken, not worth timing.</summary>
    Rejected,
}
