using BenchFleet.Compression.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace BenchFleet.Compression.Tests.Numerics;

public class SingularValuesTests
{
    private static double[] Matrix(int rows, int columns, Func<int, int, double> value) =>
        [.. Enumerable.Range(0, rows * columns).Select(i => value(i / columns, i % columns))];

    private static double[] Seeded(int rows, int columns)
    {
        var random = new Random(rows * 1000 + columns);
        return Matrix(rows, columns, (_, _) => random.NextDouble() * 2 - 1);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(40, 13)]
    [InlineData(13, 40)]
    [InlineData(96, 64)]
    public void Values_agree_with_MathNet_and_the_factors_give_the_matrix_back(int rows, int columns)
    {
        var matrix = Seeded(rows, columns);

        var ours = SingularValues.Of(matrix, rows, columns);

        var theirs = Matrix<double>.Build.DenseOfRowMajor(rows, columns, matrix).Svd(computeVectors: false).S;
        Assert.All(ours.Values.Zip(theirs), pair => Assert.Equal(pair.Second, pair.First, 1e-12 * theirs[0]));
        for (var i = 0; i < matrix.Length; i++)
        {
            var rebuilt = Enumerable.Range(0, ours.Values.Length)
                .Sum(k => ours.Values[k] * ours.Left[k][i / columns] * ours.Right[k][i % columns]);
            Assert.Equal(matrix[i], rebuilt, 1e-12);
        }
    }

    [Fact]
    public void Tiny_values_keep_their_relative_accuracy()
    {
        var matrix = Matrix(6, 6, (r, c) => r == c ? Math.Pow(10, -3 * r) : 0);
        (matrix[1], matrix[6]) = (1e-9, 1e-9);

        var values = SingularValues.Of(matrix, 6, 6).Values;

        Assert.Equal(1e-15, values[5], 1e-21);
    }

    [Fact]
    public void A_matrix_of_zeros_and_one_with_equal_columns_have_ranks_0_and_1()
    {
        Assert.All(SingularValues.Of(new double[12], 4, 3).Values, value => Assert.Equal(0, value));
        var equal = SingularValues.Of(Matrix(5, 4, (r, _) => r + 1), 5, 4).Values;
        Assert.Equal(Math.Sqrt(4 * 55), equal[0], 1e-12);
        Assert.All(equal[1..], value => Assert.InRange(value, 0, 1e-12));
    }
}
