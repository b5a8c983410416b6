namespace BenchFleet.Onnx;

public enum Severity
{
    /// <summary>Runs, but is unusual or deprecated.</summary>
    Warning,

    /// <summary>The model is not valid.</summary>
    Error,
}

/// <summary>One remark on a model: where, and one sentence.</summary>
public sealed record Finding(Severity Severity, string Where, string Message);
