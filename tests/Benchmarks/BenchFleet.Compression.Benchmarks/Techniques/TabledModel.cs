using System.Buffers.Binary;
using System.Text;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Samples;
using BenchFleet.TestSupport;

namespace BenchFleet.Compression.Benchmarks.Techniques;

/// <summary>A model of the table, and the inputs it was made for.</summary>
/// <param name="Inputs">Where they come from, for the reader of the table.</param>
/// <param name="Description">dataset.yaml.</param>
/// <param name="Files">Files of the test data folder, "FROM>TO" where a file gets another place.</param>
internal sealed record TabledModel(string Name, string Inputs, string Description, params string[] Files)
{
    private const int TokenRows = 96;

    private const string Mnist = """
        name: mnist
        task: classification
        splits:
          calibration: { format: csv, file: mnist-train-sample-500.csv, label: 0, shape: [28, 28], preprocessing: { scale: 1 }, first: 128 }
          evaluation: { format: idx, images: t10k-first5000-images-idx3-ubyte.gz, labels: t10k-first5000-labels-idx1-ubyte.gz }
        preprocessing: { scale: 0.00392156862745098 }
        labels: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
        """;

    private static readonly string[] MnistFiles =
        ["mnist/mnist-train-sample-500.csv", "mnist/t10k-first5000-images-idx3-ubyte.gz", "mnist/t10k-first5000-labels-idx1-ubyte.gz"];

    private static readonly string[] Recordings = ["audio/silero-en_num.wav", "audio/silero-test-60s.wav"];

    private static readonly string[] Photographs = ["images/daisy.jpg>photos/daisy.jpg", "images/rose.jpg>photos/rose.jpg"];

    public static IEnumerable<TabledModel> All =>
    [
        .. SampleModels.All.Select(sample => new TabledModel(sample.Name, "drawn digits", "")),
        .. new[] { "mnist-cnn-cntk-opset8", "mnist-cnn-maxpool-nhwc", "mnist-mlp-2x10", "mnist-self-attention-medium" }
            .Select(name => new TabledModel(name, "MNIST", Mnist, MnistFiles)),
        new("magika-standard-v3_3", "ends of files of this repository", Tokens),
        new("silero-vad-16k-opset15", "speech", Speech(576, 512, "{ state: \"zeros[2,1,128]\", sr: 16000 }"), Recordings),
        new("silero-vad-v3-2021", "speech", Speech(1536, 1536, "{ h0: \"zeros[2,1,64]\", c0: \"zeros[2,1,64]\" }"), Recordings),
        new("super-resolution-10", "two photographs", Photos("{ resize: 224, crop: 224, color: luma, scale: 0.00392156862745098 }"), Photographs),
        new("ultraface-RFB-320", "two photographs", Photos("{ resize: [240, 320], scale: 0.0078125, offset: -0.9921875 }"), Photographs),
        new(
            "shufflenet-v2-12-int8", "two photographs",
            Photos("{ resize: 256, crop: 224, scale: 0.00392156862745098, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }"), Photographs),
    ];

    private static string Tokens => """
        name: bytes
        splits:
          calibration: { format: npy, file: tokens.npy, first: 32 }
          evaluation: { format: npy, file: tokens.npy, skip: 32 }
        """;

    /// <summary>The model's file, copied to or found beside the data.</summary>
    public string Path(string folder) => SampleModels.All.FirstOrDefault(sample => sample.Name == Name) is null
        ? TestData.Path($"models/{Name}.onnx")
        : SampleModels.WriteTo(folder).Single(path => System.IO.Path.GetFileNameWithoutExtension(path) == Name);

    public Dataset Open(string folder)
    {
        if (Description.Length == 0)
        {
            DrawnDigits.WriteDataset(folder);
        }
        else
        {
            Directory.CreateDirectory(folder);
            foreach (var file in Files)
                Copy(folder, file);
            if (Description == Tokens) WriteTokens(System.IO.Path.Combine(folder, "tokens.npy"));
            File.WriteAllText(System.IO.Path.Combine(folder, "dataset.yaml"), Description);
        }

        return DatasetFolder.Open(folder) is DatasetOpening.Opened opened
            ? opened.Dataset
            : throw new InvalidOperationException($"The dataset of {Name} does not open.");
    }

    private static string Speech(int window, int stride, string inputs) => $"""
        name: speech
        splits:
          calibration: {"{"} format: wav, files: silero-en_num.wav, window: {window}, stride: {stride}, rate: 16000, first: 64 {"}"}
          evaluation: {"{"} format: wav, files: silero-test-60s.wav, window: {window}, stride: {stride}, rate: 16000, first: 256 {"}"}
        inputs: {inputs}
        """;

    private static string Photos(string preprocessing) => $"""
        name: photographs
        splits:
          calibration: {"{"} format: images, folder: photos, first: 1 {"}"}
          evaluation: {"{"} format: images, folder: photos, skip: 1 {"}"}
        preprocessing: {preprocessing}
        """;

    private static void Copy(string folder, string file)
    {
        var target = System.IO.Path.Combine(folder, file.Contains('>') ? file[(file.IndexOf('>') + 1)..] : System.IO.Path.GetFileName(file));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        File.Copy(TestData.Path(file.Split('>')[0]), target);
    }

    /// <summary>What magika reads: the first and the last 1,024 bytes of a file, 256 where there are fewer.</summary>
    private static void WriteTokens(string path)
    {
        const int half = 1024;
        var files = Directory.EnumerateFiles(System.IO.Path.Combine(TestData.Repository!, "src"), "*.*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("node_modules", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var header = $"{{'descr': '<i4', 'fortran_order': False, 'shape': ({TokenRows}, {2 * half}), }}".PadRight(117) + "\n";
        var bytes = new byte[128 + TokenRows * 2 * half * sizeof(int)];
        Encoding.Latin1.GetBytes("\u0093NUMPY\u0001\0v\0" + header, bytes);
        for (var row = 0; row < TokenRows; row++)
        {
            var content = File.ReadAllBytes(files[row * files.Count / TokenRows]);
            for (var i = 0; i < 2 * half; i++)
            {
                var at = i < half ? i : content.Length - 2 * half + i;
                var token = at >= 0 && at < content.Length ? content[at] : 256;
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(128 + (row * 2 * half + i) * sizeof(int)), token);
            }
        }

        File.WriteAllBytes(path, bytes);
    }
}
