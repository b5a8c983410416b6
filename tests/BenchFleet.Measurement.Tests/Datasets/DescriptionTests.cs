using BenchFleet.Measurement.Datasets;

namespace BenchFleet.Measurement.Tests.Datasets;

public sealed class DescriptionTests : IDisposable
{
    private const string Csv = "0,1,2\n1,3,4\n0,5,6\n1,7,8\n";

    private readonly DatasetFixture _folder = new DatasetFixture().Put("rows.csv", Csv);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void When_two_splits_are_carved_from_one_file_they_are_disjoint()
    {
        _folder.Describe("""
            name: carved
            task: classification
            splits:
              calibration: { format: csv, file: rows.csv, label: 0, first: 1 }
              evaluation: { format: csv, file: rows.csv, label: 0, skip: 1 }
            """);

        var samples = _folder.Samples(Dataset.Evaluation, DatasetFixture.Input("x", 1, 2));

        Assert.Equal([3f, 5f, 7f], samples.Select(sample => sample.Feeds["x"].ToFloats()[0]));
        Assert.Equal([1, 3], _folder.Open().Splits.Select(split => split.Count));
    }

    [Fact]
    public void When_calibration_and_evaluation_overlap_the_dataset_is_refused()
    {
        _folder.Describe("""
            name: leaky
            task: classification
            splits:
              calibration: { format: csv, file: rows.csv, label: 0, first: 3 }
              evaluation: { format: csv, file: rows.csv, label: 0, skip: 2 }
            """);

        Assert.Contains("calibration and evaluation share 1 samples", _folder.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: x\nsplits: { evaluation: { format: csv, file: rows.csv, labe: 0 } }", "line 2: splits.evaluation.labe is not known here")]
    [InlineData("name: x\ntsk: none\nsplits: { evaluation: { format: csv, file: rows.csv } }", "line 2: tsk is not known here")]
    [InlineData("name: x\nsplits: { evaluation: { format: tsv, file: rows.csv } }", "'tsv', where idx, csv, npy, npz, images, wav or testdata is expected")]
    [InlineData("name: x\nsplits: { evaluation: { format: csv, file: ../rows.csv } }", "lie inside its folder")]
    [InlineData("name: x\nsplits: { evaluation: { format: csv, file: none.csv } }", "'none.csv', which is not in the dataset's folder")]
    [InlineData("name: x\nsplits: { other: { format: csv, file: rows.csv } }", "no split named evaluation")]
    [InlineData("name: x\ntask: classification\nsplits: { evaluation: { format: csv, file: rows.csv } }", "has no labels")]
    [InlineData("name: x\nsplits: { evaluation: { format: csv, file: rows.csv, first: 9 } }", "asks for 9 samples after 0 skipped, and 4 are there")]
    [InlineData("name: x\nsplits: { evaluation: { format: csv, file: rows.csv, skip: 4 } }", "has no samples")]
    [InlineData("name: x\npreprocessing: { scale: big }\nsplits: { evaluation: { format: csv, file: rows.csv } }", "line 2: preprocessing.scale has 'big', where a number is expected")]
    [InlineData("name: x\npreprocessing: { layout: chw }\nsplits: { evaluation: { format: csv, file: rows.csv } }", "nchw or nhwc is expected")]
    [InlineData("name: [x\n", "is not YAML")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]", "nested deeper")]
    [InlineData("splits: {}", "name is missing")]
    public void When_the_description_is_wrong_the_sentence_says_where(string yaml, string expected)
    {
        _folder.Describe(yaml);

        Assert.Contains(expected, _folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void When_there_is_no_description_the_folder_is_no_dataset()
    {
        File.Delete(Path.Combine(_folder.Folder, "dataset.yaml"));

        Assert.Contains("it has no dataset.yaml", _folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void When_a_split_is_unknown_the_known_ones_are_named()
    {
        _folder.Describe("name: x\nsplits: { evaluation: { format: csv, file: rows.csv } }");

        Assert.Contains("no split 'train': it has evaluation", _folder.Misfit("train", DatasetFixture.Input("x", 1, 3)),
            StringComparison.Ordinal);
    }
}
