namespace BenchFleet.Samples;

/// <summary>Grey images of 28 by 28 bytes, row after row, image after image, and one label 0..9 each.</summary>
public sealed record LabelledImages(byte[] Pixels, byte[] Labels)
{
    public int Count => Labels.Length;
}
