using System.Security.Cryptography;
using System.Text;
using BenchFleet.Core.Runtime;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>
/// Answers of originals that this process has had already. A sweep judges dozens of variants of one model on the same samples, and the
/// original would answer the same every time: it is run on them once. An answer is found by all that it follows from: the model's files, the
/// runtime configuration, and the very bytes of the inputs.
/// </summary>
/// <param name="maxBytes">Of remembered answers; the oldest make room. Default 64 MiB.</param>
public sealed class ReferenceMemory(long maxBytes = 64L << 20)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ReferenceQuestion, IReadOnlyList<OutputValues>> _answers = [];
    private readonly Queue<ReferenceQuestion> _order = [];
    private long _bytes;

    /// <summary>How many answers are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _answers.Count;
        }
    }

    /// <summary>Names an original: its files as they are now, and what it runs under.</summary>
    internal static string Origin(string path, OnnxModel model, RuntimeConfig runtime)
    {
        var origin = new StringBuilder(runtime.Hash.Hex);
        foreach (var name in model.ExternalFiles.Prepend(Path.GetFileName(path)))
        {
            var file = new FileInfo(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name));
            origin.Append(System.Globalization.CultureInfo.InvariantCulture, $"|{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}");
        }

        return origin.ToString();
    }

    internal static ReferenceQuestion Question(string origin, IReadOnlyDictionary<string, OnnxTensor> feeds)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in feeds.OrderBy(feed => feed.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}|{tensor.ElementType}|{string.Join(',', tensor.Dims)}|"));
            hash.AppendData(tensor.RawBytes);
        }

        return new ReferenceQuestion(origin, Convert.ToHexString(hash.GetHashAndReset()));
    }

    /// <summary>Whether an answer of this original is remembered.</summary>
    internal bool Knows(string origin)
    {
        lock (_lock) return _answers.Keys.Any(question => question.Origin == origin);
    }

    internal IReadOnlyList<OutputValues>? Find(ReferenceQuestion question)
    {
        lock (_lock) return _answers.GetValueOrDefault(question);
    }

    internal void Keep(ReferenceQuestion question, IReadOnlyList<OutputValues> answer)
    {
        lock (_lock)
        {
            if (BytesOf(answer) > maxBytes || !_answers.TryAdd(question, answer)) return;
            _order.Enqueue(question);
            _bytes += BytesOf(answer);
            while (_bytes > maxBytes && _answers.Remove(_order.Dequeue(), out var oldest)) _bytes -= BytesOf(oldest);
        }
    }

    private static long BytesOf(IReadOnlyList<OutputValues> answer) => answer.Sum(output => (long)output.Values.Length * sizeof(float));
}

/// <param name="Origin">The original, see <see cref="ReferenceMemory.Origin"/>.</param>
/// <param name="Inputs">Hash of what it was asked.</param>
internal readonly record struct ReferenceQuestion(string Origin, string Inputs);
