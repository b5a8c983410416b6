namespace BenchFleet.Core.Models;

/// <summary>What a model mostly computes, as far as its operators tell.</summary>
public enum ModelKind
{
    /// <summary>No Conv, MatMul or Gemm at all: there is little to compress.</summary>
    Other,

    Convolutional,

    /// <summary>MatMul with softmax between them: a transformer.</summary>
    Attention,

    /// <summary>MatMul and Gemm alone.</summary>
    Dense,

    /// <summary>Convolutions and several MatMul.</summary>
    Mixed,
}

public static class ModelKinds
{
    /// <summary>A classifier's head is no more than this many dense layers: the model is still a convolutional one.</summary>
    private const int Head = 2;

    public static ModelKind Of(ModelSummary model)
    {
        var convolutions = model.Operators.GetValueOrDefault("Conv") + model.Operators.GetValueOrDefault("ConvTranspose");
        var dense = model.Operators.GetValueOrDefault("MatMul") + model.Operators.GetValueOrDefault("Gemm");
        var attends = model.Operators.ContainsKey("Softmax") && model.Operators.GetValueOrDefault("MatMul") > Head;
        return (convolutions, dense) switch
        {
            (0, 0) => ModelKind.Other,
            (0, _) => attends ? ModelKind.Attention : ModelKind.Dense,
            (_, <= Head) => ModelKind.Convolutional,
            // An embedding of patches is one convolution; it does not make a transformer a convolutional model.
            _ => attends && dense >= 4 * convolutions ? ModelKind.Attention : ModelKind.Mixed,
        };
    }
}
