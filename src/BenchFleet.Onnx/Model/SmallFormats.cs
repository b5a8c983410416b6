namespace BenchFleet.Onnx;

/// <summary>Values of the formats of eight bits and below.</summary>
internal static class SmallFormats
{
    public static float Decode(ElementType type, int code) => type switch
    {
        ElementType.UInt4 or ElementType.UInt2 => code,
        ElementType.Int4 => code >= 8 ? code - 16 : code,
        ElementType.Int2 => code >= 2 ? code - 4 : code,
        ElementType.Float4E2M1 => Minifloat(code, exponentBits: 2, mantissaBits: 1, bias: 1),
        ElementType.Float8E4M3FN => (code & 0x7F) == 0x7F ? float.NaN : Minifloat(code, 4, 3, 7),
        ElementType.Float8E4M3FNUZ => code == 0x80 ? float.NaN : Minifloat(code, 4, 3, 8),
        ElementType.Float8E5M2 => (code & 0x7C) == 0x7C ? InfinityOrNaN(code) : Minifloat(code, 5, 2, 15),
        ElementType.Float8E5M2FNUZ => code == 0x80 ? float.NaN : Minifloat(code, 5, 2, 16),
        ElementType.Float8E8M0 => code == 0xFF ? float.NaN : MathF.ScaleB(1, code - 127),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a format of eight bits or below."),
    };

    private static float InfinityOrNaN(int code)
    {
        if ((code & 3) != 0)
            return float.NaN;
        return code >= 0x80 ? float.NegativeInfinity : float.PositiveInfinity;
    }

    private static float Minifloat(int code, int exponentBits, int mantissaBits, int bias)
    {
        var mantissa = code & ((1 << mantissaBits) - 1);
        var exponent = (code >> mantissaBits) & ((1 << exponentBits) - 1);
        var magnitude = exponent == 0
            ? MathF.ScaleB(mantissa, 1 - bias - mantissaBits)
            : MathF.ScaleB(mantissa + (1 << mantissaBits), exponent - bias - mantissaBits);
        return (code >> (exponentBits + mantissaBits) & 1) == 0 ? magnitude : -magnitude;
    }
}
