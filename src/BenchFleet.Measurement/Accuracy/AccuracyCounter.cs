using BenchFleet.Core.Evaluation;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>
/// Collects which samples were right at rank 1 and at ranks 1 to 5. Of equal scores the lower index ranks first; a sample whose scores
/// contain NaN is wrong.
/// </summary>
internal sealed class AccuracyCounter
{
    private const int Ranks = 5;

    private readonly List<byte> _top1 = [];
    private readonly List<byte> _top5 = [];
    private int _count;
    private bool _ranked;

    public void Add(ReadOnlySpan<float> scores, int label)
    {
        var rank = RankOf(scores, label);
        _ranked |= scores.Length > Ranks;
        Put(_top1, rank < 1);
        Put(_top5, rank < Ranks);
        _count++;
    }

    public AccuracyRecord? Result() =>
        _count == 0 ? null : new AccuracyRecord("classification", _count, [.. _top1], _ranked ? [.. _top5] : null);

    private static int RankOf(ReadOnlySpan<float> scores, int label)
    {
        var (own, rank) = (scores[label], 0);
        for (var i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i])) return int.MaxValue;
            if (scores[i] > own || (scores[i] == own && i < label)) rank++;
        }

        return rank;
    }

    private void Put(List<byte> bits, bool set)
    {
        if (_count % 8 == 0) bits.Add(0);
        if (set) bits[^1] |= (byte)(1 << (_count % 8));
    }
}
