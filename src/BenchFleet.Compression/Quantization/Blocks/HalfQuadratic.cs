using System.Numerics.Tensors;
using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Numerics;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>
/// HQQ (Badri and Shaji, Half-Quadratic Quantization, 2023): scale and zero point of each block that minimise Σ|w - ŵ|^p with p = 3/4, which
/// forgives the few outliers that a range follows. No data.
/// </summary>
/// <remarks>
/// Half-quadratic splitting: e = shrink(w - ŵ, β) is the error that is given up on, then scale and zero point have closed forms for w - e;
/// β grows by 1 % a step. Two differences to the published solver: zero points are integers, since the standard DequantizeLinear has no
/// others, and so the scale is solved for as well, which also gives symmetric blocks something to gain. p is 3/4 and not 0.7, so that the
/// power is two square roots, exact on every processor. A step that does not lower the norm is not taken.
/// </remarks>
internal sealed class HalfQuadratic : IBlockRounding
{
    private const int Steps = 20;
    private const float FirstBeta = 10;
    private const float BetaGrowth = 1.01f;

    public CodedBlocks Round(DenseLayer layer, BlockFormat format)
    {
        var result = new BlockQuantization(
            new byte[layer.Rows * layer.Columns], new float[format.Blocks(layer.Rows) * layer.Columns],
            format.Symmetric ? null : new byte[format.Blocks(layer.Rows) * layer.Columns]);
        Lanes.For(0, format.Blocks(layer.Rows), b =>
        {
            var count = Math.Min(format.Block, layer.Rows - b * format.Block);
            var solver = new Solver(layer, b * format.Block, count, format);
            solver.Solve();
            solver.CopyTo(result, b);
        });
        return CodedBlocks.Of(result, format.Bits);
    }

    /// <summary>One block of rows, all columns.</summary>
    private sealed class Solver
    {
        private readonly BlockFormat _format;
        private readonly int _count;
        private readonly int _width;
        private readonly float[] _rows;
        private readonly BlockColumns _best;
        private readonly BlockColumns _next;
        private readonly byte[] _codes;
        private readonly float[] _back;
        private readonly float[] _scratch;
        private readonly float[] _bestNorm;

        public Solver(DenseLayer layer, int first, int count, BlockFormat format)
        {
            (_format, _count, _width) = (format, count, layer.Columns);
            _rows = new float[count * _width];
            layer.CopyRows(first, count, _rows);
            (_best, _next) = (new(_width, format), new(_width, format));
            (_codes, _back, _scratch, _bestNorm) = (new byte[count * _width], new float[_width], new float[_width], new float[_width]);
        }

        public void Solve()
        {
            _best.Choose(_rows);
            _next.CopyFrom(_best);
            Code(_next);
            Norm(_next, _bestNorm);
            var norm = new float[_width];
            var beta = Unit();
            for (var step = 0; step < Steps; step++)
            {
                Improve(beta);
                Code(_next);
                Norm(_next, norm);
                for (var c = 0; c < _width; c++)
                {
                    if (!(norm[c] < _bestNorm[c])) continue;
                    _bestNorm[c] = norm[c];
                    _best.Set(c, _next.Scales[c], _next.ZeroPoints[c]);
                }

                TensorPrimitives.Multiply(beta, BetaGrowth, beta);
            }
        }

        public void CopyTo(BlockQuantization result, int block)
        {
            Code(_best);
            _codes.CopyTo(result.Codes.AsSpan(block * _format.Block * _width));
            _best.Scales.CopyTo(result.Scales.AsSpan(block * _width));
            if (result.ZeroPoints is { } zeros) _best.CopyZeroPoints(zeros.AsSpan(block * _width, _width));
        }

        private void Code(BlockColumns columns) => columns.Quantize(_rows, _codes);

        /// <summary>Σ|w - ŵ|^(3/4) by column.</summary>
        private void Norm(BlockColumns columns, float[] norm)
        {
            norm.AsSpan().Clear();
            for (var r = 0; r < _count; r++)
            {
                Error(columns, r);
                TensorPrimitives.Abs(_back, _back);
                TensorPrimitives.Sqrt(_back, _back);
                TensorPrimitives.Sqrt(_back, _scratch);
                TensorPrimitives.MultiplyAdd(_back, _scratch, norm, norm);
            }
        }

        /// <summary>
        /// Zero points, then scales, from w less the error given up on. The threshold of the shrinkage is in steps of the block, so that
        /// small and large weights are treated alike.
        /// </summary>
        private void Improve(float[] beta)
        {
            var (zero, cross, square) = (new float[_width], new float[_width], new float[_width]);
            var kept = new float[_count * _width];
            for (var r = 0; r < _count; r++)
            {
                var row = kept.AsSpan(r * _width, _width);
                Error(_next, r);
                Shrink(beta);
                TensorPrimitives.Subtract(_rows.AsSpan(r * _width, _width), _back, row);
                for (var c = 0; c < _width && !_format.Symmetric; c++)
                    zero[c] += Code(r, c) - (_next.Scales[c] == 0 ? 0 : row[c] / _next.Scales[c]);
            }

            for (var c = 0; c < _width; c++)
                zero[c] = _format.Symmetric ? 0 : Math.Clamp(MathF.Round(zero[c] / _count, MidpointRounding.ToEven), 0, _format.High);
            for (var r = 0; r < _count; r++)
            {
                for (var c = 0; c < _width; c++)
                {
                    var level = Code(r, c) - zero[c];
                    cross[c] += kept[r * _width + c] * level;
                    square[c] += level * level;
                }
            }

            for (var c = 0; c < _width; c++)
                _next.Set(c, square[c] > 0 && cross[c] != 0 ? cross[c] / square[c] : _next.Scales[c], (int)zero[c]);
        }

        private int Code(int row, int column)
        {
            var code = _codes[row * _width + column];
            return _format.Symmetric ? (sbyte)code : code;
        }

        /// <summary>w - ŵ of one row, into the buffer.</summary>
        private void Error(BlockColumns columns, int row)
        {
            columns.Dequantize(_codes.AsSpan(row * _width, _width), _back);
            TensorPrimitives.Subtract(_rows.AsSpan(row * _width, _width), _back, _back);
        }

        /// <summary>sign(e)·max(0, |e| - |e|^(p-1)/β), p - 1 = -1/4.</summary>
        private void Shrink(float[] beta)
        {
            for (var c = 0; c < _width; c++)
            {
                var size = MathF.Abs(_back[c]);
                _back[c] = size == 0 ? 0 : MathF.CopySign(MathF.Max(0, size - 1 / (beta[c] * MathF.Sqrt(MathF.Sqrt(size)))), _back[c]);
            }
        }

        /// <summary>β of a block with steps of s, where the published one is for steps of 1: e/s is shrunk, so β is over s^(2-p).</summary>
        private float[] Unit()
        {
            var beta = new float[_width];
            for (var c = 0; c < _width; c++)
            {
                var step = MathF.Abs(_best.Scales[c]);
                beta[c] = step == 0 ? FirstBeta : FirstBeta / (step * MathF.Sqrt(MathF.Sqrt(step)));
            }

            return beta;
        }
    }
}
