using FsCheck.Fluent;

namespace BenchFleet.Statistics.Tests.Properties;

public class RankingLaws
{
    [Fact]
    public void A_dominated_point_changes_neither_front_nor_hypervolume() => Law.Holds(Law.Points(3), points =>
    {
        double[] worse = [.. points[0].Select(value => value + 0.5)];
        double[] reference = [7, 7, 7];

        double[][] more = [.. points, worse];

        return ParetoFront.Indices(points).SequenceEqual(ParetoFront.Indices(more))
            && Law.Close(Hypervolume.Of(points, reference), Hypervolume.Of(more, reference));
    });

    [Fact]
    public void Hypervolume_equals_counting_unit_cells() => Law.Holds(Law.Points(3), points =>
    {
        double[] reference = [6, 6, 6];
        var cells = 0;
        for (var cell = 0; cell < 216; cell++)
        {
            double[] corner = [cell / 36, cell / 6 % 6, cell % 6];
            if (points.Any(point => point.Zip(corner).All(pair => pair.First <= pair.Second))) cells++;
        }

        return Law.Close(cells, Hypervolume.Of(points, reference));
    });

    [Fact]
    public void Rank_one_is_the_front_and_every_other_rank_is_dominated_by_the_one_before() => Law.Holds(Law.Points(2), points =>
    {
        var ranks = ParetoFront.Ranks(points);

        return ParetoFront.Indices(points).SequenceEqual(Enumerable.Range(0, points.Length).Where(i => ranks[i] == 1))
            && Enumerable.Range(0, points.Length).Where(i => ranks[i] > 1).All(i =>
                Enumerable.Range(0, points.Length).Any(j => ranks[j] == ranks[i] - 1 && ParetoFront.Dominates(points[j], points[i])));
    });

    [Fact]
    public void A_pruned_candidate_is_dominated_by_a_survivor() => Law.Holds(Law.Points(3), points =>
    {
        var racers = points.Select((point, i) => new Racer(point[0], [point[1], point[2]], IsProtected: i % 5 == 4)).ToList();

        var eliminated = Racing.Eliminate(racers, 0.5);

        var gone = eliminated.Select(elimination => elimination.Candidate).ToHashSet();
        return eliminated.All(elimination => !gone.Contains(elimination.DominatedBy)
            && !racers[elimination.Candidate].IsProtected
            && ParetoFront.Dominates(points[elimination.DominatedBy], points[elimination.Candidate]));
    });

    [Fact]
    public void Items_share_a_letter_exactly_when_they_are_not_separated() => Law.Holds(
        Gen.Choose(0, 1).ArrayOf(15), bits =>
    {
        (int, int)[] pairs = [.. from i in Enumerable.Range(0, 6) from j in Enumerable.Range(i + 1, 5 - i) select (i, j)];
        var separated = pairs.Where((_, at) => bits[at] == 1).ToHashSet();

        var letters = CompactLetters.For(6, separated);

        return pairs.All(pair => letters[pair.Item1].Intersect(letters[pair.Item2]).Any() != separated.Contains(pair));
    });

    [Fact]
    public void Average_ranks_always_add_up() => Law.Holds(Law.SmallWhole.ArrayOf(9), values => AverageRanks.Of(values).Sum() == 45);

    [Fact]
    public void A_shuffle_keeps_every_item() => Law.Holds(Gen.Choose(0, 40), count =>
    {
        var items = Enumerable.Range(0, count).ToArray();

        new SplitMix64((ulong)count).Shuffle<int>(items);

        return items.Order().SequenceEqual(Enumerable.Range(0, count));
    });
}
