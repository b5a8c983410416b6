using BenchFleet.Compression.Benchmarks;
using BenchFleet.Compression.Benchmarks.Peer;
using BenchFleet.Compression.Benchmarks.Techniques;

// Compression against the plain way to do it, interleaved in one run: only the ratios are worth keeping.
//   (no arguments)          the kernels, then recipes from file to file; medians
//   kernels                 kernels that stream, beside a copy of the same buffer and the plain loop
//   weights                 choosing the codes of one layer: kernels, and each method against rounding to nearest
//   tool FOLDER [PROGRAM]   against ONNX Runtime's Python tools, warm and, with the published command line as PROGRAM, cold
//   table FILE [MODEL ...]  every technique on every model at hand: outputs, size, time; as Markdown
//   large FOLDER            memory for a model of 10 GiB, made there as a sparse file
//   write PATH              writes the transformer that is compressed, for other tools to be timed on
switch (args)
{
    case []:
        StreamKernels.PrintSpeeds();
        Transformer.PrintTimes();
        return 0;
    case ["kernels"]:
        StreamKernels.PrintSpeeds();
        return 0;
    case ["weights"]:
        WeightKernels.PrintTimes();
        return 0;
    case ["tool", var folder, .. var program]:
        return PeerComparison.Print(folder, program.FirstOrDefault());
    case ["table", var file, .. var models]:
        TechniqueTable.Write(file, models);
        return 0;
    case ["large", var folder]:
        LargeModel.PrintMemory(folder);
        return 0;
    case ["large-one", var model, var recipe]:
        LargeModel.Measure(model, recipe);
        return 0;
    case ["write", var path]:
        BenchFleet.Onnx.OnnxFile.Save(Transformer.Create(), path);
        return 0;
    default:
        Console.Error.WriteLine("[kernels | weights | tool FOLDER [PROGRAM] | table FILE [MODEL ...] | large FOLDER | write PATH]");
        return 2;
}
