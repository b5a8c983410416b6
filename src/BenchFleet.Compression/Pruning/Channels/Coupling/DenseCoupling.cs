using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels.Coupling;

/// <summary>
/// Gemm and MatMul. A constant matrix reads channels along its reduction axis and gives birth to others along its columns; a product of two
/// activations couples what they are multiplied along, and lets rows and columns through.
/// </summary>
internal static class DenseCoupling
{
    public static void Gemm(ChannelSite site)
    {
        var reduced = site.Node.Attributes.Int("transA") == 0 ? 1 : 0;
        var rows = site.Node.Attributes.Int("transB") == 0 ? 0 : 1;
        if (site.Constant(1) is not { Rank: 2 } weight || site.In(1) is not null)
        {
            site.FreezeInputs("has no constant weight");
            return;
        }

        if (site.In(0) is { } read)
        {
            if (read.Axis == reduced) site.Cut(1, rows, read.Channels);
            else site.Freeze(read, "has the channels as rows");
        }

        var born = new ChannelAxis(1, site.Born(weight, 1 - rows));
        site.Cut(1, 1 - rows, born.Channels);
        Added(site, born);
        site.Out(0, born);
    }

    public static void MatMul(ChannelSite site)
    {
        var (left, right) = (site.InShape(0)?.Rank, site.InShape(1)?.Rank);
        if (left is null or < 2 || right is null or < 2)
            site.FreezeInputs("multiplies values whose shapes are not known");
        else if (site.Constant(1) is { Rank: 2 } weight && (site.In(0) is null || site.In(0)!.Axis == left - 1))
            Dense(site, weight, left.Value);
        else
            Product(site, left.Value, right.Value);
    }

    private static void Dense(ChannelSite site, OnnxTensor weight, int rank)
    {
        if (site.In(0) is { } read) site.Cut(1, 0, read.Channels);
        var born = site.Born(weight, 1);
        site.Cut(1, 1, born);
        site.Out(0, new(rank - 1, born));
    }

    /// <summary>The C of a Gemm.</summary>
    private static void Added(ChannelSite site, ChannelAxis born)
    {
        if (!site.Node.HasInput(2)) return;
        var shape = site.InShape(2);
        if (site.In(2) is { } added)
        {
            if (shape is not null && added.Axis == shape.Rank - 1 && added.Length == born.Length)
            {
                site.Sets.Unite(born.Channels, added.Channels);
                return;
            }

            site.Freeze(added, "adds it across channels");
        }

        if (shape is { Rank: 0 } || shape?[^1].Value == 1) return;
        if (site.Constant(2) is { } constant) site.Cut(2, constant.Rank - 1, born.Channels);
        else site.Freeze(born, "adds a value whose channels are fixed");
    }

    private static void Product(ChannelSite site, int left, int right)
    {
        var (a, b) = (site.In(0), site.In(1));
        if (a?.Axis == left - 1 || b?.Axis == right - 2)
        {
            Contract(site, left, right);
            (a, b) = (a?.Axis == left - 1 ? null : a, b?.Axis == right - 2 ? null : b);
        }

        var rank = Math.Max(left, right);
        var (atA, atB) = (a?.Axis - left, b?.Axis - right);
        if (a is not null && b is not null && atA == atB && atA < -2 && a.Length == b.Length)
        {
            site.Sets.Unite(a.Channels, b.Channels);
            site.Out(0, a.At(rank + atA!.Value));
            return;
        }

        if (a is not null && b is not null)
        {
            site.Freeze(b, "makes rows of other channels of it");
            b = null;
        }

        var (kept, at, other) = a is not null ? (a, atA!.Value, 1) : (b, atB ?? 0, 0);
        if (kept is null) return;
        if (at < -2 && !Broadcasts(site.InShape(other)!, at)) site.Freeze(kept, "multiplies it by a value of which every channel has its own part");
        else site.Out(0, kept.At(rank + at));
    }

    /// <summary>What is summed over: both sides lose the same channels, or a constant does.</summary>
    private static void Contract(ChannelSite site, int left, int right)
    {
        var (a, b) = (site.In(0), site.In(1));
        var (isA, isB) = (a?.Axis == left - 1, b?.Axis == right - 2);
        if (isA && isB && a!.Length == b!.Length)
            site.Sets.Unite(a.Channels, b.Channels);
        else if (isA && b is null && site.Constant(1) is not null)
            site.Cut(1, right - 2, a!.Channels);
        else if (isB && a is null && site.Constant(0) is not null)
            site.Cut(0, left - 1, b!.Channels);
        else
        {
            site.Freeze(isA ? a : null, "multiplies it by a value whose rows are fixed");
            site.Freeze(isB ? b : null, "multiplies it by a value whose columns are fixed");
        }
    }

    private static bool Broadcasts(Shape other, int fromEnd) => other.Rank + fromEnd < 0 || other[other.Rank + fromEnd].Value == 1;
}
