using BenchFleet.Compression.Correction.Rounding;

namespace BenchFleet.Compression.Tests.Correction.Rounding;

public class FewRowsTests
{
    private const int Size = 48;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(12, 12)]
    [InlineData(13, Size)]
    [InlineData(200, Size)]
    [InlineData(0, Size)]
    public void A_step_costs_as_many_rows_as_the_samples_have_up_to_a_quarter_of_the_inputs(int rows, int counted) =>
        Assert.Equal(counted, new LearnedRounding(Size, Gram(rows)).Rows);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 7)]
    [InlineData(12, 64)]
    public void Few_rows_move_what_their_matrix_moves(int rows, int width)
    {
        var (h, random) = (Gram(rows), new Random(3));
        var error = Enumerable.Range(0, Size * width).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var moved = new float[error.Length];

        FewRows.Of(h, Size)!.Moved(error, width, moved);

        Assert.All(moved.Index(), at =>
        {
            var whole = Enumerable.Range(0, Size).Sum(k => (double)h[at.Index / width * Size + k] * error[k * width + at.Index % width]);
            Assert.Equal(whole, at.Item, 1e-3);
        });
    }

    /// <summary>Inputs that differ a thousandfold in size, as behind layers without a normalization, and one that is always zero.</summary>
    private static float[] Gram(int rows)
    {
        var (random, sum) = (new Random(rows), new double[Size * Size]);
        for (var r = 0; r < rows; r++)
        {
            var row = Enumerable.Range(0, Size).Select(i => i == 5 ? 0 : (random.NextDouble() - 0.3) * (i % 7 == 0 ? 10 : 0.01 + i % 3)).ToArray();
            for (var i = 0; i < sum.Length; i++)
                sum[i] += row[i / Size] * row[i % Size];
        }

        return Array.ConvertAll(sum, value => (float)value);
    }
}
