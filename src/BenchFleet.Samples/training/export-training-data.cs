#:project ../BenchFleet.Samples.csproj
#:property PublishAot=false
// Writes what train.py reads: raw bytes, images then labels, of the training seed and of the two splits of the dataset.
// Use: dotnet run export-training-data.cs -- FOLDER [COUNT]
using BenchFleet.Samples;

var folder = args[0];
var count = args.Length > 1 ? int.Parse(args[1]) : 60_000;
Directory.CreateDirectory(folder);
Write("train", DrawnDigits.Generate(count, DrawnDigits.TrainingSeed));
Write("calibration", DrawnDigits.Generate(DrawnDigits.CalibrationCount, DrawnDigits.CalibrationSeed));
Write("evaluation", DrawnDigits.Generate(DrawnDigits.EvaluationCount, DrawnDigits.EvaluationSeed));

void Write(string name, LabelledImages images)
{
    File.WriteAllBytes(Path.Combine(folder, name + "-images.bin"), images.Pixels);
    File.WriteAllBytes(Path.Combine(folder, name + "-labels.bin"), images.Labels);
}
