using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace BenchFleet.Compression.Tests.Numerics;

public class FactorizationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(200)]
    public void The_factor_is_MathNets(int size)
    {
        var gram = Gram(size);
        var factor = gram.Values.ToArray();

        Assert.True(Cholesky.Factor(factor, size));

        Near(Dense(gram.Values, size).Cholesky().Factor, Dense(factor, size), 1e-11);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    public void A_system_is_solved_as_by_MathNet(int size)
    {
        var matrix = Dense(Gram(size).Values, size);
        var factor = Gram(size).Values.ToArray();
        var solution = Enumerable.Range(1, size).Select(i => (double)i).ToArray();
        var expected = matrix.Cholesky().Solve(Vector<double>.Build.DenseOfArray(solution));

        Assert.True(Cholesky.Factor(factor, size));
        Cholesky.Solve(factor, size, solution);

        Near(expected.ToColumnMatrix(), Vector<double>.Build.DenseOfArray(solution).ToColumnMatrix(), 1e-9);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(200)]
    public void The_triangular_inverse_is_MathNets(int size)
    {
        var factor = Dense(Gram(size).Values, size).Cholesky().Factor;

        Near(factor.Inverse(), Dense(TriangularInverse.Of(factor.ToRowMajorArray(), size), size), 1e-9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void The_inverse_factor_gives_the_damped_inverse_in_any_order(int size)
    {
        var gram = Gram(size);
        int[] order = [.. Enumerable.Range(0, size).Reverse()];
        var damped = Matrix<double>.Build.Dense(size, size, (i, j) => gram.Values[order[i] * size + order[j]]);
        damped += Matrix<double>.Build.DenseIdentity(size) * (0.01 * damped.Diagonal().Average());

        var factor = Dense(InverseFactor.Of(gram, 0.01, order)!, size);

        Near(damped.Inverse(), factor * factor.Transpose(), 1e-9);
        Assert.Equal(0, factor.StrictlyUpperTriangle().FrobeniusNorm());
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_has_no_factor() => Assert.False(Cholesky.Factor([1, 0, 2, 1], 2));

    [Fact]
    public void A_gram_matrix_of_zeros_has_no_inverse_factor() => Assert.Null(InverseFactor.Of(new(2, 1, new double[4]), 0.01, [0, 1]));

    [Fact]
    public void One_thread_and_many_give_the_same_bits()
    {
        var gram = Gram(300);
        int[] order = [.. Enumerable.Range(0, 300)];

        Assert.Equal(InverseFactor.Of(gram, 0.01, order), Lanes.Limited(1, () => InverseFactor.Of(gram, 0.01, order)));
    }

    [Fact]
    public void Sums_over_rows_are_those_of_a_plain_loop_for_every_width()
    {
        var random = new Random(4);
        var rows = Enumerable.Range(0, 7 * 101).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var factors = rows[..7];
        for (var width = 1; width <= 101; width++)
        {
            var (target, expected) = (new float[width], new float[width]);
            RowSums.Subtract<float>(target, factors, rows, 101);
            for (var c = 0; c < width; c++)
            {
                for (var i = 0; i < 7; i++)
                    expected[c] = MathF.FusedMultiplyAdd(rows[i * 101 + c], -factors[i], expected[c]);
            }

            Assert.Equal(expected, target);
        }
    }

    [Fact]
    public void A_gram_matrix_is_the_sum_of_outer_products()
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, 300 * 90).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var reducer = new GramReducer(90);

        reducer.Take(new FeatureRows(rows.AsSpan(0, 100 * 90), [100, 90], FeatureAxis.Last));
        reducer.Take(new FeatureRows(rows.AsSpan(100 * 90), [2, 100, 90], FeatureAxis.Last));
        var gram = reducer.Result();

        var x = Matrix<double>.Build.Dense(300, 90, (i, j) => rows[i * 90 + j]);
        Assert.Equal(300, gram.Rows);
        Near(x.TransposeThisAndMultiply(x), Dense(gram.Values, 90), 1e-13);
    }

    private static GramMatrix Gram(int size)
    {
        var random = new Random(size);
        var x = Matrix<double>.Build.Dense(2 * size, size, (_, _) => random.NextDouble() - 0.4);
        return new(size, 2 * size, x.TransposeThisAndMultiply(x).ToRowMajorArray());
    }

    private static Matrix<double> Dense(double[] rowMajor, int size) => Matrix<double>.Build.Dense(size, size, (i, j) => rowMajor[i * size + j]);

    private static void Near(Matrix<double> expected, Matrix<double> actual, double tolerance) =>
        Assert.InRange((expected - actual).FrobeniusNorm() / expected.FrobeniusNorm(), 0, tolerance);
}
